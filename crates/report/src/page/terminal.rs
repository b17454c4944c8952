//! Checks on a terminal.

use asc_core::{Declaration, Kind, Lang};

use super::{Snippet, headings, snippets, standards};
use crate::layout::{BOLD, DIM, PLAIN, Sheet, columns, of_severity};
use crate::phrases;

/// A check in full, for `asc explain`. Prose is wrapped; commands and templates are left as they are, since they are
/// there to be copied.
pub fn terminal(declaration: &Declaration, lang: Lang, width: usize, color: bool) -> String {
    let (words, titles) = (declaration.words(lang), headings(lang));
    let mut sheet = Sheet::new(width, color);
    sheet.labelled(declaration.id, BOLD, columns(declaration.id) + 2, BOLD, words.title);
    sheet.blank();

    let operations: Vec<_> = declaration
        .operations()
        .map(|o| if o.to_string() == o.action { o.to_string() } else { format!("{o} ({})", o.action) })
        .collect();
    let labels =
        [titles.name, titles.severity, titles.decided, titles.service, titles.standards, titles.since, titles.reads];
    let column = labels.into_iter().map(columns).max().unwrap_or(0) + 2;
    sheet.labelled(titles.name, DIM, column, PLAIN, declaration.name);
    let severity = phrases::severity(lang, declaration.severity);
    sheet.labelled(titles.severity, DIM, column, of_severity(declaration.severity), severity);
    sheet.labelled(titles.decided, DIM, column, PLAIN, &phrases::decided(lang, declaration));
    sheet.labelled(titles.service, DIM, column, PLAIN, declaration.service);
    let standards = standards(declaration);
    if !standards.is_empty() {
        sheet.items(titles.standards, DIM, column, PLAIN, standards.iter().map(String::as_str));
    }
    sheet.labelled(titles.since, DIM, column, PLAIN, declaration.since);
    if !operations.is_empty() {
        sheet.items(titles.reads, DIM, column, PLAIN, operations.iter().map(String::as_str));
    }

    section(&mut sheet, titles.why);
    prose(&mut sheet, words.why);
    section(&mut sheet, &format!("{} ({})", titles.fix, titles.console));
    prose(&mut sheet, words.console);
    for Snippet { title, text, .. } in snippets(declaration) {
        section(&mut sheet, &format!("{} ({title})", titles.fix));
        for line in text.lines() {
            sheet.verbatim(2, line);
        }
    }
    if !declaration.options.is_empty() {
        section(&mut sheet, titles.options);
        for option in declaration.options {
            let label = format!("  {}", option.key);
            sheet.labelled(&label, BOLD, columns(&label) + 2, PLAIN, lang.pick(option.en, option.ja));
        }
    }
    section(&mut sheet, titles.more);
    sheet.verbatim(2, declaration.reference);
    sheet.finish()
}

fn section(sheet: &mut Sheet, title: &str) {
    sheet.blank();
    sheet.paragraph(0, BOLD, title);
}

/// The declaration's prose, which is Markdown of the simplest kind: paragraphs, and lists whose items hang.
fn prose(sheet: &mut Sheet, text: &str) {
    for line in text.trim().lines() {
        let line = line.trim_end().replace("**", "");
        let body = line.trim_start();
        if body.is_empty() {
            sheet.blank();
            continue;
        }
        let indent = line.len() - body.len() + 2;
        match body.split_once(' ') {
            Some((mark, rest)) if is_list_mark(mark) => {
                let label = format!("{}{mark}", " ".repeat(indent));
                sheet.labelled(&label, PLAIN, columns(&label) + 1, PLAIN, rest.trim_start());
            }
            _ => sheet.paragraph(indent, PLAIN, body),
        }
    }
}

fn is_list_mark(word: &str) -> bool {
    matches!(word, "-" | "*")
        || word.strip_suffix('.').is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()))
}

/// The checks one below the other, for `asc checks`: id, severity, who decides, name, title. Where the columns do not
/// fit side by side, the name and the title move below.
pub fn list(declarations: &[&Declaration], lang: Lang, width: usize, color: bool) -> String {
    let widest = |of: &dyn Fn(&Declaration) -> usize| declarations.iter().map(|d| of(d)).max().unwrap_or(0) + 2;
    let ids = widest(&|d| columns(d.id));
    let severities = widest(&|d| columns(phrases::severity(lang, d.severity)));
    let kinds = widest(&|d| columns(phrases::kind(lang, d.kind)));
    let names = widest(&|d| columns(d.name));
    let (name_at, title_at) = (ids + severities + kinds, ids + severities + kinds + names);

    let mut sheet = Sheet::new(width, color);
    for declaration in declarations {
        let title = declaration.words(lang).title;
        let kind_style = if matches!(declaration.kind, Kind::Automatic) { DIM } else { PLAIN };
        sheet.cell(BOLD, declaration.id, ids);
        sheet.cell(of_severity(declaration.severity), phrases::severity(lang, declaration.severity), severities);
        let kind = phrases::kind(lang, declaration.kind);
        if title_at + 24 <= width {
            sheet.cell(kind_style, kind, kinds);
            sheet.cell(PLAIN, declaration.name, names);
            sheet.rest(title_at, PLAIN, title);
        } else if name_at + names <= width + 2 {
            sheet.cell(kind_style, kind, kinds);
            sheet.rest(name_at, PLAIN, declaration.name);
            sheet.paragraph(ids, DIM, title);
        } else {
            sheet.rest(ids + severities, kind_style, kind);
            sheet.paragraph(2, PLAIN, declaration.name);
            sheet.paragraph(2, DIM, title);
        }
    }
    sheet.finish()
}
