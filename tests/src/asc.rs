//! Runs the real binary in an environment that holds nothing but what the test gives it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::asc_binary;
use crate::seed::{KEY, SECRET};
use crate::verdicts::Report;

/// No scan of an emulated account takes this long; one that does hangs.
const PATIENCE: Duration = Duration::from_mins(2);

/// The variable that says which checks to run where no option does.
const SELECTION: &str = "ASC_CHECK";
/// The variable that says which not to run.
const EXCLUSION: &str = "ASC_EXCLUDE";

/// A call of `asc`, in a directory of its own.
#[derive(Debug)]
pub struct Asc {
    directory: TempDir,
    home: TempDir,
    environment: Vec<(String, String)>,
}

/// What came of a call.
#[derive(Debug)]
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// Standard output, which was redirected into a file.
    pub stdout: String,
    /// Standard error, which was too.
    pub stderr: String,
    command: String,
}

impl Default for Asc {
    fn default() -> Self {
        Self::new()
    }
}

impl Asc {
    /// Without credentials, and without anywhere to get them from.
    pub fn new() -> Self {
        let directory = || TempDir::new().expect("a directory");
        let asc = Self { directory: directory(), home: directory(), environment: Vec::new() };
        asc.env("TZ", "UTC").env("LANG", "C.UTF-8").env(SELECTION, "s3,cloudtrail").env(EXCLUSION, "base")
    }

    /// Running the baseline's checks as well; else they are left out, since an account for one test has no baseline.
    #[must_use]
    pub fn with_baseline(mut self) -> Self {
        self.environment.retain(|(known, _)| known != EXCLUSION);
        self
    }

    /// Running all checks, where the words name none. Else it is those of S3 and CloudTrail: most tests are about how
    /// answers become a report, and the other services would only add calls and what an emulator lacks.
    #[must_use]
    pub fn everything(mut self) -> Self {
        self.environment.retain(|(known, _)| known != SELECTION);
        self
    }

    /// As the owner of the account behind an endpoint.
    pub fn at(url: &str) -> Self {
        Self::new()
            .env("AWS_ENDPOINT_URL", url)
            .env("AWS_ACCESS_KEY_ID", KEY)
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            .env("AWS_REGION", "us-east-1")
    }

    /// With an environment variable, over one of the same name.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a file in the directory it is called in.
    #[must_use]
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        fs::write(self.path(name), content).expect("the file could not be written");
        self
    }

    /// With a text on standard input, which is empty otherwise.
    #[must_use]
    pub fn input(self, text: &str) -> Self {
        fs::write(self.home.path().join("stdin"), text).expect("the input could not be written");
        self
    }

    /// A path in the directory it is called in.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// What a file in that directory holds.
    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The names of the files in that directory.
    pub fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.directory.path()).expect("the directory");
        let mut names: Vec<_> =
            entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned())).collect();
        names.sort();
        names
    }

    /// Calls it with words that are separated by spaces, and checks the exit code.
    pub fn exits(&self, code: i32, words: &str) -> Run {
        let run = self.run(words);
        assert_eq!(run.code, code, "the exit code of {run}");
        run
    }

    /// Scans and returns the JSON report, whatever the exit code says about it.
    pub fn scan(&self, words: &str) -> Report {
        self.run(&format!("scan -f json --no-progress {words}")).report()
    }

    /// Calls it with words that are separated by spaces.
    pub fn run(&self, words: &str) -> Run {
        self.start(words).end()
    }

    /// Calls it with words that may hold spaces themselves.
    pub fn call(&self, words: &[&str]) -> Run {
        self.start_with(words).end()
    }

    /// Starts it with words that are separated by spaces.
    pub fn start(&self, words: &str) -> Running<'_> {
        self.start_with(&words.split_whitespace().collect::<Vec<_>>())
    }

    fn start_with(&self, words: &[&str]) -> Running<'_> {
        let create = |name| Stdio::from(File::create(self.home.path().join(name)).expect("a file for the output"));
        let child = self
            .command(&asc_binary())
            .args(words)
            .stdin(File::open(self.home.path().join("stdin")).map_or_else(|_| Stdio::null(), Stdio::from))
            .stdout(create("stdout"))
            .stderr(create("stderr"))
            .spawn()
            .expect("asc could not be started");
        Running { child, home: self.home.path(), command: format!("asc {}", words.join(" ")) }
    }

    /// A program in its directory and environment.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.directory.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home.path())
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A call that has not ended.
#[derive(Debug)]
pub struct Running<'a> {
    child: Child,
    home: &'a Path,
    command: String,
}

impl Running<'_> {
    /// Waits for it to end.
    pub fn end(mut self) -> Run {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("the state of asc") {
                break Some(status);
            }
            if begun.elapsed() > PATIENCE {
                // It may have ended just now, in which case there is nothing to kill.
                let _ = self.child.kill();
                let _ = self.child.wait();
                break None;
            }
            sleep(Duration::from_millis(5));
        };
        let text = |name| String::from_utf8_lossy(&fs::read(self.home.join(name)).unwrap_or_default()).into_owned();
        let run = Run {
            code: status.and_then(|status| status.code()).unwrap_or(-1),
            stdout: text("stdout"),
            stderr: text("stderr"),
            command: self.command,
        };
        assert!(status.is_some(), "no end within {PATIENCE:?}: {run}");
        run
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("the state of asc").is_some()
    }

    /// Presses Ctrl-C.
    pub fn interrupt(&self) {
        self.signal("INT");
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        assert!(self.try_signal(name), "{} could not be sent SIG{name}", self.command);
    }

    /// Sends a signal by its name, unless it has ended by now; whether it was sent.
    pub fn try_signal(&self, name: &str) -> bool {
        let command = format!("kill -{name} {} 2>/dev/null", self.child.id());
        Command::new("sh").arg("-c").arg(command).status().is_ok_and(|status| status.success())
    }
}

impl Run {
    pub(crate) fn of(code: i32, stdout: String, stderr: String, words: &str) -> Self {
        Self { code, stdout, stderr, command: format!("asc {words}") }
    }

    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("no JSON ({error}) from {self}"))
    }

    /// Standard output as a JSON report.
    pub fn report(&self) -> Report {
        Report(self.json())
    }

    /// Checks that standard error says something, in any case of letters.
    #[must_use]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stderr.to_lowercase().contains(&text.to_lowercase()), "`{text}` is not said by {self}");
        self
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { code, stdout, stderr, command } = self;
        let start: String = stdout.chars().take(2000).collect();
        write!(f, "`{command}`, which exited {code}\n--- stderr:\n{stderr}\n--- stdout begins:\n{start}\n---")
    }
}
