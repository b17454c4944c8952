//! The small world that generated policies are about: whoever and whatever there is in it.

use crate::request::{Caller, Context};

/// The key that carries whether a request came over TLS; every request has it.
pub(crate) const TLS: &str = "aws:securetransport";

const fn user(
    account: &'static str,
    arn: &'static str,
    id: &'static str,
    canonical: &'static str,
    organization: Option<&'static str>,
) -> Caller {
    Caller::Of { account, arn, id, canonical, organization }
}

/// Everybody. Accounts 888888888888 and 999999999999, and the organisation of the second, are named in no generated policy.
pub(crate) const CALLERS: [Caller; 16] = [
    Caller::Anonymous,
    user("999999999999", "arn:aws:iam::999999999999:user/eve", "AIDAEVE00000000000000", "c999", Some("o-999")),
    user("999999999999", "arn:aws:iam::999999999999:user/ann", "AIDAEVE00000000000001", "c999", Some("o-999")),
    user("888888888888", "arn:aws:iam::888888888888:user/eve", "AIDAEVE00000000000002", "c888", None),
    user("888888888888", "arn:aws:iam::888888888888:user/ann", "AIDAEVE00000000000003", "c888", None),
    user("888888888888", "arn:aws:iam::888888888888:user/zoe", "AIDAEVE00000000000004", "c888", None),
    user("888888888888", "arn:aws:iam::888888888888:role/r", "AROAEVE00000000000001:s", "c888", None),
    user("999999999999", "arn:aws:iam::999999999999:role/r", "AROAEVE00000000000000:s", "c999", Some("o-999")),
    user("999999999999", "arn:aws:iam::999999999999:root", "999999999999", "c999", Some("o-999")),
    user("111111111111", "arn:aws:iam::111111111111:user/ann", "AIDAANN00000000000000", "c111", Some("o-111")),
    user("111111111111", "arn:aws:iam::111111111111:role/r", "AROAANN00000000000000:s", "c111", Some("o-111")),
    user("222222222222", "arn:aws:iam::222222222222:user/bob", "AIDABOB00000000000000", "c222", None),
    Caller::Service("logging.s3.amazonaws.com"),
    Caller::Service("sns.amazonaws.com"),
    Caller::Federated("graph.facebook.com"),
    Caller::Federated("arn:aws:iam::111111111111:saml-provider/idp"),
];

/// For each pattern of [`crate::generate`] and each union of them, something inside and something outside.
pub(crate) const ACTIONS: [&str; 8] = [
    "s3:GetObject",
    "s3:SetObject",
    "s3:LetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "s3:GetBucketAcl",
    "s3:Zzz",
    "iam:CreateUser",
];
pub(crate) const RESOURCES: [&str; 9] = [
    "arn:aws:s3:::b",
    "arn:aws:s3:::b/k",
    "arn:aws:s3:::b/home/x",
    "arn:aws:s3:::b/ann/x",
    "arn:aws:s3:::b/eve/x",
    "arn:aws:s3:::b/${aws:username}/x",
    "arn:aws:s3:::bb/k",
    "arn:aws:s3:::other/k",
    "arn:aws:s3:::new/k",
];

/// A condition key: what policies say of it, and what requests may have for it (with several values where a key can).
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) written: &'static [&'static str],
    /// None if it follows from who asks.
    pub(crate) carried: Option<&'static [&'static [&'static str]]>,
    /// Whether every request has it.
    pub(crate) always: bool,
}

/// What a key's values are, and so which operators suit it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Arn,
    Address,
    Flag,
    Number,
    Date,
}

const fn key(
    name: &'static str,
    kind: Kind,
    written: &'static [&'static str],
    carried: &'static [&'static [&'static str]],
) -> Key {
    Key { name, kind, written, carried: Some(carried), always: false }
}

const fn of_caller(name: &'static str, kind: Kind, written: &'static [&'static str]) -> Key {
    Key { name, kind, written, carried: None, always: false }
}

pub(crate) const KEYS: [Key; 20] = [
    of_caller("aws:PrincipalOrgID", Kind::Text, &["o-111", "o-*", "${aws:PrincipalOrgID}", "o-222"]),
    key(
        "aws:SourceIp",
        Kind::Address,
        &[
            "52.0.0.0/8",
            "0.0.0.0/0",
            "52.1.2.3",
            "10.0.0.0/8",
            "192.0.0.0/3",
            "53.0.0.0/8",
            "2001:db8::/32",
            "::/0",
            "*",
            "52.1.*",
        ],
        &[&["203.0.113.77"], &["52.1.2.3"], &["53.1.2.3"], &["10.1.2.3"], &["2001:db8::5"], &["2600:1f00::7"]],
    ),
    Key {
        name: "aws:SecureTransport",
        kind: Kind::Flag,
        written: &["true", "false"],
        carried: Some(&[&["true"], &["false"]]),
        always: true,
    },
    of_caller(
        "aws:PrincipalArn",
        Kind::Arn,
        &["arn:aws:iam::111111111111:role/r", "arn:aws:iam::*:role/r", "arn:aws:iam::111111111111:*", "*"],
    ),
    of_caller(
        "aws:PrincipalAccount",
        Kind::Text,
        &["111111111111", "222222222222", "*", "${aws:PrincipalAccount, '9'}"],
    ),
    key(
        "aws:SourceArn",
        Kind::Arn,
        &[
            "arn:aws:s3:::src",
            "arn:aws:s3:::*",
            "arn:aws:sns:*:111111111111:*",
            "*",
            "arn:aws:sns:eu-west-1:111111111111:t",
        ],
        &[&["arn:aws:s3:::src"], &["arn:aws:s3:::zzz"], &["arn:aws:sns:eu-west-9:111111111111:zzz"]],
    ),
    key(
        "aws:SourceAccount",
        Kind::Text,
        &["111111111111", "1111*", "*", ""],
        &[&["111111111111"], &["999999999999"], &["111100000000"]],
    ),
    key("aws:SourceVpce", Kind::Text, &["vpce-1", "vpce-*", "VPCE-1"], &[&["vpce-1"], &["vpce-9"]]),
    key("aws:SourceVpc", Kind::Text, &["vpc-1", "vpc-?"], &[&["vpc-1"], &["vpc-9"]]),
    of_caller(
        "aws:userid",
        Kind::Text,
        &["AIDAANN00000000000000", "AROAANN00000000000000:*", "*:s", "anonymous", "A*"],
    ),
    of_caller("aws:username", Kind::Text, &["ann", "a*", "eve"]),
    key("aws:PrincipalTag/team", Kind::Text, &["blue", "b*", "${aws:username}"], &[&["blue"], &["ann"]]),
    key("aws:TagKeys", Kind::Text, &["a", "b"], &[&["a"], &["a", "b"], &["c"]]),
    key(
        "s3:prefix",
        Kind::Text,
        &["home/${aws:username, 'x'}", "home/*", "home/a"],
        &[&["home/a"], &["home/ann"], &["zzz"]],
    ),
    key("s3:max-keys", Kind::Number, &["10", "20", "ten"], &[&["5"], &["10"], &["30"]]),
    key(
        "aws:CurrentTime",
        Kind::Date,
        &["2026-01-01T00:00:00Z", "1767225600", "2027-01-01"],
        &[&["2025-06-01T00:00:00Z"], &["2026-06-01T00:00:00Z"]],
    ),
    of_caller("aws:PrincipalIsAWSService", Kind::Flag, &["true", "false"]),
    of_caller("aws:PrincipalServiceName", Kind::Text, &["logging.s3.amazonaws.com", "*.amazonaws.com"]),
    key(
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        Kind::Arn,
        &["arn:aws:kms:eu-west-1:111111111111:key/k", "arn:aws:kms:*:*:key/*"],
        &[&["arn:aws:kms:eu-west-1:111111111111:key/k"], &["arn:aws:kms:eu-west-1:999999999999:key/z"]],
    ),
    key("s3:DataAccessPointAccount", Kind::Text, &["111111111111", "*"], &[&["111111111111"], &["999999999999"]]),
];

/// All contexts that the given keys can make (in any case), and that fit to a caller; no more than a number of them,
/// then spread evenly.
pub(crate) fn contexts(keys: &[String], caller: &Caller, most: usize) -> Vec<Context> {
    let asked: Vec<_> = KEYS.iter().filter(|key| keys.iter().any(|name| name.eq_ignore_ascii_case(key.name))).collect();
    let free: Vec<_> =
        asked.iter().filter_map(|key| Some((key.name.to_ascii_lowercase(), key.carried?, key.always))).collect();
    let count = |(_, carried, always): &(String, &[&[&str]], bool)| carried.len() + usize::from(!always);
    let all: usize = free.iter().map(count).product();
    let properties = caller.properties();
    let step = all.div_ceil(most).max(1);
    let context = |mut at: usize| {
        let mut context = properties.clone();
        for one in &free {
            let (name, carried, _) = one;
            let (choice, rest) = (at % count(one), at / count(one));
            at = rest;
            if let Some(values) = carried.get(choice) {
                context.insert(name.clone(), values.iter().map(|&value| value.to_owned()).collect());
            }
        }
        context
    };
    (0..all.div_ceil(step)).map(|at| context((at * step + at % step) % all)).collect()
}
