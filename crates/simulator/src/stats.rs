//! What was asked: counters that cost little, and their report.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

use crate::account::REGIONS;
use crate::call::OPERATIONS;

/// Counters of everything that comes in and goes out.
#[derive(Debug)]
pub struct Stats {
    calls: Vec<Counters>,
    requests: AtomicU64,
    unknown: AtomicU64,
    connections: AtomicU64,
    in_flight: AtomicU64,
    max_in_flight: AtomicU64,
    bytes: AtomicU64,
}

#[derive(Debug, Default)]
struct Counters {
    answered: AtomicU64,
    throttled: AtomicU64,
    faulted: AtomicU64,
    swallowed: AtomicU64,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was answered.
    Answered,
    /// It was told "slower".
    Throttled,
    /// It met a fault.
    Faulted,
    /// It went to a region that never answers.
    Swallowed,
}

/// The counters of one operation in one region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Calls {
    /// The service.
    pub service: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// The region.
    pub region: &'static str,
    /// Requests that were answered as AWS would.
    pub answered: u64,
    /// Requests that were told "slower".
    pub throttled: u64,
    /// Requests that met a fault.
    pub faulted: u64,
    /// Requests to a region that never answers.
    pub swallowed: u64,
}

/// All counters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Connections that were made.
    pub connections: u64,
    /// Requests that came.
    pub requests: u64,
    /// Requests that were not understood.
    pub unknown: u64,
    /// The most requests that were waiting for their answer at a time.
    pub max_in_flight: u64,
    /// Requests that were told "slower".
    pub throttled: u64,
    /// Requests that met a fault.
    pub faulted: u64,
    /// Bytes of all bodies that were sent.
    pub bytes: u64,
    /// By operation and region, those that were asked.
    pub calls: Vec<Calls>,
}

impl Default for Stats {
    fn default() -> Self {
        let calls = (0..OPERATIONS.len() * REGIONS.len()).map(|_| Counters::default()).collect();
        let [requests, unknown, connections, in_flight, max_in_flight, bytes] = [const { AtomicU64::new(0) }; 6];
        Self { calls, requests, unknown, connections, in_flight, max_in_flight, bytes }
    }
}

fn add(counter: &AtomicU64, more: u64) -> u64 {
    counter.fetch_add(more, Ordering::Relaxed) + more
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

/// A request that is waiting for its answer; dropped when it has it, or when its sender has gone.
pub(crate) struct Waiting<'a>(&'a Stats);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Stats {
    pub(crate) fn connected(&self) {
        add(&self.connections, 1);
    }

    pub(crate) fn came(&self) -> Waiting<'_> {
        add(&self.requests, 1);
        let now = add(&self.in_flight, 1);
        self.max_in_flight.fetch_max(now, Ordering::Relaxed);
        Waiting(self)
    }

    pub(crate) fn not_understood(&self) {
        add(&self.unknown, 1);
    }

    pub(crate) fn sent(&self, bytes: usize) {
        add(&self.bytes, bytes as u64);
    }

    pub(crate) fn ended(&self, operation: usize, region: usize, fate: Fate) {
        let counters = &self.calls[operation * REGIONS.len() + region];
        let counter = match fate {
            Fate::Answered => &counters.answered,
            Fate::Throttled => &counters.throttled,
            Fate::Faulted => &counters.faulted,
            Fate::Swallowed => &counters.swallowed,
        };
        add(counter, 1);
    }

    /// Everything so far.
    pub fn report(&self) -> Report {
        let all = self.calls.iter().enumerate().map(|(at, counters)| {
            let (service, operation) = OPERATIONS[at / REGIONS.len()];
            let region = REGIONS[at % REGIONS.len()];
            let Counters { answered, throttled, faulted, swallowed } = counters;
            let [answered, throttled, faulted, swallowed] = [answered, throttled, faulted, swallowed].map(read);
            Calls { service, operation, region, answered, throttled, faulted, swallowed }
        });
        let asked = |calls: &Calls| calls.answered + calls.throttled + calls.faulted + calls.swallowed > 0;
        let calls: Vec<_> = all.filter(asked).collect();
        Report {
            connections: read(&self.connections),
            requests: read(&self.requests),
            unknown: read(&self.unknown),
            max_in_flight: read(&self.max_in_flight),
            throttled: calls.iter().map(|calls| calls.throttled).sum(),
            faulted: calls.iter().map(|calls| calls.faulted).sum(),
            bytes: read(&self.bytes),
            calls,
        }
    }
}
