//! SARIF as GitHub takes it: the official validator over the real output, and what that one does not look at.

use std::process::Command;

use asc_tests::emulator::moto;
use asc_tests::seed::seed;
use asc_tests::{ACCOUNT, Act, Asc, Proxy, Report, root, tool};
use serde_json::Value;

/// The company of the demo, as a repository that has an `asc.toml`; the account is on its fourth line.
const CONFIGURATION: &str = "# Accounts of this repository.\n[scan]\n\n[accounts.123456789012]\nname = \"hinode\"\n";

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn parsed(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|error| panic!("no JSON: {error}"))
}

/// Both reports of one scan.
fn scanned(asc: &Asc, words: &str) -> (Report, Value) {
    let run = asc.run(&format!("scan -f table -o asc.json -o asc.sarif {words}"));
    assert!(matches!(run.code, 0 | 1 | 3), "{run}");
    (Report(parsed(&asc.read("asc.json"))), parsed(&asc.read("asc.sarif")))
}

/// What the multitool has to say against a file, with GitHub's rules switched on. It exits 0 whatever that is.
fn objections(asc: &Asc, name: &str) -> Vec<String> {
    let linux = "node/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool";
    let output = Command::new(tool("ASC_TEST_MULTITOOL", linux))
        .args(["validate", name, "--log", "ForceOverwrite", "--output", "validated.sarif", "--config"])
        .arg(root().join("tests/sarif-multitool.xml"))
        // It runs on .NET, which otherwise wants ICU on the machine.
        .env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")
        .current_dir(asc.path("."))
        .output();
    let output = output.unwrap_or_else(|error| panic!("the SARIF multitool could not be started: {error}"));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 files scanned"), "{said}");
    let found: Vec<_> = said
        .lines()
        .filter(|line| line.contains(": error ") || line.contains(": warning "))
        .map(str::to_owned)
        .collect();
    // Its own count, lest its way of printing change.
    let validated = parsed(&asc.read("validated.sarif"));
    let counted = list(&validated, "/runs/0/results").iter().filter(|result| result["level"] != "note").count();
    assert_eq!(found.len(), counted, "{said}");
    found
}

#[test]
fn the_multitool_accepts_a_scan_with_alerts_a_clean_one_and_an_incomplete_one() {
    let moto = moto();
    seed(&moto, "demo");
    let asc = Asc::at(&moto.url()).file("asc.toml", CONFIGURATION);
    let proxy = Proxy::before(moto.port()).on("s3:GetBucketLogging", Act::Deny);
    let incomplete = Asc::at(&proxy.url()).file("asc.toml", CONFIGURATION);
    for (asc, words) in [(&asc, ""), (&asc, "--lang ja"), (&asc, "-c ASC-03 --region eu-west-1"), (&incomplete, "")] {
        let run = asc.run(&format!("scan {words} --sarif-incomplete upload"));
        assert!(matches!(run.code, 0 | 1 | 3), "{run}");
        let name = "redirected.sarif";
        std::fs::write(asc.path(name), &run.stdout).unwrap_or_else(|error| panic!("{error}"));
        let objections = objections(asc, name);
        assert!(objections.is_empty(), "`{words}`:\n{}", objections.join("\n"));
    }
}

/// A validator that is called wrongly accepts everything; this one must not.
#[test]
fn the_multitool_refuses_what_github_refuses() {
    let bad = r#"{"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": [{
        "tool": {"driver": {"name": "asc", "rules": [{"id": "ASC-12"}]}},
        "results": [
            {"ruleId": "ASC-12", "message": {"text": "No location."}},
            {"ruleId": "ASC-12", "message": {"text": "No place."}, "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": "https://asc.example/asc.toml"}}}]}]}]}"#;
    let objections = objections(&Asc::new().file("bad.sarif", bad), "bad.sarif").join("\n");
    for rule in ["GH1001", "GH1003", "GH1005"] {
        assert!(objections.contains(rule), "{rule} says nothing:\n{objections}");
    }
}

#[test]
fn results_are_the_open_alerts_each_at_one_place_in_the_repository() {
    let moto = moto();
    seed(&moto, "demo");
    let mute = "[[mute]]\ncheck = \"ASC-16\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2999-01-01\n";
    let asc = Asc::at(&moto.url()).file("asc.toml", format!("{CONFIGURATION}{mute}"));
    let (report, sarif) = scanned(&asc, "");
    assert_eq!(list(&sarif, "/runs").len(), 1);
    assert_eq!(sarif["runs"][0]["automationDetails"]["id"], format!("asc/{ACCOUNT}/"));
    let alerts: Vec<_> = report
        .findings()
        .iter()
        .filter(|f| (f["status"] == "fail" || f["status"] == "manual") && f["muted"].is_null())
        .collect();
    let results = list(&sarif, "/runs/0/results");
    assert_eq!(results.len(), alerts.len());
    assert!(results.len() > 10 && results.iter().all(|result| result["ruleId"] != "ASC-16"));
    for result in results {
        let fingerprint = &result["partialFingerprints"]["primaryLocationLineHash"];
        let alert = alerts.iter().find(|alert| alert["fingerprint"] == *fingerprint);
        let alert = alert.unwrap_or_else(|| panic!("no alert has the fingerprint of {result}"));
        assert_eq!(result["ruleId"], alert["check_id"]);
        let [location] = list(result, "/locations") else { panic!("one location: {result}") };
        let place = &location["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "asc.toml", "{result}");
        assert_eq!(place["region"]["startLine"], 4, "the account's line: {result}");
        for field in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(place["region"][field].as_u64().is_some_and(|at| at > 0), "{field}: {result}");
        }
        let [logical] = list(location, "/logicalLocations") else { panic!("one logical location: {result}") };
        let named = logical.to_string();
        let id = alert["resource"]["arn"].as_str().or(alert["resource"]["id"].as_str()).unwrap_or_default();
        assert!(named.contains(id), "{id} is not in {named}");
    }
}

#[test]
fn rules_are_listed_in_full_and_within_the_limits() {
    let moto = moto();
    let (_, sarif) = scanned(&Asc::at(&moto.url()), "-c s3");
    assert_eq!(sarif["runs"][0]["results"], serde_json::json!([]), "an empty account has a run without results");
    let rules = list(&sarif, "/runs/0/tool/driver/rules");
    let ids: Vec<_> = rules.iter().map(|rule| &rule["id"]).collect();
    assert_eq!(ids, ["ASC-12", "ASC-13", "ASC-14", "ASC-15", "ASC-16"]);
    for rule in rules {
        for pointer in ["/shortDescription/text", "/fullDescription/text", "/help/text", "/help/markdown", "/helpUri"] {
            let text = rule.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            assert!(!text.is_empty(), "{pointer} of {}", rule["id"]);
            assert!(!pointer.contains("Description") || text.chars().count() <= 1024, "{pointer} of {}", rule["id"]);
        }
        let severity = rule["properties"]["security-severity"].as_str().and_then(|text| text.parse::<f64>().ok());
        assert!(severity.is_some_and(|s| s > 0.0 && s <= 10.0 && (s - 9.0).abs() > 1e-9), "{severity:?}");
        assert!(rule["properties"]["precision"].is_string() && rule["defaultConfiguration"]["level"].is_string());
        assert!((1..=10).contains(&list(rule, "/properties/tags").len()), "{}", rule["properties"]["tags"]);
    }
}

/// An account that could not be read in full is said to be so, in the file and on standard error.
#[test]
fn what_is_unknown_is_a_notification_and_no_result() {
    let moto = moto();
    seed(&moto, "trails good");
    let proxy = Proxy::before(moto.port()).on("s3:GetEncryptionConfiguration", Act::Deny);
    let asc = Asc::at(&proxy.url());
    let run = asc.exits(3, "scan -c ASC-13 --sarif-incomplete upload").says(ACCOUNT);
    let sarif = parsed(run.stdout.as_bytes());
    assert_eq!(sarif["runs"][0]["results"], serde_json::json!([]));
    assert_eq!(sarif["runs"][0]["invocations"][0]["executionSuccessful"], false);
    let notifications = list(&sarif, "/runs/0/invocations/0/toolExecutionNotifications");
    assert!(
        notifications
            .iter()
            .any(|n| n["message"]["text"].as_str().is_some_and(|t| t.contains("s3:GetEncryptionConfiguration"))),
        "{notifications:?}"
    );
}
