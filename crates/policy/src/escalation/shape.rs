//! Kinds of resources on which an action can be asked for.

use crate::automaton::{Class, Pattern, Symbol};
use crate::document::{Patterns, Statement};
use crate::escalation::actions::Set;
use crate::glob::Glob;

/// A kind of resources.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// Its place among all shapes of a world.
    pub(super) number: usize,
    /// The actions that are asked for on it.
    pub(super) actions: Set,
    pub(super) pattern: Pattern,
    /// One of them, which most policies that allow any allow.
    pub(super) sample: String,
}

impl Shape {
    /// Reads a shape: `{region}` is a region, `{name}` any name, without a colon.
    pub(super) fn new(number: usize, text: &str, partition: &str, account: &str) -> Self {
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
        Self { number, actions: Set::default(), pattern: Pattern::shape(&parts), sample }
    }

    /// Whether some of them may be among a statement's resources, whatever variables stand for.
    pub(super) fn may_meet(&self, statement: &Statement) -> bool {
        let Some(Patterns::Only(globs)) = &statement.resources else { return true };
        globs.iter().any(|glob| self.pattern.common(&Pattern::at_most(glob, false)).is_some())
    }

    /// One of them that a pattern matches; a variable matches nothing.
    pub(super) fn common(&self, glob: &Glob) -> Option<String> {
        self.pattern.common(&Pattern::of(glob))
    }
}
