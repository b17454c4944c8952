//! What policies that are held together allow, asked one action at a time: on a thing, or on something of a shape.

use std::borrow::Cow;
use std::ops::ControlFlow;

use crate::automaton::Budget;
use crate::condition::Condition;
use crate::document::{Effect, Patterns, Policy, Statement};
use crate::escalation::actions::Set;
use crate::escalation::known::{Holds, Known};
use crate::escalation::shape::Shape;
use crate::glob::Glob;
use crate::language::{Language, search};

/// A statement, and which of the actions it is about.
#[derive(Clone, Copy, Debug)]
struct Rule<'a> {
    policy: usize,
    statement: &'a Statement,
    about: About,
}

/// A statement that matters here.
#[derive(Clone, Copy, Debug)]
pub(super) struct About {
    /// Its place.
    pub(super) at: usize,
    /// Which of the actions it is about.
    pub(super) actions: Set,
    /// Which shapes its resources may meet, of those on which these actions are asked for.
    pub(super) shapes: Set,
}

/// A policy, and its statements that matter here.
pub(super) type Digest<'a> = (&'a Policy, &'a [About]);

/// What somebody's policies allow, within a boundary.
#[derive(Debug)]
pub(super) struct Power<'a> {
    own: Vec<Rule<'a>>,
    limit: Option<Vec<Rule<'a>>>,
    denies: Vec<Rule<'a>>,
    actions: Set,
    /// For all questions together, so that many intricate policies take no longer than one.
    budget: Budget,
}

/// Where an action is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'a> {
    /// On this.
    One(&'a str),
    /// On something of a shape.
    Some(&'a Shape),
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

impl<'a> Power<'a> {
    /// What policies allow, within a boundary.
    pub(super) fn of(held: impl Iterator<Item = Digest<'a>>, boundary: Option<Digest<'a>>) -> Self {
        let mut power =
            Self { own: Vec::new(), limit: None, denies: Vec::new(), actions: Set::default(), budget: Budget::new() };
        for (policy, digest) in held.enumerate() {
            sort(policy, digest, &mut power.own, &mut power.denies);
        }
        if let Some(digest) = boundary {
            let mut limit = Vec::new();
            sort(usize::MAX, digest, &mut limit, &mut power.denies);
            power.limit = Some(limit);
        }
        power.actions = power.own.iter().fold(Set::default(), |all, rule| all.and(rule.about.actions));
        power
    }

    /// All actions that are allowed somewhere.
    pub(super) const fn actions(&self) -> Set {
        self.actions
    }

    /// Whether an action is forbidden on something, whatever else allows it.
    pub(super) fn forbids(&self, action: usize, resource: &str, known: &Known<'_>) -> bool {
        self.denies.iter().any(|rule| {
            rule.about.actions.has(action)
                && known.judge(&rule.statement.conditions) == Holds::Yes
                && rule.holds(resource, known)
        })
    }

    /// Whether the boundary, if there is one, lets an action through.
    pub(super) fn within_limit(&self, action: usize, resource: &str, known: &Known<'_>) -> bool {
        let lets = |rule: &Rule<'_>| {
            rule.about.actions.has(action)
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
        let mut asked = Set::default();
        for action in actions {
            asked.add(*action);
        }
        let is_about = |rule: &&Rule<'a>| {
            let near = if let Place::Some(shape) = place { rule.about.shapes.has(shape.number) } else { true };
            near && rule.about.actions.meets(asked)
        };
        [Holds::Yes, Holds::Perhaps].into_iter().find_map(|least| {
            let usable = |rules: &[Rule<'a>], least: Holds| -> Vec<Rule<'a>> {
                let holds = |rule: &&Rule<'a>| known.judge(&rule.statement.conditions) >= least;
                rules.iter().filter(is_about).filter(holds).copied().collect()
            };
            let is_enough = |rules: &Vec<Rule<'a>>| {
                rules.iter().fold(Set::default(), |all, rule| all.and(rule.about.actions)).has_all(asked)
            };
            let own = usable(&self.own, least);
            if !is_enough(&own) {
                return None;
            }
            let limit = self.limit.as_deref().map(|limit| usable(limit, least));
            if !limit.as_ref().is_none_or(is_enough) {
                return None;
            }
            let view = View { own, limit, denies: usable(&self.denies, Holds::Yes) };
            match place {
                Place::One(resource) => view.on(actions, resource, known),
                Place::Some(shape) => view
                    .on(actions, &shape.sample, known)
                    .or_else(|| view.somewhere(actions, shape, known, &self.budget)),
            }
        })
    }
}

fn sort<'a>(policy: usize, (document, digest): Digest<'a>, allows: &mut Vec<Rule<'a>>, denies: &mut Vec<Rule<'a>>) {
    for &about in digest {
        let statement = &document.statements[about.at];
        // What an element that is not known here does to a denial is not known either; it is not relied on.
        if statement.effect == Effect::Deny && !statement.unknown.is_empty() {
            continue;
        }
        let into = if statement.effect == Effect::Allow { &mut *allows } else { &mut *denies };
        into.push(Rule { policy, statement, about });
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
                let fits = |rule: &&Rule<'_>| rule.about.actions.has(action) && rule.holds(resource, known);
                rules.iter().filter(fits).min_by_key(|rule| rule.statement.conditions.len()).map(|rule| {
                    let open = |c: &&Condition| known.judge(std::slice::from_ref(*c)) != Holds::Yes;
                    (
                        rule.policy,
                        rule.about.at,
                        rule.statement.conditions.iter().filter(open).cloned().collect::<Vec<_>>(),
                    )
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

    fn somewhere(&self, actions: &[usize], shape: &Shape, known: &Known<'_>, budget: &Budget) -> Option<Vec<Allowed>> {
        if let Some(allowed) = self.guesses(shape, known).find_map(|guess| self.on(actions, &guess, known)) {
            return Some(allowed);
        }
        let limit = self.limit.as_deref().unwrap_or_default();
        let rules: Vec<_> = self.own.iter().chain(limit).chain(&self.denies).collect();
        let languages: Vec<_> = rules.iter().map(|rule| rule.language(known)).collect();
        let languages: Vec<_> = languages.iter().collect();
        let (limits_from, denies_from) = (self.own.len(), self.own.len() + limit.len());
        let open = |holds: &[bool]| {
            actions.iter().all(|action| {
                let some = |range: std::ops::Range<usize>| {
                    range.into_iter().any(|at| holds[at] && rules[at].about.actions.has(*action))
                };
                some(0..limits_from)
                    && (self.limit.is_none() || some(limits_from..denies_from))
                    && !some(denies_from..rules.len())
            })
        };
        let found = search(&shape.pattern, &languages, budget, |holds, text| {
            if open(holds) { ControlFlow::Break(text()) } else { ControlFlow::Continue(()) }
        });
        if let Ok(found) = found {
            return self.on(actions, &found?, known);
        }
        // Too intricate to follow: taken to be allowed, which leans to the alert.
        let by = |&action: &usize| {
            let rule = self.own.iter().find(|rule| rule.about.actions.has(action))?;
            let (resource, conditions) = (shape.sample.clone(), rule.statement.conditions.clone());
            let (policy, statement) = (rule.policy, rule.about.at);
            Some(Allowed { action, resource, policy, statement, conditions, exact: false })
        };
        actions.iter().map(by).collect()
    }
}

impl View<'_> {
    /// A few resources of a shape that grants are about: if anything is allowed, most often one of them is, and a search
    /// through all of the shape can be spared.
    fn guesses(&self, shape: &Shape, known: &Known<'_>) -> impl Iterator<Item = String> {
        const GUESSES: usize = 4;
        let listed = self.own.iter().filter_map(|rule| match &rule.statement.resources {
            Some(Patterns::Only(globs)) => Some((rule, globs)),
            _ => None,
        });
        let globs = listed.flat_map(move |(rule, globs)| globs.iter().map(move |glob| rule.side(glob, known)));
        globs.filter_map(|glob| shape.common(&glob)).take(GUESSES)
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
