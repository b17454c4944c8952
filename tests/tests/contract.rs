//! What users and scripts rely on: output, exit codes, errors, configuration, and the commands that call nothing.

use asc_tests::emulator::moto;
use asc_tests::seed::seed;
use asc_tests::{Act, Asc, Proxy};
use serde_json::Value;

/// Nothing listens here; whatever is called fails.
const NOWHERE: &str = "http://127.0.0.1:1";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("no JSON ({error}): {text}"))
}

#[test]
fn redirected_output_is_sarif_and_the_format_asked_for_otherwise() {
    let moto = moto();
    seed(&moto, "trails good");
    let asc = Asc::at(&moto.url());
    for words in ["", "scan"] {
        let run = asc.exits(1, words);
        assert_eq!(json(&run.stdout)["version"], "2.1.0", "{run}");
    }
    let run = asc.exits(1, "scan -f json");
    assert_eq!(json(&run.stdout)["schema_version"], 1, "{run}");
    let run = asc.exits(1, "scan -f table");
    assert!(run.stdout.contains("ASC-13") && run.stdout.contains("trail-logs"), "{run}");
    assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "no colour into a file: {run}");
    let _ = asc.exits(2, "scan -f punchcard").says("punchcard");
}

#[test]
fn several_outputs_at_once() {
    let moto = moto();
    seed(&moto, "trails good");
    let asc = Asc::at(&moto.url());
    let run = asc.exits(1, "scan -o x.json -o x.sarif -o json=report.txt -f table");
    assert!(run.stdout.contains("ASC-13"), "{run}");
    let text = |name| String::from_utf8_lossy(&asc.read(name)).into_owned();
    assert_eq!(json(&text("x.json"))["schema_version"], 1);
    assert_eq!(json(&text("x.sarif"))["version"], "2.1.0");
    assert_eq!(text("report.txt"), text("x.json"));
    assert_eq!(asc.files(), ["report.txt", "x.json", "x.sarif"]);
}

#[test]
fn an_output_that_cannot_be_written_is_an_error_and_leaves_nothing_half_written() {
    let moto = moto();
    seed(&moto, "trails good");
    let asc = Asc::at(&moto.url());
    let _ = asc.exits(2, "scan -o missing/x.json").says("missing/x.json");
    let _ = asc.exits(2, "scan -o x.unheard-of").says("x.unheard-of");
    assert_eq!(asc.files(), [""; 0]);
    let asc = asc.file("x.json", "what was there before");
    std::fs::create_dir(asc.path("y.json")).unwrap_or_else(|error| panic!("{error}"));
    let _ = asc.exits(2, "scan -o y.json").says("y.json");
    assert_eq!(asc.files(), ["x.json", "y.json"]);
}

/// Alerts in the account of `trails good` on moto: ASC-13 and ASC-14 to ASC-16 of the trail's bucket; ASC-03 is clean.
#[test]
fn exit_codes() {
    let moto = moto();
    seed(&moto, "trails good");
    let table = [
        (0, "-c ASC-03"),
        (0, "-c cloudtrail"),
        (1, "-c ASC-13"),
        (1, "-c ASC-13 --fail-on high"),
        (0, "-c ASC-13 --fail-on critical"),
        (0, "-c ASC-13 --fail-on never"),
        (1, "-c ASC-15"),
        (0, "-c ASC-15 --fail-on medium"),
        (1, "-c ASC-03 -c ASC-15"),
        (2, "-c ASC-99"),
        (2, "--fail-on sometimes"),
        (2, "--no-such-option"),
        (2, "--config no-such-file.toml"),
        (2, "-c ASC-13 --exclude ASC-13"),
    ];
    let asc = Asc::at(&moto.url());
    for (code, words) in table {
        let run = asc.exits(code, &format!("scan -f json --region us-east-1 {words}"));
        assert_eq!(run.stdout.is_empty(), code == 2, "a report, or nothing at all: {run}");
    }
    let table = [
        (3, "-c ASC-13"),
        (3, "-c ASC-13 --fail-on never"),
        (1, "-c ASC-13 -c ASC-15"),
        (3, "-c ASC-13 -c ASC-15 --fail-on medium"),
        (0, "-c ASC-03"),
    ];
    let proxy = Proxy::before(moto.port()).on("s3:GetEncryptionConfiguration", Act::Deny);
    let asc = Asc::at(&proxy.url());
    for (code, words) in table {
        let run = asc.exits(code, &format!("scan -f json --region us-east-1 {words}"));
        assert_eq!(run.report().0["complete"], !words.contains("ASC-13"), "{words}");
    }
}

#[test]
fn an_unknown_check_is_an_error_that_suggests_the_nearest() {
    let moto = moto();
    let proxy = Proxy::before(moto.port());
    let asc = Asc::at(&proxy.url());
    for (word, nearest) in [("s3-bucket-publik", "s3-bucket-public"), ("ASC-3", "ASC-03"), ("cloudtrial", "cloudtrail")]
    {
        let _ = asc.exits(2, &format!("scan -c {word}")).says(word).says(nearest);
        let _ = asc.exits(2, &format!("scan --exclude {word}")).says(nearest);
    }
    assert_eq!(proxy.seen(), [""; 0], "nothing is called");
}

#[test]
fn a_bad_configuration_is_shown_with_its_line_before_anything_is_called() {
    let moto = moto();
    let proxy = Proxy::before(moto.port());
    let mute = "[[mute]]\ncheck = \"ASC-13\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2999-01-01\n";
    let table = [
        ("[scan]\nregion = [\"us-east-1\"]\n".to_owned(), "asc.toml:2:1", "region = "),
        ("[scan]\nregions = \"us-east-1\"\n".to_owned(), "asc.toml:2:11", "regions = "),
        ("[scan\n".to_owned(), "asc.toml:1:", "[scan"),
        (mute.replace("ASC-13", "ASC-99"), "asc.toml:2:9", "ASC-99"),
        (mute.replace("check = \"ASC-13\"", "resource = \"a[\""), "asc.toml:2:12", "a["),
        (mute.replace("expires = 2999-01-01", "expires = \"soon\""), "asc.toml:5:11", "soon"),
        (mute.replace("owner = \"o\"\n", ""), "asc.toml:1:", "owner"),
        ("[checks.ASC-13]\nrequire_kmz = true\n".to_owned(), "asc.toml:2:1", "require_kmz"),
        ("[severity]\nASC-13 = \"dreadful\"\n".to_owned(), "asc.toml:2:10", "dreadful"),
        ("[output]\nformat = \"html\"\n".to_owned(), "asc.toml:2:10", "html"),
        ("[output]\nfiles = [\"report\"]\n".to_owned(), "asc.toml:2:10", "FORMAT=FILE"),
        ("[output]\nfail_on = \"worst\"\n".to_owned(), "asc.toml:2:11", "worst"),
        ("[iac]\nstate = \"main.tfstate\"\n".to_owned(), "asc.toml:2:9", "main.tfstate"),
        ("[iac]\ndirectories = [\"a[\"]\n".to_owned(), "asc.toml:2:16", "a["),
    ];
    for (content, place, piece) in table {
        let asc = Asc::at(&proxy.url()).file("asc.toml", &content);
        let run = asc.exits(2, "scan -f json").says(place).says(piece);
        assert!(run.stdout.is_empty(), "{run}");
    }
    assert_eq!(proxy.seen(), [""; 0], "nothing is called");
}

#[test]
fn the_configuration_says_how_reports_are_written_where_nothing_else_does() {
    let moto = moto();
    seed(&moto, "trails good");
    let output = "[output]\nformat = \"json\"\nfiles = [\"asc.sarif\"]\nlang = \"ja\"\nfail_on = \"never\"\n";
    let asc = Asc::at(&moto.url()).file("asc.toml", format!("{output}[iac]\nstate = [\"*.tfstate\"]\n"));
    let run = asc.exits(0, "scan -c ASC-13").says("お知らせ").says("[iac]");
    let message = run.report().verdict("ASC-13", "trail-logs")["message"].to_string();
    assert!(message.chars().any(|c| ('\u{3040}'..='\u{30ff}').contains(&c)), "{message}");
    assert_eq!(json(&String::from_utf8_lossy(&asc.read("asc.sarif")))["version"], "2.1.0");
    // Options beat the environment, which beats the file.
    let asc = asc.env("ASC_FAIL_ON", "low").env("ASC_LANG", "en").env("ASC_FORMAT", "sarif");
    assert_eq!(json(&asc.exits(1, "scan -c ASC-13").says("note").stdout)["version"], "2.1.0");
    let run = asc.exits(0, "scan -c ASC-13 -f json --fail-on never --lang ja -o other.json").says("お知らせ");
    assert_eq!(run.report().verdict("ASC-13", "trail-logs")["message"].to_string(), message);
    assert_eq!(asc.files(), ["asc.sarif", "asc.toml", "other.json"]);
    // An error after the file was read is in its language as well.
    let asc = Asc::new().env("AWS_EC2_METADATA_DISABLED", "true").file("asc.toml", output);
    assert!(asc.exits(2, "scan").says("エラー").stdout.is_empty());
}

#[test]
fn mutes_and_severities_of_the_configuration() {
    let moto = moto();
    seed(&moto, "trails good");
    let mute = "[[mute]]\nresource = \"trail-*\"\nreason = \"moving\"\nowner = \"ops\"\nexpires = ";
    let muted = Asc::at(&moto.url()).file("asc.toml", format!("{mute}2999-01-01\n"));
    let report = muted.exits(0, "scan -f json -c ASC-13").report();
    let finding = report.verdict("ASC-13", "trail-logs");
    assert_eq!(finding["status"], "fail");
    assert_eq!(finding["muted"]["reason"], "moving");
    assert_eq!((&report.0["summary"]["muted"], &report.0["summary"]["fail"]), (&1.into(), &0.into()));
    let lapsed = Asc::at(&moto.url()).file("asc.toml", format!("{mute}2020-01-01\n"));
    let report = lapsed.exits(1, "scan -f json -c ASC-13").report();
    assert!(report.verdict("ASC-13", "trail-logs")["muted"].is_null());
    report.holds(&[("ASC-13", "trail-logs", "fail", "mute by ops lapsed on 2020-01-01")]);
    let idle = Asc::at(&moto.url()).file("asc.toml", format!("{mute}2999-01-01\n").replace("trail-*", "tail-*"));
    let _ = idle.exits(1, "scan -f json -c ASC-13").says("line 1 (ops: moving) matches no alert");
    let milder = Asc::at(&moto.url()).file("asc.toml", "[severity]\nASC-13 = \"low\"\n");
    let report = milder.exits(0, "scan -f json -c ASC-13 --fail-on medium").report();
    assert_eq!(report.verdict("ASC-13", "trail-logs")["severity"], "low");
}

#[test]
fn without_credentials_nothing_is_scanned() {
    let asc = Asc::new().env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_REGION", "us-east-1");
    let run = asc.exits(2, "scan -f json").says("credentials");
    assert!(run.stdout.is_empty(), "{run}");
}

/// Every service's requests reach an endpoint of its own, S3 Control's too; and a profile is as good as variables.
#[test]
fn endpoints_by_service_and_profiles() {
    let moto = moto();
    seed(&moto, "demo");
    let url = moto.url();
    let expected = Asc::at(&url).scan("");
    let services = ["STS", "S3", "S3_CONTROL", "CLOUDTRAIL", "EC2", "ACCOUNT"];
    let by_service =
        services.iter().fold(Asc::at(NOWHERE), |asc, service| asc.env(&format!("AWS_ENDPOINT_URL_{service}"), &url));
    assert_eq!(by_service.scan("").without_times(), expected.without_times());
    let by_profile = Asc::new()
        .file("config", format!("[profile work]\nregion = us-east-1\nendpoint_url = {url}\n"))
        .file("credentials", "[work]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n");
    let [config, credentials] = ["config", "credentials"].map(|name| by_profile.path(name).display().to_string());
    let by_profile = by_profile
        .env("AWS_CONFIG_FILE", &config)
        .env("AWS_SHARED_CREDENTIALS_FILE", &credentials)
        .env("AWS_PROFILE", "work");
    assert_eq!(by_profile.scan("").without_times(), expected.without_times());
}

#[test]
fn credentials_that_aws_does_not_know_are_an_error() {
    let moto = moto();
    moto.ask_for_permission(true);
    let run = Asc::at(&moto.url()).exits(2, "scan -f json");
    assert!(run.stdout.is_empty() && !run.stderr.is_empty(), "{run}");
}

#[test]
fn the_demo_needs_neither_credentials_nor_network() {
    let asc = Asc::new()
        .everything()
        .with_baseline()
        .env("AWS_ENDPOINT_URL", NOWHERE)
        .env("AWS_EC2_METADATA_DISABLED", "true");
    let table = asc.exits(0, "demo -f table");
    assert!(table.stdout.contains("hinode-"), "{table}");
    let sarif = asc.exits(0, "demo -f sarif");
    assert!(!sarif.stderr.contains("asc.toml"), "nobody's repository is lacking a file: {sarif}");
    let english = asc.exits(0, "demo -f json").report();
    assert!(english.statuses("ASC-12").len() >= 12, "about twelve buckets: {:?}", english.statuses("ASC-12"));
    assert_eq!(english.statuses("ASC-02-01").len(), 3, "three trails");
    assert_eq!(english.0["complete"], true);
    assert!(english.0["accounts"][0]["regions"].as_array().is_some_and(|regions| regions.len() >= 3));
    // Something of every control, and of the two evaluations one holds and one has lapsed.
    let checks: std::collections::BTreeSet<_> =
        english.findings().iter().filter_map(|finding| finding["check_id"].as_str()).collect();
    assert_eq!(checks.len(), 33, "{checks:?}");
    english.holds(&[("ASC-04", "arn:aws:iam::123456789012:group/admins", "fail", "AdministratorAccess")]);
    let says = |status: &str, piece: &str| {
        let said =
            english.findings().iter().filter(|f| f["status"] == status && f["evidence"]["attestation"].is_object());
        said.filter(|f| f["message"].as_str().is_some_and(|message| message.contains(piece))).count()
    };
    assert!(says("pass", "Evaluated by") >= 1 && says("manual", "lapsed on") == 1, "{table}");
    let japanese = asc.exits(0, "demo -f json --lang ja").report();
    assert_eq!(english.statuses("ASC-12"), japanese.statuses("ASC-12"));
    for finding in japanese.findings() {
        let message = finding["message"].as_str().unwrap_or_default();
        assert!(message.chars().any(|c| ('\u{3040}'..='\u{9fff}').contains(&c)), "not Japanese: {finding}");
    }
    let _ = asc.exits(1, "demo -f json --fail-on low");
    let by_locale = asc.env("LANG", "ja_JP.UTF-8").exits(0, "demo -f json").report();
    assert_eq!(by_locale.findings(), japanese.findings());
}

/// The company is seeded so as to show most verdicts; the demo is a recording of a scan of this account.
/// The limits that one scan of everything keeps, counted by its own ledger on an account of twelve buckets.
#[test]
fn checks_explain_completions_and_man() {
    let asc = Asc::new();
    let run = asc.exits(0, "checks");
    let checks = [
        ("ASC-01", "root-access-key"),
        ("ASC-02-01", "cloudtrail-bucket-public"),
        ("ASC-02-02", "billing-report-bucket-public"),
        ("ASC-03", "cloudtrail-not-enabled"),
        ("ASC-04", "iam-admin-policy"),
        ("ASC-05", "iam-long-term-keys-for-workloads"),
        ("ASC-06", "billing-not-reviewed"),
        ("ASC-07", "ebs-not-encrypted"),
        ("ASC-08", "vpc-without-flow-logs"),
        ("ASC-09", "ec2-key-pairs-unprotected"),
        ("ASC-10", "ec2-instance-without-role"),
        ("ASC-11", "security-groups-not-reviewed"),
        ("ASC-12", "s3-bucket-public"),
        ("ASC-13", "s3-bucket-without-default-encryption"),
        ("ASC-14", "s3-bucket-allows-plain-http"),
        ("ASC-15", "s3-versioning-lifecycle-not-reviewed"),
        ("ASC-16", "s3-bucket-without-access-logging"),
    ];
    for (id, name) in checks {
        assert!(run.stdout.contains(id) && run.stdout.contains(name), "{run}");
        let explained = asc.exits(0, &format!("explain {name}"));
        assert!(explained.stdout.contains(id), "{explained}");
        let japanese = asc.exits(0, &format!("explain {id} --lang ja"));
        assert!(japanese.stdout.chars().any(|c| ('\u{3040}'..='\u{30ff}').contains(&c)), "{japanese}");
    }
    let _ = asc.exits(2, "explain s3-bucket-publik").says("s3-bucket-public");
    for shell in ["bash", "zsh", "fish"] {
        assert!(asc.exits(0, &format!("completions {shell}")).stdout.contains("asc"));
    }
    assert!(asc.exits(0, "man").stdout.contains(".TH"));
    assert!(asc.exits(0, "--version").stdout.starts_with("asc "));
    assert!(asc.exits(0, "--help").stdout.contains("scan"));
}
