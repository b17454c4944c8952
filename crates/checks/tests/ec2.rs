//! ASC-07, 09, 10 and 11: volumes, key pairs, instances and security groups, in every enabled region.

mod support;

use asc_core::Severity;
use asc_core::Status::{Fail, Manual, Pass, Unknown};
use serde_json::{Value, json};
use support::ec2::{instance, interface, key_pair, security_group, volume};
use support::{ACCOUNT, Account, Answer, HOME};

const OTHER: &str = "us-east-1";
const DENIED: &str = "UnauthorizedOperation";

fn account() -> Account {
    Account::new().no_ec2()
}

fn denied() -> Answer {
    Answer::ec2(DENIED)
}

#[test]
fn volumes_and_each_regions_default_must_be_encrypted() {
    let volumes = [
        volume("vol-good", "in-use", true, Some("i-1")),
        volume("vol-used", "in-use", false, Some("i-1")),
        volume("vol-free", "available", false, None),
        volume("vol-going", "deleting", false, None),
    ];
    let account = account().listed_in_pages(HOME, "DescribeVolumes", &[&volumes[..2], &volumes[2..]]);
    let seen = account.encrypting(OTHER, false).scan(&["ASC-07"]);
    for (id, expected, severity) in [
        ("vol-good", Pass, Severity::Medium),
        ("vol-used", Fail, Severity::Medium),
        ("vol-free", Fail, Severity::Medium),
        (HOME, Pass, Severity::Medium),
        (OTHER, Fail, Severity::Low),
    ] {
        let finding = seen.finding("ASC-07", id);
        assert_eq!((finding.status, finding.severity), (expected, severity), "{id}");
    }
    assert_eq!(seen.verdicts().len(), 5, "what is being deleted is left out");
    assert!(seen.message("ASC-07", "vol-used").contains("i-1"));
}

#[test]
fn a_default_that_is_not_told_is_unknown() {
    let no_default = "<GetEbsEncryptionByDefaultResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"/>";
    for answer in [Answer::ok(""), Answer::ok(no_default), denied()] {
        let seen = account().with_default(OTHER, answer).scan(&["ASC-07"]);
        assert_eq!((seen.status("ASC-07", OTHER), seen.status("ASC-07", HOME)), (Unknown, Pass));
        assert_eq!(seen.unknown("ASC-07", OTHER).0, "ec2:GetEbsEncryptionByDefault");
    }
}

fn instances() -> Account {
    account()
        .instance_profile("app", Some("app-role"))
        .instance_profile("hollow", None)
        .with_profile("gone", Answer::query("NoSuchEntity"))
}

#[test]
fn instances_need_a_profile_with_a_role_in_it() {
    let listed = [
        instance("i-good", "running", "/app", ""),
        instance("i-path", "pending", "/a/long/path/app", ""),
        instance("i-none", "running", "", ""),
        instance("i-stopping", "stopping", "", ""),
        instance("i-stopped", "stopped", "", ""),
        instance("i-hollow", "stopped", "/hollow", ""),
        instance("i-gone", "running", "/gone", ""),
        instance("i-shutting", "shutting-down", "", ""),
        instance("i-dead", "terminated", "", ""),
    ];
    let account = instances().listed_in_pages(HOME, "DescribeInstances", &[&listed[..4], &listed[4..]]);
    let seen = account.scan(&["ASC-10"]);
    for (id, expected, words) in [
        ("i-good", Pass, "app-role"),
        ("i-path", Pass, "app-role"),
        ("i-none", Fail, "no instance profile"),
        ("i-stopping", Fail, "no instance profile"),
        ("i-stopped", Fail, "no instance profile"),
        ("i-hollow", Fail, "holds no role"),
        ("i-gone", Fail, "no longer exists"),
    ] {
        assert_eq!(seen.status("ASC-10", id), expected, "{id}");
        assert!(seen.message("ASC-10", id).contains(words), "{id}: {}", seen.message("ASC-10", id));
    }
    assert_eq!(seen.verdicts().len(), 7, "what is terminated, or going, is left out");
    assert_eq!(seen.calls("iam:GetInstanceProfile"), 3, "each profile once");
}

#[test]
fn a_profile_that_is_denied_is_unknown_for_its_instances_alone() {
    let listed = [instance("i-1", "running", "/app", ""), instance("i-2", "running", "", "")];
    let account = instances().listed(HOME, "DescribeInstances", &listed);
    let seen = account.with_profile("app", Answer::query("AccessDenied")).scan(&["ASC-10"]);
    let expected = ("iam:GetInstanceProfile", Some("AccessDenied"), Some("iam:GetInstanceProfile"));
    assert_eq!(seen.unknown("ASC-10", "i-1"), expected);
    assert_eq!(seen.status("ASC-10", "i-2"), Fail);
}

#[test]
fn key_pairs_are_told_with_what_was_started_with_them() {
    let pairs =
        [key_pair("ops", "ed25519", "2025-11-01T09:00:00.000Z"), key_pair("spare", "rsa", "2026-10-22T09:00:00.000Z")];
    let listed = [
        instance("i-2", "running", "", "ops"),
        instance("i-1", "stopped", "", "ops"),
        instance("i-3", "running", "", "lost"),
        instance("i-4", "terminated", "", "spare"),
        instance("i-5", "running", "", ""),
    ];
    let account = account().listed(HOME, "DescribeKeyPairs", &pairs).listed(HOME, "DescribeInstances", &listed);
    let seen = account.listed(OTHER, "DescribeKeyPairs", &pairs[1..]).scan(&["ASC-09"]);
    let finding = seen.finding("ASC-09", ACCOUNT);
    assert_eq!(finding.status, Manual);
    assert!(finding.message.contains("Key pairs: 3; instances started with one: 3."), "{}", finding.message);
    let pair = |region: &str, name: &str, kind: Value, created: Value, instances: &[&str]| {
        let exists = !kind.is_null();
        json!({"region": region, "name": name, "type": kind, "created": created, "exists": exists, "instances": instances})
    };
    let expected = [
        pair(HOME, "lost", Value::Null, Value::Null, &["i-3"]),
        pair(HOME, "ops", json!("ed25519"), json!("2025-11-01"), &["i-1", "i-2"]),
        pair(HOME, "spare", json!("rsa"), json!("2026-10-22"), &[]),
        pair(OTHER, "spare", json!("rsa"), json!("2026-10-22"), &[]),
    ];
    assert_eq!(finding.evidence.read()["key_pairs"], json!(expected));
    assert_eq!(finding.evidence.read()["age_days"][format!("{HOME}/ops")], 365);
    let none = self::account().scan(&["ASC-09"]);
    assert_eq!(none.status("ASC-09", ACCOUNT), Manual);
    assert!(none.message("ASC-09", ACCOUNT).starts_with("There is no key pair"));
}

#[test]
fn rules_that_are_open_to_everyone_are_told() {
    let open = security_group(
        "sg-open",
        &[
            ("tcp", Some((22, 22)), "0.0.0.0/0"),
            ("tcp", Some((8000, 8100)), "::/0"),
            ("-1", None, "::/0"),
            ("udp", Some((0, 65_535)), "0.0.0.0/0"),
            ("icmp", Some((8, -1)), "0.0.0.0/0"),
            ("50", None, "0.0.0.0/0"),
            ("tcp", Some((443, 443)), "10.0.0.0/8"),
            ("tcp", Some((443, 443)), "2001:db8::/32"),
        ],
    );
    let free = security_group("sg-free", &[("-1", None, "0.0.0.0/0")]);
    let shut = security_group("sg-shut", &[("tcp", Some((22, 22)), "192.0.2.0/24")]);
    let account = account()
        .listed_in_pages(HOME, "DescribeSecurityGroups", &[&[shut.clone(), open], &[free]])
        .listed(OTHER, "DescribeSecurityGroups", &[shut])
        .listed(HOME, "DescribeNetworkInterfaces", &[interface("sg-open"), interface("sg-shut")]);
    let seen = account.scan(&["ASC-11"]);
    let finding = seen.finding("ASC-11", ACCOUNT);
    assert_eq!(finding.status, Manual);
    let evidence = finding.evidence.read();
    let rules = evidence["open_rules"].as_array().expect("rules");
    let told = |rule: &Value| {
        let part = |name: &str| rule[name].as_str().unwrap_or_default().to_owned();
        let attached = if rule["attached"] == json!(true) { "used" } else { "free" };
        format!("{} {} {} {} {attached}", part("group"), part("protocol"), part("ports"), part("from"))
    };
    let mut told: Vec<_> = rules.iter().map(told).collect();
    told.sort_unstable();
    let expected = [
        "sg-free all all 0.0.0.0/0 free",
        "sg-open 50 all 0.0.0.0/0 used",
        "sg-open all all ::/0 used",
        "sg-open icmp type 8 0.0.0.0/0 used",
        "sg-open tcp 22 0.0.0.0/0 used",
        "sg-open tcp 8000-8100 ::/0 used",
        "sg-open udp all 0.0.0.0/0 used",
    ];
    assert_eq!(told, expected);
    assert!(finding.message.contains("open to the internet: 7, in 2 groups, of which 1"), "{}", finding.message);
    assert!(finding.message.contains("every protocol and port, and in use: 1"), "{}", finding.message);
    assert_eq!(seen.calls("ec2:DescribeNetworkInterfaces"), 1, "only where something is open");
}

#[test]
fn without_open_rules_a_person_is_asked_all_the_same() {
    let seen = account().scan(&["ASC-11"]);
    assert_eq!(seen.status("ASC-11", ACCOUNT), Manual);
    assert!(seen.message("ASC-11", ACCOUNT).starts_with("No rule is open"));
}

/// Everything in both regions, so that a denial in one of them shows.
fn full() -> Account {
    [HOME, OTHER].into_iter().fold(instances(), |account, region| {
        account
            .listed(region, "DescribeVolumes", &[volume(&format!("vol-{region}"), "available", true, None)])
            .listed(region, "DescribeInstances", &[instance(&format!("i-{region}"), "running", "/app", "ops")])
            .listed(region, "DescribeSecurityGroups", &[security_group("sg-1", &[("-1", None, "::/0")])])
    })
}

#[test]
fn one_region_that_is_denied_is_unknown_there_and_the_rest_is_as_it_was() {
    const CHECKS: &[&str] = &["ASC-07", "ASC-09", "ASC-10", "ASC-11"];
    let whole = full().scan(CHECKS);
    assert!(whole.0.complete);
    let volumes = format!("{OTHER}/*");
    for (operation, unknown) in [
        ("DescribeVolumes", &[("ASC-07", volumes.as_str())][..]),
        ("DescribeInstances", &[("ASC-09", ACCOUNT), ("ASC-10", OTHER)]),
        ("DescribeKeyPairs", &[("ASC-09", ACCOUNT)]),
        ("DescribeSecurityGroups", &[("ASC-11", ACCOUNT)]),
        ("DescribeNetworkInterfaces", &[("ASC-11", ACCOUNT)]),
    ] {
        let seen = full().with_listing(OTHER, operation, denied()).scan(CHECKS);
        let action = format!("ec2:{operation}");
        for (check, at) in unknown {
            assert_eq!(seen.unknown(check, at), (action.as_str(), Some(DENIED), Some(action.as_str())), "{check}");
        }
        let mut expected = whole.verdicts();
        match operation {
            "DescribeVolumes" => expected.remove(&("ASC-07".to_owned(), format!("vol-{OTHER}"))),
            "DescribeInstances" => expected.remove(&("ASC-10".to_owned(), format!("i-{OTHER}"))),
            _ => None,
        };
        expected.extend(unknown.iter().map(|(check, at)| (((*check).to_owned(), (*at).to_owned()), Unknown)));
        assert_eq!(seen.verdicts(), expected, "{operation}");
    }
}

#[test]
fn without_the_regions_nothing_is_guessed() {
    let lost = full().with_ec2_regions(denied()).with_account_regions(Answer::rest_json_error("AccessDeniedException"));
    for check in ["ASC-07", "ASC-08", "ASC-09", "ASC-10", "ASC-11"] {
        let seen = lost.scan(&[check]);
        assert_eq!(seen.verdicts().len(), 1);
        assert_eq!(seen.unknown(check, ACCOUNT), ("ec2:DescribeRegions", Some(DENIED), Some("ec2:DescribeRegions")));
    }
}

#[test]
fn what_is_no_answer_is_no_empty_region() {
    for (check, operation) in [
        ("ASC-07", "ec2:DescribeVolumes"),
        ("ASC-09", "ec2:DescribeKeyPairs"),
        ("ASC-10", "ec2:DescribeInstances"),
        ("ASC-11", "ec2:DescribeSecurityGroups"),
        ("ASC-11", "ec2:DescribeNetworkInterfaces"),
    ] {
        let name = operation.rsplit(':').next().unwrap_or_default();
        for body in
            ["", "<html/>", "{}", &format!("<{name}Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"/>")]
        {
            let seen = full().spoiled(operation, |_| Answer::ok(body)).scan(&[check]);
            let unknown: Vec<_> = seen.0.findings.iter().filter_map(|f| f.unknown.as_ref()).collect();
            assert!(!unknown.is_empty(), "{operation}: {body:?}");
            assert!(unknown.iter().all(|unknown| unknown.operation == operation), "{operation}: {body:?}");
        }
    }
}
