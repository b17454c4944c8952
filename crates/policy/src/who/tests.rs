use super::*;

fn parse(statements: &str) -> Policy {
    Policy::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)).unwrap()
}

fn allow(principal: &str, conditions: &str) -> String {
    format!(
        r#"{{"Effect":"Allow",{principal},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{{{conditions}}}}}"#
    )
}

const ALL: &str = r#""Principal":"*""#;

/// Who gets in, by kind and name.
fn who(statements: &str) -> Vec<(Kind, String)> {
    lets_in(&parse(statements)).into_iter().map(|entrant| (entrant.kind, entrant.name)).collect()
}

#[track_caller]
fn check(statement: &str, expected: &[(Kind, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(kind, name)| (*kind, (*name).to_owned())).collect();
    assert_eq!(who(statement), expected, "{statement}");
}

#[test]
fn principals_as_aws_writes_them() {
    for (principal, kind, name) in [
        (r#""*""#, Kind::Everyone, "*"),
        (r#"{"AWS":"*"}"#, Kind::Everyone, "*"),
        (r#"{"AWS":"123456789012"}"#, Kind::Account, "arn:aws:iam::123456789012:root"),
        (r#"{"AWS":"arn:aws:iam::123456789012:root"}"#, Kind::Account, "arn:aws:iam::123456789012:root"),
        (r#"{"AWS":"arn:aws:iam::123456789012:role/r"}"#, Kind::Principal, "arn:aws:iam::123456789012:role/r"),
        (r#"{"AWS":"arn:aws:iam::*:root"}"#, Kind::Principal, "arn:aws:iam::*:root"),
        (r#"{"CanonicalUser":"79a5"}"#, Kind::CanonicalUser, "79a5"),
        (r#"{"Service":"sns.amazonaws.com"}"#, Kind::Service, "sns.amazonaws.com"),
        (r#"{"Federated":"graph.facebook.com"}"#, Kind::IdentityProvider, "graph.facebook.com"),
        (r#"{"Robot":"r2"}"#, Kind::Unknown, "r2"),
    ] {
        check(&allow(&format!(r#""Principal":{principal}"#), ""), &[(kind, name)]);
    }
    let mixed = r#""Principal":{"AWS":["123456789012","*"],"Service":"sns.amazonaws.com"}"#;
    let account = (Kind::Account, "arn:aws:iam::123456789012:root");
    check(&allow(mixed, ""), &[(Kind::Everyone, "*"), account, (Kind::Service, "sns.amazonaws.com")]);
}

#[test]
fn an_account_is_of_the_policys_partition() {
    let china = allow(r#""Principal":{"AWS":"123456789012"}"#, "").replace("arn:aws:", "arn:aws-cn:");
    check(&china, &[(Kind::Account, "arn:aws-cn:iam::123456789012:root")]);
    let everything = allow(r#""Principal":{"AWS":"123456789012"}"#, "").replace("arn:aws:s3:::b/*", "*");
    check(&everything, &[(Kind::Account, "arn:aws:iam::123456789012:root")]);
}

#[test]
fn conditions_turn_everyone_into_those_they_name() {
    for (operator, key, value, kind, name) in [
        ("StringEquals", "aws:PrincipalAccount", "123456789012", Kind::Account, "arn:aws:iam::123456789012:root"),
        ("StringEquals", "kms:CallerAccount", "123456789012", Kind::Account, "arn:aws:iam::123456789012:root"),
        (
            "ArnLike",
            "aws:PrincipalArn",
            "arn:aws:iam::123456789012:role/*",
            Kind::Principal,
            "arn:aws:iam::123456789012:role/*",
        ),
        (
            "StringLike",
            "aws:PrincipalArn",
            "arn:aws:iam::123456789012:role/*",
            Kind::Principal,
            "arn:aws:iam::123456789012:role/*",
        ),
        ("StringLike", "aws:userid", "AROAEXAMPLEID:*", Kind::Principal, "AROAEXAMPLEID:*"),
        ("StringEquals", "aws:PrincipalOrgID", "o-1", Kind::Organization, "o-1"),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-1/r-1/*", Kind::OrganizationalUnit, "o-1/r-1/*"),
        ("StringEquals", "aws:PrincipalServiceName", "sns.amazonaws.com", Kind::Service, "sns.amazonaws.com"),
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:b", Kind::Source, "arn:aws:s3:*:*:b"),
        ("StringEquals", "AWS:SourceOwner", "123456789012", Kind::Source, "123456789012"),
        ("StringEquals", "aws:SourceVpce", "vpce-1", Kind::VpcEndpoint, "vpce-1"),
        ("StringEquals", "aws:SourceVpc", "vpc-1", Kind::Vpc, "vpc-1"),
        ("IpAddress", "aws:SourceIp", "203.0.113.0/24", Kind::Addresses, "203.0.113.0/24"),
        ("StringEquals", "s3:DataAccessPointAccount", "123456789012", Kind::AccessPoint, "123456789012"),
    ] {
        let named = allow(ALL, &format!(r#""{operator}":{{"{key}":"{value}"}}"#));
        check(&named, &[(kind, name)]);
        assert!(lets_in(&parse(&named))[0].grants[0].conditions.is_empty(), "{key} is told by the name");
    }
    let two = allow(ALL, r#""StringEquals":{"aws:PrincipalOrgID":["o-1","o-2"]}"#);
    check(&two, &[(Kind::Organization, "o-1"), (Kind::Organization, "o-2")]);
}

#[test]
fn conditions_that_name_nobody_beyond_doubt_leave_everyone() {
    for (operator, key, value) in [
        ("StringEqualsIfExists", "aws:PrincipalOrgID", r#""o-1""#),
        ("ForAllValues:StringEquals", "aws:PrincipalOrgID", r#""o-1""#),
        ("StringNotEquals", "aws:PrincipalOrgID", r#""o-1""#),
        ("StringLike", "aws:PrincipalOrgID", r#""o-*""#),
        ("StringEquals", "aws:PrincipalOrgID", r#"["o-1","${aws:PrincipalTag/o}"]"#),
        ("StringEquals", "aws:PrincipalAccount", r#""anonymous""#),
        ("ArnLike", "aws:PrincipalArn", r#""arn:aws:iam::*:role/r""#),
        ("StringLike", "aws:PrincipalArn", r#""arn:aws:iam:*:123456789012:role/r""#),
        ("ArnLike", "aws:SourceArn", r#""arn:aws:sns:*:*:topic""#),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", r#""o-*/r-1/*""#),
        ("IpAddress", "aws:SourceIp", r#"["203.0.113.0/24","0.0.0.0/0"]"#),
        ("IpAddress", "aws:SourceIp", r#""nonsense""#),
        ("NotIpAddress", "aws:SourceIp", r#""203.0.113.0/24""#),
        ("Bool", "aws:SecureTransport", "true"),
        ("StringEquals", "aws:SourceVpc", "[]"),
        ("StringMatches", "aws:SourceVpc", r#""vpc-1""#),
    ] {
        let statement = allow(ALL, &format!(r#""{operator}":{{"{key}":{value}}}"#));
        check(&statement, &[(Kind::Everyone, "*")]);
        assert_eq!(lets_in(&parse(&statement))[0].grants[0].conditions.len(), 1, "{key} narrows it all the same");
    }
}

#[test]
fn the_most_precise_condition_names_and_the_others_narrow() {
    let both = allow(
        ALL,
        r#""IpAddress":{"aws:SourceIp":"203.0.113.7"},"StringEquals":{"aws:PrincipalOrgID":"o-1"},"Bool":{"aws:SecureTransport":true}"#,
    );
    let entrants = lets_in(&parse(&both));
    assert_eq!((entrants.len(), entrants[0].kind, entrants[0].name.as_str()), (1, Kind::Organization, "o-1"));
    let narrowing: Vec<_> = entrants[0].grants[0].conditions.iter().map(|c| c.key.as_str()).collect();
    assert_eq!(narrowing, ["aws:SourceIp", "aws:SecureTransport"]);
    let fixed = allow(r#""Principal":{"AWS":"123456789012"}"#, r#""StringEquals":{"aws:PrincipalOrgID":"o-1"}"#);
    check(&fixed, &[(Kind::Account, "arn:aws:iam::123456789012:root")]);
}

#[test]
fn one_entrant_by_several_statements() {
    let account = r#""Principal":{"AWS":"123456789012"}"#;
    let by_key = allow(ALL, r#""StringEquals":{"aws:PrincipalAccount":"123456789012"}"#);
    let statements = format!("{},{},{by_key}", allow(account, ""), allow(r#""Principal":{"AWS":"210987654321"}"#, ""));
    let entrants = lets_in(&parse(&statements));
    let places: Vec<_> =
        entrants.iter().map(|e| e.grants.iter().map(|grant| grant.statement).collect::<Vec<_>>()).collect();
    assert_eq!(places, [vec![0, 2], vec![1]]);
}

#[test]
fn services_without_a_source_are_confused_deputies() {
    let service = r#""Principal":{"Service":"sns.amazonaws.com"}"#;
    for (conditions, confused) in [
        ("", true),
        (r#""Bool":{"aws:SecureTransport":true}"#, true),
        (r#""StringEquals":{"aws:SourceAccount":"123456789012"}"#, false),
        (r#""StringEquals":{"aws:SourceAccount":"${aws:ResourceAccount}"}"#, false),
        (r#""StringEquals":{"aws:SourceAccount":"${aws:PrincipalTag/a}"}"#, true),
        (r#""StringEqualsIfExists":{"aws:SourceAccount":"123456789012"}"#, true),
        (r#""StringLike":{"aws:SourceAccount":"*"}"#, true),
        (r#""StringEquals":{"aws:SourceOrgID":"o-1"}"#, false),
        (r#""StringEquals":{"aws:SourceOrgID":"${aws:ResourceOrgID}"}"#, false),
        (r#""StringLike":{"aws:SourceOrgPaths":"o-1/r-1/*"}"#, false),
        (r#""StringLike":{"aws:SourceOrgPaths":"*"}"#, true),
        (r#""ArnLike":{"aws:SourceArn":"arn:aws:s3:::b"}"#, false),
        (r#""ArnLike":{"aws:SourceArn":"arn:aws:s3:*:*:b"}"#, false),
        (r#""ArnLike":{"aws:SourceArn":"arn:aws:s3:::*"}"#, true),
        (r#""ArnLike":{"aws:SourceArn":"arn:aws:sns:*:123456789012:*"}"#, false),
        (r#""StringLike":{"aws:SourceArn":"arn:aws:sns:*:123456789012:*"}"#, true),
        (r#""StringLike":{"aws:SourceArn":"arn:aws:sns:eu-west-1:123456789012:*"}"#, false),
        (r#""ArnLike":{"aws:SourceArn":"arn:aws:sns:*:*:topic"}"#, true),
        (r#""ArnNotLike":{"aws:SourceArn":"arn:aws:sns:eu-west-1:123456789012:t"}"#, true),
    ] {
        let entrants = lets_in(&parse(&allow(service, conditions)));
        assert_eq!(entrants.len(), 1, "{conditions}");
        assert_eq!(entrants[0].is_confused_deputy(), confused, "{conditions}");
        assert_eq!(entrants[0].text().en.contains("confused deputy"), confused, "{conditions}");
    }
    let account = lets_in(&parse(&allow(r#""Principal":{"AWS":"123456789012"}"#, "")));
    assert!(!account[0].is_confused_deputy());
    let by_key = lets_in(&parse(&allow(ALL, r#""StringEquals":{"aws:PrincipalServiceName":"sns.amazonaws.com"}"#)));
    assert!(by_key[0].is_confused_deputy());
}

#[test]
fn denials_take_out_only_whom_they_leave_nothing() {
    let named =
        r#""Principal":{"AWS":["123456789012","arn:aws:iam::123456789012:role/r"],"Service":"sns.amazonaws.com"}"#;
    let deny = |principal: &str, action: &str, conditions: &str| {
        format!(
            r#"{},{{"Effect":"Deny",{principal},"Action":"{action}","Resource":"*","Condition":{{{conditions}}}}}"#,
            allow(named, "")
        )
    };
    let left = |statements: &str| who(statements).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
    let (account, role, service) =
        ("arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:role/r", "sns.amazonaws.com");
    assert_eq!(left(&deny(ALL, "s3:*", "")), [""; 0]);
    assert_eq!(left(&deny(r#""Principal":{"AWS":"123456789012"}"#, "*", "")), [role, service]);
    assert_eq!(left(&deny(r#""Principal":{"Service":"sns.amazonaws.com"}"#, "*", "")), [account, role]);
    for half in [
        deny(ALL, "s3:Put*", ""),
        deny(ALL, "s3:*", r#""Bool":{"aws:SecureTransport":false}"#),
        deny(r#""NotPrincipal":{"AWS":"210987654321"}"#, "*", ""),
    ] {
        assert_eq!(left(&half), [account, role, service], "{half}");
    }
    let everyone = format!("{},{}", allow(ALL, ""), allow(ALL, "").replace("Allow", "Deny"));
    assert_eq!(left(&everyone), [""; 0]);
}

#[test]
fn everyone_but_some() {
    let statement = allow(r#""NotPrincipal":{"AWS":"123456789012"}"#, "");
    let entrants = lets_in(&parse(&statement));
    assert_eq!(
        (entrants[0].name.as_str(), entrants[0].grants[0].except.as_slice()),
        ("*", &["123456789012".to_owned()][..])
    );
    assert_eq!(entrants[0].text().en, "Everyone: statement 0, but not 123456789012.");
}

#[test]
fn the_sentence_says_who_by_what_and_when() {
    let statement =
        allow(r#""Sid":"Read","Principal":{"AWS":"123456789012"}"#, r#""Bool":{"aws:SecureTransport":true}"#);
    let text =
        lets_in(&parse(&format!("{statement},{}", allow(r#""Principal":{"AWS":"123456789012"}"#, ""))))[0].text();
    assert_eq!(
        text.en,
        "Whomever the account arn:aws:iam::123456789012:root allows: statement 0 (Read), if Bool aws:SecureTransport = \
         true; statement 1."
    );
    assert_eq!(
        text.ja,
        "アカウント arn:aws:iam::123456789012:root が許可する全員: ステートメント 0 (Read) (条件: Bool aws:SecureTransport = \
         true)、ステートメント 1。"
    );
}

#[test]
fn nobody_gets_in_by_an_identity_policy_or_a_denial() {
    check(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#, &[]);
    check(&allow(ALL, "").replace("Allow", "Deny"), &[]);
}
