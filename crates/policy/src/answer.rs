//! Answers, and what they rest on.

use asc_core::Text;

/// Yes, no, or neither proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Proven.
    Yes,
    /// Proven not to be so.
    No,
    /// Something that is not known here, or too intricate to follow, could decide it either way.
    CannotTell,
}

impl Answer {
    /// Whether somebody should look: for a question about security, what cannot be told is an alert.
    pub const fn alerts(self) -> bool {
        !matches!(self, Self::No)
    }
}

/// Which statement an answer rests on, and why, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The statement's place in the document, from 0.
    pub statement: usize,
    /// Its `Sid`, if it has one.
    pub sid: Option<String>,
    /// The sentence.
    pub text: Text,
}

/// An answer with its reasons, in the order of the statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The answer.
    pub answer: Answer,
    /// What it rests on.
    pub because: Vec<Reason>,
}
