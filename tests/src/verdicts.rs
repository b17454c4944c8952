//! Reports, and tables of what they must say.

use std::collections::BTreeMap;

use serde_json::Value;

/// A JSON report.
#[derive(Clone, Debug, PartialEq)]
pub struct Report(pub Value);

/// A check, a resource, the verdict, and a piece of the message or evidence, in any case of letters (any, when empty).
pub type Expected<'a> = (&'a str, &'a str, &'a str, &'a str);

impl Report {
    /// All findings.
    pub fn findings(&self) -> &[Value] {
        self.0["findings"].as_array().map_or(&[], Vec::as_slice)
    }

    fn about(&self, check: &str, resource: &str) -> Vec<&Value> {
        let wanted = |finding: &&Value| finding["check_id"] == check && finding["resource"]["id"] == resource;
        self.findings().iter().filter(wanted).collect()
    }

    /// The finding of a check about a resource.
    pub fn verdict(&self, check: &str, resource: &str) -> &Value {
        let found = self.about(check, resource);
        match found[..] {
            [finding] => finding,
            _ => panic!("{} findings of {check} about {resource} among {:#?}", found.len(), self.statuses(check)),
        }
    }

    /// What a check says, by resource.
    pub fn statuses(&self, check: &str) -> BTreeMap<&str, &str> {
        self.findings()
            .iter()
            .filter(|finding| finding["check_id"] == check)
            .filter_map(|finding| Some((finding["resource"]["id"].as_str()?, finding["status"].as_str()?)))
            .collect()
    }

    /// Checks a whole table and reports every line that does not hold.
    pub fn holds(&self, table: &[Expected]) {
        let wrong: Vec<_> = table.iter().filter_map(|line| self.differs(*line)).collect();
        assert!(wrong.is_empty(), "{} of {} lines do not hold:\n{}", wrong.len(), table.len(), wrong.join("\n"));
    }

    fn differs(&self, (check, resource, status, piece): Expected) -> Option<String> {
        let found = self.about(check, resource);
        let [finding] = found[..] else {
            return Some(format!("{check} {resource}: expected {status}, but there are {} findings", found.len()));
        };
        let said = format!("{} {}", finding["message"].as_str().unwrap_or_default(), finding["evidence"]);
        if finding["status"] == status && said.to_lowercase().contains(&piece.to_lowercase()) {
            return None;
        }
        let wanted = if piece.is_empty() { status.to_owned() } else { format!("{status} with `{piece}`") };
        let unknown = if finding["unknown"].is_null() { String::new() } else { finding["unknown"].to_string() };
        Some(format!("{check} {resource}: expected {wanted}, but it is {}: {said} {unknown}", finding["status"]))
    }

    /// How often an operation was called.
    pub fn calls(&self, service: &str, operation: &str) -> u64 {
        self.ledger(service, operation, "count")
    }

    /// A column of the call ledger.
    pub fn ledger(&self, service: &str, operation: &str, column: &str) -> u64 {
        let calls = self.0["calls"].as_array().map_or(&[][..], Vec::as_slice);
        let row = calls.iter().find(|row| row["service"] == service && row["operation"] == operation);
        row.and_then(|row| row[column].as_u64()).unwrap_or(0)
    }

    /// The sum of a column of coverage over a check's rows.
    pub fn coverage(&self, check: &str, column: &str) -> u64 {
        let rows = self.0["coverage"].as_array().map_or(&[][..], Vec::as_slice);
        rows.iter().filter(|row| row["check_id"] == check).filter_map(|row| row[column].as_u64()).sum()
    }

    /// The report without what differs between two scans of an unchanged account.
    #[must_use]
    pub fn without_times(&self) -> Self {
        let mut report = self.0.clone();
        if let Some(report) = report.as_object_mut() {
            report.remove("started_at");
            report.remove("finished_at");
        }
        Self(report)
    }
}
