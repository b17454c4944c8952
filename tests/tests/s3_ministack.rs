//! S3 controls on ministack, which has AWS's defaults, says regions in listings and takes any log target.

use asc_tests::emulator::ministack;
use asc_tests::seed::seed;
use asc_tests::{Act, Asc, Proxy};

/// ministack has neither the account's block nor the policy status: what cannot be read is not guessed.
#[test]
fn a_bucket_whose_policy_status_cannot_be_read_is_unknown_unless_its_own_block_decides() {
    let ministack = ministack();
    seed(&ministack, "s3_ministack");
    let report = Asc::at(&ministack.url()).scan("-c ASC-12");
    report.holds(&[
        ("ASC-12", "untouched", "unknown", ""),
        ("ASC-12", "closed", "pass", ""),
        ("ASC-12", "half-closed", "unknown", ""),
        ("ASC-12", "with-policy", "unknown", ""),
    ]);
    assert_eq!(report.0["complete"], false);
}

#[test]
fn encryption_versioning_transport_and_logging() {
    let ministack = ministack();
    seed(&ministack, "s3_hygiene");
    seed(&ministack, "s3_ministack");
    let report = Asc::at(&ministack.url()).scan("-c ASC-13 -c ASC-14 -c ASC-15 -c ASC-16");
    report.holds(&[
        ("ASC-13", "enc-untouched", "pass", "AES256"),
        ("ASC-13", "enc-aes", "pass", "AES256"),
        ("ASC-13", "enc-kms", "pass", "aws:kms"),
        ("ASC-13", "enc-dsse", "pass", "aws:kms:dsse"),
        ("ASC-14", "tls-enforced", "manual", r#""tls_only":true"#),
        ("ASC-14", "site", "manual", r#""website_endpoint":true"#),
        ("ASC-15", "kept-versioned", "manual", "expire-old"),
        ("ASC-15", "kept-locked", "manual", "COMPLIANCE"),
        ("ASC-16", "log-off", "fail", ""),
        ("ASC-16", "log-delivers", "pass", "log-target"),
        ("ASC-16", "log-target", "not_applicable", ""),
        ("ASC-16", "log-refused", "fail", "log-target-shut"),
        ("ASC-16", "log-nowhere", "fail", "log-target-gone"),
        ("ASC-16", "log-by-acl", "pass", "log-target-acl"),
        ("ASC-16", "log-into-thin-air", "fail", "never-was-there"),
        ("ASC-16", "log-into-private", "fail", "untouched"),
        ("ASC-16", "untouched", "not_applicable", ""),
    ]);
}

#[test]
fn a_listing_that_says_the_region_is_believed() {
    let ministack = ministack();
    seed(&ministack, "s3_regions");
    let proxy = Proxy::before(ministack.port());
    let report = Asc::at(&proxy.url()).scan("-c s3");
    for region in ["us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1", "sa-east-1"] {
        let bucket = format!("in-{region}");
        for check in ["ASC-12", "ASC-13", "ASC-14", "ASC-15", "ASC-16"] {
            assert_eq!(report.verdict(check, &bucket)["region"], region, "{check}");
        }
        // AWS answers a call that is signed for another region with 301.
        assert!(proxy.regions(&bucket).into_iter().eq([region]), "{bucket}: {:?}", proxy.regions(&bucket));
    }
    assert_eq!(report.calls("s3", "GetBucketLocation"), 0);
    assert_eq!(report.calls("s3", "HeadBucket"), 0);
}

/// A listing is read to its end. The page size is asked for on the wire, as nobody wants to make thousands of buckets.
#[test]
fn a_listing_in_pages_is_read_to_its_end() {
    let ministack = ministack();
    seed(&ministack, "s3_regions");
    let whole = Asc::at(&ministack.url()).scan("-c ASC-13");
    let proxy = Proxy::before(ministack.port()).on(
        "s3:ListAllMyBuckets",
        Act::Replace(&[("max-buckets=10000", "max-buckets=2"), ("max-buckets=1000", "max-buckets=2")], &[]),
    );
    let paged = Asc::at(&proxy.url()).scan("-c ASC-13");
    assert_eq!(paged.calls("s3", "ListBuckets"), 3);
    assert_eq!(paged.findings(), whole.findings());
}

/// `-c ASC-13` makes the calls of ASC-13 and no others.
#[test]
fn only_what_the_selected_checks_need_is_asked() {
    let ministack = ministack();
    seed(&ministack, "s3_regions");
    let report = Asc::at(&ministack.url()).scan("-c ASC-13");
    let mut calls: Vec<_> = report.0["calls"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| format!("{}:{} {}", row["service"], row["operation"], row["count"]).replace('"', ""))
        .collect();
    calls.sort();
    assert_eq!(calls, ["s3:GetBucketEncryption 5", "s3:ListBuckets 1", "sts:GetCallerIdentity 1"]);
}
