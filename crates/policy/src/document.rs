//! Policy documents in one shape, however they were written.

use std::fmt;

use crate::condition::Condition;
use crate::glob::Glob;
use crate::principal::Principals;

/// The version of the policy language that a document is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Version {
    /// `2008-10-17`, and documents that name none: `${…}` is plain text.
    /// Source: IAM User Guide, "Troubleshoot IAM policies", "Missing JSON version element".
    #[default]
    V2008,
    /// `2012-10-17`: `${…}` is a variable.
    V2012,
}

impl Version {
    /// Whether `${…}` is a variable.
    pub const fn has_variables(self) -> bool {
        matches!(self, Self::V2012)
    }
}

/// What a statement does with what it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Grants.
    Allow,
    /// Forbids, whatever else grants.
    Deny,
}

/// `Action` or `NotAction`, `Resource` or `NotResource`: patterns, and whether they say what is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Patterns {
    /// Everything that one of these matches.
    Only(Vec<Glob>),
    /// Everything that none of these matches.
    AllBut(Vec<Glob>),
}

impl fmt::Display for Patterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Only(globs) | Self::AllBut(globs)) = self;
        let not = if let Self::AllBut(_) = self { "Not " } else { "" };
        let globs: Vec<_> = globs.iter().map(Glob::written).collect();
        write!(f, "{not}{}", globs.join(" | "))
    }
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its `Sid`, if it has one.
    pub sid: Option<String>,
    /// Whether it grants or forbids.
    pub effect: Effect,
    /// Whom it is about.
    pub principals: Principals,
    /// What may or may not be done.
    pub actions: Patterns,
    /// To what; none is everything the policy is attached to.
    pub resources: Option<Patterns>,
    /// Under which conditions; all must hold.
    pub conditions: Vec<Condition>,
    /// The names of elements that are not known here; IAM refuses them. They limit nothing that is allowed.
    pub unknown: Vec<String>,
}

impl Statement {
    /// Whether nothing but principals, actions and resources can limit it. A `Deny` that is not outright cannot be
    /// relied upon.
    pub fn is_outright(&self) -> bool {
        self.conditions.is_empty() && self.unknown.is_empty()
    }
}

/// A policy document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The version of the language that it is written in.
    pub version: Version,
    /// Its statements, in order; at least one.
    pub statements: Vec<Statement>,
    /// The names of elements that are not known here, as in [`Statement::unknown`].
    pub unknown: Vec<String>,
}
