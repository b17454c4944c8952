//! `cargo xtask demo`: makes the account that `asc demo` shows, by scanning an emulator that was seeded with it.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::tools;
use crate::workspace::{asc, cargo, root, say, succeed};

const PATIENCE: Duration = Duration::from_mins(1);

/// Seeds an emulator, scans it with the binary of this workspace, and keeps the recording in the repository.
pub(crate) fn run() -> Result<()> {
    let python = tools::python()?;
    succeed(&mut cargo(&["build", "--locked", "-p", "asc-cli"]))?;
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let _emulator = Emulator::start(&python, port)?;
    let url = format!("http://127.0.0.1:{port}");

    say("==> seeding");
    let seed = root().join("tests/seed/demo.py");
    succeed(with_account(Command::new(&python).arg(seed).env("PYTHONDONTWRITEBYTECODE", "1"), &url))?;

    say("==> scanning");
    let recording = root().join("crates/cli/demo/account.ascrec");
    if let Some(directory) = recording.parent() {
        fs::create_dir_all(directory).with_context(|| format!("could not make {}", directory.display()))?;
    }
    // Away from the repository, whose own asc.toml would otherwise have a say in the recording.
    let elsewhere = std::env::temp_dir();
    let mut scan = Command::new(asc());
    scan.args(["scan", "--no-progress", "--fail-on", "never", "-f", "table", "--record"])
        .arg(&recording)
        .current_dir(elsewhere);
    let status = with_account(&mut scan, &url).status().context("could not start asc")?;
    // 3 says that some verdict is unknown, which an emulator that lacks an API can cause; all else is a failed scan.
    if !matches!(status.code(), Some(0 | 3)) {
        bail!("the scan failed ({status})");
    }
    say(&format!("==> wrote {}", recording.display()));
    Ok(())
}

/// Gives a command the emulator's account and nothing of the account of whoever runs the chore.
fn with_account<'a>(command: &'a mut Command, url: &str) -> &'a mut Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") || name.to_string_lossy().starts_with("ASC_") {
            command.env_remove(name);
        }
    }
    command
        .env("AWS_ENDPOINT_URL", url)
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "demo")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
}

/// A running moto, ended when it is dropped.
struct Emulator(Child);

impl Emulator {
    fn start(python: &Path, port: u16) -> Result<Self> {
        say("==> starting moto");
        let wrapper = root().join("tests/emulator.py");
        let mut command = Command::new(python);
        command.arg(wrapper).args(["moto", &port.to_string()]);
        // The wrapper ends the emulator when its standard input closes, also when this process is killed.
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().context("could not start moto")?;
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Some(status) = child.try_wait()? {
                bail!("moto ended before it listened ({status})");
            }
            if begun.elapsed() > PATIENCE {
                bail!("moto did not listen within {} seconds", PATIENCE.as_secs());
            }
            sleep(Duration::from_millis(100));
        }
        Ok(Self(child))
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // Nobody is left to hear of a failure here, and the closed standard input ends the emulator anyway.
        drop(self.0.stdin.take());
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
