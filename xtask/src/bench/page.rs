//! What was measured, as a table.

use std::fmt::Write;

use super::measure::Taken;
use super::startup::megabytes;

/// One scan and its floor.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) case: String,
    pub(crate) taken: Taken,
    pub(crate) chain: f64,
    pub(crate) rate: f64,
    pub(crate) bare: Option<f64>,
    pub(crate) floor: f64,
    pub(crate) answered: u64,
    pub(crate) least: u64,
    pub(crate) in_flight: u64,
    pub(crate) throttled: u64,
    pub(crate) attempts: u64,
}

/// Everything that was measured.
#[derive(Debug, Default)]
pub(crate) struct Page {
    rows: Vec<Row>,
    notes: Vec<String>,
}

impl Page {
    pub(crate) fn row(&mut self, row: Row) {
        self.rows.push(row);
    }

    pub(crate) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// The page, in Markdown.
    pub(crate) fn text(&self, options: &[String]) -> String {
        let mut text = format!("Measured on {}.\n", machine());
        if !options.is_empty() {
            // Writing into a string cannot fail.
            let _ = writeln!(text, "Further options of the scan: `{}`.", options.join(" "));
        }
        if !self.rows.is_empty() {
            text += "\n| case | wall | floor: chain | rate | bare | wall / floor | calls | calls / least | in flight | CPU | CPU per call | peak | throttled |\n";
            text += "|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
        }
        for row in &self.rows {
            text += &row.line();
        }
        if !self.notes.is_empty() {
            text.push('\n');
        }
        for note in &self.notes {
            let _ = writeln!(text, "- {note}");
        }
        text
    }
}

fn number(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

impl Row {
    fn line(&self) -> String {
        let Self { case, taken, chain, rate, floor, answered, in_flight, .. } = self;
        let bare = self.bare.map_or_else(|| "-".to_owned(), |bare| format!("{bare:.2} s"));
        format!(
            "| {case} | {:.2} s | {chain:.2} s | {rate:.2} s | {bare} | {:.2} | {answered} | {:.3} | {in_flight} | {:.2} s | \
             {:.0} µs | {:.1} MB | {:.1} % |\n",
            taken.wall,
            taken.wall / floor,
            number(*answered) / number(self.least),
            taken.cpu,
            taken.cpu * 1e6 / number(*answered),
            megabytes(taken.peak),
            100.0 * number(self.throttled) / number(self.attempts).max(1.0),
        )
    }
}

/// The machine: its system, processors and their number.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_start_matches(['\t', ' ', ':']);
    let (system, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("{cores} cores of {}, {system} {arch}", if model.is_empty() { "an unknown processor" } else { model })
}
