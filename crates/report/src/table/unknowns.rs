//! What could not be determined, by the reason.

use std::collections::BTreeMap;

use asc_core::Status;
use asc_core::report::{Finding, Report};

use super::{COLUMN, resources};
use crate::layout::{DIM, PLAIN, Sheet, WARN};
use crate::{Emission, escape};

/// Writes every reason once, with the checks and resources that it keeps from a verdict.
pub(super) fn write(sheet: &mut Sheet, report: &Report, emission: &Emission<'_>) {
    type Reason<'a> = (Option<&'a str>, &'a str);
    let mut reasons: BTreeMap<Reason<'_>, BTreeMap<&str, Vec<&Finding>>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|f| f.status == Status::Unknown) {
        let operation = finding.unknown.as_ref().map(|u| u.operation.as_str());
        let reason = reasons.entry((operation, &finding.message)).or_default();
        reason.entry(&finding.check_id).or_default().push(finding);
    }
    if reasons.is_empty() {
        return;
    }
    let lang = emission.lang;
    sheet.blank();
    let label = lang.pick("UNKNOWN", "不明");
    for (at, ((_, message), checks)) in reasons.into_iter().enumerate() {
        let label = if at == 0 { label } else { "" };
        sheet.labelled(label, WARN, COLUMN, PLAIN, &escape::terminal(message));
        for (check, findings) in checks {
            let name = findings.first().map_or("", |f| &f.check_name);
            let heading = format!("{} {}", escape::terminal(check), escape::terminal(name));
            sheet.paragraph(COLUMN, DIM, &heading);
            resources(sheet, findings, report.accounts.len() > 1);
        }
    }
}
