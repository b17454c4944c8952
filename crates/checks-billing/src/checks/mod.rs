//! One file a check; `cargo xtask new-check` adds to this list.

mod not_reviewed;
mod report_bucket_public;
