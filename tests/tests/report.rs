//! The report over whole accounts: its verdicts, its order, its schema, and how much was asked of AWS for it.

use std::collections::BTreeSet;

use asc_tests::emulator::moto;
use asc_tests::seed::seed;
use asc_tests::{ACCOUNT, Act, Asc, Proxy};
use serde_json::Value;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("no JSON ({error}): {text}"))
}

#[test]
fn the_company_of_the_demo_is_judged_as_it_was_seeded() {
    let moto = moto();
    seed(&moto, "demo");
    let report = Asc::at(&moto.url()).scan("");
    let trail = |region: &str, name: &str| format!("arn:aws:cloudtrail:{region}:{ACCOUNT}:trail/{name}");
    let [audit, first] = [trail("ap-northeast-1", "hinode-audit"), trail("us-east-1", "hinode-first")];
    report.holds(&[
        ("ASC-12", "hinode-prod-app-assets", "fail", "policy"),
        ("ASC-12", "hinode-brochures", "fail", "AuthenticatedUsers"),
        ("ASC-12", "hinode-staging-site", "pass", ""),
        ("ASC-12", "hinode-eu-partner-reports", "pass", ""),
        ("ASC-12", "hinode-data-lake", "pass", ""),
        ("ASC-12", "hinode-prod-db-backups", "pass", ""),
        ("ASC-13", "hinode-legacy-exports", "fail", ""),
        ("ASC-13", "hinode-prod-user-uploads", "pass", "aws:kms"),
        ("ASC-14", "hinode-prod-user-uploads", "manual", ""),
        ("ASC-15", "hinode-prod-db-backups", "manual", "keep-seven-years"),
        ("ASC-16", "hinode-prod-app-assets", "fail", ""),
        ("ASC-16", "hinode-prod-user-uploads", "pass", "hinode-access-logs-apne1"),
        ("ASC-16", "hinode-access-logs-apne1", "not_applicable", ""),
        ("ASC-02-01", audit.as_str(), "pass", ""),
        ("ASC-02-01", first.as_str(), "pass", ""),
        ("ASC-03", "eu-west-1", "pass", ""),
        ("ASC-03", ACCOUNT, "pass", ""),
    ]);
}

#[test]
fn no_more_is_asked_than_the_verdicts_need() {
    let moto = moto();
    seed(&moto, "demo");
    let report = Asc::at(&moto.url()).scan("");
    let buckets = report.statuses("ASC-16").len() as u64;
    let (regions, enabled) = (3, report.statuses("ASC-03").len() as u64 - 1);
    let limits = [
        ("sts", "GetCallerIdentity", 1),
        ("s3", "ListBuckets", 1),
        ("s3control", "GetPublicAccessBlock", 1),
        ("s3", "GetPublicAccessBlock", buckets),
        ("s3", "GetBucketPolicyStatus", buckets),
        ("s3", "GetBucketPolicy", buckets),
        ("s3", "GetBucketAcl", buckets),
        ("s3", "GetBucketOwnershipControls", buckets),
        ("s3", "GetBucketEncryption", buckets),
        ("s3", "GetBucketVersioning", buckets),
        ("s3", "GetBucketLifecycleConfiguration", buckets),
        ("s3", "GetBucketLogging", buckets),
        ("s3", "GetObjectLockConfiguration", buckets),
        ("s3", "GetBucketWebsite", buckets),
        ("s3", "GetBucketLocation", buckets),
        ("s3control", "ListAccessPoints", regions),
        ("s3control", "GetAccessPointPolicyStatus", 1),
        ("ec2", "DescribeRegions", 1),
        ("account", "ListRegions", 1),
        // A single-region trail, whose bucket is judged too, is seen from its own region only.
        ("cloudtrail", "DescribeTrails", enabled),
        ("cloudtrail", "GetTrailStatus", 3),
        ("cloudtrail", "GetEventSelectors", 3),
    ];
    let calls = report.0["calls"].as_array().map_or(&[][..], Vec::as_slice);
    for row in calls {
        let limit =
            limits.iter().find(|(service, operation, _)| row["service"] == *service && row["operation"] == *operation);
        let count = row["count"].as_u64().unwrap_or(u64::MAX);
        assert!(limit.is_some_and(|(_, _, most)| count <= *most), "{row} is over {limit:?}");
    }
    assert!(calls.len() > 10, "{calls:?}");
}

#[test]
fn two_scans_of_an_unchanged_account_are_identical_but_for_times() {
    let moto = moto();
    seed(&moto, "demo");
    let asc = Asc::at(&moto.url());
    let [first, second] = [(); 2].map(|()| asc.scan(""));
    assert_eq!(first.without_times(), second.without_times());
    let keys: Vec<_> = first
        .findings()
        .iter()
        .map(|f| (&f["check_id"], &f["account_id"], &f["region"], &f["resource"]["id"]))
        .collect();
    let text = |key: &(&Value, &Value, &Value, &Value)| {
        [key.0, key.1, key.2, key.3].map(|value| value.as_str().unwrap_or_default().to_owned())
    };
    assert!(keys.iter().map(text).is_sorted(), "sorted by check, account, region and resource");
    let fingerprints: BTreeSet<_> = first.findings().iter().map(|f| f["fingerprint"].as_str()).collect();
    assert_eq!(fingerprints.len(), first.findings().len(), "fingerprints are unique");
}

#[test]
fn reports_follow_the_published_schema() {
    let moto = moto();
    seed(&moto, "demo");
    let schema = json(&Asc::new().exits(0, "schema report").stdout);
    let schema = jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{error}"));
    let proxy = Proxy::before(moto.port()).on("s3:GetBucketLogging", Act::Deny);
    let mute = "[[mute]]\ncheck = \"ASC-14\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2999-01-01\n";
    let reports = [
        Asc::at(&moto.url()).file("asc.toml", mute).scan(""),
        Asc::at(&proxy.url()).scan(""),
        Asc::new().run("demo -f json").report(),
    ];
    for report in reports {
        let errors: Vec<_> =
            schema.iter_errors(&report.0).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
        assert!(!schema.is_valid(&serde_json::json!({"schema_version": 1})), "a schema that refuses nothing");
        let total: u64 =
            report.0["summary"].as_object().into_iter().flat_map(|s| s.values()).filter_map(Value::as_u64).sum();
        assert_eq!(total, report.findings().len() as u64, "the summary adds up");
    }
    let schema = json(&Asc::new().exits(0, "schema config").stdout);
    assert!(jsonschema::validator_for(&schema).is_ok());
}

#[test]
fn an_empty_account_is_covered_although_it_has_nothing() {
    let moto = moto();
    let report = Asc::at(&moto.url()).exits(0, "scan -f json -c s3").report();
    let checks = ["ASC-12", "ASC-13", "ASC-14", "ASC-15", "ASC-16"];
    let covered: Vec<_> =
        report.0["coverage"].as_array().into_iter().flatten().map(|row| row["check_id"].clone()).collect();
    assert_eq!(covered, checks);
    assert!(report.findings().is_empty());
    assert_eq!(report.0["accounts"][0]["id"], ACCOUNT);
    let rest = Asc::at(&moto.url()).scan("-c s3 --exclude s3-bucket-public --exclude ASC-13 --exclude base");
    assert_eq!(rest.0["coverage"].as_array().map(Vec::len), Some(3));
}
