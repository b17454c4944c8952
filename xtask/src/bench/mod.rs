//! `cargo xtask bench`: how long a scan takes, next to how long it must take at least, against a simulated AWS.

mod case;
mod compare;
mod faults;
mod measure;
mod page;
mod scan;
mod simulator;
mod startup;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::workspace::{cargo, say, succeed, target};
use case::{CASES, Case, Kind};
use page::Page;

pub(crate) use measure::run_measured;

const HELP: &str = "\
Usage: cargo xtask bench [--quick] [--case NAME]... [--asc FILE] [--simulator FILE] [--out FILE] [-- OPTION...]

  --quick       small accounts and the development build: that it runs and finds what it must
  --case NAME   only this case; may be repeated
  --asc FILE    measure this binary instead of building one
  --simulator FILE
                with this simulator instead of building one
  --out FILE    write the table into this file as well
  -- OPTION...  further options of `asc scan`

Cases:";

/// What to measure, and how.
#[derive(Debug, Default, PartialEq)]
struct Options {
    quick: bool,
    cases: Vec<String>,
    asc: Option<PathBuf>,
    simulator: Option<PathBuf>,
    out: Option<PathBuf>,
    scan: Vec<String>,
}

/// The binaries that are measured and measured with.
#[derive(Debug)]
struct Tools {
    asc: PathBuf,
    simulator: PathBuf,
    /// Further options of every scan.
    scan: Vec<String>,
    quick: bool,
}

/// Runs the cases that the arguments ask for.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let Some(options) = parse(arguments)? else {
        let cases = CASES.iter().map(|case| format!("  {:<16} {}", case.name, case.about));
        say(&std::iter::once(HELP.to_owned()).chain(cases).collect::<Vec<_>>().join("\n"));
        return Ok(());
    };
    let chosen = |case: &&Case| {
        if options.cases.is_empty() {
            case.quick || !options.quick
        } else {
            options.cases.iter().any(|n| n == case.name)
        }
    };
    let tools = tools(&options)?;
    let mut page = Page::default();
    for case in CASES.iter().filter(chosen) {
        say(&format!("==> {}: {}", case.name, case.about));
        let ran = match case.kind {
            Kind::Scan => scan::run(&tools, case, &mut page),
            Kind::Faults => faults::run(&tools, case, &mut page),
            Kind::BlackHole => scan::black_hole(&tools, case, &mut page),
            Kind::Beside => scan::beside(&tools, case, &mut page),
            Kind::Startup => startup::run(&tools, &mut page),
        };
        ran.with_context(|| format!("case {} failed", case.name))?;
    }
    let text = page.text(&options.scan);
    say(&text);
    match &options.out {
        Some(file) => std::fs::write(file, text).with_context(|| format!("could not write {}", file.display())),
        None => Ok(()),
    }
}

fn parse(arguments: &[&str]) -> Result<Option<Options>> {
    let mut options = Options::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value =
            || rest.next().map(|value| (*value).to_owned()).with_context(|| format!("{argument} needs a value"));
        match *argument {
            "-h" | "--help" => return Ok(None),
            "--quick" => options.quick = true,
            "--case" => options.cases.push(value()?),
            "--asc" => options.asc = Some(value()?.into()),
            "--simulator" => options.simulator = Some(value()?.into()),
            "--out" => options.out = Some(value()?.into()),
            "--" => options.scan.extend(rest.by_ref().map(|option| (*option).to_owned())),
            other => bail!("bench does not take `{other}`; see `cargo xtask bench --help`"),
        }
    }
    if let Some(unknown) = options.cases.iter().find(|name| !CASES.iter().any(|case| case.name == **name)) {
        bail!("there is no case `{unknown}`; they are {}", CASES.map(|case| case.name).join(", "));
    }
    Ok(Some(options))
}

/// Builds what is needed. The two are built one after another, so that the features of neither get into the other.
fn tools(options: &Options) -> Result<Tools> {
    let (profile, folder): (&[&str], _) = if options.quick { (&[], "debug") } else { (&["--release"], "release") };
    let built = |package: &str, binary: &str| -> Result<PathBuf> {
        succeed(cargo(&["build", "--locked", "-p", package]).args(profile))?;
        Ok(target().join(folder).join(format!("{binary}{}", std::env::consts::EXE_SUFFIX)))
    };
    let found = |given: &Option<PathBuf>, package, binary| match given {
        Some(given) => std::path::absolute(given).with_context(|| format!("{} is no file", given.display())),
        None => built(package, binary),
    };
    let asc = found(&options.asc, "asc-cli", "asc")?;
    let simulator = found(&options.simulator, "asc-simulator", "asc-simulator")?;
    Ok(Tools { asc, simulator, scan: options.scan.clone(), quick: options.quick })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_understood_and_unknown_cases_are_errors() {
        let options = parse(&["--quick", "--case", "small", "--", "--concurrency", "9"]).unwrap().unwrap();
        assert!(options.quick && options.asc.is_none());
        assert_eq!((options.cases, options.scan), (vec!["small".to_owned()], vec!["--concurrency".into(), "9".into()]));
        assert_eq!(parse(&["--help"]).unwrap(), None);
        assert!(parse(&["--case", "huge"]).is_err());
        assert!(parse(&["--case"]).is_err());
        assert!(parse(&["fast"]).is_err());
    }

    #[test]
    fn cases_have_names_of_their_own() {
        let names: std::collections::BTreeSet<_> = CASES.iter().map(|case| case.name).collect();
        assert_eq!(names.len(), CASES.len());
        assert!(CASES.iter().any(|case| case.quick));
    }
}
