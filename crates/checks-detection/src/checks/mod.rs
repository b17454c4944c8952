//! One file a check; `cargo xtask new-check` adds to this list.

mod access_analyzer_off;
mod config_recorder_off;
mod detective_off;
mod guardduty_off;
mod inspector_off;
mod s3_encryption_guardrail_missing;
mod security_changes_not_alerted;
mod securityhub_off;
