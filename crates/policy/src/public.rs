//! Whether a resource policy is public, as AWS defines it.
//!
//! A policy is public unless each of its grants is limited to fixed values: of the principal, or of one of the
//! condition keys that AWS lists (the module `key`). A value is fixed if it holds neither a wildcard nor a policy
//! variable. What a service principal does on somebody else's behalf is no public access; [`crate::who`] names it.
//!
//! Source: S3 User Guide, "Blocking public access to your Amazon S3 storage", "The meaning of 'public'".

pub(crate) mod limit;
pub(crate) mod principal;
pub(crate) mod void;

use asc_core::{Lang, Text, text};

use self::limit::{Limit, limit};
use self::principal::Fixity;
use self::void::{Denials, is_about_nothing};
use crate::answer::{Answer, Decision, Reason};
use crate::document::{Effect, Policy, Statement};
use crate::principal::{Principal, Principals};

/// Decides. The reasons are the statements that make it public; those about which it cannot be told, if that is the
/// answer; and for a policy that is not public, what limits each grant.
pub fn public(policy: &Policy) -> Decision {
    let denials = Denials::of(policy);
    let allows = policy.statements.iter().enumerate().filter(|(_, statement)| statement.effect == Effect::Allow);
    let judged: Vec<_> = allows
        .map(|(at, statement)| {
            let (answer, text) = judge(statement, &denials);
            (answer, Reason { statement: at, sid: statement.sid.clone(), text })
        })
        .collect();
    let is = |answer: Answer| judged.iter().any(|(of_one, _)| *of_one == answer);
    let answer = [Answer::Yes, Answer::CannotTell].into_iter().find(|answer| is(*answer)).unwrap_or(Answer::No);
    let because = judged.into_iter().filter(|(of_one, _)| *of_one == answer).map(|(_, reason)| reason);
    Decision { answer, because: because.collect() }
}

fn judge(statement: &Statement, denials: &Denials<'_>) -> (Answer, Text) {
    if is_about_nothing(statement) {
        let text = text!(
            en: "It allows nothing: it names no action or no resource.",
            ja: "アクションかリソースの指定が空のため、何も許可していません。"
        );
        return (Answer::No, text);
    }
    let (anyone, who) = match principal::of_statement(statement) {
        Fixity::Fixed => return (Answer::No, fixed(statement)),
        Fixity::Anyone(who) => (true, who),
        Fixity::Unclear(who) => (false, who),
    };
    let (first, first_ja) = (start(&who.en), &who.ja);
    let (mut perhaps, mut loose) = (Vec::new(), Vec::new());
    for condition in &statement.conditions {
        match limit(condition, statement) {
            Limit::Fixed => {
                let text = text!(
                    en: "{first}, but {condition} limits who gets in.",
                    ja: "{first_ja}。ただし {condition} が対象を制限しています。"
                );
                return (Answer::No, text);
            }
            Limit::Perhaps(why) => perhaps.push(why),
            Limit::Nobody(why) => loose.push((condition.key.as_str(), why)),
        }
    }
    if denials.void(statement, &Principal::Everyone) {
        let text = text!(
            en: "{first}, but unconditional denials leave nothing of what it allows.",
            ja: "{first_ja}。ただし条件のない Deny が許可をすべて打ち消しています。"
        );
        return (Answer::No, text);
    }
    if anyone && perhaps.is_empty() {
        return (Answer::Yes, unlimited(&who, &loose));
    }
    if perhaps.is_empty() {
        let who = who.en;
        let text = text!(
            en: "Who gets in cannot be told: {who}.", ja: "誰が許可されるかを判断できません。{first_ja}。"
        );
        return (Answer::CannotTell, text);
    }
    let Text { en: why, ja: why_ja } = join(&perhaps);
    let text = text!(
        en: "{first}, and whether its conditions limit who gets in cannot be told: {why}.",
        ja: "{first_ja}。条件が対象を制限するかどうかは判断できません。{why_ja}。"
    );
    (Answer::CannotTell, text)
}

/// Why nothing limits who gets in.
fn unlimited(who: &Text, loose: &[(&str, Text)]) -> Text {
    let (first, first_ja) = (start(&who.en), &who.ja);
    let whys: Vec<_> = loose.iter().map(|(_, why)| why.clone()).collect();
    let Text { en: why, ja: why_ja } = join(&whys);
    match loose {
        [] => text!(
            en: "{first}, and no condition limits who gets in.", ja: "{first_ja}。対象を制限する条件がありません。"
        ),
        // "limits nobody" is the whole of it: no need to name the key twice.
        [(key, why)] if why.en == format!("{key} limits nobody") => text!(
            en: "{first}, and the only condition, {key}, limits nobody.",
            ja: "{first_ja}。唯一の条件 {key} は誰も制限しません。"
        ),
        [_] => text!(
            en: "{first}, and the only condition does not limit who gets in: {why}.",
            ja: "{first_ja}。唯一の条件は対象を制限しません。{why_ja}。"
        ),
        _ => text!(
            en: "{first}, and none of its conditions limits who gets in: {why}.",
            ja: "{first_ja}。どの条件も対象を制限しません。{why_ja}。"
        ),
    }
}

/// Why a statement that names fixed principals is no public grant.
fn fixed(statement: &Statement) -> Text {
    let Principals::Only(named) = &statement.principals else { return Text::default() };
    let list = named.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match named.as_slice() {
        [] => text!(en: "It names nobody.", ja: "誰も指定していません。"),
        [_] => text!(
            en: "It names a fixed principal: {list}.", ja: "固定のプリンシパル {list} だけを指定しています。"
        ),
        _ => text!(
            en: "It names fixed principals: {list}.", ja: "固定のプリンシパル {list} だけを指定しています。"
        ),
    }
}

/// A clause as the beginning of a sentence.
fn start(clause: &str) -> String {
    let mut rest = clause.chars();
    // What begins with a name is left as that name is.
    let upper = ["it names", "anyone", "all customers", "the principal"].iter().any(|word| clause.starts_with(word));
    match rest.next() {
        Some(first) if upper => first.to_uppercase().chain(rest).collect(),
        _ => clause.to_owned(),
    }
}

fn join(clauses: &[Text]) -> Text {
    let all = |lang| clauses.iter().map(|clause| clause.in_lang(lang)).collect::<Vec<_>>();
    Text { en: all(Lang::En).join("; "), ja: all(Lang::Ja).join("。") }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
