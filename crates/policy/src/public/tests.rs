use super::*;
use crate::answer::Answer::{CannotTell, No, Yes};

const VERSION: &str = r#""Version":"2012-10-17""#;

fn decide(statements: &str) -> Decision {
    public(&Policy::parse(&format!(r#"{{{VERSION},"Statement":[{statements}]}}"#)).unwrap())
}

fn allow(principal: &str, condition: &str) -> String {
    let condition = if condition.is_empty() { String::new() } else { format!(r#","Condition":{condition}"#) };
    format!(
        r#"{{"Effect":"Allow","Principal":{principal},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"{condition}}}"#
    )
}

/// A grant to everyone under one condition.
fn on(operator: &str, key: &str, values: &str) -> String {
    allow(r#""*""#, &format!(r#"{{"{operator}":{{"{key}":{values}}}}}"#))
}

#[track_caller]
fn check(expected: Answer, statement: &str) {
    let decision = decide(statement);
    assert_eq!(decision.answer, expected, "{statement}: {:?}", decision.because);
    assert_eq!(decision.because.iter().map(|reason| reason.statement).collect::<Vec<_>>(), [0], "{statement}");
    let text = &decision.because[0].text;
    assert!(text.en.ends_with('.') && text.ja.ends_with('。') && !text.ja.contains("。。"), "{text:?}");
}

#[test]
fn principals() {
    for (principal, expected) in [
        (r#""*""#, Yes),
        (r#"{"AWS":"*"}"#, Yes),
        (r#"{"AWS":["123456789012","*"]}"#, Yes),
        (r#"{"AWS":"123456789012","Federated":"graph.facebook.com"}"#, Yes),
        (r#"{"AWS":"123456789012"}"#, No),
        (r#"{"AWS":"arn:aws:iam::123456789012:root"}"#, No),
        (r#"{"AWS":["arn:aws:iam::123456789012:role/r","arn:aws:iam::210987654321:user/u"]}"#, No),
        (r#"{"AWS":"arn:aws:sts::123456789012:assumed-role/r/s"}"#, No),
        (r#"{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1EXAMPLE"}"#, No),
        (r#"{"AWS":"AROAEXAMPLEEXAMPLE"}"#, No),
        (r#"{"AWS":"arn:aws:iam::*:root"}"#, Yes),
        (r#"{"AWS":"arn:aws:iam::123456789012:role/*"}"#, Yes),
        (r#"{"AWS":"arn:aws:iam::123456789012:user/${aws:username}"}"#, Yes),
        (r#"{"AWS":"somebody"}"#, CannotTell),
        (r#"{"AWS":"12345"}"#, CannotTell),
        (r#"{"AWS":[]}"#, No),
        (r#"{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}"#, No),
        (r#"{"Service":"cloudtrail.amazonaws.com"}"#, No),
        (r#"{"Service":["sns.amazonaws.com","sqs.amazonaws.com"]}"#, No),
        (r#"{"Service":"*"}"#, Yes),
        (r#"{"Service":"*.amazonaws.com"}"#, Yes),
        (r#"{"Federated":"graph.facebook.com"}"#, Yes),
        (r#"{"Federated":"www.amazon.com"}"#, Yes),
        (r#"{"Federated":"accounts.google.com"}"#, Yes),
        (r#"{"Federated":"cognito-identity.amazonaws.com"}"#, Yes),
        (r#"{"Federated":"*"}"#, Yes),
        (r#"{"Federated":"login.example.com"}"#, CannotTell),
        (r#"{"Federated":"arn:aws:iam::123456789012:saml-provider/office"}"#, No),
        (r#"{"Federated":"arn:aws:iam::123456789012:oidc-provider/login.example.com"}"#, No),
        (r#"{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}"#, Yes),
        (r#"{"Robot":"r2"}"#, CannotTell),
        (r#"{"Robot":"r2","AWS":"123456789012"}"#, CannotTell),
        (r#"{"Robot":"r2","AWS":"*"}"#, Yes),
    ] {
        check(expected, &allow(principal, ""));
    }
}

#[test]
fn a_grant_by_not_principal_lets_in_everyone_else() {
    let statement = allow(r#"{"AWS":"123456789012"}"#, "").replace("\"Principal\"", "\"NotPrincipal\"");
    check(Yes, &statement);
    let limited = allow(r#"{"AWS":"123456789012"}"#, r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#);
    check(No, &limited.replace("\"Principal\"", "\"NotPrincipal\""));
}

#[test]
fn a_grant_without_principal_cannot_be_told() {
    check(CannotTell, r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#);
}

#[test]
fn a_grant_of_nothing_lets_nobody_in() {
    check(No, &allow(r#""*""#, "").replace(r#""s3:GetObject""#, "[]"));
    check(No, &allow(r#""*""#, "").replace(r#""arn:aws:s3:::b/*""#, "[]"));
}

#[test]
fn keys_that_limit_when_their_value_is_fixed() {
    for (key, value) in [
        ("aws:SourceArn", "arn:aws:sns:eu-west-1:123456789012:topic"),
        ("aws:SourceVpc", "vpc-1"),
        ("aws:SourceVpce", "vpce-1"),
        ("aws:SourceOwner", "123456789012"),
        ("AWS:SourceOwner", "123456789012"),
        ("aws:SourceAccount", "123456789012"),
        ("aws:SourceOrgID", "o-1"),
        ("aws:SourceOrgPaths", "o-1/r-1/ou-1/"),
        ("aws:userid", "AIDAEXAMPLEEXAMPLE"),
        ("aws:PrincipalOrgID", "o-1"),
        ("aws:PrincipalOrgPaths", "o-1/r-1/ou-1/"),
        ("aws:PrincipalArn", "arn:aws:iam::123456789012:role/r"),
        ("aws:PrincipalAccount", "123456789012"),
        ("aws:PrincipalServiceName", "cloudtrail.amazonaws.com"),
        ("aws:PrincipalServiceNamesList", "cloudtrail.amazonaws.com"),
        ("aws:Ec2InstanceSourceVpc", "vpc-1"),
        ("s3:x-amz-server-side-encryption-aws-kms-key-id", "arn:aws:kms:eu-west-1:123456789012:key/k"),
        ("s3:DataAccessPointArn", "arn:aws:s3:eu-west-1:123456789012:accesspoint/p"),
        ("s3:DataAccessPointAccount", "123456789012"),
        ("kms:CallerAccount", "123456789012"),
    ] {
        for operator in ["StringEquals", "StringLike", "stringequalsignorecase", "ForAnyValue:StringEquals", "ArnLike"]
        {
            check(No, &on(operator, key, &format!(r#""{value}""#)));
            check(No, &on(operator, &key.to_uppercase(), &format!(r#"["{value}","{value}2"]"#)));
        }
        for operator in [
            "StringEqualsIfExists",
            "ForAllValues:StringEquals",
            "StringNotEquals",
            "StringNotLike",
            "ArnNotEquals",
            "ForAnyValue:StringNotEquals",
            "Null",
            "Bool",
            "NumericEquals",
            "StringLooksLike",
        ] {
            check(Yes, &on(operator, key, &format!(r#""{value}""#)));
        }
        for open in [r#""*""#, r#""vpc-*""#, r#""?""#, r#""${aws:PrincipalTag/x}""#, r#"["1","*"]"#] {
            check(Yes, &on("StringLike", key, open));
            check(Yes, &on("ArnEquals", key, open));
        }
        check(CannotTell, &on("StringEquals", key, "[]"));
    }
}

#[test]
fn keys_that_limit_nobody() {
    for (operator, key, value) in [
        ("Bool", "aws:SecureTransport", r#""true""#),
        ("Bool", "aws:MultiFactorAuthPresent", "true"),
        ("StringLike", "aws:Referer", r#""https://example.com/*""#),
        ("StringEquals", "aws:Referer", r#""https://example.com/""#),
        ("StringEquals", "aws:UserAgent", r#""secret""#),
        ("StringEquals", "aws:PrincipalType", r#""User""#),
        ("StringEquals", "aws:PrincipalTag/team", r#""a""#),
        ("StringEquals", "aws:username", r#""alice""#),
        ("StringEquals", "aws:ResourceAccount", r#""123456789012""#),
        ("StringEquals", "aws:RequestedRegion", r#""eu-west-1""#),
        ("StringEquals", "s3:authType", r#""REST-HEADER""#),
        ("StringEquals", "s3:x-amz-acl", r#""bucket-owner-full-control""#),
        ("StringEquals", "kms:ViaService", r#""s3.eu-west-1.amazonaws.com""#),
        ("StringEquals", "lambda:FunctionUrlAuthType", r#""NONE""#),
        ("StringEquals", "lambda:FunctionUrlAuthType", r#""AWS_IAM""#),
        ("StringLike", "sns:Endpoint", r#""*@example.com""#),
        ("StringEquals", "sns:Protocol", r#""https""#),
        ("IpAddress", "aws:VpcSourceIp", r#""10.0.0.1""#),
        ("DateLessThan", "aws:CurrentTime", r#""2030-01-01T00:00:00Z""#),
        ("StringEquals", "example:unheard", r#""of""#),
    ] {
        check(Yes, &on(operator, key, value));
    }
}

#[test]
fn flags_limit_when_they_must_be_true() {
    for key in ["aws:PrincipalIsAWSService", "elasticfilesystem:AccessedViaMountTarget"] {
        check(No, &on("Bool", key, r#""true""#));
        check(No, &on("Bool", key, "true"));
        check(CannotTell, &on("StringEquals", key, r#""true""#));
        for (operator, value) in [("Bool", "false"), ("Bool", r#"["true","false"]"#), ("BoolIfExists", "true")] {
            check(Yes, &on(operator, key, value));
        }
    }
}

#[test]
fn keys_of_which_aws_does_not_say_whether_they_count() {
    for (key, value) in [("aws:VpceAccount", "123456789012"), ("aws:VpceOrgID", "o-1"), ("aws:SourceVpcArn", "arn:a")] {
        check(CannotTell, &on("StringEquals", key, &format!(r#""{value}""#)));
        check(Yes, &on("StringLike", key, r#""*""#));
        check(Yes, &on("StringEqualsIfExists", key, &format!(r#""{value}""#)));
    }
}

#[test]
fn values_that_are_fixed_and_values_that_are_not() {
    for (operator, key, value, expected) in [
        // In an operator without wildcards they are plain characters.
        ("StringEquals", "aws:SourceVpc", "vpc-*", No),
        ("StringEquals", "aws:SourceVpc", "*", No),
        ("StringEquals", "aws:SourceVpc", "${aws:SourceVpc}", Yes),
        ("StringEquals", "aws:SourceVpc", "${aws:SourceVpc, 'vpc-1'}", Yes),
        ("StringLike", "aws:SourceVpc", "vpc-${*}", No),
        // ArnEquals does what ArnLike does.
        ("ArnEquals", "aws:SourceArn", "arn:aws:s3:::bucket*", Yes),
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:::bucket*", Yes),
        ("ArnEquals", "aws:SourceArn", "arn:aws:s3:::bucket", No),
        ("ArnLike", "aws:SourceArn", "arn:aws:sns:eu-west-1:123456789012:*", Yes),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/*", Yes),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-1/*", Yes),
        // The sessions of a role count as fixed, whatever they are called.
        ("StringLike", "aws:userid", "AROAEXAMPLEID:*", No),
        ("StringLike", "aws:userid", "AROAEXAMPLEID:${aws:username}", No),
        ("StringLike", "aws:userid", "AROAEXAMPLE*", Yes),
        ("StringLike", "aws:userid", "AROA*:*", Yes),
        ("StringLike", "aws:userid", "AIDAEXAMPLE:*", Yes),
        ("StringLike", "aws:userid", "*:session", Yes),
        // What anonymous requests have.
        ("StringEquals", "aws:userid", "anonymous", Yes),
        ("StringEquals", "aws:PrincipalAccount", "anonymous", Yes),
        // The name of an access point may be open where its account is fixed.
        ("StringLike", "s3:DataAccessPointArn", "arn:aws:s3:us-west-2:123456789012:accesspoint/*", No),
        ("ArnLike", "s3:DataAccessPointArn", "arn:aws:s3:us-west-2:123456789012:accesspoint/app-*", No),
        ("StringLike", "s3:DataAccessPointArn", "arn:aws:s3:us-west-2:*:accesspoint/app", Yes),
        ("StringLike", "s3:DataAccessPointArn", "arn:aws:s3:us-west-2:12345678901?:accesspoint/*", Yes),
        ("StringLike", "s3:DataAccessPointArn", "*", Yes),
    ] {
        check(expected, &on(operator, key, &format!(r#""{value}""#)));
    }
}

#[test]
fn in_an_access_points_own_policy_a_set_of_access_points_is_public() {
    let set = |value: &str| {
        on("StringLike", "s3:DataAccessPointArn", &format!(r#""{value}""#))
            .replace("arn:aws:s3:::b/*", "arn:aws:s3:us-west-2:123456789012:accesspoint/p/object/*")
    };
    check(Yes, &set("arn:aws:s3:us-west-2:123456789012:accesspoint/*"));
    check(No, &set("arn:aws:s3:us-west-2:123456789012:accesspoint/p"));
}

#[test]
fn without_a_version_variables_are_plain_text() {
    let text = format!(r#"{{"Statement":{}}}"#, on("StringEquals", "aws:SourceVpc", r#""${aws:SourceVpc}""#));
    assert_eq!(public(&Policy::parse(&text).unwrap()).answer, No);
}

#[test]
fn ranges_of_addresses() {
    for (values, expected) in [
        (r#""203.0.113.0/24""#, No),
        (r#""203.0.113.7""#, No),
        (r#"["203.0.113.0/24","2001:db8::/32"]"#, No),
        (r#""10.0.0.0/8""#, No),
        (r#"["10.0.0.0/8","172.16.0.0/12","192.168.0.0/16"]"#, No),
        (r#""52.0.0.0/8""#, No),
        (r#""52.0.0.0/7""#, Yes),
        (r#""0.0.0.0/0""#, Yes),
        (r#""0.0.0.0/1""#, Yes),
        (r#"["203.0.113.0/24","0.0.0.0/0"]"#, Yes),
        (r#"["nonsense","0.0.0.0/0"]"#, Yes),
        (r#""::/0""#, Yes),
        (r#""2001:db8::/31""#, Yes),
        (r#""fd00::/8""#, Yes),
        (r#""${aws:SourceIp}""#, Yes),
        (r#""nonsense""#, CannotTell),
        (r#"["203.0.113.0/24","nonsense"]"#, CannotTell),
        (r#""203.0.113.0/33""#, CannotTell),
        (r#""10.*""#, CannotTell),
        (r#"["52.0.0.0/8","53.0.0.0/8"]"#, CannotTell),
        (r#""::ffff:0:0/96""#, CannotTell),
        (r#""::ffff:203.0.113.0/120""#, No),
        ("[]", CannotTell),
    ] {
        check(expected, &on("IpAddress", "aws:SourceIp", values));
        check(Yes, &on("NotIpAddress", "aws:SourceIp", if values == "[]" { r#""::""# } else { values }));
        check(Yes, &on("IpAddressIfExists", "aws:SourceIp", values));
    }
    check(No, &on("StringEquals", "aws:SourceIp", r#""203.0.113.7""#));
    check(CannotTell, &on("StringEquals", "aws:SourceIp", r#""203.0.113.0/24""#));
    check(Yes, &on("StringLike", "aws:SourceIp", r#""203.*""#));
    check(Yes, &on("Bool", "aws:SourceIp", r#""203.0.113.7""#));
}

#[test]
fn one_condition_that_limits_is_enough() {
    let both = |a: &str, b: &str| allow(r#""*""#, &format!("{{{a},{b}}}"));
    let (tls, vpc) = (r#""Bool":{"aws:SecureTransport":"true"}"#, r#""StringEquals":{"aws:SourceVpc":"vpc-1"}"#);
    let (unclear, loose) = (r#""IpAddress":{"aws:SourceIp":"x"}"#, r#""StringNotEquals":{"aws:SourceVpc":"vpc-1"}"#);
    check(No, &both(tls, vpc));
    check(No, &both(vpc, unclear));
    check(Yes, &both(tls, loose));
    check(CannotTell, &both(tls, unclear));
}

#[test]
fn what_may_be_absent_counts_only_with_null() {
    let with_null = |null: &str| {
        allow(
            r#""*""#,
            &format!(
                r#"{{"ForAllValues:StringEquals":{{"aws:PrincipalOrgPaths":"o-1/"}},"Null":{{"aws:PrincipalOrgPaths":"{null}"}}}}"#
            ),
        )
    };
    check(CannotTell, &with_null("false"));
    check(Yes, &with_null("true"));
}

#[test]
fn claims_of_identity_providers() {
    let federated = |name: &str, condition: &str| allow(&format!(r#"{{"Federated":"{name}"}}"#), condition);
    let cognito = "cognito-identity.amazonaws.com";
    check(CannotTell, &federated(cognito, r#"{"StringEquals":{"cognito-identity.amazonaws.com:aud":"eu-west-1:p"}}"#));
    check(Yes, &federated(cognito, r#"{"StringLike":{"cognito-identity.amazonaws.com:aud":"*"}}"#));
    let amr = r#"{"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"authenticated"}}"#;
    check(Yes, &federated(cognito, amr));
    let github = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
    let sub = |operator: &str, value: &str| {
        federated(github, &format!(r#"{{"{operator}":{{"token.actions.githubusercontent.com:sub":"{value}"}}}}"#))
    };
    check(No, &sub("StringLike", "repo:example/*"));
    check(No, &sub("StringEquals", "repo:example/app:ref:refs/heads/main"));
    check(Yes, &sub("StringLike", "repo:*"));
    check(Yes, &sub("StringLike", "repo:exam*"));
    check(Yes, &sub("StringLike", "*"));
    check(Yes, &sub("StringEqualsIfExists", "repo:example/app:ref:refs/heads/main"));
    let aud = r#"{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}"#;
    check(Yes, &federated(github, aud));
}

const EVERYONE: &str =
    r#"{"Effect":"Allow","Principal":"*","Action":["s3:GetObject","s3:Put*"],"Resource":"arn:aws:s3:::b/*"}"#;
const LIMITED: &str =
    r#"{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"s3:*","Resource":"arn:aws:s3:::b/*"}"#;

fn deny(action: &str, resource: &str, more: &str) -> String {
    format!(r#"{{"Effect":"Deny","Principal":"*",{action},{resource}{more}}}"#)
}

#[test]
fn denials_count_where_they_leave_nothing() {
    let all = r#""Action":"s3:*""#;
    let objects = r#""Resource":"arn:aws:s3:::b*""#;
    for (denials, expected) in [
        (deny(all, objects, ""), No),
        (deny(r#""Action":"*""#, r#""Resource":"*""#, ""), No),
        (deny(r#""NotAction":"ec2:*""#, r#""NotResource":"arn:aws:s3:::other""#, ""), No),
        (format!("{},{}", deny(r#""Action":"S3:get*""#, objects, ""), deny(r#""Action":"s3:p*""#, objects, "")), No),
        (deny(r#""Action":"s3:Get*""#, objects, ""), Yes),
        (deny(all, r#""Resource":"arn:aws:s3:::b/secret/*""#, ""), Yes),
        (deny(all, r#""Resource":"arn:aws:s3:::b/${aws:username}*""#, ""), Yes),
        (deny(all, r#""NotResource":"arn:aws:s3:::b/${aws:username}""#, ""), Yes),
        (deny(all, objects, r#","Condition":{"Bool":{"aws:SecureTransport":"false"}}"#), Yes),
        (deny(all, objects, r#","Condition":{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#), Yes),
        (deny(all, objects, "").replace(r#""Principal":"*""#, r#""Principal":{"AWS":"123456789012"}"#), Yes),
        (deny(all, objects, "").replace("\"Principal\":\"*\"", r#""NotPrincipal":{"AWS":"123456789012"}"#), Yes),
    ] {
        assert_eq!(decide(&format!("{EVERYONE},{denials}")).answer, expected, "{denials}");
        assert_eq!(decide(&format!("{denials},{EVERYONE}")).answer, expected, "{denials}");
    }
}

#[test]
fn the_statements_that_make_it_public_are_named() {
    let named = EVERYONE.replacen('{', r#"{"Sid":"Open","#, 1);
    let decision = decide(&format!("{LIMITED},{named},{LIMITED},{EVERYONE}"));
    let places: Vec<_> = decision.because.iter().map(|reason| (reason.statement, reason.sid.as_deref())).collect();
    assert_eq!((decision.answer, places), (Yes, vec![(1, Some("Open")), (3, None)]));
    let none = decide(LIMITED);
    assert_eq!((none.answer, none.because[0].statement), (No, 0));
    let unclear = allow(r#"{"Robot":"r2"}"#, "");
    let decision = decide(&format!("{LIMITED},{unclear}"));
    assert_eq!((decision.answer, decision.because.len(), decision.because[0].statement), (CannotTell, 1, 1));
    assert_eq!(decide(&format!("{unclear},{EVERYONE}")).because[0].statement, 1);
    let nothing = decide(&deny(r#""Action":"s3:*""#, r#""Resource":"*""#, ""));
    assert_eq!((nothing.answer, nothing.because), (No, Vec::new()));
}

#[test]
fn the_sentences_say_why() {
    for (statement, en, ja) in [
        (
            allow(r#""*""#, ""),
            "Principal is *, and no condition limits who gets in.",
            "Principal が * です。対象を制限する条件がありません。",
        ),
        (
            on("Bool", "aws:SecureTransport", "true"),
            "Principal is *, and the only condition, aws:SecureTransport, limits nobody.",
            "Principal が * です。唯一の条件 aws:SecureTransport は誰も制限しません。",
        ),
        (
            on("StringLike", "aws:SourceVpc", r#""vpc-*""#),
            "Principal is *, and the only condition does not limit who gets in: vpc-* of aws:SourceVpc is not fixed: it \
             holds a wildcard or a variable.",
            "Principal が * です。唯一の条件は対象を制限しません。aws:SourceVpc の値 vpc-* はワイルドカードか変数を含み、固定値ではありません。",
        ),
        (
            on("StringEquals", "aws:SourceVpc", r#""vpc-1""#),
            "Principal is *, but StringEquals aws:SourceVpc = vpc-1 limits who gets in.",
            "Principal が * です。ただし StringEquals aws:SourceVpc = vpc-1 が対象を制限しています。",
        ),
        (
            allow(r#"{"Federated":"graph.facebook.com"}"#, ""),
            "Anyone can join graph.facebook.com, and no condition limits who gets in.",
            "graph.facebook.com には誰でも参加できます。対象を制限する条件がありません。",
        ),
        (
            allow(r#"{"Robot":"r2"}"#, ""),
            "Who gets in cannot be told: the principal r2 is of an unknown kind, Robot.",
            "誰が許可されるかを判断できません。プリンシパル r2 の種類 Robot は未知です。",
        ),
    ] {
        let text = &decide(&statement).because[0].text;
        assert_eq!((text.en.as_str(), text.ja.as_str()), (en, ja));
    }
}
