//! S3 controls on moto, which has the account's block, the policy status and stale ACLs.

use asc_tests::emulator::moto;
use asc_tests::seed::seed;
use asc_tests::{Asc, Report};

/// `public = (acl_public AND NOT IgnorePublicAcls) OR (policy_public AND NOT RestrictPublicBuckets)`.
#[test]
fn a_bucket_is_public_by_acl_policy_or_access_point_unless_a_neutralising_bit_is_on() {
    let moto = moto();
    seed(&moto, "s3_access");
    Asc::at(&moto.url()).scan("-c ASC-12").holds(&[
        ("ASC-12", "acl-private", "pass", ""),
        ("ASC-12", "acl-all-users", "fail", "AllUsers"),
        ("ASC-12", "acl-authenticated-users", "fail", "AuthenticatedUsers"),
        ("ASC-12", "acl-writable", "fail", "AllUsers"),
        ("ASC-12", "acl-log-delivery", "pass", ""),
        ("ASC-12", "acl-stale", "pass", ""),
        ("ASC-12", "acl-preferred", "fail", "AllUsers"),
        ("ASC-12", "block-new-acls-over-acl", "fail", "AllUsers"),
        ("ASC-12", "block-new-acls-over-policy", "fail", "policy"),
        ("ASC-12", "block-any-acls-over-acl", "pass", ""),
        ("ASC-12", "block-any-acls-over-policy", "fail", "policy"),
        ("ASC-12", "block-new-policies-over-acl", "fail", "AllUsers"),
        ("ASC-12", "block-new-policies-over-policy", "fail", "policy"),
        ("ASC-12", "block-any-policies-over-acl", "fail", "AllUsers"),
        ("ASC-12", "block-any-policies-over-policy", "pass", ""),
        ("ASC-12", "block-both-neutralising", "pass", ""),
        ("ASC-12", "block-both-preventing", "fail", ""),
        ("ASC-12", "policy-open", "fail", "policy"),
        ("ASC-12", "policy-open-aws-star", "fail", "policy"),
        ("ASC-12", "policy-fixed-vpce", "pass", ""),
        ("ASC-12", "policy-fixed-ip", "pass", ""),
        ("ASC-12", "policy-fixed-org", "pass", ""),
        ("ASC-12", "policy-fixed-account", "pass", ""),
        ("ASC-12", "policy-fixed-service", "pass", ""),
        ("ASC-12", "policy-fixed-and-open", "fail", "policy"),
        ("ASC-12", "policy-deny-only", "pass", ""),
        ("ASC-12", "access-point-open", "fail", "point-open"),
        ("ASC-12", "access-point-private", "pass", ""),
        ("ASC-12", "access-point-vpc", "pass", ""),
        ("ASC-12", "access-point-restricted", "pass", ""),
    ]);
}

/// What each bit of the account's block alone leaves open, of the five buckets of `s3_account_block`.
#[test]
fn each_bit_of_the_account_counts_together_with_the_bits_of_the_bucket() {
    let buckets = ["acl-open", "policy-open", "half-acl", "half-policy", "point-behind"];
    let table = [
        ("BlockPublicAcls", ["fail", "fail", "fail", "fail", "fail"]),
        ("IgnorePublicAcls", ["pass", "fail", "fail", "pass", "fail"]),
        ("BlockPublicPolicy", ["fail", "fail", "fail", "fail", "fail"]),
        ("RestrictPublicBuckets", ["fail", "pass", "pass", "fail", "pass"]),
        ("IgnorePublicAcls RestrictPublicBuckets", ["pass", "pass", "pass", "pass", "pass"]),
        ("BlockPublicAcls BlockPublicPolicy", ["fail", "fail", "fail", "fail", "fail"]),
    ];
    for (bits, expected) in table {
        let moto = moto();
        seed(&moto, &format!("s3_account_block {bits}"));
        let report = Asc::at(&moto.url()).scan("-c ASC-12");
        let statuses = report.statuses("ASC-12");
        let found = buckets.map(|bucket| statuses.get(bucket).copied().unwrap_or("missing"));
        assert_eq!(found, expected, "{buckets:?} with {bits} on the account");
    }
}

/// When the account block already decides, no per-bucket call is made.
#[test]
fn nothing_is_asked_about_a_bucket_that_the_account_has_closed() {
    let moto = moto();
    seed(&moto, "s3_account_block IgnorePublicAcls RestrictPublicBuckets");
    let report = Asc::at(&moto.url()).scan("-c ASC-12");
    assert_eq!(report.calls("s3control", "GetPublicAccessBlock"), 1);
    for (service, operation) in [
        ("s3", "GetPublicAccessBlock"),
        ("s3", "GetBucketPolicyStatus"),
        ("s3", "GetBucketPolicy"),
        ("s3", "GetBucketAcl"),
        ("s3", "GetBucketOwnershipControls"),
        ("s3control", "ListAccessPoints"),
        ("s3control", "GetAccessPointPolicyStatus"),
    ] {
        assert_eq!(report.calls(service, operation), 0, "{service}:{operation}");
    }
}

#[test]
fn encryption_versioning_transport_and_logging() {
    let moto = moto();
    seed(&moto, "s3_hygiene stale-acl");
    let asc = Asc::at(&moto.url());
    let report = asc.scan("-c ASC-13 -c ASC-14 -c ASC-15 -c ASC-16");
    report.holds(&[
        ("ASC-13", "enc-aes", "pass", "AES256"),
        ("ASC-13", "enc-kms", "pass", "aws:kms"),
        ("ASC-13", "enc-dsse", "pass", "aws:kms:dsse"),
        ("ASC-13", "enc-untouched", "fail", ""),
        ("ASC-16", "log-off", "fail", ""),
        ("ASC-16", "log-delivers", "pass", "log-target"),
        ("ASC-16", "log-target", "not_applicable", ""),
        ("ASC-16", "log-refused", "fail", "log-target-shut"),
        ("ASC-16", "log-nowhere", "fail", "log-target-gone"),
        ("ASC-16", "log-by-acl", "pass", "log-target-acl"),
        ("ASC-16", "log-by-acl-dead", "fail", "log-target-acl-dead"),
    ]);
    every_manual_control_has_its_evidence(&report);

    let strict = asc.file("asc.toml", "[checks.ASC-13]\nrequire_kms = true\n").scan("-c ASC-13");
    strict.holds(&[
        ("ASC-13", "enc-aes", "fail", "AES256"),
        ("ASC-13", "enc-kms", "pass", ""),
        ("ASC-13", "enc-dsse", "pass", ""),
        ("ASC-13", "enc-untouched", "fail", ""),
    ]);
}

fn every_manual_control_has_its_evidence(report: &Report) {
    report.holds(&[
        ("ASC-14", "tls-enforced", "manual", r#""tls_only":true"#),
        ("ASC-14", "tls-enforced-aws-star", "manual", r#""tls_only":true"#),
        ("ASC-14", "tls-objects-only", "manual", r#""tls_only":false"#),
        ("ASC-14", "tls-reads-only", "manual", r#""tls_only":false"#),
        ("ASC-14", "tls-narrowed", "manual", r#""tls_only":false"#),
        ("ASC-14", "tls-somebody", "manual", r#""tls_only":false"#),
        ("ASC-14", "tls-no-policy", "manual", r#""tls_only":false"#),
        ("ASC-14", "tls-no-policy", "manual", r#""website_endpoint":false"#),
        ("ASC-14", "site", "manual", r#""website_endpoint":true"#),
        ("ASC-15", "kept-not-at-all", "manual", ""),
        ("ASC-15", "kept-versioned", "manual", "expire-old"),
        ("ASC-15", "kept-suspended", "manual", "Suspended"),
        ("ASC-15", "kept-locked", "manual", "COMPLIANCE"),
    ]);
    for check in ["ASC-14", "ASC-15"] {
        let statuses = report.statuses(check);
        assert!(statuses.values().all(|status| *status == "manual"), "{check}: {statuses:?}");
        assert_eq!(statuses.len(), report.statuses("ASC-16").len(), "{check} says something of every bucket");
    }
}

#[test]
fn buckets_are_reported_in_their_own_regions() {
    let moto = moto();
    seed(&moto, "s3_regions");
    let report = Asc::at(&moto.url()).scan("-c s3");
    for region in ["us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1", "sa-east-1"] {
        for check in ["ASC-12", "ASC-13", "ASC-14", "ASC-15", "ASC-16"] {
            assert_eq!(report.verdict(check, &format!("in-{region}"))["region"], region, "{check}");
        }
    }
    // moto's ListBuckets does not say where a bucket is, so it may be asked for each, once.
    assert!(report.calls("s3", "GetBucketLocation") <= 5);
}
