//! `cargo xtask docs`: writes again what is made from the code: the pages about the checks from what they declare, and
//! what the policy engine says of AWS's own examples.

use anyhow::Result;

use crate::workspace::{cargo, succeed};

/// The tests that compare the pages with the code write them when they are asked to.
pub(crate) fn run() -> Result<()> {
    succeed(cargo(&["test", "-p", "asc-policy", "--test", "documented"]).env("ASC_BLESS", "1"))?;
    succeed(cargo(&["test", "-p", "asc-cli", "--test", "docs"]).env("ASC_BLESS", "1"))
}
