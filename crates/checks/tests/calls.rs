//! How much a scan asks, that it asks nothing it does not declare, and that it says the same twice.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use asc_core::registry::Registry;
use support::company::company;
use support::office::{STORAGE, annexe, office};
use support::seen::Seen;
use support::{ACCOUNT, Account, HOME, block, policy_status};

/// How many different requests of each operation the account has an answer to; one that polls counts as often as it
/// takes.
fn different(account: &Account) -> BTreeMap<String, u64> {
    account.answers().iter().fold(BTreeMap::new(), |mut counts, (request, answer)| {
        *counts.entry(format!("{}:{}", request.service, request.operation)).or_default() += answer.times();
        counts
    })
}

#[test]
fn nothing_is_asked_twice() {
    for (account, services) in [(office(), STORAGE), (annexe(), STORAGE), (company(), &[])] {
        let (seen, different) = (account.scan(services), different(&account));
        assert!(seen.0.complete, "a request that has no answer would not count");
        for (call, count) in seen.all_calls() {
            assert!(count <= different[&call], "{call}: {count} calls, {} different ones", different[&call]);
        }
    }
}

#[test]
fn a_full_scan_keeps_to_its_budget() {
    let account = Account::new()
        .bucket("a", HOME)
        .bucket("b", HOME)
        .bucket("c", "us-east-1")
        .bucket("d", HOME)
        .in_pages_of(2)
        .access_points(HOME, &[&[("one", "a", false), ("two", "b", false), ("inside", "b", true)]]);
    let calls = account.scan(&["s3"]).all_calls();
    let expected = [
        ("s3:GetBucketAcl", 4),
        ("s3:GetBucketEncryption", 4),
        ("s3:GetBucketLifecycleConfiguration", 4),
        ("s3:GetBucketLogging", 4),
        ("s3:GetBucketPolicy", 4),
        ("s3:GetBucketPolicyStatus", 4),
        ("s3:GetBucketVersioning", 4),
        ("s3:GetBucketWebsite", 4),
        ("s3:GetObjectLockConfiguration", 4),
        ("s3:GetPublicAccessBlock", 4),
        ("s3:ListBuckets", 2),
        ("s3control:GetAccessPointPolicyStatus", 2),
        ("s3control:GetPublicAccessBlock", 1),
        ("s3control:ListAccessPoints", 2),
        ("sts:GetCallerIdentity", 1),
    ];
    assert_eq!(calls.iter().map(|(call, count)| (call.as_str(), *count)).collect::<Vec<_>>(), expected);
}

/// One policy that AWS calls public among three buckets: its statement is named, and the others' are not read.
#[test]
fn who_is_public_alone_reads_only_the_policies_that_are_there() {
    let account = Account::new().bucket("a", HOME).bucket("b", HOME).bucket("c", HOME);
    let calls = account.with("b", "GetBucketPolicyStatus", policy_status(true)).scan(&["ASC-12"]).all_calls();
    let expected = [
        ("s3:GetBucketAcl", 3),
        ("s3:GetBucketPolicy", 1),
        ("s3:GetBucketPolicyStatus", 3),
        ("s3:GetPublicAccessBlock", 3),
        ("s3:ListBuckets", 1),
        ("s3control:GetPublicAccessBlock", 1),
        ("s3control:ListAccessPoints", 1),
        ("sts:GetCallerIdentity", 1),
    ];
    assert_eq!(calls.iter().map(|(call, count)| (call.as_str(), *count)).collect::<Vec<_>>(), expected);
}

#[test]
fn what_the_account_decides_is_not_asked_of_its_buckets() {
    let account = Account::new().bucket("a", HOME).bucket("b", "us-east-1").account_block(block([true; 4]));
    let expected = ["s3:ListBuckets", "s3control:GetPublicAccessBlock", "sts:GetCallerIdentity"];
    let calls = account.scan(&["ASC-12"]).all_calls();
    assert_eq!(calls.into_iter().collect::<Vec<_>>(), expected.map(|call| (call.to_owned(), 1)));
}

#[test]
fn checks_share_what_they_read() {
    let account = office();
    let alone: u64 = ["ASC-02-01", "ASC-12"].iter().map(|check| account.scan(&[check]).calls("s3:GetBucketAcl")).sum();
    let together = account.scan(&["ASC-02-01", "ASC-12"]).calls("s3:GetBucketAcl");
    assert!(together < alone, "{together} together, {alone} alone");
    assert_eq!(together, account.scan(&["ASC-12"]).calls("s3:GetBucketAcl"));
}

/// What is declared is what the least-privilege policy grants, so a call beyond it would be denied.
#[test]
fn each_check_calls_only_what_it_declares() {
    for account in [office(), annexe()] {
        for declaration in Registry::linked().unwrap().declarations().filter(|check| STORAGE.contains(&check.service)) {
            let declared: BTreeSet<_> = declaration.operations().map(|operation| operation.to_string()).collect();
            let calls = account.scan(&[declaration.id]).all_calls().into_keys();
            let beyond: Vec<_> =
                calls.filter(|call| call != "sts:GetCallerIdentity" && !declared.contains(call)).collect();
            assert!(beyond.is_empty(), "{}: {beyond:?}", declaration.id);
        }
    }
}

#[test]
fn each_selected_check_is_covered_and_no_other() {
    let seen = annexe().scan(&["ASC-03", "ASC-16"]);
    let covered: BTreeSet<_> = seen.0.coverage.iter().map(|row| row.check_id.as_str()).collect();
    assert_eq!(covered, ["ASC-03", "ASC-16"].into());
    let registry = Registry::linked().unwrap();
    let linked: Vec<_> = registry.declarations().map(|declaration| declaration.id).collect();
    let expected = "ASC-01 ASC-02-01 ASC-02-02 ASC-03 ASC-04 ASC-05 ASC-06 ASC-07 ASC-08 ASC-09 ASC-10 ASC-11 ASC-12 \
                    ASC-13 ASC-14 ASC-15 ASC-16 BASE-01 BASE-02 BASE-03 BASE-04 BASE-05 BASE-06 BASE-07 BASE-08 BASE-09 \
                    BASE-10 BASE-11 BASE-12 BASE-13 BASE-14 BASE-15 BASE-16";
    assert_eq!(linked, expected.split(' ').collect::<Vec<_>>());
}

#[test]
fn two_scans_of_one_account_say_the_same_in_the_same_order() {
    let account = company();
    let report = account.scan(&[]).0;
    for _ in 0..3 {
        assert_eq!(account.scan(&[]).0, report);
    }
    let place = |finding: &asc_core::report::Finding| {
        (finding.check_id.clone(), finding.region.clone(), finding.resource.id.clone())
    };
    assert!(report.findings.is_sorted_by_key(place));
}

#[test]
fn the_order_of_the_listing_does_not_show() {
    let listed = |names: [&str; 3]| names.iter().fold(Account::new(), |account, name| account.bucket(name, HOME));
    let (one, other) = (listed(["a", "b", "c"]).scan(&["s3"]), listed(["c", "a", "b"]).scan(&["s3"]));
    assert_eq!(one.0.findings, other.0.findings);
}

/// Fingerprints tie alerts of one run to those of the next, and of older versions: these must never change.
#[test]
fn fingerprints_are_what_they_always_were() {
    let seen = office().scan(&["ASC-03", "ASC-16"]);
    let fingerprint = |seen: &Seen, check, resource| seen.finding(check, resource).fingerprint.clone();
    assert_eq!(fingerprint(&seen, "ASC-16", "app"), "a52a2826af0d3b31ee6477052c4fca4e");
    assert_eq!(fingerprint(&seen, "ASC-03", "us-east-1"), "1d2832e8dacda8aa4ae5a7f946d47d11");
    assert_eq!(fingerprint(&seen, "ASC-03", ACCOUNT), "2ee2b1e69e3c7f2a606a8d88f8404160");
    let all: BTreeSet<_> = seen.0.findings.iter().map(|finding| &finding.fingerprint).collect();
    assert_eq!(all.len(), seen.0.findings.len());
}

#[test]
fn the_report_names_the_account_the_regions_and_the_recorded_times() {
    let report = office().scan(STORAGE).0;
    let account = &report.accounts[0];
    assert_eq!((account.id.as_str(), account.partition.as_str()), (ACCOUNT, "aws"));
    assert_eq!(account.regions, [HOME, "us-east-1"]);
    assert_eq!(
        (report.started_at.as_str(), report.finished_at.as_str()),
        ("2026-11-01T09:00:00Z", "2026-11-01T09:05:00Z")
    );
    assert_eq!(report.summary.total(), report.findings.len() as u64);
}
