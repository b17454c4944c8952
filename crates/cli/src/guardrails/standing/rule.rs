//! How one rule keeps what its guardrail is about: what it is given, and what corrects behind it.

use std::collections::BTreeMap;

use asc_checks_detection::model::{Argument as Given, ConfigRule, Remediation};
use asc_core::{Text, Unread, text};
use asc_guardrails::{Argument, Compared, Correction, Demand, Purpose, Runbook, Standing};

/// How a rule keeps what it is about, best first.
#[derive(Clone, Debug)]
pub(super) enum Kept {
    /// What it finds is corrected by a runbook of this name.
    Corrects(String),
    /// What it finds is reported, and nothing else is meant.
    Reports,
    /// What is behind it could not be read.
    Unread(Unread),
    /// It is not what was deployed, for each of these reasons.
    Drifted(Vec<Text>),
}

impl Kept {
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Corrects(_) => 0,
            Self::Reports => 1,
            Self::Unread(_) => 2,
            Self::Drifted(_) => 3,
        }
    }
}

/// Judges a rule by what the guardrail's template would make of it. What is to become of its finds its description says, where
/// the template has made it; otherwise the guardrail's own default counts, of which `corrects` tells whether that is to
/// correct.
pub(super) fn keeps(
    rule: &ConfigRule,
    standing: &Standing,
    corrects: bool,
    remediation: Result<Option<&Remediation>, &Unread>,
) -> Kept {
    let mut wrong: Vec<_> =
        standing.demands.iter().filter_map(|demand| less(&rule.name, demand, rule.parameters.as_ref())).collect();
    let behind = match &standing.correction {
        None => Ok(Kept::Reports),
        Some(correction) => {
            let meant = rule.description.as_deref().and_then(Purpose::of);
            let corrects = meant.map_or(corrects && correction.always, |purpose| purpose == Purpose::Corrects);
            match remediation {
                Ok(remediation) => corrected(&rule.name, correction, corrects, remediation),
                Err(why) => Ok(Kept::Unread(why.clone())),
            }
        }
    };
    match behind {
        Ok(kept) if wrong.is_empty() => kept,
        Ok(_) => Kept::Drifted(wrong),
        Err(reasons) => {
            wrong.extend(reasons);
            Kept::Drifted(wrong)
        }
    }
}

/// What is remarkable though nothing is wrong with it: a rule that asks for more.
pub(super) fn more(rule: &ConfigRule, standing: &Standing) -> Vec<Text> {
    let Some(given) = &rule.parameters else { return Vec::new() };
    let stricter = standing.demands.iter().filter(|demand| demand.compare(given) == Compared::Stricter);
    let told = stricter.filter_map(|demand| {
        let (name, Demand { parameter, value, .. }, is) = (&rule.name, demand, demand.given(given)?);
        Some(text!(
            en: "{name} asks for more: {parameter} is {is}, the guardrail's {value}.",
            ja: "{name} はより厳しい設定です: {parameter} は {is} です (ガードレールでは {value})。"
        ))
    });
    told.collect()
}

/// Why a rule asks for less than the guardrail, if so. Somebody who asks for more has not let anything drift.
fn less(name: &str, demand: &Demand, given: Option<&BTreeMap<String, String>>) -> Option<Text> {
    let Demand { parameter, value, .. } = demand;
    let Some(given) = given else {
        return Some(text!(
            en: "The {parameter} that {name} is given cannot be read.",
            ja: "{name} の {parameter} を読み取れません。"
        ));
    };
    if demand.compare(given) != Compared::Otherwise {
        return None;
    }
    Some(match demand.given(given) {
        Some(is) if value.is_empty() => text!(
            en: "{name} makes an exception: {parameter} is {is}.",
            ja: "{name} に例外があります: {parameter} は {is} です。"
        ),
        Some(is) => text!(
            en: "{name} asks for less: {parameter} is {is}, the guardrail's {value}.",
            ja: "{name} の条件が緩くなっています: {parameter} は {is} です (ガードレールでは {value})。"
        ),
        None => text!(
            en: "{name} is not given {parameter}; the guardrail's is {value}.",
            ja: "{name} に {parameter} が指定されていません (ガードレールでは {value})。"
        ),
    })
}

/// Whether the remediation behind a rule is what it should be, or why not.
fn corrected(
    name: &str,
    correction: &Correction,
    corrects: bool,
    remediation: Option<&Remediation>,
) -> Result<Kept, Vec<Text>> {
    let Some(remediation) = remediation.filter(|remediation| corrects || remediation.automatic) else {
        // One that is not automatic corrects nothing until somebody starts it, which hurts no rule that only reports.
        return if corrects { Err(vec![left(name)]) } else { Ok(Kept::Reports) };
    };
    let Remediation { document, automatic, arguments } = remediation;
    let mut wrong = Vec::new();
    if correction.runbooks.iter().any(|runbook| runbook.is(document)) {
        wrong.extend(correction.arguments.iter().filter_map(|(parameter, argument)| {
            otherwise(name, document, parameter, argument, arguments.get(parameter))
        }));
    } else {
        let expected = correction.runbooks.iter().map(Runbook::name).collect::<Vec<_>>().join(", ");
        wrong.push(text!(
            en: "What {name} finds is corrected by {document}, not by the guardrail's {expected}.",
            ja: "{name} の検出結果を修復するのは {document} です (ガードレールでは {expected})。"
        ));
    }
    if !automatic {
        wrong.push(left(name));
    }
    if wrong.is_empty() { Ok(Kept::Corrects(document.clone())) } else { Err(wrong) }
}

fn left(name: &str) -> Text {
    text!(
        en: "Nothing puts right by itself what is found by: {name}.",
        ja: "自動修復が設定されていないルール: {name}。"
    )
}

/// Why an argument of the runbook is not what the guardrail gives it, if so.
fn otherwise(name: &str, document: &str, parameter: &str, wanted: &Argument, given: Option<&Given>) -> Option<Text> {
    let is = match given {
        Some(Given::Found(what)) => what.clone(),
        Some(Given::Fixed(values)) => values.join(", "),
        None => String::new(),
    };
    let value = match (wanted, given) {
        (Argument::Found, Some(Given::Found(what))) if what == "RESOURCE_ID" => return None,
        (Argument::Some, Some(Given::Fixed(values))) if values.iter().any(|value| !value.is_empty()) => return None,
        (Argument::Fixed(demand), Some(Given::Fixed(_)))
            if demand.compare(&[(parameter.to_owned(), is.clone())].into()) != Compared::Otherwise =>
        {
            return None;
        }
        (Argument::Found, _) => "RESOURCE_ID",
        (Argument::Fixed(demand), _) => &demand.value,
        (Argument::Some, _) => {
            return Some(text!(
                en: "{document} is not given {parameter} behind {name}.",
                ja: "{name} の修復 {document} に {parameter} が指定されていません。"
            ));
        }
    };
    Some(text!(
        en: "{document} is given the {parameter} '{is}' behind {name}, the guardrail's is '{value}'.",
        ja: "{name} の修復 {document} の {parameter} は '{is}' です (ガードレールでは '{value}')。"
    ))
}
