//! Lines for a terminal: wrapped to its width with hanging indents, aligned by what characters take up in columns, and
//! coloured only after all of that, so that escape sequences never count as text.

use std::fmt::Write;

use anstyle::{AnsiColor, Color, Style};
use asc_core::Severity;
use textwrap::{Options, WordSeparator, WordSplitter};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// No style at all.
pub(crate) const PLAIN: Style = Style::new();
/// What the eye should find first.
pub(crate) const BOLD: Style = Style::new().bold();
/// What may be overlooked.
pub(crate) const DIM: Style = Style::new().dimmed();
const fn colored(color: AnsiColor) -> Style {
    Style::new().bold().fg_color(Some(Color::Ansi(color)))
}

/// All is well.
pub(crate) const GOOD: Style = colored(AnsiColor::Green);
/// Something is missing.
pub(crate) const WARN: Style = colored(AnsiColor::Yellow);
/// Something is bad.
pub(crate) const BAD: Style = colored(AnsiColor::Red);

/// The style of a severity's label.
pub(crate) const fn of_severity(severity: Severity) -> Style {
    match severity {
        Severity::Critical => colored(AnsiColor::Red).invert(),
        Severity::High => BAD,
        Severity::Medium => colored(AnsiColor::Yellow),
        Severity::Low => colored(AnsiColor::Cyan),
    }
}

/// Fewer columns than this hold no readable text; a narrower terminal has to wrap by itself.
const LEAST: usize = 12;

/// The columns that a text takes up.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

/// Breaks a text into lines of at most so many columns.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    // Unicode's rules find the places where Japanese may break, but they also break names at their dashes, so they
    // are left to texts that need them.
    let wide = text.chars().any(|c| c.width() == Some(2));
    let separator = if wide { WordSeparator::UnicodeBreakProperties } else { WordSeparator::AsciiSpace };
    let options = Options::new(width.max(LEAST)).word_separator(separator).word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// Sets items one after the other, with commas between them, each whole on a line where that is possible.
pub(crate) fn flow<'a>(items: impl IntoIterator<Item = &'a str>, width: usize) -> Vec<String> {
    let width = width.max(LEAST);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut items = items.into_iter().peekable();
    while let Some(item) = items.next() {
        let item = if items.peek().is_some() { format!("{item},") } else { item.to_owned() };
        if !line.is_empty() {
            if columns(&line) + 1 + columns(&item) <= width {
                line.push(' ');
                line.push_str(&item);
                continue;
            }
            lines.push(line);
        }
        let mut pieces = wrap(&item, width);
        line = pieces.pop().unwrap_or_default();
        lines.extend(pieces);
    }
    lines.push(line);
    lines
}

/// A growing text of a given width.
pub(crate) struct Sheet {
    text: String,
    width: usize,
    color: bool,
}

impl Sheet {
    /// An empty sheet.
    pub(crate) const fn new(width: usize, color: bool) -> Self {
        Self { text: String::new(), width, color }
    }

    /// The text.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// An empty line, unless there is one already or nothing stands above it.
    pub(crate) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A paragraph.
    pub(crate) fn paragraph(&mut self, indent: usize, style: Style, text: &str) {
        self.labelled("", PLAIN, indent, style, text);
    }

    /// A label, then a paragraph that starts in the given column on the same line and stays in that column.
    pub(crate) fn labelled(&mut self, label: &str, label_style: Style, column: usize, style: Style, text: &str) {
        let lines = wrap(text, self.width.saturating_sub(column));
        self.hang(label, label_style, column, style, &lines);
    }

    /// A label, then items set one after the other.
    pub(crate) fn items<'a>(
        &mut self,
        label: &str,
        label_style: Style,
        column: usize,
        style: Style,
        items: impl IntoIterator<Item = &'a str>,
    ) {
        let lines = flow(items, self.width.saturating_sub(column));
        self.hang(label, label_style, column, style, &lines);
    }

    /// Items in the text's column, after a word that says where they are; such words are padded to a common width. On
    /// a narrow sheet the word is just the first of the line.
    pub(crate) fn placed(&mut self, column: usize, place: &str, widest: usize, items: &[String]) {
        let items = items.iter().map(String::as_str);
        if widest == 0 {
            return self.items("", PLAIN, column, PLAIN, items);
        }
        let beside = column + widest + 2;
        if beside + 2 * LEAST > self.width {
            self.paragraph(column, DIM, place);
            return self.items("", PLAIN, column + 2, PLAIN, items);
        }
        let label = format!("{}{place}", " ".repeat(column));
        self.items(&label, DIM, beside, PLAIN, items);
    }

    /// A cell of a row that goes on, padded to so many columns.
    pub(crate) fn cell(&mut self, style: Style, text: &str, width: usize) {
        self.push(style, text);
        self.text.extend(std::iter::repeat_n(' ', width.saturating_sub(columns(text))));
    }

    /// The last cell of a row, which starts in the given column and wraps within it.
    pub(crate) fn rest(&mut self, column: usize, style: Style, text: &str) {
        for (at, line) in wrap(text, self.width.saturating_sub(column)).iter().enumerate() {
            if at > 0 {
                self.text.extend(std::iter::repeat_n(' ', column));
            }
            self.push(style, line);
            self.text.push('\n');
        }
    }

    /// A line as it is, to be copied; it is not wrapped.
    pub(crate) fn verbatim(&mut self, indent: usize, line: &str) {
        if !line.is_empty() {
            self.text.extend(std::iter::repeat_n(' ', indent));
            self.text.push_str(line);
        }
        self.text.push('\n');
    }

    fn hang(&mut self, label: &str, label_style: Style, column: usize, style: Style, lines: &[String]) {
        let mut used = 0;
        if !label.is_empty() {
            let indent = label.len() - label.trim_start().len();
            self.text.push_str(&label[..indent]);
            self.push(label_style, &label[indent..]);
            used = columns(label);
            // A label that fills its column stands on a line of its own.
            if used >= column && lines.iter().any(|line| !line.is_empty()) {
                self.text.push('\n');
                used = 0;
            }
        }
        for line in lines {
            if !line.is_empty() {
                self.text.extend(std::iter::repeat_n(' ', column - used.min(column)));
                self.push(style, line);
            }
            self.text.push('\n');
            used = 0;
        }
    }

    fn push(&mut self, style: Style, text: &str) {
        if self.color && style != PLAIN {
            let _ = write!(self.text, "{style}{text}{style:#}");
        } else {
            self.text.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_wraps_by_columns() {
        let lines = wrap("サーバーアクセスログが無効です。ログの保存先を設定してください。", 20);
        assert!(lines.len() > 2);
        assert!(lines.iter().all(|line| columns(line) <= 20), "{lines:?}");
        assert!(lines.iter().all(|line| !line.starts_with('。')), "{lines:?}");
    }

    #[test]
    fn names_are_not_broken_at_dashes() {
        assert_eq!(wrap("see my-bucket-name-here", 15), ["see", "my-bucket-name-", "here"]);
        assert_eq!(wrap("see my-bucket-name", 15), ["see", "my-bucket-name"]);
    }

    #[test]
    fn items_stay_whole_where_they_can() {
        assert_eq!(flow(["aaaa", "bbbb", "cccc"], 12), ["aaaa, bbbb,", "cccc"]);
        assert_eq!(flow(["a", "0123456789abcdef", "b"], 12), ["a,", "0123456789ab", "cdef, b"]);
        assert_eq!(flow([], 12), [""]);
    }

    #[test]
    fn colour_changes_no_text() {
        let sheet = |color| {
            let mut sheet = Sheet::new(30, color);
            sheet.labelled("HIGH", BAD, 10, BOLD, "one two three four five six seven");
            sheet.finish()
        };
        let plain = sheet(false);
        assert!(!plain.contains('\u{1b}'));
        assert!(sheet(true).contains('\u{1b}'));
        assert_eq!(plain, "HIGH      one two three four\n          five six seven\n");
    }
}
