//! What policies that are held together allow, asked one action at a time: on a thing, or on something of a shape.

use std::borrow::Cow;
use std::ops::ControlFlow;

use crate::automaton::{Budget, Class, Pattern, Symbol};
use crate::condition::Condition;
use crate::document::{Effect, Patterns, Policy, Statement};
use crate::escalation::actions::Set;
use crate::escalation::known::{Holds, Known};
use crate::glob::{Glob, Part};
use crate::language::{Language, search};

/// A statement, and which of the actions it is about.
#[derive(Clone, Copy, Debug)]
struct Rule<'a> {
    policy: usize,
    at: usize,
    statement: &'a Statement,
    actions: Set,
}

/// A policy, and its statements that matter here.
pub(super) type Digest<'a> = (&'a Policy, &'a [(usize, Set)]);

/// What somebody's policies allow, within a boundary.
#[derive(Clone, Debug)]
pub(super) struct Power<'a> {
    own: Vec<Rule<'a>>,
    limit: Option<Vec<Rule<'a>>>,
    denies: Vec<Rule<'a>>,
    actions: Set,
}

/// Where an action is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'a> {
    /// On this.
    One(&'a str),
    /// On something of a shape.
    Some(&'a Shape),
}

/// A kind of resources.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pattern: Pattern,
    /// One of them, which most policies that allow any allow.
    sample: String,
    /// How all of them begin.
    prefix: String,
}

/// An action that is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Allowed {
    pub(super) action: usize,
    pub(super) resource: String,
    pub(super) policy: usize,
    pub(super) statement: usize,
    /// Conditions that nobody knows the answer of.
    pub(super) conditions: Vec<Condition>,
    /// Whether the patterns could be followed to the end.
    pub(super) exact: bool,
}

impl Shape {
    /// Reads a shape: `{region}` is a region, `{name}` any name, without a colon.
    pub(super) fn new(text: &str, partition: &str, account: &str) -> Self {
        const REGION: &[Symbol] = &[Symbol::One(Class::Letter), Symbol::Many(Class::Label)];
        const NAME: &[Symbol] = &[Symbol::One(Class::Field), Symbol::Many(Class::Field)];
        let text = text.replace("{partition}", partition).replace("{account}", account);
        let sample = text.replace("{region}", "us-east-1").replace("{name}", "any");
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some((literal, behind)) = rest.split_once('{') {
            let (name, behind) = behind.split_once('}').unwrap_or((behind, ""));
            parts.push((literal, if name == "region" { REGION } else { NAME }));
            rest = behind;
        }
        parts.push((rest, &[]));
        let prefix = text.split('{').next().unwrap_or_default().to_owned();
        Self { pattern: Pattern::shape(&parts), sample, prefix }
    }
}

impl<'a> Power<'a> {
    /// What policies allow, within a boundary.
    pub(super) fn of(held: impl Iterator<Item = Digest<'a>>, boundary: Option<Digest<'a>>) -> Self {
        let mut power = Self { own: Vec::new(), limit: None, denies: Vec::new(), actions: Set::default() };
        for (policy, digest) in held.enumerate() {
            sort(policy, digest, &mut power.own, &mut power.denies);
        }
        if let Some(digest) = boundary {
            let mut limit = Vec::new();
            sort(usize::MAX, digest, &mut limit, &mut power.denies);
            power.limit = Some(limit);
        }
        power.actions = power.own.iter().fold(Set::default(), |all, rule| all.and(rule.actions));
        power
    }

    /// All actions that are allowed somewhere.
    pub(super) const fn actions(&self) -> Set {
        self.actions
    }

    /// Whether an action is forbidden on something, whatever else allows it.
    pub(super) fn forbids(&self, action: usize, resource: &str, known: &Known<'_>) -> bool {
        self.denies.iter().any(|rule| {
            rule.actions.has(action)
                && known.judge(&rule.statement.conditions) == Holds::Yes
                && rule.holds(resource, known)
        })
    }

    /// Whether the boundary, if there is one, lets an action through.
    pub(super) fn within_limit(&self, action: usize, resource: &str, known: &Known<'_>) -> bool {
        let lets = |rule: &Rule<'_>| {
            rule.actions.has(action)
                && known.judge(&rule.statement.conditions) != Holds::No
                && rule.holds(resource, known)
        };
        self.limit.as_ref().is_none_or(|limit| limit.iter().any(lets))
    }

    /// Whether all of some actions are allowed on one and the same thing: by which statements, those first that ask
    /// no conditions.
    pub(super) fn allows(&self, actions: &[usize], place: Place<'_>, known: &Known<'_>) -> Option<Vec<Allowed>> {
        if !actions.iter().all(|action| self.actions.has(*action)) {
            return None;
        }
        [Holds::Yes, Holds::Perhaps].into_iter().find_map(|least| {
            let usable = |rules: &[Rule<'a>]| -> Vec<Rule<'a>> {
                let about = |rule: &&Rule<'a>| actions.iter().any(|action| rule.actions.has(*action));
                let holds = |rule: &&Rule<'a>| known.judge(&rule.statement.conditions) >= least;
                rules.iter().filter(about).filter(holds).copied().collect()
            };
            let (own, limit) = (usable(&self.own), self.limit.as_deref().map(usable));
            let about_all =
                |rules: &Vec<Rule<'a>>| actions.iter().all(|action| rules.iter().any(|rule| rule.actions.has(*action)));
            if !about_all(&own) || !limit.as_ref().is_none_or(about_all) {
                return None;
            }
            let denies = self.denies.iter().filter(|rule| actions.iter().any(|action| rule.actions.has(*action)));
            let denies = denies.filter(|rule| known.judge(&rule.statement.conditions) == Holds::Yes).copied();
            let view = View { own, limit, denies: denies.collect() };
            match place {
                Place::One(resource) => view.on(actions, resource, known),
                Place::Some(shape) => view.on(actions, &shape.sample, known).or_else(|| {
                    // Most statements are of another service altogether, and quickly seen to be.
                    let View { own, limit, denies } = view;
                    let near = |rules: Vec<Rule<'a>>| -> Vec<Rule<'a>> {
                        rules.into_iter().filter(|rule| rule.may_begin(&shape.prefix)).collect()
                    };
                    let view = View { own: near(own), limit: limit.map(near), denies };
                    let some = actions.iter().all(|action| view.own.iter().any(|rule| rule.actions.has(*action)));
                    if some { view.somewhere(actions, shape, known) } else { None }
                }),
            }
        })
    }
}

fn sort<'a>(policy: usize, (document, digest): Digest<'a>, allows: &mut Vec<Rule<'a>>, denies: &mut Vec<Rule<'a>>) {
    for &(at, actions) in digest {
        let statement = &document.statements[at];
        // What an element that is not known here does to a denial is not known either; it is not relied on.
        if statement.effect == Effect::Deny && !statement.unknown.is_empty() {
            continue;
        }
        let into = if statement.effect == Effect::Allow { &mut *allows } else { &mut *denies };
        into.push(Rule { policy, at, statement, actions });
    }
}

/// The statements that count for one question.
struct View<'a> {
    own: Vec<Rule<'a>>,
    limit: Option<Vec<Rule<'a>>>,
    denies: Vec<Rule<'a>>,
}

impl View<'_> {
    fn on(&self, actions: &[usize], resource: &str, known: &Known<'_>) -> Option<Vec<Allowed>> {
        let allowed = |&action: &usize| {
            let first = |rules: &[Rule<'_>]| {
                let fits = |rule: &&Rule<'_>| rule.actions.has(action) && rule.holds(resource, known);
                rules.iter().filter(fits).min_by_key(|rule| rule.statement.conditions.len()).map(|rule| {
                    let open = |c: &&Condition| known.judge(std::slice::from_ref(*c)) != Holds::Yes;
                    (rule.policy, rule.at, rule.statement.conditions.iter().filter(open).cloned().collect::<Vec<_>>())
                })
            };
            if first(&self.denies).is_some() {
                return None;
            }
            let (policy, statement, mut conditions) = first(&self.own)?;
            if let Some(limit) = &self.limit {
                conditions.extend(first(limit)?.2);
            }
            Some(Allowed { action, resource: resource.to_owned(), policy, statement, conditions, exact: true })
        };
        actions.iter().map(allowed).collect()
    }

    fn somewhere(&self, actions: &[usize], shape: &Shape, known: &Known<'_>) -> Option<Vec<Allowed>> {
        let limit = self.limit.as_deref().unwrap_or_default();
        let rules: Vec<_> = self.own.iter().chain(limit).chain(&self.denies).collect();
        let languages: Vec<_> = rules.iter().map(|rule| rule.language(known)).collect();
        let languages: Vec<_> = languages.iter().collect();
        let (limits_from, denies_from) = (self.own.len(), self.own.len() + limit.len());
        let open = |holds: &[bool]| {
            actions.iter().all(|action| {
                let some = |range: std::ops::Range<usize>| {
                    range.into_iter().any(|at| holds[at] && rules[at].actions.has(*action))
                };
                some(0..limits_from)
                    && (self.limit.is_none() || some(limits_from..denies_from))
                    && !some(denies_from..rules.len())
            })
        };
        let found = search(&shape.pattern, &languages, &Budget::new(), |holds, text| {
            if open(holds) { ControlFlow::Break(text()) } else { ControlFlow::Continue(()) }
        });
        if let Ok(found) = found {
            return self.on(actions, &found?, known);
        }
        // Too intricate to follow: taken to be allowed, which leans to the alert.
        let by = |&action: &usize| {
            let rule = self.own.iter().find(|rule| rule.actions.has(action))?;
            let (resource, conditions) = (shape.sample.clone(), rule.statement.conditions.clone());
            let (policy, statement) = (rule.policy, rule.at);
            Some(Allowed { action, resource, policy, statement, conditions, exact: false })
        };
        actions.iter().map(by).collect()
    }
}

impl Rule<'_> {
    /// Whether the statement is about a resource.
    fn holds(&self, resource: &str, known: &Known<'_>) -> bool {
        let matches = |glob: &Glob| self.side(glob, known).matches(resource);
        match &self.statement.resources {
            None => true,
            Some(Patterns::Only(globs)) => globs.iter().any(matches),
            Some(Patterns::AllBut(globs)) => !globs.iter().any(matches),
        }
    }

    /// Whether some resource that begins like this may be among the statement's.
    fn may_begin(&self, prefix: &str) -> bool {
        let Some(Patterns::Only(globs)) = &self.statement.resources else { return true };
        globs.iter().any(|glob| {
            let mut parts = glob.parts().iter();
            let differs = prefix.chars().zip(&mut parts).find(|(c, part)| **part != Part::Char(*c));
            differs.is_none_or(|(_, part)| !matches!(part, Part::Char(_)))
        })
    }

    fn language(&self, known: &Known<'_>) -> Language {
        match &self.statement.resources {
            None => Language::of_globs(&[], true),
            Some(Patterns::Only(globs)) => {
                let globs: Vec<_> = globs.iter().map(|glob| self.side(glob, known)).collect();
                Language::of_globs(globs.iter().map(|glob| &**glob), false)
            }
            Some(Patterns::AllBut(globs)) => {
                let globs: Vec<_> = globs.iter().map(|glob| self.side(glob, known)).collect();
                Language::of_globs(globs.iter().map(|glob| &**glob), true)
            }
        }
    }

    /// A text with what variables that are not known can come to: a grant is taken to be as wide as it can be, and a
    /// denial as narrow.
    fn side<'g>(&self, glob: &'g Glob, known: &Known<'_>) -> Cow<'g, Glob> {
        let filled = known.fill(glob);
        if !filled.has_variable() {
            return filled;
        }
        let all_but = matches!(self.statement.resources, Some(Patterns::AllBut(_)));
        let wide = (self.statement.effect == Effect::Allow) != all_but;
        Cow::Owned(if wide { filled.at_most() } else { filled.at_least() })
    }
}
