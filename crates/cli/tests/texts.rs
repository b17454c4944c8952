//! Every check says all it must, in both languages.
#![expect(clippy::unwrap_used, reason = "a test that cannot read what it is about fails")]

use asc_checks as _;
use asc_core::registry::Registry;
use asc_core::{Declaration, Lang};

fn declarations() -> Vec<&'static Declaration> {
    Registry::linked().unwrap().declarations().collect()
}

fn is_japanese(text: &str) -> bool {
    text.chars().any(|c| ('\u{3040}'..='\u{30ff}').contains(&c))
}

#[test]
fn every_text_is_there_and_in_its_language() {
    for check in declarations() {
        for lang in Lang::ALL {
            let words = check.words(lang);
            for text in [words.title, words.why, words.console] {
                assert!(text.chars().count() > 5, "{} says too little in {lang}: {text:?}", check.id);
                assert_eq!(is_japanese(text), lang == Lang::Ja, "{} in {lang}: {text:?}", check.id);
                assert!(!text.contains("  "), "{} has a gap in {lang}: {text:?}", check.id);
            }
            assert!(words.title.chars().count() <= 80, "{}: a title is one line", check.id);
            assert!(words.console.starts_with("1. "), "{}: the console's steps are numbered", check.id);
        }
        for code in [check.fix.cli, check.fix.cloudformation, check.fix.terraform] {
            assert!(code.len() > 20, "{} lacks a correction: {code:?}", check.id);
        }
        assert!(check.reference.starts_with("https://docs.aws.amazon.com/"), "{}", check.id);
        assert!(check.operations().next().is_some(), "{} reads nothing", check.id);
    }
}

#[test]
fn numbers_and_names_are_of_their_form() {
    for check in declarations() {
        let (set, numbers) = check.id.split_once('-').unwrap();
        assert!(["ASC", "BASE"].contains(&set), "{}", check.id);
        assert!(numbers.split('-').all(|part| part.len() == 2 && part.parse::<u8>().is_ok()), "{}", check.id);
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(check.name.chars().all(kebab) && !check.name.starts_with('-'), "{}", check.name);
        assert!(check.maps_to.len() <= 8, "{}: GitHub shows ten tags, two are taken", check.id);
    }
}
