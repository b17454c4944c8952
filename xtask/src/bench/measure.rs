//! What a process takes: wall time, CPU, memory.
//!
//! The system tells what all children of a process took together, so each is run under a process of its own: this
//! program again, which runs nothing else.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

/// What a process took.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Taken {
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// Seconds of CPU, its own and the system's on its behalf.
    pub(crate) cpu: f64,
    /// The most memory it held, in bytes.
    pub(crate) peak: u64,
    /// Its exit code.
    pub(crate) code: i32,
}

/// A process to be measured, under whatever environment and outputs the caller gives it; what it took is written into
/// the file.
pub(crate) fn measured(program: &Path, taken: &Path) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe().context("could not find this program itself")?);
    command.arg("measured").arg(taken).arg(program);
    Ok(command)
}

/// Runs a command that [`measured`] made, and says what it took.
pub(crate) fn run(command: &mut Command, taken: &Path) -> Result<Taken> {
    let status = command.status().context("could not start the process to be measured")?;
    if !status.success() {
        bail!("the process could not be measured ({status})");
    }
    let text = std::fs::read(taken).with_context(|| format!("could not read {}", taken.display()))?;
    serde_json::from_slice(&text).context("what was measured could not be read")
}

/// The other side of it: runs a program as the only child and writes down what it took.
pub(crate) fn run_measured(arguments: &[&str]) -> Result<()> {
    let [file, program, arguments @ ..] = arguments else { bail!("measured takes FILE PROGRAM ARGUMENT...") };
    let file = PathBuf::from(file);
    let began = Instant::now();
    let status = Command::new(program)
        .args(arguments.iter().map(OsStr::new))
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("could not start {program}"))?;
    let wall = began.elapsed().as_secs_f64();
    let (cpu, peak) = of_children()?;
    let taken = Taken { wall, cpu, peak, code: status.code().unwrap_or(-1) };
    std::fs::write(&file, serde_json::to_vec(&taken)?).with_context(|| format!("could not write {}", file.display()))
}

/// CPU seconds and peak memory of the children that have ended.
#[cfg(unix)]
fn of_children() -> Result<(f64, u64)> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;

    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).context("the system does not tell what the process took")?;
    let micros = (usage.user_time() + usage.system_time()).num_microseconds();
    let cpu = std::time::Duration::from_micros(u64::try_from(micros).unwrap_or_default()).as_secs_f64();
    // Linux counts in kilobytes, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    Ok((cpu, u64::try_from(usage.max_rss()).unwrap_or_default() * unit))
}

#[cfg(not(unix))]
fn of_children() -> Result<(f64, u64)> {
    Ok((0.0, 0))
}
