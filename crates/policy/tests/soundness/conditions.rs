//! Whether a condition holds for a request.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Set operators for multivalued context
//! keys", "Conditions with multiple context keys or values".

use std::net::IpAddr;

use asc_policy::{Condition, Glob, Operator, Order, Quantifier, Test, Version};

use crate::request::Context;
use crate::texts::{Token, fits, tokens};
use crate::truth::Truth;

/// Whether a condition holds; `Perhaps` where the documentation does not say what the combination means.
pub(crate) fn holds(condition: &Condition, version: Version, context: &Context) -> Truth {
    let Operator { quantifier, test, if_exists, .. } = condition.operator;
    let values = context.get(&condition.key.to_ascii_lowercase()).map(Vec::as_slice);
    match test {
        Test::Unknown => return Truth::Perhaps,
        Test::Null => {
            return is_null(condition, values.is_none()).min(Truth::unless_certain(quantifier.is_none() && !if_exists));
        }
        _ => {}
    }
    let Some(values) = values else { return without(quantifier, is_negated(test), if_exists) };
    let judge = |value: &String| {
        let fits = Truth::any(condition.values.iter().map(|own| compare(test, own, value, version, context)));
        if is_negated(test) { !fits } else { fits }
    };
    let judged = values.iter().map(judge);
    match quantifier {
        Some(Quantifier::AnyValue) => Truth::any(judged),
        Some(Quantifier::AllValues) => Truth::all(judged),
        None => {
            let (any, all) = (Truth::any(judged.clone()), Truth::all(judged));
            if any == all { any } else { Truth::Perhaps }
        }
    }
}

/// For a key that the request does not have.
fn without(quantifier: Option<Quantifier>, negated: bool, if_exists: bool) -> Truth {
    match quantifier {
        None => (if_exists || negated).into(),
        Some(Quantifier::AllValues) => Truth::Yes,
        // "ForAnyValue … returns false" and "IfExists … evaluate as true": which of them wins is not said.
        Some(Quantifier::AnyValue) if if_exists => Truth::Perhaps,
        Some(Quantifier::AnyValue) => Truth::No,
    }
}

fn is_null(condition: &Condition, absent: bool) -> Truth {
    Truth::any(condition.values.iter().map(|value| match boolean(value.written()) {
        Some(wanted) => (wanted == absent).into(),
        None => Truth::Perhaps,
    }))
}

fn is_negated(test: Test) -> bool {
    match test {
        Test::String { negated, .. } | Test::Ip { negated } | Test::Arn { negated } => negated,
        Test::Numeric(order) | Test::Date(order) => order == Order::NotEquals,
        Test::Bool | Test::Binary | Test::Null | Test::Unknown => false,
    }
}

/// Whether a value of the request fits a value of the policy; of a negated operator, what it negates.
fn compare(test: Test, own: &Glob, value: &str, version: Version, context: &Context) -> Truth {
    let wildcards = matches!(test, Test::String { like: true, .. } | Test::Arn { .. });
    let Some(pattern) = tokens(own.written(), version, wildcards, context) else { return Truth::No };
    let plain: String = pattern.iter().map(|token| if let Token::Char(c) = token { *c } else { '\0' }).collect();
    let asked: Vec<_> = value.chars().collect();
    let unreadable = |truth: Option<bool>| truth.map_or(Truth::Perhaps, Truth::from);
    match test {
        Test::String { any_case, .. } => fits(&pattern, &asked, any_case).into(),
        Test::Arn { .. } => arn(&pattern, &asked),
        Test::Numeric(order) => unreadable(ordered(order, number(value), number(&plain))),
        Test::Date(order) => unreadable(ordered(order, instant(value), instant(&plain))),
        Test::Bool => unreadable(boolean(&plain).and_then(|own| Some(own == boolean(value)?))),
        // Of what is no base64 it is not said how it compares.
        Test::Binary => Truth::from(plain == value).max(Truth::Perhaps),
        Test::Ip { .. } => unreadable(within(&plain, value)),
        Test::Null | Test::Unknown => Truth::Perhaps,
    }
}

/// "Each of the six colon-delimited components of the ARN is checked separately", the last one with its colons.
/// What has fewer components is no ARN; whether its wildcards reach across colons is not said.
fn arn(pattern: &[Token], text: &[char]) -> Truth {
    let whole = fits(pattern, text, false);
    let patterns: Vec<_> = pattern.splitn(6, |token| *token == Token::Char(':')).collect();
    let texts: Vec<_> = text.splitn(6, |c| *c == ':').collect();
    if patterns.len() < 6 || texts.len() < 6 {
        return if whole { Truth::Perhaps } else { Truth::No };
    }
    patterns.iter().zip(texts).all(|(pattern, text)| fits(pattern, text, false)).into()
}

fn ordered<T: PartialOrd>(order: Order, value: Option<T>, own: Option<T>) -> Option<bool> {
    let (value, own) = (value?, own?);
    Some(match order {
        Order::Equals | Order::NotEquals => value == own,
        Order::LessThan => value < own,
        Order::LessThanEquals => value <= own,
        Order::GreaterThan => value > own,
        Order::GreaterThanEquals => value >= own,
    })
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// Seconds since 1970: of `2026-01-31`, `2026-01-31T12:00:00Z` (the W3C's profile of ISO 8601), or a plain number.
fn instant(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let (day, time) = text.strip_suffix('Z').unwrap_or(text).split_once('T').unwrap_or((text, "00:00:00"));
    let read = |text: &str, by: char| text.split(by).map(|field| field.parse::<i64>().ok()).collect::<Option<Vec<_>>>();
    let ([year, month, day], [hours, minutes, seconds]) = (&read(day, '-')?[..], &read(time, ':')?[..]) else {
        return None;
    };
    let leaps = |year: i64| year / 4 - year / 100 + year / 400;
    let leap = leaps(*year) > leaps(*year - 1);
    let lengths = [31, 28 + i64::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before: i64 = lengths.iter().take(usize::try_from(*month - 1).ok()?).sum();
    let days = 365 * (year - 1970) + leaps(year - 1) - leaps(1969) + before + day - 1;
    Some(days * 86_400 + hours * 3600 + minutes * 60 + seconds)
}

/// Whether an address is in a range, bit by bit.
pub(crate) fn within(range: &str, address: &str) -> Option<bool> {
    let (base, prefix) = match range.split_once('/') {
        Some((base, prefix)) => (base, Some(prefix.parse::<usize>().ok()?)),
        None => (range, None),
    };
    let (base, address) = (bits(base.parse().ok()?), bits(address.parse().ok()?));
    let prefix = prefix.unwrap_or(base.len());
    if prefix > base.len() {
        return None;
    }
    Some(base.len() == address.len() && base[..prefix] == address[..prefix])
}

fn bits(address: IpAddr) -> Vec<bool> {
    let bytes = match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect()
}

/// Examples from the pages, so that the judge is judged as well.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_addresses() {
        assert_eq!(instant("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(instant("2024-02-29"), Some(1_709_164_800));
        assert_eq!(instant("2026-01-01T00:00:01Z"), instant("1767225601"));
        assert_eq!(within("203.0.113.0/24", "203.0.113.9"), Some(true));
        assert_eq!(within("203.0.113.0/24", "2001:db8::1"), Some(false));
        assert_eq!(within("2001:db8::/32", "2001:db8:1::1"), Some(true));
        assert_eq!(within("0.0.0.0/0", "203.0.113.9"), Some(true));
        assert_eq!(within("*", "203.0.113.9"), None);
    }
}
