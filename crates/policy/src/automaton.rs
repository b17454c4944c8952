//! Many patterns run over all texts at once.
//!
//! A state is the set of places that the patterns have come to; texts that lead to the same state need no second look
//! (the subset construction). Characters that no pattern tells apart stand for one another, so that the search ends
//! and what it finds is exact.

use std::cell::Cell;
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::rc::Rc;

mod pattern;

pub(crate) use pattern::{Class, Pattern, Symbol};

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
    let start = machine.start();
    let mut known = HashSet::from([start.clone()]);
    // Each state with the one it was reached from, and by which character.
    let mut states = vec![(start, 0, '\0')];
    let (mut alphabet, mut next) = (Vec::new(), Vec::new());
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
        machine.alphabet(&states[at].0, &mut alphabet);
        for c in &alphabet {
            if !machine.step(&states[at].0, *c, &mut next) {
                continue;
            }
            budget.spend(states[at].0.len())?;
            if !known.contains(next.as_slice()) {
                let next: Rc<[u32]> = next.as_slice().into();
                known.insert(next.clone());
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

    /// A character for each kind of characters that something in this state tells apart.
    fn alphabet(&self, state: &[u32], named: &mut Vec<char>) {
        named.clear();
        let own = |at: &u32| if let Symbol::Char(c) = self.row[*at as usize] { Some(c) } else { None };
        named.extend(state.iter().filter_map(own));
        named.sort_unstable();
        named.dedup();
        let unnamed = [
            ('a'..='z').find(|c| named.binary_search(c).is_err()),
            ('0'..='9').find(|c| named.binary_search(c).is_err()),
            Some('-'),
            Some(':'),
            ('A'..='Z').chain('\u{E000}'..='\u{F8FF}').find(|c| named.binary_search(c).is_err()),
        ];
        for c in unnamed.into_iter().flatten() {
            if !named.contains(&c) {
                named.push(c);
            }
        }
    }

    fn start(&self) -> Rc<[u32]> {
        let mut state = Vec::new();
        for start in &self.starts {
            self.reach(*start, &mut state);
        }
        self.tidy(&mut state);
        state.into()
    }

    /// The state after one more character; false when no text of the shape goes on like that.
    fn step(&self, state: &[u32], c: char, next: &mut Vec<u32>) -> bool {
        next.clear();
        for &at in state {
            let at = at as usize;
            if self.pattern[at] > 0 && next.is_empty() {
                return false;
            }
            match self.row[at] {
                Symbol::Char(own) if own == c => self.reach(at + 1, next),
                Symbol::One(class) if class.holds(c) => self.reach(at + 1, next),
                Symbol::Many(class) if class.holds(c) => self.reach(at, next),
                _ => {}
            }
        }
        self.tidy(next);
        !next.is_empty()
    }

    /// A run may also be empty, so that the place behind it is reached as well.
    #[expect(clippy::cast_possible_truncation, reason = "a row is no longer than its document, which has a limit")]
    fn reach(&self, mut at: usize, state: &mut Vec<u32>) {
        while let Symbol::Many(_) = self.row[at] {
            state.push(at as u32);
            at += 1;
        }
        state.push(at as u32);
    }

    /// Sorted, and without the places in front of a `*` that is reached: it takes up whatever they would.
    fn tidy(&self, state: &mut Vec<u32>) {
        if !state.is_sorted() {
            state.sort_unstable();
        }
        state.dedup();
        let mut starred = usize::MAX;
        // From behind, what is kept moves to the end.
        let mut kept = state.len();
        for from in (0..state.len()).rev() {
            let at = state[from] as usize;
            if starred != self.pattern[at] {
                kept -= 1;
                state[kept] = state[from];
            }
            if self.row[at] == Symbol::Many(Class::Any) {
                starred = self.pattern[at];
            }
        }
        state.drain(..kept);
    }

    fn is_of_shape(&self, state: &[u32]) -> bool {
        state.iter().map(|at| *at as usize).any(|at| self.pattern[at] == 0 && self.row[at] == Symbol::End)
    }

    fn holds(&self, state: &[u32], unions: usize) -> Vec<bool> {
        let mut holds = vec![false; unions];
        for at in state.iter().map(|at| *at as usize) {
            if self.pattern[at] > 0 && self.row[at] == Symbol::End {
                holds[self.union[self.pattern[at]]] = true;
            }
        }
        holds
    }
}
