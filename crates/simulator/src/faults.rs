//! What goes wrong on purpose. Whether it does is decided by a seed, the request and how often it was made before, not
//! by when it comes: the same requests meet the same faults, in whatever order they are sent.

use std::hash::{DefaultHasher, Hash, Hasher};

use clap::{Args, ValueEnum};

use crate::account::mix;
use crate::call::Call;

/// What can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Fault {
    /// HTTP 500 with the service's `InternalError`.
    InternalError,
    /// HTTP 503 with `ServiceUnavailable`.
    Unavailable,
    /// The connection is reset in the middle of the body.
    Reset,
    /// An answer that HTTP takes for whole holds only the beginning of its document, perhaps nothing.
    Truncated,
    /// The body's first half comes, and then nothing for ever.
    Stalled,
    /// The connection is closed without an answer.
    Closed,
}

/// Which faults there are, and how often.
#[derive(Args, Clone, Debug, Default)]
pub struct Faults {
    /// The share of requests that meet a fault, 0 to 1.
    #[arg(long, default_value_t = 0.0)]
    pub fault_rate: f64,
    /// Decides which ones.
    #[arg(long, default_value_t = 1)]
    pub fault_seed: u64,
    /// The faults there are; all, unless some are named.
    #[arg(long)]
    pub fault: Vec<Fault>,
    /// A region that takes connections and never answers.
    #[arg(long)]
    pub black_hole: Vec<String>,
    /// A region whose connections are closed without an answer.
    #[arg(long)]
    pub refuse: Vec<String>,
}

impl Faults {
    /// Whether a region never answers.
    pub fn swallows(&self, region: &str) -> bool {
        self.black_hole.iter().any(|hole| hole == region)
    }

    /// The fault that a request meets, if any: `identity` tells requests apart, `attempt` counts from 0.
    pub fn of(&self, identity: u64, attempt: u32, region: &str) -> Option<Fault> {
        if self.refuse.iter().any(|refused| refused == region) {
            return Some(Fault::Closed);
        }
        let roll = mix(mix(self.fault_seed).wrapping_add(identity) ^ u64::from(attempt));
        // The upper half decides whether, the lower one which.
        let share = f64::from(u32::try_from(roll >> 32).unwrap_or(u32::MAX)) / f64::from(u32::MAX);
        if share >= self.fault_rate {
            return None;
        }
        let kinds = if self.fault.is_empty() { Fault::value_variants() } else { &self.fault };
        let which = usize::try_from(roll & 0xffff).unwrap_or_default() % kinds.len();
        Some(kinds[which])
    }

    /// How much of a document of so many bytes a truncated answer holds.
    pub fn cut(&self, identity: u64, length: usize) -> usize {
        let roll = usize::try_from(mix(identity ^ self.fault_seed) & 0xffff_ffff).unwrap_or_default();
        if roll.is_multiple_of(4) { 0 } else { roll.checked_rem(length).unwrap_or_default() }
    }
}

/// What tells a request from others.
pub fn identity(call: &Call) -> u64 {
    let mut hash = DefaultHasher::new();
    (call.operation, call.region, &call.subject, &call.parameters).hash(&mut hash);
    call.json.to_string().hash(&mut hash);
    hash.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(seed: u64) -> Vec<Option<Fault>> {
        let faults = Faults { fault_rate: 0.05, fault_seed: seed, ..Faults::default() };
        (0..20_000).map(|identity| faults.of(mix(identity), 0, "us-east-1")).collect()
    }

    #[test]
    fn the_seed_decides_and_the_rate_is_kept() {
        assert_eq!(faults(1), faults(1));
        assert_ne!(faults(1), faults(2));
        let met: Vec<_> = faults(1).into_iter().flatten().collect();
        assert!((800..1_200).contains(&met.len()), "{}", met.len());
        for kind in Fault::value_variants() {
            assert!(met.contains(kind), "{kind:?}");
        }
    }

    #[test]
    fn another_attempt_meets_another_fate() {
        let faults = Faults { fault_rate: 0.5, ..Faults::default() };
        let fates: Vec<_> = (0..64).map(|attempt| faults.of(7, attempt, "us-east-1").is_some()).collect();
        assert!(fates.contains(&true) && fates.contains(&false));
    }

    #[test]
    fn only_the_named_regions_are_shut() {
        let faults = Faults {
            black_hole: vec!["eu-west-1".to_owned()],
            refuse: vec!["eu-west-2".to_owned()],
            ..Faults::default()
        };
        assert!(faults.swallows("eu-west-1") && !faults.swallows("eu-west-2"));
        assert_eq!(faults.of(1, 0, "eu-west-2"), Some(Fault::Closed));
        assert_eq!(faults.of(1, 0, "eu-west-1"), None);
    }

    #[test]
    fn what_is_cut_is_shorter_and_sometimes_empty() {
        let faults = Faults::default();
        let cuts: Vec<_> = (0..100).map(|identity| faults.cut(mix(identity), 500)).collect();
        assert!(cuts.iter().all(|cut| *cut < 500) && cuts.contains(&0) && cuts.iter().any(|cut| *cut > 250));
        assert_eq!(faults.cut(1, 0), 0);
    }
}
