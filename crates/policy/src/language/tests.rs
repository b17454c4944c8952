use proptest::prelude::*;

use super::*;
use crate::automaton::{Budget, Class, Symbol};
use crate::document::Version;
use crate::glob::Glob;

/// Any text.
fn anything() -> Pattern {
    Pattern::shape(&[("", &[Symbol::Many(Class::Any)])])
}

fn gap_of(shape: &Pattern, languages: &[&Language]) -> Result<Option<String>, TooIntricate> {
    gap(shape, languages, &Budget::new())
}

fn meets_of(shape: &Pattern, language: &Language) -> Result<bool, TooIntricate> {
    meets(shape, language, &Budget::new())
}

/// Whether grants cover every text on every text.
fn covered_of(grants: &[(Language, Language)]) -> Covered {
    covered((&anything(), &anything()), grants, &Budget::new())
}

fn globs(texts: &[impl AsRef<str>]) -> Vec<Glob> {
    texts.iter().map(|text| Glob::pattern(text.as_ref(), Version::V2012)).collect()
}

fn only(patterns: &[&str]) -> Language {
    Language::of_resources(Some(&Patterns::Only(globs(patterns))))
}

fn all_but(patterns: &[&str]) -> Language {
    Language { complement: true, ..only(patterns) }
}

#[test]
fn unions_cover_what_no_pattern_covers_alone() {
    let name = Pattern::shape(&[("", &[Symbol::One(Class::Letter), Symbol::Many(Class::Alnum)])]);
    let letters: Vec<_> = ('a'..='z').map(|c| format!("{c}*")).collect();
    let letters: Vec<_> = letters.iter().map(String::as_str).collect();
    assert_eq!(gap_of(&name, &[&only(&letters)]), Ok(None));
    assert_eq!(gap_of(&name, &[&only(&letters[1..])]), Ok(Some("a".to_owned())));
    assert_eq!(gap_of(&name, &[&only(&["?", "??*"])]), Ok(None));
    assert_eq!(gap_of(&anything(), &[&only(&["?*"])]), Ok(Some(String::new())));
    assert_eq!(gap_of(&anything(), &[&only(&["x*"]), &all_but(&["x*"])]), Ok(None));
    assert_eq!(gap_of(&anything(), &[&all_but(&["x*"]), &only(&["xa*"])]), Ok(Some("x".to_owned())));
    assert_eq!(gap_of(&anything(), &[&all_but(&[])]), Ok(None));
    assert_eq!(gap_of(&anything(), &[]), Ok(Some(String::new())));
}

#[test]
fn products_are_covered_piece_by_piece() {
    let grants = [(only(&["a*"]), only(&["*"])), (all_but(&["a*"]), only(&["r*"])), (only(&["*"]), all_but(&["r*"]))];
    assert_eq!(covered_of(&grants), Covered::Yes);
    assert!(matches!(covered_of(&grants[..2]), Covered::No(..)));
    assert_eq!(covered_of(&[]), Covered::No(String::new(), String::new()));
}

#[test]
fn adversarial_patterns_end_quickly_and_claim_nothing() {
    let began = std::time::Instant::now();
    let one = "*a".repeat(300) + "*b";
    assert_eq!(meets_of(&anything(), &only(&[&one])), Ok(true));
    let many: Vec<_> = (0..40).map(|n| format!("*{}*{}*x{n}", "a?".repeat(n % 7), "b?c".repeat(n % 5))).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    // Whatever the answer, it comes, and it is not that everything is covered.
    assert_ne!(gap_of(&anything(), &[&only(&many)]), Ok(None));
    let grants: Vec<_> = many.iter().map(|pattern| (all_but(&[pattern]), only(&[pattern]))).collect();
    assert_ne!(covered_of(&grants), Covered::Yes);
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

/// All texts of up to five of `a`, `b` and a character that no pattern names.
fn texts() -> Vec<String> {
    let mut all = vec![String::new()];
    for length in 0..5 {
        let longer: Vec<_> =
            all.iter().filter(|t| t.len() == length).flat_map(|t| ["a", "b", "-"].map(|c| format!("{t}{c}"))).collect();
        all.extend(longer);
    }
    all
}

fn patterns() -> impl Strategy<Value = Patterns> {
    (proptest::collection::vec("[ab*?]{0,4}", 0..4), any::<bool>())
        .prop_map(|(texts, all_but)| (globs(&texts), all_but))
        .prop_map(|(globs, all_but)| if all_but { Patterns::AllBut(globs) } else { Patterns::Only(globs) })
}

fn holds(patterns: &Patterns, text: &str) -> bool {
    match patterns {
        Patterns::Only(globs) => globs.iter().any(|pattern| pattern.matches(text)),
        Patterns::AllBut(globs) => !globs.iter().any(|pattern| pattern.matches(text)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn a_gap_is_a_gap_and_without_one_all_is_covered(unions in proptest::collection::vec(patterns(), 0..4)) {
        let languages: Vec<_> = unions.iter().map(|p| Language::of_resources(Some(p))).collect();
        let languages: Vec<_> = languages.iter().collect();
        match gap_of(&anything(), &languages) {
            Ok(Some(text)) => prop_assert!(!unions.iter().any(|p| holds(p, &text)), "{text}"),
            Ok(None) => {
                for text in texts() {
                    prop_assert!(unions.iter().any(|p| holds(p, &text)), "{text}");
                }
            }
            Err(TooIntricate) => prop_assert!(false, "so few patterns are never too intricate"),
        }
    }

    #[test]
    fn meeting_agrees_with_enumeration(patterns in patterns()) {
        let met = meets_of(&anything(), &Language::of_resources(Some(&patterns))).unwrap();
        prop_assert_eq!(met, texts().iter().any(|text| holds(&patterns, text)));
    }

    #[test]
    fn products_agree_with_enumeration(grants in proptest::collection::vec((patterns(), patterns()), 0..4)) {
        let languages: Vec<_> =
            grants.iter().map(|(a, r)| (Language::of_actions(a), Language::of_resources(Some(r)))).collect();
        let granted = |action: &str, resource: &str| grants.iter().any(|(a, r)| holds(a, action) && holds(r, resource));
        match covered_of( &languages) {
            Covered::No(action, resource) => prop_assert!(!granted(&action, &resource), "{action} {resource}"),
            Covered::Yes => {
                let texts: Vec<_> = texts().into_iter().filter(|text| text.len() < 4).collect();
                for action in &texts {
                    for resource in &texts {
                        prop_assert!(granted(action, resource), "{action} {resource}");
                    }
                }
            }
            Covered::CannotTell => prop_assert!(false, "so few patterns are never too intricate"),
        }
    }
}
