//! Runs checks over an account and turns their verdicts into a report.

mod digests;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::attestation::{Attestation, Attestations};
use crate::check::{Check, Declaration};
use crate::config::Rules;
use crate::context::Cx;
use crate::evidence::Evidence;
use crate::fact::Operation;
use crate::report::{self, AccountEntry, Coverage, Finding, Report, ResourceEntry, Summary, Tool, UnknownEntry};
use crate::resource::Resource;
use crate::text::{Lang, Text};
use crate::verdict::{Class, Status, Unread, Verdict};
use digests::Digests;

/// How long checks may take to come to their end when the scan is to stop: every read fails then, so they hardly take
/// any time, unless one waits for something else.
const GRACE: Duration = Duration::from_secs(2);

/// What a check has said, on its way to the report.
struct Given {
    check: &'static Declaration,
    said: Said,
}

#[expect(clippy::large_enum_variant, reason = "nearly all are outcomes, and none is kept")]
enum Said {
    /// The verdict on a resource, or why there is none.
    Outcome(Resource, Result<Verdict, Unread>),
    /// Something worth knowing that is no verdict.
    Note(Text),
}

/// Where a check puts its verdicts.
pub struct Sink {
    check: &'static Declaration,
    cx: Cx,
    out: mpsc::UnboundedSender<Given>,
}

impl Sink {
    /// So many verdicts will follow.
    pub fn expect(&self, more: usize) {
        self.cx.progress().expect(self.check.id, more as u64);
    }

    /// The verdict on one resource, or why there is none.
    pub fn give(&self, resource: Resource, outcome: Result<Verdict, Unread>) {
        self.cx.progress().judged(self.check.id);
        // The receiver is gone only when the scan was given up; nobody wants verdicts then.
        let _ = self.out.send(Given { check: self.check, said: Said::Outcome(resource, outcome) });
    }

    /// Something that is worth knowing and no verdict on anything.
    pub fn note(&self, note: Text) {
        let _ = self.out.send(Given { check: self.check, said: Said::Note(note) });
    }
}

/// How findings are told and changed.
#[derive(Clone, Debug, Default)]
pub struct Telling {
    /// The language of messages.
    pub lang: Lang,
    /// Severities and mutes from the configuration.
    pub rules: Rules,
    /// What people have evaluated.
    pub attestations: Attestations,
}

/// What the scan of one account has found.
#[derive(Debug, Default)]
pub struct Scanned {
    findings: Vec<Finding>,
    coverage: BTreeMap<(String, Option<String>), Covered>,
    digests: Digests,
    notices: Vec<Text>,
}

#[derive(Debug, Default)]
struct Covered {
    evaluated: u64,
    unknown: u64,
    vanished: u64,
    reasons: Reasons,
    notes: Vec<String>,
}

/// Why something could not be read, and how often. The English words come first in the key whatever language is told,
/// so that the choice among equals is the same in every language.
type Reasons = BTreeMap<(String, String), u64>;

/// Runs the checks side by side until each has given its last verdict. When the scan is to stop, the reads that are
/// under way fail, and a check that does not end by that is ended.
pub async fn scan(cx: &Cx, checks: &[&'static dyn Check], telling: &Telling) -> Scanned {
    let mut scanned = Scanned::default();
    let (out, mut given) = mpsc::unbounded_channel();
    let mut running = JoinSet::new();
    let mut names = BTreeMap::new();
    for check in checks {
        let (check, cx) = (*check, cx.clone());
        let sink = Sink { check: check.declaration(), cx: cx.clone(), out: out.clone() };
        cx.progress().begin(sink.check.id);
        let task = running.spawn(async move {
            check.run(&cx, &sink).await;
            cx.progress().end(sink.check.id);
        });
        names.insert(task.id(), check.declaration());
    }
    let lapse = async {
        cx.stop().wished().await;
        tokio::time::sleep(GRACE).await;
    };
    let (mut lapse, mut lapsed) = (std::pin::pin!(lapse), false);
    while !running.is_empty() {
        tokio::select! {
            Some(given) = given.recv() => scanned.take(given, cx, telling.lang),
            Some(ended) = running.join_next() => if let Err(crash) = ended && let Some(check) = names.get(&crash.id()) {
                let resource = Resource::account(&cx.account().id);
                let operation = Operation::new("asc", check.name, "");
                let (class, detail) = if crash.is_cancelled() {
                    (Class::Interrupted, "the scan was interrupted")
                } else {
                    (Class::Crashed, "the check crashed")
                };
                let outcome = Err(Unread::new(operation, class, detail));
                scanned.take(Given { check, said: Said::Outcome(resource, outcome) }, cx, telling.lang);
            },
            () = &mut lapse, if !lapsed => {
                lapsed = true;
                running.abort_all();
            }
            else => break,
        }
    }
    while let Ok(given) = given.try_recv() {
        scanned.take(given, cx, telling.lang);
    }
    for check in checks {
        let id = check.declaration().id;
        if !scanned.coverage.keys().any(|(covered, _)| covered == id) {
            scanned.coverage.insert((id.to_owned(), None), Covered::default());
        }
    }
    scanned.settle(cx, checks, telling);
    scanned
}

/// Lays an evaluation over an alert that waits for one.
fn attest(finding: &mut Finding, attestation: &Attestation, digest: &str, now: OffsetDateTime, lang: Lang) {
    let (holds, said) = attestation.says(now, digest);
    let said = said.in_lang(lang);
    if holds {
        finding.status = Status::Pass;
        said.clone_into(&mut finding.message);
    } else {
        finding.message = sentences(said, &finding.message, lang);
    }
    let entry = json!({
        "evaluator": attestation.evaluator,
        "date": attestation.date.to_string(),
        "valid_until": attestation.last_day().to_string(),
        "note": attestation.note,
    });
    finding.evidence.insert("attestation", entry);
}

/// Two sentences after one another; Japanese leaves no space between them.
fn sentences(one: &str, other: &str, lang: Lang) -> String {
    format!("{one}{}{other}", lang.pick(" ", ""))
}

impl Scanned {
    fn take(&mut self, given: Given, cx: &Cx, lang: Lang) {
        let Given { check, said } = given;
        let (resource, outcome) = match said {
            Said::Outcome(resource, outcome) => (resource, outcome),
            Said::Note(note) => {
                let covered = self.coverage.entry((check.id.to_owned(), None)).or_default();
                covered.notes.push(note.in_lang(lang).to_owned());
                return;
            }
        };
        let covered = self.coverage.entry((check.id.to_owned(), resource.region.clone())).or_default();
        let (verdict, unknown) = match outcome {
            Ok(verdict) => {
                covered.evaluated += 1;
                self.digests.add(check, &resource, &verdict);
                (verdict, None)
            }
            Err(why) if why.gone.as_deref() == Some(resource.id.as_str()) => {
                covered.vanished += 1;
                return;
            }
            Err(why) => {
                covered.unknown += 1;
                let message = why.explain();
                *covered.reasons.entry((message.en.clone(), message.in_lang(lang).to_owned())).or_default() += 1;
                let verdict = Verdict::unknown(message);
                let entry = UnknownEntry {
                    operation: why.operation.to_string(),
                    missing_action: why.missing_action().map(str::to_owned),
                    aws_code: why.aws_code.clone().map(Into::into),
                };
                (verdict, Some(Box::new(entry)))
            }
        };
        let account_id = cx.account().id.clone();
        let region = resource.region;
        let finding = Finding {
            fingerprint: report::fingerprint(check.id, &account_id, region.as_deref(), resource.kind, &resource.id),
            check_id: check.id.to_owned(),
            check_name: check.name.to_owned(),
            status: verdict.status,
            severity: verdict.severity.unwrap_or(check.severity),
            account_id,
            region,
            resource: ResourceEntry {
                kind: resource.kind.to_owned(),
                id: resource.id,
                arn: resource.arn,
                tags: resource.tags,
            },
            message: verdict.message.in_lang(lang).to_owned(),
            evidence: Evidence::of(&verdict.evidence),
            muted: None,
            unknown,
            source: None,
        };
        self.findings.push(finding);
    }

    /// Lays over the verdicts what people have said: evaluations first, which can make an alert a pass, then severities
    /// and mutes.
    fn settle(&mut self, cx: &Cx, checks: &[&'static dyn Check], telling: &Telling) {
        let now = cx.clock().now();
        let attested = checks.iter().filter_map(|check| {
            let id = check.declaration().id;
            let attestation = telling.attestations.find(id, &cx.account().id)?;
            Some((id, (attestation, self.digests.digest(id))))
        });
        let attested: BTreeMap<_, _> = attested.collect();
        for finding in &mut self.findings {
            if let (Status::Manual, Some((attestation, digest))) =
                (finding.status, attested.get(finding.check_id.as_str()))
            {
                attest(finding, attestation, digest, now, telling.lang);
            }
            if let Some(more) = telling.rules.apply(finding, now) {
                finding.message = sentences(&finding.message, more.in_lang(telling.lang), telling.lang);
            }
        }
        let ids: Vec<_> = checks.iter().map(|check| check.declaration().id).collect();
        self.notices = telling.rules.idle(&self.findings, &ids, &cx.account().id);
    }

    /// What the user should know besides the findings: mutes that lie over nothing.
    pub fn notices(&self) -> &[Text] {
        &self.notices
    }

    /// The digest of the evidence that was read for a control that people evaluate.
    pub fn digest(&self, check: &str) -> String {
        self.digests.digest(check)
    }

    /// The report over this account.
    pub fn report(mut self, cx: &Cx, started: OffsetDateTime, finished: OffsetDateTime, version: &str) -> Report {
        report::sort(&mut self.findings);
        let account = cx.account();
        cx.note_regions(self.findings.iter().filter_map(|finding| finding.region.as_deref()));
        let coverage = self.coverage.into_iter().map(|((check_id, region), covered)| Coverage {
            check_id,
            account_id: account.id.clone(),
            region,
            evaluated: covered.evaluated,
            unknown: covered.unknown,
            vanished: covered.vanished,
            reason: covered.reasons.into_iter().max_by_key(|(_, count)| *count).map(|((_, reason), _)| reason),
            notes: covered.notes,
        });
        let coverage: Vec<_> = coverage.collect();
        let stamp = |at: OffsetDateTime| at.format(&Rfc3339).unwrap_or_default();
        Report {
            schema_version: report::SCHEMA_VERSION,
            tool: Tool { name: "asc".to_owned(), version: version.to_owned() },
            started_at: stamp(started),
            finished_at: stamp(finished),
            complete: coverage.iter().all(|row| row.unknown == 0),
            accounts: vec![AccountEntry {
                id: account.id.clone(),
                partition: account.partition.clone(),
                alias: account.alias.clone(),
                regions: cx.regions_seen(),
            }],
            summary: Summary::of(&self.findings),
            findings: self.findings,
            coverage,
            calls: cx.ledger().calls(),
        }
    }
}
