//! What is known of a request before it is made, and what conditions say to it.

use std::borrow::Cow;

use crate::condition::{Condition, Test};
use crate::glob::{Glob, Value};

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Who<'a> {
    /// The user's or the role's ARN.
    pub(super) arn: &'a str,
    /// The user's name; roles have none.
    pub(super) user: Option<&'a str>,
    /// The account.
    pub(super) account: &'a str,
}

/// Whether conditions hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holds {
    No,
    /// What is not known decides.
    Perhaps,
    Yes,
}

/// Keys with their values in some request; `None` where the request does not have the key.
#[derive(Clone, Debug)]
pub(super) struct Known<'a> {
    keys: Vec<(&'static str, Option<Cow<'a, str>>)>,
}

impl<'a> Known<'a> {
    /// What is known of every request of somebody. Source: IAM User Guide, "AWS global condition context keys".
    pub(super) fn of(who: Who<'a>) -> Self {
        let keys = vec![
            ("aws:username", who.user.map(Cow::Borrowed)),
            ("aws:PrincipalArn", Some(who.arn.into())),
            ("aws:PrincipalAccount", Some(who.account.into())),
            ("aws:ResourceAccount", Some(who.account.into())),
            ("aws:PrincipalIsAWSService", Some("false".into())),
            // Whoever asks can do so over TLS.
            ("aws:SecureTransport", Some("true".into())),
            // Only requests about these have them.
            ("iam:PassedToService", None),
            ("iam:PolicyARN", None),
            ("iam:PermissionsBoundary", None),
        ];
        Self { keys }
    }

    /// What is known of a service that takes a role for something in the account.
    pub(super) fn of_service(account: &'a str) -> Self {
        Self { keys: vec![("aws:SourceAccount", Some(account.into()))] }
    }

    /// With another value for a key.
    pub(super) fn with(&self, key: &'static str, value: Option<&'a str>) -> Self {
        let mut known = self.without(key);
        known.keys.push((key, value.map(Cow::Borrowed)));
        known
    }

    /// Without knowing a key's value.
    pub(super) fn without(&self, key: &str) -> Self {
        Self { keys: self.keys.iter().filter(|(name, _)| *name != key).cloned().collect() }
    }

    /// A text with the variables that are known.
    pub(super) fn fill<'g>(&self, glob: &'g Glob) -> Cow<'g, Glob> {
        if glob.has_variable() { Cow::Owned(glob.filled(|key| self.value(key))) } else { Cow::Borrowed(glob) }
    }

    /// Whether all conditions hold.
    pub(super) fn judge(&self, conditions: &[Condition]) -> Holds {
        conditions.iter().map(|condition| self.one(condition)).min().unwrap_or(Holds::Yes)
    }

    fn value(&self, key: &str) -> Value {
        match self.keys.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)) {
            None => Value::Unknown,
            Some((_, None)) => Value::Absent,
            Some((_, Some(value))) => Value::Is(value.to_string()),
        }
    }

    fn one(&self, condition: &Condition) -> Holds {
        let operator = &condition.operator;
        let says = |wanted: &str| condition.values.iter().any(|v| v.written().eq_ignore_ascii_case(wanted));
        match (operator.test, self.value(&condition.key)) {
            (_, Value::Unknown)
            | (Test::Unknown | Test::Numeric(_) | Test::Date(_) | Test::Binary | Test::Ip { .. }, _) => Holds::Perhaps,
            (Test::Null, Value::Absent) => of(says("true")),
            (Test::Null, Value::Is(_)) => of(says("false")),
            (_, Value::Absent) => of(operator.holds_when_absent()),
            (Test::Bool, Value::Is(value)) => of(says(&value)),
            (Test::String { negated, any_case, .. }, Value::Is(value)) => {
                self.fits(condition, &value, negated, any_case)
            }
            (Test::Arn { negated }, Value::Is(value)) => self.fits(condition, &value, negated, false),
        }
    }

    fn fits(&self, condition: &Condition, value: &str, negated: bool, any_case: bool) -> Holds {
        let matches = |glob: &Glob| if any_case { glob.matches_in_any_case(value) } else { glob.matches(value) };
        let values: Vec<_> = condition.values.iter().map(|glob| self.fill(glob)).collect();
        let fit = if values.iter().any(|glob| matches(glob)) {
            Holds::Yes
        } else if values.iter().any(|glob| matches(&glob.at_most())) {
            Holds::Perhaps
        } else {
            Holds::No
        };
        match (fit, negated) {
            (Holds::Perhaps, _) => Holds::Perhaps,
            (fit, negated) => of((fit == Holds::Yes) != negated),
        }
    }
}

const fn of(holds: bool) -> Holds {
    if holds { Holds::Yes } else { Holds::No }
}
