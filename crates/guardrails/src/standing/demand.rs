//! What a rule or a runbook is given, and whether something else asks for less.

use std::collections::BTreeMap;

/// Which of two values of a parameter asks for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// The smaller number, of days.
    Smaller,
    /// The greater number.
    Greater,
    /// `true`.
    True,
    /// One port among those that begin alike; more of them are more.
    Among(&'static str),
    /// Nothing: each value is an exception.
    Nothing,
    /// Neither is known to.
    Unknown,
}

/// What is known of parameters: their order, and what AWS takes where one is not given. AWS documents defaults of rules for
/// the console alone; only these rules say that they fall back on theirs.
///
/// Source: AWS Config Developer Guide, the pages of the rules: "access-keys-rotated", "iam-user-unused-credentials-check",
/// "iam-password-policy", "restricted-common-ports", "s3-account-level-public-access-blocks-periodic" ("settings from
/// parameters (or default)"); and "AWS Config Managed Rules", "Default Values for Managed Rules".
const KNOWN: [(&str, Order, Option<&str>); 15] = [
    ("maxAccessKeyAge", Order::Smaller, None),
    ("maxCredentialUsageAge", Order::Smaller, None),
    // The runbook's name for it.
    ("MaxCredentialUsageAge", Order::Smaller, None),
    ("MaxPasswordAge", Order::Smaller, None),
    ("MinimumPasswordLength", Order::Greater, None),
    ("PasswordReusePrevention", Order::Greater, None),
    ("RequireUppercaseCharacters", Order::True, None),
    ("RequireLowercaseCharacters", Order::True, None),
    ("RequireNumbers", Order::True, None),
    ("RequireSymbols", Order::True, None),
    ("BlockPublicAcls", Order::True, Some("true")),
    ("BlockPublicPolicy", Order::True, Some("true")),
    ("IgnorePublicAcls", Order::True, Some("true")),
    ("RestrictPublicBuckets", Order::True, Some("true")),
    ("blockedPort", Order::Among("blockedPort"), None),
];

/// A parameter, and what it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// The parameter's name, or what several have in common that count as one.
    pub parameter: String,
    /// What the template gives it; empty where it gives nothing, since anything would be an exception.
    pub value: String,
    order: Order,
    default: Option<&'static str>,
}

/// How what is given stands to a demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// It is the same.
    Same,
    /// It asks for more.
    Stricter,
    /// It asks for less, or for something else.
    Otherwise,
}

impl Demand {
    pub(super) fn new(parameter: &str, value: &str) -> Self {
        let known = KNOWN.iter().find(|(name, order, _)| match order {
            Order::Among(beginning) => parameter.starts_with(beginning),
            _ => *name == parameter,
        });
        let (name, order, default) = known.copied().unwrap_or((parameter, Order::Unknown, None));
        Self { parameter: name.to_owned(), value: value.to_owned(), order, default }
    }

    /// That a parameter is given nothing.
    pub(super) fn nothing(parameter: &str) -> Self {
        Self { parameter: parameter.to_owned(), value: String::new(), order: Order::Nothing, default: Some("") }
    }

    /// What is given instead, of all that is given.
    pub fn given(&self, parameters: &BTreeMap<String, String>) -> Option<String> {
        let Order::Among(beginning) = self.order else { return parameters.get(&self.parameter).cloned() };
        let alike: Vec<_> = among(beginning, parameters).collect();
        (!alike.is_empty()).then(|| alike.join(", "))
    }

    /// Compares it with what is given.
    pub fn compare(&self, parameters: &BTreeMap<String, String>) -> Compared {
        if let Order::Among(beginning) = self.order {
            let met = among(beginning, parameters).any(|one| one == self.value);
            return if met { Compared::Same } else { Compared::Otherwise };
        }
        let given = parameters.get(&self.parameter).map(String::as_str).or(self.default);
        let Some(given) = given else { return Compared::Otherwise };
        let smaller = || Some(number(given)? < number(&self.value)?);
        match self.order {
            _ if given.eq_ignore_ascii_case(&self.value) => Compared::Same,
            Order::Smaller if smaller() == Some(true) => Compared::Stricter,
            Order::Greater if smaller() == Some(false) => Compared::Stricter,
            Order::True if given.eq_ignore_ascii_case("true") => Compared::Stricter,
            _ => Compared::Otherwise,
        }
    }
}

/// All values of the parameters that begin alike, of which each may be a list.
fn among<'a>(beginning: &'a str, parameters: &'a BTreeMap<String, String>) -> impl Iterator<Item = &'a str> {
    let alike = parameters.iter().filter(move |(name, _)| name.starts_with(beginning));
    alike.flat_map(|(_, value)| value.split(',').map(str::trim))
}

/// A number that counts something; what none or less would mean, nobody says.
fn number(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use crate::guardrails::guardrails;

    use super::*;

    fn compared(parameter: &str, value: &str, given: &[(&str, &str)]) -> Compared {
        let given = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Demand::new(parameter, value).compare(&given)
    }

    #[test]
    fn what_asks_for_less_is_told_from_what_asks_for_more() {
        for (parameter, value, given, expected) in [
            ("maxAccessKeyAge", "90", "90", Compared::Same),
            ("maxAccessKeyAge", "90", "60", Compared::Stricter),
            ("maxAccessKeyAge", "90", "365", Compared::Otherwise),
            ("maxAccessKeyAge", "90", "0", Compared::Otherwise),
            ("maxAccessKeyAge", "90", "a while", Compared::Otherwise),
            ("MinimumPasswordLength", "14", "16", Compared::Stricter),
            ("MinimumPasswordLength", "14", "8", Compared::Otherwise),
            ("RequireSymbols", "true", "True", Compared::Same),
            ("RequireSymbols", "true", "false", Compared::Otherwise),
            ("SSEAlgorithm", "AES256", "aws:kms", Compared::Otherwise),
            ("blockedPort1", "3389", "20", Compared::Otherwise),
        ] {
            assert_eq!(compared(parameter, value, &[(parameter, given)]), expected, "{parameter}: {given}");
        }
    }

    #[test]
    fn what_is_not_given_is_taken_for_the_default_only_where_the_rule_says_so() {
        assert_eq!(compared("MinimumPasswordLength", "14", &[]), Compared::Otherwise);
        assert_eq!(compared("BlockPublicAcls", "true", &[]), Compared::Same);
        assert_eq!(compared("blockedPort1", "3389", &[]), Compared::Otherwise);
    }

    #[test]
    fn an_exception_asks_for_less() {
        let given = |value: &str| [("excludedPublicBuckets".to_owned(), value.to_owned())].into();
        let demand = Demand::nothing("excludedPublicBuckets");
        assert_eq!(demand.compare(&given("website")), Compared::Otherwise);
        assert_eq!(demand.compare(&given("")), Compared::Same);
        assert_eq!(demand.compare(&BTreeMap::new()), Compared::Same);
    }

    #[test]
    fn one_port_of_several_is_enough() {
        assert_eq!(
            compared("blockedPort1", "3389", &[("blockedPort1", "20"), ("blockedPort3", "3389")]),
            Compared::Same
        );
        assert_eq!(compared("blockedPort1", "3389", &[("blockedPorts", "22, 3389")]), Compared::Same);
        assert_eq!(compared("blockedPort1", "3389", &[("blockedPorts", "33890")]), Compared::Otherwise);
    }

    #[test]
    fn the_order_of_all_that_rules_are_given_is_known() {
        let mut known: Vec<_> = KNOWN.iter().map(|(name, ..)| *name).collect();
        for rule in guardrails().iter().flat_map(crate::Guardrail::rules) {
            for demand in rule.demands.into_iter().filter(|demand| demand.order != Order::Nothing) {
                assert_ne!(demand.order, Order::Unknown, "{}", demand.parameter);
                known.retain(|name| *name != demand.parameter);
            }
        }
        assert_eq!(known, ["MaxCredentialUsageAge"], "no rule is given these");
    }
}
