//! Where reports go: standard output, and files that appear whole or not at all.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use asc_core::report::Report;
use asc_report::{Emission, Format, emit};
use tempfile::NamedTempFile;

use crate::args::Output;
use crate::problem::Problem;
use crate::stderr::wants_color;

/// The terminal's width, or a hundred columns where there is none.
pub(crate) fn width() -> usize {
    let by_env = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = terminal_size::terminal_size().map(|(columns, _)| usize::from(columns.0));
    by_env.or(terminal).unwrap_or(100).max(40)
}

/// Whether standard output is coloured.
pub(crate) fn color() -> bool {
    wants_color(io::stdout().is_terminal())
}

/// The format of standard output: the one asked for, else a table for people and SARIF for pipes.
pub(crate) fn stdout_format(asked: Option<Format>) -> Format {
    asked.unwrap_or_else(|| if io::stdout().is_terminal() { Format::Table } else { Format::Sarif })
}

/// Writes to standard output. A reader that has seen enough (`| head`) is no error.
pub(crate) fn stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Files to write, opened beside their places before anything is scanned, so that a place that cannot be written
/// costs no scan.
pub(crate) struct Files(Vec<Pending>);

struct Pending {
    format: Format,
    place: PathBuf,
    file: NamedTempFile,
}

impl Files {
    /// Opens a temporary file beside each place.
    pub(crate) fn open(outputs: &[Output]) -> Result<Self, Problem> {
        let open = |output: &Output| {
            let problem = |error| Problem::File { file: output.file.clone(), error };
            let folder = output.file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
            if output.file.is_dir() {
                return Err(problem(io::ErrorKind::IsADirectory.into()));
            }
            let file = NamedTempFile::new_in(folder).map_err(problem)?;
            Ok(Pending { format: output.format, place: output.file.clone(), file })
        };
        Ok(Self(outputs.iter().map(open).collect::<Result<_, _>>()?))
    }

    /// Writes the report into each and puts it in its place.
    pub(crate) fn write(self, report: &Report, emission: &Emission<'_>) -> Result<(), Problem> {
        let emission = Emission { color: false, width: 100, ..emission.clone() };
        for Pending { format, place, file } in self.0 {
            let problem = |error| Problem::File { file: place.clone(), error };
            let mut out = BufWriter::new(file);
            emit(format, report, &emission, &mut out).map_err(|error| problem(error.source))?;
            let file = out.into_inner().map_err(|error| problem(error.into_error()))?;
            open_to_readers(&file).map_err(problem)?;
            file.as_file().sync_all().map_err(problem)?;
            file.persist(&place).map_err(|error| problem(error.error))?;
        }
        Ok(())
    }
}

/// Temporary files are made for their owner alone; a report is read by whoever may read what its folder holds.
#[cfg(unix)]
fn open_to_readers(file: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn open_to_readers(_: &NamedTempFile) -> io::Result<()> {
    Ok(())
}
