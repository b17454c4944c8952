//! Scans that are broken off, and how they go on: what is written, what is said, and what is not asked again.
#![expect(clippy::unwrap_used, reason = "a test that cannot read what was written fails")]

use std::thread::sleep;
use std::time::{Duration, Instant};

use asc_tests::asc::Running;
use asc_tests::emulator::moto;
use asc_tests::seed::seed;
use asc_tests::{ACCOUNT, Act, Asc, Proxy, Report};
use serde_json::Value;

/// The call that is never answered, and the checks of which one needs it.
const HANGS: &str = "s3:GetEncryptionConfiguration";
const CHECKS: &str = "-c ASC-13 -c ASC-16 --region us-east-1";

/// Waits until a call was made.
fn until_called(proxy: &Proxy, action: &str) {
    let begun = Instant::now();
    while !proxy.seen().iter().any(|seen| seen == action) {
        assert!(begun.elapsed() < Duration::from_mins(1), "the scan does not get to {action}: {:?}", proxy.seen());
        sleep(Duration::from_millis(10));
    }
}

/// Waits until all is judged but what hangs, and sends a signal.
fn break_off(running: &Running<'_>, proxy: &Proxy, signal: &str) {
    until_called(proxy, HANGS);
    until_called(proxy, "s3:GetBucketLogging");
    // The answers are on their way; what was judged must be in the report.
    sleep(Duration::from_secs(2));
    running.signal(signal);
}

fn json(asc: &Asc, file: &str) -> Value {
    serde_json::from_slice(&asc.read(file)).unwrap()
}

#[test]
fn what_was_judged_so_far_is_written_as_an_incomplete_report() {
    let moto = moto();
    seed(&moto, "trails good");
    let whole = Asc::at(&moto.url()).scan(CHECKS);
    for signal in ["INT", "TERM"] {
        let proxy = Proxy::before(moto.port()).on(HANGS, Act::Hang);
        let asc = Asc::at(&proxy.url());
        let words = format!("scan -o x.json -o x.sarif --sarif-incomplete fail --record scan.ascrec {CHECKS}");
        let running = asc.start(&words);
        break_off(&running, &proxy, signal);
        let run = running.end().says("interrupted").says("x.json").says("ASC-13").says("--resume scan.ascrec");
        assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{signal}: {run}");
        assert_eq!(asc.files(), ["scan.ascrec", "x.json", "x.sarif"]);
        let report = Report(json(&asc, "x.json"));
        report.holds(&[("ASC-13", "trail-logs", "unknown", "interrupted")]);
        assert_eq!(report.verdict("ASC-16", "trail-logs"), whole.verdict("ASC-16", "trail-logs"));
        assert_eq!(report.0["complete"], false);
        for check in ["ASC-13", "ASC-16"] {
            assert!(report.0["coverage"].as_array().unwrap().iter().any(|row| row["check_id"] == check), "{check}");
        }
        assert_eq!(json(&asc, "x.sarif")["runs"], Value::Array(Vec::new()), "the account is left out");
        // The recording is whole, and holds what was answered.
        let replay = asc.exits(3, &format!("scan -f json --fail-on never --replay scan.ascrec {CHECKS}")).report();
        replay.holds(&[("ASC-13", "trail-logs", "unknown", "not in the recording")]);
        assert_eq!(replay.verdict("ASC-16", "trail-logs"), whole.verdict("ASC-16", "trail-logs"));
    }
}

#[test]
fn every_selected_check_is_in_the_coverage_of_a_scan_that_has_hardly_begun() {
    let moto = moto();
    seed(&moto, "trails good");
    let proxy = Proxy::before(moto.port()).on("s3:ListAllMyBuckets", Act::Hang).on_region("us-east-1", Act::Hang);
    let proxy = proxy_that_knows_the_account(proxy);
    let asc = Asc::at(&proxy.url()).everything().with_baseline();
    let running = asc.start("scan -o x.json");
    until_called(&proxy, "s3:ListAllMyBuckets");
    running.interrupt();
    let run = running.end();
    assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{run}");
    let report = json(&asc, "x.json");
    let covered = |check: &str| {
        let rows = report["coverage"].as_array().unwrap();
        rows.iter().any(|row| row["check_id"] == check && row["unknown"].as_u64() > Some(0))
    };
    let checks = asc.exits(0, "checks -f json");
    let checks: Value = serde_json::from_str(&checks.stdout).unwrap();
    for check in checks.as_array().unwrap() {
        let id = check["id"].as_str().unwrap();
        assert!(covered(id), "{id} is not covered, or not as unknown: {:#}", report["coverage"]);
    }
    assert_eq!(report["complete"], false);
}

/// Only STS answers.
fn proxy_that_knows_the_account(proxy: Proxy) -> Proxy {
    let identity = format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>arn:aws:iam::{ACCOUNT}:user/scanner</Arn><UserId>U</UserId><Account>{ACCOUNT}</Account>\
         </GetCallerIdentityResult></GetCallerIdentityResponse>"
    );
    proxy.before_all("sts:GetCallerIdentity", Act::Answer(200, identity))
}

#[test]
fn without_a_file_to_write_nothing_is_written() {
    let moto = moto();
    seed(&moto, "trails good");
    let proxy = Proxy::before(moto.port()).on(HANGS, Act::Hang);
    let asc = Asc::at(&proxy.url());
    let running = asc.start(&format!("scan -f json {CHECKS}"));
    break_off(&running, &proxy, "INT");
    let run = running.end().says("interrupted: no report was written").says("ASC-13");
    assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{run}");
    assert_eq!(asc.files(), [""; 0]);
}

#[test]
fn broken_off_before_the_account_is_known_nothing_is_written() {
    let moto = moto();
    let proxy = Proxy::before(moto.port()).on("sts:GetCallerIdentity", Act::Hang);
    let asc = Asc::at(&proxy.url());
    for words in ["scan -o x.json --record scan.ascrec", "plan", "plan -f json"] {
        let before = proxy.seen().len();
        let running = asc.start(words);
        let begun = Instant::now();
        while proxy.seen().len() == before {
            assert!(begun.elapsed() < Duration::from_mins(1), "nothing is called");
            sleep(Duration::from_millis(10));
        }
        running.interrupt();
        let run = running.end().says("interrupted: nothing was written");
        assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{run}");
        assert_eq!(asc.files(), [""; 0]);
    }
}

/// However the second one comes, files are whole or not there, and no temporary ones stay behind.
#[test]
fn a_second_signal_leaves_nothing_half_written() {
    let moto = moto();
    seed(&moto, "trails good");
    let proxy = Proxy::before(moto.port()).on(HANGS, Act::Hang);
    for pause in [0, 5, 20, 60] {
        let asc = Asc::at(&proxy.url());
        let running = asc.start(&format!("scan -o x.json -o x.sarif --record scan.ascrec {CHECKS}"));
        let before = proxy.seen().iter().filter(|seen| *seen == HANGS).count();
        let begun = Instant::now();
        while proxy.seen().iter().filter(|seen| *seen == HANGS).count() == before {
            assert!(begun.elapsed() < Duration::from_mins(1), "the scan does not get that far");
            sleep(Duration::from_millis(5));
        }
        running.interrupt();
        sleep(Duration::from_millis(pause));
        running.try_signal("INT");
        let run = running.end();
        assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{run}");
        for file in asc.files() {
            assert!(["scan.ascrec", "x.json", "x.sarif"].contains(&file.as_str()), "{file} stays behind: {run}");
            if file != "scan.ascrec" {
                json(&asc, &file);
            }
        }
    }
}

#[test]
fn a_scan_that_goes_on_asks_only_for_what_was_not_answered() {
    let moto = moto();
    seed(&moto, "trails good");
    let whole = Asc::at(&moto.url()).scan(CHECKS);
    let proxy = Proxy::before(moto.port()).on(HANGS, Act::Hang);
    let asc = Asc::at(&proxy.url());
    let running = asc.start(&format!("scan --record scan.ascrec {CHECKS}"));
    break_off(&running, &proxy, "INT");
    assert_eq!(running.end().code, 3);
    let recording = asc.read("scan.ascrec");

    let proxy = Proxy::before(moto.port());
    let asc = Asc::at(&proxy.url()).file("scan.ascrec", recording);
    let run = asc.run(&format!("scan -f json --resume scan.ascrec --record scan.ascrec {CHECKS}"));
    assert_eq!(run.report().without_times(), whole.without_times());
    let mut seen = proxy.seen();
    seen.sort();
    assert_eq!(seen, [HANGS, "sts:GetCallerIdentity"], "nothing is asked twice");

    // The recording now holds both runs: it replays to the same report, and going on from it asks for nothing.
    let offline = Asc::new().env("AWS_ENDPOINT_URL", "http://127.0.0.1:1").file("scan.ascrec", asc.read("scan.ascrec"));
    let replay = offline.run(&format!("scan -f json --replay scan.ascrec {CHECKS}"));
    assert_eq!((replay.code, &replay.stdout), (run.code, &run.stdout), "{replay}");
    let proxy = Proxy::before(moto.port());
    let asc = Asc::at(&proxy.url()).file("scan.ascrec", asc.read("scan.ascrec"));
    // Other checks' answers stay in the recording, though this run does not ask for them.
    let again = asc.scan("--resume scan.ascrec --record both.ascrec -c ASC-16 --region us-east-1");
    assert_eq!(proxy.seen(), ["sts:GetCallerIdentity"]);
    assert_eq!(again.statuses("ASC-16"), whole.statuses("ASC-16"));
    let offline = offline.file("both.ascrec", asc.read("both.ascrec"));
    let replay = offline.scan(&format!("--replay both.ascrec {CHECKS}"));
    assert_eq!(replay.findings(), whole.findings());
}

#[test]
fn failures_are_asked_again_and_definite_absences_are_not() {
    let moto = moto();
    seed(&moto, "denied");
    let whole = Asc::at(&moto.url()).scan(CHECKS);
    let proxy = Proxy::before(moto.port())
        .on_bucket("plain", "s3:GetBucketLogging", Act::Deny)
        .on_bucket("logs", "s3:GetBucketLogging", Act::Answer(500, String::new()))
        .on_bucket("logged", "s3:GetBucketLogging", Act::SlowDown(u32::MAX));
    let asc = Asc::at(&proxy.url());
    let spoiled = asc.scan(&format!("--record scan.ascrec {CHECKS}"));
    assert_ne!(spoiled.statuses("ASC-16"), whole.statuses("ASC-16"));

    let proxy = Proxy::before(moto.port());
    let asc = Asc::at(&proxy.url()).file("scan.ascrec", asc.read("scan.ascrec"));
    let report = asc.scan(&format!("--resume scan.ascrec {CHECKS}"));
    assert_eq!(report.findings(), whole.findings());
    let mut seen = proxy.seen();
    // What only the new answers give rise to.
    seen.retain(|action| action != "s3:GetBucketPolicy");
    seen.sort();
    // moto says of a bucket without encryption that there is none, which is an answer.
    assert_eq!(seen, ["s3:GetBucketLogging", "s3:GetBucketLogging", "s3:GetBucketLogging", "sts:GetCallerIdentity"]);
}

#[test]
fn a_recording_of_another_account_or_of_nothing_is_refused() {
    let moto = moto();
    seed(&moto, "trails good");
    let asc = Asc::at(&moto.url());
    asc.scan(&format!("--record scan.ascrec {CHECKS}"));
    let recording = asc.read("scan.ascrec");
    let other = Act::Replace(&[], &[(ACCOUNT, "210987654321")]);
    let proxy = Proxy::before(moto.port()).on("sts:GetCallerIdentity", other);
    let asc =
        Asc::at(&proxy.url()).file("scan.ascrec", &recording).file("cut.ascrec", &recording[..recording.len() / 2]);
    let run = asc.exits(2, "scan -f json --resume scan.ascrec -o x.json").says(ACCOUNT).says("210987654321");
    assert!(run.stdout.is_empty(), "{run}");
    assert_eq!(proxy.seen(), ["sts:GetCallerIdentity"]);
    let japanese = asc.exits(2, "scan --resume scan.ascrec --lang ja").says(ACCOUNT);
    assert!(japanese.stderr.contains("記録"), "{japanese}");
    let _ = asc.exits(2, "scan --resume cut.ascrec").says("cut.ascrec");
    let _ = asc.exits(2, "scan --resume missing.ascrec").says("missing.ascrec");
    let _ = asc.exits(2, "scan --resume scan.ascrec --replay scan.ascrec").says("--replay");
    let _ = asc.exits(2, "demo --resume scan.ascrec").says("--resume");
    assert_eq!(asc.files(), ["cut.ascrec", "scan.ascrec"]);
}
