//! `asc guardrails` against moto, as far as that goes: it has no remediation and no delivery status, which are answered by
//! hand, and its `CloudFormation` passes over AWS Config, so that rules are made by its API.
#![expect(clippy::unwrap_used, reason = "a test that cannot read what it is about fails")]

use std::collections::{BTreeMap, BTreeSet};

use asc_tests::emulator::moto;
use asc_tests::seed::seed;
use asc_tests::{ACCOUNT, Act, Asc, Proxy};
use serde_json::{Value, json};

const CHANNELS: &str = "config:DescribeDeliveryChannelStatus";
const REMEDIATIONS: &str = "config:DescribeRemediationConfigurations";

/// What moto cannot answer, as AWS's API Reference has it.
fn with_config(proxy: Proxy, channel: bool, automatic: Option<bool>) -> Proxy {
    let channels = if channel { json!([{ "name": "default" }]) } else { json!([]) };
    let remediations: Vec<_> = automatic
        .into_iter()
        .map(|automatic| {
            let fixed = |value| json!({ "StaticValue": { "Values": [value] } });
            json!({ "ConfigRuleName": "encrypted-buckets", "TargetType": "SSM_DOCUMENT",
                "TargetId": "AWS-EnableS3BucketEncryption", "Automatic": automatic, "Parameters": {
                    "AutomationAssumeRole": fixed(format!("arn:aws:iam::{ACCOUNT}:role/encrypt")),
                    "BucketName": { "ResourceValue": { "Value": "RESOURCE_ID" } },
                    "SSEAlgorithm": fixed("AES256".to_owned()),
                } })
        })
        .collect();
    proxy
        .on(CHANNELS, Act::Answer(200, json!({ "DeliveryChannelsStatus": channels }).to_string()))
        .on(REMEDIATIONS, Act::Answer(200, json!({ "RemediationConfigurations": remediations }).to_string()))
}

/// The default of each parameter of a template.
fn defaults(template: &str) -> BTreeMap<&str, &str> {
    let (_, rest) = template.split_once("\nParameters:\n").unwrap();
    let (parameters, _) = rest.split_once("\nConditions:\n").unwrap();
    let (mut found, mut name) = (BTreeMap::new(), "");
    for line in parameters.lines() {
        if let Some(default) = line.strip_prefix("    Default: ") {
            found.insert(name, default.trim_matches('"'));
        } else if !line.starts_with("   ") {
            name = line.trim().trim_end_matches(':');
        }
    }
    found
}

const PARAMETERS: [&str; 6] = [
    "ExistingRecorder",
    "ExistingDeliveryChannel",
    "CreateConfigServiceLinkedRole",
    "CreateRemediationServiceLinkedRole",
    "ExistingTrail",
    "GuardDuty",
];
const ONLY: &str = "guardrails template --only s3-encryption,cloudtrail,guardduty --for-account";

fn chosen(template: &str) -> [&str; 6] {
    let defaults = defaults(template);
    PARAMETERS.map(|name| defaults[name])
}

#[test]
fn a_template_is_made_for_what_the_account_has() {
    let moto = moto();
    let empty = with_config(Proxy::before(moto.port()), false, None);
    let fresh = Asc::at(&empty.url()).exits(0, ONLY);
    assert_eq!(chosen(&fresh.stdout), ["false", "false", "true", "true", "false", "on"]);
    assert_eq!(fresh.stderr, "");
    let anybody = Asc::new().exits(0, &ONLY.replace(" --for-account", ""));
    assert_eq!(fresh.stdout, anybody.stdout, "an account that has nothing gets what everybody gets");

    let _ = seed(&moto, "guardrails account");
    let there = with_config(Proxy::before(moto.port()), true, None);
    let here = Asc::at(&there.url()).exits(0, ONLY);
    assert_eq!(chosen(&here.stdout), ["true", "true", "false", "true", "true", "off"]);
    // A recorder and a detector are a region's own; the role and the trail are the account's.
    let elsewhere = Asc::at(&empty.url()).exits(0, &format!("{ONLY} --region eu-west-1"));
    assert_eq!(chosen(&elsewhere.stdout), ["false", "false", "false", "true", "true", "on"]);
    let _ = Asc::at(&there.url()).exits(2, &format!("{ONLY} --region eu-west-1,us-east-1")).says("one region");
}

#[test]
fn what_could_not_be_read_is_not_made() {
    let moto = moto();
    let denied = [
        ("config:DescribeConfigurationRecorders", "ExistingRecorder", "true"),
        (CHANNELS, "ExistingDeliveryChannel", "true"),
        ("iam:GetRole", "CreateConfigServiceLinkedRole", "false"),
        ("iam:GetRole", "CreateRemediationServiceLinkedRole", "false"),
        ("cloudtrail:DescribeTrails", "ExistingTrail", "true"),
    ];
    for (action, parameter, safe) in denied {
        let proxy = with_config(Proxy::before(moto.port()), false, None).before_all(action, Act::Deny);
        let run = Asc::at(&proxy.url()).exits(3, ONLY);
        assert_eq!(defaults(&run.stdout)[parameter], safe, "{run}");
        let said = |line: &&str| line.contains(action) && line.contains(parameter);
        assert_eq!(run.stderr.lines().filter(said).count(), 1, "{run}");
    }
}

/// The rows of a status, and the exit code.
fn status(url: &str, words: &str) -> (i32, Value) {
    let run = Asc::at(url).run(&format!("guardrails status -f json --no-progress {words}"));
    (run.code, serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run}")))
}

fn row<'a>(status: &'a Value, guardrail: &str, region: Option<&str>) -> &'a Value {
    let rows = status["guardrails"].as_array().unwrap();
    let wanted = |row: &&Value| row["guardrail"] == guardrail && row["region"].as_str() == region;
    rows.iter().find(wanted).unwrap_or_else(|| panic!("no row of {guardrail} in {region:?}: {status:#}"))
}

const HERE: Option<&str> = Some("us-east-1");
const RULES: &str = "--region us-east-1 --only s3-encryption,restricted-ssh,root-user,guardduty,config-recorder";

#[test]
fn guardrails_are_absent_then_drifted_then_stand() {
    let moto = moto();
    let proxy = with_config(Proxy::before(moto.port()), true, Some(true));
    let (code, before) = status(&proxy.url(), RULES);
    assert_eq!((code, &before["account_id"]), (1, &json!(ACCOUNT)));
    for (guardrail, region) in [
        ("s3-encryption", HERE),
        ("restricted-ssh", HERE),
        ("root-user", None),
        ("guardduty", HERE),
        ("config-recorder", HERE),
        ("config-recorder", None),
    ] {
        assert_eq!(row(&before, guardrail, region)["status"], "absent", "{guardrail}");
    }
    assert_eq!(before["guardrails"].as_array().unwrap().len(), 6);

    // Rules where nothing records see nothing.
    let _ = seed(&moto, "guardrails rules");
    let (code, blind) = status(&proxy.url(), RULES);
    let s3 = row(&blind, "s3-encryption", HERE);
    assert_eq!((code, &s3["status"], &s3["rules"]), (1, &json!("drifted"), &json!(["encrypted-buckets"])));

    let _ = seed(&moto, "guardrails account");
    let (_, after) = status(&proxy.url(), RULES);
    for (guardrail, region, state, said) in [
        ("s3-encryption", HERE, "stands", "AWS-EnableS3BucketEncryption"),
        ("restricted-ssh", HERE, "stands", "ssh"),
        ("root-user", None, "drifted", "IAM_ROOT_ACCESS_KEY_CHECK"),
        ("guardduty", HERE, "drifted", "suspended"),
        ("config-recorder", HERE, "stands", ""),
        ("config-recorder", None, "absent", "Global"),
    ] {
        let row = row(&after, guardrail, region);
        assert_eq!(row["status"], state, "{row}");
        assert!(row["message"].as_str().unwrap().contains(said), "{row}");
    }
    let only = |name: &str| format!("--region us-east-1 --only {name}");
    assert_eq!(status(&proxy.url(), &only("s3-encryption,restricted-ssh")).0, 0);
    // The check says the same, by the same code.
    Asc::at(&proxy.url()).with_baseline().scan("-c BASE-01 --region us-east-1").holds(&[(
        "BASE-01",
        "us-east-1",
        "pass",
        "AWS-EnableS3BucketEncryption",
    )]);

    for automatic in [None, Some(false)] {
        let proxy = with_config(Proxy::before(moto.port()), true, automatic);
        let (code, drifted) = status(&proxy.url(), &only("s3-encryption"));
        assert_eq!((code, &row(&drifted, "s3-encryption", HERE)["status"]), (1, &json!("drifted")));
        let report = Asc::at(&proxy.url()).with_baseline().scan("-c BASE-01 --region us-east-1");
        report.holds(&[("BASE-01", "us-east-1", "fail", "encrypted-buckets")]);
    }
    let table = Asc::at(&proxy.url()).exits(1, &format!("guardrails status --no-progress {RULES}"));
    assert!(table.stdout.contains("stands: us-east-1") && table.stdout.contains("3 stand, 2 drifted"), "{table}");
}

#[test]
fn what_could_not_be_read_is_unknown_with_the_action_that_is_missing() {
    let moto = moto();
    let _ = seed(&moto, "guardrails account");
    let _ = seed(&moto, "guardrails rules");
    let proxy = || with_config(Proxy::before(moto.port()), true, Some(true));
    for action in [REMEDIATIONS, "config:DescribeConfigRules", "config:DescribeConfigurationRecorderStatus"] {
        let proxy = proxy().before_all(action, Act::Deny);
        let (code, status) = status(&proxy.url(), "--region us-east-1 --only s3-encryption");
        let row = row(&status, "s3-encryption", HERE);
        assert_eq!((code, &row["status"], &status["complete"]), (3, &json!("unknown"), &json!(false)));
        assert_eq!(
            (&row["unknown"]["missing_action"], &row["unknown"]["aws_code"]),
            (&json!(action), &json!("AccessDeniedException"))
        );
    }
    let _ = Asc::new().exits(2, "guardrails status --no-progress").says("credentials");
    let _ = Asc::at(&proxy().url()).exits(2, "guardrails status --only s3-encyption").says("s3-encryption");
}

#[test]
fn both_commands_call_nothing_outside_their_policy_and_write_nothing() {
    let moto = moto();
    let _ = seed(&moto, "guardrails account");
    let _ = seed(&moto, "guardrails rules");
    let proxy = with_config(Proxy::before(moto.port()), true, Some(true));
    let _ = Asc::at(&proxy.url()).run("guardrails template --for-account");
    let _ = Asc::at(&proxy.url()).run("guardrails status --no-progress");
    let policy: Value = serde_json::from_str(&Asc::new().exits(0, "permissions --guardrails").stdout).unwrap();
    let allowed: BTreeSet<_> =
        policy["Statement"][0]["Action"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    // The proxy knows calls of these services by name.
    let named = ["cloudtrail:", "config:", "ec2:", "events:", "iam:", "logs:"];
    let seen = proxy.seen();
    let called: BTreeSet<_> =
        seen.iter().map(String::as_str).filter(|action| named.iter().any(|name| action.starts_with(name))).collect();
    let outside: Vec<_> = called.difference(&allowed).collect();
    assert!(outside.is_empty(), "{outside:?} are not in {allowed:?}");
    for action in ["iam:GetRole", REMEDIATIONS, CHANNELS, "cloudtrail:GetTrailStatus", "ec2:DescribeRegions"] {
        assert!(called.contains(action), "{action} was not called: {called:?}");
    }
    for action in allowed {
        let (_, name) = action.split_once(':').unwrap();
        assert!(["Get", "List", "Describe", "BatchGet"].iter().any(|verb| name.starts_with(verb)), "{action}");
    }
}
