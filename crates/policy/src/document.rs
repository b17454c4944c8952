//! Policy documents, read into one shape however they were written.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

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
    Only(Vec<String>),
    /// Everything that none of these matches.
    AllBut(Vec<String>),
}

/// Whom a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principals {
    /// Nobody is named: an identity policy.
    Unstated,
    /// Everyone: `"*"`, or `{"AWS": "*"}`, which in a resource policy is the same.
    Everyone,
    /// By type (`AWS`, `Service`, `Federated`, `CanonicalUser`), as written.
    Only(BTreeMap<String, Vec<String>>),
    /// `NotPrincipal`: everyone but these.
    AllBut(BTreeMap<String, Vec<String>>),
}

/// One operator on one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// As written: `Bool`, `StringEqualsIfExists`, `ForAllValues:StringLike`.
    pub operator: String,
    /// As written: `aws:SecureTransport`.
    pub key: String,
    /// The values, numbers and booleans as text.
    pub values: Vec<String>,
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
        let statements = statements.into_iter().enumerate().map(|(at, value)| {
            statement(value).map_err(|ParseError(why)| ParseError(format!("statement {at}: {why}")))
        });
        Ok(Self { statements: statements.collect::<Result<_, _>>()? })
    }
}

fn statement(value: &Value) -> Result<Statement, ParseError> {
    let Value::Object(fields) = value else { return Err(ParseError("not an object".to_owned())) };
    let effect = match fields.get("Effect").and_then(Value::as_str) {
        Some("Allow") => Effect::Allow,
        Some("Deny") => Effect::Deny,
        other => return Err(ParseError(format!("Effect is {other:?}, not Allow or Deny"))),
    };
    let principals = match (fields.get("Principal"), fields.get("NotPrincipal")) {
        (None, None) => Principals::Unstated,
        (Some(value), None) => principals(value)?,
        (None, Some(value)) => match principals(value)? {
            Principals::Only(named) => Principals::AllBut(named),
            _ => Principals::AllBut(BTreeMap::from([("AWS".to_owned(), vec!["*".to_owned()])])),
        },
        (Some(_), Some(_)) => return Err(ParseError("both Principal and NotPrincipal".to_owned())),
    };
    let actions = patterns(fields, "Action", "NotAction")?;
    Ok(Statement {
        sid: fields.get("Sid").and_then(Value::as_str).map(str::to_owned),
        effect,
        principals,
        actions: actions.ok_or_else(|| ParseError("neither Action nor NotAction".to_owned()))?,
        resources: patterns(fields, "Resource", "NotResource")?,
        conditions: fields.get("Condition").map_or(Ok(Vec::new()), conditions)?,
    })
}

fn principals(value: &Value) -> Result<Principals, ParseError> {
    match value {
        Value::String(all) if all == "*" => Ok(Principals::Everyone),
        Value::Object(types) => {
            let mut named = BTreeMap::new();
            for (kind, value) in types {
                named.insert(kind.clone(), strings("Principal", value)?);
            }
            let everyone = named.get("AWS").is_some_and(|names: &Vec<String>| names.iter().any(|name| name == "*"));
            Ok(if everyone { Principals::Everyone } else { Principals::Only(named) })
        }
        _ => Err(ParseError("Principal is neither \"*\" nor an object".to_owned())),
    }
}

fn patterns(fields: &Map<String, Value>, only: &str, all_but: &str) -> Result<Option<Patterns>, ParseError> {
    match (fields.get(only), fields.get(all_but)) {
        (None, None) => Ok(None),
        (Some(value), None) => Ok(Some(Patterns::Only(strings(only, value)?))),
        (None, Some(value)) => Ok(Some(Patterns::AllBut(strings(all_but, value)?))),
        (Some(_), Some(_)) => Err(ParseError(format!("both {only} and {all_but}"))),
    }
}

fn conditions(value: &Value) -> Result<Vec<Condition>, ParseError> {
    let wrong = || ParseError("Condition is not an object of objects".to_owned());
    let mut found = Vec::new();
    for (operator, keys) in value.as_object().ok_or_else(wrong)? {
        for (key, values) in keys.as_object().ok_or_else(wrong)? {
            found.push(Condition { operator: operator.clone(), key: key.clone(), values: strings(key, values)? });
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
        let one = r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"a",
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
