//! Cases that scan one account once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use super::Tools;
use super::case::Case;
use super::compare::{Difference, Report, Verdicts, expected};
use super::measure::{self, Taken, measured};
use super::page::{Page, Row};
use super::simulator::{Simulator, Stats, Steady, Truth, fire, truth};
use crate::workspace::{say, target};

/// The region that scans set out from.
const HOME: &str = "us-east-1";
/// What the simulator knows the verdicts of: the checklist, and who can make itself an administrator.
const CHECKS: &str = "asc,BASE-16";
/// How often production asks beside a scan, in calls a second.
const PRODUCTION: u32 = 20;

/// A scan that has ended.
pub(crate) struct Scanned {
    pub(crate) taken: Taken,
    pub(crate) report: Report,
}

/// A folder for the files of a case, empty.
pub(crate) fn folder(name: &str) -> Result<PathBuf> {
    let folder = target().join("bench").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("could not empty {}", folder.display()))?;
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    Ok(folder)
}

/// Scans what a simulator serves, JSON and SARIF written.
pub(crate) fn scan(tools: &Tools, url: &str, folder: &Path) -> Result<Scanned> {
    let (taken, json, log) = (folder.join("taken.json"), folder.join("report.json"), folder.join("messages.txt"));
    let mut command = measured(&tools.asc, &taken)?;
    command.args([
        "scan",
        "--no-progress",
        "--quiet",
        "--fail-on",
        "never",
        "--format",
        "json",
        "--check",
        CHECKS,
        "--output",
    ]);
    command.arg(folder.join("report.sarif")).args(&tools.scan).current_dir(folder);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_") || name.starts_with("ASC_")) {
        command.env_remove(name);
    }
    command.env("AWS_ENDPOINT_URL", url).env("AWS_REGION", HOME).env("AWS_EC2_METADATA_DISABLED", "true");
    command.env("AWS_ACCESS_KEY_ID", "AKIASIMULATED").env("AWS_SECRET_ACCESS_KEY", "simulated");
    // Whoever runs this has settings of their own, which are not to be measured.
    command.env("AWS_CONFIG_FILE", folder.join("none")).env("AWS_SHARED_CREDENTIALS_FILE", folder.join("none"));
    let file = |path: &Path| File::create(path).with_context(|| format!("could not make {}", path.display()));
    command.stdout(Stdio::from(file(&json)?)).stderr(Stdio::from(file(&log)?));
    let taken = measure::run(&mut command, &taken)?;
    if ![0, 3].contains(&taken.code) {
        bail!("asc ended with {}: {}", taken.code, std::fs::read_to_string(&log).unwrap_or_default());
    }
    Ok(Scanned { taken, report: Report::open(&json)? })
}

/// The least that must be asked, and why a scan cannot be faster.
struct Floor {
    chain: f64,
    rate: f64,
    bare: Option<f64>,
}

impl Floor {
    fn of(tools: &Tools, case: &Case, truth: &Truth, in_flight: u64) -> Result<Self> {
        // Under a limit the bare client would be refused; the limit says how long it would have to take.
        let bare = if case.limits.is_empty() { Some(fire(&tools.simulator, case, in_flight)?.seconds) } else { None };
        Ok(Self { chain: truth.chain_seconds(case.latency_ms), rate: truth.least_seconds, bare })
    }

    fn seconds(&self) -> f64 {
        self.chain.max(self.rate).max(self.bare.unwrap_or_default())
    }
}

/// One scan, next to the floor.
pub(crate) fn run(tools: &Tools, case: &Case, page: &mut Page) -> Result<()> {
    let (folder, truth) = (folder(case.name)?, truth(&tools.simulator, case)?);
    let simulator = Simulator::start(&tools.simulator, case, &[])?;
    let scanned = scan(tools, &simulator.url, &folder)?;
    let stats = simulator.stop()?;
    let difference = scanned.report.against(&expected(&tools.simulator, case)?);
    let floor = Floor::of(tools, case, &truth, stats.max_in_flight)?;
    tell_calls(&truth, &stats, page);
    page.row(row(case, &scanned, &stats, &truth, &floor));
    difference.must_be_none()?;
    Ok(())
}

fn row(case: &Case, scanned: &Scanned, stats: &Stats, truth: &Truth, floor: &Floor) -> Row {
    let (throttled, attempts) = scanned.report.throttled();
    Row {
        case: case.name.to_owned(),
        taken: scanned.taken,
        chain: floor.chain,
        rate: floor.rate,
        bare: floor.bare,
        floor: floor.seconds(),
        answered: stats.answered_by_operation().values().sum(),
        least: truth.least_calls,
        in_flight: stats.max_in_flight,
        throttled,
        attempts,
    }
}

/// Says which operations were called more often, or less, than they must be.
fn tell_calls(truth: &Truth, stats: &Stats, page: &mut Page) {
    let (least, answered) = (truth.least_by_operation(), stats.answered_by_operation());
    let names: BTreeSet<_> = least.keys().chain(answered.keys()).collect();
    for name in names {
        let of = |calls: &BTreeMap<String, u64>| calls.get(name).copied().unwrap_or_default();
        let (must, did) = (of(&least), of(&answered));
        if must != did {
            page.note(format!("{name}: {did} calls, {must} at least"));
        }
    }
}

/// A scan with a region that never answers: how much longer, and whether everything else is as it must be.
pub(crate) fn black_hole(tools: &Tools, case: &Case, page: &mut Page) -> Result<()> {
    let folder = folder(case.name)?;
    let (hole, expected) = (case.wire[case.wire.len() - 1], expected(&tools.simulator, case)?);
    let open = Case { wire: &case.wire[..case.wire.len() - 2], ..*case };
    let simulator = Simulator::start(&tools.simulator, &open, &[])?;
    let without = scan(tools, &simulator.url, &folder)?.taken.wall;
    simulator.stop()?;
    let simulator = Simulator::start(&tools.simulator, case, &[])?;
    let scanned = scan(tools, &simulator.url, &folder)?;
    let stats = simulator.stop()?;
    let elsewhere: Verdicts =
        expected.into_iter().filter(|((_, region, _), _)| region.as_deref() != Some(hole)).collect();
    let difference = scanned.report.against(&elsewhere);
    page.note(format!(
        "black-hole: {:.1} s with {hole} silent, {without:.1} s without; {} requests; {} verdicts right, {} unknown ({})",
        scanned.taken.wall, stats.requests, difference.right, difference.unknown, reasons(&difference)
    ));
    let lost = elsewhere.len() - difference.right.min(elsewhere.len());
    page.note(format!("black-hole: {lost} of {} verdicts elsewhere are not as they must be", elsewhere.len()));
    difference.must_be_unknown_at_most()
}

/// A scan beside which production goes on asking: how often production is refused.
pub(crate) fn beside(tools: &Tools, case: &Case, page: &mut Page) -> Result<()> {
    let folder = folder(case.name)?;
    let simulator = Simulator::start(&tools.simulator, case, &[])?;
    let steady = Steady::start(&tools.simulator, case, &simulator.address, PRODUCTION)?;
    let scanned = scan(tools, &simulator.url, &folder)?;
    let production = steady.stop()?;
    let stats = simulator.stop()?;
    let (throttled, attempts) = scanned.report.throttled();
    let asked = production.requests - production.throttled - production.failed;
    page.note(format!(
        "beside: the scan took {:.1} s, {throttled} of its {attempts} attempts were throttled ({} of all requests); production \
         got {asked} of {} requests through in {:.1} s",
        scanned.taken.wall, stats.throttled, production.requests, production.seconds
    ));
    scanned.report.against(&expected(&tools.simulator, case)?).must_be_none()
}

/// Why verdicts are unknown, in short.
pub(crate) fn reasons(difference: &Difference) -> String {
    let all = difference.reasons.iter().take(6).map(|(reason, count)| format!("{reason} ×{count}"));
    let text = all.collect::<Vec<_>>().join(", ");
    if text.is_empty() { "-".to_owned() } else { text }
}

/// Tells the person at the terminal how far it is.
pub(crate) fn progress(line: &str) {
    say(&format!("    {line}"));
}
