//! The checks that are linked into this program.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{Check, Declaration};

/// What [`declare_check!`](crate::declare_check!) submits.
pub struct Registered(pub &'static dyn Check);

inventory::collect!(Registered);

/// Why the linked checks cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// No check family is linked: a build without any, or a bundle that names none.
    #[error("no check is registered: this build of asc was made without any check family")]
    Empty,
    /// Two checks claim one number or one name.
    #[error("two checks are called `{0}`: a number or a name belongs to one check for ever")]
    Twice(&'static str),
}

/// All registered checks, in the order of their numbers.
#[derive(Clone)]
pub struct Registry(Vec<&'static dyn Check>);

impl Registry {
    /// Collects what is linked.
    pub fn linked() -> Result<Self, RegistryError> {
        Self::of(inventory::iter::<Registered>().map(|registered| registered.0))
    }

    /// A registry of given checks.
    pub fn of(checks: impl IntoIterator<Item = &'static dyn Check>) -> Result<Self, RegistryError> {
        let mut by_id = BTreeMap::new();
        let mut names = BTreeSet::new();
        for check in checks {
            let declaration = check.declaration();
            if by_id.insert(declaration.id, check).is_some() {
                return Err(RegistryError::Twice(declaration.id));
            }
            if !names.insert(declaration.name) {
                return Err(RegistryError::Twice(declaration.name));
            }
        }
        if by_id.is_empty() {
            return Err(RegistryError::Empty);
        }
        Ok(Self(by_id.into_values().collect()))
    }

    /// The checks, in order.
    pub fn checks(&self) -> &[&'static dyn Check] {
        &self.0
    }

    /// Their declarations, in order.
    pub fn declarations(&self) -> impl Iterator<Item = &'static Declaration> {
        self.0.iter().map(|check| check.declaration())
    }

    /// The check of a number or a name, in any case of letters.
    pub fn find(&self, word: &str) -> Option<&'static dyn Check> {
        self.0.iter().copied().find(|check| {
            let declaration = check.declaration();
            declaration.id.eq_ignore_ascii_case(word) || declaration.name.eq_ignore_ascii_case(word)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{One, Two};

    #[test]
    fn linked_checks_come_in_the_order_of_their_numbers() {
        let ids: Vec<_> = Registry::linked().unwrap().declarations().map(|d| d.id).collect();
        assert_eq!(ids, ["T-01", "T-02-01", "T-03", "T-04"]);
    }

    #[test]
    fn an_empty_registry_and_a_number_used_twice_are_refused() {
        assert!(matches!(Registry::of([]), Err(RegistryError::Empty)));
        assert!(matches!(Registry::of([&One as &dyn Check, &Two, &One]), Err(RegistryError::Twice("T-01"))));
    }

    #[test]
    fn a_check_is_found_by_number_and_name_in_any_case() {
        let registry = Registry::linked().unwrap();
        for word in ["T-01", "t-01", "t-one", "T-ONE"] {
            assert_eq!(registry.find(word).map(|c| c.declaration().id), Some("T-01"), "{word}");
        }
        assert!(registry.find("T").is_none());
    }
}
