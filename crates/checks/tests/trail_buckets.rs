//! ASC-02-01: whether the buckets that trails log into are public. And how the enabled regions are learnt.

mod support;

use asc_core::Status::{Fail, NotApplicable, Pass, Unknown};
use serde_json::json;
use support::{ACCOUNT, Account, Answer, HOME, Trail, acl, block, policy_status};

const CHECK: &[&str] = &["ASC-02-01"];
const OTHER: &str = "us-east-1";

fn trail() -> Trail {
    Trail::new("main", HOME, "trail-logs")
}

fn arn(trail: &Trail) -> String {
    trail.arn("aws")
}

#[test]
fn a_trail_is_as_public_as_its_bucket_and_judged_once_however_many_regions_show_it() {
    let account = Account::new().regions(&[HOME, OTHER, "eu-north-1"]).bucket("trail-logs", OTHER).trail(trail());
    let public = acl(&[("AuthenticatedUsers", "READ")]);
    let [ignoring, denied] = [block([false, true, false, false]), Answer::s3("AccessDenied")];
    for (account, expected) in [
        (account.clone(), Pass),
        (account.clone().with("trail-logs", "GetBucketPolicyStatus", policy_status(true)), Fail),
        (account.clone().with("trail-logs", "GetBucketAcl", public.clone()), Fail),
        (account.clone().with("trail-logs", "GetBucketAcl", public).account_block(ignoring), Pass),
        (account.clone().with("trail-logs", "GetBucketAcl", denied), Unknown),
    ] {
        let seen = account.scan(CHECK);
        assert_eq!(seen.verdicts().len(), 1);
        assert_eq!(seen.status("ASC-02-01", &arn(&trail())), expected);
        assert_eq!(seen.calls("cloudtrail:DescribeTrails"), 3, "single-region trails show at home only");
    }
}

#[test]
fn every_trail_of_every_region_is_judged_switched_off_or_not() {
    let off = trail().stopped();
    let far = Trail::new("far", OTHER, "far-logs").single_region();
    let account = Account::new().bucket("trail-logs", HOME).bucket("far-logs", OTHER);
    let account = account.with("far-logs", "GetBucketPolicyStatus", policy_status(true));
    let seen = account.trail(off.clone()).trail(far.clone()).scan(CHECK);
    assert_eq!((seen.status("ASC-02-01", &arn(&off)), seen.status("ASC-02-01", &arn(&far))), (Pass, Fail));
}

#[test]
fn without_a_trail_the_rule_reaches_nothing() {
    assert_eq!(Account::new().scan(CHECK).status("ASC-02-01", ACCOUNT), NotApplicable);
}

#[test]
fn a_bucket_that_is_gone_is_left_to_the_other_check() {
    let seen = Account::new().with_location("trail-logs", Answer::s3("NoSuchBucket")).trail(trail()).scan(CHECK);
    assert_eq!(seen.status("ASC-02-01", &arn(&trail())), NotApplicable);
}

#[test]
fn a_bucket_that_goes_while_it_is_read_is_gone() {
    let calls = ["GetPublicAccessBlock", "GetBucketAcl", "GetBucketPolicyStatus"];
    let account = Account::new().bucket("trail-logs", HOME).trail(trail());
    let account =
        calls.iter().fold(account, |account, call| account.with("trail-logs", call, Answer::s3("NoSuchBucket")));
    assert_eq!(account.scan(CHECK).status("ASC-02-01", &arn(&trail())), NotApplicable);
}

#[test]
fn a_bucket_of_another_account_cannot_be_judged_from_here() {
    let elsewhere = || Account::new().with_location("trail-logs", Answer::s3("AccessDenied"));
    let of_others = trail().organization_of("999999999999");
    let of_ours = trail().organization_of(ACCOUNT);
    for (trail, expected) in [(trail(), Unknown), (of_ours, Unknown), (of_others, NotApplicable)] {
        let seen = elsewhere().trail(trail.clone()).scan(CHECK);
        assert_eq!(seen.status("ASC-02-01", &arn(&trail)), expected, "{trail:?}");
    }
}

#[test]
fn an_organisation_trail_that_logs_here_is_judged_like_any_other() {
    let trail = trail().organization_of(ACCOUNT);
    let account = Account::new().bucket("trail-logs", HOME).trail(trail.clone());
    let open = account.clone().with("trail-logs", "GetBucketPolicyStatus", policy_status(true));
    assert_eq!(account.scan(CHECK).status("ASC-02-01", &arn(&trail)), Pass);
    assert_eq!(open.scan(CHECK).status("ASC-02-01", &arn(&trail)), Fail);
}

#[test]
fn a_region_that_cannot_be_asked_may_hide_a_trail() {
    let denied = Answer::json_error("AccessDeniedException");
    let account = Account::new().bucket("trail-logs", HOME).trail(trail());
    let seen = account.with_trails_in(OTHER, denied).scan(CHECK);
    assert_eq!(seen.status("ASC-02-01", &arn(&trail())), Pass);
    let expected = ("cloudtrail:DescribeTrails", Some("AccessDeniedException"), Some("cloudtrail:DescribeTrails"));
    assert_eq!(seen.unknown("ASC-02-01", OTHER), expected);
}

#[test]
fn other_partitions_have_other_arns() {
    for (partition, home, other) in
        [("aws-cn", "cn-north-1", "cn-northwest-1"), ("aws-us-gov", "us-gov-west-1", "us-gov-east-1")]
    {
        let trail = Trail::new("main", home, "trail-logs");
        let account = Account::in_partition(partition, home, &[other]).bucket("trail-logs", other).trail(trail.clone());
        let seen = account.scan(&["cloudtrail"]);
        let finding = seen.finding("ASC-02-01", &trail.arn(partition));
        assert_eq!(finding.status, Pass);
        assert_eq!(finding.evidence.read()["bucket_arn"], json!(format!("arn:{partition}:s3:::trail-logs")));
        for resource in [home, other, ACCOUNT] {
            assert_eq!(seen.status("ASC-03", resource), Pass);
        }
    }
}

fn no_ec2() -> Account {
    let account = Account::new().bucket("trail-logs", HOME).trail(trail());
    account.with_ec2_regions(Answer::ec2("UnauthorizedOperation"))
}

#[test]
fn the_account_service_stands_in_for_ec2() {
    let regions = json!({"Regions": [
        {"RegionName": "eu-north-1", "RegionOptStatus": "ENABLED_BY_DEFAULT"},
        {"RegionName": HOME, "RegionOptStatus": "ENABLED_BY_DEFAULT"},
    ]});
    let seen = no_ec2().regions(&[HOME, "eu-north-1"]).with_account_regions(Answer::json(&regions)).scan(&["ASC-03"]);
    assert!(seen.0.complete);
    assert_eq!((seen.status("ASC-03", HOME), seen.status("ASC-03", "eu-north-1")), (Pass, Pass));
    assert_eq!(seen.0.accounts[0].regions, ["eu-north-1", HOME]);
}

#[test]
fn without_either_no_region_is_guessed() {
    let seen = no_ec2().with_account_regions(Answer::rest_json_error("AccessDeniedException")).scan(&["cloudtrail"]);
    assert_eq!(seen.verdicts().into_values().collect::<Vec<_>>(), [Unknown; 2]);
    let expected = ("ec2:DescribeRegions", Some("UnauthorizedOperation"), Some("ec2:DescribeRegions"));
    for check in ["ASC-02-01", "ASC-03"] {
        assert_eq!(seen.unknown(check, ACCOUNT), expected);
    }
}

#[test]
fn an_empty_list_of_regions_is_no_list() {
    let empty = "<DescribeRegionsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><regionInfo/></DescribeRegionsResponse>";
    let seen = no_ec2().with_ec2_regions(Answer::ok(empty)).scan(&["ASC-03"]);
    assert_eq!(seen.unknown("ASC-03", ACCOUNT).0, "ec2:DescribeRegions");
}
