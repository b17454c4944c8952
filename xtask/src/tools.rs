//! What the end-to-end tests need beside Rust: AWS emulators from `PyPI` and the SARIF multitool from npm, under target/.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::{read, root, say, succeed, target};

const NO_PYTHON: &str = "\
the end-to-end tests run AWS emulators written in Python: python3 3.10 or later, with its venv module, is needed
  Debian, Ubuntu: apt-get install python3 python3-venv
  Fedora:         dnf install python3
  macOS:          brew install python3";

const NO_NODE: &str = "\
the SARIF tests run a validator that is distributed through npm: node and npm are needed
  Debian, Ubuntu: apt-get install nodejs npm
  Fedora:         dnf install nodejs
  macOS:          brew install node";

/// Builds the Python environment unless it is there for these requirements, and returns its interpreter.
pub(crate) fn python() -> Result<PathBuf> {
    let requirements = root().join("tests/requirements.txt");
    let home = target().join("venv");
    let python = home.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if is_current(&home, &requirements)?
        && works(Command::new(&python).args(["-c", "import moto, ministack, boto3, cfnlint"]))
    {
        return Ok(python);
    }
    let system = system_python()?;
    say(&format!("    making {}", home.display()));
    clear(&home)?;
    succeed(Command::new(system).args(["-m", "venv"]).arg(&home)).context(NO_PYTHON)?;
    succeed(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
            .arg(&requirements),
    )?;
    stamp(&home, &requirements)?;
    Ok(python)
}

/// Installs the SARIF multitool unless it is there in this version, and returns its executable.
pub(crate) fn multitool() -> Result<PathBuf> {
    let manifest = root().join("tests/package.json");
    let home = target().join("node");
    let system = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    let tool = home.join(format!("node_modules/@microsoft/sarif-multitool-{system}/Sarif.Multitool"));
    if is_current(&home, &manifest)? && tool.is_file() {
        return Ok(tool);
    }
    if !works(Command::new("node").arg("--version")) || !works(Command::new("npm").arg("--version")) {
        bail!("{NO_NODE}");
    }
    say(&format!("    making {}", home.display()));
    clear(&home)?;
    fs::create_dir_all(&home).with_context(|| format!("could not make {}", home.display()))?;
    fs::copy(&manifest, home.join("package.json")).context("could not copy tests/package.json")?;
    succeed(
        Command::new("npm")
            .args(["install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(&home),
    )?;
    if !tool.is_file() {
        bail!("npm installed no SARIF multitool for {system}: {} is missing", tool.display());
    }
    make_executable(&tool)?;
    stamp(&home, &manifest)?;
    Ok(tool)
}

/// The first Python on the path that is new enough and can make environments.
fn system_python() -> Result<&'static str> {
    for name in ["python3", "python"] {
        let version = read(Command::new(name).args(["-c", "import sys; print(*sys.version_info[:2])"]));
        let Ok(version) = version else { continue };
        let mut parts = version.split_whitespace().filter_map(|part| part.parse::<u32>().ok());
        if let (Some(major), Some(minor)) = (parts.next(), parts.next())
            && (major, minor) >= (3, 10)
        {
            if works(Command::new(name).args(["-c", "import venv, ensurepip"])) {
                return Ok(name);
            }
            bail!("{name} has no venv module (or no ensurepip)\n{NO_PYTHON}");
        }
    }
    bail!("{NO_PYTHON}")
}

fn works(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// Whether what is installed in a directory was installed for this list of packages.
fn is_current(home: &Path, list: &Path) -> Result<bool> {
    let wanted = fs::read(list).with_context(|| format!("could not read {}", list.display()))?;
    Ok(fs::read(home.join("installed-for")).is_ok_and(|installed| installed == wanted))
}

/// Notes what was installed; written last, so that an interrupted installation is made again.
fn stamp(home: &Path, list: &Path) -> Result<()> {
    fs::copy(list, home.join("installed-for")).with_context(|| format!("could not write into {}", home.display()))?;
    Ok(())
}

fn clear(home: &Path) -> Result<()> {
    if home.exists() {
        fs::remove_dir_all(home).with_context(|| format!("could not remove {}", home.display()))?;
    }
    Ok(())
}

/// npm may be set up to run no package's install script, and it is such a script that makes the tool executable.
fn make_executable(tool: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(tool, fs::Permissions::from_mode(0o755))
            .with_context(|| format!("could not make {} executable", tool.display()))?;
    }
    Ok(())
}
