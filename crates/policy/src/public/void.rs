//! Grants that an unconditional `Deny` takes away again in full.
//!
//! S3's page on what is public speaks of grants alone; `DynamoDB`'s says that all statements are looked at. So a `Deny`
//! counts only where it leaves provably nothing of a grant; whatever it leaves makes the grant count as a whole.

use crate::automaton::{Budget, Pattern};
use crate::document::{Effect, Patterns, Policy, Statement, Version};
use crate::glob::Glob;
use crate::language::{Covered, Language, covered};
use crate::principal::{Principal, Principals};

/// Unconditional denials, ready to be asked.
pub(crate) struct Denials<'a> {
    denials: Vec<(&'a Principals, (Language, Language))>,
    /// For all questions together, so that many intricate statements take no longer than one.
    budget: Budget,
}

impl<'a> Denials<'a> {
    pub(crate) fn of(policy: &'a Policy) -> Self {
        let outright = |statement: &&Statement| statement.effect == Effect::Deny && statement.is_outright();
        let languages = |statement: &'a Statement| {
            let resources = statement.resources.as_ref().map(at_least);
            let languages =
                (Language::of_actions(&at_least(&statement.actions)), Language::of_resources(resources.as_ref()));
            (&statement.principals, languages)
        };
        let denials = policy.statements.iter().filter(outright).map(languages).collect();
        Self { denials, budget: Budget::new() }
    }

    /// Whether nothing of what a statement allows is left to a principal. What is too intricate to say is left.
    pub(crate) fn void(&self, statement: &Statement, principal: &Principal) -> bool {
        let about: Vec<_> = self
            .denials
            .iter()
            .filter(|(principals, _)| reach(principals, principal))
            .map(|(_, languages)| languages)
            .collect();
        if about.is_empty() {
            return false;
        }
        // Most often the first pair is not covered, and no other has to be made.
        shapes(Some(&statement.actions), true).all(|action| {
            let covered = |resource| covered((&action, &resource), &about, &self.budget) == Covered::Yes;
            shapes(statement.resources.as_ref(), false).all(covered)
        })
    }
}

/// Whether a statement is about no action, or about no resource.
pub(crate) fn is_about_nothing(statement: &Statement) -> bool {
    let none = |patterns: &Patterns| matches!(patterns, Patterns::Only(globs) if globs.is_empty());
    none(&statement.actions) || statement.resources.as_ref().is_some_and(none)
}

/// Whether a denial's principals take in a principal beyond doubt: everyone, or itself by name.
fn reach(principals: &Principals, principal: &Principal) -> bool {
    match principals {
        Principals::Only(named) => named.contains(&Principal::Everyone) || named.contains(principal),
        Principals::AllBut(_) | Principals::Unstated => false,
    }
}

/// The patterns of a denial so that they hold no more than what is denied in every request.
fn at_least(patterns: &Patterns) -> Patterns {
    match patterns {
        Patterns::Only(globs) => Patterns::Only(globs.iter().map(Glob::at_least).collect()),
        Patterns::AllBut(globs) => Patterns::AllBut(globs.iter().map(Glob::at_most).collect()),
    }
}

/// Shapes that hold everything that is allowed in any request.
fn shapes(patterns: Option<&Patterns>, any_case: bool) -> impl Iterator<Item = Pattern> {
    let (globs, all) = match patterns {
        Some(Patterns::Only(globs)) => (globs.as_slice(), None),
        Some(Patterns::AllBut(_)) | None => (&[][..], Some(Glob::pattern("*", Version::V2008))),
    };
    globs.iter().map(move |glob| Pattern::at_most(glob, any_case)).chain(all.map(|glob| Pattern::of(&glob)))
}
