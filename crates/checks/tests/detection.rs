//! BASE-01 and 07 to 12: AWS Config, GuardDuty, Security Hub, Access Analyzer, Inspector and Detective.

mod support;

use asc_core::Status::{Fail, NotApplicable, Pass, Unknown};
use serde_json::json;
use support::detection::{channel, recorder};
use support::{ACCOUNT, Account, Answer, HOME};

const OTHER: &str = "us-east-1";
const CHECKS: [&str; 7] = ["BASE-01", "BASE-07", "BASE-08", "BASE-09", "BASE-10", "BASE-11", "BASE-12"];
const RULE: &str = "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED";

fn unwatched() -> Account {
    Account::new().unwatched()
}

/// Everything on in both regions; what is global is recorded at home.
fn watched() -> Account {
    [HOME, OTHER].into_iter().fold(unwatched(), |account, region| {
        account
            .detectors(region, &[("d1", "ENABLED")])
            .standards(region, &["READY"])
            .analyzers(region, &[("external", "ACCOUNT", "ACTIVE")])
            .scanning(region, ["ENABLED"; 3])
            .graphs(region, &["arn:aws:detective:eu-west-1:123456789012:graph:g"])
            .recorder(region, Some(recorder(true, region == HOME)), &[channel("SUCCESS", None)])
            .config_rules(region, &[("sse", RULE, Some(true))])
    })
}

#[test]
fn an_account_that_is_watched_passes_and_one_that_is_not_fails_in_every_region() {
    for (account, expected) in [(watched(), Pass), (unwatched(), Fail)] {
        let seen = account.scan(&CHECKS);
        for check in CHECKS {
            for region in [HOME, OTHER] {
                let message = seen.message(check, region);
                assert_eq!(seen.status(check, region), expected, "{check} in {region}: {message}");
            }
        }
        assert_eq!(seen.status("BASE-07", ACCOUNT), expected);
        assert_eq!(seen.verdicts().len(), CHECKS.len() * 2 + 1);
        assert!(seen.0.complete);
    }
}

#[test]
fn a_rule_without_automatic_remediation_is_no_guardrail() {
    for (rules, expected) in [
        (&[("sse", RULE, None)][..], Fail),
        (&[("sse", RULE, Some(false))], Fail),
        (&[("logs", "S3_BUCKET_LOGGING_ENABLED", Some(true))], Fail),
        (&[("one", RULE, None), ("two", RULE, Some(true))], Pass),
    ] {
        let seen = unwatched().config_rules(HOME, rules).scan(&["BASE-01"]);
        assert_eq!(seen.status("BASE-01", HOME), expected, "{rules:?}");
    }
    let seen = unwatched().config_rules(HOME, &[("logs", "S3_BUCKET_LOGGING_ENABLED", Some(true))]).scan(&["BASE-01"]);
    assert_eq!(seen.calls("config:DescribeRemediationConfigurations"), 0, "nobody asks about other rules");
}

#[test]
fn a_rule_that_does_not_look_at_every_bucket_is_no_guardrail() {
    for (part, says, expected) in [
        ("Scope", json!({ "ComplianceResourceTypes": ["AWS::S3::Bucket"] }), Pass),
        ("Scope", json!({ "ComplianceResourceTypes": ["AWS::S3::Bucket"], "ComplianceResourceId": "one" }), Fail),
        ("Scope", json!({ "TagKey": "encrypt" }), Fail),
        ("EvaluationModes", json!([{ "Mode": "DETECTIVE" }, { "Mode": "PROACTIVE" }]), Pass),
        ("EvaluationModes", json!([{ "Mode": "PROACTIVE" }]), Fail),
        ("ConfigRuleState", json!("DELETING"), Fail),
    ] {
        let seen = unwatched().limited_rule(HOME, RULE, part, says.clone()).scan(&["BASE-01"]);
        assert_eq!(seen.status("BASE-01", HOME), expected, "{part}: {says}");
    }
}

#[test]
fn a_recorder_has_to_be_on_and_to_deliver() {
    for (given, channels, expected, words) in [
        (Some(recorder(true, true)), vec![channel("SUCCESS", None)], Pass, "is recording"),
        (Some(recorder(false, true)), vec![channel("SUCCESS", None)], Fail, "switched off"),
        (Some(recorder(true, true)), vec![], Fail, "no delivery channel"),
        (Some(recorder(true, true)), vec![channel("FAILURE", Some("NoSuchBucket"))], Fail, "history: NoSuchBucket"),
        (None, vec![], Fail, "no configuration recorder"),
    ] {
        let seen = unwatched().recorder(HOME, given, &channels).scan(&["BASE-07"]);
        assert_eq!(seen.status("BASE-07", HOME), expected, "{words}");
        assert!(seen.message("BASE-07", HOME).contains(words), "{}", seen.message("BASE-07", HOME));
    }
    let (given, mut status) = recorder(true, true);
    status["lastStatus"] = json!("FAILURE");
    status["lastErrorCode"] = json!("AccessDenied");
    let seen = unwatched().recorder(HOME, Some((given, status)), &[channel("SUCCESS", None)]).scan(&["BASE-07"]);
    assert_eq!(seen.status("BASE-07", HOME), Fail);
}

#[test]
fn what_is_global_has_to_be_recorded_somewhere() {
    let on = |global| (Some(recorder(true, global)), [channel("SUCCESS", None)]);
    let (given, channels) = on(false);
    let nowhere = unwatched().recorder(HOME, given, &channels);
    assert_eq!(nowhere.scan(&["BASE-07"]).status("BASE-07", ACCOUNT), Fail);
    let (given, channels) = on(true);
    let elsewhere = nowhere.clone().recorder(OTHER, given, &channels);
    assert_eq!(elsewhere.scan(&["BASE-07"]).status("BASE-07", ACCOUNT), Pass);
    let denied = Answer::json_error("AccessDeniedException");
    let open = nowhere.post("config", "DescribeConfigurationRecorders", OTHER, "{}", denied.clone());
    let seen = open.scan(&["BASE-07"]);
    let action = "config:DescribeConfigurationRecorders";
    for at in [ACCOUNT, OTHER] {
        assert_eq!(seen.unknown("BASE-07", at), (action, Some("AccessDeniedException"), Some(action)));
    }
    let settled = elsewhere.post("config", "DescribeConfigurationRecorders", HOME, "{}", denied).scan(&["BASE-07"]);
    assert_eq!((settled.status("BASE-07", HOME), settled.status("BASE-07", ACCOUNT)), (Unknown, Pass));
}

#[test]
fn a_service_that_is_half_on_is_off() {
    let account = watched()
        .detectors(HOME, &[("d1", "DISABLED")])
        .standards(HOME, &["PENDING", "FAILED"])
        .analyzers(HOME, &[("unused", "ACCOUNT_UNUSED_ACCESS", "ACTIVE"), ("external", "ACCOUNT", "FAILED")])
        .scanning(HOME, ["ENABLED", "ENABLED", "DISABLED"])
        .graphs(HOME, &[])
        .memberships(HOME, &["ACCEPTED_BUT_DISABLED"]);
    let seen = account.scan(&CHECKS);
    for check in &CHECKS[2..] {
        assert_eq!((seen.status(check, HOME), seen.status(check, OTHER)), (Fail, Pass), "{check}");
    }
    assert!(seen.message("BASE-11", HOME).contains("Lambda (DISABLED)"), "{}", seen.message("BASE-11", HOME));
}

#[test]
fn a_member_contributes_to_the_graph_of_another_account() {
    let seen = unwatched().memberships(HOME, &["INVITED", "ENABLED"]).scan(&["BASE-12"]);
    assert_eq!((seen.status("BASE-12", HOME), seen.status("BASE-12", OTHER)), (Pass, Fail));
    assert!(seen.message("BASE-12", HOME).contains("210987654321"));
    let own = watched().scan(&["BASE-12"]);
    assert_eq!(own.calls("detective:ListInvitations"), 0, "who has a graph is asked for no other");
}

/// The calls behind each check, and whether they are made in a watched account.
const READS: [(&str, &str, &str); 11] = [
    ("BASE-01", "config:DescribeConfigRules", "config:DescribeConfigRules"),
    ("BASE-01", "config:DescribeRemediationConfigurations", "config:DescribeRemediationConfigurations"),
    ("BASE-07", "config:DescribeConfigurationRecorderStatus", "config:DescribeConfigurationRecorderStatus"),
    ("BASE-07", "config:DescribeDeliveryChannelStatus", "config:DescribeDeliveryChannelStatus"),
    ("BASE-08", "guardduty:ListDetectors", "guardduty:ListDetectors"),
    ("BASE-08", "guardduty:GetDetector", "guardduty:GetDetector"),
    ("BASE-09", "securityhub:DescribeHub", "securityhub:DescribeHub"),
    ("BASE-09", "securityhub:GetEnabledStandards", "securityhub:GetEnabledStandards"),
    ("BASE-10", "accessanalyzer:ListAnalyzers", "access-analyzer:ListAnalyzers"),
    ("BASE-11", "inspector2:BatchGetAccountStatus", "inspector2:BatchGetAccountStatus"),
    ("BASE-12", "detective:ListGraphs", "detective:ListGraphs"),
];

#[test]
fn what_is_denied_names_the_action_and_what_is_no_answer_is_unknown() {
    for (check, operation, action) in READS {
        let denied = watched().spoiled(operation, |_| Answer::denied(operation)).scan(&[check]);
        assert_eq!(denied.unknown(check, HOME), (operation, Some("AccessDeniedException"), Some(action)));
        for body in ["", "{}", "[]", "<html/>"] {
            let seen = watched().spoiled(operation, |_| Answer::ok(body)).scan(&[check]);
            assert_eq!(seen.unknown(check, HOME).0, operation, "{body:?}");
        }
    }
}

#[test]
fn an_account_that_inspector_could_not_tell_of_is_unknown() {
    let failed = json!({"accounts": [], "failedAccounts": [
        {"accountId": ACCOUNT, "errorCode": "INTERNAL_ERROR", "errorMessage": "No."},
    ]});
    let seen = watched().with_scanning(HOME, Answer::json(&failed)).scan(&["BASE-11"]);
    assert_eq!(seen.unknown("BASE-11", HOME), ("inspector2:BatchGetAccountStatus", Some("INTERNAL_ERROR"), None));
    let nobody = json!({"accounts": [], "failedAccounts": []});
    let seen = watched().with_scanning(HOME, Answer::json(&nobody)).scan(&["BASE-11"]);
    assert_eq!(seen.status("BASE-11", HOME), Fail, "an account that Inspector has never heard of");
}

#[test]
fn silence_is_not_applicable_only_where_the_service_is_known_not_to_be() {
    let regions = [HOME, "ca-west-1", "ap-southeast-6"];
    let account = Account::new().regions(&regions).unwatched();
    let silent = regions.into_iter().fold(account, |account, region| {
        account.with_graphs(region, Answer::silence("dns error")).with_scanning(region, Answer::silence("dns error"))
    });
    let seen = silent.scan(&["BASE-11", "BASE-12"]);
    for (check, region, expected) in [
        ("BASE-12", HOME, Unknown),
        ("BASE-12", "ca-west-1", NotApplicable),
        ("BASE-12", "ap-southeast-6", NotApplicable),
        ("BASE-11", HOME, Unknown),
        ("BASE-11", "ca-west-1", Unknown),
        ("BASE-11", "ap-southeast-6", NotApplicable),
    ] {
        assert_eq!(seen.status(check, region), expected, "{check} in {region}");
    }
}
