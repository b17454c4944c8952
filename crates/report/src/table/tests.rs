use asc_core::{Lang, Severity, Status};

use crate::layout::columns;
use crate::samples::{self, ACCOUNT, LOGGING, OTHER, emission, emitted};
use crate::{Emission, Format};

fn table(lang: Lang, width: usize) -> String {
    emitted(Format::Table, &samples::report(lang), &emission(lang, width))
}

#[test]
fn english_100() {
    insta::assert_snapshot!(table(Lang::En, 100));
}

#[test]
fn english_40() {
    insta::assert_snapshot!(table(Lang::En, 40));
}

#[test]
fn japanese_100() {
    insta::assert_snapshot!(table(Lang::Ja, 100));
}

#[test]
fn japanese_48() {
    insta::assert_snapshot!(table(Lang::Ja, 48));
}

#[test]
fn all_in_order() {
    for lang in Lang::ALL {
        insta::assert_snapshot!(
            format!("all_in_order_{lang}"),
            emitted(Format::Table, &samples::clean(lang), &emission(lang, 80))
        );
    }
}

#[test]
fn no_line_overflows_at_any_width() {
    for lang in Lang::ALL {
        for width in 40..=200 {
            for line in table(lang, width).lines() {
                assert!(columns(line) <= width, "{width}: {line}");
                assert_eq!(line, line.trim_end());
            }
        }
    }
}

#[test]
fn nothing_hostile_reaches_the_terminal() {
    for lang in Lang::ALL {
        let text = table(lang, 80);
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
        assert!(!text.contains('\u{202e}'));
    }
}

#[test]
fn colour_only_when_wanted() {
    let report = samples::report(Lang::En);
    let colored = emitted(Format::Table, &report, &Emission { color: true, ..emission(Lang::En, 80) });
    assert!(colored.contains("\u{1b}[1m"));
    let mut plain = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    assert_eq!(plain, table(Lang::En, 80));
}

#[test]
fn worst_comes_first_and_failures_before_people() {
    let text = table(Lang::En, 100);
    let at = |needle: &str| text.find(needle).unwrap_or_else(|| panic!("{needle} is missing"));
    assert!(at("CRITICAL  T-12") < at("HIGH      T-03"));
    assert!(at("HIGH      T-03") < at("MEDIUM    T-16"));
    assert!(at("MEDIUM    T-16") < at("MEDIUM    T-14"));
    assert!(at("MEDIUM    T-14") < at("UNKNOWN"));
}

#[test]
fn one_message_over_many_resources_is_said_once() {
    let text = table(Lang::En, 100);
    assert_eq!(text.matches("No evaluation is on record.").count(), 1);
    assert_eq!(text.matches("team-").count(), 12);
    assert_eq!(text.matches("was denied").count(), 1);
    assert!(!text.contains("public-mirror"), "it is muted");
}

#[test]
fn several_accounts_are_told_apart() {
    let mut report = samples::report_of(
        &[ACCOUNT, OTHER],
        [ACCOUNT, OTHER].map(|a| samples::finding(&LOGGING, Status::Fail, a, Some("us-east-1"), "b", "Off.")).to_vec(),
    );
    report.findings[1].severity = Severity::Medium;
    let text = emitted(Format::Table, &report, &emission(Lang::En, 80));
    assert!(text.contains("123456789012 us-east-1  b\n") && text.contains("210987654321 us-east-1  b\n"), "{text}");
}

#[test]
fn the_order_is_the_same_in_every_language() {
    // The first would be the last by its words in one language, and the second in the other.
    let texts = [("Zebra", "あ"), ("Ant", "ん"), ("Mole", "か")];
    let order = |lang: Lang, status: Status| {
        let of = |(at, (en, ja)): (usize, &(&str, &str))| {
            samples::finding(&LOGGING, status, ACCOUNT, None, &format!("res-{at}"), lang.pick(en, ja))
        };
        let report = samples::report_of(&[ACCOUNT], texts.iter().enumerate().map(of).collect());
        let text = emitted(Format::Table, &report, &emission(lang, 80));
        let mut places: Vec<_> = (0..texts.len()).map(|at| (text.find(&format!("res-{at}")).unwrap(), at)).collect();
        places.sort_unstable();
        places.into_iter().map(|(_, at)| at).collect::<Vec<_>>()
    };
    for status in [Status::Fail, Status::Manual, Status::Unknown] {
        assert_eq!(Lang::ALL.map(|lang| order(lang, status)), [[0, 1, 2], [0, 1, 2]], "{status:?}");
    }
}
