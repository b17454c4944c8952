//! The template of `asc guardrails`, deployed as far as the emulators go, and what is said of the account then.
//!
//! ministack takes no template with a type that it does not know, which are all but one guardrail's. moto takes every
//! template and passes over most types in silence; `seed/deploy.py` makes those by their own calls, and answers for what
//! moto has no call for, as AWS documents it. Nobody runs rules or runbooks: what they would find and correct is not proved
//! here.
#![expect(clippy::unwrap_used, reason = "a test that cannot read what it is about fails")]

use std::collections::BTreeMap;

use asc_tests::emulator::{ministack, moto};
use asc_tests::seed::seed;
use asc_tests::{ACCOUNT, Act, Asc, Emulator, Proxy};
use serde_json::{Value, json};

const HERE: &str = "us-east-1";
const REMEDIATIONS: &str = "config:DescribeRemediationConfigurations";

/// What is asked that moto has no call for, and the list in the answer.
const ASKED: [(&str, &str); 6] = [
    ("access-analyzer:ListAnalyzers", "analyzers"),
    ("config:DescribeDeliveryChannelStatus", "DeliveryChannelsStatus"),
    (REMEDIATIONS, "RemediationConfigurations"),
    ("detective:ListGraphs", "GraphList"),
    ("detective:ListInvitations", "Invitations"),
    ("securityhub:GetEnabledStandards", "StandardsSubscriptions"),
];

/// moto, with these answers or lists of nothing.
fn answering(moto: &Emulator, answers: &Value) -> Proxy {
    ASKED.into_iter().fold(Proxy::before(moto.port()), |proxy, (action, list)| {
        let body = answers.get(action).cloned().unwrap_or_else(|| json!({ list: [] }));
        proxy.on(action, Act::Answer(200, body.to_string()))
    })
}

/// Deploys a template that these words ask for, with these parameters, and returns what the deployer tells.
fn deploy(moto: &Emulator, template: &str, parameters: &str) -> Value {
    let asc = Asc::new();
    let _ = asc.exits(0, &format!("guardrails template -o guardrails.yaml {template}"));
    let file = asc.path("guardrails.yaml");
    serde_json::from_str(&seed(moto, &format!("deploy {} guards {parameters}", file.display()))).unwrap()
}

/// The states of guardrails, the account's under `KEY account`, and what is said of them.
fn states(url: &str, words: &str) -> BTreeMap<String, (String, String)> {
    let run = Asc::at(url).run(&format!("guardrails status -f json --no-progress --region {HERE} {words}"));
    let status: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run}"));
    let rows = status["guardrails"].as_array().unwrap().iter().map(|row| {
        let key = row["guardrail"].as_str().unwrap();
        let key = if row["region"].is_null() { format!("{key} account") } else { key.to_owned() };
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        (key, (text("status"), text("message")))
    });
    rows.collect()
}

/// What of the baseline and of trails is found.
fn verdicts(url: &str) -> BTreeMap<(String, String), String> {
    let report = Asc::at(url).with_baseline().scan(&format!("-c base -c ASC-03 --region {HERE}"));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let verdict = |found: &Value| ((text(&found["check_id"]), text(&found["resource"]["id"])), text(&found["status"]));
    report.findings().iter().map(verdict).collect()
}

const MAIL: &str = "AlertEmail=security@example.com";

#[test]
fn what_the_template_makes_the_checks_and_the_status_find() {
    let moto = moto();
    let empty = answering(&moto, &json!({}));
    let before = verdicts(&empty.url());
    let states_before = states(&empty.url(), "");
    let deployed = deploy(&moto, "", MAIL);
    let full = answering(&moto, &deployed["answers"]);
    let after = verdicts(&full.url());

    let made = [
        ("ASC-03", HERE),
        ("ASC-03", ACCOUNT),
        ("BASE-01", HERE),
        ("BASE-03", HERE),
        ("BASE-07", HERE),
        ("BASE-07", ACCOUNT),
        ("BASE-08", HERE),
        ("BASE-09", HERE),
        ("BASE-10", HERE),
        ("BASE-12", HERE),
    ];
    // These are corrected by runbooks, which nobody runs here, or by people.
    let left = [("BASE-02", ACCOUNT), ("BASE-11", HERE), ("BASE-13", ACCOUNT), ("BASE-15", ACCOUNT)];
    let status = |verdicts: &BTreeMap<_, String>, (check, resource): (&str, &str)| {
        verdicts.get(&(check.to_owned(), resource.to_owned())).cloned().unwrap_or_default()
    };
    for verdict in made.into_iter().chain(left) {
        assert_eq!(status(&before, verdict), "fail", "{verdict:?} before");
    }
    for verdict in made {
        assert_eq!(status(&after, verdict), "pass", "{verdict:?} after");
    }
    for verdict in left {
        assert_eq!(status(&after, verdict), "fail", "{verdict:?}: so somebody has learned to run runbooks");
    }

    let states_after = states(&full.url(), "");
    assert!(states_before.values().all(|(state, _)| state == "absent"), "{states_before:#?}");
    assert!(states_after.values().all(|(state, _)| state == "stands"), "{states_after:#?}");
    assert_eq!(states_before.keys().collect::<Vec<_>>(), states_after.keys().collect::<Vec<_>>());
    assert_eq!(states_after.len(), 20, "19 guardrails, of which one is about a region and the account");
    let said = |key: &str| states_after[key].1.as_str();
    assert!(said("s3-encryption").ends_with("Put right by guards-S3EncryptionRunbook-1A2B3C4D5E6F."));
    assert!(said("restricted-ssh").ends_with("Reports only."));
}

#[test]
fn so_far_the_emulators_go() {
    let moto = moto();
    let deployed = deploy(&moto, "", MAIL);
    let carried = [
        "AWS::Events::Rule",
        "AWS::IAM::Role",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::SNS::Topic",
        "AWS::SSM::Document",
    ];
    assert_eq!(deployed["carried"], json!(carried), "what moto's CloudFormation makes");
    let unknown = [
        "AWS::AccessAnalyzer::Analyzer",
        "AWS::CloudTrail::Trail",
        "AWS::Config::ConfigRule",
        "AWS::Config::ConfigurationRecorder",
        "AWS::Config::DeliveryChannel",
        "AWS::Config::RemediationConfiguration",
        "AWS::Detective::Graph",
        "AWS::GuardDuty::Detector",
        "AWS::IAM::ServiceLinkedRole",
        "AWS::SSM::Document",
        "AWS::SecurityHub::Hub",
        "AWS::SecurityHub::Standard",
    ];
    let ministack = ministack();
    let asc = Asc::new();
    let stack = |only: &str, parameters: &str| -> Value {
        let _ = asc.exits(0, &format!("guardrails template -o guardrails.yaml {only}"));
        let file = asc.path("guardrails.yaml");
        serde_json::from_str(&seed(&ministack, &format!("stack {} guards {parameters}", file.display()))).unwrap()
    };
    let refused = json!({ "status": "ValidationError", "unknown": unknown });
    assert_eq!(stack("", ""), refused, "what ministack's CloudFormation does not know");
    let alerts = stack("--only security-alerts", MAIL);
    assert_eq!(alerts, json!({ "status": "CREATE_COMPLETE", "unknown": [] }));
    // The one guardrail that ministack takes whole tells somebody, once a trail logs.
    let told = || Asc::at(&ministack.url()).with_baseline().scan(&format!("-c BASE-03 --region {HERE}"));
    told().holds(&[("BASE-03", HERE, "fail", "No trail is logging here")]);
    let _ = seed(&ministack, "trail_everywhere");
    told().holds(&[("BASE-03", HERE, "pass", "")]);
}

#[test]
fn every_guardrail_stands_where_it_is_deployed_alone() {
    let moto = moto();
    let list: Value = serde_json::from_str(&Asc::new().exits(0, "guardrails list -f json").stdout).unwrap();
    for key in list.as_array().unwrap().iter().map(|guardrail| guardrail["key"].as_str().unwrap()) {
        moto.reset();
        // EventBridge hears only of what a trail logs, which is another guardrail.
        let (with, parameters) = if key == "security-alerts" { (",cloudtrail", MAIL) } else { ("", "") };
        let deployed = deploy(&moto, &format!("--only {key}{with}"), parameters);
        let proxy = answering(&moto, &deployed["answers"]);
        let states = states(&proxy.url(), &format!("--only {key}"));
        assert!(!states.is_empty() && states.values().all(|(state, _)| state == "stands"), "{key}: {states:#?}");
    }
}

#[test]
fn what_is_deployed_to_report_only_stands_and_says_so() {
    let moto = moto();
    for (template, parameters) in [("", "S3Encryption=report"), ("--report-only", "")] {
        moto.reset();
        let deployed = deploy(&moto, &format!("--only s3-encryption {template}"), parameters);
        let proxy = answering(&moto, &deployed["answers"]);
        let (state, said) = &states(&proxy.url(), "--only s3-encryption")["s3-encryption"];
        assert!(state == "stands" && said.ends_with("Reports only."), "{state}: {said}");
        // The check wants what is found to be put right.
        let report = Asc::at(&proxy.url()).with_baseline().scan(&format!("-c BASE-01 --region {HERE}"));
        report.holds(&[("BASE-01", HERE, "fail", "")]);
    }
}

#[test]
fn what_has_changed_since_has_drifted() {
    let moto = moto();
    let only = "--only s3-encryption,iam-access-keys,iam-password-policy,restricted-ssh";
    let deployed = deploy(&moto, only, "RestrictedSsh=remediate");
    let answers = &deployed["answers"];
    let state = |answers: &Value, key: &str| states(&answering(&moto, answers).url(), only)[key].clone();
    let holds = |answers: &Value, key: &str, expected: &str, said: &[&str]| {
        let (state, message) = state(answers, key);
        let says = said.iter().all(|word| message.contains(word));
        assert!(state == expected && says, "{key} {state}: {message}");
    };
    let with = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut answers = answers.clone();
        change(answers[REMEDIATIONS]["RemediationConfigurations"].as_array_mut().unwrap());
        answers
    };
    for key in ["s3-encryption", "iam-access-keys account", "iam-password-policy account", "restricted-ssh"] {
        holds(answers, key, "stands", &[]);
    }

    let gone = with(&|all| all.clear());
    for key in ["s3-encryption", "iam-password-policy account", "restricted-ssh"] {
        holds(&gone, key, "drifted", &["Nothing puts right by itself"]);
    }
    holds(&gone, "iam-access-keys account", "stands", &["Reports only."]);
    let of_s3 = |all: &mut Vec<Value>, change: fn(&mut Value)| {
        let own = all.iter_mut().find(|one| one["ResourceType"] == "AWS::S3::Bucket").unwrap();
        change(own);
    };
    let another = with(&|all| of_s3(all, |one| one["TargetId"] = json!("AWS-ConfigureS3BucketVersioning")));
    holds(&another, "s3-encryption", "drifted", &["AWS-ConfigureS3BucketVersioning", "S3EncryptionRunbook"]);
    let by_hand = with(&|all| of_s3(all, |one| one["Automatic"] = json!(false)));
    holds(&by_hand, "s3-encryption", "drifted", &["Nothing puts right by itself"]);
    let fixed = |value: &str| json!({ "StaticValue": { "Values": [value] } });
    let one_bucket = with(&|all| {
        let own = all.iter_mut().find(|one| one["ResourceType"] == "AWS::S3::Bucket").unwrap();
        own["Parameters"]["BucketName"] = fixed("logs");
    });
    holds(&one_bucket, "s3-encryption", "drifted", &["BucketName", "'logs'", "RESOURCE_ID"]);

    let rotation = "guards-IamAccessKeysRotationRule-1A2B3C4D5E6F";
    let _ = seed(&moto, &format!("drift rule {rotation} maxAccessKeyAge 60"));
    holds(answers, "iam-access-keys account", "stands", &["asks for more: maxAccessKeyAge is 60, the guardrail's 90"]);
    let _ = seed(&moto, &format!("drift rule {rotation} maxAccessKeyAge 365"));
    let said = [rotation, "asks for less: maxAccessKeyAge is 365, the guardrail's 90"];
    holds(answers, "iam-access-keys account", "drifted", &said);

    let _ = seed(&moto, "drift stop");
    holds(answers, "s3-encryption", "drifted", &["No configuration recorder is recording"]);
    holds(answers, "restricted-ssh", "drifted", &["until they look by the clock"]);
    holds(answers, "iam-password-policy account", "stands", &[]);
}
