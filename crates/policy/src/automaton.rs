//! Many patterns run over all texts at once.
//!
//! A state is the set of places that the patterns have come to; texts that lead to the same state need no second look
//! (the subset construction). Characters that no pattern tells apart stand for one another, so that the search ends
//! and what it finds is exact.

use std::cell::Cell;
use std::collections::{BTreeSet, HashSet};
use std::ops::ControlFlow;

use crate::glob::{Glob, Part};

/// How much work a decision may take, over all the questions it is made of: places looked at. Thousands of ordinary
/// patterns take a fraction of it; patterns made to explode use it up within a second.
#[derive(Debug)]
pub(crate) struct Budget(Cell<usize>);

impl Budget {
    /// Enough for one decision.
    pub(crate) const fn new() -> Self {
        Self(Cell::new(5_000_000))
    }

    fn spend(&self, work: usize) -> Result<(), TooIntricate> {
        self.0.set(self.0.get().saturating_sub(work));
        if self.0.get() == 0 { Err(TooIntricate) } else { Ok(()) }
    }
}

/// A set of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Every character.
    Any,
    /// `a` to `z`.
    Letter,
    /// Letters and digits.
    Alnum,
    /// Letters, digits and the hyphen.
    Label,
    /// Every character but the colon, which parts the fields of an ARN.
    Field,
}

impl Class {
    const fn holds(self, c: char) -> bool {
        match self {
            Self::Any => true,
            Self::Letter => c.is_ascii_lowercase(),
            Self::Alnum => c.is_ascii_lowercase() || c.is_ascii_digit(),
            Self::Field => c != ':',
            Self::Label => c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-',
        }
    }
}

/// A part of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    /// This character.
    Char(char),
    /// One character of a class.
    One(Class),
    /// Any number of characters of a class, none included.
    Many(Class),
    /// Nothing: no text goes on from here.
    Never,
    /// The end of the pattern.
    End,
}

/// A pattern, always closed by [`Symbol::End`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Symbol>);

impl Pattern {
    /// What a text of a policy matches; a variable matches nothing.
    pub(crate) fn of(glob: &Glob) -> Self {
        let symbol = |part: &Part| match part {
            Part::Char(c) => Symbol::Char(*c),
            Part::One => Symbol::One(Class::Any),
            Part::Many => Symbol::Many(Class::Any),
            Part::Variable(_) | Part::Never => Symbol::Never,
        };
        Self(glob.parts().iter().map(symbol).chain([Symbol::End]).collect())
    }

    /// The shape of a text: literal parts, each followed by symbols.
    pub(crate) fn shape(parts: &[(&str, &[Symbol])]) -> Self {
        let mut symbols = Vec::new();
        for (literal, more) in parts {
            symbols.extend(literal.chars().map(Symbol::Char));
            symbols.extend_from_slice(more);
        }
        symbols.push(Symbol::End);
        Self(symbols)
    }
}

/// A question that takes too much work; nothing is claimed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooIntricate;

/// Goes through all texts of a shape and tells, for each kind of text that there is, which unions hold it, until
/// the visitor has seen enough. The visitor can ask for a shortest text of the kind.
pub(crate) fn explore<T>(
    shape: &Pattern,
    unions: &[&[Pattern]],
    budget: &Budget,
    mut visit: impl FnMut(&[bool], &dyn Fn() -> String) -> ControlFlow<T>,
) -> Result<Option<T>, TooIntricate> {
    let machine = Machine::new(shape, unions);
    let alphabet = machine.alphabet();
    let start = machine.start();
    let mut known = HashSet::from([start.clone()]);
    // Each state with the one it was reached from, and by which character.
    let mut states = vec![(start, 0, '\0')];
    let mut at = 0;
    while at < states.len() {
        if machine.is_of_shape(&states[at].0) {
            let holds = machine.holds(&states[at].0, unions.len());
            let text = || {
                let (mut text, mut from) = (Vec::new(), at);
                while from != 0 {
                    text.push(states[from].2);
                    from = states[from].1;
                }
                text.into_iter().rev().collect()
            };
            if let ControlFlow::Break(found) = visit(&holds, &text) {
                return Ok(Some(found));
            }
        }
        for c in &alphabet {
            let Some(next) = machine.step(&states[at].0, *c) else { continue };
            budget.spend(states[at].0.len())?;
            if known.insert(next.clone()) {
                states.push((next, at, *c));
            }
        }
        at += 1;
    }
    Ok(None)
}

/// The shape and all patterns in one row; a state is the sorted list of places that are reached in it.
struct Machine {
    row: Vec<Symbol>,
    /// Which pattern a place belongs to; 0 is the shape.
    pattern: Vec<usize>,
    /// Which union a pattern belongs to.
    union: Vec<usize>,
    starts: Vec<usize>,
}

impl Machine {
    fn new(shape: &Pattern, unions: &[&[Pattern]]) -> Self {
        let mut machine = Self { row: Vec::new(), pattern: Vec::new(), union: Vec::new(), starts: Vec::new() };
        machine.add(shape, 0);
        for (at, union) in unions.iter().enumerate() {
            for pattern in *union {
                machine.add(pattern, at);
            }
        }
        machine
    }

    fn add(&mut self, pattern: &Pattern, union: usize) {
        self.starts.push(self.row.len());
        self.row.extend_from_slice(&pattern.0);
        self.pattern.resize(self.row.len(), self.union.len());
        self.union.push(union);
    }

    /// A character for each kind of characters that something here tells apart.
    fn alphabet(&self) -> Vec<char> {
        let mut named: BTreeSet<_> =
            self.row.iter().filter_map(|symbol| if let Symbol::Char(c) = symbol { Some(*c) } else { None }).collect();
        let unnamed = [
            ('a'..='z').find(|c| !named.contains(c)),
            ('0'..='9').find(|c| !named.contains(c)),
            Some('-'),
            ('A'..='Z').chain('\u{E000}'..='\u{F8FF}').find(|c| !named.contains(c)),
        ];
        named.extend(unnamed.into_iter().flatten());
        named.into_iter().collect()
    }

    fn start(&self) -> Vec<usize> {
        let mut state = Vec::new();
        for start in &self.starts {
            self.reach(*start, &mut state);
        }
        self.tidy(state)
    }

    /// The state after one more character, or none when no text of the shape goes on like that.
    fn step(&self, state: &[usize], c: char) -> Option<Vec<usize>> {
        let mut next = Vec::new();
        for &at in state {
            if self.pattern[at] > 0 && next.is_empty() {
                return None;
            }
            match self.row[at] {
                Symbol::Char(own) if own == c => self.reach(at + 1, &mut next),
                Symbol::One(class) if class.holds(c) => self.reach(at + 1, &mut next),
                Symbol::Many(class) if class.holds(c) => self.reach(at, &mut next),
                _ => {}
            }
        }
        (!next.is_empty()).then(|| self.tidy(next))
    }

    /// A run may also be empty, so that the place behind it is reached as well.
    fn reach(&self, mut at: usize, state: &mut Vec<usize>) {
        while let Symbol::Many(_) = self.row[at] {
            state.push(at);
            at += 1;
        }
        state.push(at);
    }

    /// Sorted, and without the places in front of a `*` that is reached: it takes up whatever they would.
    fn tidy(&self, mut state: Vec<usize>) -> Vec<usize> {
        state.sort_unstable();
        state.dedup();
        let mut starred = usize::MAX;
        let mut kept: Vec<_> = state
            .into_iter()
            .rev()
            .filter(|&at| {
                let keep = starred != self.pattern[at];
                if self.row[at] == Symbol::Many(Class::Any) {
                    starred = self.pattern[at];
                }
                keep
            })
            .collect();
        kept.reverse();
        kept
    }

    fn is_of_shape(&self, state: &[usize]) -> bool {
        state.iter().any(|&at| self.pattern[at] == 0 && self.row[at] == Symbol::End)
    }

    fn holds(&self, state: &[usize], unions: usize) -> Vec<bool> {
        let mut holds = vec![false; unions];
        for &at in state {
            if self.pattern[at] > 0 && self.row[at] == Symbol::End {
                holds[self.union[self.pattern[at]]] = true;
            }
        }
        holds
    }
}
