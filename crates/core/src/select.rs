//! Choosing checks by number, group of numbers, name or service.

use std::collections::BTreeSet;

use crate::check::{Check, Declaration};
use crate::registry::Registry;
use crate::text;
use crate::text::Text;

/// Why a selection cannot be made.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// A word that is neither a check nor a group nor a service.
    #[error("{}", self.text().en)]
    Unknown {
        /// What was asked for.
        word: String,
        /// What comes nearest to it.
        nearest: Option<String>,
    },
    /// Everything that was chosen is also excluded.
    #[error("{}", self.text().en)]
    Nothing,
}

impl SelectError {
    /// The error for a word, with what comes nearest to it.
    pub fn unknown(registry: &Registry, word: &str) -> Self {
        Self::Unknown { word: word.to_owned(), nearest: nearest(registry, word) }
    }

    /// The error for people.
    pub fn text(&self) -> Text {
        match self {
            Self::Unknown { word, nearest: None } => text!(
                en: "no check, group or service is called `{word}`",
                ja: "`{word}` というチェック、グループ、サービスはありません"
            ),
            Self::Unknown { word, nearest: Some(nearest) } => text!(
                en: "no check, group or service is called `{word}`; did you mean `{nearest}`?",
                ja: "`{word}` というチェック、グループ、サービスはありません。`{nearest}` のことですか?"
            ),
            Self::Nothing => text!(
                en: "the selection leaves no check to run",
                ja: "この選択では実行するチェックが残りません"
            ),
        }
    }
}

/// The checks to run: `only` (all when empty) less `exclude`. Words are numbers, number prefixes on a dash boundary
/// (`ASC`, `ASC-02`), names or services, in any case of letters.
pub fn select(
    registry: &Registry,
    only: &[String],
    exclude: &[String],
) -> Result<Vec<&'static dyn Check>, SelectError> {
    let wanted = ids(registry, only)?;
    let unwanted = ids(registry, exclude)?;
    let chosen: Vec<_> = registry
        .checks()
        .iter()
        .copied()
        .filter(|check| {
            let id = check.declaration().id;
            (only.is_empty() || wanted.contains(id)) && !unwanted.contains(id)
        })
        .collect();
    if chosen.is_empty() { Err(SelectError::Nothing) } else { Ok(chosen) }
}

fn ids(registry: &Registry, words: &[String]) -> Result<BTreeSet<&'static str>, SelectError> {
    let mut ids = BTreeSet::new();
    for word in words {
        let matching: Vec<_> = registry.declarations().filter(|d| names(d, word)).map(|d| d.id).collect();
        if matching.is_empty() {
            return Err(SelectError::unknown(registry, word));
        }
        ids.extend(matching);
    }
    Ok(ids)
}

fn names(declaration: &Declaration, word: &str) -> bool {
    let prefix = declaration.id.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        && declaration.id[word.len()..].starts_with('-');
    prefix
        || declaration.id.eq_ignore_ascii_case(word)
        || declaration.name.eq_ignore_ascii_case(word)
        || declaration.service.eq_ignore_ascii_case(word)
}

/// The group of a number: what stands before its first dash, `ASC` or `BASE`.
fn group(id: &str) -> &str {
    id.split('-').next().unwrap_or(id)
}

/// The number, group, name or service that a mistyped word most likely meant.
fn nearest(registry: &Registry, word: &str) -> Option<String> {
    let word = word.to_ascii_lowercase();
    registry
        .declarations()
        .flat_map(|d| [d.id, group(d.id), d.name, d.service])
        .map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_ascii_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn chosen(only: &[&str], exclude: &[&str]) -> Result<Vec<&'static str>, SelectError> {
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let checks = select(&samples::registry(), &words(only), &words(exclude))?;
        Ok(checks.into_iter().map(|check| check.declaration().id).collect())
    }

    #[test]
    fn numbers_prefixes_names_and_services_select() {
        assert_eq!(chosen(&[], &[]).unwrap(), ["T-01", "T-02-01"]);
        for word in ["T-02", "t-02-01", "T-TWO", "beta"] {
            assert_eq!(chosen(&[word], &[]).unwrap(), ["T-02-01"], "{word}");
        }
        assert_eq!(chosen(&["T"], &["alpha"]).unwrap(), ["T-02-01"]);
        assert_eq!(chosen(&["t"], &[]).unwrap(), ["T-01", "T-02-01"], "a prefix is a group, in any case of letters");
        assert_eq!(chosen(&[], &["t-02"]).unwrap(), ["T-01"]);
        assert_eq!(chosen(&[], &["t-one"]).unwrap(), ["T-02-01"]);
    }

    #[test]
    fn an_unknown_word_is_an_error_that_suggests_the_nearest() {
        let error = |word: &str| match chosen(&[word], &[]) {
            Err(SelectError::Unknown { nearest, .. }) => nearest,
            other => panic!("{word}: {other:?}"),
        };
        assert_eq!(error("t-tow").as_deref(), Some("t-two"));
        assert_eq!(error("betta").as_deref(), Some("beta"));
        assert_eq!(error("T-0").as_deref(), Some("T-01"));
        assert_eq!(error("xyz"), None);
        assert_eq!(chosen(&["alpha"], &["alpha"]), Err(SelectError::Nothing));
    }
}
