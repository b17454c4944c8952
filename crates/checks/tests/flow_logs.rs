//! ASC-08: whether what VPCs turn away is recorded, and kept.

mod support;

use asc_core::Severity;
use asc_core::Status::{self, Fail, NotApplicable, Pass, Unknown};
use serde_json::json;
use support::ec2::{FlowLog, flow_log, subnet, vpc};
use support::seen::Seen;
use support::{ACCOUNT, Account, Answer, HOME};

const CHECK: &str = "ASC-08";
const OTHER: &str = "us-east-1";
const OWNER: &str = "210987654321";

/// An account with one VPC of its own, `vpc-1`, and a log group that keeps for a year what flow logs deliver.
fn account() -> Account {
    Account::new().no_ec2().listed(HOME, "DescribeVpcs", &[vpc("vpc-1", ACCOUNT, false)]).log_groups(
        HOME,
        "/flow",
        &[&[("/flow", Some(365))]],
    )
}

fn scan(account: &Account) -> Seen {
    account.scan(&[CHECK])
}

fn with(logs: &[FlowLog]) -> Seen {
    scan(&account().flow_logs(HOME, logs))
}

#[test]
fn flow_logs_must_work_and_record_what_is_rejected() {
    let log = || flow_log("fl-1", "vpc-1");
    for (logs, expected, word) in [
        (vec![], Fail, "no flow log"),
        (vec![log()], Pass, "fl-1"),
        (vec![log().of("REJECT")], Pass, "fl-1"),
        (vec![log().of("ACCEPT")], Fail, "none that was rejected"),
        (vec![log().of("ACCEPT"), flow_log("fl-2", "vpc-1").of("REJECT")], Pass, "fl-2"),
        (vec![log().failing("Access error")], Fail, "Access error"),
        (vec![log().failing("Rate limited"), flow_log("fl-2", "vpc-1")], Pass, "fl-2"),
        (vec![log().failing("Unknown error"), flow_log("fl-2", "vpc-1").of("ACCEPT")], Fail, "fl-2"),
        (vec![log().inactive()], Fail, "not active"),
        (vec![flow_log("fl-1", "vpc-2")], Fail, "no flow log"),
        (vec![flow_log("fl-1", "eni-1")], Fail, "no flow log"),
        // A transit gateway's has no type of traffic, and spoils nothing.
        (vec![flow_log("fl-1", "tgw-1").of(""), flow_log("fl-2", "vpc-1")], Pass, "fl-2"),
    ] {
        let seen = with(&logs);
        let finding = seen.finding(CHECK, "vpc-1");
        assert_eq!(finding.status, expected, "{logs:?}");
        assert!(finding.message.contains(word), "{logs:?}: {}", finding.message);
        assert_eq!(seen.calls("ec2:DescribeSubnets"), 0, "{logs:?}");
        assert_eq!(seen.calls("ec2:DescribeFlowLogs"), 2, "one a region");
    }
}

#[test]
fn flow_logs_on_every_subnet_do_as_well() {
    let subnets = [subnet("subnet-a", "vpc-1"), subnet("subnet-b", "vpc-1"), subnet("subnet-x", "vpc-2")];
    let account = account().listed(HOME, "DescribeSubnets", &subnets);
    let [a, b] = [flow_log("fl-a", "subnet-a"), flow_log("fl-b", "subnet-b")];
    for (logs, expected, word) in [
        (vec![a.clone(), b.clone()], Pass, "a new subnet would be uncovered"),
        (vec![a.clone(), b.clone(), flow_log("fl-1", "vpc-1").of("ACCEPT")], Pass, "a new subnet"),
        (vec![a.clone()], Fail, "subnet-b"),
        (vec![a.clone(), b.clone().of("ACCEPT")], Fail, "subnet-b"),
        (vec![a.clone(), b.clone().failing("Access error")], Fail, "subnet-b"),
        (vec![flow_log("fl-x", "subnet-x")], Fail, "no flow log."),
        (vec![a.clone().of("ACCEPT"), b.clone().of("ACCEPT")], Fail, "fl-a (subnet-a) records only traffic"),
        (vec![a.clone().inactive(), b.clone().failing("Access error")], Fail, "fl-b (subnet-b) cannot deliver"),
        (vec![a.clone(), flow_log("fl-1", "vpc-1")], Pass, "Recorded by fl-1"),
    ] {
        let seen = scan(&account.clone().flow_logs(HOME, &logs));
        let finding = seen.finding(CHECK, "vpc-1");
        assert_eq!(finding.status, expected, "{logs:?}");
        assert!(finding.message.contains(word), "{logs:?}: {}", finding.message);
    }
    let denied = |logs: &[FlowLog]| {
        let account = account.clone().flow_logs(HOME, logs);
        scan(&account.with_listing(HOME, "DescribeSubnets", Answer::ec2("UnauthorizedOperation")))
    };
    let expected = ("ec2:DescribeSubnets", Some("UnauthorizedOperation"), Some("ec2:DescribeSubnets"));
    assert_eq!(denied(&[a.clone(), b]).unknown(CHECK, "vpc-1"), expected);
    // Where the subnets could only say more about a failure, the failure stands without them.
    assert_eq!(denied(&[a.of("ACCEPT")]).status(CHECK, "vpc-1"), Fail);
}

#[test]
fn default_vpcs_count_and_those_of_other_accounts_do_not() {
    let vpcs = [vpc("vpc-default", ACCOUNT, true), vpc("vpc-shared", OWNER, false)];
    let seen = scan(&account().listed(OTHER, "DescribeVpcs", &vpcs));
    assert_eq!(seen.status(CHECK, "vpc-default"), Fail);
    assert_eq!(seen.finding(CHECK, "vpc-default").region.as_deref(), Some(OTHER));
    assert_eq!(seen.status(CHECK, "vpc-shared"), NotApplicable);
    assert!(seen.message(CHECK, "vpc-shared").contains(OWNER));
}

#[test]
fn both_listings_are_read_to_the_end() {
    let vpcs = [vpc("vpc-1", ACCOUNT, false), vpc("vpc-2", ACCOUNT, false)];
    let logs = [flow_log("fl-1", "vpc-1").xml(), flow_log("fl-2", "vpc-2").xml()];
    let account = account().listed_in_pages(HOME, "DescribeVpcs", &[&vpcs[..1], &[], &vpcs[1..]]).listed_in_pages(
        HOME,
        "DescribeFlowLogs",
        &[&logs[..1], &logs[1..]],
    );
    let seen = scan(&account);
    assert_eq!((seen.status(CHECK, "vpc-1"), seen.status(CHECK, "vpc-2")), (Pass, Pass));
}

#[test]
fn buckets_and_streams_pass_with_a_note() {
    for (kind, arn, word) in [
        ("s3", "arn:aws:s3:::flow-bucket/folder/", "lifecycle"),
        ("kinesis-data-firehose", "arn:aws:firehose:eu-west-1:123456789012:deliverystream/flow", "Firehose"),
    ] {
        let seen = with(&[flow_log("fl-1", "vpc-1").to(kind, arn)]);
        assert_eq!(seen.status(CHECK, "vpc-1"), Pass);
        let message = seen.message(CHECK, "vpc-1");
        assert!(message.contains(arn) && message.contains(word), "{message}");
        assert_eq!((seen.verdicts().len(), seen.calls("logs:DescribeLogGroups")), (1, 0));
    }
}

fn kept(pages: &[&[(&str, Option<u32>)]]) -> Seen {
    let account = account().flow_logs(HOME, &[flow_log("fl-1", "vpc-1")]);
    scan(&account.log_groups(HOME, "/flow", pages))
}

#[test]
fn log_groups_keep_flow_logs_for_a_year() {
    for (days, expected, word) in [
        (Some(1), Fail, "1 days"),
        (Some(180), Fail, "180 days"),
        (Some(365), Pass, "365 days"),
        (Some(3653), Pass, "3653 days"),
        (None, Pass, "for ever"),
    ] {
        let seen = kept(&[&[("/flow", days)]]);
        let finding = seen.finding(CHECK, "/flow");
        assert_eq!(finding.status, expected, "{days:?}");
        assert!(finding.message.contains(word), "{}", finding.message);
        assert_eq!(finding.severity, if expected == Fail { Severity::Low } else { Severity::Medium });
        assert_eq!(seen.status(CHECK, "vpc-1"), Pass, "the VPC is recorded all the same");
    }
}

#[test]
fn a_log_group_is_told_from_those_that_begin_like_it() {
    let page: Vec<_> = ["/flow-a", "/flow-b"].map(|name| (name, Some(1))).into();
    let seen = kept(&[&page, &[("/flow", Some(400)), ("/flow/old", Some(3))], &[("/flow/older", Some(5))]]);
    assert_eq!(seen.status(CHECK, "/flow"), Pass);
    assert_eq!(seen.calls("logs:DescribeLogGroups"), 2, "it stops where it has found it");
    assert_eq!(kept(&[&page]).status(CHECK, "/flow"), NotApplicable, "not made yet, or gone");
    assert_eq!(kept(&[&[]]).status(CHECK, "/flow"), NotApplicable);
}

#[test]
fn a_log_group_is_judged_once_however_many_flow_logs_use_it_and_only_while_they_do() {
    let by_arn = |id: &str, suffix: &str| {
        let arn = format!("arn:aws:logs:{HOME}:{ACCOUNT}:log-group:/flow{suffix}");
        flow_log(id, "vpc-1").to("cloud-watch-logs", &arn)
    };
    let unused = flow_log("fl-4", "vpc-1").into_group("/unused").inactive();
    let seen = with(&[flow_log("fl-1", "vpc-1"), by_arn("fl-2", ""), by_arn("fl-3", ":*"), unused]);
    assert_eq!(seen.verdicts().into_keys().map(|(_, id)| id).collect::<Vec<_>>(), ["/flow", "vpc-1"]);
    assert_eq!(seen.calls("logs:DescribeLogGroups"), 1);
}

#[test]
fn a_log_group_of_another_account_is_judged_there() {
    let arn = format!("arn:aws:logs:{HOME}:{OWNER}:log-group:/central");
    let seen = with(&[flow_log("fl-1", "vpc-1").to("cloud-watch-logs", &arn)]);
    let finding = seen.finding(CHECK, "/central");
    assert_eq!((finding.status, finding.resource.arn.as_deref()), (NotApplicable, Some(arn.as_str())));
    assert!(finding.message.contains(OWNER), "{}", finding.message);
    assert_eq!((seen.status(CHECK, "vpc-1"), seen.calls("logs:DescribeLogGroups")), (Pass, 0));
}

#[test]
fn one_region_that_is_denied_is_unknown_and_the_other_is_not() {
    let account = account().flow_logs(HOME, &[flow_log("fl-1", "vpc-1")]).listed(
        OTHER,
        "DescribeVpcs",
        &[vpc("vpc-far", ACCOUNT, true), vpc("vpc-shared", OWNER, false)],
    );
    let denied = |operation| account.clone().with_listing(OTHER, operation, Answer::ec2("UnauthorizedOperation"));
    for (operation, where_to) in [("DescribeVpcs", OTHER), ("DescribeFlowLogs", "vpc-far")] {
        let seen = scan(&denied(operation));
        let action = format!("ec2:{operation}");
        let expected = (action.as_str(), Some("UnauthorizedOperation"), Some(action.as_str()));
        assert_eq!(seen.unknown(CHECK, where_to), expected);
        assert_eq!((seen.status(CHECK, "vpc-1"), seen.status(CHECK, "/flow")), (Pass, Pass));
        let unknown = seen.verdicts().into_values().filter(|status| *status == Unknown).count();
        assert_eq!(unknown, 1, "{operation}");
    }
    let shared_only = denied("DescribeFlowLogs").listed(OTHER, "DescribeVpcs", &[vpc("vpc-shared", OWNER, false)]);
    let seen = scan(&shared_only);
    assert_eq!((seen.status(CHECK, "vpc-shared"), seen.status(CHECK, OTHER)), (NotApplicable, Unknown));
}

#[test]
fn retention_that_is_denied_is_unknown_for_the_log_group_alone() {
    let account = account().flow_logs(HOME, &[flow_log("fl-1", "vpc-1")]);
    let seen = scan(&account.spoiled("logs:DescribeLogGroups", |_| Answer::json_error("AccessDeniedException")));
    let expected = ("logs:DescribeLogGroups", Some("AccessDeniedException"), Some("logs:DescribeLogGroups"));
    assert_eq!(seen.unknown(CHECK, "/flow"), expected);
    assert_eq!(seen.status(CHECK, "vpc-1"), Pass);
}

#[test]
fn nothing_is_taken_for_an_answer_that_is_none() {
    let account = account().flow_logs(HOME, &[flow_log("fl-1", "vpc-1")]);
    let status = |operation: &str, body: &str, at: &str| -> Status {
        scan(&account.spoiled(operation, |_| Answer::ok(body))).status(CHECK, at)
    };
    for body in ["", "<html/>", "<DescribeVpcsResponse/>", "<DescribeFlowLogsResponse/>"] {
        assert_eq!(status("ec2:DescribeVpcs", body, HOME), Unknown, "{body}");
        assert_eq!(status("ec2:DescribeFlowLogs", body, "vpc-1"), Unknown, "{body}");
    }
    for body in ["", "{}", &json!({"logGroups": null}).to_string()] {
        assert_eq!(status("logs:DescribeLogGroups", body, "/flow"), Unknown, "{body}");
    }
}
