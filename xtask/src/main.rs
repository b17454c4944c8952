//! The chores of the workspace: `cargo xtask --help`.

mod bench;
mod demo;
mod docs;
mod fuzz_policy;
mod new_check;
mod test;
mod tools;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
Chores of the asc workspace

Usage: cargo xtask CHORE

  test [--only NAME]...        set up what the tests need and run everything, or only the named steps
                               (`cargo xtask test --help` lists them)
  bench [--quick] ...          measure scans of simulated accounts next to what they must take at least
                               (`cargo xtask bench --help` lists the cases)
  demo                         scan a seeded emulator again for the account that `asc demo` shows
  docs                         write docs/checks/*.md again from what the checks declare
  fuzz-policy [--cases N]      hold the policy engine against an evaluator of single requests, over a million generated
                               cases of each property (`cargo xtask fuzz-policy --help`)
  new-check FAMILY ID NAME     one new file that declares a check, such as
                               `cargo xtask new-check s3 ASC-17 s3-bucket-without-tags`
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            workspace::say(&format!("xtask: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<()> {
    match arguments {
        [] | ["help" | "-h" | "--help"] => {
            workspace::say(HELP.trim_end());
            Ok(())
        }
        ["test", rest @ ..] => test::run(rest),
        ["bench", rest @ ..] => bench::run(rest),
        // Runs a program and writes down what it took; `bench` calls this.
        ["measured", rest @ ..] => bench::run_measured(rest),
        ["demo"] => demo::run(),
        ["docs"] => docs::run(),
        ["fuzz-policy", rest @ ..] => fuzz_policy::run(rest),
        ["new-check", family, id, name] => new_check::run(family, id, name),
        ["new-check", ..] => bail!("new-check takes FAMILY ID NAME, such as `s3 ASC-17 s3-bucket-without-tags`"),
        [chore @ ("demo" | "docs"), ..] => bail!("{chore} takes no arguments"),
        [chore, ..] => bail!("there is no chore `{chore}`; `cargo xtask --help` lists them"),
    }
}
