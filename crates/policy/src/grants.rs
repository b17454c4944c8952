//! Whether a resource policy lets an AWS service do something.

use std::ops::ControlFlow;

use crate::automaton::{Budget, Pattern};
use crate::document::{Effect, Patterns, Policy, Statement};
use crate::glob::Glob;
use crate::language::{Language, search};
use crate::principal::{Principal, Principals};

/// Whether a policy grants a service principal (`logging.s3.amazonaws.com`) an action on something that the resource
/// pattern describes, and that nothing denies it. Conditions on a grant narrow it but leave it a grant; a `Deny` counts
/// only when it has none. What is too intricate to follow is no grant, which leans to the alert.
pub fn lets_service(policy: &Policy, service: &str, action: &str, resource: &Glob) -> bool {
    let about = |statement: &&Statement| names(&statement.principals, service) && acts(&statement.actions, action);
    let counts = |statement: &&Statement| statement.effect == Effect::Allow || statement.is_outright();
    let statements: Vec<_> = policy.statements.iter().filter(about).filter(counts).collect();
    let languages: Vec<_> = statements.iter().map(|statement| reached(statement)).collect();
    let languages: Vec<_> = languages.iter().collect();
    let found = search(&Pattern::of(resource), &languages, &Budget::new(), |holds, _| {
        let some = |effect| statements.iter().zip(holds).any(|(statement, held)| *held && statement.effect == effect);
        if some(Effect::Allow) && !some(Effect::Deny) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    found == Ok(Some(()))
}

fn reached(statement: &Statement) -> Language {
    match statement.effect {
        Effect::Allow => Language::of_resources(statement.resources.as_ref()),
        Effect::Deny => Language::of_denied(statement),
    }
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
        // Two denials take away together what neither does alone; with less than all of it denied something is left.
        let part = |resource: &str| allow(r#""*""#, "s3:*", resource).replace("Allow", "Deny");
        let early = part("arn:aws:s3:::logs/app/2*");
        let late = early.replace("\"Resource\"", "\"NotResource\"");
        assert!(decide(&format!("{grant},{early}")) && decide(&format!("{grant},{late}")));
        assert!(!decide(&format!("{grant},{early},{late}")));
        let elsewhere = grant.replace("\"Resource\"", "\"NotResource\"");
        assert!(!decide(&elsewhere) && decide(&elsewhere.replace("logs/*", "logs/app/x*")));
    }
}
