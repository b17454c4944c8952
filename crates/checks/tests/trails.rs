//! ASC-03: which regions, and whether global services, are recorded.

mod support;

use asc_core::Status::{self, Fail, Pass, Unknown};
use asc_core::context::RegionFilter;
use serde_json::{Value, json};
use support::seen::Seen;
use support::{ACCOUNT, Account, Answer, HOME, Trail};

const CHECK: &[&str] = &["ASC-03"];
const OTHER: &str = "us-east-1";
const NEW_REGION: &str = "a new region would be uncovered";

/// An account of two regions with a bucket for its trails.
fn account() -> Account {
    Account::new().bucket("trail-logs", HOME)
}

fn main_trail() -> Trail {
    Trail::new("main", HOME, "trail-logs")
}

/// The verdicts on the two regions and on the account.
fn verdicts(seen: &Seen) -> [Status; 3] {
    [HOME, OTHER, ACCOUNT].map(|resource| seen.status("ASC-03", resource))
}

fn basic(selectors: &[(&str, bool, &[&str])]) -> Value {
    let selector = |(kind, management, excludes): &(&str, bool, &[&str])| {
        json!({
            "ReadWriteType": kind, "IncludeManagementEvents": management, "DataResources": [],
            "ExcludeManagementEventSources": excludes,
        })
    };
    json!({ "EventSelectors": selectors.iter().map(selector).collect::<Vec<_>>() })
}

/// One advanced selector, by a name that promises everything.
fn advanced(fields: &Value) -> Value {
    json!({"AdvancedEventSelectors": [{"Name": "All management events", "FieldSelectors": fields}]})
}

#[test]
fn a_multi_region_trail_covers_everything_and_is_looked_up_once() {
    let seen = account().trail(main_trail()).scan(CHECK);
    assert_eq!(verdicts(&seen), [Pass; 3]);
    assert!(!seen.message("ASC-03", HOME).contains(NEW_REGION));
    for call in ["DescribeTrails", "GetTrailStatus", "GetEventSelectors"] {
        assert_eq!(seen.calls(&format!("cloudtrail:{call}")), 1, "{call}");
    }
    assert_eq!(seen.calls("s3:GetBucketLocation"), 0);
}

#[test]
fn a_trail_of_another_region_is_asked_at_home() {
    let seen = account().trail(Trail::new("main", OTHER, "trail-logs")).scan(CHECK);
    assert_eq!(verdicts(&seen), [Pass; 3]);
    assert_eq!(seen.calls("cloudtrail:GetTrailStatus"), 1);
}

#[test]
fn without_a_trail_nothing_is_recorded() {
    let seen = account().scan(CHECK);
    assert_eq!(verdicts(&seen), [Fail; 3]);
    assert_eq!(seen.calls("cloudtrail:DescribeTrails"), 2, "each region is asked when one leaves it open");
}

#[test]
fn a_trail_that_is_off_or_delivers_nothing_does_not_count() {
    let gone = account().with_location("lost", Answer::s3("NoSuchBucket")).trail(Trail::new("main", HOME, "lost"));
    for (account, says) in [
        (account().trail(main_trail().stopped()), "not logging"),
        (account().trail(main_trail().failing("AccessDenied")), "AccessDenied"),
        (account().trail(main_trail().failing("NoSuchBucket")), "NoSuchBucket"),
        (gone, "anyone can claim the name"),
    ] {
        let seen = account.scan(CHECK);
        assert_eq!(verdicts(&seen), [Fail; 3], "{says}");
        for resource in [HOME, OTHER, ACCOUNT] {
            let message = seen.message("ASC-03", resource);
            assert!(message.contains(says) && message.contains("main"), "{resource}: {message}");
        }
    }
}

#[test]
fn an_empty_delivery_error_is_none() {
    assert_eq!(verdicts(&account().trail(main_trail().failing("")).scan(CHECK)), [Pass; 3]);
}

#[test]
fn a_broken_trail_beside_a_good_one_is_told_of_and_harms_nothing() {
    let seen = account().trail(main_trail()).trail(Trail::new("old", HOME, "trail-logs").stopped()).scan(CHECK);
    assert_eq!(verdicts(&seen), [Pass; 3]);
    assert!(seen.message("ASC-03", HOME).contains("old"));
}

#[test]
fn a_bucket_of_another_account_is_no_missing_bucket() {
    let account = Account::new().with_location("central-logs", Answer::s3("AccessDenied"));
    let seen = account.trail(Trail::new("main", HOME, "central-logs")).scan(CHECK);
    assert_eq!(verdicts(&seen), [Pass; 3]);
}

#[test]
fn a_member_account_need_not_see_its_organisations_bucket() {
    let trail = Trail::new("org", OTHER, "org-logs").organization_of("999999999999");
    for location in ["AccessDenied", "NoSuchBucket"] {
        let account = Account::new().with_location("org-logs", Answer::s3(location));
        assert_eq!(verdicts(&account.trail(trail.clone()).scan(CHECK)), [Pass; 3], "{location}");
    }
}

#[test]
fn the_management_account_answers_for_its_organisations_bucket() {
    let trail = Trail::new("org", HOME, "org-logs").organization_of(ACCOUNT);
    let gone = Account::new().with_location("org-logs", Answer::s3("NoSuchBucket"));
    assert_eq!(verdicts(&gone.trail(trail.clone()).scan(CHECK)), [Fail; 3]);
    assert_eq!(verdicts(&Account::new().bucket("org-logs", OTHER).trail(trail).scan(CHECK)), [Pass; 3]);
}

#[test]
fn basic_selectors_must_take_in_all_management_events() {
    let may_go = &["kms.amazonaws.com", "rdsdata.amazonaws.com"][..];
    for (selectors, expected) in [
        (basic(&[("All", true, &[])]), Pass),
        (basic(&[("All", true, may_go)]), Pass),
        (basic(&[("ReadOnly", true, &[]), ("WriteOnly", true, &[])]), Pass),
        (basic(&[("ReadOnly", true, &[])]), Fail),
        (basic(&[("WriteOnly", true, &[])]), Fail),
        (basic(&[("All", false, &[])]), Fail),
    ] {
        let seen = account().trail(main_trail().selecting(selectors.clone())).scan(CHECK);
        assert_eq!(verdicts(&seen), [expected; 3], "{selectors}");
    }
}

#[test]
fn advanced_selectors_must_take_in_all_management_events_whatever_their_name() {
    let management = json!({"Field": "eventCategory", "Equals": ["Management"]});
    let data = json!({"Field": "eventCategory", "Equals": ["Data"]});
    let objects = json!({"Field": "resources.type", "Equals": ["AWS::S3::Object"]});
    let without = |sources: &[&str]| json!({"Field": "eventSource", "NotEquals": sources});
    let read_only = |value: &str| json!({"Field": "readOnly", "Equals": [value]});
    for (fields, expected) in [
        (json!([management]), Pass),
        (json!([management, without(&["kms.amazonaws.com"])]), Pass),
        (json!([management, without(&["kms.amazonaws.com", "rdsdata.amazonaws.com"])]), Pass),
        (json!([management, without(&["iam.amazonaws.com"])]), Fail),
        (json!([management, read_only("true")]), Fail),
        (json!([management, read_only("false")]), Fail),
        (json!([management, {"Field": "eventName", "Equals": ["RunInstances"]}]), Fail),
        (json!([management, {"Field": "eventName", "NotStartsWith": ["Get"]}]), Fail),
        (json!([management, {"Field": "sessionCredentialFromConsole", "Equals": ["true"]}]), Fail),
        (json!([data, objects]), Fail),
    ] {
        let seen = account().trail(main_trail().selecting(advanced(&fields))).scan(CHECK);
        assert_eq!(verdicts(&seen), [expected; 3], "{fields}");
    }
}

#[test]
fn two_trails_may_share_the_work() {
    let reads = main_trail().selecting(basic(&[("ReadOnly", true, &[])]));
    let fields =
        json!([{"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "readOnly", "Equals": ["false"]}]);
    let writes = |home: &str| Trail::new("writes", home, "trail-logs").selecting(advanced(&fields));
    let together = account().trail(reads.clone()).trail(writes(OTHER));
    assert_eq!(verdicts(&together.scan(CHECK)), [Pass; 3]);
    let stopped = account().trail(reads.clone()).trail(writes(HOME).stopped());
    assert_eq!(verdicts(&stopped.scan(CHECK)), [Fail; 3]);
    // One of them records its own region only, so the other region lacks writes.
    let local = account().trail(reads).trail(writes(HOME).single_region());
    assert_eq!(verdicts(&local.scan(CHECK))[..2], [Pass, Fail]);
}

#[test]
fn single_region_trails_cover_their_own_region_only() {
    let local = |home| Trail::new(&format!("in-{home}"), home, "trail-logs").single_region();
    let seen = account().trail(local(HOME)).scan(CHECK);
    assert_eq!(verdicts(&seen), [Pass, Fail, Pass]);
    assert!(seen.message("ASC-03", HOME).contains(NEW_REGION));
    let seen = account().trail(local(HOME)).trail(local(OTHER)).scan(CHECK);
    assert_eq!(verdicts(&seen), [Pass; 3]);
    for region in [HOME, OTHER] {
        assert!(seen.message("ASC-03", region).contains(NEW_REGION), "{region}");
    }
}

#[test]
fn global_services_need_a_trail_that_includes_them() {
    let without = || main_trail().without_global_events();
    let seen = account().trail(without()).scan(CHECK);
    assert_eq!(verdicts(&seen), [Pass, Pass, Fail]);
    let global = Trail::new("global", OTHER, "trail-logs").single_region();
    assert_eq!(verdicts(&account().trail(without()).trail(global.clone()).scan(CHECK)), [Pass; 3]);
    assert_eq!(verdicts(&account().trail(without()).trail(global.stopped()).scan(CHECK)), [Pass, Pass, Fail]);
}

#[test]
fn a_region_that_cannot_be_asked_is_unknown_unless_something_covers_it() {
    let denied = || Answer::json_error("AccessDeniedException");
    let local = Trail::new("local", HOME, "trail-logs").single_region();
    let seen = account().trail(local).with_trails_in(OTHER, denied()).scan(CHECK);
    assert_eq!(verdicts(&seen), [Pass, Unknown, Pass]);
    let expected = ("cloudtrail:DescribeTrails", Some("AccessDeniedException"), Some("cloudtrail:DescribeTrails"));
    assert_eq!(seen.unknown("ASC-03", OTHER), expected);
    let seen = account().trail(main_trail()).with_trails_in(OTHER, denied()).scan(CHECK);
    assert_eq!(verdicts(&seen), [Pass; 3]);
}

/// Another region shows the shadow of a trail that covers all regions, the one that is silent included.
#[test]
fn a_silent_start_is_covered_by_what_the_other_regions_show() {
    let silent = account().trail(main_trail()).with_trails_in(HOME, Answer::json_error("AccessDeniedException"));
    assert_eq!(verdicts(&silent.scan(CHECK)), [Pass; 3]);
}

#[test]
fn a_trail_that_cannot_be_read_matters_only_where_no_other_covers() {
    let denied = |account: Account| {
        let body = format!(r#"{{"Name":"{}"}}"#, Trail::new("shy", HOME, "").arn("aws"));
        let answer = Answer::json_error("AccessDeniedException");
        account.answer("cloudtrail", "GetTrailStatus", HOME, "/", "", &body, answer)
    };
    let shy = Trail::new("shy", HOME, "trail-logs");
    assert_eq!(verdicts(&denied(account().trail(shy.clone())).scan(CHECK)), [Unknown; 3]);
    assert_eq!(verdicts(&denied(account().trail(main_trail()).trail(shy)).scan(CHECK)), [Pass; 3]);
}

#[test]
fn only_wanted_regions_are_judged() {
    let only = RegionFilter::only([OTHER.to_owned()]);
    let seen = account().trail(main_trail()).scan_with(CHECK, |cx| cx.regions(only));
    assert_eq!(seen.verdicts().into_keys().map(|(_, id)| id).collect::<Vec<_>>(), [ACCOUNT, OTHER]);
    assert_eq!((seen.status("ASC-03", OTHER), seen.calls("ec2:DescribeRegions")), (Pass, 0));
}
