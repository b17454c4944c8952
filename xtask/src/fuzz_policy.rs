//! `cargo xtask fuzz-policy`: the policy engine against the evaluator of requests, many more cases than the tests run.

use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::workspace::{cargo, say, succeed};

const CASES: u32 = 1_000_000;

const HELP: &str = "\
Usage: cargo xtask fuzz-policy [--cases N] [--only NAME]

  --cases N    how many cases of each property, instead of a million
  --only NAME  only the properties whose test has NAME in its path: globs, grants, public, tls, who, admin, escalation

The properties are those of `cargo test -p asc-policy --test soundness`, which runs ten thousand cases of each.";

/// Runs the properties of `crates/policy/tests/soundness` in release; each prints what its cases were.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let Some(Asked { cases, only }) = Asked::of(arguments)? else {
        say(HELP);
        return Ok(());
    };
    let began = Instant::now();
    let test = ["test", "--locked", "--release", "-p", "asc-policy", "--test", "soundness", "--"];
    let test: Vec<_> = test.into_iter().chain(only).chain(["--nocapture"]).collect();
    succeed(cargo(&test).env("ASC_CASES", cases.to_string()))?;
    say(&format!("fuzz-policy: {cases} cases of each property held, in {} s", began.elapsed().as_secs()));
    Ok(())
}

/// What to run.
struct Asked<'a> {
    cases: u32,
    only: Option<&'a str>,
}

impl<'a> Asked<'a> {
    /// None if it is help that is asked for.
    fn of(arguments: &[&'a str]) -> Result<Option<Self>> {
        let mut asked = Self { cases: CASES, only: None };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match *argument {
                "-h" | "--help" => return Ok(None),
                "--cases" => {
                    let number = rest.next().context("--cases takes a number")?;
                    asked.cases = number.parse().context("--cases takes a number")?;
                }
                "--only" => asked.only = Some(rest.next().context("--only takes a property")?),
                other => {
                    bail!("fuzz-policy does not take `{other}`; `cargo xtask fuzz-policy --help` says what it takes")
                }
            }
        }
        Ok(Some(asked))
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, CASES};

    #[test]
    fn what_is_asked_for() {
        let of = |arguments: &[&'static str]| Asked::of(arguments).unwrap().map(|asked| (asked.cases, asked.only));
        assert_eq!(of(&[]), Some((CASES, None)));
        assert_eq!(of(&["--cases", "5", "--only", "who"]), Some((5, Some("who"))));
        assert_eq!(of(&["--help"]), None);
        for arguments in [&["--cases"][..], &["--cases", "many"], &["--only"], &["all"]] {
            assert!(Asked::of(arguments).is_err(), "{arguments:?}");
        }
    }
}
