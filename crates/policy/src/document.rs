//! Policy documents, read into one shape however they were written.

use serde_json::{Map, Value};

use crate::condition::{Condition, Operator};
use crate::glob::Glob;
use crate::principal::{Principal, Principals};

/// The version of the policy language that a document is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Version {
    /// `2008-10-17`, and documents that name none: `${…}` is plain text.
    #[default]
    V2008,
    /// `2012-10-17`: `${…}` is a variable.
    V2012,
}

impl Version {
    /// Whether `${…}` is a variable.
    pub const fn has_variables(self) -> bool {
        matches!(self, Self::V2012)
    }
}

/// What a statement does with what it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Grants.
    Allow,
    /// Forbids, whatever else grants.
    Deny,
}

/// `Action` or `NotAction`, `Resource` or `NotResource`: patterns, and whether they say what is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Patterns {
    /// Everything that one of these matches.
    Only(Vec<Glob>),
    /// Everything that none of these matches.
    AllBut(Vec<Glob>),
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its `Sid`, if it has one.
    pub sid: Option<String>,
    /// Whether it grants or forbids.
    pub effect: Effect,
    /// Whom it is about.
    pub principals: Principals,
    /// What may or may not be done.
    pub actions: Patterns,
    /// To what; none is everything the policy is attached to.
    pub resources: Option<Patterns>,
    /// Under which conditions; all must hold.
    pub conditions: Vec<Condition>,
}

/// A policy document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The version of the language that it is written in.
    pub version: Version,
    /// Its statements, in order.
    pub statements: Vec<Statement>,
}

/// Why a document is no policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ParseError(String);

impl Policy {
    /// Reads a document.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let document: Value = serde_json::from_str(text).map_err(|e| ParseError(format!("not JSON: {e}")))?;
        let statements = match document.get("Statement") {
            Some(Value::Array(list)) => list.iter().collect(),
            Some(one @ Value::Object(_)) => vec![one],
            _ => return Err(ParseError("the document has no Statement".to_owned())),
        };
        let version = match document.get("Version").and_then(Value::as_str) {
            Some("2012-10-17") => Version::V2012,
            _ => Version::V2008,
        };
        let statements = statements.into_iter().enumerate().map(|(at, value)| {
            statement(value, version).map_err(|ParseError(why)| ParseError(format!("statement {at}: {why}")))
        });
        Ok(Self { version, statements: statements.collect::<Result<_, _>>()? })
    }
}

fn statement(value: &Value, version: Version) -> Result<Statement, ParseError> {
    let Value::Object(fields) = value else { return Err(ParseError("not an object".to_owned())) };
    let effect = match fields.get("Effect").and_then(Value::as_str) {
        Some("Allow") => Effect::Allow,
        Some("Deny") => Effect::Deny,
        other => return Err(ParseError(format!("Effect is {other:?}, not Allow or Deny"))),
    };
    let principals = match (fields.get("Principal"), fields.get("NotPrincipal")) {
        (None, None) => Principals::Unstated,
        (Some(value), None) => Principals::Only(principals(value)?),
        (None, Some(value)) => Principals::AllBut(principals(value)?),
        (Some(_), Some(_)) => return Err(ParseError("both Principal and NotPrincipal".to_owned())),
    };
    let actions = patterns(fields, "Action", "NotAction", version)?;
    Ok(Statement {
        sid: fields.get("Sid").and_then(Value::as_str).map(str::to_owned),
        effect,
        principals,
        actions: actions.ok_or_else(|| ParseError("neither Action nor NotAction".to_owned()))?,
        resources: patterns(fields, "Resource", "NotResource", version)?,
        conditions: fields.get("Condition").map_or(Ok(Vec::new()), |value| conditions(value, version))?,
    })
}

fn principals(value: &Value) -> Result<Vec<Principal>, ParseError> {
    match value {
        Value::String(all) if all == "*" => Ok(vec![Principal::Everyone]),
        Value::Object(kinds) => {
            let mut named = Vec::new();
            for (kind, names) in kinds {
                named.extend(strings("Principal", names)?.iter().map(|name| Principal::named(kind, name)));
            }
            Ok(named)
        }
        _ => Err(ParseError("Principal is neither \"*\" nor an object".to_owned())),
    }
}

fn patterns(
    fields: &Map<String, Value>,
    only: &str,
    all_but: &str,
    version: Version,
) -> Result<Option<Patterns>, ParseError> {
    let globs = |what, value| -> Result<Vec<Glob>, ParseError> {
        Ok(strings(what, value)?.iter().map(|text| Glob::pattern(text, version)).collect())
    };
    match (fields.get(only), fields.get(all_but)) {
        (None, None) => Ok(None),
        (Some(value), None) => Ok(Some(Patterns::Only(globs(only, value)?))),
        (None, Some(value)) => Ok(Some(Patterns::AllBut(globs(all_but, value)?))),
        (Some(_), Some(_)) => Err(ParseError(format!("both {only} and {all_but}"))),
    }
}

fn conditions(value: &Value, version: Version) -> Result<Vec<Condition>, ParseError> {
    let wrong = || ParseError("Condition is not an object of objects".to_owned());
    let mut found = Vec::new();
    for (written, keys) in value.as_object().ok_or_else(wrong)? {
        let operator = Operator::parse(written);
        let read = if operator.has_wildcards() { Glob::pattern } else { Glob::value };
        for (key, values) in keys.as_object().ok_or_else(wrong)? {
            let values = strings(key, values)?.iter().map(|text| read(text, version)).collect();
            found.push(Condition { operator: operator.clone(), key: key.clone(), values });
        }
    }
    Ok(found)
}

/// One value or a list of them; numbers and booleans count as their text.
fn strings(what: &str, value: &Value) -> Result<Vec<String>, ParseError> {
    let one = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        _ => Err(ParseError(format!("{what} holds something that is no string"))),
    };
    match value {
        Value::Array(list) => list.iter().map(one).collect(),
        value => Ok(vec![one(value)?]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_values_and_lists_are_one_shape() {
        let one = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"a",
                      "Condition":{"Bool":{"aws:SecureTransport":false}}}}"#;
        let list = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":["*"]},"Action":["s3:*"],
                      "Resource":["a"],"Condition":{"Bool":{"aws:SecureTransport":["false"]}}}]}"#;
        assert_eq!(Policy::parse(one), Policy::parse(list));
        assert!(Policy::parse(one).is_ok());
    }

    #[test]
    fn what_is_no_policy_is_an_error() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"Statement":"x"}"#,
            r#"{"Statement":[{"Effect":"allow","Action":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"*","NotAction":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":{"a":1}}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Principal":"me"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Condition":{"Bool":1}}]}"#,
        ] {
            assert!(Policy::parse(text).is_err(), "{text}");
        }
    }
}
