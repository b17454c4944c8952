//! Patterns as languages over strings, and exact answers about unions of them.

use std::borrow::Borrow;
use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;

use crate::automaton::{Budget, Pattern, TooIntricate, explore};
use crate::document::{Patterns, Statement};
use crate::glob::Glob;

/// All texts that one of the patterns matches, or all that none does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Language {
    patterns: Vec<Pattern>,
    complement: bool,
}

impl Language {
    /// What a statement's actions describe; the texts to hold against it are in lower case.
    pub(crate) fn of_actions(actions: &Patterns) -> Self {
        Self::of(actions, Pattern::in_lower_case)
    }

    /// What a statement's resources describe; none named is all.
    pub(crate) fn of_resources(resources: Option<&Patterns>) -> Self {
        match resources {
            Some(patterns) => Self::of(patterns, Pattern::of),
            None => Self { patterns: Vec::new(), complement: true },
        }
    }

    /// What a denial is about for certain, whatever its variables come to stand for.
    pub(crate) fn of_denied(statement: &Statement) -> Self {
        match &statement.resources {
            Some(Patterns::AllBut(globs)) => {
                let globs: Vec<_> = globs.iter().map(Glob::at_most).collect();
                Self::of_globs(&globs, true)
            }
            resources => Self::of_resources(resources.as_ref()),
        }
    }

    /// All texts that one of these matches, or all that none does; a variable matches nothing.
    pub(crate) fn of_globs<'a>(globs: impl IntoIterator<Item = &'a Glob>, complement: bool) -> Self {
        Self { patterns: globs.into_iter().map(Pattern::of).collect(), complement }
    }

    /// Whether a single pattern of a union holds all texts of a shape; of a complement, whether nothing is left out.
    fn holds_alone(&self, shape: &Pattern, budget: &Budget) -> bool {
        let samples: Vec<_> = [0, 1].into_iter().filter_map(|run| shape.sample(run)).collect();
        let holds = |pattern: &Pattern| {
            pattern.holds_plainly(shape).unwrap_or_else(|| {
                samples.iter().all(|text| pattern.matches(text))
                    && explore(shape, &[std::slice::from_ref(pattern)], budget, unless_held) == Ok(None)
            })
        };
        if self.complement { self.patterns.is_empty() } else { self.patterns.iter().any(holds) }
    }

    /// Whether it holds a text.
    fn matches(&self, text: &[char]) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(text)) != self.complement
    }

    fn of(patterns: &Patterns, read: impl Fn(&Glob) -> Pattern) -> Self {
        let (globs, complement) = match patterns {
            Patterns::Only(globs) => (globs, false),
            Patterns::AllBut(globs) => (globs, true),
        };
        Self { patterns: globs.iter().map(read).collect(), complement }
    }
}

/// The answer to "is everything of this shape covered?".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Covered {
    /// All of it.
    Yes,
    /// Not this action on this resource.
    No(String, String),
    /// Too intricate.
    CannotTell,
}

/// A text of the shape that none of the languages holds, if there is one.
pub(crate) fn gap(shape: &Pattern, languages: &[&Language], budget: &Budget) -> Result<Option<String>, TooIntricate> {
    // Most often some text out of two tells at once that there is a gap,
    let missed = |text: &Vec<char>| !languages.iter().any(|language| language.matches(text));
    if let Some(text) = [0, 1].into_iter().filter_map(|run| shape.sample(run)).find(missed) {
        return Ok(Some(text.into_iter().collect()));
    }
    // or one pattern alone that there is none; both are quick to ask.
    if languages.iter().any(|language| language.holds_alone(shape, budget)) {
        return Ok(None);
    }
    search(shape, languages, budget, unless_held)
}

fn unless_held(holds: &[bool], text: &dyn Fn() -> String) -> ControlFlow<String> {
    if holds.contains(&true) { ControlFlow::Continue(()) } else { ControlFlow::Break(text()) }
}

/// Whether some text of the shape is in the language.
pub(crate) fn meets(shape: &Pattern, language: &Language, budget: &Budget) -> Result<bool, TooIntricate> {
    let once_held = |holds: &[bool], _: &dyn Fn() -> String| {
        if holds.contains(&true) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    if language.complement {
        return search(shape, &[language], budget, once_held).map(|found| found.is_some());
    }
    // One after the other is quicker than side by side, and as good for a union.
    for pattern in &language.patterns {
        if explore(shape, &[std::slice::from_ref(pattern)], budget, once_held)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether every pair of an action and a resource of the given shapes is in the product of some grant's two languages.
pub(crate) fn covered(
    (actions, resources): (&Pattern, &Pattern),
    grants: &[impl Borrow<(Language, Language)>],
    budget: &Budget,
) -> Covered {
    let grants = || grants.iter().map(Borrow::borrow);
    // Most often a pair or two tell that something is missed,
    for run in [0, 1] {
        if let (Some(action), Some(resource)) = (actions.sample(run), resources.sample(run))
            && !grants().any(|(acts, about)| acts.matches(&action) && about.matches(&resource))
        {
            return Covered::No(action.into_iter().collect(), resource.into_iter().collect());
        }
    }
    // or some grant is of everything by one pattern each; both are quick to see.
    let alone = |(action, resource): &(Language, Language)| {
        resource.holds_alone(resources, budget) && action.holds_alone(actions, budget)
    };
    if grants().any(alone) {
        return Covered::Yes;
    }
    let mut kinds: Vec<&Language> = Vec::new();
    let mut kind_of = Vec::new();
    for (_, resource) in grants() {
        let at = kinds.iter().position(|known| *known == resource).unwrap_or_else(|| {
            kinds.push(resource);
            kinds.len() - 1
        });
        kind_of.push(at);
    }
    let mut gaps: HashMap<Vec<usize>, Result<Option<String>, TooIntricate>> = HashMap::new();
    let mut intricate = false;
    let by_action: Vec<_> = grants().map(|(action, _)| action).collect();
    let found = search(actions, &by_action, budget, |holds, text| {
        // The grants that hold this action; their resources together must be everything.
        let granted: BTreeSet<_> = holds.iter().zip(&kind_of).filter(|(h, _)| **h).map(|(_, kind)| *kind).collect();
        let granted: Vec<_> = granted.into_iter().collect();
        let languages: Vec<_> = granted.iter().map(|at| kinds[*at]).collect();
        match gaps.entry(granted).or_insert_with(|| gap(resources, &languages, budget)) {
            Ok(None) => ControlFlow::Continue(()),
            Ok(Some(resource)) => ControlFlow::Break(Covered::No(text(), resource.clone())),
            Err(TooIntricate) => {
                intricate = true;
                ControlFlow::Continue(())
            }
        }
    });
    match found {
        Ok(Some(answer)) => answer,
        Ok(None) if !intricate => Covered::Yes,
        _ => Covered::CannotTell,
    }
}

/// [`explore`], with complements.
pub(crate) fn search<T>(
    shape: &Pattern,
    languages: &[&Language],
    budget: &Budget,
    mut visit: impl FnMut(&[bool], &dyn Fn() -> String) -> ControlFlow<T>,
) -> Result<Option<T>, TooIntricate> {
    let unions: Vec<_> = languages.iter().map(|language| language.patterns.as_slice()).collect();
    explore(shape, &unions, budget, |holds, text| {
        let holds: Vec<_> = holds.iter().zip(languages).map(|(held, language)| *held != language.complement).collect();
        visit(&holds, text)
    })
}

#[cfg(test)]
mod tests;
