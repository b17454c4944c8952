//! The account baseline, as far as moto carries it: it has no remediation, no delivery status, no enabled standards, no Access Analyzer and no
//! Detective, and speaks no CBOR, which CloudWatch is asked in.

use std::collections::BTreeMap;

use asc_tests::emulator::moto;
use asc_tests::seed::seed;
use asc_tests::{ACCOUNT, Asc};

const HERE: &str = "us-east-1";

/// What the account says when all is well, and when it is not.
#[test]
fn a_good_account_passes_and_a_bad_one_fails() {
    let user = format!("arn:aws:iam::{ACCOUNT}:user/ann");
    for (name, expected) in [("good", "pass"), ("bad", "fail")] {
        let moto = moto();
        let printed = seed(&moto, &format!("base {name}"));
        let groups: BTreeMap<String, String> =
            serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {printed}"));
        let report = Asc::at(&moto.url()).with_baseline().scan("-c BASE --region us-east-1");
        report.holds(&[
            ("BASE-02", ACCOUNT, expected, ""),
            // moto does not tell how AWS Config delivers, which matters only once it records.
            ("BASE-07", HERE, if name == "good" { "unknown" } else { "fail" }, ""),
            ("BASE-07", ACCOUNT, expected, ""),
            ("BASE-08", HERE, expected, ""),
            ("BASE-09", HERE, "fail", "not subscribed"),
            ("BASE-11", HERE, expected, ""),
            ("BASE-13", ACCOUNT, "fail", ""),
            ("BASE-14", &user, expected, ""),
            ("BASE-15", ACCOUNT, "fail", ""),
            ("BASE-05", &groups["web"], "pass", ""),
        ]);
        for (group, id) in &groups {
            if group.starts_with("default") {
                report.holds(&[("BASE-06", id, expected, "")]);
            } else if group != "web" {
                report.holds(&[("BASE-05", id, "fail", "")]);
            }
        }
        let keys = report.statuses("BASE-04");
        assert_eq!(keys.into_values().collect::<Vec<_>>(), ["pass"], "a key of today");
    }
}

#[test]
fn a_rule_that_tells_somebody_is_followed_to_its_end() {
    for (name, missing) in [("good", None), ("bad", Some("unauthorised calls"))] {
        let moto = moto();
        seed(&moto, &format!("alerts {name}"));
        let report = Asc::at(&moto.url()).with_baseline().scan("-c BASE-03 --region us-east-1");
        match missing {
            None => report.holds(&[("BASE-03", HERE, "pass", "")]),
            Some(topic) => {
                report.holds(&[("BASE-03", HERE, "fail", topic)]);
                let message = report.verdict("BASE-03", HERE)["message"].to_string();
                assert!(!message.contains("root user"), "what is heard of is not missed: {message}");
            }
        }
    }
}

#[test]
fn the_baseline_is_chosen_by_its_prefix_and_left_out_by_one_line() {
    let moto = moto();
    let ids = |words: &str, config: &str| {
        let report = Asc::at(&moto.url()).everything().with_baseline().file("asc.toml", config).scan(words);
        let rows = report.0["coverage"].as_array().cloned().unwrap_or_default();
        rows.iter().map(|row| row["check_id"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let base = ids("-c base -c ASC-13 --region us-east-1", "");
    assert!(base.iter().all(|id| id.starts_with("BASE-") || id == "ASC-13"), "{base:?}");
    assert!(base.iter().any(|id| id == "BASE-15") && base.iter().any(|id| id == "ASC-13"));
    let rest = ids("-c s3 --region us-east-1", "[scan]\nexclude = [\"base\"]\n");
    assert!(!rest.is_empty() && rest.iter().all(|id| id.starts_with("ASC-")), "{rest:?}");
}
