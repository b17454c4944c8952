//! How far a running scan is, for whoever wants to show it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Counters that a scan moves and a display reads; nothing waits for anything.
#[derive(Debug, Default)]
pub struct Progress {
    known: AtomicU64,
    done: AtomicU64,
    calls: AtomicU64,
    open: Mutex<BTreeMap<&'static str, Open>>,
    /// How many calls are under way, by service and region.
    places: Mutex<HashMap<(String, String), u64>>,
    waits: Mutex<BTreeMap<Waiting, u64>>,
}

/// A check that is at work.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    /// It knows what it has to judge.
    listed: bool,
    /// How many verdicts it still owes.
    owed: u64,
}

/// What calls wait for before they are sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Waiting {
    /// The pace of a service that has said "slower".
    Throttled(String),
    /// The cap that the user has set.
    Cap,
}

/// Something is waited for until this is dropped.
#[derive(Debug)]
pub struct Waits<'a> {
    progress: &'a Progress,
    what: Waiting,
}

/// A call is under way until this is dropped.
#[derive(Debug)]
pub struct Asking<'a> {
    progress: &'a Progress,
    place: (String, String),
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Those that are done with, as far as is known now.
    pub done: u64,
    /// Those that are known by now.
    pub known: u64,
}

/// One look at the counters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Verdicts: given, and known to be wanted so far; the latter grows while listings come in.
    pub verdicts: Part,
    /// Regions that were called, and those of them in which nothing is under way.
    pub regions: Part,
    /// The same of services.
    pub services: Part,
    /// Calls that have come to their end.
    pub calls: u64,
    /// What is waited for.
    pub waits: Vec<Waiting>,
    /// Checks that are still at work, and how many verdicts each still owes.
    pub open: Vec<(&'static str, u64)>,
    /// Whether every check knows by now what it has to judge, so that the known verdicts are all.
    pub listed: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Progress {
    /// A check has begun.
    pub fn begin(&self, check: &'static str) {
        lock(&self.open).insert(check, Open::default());
    }

    /// A check has so many more resources to judge.
    pub fn expect(&self, check: &'static str, more: u64) {
        self.known.fetch_add(more, Ordering::Relaxed);
        let mut open = lock(&self.open);
        let open = open.entry(check).or_default();
        open.listed = true;
        open.owed += more;
    }

    /// A check has judged one.
    pub fn judged(&self, check: &'static str) {
        self.done.fetch_add(1, Ordering::Relaxed);
        if let Some(open) = lock(&self.open).get_mut(check) {
            open.owed = open.owed.saturating_sub(1);
        }
    }

    /// A check has ended.
    pub fn end(&self, check: &'static str) {
        lock(&self.open).remove(check);
    }

    /// A call begins. It is under way until what this gives is dropped.
    pub fn asking(&self, service: &str, region: &str) -> Asking<'_> {
        let place = (service.to_owned(), region.to_owned());
        *lock(&self.places).entry(place.clone()).or_default() += 1;
        Asking { progress: self, place }
    }

    /// Something is waited for until what this gives is dropped.
    pub fn waits(&self, what: Waiting) -> Waits<'_> {
        *lock(&self.waits).entry(what.clone()).or_default() += 1;
        Waits { progress: self, what }
    }

    /// The counters now.
    pub fn look(&self) -> Look {
        let open = lock(&self.open).clone();
        let (regions, services) = self.places();
        Look {
            verdicts: Part { done: self.done.load(Ordering::Relaxed), known: self.known.load(Ordering::Relaxed) },
            regions,
            services,
            calls: self.calls.load(Ordering::Relaxed),
            waits: lock(&self.waits).keys().cloned().collect(),
            listed: open.values().all(|open| open.listed),
            open: open.iter().map(|(check, open)| (*check, open.owed)).collect(),
        }
    }

    /// Regions and services.
    fn places(&self) -> (Part, Part) {
        let places = lock(&self.places);
        let part = |of: fn(&(String, String)) -> &str| {
            let known: BTreeSet<_> = places.keys().map(of).collect();
            let busy: BTreeSet<_> =
                places.iter().filter(|(_, calls)| **calls > 0).map(|(place, _)| of(place)).collect();
            Part { done: (known.len() - busy.len()) as u64, known: known.len() as u64 }
        };
        (part(|(_, region)| region), part(|(service, _)| service))
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.progress.calls.fetch_add(1, Ordering::Relaxed);
        if let Some(calls) = lock(&self.progress.places).get_mut(&self.place) {
            *calls = calls.saturating_sub(1);
        }
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        let mut waits = lock(&self.progress.waits);
        if let Some(count) = waits.get_mut(&self.what) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                waits.remove(&self.what);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_done_while_nothing_is_under_way_there() {
        let progress = Progress::default();
        let one = progress.asking("s3", "eu-west-1");
        let other = progress.asking("ec2", "eu-west-1");
        drop(progress.asking("ec2", "us-east-1"));
        drop(other);
        let look = progress.look();
        assert_eq!((look.regions, look.services), (Part { done: 1, known: 2 }, Part { done: 1, known: 2 }));
        drop(one);
        let look = progress.look();
        assert_eq!(
            (look.regions, look.services, look.calls),
            (Part { done: 2, known: 2 }, Part { done: 2, known: 2 }, 3)
        );
    }

    #[test]
    fn what_is_to_be_judged_is_known_when_every_check_has_listed_it() {
        let progress = Progress::default();
        progress.begin("A");
        progress.begin("B");
        progress.expect("A", 2);
        progress.judged("A");
        let look = progress.look();
        assert_eq!((look.verdicts, look.listed), (Part { done: 1, known: 2 }, false));
        assert_eq!(look.open, [("A", 1), ("B", 0)]);
        progress.end("B");
        assert!(progress.look().listed);
    }

    #[test]
    fn what_is_waited_for_is_named_as_long_as_anybody_waits() {
        let progress = Progress::default();
        let s3 = || Waiting::Throttled("s3".to_owned());
        let (one, other) = (progress.waits(s3()), progress.waits(s3()));
        drop(one);
        assert_eq!(progress.look().waits, [s3()]);
        drop(other);
        assert_eq!(progress.look().waits, []);
    }
}
