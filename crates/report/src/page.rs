//! What a check says about itself: its page in `docs/checks`, `asc explain`, `asc checks`, and the help in SARIF. All of
//! it is made from the one declaration.

mod markdown;
mod policy;
mod terminal;

use asc_core::check::Snippets;
use asc_core::{Declaration, Lang, fix};

pub(crate) use markdown::{body, plain};
pub use markdown::{file_name, markdown};
pub use policy::{Told, Tone, policies};
pub use terminal::{list, terminal};

/// A way to put a check's finding right by machine.
struct Snippet {
    title: &'static str,
    /// For highlighting.
    language: &'static str,
    text: String,
}

/// The ways to put a check's finding right by machine; `asc fix` is one where it makes calls for the check.
fn snippets(declaration: &Declaration) -> Vec<Snippet> {
    let Snippets { cli, cloudformation, terraform } = declaration.fix;
    let own = fix::linked().get(declaration.id).is_some_and(|fix| !fix.calls().is_empty());
    let own = if own { format!("asc fix -c {} --apply", declaration.id) } else { String::new() };
    let written = |text: &str| text.trim_matches('\n').trim_end().to_owned();
    [
        ("asc", "sh", own),
        ("AWS CLI", "sh", written(cli)),
        ("CloudFormation", "yaml", written(cloudformation)),
        ("Terraform", "hcl", written(terraform)),
    ]
    .into_iter()
    .filter(|(.., text)| !text.is_empty())
    .map(|(title, language, text)| Snippet { title, language, text })
    .collect()
}

/// The headings of a page.
struct Headings {
    why: &'static str,
    fix: &'static str,
    console: &'static str,
    options: &'static str,
    reads: &'static str,
    more: &'static str,
    name: &'static str,
    severity: &'static str,
    decided: &'static str,
    service: &'static str,
    since: &'static str,
    standards: &'static str,
}

const fn headings(lang: Lang) -> Headings {
    match lang {
        Lang::En => Headings {
            why: "Why it matters",
            fix: "How to fix it",
            console: "Console",
            options: "Options",
            reads: "What it reads",
            more: "Read on",
            name: "Name",
            severity: "Severity",
            decided: "Decided",
            service: "Service",
            since: "Since",
            standards: "Standards",
        },
        Lang::Ja => Headings {
            why: "なぜ重要か",
            fix: "対処方法",
            console: "コンソール",
            options: "オプション",
            reads: "読み取る情報",
            more: "参考",
            name: "名前",
            severity: "重大度",
            decided: "判定",
            service: "サービス",
            since: "追加バージョン",
            standards: "対応する基準",
        },
    }
}

/// The standards' controls, each with its standard.
fn standards(declaration: &Declaration) -> Vec<String> {
    declaration.maps_to.iter().map(|s| format!("{} {}", s.name, s.control)).collect()
}

#[cfg(test)]
mod tests {
    use asc_core::Lang;

    use super::*;
    use crate::layout::columns;
    use crate::samples::{CHECKS, LOGGING};

    #[test]
    fn page_in_english() {
        insta::assert_snapshot!(markdown(&LOGGING, Lang::En));
    }

    #[test]
    fn page_in_japanese() {
        insta::assert_snapshot!(markdown(&LOGGING, Lang::Ja));
    }

    #[test]
    fn explained_in_english() {
        insta::assert_snapshot!(terminal(&LOGGING, Lang::En, 72, false));
    }

    #[test]
    fn explained_in_japanese() {
        insta::assert_snapshot!(terminal(&LOGGING, Lang::Ja, 60, false));
    }

    #[test]
    fn list_wide_and_narrow() {
        insta::assert_snapshot!("list_en_120", list(&CHECKS, Lang::En, 120, false));
        insta::assert_snapshot!("list_ja_80", list(&CHECKS, Lang::Ja, 80, false));
        insta::assert_snapshot!("list_en_40", list(&CHECKS, Lang::En, 40, false));
    }

    #[test]
    fn lists_never_overflow() {
        for lang in Lang::ALL {
            for width in 40..=200 {
                for line in list(&CHECKS, lang, width, false).lines() {
                    assert!(columns(line) <= width, "{width}: {line}");
                }
            }
        }
    }

    #[test]
    fn help_stops_at_a_section_and_never_inside_a_fence() {
        let whole = body(&LOGGING, Lang::En, usize::MAX);
        for longest in 0..whole.len() {
            let cut = body(&LOGGING, Lang::En, longest);
            assert!(cut.matches("```").count().is_multiple_of(2));
            assert!(cut.chars().count() <= longest.max(cut.find("\n## ").unwrap_or(cut.len())), "{longest}");
        }
    }

    #[test]
    fn a_fence_is_longer_than_any_in_its_text() {
        let mut declaration = LOGGING;
        declaration.fix.cli = "echo '````'";
        assert!(markdown(&declaration, Lang::En).contains("`````sh\necho '````'\n`````\n"));
    }
}
