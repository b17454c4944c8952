//! Who is an administrator may do everything that was tried, and who is none is refused something.

use std::collections::HashSet;

use asc_policy::admin::{Proof, Reach, Realm, admin};
use asc_policy::{Effect, Policy, Statement};
use proptest::prelude::*;

use crate::evaluate::{Listed, in_every_request};
use crate::generate::identity_policies;
use crate::request::Context;
use crate::run::property;

/// What is tried, in pairs of an action and a resource: everything here about IAM, and services that nobody names.
struct World {
    iam: (Vec<String>, Vec<String>),
    unnamed: Vec<(Vec<String>, Vec<String>)>,
}

impl World {
    fn new() -> Self {
        // Two letters that patterns name, one that they do not, and one that they name at the beginning only.
        let mut names = vec![String::new()];
        for length in 0..3 {
            let longer: Vec<_> = names.iter().filter(|name| name.len() == length).cloned().collect();
            names.extend(longer.iter().flat_map(|name| ["a", "b", "x", "z"].map(|c| format!("{name}{c}"))));
        }
        names.remove(0);
        // In documents of the older version this is no variable.
        names.push("${aws:username}".to_owned());
        let prefixed = |prefix: &str, most: usize| {
            names
                .iter()
                .filter(|name| name.len() <= most || name.starts_with('$'))
                .map(|name| format!("{prefix}{name}"))
                .collect()
        };
        let unnamed = ('a'..='z').map(|first| {
            let service = format!("{first}-unnamed");
            let resource = format!("arn:aws:{service}:unnamed-1:123456789012:");
            (prefixed(&format!("{service}:"), 2), prefixed(&resource, 1))
        });
        Self { iam: (prefixed("iam:", 3), prefixed("arn:aws:iam::123456789012:", 3)), unnamed: unnamed.collect() }
    }
}

#[test]
fn administrators() {
    let world = World::new();
    let realm = Realm::new("aws", "123456789012");
    let policies = (identity_policies(), proptest::option::weighted(0.3, identity_policies()));
    let kinds = ["everything", "all but some", "no", "by several statements", "under conditions", "bounded"];
    property("admin", &policies, &kinds, |(own, boundary), tally| {
        let (own, boundary) = (&own.policy, boundary.as_ref().map(|document| &document.policy));
        let proof = admin(&realm, &[own], boundary);
        let (refused, _) = tried(&world.iam, own, boundary);
        let unnamed: Vec<_> = world.unnamed.iter().map(|service| tried(service, own, boundary)).collect();
        let whole = unnamed.iter().filter(|(refused, _)| refused.is_none()).count();
        let some = unnamed.iter().filter(|(_, allowed)| *allowed).count();
        tally.count(match &proof {
            None => "no",
            Some(Proof { reach: Reach::Everything, .. }) => "everything",
            Some(Proof { reach: Reach::AllButSome, .. }) => "all but some",
        });
        let Some(proof) = proof else {
            prop_assert!(refused.is_some() || whole < 13, "no administrator, but nothing is refused");
            return Ok(());
        };
        if proof.steps.len() > 1 {
            tally.count("by several statements");
        }
        if !proof.conditions.is_empty() {
            tally.count("under conditions");
        }
        if boundary.is_some() {
            tally.count("bounded");
        }
        prop_assert!(refused.is_none(), "an administrator who is refused {:?}", refused);
        prop_assert!(some >= 13, "an administrator with {} services", some);
        if proof.reach == Reach::Everything {
            prop_assert!(proof.exact && whole == 26, "not everything");
        }
        let conditional = proof.steps.iter().any(|step| !own.statements[step.statement].conditions.is_empty());
        prop_assert!(!conditional || !proof.conditions.is_empty(), "conditions that are not told");
        Ok(())
    });
}

/// A pair that is refused, if one is, and whether one is allowed. By the definition, allowed is what statements allow,
/// under conditions or not, and none denies without a condition, both in the policy and in its boundary.
fn tried(
    pairs: &(Vec<String>, Vec<String>),
    own: &Policy,
    boundary: Option<&Policy>,
) -> (Option<(String, String)>, bool) {
    let documents: Vec<_> = [Some(own), boundary].into_iter().flatten().collect();
    let (actions, resources) = (kinds(&pairs.0, &documents, false), kinds(&pairs.1, &documents, true));
    let (mut refused, mut allowed) = (None, false);
    for (action, act) in &actions {
        for (resource, meant) in &resources {
            let both = |at: usize| act[at] && meant[at];
            if lets(&documents, both) {
                allowed = true;
            } else {
                refused = refused.or(Some(((*action).clone(), (*resource).clone())));
            }
        }
    }
    (refused, allowed)
}

/// One text for each set of statements that name it, with that set.
fn kinds<'a>(texts: &'a [String], documents: &[&Policy], resources: bool) -> Vec<(&'a String, Vec<bool>)> {
    let context = Context::new();
    let of = |policy: &Policy, statement: &Statement| match (resources, &statement.resources) {
        (false, _) => Some(Listed::of(&statement.actions, policy.version, &context)),
        (true, Some(patterns)) if statement.effect == Effect::Deny => {
            Some(Listed::of(&in_every_request(patterns, policy.version), policy.version, &context))
        }
        (true, patterns) => patterns.as_ref().map(|patterns| Listed::of(patterns, policy.version, &context)),
    };
    let all = documents.iter().flat_map(|policy| policy.statements.iter().map(|statement| of(policy, statement)));
    let all: Vec<_> = all.collect();
    let mut seen = HashSet::new();
    let mut kinds = Vec::new();
    for text in texts {
        let by: Vec<_> = all.iter().map(|one| one.as_ref().is_none_or(|one| one.holds(text, !resources))).collect();
        if seen.insert(by.clone()) {
            kinds.push((text, by));
        }
    }
    kinds
}

fn lets(documents: &[&Policy], names: impl Fn(usize) -> bool) -> bool {
    let mut at = 0;
    documents.iter().all(|policy| {
        let (mut granted, mut denied) = (false, false);
        for statement in &policy.statements {
            match statement.effect {
                Effect::Allow => granted |= names(at),
                Effect::Deny => denied |= names(at) && statement.is_outright(),
            }
            at += 1;
        }
        granted && !denied
    })
}
