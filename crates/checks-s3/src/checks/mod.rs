//! One file a check; `cargo xtask new-check` adds to this list.

mod account_public_access_block_off;
mod allows_plain_http;
mod public;
mod versioning_lifecycle_not_reviewed;
mod without_access_logging;
mod without_default_encryption;
