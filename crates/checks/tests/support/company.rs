//! One account in which every call of every service is made, and matters.

use serde_json::json;

use super::billing::{export, report};
use super::credentials::{person, row};
use super::detection::{channel, recorder, topic_arn};
use super::ec2::{default_group, flow_log, instance, interface, key_pair, security_group, subnet, volume, vpc};
use super::iam::{group, managed, role, user};
use super::office::office;
use super::{ACCOUNT, Account, Answer, HOME};

const FAR: &str = "us-east-1";
const READ: &str = r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}"#;
const ADMIN: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const UNTOLD: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";

/// The account: that of [`office`], with people, machines and bills. It may not ask the Account service for regions.
pub(crate) fn company() -> Account {
    let account = office().no_ec2().with_account_regions(Answer::rest_json_error("AccessDeniedException"));
    watchers(bills(machines(people(account))))
}

fn people(account: Account) -> Account {
    let made = "2026-03-04T05:06:07+00:00";
    let holders = [
        user("ann").within("admins"),
        user("ci").inline("read", READ),
        group("admins").attached(ADMINISTRATOR),
        role("app").attached(UNTOLD),
        role("bounded").attached(ADMINISTRATOR).bounded_by(UNTOLD),
    ];
    account
        .principals(&holders, &[managed(ADMINISTRATOR, ADMIN)])
        // Its document is not among the details.
        .lone_policy(UNTOLD, READ)
        .summary(1)
        .password_policy(8, 90, 24)
        .access_keys("ci", &[&[("AKIACI", "Active", made)]])
        // The report is older than this key.
        .access_keys("bot", &[&[("AKIABOT", "Active", "2026-09-02T00:00:00Z")]])
        .key_used("AKIABOT", None)
        .credentials(&[
            row("<root_account>", [Some((true, made, made)), None]),
            row("ci", [Some((true, made, "")), None]),
            row("bot", [Some((true, "2026-01-01T00:00:00+00:00", "")), None]),
            person("ann", true, false),
        ])
}

fn machines(account: Account) -> Account {
    account
        .instance_profile("app", Some("app"))
        .listed(HOME, "DescribeVpcs", &[vpc("vpc-1", ACCOUNT, false), vpc("vpc-2", ACCOUNT, false)])
        .listed(HOME, "DescribeSubnets", &[subnet("subnet-a", "vpc-2")])
        .flow_logs(HOME, &[flow_log("fl-1", "vpc-1"), flow_log("fl-a", "subnet-a")])
        .log_groups(HOME, "/flow", &[&[("/flow", Some(90))]])
        .listed(HOME, "DescribeVolumes", &[volume("vol-1", "in-use", false, Some("i-1"))])
        .encrypting(FAR, false)
        .listed(HOME, "DescribeInstances", &[instance("i-1", "running", "/app", "ops")])
        .listed(FAR, "DescribeInstances", &[instance("i-2", "stopped", "", "")])
        .listed(HOME, "DescribeKeyPairs", &[key_pair("ops", "ed25519", "2026-01-01T00:00:00.000Z")])
        .listed(
            HOME,
            "DescribeSecurityGroups",
            &[security_group("sg-1", &[("tcp", Some((22, 22)), "0.0.0.0/0")]), default_group("sg-0", true)],
        )
        .listed(HOME, "DescribeNetworkInterfaces", &[interface("sg-1")])
}

fn bills(account: Account) -> Account {
    account.bucket("bills", HOME).reports(&[&[report("costs", "bills")]]).exports(&[&[export("usage", "bills")]])
}

/// Home is watched in part, and every part of that matters; the other region hardly is.
fn watchers(account: Account) -> Account {
    let (people, nobody) = (topic_arn(HOME, "people"), topic_arn(HOME, "nobody"));
    let vpcs = json!({"source": ["aws.ec2"], "detail": {"eventName": ["CreateVpc"]}});
    account
        .unwatched()
        .detectors(HOME, &[("12abc34d567e8fa901bc2d34e56789f0", "ENABLED")])
        .standards(HOME, &["READY"])
        .analyzers(HOME, &[("external", "ACCOUNT", "ACTIVE")])
        .scanning(HOME, ["ENABLED"; 3])
        .memberships(HOME, &["ENABLED"])
        .graphs(FAR, &["arn:aws:detective:us-east-1:123456789012:graph:g"])
        .recorder(HOME, Some(recorder(true, true)), &[channel("SUCCESS", None)])
        .config_rules(HOME, &[("s3-sse", "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED", Some(true))])
        .metric_filters(HOME, "trail-group", &[("root", "{ $.userIdentity.type = Root }", "Root")])
        .alarms(HOME, &[("root", "Root", &[&people])])
        .event_rules(HOME, &[("vpc", "ENABLED", vpcs, &[&nobody])])
        .subscriptions(&people, &[true])
        .subscriptions(&nobody, &[false])
}
