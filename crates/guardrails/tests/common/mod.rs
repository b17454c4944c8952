//! The templates that the tests look at, and a reader for what was written.
#![expect(clippy::unwrap_used, reason = "a test that cannot read what it is about fails")]
#![allow(dead_code, reason = "each test file uses a part")]

use asc_guardrails::{Existing, Guardrail, Options, Template, choose, guardrails, template};
use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

/// Every subset that matters, by name: each guardrail alone, all, those that share resources, each with and without
/// what corrects, and accounts that have things already.
pub(crate) fn subsets() -> Vec<(String, Template)> {
    let observing = Options { report_only: true, ..Options::default() };
    let keys: Vec<&str> = guardrails().iter().map(|guardrail| guardrail.key).collect();
    let mut chosen: Vec<(String, Vec<&str>)> = keys.iter().map(|key| ((*key).to_owned(), vec![*key])).collect();
    chosen.push(("all".to_owned(), vec![]));
    for together in [
        ["s3-encryption", "s3-logging"],
        ["s3-encryption", "cloudtrail"],
        ["security-hub", "s3-encryption"],
        ["guardduty", "detective"],
        ["cloudtrail", "security-alerts"],
        ["restricted-ssh", "restricted-rdp"],
        ["access-analyzer", "iam-password-policy"],
    ] {
        chosen.push((together.join("+"), together.to_vec()));
    }
    let mut subsets = Vec::new();
    for (name, keys) in chosen {
        let guardrails: Vec<Guardrail> = choose(&keys).unwrap();
        subsets.push((name.clone(), template(&guardrails, &Options::default())));
        subsets.push((format!("{name}-report-only"), template(&guardrails, &observing)));
    }
    let existing = [
        Existing::Recorder,
        Existing::DeliveryChannel,
        Existing::ConfigRole,
        Existing::RemediationRole,
        Existing::Trail,
        Existing::Service("guardduty"),
        Existing::Service("security-hub"),
    ];
    let existing = Options { existing: existing.into(), report_only: false };
    subsets.push(("all-existing".to_owned(), template(&guardrails(), &existing)));
    subsets
}

/// A YAML document as JSON, with CloudFormation's short forms (`!Ref x`) as the long ones (`{"Ref": "x"}`).
pub(crate) fn parse(yaml: &str) -> Value {
    let documents = Yaml::load_from_str(yaml).unwrap();
    assert_eq!(documents.len(), 1);
    plain(&documents[0])
}

fn plain(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(flag)) => json!(flag),
        Yaml::Value(Scalar::Integer(number)) => json!(number),
        Yaml::Value(Scalar::FloatingPoint(number)) => json!(number.into_inner()),
        Yaml::Value(Scalar::String(text)) => json!(text),
        Yaml::Sequence(items) => items.iter().map(plain).collect(),
        Yaml::Mapping(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                let key = key.as_str().unwrap().to_owned();
                assert!(map.insert(key.clone(), plain(value)).is_none(), "{key} stands twice");
            }
            Value::Object(map)
        }
        Yaml::Tagged(tag, inner) => {
            let inner = plain(inner);
            match tag.suffix.as_str() {
                name @ ("Ref" | "Condition") => json!({ name: inner }),
                "GetAtt" => json!({ "Fn::GetAtt": inner.as_str().unwrap().split_once('.').unwrap() }),
                name => json!({ format!("Fn::{name}"): inner }),
            }
        }
        other => panic!("unexpected YAML: {other:?}"),
    }
}

/// Calls a function with a value and everything in it.
pub(crate) fn walk<'a>(value: &'a Value, see: &mut dyn FnMut(&'a Value)) {
    see(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, see)),
        Value::Object(entries) => entries.values().for_each(|value| walk(value, see)),
        _ => {}
    }
}

/// The functions that a value is made of: name and argument.
pub(crate) fn functions(value: &Value) -> Vec<(&str, &Value)> {
    let mut found = Vec::new();
    walk(value, &mut |value| {
        if let Some(entries) = value.as_object()
            && entries.len() == 1
            && let Some((name, argument)) = entries.iter().next()
            && (name.starts_with("Fn::") || (name == "Ref" || name == "Condition") && argument.is_string())
        {
            found.push((name.as_str(), argument));
        }
    });
    found
}

/// The names within `${…}` of a text.
pub(crate) fn names_in(text: &str) -> Vec<&str> {
    text.split("${").skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
}
