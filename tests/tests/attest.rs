//! A person's evaluations: how they are recorded, what is due, and what they do to verdicts.

use asc_tests::emulator::moto;
use asc_tests::seed::seed;
use asc_tests::{ACCOUNT, Act, Asc, Proxy, Report, Run};
use serde_json::{Map, Value};

const FILE: &str = "asc-attestations.toml";
const OTHER: &str = "210987654321";

/// What the repository has before: an evaluation that has lapsed, with comments, and one of another control.
const BEFORE: &str = "# What people have evaluated.\n\n[[attestation]]\ncontrol = \"s3-versioning-lifecycle-not-reviewed\" # ticket 12\n\
                      account = \"123456789012\"\nevaluator = \"Ito\"\ndate = 2026-01-05   # the first\nnote = \"fine then\"\n\n\
                      # Every account.\n[[attestation]]\ncontrol = \"ASC-14\"\naccount = \"*\"\nevaluator = \"Kato\"\ndate = 2026-12-01\n";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("no JSON ({error}): {text}"))
}

/// One entry, of a control and a date, and more lines if there are any.
fn entry(control: &str, account: &str, date: &str, more: &str) -> String {
    format!(
        "[[attestation]]\ncontrol = \"{control}\"\naccount = \"{account}\"\nevaluator = \"Sato\"\ndate = {date}\n{more}"
    )
}

/// As much TOML as the file takes, as JSON: what an editor holds against the schema.
fn as_json(toml: &str) -> Value {
    let mut entries = Vec::<Map<String, Value>>::new();
    for line in toml.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let Some((key, value)) = line.split_once(" = ") else {
            assert_eq!(line, "[[attestation]]");
            entries.push(Map::new());
            continue;
        };
        let value = value.split(" #").next().unwrap_or(value).trim();
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        entries.last_mut().and_then(|entry| entry.insert(key.to_owned(), value));
    }
    serde_json::json!({ "attestation": entries })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What ASC-15 says of the bucket of the seed on a day.
fn on(asc: &Asc, day: &str, code: i32) -> (String, String) {
    let run = asc.exits(code, &format!("scan -f json -c ASC-15 --now {day}T12:00:00Z"));
    let report = run.report();
    let finding = report.verdict("ASC-15", "archive");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&finding["status"]), text(&finding["message"]))
}

fn says(said: &(String, String), status: &str, pieces: &[&str]) {
    assert_eq!(said.0, status, "{said:?}");
    for piece in pieces {
        assert!(said.1.to_lowercase().contains(&piece.to_lowercase()), "`{piece}` is not in {said:?}");
    }
}

/// Hanako Sato evaluates ASC-15 on the first day of 2027.
fn evaluate(asc: &Asc, more: &[&str]) -> Run {
    let words = ["attest", "ASC-15", "--now", "2027-01-01T09:00:00Z", "--evaluator", "Hanako Sato"];
    asc.call(&[&words[..], more].concat())
}

#[test]
fn an_evaluation_is_recorded_in_its_place_and_counts_until_it_lapses() {
    let moto = moto();
    seed(&moto, "attest");
    let asc = Asc::at(&moto.url()).file(FILE, BEFORE);
    says(&on(&asc, "2027-01-01", 1), "manual", &["Ito", "2026-01-05", "lapsed", "2026-07-04"]);

    let run = evaluate(&asc, &["--note", "kept for seven years"]);
    assert_eq!(run.code, 0, "{run}");
    for shown in ["ASC-15", "archive", "versioning", "Ito", "fine then"] {
        assert!(run.stdout.contains(shown), "{shown} is not shown by {run}");
    }
    let run = run.says(FILE).says("2027-06-30");
    let file = text(&asc.read(FILE));
    let begins = "# What people have evaluated.\n\n[[attestation]]\ncontrol = \"ASC-15\" # ticket 12\naccount = \"123456789012\"\n\
                  evaluator = \"Hanako Sato\"\ndate = 2027-01-01   # the first\n";
    assert!(file.starts_with(begins), "{run}\n{file}");
    let second = BEFORE.find("# Every account.").and_then(|at| BEFORE.get(at..)).unwrap_or_default();
    assert!(file.ends_with(second), "the other entry is as it was:\n{file}");
    assert!(!file.contains("fine then") && file.contains("kept for seven years"), "{file}");
    assert_eq!(asc.files(), [FILE]);

    let schema = json(&Asc::new().exits(0, "schema attestations").stdout);
    let schema = jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{error}"));
    let written = as_json(&file);
    let errors: Vec<_> = schema.iter_errors(&written).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{}\n{written:#}", errors.join("\n"));
    for (key, value) in [("evaluator", Value::Null), ("valid_days", "long".into()), ("verdict", "good".into())] {
        let mut wrong = written.clone();
        if value.is_null() {
            wrong["attestation"][0].as_object_mut().and_then(|entry| entry.remove(key));
        } else {
            wrong["attestation"][0][key] = value;
        }
        assert!(!schema.is_valid(&wrong), "{key}: {wrong:#}");
    }

    let good = on(&asc, "2027-01-02", 0);
    says(&good, "pass", &["Hanako Sato", "2027-01-01", "2027-06-30"]);
    assert!(!good.1.contains("lapse") && !good.1.contains("changed"), "{good:?}");
    let good = on(&asc, "2027-05-30", 0);
    says(&good, "pass", &["Hanako Sato"]);
    assert!(!good.1.contains("lapse"), "31 days before: {good:?}");
    says(&on(&asc, "2027-05-31", 0), "pass", &["Hanako Sato", "lapses", "30 days", "2027-06-30"]);
    says(&on(&asc, "2027-06-30", 0), "pass", &["lapses"]);
    says(&on(&asc, "2027-07-01", 1), "manual", &["Hanako Sato", "2027-01-01", "lapsed", "2027-06-30"]);

    seed(&moto, "attest versioned");
    says(&on(&asc, "2027-01-02", 0), "pass", &["Hanako Sato", "evidence has changed"]);
    let lapsed = on(&asc, "2027-07-01", 1);
    says(&lapsed, "manual", &["lapsed"]);
    let again = evaluate(&asc, &["--note", "versioned now"]);
    assert_eq!(again.code, 0, "{again}");
    let good = on(&asc, "2027-01-02", 0);
    says(&good, "pass", &["Hanako Sato"]);
    assert!(!good.1.contains("changed"), "looked at again: {good:?}");
    assert_eq!(text(&asc.read(FILE)).matches("[[attestation]]").count(), 2);
}

#[test]
fn an_evaluation_speaks_for_its_account_for_its_time_and_in_both_languages() {
    let moto = moto();
    seed(&moto, "attest");
    let fresh = Asc::at(&moto.url());
    let run = evaluate(&fresh, &["--valid-days", "10", "--lang", "ja"]);
    assert_eq!(run.code, 0, "{run}");
    let run = run.says("2027-01-11");
    let japanese = |text: &str| text.chars().any(|c| ('\u{3040}'..='\u{30ff}').contains(&c));
    assert!(japanese(&run.stdout) && japanese(&run.stderr), "{run}");
    assert_eq!(as_json(&text(&fresh.read(FILE)))["attestation"][0]["account"], ACCOUNT);
    says(&on(&fresh, "2027-01-11", 0), "pass", &["lapses"]);
    says(&on(&fresh, "2027-01-12", 1), "manual", &["lapsed"]);
    for (day, word, code) in [("2027-01-11", "残り", 0), ("2027-01-12", "期限切れ", 1)] {
        let run = fresh.exits(code, &format!("scan -f json -c ASC-15 --lang ja --now {day}T12:00:00Z"));
        let report = run.report();
        let message = report.verdict("ASC-15", "archive")["message"].as_str().unwrap_or_default().to_owned();
        assert!(message.contains("Hanako Sato") && message.contains(word), "{message}");
    }

    let all = Asc::at(&moto.url());
    let run = evaluate(&all, &["--account", "*"]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(as_json(&text(&all.read(FILE)))["attestation"][0]["account"], "*");
    says(&on(&all, "2027-01-02", 0), "pass", &["Hanako Sato"]);

    let own = entry("ASC-15", ACCOUNT, "2027-01-01", "") + &entry("ASC-15", "*", "2026-01-01", "");
    says(&on(&all.file(FILE, own), "2027-01-02", 0), "pass", &["2027-01-01"]);
    let other = Asc::at(&moto.url()).file(FILE, entry("ASC-15", OTHER, "2027-01-01", ""));
    let said = on(&other, "2027-01-02", 1);
    says(&said, "manual", &[]);
    assert!(!said.1.contains("Sato"), "{said:?}");
    let elsewhere = Asc::at(&moto.url()).file("people.toml", entry("ASC-15", ACCOUNT, "2027-01-01", ""));
    let run = elsewhere.exits(0, "scan -f json -c ASC-15 --attestations people.toml --now 2027-01-02T00:00:00Z");
    run.report().holds(&[("ASC-15", "archive", "pass", "Sato")]);
    let _ = elsewhere.exits(2, "scan -f json -c ASC-15 --attestations no-such-file.toml").says("no-such-file.toml");
}

/// The evidence can come from a recording: no credentials, no network, and the recording's clock.
#[test]
fn evidence_may_come_from_a_recording() {
    let moto = moto();
    seed(&moto, "attest");
    let live = Asc::at(&moto.url());
    let recorded = live.run("scan -f json -c ASC-15 --record scan.ascrec");
    let asc = Asc::new()
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .file("scan.ascrec", live.read("scan.ascrec"));
    let run = asc.exits(0, "attest ASC-15 --evaluator Sato --replay scan.ascrec");
    assert!(run.stdout.contains("archive"), "{run}");
    let report = asc.exits(0, "scan -f json -c ASC-15 --replay scan.ascrec").report();
    report.holds(&[("ASC-15", "archive", "pass", "Sato")]);
    let day = recorded.report().0["started_at"].as_str().and_then(|at| at.get(..10)).unwrap_or_default().to_owned();
    assert_eq!(as_json(&text(&asc.read(FILE)))["attestation"][0]["date"], day.as_str());
    // The live account gives the same evidence.
    let live = live.file(FILE, asc.read(FILE)).scan("-c ASC-15");
    live.holds(&[("ASC-15", "archive", "pass", "Sato")]);
    assert!(!live.verdict("ASC-15", "archive").to_string().contains("changed"));
}

#[test]
fn the_worklist_says_what_is_due_lapsing_and_valid_by_account() {
    let file = [
        entry("ASC-15", ACCOUNT, "2027-01-01", ""),
        entry("ASC-14", ACCOUNT, "2026-08-01", ""),
        entry("ASC-05", ACCOUNT, "2026-01-01", ""),
        entry("ASC-09", "*", "2027-01-02", "valid_days = 100\n"),
    ];
    let asc = Asc::new()
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .file(FILE, file.concat())
        .file("asc.toml", format!("[accounts.{ACCOUNT}]\nname = \"one\"\n[accounts.{OTHER}]\nname = \"two\"\n"));
    let now = "--now 2027-01-10T00:00:00Z";
    let run = asc.exits(0, &format!("attest {now}"));
    let (first, second) = run.stdout.split_once(OTHER).unwrap_or_else(|| panic!("both accounts: {run}"));
    assert!(first.contains(ACCOUNT), "{run}");
    let state = |list: &str, control: &str| {
        let line = list.lines().find(|line| line.contains(control)).unwrap_or_else(|| panic!("{control}: {run}"));
        line.split_whitespace().next().unwrap_or_default().to_owned()
    };
    let manual = ["ASC-02-02", "ASC-05", "ASC-06", "ASC-09", "ASC-11", "ASC-14", "ASC-15"];
    let expected = ["due", "due", "due", "valid", "due", "lapsing", "valid"];
    assert_eq!(manual.map(|control| state(first, control)), expected, "{run}");
    let expected = ["due", "due", "due", "valid", "due", "due", "due"];
    assert_eq!(manual.map(|control| state(second, control)), expected, "{run}");
    for automatic in ["ASC-01 ", "ASC-04", "ASC-12"] {
        assert!(!run.stdout.contains(automatic), "{automatic}: {run}");
    }
    let at = |piece: &str| first.find(piece).unwrap_or_else(|| panic!("{piece}: {run}"));
    assert!(at("ASC-11") < at("ASC-14") && at("ASC-14") < at("ASC-15"), "due first, valid last: {run}");
    for piece in ["Sato", "2026-06-30", "2027-01-28", "2027-06-30", "2027-04-12"] {
        assert!(first.contains(piece), "{piece}: {run}");
    }
    let japanese = asc.exits(0, &format!("attest {now} --lang ja"));
    for piece in ["要評価", "期限間近", "有効", "ASC-15", OTHER] {
        assert!(japanese.stdout.contains(piece), "{piece}: {japanese}");
    }
    let nothing = Asc::new().env("AWS_ENDPOINT_URL", "http://127.0.0.1:1").exits(0, "attest");
    for control in manual {
        assert!(nothing.stdout.contains(control), "{control}: {nothing}");
    }
}

#[test]
fn a_wrong_file_is_shown_with_its_line_before_anything_is_called() {
    let moto = moto();
    let proxy = Proxy::before(moto.port());
    let good = entry("ASC-15", ACCOUNT, "2027-01-01", "");
    let table = [
        (entry("ASC-15", ACCOUNT, "2027-01-03", ""), "5:8", "future"),
        (entry("ASC-99", ACCOUNT, "2027-01-01", ""), "2:11", "ASC-99"),
        (entry("s3-versioning-lifecycle-not-revewed", ACCOUNT, "2027-01-01", ""), "2:11", "not-reviewed"),
        (entry("ASC-12", ACCOUNT, "2027-01-01", ""), "2:11", "ASC-12"),
        (format!("{good}\n{good}"), "7:1", "ASC-15"),
        (good.clone() + &entry("s3-versioning-lifecycle-not-reviewed", ACCOUNT, "2026-01-01", ""), "6:1", "ASC-15"),
        (entry("ASC-15", "prod", "2027-01-01", ""), "3:11", "prod"),
        (entry("ASC-15", ACCOUNT, "2027-01-01", "valid_days = 181\n"), "6:14", "180"),
        (entry("ASC-15", ACCOUNT, "\"soon\"", ""), "5:8", "2026-11-22"),
        (entry("ASC-15", ACCOUNT, "2027-01-01", "verdict = \"good\"\n"), "6:1", "verdict"),
        (good.replace("evaluator = \"Sato\"\n", ""), "1:1", "evaluator"),
        ("[[attestation]\n".to_owned(), "1:", "[[attestation]"),
    ];
    for (content, place, piece) in table {
        let asc = Asc::at(&proxy.url()).file(FILE, &content);
        let place = format!("{FILE}:{place}");
        for command in ["scan -f json -c ASC-15", "scan -f json -c ASC-13", "attest", "attest ASC-15 --evaluator Ito"] {
            let run = asc.exits(2, &format!("{command} --now 2027-01-02T00:00:00Z")).says(&place).says(piece);
            assert!(run.stdout.is_empty(), "{run}");
        }
        assert_eq!(text(&asc.read(FILE)), content);
    }
    assert_eq!(proxy.seen(), [""; 0], "nothing is called");
}

#[test]
fn what_cannot_be_evaluated_is_refused_and_leaves_the_file_alone() {
    let moto = moto();
    seed(&moto, "attest");
    let asc = Asc::at(&moto.url());
    for (words, piece) in [
        ("attest ASC-12 --evaluator Sato", "ASC-12"),
        ("attest s3-bucket-public --evaluator Sato", "ASC-12"),
        ("attest ASC-99 --evaluator Sato", "ASC-99"),
        ("attest s3-versioning-lifecycle-not-revewed --evaluator Sato", "s3-versioning-lifecycle-not-reviewed"),
        ("attest ASC-15", "--evaluator"),
        ("attest ASC-15 --evaluator Sato --valid-days 181", "180"),
        ("attest ASC-15 --evaluator Sato --valid-days 0", "180"),
        ("attest ASC-15 --evaluator Sato --account prod", "prod"),
        ("attest ASC-15 --evaluator Sato --account 210987654321", ACCOUNT),
        ("attest --evaluator Sato", "ID"),
    ] {
        let _ = asc.exits(2, words).says(piece);
        assert_eq!(asc.files(), [""; 0], "{words}");
    }
    // Evidence that nobody could look at is no evidence.
    let proxy = Proxy::before(moto.port()).on("s3:GetBucketVersioning", Act::Deny);
    let blind = Asc::at(&proxy.url());
    let run = blind.run("attest ASC-15 --evaluator Sato").says("s3:GetBucketVersioning");
    assert!(run.code != 0 && blind.files().is_empty(), "{run}");
}

/// A cost report into a bucket, which moto has no service for, as AWS's documentation gives it.
fn with_cost_report(port: u16, bucket: &str) -> Proxy {
    let report = serde_json::json!({ "ReportDefinitions": [{
        "ReportName": "daily", "TimeUnit": "DAILY", "Format": "Parquet", "Compression": "Parquet",
        "AdditionalSchemaElements": ["RESOURCES"], "S3Bucket": bucket, "S3Prefix": "cost", "S3Region": "us-east-1",
        "AdditionalArtifacts": ["ATHENA"], "RefreshClosedReports": true, "ReportVersioning": "OVERWRITE_REPORT"
    }]});
    Proxy::before(port)
        .on("cur:DescribeReportDefinitions", Act::Answer(200, report.to_string()))
        .on("bcm-data-exports:ListExports", Act::Answer(200, r#"{"Exports": []}"#.to_owned()))
}

fn billing(asc: &Asc) -> Report {
    asc.scan("-c ASC-02-02 --now 2027-01-02T00:00:00Z")
}

#[test]
fn definite_bad_evidence_fails_whatever_was_attested() {
    let moto = moto();
    seed(&moto, "denied");
    let evaluated = entry("ASC-02-02", ACCOUNT, "2027-01-01", "");
    let shut = with_cost_report(moto.port(), "plain");
    billing(&Asc::at(&shut.url())).holds(&[("ASC-02-02", ACCOUNT, "manual", "plain")]);
    billing(&Asc::at(&shut.url()).file(FILE, &evaluated)).holds(&[("ASC-02-02", ACCOUNT, "pass", "Sato")]);
    let open = with_cost_report(moto.port(), "open-by-acl");
    billing(&Asc::at(&open.url())).holds(&[("ASC-02-02", ACCOUNT, "fail", "open-by-acl")]);
    let asc = Asc::at(&open.url()).file(FILE, &evaluated);
    billing(&asc).holds(&[("ASC-02-02", ACCOUNT, "fail", "open-by-acl")]);
    // What could not be read is no pass either, whatever was attested.
    let blind = with_cost_report(moto.port(), "plain").on("s3:GetBucketAcl", Act::Deny);
    let report = billing(&Asc::at(&blind.url()).file(FILE, &evaluated));
    report.holds(&[("ASC-02-02", ACCOUNT, "unknown", "")]);
}
