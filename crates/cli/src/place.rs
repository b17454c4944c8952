//! The repository around the user: its root, its configuration, and the lines that alerts are shown on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use asc_core::attestation::Attestations;
use asc_core::config::Config;
use asc_core::registry::Registry;
use asc_report::{Anchor, relative_uri};
use time::OffsetDateTime;

use crate::defaults::Defaults;
use crate::problem::Problem;

/// The name of the configuration file.
pub(crate) const CONFIG: &str = "asc.toml";

/// The name of the file of evaluations.
const ATTESTATIONS: &str = "asc-attestations.toml";

/// What people have said, before it is understood; empty when there is no file.
#[derive(Debug)]
pub(crate) struct Spoken {
    pub(crate) file: PathBuf,
    pub(crate) text: String,
}

impl Spoken {
    /// The evaluations in it.
    pub(crate) fn parse(&self, registry: &Registry, now: OffsetDateTime) -> Result<Attestations, Problem> {
        Ok(Attestations::parse(&self.file, &self.text, registry, now)?)
    }
}

/// The configuration, and where it stands.
#[derive(Debug, Default)]
pub(crate) struct Place {
    pub(crate) config: Config,
    pub(crate) defaults: Defaults,
    /// The configuration's text; none when there is no file.
    text: Option<String>,
    uri: String,
    /// Where it stands, or would; nothing where there is no repository.
    folder: PathBuf,
}

impl Place {
    /// Nowhere: nothing is configured.
    pub(crate) fn nowhere() -> Self {
        Self { uri: CONFIG.to_owned(), ..Self::default() }
    }

    /// Reads the configuration: the one asked for, which must exist, or the repository's, which may.
    pub(crate) fn read(asked: Option<&Path>, registry: &Registry) -> Result<Self, Problem> {
        let here = std::env::current_dir().map_err(|error| Problem::File { file: ".".into(), error })?;
        let root = root_of(&here);
        let file = asked.map_or_else(|| root.join(CONFIG), Path::to_owned);
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if asked.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self { folder: root, ..Self::nowhere() });
            }
            Err(error) => return Err(Problem::File { file, error }),
        };
        let shown = asked.map_or_else(|| shown(&file, &here), Path::to_owned);
        let config = Config::parse(&shown, &text, registry)?;
        let folder = file.parent().map(Path::to_owned).unwrap_or_default();
        let defaults = Defaults::read(&config.output, &shown, &text, &folder)?;
        Ok(Self { config, defaults, text: Some(text), uri: uri(&file, &here, &root), folder })
    }

    /// Reads the evaluations: the file asked for, which must exist, or the one beside the configuration, which may.
    pub(crate) fn attestations(&self, asked: Option<&Path>) -> Result<Spoken, Problem> {
        self.spoken(asked, asked.is_some())
    }

    /// The same for a command that makes the file if it is not there.
    pub(crate) fn attestations_to_write(&self, asked: Option<&Path>) -> Result<Spoken, Problem> {
        self.spoken(asked, false)
    }

    fn spoken(&self, asked: Option<&Path>, must_exist: bool) -> Result<Spoken, Problem> {
        let file = asked.map_or_else(|| self.folder.join(ATTESTATIONS), Path::to_owned);
        match std::fs::read_to_string(&file) {
            Ok(text) => Ok(Spoken { file, text }),
            Err(error) if !must_exist && error.kind() == std::io::ErrorKind::NotFound => {
                Ok(Spoken { file, text: String::new() })
            }
            Err(error) => Err(Problem::File { file, error }),
        }
    }

    /// Whether this is a repository without a configuration file for alerts to be shown on.
    pub(crate) fn lacks_config(&self) -> bool {
        self.text.is_none() && !self.folder.as_os_str().is_empty()
    }

    /// Where the alerts of accounts are shown that have a table in the configuration.
    pub(crate) fn anchors(&self) -> BTreeMap<String, Anchor> {
        let lines = self.text.as_deref().unwrap_or("").lines().zip(1..);
        let named = lines.filter_map(|(text, line)| {
            let header = text.trim().strip_prefix("[accounts.")?;
            let account = header.split(']').next()?.trim().trim_matches(['"', '\'']).to_owned();
            Some((account, self.anchor(line, text)))
        });
        named.collect()
    }

    /// Where all other alerts are shown: the first line.
    pub(crate) fn default_anchor(&self) -> Anchor {
        self.anchor(1, self.text.as_deref().unwrap_or("").lines().next().unwrap_or(""))
    }

    fn anchor(&self, line: u64, text: &str) -> Anchor {
        Anchor { uri: self.uri.clone(), line, end_column: text.chars().count() as u64 + 1 }
    }
}

/// The repository's root: the nearest folder upwards with a `.git`, or this one.
fn root_of(here: &Path) -> PathBuf {
    here.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(here).to_owned()
}

fn shown(file: &Path, here: &Path) -> PathBuf {
    file.strip_prefix(here).unwrap_or(file).to_owned()
}

/// The file as code scanning names it: relative to the repository's root. One outside of it is shown under its name.
fn uri(file: &Path, here: &Path, root: &Path) -> String {
    let whole = std::path::absolute(here.join(file)).unwrap_or_else(|_| file.to_owned());
    let inside = whole.strip_prefix(root).ok().map(Path::to_owned);
    let inside = inside.or_else(|| file.file_name().map(PathBuf::from)).unwrap_or_else(|| CONFIG.into());
    relative_uri(&inside.to_string_lossy().replace('\\', "/")).unwrap_or_else(|| CONFIG.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_found_by_their_tables() {
        let text = "[scan]\n\n[accounts.123456789012]\nname = \"prod\"\n  [accounts.\"210987654321\"] # dev\n";
        let place = Place { text: Some(text.to_owned()), uri: "infra/asc.toml".to_owned(), ..Place::default() };
        let anchors = place.anchors();
        assert_eq!(anchors.len(), 2);
        let anchor = &anchors["123456789012"];
        assert_eq!((anchor.uri.as_str(), anchor.line, anchor.end_column), ("infra/asc.toml", 3, 24));
        assert_eq!(anchors["210987654321"].line, 5);
        assert_eq!((place.default_anchor().line, place.default_anchor().end_column), (1, 7));
        assert_eq!(Place::nowhere().default_anchor().end_column, 1);
    }

    #[test]
    fn uris_are_relative_to_the_root() {
        let (here, root) = (Path::new("/r/sub"), Path::new("/r"));
        assert_eq!(uri(Path::new("/r/asc.toml"), here, root), "asc.toml");
        assert_eq!(uri(Path::new("my asc.toml"), here, root), "sub/my%20asc.toml");
        assert_eq!(uri(Path::new("/elsewhere/asc.toml"), here, root), "asc.toml");
    }
}
