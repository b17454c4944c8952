//! `cargo xtask docs`: writes the pages about the checks again from what the checks declare.

use anyhow::Result;

use crate::workspace::{cargo, succeed};

/// The test that compares the pages with the declarations writes them when it is asked to.
pub(crate) fn run() -> Result<()> {
    succeed(cargo(&["test", "-p", "asc-cli", "--test", "docs"]).env("ASC_BLESS", "1"))
}
