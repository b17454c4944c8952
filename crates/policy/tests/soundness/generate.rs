//! Policies, as text, so that the reader takes part.

use std::collections::BTreeMap;

use asc_policy::Policy;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::universe::{KEYS, Kind};

/// A document and what it was read to be.
#[derive(Clone)]
pub(crate) struct Document {
    text: String,
    pub(crate) policy: Policy,
}

/// A counter-example is read as a document, not as a tree.
impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl Document {
    fn of(text: String) -> Self {
        match Policy::parse(&text) {
            Ok(policy) => Self { text, policy },
            Err(error) => panic!("every generated document is a policy, but of {text}: {error}"),
        }
    }

    /// The condition keys that it names.
    pub(crate) fn keys(&self) -> Vec<String> {
        let conditions = self.policy.statements.iter().flat_map(|statement| &statement.conditions);
        let mut keys: Vec<_> = conditions.map(|condition| condition.key.to_ascii_lowercase()).collect();
        keys.sort();
        keys.dedup();
        keys
    }
}

fn quoted(from: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    select(from).prop_map(|text| format!("\"{text}\""))
}

/// One value by itself, or a list.
fn some_of(one: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = String> {
    let list = vec(one.clone(), 1..4).prop_map(|values| format!("[{}]", values.join(",")));
    prop_oneof![3 => one, 2 => list]
}

/// A field, or its `Not` form now and then.
fn field(name: &'static str, values: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let not = prop_oneof![5 => Just(""), 1 => Just("Not")];
    (not, values).prop_map(move |(not, values)| format!(r#""{not}{name}":{values}"#))
}

const ACTIONS: &[&str] =
    &["s3:GetObject", "s3:*", "*", "s3:Get*", "S3:put*", "s3:?etObject", "s3:L*", "s3:?*", "iam:*"];
const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b",
    "arn:aws:s3:::b*",
    "arn:aws:s3:::b/home/*",
    "arn:aws:s3:::b/?*",
    "arn:aws:s3:::b/${aws:username}/*",
    "arn:aws:s3:::other/*",
];
const PRINCIPALS: &[&str] = &[
    "\"*\"",
    r#"{"AWS":"*"}"#,
    r#"{"AWS":"111111111111"}"#,
    r#"{"AWS":"arn:aws:iam::111111111111:user/ann"}"#,
    r#"{"AWS":["arn:aws:iam::222222222222:root","arn:aws:iam::111111111111:role/r"]}"#,
    r#"{"Service":"logging.s3.amazonaws.com"}"#,
    r#"{"AWS":["111111111111","arn:aws:iam::111111111111:user/ann"]}"#,
    r#"{"Federated":"graph.facebook.com"}"#,
    r#"{"Federated":"arn:aws:iam::111111111111:saml-provider/idp"}"#,
    r#"{"CanonicalUser":"c222"}"#,
    r#"{"AWS":"arn:aws:iam::*:role/r"}"#,
    r#"{"Service":["logging.s3.amazonaws.com","sns.amazonaws.com"],"AWS":"222222222222"}"#,
    r#"{"AWS":["222222222222","*"]}"#,
    r#"{"AWS":"AIDAANN00000000000000"}"#,
    r#"{"AWS":[]}"#,
];

fn principal() -> impl Strategy<Value = String> {
    let name = prop_oneof![12 => Just("Principal"), 1 => Just("NotPrincipal")];
    let who = prop_oneof![3 => select(&PRINCIPALS[..2]), 4 => select(PRINCIPALS)];
    (name, who).prop_map(|(name, who)| format!(r#""{name}":{who}"#))
}

/// Operators that suit a kind of values.
fn operators(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Text => &["StringEquals", "StringLike", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotLike"],
        Kind::Arn => &["ArnLike", "ArnEquals", "StringLike", "StringEquals", "ArnNotLike"],
        Kind::Address => &["IpAddress", "NotIpAddress"],
        Kind::Flag => &["Bool"],
        Kind::Number => &["NumericLessThan", "NumericEquals", "NumericGreaterThanEquals", "NumericNotEquals"],
        Kind::Date => &["DateGreaterThan", "DateLessThanEquals", "DateEquals"],
    }
}

const ANY_OPERATOR: &[&str] = &[
    "Null",
    "StringEquals",
    "StringLike",
    "StringMatches",
    "Bool",
    "IpAddress",
    "ArnLike",
    "StringNotEqualsIgnoreCase",
    "NumericLessThanEquals",
    "DateNotEquals",
    "BinaryEquals",
];

/// An operator, a key and values, each as JSON.
fn condition() -> impl Strategy<Value = (String, String, String)> {
    let index = prop_oneof![3 => 0..3_usize, 4 => 0..KEYS.len()];
    index.prop_flat_map(|index| {
        let key = &KEYS[index];
        let operator = prop_oneof![6 => select(operators(key.kind)), 1 => select(ANY_OPERATOR)];
        let quantifier = prop_oneof![8 => Just(""), 1 => Just("ForAnyValue:"), 1 => Just("ForAllValues:")];
        let if_exists = prop_oneof![6 => Just(""), 1 => Just("IfExists")];
        let upper = prop_oneof![6 => Just(false), 1 => Just(true)];
        let values = some_of(quoted(key.written));
        (operator, quantifier, if_exists, upper, values).prop_map(|(operator, quantifier, if_exists, upper, values)| {
            let values = if operator == "Null" {
                if values.len() % 2 == 0 { "\"true\"".to_owned() } else { "false".to_owned() }
            } else {
                values
            };
            let case = |text: String| if upper { text.to_ascii_uppercase() } else { text };
            (case(format!("{quantifier}{operator}{if_exists}")), case(key.name.to_owned()), values)
        })
    })
}

/// A `Condition` with its comma, or nothing.
fn block(conditions: Vec<(String, String, String)>) -> String {
    // Neither operators nor keys may repeat, in whatever case.
    let mut by_operator: BTreeMap<String, (String, BTreeMap<String, String>)> = BTreeMap::new();
    for (operator, key, values) in conditions {
        let (_, keys) = by_operator.entry(operator.to_ascii_lowercase()).or_insert((operator, BTreeMap::new()));
        keys.entry(key.to_ascii_lowercase()).or_insert(format!(r#""{key}":{values}"#));
    }
    if by_operator.is_empty() {
        return String::new();
    }
    let operators = by_operator
        .into_values()
        .map(|(operator, keys)| format!(r#""{operator}":{{{}}}"#, keys.into_values().collect::<Vec<_>>().join(",")));
    format!(r#","Condition":{{{}}}"#, operators.collect::<Vec<_>>().join(","))
}

fn document(statements: impl Strategy<Value = Vec<String>>) -> impl Strategy<Value = Document> {
    let version = prop_oneof![
        4 => Just(r#""Version":"2012-10-17","#),
        1 => Just(""),
        1 => Just(r#""Version":"2008-10-17","#)
    ];
    (version, statements).prop_map(|(version, statements)| {
        let statements = match statements.as_slice() {
            [one] => one.clone(),
            many => format!("[{}]", many.join(",")),
        };
        Document::of(format!(r#"{{{version}"Statement":{statements}}}"#))
    })
}

fn effect() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just("Allow"), 1 => Just("Deny")]
}

/// Policies of a bucket.
pub(crate) fn resource_policies() -> impl Strategy<Value = Document> {
    let resource = prop_oneof![
        12 => field("Resource", some_of(quoted(RESOURCES))).prop_map(|field| format!(",{field}")),
        1 => Just(String::new())
    ];
    let conditions = prop_oneof![2 => Just(0..=0_usize), 3 => Just(1..=1), 2 => Just(1..=3)]
        .prop_flat_map(|count| vec(condition(), count))
        .prop_map(block);
    let statement = (effect(), principal(), field("Action", some_of(quoted(ACTIONS))), resource, conditions).prop_map(
        |(effect, principal, action, resource, conditions)| {
            format!(r#"{{"Effect":"{effect}",{principal},{action}{resource}{conditions}}}"#)
        },
    );
    document(vec(statement, 1..4))
}

/// Policies of a bucket that are mostly about TLS.
pub(crate) fn tls_policies() -> impl Strategy<Value = Document> {
    let effect = prop_oneof![5 => Just("Deny"), 1 => Just("Allow")];
    let principal =
        prop_oneof![8 => select(&PRINCIPALS[..2]).prop_map(|who| format!(r#""Principal":{who}"#)), 1 => principal()];
    let action =
        prop_oneof![4 => Just(r#""Action":"s3:*""#.to_owned()), 2 => field("Action", some_of(quoted(ACTIONS)))];
    let both = r#""Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]"#;
    let resource = prop_oneof![2 => Just(both.to_owned()), 3 => field("Resource", some_of(quoted(RESOURCES)))];
    let plain = prop_oneof![
        4 => Just(r#","Condition":{"Bool":{"aws:SecureTransport":"false"}}"#.to_owned()),
        1 => Just(r#","Condition":{"boolIfExists":{"AWS:securetransport":[false]}}"#.to_owned()),
        1 => Just(r#","Condition":{"Bool":{"aws:SecureTransport":["true","false"]}}"#.to_owned()),
        1 => Just(r#","Condition":{"ForAnyValue:Bool":{"aws:SecureTransport":"false"}}"#.to_owned()),
        1 => Just(r#","Condition":{"Null":{"aws:SecureTransport":"false"}}"#.to_owned()),
        2 => vec(condition(), 0..3).prop_map(block)
    ];
    let statement =
        (effect, principal, action, resource, plain).prop_map(|(effect, principal, action, resource, plain)| {
            format!(r#"{{"Effect":"{effect}",{principal},{action},{resource}{plain}}}"#)
        });
    document(vec(statement, 1..4))
}

/// Policies of a principal, over the actions and resources of the module `admin`.
pub(crate) fn identity_policies() -> impl Strategy<Value = Document> {
    const SERVICES: &[&str] = &["*", "iam", "*", "i*", "?am", "s3", "IAM", "*am", "[a-m]*", "[i-z]*"];
    // A range of first letters is written out, as people do who split a policy.
    let action = (select(SERVICES), select(VERBS)).prop_map(|(service, verb)| match service {
        "[a-m]*" => ('a'..='m').map(|c| format!("\"{c}*:{verb}\"")).collect::<Vec<_>>().join(","),
        "[i-z]*" => ('i'..='z').map(|c| format!("\"{c}*:{verb}\"")).collect::<Vec<_>>().join(","),
        "*" if verb == "*" => "\"*\"".to_owned(),
        _ => format!("\"{service}:{verb}\""),
    });
    let actions = vec(action, 1..4).prop_map(|all| format!("[{}]", all.join(",")));
    let actions = prop_oneof![1 => Just("\"*\"".to_owned()), 2 => actions];
    let resource = quoted(&[
        "*",
        "arn:*",
        "arn:aws:iam::*",
        "arn:aws:iam::123456789012:a*",
        "arn:aws:iam::123456789012:?",
        "arn:aws:iam::123456789012:?*a",
        "arn:aws:s3:::*",
        "arn:aws:*:*:123456789012:*",
        "arn:aws:iam::123456789012:${aws:username}",
    ]);
    let resources = prop_oneof![3 => Just("\"*\"".to_owned()), 2 => some_of(resource)];
    let conditions = prop_oneof![5 => Just(String::new()), 1 => vec(condition(), 1..2).prop_map(block)];
    let effect = prop_oneof![5 => Just("Allow"), 1 => Just("Deny")];
    let statement = (effect, field("Action", actions), field("Resource", resources), conditions).prop_map(
        |(effect, action, resource, conditions)| format!(r#"{{"Effect":"{effect}",{action},{resource}{conditions}}}"#),
    );
    document(vec(statement, 1..5))
}

const VERBS: &[&str] = &["*", "a*", "?*", "b*", "?", "??*", "*a", "A?", "*b*", "z*", "Ab"];

/// Patterns over a few characters, so that they meet, cover and miss one another.
pub(crate) fn patterns() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[ab*?]{0,4}", 1 => "[aB*?:]{0,6}"]
}
