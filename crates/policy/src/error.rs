//! Why a document is no policy, and where.

use std::ops::Range;
use std::path::Path;

use asc_core::source::{SourceError, place};
use asc_core::{Lang, Text};

/// Why a document is no policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.in_lang(Lang::En))]
pub struct ParseError {
    /// What is meant, in bytes of the document.
    pub span: Range<usize>,
    /// Where that begins: from 1.
    pub line: usize,
    /// Where that begins: from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: Text,
}

impl ParseError {
    /// A fault of a document, with its line and column.
    pub(crate) fn new(document: &str, fault: Fault) -> Self {
        let (line, column) = place(document, fault.span.start);
        Self { span: fault.span.start..fault.span.end, line, column, message: fault.message }
    }

    /// The same with the line itself, for a document that stands in a file. Takes bytes, since they may be why.
    pub fn in_file(&self, file: &Path, document: &[u8]) -> SourceError {
        // What replaces broken bytes stands behind the place: the first of them are what is told of.
        SourceError::at(file, &String::from_utf8_lossy(document), self.span.clone(), self.message.clone())
    }

    /// What is wrong and where, in a language.
    pub fn in_lang(&self, lang: Lang) -> String {
        let Self { line, column, message, .. } = self;
        let message = message.in_lang(lang);
        match lang {
            Lang::En => format!("line {line}, column {column}: {message}"),
            Lang::Ja => format!("{line} 行 {column} 文字目: {message}"),
        }
    }
}

/// Bytes of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Span {
    /// The bracket that an object or a list begins with.
    pub(crate) fn first(self) -> Self {
        Self { start: self.start, end: self.start + 1 }
    }
}

/// What is wrong, and where.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) span: Span,
    pub(crate) message: Text,
}

impl Fault {
    pub(crate) fn new(span: Span, message: Text) -> Self {
        Self { span, message }
    }
}

/// A text of the document as a message may show it: the beginning, if it is long.
pub(crate) fn excerpt(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
