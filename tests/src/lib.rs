//! The harness of the end-to-end tests: emulators of AWS, seeds, a proxy that spoils answers, and the real binary.
//!
//! `cargo xtask test --only e2e` builds and installs what is needed and runs the tests. Each test file has one emulator
//! of each kind it uses; its tests take turns with it, and each begins with an empty account.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking, and the harness says there what it could not do"
)]

mod answers;
pub mod asc;
pub mod emulator;
pub mod http;
pub mod plan;
pub mod proxy;
pub mod seed;
mod terminal;
pub mod verdicts;
mod writes;

use std::path::{Path, PathBuf};

pub use asc::{Asc, Run};
pub use emulator::Emulator;
pub use proxy::{Act, Proxy};
pub use verdicts::Report;

/// The account that both emulators play.
pub const ACCOUNT: &str = "123456789012";

/// The workspace's root.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.parent().map_or_else(|| here.clone(), Path::to_path_buf)
}

/// A tool that `cargo xtask test` set up: named by an environment variable, or where it puts it under target/.
pub fn tool(variable: &str, under_target: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let path = std::env::var_os(variable).map_or_else(|| target.join(under_target), PathBuf::from);
    assert!(path.is_file(), "{} is missing; run `cargo xtask test --only e2e`, or set {variable}", path.display());
    path
}

/// The Python that has the emulators.
fn python() -> PathBuf {
    tool("ASC_TEST_PYTHON", "venv/bin/python")
}

/// The binary that is tested.
fn asc_binary() -> PathBuf {
    tool("ASC_TEST_BIN", "debug/asc")
}
