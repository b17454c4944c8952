//! One file a check; `cargo xtask new-check` adds to this list.

mod admin_policy;
mod long_term_keys_for_workloads;
mod privilege_escalation;
mod root_access_key;
