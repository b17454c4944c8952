//! Checks over AWS Identity and Access Management.

mod checks;
pub mod escalation;
pub mod holding;
pub mod model;
