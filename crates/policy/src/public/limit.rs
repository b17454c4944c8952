//! Whether a condition of an `Allow` limits who gets in, as AWS's definition of public has it.

use asc_core::{Text, text};

use crate::condition::{Condition, Operator, Test};
use crate::document::{Patterns, Statement};
use crate::glob::{Glob, Part};
use crate::key::{Form, Key, Names};
use crate::network::{Block, add_up_to_broad};

/// What a condition does to who gets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// It limits them to fixed values.
    Fixed,
    /// It may; why that cannot be told, in a clause.
    Perhaps(Text),
    /// It does not; why, in a clause.
    Nobody(Text),
}

/// Decides for a condition of a statement.
pub(crate) fn limit(condition: &Condition, statement: &Statement) -> Limit {
    let Condition { operator, key: name, values } = condition;
    let written = &operator.written;
    if operator.test == Test::Unknown {
        return Limit::Nobody(text!(
            en: "{written} is no operator that is known", ja: "{written} は未知の演算子です"
        ));
    }
    if values.is_empty() && !operator.holds_when_absent() {
        return Limit::Perhaps(text!(en: "{name} is given no value", ja: "{name} に値がありません"));
    }
    let Some(key) = Key::named(name) else {
        return Limit::Nobody(text!(en: "{name} limits nobody", ja: "{name} は誰も制限しません"));
    };
    if operator.holds_when_absent() {
        if operator.test != Test::Null && is_positive(operator) && is_demanded(name, statement) {
            return Limit::Perhaps(text!(
                en: "{written} on {name} counts only together with Null",
                ja: "{name} の {written} は Null と組み合わせた場合だけ有効です"
            ));
        }
        return Limit::Nobody(text!(
            en: "{written} also holds for requests without {name}",
            ja: "{written} は {name} のないリクエストでも成立します"
        ));
    }
    let found = match key.form {
        Form::True => flag(condition),
        Form::Address => addresses(condition),
        Form::Text => texts(condition, key, is_of_access_point(statement)),
    };
    match found {
        Limit::Fixed if !key.listed => Limit::Perhaps(text!(
            en: "AWS's definition of public does not say whether {name} counts",
            ja: "AWS による公開の定義は {name} の扱いを示していません"
        )),
        found => found,
    }
}

/// Whether it holds when the value of the request is one of those given.
pub(crate) const fn is_positive(operator: &Operator) -> bool {
    matches!(operator.test, Test::String { negated: false, .. } | Test::Arn { negated: false })
}

/// Whether a value of the key is fixed, as AWS's definition has it.
pub(crate) fn is_fixed(key: &Key, value: &Glob, of_access_point: bool) -> bool {
    if let Some(text) = value.fixed() {
        // What a request of somebody anonymous has for these keys.
        return !(matches!(key.names, Names::UserId | Names::Account) && text.eq_ignore_ascii_case("anonymous"));
    }
    match key.names {
        Names::UserId => is_session_of_role(value),
        Names::AccessPoint => !of_access_point && is_access_point_of_account(value),
        _ => false,
    }
}

fn flag(condition: &Condition) -> Limit {
    let is_true = |value: &Glob| value.fixed().is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let name = &condition.key;
    if condition.values.iter().all(is_true) {
        if condition.operator.test == Test::Bool {
            return Limit::Fixed;
        }
        if is_positive(&condition.operator) {
            let written = &condition.operator.written;
            return Limit::Perhaps(text!(
                en: "{name} is compared by {written}, not by Bool", ja: "{name} が Bool ではなく {written} で比較されています"
            ));
        }
    }
    Limit::Nobody(text!(en: "{name} limits only when it is true", ja: "{name} は true の場合だけ制限になります"))
}

fn texts(condition: &Condition, key: &Key, of_access_point: bool) -> Limit {
    let Condition { operator, key: name, values } = condition;
    if !is_positive(operator) {
        return compares_otherwise(condition);
    }
    let Some(value) = values.iter().find(|value| !is_fixed(key, value, of_access_point)) else { return Limit::Fixed };
    Limit::Nobody(if value.fixed().is_some() {
        text!(en: "{value} of {name} is everyone who is not signed in", ja: "{name} の値 {value} は匿名の全員を表します")
    } else {
        text!(
            en: "{value} of {name} is not fixed: it holds a wildcard or a variable",
            ja: "{name} の値 {value} はワイルドカードか変数を含み、固定値ではありません"
        )
    })
}

fn compares_otherwise(condition: &Condition) -> Limit {
    let (operator, name) = (&condition.operator.written, &condition.key);
    Limit::Nobody(text!(
        en: "{operator} does not bind {name} to fixed values", ja: "{operator} は {name} を固定値に限定しません"
    ))
}

fn addresses(condition: &Condition) -> Limit {
    let Condition { operator, key: name, values } = condition;
    let is_ip = operator.test == (Test::Ip { negated: false });
    if !is_ip && !is_positive(operator) {
        return compares_otherwise(condition);
    }
    let mut blocks = Vec::new();
    let mut odd = None;
    for value in values {
        let Some(text) = value.fixed() else {
            return Limit::Nobody(text!(
                en: "{value} of {name} is not a fixed range", ja: "{name} の値 {value} は固定の範囲ではありません"
            ));
        };
        match Block::parse(&text) {
            Some(block) if block.is_broad() => {
                return Limit::Nobody(text!(
                    en: "{value} is broader than AWS takes for private (/8, or /32 for IPv6)",
                    ja: "{value} は AWS が非公開とみなす範囲 (IPv4 は /8、IPv6 は /32) より広い範囲です"
                ));
            }
            // A comparison of texts can only meet an address as it is written.
            Some(block) if is_ip || !text.contains('/') => blocks.push(block),
            _ => odd = odd.or(Some(value)),
        }
    }
    if let Some(value) = odd {
        return Limit::Perhaps(text!(
            en: "{value} of {name} is no range that can be read", ja: "{name} の値 {value} は範囲として解釈できません"
        ));
    }
    if add_up_to_broad(&blocks) {
        return Limit::Perhaps(text!(
            en: "the ranges of {name} add up to a broad one", ja: "{name} の範囲を合わせると広い範囲になります"
        ));
    }
    Limit::Fixed
}

/// Whether another condition of the statement demands that the request has the key.
fn is_demanded(name: &str, statement: &Statement) -> bool {
    statement.conditions.iter().any(|condition| {
        condition.operator.test == Test::Null
            && condition.operator.quantifier.is_none()
            && condition.is_on(name)
            && !condition.values.is_empty()
            && condition.values.iter().all(|value| value.written().eq_ignore_ascii_case("false"))
    })
}

/// `AROA…:*`, the sessions of one role: AWS takes the pattern for fixed.
fn is_session_of_role(value: &Glob) -> bool {
    let lead = fixed_lead(value);
    let Some((id, _)) = lead.split_once(':') else { return false };
    id.len() > 4 && id.starts_with("AROA") && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// `arn:aws:s3:us-west-2:123456789012:accesspoint/*`: in a bucket policy the name need not be fixed.
fn is_access_point_of_account(value: &Glob) -> bool {
    let lead = fixed_lead(value);
    let fields: Vec<_> = lead.splitn(6, ':').collect();
    matches!(fields[..], ["arn", _, "s3", _, account, _] if is_account(account))
}

/// An access point's own policy names it, or its objects, as the resource.
fn is_of_access_point(statement: &Statement) -> bool {
    let Some(Patterns::Only(globs) | Patterns::AllBut(globs)) = &statement.resources else { return false };
    globs.iter().any(|glob| glob.written().contains(":accesspoint/"))
}

/// What stands before the first wildcard or variable.
pub(crate) fn fixed_lead(glob: &Glob) -> String {
    glob.parts().iter().map_while(|part| if let Part::Char(c) = part { Some(*c) } else { None }).collect()
}

pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}
