//! Patterns one by one. Unions of them, inclusion too, are held against enumeration beside the module `language`, which
//! is not public.

use asc_policy::{Glob, Version};
use proptest::prelude::*;

use crate::generate::patterns;
use crate::run::property;
use crate::texts::matches;

/// All texts of up to six of `a`, `b` and, for whatever no pattern names, `x`.
fn texts() -> Vec<String> {
    let mut all = vec![String::new()];
    let mut from = 0;
    for _ in 0..6 {
        let until = all.len();
        for at in from..until {
            for c in ['a', 'b', 'x'] {
                all.push(format!("{}{c}", all[at]));
            }
        }
        from = until;
    }
    all
}

#[test]
fn matching() {
    let text = "[abAB:]{0,8}";
    property(
        "glob matches",
        &(patterns(), text),
        &["fits", "does not", "fits in any case"],
        |(pattern, text), tally| {
            let glob = Glob::pattern(pattern, Version::V2012);
            let fits = matches(pattern, text, false);
            let in_any_case = matches(pattern, text, true);
            prop_assert_eq!(glob.matches(text), fits);
            prop_assert_eq!(glob.matches_in_any_case(text), in_any_case);
            tally.count(if fits {
                "fits"
            } else if in_any_case {
                "fits in any case"
            } else {
                "does not"
            });
            Ok(())
        },
    );
}

#[test]
fn intersection() {
    let texts = texts();
    let pattern = || "[ab*?]{0,3}";
    let kinds = ["meet", "miss each other"];
    property("glob intersects", &(pattern(), pattern()), &kinds, |(one, other), tally| {
        let of = |pattern: &str| texts.iter().map(|text| matches(pattern, text, false)).collect::<Vec<_>>();
        let (left, right) = (of(one), of(other));
        let meet = left.iter().zip(&right).any(|(left, right)| *left && *right);
        let (one, other) = (Glob::pattern(one, Version::V2012), Glob::pattern(other, Version::V2012));
        prop_assert_eq!(one.intersects(&other), meet);
        tally.count(if meet { "meet" } else { "miss each other" });
        Ok(())
    });
}
