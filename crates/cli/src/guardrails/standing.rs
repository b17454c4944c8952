//! How a guardrail stands: the judgement, by what AWS Config and the checks have said.

mod rule;

use std::collections::BTreeSet;
use std::sync::Arc;

use asc_checks_detection::guarding::Guards;
use asc_checks_detection::model::{ConfigRule, Recorders};
use asc_core::fact::Answer;
use asc_core::report::{Finding, UnknownEntry};
use asc_core::{Lang, Status, Text, Unread, text};
use asc_guardrails::{Guardrail, Purpose, Risk, Standing, Switch, Trigger};

use rule::{Kept, keeps, more};

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
    /// The recorders of all regions that were looked at, this one's included.
    pub(super) everywhere: Arc<[Answer<Recorders>]>,
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
    let names = present.iter().flat_map(|rule| guards.rules(&rule.identifier)).map(|rule| rule.name.clone());
    let rules: Vec<_> = names.collect();
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
    match blind(&present, seen) {
        Ok(found) => wrong.extend(found),
        Err(why) => unread = Some(why),
    }
    let corrects = guardrail.switch == Switch::Remedy(Risk::Safe);
    let mut at_work = AtWork::default();
    for standing in present {
        match best(standing, guards, corrects) {
            Some((_, Kept::Drifted(reasons))) => wrong.extend(reasons),
            Some((_, Kept::Unread(why))) => unread = unread.or(Some(why)),
            Some((rule, kept)) => at_work.add(rule, standing, kept),
            None => {}
        }
    }
    let (state, message) = match (wrong.into_iter().reduce(|one, other| one.and(&other)), unread) {
        (Some(wrong), _) => (State::Drifted, wrong),
        (None, Some(why)) => return Judged { rules, ..Judged::unread(&why) },
        (None, None) => (State::Stands, at_work.told(&rules)),
    };
    Judged { state, message, rules, unknown: None }
}

/// The rule of an identifier that keeps best what it is about: one is enough. Where the template has made some, those count
/// alone: another one, such as Security Hub's, says nothing about what was deployed.
fn best<'a>(standing: &Standing, guards: &'a Guards, corrects: bool) -> Option<(&'a ConfigRule, Kept)> {
    let rules = guards.rules(&standing.identifier);
    let own = |rule: &ConfigRule| rule.description.as_deref().and_then(Purpose::of).is_some();
    let deployed = rules.iter().any(own);
    let judged = rules.iter().filter(|rule| !deployed || own(rule)).map(|rule| {
        let remediations = guards.remediations.as_ref();
        (rule, keeps(rule, standing, corrects, remediations.map(|all| all.get(&rule.name))))
    });
    judged.min_by_key(|(_, kept)| kept.rank())
}

/// What rules that stand do.
#[derive(Debug, Default)]
struct AtWork {
    /// The runbooks that correct.
    runbooks: BTreeSet<String>,
    /// The rules that only report, though something could correct what they find.
    reporting: Vec<String>,
    /// The rules that ask for more than the guardrail.
    remarks: Vec<Text>,
}

impl AtWork {
    fn add(&mut self, rule: &ConfigRule, standing: &Standing, kept: Kept) {
        self.remarks.extend(more(rule, standing));
        if let Kept::Corrects(runbook) = kept {
            self.runbooks.insert(runbook);
        } else if standing.correction.is_some() {
            self.reporting.push(rule.name.clone());
        }
    }

    fn told(self, all: &[String]) -> Text {
        let rules = all.join(", ");
        let mut told = text!(en: "Rules at work: {rules}.", ja: "稼働中のルール: {rules}。");
        if !self.runbooks.is_empty() {
            let runbooks = Vec::from_iter(self.runbooks).join(", ");
            told = told.and(&text!(en: "Put right by {runbooks}.", ja: "自動修復: {runbooks}。"));
        }
        if self.reporting.len() == all.len() {
            told = told.and(&text!(en: "Reports only.", ja: "検出のみ。"));
        } else if !self.reporting.is_empty() {
            let reporting = self.reporting.join(", ");
            told = told.and(&text!(en: "Reports only: {reporting}.", ja: "検出のみ: {reporting}。"));
        }
        self.remarks.iter().fold(told, Text::and)
    }
}

/// Why rules see nothing, or less than they should, if so. Those that look by the clock go on without a recorder.
/// Source: AWS Config Developer Guide, "Evaluation Mode and Trigger Types for AWS Config Rules".
fn blind(rules: &[&Standing], seen: &Seen) -> Result<Option<Text>, Unread> {
    let of = |kind: fn(Trigger) -> Option<&'static str>| -> BTreeSet<_> {
        rules.iter().filter_map(|rule| kind(rule.trigger)).collect()
    };
    let looked_at = of(|trigger| match trigger {
        Trigger::Change(kind) | Trigger::Both(kind) => Some(kind),
        Trigger::Clock | Trigger::ClockOf(_) => None,
    });
    let global = of(|trigger| if let Trigger::ClockOf(kind) = trigger { Some(kind) } else { None });
    let late = rules.iter().all(|rule| !matches!(rule.trigger, Trigger::Change(_)));
    let here = unseen(looked_at, &[&seen.recorders])?;
    let anywhere = unseen(global, &seen.everywhere.iter().collect::<Vec<_>>())?;
    if let Some(kinds) = anywhere {
        return Ok(Some(text!(
            en: "No region records {kinds}, so the rules have nothing to look at.",
            ja: "{kinds} を記録しているリージョンがないため、ルールは評価できません。"
        )));
    }
    let Some(kinds) = here else { return Ok(None) };
    let recording = seen.recorders.as_ref().is_ok_and(|all| all.iter().any(|recorder| recorder.recording));
    let cause = if recording {
        text!(
            en: "The configuration recorder leaves out {kinds}, so the rules",
            ja: "設定レコーダーが {kinds} を記録していないため、ルールは"
        )
    } else {
        text!(
            en: "No configuration recorder is recording, so the rules",
            ja: "記録中の設定レコーダーがないため、ルールは"
        )
    };
    Ok(Some(cause.and(&if late {
        text!(en: "see no change until they look by the clock.", ja: "定期的な評価まで変更を検出できません。")
    } else {
        text!(en: "see no change.", ja: "変更を検出できません。")
    })))
}

/// The types that none of the recorders sees. One that could not be read may see what the others do not.
fn unseen(kinds: BTreeSet<&str>, recorders: &[&Answer<Recorders>]) -> Result<Option<String>, Unread> {
    let read = || recorders.iter().filter_map(|recorders| recorders.as_ref().ok());
    let sees = |kind: &str| read().any(|recorders| recorders.iter().any(|recorder| recorder.sees(kind)));
    let unseen: Vec<_> = kinds.into_iter().filter(|kind| !sees(kind)).collect();
    match recorders.iter().find_map(|recorders| recorders.as_ref().err()) {
        _ if unseen.is_empty() => Ok(None),
        Some(why) => Err(why.clone()),
        None => Ok(Some(unseen.join(", "))),
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
