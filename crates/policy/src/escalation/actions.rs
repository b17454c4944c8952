//! The actions that the ways are made of, and which statements are about them.

use std::collections::{BTreeMap, HashMap};

use crate::document::{Patterns, Policy};
use crate::escalation::ways::Way;
use crate::glob::{Glob, Piece};

/// A set of numbers, of the actions that the ways are made of or of the shapes they are asked on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Set(u128);

impl Set {
    pub(super) fn has(self, action: usize) -> bool {
        self.0 >> action & 1 == 1
    }

    pub(super) fn has_all(self, of: Self) -> bool {
        self.0 & of.0 == of.0
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether something is in both.
    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn add(&mut self, action: usize) {
        self.0 |= 1 << action;
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The number that no action has.
const NONE: usize = 127;

/// The actions, each with its number.
#[derive(Debug)]
pub(super) struct Actions {
    number: BTreeMap<&'static str, usize>,
    of_service: HashMap<&'static str, Vec<usize>>,
    names: Vec<&'static str>,
}

impl Actions {
    /// Those of some ways.
    pub(super) fn of(ways: &[&'static Way]) -> Self {
        let mut actions = Self { number: BTreeMap::new(), of_service: HashMap::new(), names: Vec::new() };
        // What a way asks for besides its own needs.
        let beside = ["sts:AssumeRole", "iam:CreatePolicy", "iam:CreatePolicyVersion"];
        for name in ways.iter().flat_map(|way| way.needs).map(|need| need.action).chain(beside) {
            if !actions.number.contains_key(name) {
                let number = actions.names.len();
                actions.number.insert(name, number);
                actions.names.push(name);
                let service = name.split(':').next().unwrap_or(name);
                actions.of_service.entry(service).or_default().push(number);
            }
        }
        actions
    }

    pub(super) fn number(&self, name: &str) -> usize {
        self.number.get(name).copied().unwrap_or(NONE)
    }

    /// All that a way needs.
    pub(super) fn needed(&self, way: &Way) -> Set {
        let mut set = Set::default();
        for need in way.needs {
            set.add(self.number(need.action));
        }
        set
    }

    /// The statements of a policy that are about any of the actions.
    pub(super) fn statements(&self, policy: &Policy) -> Vec<(usize, Set)> {
        let about = policy.statements.iter().map(|statement| self.matched(&statement.actions)).enumerate();
        about.filter(|(_, set)| !set.is_empty()).collect()
    }

    fn matched(&self, patterns: &Patterns) -> Set {
        let mut set = Set::default();
        let (globs, all_but) = match patterns {
            Patterns::Only(globs) => (globs, false),
            Patterns::AllBut(globs) => (globs, true),
        };
        for glob in globs {
            match service_of(glob) {
                Some(service) => {
                    for &number in self.of_service.get(service.as_str()).into_iter().flatten() {
                        self.try_one(glob, number, &mut set);
                    }
                }
                None => (0..self.names.len()).for_each(|number| self.try_one(glob, number, &mut set)),
            }
        }
        if all_but { Set(!set.0 & !(u128::MAX << self.names.len())) } else { set }
    }

    fn try_one(&self, glob: &Glob, number: usize, set: &mut Set) {
        if !set.has(number) && glob.matches_in_any_case(self.names[number]) {
            set.add(number);
        }
    }
}

/// The service that a pattern of actions names outright, in lower case.
fn service_of(glob: &Glob) -> Option<String> {
    let mut service = String::new();
    for piece in glob.pieces() {
        match piece {
            Piece::Char(':') => return Some(service),
            Piece::Char(c) => service.push(c.to_ascii_lowercase()),
            _ => return None,
        }
    }
    None
}
