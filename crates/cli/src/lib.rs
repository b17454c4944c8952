//! The command line of `asc`: reads what the user wants, runs the engine, writes the reports.

mod args;
mod attest;
mod entry;
mod evidence;
mod help;
mod info;
mod job;
mod outputs;
mod permissions;
mod place;
mod plan;
mod problem;
mod progress;
mod region;
mod scan;
mod stderr;

use std::ffi::OsString;
use std::process::ExitCode;

// Named, so that the linker keeps the check families in the program.
use asc_checks as _;
use asc_core::registry::Registry;
use clap::FromArgMatches;

use args::{Cli, Command};
use problem::Problem;

/// How a run ends, in the numbers that scripts rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Complete, and no alert at or above the threshold.
    Clean = 0,
    /// Alerts at or above the threshold.
    Alerts = 1,
    /// Nothing was scanned.
    Nothing = 2,
    /// No such alert, but something could not be read.
    Incomplete = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Runs the program on the process's arguments.
pub fn main() -> ExitCode {
    run(&std::env::args_os().collect::<Vec<_>>()).into()
}

fn run(args: &[OsString]) -> Exit {
    let lang = help::lang_of(args);
    let matches = match help::command(lang).try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) => return help::show(&error, lang),
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => return help::show(&error, lang),
    };
    let outcome = Registry::linked().map_err(Problem::from).and_then(|registry| match cli.command {
        None => scan::scan(&registry, &cli.scan, lang),
        Some(Command::Scan(args)) => scan::scan(&registry, &args, lang),
        Some(Command::Demo(args)) => scan::demo(&registry, &args, lang),
        Some(Command::Plan(args)) => plan::plan(&registry, &args, lang),
        Some(Command::Permissions(args)) => permissions::permissions(&registry, &args),
        Some(Command::Attest(args)) => attest::attest(&registry, &args, lang),
        Some(Command::Checks(args)) => info::checks(&registry, &args, lang),
        Some(Command::Explain(args)) => info::explain(&registry, &args, lang),
        Some(Command::Schema(args)) => info::schema(args.of),
        Some(Command::Completions(args)) => info::completions(args.shell, lang),
        Some(Command::Man) => info::man(lang),
    });
    outcome.unwrap_or_else(|problem| {
        stderr::problem(&problem, lang);
        Exit::Nothing
    })
}
