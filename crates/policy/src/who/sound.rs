//! Nobody who gets in is left out: held against requests that are evaluated one by one, as IAM documents it.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::answer::Answer;
use crate::condition::{Quantifier, Test};
use crate::glob::Glob;
use crate::network::Block;
use crate::public::public;

/// A request: who asks, by all names that a policy may use for them, and what the context holds.
struct Request {
    /// Names under `Principal`; everyone also answers to `*`.
    names: Vec<Principal>,
    keys: BTreeMap<&'static str, &'static str>,
    action: &'static str,
    /// Whether they are a stranger from anywhere: signed in nowhere, or in an account that nobody names.
    stranger: bool,
}

/// A key of a request's context, and its value.
type Pair = (&'static str, &'static str);

fn requests() -> Vec<Request> {
    let aws = |name: &str| Principal::named("AWS", name);
    let role = "arn:aws:iam::111111111111:role/r";
    let who: [(Vec<Principal>, &[Pair], bool); 5] = [
        (Vec::new(), &[("aws:PrincipalAccount", "anonymous"), ("aws:userid", "anonymous")], true),
        (
            vec![aws("999999999999"), aws("arn:aws:iam::999999999999:user/r")],
            &[
                ("aws:PrincipalAccount", "999999999999"),
                ("aws:PrincipalArn", "arn:aws:iam::999999999999:user/r"),
                ("aws:PrincipalOrgID", "o-9"),
                ("aws:userid", "AIDANINE"),
            ],
            true,
        ),
        (
            vec![aws("111111111111"), aws(role)],
            &[
                ("aws:PrincipalAccount", "111111111111"),
                ("aws:PrincipalArn", role),
                ("aws:PrincipalOrgID", "o-1"),
                ("aws:userid", "AROAONE:s"),
            ],
            false,
        ),
        (
            vec![Principal::named("Service", "sns.amazonaws.com")],
            &[
                ("aws:PrincipalServiceName", "sns.amazonaws.com"),
                ("aws:SourceAccount", "111111111111"),
                ("aws:SourceArn", "arn:aws:sns:r:111111111111:t"),
            ],
            false,
        ),
        (vec![Principal::named("Federated", "accounts.google.com")], &[], false),
    ];
    let from: [&[Pair]; 3] =
        [&[("aws:SourceIp", "198.51.100.1")], &[("aws:SourceIp", "203.0.113.5")], &[("aws:SourceVpc", "vpc-1")]];
    let mut requests = Vec::new();
    for (names, of_who, stranger) in &who {
        for (at, of_place) in from.iter().enumerate() {
            for action in ["s3:GetObject", "s3:PutObject"] {
                let keys = of_who.iter().chain(*of_place).copied().collect();
                requests.push(Request { names: names.clone(), keys, action, stranger: *stranger && at == 0 });
            }
        }
    }
    requests
}

impl Request {
    fn is(&self, principal: &Principal) -> bool {
        *principal == Principal::Everyone || self.names.contains(principal)
    }

    fn is_met_by(&self, statement: &Statement) -> bool {
        let principal = match &statement.principals {
            Principals::Only(named) => named.iter().any(|one| self.is(one)),
            Principals::AllBut(named) => !named.iter().any(|one| self.is(one)),
            Principals::Unstated => false,
        };
        let action = match &statement.actions {
            Patterns::Only(globs) => globs.iter().any(|glob| glob.matches_in_any_case(self.action)),
            Patterns::AllBut(globs) => !globs.iter().any(|glob| glob.matches_in_any_case(self.action)),
        };
        principal && action && statement.conditions.iter().all(|condition| self.holds(condition))
    }

    /// Whether a condition holds; each key of a request has one value here.
    fn holds(&self, condition: &Condition) -> bool {
        let Condition { operator, key, values } = condition;
        let value = self.keys.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| *value);
        if operator.test == Test::Null {
            return values.iter().any(|expected| (expected.written() == "true") == value.is_none());
        }
        let fits = |value: &str| values.iter().any(|glob| fits(operator.test, glob, value));
        match (value, operator.test) {
            (None, Test::String { negated: true, .. } | Test::Arn { negated: true } | Test::Ip { negated: true }) => {
                operator.quantifier != Some(Quantifier::AnyValue)
            }
            (None, _) => operator.if_exists || operator.quantifier == Some(Quantifier::AllValues),
            (
                Some(value),
                Test::String { negated: true, .. } | Test::Arn { negated: true } | Test::Ip { negated: true },
            ) => !fits(value),
            (Some(value), _) => fits(value),
        }
    }

    fn gets_in(&self, policy: &Policy) -> bool {
        let any = |effect| policy.statements.iter().any(|s| s.effect == effect && self.is_met_by(s));
        any(Effect::Allow) && !any(Effect::Deny)
    }

    fn has(&self, key: &str, text: &str) -> bool {
        let pattern = Glob::pattern(text, crate::Version::V2008);
        self.keys.get(key).is_some_and(|value| pattern.matches(value))
    }

    /// Whether an entrant takes the request in.
    fn is_of(&self, entrant: &Entrant) -> bool {
        let name = entrant.name.as_str();
        match entrant.kind {
            Kind::Everyone => true,
            Kind::Account | Kind::CanonicalUser => self.is(&Principal::named("AWS", name)),
            Kind::Principal => {
                self.is(&Principal::named("AWS", name))
                    || self.has("aws:PrincipalArn", name)
                    || self.has("aws:userid", name)
            }
            Kind::Organization => self.has("aws:PrincipalOrgID", name),
            Kind::Service => self.is(&Principal::named("Service", name)),
            Kind::IdentityProvider => self.is(&Principal::named("Federated", name)),
            Kind::Source => self.has("aws:SourceAccount", name) || self.has("aws:SourceArn", name),
            Kind::Vpc => self.has("aws:SourceVpc", name),
            Kind::Addresses => self.keys.get("aws:SourceIp").is_some_and(|ip| is_in(ip, name)),
            Kind::OrganizationalUnit | Kind::VpcEndpoint | Kind::AccessPoint | Kind::Unknown => false,
        }
    }
}

fn fits(test: Test, glob: &Glob, value: &str) -> bool {
    match test {
        Test::Ip { .. } => is_in(value, glob.written()),
        Test::String { any_case: true, .. } => glob.matches_in_any_case(value),
        Test::String { .. } | Test::Arn { .. } => glob.matches(value),
        _ => false,
    }
}

/// Whether an address is in a range, by widening it until it is the range.
fn is_in(ip: &str, range: &str) -> bool {
    let Some(range) = Block::parse(range) else { return false };
    let length = |block: Block| match block {
        Block::V4(_, prefix) | Block::V6(_, prefix) => prefix,
    };
    (0..=32).any(|prefix| prefix == length(range) && Block::parse(&format!("{ip}/{prefix}")) == Some(range))
}

fn some_condition() -> impl Strategy<Value = String> {
    let operator = proptest::sample::select(vec![
        "StringEquals",
        "StringLike",
        "StringEqualsIgnoreCase",
        "StringEqualsIfExists",
        "StringNotEquals",
        "ArnLike",
        "ForAllValues:StringEquals",
        "ForAnyValue:StringLike",
        "IpAddress",
        "NotIpAddress",
        "Null",
    ]);
    let key_and_values = proptest::sample::select(vec![
        r#""aws:PrincipalAccount":"111111111111""#,
        r#""aws:PrincipalAccount":["111111111111","anonymous"]"#,
        r#""aws:PrincipalArn":"arn:aws:iam::111111111111:role/*""#,
        r#""aws:PrincipalArn":"arn:aws:iam::*:user/r""#,
        r#""aws:PrincipalOrgID":["o-1","o-2"]"#,
        r#""aws:PrincipalOrgID":"o-*""#,
        r#""aws:userid":"AROAONE:*""#,
        r#""aws:PrincipalServiceName":"sns.amazonaws.com""#,
        r#""aws:SourceAccount":"111111111111""#,
        r#""aws:SourceArn":"arn:aws:sns:*:111111111111:*""#,
        r#""aws:SourceVpc":"vpc-1""#,
        r#""aws:SourceVpc":"${aws:SourceVpc}""#,
        r#""aws:SourceIp":"203.0.113.0/24""#,
        r#""aws:SourceIp":["203.0.113.0/24","198.0.0.0/7"]"#,
        r#""aws:SourceIp":"true""#,
    ]);
    (operator, key_and_values).prop_map(|(operator, rest)| format!(r#""{operator}":{{{rest}}}"#))
}

fn some_policy() -> impl Strategy<Value = Policy> {
    let effect = proptest::sample::select(vec!["Allow", "Allow", "Allow", "Deny"]);
    let principal = proptest::sample::select(vec![
        r#""Principal":"*""#,
        r#""Principal":"*""#,
        r#""Principal":{"AWS":"111111111111"}"#,
        r#""Principal":{"AWS":"arn:aws:iam::111111111111:role/r","Service":"sns.amazonaws.com"}"#,
        r#""Principal":{"AWS":["*","111111111111"],"Federated":"accounts.google.com"}"#,
        r#""NotPrincipal":{"AWS":"111111111111"}"#,
    ]);
    let action = proptest::sample::select(vec![
        r#""Action":"s3:*""#,
        r#""Action":"s3:GetObject""#,
        r#""Action":["s3:get*","s3:PUT*"]"#,
        r#""NotAction":"s3:GetObject""#,
    ]);
    let conditions = proptest::collection::btree_set(some_condition(), 0..3);
    let statement = (effect, principal, action, conditions).prop_map(|(effect, principal, action, conditions)| {
        // One operator may stand in a document once.
        let mut kept: Vec<String> = Vec::new();
        for condition in conditions {
            let operator = |text: &str| text.split("\":").next().unwrap_or_default().to_owned();
            if kept.iter().all(|other| operator(other) != operator(&condition)) {
                kept.push(condition);
            }
        }
        let conditions = kept.join(",");
        format!(r#"{{"Effect":"{effect}",{principal},{action},"Resource":"*","Condition":{{{conditions}}}}}"#)
    });
    proptest::collection::vec(statement, 1..4).prop_map(|statements| {
        Policy::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn whoever_gets_in_is_told(policy in some_policy()) {
        let entrants = lets_in(&policy);
        for request in requests().iter().filter(|request| request.gets_in(&policy)) {
            let told = entrants.iter().any(|entrant| request.is_of(entrant));
            prop_assert!(told, "{:?} with {:?}: {:?}", request.names, request.keys, entrants);
        }
    }

    #[test]
    fn a_policy_that_lets_strangers_in_is_public(policy in some_policy()) {
        let stranger = requests().into_iter().any(|request| request.stranger && request.gets_in(&policy));
        prop_assert!(!stranger || public(&policy).answer != Answer::No);
    }
}
