//! Whether a resource policy lets an AWS service do something.

use crate::document::{Effect, Patterns, Policy, Statement};
use crate::glob::Glob;
use crate::principal::{Principal, Principals};

/// Whether a policy grants a service principal (`logging.s3.amazonaws.com`) an action on something that the resource
/// pattern describes. Conditions on a grant narrow it but leave it a grant; a `Deny` counts only when it has none, and
/// reaches everything that the pattern describes.
pub fn lets_service(policy: &Policy, service: &str, action: &str, resource: &Glob) -> bool {
    let about = |statement: &&Statement| names(&statement.principals, service) && acts(&statement.actions, action);
    let forbids =
        |statement: &Statement| statement.is_outright() && reaches(statement, |pattern| pattern.covers(resource));
    let grants = |statement: &Statement| reaches(statement, |pattern| pattern.intersects(resource));
    let of = |effect| policy.statements.iter().filter(move |s| s.effect == effect).filter(about);
    of(Effect::Allow).any(grants) && !of(Effect::Deny).any(forbids)
}

fn names(principals: &Principals, service: &str) -> bool {
    let lists = |named: &[Principal]| {
        named.iter().any(|principal| match principal {
            Principal::Everyone => true,
            Principal::Service(name) => name.eq_ignore_ascii_case(service),
            _ => false,
        })
    };
    match principals {
        Principals::Only(named) => lists(named),
        Principals::AllBut(named) => !lists(named),
        Principals::Unstated => false,
    }
}

fn acts(actions: &Patterns, action: &str) -> bool {
    let any = |patterns: &[Glob]| patterns.iter().any(|pattern| pattern.matches_in_any_case(action));
    match actions {
        Patterns::Only(patterns) => any(patterns),
        Patterns::AllBut(patterns) => !any(patterns),
    }
}

fn reaches(statement: &Statement, meets: impl Fn(&Glob) -> bool) -> bool {
    match &statement.resources {
        Some(Patterns::Only(patterns)) => patterns.iter().any(&meets),
        Some(Patterns::AllBut(patterns)) => !patterns.iter().any(&meets),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(statements: &str) -> bool {
        let policy = Policy::parse(&format!(r#"{{"Statement":[{statements}]}}"#)).unwrap();
        let keys = Glob::pattern("arn:aws:s3:::logs/app/*", crate::Version::V2008);
        lets_service(&policy, "logging.s3.amazonaws.com", "s3:PutObject", &keys)
    }

    fn allow(principal: &str, action: &str, resource: &str) -> String {
        format!(r#"{{"Effect":"Allow","Principal":{principal},"Action":"{action}","Resource":"{resource}"}}"#)
    }

    const LOGGING: &str = r#"{"Service":"logging.s3.amazonaws.com"}"#;

    #[test]
    fn grants_and_what_takes_them_away() {
        assert!(decide(&allow(LOGGING, "s3:PutObject", "arn:aws:s3:::logs/*")));
        assert!(decide(&allow(LOGGING, "S3:Put*", "arn:aws:s3:::logs/app/2026/*")));
        assert!(decide(&allow(r#""*""#, "*", "*")));
        assert!(!decide(&allow(LOGGING, "s3:GetObject", "arn:aws:s3:::logs/*")));
        assert!(!decide(&allow(LOGGING, "s3:PutObject", "arn:aws:s3:::logs/other/*")));
        assert!(!decide(&allow(LOGGING, "s3:PutObject", "arn:aws:s3:::logs")));
        assert!(!decide(&allow(r#"{"Service":"cloudtrail.amazonaws.com"}"#, "s3:PutObject", "*")));
        assert!(!decide(&allow(r#"{"AWS":"arn:aws:iam::123456789012:root"}"#, "s3:PutObject", "*")));
        let grant = allow(LOGGING, "s3:PutObject", "arn:aws:s3:::logs/*");
        let forbid = allow(r#""*""#, "s3:*", "arn:aws:s3:::logs/*").replace("Allow", "Deny");
        assert!(!decide(&format!("{grant},{forbid}")));
        let slip = forbid.replace('}', r#","condition":{}}"#);
        assert!(decide(&format!("{grant},{slip}")), "{slip}");
        let tls = forbid.replace('}', r#","Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#);
        assert!(decide(&format!("{grant},{tls}")));
    }
}
