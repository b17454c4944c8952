//! The vocabulary and the engine of `asc`.
//!
//! A *check* asks the scan's context for *facts* (things AWS can be asked, each asked once), and turns them into
//! *verdicts* on resources; the engine turns verdicts into *findings* and counts what was covered. This crate knows
//! no AWS SDK, no command line, no output format: a third party's check crate needs it and `asc-aws` alone.

pub mod attestation;
pub mod census;
pub mod check;
pub mod clock;
pub mod config;
pub mod context;
pub mod engine;
pub mod evidence;
pub mod fact;
pub mod fix;
pub mod ledger;
pub mod progress;
pub mod registry;
pub mod report;
pub mod resource;
#[cfg(test)]
mod samples;
pub mod select;
pub mod severity;
pub mod source;
pub mod stop;
pub mod text;
pub mod verdict;

pub use async_trait::async_trait;
#[doc(hidden)]
pub use inventory;
pub use serde_json;

pub use check::{AccountCheck, Check, Declaration, Declared, Kind, Listing, ResourceCheck, Standard};
pub use context::{Account, Cx};
pub use fact::{Fact, Operation, Per, Reads};
pub use resource::Resource;
pub use severity::Severity;
pub use text::{Lang, Text};
pub use verdict::{Class, Status, Unread, Verdict};

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
