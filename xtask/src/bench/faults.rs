//! Many scans of one account, each with other faults: no verdict may change, but to `unknown`.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, bail};

use super::Tools;
use super::case::Case;
use super::compare::{Verdicts, expected};
use super::page::Page;
use super::scan::{folder, progress, scan};
use super::simulator::Simulator;

const SEEDS: u64 = 200;
const SEEDS_QUICK: u64 = 3;
/// Scans side by side: they mostly wait for sockets that have stalled, but not so many that they starve one another.
const AT_ONCE: u64 = 8;

/// What became of all scans together.
#[derive(Debug, Default)]
struct Sum {
    runs: u64,
    right: usize,
    unknown: usize,
    complete: u64,
    longest: f64,
    reasons: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

pub(crate) fn run(tools: &Tools, case: &Case, page: &mut Page) -> Result<()> {
    let seeds = if tools.quick { SEEDS_QUICK } else { SEEDS };
    let expected = expected(&tools.simulator, case)?;
    let (next, sum) = (AtomicU64::new(1), Mutex::new(Sum::default()));
    let work = || -> Result<()> {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed > seeds {
                return Ok(());
            }
            one(tools, case, seed, &expected, &sum)?;
        }
    };
    std::thread::scope(|scope| -> Result<()> {
        let workers: Vec<_> = (0..AT_ONCE.min(seeds)).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            match worker.join() {
                Ok(done) => done?,
                Err(_) => bail!("a worker crashed"),
            }
        }
        Ok(())
    })?;
    let sum = sum.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    page.note(format!(
        "faults: {} scans, {} of them complete, the longest {:.1} s; {} verdicts right, {} unknown, {} wrong",
        sum.runs,
        sum.complete,
        sum.longest,
        sum.right,
        sum.unknown,
        sum.wrong.len()
    ));
    let mut reasons: Vec<_> = sum.reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (reason, count) in reasons.iter().take(8) {
        page.note(format!("faults: unknown by {reason}: {count}"));
    }
    if !sum.wrong.is_empty() {
        let some = sum.wrong[..sum.wrong.len().min(12)].join("\n  ");
        bail!("{} verdicts are wrong:\n  {some}", sum.wrong.len());
    }
    Ok(())
}

fn one(tools: &Tools, case: &Case, seed: u64, expected: &Verdicts, sum: &Mutex<Sum>) -> Result<()> {
    let folder = folder(&format!("{}/{seed}", case.name))?;
    let simulator = Simulator::start(&tools.simulator, case, &["--fault-seed".to_owned(), seed.to_string()])?;
    let scanned = match scan(tools, &simulator.url, &folder) {
        Ok(scanned) => scanned,
        Err(error) => {
            progress(&format!("seed {seed}: {error:#}"));
            return Err(error.context(format!("seed {seed}")));
        }
    };
    simulator.stop()?;
    let difference = scanned.report.against(expected);
    let mut sum = sum.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    sum.runs += 1;
    sum.right += difference.right;
    sum.unknown += difference.unknown;
    sum.complete += u64::from(difference.unknown == 0);
    sum.longest = sum.longest.max(scanned.taken.wall);
    for (reason, count) in difference.reasons {
        *sum.reasons.entry(reason).or_default() += count;
    }
    sum.wrong.extend(difference.wrong.into_iter().map(|wrong| format!("seed {seed}: {wrong}")));
    if sum.runs.is_multiple_of(20) {
        progress(&format!("{} scans", sum.runs));
    }
    // What went wrong can be looked at; what went right need not be kept.
    if sum.wrong.is_empty() {
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(())
}
