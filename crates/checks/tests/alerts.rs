//! BASE-03: who is told when something that concerns security changes.

mod support;

use asc_core::Status::{Fail, Pass, Unknown};
use serde_json::{Value, json};
use support::detection::{group_arn, topic_arn};
use support::{Account, Answer, HOME, Trail};

const CHECK: &str = "BASE-03";
const GLOBAL: &str = "us-east-1";
const GROUP: &str = "trail-group";

/// The benchmark's filters, written as people write them: quoted or not, in any order.
/// Source: CIS AWS Foundations Benchmark, "Monitoring".
const FILTERS: [(&str, &str); 12] = [
    (
        "root",
        r#"{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }"#,
    ),
    ("denied", r#"{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }"#),
    ("sign-in", r#"{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }"#),
    ("iam", "{($.eventSource = iam.amazonaws.com) && (($.eventName = *Policy) || ($.eventName=*PolicyVersion))}"),
    (
        "trails",
        "{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) || ($.eventName = StartLogging) || ($.eventName = StopLogging) }",
    ),
    (
        "config",
        "{ ($.eventSource = config.amazonaws.com) && (($.eventName=StopConfigurationRecorder)||($.eventName=DeleteDeliveryChannel)||($.eventName=PutDeliveryChannel)||($.eventName=PutConfigurationRecorder)) }",
    ),
    ("groups", "{ ($.eventName = *SecurityGroup) || ($.eventName = *SecurityGroup*gress) }"),
    ("acls", "{ $.eventName = *NetworkAcl* }"),
    (
        "routes",
        "{($.eventSource = ec2.amazonaws.com) && (($.eventName = CreateRoute) || ($.eventName = CreateRouteTable) || ($.eventName = ReplaceRoute) || ($.eventName = ReplaceRouteTableAssociation) || ($.eventName = DeleteRouteTable) || ($.eventName = DeleteRoute) || ($.eventName = DisassociateRouteTable))}",
    ),
    (
        "vpcs",
        "{ ($.eventName = CreateVpc) || ($.eventName = DeleteVpc) || ($.eventName = ModifyVpcAttribute) || ($.eventName = *VpcPeeringConnection) }",
    ),
    ("keys", "{($.eventSource = kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion))}"),
    ("buckets", "{ ($.eventSource = s3.amazonaws.com) && ($.eventName = *BucketPolicy) }"),
];

fn trail() -> Trail {
    Trail::new("main", HOME, "logs").into_log_group(&group_arn(HOME, GROUP))
}

/// An account whose trail is watched by some of the filters, each with an alarm that people hear.
fn with_filters(trail: Trail, left_out: &str) -> Account {
    let kept: Vec<_> = FILTERS.iter().filter(|(name, _)| *name != left_out).collect();
    let filters: Vec<_> = kept.iter().map(|(name, pattern)| (*name, *pattern, *name)).collect();
    let people = topic_arn(HOME, "people");
    let actions = [people.as_str()];
    let alarms: Vec<_> = kept.iter().map(|(name, _)| (*name, *name, &actions[..])).collect();
    Account::new()
        .unwatched()
        .trail(trail)
        .metric_filters(HOME, GROUP, &filters)
        .alarms(HOME, &alarms)
        .subscriptions(&people, &[false, true])
}

#[test]
fn the_benchmarks_filters_on_one_trail_watch_every_region() {
    let seen = with_filters(trail(), "").scan(&[CHECK]);
    for region in [HOME, GLOBAL] {
        assert_eq!(seen.status(CHECK, region), Pass, "{}", seen.message(CHECK, region));
    }
    assert_eq!(seen.calls("events:ListRules"), 0, "nothing is left for rules to tell of");
    assert_eq!(seen.calls("cloudwatch:DescribeAlarms"), 1);
    assert_eq!(seen.calls("sns:ListSubscriptionsByTopic"), 1);
}

#[test]
fn each_filter_that_is_left_out_is_missed() {
    for (name, words) in [
        ("root", "use of the root user"),
        ("denied", "unauthorised calls"),
        ("sign-in", "console sign-in without MFA"),
        ("trails", "changes of trails"),
        ("config", "changes of AWS Config"),
        ("groups", "changes of security groups"),
        ("acls", "changes of network ACLs"),
        ("routes", "changes of route tables"),
        ("vpcs", "changes of VPCs"),
        ("keys", "KMS keys disabled or to be deleted"),
        ("buckets", "changes of bucket policies"),
    ] {
        let seen = with_filters(trail(), name).scan(&[CHECK]);
        for region in [HOME, GLOBAL] {
            assert_eq!(seen.message(CHECK, region), format!("Nobody is told of: {words}."), "{name}");
        }
    }
    let seen = with_filters(trail(), "iam").scan(&[CHECK]);
    assert_eq!((seen.status(CHECK, HOME), seen.status(CHECK, GLOBAL)), (Pass, Fail), "IAM's events are in one region");
}

#[test]
fn a_filter_leads_nowhere_without_each_link_of_the_chain() {
    let people = topic_arn(HOME, "people");
    let all = || Account::new().unwatched().trail(trail()).metric_filters(HOME, GROUP, &[("all", "", "All")]);
    let seen = |account: Account| account.scan(&[CHECK]);
    let whole = all().alarms(HOME, &[("all", "All", &[&people])]).subscriptions(&people, &[true]);
    assert_eq!(seen(whole.clone()).status(CHECK, HOME), Pass);
    for (what, account) in [
        ("no alarm", all().alarms(HOME, &[])),
        ("an alarm on another metric", all().alarms(HOME, &[("all", "Other", &[&people])])),
        ("an alarm that tells nobody", all().alarms(HOME, &[("all", "All", &[])])),
        ("an alarm that stops a machine", all().alarms(HOME, &[("all", "All", &["arn:aws:automate:r:ec2:stop"])])),
        ("nobody has confirmed", whole.clone().subscriptions(&people, &[false])),
        ("nobody has subscribed", whole.clone().subscriptions(&people, &[])),
        ("the topic is gone", whole.clone().with_subscriptions(&people, Answer::query("NotFound"))),
    ] {
        let seen = seen(account);
        assert_eq!(seen.status(CHECK, HOME), Fail, "{what}");
        assert!(seen.message(CHECK, HOME).contains("confirmed subscriber: all."), "{what}");
    }
    for (what, trail) in [
        ("the trail is off", trail().stopped()),
        ("it has no log group", Trail::new("main", HOME, "logs")),
        (
            "it records no management events",
            trail().selecting(json!({"EventSelectors": [
                {"ReadWriteType": "All", "IncludeManagementEvents": false, "DataResources": []},
            ]})),
        ),
    ] {
        let account = Account::new()
            .unwatched()
            .trail(trail)
            .metric_filters(HOME, GROUP, &[("all", "", "All")])
            .alarms(HOME, &[("all", "All", &[&people])])
            .subscriptions(&people, &[true]);
        assert_eq!(seen(account).status(CHECK, HOME), Fail, "{what}");
    }
}

#[test]
fn keys_that_a_trail_leaves_out_are_not_watched_through_it() {
    let leaving_out = json!({"EventSelectors": [
        {"ReadWriteType": "All", "IncludeManagementEvents": true, "ExcludeManagementEventSources": ["kms.amazonaws.com"]},
    ]});
    let seen = with_filters(trail().selecting(leaving_out), "").scan(&[CHECK]);
    assert_eq!(seen.message(CHECK, HOME), "Nobody is told of: KMS keys disabled or to be deleted.");
}

/// A pattern for everything that CloudTrail hands over.
fn everything() -> Value {
    json!({"detail-type": [{"suffix": "via CloudTrail"}]})
}

#[test]
fn rules_of_eventbridge_watch_their_own_region() {
    const ALL: &str = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
    let people = topic_arn(HOME, "people");
    let account = |state, pattern| {
        let account = Account::new().unwatched().trail(Trail::new("main", HOME, "logs"));
        account.event_rules(HOME, &[("all", state, pattern, &[&people])]).subscriptions(&people, &[true])
    };
    let seen = account(ALL, everything()).scan(&[CHECK]);
    assert_eq!((seen.status(CHECK, HOME), seen.status(CHECK, GLOBAL)), (Pass, Fail));
    let seen = account("ENABLED", everything()).scan(&[CHECK]);
    assert_eq!(seen.message(CHECK, HOME), "Nobody is told of: unauthorised calls.", "refused reads are held back");
    assert_eq!(account("DISABLED", everything()).scan(&[CHECK]).status(CHECK, HOME), Fail);
    let narrow = account(ALL, json!({"source": ["aws.kms"]})).scan(&[CHECK]);
    assert!(!narrow.message(CHECK, HOME).contains("KMS"), "{}", narrow.message(CHECK, HOME));
    let elsewhere = account(ALL, json!({"source": ["aws.health"]})).scan(&[CHECK]);
    assert_eq!(elsewhere.calls("events:ListTargetsByRule"), 0, "rules about other things are not followed");
    let trailless = Account::new().unwatched().event_rules(HOME, &[("all", ALL, everything(), &[&people])]);
    let seen = trailless.subscriptions(&people, &[true]).scan(&[CHECK]);
    assert!(seen.message(CHECK, HOME).contains("No trail is logging here"), "{}", seen.message(CHECK, HOME));
}

#[test]
fn an_organisations_trail_is_watched_where_its_log_group_is() {
    let theirs = group_arn(HOME, GROUP).replace("123456789012", "210987654321");
    let trail = Trail::new("org", HOME, "logs").organization_of("210987654321").into_log_group(&theirs);
    let seen = Account::new().unwatched().trail(trail).scan(&[CHECK]);
    assert_eq!(seen.status(CHECK, HOME), Fail);
    assert!(seen.message(CHECK, HOME).contains("210987654321"), "{}", seen.message(CHECK, HOME));
    assert_eq!(seen.calls("logs:DescribeMetricFilters"), 0);
}

#[test]
fn what_could_not_be_read_is_unknown_where_something_is_missing() {
    let lacking = with_filters(trail(), "vpcs");
    for operation in [
        "cloudtrail:GetTrailStatus",
        "cloudtrail:GetEventSelectors",
        "logs:DescribeMetricFilters",
        "cloudwatch:DescribeAlarms",
        "sns:ListSubscriptionsByTopic",
        "events:ListRules",
    ] {
        let seen = lacking.spoiled(operation, |_| Answer::denied(operation)).scan(&[CHECK]);
        let (named, code, action) = seen.unknown(CHECK, HOME);
        assert_eq!((named, action), (operation, Some(operation)));
        assert!(code.is_some(), "{operation}");
        for body in ["", "{}", "<html/>"] {
            let seen = lacking.spoiled(operation, |_| Answer::ok(body)).scan(&[CHECK]);
            assert_eq!(seen.unknown(CHECK, HOME).0, operation, "{body:?}");
        }
    }
    let whole = with_filters(trail(), "").spoiled("events:ListRules", |_| Answer::denied("events:ListRules"));
    assert_eq!(whole.scan(&[CHECK]).status(CHECK, HOME), Pass, "nothing is missing");
    let gone = lacking.with_metric_filters(HOME, GROUP, Answer::json_error("ResourceNotFoundException"));
    assert_eq!(gone.scan(&[CHECK]).status(CHECK, HOME), Fail, "a log group that is gone has no filters");
    assert_ne!(gone.scan(&[CHECK]).status(CHECK, GLOBAL), Unknown);
}
