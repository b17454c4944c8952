//! One file a check; `cargo xtask new-check` adds to this list.

mod access_key_stale;
mod admin_policy;
mod long_term_keys_for_workloads;
mod password_policy_weak;
mod privilege_escalation;
mod root_access_key;
mod root_without_mfa;
mod user_without_mfa;
