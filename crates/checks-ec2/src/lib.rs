//! Checks over Amazon EC2, its volumes and its networks.

mod checks;
pub mod flow;
pub mod model;
mod regions;
