use proptest::prelude::*;

use super::*;
use crate::document::Version;

const EVERYTHING: Option<Reach> = Some(Reach::Everything);
const ALL_BUT_SOME: Option<Reach> = Some(Reach::AllButSome);

fn realm() -> Realm {
    Realm::new("aws", "123456789012")
}

fn policy(statements: &[String]) -> Policy {
    Policy::parse(&format!(r#"{{"Statement":[{}]}}"#, statements.join(","))).unwrap()
}

/// A statement; every field as JSON.
fn statement(effect: &str, action: &str, resource: &str) -> String {
    let field = |name: &str, value: &str| match value.strip_prefix('!') {
        Some(but) => format!(r#""Not{name}":{but}"#),
        None => format!(r#""{name}":{value}"#),
    };
    format!(r#"{{"Effect":"{effect}",{},{}}}"#, field("Action", action), field("Resource", resource))
}

fn allow(action: &str, resource: &str) -> String {
    statement("Allow", action, resource)
}

fn deny(action: &str, resource: &str) -> String {
    statement("Deny", action, resource)
}

fn under(statement: &str, condition: &str) -> String {
    format!(r#"{},"Condition":{condition}}}"#, statement.strip_suffix('}').unwrap())
}

const STAR: &str = r#""*""#;
const MFA: &str = r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#;

fn decide(statements: &[String]) -> Option<Proof> {
    admin(&realm(), &[&policy(statements)], None)
}

fn reach(statements: &[String]) -> Option<Reach> {
    decide(statements).map(|proof| {
        assert!(proof.exact && proof.conditions.is_empty());
        proof.reach
    })
}

fn bounded(statements: &[String], boundary: &[String]) -> Option<Proof> {
    admin(&realm(), &[&policy(statements)], Some(&policy(boundary)))
}

#[test]
fn everything_in_all_its_spellings() {
    let letters = ('a'..='z').map(|c| format!(r#""{c}*""#)).collect::<Vec<_>>().join(",");
    let names = ('A'..='Z').map(|c| format!(r#""*:{c}*""#)).collect::<Vec<_>>().join(",");
    for actions in [
        STAR,
        r#"["*"]"#,
        r#""*:*""#,
        r#""**""#,
        r#""?*""#,
        r#""*?""#,
        r#""?*:?*""#,
        r#"["s3:Get*", "*"]"#,
        r#"["A*", "?", "??*"]"#,
        &format!("[{letters}]"),
        &format!("[{names}]"),
        "![]",
    ] {
        assert_eq!(reach(&[allow(actions, STAR)]), EVERYTHING, "{actions}");
    }
    for resources in [
        r#"["*"]"#,
        r#""**""#,
        r#""arn:*""#,
        r#""arn:aws:*""#,
        r#""arn:aws:*:*:*:*""#,
        r#""arn:*:*:*:*:*""#,
        r#""???*""#,
        r#"["arn:aws:s3:::*", "arn:*"]"#,
        r#"!"arn:aws-cn:*""#,
    ] {
        assert_eq!(reach(&[allow(STAR, resources)]), EVERYTHING, "{resources}");
    }
    let without_resource = r#"{"Effect":"Allow","Action":"*"}"#.to_owned();
    assert_eq!(reach(&[without_resource]), EVERYTHING);
}

#[test]
fn statements_add_up() {
    let halves = [allow(r#""iam:*""#, STAR), allow(r#"!"iam:*""#, STAR)];
    assert_eq!(reach(&halves), EVERYTHING);
    assert_eq!(decide(&halves).unwrap().steps.len(), 2);
    assert_eq!(reach(&[allow(r#""S3:*""#, STAR), allow(r#"!["s3:*"]"#, STAR)]), EVERYTHING.min(ALL_BUT_SOME));
    let by_resource = [allow(STAR, r#""arn:aws:s3:::*""#), allow(STAR, r#"!"arn:aws:s3:::*""#)];
    assert_eq!(reach(&by_resource), ALL_BUT_SOME, "the second alone is enough, and the shorter proof");
    let crossed = [
        allow(r#""*:a*""#, r#""arn:aws:iam:*""#),
        allow(r#"!"*:a*""#, STAR),
        allow(r#""*:a*""#, r#"!"arn:aws:iam:*""#),
    ];
    assert_eq!(reach(&crossed), EVERYTHING);
    assert_eq!(reach(&crossed[..2]), ALL_BUT_SOME);
    assert_eq!(reach(&crossed[1..]), None);
}

#[test]
fn what_is_less_is_no_administrator() {
    for statements in [
        vec![allow("[]", STAR)],
        vec![allow(r#""iam:*""#, STAR)],
        vec![allow(r#"["iam:*", "s3:*", "ec2:*"]"#, STAR)],
        vec![allow(r#"["iam:*", "*:Get*", "*:List*"]"#, STAR)],
        vec![allow(r#"!["iam:*", "organizations:*", "account:*"]"#, STAR)],
        vec![allow(r#"!"iam:CreateUser""#, STAR)],
        vec![allow(r#""s3:*""#, r#""*""#)],
        vec![allow(STAR, r#""arn:aws:s3:::*""#)],
        vec![allow(STAR, r#"!"arn:aws:iam::123456789012:user/guard""#)],
        vec![allow(STAR, r#""arn:aws:iam::123456789012:*""#)],
        vec![allow(r#""?:*""#, STAR)],
        vec![allow("[]", STAR)],
        vec![allow(STAR, "[]")],
        vec![deny(STAR, STAR)],
        vec![allow(STAR, STAR), deny(STAR, STAR)],
        vec![allow(STAR, STAR), deny(r#""iam:*""#, STAR)],
        vec![allow(STAR, STAR), deny(r#""IAM:DeleteRole""#, STAR)],
        vec![allow(STAR, STAR), deny(STAR, r#""arn:aws:iam::*:role/guard""#)],
        vec![allow(STAR, STAR), deny(r#"!["s3:*", "ec2:*"]"#, STAR)],
        vec![allow(STAR, STAR), deny(r#"!"iam:*""#, STAR)],
        vec![allow(STAR, STAR), deny(STAR, r#"!"arn:aws:s3:::*""#)],
        vec![allow(STAR, r#""arn:aws:*:*:*:user/${aws:username}""#)],
    ] {
        assert_eq!(decide(&statements), None, "{statements:?}");
    }
}

#[test]
fn a_remainder_saves_nobody_who_owns_iam() {
    for statements in [
        vec![allow(STAR, STAR), deny(r#""s3:DeleteBucket""#, STAR)],
        vec![allow(STAR, STAR), deny(r#"["organizations:*", "account:*"]"#, STAR)],
        vec![allow(STAR, STAR), deny(STAR, r#""arn:aws:s3:::secret/*""#)],
        vec![allow(STAR, STAR), deny(r#""iam:*""#, r#""arn:aws:iam::999999999999:*""#)],
        vec![allow(r#"!["s3:*", "kms:*"]"#, STAR)],
        vec![allow(STAR, r#"!"arn:aws:s3:::secret/*""#)],
        vec![allow(r#"!"iam:*""#, STAR), allow(r#""iam:*""#, r#""arn:aws:iam::123456789012:*""#)],
        vec![allow(r#"["iam:*", "[a-z]*", "!*"]"#, STAR), allow(r#"!"z*""#, STAR)],
        vec![allow(STAR, r#""arn:aws:*:*:123456789012:*""#)],
    ] {
        assert_eq!(reach(&statements), ALL_BUT_SOME, "{statements:?}");
    }
}

#[test]
fn a_denial_with_an_unknown_element_is_not_relied_upon() {
    let slip = deny(r#""iam:*""#, STAR).replace('}', r#","condition":{}}"#);
    assert_eq!(reach(&[allow(STAR, STAR), slip.clone()]), EVERYTHING, "{slip}");
}

#[test]
fn a_boundary_grants_nothing_and_limits_everything() {
    let everything = [allow(STAR, STAR)];
    assert_eq!(bounded(&[allow("[]", STAR)], &everything), None);
    assert_eq!(bounded(&everything, &everything).unwrap().reach, Reach::Everything);
    assert_eq!(bounded(&everything, &[allow(r#"!"iam:*""#, STAR)]), None);
    assert_eq!(bounded(&everything, &[allow(r#""iam:*""#, STAR)]), None);
    assert_eq!(bounded(&everything, &[allow(STAR, STAR), deny(r#""iam:Create*""#, STAR)]), None);
    assert_eq!(bounded(&everything, &[allow(r#"!"s3:*""#, STAR)]).unwrap().reach, Reach::AllButSome);
    assert_eq!(bounded(&everything, &[allow("[]", STAR)]), None);
    let conditional = bounded(&everything, &[under(&allow(STAR, STAR), MFA)]).unwrap();
    assert_eq!(conditional.conditions.len(), 1);
    // Each leaves more than half of the unnamed services open, both together do not.
    let half = |letters: std::ops::RangeInclusive<char>| {
        let globs: Vec<_> = letters.map(|c| format!(r#""{c}*""#)).collect();
        [allow(&format!("![{}]", globs.join(",")), STAR)]
    };
    assert!(bounded(&half('a'..='h'), &everything).is_some());
    assert_eq!(bounded(&half('a'..='h'), &half('p'..='z')), None);
}

#[test]
fn conditions_are_told_and_unconditional_grants_come_first() {
    let if_mfa = under(&allow(STAR, STAR), MFA);
    let proof = decide(std::slice::from_ref(&if_mfa)).unwrap();
    assert_eq!((proof.conditions.len(), proof.conditions[0].key.as_str()), (1, "aws:MultiFactorAuthPresent"));
    let proof = decide(&[if_mfa.clone(), allow(r#""s3:*""#, STAR), allow(STAR, STAR)]).unwrap();
    assert!(proof.conditions.is_empty());
    assert_eq!(proof.steps, [Step { policy: 0, statement: 2 }]);
    let partly = [under(&allow(r#""iam:*""#, STAR), MFA), allow(r#"!"iam:*""#, STAR), if_mfa.replace("true", "x")];
    assert_eq!(decide(&partly).unwrap().steps.len(), 1);
    assert_eq!(decide(&partly[..2]).unwrap().conditions.len(), 1);
    // A denial under a condition takes nothing away; an empty condition is none.
    assert_eq!(reach(&[allow(STAR, STAR), under(&deny(STAR, STAR), MFA)]), EVERYTHING);
    assert_eq!(reach(&[under(&allow(STAR, STAR), "{}")]), EVERYTHING);
    assert_eq!(decide(&[allow(STAR, STAR), under(&deny(STAR, STAR), "{}")]), None);
}

#[test]
fn the_proof_is_short_and_names_its_policy() {
    let (reads, all) = (policy(&[allow(r#""s3:Get*""#, STAR)]), policy(&[deny(r#""s3:x""#, STAR), allow(STAR, STAR)]));
    let proof = admin(&realm(), &[&reads, &all, &all], None).unwrap();
    assert_eq!(proof.steps, [Step { policy: 1, statement: 1 }]);
    let (iam, others) = (policy(&[allow(r#""iam:*""#, STAR)]), policy(&[allow(r#"!"iam:*""#, STAR)]));
    let proof = admin(&realm(), &[&others, &reads, &iam], None).unwrap();
    let steps = [Step { policy: 0, statement: 0 }, Step { policy: 2, statement: 0 }];
    assert_eq!((proof.reach, proof.steps.as_slice()), (Reach::Everything, steps.as_slice()));
}

#[test]
fn the_partition_and_the_account_are_the_realms() {
    let policy = policy(&[allow(STAR, r#""arn:aws-cn:*""#)]);
    assert!(admin(&Realm::new("aws-cn", "123456789012"), &[&policy], None).is_some());
    assert!(admin(&realm(), &[&policy], None).is_none());
}

#[test]
fn a_denial_leaves_out_whatever_its_variables_may_stand_for() {
    let versioned = |statements: &[String]| {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
        admin(&realm(), &[&Policy::parse(&text).unwrap()], None).map(|proof| proof.reach)
    };
    let own = r#""arn:aws:iam::123456789012:user/${aws:username}""#;
    assert_eq!(versioned(&[allow(STAR, own)]), None, "one resource is not everything");
    assert_eq!(versioned(&[allow(STAR, STAR), deny(STAR, own)]), ALL_BUT_SOME.max(EVERYTHING));
    assert_eq!(versioned(&[allow(STAR, STAR), deny(STAR, &format!("!{own}"))]), None);
    let anything = r#"!"arn:aws:${aws:PrincipalTag/what}""#;
    assert_eq!(versioned(&[allow(STAR, STAR), deny(STAR, anything)]), EVERYTHING, "perhaps it denies nothing at all");
}

#[test]
fn what_is_too_intricate_leans_to_the_alert() {
    let began = std::time::Instant::now();
    let many = |range: std::ops::Range<usize>| {
        let globs: Vec<_> = range.map(|n| format!(r#""*{}?{}x{n}""#, "a?b".repeat(n % 9), "?".repeat(n))).collect();
        globs.join(",")
    };
    let statements: Vec<_> = (0..30).map(|n| allow(&format!("![{}]", many(n..n + 9)), STAR)).collect();
    let proof = decide(&statements);
    assert!(proof.is_none_or(|proof| proof.reach == Reach::AllButSome || proof.exact));
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

/// Globs that meet, cover and miss the points below in all ways.
const ACTIONS: [&str; 12] =
    ["*", "*:*", "iam:*", "IAM:Create*", "iam:?*", "i*", "s3:*", "s3:Get*", "?*", "*:Create*", "iam:*e*", "unnamed:*"];
const RESOURCES: [&str; 7] = [
    "*",
    "arn:*",
    "arn:aws:iam::*",
    "arn:aws:iam::123456789012:user/*",
    "arn:aws:s3:::*",
    "arn:aws:*:*:123456789012:*",
    "*user*",
];
/// For every combination of the globs above, one action (resource) of IAM that it tells apart, and some of others.
const SOME_ACTIONS: [&str; 7] =
    ["iam:CreateUser", "iam:Created", "iam:Lost", "iam:Delete", "s3:GetObject", "s3:CreateBucket", "x-y:Frob"];
const SOME_RESOURCES: [&str; 6] = [
    "arn:aws:iam::123456789012:user/u",
    "arn:aws:iam::123456789012:role/r",
    "arn:aws:iam::123456789012:role/user",
    "arn:aws:s3:::user",
    "arn:aws:s3:::b",
    "arn:aws:ec2:eu-west-1:123456789012:instance/i",
];

fn patterns(from: &'static [&'static str]) -> impl Strategy<Value = Patterns> {
    let globs = proptest::collection::vec(
        proptest::sample::select(from).prop_map(|text| Glob::pattern(text, Version::V2012)),
        1..3,
    );
    let all_but = prop_oneof![3 => Just(false), 1 => Just(true)];
    (globs, all_but).prop_map(|(globs, all_but)| if all_but { Patterns::AllBut(globs) } else { Patterns::Only(globs) })
}

fn statements() -> impl Strategy<Value = Policy> {
    let effect = prop_oneof![4 => Just(Effect::Allow), 1 => Just(Effect::Deny)];
    let statement = (effect, patterns(&ACTIONS), patterns(&RESOURCES)).prop_map(|(effect, actions, resources)| {
        let (principals, conditions) = (crate::Principals::Unstated, Vec::new());
        Statement {
            sid: None,
            effect,
            principals,
            actions,
            resources: Some(resources),
            conditions,
            unknown: Vec::new(),
        }
    });
    proptest::collection::vec(statement, 1..5).prop_map(|statements| Policy {
        version: Version::V2012,
        statements,
        unknown: Vec::new(),
    })
}

/// IAM's own order: a denial wins, then some statement must allow.
fn lets(policy: &Policy, action: &str, resource: &str) -> bool {
    let some = |effect| policy.statements.iter().any(|s| s.effect == effect && matches(s, action, resource));
    some(Effect::Allow) && !some(Effect::Deny)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn agrees_with_asking_one_by_one(own in statements(), limit in proptest::option::of(statements())) {
        let realm = realm();
        let lets = |action: &str, resource: &str| {
            lets(&own, action, resource) && limit.as_ref().is_none_or(|limit| lets(limit, action, resource))
        };
        let iam = |text: &&&str| text.contains("iam:");
        let opens = |action: &str, among: &[&str]| among.iter().all(|resource| lets(action, resource));
        let all_iam = SOME_ACTIONS.iter().filter(iam).all(|a| {
            SOME_RESOURCES.iter().filter(iam).all(|r| lets(a, r))
        });
        let unnamed = realm.unnamed.iter().filter(|(action, resource)| lets(action, resource)).count();
        match admin(&realm, &[&own], limit.as_ref()) {
            Some(proof) => {
                prop_assert!(all_iam && unnamed >= realm.half() && proof.exact && proof.conditions.is_empty());
                if proof.reach == Reach::Everything {
                    prop_assert!(SOME_ACTIONS.iter().all(|action| opens(action, &SOME_RESOURCES)));
                }
                let kept = proof.steps.iter().map(|step| own.statements[step.statement].clone());
                let denials = own.statements.iter().filter(|s| s.effect == Effect::Deny).cloned();
                let kept = Policy { version: Version::V2012, statements: kept.chain(denials).collect(), unknown: Vec::new() };
                prop_assert!(admin(&realm, &[&kept], limit.as_ref()).is_some());
            }
            None => prop_assert!(!all_iam || unnamed < realm.half()),
        }
    }
}
