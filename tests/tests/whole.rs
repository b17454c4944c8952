//! All seventeen controls at once: what an account without anything gets, and billing on ministack.

use std::collections::BTreeSet;

use asc_tests::emulator::{ministack, moto};
use asc_tests::seed::seed;
use asc_tests::{ACCOUNT, Asc};

const ALL: [&str; 17] = [
    "ASC-01",
    "ASC-02-01",
    "ASC-02-02",
    "ASC-03",
    "ASC-04",
    "ASC-05",
    "ASC-06",
    "ASC-07",
    "ASC-08",
    "ASC-09",
    "ASC-10",
    "ASC-11",
    "ASC-12",
    "ASC-13",
    "ASC-14",
    "ASC-15",
    "ASC-16",
];

/// moto has no billing services: those two are unknown, the rest is judged, and every check is covered.
#[test]
fn every_control_is_covered_although_an_emulator_lacks_some() {
    let moto = moto();
    seed(&moto, "denied");
    let asc = Asc::at(&moto.url()).everything();
    let report = asc.run("scan -f json --region us-east-1 --fail-on never").report();
    let rows = report.0["coverage"].as_array().map_or(&[][..], Vec::as_slice);
    let covered: BTreeSet<_> = rows.iter().filter_map(|row| row["check_id"].as_str()).collect();
    assert_eq!(covered, ALL.into());
    let unknown: BTreeSet<_> = report
        .findings()
        .iter()
        .filter(|finding| finding["status"] == "unknown")
        .filter_map(|finding| finding["check_id"].as_str())
        .collect();
    assert_eq!(unknown, ["ASC-02-02", "ASC-06"].into());
    assert_eq!(report.0["complete"], false);
    report.holds(&[
        ("ASC-01", ACCOUNT, "pass", ""),
        ("ASC-03", "us-east-1", "pass", ""),
        ("ASC-05", ACCOUNT, "manual", ""),
        ("ASC-07", "us-east-1", "fail", ""),
        ("ASC-09", ACCOUNT, "manual", ""),
        ("ASC-11", ACCOUNT, "manual", ""),
        ("ASC-12", "open-by-acl", "fail", ""),
    ]);
    let again = asc.run("scan -f json --region us-east-1 --fail-on never").report();
    assert_eq!(again.without_times().0["findings"], report.0["findings"]);
}

/// ministack has cost reports, but no data exports.
#[test]
fn cost_reports_are_evidence_and_what_is_missing_is_unknown() {
    let ministack = ministack();
    seed(&ministack, "billing");
    let proxy = asc_tests::Proxy::before(ministack.port())
        .on("bcm-data-exports:ListExports", asc_tests::Act::Answer(200, r#"{"Exports": []}"#.to_owned()));
    let report = Asc::at(&proxy.url()).scan("-c ASC-06");
    report.holds(&[("ASC-06", ACCOUNT, "manual", "daily-costs"), ("ASC-06", ACCOUNT, "manual", "hourly-costs")]);
    assert_eq!(report.0["complete"], true);
    let report = Asc::at(&ministack.url()).scan("-c billing");
    report.holds(&[("ASC-06", ACCOUNT, "unknown", ""), ("ASC-02-02", ACCOUNT, "unknown", "")]);
}
