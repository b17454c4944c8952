//! What the fuzzer's targets do with arbitrary bytes; compiled and run by the tests too (`tests/fuzzing/main.rs`).

use asc_policy::admin::{Realm, admin};
use asc_policy::{Glob, Policy, Version, lets_service, public, tls_only, who};

/// Bytes are a policy or an error whose place is in them.
///
/// # Panics
///
/// If they are neither.
pub(crate) fn parse(bytes: &[u8]) -> Option<Policy> {
    match Policy::read(bytes) {
        Ok(policy) => {
            assert!(!policy.statements.is_empty());
            Some(policy)
        }
        Err(error) => {
            let text = String::from_utf8_lossy(bytes);
            assert!(error.span.start <= error.span.end && error.span.start <= text.len(), "{error:?}");
            let lines: Vec<_> = text.split('\n').collect();
            assert!(error.line >= 1 && error.line <= lines.len(), "{error:?}");
            assert!(error.column >= 1 && error.column <= lines[error.line - 1].chars().count() + 1, "{error:?}");
            assert!(!error.message.en.is_empty() && !error.message.ja.is_empty());
            None
        }
    }
}

/// What `asc policy` does, and the checks: every question is answered, by statements that there are.
///
/// # Panics
///
/// If an answer names what is not in the document.
pub(crate) fn decide(bytes: &[u8]) {
    let Some(policy) = parse(bytes) else { return };
    let statements = policy.statements.len();
    let decision = public::public(&policy);
    assert!(decision.because.iter().all(|reason| reason.statement < statements && !reason.text.en.is_empty()));
    for entrant in who::lets_in(&policy) {
        assert!(!entrant.grants.is_empty() && entrant.grants.iter().all(|grant| grant.statement < statements));
    }
    let realm = Realm::new("aws", "123456789012");
    for boundary in [None, Some(&policy)] {
        if let Some(proof) = admin(&realm, &[&policy], boundary) {
            assert!(!proof.steps.is_empty() && proof.steps.iter().all(|step| step.statement < statements));
        }
    }
    assert!(tls_only(&policy, "arn:aws:s3:::b").because.iter().all(|reason| reason.statement < statements));
    lets_service(
        &policy,
        "logging.s3.amazonaws.com",
        "s3:PutObject",
        &Glob::pattern("arn:aws:s3:::b/*", Version::V2008),
    );
}
