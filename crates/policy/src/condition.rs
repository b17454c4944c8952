//! Conditions: an operator, a key of the request, and values.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators", and "Conditions with multiple context keys
//! or values".

use std::fmt;

use crate::glob::Glob;

/// For a key that has many values in one request: which of them must fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// `ForAnyValue:` at least one; false when the key is absent.
    AnyValue,
    /// `ForAllValues:` each; true when the key is absent or has no value.
    AllValues,
}

/// How an ordered comparison goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// `…Equals`.
    Equals,
    /// `…NotEquals`.
    NotEquals,
    /// `…LessThan`.
    LessThan,
    /// `…LessThanEquals`.
    LessThanEquals,
    /// `…GreaterThan`.
    GreaterThan,
    /// `…GreaterThanEquals`.
    GreaterThanEquals,
}

/// What an operator compares, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// `StringEquals`, `StringEqualsIgnoreCase`, `StringLike`, and their `Not` forms.
    String {
        /// Whether it holds when the values do not fit.
        negated: bool,
        /// Whether `*` and `?` are wildcards.
        like: bool,
        /// Whether upper and lower case are the same.
        any_case: bool,
    },
    /// `Numeric…`.
    Numeric(Order),
    /// `Date…`.
    Date(Order),
    /// `Bool`.
    Bool,
    /// `BinaryEquals`.
    Binary,
    /// `IpAddress`, `NotIpAddress`.
    Ip {
        /// Whether it holds outside the ranges.
        negated: bool,
    },
    /// `ArnEquals` and `ArnLike`, which do the same, and their `Not` forms.
    Arn {
        /// Whether it holds when the values do not fit.
        negated: bool,
    },
    /// `Null`: whether the key is absent.
    Null,
    /// None that is known here. It is kept, and limits nothing.
    Unknown,
}

/// An operator, taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Operator {
    /// As it stands in the document.
    pub written: String,
    /// `ForAnyValue:` or `ForAllValues:`.
    pub quantifier: Option<Quantifier>,
    /// What it compares, and how.
    pub test: Test,
    /// `…IfExists`: also true when the key is absent.
    pub if_exists: bool,
}

/// One operator on one key: it holds if one of the values does (for a negated operator, if none of them fits).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Condition {
    /// The operator.
    pub operator: Operator,
    /// As written; keys do not distinguish upper and lower case.
    pub key: String,
    /// The values, numbers and booleans as text; wildcards are read as such where the operator knows them. There may
    /// be none, and then AWS's documents disagree on whether the condition holds ("IAM policy validation check
    /// reference", empty array condition).
    pub values: Vec<Glob>,
}

impl Operator {
    /// Takes an operator's name apart; case does not count.
    pub fn parse(written: &str) -> Self {
        let lower = written.to_ascii_lowercase();
        let (quantifier, name) = match lower.split_once(':') {
            Some(("foranyvalue", name)) => (Some(Quantifier::AnyValue), name),
            Some(("forallvalues", name)) => (Some(Quantifier::AllValues), name),
            _ => (None, lower.as_str()),
        };
        let (name, if_exists) = name.strip_suffix("ifexists").map_or((name, false), |name| (name, true));
        Self { written: written.to_owned(), quantifier, test: Test::named(name), if_exists }
    }

    /// Whether the values' `*` and `?` are wildcards.
    pub const fn has_wildcards(&self) -> bool {
        matches!(self.test, Test::String { like: true, .. } | Test::Arn { .. })
    }

    /// Whether it can hold for a request that does not have the key at all: then it limits nobody who can leave the
    /// key out.
    pub const fn holds_when_absent(&self) -> bool {
        let negated = matches!(
            self.test,
            Test::String { negated: true, .. }
                | Test::Arn { negated: true }
                | Test::Ip { negated: true }
                | Test::Numeric(Order::NotEquals)
                | Test::Date(Order::NotEquals)
        );
        match self.quantifier {
            Some(Quantifier::AnyValue) => self.if_exists,
            Some(Quantifier::AllValues) => true,
            None => self.if_exists || negated || matches!(self.test, Test::Null | Test::Unknown),
        }
    }
}

impl Test {
    /// By its name in lower case, without quantifier and `IfExists`.
    fn named(name: &str) -> Self {
        let string = |negated, like, any_case| Self::String { negated, like, any_case };
        match name {
            "stringequals" => string(false, false, false),
            "stringnotequals" => string(true, false, false),
            "stringequalsignorecase" => string(false, false, true),
            "stringnotequalsignorecase" => string(true, false, true),
            "stringlike" => string(false, true, false),
            "stringnotlike" => string(true, true, false),
            "bool" => Self::Bool,
            "binaryequals" => Self::Binary,
            "ipaddress" => Self::Ip { negated: false },
            "notipaddress" => Self::Ip { negated: true },
            "arnequals" | "arnlike" => Self::Arn { negated: false },
            "arnnotequals" | "arnnotlike" => Self::Arn { negated: true },
            "null" => Self::Null,
            _ => {
                let numeric = name.strip_prefix("numeric").and_then(Order::named).map(Self::Numeric);
                let date = name.strip_prefix("date").and_then(Order::named).map(Self::Date);
                numeric.or(date).unwrap_or(Self::Unknown)
            }
        }
    }
}

impl Order {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "equals" => Self::Equals,
            "notequals" => Self::NotEquals,
            "lessthan" => Self::LessThan,
            "lessthanequals" => Self::LessThanEquals,
            "greaterthan" => Self::GreaterThan,
            "greaterthanequals" => Self::GreaterThanEquals,
            _ => return None,
        })
    }
}

impl Condition {
    /// Whether it is on a key; case does not count.
    pub fn is_on(&self, key: &str) -> bool {
        self.key.eq_ignore_ascii_case(key)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<_> = self.values.iter().map(Glob::written).collect();
        write!(f, "{} {} = {}", self.operator.written, self.key, values.join(" | "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_taken_apart_in_any_case() {
        let read = Operator::parse("forallvalues:STRINGLIKEIfExists");
        let test = Test::String { negated: false, like: true, any_case: false };
        assert_eq!((read.quantifier, read.test, read.if_exists), (Some(Quantifier::AllValues), test, true));
        assert_eq!(Operator::parse("ArnEquals").test, Operator::parse("arnlike").test);
        assert_eq!(Operator::parse("DateLessThanEquals").test, Test::Date(Order::LessThanEquals));
        for unknown in ["StringMatches", "ForSomeValues:StringEquals", "Numeric", "", "NullIf"] {
            assert_eq!(Operator::parse(unknown).test, Test::Unknown, "{unknown}");
        }
    }

    #[test]
    fn which_operators_hold_for_an_absent_key() {
        for name in ["StringNotEquals", "BoolIfExists", "ForAllValues:StringEquals", "NotIpAddress", "Null", "Unheard"]
        {
            assert!(Operator::parse(name).holds_when_absent(), "{name}");
        }
        for name in ["StringEquals", "ForAnyValue:StringNotEquals", "Bool", "IpAddress", "NumericLessThan"] {
            assert!(!Operator::parse(name).holds_when_absent(), "{name}");
        }
    }
}
