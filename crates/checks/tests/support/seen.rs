//! Scanning, and what came out of it, as tests ask for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use asc_aws::recording::{Exchange, Head, Recording};
use asc_aws::request::RequestId;
use asc_aws::{Access, Door, DoorOptions, Manners, Source, identity};
use asc_core::Status;
use asc_core::context::CxBuilder;
use asc_core::engine::{self, Telling};
use asc_core::ledger::Ledger;
use asc_core::registry::Registry;
use asc_core::report::{Finding, Report, UnknownEntry};
use asc_core::select::select;
use asc_core::stop::Stop;
use time::macros::datetime;

use super::{ACCOUNT, Account, Answer};

impl Account {
    /// Scans with the checks of these numbers; with all when there are none.
    pub(crate) fn scan(&self, checks: &[&str]) -> Seen {
        self.scan_with(checks, |cx| cx)
    }

    /// Scans in a context that the test has its say in.
    pub(crate) fn scan_with(&self, checks: &[&str], set: impl FnOnce(CxBuilder) -> CxBuilder) -> Seen {
        let started_at = datetime!(2026-11-01 09:00 UTC);
        let head = Head { version: "0.0.0".to_owned(), started_at, region: self.home.clone() };
        let exchanges = |(request, answer): (RequestId, Answer)| {
            let exchange = move |outcome| Exchange { request: request.clone(), outcome, retried: 0, throttled: 0 };
            answer.into_outcomes().into_iter().map(exchange)
        };
        let exchanges = self.answers().into_iter().flat_map(exchanges).collect();
        let recording = Arc::new(Recording::new(head, datetime!(2026-11-01 09:05 UTC), exchanges));
        let registry = Registry::linked().expect("the families' checks");
        let words: Vec<_> = checks.iter().map(|&check| check.to_owned()).collect();
        let chosen = select(&registry, &words, &[]).expect("checks of these numbers");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let ledger = Arc::<Ledger>::default();
            let door = Door::open(DoorOptions {
                source: Source::Recording(recording),
                access: Access::ReadOnly,
                manners: Manners::DEFAULT,
                version: "0.0.0",
                ledger: Arc::clone(&ledger),
                progress: Arc::default(),
                stop: Stop::default(),
            });
            let door = Arc::new(door.await.expect("an open door"));
            let account = identity::identify(&door).await.expect("an identity");
            let cx = CxBuilder::new(account).clock(door.clock()).ledger(ledger).service(Arc::clone(&door));
            let cx = set(cx).build();
            let scanned = engine::scan(&cx, &chosen, &Telling::default()).await;
            Seen(scanned.report(&cx, door.started(), door.finish().expect("an end"), "0.0.0"))
        })
    }
}

/// What tests call a resource: by its id, and what could not be listed in a region as `us-east-1/*`.
fn id(finding: &Finding) -> String {
    let id = &finding.resource.id;
    match &finding.region {
        Some(region) if id == "*" => format!("{region}/*"),
        _ => id.clone(),
    }
}

/// The report of a scan.
#[derive(Debug)]
pub(crate) struct Seen(pub(crate) Report);

impl Seen {
    /// Every verdict, by check and resource.
    pub(crate) fn verdicts(&self) -> BTreeMap<(String, String), Status> {
        let findings = self.0.findings.iter();
        let verdicts: BTreeMap<_, _> = findings.map(|f| ((f.check_id.clone(), id(f)), f.status)).collect();
        assert_eq!(verdicts.len(), self.0.findings.len(), "some resource was judged twice by one check");
        verdicts
    }

    /// The verdict on a resource.
    pub(crate) fn finding(&self, check: &str, resource: &str) -> &Finding {
        let mut findings = self.0.findings.iter().filter(|f| f.check_id == check && id(f) == resource);
        let found = findings.next();
        assert!(findings.next().is_none(), "{check} judges {resource} more than once");
        found.unwrap_or_else(|| panic!("{check} does not judge {resource}: {:?}", self.verdicts()))
    }

    /// Its status.
    pub(crate) fn status(&self, check: &str, resource: &str) -> Status {
        self.finding(check, resource).status
    }

    /// Its message.
    pub(crate) fn message(&self, check: &str, resource: &str) -> &str {
        &self.finding(check, resource).message
    }

    /// What is missing for it: operation, AWS's code, action.
    pub(crate) fn unknown(&self, check: &str, resource: &str) -> (&str, Option<&str>, Option<&str>) {
        let finding = self.finding(check, resource);
        let unknown = finding.unknown.as_ref();
        let unknown = unknown.unwrap_or_else(|| panic!("{check} knows {resource}: {:?}", finding.status));
        let UnknownEntry { operation, aws_code, missing_action } = &**unknown;
        (operation, aws_code.as_deref(), missing_action.as_deref())
    }

    /// How often an operation (`s3:GetBucketAcl`) was called.
    pub(crate) fn calls(&self, operation: &str) -> u64 {
        let calls = self.0.calls.iter().find(|calls| format!("{}:{}", calls.service, calls.operation) == operation);
        calls.map_or(0, |calls| calls.count)
    }

    /// Every operation that was called, and how often.
    pub(crate) fn all_calls(&self) -> BTreeMap<String, u64> {
        self.0.calls.iter().map(|calls| (format!("{}:{}", calls.service, calls.operation), calls.count)).collect()
    }

    /// How many resources disappeared while a check read them.
    pub(crate) fn vanished(&self, check: &str) -> u64 {
        self.0.coverage.iter().filter(|row| row.check_id == check).map(|row| row.vanished).sum()
    }
}

/// Verdicts that an unread answer has changed into another than unknown, or made disappear without a word.
pub(crate) fn guesses(whole: &Seen, spoiled: &Seen) -> Vec<String> {
    let (before, after) = (whole.verdicts(), spoiled.verdicts());
    let changed = after.iter().filter(|(key, status)| **status != Status::Unknown && before.get(key) != Some(status));
    let changed = changed.map(|(key, status)| format!("{key:?} is {status:?}, was {:?}", before.get(key)));
    // A listing that failed is told of where it failed: the account, or a region.
    let told = |check: &str| {
        let at = |(key, status): (&(String, String), &Status)| {
            key.0 == check && *status == Status::Unknown && (key.1 == ACCOUNT || !before.contains_key(key))
        };
        after.iter().any(at)
    };
    let lost = before.keys().filter(|key| !after.contains_key(*key) && !told(&key.0));
    changed.chain(lost.map(|key| format!("{key:?} is gone"))).collect()
}
