//! No public policy lets a stranger in, and every public one would.

use std::collections::HashSet;

use asc_policy::public::public;
use asc_policy::{Answer, Effect, Glob, Principal, Principals, Statement, Test, Version};
use proptest::prelude::*;

use crate::evaluate::{Names, World, about, has_variable};
use crate::generate::{Document, resource_policies};
use crate::request::{Caller, Context};
use crate::run::property;
use crate::truth::Truth;
use crate::universe::{ACTIONS, CALLERS, KEYS, Kind, RESOURCES, contexts};

/// How many contexts are tried for each caller.
const CONTEXTS: usize = 96;

#[test]
fn strangers() {
    let kinds = ["No", "Yes", "CannotTell", "No by condition", "Yes under conditions", "Yes, met by a stranger"];
    property("public", &resource_policies(), &kinds, |document, tally| {
        let policy = &document.policy;
        let decision = public(policy);
        tally.count(format!("{:?}", decision.answer));
        let conditional = |at: usize| !policy.statements[at].conditions.is_empty();
        match decision.answer {
            Answer::No => {
                let names_everyone = decision.because.iter().any(|reason| {
                    policy.statements[reason.statement].principals.are_everyone() && conditional(reason.statement)
                });
                if names_everyone {
                    tally.count("No by condition");
                }
                let found = stranger_let_in(document);
                prop_assert!(found.is_none(), "not public, but a stranger gets in: {found:?}");
            }
            Answer::Yes => {
                for reason in &decision.because {
                    if conditional(reason.statement) {
                        tally.count("Yes under conditions");
                    }
                    match met(document, reason.statement) {
                        (_, true) => tally.count("Yes, met by a stranger"),
                        (false, false) => tally.count("Yes, met by nobody"),
                        (true, false) if is_limited_by_several(&policy.statements[reason.statement]) => {
                            tally.count("Yes, though several limits together name");
                        }
                        (true, false) if compares_as_another_type(&policy.statements[reason.statement]) => {
                            tally.count("Yes, though compared as another type");
                        }
                        (true, false) => {
                            prop_assert!(false, "public, but statement {} is for those named", reason.statement);
                        }
                    }
                }
            }
            Answer::CannotTell => {}
        }
        Ok(())
    });
}

/// A stranger whom the policy might let in, with what to what.
fn stranger_let_in(document: &Document) -> Option<String> {
    let policy = &document.policy;
    let named = Named::of(&policy.statements);
    let strangers = || CALLERS.iter().filter(|caller| named.is_unnamed(caller));
    let open = |statement: &Statement| {
        statement.effect == Effect::Allow
            && strangers().any(|caller| about(&statement.principals, caller, Names::Patterns) != Truth::No)
    };
    if !policy.statements.iter().any(open) {
        return None;
    }
    let world = World::new(policy, &ACTIONS, &RESOURCES);
    strangers().find_map(|caller| {
        let strange = |context: &Context| named.are_strange(caller, context);
        contexts(&document.keys(), caller, CONTEXTS).into_iter().filter(strange).find_map(|context| {
            let at = world.allowed(caller, &context).iter().position(|truth| *truth != Truth::No)?;
            Some(format!("{caller:?} {:?} {context:?}", world.pair(at)))
        })
    })
}

/// Whether anybody meets a statement, and whether a stranger does; what is denied elsewhere does not count.
fn met(document: &Document, at: usize) -> (bool, bool) {
    let policy = &document.policy;
    let world = World::new(policy, &ACTIONS, &RESOURCES);
    let keys: Vec<_> = policy.statements[at].conditions.iter().map(|condition| condition.key.clone()).collect();
    let named = Named::of([&policy.statements[at]]);
    let mut anybody = false;
    for caller in &CALLERS {
        for context in contexts(&keys, caller, 4 * CONTEXTS) {
            if world.might_be_about(at, caller, &context) {
                anybody = true;
                if named.are_strange(caller, &context) {
                    return (true, true);
                }
            }
        }
    }
    (anybody, false)
}

/// AWS's definition looks at principals and conditions one by one; together, or with a variable in the resource, they may
/// be for those named although none of them is: `aws:PrincipalAccount` under `IfExists` is there for every role.
fn is_limited_by_several(statement: &Statement) -> bool {
    let variables = statement.resources.as_ref().is_some_and(|resources| has_variable(resources, Version::V2012));
    statement.conditions.len() + usize::from(!statement.principals.are_everyone()) + usize::from(variables) > 1
}

/// Whether a condition compares a key as what it is not: addresses as texts, texts as numbers. That limits more than it
/// seems to, and is a needless alert about a policy that makes no sense.
fn compares_as_another_type(statement: &Statement) -> bool {
    statement.conditions.iter().any(|condition| {
        let key = KEYS.iter().find(|key| key.name.eq_ignore_ascii_case(&condition.key));
        !key.is_none_or(|key| match condition.operator.test {
            Test::String { .. } | Test::Arn { .. } => matches!(key.kind, Kind::Text | Kind::Arn),
            Test::Ip { .. } => key.kind == Kind::Address,
            Test::Bool => key.kind == Kind::Flag,
            Test::Numeric(_) => key.kind == Kind::Number,
            Test::Date(_) => key.kind == Kind::Date,
            Test::Null | Test::Unknown | Test::Binary => true,
        })
    })
}

/// What a policy names outright, so that whoever has it is no stranger.
struct Named {
    principals: HashSet<String>,
    services: bool,
    /// Keys, in lower case, with the values that are fixed.
    values: HashSet<(String, String)>,
    ranges: Vec<Glob>,
}

/// Keys that tell who gets in; those whose value follows from who asks are held against all of them.
const LIMITING: [&str; 13] = [
    "aws:principalorgid",
    "aws:principalarn",
    "aws:principalaccount",
    "aws:userid",
    "aws:principalservicename",
    "aws:sourceip",
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:sourcevpce",
    "aws:sourcevpc",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "s3:dataaccesspointaccount",
    "aws:principalisawsservice",
];

impl Named {
    fn of<'a>(statements: impl IntoIterator<Item = &'a Statement>) -> Self {
        let mut named =
            Self { principals: HashSet::new(), services: false, values: HashSet::new(), ranges: Vec::new() };
        for statement in statements {
            if let Principals::Only(principals) | Principals::AllBut(principals) = &statement.principals {
                named
                    .principals
                    .extend(principals.iter().filter(|p| **p != Principal::Everyone).map(ToString::to_string));
            }
            for condition in &statement.conditions {
                let key = condition.key.to_ascii_lowercase();
                named.services |= key == "aws:principalisawsservice";
                for value in &condition.values {
                    if key == "aws:sourceip" {
                        named.ranges.push(value.clone());
                    }
                    named.values.insert((key.clone(), value.written().to_ascii_lowercase()));
                }
            }
        }
        named
    }

    fn is_unnamed(&self, caller: &Caller) -> bool {
        match caller {
            Caller::Anonymous => true,
            Caller::Of { account, arn, id, canonical, .. } => {
                ![account, arn, id, canonical].into_iter().any(|name| self.principals.contains(*name))
            }
            Caller::Service(name) => !self.services && !self.principals.contains(*name),
            // Anyone can join a web identity provider; one that has an ARN is somebody's.
            Caller::Federated(name) => !self.principals.contains(*name) || !name.starts_with("arn:"),
        }
    }

    /// Whether nothing about a caller and its request is named.
    fn are_strange(&self, caller: &Caller, context: &Context) -> bool {
        self.is_unnamed(caller)
            && LIMITING
                .iter()
                .all(|key| context.get(*key).is_none_or(|all| all.iter().all(|v| self.is_strange(key, v))))
    }

    fn is_strange(&self, key: &str, value: &str) -> bool {
        match key {
            // What an anonymous request has for it names nobody.
            "aws:userid" if value == "anonymous" => true,
            "aws:userid" => {
                let sessions = value.split_once(':').map(|(role, _)| format!("{role}:*").to_ascii_lowercase());
                let named = |value: String| self.values.contains(&(key.to_owned(), value));
                !named(value.to_ascii_lowercase()) && !sessions.is_some_and(named)
            }
            "aws:principalisawsservice" => true,
            "aws:sourceip" => !self.ranges.iter().any(|range| is_narrow_around(range.written(), value)),
            _ => !self.values.contains(&(key.to_owned(), value.to_ascii_lowercase())),
        }
    }
}

/// Whether a range is no wider than AWS takes for private, and has the address in it.
fn is_narrow_around(range: &str, address: &str) -> bool {
    match range.split_once('/') {
        None => range == address,
        Some((_, prefix)) if prefix.parse::<u32>().unwrap() < if range.contains(':') { 32 } else { 8 } => false,
        Some(_) => crate::conditions::within(range, address) == Some(true),
    }
}
