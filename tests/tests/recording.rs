//! Recording and replay: the same report without the network, no secrets, and no trust in files that are damaged.

use std::io::Read;

use asc_tests::emulator::moto;
use asc_tests::seed::{KEY, SECRET, seed};
use asc_tests::{Act, Asc, Proxy};

const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLETOKEN";

/// Whatever is called fails, and there is nobody to call as.
fn offline() -> Asc {
    Asc::new().env("AWS_ENDPOINT_URL", "http://127.0.0.1:1").env("AWS_EC2_METADATA_DISABLED", "true")
}

/// A scan of the seeded company, recorded.
fn recorded(asc: &Asc, words: &str) -> (String, Vec<u8>) {
    let run = asc.run(&format!("scan -f json --record scan.ascrec {words}"));
    assert!(matches!(run.code, 0 | 1 | 3), "{run}");
    (run.stdout, asc.read("scan.ascrec"))
}

#[test]
fn a_replay_gives_the_report_of_the_scan_byte_for_byte() {
    let moto = moto();
    seed(&moto, "demo");
    let (report, recording) = recorded(&Asc::at(&moto.url()), "");
    let asc = offline().file("scan.ascrec", recording);
    let replay = asc.exits(1, "scan -f json --replay scan.ascrec");
    assert_eq!(replay.stdout, report);
    let slow = asc.exits(1, "scan -f json --replay scan.ascrec --concurrency 1");
    assert_eq!(slow.stdout, report, "whatever the order of the answers");
    let sarif = asc.exits(1, "scan --replay scan.ascrec");
    assert!(sarif.stdout.contains("\"2.1.0\""), "{sarif}");
}

#[test]
fn an_incomplete_scan_replays_as_incomplete() {
    let moto = moto();
    seed(&moto, "denied");
    let proxy = Proxy::before(moto.port())
        .on("s3:GetBucketPolicyStatus", Act::Deny)
        .on("s3:GetEncryptionConfiguration", Act::SlowDown(2))
        .on_bucket("logged", "*", Act::NoSuchBucket);
    let (report, recording) = recorded(&Asc::at(&proxy.url()), "-c ASC-12 -c ASC-13 --fail-on never");
    let asc = offline().file("scan.ascrec", recording);
    let replay = asc.exits(3, "scan -f json -c ASC-12 -c ASC-13 --fail-on never --replay scan.ascrec");
    assert_eq!(replay.stdout, report);
}

#[test]
fn a_recording_holds_nothing_of_the_credentials() {
    let moto = moto();
    seed(&moto, "demo");
    let (_, recording) = recorded(&Asc::at(&moto.url()).env("AWS_SESSION_TOKEN", TOKEN), "");
    let at = recording.iter().position(|byte| *byte == b'\n').unwrap_or_default();
    let (header, compressed) = recording.split_at(at + 1);
    assert!(header.starts_with(b"asc-recording"), "{}", String::from_utf8_lossy(header));
    let mut inside = Vec::new();
    let read = flate2::read::MultiGzDecoder::new(compressed).read_to_end(&mut inside);
    assert!(read.is_ok_and(|length| length > 10_000), "the recording is compressed with gzip");
    let text = String::from_utf8_lossy(&inside);
    assert!(text.contains("hinode-legacy-exports"), "the answers are in it");
    for secret in [KEY, SECRET, TOKEN, "Signature=", "AWS4-HMAC-SHA256", "x-amz-security-token"] {
        assert!(!text.to_lowercase().contains(&secret.to_lowercase()), "the recording holds {secret}");
        assert!(!String::from_utf8_lossy(header).contains(secret), "the recording's header holds {secret}");
    }
}

#[test]
fn a_damaged_or_foreign_recording_is_refused() {
    let moto = moto();
    seed(&moto, "trails good");
    let (_, whole) = recorded(&Asc::at(&moto.url()), "--region us-east-1");
    let flipped = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x20;
        bytes
    };
    let header = whole.iter().position(|byte| *byte == b'\n').unwrap_or_default() + 1;
    let mut foreign_inside = whole[..header].to_vec();
    foreign_inside.extend_from_slice(b"not gzip at all");
    let spoiled = [
        ("empty", Vec::new()),
        ("foreign", b"{\"schema_version\": 1}\n".to_vec()),
        ("foreign after the header", foreign_inside),
        ("the header alone", whole[..header].to_vec()),
        ("cut in half", whole[..whole.len() / 2].to_vec()),
        ("short of a byte", whole[..whole.len() - 1].to_vec()),
        ("longer by a byte", [whole.as_slice(), b"x"].concat()),
        ("damaged at the beginning", flipped(2)),
        ("damaged in the header", flipped(header - 2)),
        ("damaged in the middle", flipped(usize::midpoint(header, whole.len()))),
        ("damaged at the end", flipped(whole.len() - 1)),
    ];
    for (what, bytes) in spoiled {
        let run = offline().file("scan.ascrec", bytes).run("scan -f json --replay scan.ascrec --region us-east-1");
        assert_eq!(run.code, 2, "{what}: {run}");
        assert!(run.stdout.is_empty() && run.stderr.contains("scan.ascrec"), "{what}: {run}");
    }
    let _ = offline().exits(2, "scan --replay no-such-file.ascrec").says("no-such-file.ascrec");
    let good = offline().file("scan.ascrec", &whole).run("scan -f json --replay scan.ascrec --region us-east-1");
    assert_eq!(good.code, 1, "the undamaged one is taken: {good}");
}

/// A request that the recording lacks makes its verdict unknown, never an invented answer.
#[test]
fn what_was_not_recorded_is_unknown() {
    let moto = moto();
    seed(&moto, "trails good");
    let (_, recording) = recorded(&Asc::at(&moto.url()), "-c ASC-13");
    let report = offline().file("scan.ascrec", recording).exits(1, "scan -f json -c s3 --replay scan.ascrec").report();
    report.holds(&[
        ("ASC-13", "trail-logs", "fail", ""),
        ("ASC-12", "trail-logs", "unknown", ""),
        ("ASC-15", "trail-logs", "unknown", ""),
        ("ASC-16", "trail-logs", "unknown", ""),
    ]);
    assert_eq!(report.0["complete"], false);
}

#[test]
fn a_recording_that_cannot_be_written_is_an_error() {
    let moto = moto();
    let asc = Asc::at(&moto.url());
    let _ = asc.exits(2, "scan -f json -c s3 --record missing/scan.ascrec").says("missing/scan.ascrec");
    assert_eq!(asc.files(), [""; 0]);
}
