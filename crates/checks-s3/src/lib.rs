//! Checks over Amazon S3, and what other families need to know of buckets.

mod checks;
pub mod exposure;
pub mod merge;
pub mod model;
pub mod remedy;
