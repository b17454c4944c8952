//! What holds for every policy: more grants, and fewer conditions on them, never close anything.

use proptest::prelude::*;

use super::*;
use crate::answer::Answer::{CannotTell, No, Yes};

fn some_condition() -> impl Strategy<Value = (String, String, String)> {
    let operator = proptest::sample::select(vec![
        "StringEquals",
        "StringLike",
        "StringEqualsIfExists",
        "StringNotEquals",
        "ForAllValues:StringLike",
        "ArnEquals",
        "IpAddress",
        "NotIpAddress",
        "Null",
        "Bool",
        "Unheard",
    ]);
    let key = proptest::sample::select(vec![
        "aws:SourceVpc",
        "aws:SourceIp",
        "aws:SecureTransport",
        "aws:PrincipalOrgID",
        "aws:userid",
        "aws:VpceAccount",
        "token.actions.githubusercontent.com:sub",
        "accounts.google.com:sub",
    ]);
    let value = proptest::sample::select(vec![
        "[]",
        r#""vpc-1""#,
        r#""*""#,
        r#"["a","b*"]"#,
        r#""203.0.113.0/24""#,
        r#""0.0.0.0/0""#,
        r#""true""#,
        r#""false""#,
        r#""repo:a/b""#,
        r#""${aws:username}""#,
    ]);
    (operator, key, value).prop_map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()))
}

fn some_statement() -> impl Strategy<Value = String> {
    let principal = proptest::sample::select(vec![
        r#""Principal":"*""#,
        r#""Principal":{"AWS":"123456789012"}"#,
        r#""Principal":{"Robot":"r2"}"#,
        r#""NotPrincipal":{"AWS":"123456789012"}"#,
        r#""Principal":{"Service":"sns.amazonaws.com"}"#,
        r#""Principal":{"Federated":"accounts.google.com"}"#,
        r#""Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}"#,
    ]);
    let effect = proptest::sample::select(vec!["Allow", "Allow", "Deny"]);
    let action = proptest::sample::select(vec!["s3:*", "s3:GetObject", "*"]);
    let conditions = proptest::collection::vec(some_condition(), 0..3);
    (effect, principal, action, conditions).prop_map(|(effect, principal, action, conditions)| {
        let mut conditions = conditions;
        conditions.dedup_by(|a, b| a.0 == b.0);
        let conditions: Vec<_> =
            conditions.iter().map(|(operator, key, value)| format!(r#""{operator}":{{"{key}":{value}}}"#)).collect();
        let conditions = conditions.join(",");
        format!(
            r#"{{"Effect":"{effect}",{principal},"Action":"{action}","Resource":"*","Condition":{{{conditions}}}}}"#
        )
    })
}

fn some_policy() -> impl Strategy<Value = Policy> {
    proptest::collection::vec(some_statement(), 0..4).prop_filter_map("a policy", |statements| {
        Policy::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))).ok()
    })
}

/// How open an answer is.
fn open(policy: &Policy) -> u8 {
    match public(policy).answer {
        No => 0,
        CannotTell => 1,
        Yes => 2,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn another_grant_never_closes(policy in some_policy(), more in some_policy()) {
        let mut wider = policy.clone();
        wider.statements.extend(more.statements.into_iter().filter(|statement| statement.effect == Effect::Allow));
        prop_assert!(open(&policy) <= open(&wider));
    }

    #[test]
    fn a_grant_with_a_condition_less_is_no_less_open(policy in some_policy(), at in 0_usize..4, which in 0_usize..3) {
        let mut wider = policy.clone();
        if let Some(statement) = wider.statements.get_mut(at)
            && statement.effect == Effect::Allow
            && which < statement.conditions.len()
        {
            statement.conditions.remove(which);
        }
        prop_assert!(open(&policy) <= open(&wider));
    }

    #[test]
    fn the_order_of_statements_does_not_count(policy in some_policy()) {
        let mut turned = policy.clone();
        turned.statements.reverse();
        prop_assert_eq!(open(&policy), open(&turned));
    }
}
