//! That what is no answer is never taken for one, whichever service gives it.
//!
//! S3 and CloudTrail have this, and more, in `unread.rs`.

mod support;

use support::company::company;
use support::office::STORAGE;
use support::seen::{Seen, guesses};
use support::{Account, Answer};

/// The operations of the other services, but for the regions, which every check begins with.
fn operations(whole: &Seen) -> Vec<String> {
    let others = |call: &String| {
        let service = call.split(':').next().unwrap_or_default();
        !["sts", "s3", "s3control"].contains(&service) && !STORAGE.contains(&service)
    };
    whole.all_calls().into_keys().filter(others).collect()
}

/// What another source stands in for, so that nothing stays unknown: the credential report tells of root keys too.
const STOOD_IN_FOR: [&str; 1] = ["iam:GetAccountSummary"];

/// Spoils one operation after the other: nothing may be guessed, and it may not go unnoticed.
fn spoil_each(what: &str, how: impl Fn(&Answer) -> Answer) {
    let account: Account = company();
    let whole = account.scan(&[]);
    let mut wrong = Vec::new();
    for operation in operations(&whole) {
        let spoiled = account.spoiled(&operation, &how).scan(&[]);
        let mut unknown = spoiled.0.findings.iter().filter_map(|finding| finding.unknown.as_ref());
        if !unknown.any(|unknown| unknown.operation == operation) && !STOOD_IN_FOR.contains(&operation.as_str()) {
            wrong.push(format!("{what}: {operation}: nothing is unknown for it"));
        }
        wrong.extend(guesses(&whole, &spoiled).into_iter().map(|guess| format!("{what}: {operation}: {guess}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_empty_body_is_no_answer() {
    spoil_each("empty", |_| Answer::ok(""));
}

#[test]
fn the_answer_to_another_question_is_no_answer() {
    spoil_each("an empty object", |_| Answer::ok("{}"));
    spoil_each("another root", |_| Answer::ok("<?xml version=\"1.0\"?><ListBucketResult/>"));
}

#[test]
fn a_page_of_some_gateway_is_no_answer() {
    let page = "<!DOCTYPE html><html><head><title>502</title></head><body>Bad Gateway</body></html>";
    for status in [500, 403, 200] {
        spoil_each(&format!("HTTP {status}"), |_| Answer::of(status, page));
    }
}

#[test]
fn an_answer_that_breaks_off_is_no_answer() {
    spoil_each("cut in the middle", |whole| Answer::ok(&whole.body[..whole.body.len() * 2 / 3]));
    spoil_each("cut near the end", |whole| Answer::ok(&whole.body[..whole.body.len() - 3]));
}

#[test]
fn an_answer_without_its_substance_is_no_answer() {
    spoil_each("hollow", |whole| {
        let roots = whole.body.split('<').filter(|tag| !tag.is_empty() && !tag.starts_with('?'));
        let root = roots.map(|tag| tag.trim_end_matches(['>', '/'])).next().unwrap_or_default();
        if whole.body.starts_with('{') { Answer::ok("{}") } else { Answer::ok(format!("<{root}/>")) }
    });
}
