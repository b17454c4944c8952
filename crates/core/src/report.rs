//! The report: what every output format is made from, and what `-f json` prints.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::evidence::Evidence;
use crate::ledger::Calls;
use crate::severity::Severity;
use crate::verdict::Status;

/// The version of the report's shape; a consumer may rely on everything it knows of one version.
pub const SCHEMA_VERSION: u32 = 1;

/// One report over one scan, or over many that were merged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The version of this shape: 1.
    pub schema_version: u32,
    /// What made the report.
    pub tool: Tool,
    /// When the scan began (RFC 3339, UTC).
    pub started_at: String,
    /// When it ended (RFC 3339, UTC).
    pub finished_at: String,
    /// Whether every selected check could say something about every resource it reached.
    pub complete: bool,
    /// The accounts that were scanned.
    pub accounts: Vec<AccountEntry>,
    /// How many findings there are of each status.
    pub summary: Summary,
    /// One finding for each check and resource, sorted by check, account, region and resource.
    pub findings: Vec<Finding>,
    /// How much each check looked at; every selected check has at least one row.
    pub coverage: Vec<Coverage>,
    /// What was asked of AWS.
    pub calls: Vec<Calls>,
}

/// What made a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `asc`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A scanned account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountEntry {
    /// Twelve digits.
    pub id: String,
    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub partition: String,
    /// Its alias, where that was read.
    pub alias: Option<String>,
    /// The regions that the scan looked into.
    pub regions: Vec<String>,
}

/// Findings by status. A muted finding is counted as muted only, so the numbers add up to the number of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Read and good.
    pub pass: u64,
    /// Read and bad.
    pub fail: u64,
    /// Waiting for a person's evaluation.
    pub manual: u64,
    /// Could not be determined.
    pub unknown: u64,
    /// Not reached by the rule.
    pub not_applicable: u64,
    /// Alerts laid to rest with a reason.
    pub muted: u64,
}

/// One verdict on one resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Hexadecimal, the same in every run for the same check, account, region and resource.
    pub fingerprint: String,
    /// The check's number.
    pub check_id: String,
    /// The check's name.
    pub check_name: String,
    /// The verdict.
    pub status: Status,
    /// How bad it is if it is bad.
    pub severity: Severity,
    /// The account.
    pub account_id: String,
    /// The region; null when global.
    pub region: Option<String>,
    /// What the verdict is about.
    pub resource: ResourceEntry,
    /// One or a few sentences in the report's language.
    pub message: String,
    /// The facts that the verdict rests on.
    pub evidence: Evidence,
    /// Why the alert is laid to rest, if it is.
    pub muted: Option<Box<Muted>>,
    /// What could not be read, if the verdict is unknown.
    pub unknown: Option<Box<UnknownEntry>>,
    /// Where the resource is declared in code, if that is known.
    pub source: Option<Box<SourceEntry>>,
}

/// A resource in a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResourceEntry {
    /// The CloudFormation type name.
    #[serde(rename = "type")]
    pub kind: String,
    /// The id that people know it by.
    pub id: String,
    /// Its ARN, where it has one.
    pub arn: Option<String>,
    /// Its tags, where they were read.
    pub tags: BTreeMap<String, String>,
}

/// Why an alert is laid to rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Muted {
    /// The reason.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it holds (`YYYY-MM-DD`).
    pub expires: String,
}

/// What could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnknownEntry {
    /// The call, as `service:Operation`.
    pub operation: String,
    /// AWS's error code, where it gave one.
    pub aws_code: Option<String>,
    /// The IAM action to grant, if the call was denied.
    pub missing_action: Option<String>,
}

/// Where a resource is declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceEntry {
    /// Relative to the repository's root.
    pub file: String,
    /// From 1.
    pub line: u64,
    /// How it was found.
    pub method: String,
    /// How sure that is.
    pub confidence: String,
}

/// How much a check looked at, in one region of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// The check's number.
    pub check_id: String,
    /// The account.
    pub account_id: String,
    /// The region; null when global.
    pub region: Option<String>,
    /// Resources that got a verdict other than unknown.
    pub evaluated: u64,
    /// Resources, or whole listings, that could not be read.
    pub unknown: u64,
    /// Resources that disappeared while they were read.
    pub vanished: u64,
    /// Why something could not be read; the most frequent reason if there are several.
    pub reason: Option<String>,
    /// What is worth knowing, though it is no verdict on any resource.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// The stable identity of a finding: SHA-256 over its check, account, region and resource, cut to 128 bits, in hex.
pub fn fingerprint(check: &str, account: &str, region: Option<&str>, kind: &str, resource: &str) -> String {
    let mut hash = Sha256::new();
    for part in ["asc/1", check, account, region.unwrap_or(""), kind, resource] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    crate::hex(&hash.finalize()[..16])
}

impl Finding {
    /// Whether it is an alert that nobody has laid to rest.
    pub const fn is_open_alert(&self) -> bool {
        self.status.is_alert() && self.muted.is_none()
    }

    fn place(&self) -> (&str, &str, Option<&str>, &str, &str) {
        (&self.check_id, &self.account_id, self.region.as_deref(), &self.resource.id, &self.resource.kind)
    }
}

/// Puts findings into the order that reports promise.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| a.place().cmp(&b.place()));
}

impl Summary {
    /// Counts findings.
    pub fn of(findings: &[Finding]) -> Self {
        let mut summary = Self::default();
        for finding in findings {
            let slot = match finding.status {
                _ if finding.muted.is_some() => &mut summary.muted,
                Status::Pass => &mut summary.pass,
                Status::Fail => &mut summary.fail,
                Status::Manual => &mut summary.manual,
                Status::Unknown => &mut summary.unknown,
                Status::NotApplicable => &mut summary.not_applicable,
            };
            *slot += 1;
        }
        summary
    }

    /// All findings together.
    pub const fn total(&self) -> u64 {
        self.pass + self.fail + self.manual + self.unknown + self.not_applicable + self.muted
    }
}

impl Report {
    /// The worst severity among alerts that nobody has laid to rest.
    pub fn worst_alert(&self) -> Option<Severity> {
        self.findings.iter().filter(|f| f.is_open_alert()).map(|f| f.severity).max()
    }

    /// What is worth knowing though it is no verdict: the check, the account, and the note.
    pub fn notes(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.coverage.iter().flat_map(|row| {
            row.notes.iter().map(|note| (row.check_id.as_str(), row.account_id.as_str(), note.as_str()))
        })
    }

    /// The accounts of which something could not be read.
    pub fn incomplete_accounts(&self) -> BTreeSet<&str> {
        self.findings.iter().filter(|f| f.status == Status::Unknown).map(|f| f.account_id.as_str()).collect()
    }
}

/// The JSON Schema of the report.
pub fn schema() -> Value {
    schemars::schema_for!(Report).to_value()
}
