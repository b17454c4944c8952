//! What cannot be read makes a verdict unknown, and is never taken for an answer.

mod support;

use asc_core::Status::Unknown;
use support::office::{STORAGE, annexe, office};
use support::seen::{Seen, guesses};
use support::{Account, Answer, BUCKET_CALLS, HOME, acl};

/// Every operation of a scan of S3 and CloudTrail, and the IAM action that allows it.
/// Source: Service Authorization Reference, "Actions, resources, and condition keys" of S3, CloudTrail and EC2.
const OPERATIONS: [(&str, &str); 20] = [
    ("cloudtrail:DescribeTrails", "cloudtrail:DescribeTrails"),
    ("cloudtrail:GetEventSelectors", "cloudtrail:GetEventSelectors"),
    ("cloudtrail:GetTrailStatus", "cloudtrail:GetTrailStatus"),
    ("ec2:DescribeRegions", "ec2:DescribeRegions"),
    ("s3:GetBucketAcl", "s3:GetBucketAcl"),
    ("s3:GetBucketEncryption", "s3:GetEncryptionConfiguration"),
    ("s3:GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
    ("s3:GetBucketLocation", "s3:GetBucketLocation"),
    ("s3:GetBucketLogging", "s3:GetBucketLogging"),
    ("s3:GetBucketOwnershipControls", "s3:GetBucketOwnershipControls"),
    ("s3:GetBucketPolicy", "s3:GetBucketPolicy"),
    ("s3:GetBucketPolicyStatus", "s3:GetBucketPolicyStatus"),
    ("s3:GetBucketVersioning", "s3:GetBucketVersioning"),
    ("s3:GetBucketWebsite", "s3:GetBucketWebsite"),
    ("s3:GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration"),
    ("s3:GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
    ("s3:ListBuckets", "s3:ListAllMyBuckets"),
    ("s3control:GetAccessPointPolicyStatus", "s3:GetAccessPointPolicyStatus"),
    ("s3control:GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock"),
    ("s3control:ListAccessPoints", "s3:ListAccessPoints"),
];

/// The codes by which each service refuses.
fn denial(operation: &str) -> &'static str {
    match operation.split(':').next() {
        Some("cloudtrail") => "AccessDeniedException",
        Some("ec2") => "UnauthorizedOperation",
        _ => "AccessDenied",
    }
}

/// The codes by which each service says "slower".
fn throttling(operation: &str) -> &'static str {
    match operation.split(':').next() {
        Some("cloudtrail") => "ThrottlingException",
        Some("ec2") => "RequestLimitExceeded",
        _ => "SlowDown",
    }
}

/// Spoils one operation after the other in both accounts. Nothing may be guessed, and it may not go unnoticed.
fn spoil_each(what: &str, how: impl Fn(&str, &Answer) -> Answer, inspect: impl Fn(&str, &Seen)) -> Vec<String> {
    let mut wrong = Vec::new();
    for account in [office(), annexe()] {
        let whole = account.scan(STORAGE);
        for (operation, _) in OPERATIONS.iter().filter(|(operation, _)| whole.calls(operation) > 0) {
            let spoiled = account.spoiled(operation, |answer| how(operation, answer)).scan(STORAGE);
            inspect(operation, &spoiled);
            let mut unknown = spoiled.0.findings.iter().filter_map(|finding| finding.unknown.as_ref());
            // In the annexe not every call decides something.
            if whole.calls("s3:GetBucketLocation") > 0 && !unknown.any(|unknown| unknown.operation == *operation) {
                wrong.push(format!("{what}: {operation}: nothing is unknown for it"));
            }
            wrong.extend(guesses(&whole, &spoiled).into_iter().map(|guess| format!("{what}: {operation}: {guess}")));
        }
    }
    wrong
}

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_accounts_are_read_whole_and_by_no_other_operations() {
    let seen = office().scan(STORAGE);
    assert!(seen.0.complete, "{:?}", seen.0.coverage);
    let mut expected: Vec<_> =
        OPERATIONS.iter().map(|(operation, _)| *operation).chain(["sts:GetCallerIdentity"]).collect();
    expected.sort_unstable();
    assert_eq!(seen.all_calls().keys().map(String::as_str).collect::<Vec<_>>(), expected);
    assert!(annexe().scan(STORAGE).0.complete);
}

#[test]
fn a_denied_call_names_itself_the_code_and_the_missing_action() {
    let named = |operation: &str, seen: &Seen| {
        let action = OPERATIONS.iter().find(|(name, _)| *name == operation).expect("one of them").1;
        let unknown: Vec<_> = seen.0.findings.iter().filter(|f| f.status == Unknown).collect();
        for finding in &unknown {
            let told = seen.unknown(&finding.check_id, &finding.resource.id);
            assert_eq!(told, (operation, Some(denial(operation)), Some(action)), "{}", finding.check_id);
            assert!(finding.message.contains(action), "{}", finding.message);
        }
        assert_eq!(seen.0.complete, unknown.is_empty(), "{operation}");
        assert!(seen.0.calls.iter().map(|calls| calls.denied).sum::<u64>() > 0, "{operation}");
    };
    none(&spoil_each("denied", |operation, _| Answer::error_of(operation, denial(operation)), named));
}

#[test]
fn throttling_to_the_end_is_no_denial() {
    let named = |operation: &str, seen: &Seen| {
        for finding in seen.0.findings.iter().filter(|f| f.status == Unknown) {
            let told = seen.unknown(&finding.check_id, &finding.resource.id);
            assert_eq!(told, (operation, Some(throttling(operation)), None), "{}", finding.check_id);
        }
    };
    none(&spoil_each("throttled", |operation, _| Answer::error_of(operation, throttling(operation)), named));
}

#[test]
fn an_empty_body_is_no_answer() {
    none(&spoil_each("empty", |_, _| Answer::ok(""), |_, _| ()));
}

#[test]
fn the_answer_to_another_question_is_no_answer() {
    let other = "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>";
    none(&spoil_each("another root", |_, _| Answer::ok(other), |_, _| ()));
    none(&spoil_each("an empty object", |_, _| Answer::ok("{}"), |_, _| ()));
}

#[test]
fn a_page_of_some_gateway_is_no_answer() {
    let page = "<!DOCTYPE html><html><head><title>502</title></head><body>Bad Gateway</body></html>";
    let mut wrong = Vec::new();
    for status in [500, 403, 200] {
        wrong.extend(spoil_each(&format!("HTTP {status}"), |_, _| Answer::of(status, page), |_, _| ()));
    }
    none(&wrong);
}

/// An answer's root with nothing in it.
fn hollow(body: &str) -> String {
    let roots = body.split('<').filter(|tag| !tag.is_empty() && !tag.starts_with('?'));
    let root = roots.map(|tag| tag.trim_end_matches(['>', '/'])).next().unwrap_or_default();
    format!("<{root}/>")
}

/// Where AWS's reference says that what is missing is always there. (An empty logging status or versioning
/// configuration is how S3 says "never set".)
#[test]
fn an_answer_without_its_substance_is_no_answer() {
    let office = office();
    let whole = office.scan(STORAGE);
    for operation in [
        "s3:ListBuckets",
        "s3:GetBucketAcl",
        "s3:GetBucketOwnershipControls",
        "s3:GetBucketPolicyStatus",
        "s3:GetBucketEncryption",
        "s3:GetBucketLifecycleConfiguration",
        "s3control:GetAccessPointPolicyStatus",
    ] {
        let how = |answer: &Answer| if answer.is_ok() { Answer::ok(hollow(&answer.body)) } else { answer.clone() };
        let spoiled = office.spoiled(operation, how).scan(STORAGE);
        none(&guesses(&whole, &spoiled));
        assert!(!spoiled.0.complete, "{operation}");
    }
}

/// Cuts off the last tags, or for JSON the last brackets, so that every element has its turn to be the missing one.
fn cut(body: &str, tags: usize) -> String {
    let end = if body.starts_with('{') { ['}', ']'] } else { ['<', '<'] };
    body.rmatch_indices(end).nth(tags).map_or("", |(at, _)| &body[..at]).to_owned()
}

#[test]
fn an_answer_that_breaks_off_is_no_answer() {
    let spoil = |what: &str, cut: &dyn Fn(&str) -> String| {
        let how = |_: &str, whole: &Answer| if whole.is_ok() { Answer::ok(cut(&whole.body)) } else { whole.clone() };
        spoil_each(what, how, |_, _| ())
    };
    let mut wrong = spoil("cut in the middle", &|body| body[..body.len() * 2 / 3].to_owned());
    for tags in [0, 3, 7] {
        wrong.extend(spoil(&format!("cut before tag {tags} from the end"), &|body| cut(body, tags)));
    }
    none(&wrong);
}

#[test]
fn what_a_recording_lacks_is_unknown() {
    let account =
        Account::new().bucket("b", HOME).with_trails_in("us-east-1", Answer::json_error("AccessDeniedException"));
    let mut answers = account.answers();
    answers.retain(|request, _| request.operation != "GetBucketAcl");
    let seen = account.of_answers(answers).scan(&["ASC-12"]);
    assert_eq!(seen.unknown("ASC-12", "b"), ("s3:GetBucketAcl", None, None));
    assert!(seen.message("ASC-12", "b").contains("recording"));
}

/// The checks that ask each call about a bucket.
fn asking(operation: &str) -> &'static [&'static str] {
    match operation {
        "GetBucketLocation" => &["ASC-12", "ASC-13", "ASC-14", "ASC-15", "ASC-16"],
        "GetPublicAccessBlock" | "GetBucketAcl" | "GetBucketOwnershipControls" | "GetBucketPolicyStatus" => &["ASC-12"],
        "GetBucketEncryption" => &["ASC-13"],
        "GetBucketPolicy" | "GetBucketWebsite" => &["ASC-14"],
        "GetBucketLogging" => &["ASC-16"],
        _ => &["ASC-15"],
    }
}

#[test]
fn a_bucket_that_vanishes_is_dropped_and_counted_where_it_is_missed() {
    let account = office().untold_bucket("doomed", HOME).with("doomed", "GetBucketAcl", acl(&[("AllUsers", "READ")]));
    let whole = account.scan(STORAGE);
    for (operation, _) in BUCKET_CALLS {
        let seen = account.clone().with("doomed", operation, Answer::s3("NoSuchBucket")).scan(STORAGE);
        let mut expected = whole.verdicts();
        expected.retain(|(check, id), _| !(id == "doomed" && asking(operation).contains(&check.as_str())));
        assert_eq!(seen.verdicts(), expected, "{operation}");
        for check in ["ASC-02-01", "ASC-03", "ASC-12", "ASC-13", "ASC-14", "ASC-15", "ASC-16"] {
            let missed = u64::from(asking(operation).contains(&check));
            assert_eq!(seen.vanished(check), missed, "{operation}: {check}");
        }
        assert!(seen.0.complete, "{operation}");
    }
}
