//! Whether a bucket policy refuses everything that does not come over TLS.

use asc_core::text;

use crate::answer::Reason;
use crate::automaton::{Budget, Class, Pattern, Symbol};
use crate::condition::{Condition, Operator, Test};
use crate::document::{Effect, Policy, Statement};
use crate::language::{Covered, Language, covered};

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

/// What a bucket policy says to plain HTTP, and in which statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// What it says.
    pub says: TlsOnly,
    /// The statements that are about plain HTTP, each with what it does.
    pub because: Vec<Reason>,
}

/// Decides for a bucket by its ARN. Statements may share the work, by actions as by resources.
pub fn tls_only(policy: &Policy, bucket_arn: &str) -> Tls {
    let about: Vec<_> = policy.statements.iter().enumerate().filter(|(_, s)| denies_plain(s)).collect();
    if about.is_empty() {
        return Tls { says: TlsOnly::No, because: Vec::new() };
    }
    let whole = about.iter().filter(|(_, statement)| is_whole(statement));
    let languages: Vec<_> = whole.map(|(_, s)| (Language::of_actions(&s.actions), Language::of_denied(s))).collect();
    let actions = Pattern::shape(&[("s3:", &[Symbol::One(Class::Letter), Symbol::Many(Class::Alnum)])]);
    let bucket = Pattern::shape(&[(bucket_arn, &[])]);
    let objects = Pattern::shape(&[(bucket_arn, &[]), ("/", &[Symbol::One(Class::Any), Symbol::Many(Class::Any)])]);
    let budget = &Budget::new();
    // What is too intricate to follow is not proven, and so is not said to be enforced.
    let all = [bucket, objects]
        .into_iter()
        .all(|resources| covered((&actions, &resources), &languages, budget) == Covered::Yes);
    let because = about.into_iter().map(|(at, statement)| reason(at, statement)).collect();
    Tls { says: if all { TlsOnly::Enforced } else { TlsOnly::Partly }, because }
}

fn denies_plain(statement: &Statement) -> bool {
    statement.effect == Effect::Deny && statement.conditions.iter().any(is_plain)
}

/// Whether a condition is that the request came over plain HTTP. The key is in every request, so that `BoolIfExists`
/// does what `Bool` does; operators for texts never match a boolean key.
/// Sources: IAM User Guide, "AWS global condition context keys", `aws:SecureTransport`; Service Authorization Reference,
/// "The condition keys table": with an operator for another type the match always fails.
fn is_plain(condition: &Condition) -> bool {
    matches!(condition.operator, Operator { test: Test::Bool, quantifier: None, .. })
        && condition.is_on("aws:SecureTransport")
        && condition.values.iter().any(|value| value.written().eq_ignore_ascii_case("false"))
}

/// Whether nothing but plain HTTP narrows whom and when the statement is about.
fn is_whole(statement: &Statement) -> bool {
    let nothing_else = statement.conditions.iter().all(is_plain) && statement.unknown.is_empty();
    statement.principals.are_everyone() && nothing_else
}

fn reason(at: usize, statement: &Statement) -> Reason {
    let text = if !statement.principals.are_everyone() {
        text!(en: "Denies plain HTTP, but not to everyone.", ja: "平文 HTTP を拒否していますが、対象は全員ではありません。")
    } else if let Some(other) = statement.conditions.iter().find(|condition| !is_plain(condition)) {
        text!(
            en: "Denies plain HTTP only under a further condition: {other}.",
            ja: "平文 HTTP の拒否に、ほかの条件が付いています: {other}。"
        )
    } else {
        let (actions, resources) = (statement.actions.to_string(), on(statement));
        text!(
            en: "Denies plain HTTP to everyone: {actions} on {resources}.",
            ja: "全員の平文 HTTP を拒否しています: {actions} ({resources})。"
        )
    };
    Reason { statement: at, sid: statement.sid.clone(), text }
}

fn on(statement: &Statement) -> String {
    statement.resources.as_ref().map_or_else(|| "*".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:s3:::b";

    fn decide(statements: &str) -> TlsOnly {
        let policy = Policy::parse(&format!(r#"{{"Statement":[{statements}]}}"#)).unwrap();
        let tls = tls_only(&policy, ARN);
        assert_eq!(tls.because.is_empty(), tls.says == TlsOnly::No);
        tls.says
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
            // Two halves of all actions, and of all objects.
            [
                deny(r#""*""#, r#""s3:Get*""#, BOTH, PLAIN),
                deny(r#""*""#, r#""s3:Get*""#, BOTH, PLAIN).replace("\"Action\"", "\"NotAction\""),
            ]
            .join(","),
            [
                deny(r#""*""#, r#""s3:*""#, r#""arn:aws:s3:::b/x*""#, PLAIN),
                deny(r#""*""#, r#""s3:*""#, r#""arn:aws:s3:::b/x*""#, PLAIN).replace("\"Resource\"", "\"NotResource\""),
            ]
            .join(","),
            deny(r#""*""#, r#""iam:*""#, r#""arn:aws:s3:::other""#, PLAIN)
                .replace("\"Action\"", "\"NotAction\"")
                .replace("\"Resource\"", "\"NotResource\""),
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
            deny(r#""*""#, r#""s3:*""#, BOTH, PLAIN).replace("\"Principal\"", "\"NotPrincipal\""),
            deny(r#""*""#, r#""s3:Get*""#, BOTH, PLAIN).replace("\"Action\"", "\"NotAction\""),
            deny(r#""*""#, r#""s3:*""#, r#""arn:aws:s3:::b/secret""#, PLAIN).replace("\"Resource\"", "\"NotResource\""),
            [deny(r#""*""#, r#""s3:Get*""#, BOTH, PLAIN), deny(r#""*""#, r#""s3:Put*""#, BOTH, PLAIN)].join(","),
        ] {
            assert_eq!(decide(&statement), TlsOnly::Partly, "{statement}");
        }
    }

    #[test]
    fn other_statements_do_not_count() {
        let allow = deny(r#""*""#, r#""s3:*""#, BOTH, PLAIN).replace("Deny", "Allow");
        let reverse = deny(r#""*""#, r#""s3:*""#, BOTH, r#"{"Bool":{"aws:SecureTransport":"true"}}"#);
        let tls_version = deny(r#""*""#, r#""s3:*""#, BOTH, r#"{"NumericLessThan":{"s3:TlsVersion":"1.2"}}"#);
        let text = deny(r#""*""#, r#""s3:*""#, BOTH, r#"{"StringEquals":{"aws:SecureTransport":"false"}}"#);
        for statement in [allow, reverse, tls_version, text] {
            assert_eq!(decide(&statement), TlsOnly::No, "{statement}");
        }
    }

    #[test]
    fn the_statements_are_told_with_what_they_do() {
        let statement = deny(r#""*""#, r#""s3:*""#, BOTH, PLAIN).replace("\"Effect\"", "\"Sid\":\"Tls\",\"Effect\"");
        let policy = Policy::parse(&format!(r#"{{"Statement":[{statement}]}}"#)).unwrap();
        let because = tls_only(&policy, ARN).because;
        assert_eq!((because[0].statement, because[0].sid.as_deref()), (0, Some("Tls")));
        assert_eq!(because[0].text.en, "Denies plain HTTP to everyone: s3:* on arn:aws:s3:::b | arn:aws:s3:::b/*.");
    }
}
