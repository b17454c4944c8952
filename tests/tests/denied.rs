//! Reads that are denied, spoiled or cut off: the verdict is unknown, never a guess.

use std::collections::BTreeMap;

use asc_tests::emulator::moto;
use asc_tests::seed::seed;
use asc_tests::{ACCOUNT, Act, Asc, Proxy, Report};

/// Every action, with a verdict of the seed `denied` that cannot be given without it.
const NEEDED: [(&str, &str, &str); 19] = [
    ("s3:ListAllMyBuckets", "ASC-12", ACCOUNT),
    ("s3:ListAllMyBuckets", "ASC-16", ACCOUNT),
    ("s3:GetAccountPublicAccessBlock", "ASC-12", "open-by-acl"),
    ("s3:GetBucketPublicAccessBlock", "ASC-12", "open-by-acl"),
    ("s3:GetBucketPolicyStatus", "ASC-12", "plain"),
    ("s3:GetBucketAcl", "ASC-12", "plain"),
    ("s3:GetBucketOwnershipControls", "ASC-12", "open-by-acl"),
    ("s3:ListAccessPoints", "ASC-12", "plain"),
    ("s3:GetAccessPointPolicyStatus", "ASC-12", "behind-point"),
    ("s3:GetEncryptionConfiguration", "ASC-13", "plain"),
    ("s3:GetBucketPolicy", "ASC-14", "plain"),
    ("s3:GetBucketWebsite", "ASC-14", "plain"),
    ("s3:GetBucketVersioning", "ASC-15", "plain"),
    ("s3:GetLifecycleConfiguration", "ASC-15", "plain"),
    ("s3:GetBucketObjectLockConfiguration", "ASC-15", "plain"),
    ("s3:GetBucketLogging", "ASC-16", "plain"),
    ("cloudtrail:DescribeTrails", "ASC-03", "us-east-1"),
    ("cloudtrail:GetTrailStatus", "ASC-03", "us-east-1"),
    ("cloudtrail:GetEventSelectors", "ASC-03", "us-east-1"),
];

const SCOPE: &str = "--region us-east-1";

/// What every finding says, by check and resource.
fn all(report: &Report) -> BTreeMap<(String, String), String> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report.findings().iter();
    findings.map(|f| ((text(&f["check_id"]), text(&f["resource"]["id"])), text(&f["status"]))).collect()
}

/// What cannot be read makes verdicts unknown and changes none into another.
fn nothing_is_guessed(what: &str, spoiled: &Report, whole: &Report) -> Vec<String> {
    let whole = all(whole);
    let differs = |((check, resource), status): ((String, String), String)| {
        let expected = whole.get(&(check.clone(), resource.clone())).map_or("no finding", String::as_str);
        (status != "unknown" && status != expected)
            .then(|| format!("{what}: {check} of {resource} became {status}, it is {expected}"))
    };
    all(spoiled).into_iter().filter_map(differs).collect()
}

#[test]
fn a_denied_read_makes_the_verdict_unknown_and_names_the_missing_action() {
    let moto = moto();
    seed(&moto, "denied");
    let whole = Asc::at(&moto.url()).scan(SCOPE);
    let mut wrong = Vec::new();
    for (action, check, resource) in NEEDED {
        let proxy = Proxy::before(moto.port()).on(action, Act::Deny);
        let report = Asc::at(&proxy.url()).scan(SCOPE);
        wrong.extend(nothing_is_guessed(action, &report, &whole));
        let found = report.findings().iter().find(|f| f["check_id"] == check && f["resource"]["id"] == resource);
        let denied = found.is_some_and(|finding| {
            let unknown = &finding["unknown"];
            finding["status"] == "unknown"
                && unknown["missing_action"] == action
                && unknown["aws_code"].as_str().is_some_and(|code| code.starts_with("AccessDenied"))
                && finding["message"].as_str().is_some_and(|message| message.contains(action))
        });
        if !denied {
            let told = found.map(|finding| format!("{} {}", finding["status"], finding["unknown"]));
            wrong.push(format!("{action}: {check} of {resource} should miss it, is {told:?}"));
        }
        if report.0["complete"] != false {
            wrong.push(format!("{action}: the report calls itself complete"));
        }
        let denials = report.0["calls"].as_array().into_iter().flatten().filter_map(|row| row["denied"].as_u64());
        if denials.sum::<u64>() == 0 {
            wrong.push(format!("{action}: the ledger knows of no denial"));
        }
        if report.coverage(check, "unknown") == 0 {
            wrong.push(format!("{action}: the coverage of {check} counts nothing unknown"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same with IAM's own words: moto checks the signatures and the policies of a user. Only for S3, as moto denies
/// CloudTrail's calls in XML, which no client of CloudTrail expects.
#[test]
fn a_user_without_one_permission_is_told_which() {
    let mut wrong = Vec::new();
    for (action, check, resource) in [
        ("s3:ListAllMyBuckets", "ASC-13", ACCOUNT),
        ("s3:GetBucketAcl", "ASC-12", "plain"),
        ("s3:GetBucketPolicyStatus", "ASC-12", "plain"),
        ("s3:GetBucketLogging", "ASC-16", "plain"),
        ("s3:GetBucketVersioning", "ASC-15", "plain"),
        ("s3:GetLifecycleConfiguration", "ASC-15", "plain"),
    ] {
        let moto = moto();
        let keys = seed(&moto, &format!("denied {action}"));
        let (id, secret) = keys.trim().split_once(' ').unwrap_or_default();
        moto.ask_for_permission(true);
        let asc = Asc::at(&moto.url()).env("AWS_ACCESS_KEY_ID", id).env("AWS_SECRET_ACCESS_KEY", secret);
        let report = asc.scan(SCOPE);
        let found = report.findings().iter().find(|f| f["check_id"] == check && f["resource"]["id"] == resource);
        let unknown = found.map(|finding| finding["unknown"]["missing_action"].clone());
        if unknown.as_ref().is_none_or(|missing| *missing != action) {
            wrong.push(format!("{action}: {check} of {resource} misses {unknown:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One proven open path is enough, whatever else cannot be read; both neutralising bits are enough, too.
#[test]
fn what_was_read_may_decide_although_something_was_not() {
    let moto = moto();
    seed(&moto, "s3_access");
    let table: [(&str, &[_]); 5] = [
        ("s3:GetBucketPolicyStatus", &[("ASC-12", "acl-all-users", "fail", "AllUsers")]),
        ("s3:GetBucketAcl", &[("ASC-12", "policy-open", "fail", "")]),
        ("s3:ListAccessPoints", &[("ASC-12", "policy-open", "fail", ""), ("ASC-12", "acl-all-users", "fail", "")]),
        ("s3:GetAccountPublicAccessBlock", &[("ASC-12", "acl-all-users", "unknown", "")]),
        // The policy itself only explains what the policy status says.
        ("s3:GetBucketPolicy", &[("ASC-12", "policy-open", "fail", ""), ("ASC-12", "policy-fixed-ip", "pass", "")]),
    ];
    for (action, expected) in table {
        let proxy = Proxy::before(moto.port()).on(action, Act::Deny);
        let report = Asc::at(&proxy.url()).scan(&format!("-c ASC-12 {SCOPE}"));
        report.holds(expected);
        report.holds(&[("ASC-12", "block-both-neutralising", "pass", "")]);
    }
}

/// A bucket without logging whose role as a log target cannot be ruled out is not failed.
#[test]
fn a_bucket_that_may_be_a_log_target_is_unknown() {
    let moto = moto();
    seed(&moto, "denied");
    let proxy = Proxy::before(moto.port()).on_bucket("logged", "s3:GetBucketLogging", Act::Deny);
    let report = Asc::at(&proxy.url()).scan(&format!("-c ASC-16 {SCOPE}"));
    report.holds(&[("ASC-16", "logged", "unknown", ""), ("ASC-16", "logs", "unknown", "")]);
}

/// Answers that do not say what was asked: another document, an error inside a 200, nothing, a page of some proxy.
#[test]
fn an_answer_that_does_not_say_what_was_asked_is_unknown_and_never_empty() {
    let foreign = r#"<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>plain</Name><KeyCount>0</KeyCount></ListBucketResult>"#;
    let inside = r#"<?xml version="1.0"?><Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>"#;
    let moto = moto();
    seed(&moto, "denied");
    let whole = Asc::at(&moto.url()).scan(SCOPE);
    let mut wrong = Vec::new();
    for (action, check, resource) in NEEDED {
        // An empty answer is what AWS gives for versioning, logging and object lock that were never set.
        for body in ["<html><body>Sign in to the hotel network</body></html>", foreign, inside] {
            let proxy = Proxy::before(moto.port()).on(action, Act::Answer(200, body.to_owned()));
            let report = Asc::at(&proxy.url()).scan(SCOPE);
            let what = format!("{action} answered with {}", body.get(..30).unwrap_or(body));
            wrong.extend(nothing_is_guessed(&what, &report, &whole));
            let statuses = report.statuses(check);
            let status = statuses.get(resource).copied().unwrap_or("missing");
            if status != "unknown" {
                wrong.push(format!("{what}: {check} of {resource} is {status}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_answer_that_breaks_off_is_unknown() {
    let moto = moto();
    seed(&moto, "denied");
    for (action, check, resource) in
        [("s3:GetBucketAcl", "ASC-12", "plain"), ("cloudtrail:GetEventSelectors", "ASC-03", "us-east-1")]
    {
        let proxy = Proxy::before(moto.port()).on(action, Act::BreakOff);
        let report = Asc::at(&proxy.url()).scan(&format!("-c {check} {SCOPE}"));
        report.holds(&[(check, resource, "unknown", "")]);
    }
}

#[test]
fn an_answer_to_slow_down_is_waited_out_and_counted() {
    let moto = moto();
    seed(&moto, "denied");
    for (action, service, operation, check) in [
        ("s3:GetEncryptionConfiguration", "s3", "GetBucketEncryption", "ASC-13"),
        ("s3:ListAllMyBuckets", "s3", "ListBuckets", "ASC-13"),
        ("s3:ListAccessPoints", "s3control", "ListAccessPoints", "ASC-12"),
        ("cloudtrail:DescribeTrails", "cloudtrail", "DescribeTrails", "ASC-03"),
    ] {
        let proxy = Proxy::before(moto.port()).on(action, Act::SlowDown(2));
        let report = Asc::at(&proxy.url()).scan(&format!("-c {check} {SCOPE}"));
        let whole = Asc::at(&moto.url()).scan(&format!("-c {check} {SCOPE}"));
        assert_eq!(report.findings(), whole.findings(), "{action}");
        assert_eq!(report.ledger(service, operation, "throttled"), 2, "{action}");
        assert_eq!(report.ledger(service, operation, "retried"), 2, "{action}");
        assert_eq!(report.calls(service, operation), whole.calls(service, operation), "{action}");
    }
}

#[test]
fn a_bucket_that_disappears_during_the_scan_is_dropped_and_counted() {
    let moto = moto();
    seed(&moto, "denied");
    let proxy = Proxy::before(moto.port()).on_bucket("plain", "*", Act::NoSuchBucket);
    let report = Asc::at(&proxy.url()).scan(&format!("-c s3 {SCOPE}"));
    for check in ["ASC-12", "ASC-13", "ASC-14", "ASC-15", "ASC-16"] {
        assert!(!report.statuses(check).contains_key("plain"), "{check}");
        assert_eq!(report.coverage(check, "vanished"), 1, "{check}");
        assert_eq!(report.coverage(check, "unknown"), 0, "{check}");
    }
    assert_eq!(report.0["complete"], true);
}

/// moto calls every policy with a condition private. What AWS says of open conditions is put on the wire instead.
#[test]
fn the_policy_status_of_aws_decides() {
    let [public, private] = ["true", "false"].map(|public| {
        let head =
            r#"<?xml version="1.0" encoding="UTF-8"?><PolicyStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/">"#;
        Act::Answer(200, format!("{head}<IsPublic>{public}</IsPublic></PolicyStatus>"))
    });
    let moto = moto();
    seed(&moto, "s3_open_conditions");
    for (status, verdict) in [(public, "fail"), (private, "pass")] {
        let proxy = Proxy::before(moto.port()).on("s3:GetBucketPolicyStatus", status);
        let report = Asc::at(&proxy.url()).scan(&format!("-c ASC-12 {SCOPE}"));
        let statuses: Vec<_> = report.statuses("ASC-12").into_values().collect();
        assert_eq!(statuses, [verdict; 5]);
    }
}
