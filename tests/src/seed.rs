//! Seeds: Python scripts that fill an emulator's account.

use std::process::{Command, Output};

use crate::emulator::Emulator;
use crate::{python, root};

/// The access key of whoever owns the account.
pub const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
/// Its secret.
pub const SECRET: &str = "wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY";

/// Runs `tests/seed/<words[0]>.py` with the other words as arguments and returns what it printed.
pub fn seed(emulator: &Emulator, words: &str) -> String {
    let mut words = words.split_whitespace();
    let name = words.next().unwrap_or_default();
    let script = root().join(format!("tests/seed/{name}.py"));
    let output: Output = Command::new(python())
        .arg(&script)
        .args(words)
        .env_clear()
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("AWS_ENDPOINT_URL", emulator.url())
        .env("AWS_ACCESS_KEY_ID", KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .output()
        .expect("Python could not be started");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} failed:\n{said}\n{}", script.display(), emulator.log());
    String::from_utf8_lossy(&output.stdout).into_owned()
}
