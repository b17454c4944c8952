//! `cargo xtask test`: sets up what the tests need and runs everything that must hold before a change is taken.

use anyhow::{Context, Result, bail};

use crate::tools;
use crate::workspace::{asc, cargo, read, say, succeed};

/// A step, its name on the command line, and what it is for.
struct Step {
    name: &'static str,
    about: &'static str,
    run: fn() -> Result<()>,
}

const STEPS: [Step; 8] = [
    Step { name: "fmt", about: "the code is formatted", run: fmt },
    Step { name: "clippy", about: "no warning from rustc or clippy", run: clippy },
    Step { name: "unit", about: "the tests inside the crates, recordings replayed included", run: unit },
    Step { name: "e2e", about: "the real binary against the emulators moto and ministack", run: e2e },
    Step { name: "templates", about: "cfn-lint over the templates of guardrails, and moto under them", run: templates },
    Step { name: "bench", about: "scans of simulated accounts, small and spoilt, find what they must", run: bench },
    Step { name: "features", about: "a build with the s3 checks alone needs no EC2 SDK", run: features },
    Step { name: "docs", about: "the API documentation builds without warnings", run: docs },
];

/// Runs all steps, or those named with `--only`, and stops at the first that fails.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let Some(chosen) = choose(arguments)? else {
        say(&help());
        return Ok(());
    };
    let wants = |names: &[&str]| chosen.iter().any(|step| names.contains(&step.name));
    if wants(&["e2e", "templates"]) {
        // Said before the long compilations, not after them: what is missing on this machine.
        say("==> setup: what the tests need beside Rust");
        tools::python()?;
    }
    if wants(&["e2e"]) {
        tools::multitool()?;
    }
    for step in chosen {
        say(&format!("==> {}: {}", step.name, step.about));
        (step.run)().with_context(|| format!("step {} failed", step.name))?;
    }
    say("==> all of it passed");
    Ok(())
}

/// The steps that the arguments ask for, in the order in which they are run; none when they ask for help.
fn choose(arguments: &[&str]) -> Result<Option<Vec<&'static Step>>> {
    let mut only = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "-h" | "--help" => return Ok(None),
            "--only" => {
                let name = rest.next().context("--only takes the name of a step")?;
                if !STEPS.iter().any(|step| step.name == *name) {
                    bail!("there is no step `{name}`; they are {}", names().join(", "));
                }
                only.push(*name);
            }
            other => bail!("test does not take `{other}`; see `cargo xtask test --help`"),
        }
    }
    Ok(Some(STEPS.iter().filter(|step| only.is_empty() || only.contains(&step.name)).collect()))
}

fn names() -> Vec<&'static str> {
    STEPS.iter().map(|step| step.name).collect()
}

fn help() -> String {
    let steps = STEPS.iter().map(|step| format!("  {:<10} {}", step.name, step.about));
    let intro = "Usage: cargo xtask test [--only STEP]...\n\nSteps, in this order:".to_owned();
    std::iter::once(intro).chain(steps).collect::<Vec<_>>().join("\n")
}

fn fmt() -> Result<()> {
    succeed(&mut cargo(&["fmt", "--all", "--check"]))
}

fn clippy() -> Result<()> {
    succeed(&mut cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))
}

fn unit() -> Result<()> {
    succeed(&mut cargo(&["test", "--workspace", "--exclude", "asc-tests", "--no-fail-fast", "--locked"]))
}

fn e2e() -> Result<()> {
    let python = tools::python()?;
    let multitool = tools::multitool()?;
    // The samples with hostile names, before the validator that has just been set up.
    succeed(&mut cargo(&["test", "--locked", "-p", "asc-report", "--lib", "--", "--ignored"]))?;
    binary()?;
    succeed(
        cargo(&["test", "--locked", "--no-fail-fast", "-p", "asc-tests"])
            .env("ASC_TEST_BIN", asc())
            .env("ASC_TEST_PYTHON", python)
            .env("ASC_TEST_MULTITOOL", multitool),
    )
}

/// The binary as the step `unit` leaves it: with the features that the whole workspace asks for, its tests included. Asked
/// for by itself it would have others, and all SDKs would be compiled once more.
fn binary() -> Result<()> {
    let of_workspace = ["test", "--workspace", "--exclude", "asc-tests", "--locked"];
    succeed(cargo(&of_workspace).args(["--test", "house", "--no-run"]))
}

fn templates() -> Result<()> {
    let ignored = ["test", "--locked", "-p", "asc-guardrails", "--test", "lint", "--test", "moto", "--", "--ignored"];
    succeed(cargo(&ignored).env("ASC_TEST_PYTHON", tools::python()?))
}

/// No time is judged here: that it runs, and that what it finds is right.
fn bench() -> Result<()> {
    binary()?;
    let asc = asc();
    crate::bench::run(&["--quick", "--asc", &asc.to_string_lossy()])
}

/// The EC2 SDK takes minutes and gigabytes to compile; whoever checks buckets only must not pay for it.
fn features() -> Result<()> {
    let tree = ["tree", "--locked", "-p", "asc-cli", "--edges", "normal,build", "--prefix", "none"];
    let slim = read(cargo(&tree).args(["--no-default-features", "--features", "s3"]))?;
    for (package, wanted) in [("aws-sdk-s3 ", true), ("aws-sdk-ec2 ", false)] {
        if slim.lines().any(|line| line.starts_with(package)) != wanted {
            let package = package.trim_end();
            bail!("asc-cli with the feature s3 alone {} {package}", if wanted { "lacks" } else { "depends on" });
        }
    }
    Ok(())
}

/// There are no examples; asked for them, cargo takes the dependencies with the features that tests want, as the step
/// `clippy` has left them, and checks no SDK again.
fn docs() -> Result<()> {
    let doc = ["doc", "--workspace", "--no-deps", "--locked", "--lib", "--bins", "--examples"];
    succeed(cargo(&doc).env("RUSTDOCFLAGS", "-Dwarnings"))
}

#[cfg(test)]
mod tests {
    use super::{choose, names};

    fn chosen(arguments: &[&str]) -> Vec<&'static str> {
        choose(arguments).unwrap().unwrap().iter().map(|step| step.name).collect()
    }

    #[test]
    fn everything_unless_narrowed() {
        assert_eq!(chosen(&[]), names());
        assert_eq!(chosen(&["--only", "docs", "--only", "fmt"]), ["fmt", "docs"]);
        assert!(choose(&["--help"]).unwrap().is_none());
    }

    #[test]
    fn a_step_that_is_not_there_is_an_error() {
        assert!(choose(&["--only", "lint"]).is_err());
        assert!(choose(&["--only"]).is_err());
        assert!(choose(&["fmt"]).is_err());
    }
}
