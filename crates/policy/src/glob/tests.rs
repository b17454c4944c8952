use proptest::prelude::*;

use super::*;

fn glob(text: &str) -> Glob {
    Glob::pattern(text, Version::V2012)
}

fn matches(pattern: &str, text: &str) -> bool {
    glob(pattern).matches(text)
}

fn intersects(one: &str, other: &str) -> bool {
    glob(one).intersects(&glob(other))
}

#[test]
fn examples() {
    assert!(matches("arn:aws:s3:::b/*", "arn:aws:s3:::b/a/b"));
    assert!(!matches("arn:aws:s3:::b", "arn:aws:s3:::b/a"));
    assert!(matches("a?c*", "abc"));
    assert!(matches("*", "?"));
    assert!(!matches("a", "*"));
    assert!(intersects("b/logs/*", "b/l*"));
    assert!(intersects("*a*", "b?c*"));
    assert!(!intersects("b/logs/*", "b/data/*"));
}

#[test]
fn variables_are_variables_in_the_newer_version_only() {
    let text = "home/${aws:username}/*";
    assert!(glob(text).has_variable());
    assert!(!Glob::pattern(text, Version::V2008).has_variable());
    assert!(Glob::pattern(text, Version::V2008).matches("home/${aws:username}/x"));
    assert!(!glob(text).matches("home/ann/x") && glob(text).at_most().matches("home/ann/x"));
    assert!(!glob(text).at_least().intersects(&glob("*")));
}

#[test]
fn special_characters_and_defaults_are_read() {
    assert!(glob("a${*}b").matches("a*b") && !glob("a${*}b").matches("axb"));
    assert_eq!(glob("${?}${$}{x}").fixed().as_deref(), Some("?${x}"));
    let variable = |key: &str, default: Option<&str>| {
        Part::Variable(Box::new(Variable { key: key.to_owned(), default: default.map(str::to_owned) }))
    };
    assert_eq!(glob("${aws:username, 'none'}").parts(), [variable("aws:username", Some("none"))]);
    assert_eq!(glob("${aws:username}").parts(), [variable("aws:username", None)]);
    for plain in ["${aws:username", "$aws", "${a, b}", "{a}"] {
        assert_eq!(glob(plain).fixed().as_deref(), Some(plain));
    }
    assert_eq!(Glob::value("a*", Version::V2012).fixed().as_deref(), Some("a*"));
}

#[test]
fn adversarial_patterns_do_not_blow_up() {
    let pattern = "*a".repeat(500) + "b";
    assert!(!matches(&pattern, &"a".repeat(2_000)));
    assert!(!intersects(&pattern, &("a*".repeat(500) + "c")));
}

/// All texts over a small alphabet, to hold the answers against.
fn texts() -> Vec<String> {
    let mut all = vec![String::new()];
    for length in 0..5 {
        let longer: Vec<_> =
            all.iter().filter(|t| t.len() == length).flat_map(|t| ["a", "b"].map(|c| format!("{t}{c}"))).collect();
        all.extend(longer);
    }
    all
}

proptest! {
    #[test]
    fn answers_agree_with_enumeration(one in "[ab*?]{0,4}", other in "[ab*?]{0,4}") {
        let texts = texts();
        let both = texts.iter().any(|t| matches(&one, t) && matches(&other, t));
        // Two patterns of four symbols that share any text share one of at most eight; a witness of five or
        // fewer is enough here unless stars must be filled from both sides.
        if both { prop_assert!(intersects(&one, &other)); }
        for text in &texts {
            prop_assert_eq!(matches(&one, text), intersects(&one, text));
            prop_assert_eq!(glob(&one).matches_in_any_case(&text.to_uppercase()), matches(&one, text));
        }
    }

    #[test]
    fn any_text_is_read(text in "[a${},'*?: ]{0,12}") {
        let read = glob(&text);
        prop_assert_eq!(read.written(), text.as_str());
        if let Some(fixed) = read.fixed() { prop_assert!(read.matches(&fixed)); }
        prop_assert!(!read.at_most().has_variable() && !read.at_least().has_variable());
    }
}
