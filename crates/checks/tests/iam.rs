//! ASC-01 and ASC-05: the root user's keys, and long-term keys at all.

mod support;

use asc_core::Severity;
use asc_core::Status::{Fail, Manual, Pass, Unknown};
use serde_json::json;
use support::credentials::{report_state, row};
use support::iam::{role, user};
use support::{ACCOUNT, Account, Answer};

const ROOT: &str = "<root_account>";
const NONE: [Option<(bool, &str, &str)>; 2] = [None, None];
const MADE: &str = "2026-03-04T05:06:07+00:00";
const USED: &str = "2026-10-05T06:07:08+00:00";

fn denied() -> Answer {
    Answer::query("AccessDenied")
}

/// An account whose summary says so many root keys, and whose report has these keys in the root user's row.
fn account(present: u8, keys: [Option<(bool, &str, &str)>; 2]) -> Account {
    Account::new().summary(present).credentials(&[row(ROOT, keys), row("ann", NONE)])
}

fn summary_denied(account: &Account) -> Account {
    account.spoiled("iam:GetAccountSummary", |_| denied())
}

#[test]
fn the_summary_decides_and_the_report_is_asked_only_to_tell_more() {
    let seen = account(0, NONE).scan(&["ASC-01"]);
    assert_eq!(seen.status("ASC-01", ACCOUNT), Pass);
    assert_eq!(seen.calls("iam:GenerateCredentialReport"), 0);

    let seen = account(1, [Some((true, MADE, USED)), None]).scan(&["ASC-01"]);
    let finding = seen.finding("ASC-01", ACCOUNT);
    assert_eq!((finding.status, finding.severity), (Fail, Severity::Critical));
    for part in ["2026-10-05", "s3", "eu-west-1"] {
        assert!(finding.message.contains(part), "{}", finding.message);
    }
    assert_eq!(seen.calls("iam:GenerateCredentialReport"), 2, "STARTED, then COMPLETE");

    let mute = account(1, NONE).spoiled("iam:GenerateCredentialReport", |_| denied());
    assert_eq!(mute.scan(&["ASC-01"]).status("ASC-01", ACCOUNT), Fail, "a report that is denied takes nothing away");
}

#[test]
fn the_report_stands_in_and_an_inactive_key_is_a_key() {
    for (keys, expected) in [
        (NONE, Pass),
        ([Some((true, MADE, USED)), None], Fail),
        ([None, Some((true, "N/A", ""))], Fail),
        ([Some((false, MADE, "")), None], Fail),
        ([None, Some((false, MADE, USED))], Fail),
    ] {
        let seen = summary_denied(&account(0, keys)).scan(&["ASC-01"]);
        assert_eq!(seen.status("ASC-01", ACCOUNT), expected, "{keys:?}");
        assert!(seen.0.complete, "the report answers it as well");
    }
}

#[test]
fn without_either_source_the_summary_is_what_is_missing() {
    let rootless = Account::new().summary(0).credentials(&[row("ann", [Some((true, MADE, USED)), None])]);
    let account = account(1, [Some((true, MADE, USED)), None]);
    let stuck = account.spoiled("iam:GenerateCredentialReport", |_| report_state("INPROGRESS"));
    for (what, account) in [
        ("no row of the root user", rootless),
        ("no report may be made", account.spoiled("iam:GenerateCredentialReport", |_| denied())),
        ("no report may be read", account.spoiled("iam:GetCredentialReport", |_| denied())),
        ("never ready", stuck),
        ("no report", account.spoiled("iam:GetCredentialReport", |_| Answer::ok(""))),
    ] {
        let seen = summary_denied(&account).scan(&["ASC-01"]);
        let expected = ("iam:GetAccountSummary", Some("AccessDenied"), Some("iam:GetAccountSummary"));
        assert_eq!(seen.unknown("ASC-01", ACCOUNT), expected, "{what}");
    }
}

#[test]
fn a_summary_that_does_not_tell_is_no_summary() {
    let namespace = "xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"";
    let empty = format!(
        "<GetAccountSummaryResponse {namespace}><GetAccountSummaryResult><SummaryMap/></GetAccountSummaryResult>\
         </GetAccountSummaryResponse>"
    );
    for body in ["", "<html/>", empty.as_str()] {
        let account = account(1, NONE).spoiled("iam:GetAccountSummary", |_| Answer::ok(body));
        let account = account.spoiled("iam:GenerateCredentialReport", |_| denied());
        assert_eq!(account.scan(&["ASC-01"]).status("ASC-01", ACCOUNT), Unknown, "{body}");
    }
}

fn workloads() -> Account {
    let linked = role("AWSServiceRoleForSupport").at("/aws-service-role/support.amazonaws.com/");
    Account::new().principals(&[user("ann"), user("ci"), user("old"), role("app"), linked], &[]).credentials(&[
        row(ROOT, [Some((true, MADE, USED)), None]),
        row("ann", NONE),
        row("ci", [Some((true, "2025-11-01T09:00:00+00:00", USED)), Some((true, "2026-10-22T09:00:00+00:00", ""))]),
        row("old", [Some((false, MADE, USED)), None]),
    ])
}

#[test]
fn active_keys_are_told_with_age_and_use_against_roles() {
    let seen = workloads().scan(&["ASC-05"]);
    let finding = seen.finding("ASC-05", ACCOUNT);
    assert_eq!(finding.status, Manual);
    let start = "Users with active access keys: 1 (keys: 2, the oldest 365 days old); roles: 1.";
    assert!(finding.message.starts_with(start), "{}", finding.message);
    let keys = json!([
        {"user": "ci", "key": 1, "rotated": "2025-11-01"},
        {"user": "ci", "key": 2, "rotated": "2026-10-22"},
    ]);
    assert_eq!(finding.evidence.read()["active_keys"], keys);
    assert_eq!(finding.evidence.read()["roles"], 1);
    let used = &finding.evidence.read()["use"][0]["last_used"];
    assert_eq!((&used["service"], &used["region"]), (&json!("s3"), &json!("eu-west-1")), "{used}");
    assert_eq!(finding.evidence.read()["use"][1]["last_used"], json!(null));
    assert_eq!(finding.evidence.read()["use"][1]["age_days"], 10);
}

#[test]
fn without_keys_a_person_is_asked_all_the_same() {
    let account = Account::new().principals(&[user("ann"), role("app")], &[]).credentials(&[row(ROOT, NONE)]);
    let seen = account.scan(&["ASC-05"]);
    assert_eq!(seen.status("ASC-05", ACCOUNT), Manual);
    assert!(seen.message("ASC-05", ACCOUNT).starts_with("No user has an active access key"));
}

#[test]
fn each_source_of_the_keys_that_is_denied_is_named() {
    for operation in ["iam:GenerateCredentialReport", "iam:GetCredentialReport", "iam:GetAccountAuthorizationDetails"] {
        let seen = workloads().spoiled(operation, |_| denied()).scan(&["ASC-05"]);
        assert_eq!(seen.unknown("ASC-05", ACCOUNT), (operation, Some("AccessDenied"), Some(operation)));
    }
    let stuck = workloads().spoiled("iam:GenerateCredentialReport", |_| report_state("STARTED")).scan(&["ASC-05"]);
    assert_eq!(stuck.unknown("ASC-05", ACCOUNT), ("iam:GenerateCredentialReport", None, None));
}
