use std::sync::atomic::Ordering;

use time::macros::datetime;

use super::*;
use crate::context::{Account, CxBuilder};
use crate::samples::{ASKED, Crashing, Length, One, Reviewed, Two};

fn cx() -> Cx {
    CxBuilder::new(Account { id: "123456789012".to_owned(), partition: "aws".to_owned(), alias: None }).build()
}

async fn report(checks: &[&'static dyn Check], lang: Lang) -> Report {
    let cx = cx();
    let now = datetime!(2027-01-01 0:00 UTC);
    scan(&cx, checks, &Telling { lang, ..Telling::default() }).await.report(&cx, now, now, "0.0.0")
}

#[tokio::test]
async fn every_resource_gets_one_verdict_and_what_is_gone_is_counted() {
    let report = report(&[&One, &Two], Lang::En).await;
    let verdicts: Vec<_> = report.findings.iter().map(|f| (f.resource.id.as_str(), f.status)).collect();
    assert_eq!(verdicts, [("abc", Status::Pass), ("denied", Status::Unknown), ("long-one", Status::Fail)]);
    let unknown = report.findings[1].unknown.as_ref().unwrap();
    assert_eq!(unknown.operation, "test:List");
    assert_eq!(unknown.aws_code.as_deref(), Some("AccessDenied"));
    assert_eq!(unknown.missing_action.as_deref(), Some("test:ListThings"));
    let rows: Vec<_> =
        report.coverage.iter().map(|c| (c.check_id.as_str(), c.evaluated, c.unknown, c.vanished)).collect();
    // A check that found nothing is told of all the same.
    assert_eq!(rows, [("T-01", 2, 1, 1), ("T-02-01", 0, 0, 0)]);
    assert!(!report.complete);
    assert_eq!(report.summary.total(), 3);
    assert_eq!(report.accounts[0].regions, ["eu-west-1"]);
}

#[tokio::test]
async fn a_scan_by_no_check_ends_and_says_nothing() {
    let report = report(&[], Lang::En).await;
    assert!(report.complete && report.findings.is_empty() && report.coverage.is_empty());
}

#[tokio::test]
async fn messages_are_in_the_language_asked_for() {
    let messages: Vec<_> = report(&[&One], Lang::Ja).await.findings.into_iter().map(|f| f.message).collect();
    assert_eq!(messages[2], "長さ 8");
}

#[tokio::test]
async fn a_check_that_crashes_is_unknown_and_takes_nothing_with_it() {
    let report = report(&[&Crashing, &One], Lang::En).await;
    let crashed: Vec<_> = report.findings.iter().filter(|f| f.check_id == "T-03").collect();
    assert_eq!((crashed.len(), crashed[0].status), (1, Status::Unknown));
    assert_eq!(report.findings.len(), 4);
}

/// A check that waits for what never comes.
struct Hanging;

#[async_trait::async_trait]
impl Check for Hanging {
    fn declaration(&self) -> &'static Declaration {
        Two.declaration()
    }

    async fn run(&self, _: &Cx, _: &Sink) {
        std::future::pending::<()>().await;
    }
}

#[tokio::test]
async fn a_scan_that_is_to_stop_ends_with_what_was_judged_and_names_what_was_not() {
    let cx = cx();
    cx.stop().wish();
    let now = datetime!(2027-01-01 0:00 UTC);
    let scanned = scan(&cx, &[&One, &Hanging], &Telling::default()).await;
    let report = scanned.report(&cx, now, now, "0.0.0");
    assert_eq!(report.findings.iter().filter(|f| f.check_id == "T-01").count(), 3, "they are judged");
    let hung: Vec<_> = report.findings.iter().filter(|f| f.check_id == "T-02-01").collect();
    assert_eq!((hung.len(), hung[0].status), (1, Status::Unknown));
    assert!(hung[0].message.contains("interrupted"), "{}", hung[0].message);
    assert!(!report.complete);
}

#[tokio::test]
async fn a_fact_is_asked_once_however_many_ask() {
    let cx = cx();
    let asking = (0..50).map(|_| {
        let cx = cx.clone();
        tokio::spawn(async move { cx.get::<Length>(&"asked-once".to_owned()).await })
    });
    let answers: Vec<_> = futures::future::join_all(asking).await;
    assert!(answers.into_iter().all(|answer| answer.unwrap().is_ok_and(|length| *length == 10)));
    assert_eq!(ASKED.load(Ordering::SeqCst), 1);
}

fn said(date: &str, evidence: &str) -> Attestations {
    let entry = format!(
        "[[attestation]]\ncontrol = \"T-04\"\naccount = \"*\"\nevaluator = \"Sato\"\ndate = {date}\nevidence = \"{evidence}\""
    );
    let now = datetime!(2027-01-15 0:00 UTC);
    let registry = crate::registry::Registry::of([&Reviewed as &'static dyn Check]).unwrap();
    Attestations::parse(std::path::Path::new("a.toml"), &entry, &registry, now).unwrap()
}

#[tokio::test]
async fn an_evaluation_makes_manual_pass_while_it_holds_and_never_hides_a_fail() {
    let now = datetime!(2027-01-15 0:00 UTC);
    let account = Account { id: "123456789012".to_owned(), partition: "aws".to_owned(), alias: None };
    let run = async |attestations: Attestations| {
        let cx = CxBuilder::new(account.clone()).clock(crate::clock::Clock::Fixed(now)).build();
        let telling = Telling { attestations, ..Telling::default() };
        let scanned = scan(&cx, &[&Reviewed], &telling).await;
        let digest = scanned.digest("T-04");
        let report = scanned.report(&cx, now, now, "0.0.0");
        (digest, report.findings.into_iter().map(|f| (f.status, f.message)).collect::<Vec<_>>())
    };
    let (digest, unsaid) = run(Attestations::default()).await;
    assert_eq!(unsaid.iter().map(|f| f.0).collect::<Vec<_>>(), [Status::Fail, Status::Manual]);
    let (again, valid) = run(said("2027-01-10", &digest)).await;
    assert_eq!(again, digest, "the evidence is the same in every scan");
    assert_eq!(valid[0].0, Status::Fail);
    assert_eq!(valid[1].0, Status::Pass);
    assert!(valid[1].1.contains("Sato") && !valid[1].1.contains("changed"), "{}", valid[1].1);
    let (_, changed) = run(said("2027-01-10", "sha256:other")).await;
    assert!(changed[1].0 == Status::Pass && changed[1].1.contains("changed since"), "{}", changed[1].1);
    let (_, lapsed) = run(said("2026-01-10", &digest)).await;
    assert!(lapsed[1].0 == Status::Manual && lapsed[1].1.contains("lapsed"), "{}", lapsed[1].1);
}
