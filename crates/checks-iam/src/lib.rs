//! Checks over AWS Identity and Access Management.

mod checks;
pub mod holding;
pub mod model;
