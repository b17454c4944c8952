//! How much is asked of an account, and what becomes of a scan when AWS says "slower" or nothing at all.

use std::time::{Duration, Instant};

use asc_tests::emulator::moto;
use asc_tests::seed::seed;
use asc_tests::{Act, Asc, Proxy};

#[test]
fn how_much_is_asked_is_an_option_a_variable_or_configured() {
    let moto = moto();
    seed(&moto, "trails good");
    let scope = "-c s3 --region us-east-1";
    let whole = Asc::at(&moto.url()).scan(scope);
    for words in ["--max-rps 200", "--share 1", "--share 0.05 --max-rps 1000 --concurrency 2"] {
        assert_eq!(Asc::at(&moto.url()).scan(&format!("{words} {scope}")).findings(), whole.findings(), "{words}");
    }
    let proxy = Proxy::before(moto.port());
    let asc = Asc::at(&proxy.url());
    for (words, piece) in
        [("--max-rps 0", "--max-rps"), ("--max-rps few", "few"), ("--share 0", "0.01"), ("--share 2", "0.01")]
    {
        let _ = asc.exits(2, &format!("scan {words}")).says(piece);
    }
    let _ = Asc::at(&proxy.url()).env("ASC_MAX_RPS", "none").exits(2, "scan").says("--max-rps");
    let _ = Asc::at(&proxy.url()).env("ASC_SHARE", "1.01").exits(2, "scan").says("--share");
    let configured = Asc::at(&proxy.url()).file("asc.toml", "[scan]\nmax_rps = 10\nshare = 7\n");
    let _ = configured.exits(2, "scan").says("asc.toml:3:9").says("from 0.01 to 1");
    assert_eq!(proxy.seen(), [""; 0], "nothing is called");
    let configured = Asc::at(&proxy.url()).file("asc.toml", "[scan]\nmax_rps = 100\nshare = 0.25\n");
    assert_eq!(configured.scan(scope).findings(), whole.findings());
}

#[test]
fn throttling_changes_no_verdict() {
    let moto = moto();
    seed(&moto, "s3_hygiene stale-acl");
    let scope = "-c s3 --region us-east-1";
    let whole = Asc::at(&moto.url()).scan(scope);
    for share in ["0.5", "1"] {
        let proxy = Proxy::before(moto.port())
            .on("s3:GetBucketVersioning", Act::SlowDown(6))
            .on("s3:ListAllMyBuckets", Act::SlowDown(1));
        let report = Asc::at(&proxy.url()).scan(&format!("--share {share} {scope}"));
        assert_eq!(report.findings(), whole.findings());
        assert_eq!(report.ledger("s3", "GetBucketVersioning", "throttled"), 6);
        assert_eq!(report.calls("s3", "GetBucketVersioning"), whole.calls("s3", "GetBucketVersioning"));
    }
}

/// A region whose endpoints take connections and never answer: its verdicts are unknown, all else is as it is, and the
/// scan does not wait for each of its calls.
#[test]
fn a_region_that_never_answers_is_unknown_and_nothing_else_is() {
    let moto = moto();
    seed(&moto, "ec2 moto");
    seed(&moto, "s3_regions");
    let scope = "--region us-east-1 --region eu-west-1";
    let whole = Asc::at(&moto.url()).everything().scan(scope);
    let proxy = Proxy::before(moto.port()).on_region("eu-west-1", Act::Hang);
    let begun = Instant::now();
    let report = Asc::at(&proxy.url()).everything().scan(scope);
    let took = begun.elapsed();
    // A call may take a minute, and there are many, some after another.
    assert!(took < Duration::from_secs(90), "{took:?}");
    let dark = |finding: &&serde_json::Value| finding["region"] == "eu-west-1";
    let silent: Vec<_> = report.findings().iter().filter(dark).collect();
    assert!(silent.len() > 5, "{silent:#?}");
    for finding in silent {
        assert_eq!(finding["status"], "unknown", "{finding:#}");
    }
    let lit = |finding: &&serde_json::Value| finding["region"] == "us-east-1";
    let (expected, found): (Vec<_>, Vec<_>) =
        (whole.findings().iter().filter(lit).collect(), report.findings().iter().filter(lit).collect());
    assert!(!expected.is_empty());
    assert_eq!(found, expected);
    for finding in report.findings().iter().filter(|finding| finding["region"].is_null()) {
        let (check, id) = (finding["check_id"].as_str().unwrap(), finding["resource"]["id"].as_str().unwrap());
        let before = &whole.verdict(check, id)["status"];
        assert!(finding["status"] == "unknown" || finding["status"] == *before, "{finding:#}, it was {before}");
    }
    assert_eq!(report.0["complete"], false);
}
