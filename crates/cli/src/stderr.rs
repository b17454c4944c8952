//! What is said on standard error. Nothing else in the program writes there but the progress line, and clap for its
//! own errors.
#![expect(clippy::print_stderr, reason = "this is the one place that does")]

use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};
use asc_core::{Lang, Text};
use asc_report::escape;

use crate::problem::Problem;

/// Whether colour is wanted on a stream that is, or is not, a terminal.
pub(crate) fn wants_color(is_terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    is_terminal && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

fn say(label: &str, style: Style, message: &str) {
    let style = if wants_color(std::io::stderr().is_terminal()) { style } else { Style::new() };
    // Messages quote what AWS or a file says; line by line, nothing in them may steer the terminal.
    let message: Vec<_> = message.lines().map(|line| escape::terminal(line).into_owned()).collect();
    eprintln!("{style}{label}:{style:#} {}", message.join("\n"));
}

/// Why a command does not do its work, and what to do about that.
pub(crate) fn problem(problem: &Problem, lang: Lang) {
    error(&problem.text(), lang);
    if let Some(advice) = problem.advice() {
        let label = lang.pick("help", "ヒント");
        say(label, AnsiColor::Cyan.on_default().bold(), advice.in_lang(lang));
    }
}

/// An error.
pub(crate) fn error(message: &Text, lang: Lang) {
    say(lang.pick("error", "エラー"), AnsiColor::Red.on_default().bold(), message.in_lang(lang));
}

/// Something that the user should know, though the work is done.
pub(crate) fn warning(message: &Text, lang: Lang) {
    say(lang.pick("warning", "警告"), AnsiColor::Yellow.on_default().bold(), message.in_lang(lang));
}

/// Something that is good to know.
pub(crate) fn note(message: &Text, lang: Lang) {
    say(lang.pick("note", "お知らせ"), Style::new().bold(), message.in_lang(lang));
}

/// What clap has to say, as it is.
pub(crate) fn raw(message: &str) {
    eprint!("{message}");
}
