//! IAM's patterns: `*` is any run of characters, `?` is any one.

/// Whether a pattern matches a text.
pub fn matches(pattern: &str, text: &str) -> bool {
    run(pattern, text, |a, b| a == b)
}

/// Whether a pattern matches a text, upper and lower case being the same, as in actions.
pub fn matches_in_any_case(pattern: &str, text: &str) -> bool {
    run(pattern, text, |a, b| a.eq_ignore_ascii_case(&b))
}

/// The first fit of every part between two stars is as good as any later one, so that nothing is tried twice.
fn run(pattern: &str, text: &str, same: impl Fn(char, char) -> bool) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    // Where to go on when the part behind the last star does not fit here: behind it, one character further on.
    let mut again = None;
    loop {
        let rest = text.clone();
        let fits = match (pattern.next(), text.next()) {
            (None, None) => return true,
            (Some('*'), _) => {
                again = Some((pattern.clone(), rest.clone()));
                text = rest;
                continue;
            }
            (_, None) => return false,
            (Some('?'), Some(_)) => true,
            (Some(a), Some(b)) => same(a, b),
            (None, Some(_)) => false,
        };
        if !fits {
            let Some((behind, from)) = &mut again else { return false };
            from.next();
            (pattern, text) = (behind.clone(), from.clone());
        }
    }
}

/// Whether everything that `inner` matches is matched by `outer` as well, decided wildcard by wildcard: a `*` of
/// `inner` can only be taken up by a `*` of `outer`. Never true when it should be false.
pub fn covers(outer: &str, inner: &str) -> bool {
    let (outer, inner): (Vec<_>, Vec<_>) = (outer.chars().map(symbol).collect(), inner.chars().map(symbol).collect());
    // `reached` holds the positions in `outer` that the part of `inner` read so far can have come to.
    let mut reached = closure(&outer, [0].into());
    for symbol in inner {
        let mut next = std::collections::BTreeSet::new();
        for at in reached {
            match (outer.get(at), symbol) {
                (Some(Symbol::Any), _) => {
                    next.insert(at);
                }
                (Some(Symbol::One), Symbol::One | Symbol::Char(_)) => {
                    next.insert(at + 1);
                }
                (Some(Symbol::Char(a)), Symbol::Char(b)) if *a == b => {
                    next.insert(at + 1);
                }
                _ => {}
            }
        }
        reached = closure(&outer, next);
    }
    reached.contains(&outer.len())
}

/// Whether some text is matched by both patterns.
pub fn intersects(one: &str, other: &str) -> bool {
    let one: Vec<_> = one.chars().map(symbol).collect();
    let other: Vec<_> = other.chars().map(symbol).collect();
    let mut seen = vec![false; (one.len() + 1) * (other.len() + 1)];
    let mut open = vec![(0, 0)];
    while let Some((i, j)) = open.pop() {
        let slot = &mut seen[i * (other.len() + 1) + j];
        if std::mem::replace(slot, true) {
            continue;
        }
        match (one.get(i), other.get(j)) {
            (None, None) => return true,
            (Some(Symbol::Any), Some(_)) => open.extend([(i + 1, j), (i, j + 1)]),
            (Some(Symbol::Any), None) => open.push((i + 1, j)),
            (Some(_), Some(Symbol::Any)) => open.extend([(i, j + 1), (i + 1, j)]),
            (None, Some(Symbol::Any)) => open.push((i, j + 1)),
            (Some(Symbol::Char(a)), Some(Symbol::Char(b))) if a != b => {}
            (Some(_), Some(_)) => open.push((i + 1, j + 1)),
            _ => {}
        }
    }
    false
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Symbol {
    Any,
    One,
    Char(char),
}

const fn symbol(c: char) -> Symbol {
    match c {
        '*' => Symbol::Any,
        '?' => Symbol::One,
        c => Symbol::Char(c),
    }
}

/// A `*` may also take up nothing.
fn closure(outer: &[Symbol], mut at: std::collections::BTreeSet<usize>) -> std::collections::BTreeSet<usize> {
    let mut open: Vec<_> = at.iter().copied().collect();
    while let Some(i) = open.pop() {
        if outer.get(i) == Some(&Symbol::Any) && at.insert(i + 1) {
            open.push(i + 1);
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn examples() {
        assert!(matches("arn:aws:s3:::b/*", "arn:aws:s3:::b/a/b"));
        assert!(!matches("arn:aws:s3:::b", "arn:aws:s3:::b/a"));
        assert!(matches("a?c*", "abc"));
        assert!(matches("*", "?"));
        assert!(!matches("a", "*"));
        assert!(covers("arn:*", "arn:aws:s3:::b/*"));
        assert!(covers("s3:*", "s3:Put*"));
        assert!(!covers("s3:Put*", "s3:*"));
        assert!(!covers("b/????", "b/*"));
        assert!(intersects("b/logs/*", "b/l*"));
        assert!(intersects("*a*", "b?c*"));
        assert!(!intersects("b/logs/*", "b/data/*"));
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
            if covers(&one, &other) {
                prop_assert!(texts.iter().all(|t| !matches(&other, t) || matches(&one, t)));
            }
            for text in &texts {
                prop_assert_eq!(matches(&one, text), covers(&one, text));
                prop_assert_eq!(matches_in_any_case(&one, &text.to_uppercase()), covers(&one, text));
            }
        }
    }
}
