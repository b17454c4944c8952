//! The open alerts, by check, worst first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use anstyle::Style;
use asc_core::report::{Finding, Report};
use asc_core::{Severity, Status};

use super::{COLUMN, alike, resources};
use crate::layout::{BAD, BOLD, DIM, PLAIN, Sheet, WARN, of_severity};
use crate::{Emission, escape, phrases};

/// Writes them all.
pub(super) fn write(sheet: &mut Sheet, report: &Report, emission: &Emission<'_>) {
    let mut checks: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        checks.entry(&finding.check_id).or_default().push(finding);
    }
    let mut alerting: Vec<_> =
        checks.into_iter().filter_map(|(id, findings)| Some((rank(&findings)?, id, findings))).collect();
    alerting.sort_by_key(|(rank, id, _)| (*rank, *id));
    for ((Reverse(worst), _), id, findings) in alerting {
        sheet.blank();
        check(sheet, id, worst, &findings, report, emission);
    }
}

/// Where a check stands: by its worst open alert, failures before what waits for a person.
fn rank(findings: &[&Finding]) -> Option<(Reverse<Severity>, Status)> {
    findings.iter().filter(|f| f.is_open_alert()).map(|f| (Reverse(f.severity), f.status)).min()
}

fn check(
    sheet: &mut Sheet,
    id: &str,
    worst: Severity,
    findings: &[&Finding],
    report: &Report,
    emission: &Emission<'_>,
) {
    let lang = emission.lang;
    let name = escape::terminal(findings.first().map_or(id, |f| &f.check_name));
    let title = emission.declaration(id).map_or("", |d| d.words(lang).title);
    let heading = format!("{} {title}", escape::terminal(id));
    sheet.labelled(phrases::severity_label(lang, worst), of_severity(worst), COLUMN, BOLD, heading.trim_end());
    let mut facts: Vec<_> = counts(findings, emission).collect();
    if let Some(first) = facts.first_mut() {
        first.insert_str(0, &format!("{name} · "));
    }
    sheet.items("", PLAIN, COLUMN, DIM, facts.iter().map(String::as_str));

    // One message over many resources is said once.
    let open = findings.iter().copied().filter(|f| f.is_open_alert());
    let mut groups = alike(open, |f| (f.status, f.severity, f.message.as_str()));
    groups.sort_by_key(|((status, severity, _), _)| (*status, Reverse(*severity)));
    for ((status, severity, message), findings) in groups {
        let mut message = escape::terminal(message).into_owned();
        if severity != worst {
            message = format!("[{}] {message}", phrases::severity(lang, severity));
        }
        let label = format!("  {}", phrases::status(lang, status));
        sheet.labelled(&label, style(status), COLUMN, PLAIN, &message);
        resources(sheet, findings, report.accounts.len() > 1);
    }
}

/// How many of the check's findings have each status, alerts first.
fn counts<'a>(findings: &'a [&Finding], emission: &'a Emission<'_>) -> impl Iterator<Item = String> + 'a {
    let lang = emission.lang;
    let statuses = [Status::Fail, Status::Manual, Status::Unknown, Status::Pass, Status::NotApplicable];
    let of_status = statuses.into_iter().map(move |status| {
        let n = findings.iter().filter(|f| f.status == status && f.muted.is_none()).count();
        (phrases::status(lang, status), n)
    });
    let muted = findings.iter().filter(|f| f.muted.is_some()).count();
    of_status
        .chain([(lang.pick("muted", "ミュート"), muted)])
        .filter(|(_, n)| *n > 0)
        .map(move |(word, n)| phrases::tally(lang, n as u64, word))
}

/// The style of an alert's label.
const fn style(status: Status) -> Style {
    match status {
        Status::Fail => BAD,
        _ => WARN,
    }
}
