//! Where TLS is enforced no plain request passes, and where none passes it is enforced.

use asc_policy::{Effect, Policy, TlsOnly, tls_only};
use proptest::prelude::*;

use crate::evaluate::{World, has_variable};
use crate::generate::tls_policies;
use crate::run::property;
use crate::truth::Truth;
use crate::universe::{ACTIONS, CALLERS, RESOURCES, TLS, contexts};

const BUCKET: &str = "arn:aws:s3:::b";

#[test]
fn plain_requests() {
    let kinds = ["Enforced", "Partly", "No"];
    property("tls_only", &tls_policies(), &kinds, |document, tally| {
        let policy = &document.policy;
        let answer = tls_only(policy, BUCKET).says;
        tally.count(format!("{answer:?}"));
        let open = open_request(policy, &document.keys());
        if answer == TlsOnly::Enforced {
            prop_assert!(open.is_none(), "plain HTTP passes: {open:?}");
        } else if open.is_none() {
            tally.count(format!("closed, but {answer:?}"));
            prop_assert!(!is_of_the_form(policy), "no plain request passes, but it is {answer:?}");
        }
        Ok(())
    });
}

/// A request over plain HTTP that is not surely denied.
fn open_request(policy: &Policy, keys: &[String]) -> Option<String> {
    let actions: Vec<_> = ACTIONS.into_iter().filter(|action| action.starts_with("s3:")).collect();
    let of_bucket = |arn: &&str| *arn == BUCKET || arn.starts_with("arn:aws:s3:::b/");
    let resources: Vec<_> = RESOURCES.into_iter().filter(of_bucket).collect();
    let world = World::new(policy, &actions, &resources);
    CALLERS.iter().find_map(|caller| {
        contexts(keys, caller, 64).into_iter().find_map(|mut context| {
            context.insert(TLS.to_owned(), vec!["false".to_owned()]);
            let denied = world.denied(caller, &context);
            let at = denied.iter().position(|truth| *truth != Truth::Yes)?;
            Some(format!("{caller:?} {:?} {context:?}", world.pair(at)))
        })
    })
}

/// Whether every denial is of everyone, has the one condition that the control asks for, and is about the same things
/// in every request.
fn is_of_the_form(policy: &Policy) -> bool {
    policy.statements.iter().filter(|statement| statement.effect == Effect::Deny).all(|statement| {
        let [condition] = statement.conditions.as_slice() else { return false };
        statement.principals.are_everyone()
            && !statement.resources.as_ref().is_some_and(|resources| has_variable(resources, policy.version))
            && condition.key.eq_ignore_ascii_case(TLS)
            && condition.operator.quantifier.is_none()
            && matches!(condition.operator.test, asc_policy::Test::Bool)
    })
}
