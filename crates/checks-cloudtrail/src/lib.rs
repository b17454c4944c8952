//! Checks over AWS CloudTrail.

mod checks;
pub mod coverage;
pub mod model;
