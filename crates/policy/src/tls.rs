//! Whether a bucket policy refuses everything that does not come over TLS.

use crate::condition::{Operator, Test};
use crate::document::{Effect, Patterns, Policy, Statement, Version};
use crate::glob::Glob;

/// What a bucket policy says to plain HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsOnly {
    /// Every request over plain HTTP is denied, to the bucket and to its objects.
    Enforced,
    /// Some statement denies plain HTTP, but not everyone, not everything, or only under further conditions.
    Partly,
    /// Nothing denies plain HTTP.
    No,
}

/// Decides for a bucket by its ARN. Statements may share the work: one for the bucket, one for its objects.
pub fn tls_only(policy: &Policy, bucket_arn: &str) -> TlsOnly {
    let about_tls: Vec<_> = policy.statements.iter().filter(|s| s.effect == Effect::Deny && denies_plain(s)).collect();
    if about_tls.is_empty() {
        return TlsOnly::No;
    }
    let whole: Vec<_> = about_tls.into_iter().filter(|s| is_whole(s)).collect();
    let covered = |resource: Glob| whole.iter().any(|statement| reaches(statement, &resource));
    let objects = Glob::pattern(&format!("{bucket_arn}/*"), Version::V2008);
    if covered(Glob::literal(bucket_arn)) && covered(objects) { TlsOnly::Enforced } else { TlsOnly::Partly }
}

/// Whether one of the statement's conditions is that the request came over plain HTTP.
fn denies_plain(statement: &Statement) -> bool {
    statement.conditions.iter().any(|condition| {
        matches!(condition.operator, Operator { test: Test::Bool, quantifier: None, .. })
            && condition.is_on("aws:SecureTransport")
            && condition.values.iter().any(|value| value.written().eq_ignore_ascii_case("false"))
    })
}

/// Whether nothing but plain HTTP narrows the statement: everyone, every S3 action, no further condition.
fn is_whole(statement: &Statement) -> bool {
    let actions = match &statement.actions {
        Patterns::Only(patterns) => {
            let all = Glob::pattern("s3:*", Version::V2008);
            patterns.iter().any(|pattern| pattern.to_ascii_lowercase().covers(&all))
        }
        Patterns::AllBut(_) => false,
    };
    let nothing_else = statement.conditions.len() == 1 && statement.unknown.is_empty();
    actions && statement.principals.are_everyone() && nothing_else
}

fn reaches(statement: &Statement, resource: &Glob) -> bool {
    match &statement.resources {
        Some(Patterns::Only(patterns)) => patterns.iter().any(|pattern| pattern.covers(resource)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:s3:::b";

    fn decide(statements: &str) -> TlsOnly {
        let policy = Policy::parse(&format!(r#"{{"Statement":[{statements}]}}"#)).unwrap();
        tls_only(&policy, ARN)
    }

    fn deny(principal: &str, action: &str, resource: &str, condition: &str) -> String {
        format!(
            r#"{{"Effect":"Deny","Principal":{principal},"Action":{action},"Resource":{resource},"Condition":{condition}}}"#
        )
    }

    const BOTH: &str = r#"["arn:aws:s3:::b","arn:aws:s3:::b/*"]"#;
    const PLAIN: &str = r#"{"Bool":{"aws:SecureTransport":"false"}}"#;

    #[test]
    fn enforced_in_all_its_spellings() {
        for statement in [
            deny(r#""*""#, r#""s3:*""#, BOTH, PLAIN),
            deny(r#"{"AWS":"*"}"#, r#"["S3:*"]"#, BOTH, r#"{"bool":{"AWS:securetransport":[false]}}"#),
            deny(r#""*""#, r#""*""#, r#""*""#, PLAIN),
            deny(r#""*""#, r#""s3:**""#, r#""arn:aws:s3:::b*""#, r#"{"BoolIfExists":{"aws:SecureTransport":"False"}}"#),
            deny(r#""*""#, r#""s3:*""#, r#""arn:aws:s3:::b""#, PLAIN)
                + ","
                + &deny(r#""*""#, r#""s3:*""#, r#""arn:aws:s3:::b/*""#, PLAIN),
        ] {
            assert_eq!(decide(&statement), TlsOnly::Enforced, "{statement}");
        }
    }

    #[test]
    fn narrowed_statements_enforce_only_partly() {
        for statement in [
            deny(r#"{"AWS":"123456789012"}"#, r#""s3:*""#, BOTH, PLAIN),
            deny(r#""*""#, r#""s3:GetObject""#, BOTH, PLAIN),
            deny(r#""*""#, r#""s3:*""#, r#""arn:aws:s3:::b/*""#, PLAIN),
            deny(r#""*""#, r#""s3:*""#, r#""arn:aws:s3:::other*""#, PLAIN),
            deny(r#""*""#, r#""s3:*""#, BOTH, PLAIN).replace(r#""Effect""#, r#""condition":{},"Effect""#),
            deny(
                r#""*""#,
                r#""s3:*""#,
                BOTH,
                r#"{"Bool":{"aws:SecureTransport":"false","aws:ViaAWSService":"false"}}"#,
            ),
        ] {
            assert_eq!(decide(&statement), TlsOnly::Partly, "{statement}");
        }
    }

    #[test]
    fn other_statements_do_not_count() {
        let allow = deny(r#""*""#, r#""s3:*""#, BOTH, PLAIN).replace("Deny", "Allow");
        let reverse = deny(r#""*""#, r#""s3:*""#, BOTH, r#"{"Bool":{"aws:SecureTransport":"true"}}"#);
        let tls_version = deny(r#""*""#, r#""s3:*""#, BOTH, r#"{"NumericLessThan":{"s3:TlsVersion":"1.2"}}"#);
        for statement in [allow, reverse, tls_version] {
            assert_eq!(decide(&statement), TlsOnly::No, "{statement}");
        }
    }
}
