//! Checks over billing: cost and usage reports, and data exports.

mod checks;
pub mod model;
