//! The denominator: how much was looked at, with what result, and at what cost.

use std::collections::{BTreeMap, BTreeSet};

use asc_core::report::{Finding, Report};
use asc_core::{Lang, Status};

use crate::layout::{BOLD, DIM, PLAIN, Sheet, WARN, columns};
use crate::phrases::{self, count, tally};
use crate::{Emission, escape};

/// Writes the end of the report.
pub(super) fn write(sheet: &mut Sheet, report: &Report, emission: &Emission<'_>) {
    let lang = emission.lang;
    let rows = rows(report, emission);
    let column = rows.iter().map(|row| columns(row.0)).max().unwrap_or(0) + 4;
    sheet.blank();
    sheet.paragraph(0, BOLD, lang.pick("Summary", "まとめ"));
    for (label, values, warn) in rows {
        let label = format!("  {label}");
        sheet.items(&label, if warn { WARN } else { DIM }, column, PLAIN, values.iter().map(String::as_str));
    }
    if !report.complete {
        sheet.blank();
        sheet.paragraph(
            0,
            WARN,
            lang.pick(
                "This scan is incomplete: what could not be read may hide alerts.",
                "このスキャンは完了していません。読み取れなかった部分にアラートが隠れている可能性があります。",
            ),
        );
    }
}

type Row = (&'static str, Vec<String>, bool);

fn rows(report: &Report, emission: &Emission<'_>) -> Vec<Row> {
    let lang = emission.lang;
    let mut rows: Vec<Row> = vec![
        (lang.pick("Looked at", "確認対象"), looked_at(report, lang), false),
        (lang.pick("Verdicts", "判定"), verdicts(report, lang), false),
    ];
    let (clean, empty) = quiet(report, emission);
    let mut row = |label: (&'static str, &'static str), values: Vec<String>, warn: bool| {
        if !values.is_empty() {
            rows.push((lang.pick(label.0, label.1), values, warn));
        }
    };
    row(("In order", "問題なし"), clean, false);
    row(("No resource", "リソースなし"), empty, false);
    row(("Not read", "読取不可"), unread(report, lang), true);
    row(("Grant", "要許可"), missing_actions(report), true);
    row(("Vanished", "消失"), vanished(report, lang), false);
    row(("AWS calls", "API 呼び出し"), calls(report, lang), false);
    rows
}

/// How many resources, by how many checks.
fn looked_at(report: &Report, lang: Lang) -> Vec<String> {
    let identity =
        |f: &Finding| (f.account_id.clone(), f.region.clone(), f.resource.kind.clone(), f.resource.id.clone());
    let resources: BTreeSet<_> = report.findings.iter().map(identity).collect();
    let checks: BTreeSet<_> = report.coverage.iter().map(|row| row.check_id.as_str()).collect();
    let resources = count(lang, resources.len() as u64, "resource", "resources", "リソース");
    let checks = count(lang, checks.len() as u64, "check", "checks", "チェック");
    let verdicts = count(lang, report.summary.total(), "verdict", "verdicts", "判定");
    match lang {
        Lang::En => vec![format!("{resources} in {checks}"), verdicts],
        Lang::Ja => vec![resources, checks, verdicts],
    }
}

/// How many verdicts of each status.
fn verdicts(report: &Report, lang: Lang) -> Vec<String> {
    let summary = &report.summary;
    let counts = [
        (phrases::status(lang, Status::Fail), summary.fail),
        (phrases::status(lang, Status::Manual), summary.manual),
        (phrases::status(lang, Status::Unknown), summary.unknown),
        (phrases::status(lang, Status::Pass), summary.pass),
        (phrases::status(lang, Status::NotApplicable), summary.not_applicable),
        (lang.pick("muted", "ミュート"), summary.muted),
    ];
    counts.into_iter().filter(|(_, n)| *n > 0).map(|(word, n)| tally(lang, n, word)).collect()
}

/// The checks that have nothing to say: those that looked and found all in order, and those that found nothing to look
/// at, which is not the same.
fn quiet(report: &Report, emission: &Emission<'_>) -> (Vec<String>, Vec<String>) {
    let (mut clean, mut empty) = (Vec::new(), Vec::new());
    for check in emission.checks {
        let mut findings = report.findings.iter().filter(|f| f.check_id == check.id).peekable();
        if findings.peek().is_none() {
            empty.push(check.id.to_owned());
        } else if !findings.any(|f| f.is_open_alert() || f.status == Status::Unknown) {
            clean.push(check.id.to_owned());
        }
    }
    (clean, empty)
}

/// The calls that kept verdicts from being given, and how many each.
fn unread(report: &Report, lang: Lang) -> Vec<String> {
    let mut calls: BTreeMap<(&str, Option<&str>), u64> = BTreeMap::new();
    for unknown in report.findings.iter().filter_map(|f| f.unknown.as_ref()) {
        *calls.entry((&unknown.operation, unknown.aws_code.as_deref())).or_default() += 1;
    }
    let told = calls.into_iter().map(|((operation, code), n)| {
        let code = code.map(|code| format!(" ({code})")).unwrap_or_default();
        tally(lang, n, &escape::terminal(&format!("{operation}{code}")))
    });
    told.collect()
}

/// The IAM actions that the scan lacked, each once.
fn missing_actions(report: &Report) -> Vec<String> {
    let unknown = report.findings.iter().filter_map(|f| f.unknown.as_ref());
    let actions: BTreeSet<_> = unknown.filter_map(|u| u.missing_action.as_deref()).collect();
    actions.into_iter().map(|action| escape::terminal(action).into_owned()).collect()
}

/// Resources that were deleted during the scan.
fn vanished(report: &Report, lang: Lang) -> Vec<String> {
    let n = report.coverage.iter().map(|row| row.vanished).sum::<u64>();
    if n == 0 {
        return Vec::new();
    }
    vec![match lang {
        Lang::En => format!("{} deleted during the scan", count(lang, n, "resource", "resources", "")),
        Lang::Ja => format!("スキャン中に削除されたリソース {n}"),
    }]
}

/// What was asked of AWS.
fn calls(report: &Report, lang: Lang) -> Vec<String> {
    let sum = |of: fn(&asc_core::ledger::Calls) -> u64| report.calls.iter().map(of).sum::<u64>();
    let mut values = vec![sum(|c| c.count).to_string()];
    let more = [
        (sum(|c| c.denied), lang.pick("denied", "拒否")),
        (sum(|c| c.throttled), lang.pick("throttled", "スロットリング")),
        (sum(|c| c.retried), lang.pick("retried", "再試行")),
    ];
    values.extend(more.into_iter().filter(|(n, _)| *n > 0).map(|(n, word)| tally(lang, n, word)));
    values
}
