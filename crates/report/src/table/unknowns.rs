//! What could not be determined, by the reason.

use asc_core::Status;
use asc_core::report::{Finding, Report};

use super::{COLUMN, alike, resources};
use crate::layout::{DIM, PLAIN, Sheet, WARN};
use crate::{Emission, escape};

/// Writes every reason once, with the checks and resources that it keeps from a verdict.
pub(super) fn write(sheet: &mut Sheet, report: &Report, emission: &Emission<'_>) {
    let operation = |f: &'_ Finding| f.unknown.as_ref().map(|unknown| unknown.operation.clone());
    let unknown = report.findings.iter().filter(|f| f.status == Status::Unknown);
    let mut reasons = alike(unknown, |f| (operation(f), f.message.as_str()));
    if reasons.is_empty() {
        return;
    }
    reasons.sort_by(|((one, _), _), ((other, _), _)| one.cmp(other));
    let lang = emission.lang;
    sheet.blank();
    let label = lang.pick("UNKNOWN", "不明");
    for (at, ((_, message), findings)) in reasons.into_iter().enumerate() {
        let label = if at == 0 { label } else { "" };
        sheet.labelled(label, WARN, COLUMN, PLAIN, &escape::terminal(message));
        for (check, findings) in alike(findings, |f| f.check_id.as_str()) {
            let name = findings.first().map_or("", |f| &f.check_name);
            let heading = format!("{} {}", escape::terminal(check), escape::terminal(name));
            sheet.paragraph(COLUMN, DIM, &heading);
            resources(sheet, findings, report.accounts.len() > 1);
        }
    }
}
