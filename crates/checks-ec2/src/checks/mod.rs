//! One file a check; `cargo xtask new-check` adds to this list.

mod admin_ports_open_to_world;
mod default_security_group_open;
mod instance_without_role;
mod key_pairs_unprotected;
mod not_encrypted;
mod security_groups_not_reviewed;
mod without_flow_logs;
