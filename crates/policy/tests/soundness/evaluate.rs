//! What a request meets with, by the documented algorithm.
//!
//! Source: IAM User Guide, "Policy evaluation logic" (an explicit deny overrides an allow; what nobody allows is
//! denied), "IAM JSON policy elements" `Principal`, `NotPrincipal`, `Action`, `Resource`.

use asc_policy::{Effect, Glob, Patterns, Policy, Principal, Principals, Statement, Version};

use crate::conditions::holds;
use crate::request::{Caller, Context};
use crate::texts::{Token, fits, matches, tokens};
use crate::truth::Truth;

/// IAM takes no wildcards in the names of principals. Where a document holds them all the same, they might stand for
/// themselves or be obeyed, but one or the other throughout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    Exact,
    Patterns,
}

/// A policy and the actions and resources about which it is asked, in pairs.
pub(crate) struct World<'a> {
    policy: &'a Policy,
    actions: &'a [&'a str],
    resources: &'a [&'a str],
    /// For each statement which pairs it names, if that depends on no request.
    named: Vec<Option<Vec<bool>>>,
}

impl<'a> World<'a> {
    pub(crate) fn new(policy: &'a Policy, actions: &'a [&'a str], resources: &'a [&'a str]) -> Self {
        let mut world = Self { policy, actions, resources, named: Vec::new() };
        let fixed = |statement: &Statement| {
            !has_variable(&statement.actions, policy.version)
                && !statement.resources.as_ref().is_some_and(|resources| has_variable(resources, policy.version))
        };
        world.named = policy
            .statements
            .iter()
            .map(|statement| fixed(statement).then(|| world.pairs(statement, &Context::new())))
            .collect();
        world
    }

    pub(crate) fn policy(&self) -> &'a Policy {
        self.policy
    }

    /// A pair by its place.
    pub(crate) fn pair(&self, at: usize) -> (&'a str, &'a str) {
        (self.actions[at / self.resources.len()], self.resources[at % self.resources.len()])
    }

    /// For each pair whether the policy by itself lets the request pass, in the more open of the two readings.
    pub(crate) fn allowed(&self, caller: &Caller, context: &Context) -> Vec<Truth> {
        let read = |reading| {
            let granted = self.by(Effect::Allow, caller, context, reading);
            if granted.iter().all(|truth| *truth == Truth::No) {
                return granted;
            }
            let denied = self.by(Effect::Deny, caller, context, reading);
            granted.into_iter().zip(denied).map(|(granted, denied)| granted.min(!denied)).collect()
        };
        let both = read(Names::Exact).into_iter().zip(read(Names::Patterns));
        both.map(|(exact, pattern)| exact.max(pattern)).collect()
    }

    /// For each pair whether the policy grants it, whatever else forbids it.
    pub(crate) fn granted(&self, caller: &Caller, context: &Context) -> Vec<Truth> {
        self.by(Effect::Allow, caller, context, Names::Exact)
    }

    /// For each pair whether the policy forbids it, in both readings.
    pub(crate) fn denied(&self, caller: &Caller, context: &Context) -> Vec<Truth> {
        let read = |reading| self.by(Effect::Deny, caller, context, reading);
        let both = read(Names::Exact).into_iter().zip(read(Names::Patterns));
        both.map(|(exact, pattern)| exact.min(pattern)).collect()
    }

    /// Whether a statement might be about a request on some pair, in one of the readings.
    pub(crate) fn might_be_about(&self, at: usize, caller: &Caller, context: &Context) -> bool {
        let about = |reading| self.of(at, caller, context, reading).iter().any(|truth| *truth != Truth::No);
        about(Names::Exact) || about(Names::Patterns)
    }

    /// For each pair whether some statement of that effect is about the request.
    fn by(&self, effect: Effect, caller: &Caller, context: &Context, reading: Names) -> Vec<Truth> {
        let mut all = vec![Truth::No; self.actions.len() * self.resources.len()];
        for (at, statement) in self.policy.statements.iter().enumerate() {
            if statement.effect == effect {
                for (sum, one) in all.iter_mut().zip(self.of(at, caller, context, reading)) {
                    *sum = one.max(*sum);
                }
            }
        }
        all
    }

    /// For each pair whether a statement is about the request; nothing for no pair at all.
    fn of(&self, at: usize, caller: &Caller, context: &Context, reading: Names) -> Vec<Truth> {
        let statement = &self.policy.statements[at];
        let meets = meets(statement, self.policy.version, caller, context, reading);
        if meets == Truth::No {
            return Vec::new();
        }
        let pairs = self.named[at].clone().unwrap_or_else(|| self.pairs(statement, context));
        pairs.into_iter().map(|named| meets.min(named.into())).collect()
    }

    fn pairs(&self, statement: &Statement, context: &Context) -> Vec<bool> {
        let version = self.policy.version;
        let actions = Listed::of(&statement.actions, version, context);
        let resources = statement.resources.as_ref().map(|resources| Listed::of(resources, version, context));
        let resources: Vec<_> =
            self.resources.iter().map(|arn| resources.as_ref().is_none_or(|r| r.holds(arn, false))).collect();
        self.actions
            .iter()
            .flat_map(|action| {
                let acts = actions.holds(action, true);
                resources.iter().map(move |about| acts && *about)
            })
            .collect()
    }
}

/// Whether who asks, and under which circumstances, is as the statement says.
fn meets(statement: &Statement, version: Version, caller: &Caller, context: &Context, reading: Names) -> Truth {
    let who = about(&statement.principals, caller, reading);
    if who == Truth::No {
        return who;
    }
    let known = Truth::unless_certain(statement.unknown.is_empty());
    let conditions = statement.conditions.iter().map(|condition| holds(condition, version, context));
    who.min(known).min(Truth::all(conditions))
}

pub(crate) fn has_variable(patterns: &Patterns, version: Version) -> bool {
    let (Patterns::Only(globs) | Patterns::AllBut(globs)) = patterns;
    version == Version::V2012 && globs.iter().any(|glob| glob.written().contains("${"))
}

/// What a denial's resources describe in every request, whatever variables stand for: of "all but …" whatever they may
/// come to stand for is left out; in "only …" they stand for nothing as long as the request has no value.
pub(crate) fn in_every_request(resources: &Patterns, version: Version) -> Patterns {
    match resources {
        Patterns::AllBut(globs) => {
            let open = globs.iter().map(|glob| Glob::pattern(&open_variables(glob.written(), version), version));
            Patterns::AllBut(open.collect())
        }
        only @ Patterns::Only(_) => only.clone(),
    }
}

/// A `*` for each variable.
fn open_variables(written: &str, version: Version) -> String {
    match (version, written.split_once("${")) {
        (Version::V2012, Some((before, rest))) => {
            let behind = rest.split_once('}').map_or("", |(_, behind)| behind);
            format!("{before}*{}", open_variables(behind, version))
        }
        _ => written.to_owned(),
    }
}

/// A list of patterns, or its `Not` form, as a request makes it.
pub(crate) struct Listed {
    patterns: Vec<Vec<Token>>,
    not: bool,
}

impl Listed {
    pub(crate) fn of(patterns: &Patterns, version: Version, context: &Context) -> Self {
        let (globs, not) = match patterns {
            Patterns::Only(globs) => (globs, false),
            Patterns::AllBut(globs) => (globs, true),
        };
        let read = globs.iter().filter_map(|glob| tokens(glob.written(), version, true, context));
        Self { patterns: read.collect(), not }
    }

    /// Whether a text is described.
    pub(crate) fn holds(&self, text: &str, any_case: bool) -> bool {
        let text: Vec<_> = text.chars().collect();
        self.patterns.iter().any(|pattern| fits(pattern, &text, any_case)) != self.not
    }
}

/// Whether a caller is among those whom a statement is about.
pub(crate) fn about(principals: &Principals, caller: &Caller, reading: Names) -> Truth {
    match principals {
        // Whoever the policy is attached to.
        Principals::Unstated => Truth::Yes,
        Principals::Only(named) => Truth::any(named.iter().map(|principal| is(principal, caller, reading))),
        Principals::AllBut(named) => !excepted(named, caller, reading),
    }
}

/// Whether `NotPrincipal` leaves a caller out. Of a user both the user and its account have to be named for that to
/// be certain.
fn excepted(named: &[Principal], caller: &Caller, reading: Names) -> Truth {
    if named.contains(&Principal::Everyone) {
        return Truth::Yes;
    }
    let by = |test: &dyn Fn(&Principal) -> bool| {
        Truth::any(named.iter().filter(|principal| test(principal)).map(|principal| is(principal, caller, reading)))
    };
    let account = by(&|principal| matches!(principal, Principal::Account(_)));
    let itself = by(&|principal| !matches!(principal, Principal::Account(_)));
    match caller {
        Caller::Of { arn, .. } if !arn.ends_with(":root") => match (account, itself) {
            (Truth::No, Truth::No) => Truth::No,
            (Truth::Yes, Truth::Yes) => Truth::Yes,
            _ => Truth::Perhaps,
        },
        _ => account.max(itself),
    }
}

fn is(principal: &Principal, caller: &Caller, reading: Names) -> Truth {
    let named = |written: &str, name: &str| match reading {
        _ if written.contains("${") => Truth::Perhaps,
        Names::Exact => (written == name).into(),
        Names::Patterns => matches(written, name, false).into(),
    };
    match (principal, caller) {
        (Principal::Everyone, _) => Truth::Yes,
        (Principal::Other { .. }, _) => Truth::Perhaps,
        (Principal::Account(number), Caller::Of { account, .. }) => (number == account).into(),
        (Principal::Arn(written), Caller::Of { arn, .. }) => named(written, arn),
        (Principal::Id(written), Caller::Of { id, .. }) => named(written, id),
        (Principal::CanonicalUser(written), Caller::Of { canonical, .. }) => named(written, canonical),
        (Principal::Service(written), Caller::Service(name)) => named(&written.to_ascii_lowercase(), name),
        (Principal::Federated(written), Caller::Federated(name)) => named(written, name),
        _ => Truth::No,
    }
}
