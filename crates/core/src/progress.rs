//! How far a running scan is, for whoever wants to show it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Counters that a scan moves and a display reads; nothing waits for anything.
#[derive(Debug, Default)]
pub struct Progress {
    known: AtomicU64,
    done: AtomicU64,
    calls: AtomicU64,
    asking: Mutex<String>,
    open: Mutex<BTreeMap<&'static str, u64>>,
}

/// One look at the counters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Verdicts that are known to be wanted so far; grows while listings come in.
    pub known: u64,
    /// Verdicts given.
    pub done: u64,
    /// Calls that AWS has answered.
    pub calls: u64,
    /// The call that was begun last, as `service:Operation`.
    pub asking: String,
    /// Checks that are still at work, and how many verdicts each still owes.
    pub open: Vec<(&'static str, u64)>,
}

impl Progress {
    fn open<R>(&self, change: impl FnOnce(&mut BTreeMap<&'static str, u64>) -> R) -> R {
        change(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A check has begun.
    pub fn begin(&self, check: &'static str) {
        self.open(|open| open.insert(check, 0));
    }

    /// A check has so many more resources to judge.
    pub fn expect(&self, check: &'static str, more: u64) {
        self.known.fetch_add(more, Ordering::Relaxed);
        self.open(|open| *open.entry(check).or_default() += more);
    }

    /// A check has judged one.
    pub fn judged(&self, check: &'static str) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.open(|open| {
            if let Some(owed) = open.get_mut(check) {
                *owed = owed.saturating_sub(1);
            }
        });
    }

    /// A check has ended.
    pub fn end(&self, check: &'static str) {
        self.open(|open| open.remove(check));
    }

    /// A call of AWS begins.
    pub fn asking(&self, service: &str, operation: &str) {
        let mut asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        asking.clear();
        asking.extend([service, ":", operation]);
    }

    /// AWS has answered a call.
    pub fn called(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    /// The counters now.
    pub fn look(&self) -> Look {
        Look {
            known: self.known.load(Ordering::Relaxed),
            done: self.done.load(Ordering::Relaxed),
            calls: self.calls.load(Ordering::Relaxed),
            asking: self.asking.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            open: self.open(|open| open.iter().map(|(check, owed)| (*check, *owed)).collect()),
        }
    }
}
