//! What the engine answers, held against requests that are evaluated one by one.
//!
//! The evaluator (`evaluate`, `conditions`, `texts`) is written from AWS's documentation and shares nothing with what
//! decides in the crate but the parsed document. Each property runs `ASC_CASES` generated cases.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod account;
mod conditions;
mod evaluate;
mod generate;
mod properties;
mod request;
mod run;
mod texts;
mod truth;
mod universe;
