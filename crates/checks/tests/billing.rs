//! ASC-02-02 and ASC-06: where the account's bills go, and whether somebody can look them up.

mod support;

use asc_core::Status::{Fail, Manual, NotApplicable, Unknown};
use serde_json::{Value, json};
use support::billing::{export, report};
use support::seen::Seen;
use support::{ACCOUNT, Account, Answer, HOME, acl, block, policy_status};

const PUBLIC: &str = "ASC-02-02";
const REVIEWED: &str = "ASC-06";

/// An account with a report and an export, each to a private bucket of its own.
fn account() -> Account {
    Account::new()
        .bucket("cur", HOME)
        .bucket("focus", HOME)
        .reports(&[&[report("costs", "cur")]])
        .exports(&[&[export("usage", "focus")]])
}

fn empty() -> Account {
    Account::new().reports(&[&[]]).exports(&[&[]])
}

fn denied() -> Answer {
    Answer::json_error("AccessDeniedException")
}

fn scan(account: &Account) -> Seen {
    account.scan(&["billing"])
}

#[test]
fn a_public_bucket_of_either_service_fails_and_is_named() {
    let open = || acl(&[("AllUsers", "READ")]);
    for (bucket, delivery) in [("cur", "costs"), ("focus", "usage")] {
        let by_acl = account().with(bucket, "GetBucketAcl", open());
        let by_policy = account().with(bucket, "GetBucketPolicyStatus", policy_status(true));
        for account in [by_acl, by_policy] {
            let seen = scan(&account);
            assert_eq!(seen.status(PUBLIC, ACCOUNT), Fail);
            let message = seen.message(PUBLIC, ACCOUNT);
            assert!(message.contains(bucket) && message.contains(delivery), "{message}");
            assert_eq!(seen.status(REVIEWED, ACCOUNT), Manual);
        }
    }
    let shut = account().with("cur", "GetBucketAcl", open()).account_block(block([false, true, false, false]));
    assert_eq!(scan(&shut).status(PUBLIC, ACCOUNT), Manual, "an ACL that is ignored opens nothing");
}

#[test]
fn a_public_bucket_decides_whatever_else_is_unreadable() {
    let open = account().with("cur", "GetBucketPolicyStatus", policy_status(true));
    for (what, account) in [
        ("the exports", open.spoiled("bcm-data-exports:ListExports", |_| denied())),
        ("an export", open.clone().with_export("usage", denied())),
        ("the other bucket", open.clone().with("focus", "GetBucketAcl", Answer::s3("AccessDenied"))),
        ("its own ACL", open.clone().with("cur", "GetBucketAcl", Answer::s3("AccessDenied"))),
        ("where the other bucket is", open.clone().with_location("focus", Answer::s3("SlowDown"))),
    ] {
        assert_eq!(scan(&account).status(PUBLIC, ACCOUNT), Fail, "{what}");
    }
    let by_export = account()
        .with("focus", "GetBucketPolicyStatus", policy_status(true))
        .spoiled("cur:DescribeReportDefinitions", |_| denied());
    assert_eq!(scan(&by_export).status(PUBLIC, ACCOUNT), Fail);
}

#[test]
fn private_buckets_leave_it_to_a_person_with_the_evidence() {
    let seen = scan(&account());
    let finding = seen.finding(PUBLIC, ACCOUNT);
    assert_eq!(finding.status, Manual, "{}", finding.message);
    let deliveries = json!([
        {"kind": "cost_and_usage_report", "name": "costs", "bucket": "cur", "exposure": "private"},
        {"kind": "data_export", "name": "usage", "bucket": "focus", "exposure": "private"},
    ]);
    assert_eq!(finding.evidence.read()["deliveries"], deliveries);
    assert!(seen.0.complete);
}

#[test]
fn with_nothing_defined_a_person_is_asked_all_the_same() {
    let seen = scan(&empty());
    for (check, words) in [(PUBLIC, "No report or export is defined"), (REVIEWED, "No cost report or export")] {
        assert_eq!(seen.status(check, ACCOUNT), Manual);
        assert!(seen.message(check, ACCOUNT).starts_with(words), "{}", seen.message(check, ACCOUNT));
    }
    assert_eq!(seen.calls("bcm-data-exports:GetExport"), 0);
}

/// The evidence on the only delivery there is.
fn only(seen: &Seen) -> Value {
    let deliveries = &seen.finding(PUBLIC, ACCOUNT).evidence.read()["deliveries"];
    assert_eq!(deliveries.as_array().map(Vec::len), Some(1), "{deliveries}");
    deliveries[0].clone()
}

#[test]
fn buckets_of_others_and_buckets_that_are_gone_are_told() {
    let to = |bucket| Account::new().reports(&[&[report("costs", bucket)]]).exports(&[&[]]);
    for (answer, exposure, words) in [
        (Answer::s3("AccessDenied"), "not_judged_here", "another account owns them: away"),
        (Answer::s3("NoSuchBucket"), "no_such_bucket", "anyone can claim the name: away"),
    ] {
        let seen = scan(&to("away").with_location("away", answer));
        assert_eq!(seen.status(PUBLIC, ACCOUNT), Manual);
        assert_eq!(only(&seen)["exposure"], exposure);
        assert!(seen.message(PUBLIC, ACCOUNT).contains(words), "{}", seen.message(PUBLIC, ACCOUNT));
    }
    // Gone between two calls.
    let calls = ["GetPublicAccessBlock", "GetBucketAcl", "GetBucketPolicyStatus"];
    let account = to("cur").bucket("cur", HOME);
    let account = calls.iter().fold(account, |account, call| account.with("cur", call, Answer::s3("NoSuchBucket")));
    assert_eq!(only(&scan(&account))["exposure"], "no_such_bucket");
}

#[test]
fn a_bucket_whose_owner_is_said_to_be_another_account_is_not_asked_about() {
    let mut foreign = export("usage", "theirs");
    foreign["Export"]["DestinationConfigurations"]["S3Destination"]["S3BucketOwner"] = json!("210987654321");
    let seen = scan(&Account::new().reports(&[&[]]).exports(&[&[foreign]]));
    assert_eq!(seen.status(PUBLIC, ACCOUNT), Manual);
    assert_eq!(only(&seen)["bucket_owner"], "210987654321");
    assert_eq!(only(&seen)["exposure"], "not_judged_here");
    assert_eq!(seen.calls("s3:GetBucketLocation"), 0);
    let mut own = export("usage", "focus");
    own["Export"]["DestinationConfigurations"]["S3Destination"]["S3BucketOwner"] = json!(ACCOUNT);
    let seen = scan(&Account::new().bucket("focus", HOME).reports(&[&[]]).exports(&[&[own]]));
    assert_eq!(only(&seen)["exposure"], "private");
}

#[test]
fn each_call_that_is_denied_is_named_with_its_action() {
    for operation in ["cur:DescribeReportDefinitions", "bcm-data-exports:ListExports", "bcm-data-exports:GetExport"] {
        let seen = scan(&account().spoiled(operation, |_| denied()));
        for check in [PUBLIC, REVIEWED] {
            let expected = (operation, Some("AccessDeniedException"), Some(operation));
            assert_eq!(seen.unknown(check, ACCOUNT), expected, "{check}");
            assert!(seen.message(check, ACCOUNT).contains(operation), "{}", seen.message(check, ACCOUNT));
        }
        assert!(!seen.0.complete);
    }
    let seen = scan(&account().with("focus", "GetBucketAcl", Answer::s3("AccessDenied")));
    assert_eq!(seen.unknown(PUBLIC, ACCOUNT), ("s3:GetBucketAcl", Some("AccessDenied"), Some("s3:GetBucketAcl")));
    assert_eq!(seen.status(REVIEWED, ACCOUNT), Manual, "it does not look at buckets");
}

#[test]
fn what_is_no_answer_is_not_an_empty_list() {
    for operation in ["cur:DescribeReportDefinitions", "bcm-data-exports:ListExports", "bcm-data-exports:GetExport"] {
        for body in ["", "{}", "{\"ReportDefinitions\":[{}],\"Exports\":[{}],\"Export\":{}}", "<html></html>"] {
            let seen = scan(&account().spoiled(operation, |_| Answer::ok(body)));
            for check in [PUBLIC, REVIEWED] {
                assert_eq!(seen.status(check, ACCOUNT), Unknown, "{operation}: {body:?}");
                assert_eq!(seen.unknown(check, ACCOUNT).0, operation);
            }
        }
    }
}

#[test]
fn both_listings_are_read_to_the_end() {
    let account = Account::new()
        .bucket("cur", HOME)
        .bucket("late", HOME)
        .with("late", "GetBucketPolicyStatus", policy_status(true))
        .reports(&[&[report("one", "cur")], &[], &[report("two", "cur")]])
        .exports(&[&[export("three", "cur")], &[export("four", "late")]]);
    let seen = scan(&account);
    assert_eq!(seen.status(PUBLIC, ACCOUNT), Fail);
    assert!(seen.message(PUBLIC, ACCOUNT).contains("late"));
    let names = |seen: &Seen| {
        let deliveries = seen.finding(REVIEWED, ACCOUNT).evidence.read()["deliveries"].clone();
        deliveries.as_array().into_iter().flatten().map(|d| d["name"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(&seen), ["\"one\"", "\"two\"", "\"three\"", "\"four\""]);
    let calls = ["cur:DescribeReportDefinitions", "bcm-data-exports:ListExports", "bcm-data-exports:GetExport"];
    assert_eq!(calls.map(|call| seen.calls(call)), [3, 2, 2], "shared by both checks");
}

#[test]
fn an_export_that_goes_while_it_is_read_is_left_out() {
    let seen = scan(&account().with_export("usage", Answer::json_error("ResourceNotFoundException")));
    assert_eq!(only(&seen)["name"], "costs");
    assert_eq!((seen.status(PUBLIC, ACCOUNT), seen.status(REVIEWED, ACCOUNT)), (Manual, Manual));
    assert!(seen.0.complete);
}

#[test]
fn the_review_shows_when_each_was_last_delivered_and_what_became_of_it() {
    let mut broken = report("broken", "cur");
    broken["ReportStatus"] = json!({"lastDelivery": "20260901T000000Z", "lastStatus": "ERROR_PERMISSIONS"});
    let mut fresh = report("fresh", "cur");
    fresh.as_object_mut().expect("a report").remove("ReportStatus");
    let mut ill = export("ill", "cur");
    ill["ExportStatus"]["StatusCode"] = json!("UNHEALTHY");
    let account = Account::new().bucket("cur", HOME);
    let account =
        account.reports(&[&[report("costs", "cur"), broken, fresh]]).exports(&[&[export("usage", "cur"), ill]]);
    let seen = scan(&account);
    let finding = seen.finding(REVIEWED, ACCOUNT);
    assert_eq!(finding.status, Manual);
    let told = serde_json::to_string(&finding.evidence).expect("evidence");
    for part in ["20261031T041530Z", "SUCCESS", "20260901T000000Z", "2026-10-31T00:00:00Z", "HEALTHY"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(finding.message.contains("broken (ERROR_PERMISSIONS)"), "{}", finding.message);
    assert!(finding.message.contains("ill (UNHEALTHY)"), "{}", finding.message);
    assert!(!finding.message.contains("usage") && !finding.message.contains("fresh"), "{}", finding.message);
}

#[test]
fn china_has_reports_but_no_exports_and_govcloud_neither() {
    let china = || Account::in_partition("aws-cn", "cn-north-1", &["cn-northwest-1"]).bucket("cur", "cn-north-1");
    let reports = [report("costs", "cur")];
    let seen = scan(&china().reports(&[&reports]));
    assert_eq!((seen.status(PUBLIC, ACCOUNT), seen.status(REVIEWED, ACCOUNT)), (Manual, Manual));
    assert_eq!(only(&seen)["exposure"], "private");
    assert_eq!(seen.calls("bcm-data-exports:ListExports"), 0);
    let open = china().reports(&[&reports]).with("cur", "GetBucketPolicyStatus", policy_status(true));
    assert_eq!(scan(&open).status(PUBLIC, ACCOUNT), Fail);

    let seen = scan(&Account::in_partition("aws-us-gov", "us-gov-west-1", &["us-gov-east-1"]));
    assert_eq!((seen.status(PUBLIC, ACCOUNT), seen.status(REVIEWED, ACCOUNT)), (NotApplicable, NotApplicable));
    assert_eq!(seen.all_calls().into_keys().collect::<Vec<_>>(), ["sts:GetCallerIdentity"]);
}
