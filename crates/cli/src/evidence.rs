//! Evidence for people: what a verdict rests on, laid out like YAML and wrapped to the terminal.

use asc_report::escape;
use serde_json::{Map, Value};

const STEP: usize = 2;

/// Facts as lines, indented; what is null is left out.
pub(crate) fn lines(evidence: &Map<String, Value>, indent: usize, width: usize) -> Vec<String> {
    let mut out = Vec::new();
    for (key, value) in evidence.iter().filter(|(_, value)| !value.is_null()) {
        let key = escape::terminal(key);
        if let Some(text) = inline(value) {
            put(&format!("{key}: {text}"), indent, width, &mut out);
        } else {
            put(&format!("{key}:"), indent, width, &mut out);
            nested(value, indent + STEP, width, &mut out);
        }
    }
    out
}

fn nested(value: &Value, indent: usize, width: usize, out: &mut Vec<String>) {
    match value {
        Value::Object(fields) => out.extend(lines(fields, indent, width)),
        Value::Array(items) => {
            for item in items {
                match item {
                    Value::Object(fields) => put(&format!("- {}", flat(fields)), indent, width, out),
                    item => put(&format!("- {}", inline(item).unwrap_or_default()), indent, width, out),
                }
            }
        }
        _ => {}
    }
}

/// A value that fits into a line of its key: a scalar, or a list of them.
fn inline(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("-".to_owned()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::String(text) => Some(escape::terminal(text).into_owned()),
        Value::Array(items) if items.is_empty() => Some("-".to_owned()),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            Some(items.iter().filter_map(inline).collect::<Vec<_>>().join(", "))
        }
        Value::Object(fields) if fields.is_empty() => Some("-".to_owned()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// A small object on one line.
fn flat(fields: &Map<String, Value>) -> String {
    let told = fields.iter().filter(|(_, value)| !value.is_null());
    let told = told.map(|(key, value)| {
        let value = inline(value).unwrap_or_else(|| escape::terminal(&value.to_string()).into_owned());
        format!("{}: {value}", escape::terminal(key))
    });
    told.collect::<Vec<_>>().join(", ")
}

fn put(text: &str, indent: usize, width: usize, out: &mut Vec<String>) {
    let (first, further) = (" ".repeat(indent), " ".repeat(indent + STEP));
    let options = textwrap::Options::new(width).initial_indent(&first).subsequent_indent(&further);
    out.extend(textwrap::wrap(text, options).into_iter().map(std::borrow::Cow::into_owned));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn facts_are_laid_out_and_wrapped() {
        let evidence = json!({
            "versioning": "enabled",
            "retention": null,
            "rules": [{ "id": "keep", "days": 30, "until": null }, { "id": "x\u{1b}[2J", "days": [1, 2] }],
            "none": [],
            "regions": { "eu-west-1": { "keys": ["a", "b"] } },
        });
        let lines = lines(evidence.as_object().unwrap(), 2, 24);
        let expected = ["  versioning: enabled", "  rules:", "    - id: keep, days: 30"];
        assert_eq!(lines[..3], expected);
        assert!(!lines.iter().any(|line| line.contains('\u{1b}') || line.contains("retention")), "{lines:?}");
        assert!(lines.contains(&"  none: -".to_owned()), "{lines:?}");
        assert_eq!(lines[lines.len() - 3..], ["  regions:", "    eu-west-1:", "      keys: a, b"]);
        assert!(lines.iter().all(|line| line.chars().count() <= 24), "{lines:?}");
    }
}
