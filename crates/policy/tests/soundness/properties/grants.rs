//! What a service is let do.

use asc_policy::{Effect, Glob, Policy, Version, lets_service};
use proptest::prelude::*;

use crate::evaluate::{World, in_every_request};
use crate::generate::resource_policies;
use crate::request::{Caller, Context};
use crate::run::property;
use crate::texts::matches;
use crate::truth::Truth;
use crate::universe::RESOURCES;

const SERVICE: &str = "logging.s3.amazonaws.com";
const ACTION: &str = "s3:PutObject";

#[test]
fn services() {
    property("lets_service", &(resource_policies(), 0..4_usize), &["yes", "no"], |(document, which), tally| {
        let pattern = ["arn:aws:s3:::b/*", "arn:aws:s3:::b/home/*", "arn:aws:s3:::b/k", "arn:aws:s3:::*"][*which];
        let lets = lets_service(&document.policy, SERVICE, ACTION, &Glob::pattern(pattern, Version::V2008));
        let some = let_in(&document.policy, pattern);
        tally.count(if lets { "yes" } else { "no" });
        prop_assert_eq!(lets, some, "on {}", pattern);
        Ok(())
    });
}

/// Whether there is something of the pattern that the service gets, what depends on conditions being granted.
fn let_in(policy: &Policy, pattern: &str) -> bool {
    // A condition on a grant leaves it a grant; a denial counts only without one.
    let mut outright = policy.clone();
    outright.statements.retain(|statement| statement.effect == Effect::Allow || statement.is_outright());
    for statement in &mut outright.statements {
        statement.conditions.clear();
        if let (Effect::Deny, Some(resources)) = (statement.effect, &statement.resources) {
            statement.resources = Some(in_every_request(resources, policy.version));
        }
    }
    let resources: Vec<_> =
        RESOURCES.into_iter().chain(["arn:aws:s3:::b/"]).filter(|resource| matches(pattern, resource, false)).collect();
    let world = World::new(&outright, &[ACTION], &resources);
    world.allowed(&Caller::Service(SERVICE), &Context::new()).iter().any(|truth| *truth != Truth::No)
}
