//! A running AWS emulator.

use std::fs;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;

use crate::{http, python, root};

/// How long an emulator may take to listen, on a machine that is busy with something else.
const PATIENCE: Duration = Duration::from_mins(2);

/// The two emulators; each does something that the other does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// moto.
    Moto,
    /// moto, with the policies that AWS manages.
    MotoWithPolicies,
    /// moto, and before it what answers that moto has not.
    MotoWithStandIn,
    /// ministack.
    Ministack,
}

/// An emulator on a free port of 127.0.0.1.
#[derive(Debug)]
pub struct Emulator {
    kind: Kind,
    port: u16,
    child: Child,
    log: NamedTempFile,
}

/// The turn with moto: one test at a time, each with an empty account that asks for no permission.
pub fn moto() -> MutexGuard<'static, Emulator> {
    static MOTO: OnceLock<Mutex<Emulator>> = OnceLock::new();
    turn(&MOTO, Kind::Moto)
}

/// The turn with a moto that has the policies that AWS manages, `AdministratorAccess` and all: one test at a time.
pub fn moto_with_policies() -> MutexGuard<'static, Emulator> {
    static MOTO: OnceLock<Mutex<Emulator>> = OnceLock::new();
    turn(&MOTO, Kind::MotoWithPolicies)
}

/// The turn with a moto before which the rest stands: analyzers, behaviour graphs, standards, deliveries of AWS Config.
pub fn moto_with_stand_in() -> MutexGuard<'static, Emulator> {
    static MOTO: OnceLock<Mutex<Emulator>> = OnceLock::new();
    turn(&MOTO, Kind::MotoWithStandIn)
}

/// The turn with ministack: one test at a time, each with an empty account.
pub fn ministack() -> MutexGuard<'static, Emulator> {
    static MINISTACK: OnceLock<Mutex<Emulator>> = OnceLock::new();
    turn(&MINISTACK, Kind::Ministack)
}

fn turn(emulator: &'static OnceLock<Mutex<Emulator>>, kind: Kind) -> MutexGuard<'static, Emulator> {
    // A test that failed during its turn leaves nothing behind that the reset does not remove.
    let turn =
        emulator.get_or_init(|| Mutex::new(Emulator::start(kind))).lock().unwrap_or_else(PoisonError::into_inner);
    turn.reset();
    turn
}

impl Emulator {
    /// Starts one and waits until it answers.
    pub fn start(kind: Kind) -> Self {
        // Somebody else may take the port between its being found free and the emulator's taking it.
        for _ in 0..3 {
            if let Some(emulator) = Self::try_start(kind) {
                return emulator;
            }
        }
        panic!("{kind:?} found no port to listen on");
    }

    fn try_start(kind: Kind) -> Option<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr()).expect("a free port").port();
        let log = NamedTempFile::new().expect("a file for the log");
        let handle = || log.reopen().expect("the log's file");
        let (name, options) = match kind {
            Kind::Moto => ("moto", [].as_slice()),
            Kind::MotoWithPolicies => ("moto", ["policies"].as_slice()),
            Kind::MotoWithStandIn => ("moto", ["stand-in"].as_slice()),
            Kind::Ministack => ("ministack", [].as_slice()),
        };
        let mut command = Command::new(python());
        command
            .arg(root().join("tests/emulator.py"))
            .args([name, &port.to_string()])
            .args(options)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            // What keeps the emulator alive: it ends when the other end closes, which this process's end does too.
            .stdin(Stdio::piped())
            .stdout(handle())
            .stderr(handle());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = command.spawn().expect("Python could not be started");
        let mut emulator = Self { kind, port, child, log };
        let begun = Instant::now();
        while !emulator.answers() {
            if emulator.child.try_wait().expect("the emulator's state").is_some() {
                let log = emulator.log();
                assert!(log.contains("in use"), "{kind:?} ended before it answered:\n{log}");
                return None;
            }
            assert!(begun.elapsed() < PATIENCE, "{kind:?} does not answer:\n{}", emulator.log());
            sleep(Duration::from_millis(50));
        }
        Some(emulator)
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log.path()).unwrap_or_default()
    }

    fn answers(&self) -> bool {
        match self.kind {
            Kind::Moto | Kind::MotoWithPolicies | Kind::MotoWithStandIn => http::post(self.port, "/moto-api/reset", ""),
            Kind::Ministack => http::post(self.port, "/_ministack/reset", ""),
        }
    }

    /// Empties the account.
    pub fn reset(&self) {
        if self.kind != Kind::Ministack {
            self.ask_for_permission(false);
        }
        assert!(self.answers(), "{:?} could not be reset:\n{}", self.kind, self.log());
    }

    /// Has moto check signatures and IAM policies from now on, or no longer.
    pub fn ask_for_permission(&self, ask: bool) {
        let unchecked = if ask { "0" } else { "inf" };
        assert!(http::post(self.port, "/moto-api/reset-auth", unchecked), "moto:\n{}", self.log());
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // Closing its standard input ends the emulator and all that it started; a failure has nobody to be told to.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
