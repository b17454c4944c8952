//! The report formats of `asc`, one file each.
//!
//! An emitter turns a [`Report`] into bytes and decides nothing: verdicts, mutes and severities are settled before it
//! sees them. Names, tags and messages come from AWS accounts and are never trusted; every emitter passes them through
//! [`escape`] or through a serializer.

pub mod escape;
mod json;
mod layout;
pub mod page;
mod phrases;
#[cfg(test)]
mod samples;
mod sarif;
mod table;
mod uri;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;

use asc_core::report::Report;
use asc_core::{Declaration, Lang};

pub use uri::relative as relative_uri;

/// A report format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people, on a terminal.
    Table,
    /// The report itself, for programs.
    Json,
    /// For code scanning services such as GitHub's.
    Sarif,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Table, Self::Json, Self::Sarif];

    /// The word used on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Sarif => "sarif",
        }
    }

    /// The format that a file's extension asks for.
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "txt" => Some(Self::Table),
            "sarif" => Some(Self::Sarif),
            // SARIF's own convention is `.sarif.json`; the first of the two extensions says what it is.
            "json" => match path.file_stem().map(Path::new).and_then(Path::extension).and_then(OsStr::to_str) {
                Some(inner) if inner.eq_ignore_ascii_case("sarif") => Some(Self::Sarif),
                _ => Some(Self::Json),
            },
            _ => None,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that names no format.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no report format (table, json, sarif)")]
pub struct NoFormat(String);

impl FromStr for Format {
    type Err = NoFormat;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|f| f.as_str() == word).ok_or_else(|| NoFormat(word.to_owned()))
    }
}

/// What happens to the SARIF run of an account of which something could not be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SarifIncomplete {
    /// It is withheld: an upload would close the alerts of every resource that could not be read.
    Fail,
    /// It is written all the same.
    #[default]
    Upload,
}

impl FromStr for SarifIncomplete {
    type Err = NoSarifIncomplete;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "fail" => Ok(Self::Fail),
            "upload" => Ok(Self::Upload),
            _ => Err(NoSarifIncomplete(word.to_owned())),
        }
    }
}

/// A word that says nothing about incomplete accounts.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is neither `fail` nor `upload`")]
pub struct NoSarifIncomplete(String);

/// The place in the repository where alerts are shown that have no better one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Relative to the repository's root, with forward slashes, percent-encoded; [`relative_uri`] makes one.
    pub uri: String,
    /// From 1.
    pub line: u64,
    /// Exclusive, from 1: an empty line ends at 1.
    pub end_column: u64,
}

/// Everything an emitter needs besides the report.
#[derive(Clone, Debug)]
pub struct Emission<'a> {
    /// The language of everything that the report does not already say itself.
    pub lang: Lang,
    /// The selected checks, in order.
    pub checks: &'a [&'static Declaration],
    /// Where the alerts of an account are shown, by account id.
    pub anchors: BTreeMap<String, Anchor>,
    /// Where the alerts of all other accounts are shown.
    pub default_anchor: Anchor,
    /// The terminal's columns, for the table.
    pub width: usize,
    /// Whether the table is coloured.
    pub color: bool,
    /// What happens to incomplete accounts in SARIF.
    pub sarif_incomplete: SarifIncomplete,
}

impl Emission<'_> {
    /// The declaration of a check, if it is among the selected ones; a merged report may hold others.
    fn declaration(&self, id: &str) -> Option<&'static Declaration> {
        self.checks.iter().copied().find(|d| d.id == id)
    }
}

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
#[error("could not write the {format} report")]
pub struct EmitError {
    /// The format that was being written.
    pub format: Format,
    /// What the output said.
    pub source: io::Error,
}

/// One report format.
trait Emitter {
    /// Writes the report.
    fn emit(&self, report: &Report, emission: &Emission<'_>, out: &mut dyn Write) -> io::Result<()>;
}

/// Writes a report in a format.
pub fn emit(format: Format, report: &Report, emission: &Emission<'_>, out: &mut dyn Write) -> Result<(), EmitError> {
    let emitter: &dyn Emitter = match format {
        Format::Table => &table::Table,
        Format::Json => &json::Json,
        Format::Sarif => &sarif::Sarif,
    };
    emitter.emit(report, emission, out).map_err(|source| EmitError { format, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_choose_formats() {
        let of = |path: &str| Format::of_path(Path::new(path));
        assert_eq!(of("asc.sarif"), Some(Format::Sarif));
        assert_eq!(of("out.d/asc.SARIF.json"), Some(Format::Sarif));
        assert_eq!(of("asc.json"), Some(Format::Json));
        assert_eq!(of("asc.txt"), Some(Format::Table));
        assert_eq!(of("asc.csv"), None);
        assert_eq!(of("sarif"), None);
    }

    #[test]
    fn words_and_formats_are_the_same_set() {
        for format in Format::ALL {
            assert_eq!(format.as_str().parse::<Format>().unwrap(), format);
        }
        assert!("SARIF".parse::<Format>().is_err());
    }

    #[test]
    fn a_full_disk_is_reported_with_the_format() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        for format in Format::ALL {
            let error = emit(format, &samples::report(Lang::En), &samples::emission(Lang::En, 80), &mut Full);
            assert_eq!(error.unwrap_err().source.kind(), io::ErrorKind::StorageFull, "{format}");
        }
    }
}
