//! CloudTrail controls. moto knows whose buckets are public; ministack answers about trails from any region.

use asc_tests::emulator::{Emulator, ministack, moto};
use asc_tests::seed::seed;
use asc_tests::{ACCOUNT, Act, Asc, Proxy, Report};

const REGIONS: &str = "--region us-east-1 --region eu-west-1";

/// A scenario of the seed `trails`; what ASC-03 says of the two regions and of the account; and what ASC-02-01 says of
/// each trail, by the last part of its ARN. An empty verdict is one that the control leaves open.
type Scenario = (&'static str, [&'static str; 3], &'static [(&'static str, &'static str)]);

const SCENARIOS: [Scenario; 17] = [
    ("none", ["fail", "fail", "fail"], &[]),
    ("good", ["pass", "pass", "pass"], &[("us-east-1:all-regions", "pass")]),
    ("organisation", ["pass", "pass", "pass"], &[("us-east-1:organisation", "pass")]),
    ("stopped", ["fail", "fail", "fail"], &[("us-east-1:stopped", "pass")]),
    ("single_region", ["pass", "fail", "pass"], &[("us-east-1:only-here", "pass")]),
    (
        "two_single_regions",
        ["pass", "pass", "pass"],
        &[("us-east-1:only-us-east-1", "pass"), ("eu-west-1:only-eu-west-1", "pass")],
    ),
    ("without_global_events", ["pass", "fail", "fail"], &[("us-east-1:regional-events", "pass")]),
    ("elsewhere", ["pass", "pass", "pass"], &[("eu-west-1:from-ireland", "pass")]),
    ("data_only", ["fail", "fail", "fail"], &[("us-east-1:objects", "pass")]),
    ("reads_only", ["fail", "fail", ""], &[("us-east-1:reads", "pass")]),
    ("reads_and_writes", ["pass", "pass", "pass"], &[("us-east-1:reads", "pass"), ("us-east-1:writes", "pass")]),
    ("reads_and_stopped_writes", ["fail", "fail", ""], &[("us-east-1:reads", "pass"), ("us-east-1:writes", "pass")]),
    ("advanced_all", ["pass", "pass", "pass"], &[("us-east-1:advanced", "pass")]),
    ("advanced_narrowed", ["fail", "fail", "fail"], &[("us-east-1:advanced", "pass")]),
    ("advanced_writes", ["fail", "fail", ""], &[("us-east-1:advanced", "pass")]),
    ("advanced_data", ["fail", "fail", "fail"], &[("us-east-1:advanced", "pass")]),
    ("bucket_gone", ["fail", "fail", "fail"], &[("us-east-1:all-regions", "not_applicable")]),
];

fn arn(trail: &str) -> String {
    let (region, name) = trail.split_once(':').unwrap_or_default();
    format!("arn:aws:cloudtrail:{region}:{ACCOUNT}:trail/{name}")
}

fn scan(emulator: &Emulator, scenario: &str) -> Report {
    seed(emulator, &format!("trails {scenario}"));
    Asc::at(&emulator.url()).scan(&format!("-c cloudtrail {REGIONS}"))
}

fn says_of_regions(report: &Report, scenario: &str, expected: [&str; 3]) -> Vec<String> {
    let statuses = report.statuses("ASC-03");
    let subjects = ["us-east-1", "eu-west-1", ACCOUNT];
    let mut wrong = Vec::new();
    for (subject, expected) in subjects.into_iter().zip(expected) {
        let found = statuses.get(subject).copied().unwrap_or("missing");
        if !expected.is_empty() && found != expected {
            wrong.push(format!("{scenario}: ASC-03 of {subject} should be {expected}, is {found}"));
        }
    }
    if statuses.len() != subjects.len() {
        wrong.push(format!("{scenario}: ASC-03 speaks of {:?}", statuses.keys()));
    }
    wrong
}

#[test]
fn what_trails_record_and_whether_their_buckets_are_public() {
    let mut wrong = Vec::new();
    for (scenario, regions, trails) in SCENARIOS {
        let moto = moto();
        let report = scan(&moto, scenario);
        wrong.extend(says_of_regions(&report, scenario, regions));
        let statuses = report.statuses("ASC-02-01");
        for (trail, expected) in trails {
            let found = statuses.get(arn(trail).as_str()).copied().unwrap_or("missing");
            if found != *expected {
                wrong.push(format!("{scenario}: ASC-02-01 of {trail} should be {expected}, is {found}"));
            }
        }
        if !trails.is_empty() && statuses.len() != trails.len() {
            wrong.push(format!("{scenario}: ASC-02-01 speaks of {:?}", statuses.keys()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ministack_leads_to_the_same_verdicts_on_regions() {
    let mut wrong = Vec::new();
    for (scenario, regions, _) in SCENARIOS {
        let ministack = ministack();
        wrong.extend(says_of_regions(&scan(&ministack, scenario), scenario, regions));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn without_a_trail_there_is_no_trail_bucket_to_judge() {
    let moto = moto();
    let report = scan(&moto, "none");
    let statuses: Vec<_> = report.statuses("ASC-02-01").into_values().collect();
    assert_eq!(statuses, ["not_applicable"]);
}

#[test]
fn a_public_trail_bucket_fails_and_the_other_trail_passes() {
    let moto = moto();
    let report = scan(&moto, "bucket_public");
    let [public, private] = [arn("us-east-1:all-regions"), arn("us-east-1:second")];
    report.holds(&[
        ("ASC-02-01", public.as_str(), "fail", "trail-logs"),
        ("ASC-02-01", private.as_str(), "pass", ""),
        ("ASC-03", ACCOUNT, "pass", ""),
    ]);
}

/// A shadow is seen from a region that the trail does not live in; what it does is asked where it lives.
#[test]
fn a_shadow_is_asked_about_in_its_home_region() {
    let moto = moto();
    seed(&moto, "trails elsewhere");
    let report = Asc::at(&moto.url()).scan("-c cloudtrail --region us-east-1");
    let trail = arn("eu-west-1:from-ireland");
    report.holds(&[
        ("ASC-03", "us-east-1", "pass", ""),
        ("ASC-03", ACCOUNT, "pass", ""),
        ("ASC-02-01", trail.as_str(), "pass", ""),
    ]);
    assert_eq!(report.verdict("ASC-02-01", &trail)["region"], "eu-west-1");
    assert_eq!(report.verdict("ASC-03", "us-east-1")["resource"]["type"], "AWS::Region");
    assert_eq!(report.verdict("ASC-03", ACCOUNT)["resource"]["type"], "AWS::Account");
}

/// Regions covered only by single-region trails pass, with the note that a new region would be uncovered.
#[test]
fn a_single_region_trail_passes_with_a_note() {
    let moto = moto();
    let [single, multi] = ["single_region", "good"].map(|scenario| {
        moto.reset();
        let report = scan(&moto, scenario);
        report.verdict("ASC-03", "us-east-1")["message"].as_str().unwrap_or_default().to_lowercase()
    });
    assert!(single.contains("new region"), "{single}");
    assert!(!multi.contains("new region"), "{multi}");
}

/// Every enabled region has its verdict, and the listing goes region by region only when it must.
#[test]
fn one_multi_region_trail_is_found_with_one_listing() {
    let moto = moto();
    seed(&moto, "trails good");
    let report = Asc::at(&moto.url()).scan("-c ASC-03");
    let statuses = report.statuses("ASC-03");
    assert_eq!(statuses.len(), 17 + 1, "the regions of a new account, and the account: {:?}", statuses.keys());
    assert!(statuses.values().all(|status| *status == "pass"), "{statuses:?}");
    assert_eq!(report.calls("cloudtrail", "DescribeTrails"), 1);
    assert_eq!(report.calls("cloudtrail", "GetTrailStatus"), 1);
    assert_eq!(report.calls("cloudtrail", "GetEventSelectors"), 1);
}

#[test]
fn a_bucket_in_another_account_cannot_be_judged() {
    for emulator in [moto(), ministack()] {
        let report = scan(&emulator, "other_account");
        let trail = arn("us-east-1:to-them");
        report.holds(&[
            ("ASC-02-01", trail.as_str(), "unknown", ""),
            ("ASC-03", "us-east-1", "pass", ""),
            ("ASC-03", ACCOUNT, "pass", ""),
        ]);
    }
}

/// A member account sees its organisation's trail, which the management account owns, as is its bucket. No emulator
/// has two accounts in one organisation, so the trail is moved into another account on the wire.
#[test]
fn an_organisation_trail_of_another_account_has_a_bucket_that_is_not_ours_to_judge() {
    const OURS: &str = "us-east-1:123456789012:trail";
    const THEIRS: &str = "us-east-1:999999999999:trail";
    const ORGANISATION: (&str, &str) = ("\"IsOrganizationTrail\": false", "\"IsOrganizationTrail\": true");
    let moto = moto();
    seed(&moto, "trails other_account");
    let proxy = Proxy::before(moto.port())
        .on("cloudtrail:DescribeTrails", Act::Replace(&[], &[(OURS, THEIRS), ORGANISATION]))
        .on("cloudtrail:GetTrailStatus", Act::Replace(&[(THEIRS, OURS)], &[]))
        .on("cloudtrail:GetEventSelectors", Act::Replace(&[(THEIRS, OURS)], &[(OURS, THEIRS)]));
    let report = Asc::at(&proxy.url()).scan(&format!("-c cloudtrail {REGIONS}"));
    report.holds(&[
        ("ASC-02-01", "arn:aws:cloudtrail:us-east-1:999999999999:trail/to-them", "not_applicable", ""),
        ("ASC-03", "us-east-1", "pass", ""),
        ("ASC-03", "eu-west-1", "pass", ""),
        ("ASC-03", ACCOUNT, "pass", ""),
    ]);
}

/// No emulator fails to deliver, so the failure is written into the answer on the wire.
#[test]
fn a_trail_that_cannot_deliver_does_not_count() {
    const FAILING: (&str, &str) =
        ("\"IsLogging\": true", "\"IsLogging\": true, \"LatestDeliveryError\": \"AccessDenied\"");
    let moto = moto();
    seed(&moto, "trails good");
    let proxy = Proxy::before(moto.port()).on("cloudtrail:GetTrailStatus", Act::Replace(&[], &[FAILING]));
    let report = Asc::at(&proxy.url()).scan(&format!("-c ASC-03 {REGIONS}"));
    report.holds(&[
        ("ASC-03", "us-east-1", "fail", "AccessDenied"),
        ("ASC-03", "eu-west-1", "fail", ""),
        ("ASC-03", ACCOUNT, "fail", ""),
    ]);
}
