//! Errors that point into a file.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::text;
use crate::text::{Lang, Text};

/// A mistake in a file, shown with its place and the line itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceError {
    /// The file as the user named it.
    pub file: PathBuf,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: Text,
    /// How many characters of the line are meant.
    width: usize,
    text: String,
}

impl SourceError {
    /// A mistake at a byte range of a text.
    pub fn at(file: &Path, text: &str, span: Range<usize>, message: Text) -> Self {
        let start = floor(text, span.start);
        let end = floor(text, span.end).max(start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let (line, column) = place(text, start);
        Self {
            file: file.to_owned(),
            line,
            column,
            message,
            width: text[start..end.min(line_end).max(start)].chars().count().max(1),
            text: text[line_start..line_end].trim_start_matches(MARK).trim_end().to_owned(),
        }
    }

    /// A mistake that the parser of TOML found, in its own words.
    pub fn toml(file: &Path, text: &str, error: &toml::de::Error) -> Self {
        let message = error.message();
        let meaning = PARSER_JA.iter().find(|(start, _)| message.starts_with(start));
        let meaning = meaning.map_or("TOML として読み取れません", |(_, meaning)| meaning);
        Self::at(file, text, error.span().unwrap_or(0..0), text!(en: "{message}", ja: "{meaning}: {message}"))
    }
}

/// How the parser's words begin, and what they mean in Japanese; whatever else it says is about TOML itself.
const PARSER_JA: [(&str, &str); 5] = [
    ("unknown field", "このキーはありません"),
    ("missing field", "必要なキーがありません"),
    ("unknown variant", "指定できない値です"),
    ("invalid type", "値の型が違います"),
    ("invalid value", "指定できない値です"),
];

/// The byte order mark that a file may begin with; it is no character of its text.
const MARK: char = '\u{feff}';

/// The line and column of a byte offset, both from 1, the column in characters.
pub fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..floor(text, at)];
    let before = before.strip_prefix(MARK).unwrap_or(before);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// The nearest character boundary at or before a byte offset.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_lang(Lang::En))
    }
}

impl SourceError {
    /// The error in a language: what is wrong, where, and the line itself.
    pub fn in_lang(&self, lang: Lang) -> String {
        let Self { file, line, column, message, width, text } = self;
        let gutter = line.to_string();
        let pad = " ".repeat(gutter.len());
        let indent: String = text.chars().take(column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        let carets = "^".repeat(*width);
        let (message, file) = (message.in_lang(lang), file.display());
        format!("{message}\n{pad}--> {file}:{line}:{column}\n{pad} |\n{gutter} | {text}\n{pad} | {indent}{carets}")
    }
}

impl std::error::Error for SourceError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_place_and_the_line() {
        let text = "[scan]\nregoins = []\n";
        let error = SourceError::at(Path::new("asc.toml"), text, 7..14, text!(en: "unknown key", ja: "不明なキー"));
        assert_eq!((error.line, error.column), (2, 1));
        assert_eq!(error.to_string(), "unknown key\n --> asc.toml:2:1\n  |\n2 | regoins = []\n  | ^^^^^^^");
    }

    #[test]
    fn a_byte_order_mark_is_no_character() {
        let text = "\u{feff}{x}\n{y}";
        let error = SourceError::at(Path::new("f"), text, 4..5, text!(en: "no", ja: "不可"));
        assert_eq!(error.to_string(), "no\n --> f:1:2\n  |\n1 | {x}\n  |  ^");
        assert_eq!([0, 3, 4, 7, 8].map(|at| place(text, at)), [(1, 1), (1, 1), (1, 2), (2, 1), (2, 2)]);
    }

    #[test]
    fn counts_characters_not_bytes_and_survives_any_offset() {
        let text = "x = \"日本\" y";
        for start in 0..=text.len() + 3 {
            let error = SourceError::at(Path::new("f"), text, start..start + 2, Text::default());
            assert!(error.column <= text.chars().count() + 1);
        }
        assert_eq!(SourceError::at(Path::new("f"), text, 13..14, Text::default()).column, 10);
    }
}
