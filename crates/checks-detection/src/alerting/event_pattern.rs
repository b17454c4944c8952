//! Event patterns of EventBridge: does an event match?
//!
//! Source: Amazon EventBridge User Guide, "Comparison operators for use in event patterns". What is not understood
//! matches nothing: an alert that may not be there is none.

use serde_json::Value;

/// Whether an event matches a pattern, both in JSON. A pattern that is no JSON object matches nothing.
pub fn matches(pattern: &str, event: &Value) -> bool {
    serde_json::from_str(pattern).is_ok_and(|pattern: Value| pattern.is_object() && object(&pattern, Some(event)))
}

/// All fields of a pattern must match those of the event.
fn object(pattern: &Value, event: Option<&Value>) -> bool {
    let Value::Object(fields) = pattern else { return false };
    fields.iter().all(|(name, wanted)| match (name.as_str(), wanted) {
        ("$or", Value::Array(ways)) => ways.iter().any(|way| object(way, event)),
        (_, Value::Object(_)) => within(wanted, event.and_then(|event| event.get(name))),
        (_, Value::Array(tests)) => field(tests, event.and_then(|event| event.get(name))),
        _ => false,
    })
}

/// A nested pattern; in a list of the event's, one element has to match it.
fn within(pattern: &Value, value: Option<&Value>) -> bool {
    match value {
        Some(Value::Array(elements)) => elements.iter().any(|element| object(pattern, Some(element))),
        value => object(pattern, value),
    }
}

/// One of a field's tests must hold; of a list in the event, for one of its elements.
fn field(tests: &[Value], value: Option<&Value>) -> bool {
    tests.iter().any(|test| match (test.get("exists"), value) {
        // Only leaves exist.
        (Some(exists), value) => exists.as_bool() == Some(value.is_some_and(|value| !value.is_object())),
        (None, None) => false,
        (None, Some(Value::Array(elements))) => elements.iter().any(|element| holds(test, element)),
        (None, Some(value)) => holds(test, value),
    })
}

fn holds(test: &Value, value: &Value) -> bool {
    let Value::Object(filter) = test else { return equal(test, value) };
    let mut parts = filter.iter();
    let (Some((operator, operand)), None) = (parts.next(), parts.next()) else { return false };
    if operator == "anything-but" {
        return anything_but(operand, value);
    }
    if operator == "numeric" {
        return numeric(operand, value);
    }
    value.as_str().is_some_and(|text| textual(operator, operand, text))
}

fn equal(literal: &Value, value: &Value) -> bool {
    match (literal.as_f64(), value.as_f64()) {
        (Some(one), Some(other)) => (one - other).abs() < f64::EPSILON,
        _ => literal == value,
    }
}

fn textual(operator: &str, operand: &Value, text: &str) -> bool {
    if let Some(operand) = operand.get("equals-ignore-case").and_then(Value::as_str) {
        let (operand, text) = (operand.to_lowercase(), text.to_lowercase());
        return match operator {
            "prefix" => text.starts_with(&operand),
            "suffix" => text.ends_with(&operand),
            _ => false,
        };
    }
    let Some(operand) = operand.as_str() else { return false };
    match operator {
        "prefix" => text.starts_with(operand),
        "suffix" => text.ends_with(operand),
        "equals-ignore-case" => text.to_lowercase() == operand.to_lowercase(),
        "wildcard" => wild(operand, text),
        _ => false,
    }
}

fn anything_but(operand: &Value, value: &Value) -> bool {
    match operand {
        Value::Array(list) => !list.iter().any(|literal| equal(literal, value)),
        Value::Object(filter) => filter.iter().all(|(operator, operand)| {
            let known = ["prefix", "suffix", "equals-ignore-case", "wildcard"].contains(&operator.as_str());
            let operands = operand.as_array().cloned().unwrap_or_else(|| vec![operand.clone()]);
            let excluded = |text: &str| operands.iter().any(|operand| textual(operator, operand, text));
            known && value.as_str().is_none_or(|text| !excluded(text))
        }),
        literal => !equal(literal, value),
    }
}

fn numeric(operand: &Value, value: &Value) -> bool {
    let (Value::Array(parts), Some(value)) = (operand, value.as_f64()) else { return false };
    !parts.is_empty()
        && parts.chunks(2).all(|part| {
            let [operator, bound] = part else { return false };
            let (Some(operator), Some(bound)) = (operator.as_str(), bound.as_f64()) else { return false };
            match operator {
                "=" => (value - bound).abs() < f64::EPSILON,
                "<" => value < bound,
                "<=" => value <= bound,
                ">" => value > bound,
                ">=" => value >= bound,
                _ => false,
            }
        })
}

/// Whether a text is what a pattern with `*` says; in the pattern a backslash takes the next character as it is.
pub(super) fn wild(pattern: &str, text: &str) -> bool {
    let mut parts = vec![String::new()];
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' => parts.push(String::new()),
            '\\' => parts.last_mut().into_iter().for_each(|part| part.extend(chars.next())),
            c => parts.last_mut().into_iter().for_each(|part| part.push(c)),
        }
    }
    let [first, middle @ .., last] = parts.as_slice() else { return parts.first().is_some_and(|only| only == text) };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for part in middle {
        let Some(at) = rest.find(part.as_str()) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event() -> Value {
        json!({
            "source": "aws.ec2", "detail-type": "AWS API Call via CloudTrail", "resources": ["a", "b"],
            "detail": { "eventSource": "ec2.amazonaws.com", "eventName": "CreateVpc", "count": 3, "flag": false,
                        "none": null, "userIdentity": { "type": "Root" }, "list": [{ "k": 1 }, { "k": 2 }] },
        })
    }

    #[test]
    fn patterns_match_what_they_say() {
        for pattern in [
            json!({}),
            json!({"source": ["aws.s3", "aws.ec2"]}),
            json!({"source": [{"prefix": "aws."}], "detail": {"eventName": [{"suffix": "Vpc"}]}}),
            json!({"detail": {"eventName": [{"wildcard": "C*e*"}]}}),
            json!({"detail": {"eventName": [{"equals-ignore-case": "createvpc"}]}}),
            json!({"detail": {"eventName": [{"prefix": {"equals-ignore-case": "CREATE"}}]}}),
            json!({"detail": {"eventName": [{"anything-but": ["DeleteVpc"]}]}}),
            json!({"detail": {"eventName": [{"anything-but": {"prefix": "Describe"}}]}}),
            json!({"detail": {"eventName": [{"anything-but": {"prefix": ["Get", "List"]}}]}}),
            json!({"detail": {"errorCode": [{"exists": false}], "eventName": [{"exists": true}]}}),
            json!({"detail": {"count": [{"numeric": [">", 2, "<=", 3]}], "flag": [false], "none": [null]}}),
            json!({"detail": {"count": [3.0]}}),
            json!({"resources": ["b"], "detail": {"list": {"k": [2]}}}),
            json!({"$or": [{"source": ["aws.s3"]}, {"detail": {"userIdentity": {"type": ["Root"]}}}]}),
        ] {
            assert!(matches(&pattern.to_string(), &event()), "{pattern}");
        }
    }

    #[test]
    fn patterns_match_nothing_else() {
        for pattern in [
            json!({"source": ["aws.s3"]}),
            json!({"source": []}),
            json!({"source": "aws.ec2"}),
            json!({"Source": ["aws.ec2"]}),
            json!({"source": ["aws.ec2"], "detail": {"eventName": ["DeleteVpc"]}}),
            json!({"detail": {"missing": ["x"]}}),
            json!({"detail": {"missing": [{"anything-but": "x"}]}}),
            json!({"detail": {"missing": {"deeper": [{"exists": true}]}}}),
            json!({"detail": {"eventName": [{"exists": false}]}}),
            json!({"detail": {"eventName": [{"anything-but": {"prefix": ["Get", "Create"]}}]}}),
            json!({"detail": {"eventName": [{"anything-but": {"unheard-of": "x"}}]}}),
            json!({"detail": {"eventName": [{"unheard-of": "CreateVpc"}]}}),
            json!({"detail": {"count": [{"numeric": [">", 3]}]}}),
            json!({"detail": {"count": [{"numeric": []}]}}),
            json!({"$or": []}),
            json!([]),
        ] {
            assert!(!matches(&pattern.to_string(), &event()), "{pattern}");
        }
        assert!(!matches("{", &event()) && !matches("", &event()));
    }

    #[test]
    fn wildcards() {
        for (pattern, text) in [("a", "a"), ("*", ""), ("a*", "ab"), ("*b*d", "abcd"), ("a*a", "aa"), ("\\*", "*")] {
            assert!(wild(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a", "ab"), ("a*a", "a"), ("*b", "ba"), ("a*c*b", "abc"), ("\\*", "a")] {
            assert!(!wild(pattern, text), "{pattern} {text}");
        }
    }
}
