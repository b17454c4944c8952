//! The command line of `asc`: reads what the user wants, runs the engine, writes the reports.

mod args;
mod attest;
mod defaults;
mod entry;
mod evidence;
mod fix;
mod guardrails;
mod help;
mod info;
mod job;
mod outputs;
mod permissions;
mod place;
mod plan;
mod policy;
mod problem;
mod progress;
mod region;
mod scan;
mod session;
mod stderr;

use std::ffi::OsString;
use std::process::ExitCode;

// Named, so that the linker keeps the check families in the program.
use asc_checks as _;
use asc_core::Lang;
use asc_core::registry::Registry;
use clap::FromArgMatches;

use args::{Cli, Command};
use place::Place;
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
    let mut lang = help::lang_of(args);
    let parsed = help::command(lang).try_get_matches_from(args);
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return help::show(&error, lang),
    };
    act(cli.command.unwrap_or(Command::Scan(cli.scan)), &mut lang).unwrap_or_else(|problem| {
        stderr::problem(&problem, lang);
        Exit::Nothing
    })
}

/// Does what was asked for; the configuration may say in which language.
fn act(mut command: Command, lang: &mut Lang) -> Result<Exit, Problem> {
    let registry = Registry::linked()?;
    let place = match (&command, command.configured()) {
        // The repository's own files are about other accounts than the sample.
        (Command::Demo(_), Some((None, _))) | (_, None) => Place::nowhere(),
        (_, Some((file, _))) => Place::read(file, &registry)?,
    };
    if let (Some((_, None)), Some(configured)) = (command.configured(), place.config.output.lang) {
        *lang = configured;
    }
    if let Command::Scan(args) | Command::Demo(args) = &mut command {
        place.defaults.fill(args);
    }
    let lang = *lang;
    match command {
        Command::Scan(args) => scan::scan(&registry, &args, &place, lang),
        Command::Demo(args) => scan::demo(&registry, &args, &place, lang),
        Command::Plan(args) => plan::plan(&registry, &args, &place, lang),
        Command::Permissions(args) => permissions::permissions(&registry, &args, &place),
        Command::Fix(args) => fix::fix(&registry, &args, &place, lang),
        Command::Attest(args) => attest::attest(&registry, &args, &place, lang),
        Command::Policy(args) => policy::policy(&args, lang),
        Command::Guardrails(command) => guardrails::guardrails(&registry, &command, &place, lang),
        Command::Checks(args) => info::checks(&registry, &args, lang),
        Command::Explain(args) => info::explain(&registry, &args, lang),
        Command::Schema(args) => info::schema(args.of),
        Command::Completions(args) => info::completions(args.shell, lang),
        Command::Man => info::man(lang),
    }
}
