//! How a guardrail stands: the judgement, by what AWS Config and the checks have said.

use std::collections::BTreeSet;

use asc_checks_detection::guarding::Guards;
use asc_checks_detection::model::Recorders;
use asc_core::fact::Answer;
use asc_core::report::{Finding, UnknownEntry};
use asc_core::{Lang, Status, Text, Unread, text};
use asc_guardrails::{Guardrail, Risk, Standing, Switch};

/// How a guardrail stands, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// All of it is there and at work.
    Stands,
    /// It could not be read.
    Unknown,
    /// Part of it is missing.
    Drifted,
    /// None of it is there.
    Absent,
    /// The region does not offer what it is about.
    NotApplicable,
}

impl State {
    /// The word that programs read.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Stands => "stands",
            Self::Unknown => "unknown",
            Self::Drifted => "drifted",
            Self::Absent => "absent",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// The word for people.
    pub(super) const fn word(self, lang: Lang) -> &'static str {
        match (lang, self) {
            (Lang::En, Self::NotApplicable) => "not applicable",
            (Lang::En, state) => state.as_str(),
            (Lang::Ja, Self::Stands) => "維持",
            (Lang::Ja, Self::Unknown) => "判定不能",
            (Lang::Ja, Self::Drifted) => "ずれあり",
            (Lang::Ja, Self::Absent) => "なし",
            (Lang::Ja, Self::NotApplicable) => "対象外",
        }
    }
}

/// How a guardrail stands somewhere, and why.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) state: State,
    pub(super) message: Text,
    /// The names of the rules that are it.
    pub(super) rules: Vec<String>,
    pub(super) unknown: Option<UnknownEntry>,
}

impl Judged {
    pub(super) fn unread(why: &Unread) -> Self {
        let unknown = UnknownEntry {
            operation: why.operation.to_string(),
            aws_code: why.aws_code.clone().map(Into::into),
            missing_action: why.missing_action().map(str::to_owned),
        };
        Self { state: State::Unknown, message: why.explain(), rules: Vec::new(), unknown: Some(unknown) }
    }
}

/// What AWS Config says of itself in a region.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) guards: Result<Guards, Unread>,
    pub(super) recorders: Answer<Recorders>,
}

/// How a guardrail that is made of rules stands in a region. What is known to be missing counts before what is not known.
pub(super) fn by_rules(guardrail: &Guardrail, seen: &Seen) -> Judged {
    let guards = match &seen.guards {
        Ok(guards) => guards,
        Err(why) => return Judged::unread(why),
    };
    let expected = guardrail.rules();
    let (present, missing): (Vec<_>, Vec<_>) =
        expected.iter().partition(|rule| !guards.rules(&rule.identifier).is_empty());
    let rules = present.iter().flat_map(|rule| guards.rules(&rule.identifier).iter().cloned()).collect();
    let missing: Vec<_> = missing.into_iter().map(|rule| rule.identifier.as_str()).collect();
    let missing = missing.join(", ");
    if present.is_empty() {
        let message = text!(
            en: "AWS Config has none of its rules: {missing}.",
            ja: "AWS Config に次のルールがありません: {missing}。"
        );
        return Judged { state: State::Absent, message, rules, unknown: None };
    }
    let (mut wrong, mut unread) = (Vec::new(), None);
    if !missing.is_empty() {
        wrong.push(text!(en: "Rules are missing: {missing}.", ja: "不足しているルール: {missing}。"));
    }
    let corrects = guardrail.switch == Switch::Remedy(Risk::Safe);
    for found in [blind(&present, &seen.recorders), left(&present, guards, corrects)] {
        match found {
            Ok(found) => wrong.extend(found),
            Err(why) => unread = unread.or(Some(why)),
        }
    }
    let (state, message) = match (wrong.into_iter().reduce(|one, other| one.and(&other)), unread) {
        (Some(wrong), _) => (State::Drifted, wrong),
        (None, Some(why)) => return Judged { rules, ..Judged::unread(&why) },
        (None, None) => (State::Stands, stands(&rules, guards, &present)),
    };
    Judged { state, message, rules, unknown: None }
}

/// Why rules see nothing, if so. Those that look by the clock go on without a recorder.
/// Source: AWS Config Developer Guide, "Evaluation Mode and Trigger Types for AWS Config Rules".
fn blind(rules: &[&Standing], recorders: &Answer<Recorders>) -> Result<Option<Text>, Unread> {
    let looked_at: BTreeSet<_> = rules.iter().filter_map(|rule| rule.recorded).collect();
    if looked_at.is_empty() {
        return Ok(None);
    }
    let recorders = recorders.as_ref().map_err(Unread::clone)?;
    let unseen = looked_at.into_iter().filter(|kind| !recorders.iter().any(|recorder| recorder.sees(kind)));
    let kinds = unseen.collect::<Vec<_>>().join(", ");
    Ok(if kinds.is_empty() {
        None
    } else if recorders.iter().any(|recorder| recorder.recording) {
        Some(text!(
            en: "The configuration recorder leaves out {kinds}, so the rules see no change.",
            ja: "設定レコーダーが {kinds} を記録していないため、ルールは変更を検出できません。"
        ))
    } else {
        Some(text!(
            en: "No configuration recorder is recording, so the rules see no change.",
            ja: "記録中の設定レコーダーがないため、ルールは変更を検出できません。"
        ))
    })
}

/// What is found and left as it is, though the guardrail corrects.
fn left(rules: &[&Standing], guards: &Guards, corrects: bool) -> Result<Option<Text>, Unread> {
    let mut left = Vec::new();
    for rule in rules.iter().filter(|rule| corrects && rule.corrected) {
        if guards.guard(&rule.identifier)?.corrected().is_none() {
            left.extend(guards.rules(&rule.identifier).iter().map(String::as_str));
        }
    }
    let names = left.join(", ");
    Ok((!left.is_empty()).then(|| {
        text!(
            en: "Nothing puts right by itself what is found by: {names}.",
            ja: "自動修復が設定されていないルール: {names}。"
        )
    }))
}

fn stands(rules: &[String], guards: &Guards, present: &[&Standing]) -> Text {
    let corrected = present.iter().filter_map(|rule| guards.guard(&rule.identifier).ok());
    let documents: Vec<_> = corrected.filter_map(|guard| Some(guard.corrected()?.1.document.clone())).collect();
    let (rules, documents) = (rules.join(", "), documents.join(", "));
    if documents.is_empty() {
        text!(en: "Rules at work: {rules}.", ja: "稼働中のルール: {rules}。")
    } else {
        text!(
            en: "Rules at work: {rules}; put right by {documents}.",
            ja: "稼働中のルール: {rules} (自動修復: {documents})。"
        )
    }
}

/// How a guardrail of the whole account stands: where it does best, since one region is enough. Whether only some regions
/// were asked is told where another one could have it.
pub(super) fn of_account(regions: Vec<(String, Judged)>, narrowed: bool) -> Option<Judged> {
    let (region, best) = regions.into_iter().min_by_key(|(_, judged)| judged.state)?;
    let (en, ja) = (&best.message.en, &best.message.ja);
    let message = match best.state {
        State::Absent => best.message,
        _ => text!(en: "{region}: {en}", ja: "{region}: {ja}"),
    };
    let message = if narrowed && best.state != State::Stands {
        message.and(&text!(
            en: "Only the regions that were asked for have been looked at.",
            ja: "指定されたリージョンだけを確認しました。"
        ))
    } else {
        message
    };
    Some(Judged { message, ..best })
}

/// The evidence in which checks tell what is there of a service.
const PARTS: [&str; 7] = ["alerts", "analyzers", "detectors", "graphs", "memberships", "recorders", "standards"];

/// How a service stands by what its check has found: one that fails although something of it is there has drifted.
pub(super) fn by_check(finding: &Finding) -> Judged {
    let there = || {
        let evidence = finding.evidence.read();
        let some = |part| evidence.get(part).and_then(serde_json::Value::as_array).is_some_and(|part| !part.is_empty());
        PARTS.into_iter().any(some)
    };
    let state = match finding.status {
        Status::Pass => State::Stands,
        Status::Fail | Status::Manual if there() => State::Drifted,
        Status::Fail | Status::Manual => State::Absent,
        Status::Unknown => State::Unknown,
        Status::NotApplicable => State::NotApplicable,
    };
    let message = Text { en: finding.message.clone(), ja: finding.message.clone() };
    Judged { state, message, rules: Vec::new(), unknown: finding.unknown.as_deref().cloned() }
}

#[cfg(test)]
mod tests;
