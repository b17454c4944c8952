use std::collections::BTreeSet;
use std::process::Command;

use asc_core::report::Report;
use asc_core::{Declaration, Severity, Status};

use super::*;
use crate::samples::{self, ACCOUNT, CHECKS, LOGGING, OTHER};
use crate::{Format, SarifIncomplete};

fn sarif(report: &Report, emission: &Emission<'_>) -> Value {
    serde_json::from_str(&samples::emitted(Format::Sarif, report, emission)).unwrap()
}

fn sample(lang: Lang) -> Value {
    sarif(&samples::report(lang), &samples::emission(lang, 80))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

/// One failing finding in each of two accounts; the second has an unknown one as well.
fn two_accounts() -> Report {
    let fail = |account| samples::finding(&LOGGING, Status::Fail, account, Some("us-east-1"), "b", "Off.");
    let unknown = samples::finding(&LOGGING, Status::Unknown, OTHER, Some("us-east-1"), "c", "Denied.");
    samples::report_of(&[ACCOUNT, OTHER], vec![fail(ACCOUNT), fail(OTHER), unknown])
}

#[test]
fn the_types_of_the_format_read_it_back() {
    let text = samples::emitted(Format::Sarif, &samples::report(Lang::En), &samples::emission(Lang::En, 80));
    let log: sarif::Sarif = serde_json::from_str(&text).unwrap();
    assert_eq!(log.runs.len(), 1);
}

#[test]
fn every_result_has_one_whole_location_and_its_identity() {
    let report = samples::report(Lang::En);
    let log = sample(Lang::En);
    let results = list(&log["runs"][0]["results"]);
    let alerts: BTreeSet<_> =
        report.findings.iter().filter(|f| f.is_open_alert()).map(|f| f.fingerprint.as_str()).collect();
    let told: BTreeSet<_> =
        results.iter().map(|r| r["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap()).collect();
    assert_eq!(told, alerts);
    assert_eq!(results.len(), alerts.len());
    for result in results {
        let [location] = list(&result["locations"]) else { panic!("{result}") };
        let place = &location["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(!uri.is_empty() && !uri.starts_with('/') && !uri.contains([':', ' ', '\\']), "{uri}");
        let field = |name: &str| place["region"][name].as_u64().unwrap();
        assert_eq!((field("startLine"), field("startColumn")), (field("endLine"), 1));
        assert!(field("endColumn") >= 1 && field("startLine") >= 1);
        assert_eq!(location["logicalLocations"][0]["kind"], "resource");
    }
}

#[test]
fn an_alert_lands_on_its_block_else_on_its_account_else_on_the_file() {
    let place = |log: &Value, id: &str| {
        let results = list(&log["runs"][0]["results"]);
        let result = results.iter().find(|r| r["ruleId"] == id).unwrap();
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap().to_owned();
        let method = result["properties"]["locationMethod"].as_str().unwrap().to_owned();
        (uri, place["region"]["startLine"].as_u64().unwrap(), method)
    };
    let log = sample(Lang::En);
    assert_eq!(place(&log, "T-12"), ("infra/prod%20exports/s3.tf".to_owned(), 12, "terraform-state".to_owned()));
    assert_eq!(place(&log, "T-03"), ("asc.toml".to_owned(), 7, "account-line".to_owned()));
    let emission = Emission { anchors: BTreeMap::new(), ..samples::emission(Lang::En, 80) };
    let log = sarif(&samples::report(Lang::En), &emission);
    assert_eq!(place(&log, "T-03"), ("asc.toml".to_owned(), 1, "file".to_owned()));
}

#[test]
fn every_selected_check_is_a_rule_within_the_limits() {
    for lang in Lang::ALL {
        let log = sarif(&samples::clean(lang), &samples::emission(lang, 80));
        assert_eq!(list(&log["runs"][0]["results"]).len(), 0);
        let rules = list(&log["runs"][0]["tool"]["driver"]["rules"]);
        assert_eq!(rules.iter().map(|r| r["id"].as_str().unwrap()).collect::<Vec<_>>(), CHECKS.map(|d| d.id));
        for rule in rules {
            let severity = rule["properties"]["security-severity"].as_str().unwrap();
            let number: f64 = severity.parse().unwrap();
            assert!(number > 0.0 && number <= 10.0 && (number - 9.0).abs() > 0.01, "{severity}");
            let tags = list(&rule["properties"]["tags"]);
            assert!(tags.len() <= 10 && tags[0] == "security", "{tags:?}");
            for text in ["/shortDescription/text", "/fullDescription/text", "/help/text", "/help/markdown", "/helpUri"]
            {
                let text = rule.pointer(text).and_then(Value::as_str).unwrap();
                assert!(!text.is_empty() && text.chars().count() <= 16_384);
            }
            for text in ["/shortDescription/text", "/fullDescription/text"] {
                assert!(rule.pointer(text).unwrap().as_str().unwrap().chars().count() <= 1024);
            }
            assert!(rule["name"].as_str().unwrap().chars().all(char::is_alphanumeric));
        }
    }
    let log = sample(Lang::En);
    let logging = &log["runs"][0]["tool"]["driver"]["rules"][5];
    assert_eq!(logging["name"], "S3BucketWithoutAccessLogging");
    assert_eq!(list(&logging["properties"]["tags"])[2], "aws-fsbp/S3.9");
    assert_eq!(list(&logging["properties"]["tags"]).len(), 10);
}

#[test]
fn long_texts_are_cut_between_characters() {
    assert_eq!(rules::cut(&"あ".repeat(2000), 1024).chars().count(), 1024);
    assert_eq!(rules::cut("short", 1024), "short");
}

#[test]
fn rule_indices_point_at_their_rules_also_for_foreign_checks() {
    let stranger = Declaration { id: "X-1", name: "third-party-thing", ..LOGGING };
    let mut report = samples::report(Lang::En);
    report.findings.push(samples::finding(&stranger, Status::Fail, ACCOUNT, None, "thing", "Bad."));
    let log = sarif(&report, &samples::emission(Lang::En, 80));
    let rules = list(&log["runs"][0]["tool"]["driver"]["rules"]);
    let mut seen = BTreeSet::new();
    for result in list(&log["runs"][0]["results"]) {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        seen.insert(index);
    }
    assert!(seen.contains(&6), "the foreign check has a rule of its own");
}

#[test]
fn another_severity_than_the_rules_is_said_on_the_result() {
    let log = sample(Lang::En);
    for result in list(&log["runs"][0]["results"]) {
        let low = result["properties"]["resourceId"] == "scratch";
        assert_eq!(result.get("level"), low.then_some(&Value::from("note")), "{result}");
        assert_eq!(result.get("rank"), low.then_some(&Value::from(30.0)), "{result}");
    }
}

#[test]
fn muted_passed_and_unknown_are_no_results() {
    let log = sample(Lang::En);
    for result in list(&log["runs"][0]["results"]) {
        assert_ne!(result["properties"]["resourceId"], "public-mirror", "it is muted");
        assert!(["fail", "manual"].contains(&result["properties"]["status"].as_str().unwrap()));
    }
}

#[test]
fn unknown_becomes_a_notification_and_no_success() {
    let log = sample(Lang::En);
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notifications = list(&invocation["toolExecutionNotifications"]);
    let unread: Vec<_> = notifications.iter().filter(|n| n["descriptor"]["id"] == "could-not-be-read").collect();
    assert_eq!(unread.len(), 3);
    let text = notifications[0]["message"]["text"].as_str().unwrap();
    for part in ["vault-1", "s3:GetBucketLogging", "AccessDenied", "missing action s3:GetBucketLogging"] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(notifications[0]["associatedRule"]["id"], "T-16");
    assert_eq!(notifications[0]["associatedRule"]["index"], 5);
    let clean = sarif(&samples::clean(Lang::En), &samples::emission(Lang::En, 80));
    assert_eq!(clean["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn a_note_is_a_notification_of_its_account_and_spoils_nothing() {
    let mut report = samples::clean(Lang::En);
    report.coverage[0].notes.push("Worth [knowing](x)".to_owned());
    let log = sarif(&report, &samples::emission(Lang::En, 80));
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], true);
    let [note] = list(&invocation["toolExecutionNotifications"]) else { panic!("{invocation}") };
    assert_eq!((&note["level"], &note["associatedRule"]["id"]), (&"note".into(), &"T-01".into()));
    assert_eq!(note["message"]["text"], "T-01: Worth [knowing] (x).");
    let described = &log["runs"][0]["tool"]["driver"]["notifications"][2];
    assert_eq!((&note["descriptor"]["index"], &note["descriptor"]["id"]), (&2.into(), &described["id"]));
    report.coverage[0].account_id = OTHER.to_owned();
    let log = sarif(&report, &samples::emission(Lang::En, 80));
    assert!(!log.to_string().contains("knowing] (x)"));
}

#[test]
fn there_is_one_run_for_each_account() {
    let log = sarif(&two_accounts(), &samples::emission(Lang::En, 80));
    let ids: Vec<_> = list(&log["runs"]).iter().map(|r| r["automationDetails"]["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [format!("asc/{ACCOUNT}/"), format!("asc/{OTHER}/")]);
    for run in list(&log["runs"]) {
        assert_eq!(list(&run["results"]).len(), 1);
    }
}

#[test]
fn an_incomplete_account_is_withheld_unless_wanted() {
    let emission = Emission { sarif_incomplete: SarifIncomplete::Fail, ..samples::emission(Lang::En, 80) };
    let log = sarif(&two_accounts(), &emission);
    let [run] = list(&log["runs"]) else { panic!("{log}") };
    assert_eq!(run["automationDetails"]["id"], format!("asc/{ACCOUNT}/"));
}

#[test]
fn what_does_not_fit_is_the_least_and_is_counted() {
    let mut findings = Vec::new();
    for n in 0..5007 {
        let mut finding = samples::finding(&LOGGING, Status::Fail, ACCOUNT, None, &format!("b{n:04}"), "Off.");
        finding.severity = if n < 10 { Severity::Low } else { Severity::High };
        findings.push(finding);
    }
    let log = sarif(&samples::report_of(&[ACCOUNT], findings), &samples::emission(Lang::En, 80));
    let run = &log["runs"][0];
    let results = list(&run["results"]);
    assert_eq!(results.len(), 5000);
    assert_eq!(results.iter().filter(|r| r["properties"]["severity"] == "low").count(), 3);
    assert_eq!(results[0]["properties"]["severity"], "high");
    let text = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert!(text.starts_with("7 alerts"), "{text}");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true, "everything was read");
}

#[test]
fn hostile_names_make_no_links_and_no_control_characters() {
    let log = sample(Lang::En);
    for result in list(&log["runs"][0]["results"]) {
        let text = result["message"]["text"].as_str().unwrap();
        assert!(!text.contains("](") && !text.contains(char::is_control) && !text.contains('\u{202e}'), "{text}");
    }
}

/// Runs the official validator; `npm install --prefix target/node @microsoft/sarif-multitool` comes first.
#[test]
#[ignore = "needs sarif-multitool under target/node; `cargo xtask test` sets that up and runs this"]
fn the_official_validator_is_content() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let validate = |name: &str, log: &str| {
        let file = format!("{root}/target/sarif-sample-{name}.sarif");
        std::fs::write(&file, log).unwrap();
        let run = Command::new(format!("{root}/target/node/node_modules/.bin/sarif-multitool"))
            .args(["validate", &file, "--config", &format!("{root}/tests/sarif-multitool.xml")])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&run.stdout).into_owned();
        assert!(said.contains("1 files scanned"), "{said}");
        said
    };
    for lang in Lang::ALL {
        for (name, report) in
            [("rich", samples::report(lang)), ("clean", samples::clean(lang)), ("two", two_accounts())]
        {
            let log = samples::emitted(Format::Sarif, &report, &samples::emission(lang, 80));
            let said = validate(&format!("{name}-{lang}"), &log);
            assert!(!said.contains(" warning ") && !said.contains(" error "), "{said}");
        }
    }
    // The tool ends with 0 whatever it finds; this shows that the search above would find something.
    let mut broken = sample(Lang::En);
    broken["runs"][0]["results"][0]["locations"] = Value::Array(Vec::new());
    assert!(validate("broken", &broken.to_string()).contains(" error GH1001"));
}
