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

/// How the emulator differs from that of the tests: a policy of AWS's own, fewer regions, and a past.
const MOTO: &[(&str, &str)] = &[
    ("EMULATOR_AWS_POLICIES", "AdministratorAccess"),
    ("EMULATOR_REGIONS", "ap-northeast-1 ap-northeast-3 eu-west-1 us-east-1 us-west-2"),
    ("EMULATOR_FIRST_KEYS_DAYS", "417"),
];
/// The bucket that `tests/seed/demo.py` made for the bills.
const BILLS: &str = "hinode-cost-reports";

/// Seeds an emulator, scans it with the binary of this workspace, and keeps the recording in the repository.
pub(crate) fn run() -> Result<()> {
    let python = tools::python()?;
    succeed(&mut cargo(&["build", "--locked", "-p", "asc-cli"]))?;
    say("==> starting moto, and a stand-in for what it has not, such as cost reports");
    let moto = Server::start(&python, "tests/emulator.py", |port| vec!["moto".to_owned(), port], MOTO)?;
    let before = |port| vec![port, moto.url(), BILLS.to_owned()];
    let stand_in = Server::start(&python, "tests/seed/stand_in.py", before, &[])?;
    let url = stand_in.url();

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
    // An unknown verdict (3) would show a lack of the emulator, not of the account.
    let status = with_account(&mut scan, &url).status().context("could not start asc")?;
    if !status.success() {
        bail!("the scan failed, or is incomplete ({status})");
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

/// A server written in Python on a free port of 127.0.0.1, ended when it is dropped.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    /// Starts a script with the arguments that `arguments` makes of the port, and waits until it listens.
    fn start(
        python: &Path,
        script: &str,
        arguments: impl FnOnce(String) -> Vec<String>,
        environment: &[(&str, &str)],
    ) -> Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut command = Command::new(python);
        command.arg(root().join(script)).args(arguments(port.to_string()));
        command.env("PYTHONDONTWRITEBYTECODE", "1").envs(environment.iter().copied());
        // The scripts end when their standard input closes, also when this process is killed.
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().with_context(|| format!("could not start {script}"))?;
        let mut server = Self { child, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Some(status) = server.child.try_wait()? {
                bail!("{script} ended before it listened ({status})");
            }
            if begun.elapsed() > PATIENCE {
                bail!("{script} did not listen within {} seconds", PATIENCE.as_secs());
            }
            sleep(Duration::from_millis(100));
        }
        Ok(server)
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nobody is left to hear of a failure here, and the closed standard input ends the script anyway.
        drop(self.child.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
