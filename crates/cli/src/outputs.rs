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
            if output.file.is_dir() {
                return Err(problem(io::ErrorKind::IsADirectory.into()));
            }
            let file = NamedTempFile::new_in(folder_of(&output.file)).map_err(problem)?;
            Ok(Pending { format: output.format, place: output.file.clone(), file })
        };
        Ok(Self(outputs.iter().map(open).collect::<Result<_, _>>()?))
    }

    /// Where the temporary files are.
    pub(crate) fn temporary(&self) -> Vec<PathBuf> {
        self.0.iter().map(|pending| pending.file.path().to_owned()).collect()
    }

    /// Writes the report into each and puts it in its place; gives those that failed.
    pub(crate) fn write(self, report: &Report, emission: &Emission<'_>) -> Vec<Problem> {
        let emission = Emission { color: false, width: 100, ..emission.clone() };
        let each = self.0.into_iter().filter_map(|pending| {
            let place = pending.place.clone();
            pending.write(report, &emission).err().map(|error| Problem::File { file: place, error })
        });
        each.collect()
    }
}

impl Pending {
    fn write(self, report: &Report, emission: &Emission<'_>) -> io::Result<()> {
        let mut out = BufWriter::new(self.file);
        emit(self.format, report, emission, &mut out).map_err(|error| error.source)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        open_to_readers(&file)?;
        file.as_file().sync_all()?;
        file.persist(&self.place).map_err(|error| error.error).map(|_| ())
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
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

/// Puts a file in its place, whole or not at all.
pub(crate) fn put(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = NamedTempFile::new_in(folder_of(place))?;
    file.write_all(bytes)?;
    open_to_readers(&file)?;
    file.as_file().sync_all()?;
    file.persist(place).map_err(|error| error.error).map(|_| ())
}
