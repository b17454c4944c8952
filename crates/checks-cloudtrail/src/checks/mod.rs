//! One file a check; `cargo xtask new-check` adds to this list.

mod bucket_public;
mod not_enabled;
