//! The simulator, as a process of its own.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::case::Case;
use crate::workspace::read;

/// A simulator that is serving. It ends when its standard input is closed, so also when this program dies.
pub(crate) struct Simulator {
    process: Child,
    output: BufReader<ChildStdout>,
    pub(crate) url: String,
    pub(crate) address: String,
}

/// What was asked of a simulator.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Stats {
    pub(crate) requests: u64,
    pub(crate) unknown: u64,
    pub(crate) max_in_flight: u64,
    pub(crate) throttled: u64,
    pub(crate) calls: Vec<Asked>,
}

/// What was asked of one operation in one region.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Asked {
    pub(crate) service: String,
    pub(crate) operation: String,
    pub(crate) answered: u64,
}

/// What is true of an account.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Truth {
    pub(crate) least_calls: u64,
    pub(crate) least_seconds: f64,
    least: Vec<Least>,
    chains: Vec<Chain>,
}

#[derive(Clone, Debug, Deserialize)]
struct Least {
    service: String,
    operation: String,
    count: u64,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Chain {
    calls: f64,
    pause_s: f64,
}

/// What became of the requests of a client of the simulator's own.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Sent {
    pub(crate) requests: u64,
    pub(crate) throttled: u64,
    pub(crate) failed: u64,
    pub(crate) seconds: f64,
}

impl Truth {
    /// How long the longest chain of dependent calls takes, in seconds.
    pub(crate) fn chain_seconds(&self, latency_ms: f64) -> f64 {
        let seconds = self.chains.iter().map(|chain| chain.calls * latency_ms / 1_000.0 + chain.pause_s);
        seconds.fold(0.0, f64::max)
    }

    /// The calls of each operation.
    pub(crate) fn least_by_operation(&self) -> BTreeMap<String, u64> {
        let mut least = BTreeMap::new();
        for Least { service, operation, count } in &self.least {
            *least.entry(format!("{service}:{operation}")).or_default() += count;
        }
        least
    }
}

impl Stats {
    /// The calls of each operation that were answered.
    pub(crate) fn answered_by_operation(&self) -> BTreeMap<String, u64> {
        let mut answered = BTreeMap::new();
        for Asked { service, operation, answered: count } in &self.calls {
            *answered.entry(format!("{service}:{operation}")).or_default() += count;
        }
        answered
    }
}

impl Simulator {
    /// Starts one for a case, with further options.
    pub(crate) fn start(program: &Path, case: &Case, more: &[String]) -> Result<Self> {
        let mut process = Command::new(program)
            .arg("serve")
            .args(case.shape)
            .args(case.limits)
            .args(case.wire)
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not start {}", program.display()))?;
        let output = process.stdout.take().context("the simulator has no output")?;
        let (mut output, mut line) = (BufReader::new(output), String::new());
        output.read_line(&mut line).context("the simulator does not say where it listens")?;
        let said: serde_json::Value =
            serde_json::from_str(&line).context("the simulator does not say where it listens")?;
        let url = said["url"].as_str().context("the simulator tells no URL")?.to_owned();
        let address = url.trim_start_matches("http://").to_owned();
        Ok(Self { process, output, url, address })
    }

    /// Ends it; says what was asked of it.
    pub(crate) fn stop(mut self) -> Result<Stats> {
        drop(self.process.stdin.take());
        let mut text = String::new();
        self.output.read_to_string(&mut text).context("the simulator's counters could not be read")?;
        let ended = self.process.wait().context("the simulator cannot be waited for")?;
        if !ended.success() {
            bail!("the simulator failed ({ended})");
        }
        let stats: Stats = serde_json::from_str(&text).context("the simulator's counters could not be read")?;
        if stats.unknown > 0 {
            bail!("{} requests are not simulated: a check asks for something new", stats.unknown);
        }
        Ok(stats)
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It ends by itself; this only keeps it from becoming a zombie. There is nobody to tell of a failure.
        let _ = self.process.wait();
    }
}

/// What is true of a case's account.
pub(crate) fn truth(program: &Path, case: &Case) -> Result<Truth> {
    let text = read(Command::new(program).arg("oracle").args(case.shape).args(case.limits))?;
    serde_json::from_str(&text).context("what the simulator says of the account could not be read")
}

/// Sends a case's least requests as fast as answers come.
pub(crate) fn fire(program: &Path, case: &Case, connections: u64) -> Result<Sent> {
    let simulator = Simulator::start(program, case, &[])?;
    let (address, connections) = (simulator.address.clone(), connections.to_string());
    let arguments = ["--address", &address, "--connections", &connections];
    let sent: Sent = serde_json::from_str(&read(Command::new(program).arg("fire").args(case.shape).args(arguments))?)?;
    simulator.stop()?;
    if sent.failed + sent.throttled > 0 {
        bail!("the bare client met {} failures and {} throttles", sent.failed, sent.throttled);
    }
    Ok(sent)
}

/// A client that asks at a fixed rate until it is stopped.
pub(crate) struct Steady(Child);

impl Steady {
    pub(crate) fn start(program: &Path, case: &Case, address: &str, rate: u32) -> Result<Self> {
        let arguments = ["--address", address, "--rate", &rate.to_string()];
        let mut command = Command::new(program);
        command.arg("steady").args(case.shape).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        Ok(Self(command.spawn().context("could not start the client beside the scan")?))
    }

    pub(crate) fn stop(mut self) -> Result<Sent> {
        drop(self.0.stdin.take());
        let output = self.0.wait_with_output().context("the client beside the scan cannot be waited for")?;
        serde_json::from_slice(&output.stdout).context("what the client beside the scan says could not be read")
    }
}
