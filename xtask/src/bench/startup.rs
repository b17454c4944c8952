//! How long the program takes to say something that needs no account.

use std::process::Stdio;

use anyhow::Result;

use super::Tools;
use super::measure::{Taken, measured, run as run_once};
use super::page::Page;
use super::scan::folder;

const TIMES: usize = 21;

pub(crate) fn run(tools: &Tools, page: &mut Page) -> Result<()> {
    let folder = folder("startup")?;
    for arguments in [&["--version"][..], &["checks"], &["demo", "--no-progress"]] {
        let mut all = Vec::new();
        for _ in 0..TIMES {
            let file = folder.join("taken.json");
            let mut command = measured(&tools.asc, &file)?;
            command.args(arguments).current_dir(&folder).stdout(Stdio::null()).stderr(Stdio::null());
            all.push(run_once(&mut command, &file)?);
        }
        all.sort_by(|a, b| a.wall.total_cmp(&b.wall));
        let Taken { wall, cpu, peak, .. } = all[TIMES / 2];
        page.note(format!(
            "asc {}: {:.1} ms (median of {TIMES}; {:.1} at most), {:.1} ms of CPU, {:.1} MB",
            arguments.join(" "),
            wall * 1e3,
            all[TIMES - 1].wall * 1e3,
            cpu * 1e3,
            megabytes(peak)
        ));
    }
    let size = std::fs::metadata(&tools.asc)?.len();
    page.note(format!("the binary: {:.1} MB", megabytes(size)));
    Ok(())
}

/// Bytes as megabytes, of a million bytes each.
pub(crate) fn megabytes(bytes: u64) -> f64 {
    u32::try_from(bytes / 1_000).map_or(f64::MAX, f64::from) / 1_000.0
}
