//! The call ledger: what was asked of AWS, how often, and how it went.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The calls of one operation in a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Calls {
    /// The service, such as `s3` or `s3control`.
    pub service: String,
    /// The operation, such as `GetBucketLogging`.
    pub operation: String,
    /// How often it was called; every page of a listing counts, a retry does not. A call to a
    /// region that has been given up counts as well, though nothing is sent there any more.
    pub count: u64,
    /// How many of those were denied in the end.
    pub denied: u64,
    /// How many attempts AWS answered with a throttling error.
    pub throttled: u64,
    /// How many further attempts were made after a failed one.
    pub retried: u64,
}

/// Counts calls while the scan runs.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<BTreeMap<(String, String), Calls>>);

impl Ledger {
    /// Adds one finished call.
    pub fn add(&self, service: &str, operation: &str, denied: bool, throttled: u64, retried: u64) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = calls.entry((service.to_owned(), operation.to_owned())).or_insert_with(|| Calls {
            service: service.to_owned(),
            operation: operation.to_owned(),
            ..Calls::default()
        });
        entry.count += 1;
        entry.denied += u64::from(denied);
        entry.throttled += throttled;
        entry.retried += retried;
    }

    /// Everything so far, by service and operation.
    pub fn calls(&self) -> Vec<Calls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}
