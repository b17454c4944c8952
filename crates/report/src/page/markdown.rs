//! A check as a Markdown page.

use std::fmt::Write;

use asc_core::{Declaration, Lang};

use super::{Snippet, headings, snippets, standards};
use crate::phrases;

/// The name of a check's page in a language, below `docs/checks`.
pub fn file_name(declaration: &Declaration, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{}.md", declaration.id),
        Lang::Ja => format!("{}.ja.md", declaration.id),
    }
}

/// A check's whole page, with a link to the page in the other language.
pub fn markdown(declaration: &Declaration, lang: Lang) -> String {
    let (words, titles) = (declaration.words(lang), headings(lang));
    let mut page = format!("# {}: {}\n\n", declaration.id, words.title);
    let (other, other_name) = lang.pick((Lang::Ja, "日本語"), (Lang::En, "English"));
    let _ = writeln!(page, "[{other_name}]({})\n", file_name(declaration, other));
    let mut row = |label: &str, value: &str| {
        let _ = writeln!(page, "| {label} | {value} |");
    };
    row(titles.name, &format!("`{}`", declaration.name));
    row("---", "---");
    row(titles.severity, phrases::severity(lang, declaration.severity));
    row(titles.decided, &phrases::decided(lang, declaration));
    row(titles.service, &format!("`{}`", declaration.service));
    let standards = standards(declaration);
    if !standards.is_empty() {
        row(titles.standards, &standards.join(", "));
    }
    row(titles.since, declaration.since);
    page.push('\n');
    page.push_str(&body(declaration, lang, usize::MAX));
    page
}

/// The page's sections; as many from the first as fit into so many characters, and the first in any case.
pub(crate) fn body(declaration: &Declaration, lang: Lang, longest: usize) -> String {
    let mut body = String::new();
    let mut length = 0;
    for section in sections(declaration, lang) {
        length += section.chars().count();
        if length > longest && !body.is_empty() {
            break;
        }
        body.push_str(&section);
    }
    body.truncate(body.trim_end().len());
    body.push('\n');
    body
}

fn sections(declaration: &Declaration, lang: Lang) -> Vec<String> {
    let (words, titles) = (declaration.words(lang), headings(lang));
    let mut sections = vec![
        format!("## {}\n\n{}\n\n", titles.why, words.why.trim()),
        format!("## {}\n\n### {}\n\n{}\n\n", titles.fix, titles.console, words.console.trim()),
    ];
    for Snippet { title, language, text } in snippets(declaration) {
        let fence = fence(&text);
        sections.push(format!("### {title}\n\n{fence}{language}\n{text}\n{fence}\n\n"));
    }
    if !declaration.options.is_empty() {
        let mut section = format!("## {}\n\n", titles.options);
        for option in declaration.options {
            let _ = writeln!(section, "- `{}`: {}", option.key, lang.pick(option.en, option.ja));
        }
        sections.push(section + "\n");
    }
    let mut operations = declaration.operations().peekable();
    if operations.peek().is_some() {
        let (call, action) = lang.pick(("Call", "IAM action"), ("呼び出し", "IAM アクション"));
        let mut section = format!("## {}\n\n| {call} | {action} |\n| --- | --- |\n", titles.reads);
        for operation in operations {
            let _ = writeln!(section, "| `{operation}` | `{}` |", operation.action);
        }
        sections.push(section + "\n");
    }
    sections.push(format!("## {}\n\n<{}>\n", titles.more, declaration.reference));
    sections
}

/// The help as plain text, for readers that show no Markdown: why, and the steps in the console.
pub(crate) fn plain(declaration: &Declaration, lang: Lang) -> String {
    let (words, titles) = (declaration.words(lang), headings(lang));
    format!(
        "{}\n\n{}\n\n{}\n\n{}: {}",
        words.why.trim(),
        titles.fix,
        words.console.trim().replace("**", ""),
        titles.more,
        declaration.reference
    )
}

/// A code fence longer than any run of backticks in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat((longest + 1).max(3))
}
