//! EC2, EBS and VPC controls over two regions. moto says which flow logs cannot deliver and what a region encrypts by
//! default; ministack makes volumes and VPCs otherwise.

use std::collections::{BTreeMap, BTreeSet};

use asc_tests::emulator::{Emulator, ministack, moto};
use asc_tests::seed::seed;
use asc_tests::verdicts::Expected;
use asc_tests::{ACCOUNT, Act, Asc, Proxy, Report};

const REGIONS: &str = "--region us-east-1 --region eu-west-1";
const ALL: &str = "-c ec2 -c ebs -c vpc";

/// The ids of what the seed `ec2` made, by its names; what is not in there is called as it is.
struct Seeded(BTreeMap<String, String>);

impl Seeded {
    fn new(emulator: &Emulator, name: &str) -> Self {
        let printed = seed(emulator, &format!("ec2 {name}"));
        Self(serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {printed}")))
    }

    fn id<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, String::as_str)
    }

    /// Checks a table whose resources are named as in the seed.
    fn hold(&self, report: &Report, table: &[Expected<'_>]) {
        let table: Vec<_> =
            table.iter().map(|(check, name, status, piece)| (*check, self.id(name), *status, *piece)).collect();
        report.holds(&table);
    }

    /// The names of all that a check speaks of and the seed made.
    fn judged(&self, report: &Report, check: &str) -> BTreeSet<&str> {
        let statuses = report.statuses(check);
        self.0.iter().filter(|(_, id)| statuses.contains_key(id.as_str())).map(|(name, _)| name.as_str()).collect()
    }
}

fn scan(emulator: &Emulator, words: &str) -> Report {
    Asc::at(&emulator.url()).scan(&format!("{words} {REGIONS}"))
}

/// What both emulators carry. ministack tells neither the kind of a key pair nor the log group of a flow log.
const TABLE: [Expected<'static>; 22] = [
    ("ASC-07", "plain", "fail", ""),
    ("ASC-07", "encrypted", "pass", ""),
    ("ASC-07", "plain-in-virginia", "fail", ""),
    ("ASC-08", "records-all", "pass", ""),
    ("ASC-08", "records-rejects", "pass", ""),
    ("ASC-08", "records-accepts", "fail", "rejected"),
    ("ASC-08", "records-both", "pass", ""),
    ("ASC-08", "into-s3", "pass", "arn:aws:s3:::flow-logs"),
    ("ASC-08", "each-subnet", "pass", "subnet"),
    ("ASC-08", "one-subnet-of-two", "fail", "subnet-"),
    ("ASC-08", "subnets-accepts", "fail", ""),
    ("ASC-08", "without", "fail", ""),
    ("ASC-08", "without-in-virginia", "fail", ""),
    ("ASC-08", "with-groups", "fail", ""),
    ("ASC-09", ACCOUNT, "manual", r#""exists":false"#),
    ("ASC-10", "has-role", "pass", "web"),
    ("ASC-10", "profile-without-role", "fail", "without-role"),
    ("ASC-10", "profile-gone", "fail", "soon-gone"),
    ("ASC-10", "no-profile", "fail", ""),
    ("ASC-10", "stopped", "fail", "stopped"),
    ("ASC-10", "no-profile-in-virginia", "fail", ""),
    ("ASC-11", ACCOUNT, "manual", "80-90"),
];

/// What they say alike of key pairs and security groups.
fn evidence(seeded: &Seeded, report: &Report) {
    assert!(!report.statuses("ASC-10").contains_key(seeded.id("terminated")), "a terminated instance is left out");
    assert_eq!(report.statuses("ASC-10").len(), 6, "{:?}", report.statuses("ASC-10"));
    let pairs = &report.verdict("ASC-09", ACCOUNT)["evidence"]["key_pairs"];
    let pair = |name: &str| {
        let pairs = pairs.as_array().map_or(&[][..], Vec::as_slice);
        pairs.iter().find(|pair| pair["name"] == name).unwrap_or_else(|| panic!("{name} is not among {pairs:?}"))
    };
    let instances = |name: &str| {
        let list = pair(name)["instances"].as_array().map_or(&[][..], Vec::as_slice);
        list.iter().filter_map(|id| id.as_str()).collect::<BTreeSet<_>>()
    };
    assert_eq!(instances("everyday"), [seeded.id("has-role"), seeded.id("profile-without-role")].into());
    assert_eq!(instances("deleted"), [seeded.id("profile-gone")].into());
    assert_eq!(instances("spare"), [].into());
    let rules = &report.verdict("ASC-11", ACCOUNT)["evidence"]["open_rules"];
    let rules: BTreeSet<_> = rules
        .as_array()
        .into_iter()
        .flatten()
        .map(|rule| {
            [&rule["group"], &rule["protocol"], &rule["ports"], &rule["from"], &rule["attached"]]
                .map(ToString::to_string)
        })
        .collect();
    let (web, anything) = (seeded.id("web"), seeded.id("anything"));
    let rule = |group: &str, protocol: &str, ports: &str, from: &str, attached: bool| {
        let [group, protocol, ports, from] = [group, protocol, ports, from].map(|word| format!("\"{word}\""));
        [group, protocol, ports, from, attached.to_string()]
    };
    let expected = BTreeSet::from([
        rule(web, "tcp", "80-90", "0.0.0.0/0", false),
        rule(web, "tcp", "80-90", "::/0", false),
        rule(anything, "all", "all", "0.0.0.0/0", true),
    ]);
    assert_eq!(rules, expected);
}

#[test]
fn verdicts_on_moto() {
    let moto = moto();
    let seeded = Seeded::new(&moto, "moto");
    let report = scan(&moto, ALL);
    seeded.hold(&report, &TABLE);
    evidence(&seeded, &report);
    assert_eq!(report.0["complete"], true);
    seeded.hold(
        &report,
        &[
            ("ASC-07", "eu-west-1", "pass", ""),
            ("ASC-07", "us-east-1", "fail", ""),
            ("ASC-08", "month", "fail", "30"),
            ("ASC-08", "almost-a-year", "fail", "180"),
            ("ASC-08", "year", "pass", "365"),
            ("ASC-08", "ever", "pass", "ever"),
            ("ASC-09", ACCOUNT, "manual", "ed25519"),
        ],
    );
    assert!(!report.statuses("ASC-08").contains_key("month-unused"), "only what flow logs use is judged");
    let severity = |check: &str, name: &str| report.verdict(check, seeded.id(name))["severity"].clone();
    assert_eq!([severity("ASC-07", "us-east-1"), severity("ASC-07", "plain")], ["low", "medium"]);
    assert_eq!([severity("ASC-08", "month"), severity("ASC-08", "without")], ["low", "medium"]);
    let kind = |check: &str, name: &str| report.verdict(check, seeded.id(name))["resource"]["type"].clone();
    assert_eq!([kind("ASC-07", "us-east-1"), kind("ASC-07", "plain")], ["AWS::Region", "AWS::EC2::Volume"]);
    assert_eq!([kind("ASC-08", "month"), kind("ASC-08", "without")], ["AWS::Logs::LogGroup", "AWS::EC2::VPC"]);
    for (check, name, region) in [
        ("ASC-07", "plain", "eu-west-1"),
        ("ASC-07", "plain-in-virginia", "us-east-1"),
        ("ASC-08", "without-in-virginia", "us-east-1"),
        ("ASC-08", "month", "eu-west-1"),
        ("ASC-10", "no-profile-in-virginia", "us-east-1"),
    ] {
        assert_eq!(report.verdict(check, seeded.id(name))["region"], region, "{check} {name}");
    }
    // Instances bring volumes, and every region has a default VPC.
    let defaults =
        report.findings().iter().filter(|f| f["check_id"] == "ASC-08" && f["evidence"]["default_vpc"] == true);
    let defaults: Vec<_> = defaults.map(|finding| (&finding["region"], &finding["status"])).collect();
    assert_eq!(defaults.len(), 2, "{defaults:?}");
    assert!(defaults.iter().all(|(_, status)| *status == "fail"), "{defaults:?}");

    let japanese = scan(&moto, &format!("{ALL} --lang ja"));
    for check in ["ASC-07", "ASC-08", "ASC-09", "ASC-10", "ASC-11"] {
        assert_eq!(japanese.statuses(check), report.statuses(check), "{check}");
    }
    for finding in japanese.findings() {
        let message = finding["message"].as_str().unwrap_or_default();
        assert!(message.chars().any(|c| ('\u{3040}'..='\u{9fff}').contains(&c)), "not Japanese: {finding}");
    }
}

#[test]
fn verdicts_on_ministack() {
    let ministack = ministack();
    let seeded = Seeded::new(&ministack, "ministack");
    let report = scan(&ministack, ALL);
    seeded.hold(&report, &TABLE);
    evidence(&seeded, &report);
    // What ministack lacks is not guessed, and spoils nothing else.
    report.holds(&[("ASC-07", "us-east-1", "unknown", ""), ("ASC-07", "eu-west-1", "unknown", "")]);
    assert_eq!(report.coverage("ASC-07", "unknown"), 2);
    assert_eq!(report.0["complete"], false);
}

/// One question for each region and kind, whatever there is in it; log groups and profiles by name.
#[test]
fn a_region_is_asked_once_for_each_kind() {
    let moto = moto();
    let _ = Seeded::new(&moto, "moto");
    let report = scan(&moto, ALL);
    let calls: BTreeSet<_> = report.0["calls"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| format!("{}:{} {}", row["service"], row["operation"], row["count"]).replace('"', ""))
        .collect();
    let expected = [
        "ec2:DescribeFlowLogs 2",
        "ec2:DescribeInstances 2",
        "ec2:DescribeKeyPairs 2",
        // Where some rule is open, and where some subnet's flow log might cover a VPC.
        "ec2:DescribeNetworkInterfaces 1",
        "ec2:DescribeSubnets 1",
        "ec2:DescribeSecurityGroups 2",
        "ec2:DescribeVolumes 2",
        "ec2:DescribeVpcs 2",
        "ec2:GetEbsEncryptionByDefault 2",
        "iam:GetInstanceProfile 3",
        "logs:DescribeLogGroups 4",
        "sts:GetCallerIdentity 1",
    ];
    assert_eq!(calls, expected.map(str::to_owned).into());
}

#[test]
fn what_may_not_be_read_is_unknown_and_the_rest_is_judged() {
    let moto = moto();
    let seeded = Seeded::new(&moto, "moto");
    let whole = scan(&moto, ALL);
    for (action, check, name) in [
        ("ec2:GetEbsEncryptionByDefault", "ASC-07", "eu-west-1"),
        ("ec2:DescribeFlowLogs", "ASC-08", "without"),
        ("ec2:DescribeFlowLogs", "ASC-08", "records-all"),
        ("ec2:DescribeSubnets", "ASC-08", "each-subnet"),
        ("logs:DescribeLogGroups", "ASC-08", "month"),
        ("ec2:DescribeVpcs", "ASC-08", "eu-west-1"),
        ("ec2:DescribeKeyPairs", "ASC-09", ACCOUNT),
        ("ec2:DescribeInstances", "ASC-09", ACCOUNT),
        ("ec2:DescribeInstances", "ASC-10", "us-east-1"),
        ("iam:GetInstanceProfile", "ASC-10", "has-role"),
        ("ec2:DescribeSecurityGroups", "ASC-11", ACCOUNT),
        ("ec2:DescribeNetworkInterfaces", "ASC-11", ACCOUNT),
    ] {
        let proxy = Proxy::before(moto.port()).on(action, Act::Deny);
        let report = Asc::at(&proxy.url()).scan(&format!("-c {check} {REGIONS}"));
        seeded.hold(&report, &[(check, name, "unknown", action)]);
        let unknown = &report.verdict(check, seeded.id(name))["unknown"];
        assert_eq!(unknown["missing_action"], action, "{unknown}");
        let known = whole.statuses(check);
        for (resource, status) in report.statuses(check) {
            assert!(
                status == "unknown" || known.get(resource) == Some(&status),
                "{action}: {resource} became {status}"
            );
        }
    }
    // The volumes of a region are told apart from its default.
    let proxy = Proxy::before(moto.port()).on("ec2:DescribeVolumes", Act::Deny);
    let report = Asc::at(&proxy.url()).scan(&format!("-c ASC-07 {REGIONS}"));
    report.holds(&[("ASC-07", "eu-west-1", "pass", ""), ("ASC-07", "us-east-1", "fail", "")]);
    assert_eq!(report.coverage("ASC-07", "unknown"), 2);
    let unknown: Vec<_> = report.findings().iter().filter(|finding| finding["status"] == "unknown").collect();
    assert!(
        unknown.iter().all(|finding| finding["unknown"]["missing_action"] == "ec2:DescribeVolumes")
            && unknown.len() == 2,
        "{unknown:?}"
    );
    assert_eq!(seeded.judged(&whole, "ASC-07"), ["encrypted", "plain", "plain-in-virginia"].into());
}

/// What moto cannot be brought to say, as AWS says it.
#[test]
fn flow_logs_that_do_not_work_and_vpcs_of_others() {
    const FAILED: &[(&str, &str)] = &[(
        "<deliverLogsStatus>SUCCESS</deliverLogsStatus>",
        "<deliverLogsStatus>FAILED</deliverLogsStatus><deliverLogsErrorMessage>Access error</deliverLogsErrorMessage>",
    )];
    const INACTIVE: &[(&str, &str)] =
        &[("<flowLogStatus>ACTIVE</flowLogStatus>", "<flowLogStatus>INACTIVE</flowLogStatus>")];
    const THEIRS: &[(&str, &str)] = &[("<ownerId>123456789012</ownerId>", "<ownerId>210987654321</ownerId>")];
    let moto = moto();
    let seeded = Seeded::new(&moto, "moto");
    let with = |action: &str, answered| {
        let proxy = Proxy::before(moto.port()).on(action, Act::Replace(&[], answered));
        Asc::at(&proxy.url()).scan(&format!("-c ASC-08 {REGIONS}"))
    };
    let recorded = ["records-all", "records-rejects", "records-both", "into-s3", "each-subnet"];
    let report = with("ec2:DescribeFlowLogs", FAILED);
    seeded.hold(&report, &recorded.map(|name| ("ASC-08", name, "fail", "")));
    seeded.hold(&report, &[("ASC-08", "records-all", "fail", "Access error")]);
    let report = with("ec2:DescribeFlowLogs", INACTIVE);
    seeded.hold(&report, &recorded.map(|name| ("ASC-08", name, "fail", "")));
    let report = with("ec2:DescribeVpcs", THEIRS);
    seeded.hold(&report, &recorded.map(|name| ("ASC-08", name, "not_applicable", "210987654321")));
    seeded.hold(&report, &[("ASC-08", "without", "not_applicable", "210987654321")]);
}
