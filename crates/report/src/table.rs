//! The report for people, on a terminal: what is wrong first and in full, then what could not be determined, then
//! what else is worth knowing, then how much was looked at. What passed is counted, not listed.

mod alerts;
mod notes;
mod summary;
#[cfg(test)]
mod tests;
mod unknowns;

use std::collections::BTreeMap;
use std::io::{self, Write};

use asc_core::report::{AccountEntry, Finding, Report};
use asc_core::{Lang, Severity};

use crate::escape;
use crate::layout::{BAD, BOLD, DIM, GOOD, Sheet, WARN, columns};
use crate::phrases::{count, severity, tally};
use crate::{Emission, Emitter};

/// The column in which all text starts; labels stand before it.
const COLUMN: usize = 10;

/// `-f table`.
pub(crate) struct Table;

impl Emitter for Table {
    fn emit(&self, report: &Report, emission: &Emission<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut sheet = Sheet::new(emission.width, emission.color);
        head(&mut sheet, report, emission.lang);
        alerts::write(&mut sheet, report, emission);
        unknowns::write(&mut sheet, report, emission);
        notes::write(&mut sheet, report, emission);
        summary::write(&mut sheet, report, emission);
        out.write_all(sheet.finish().as_bytes())?;
        out.flush()
    }
}

/// Who was scanned, when, by what, and how it went, in a few lines.
fn head(sheet: &mut Sheet, report: &Report, lang: Lang) {
    for account in &report.accounts {
        sheet.paragraph(0, BOLD, &account_line(account, lang));
    }
    let time = escape::terminal(&report.finished_at).replace('T', " ").replace('Z', " UTC");
    sheet.paragraph(0, DIM, &format!("{time} · asc {}", escape::terminal(&report.tool.version)));
    sheet.blank();
    outcome(sheet, report, lang);
}

fn account_line(account: &AccountEntry, lang: Lang) -> String {
    let label = lang.pick("AWS account", "AWS アカウント");
    let alias = account.alias.as_deref().map(|alias| format!(" ({})", escape::terminal(alias))).unwrap_or_default();
    // Nearly all accounts are in the partition that is simply called AWS; only the others are worth a word.
    let partition = match account.partition.as_str() {
        "aws" => String::new(),
        other => format!(" · {}", escape::terminal(other)),
    };
    let regions = count(lang, account.regions.len() as u64, "region", "regions", "リージョン");
    format!("{label} {}{alias}{partition} · {regions}", escape::terminal(&account.id))
}

/// The result in a sentence, and what is missing from it.
fn outcome(sheet: &mut Sheet, report: &Report, lang: Lang) {
    let open: Vec<_> = report.findings.iter().filter(|f| f.is_open_alert()).collect();
    if !open.is_empty() {
        let all = count(lang, open.len() as u64, "alert", "alerts", "件のアラート");
        let parts: Vec<_> = Severity::ALL
            .into_iter()
            .map(|of| (of, open.iter().filter(|f| f.severity == of).count()))
            .filter(|(_, n)| *n > 0)
            .map(|(of, n)| tally(lang, n as u64, severity(lang, of)))
            .collect();
        sheet.items(&format!("{all}:"), BAD, columns(&all) + 2, BAD, parts.iter().map(String::as_str));
    } else if report.findings.is_empty() {
        sheet.paragraph(0, BOLD, lang.pick("Nothing was found to look at.", "確認対象が見つかりませんでした。"));
    } else if report.complete {
        let muted = report.summary.muted > 0;
        let words = match (lang, muted) {
            (Lang::En, false) => "No alerts. Everything that was looked at is in order.",
            (Lang::En, true) => "No alerts, other than muted ones.",
            (Lang::Ja, false) => "アラートはありません。確認したものはすべて適切な状態です。",
            (Lang::Ja, true) => "ミュートされたもの以外にアラートはありません。",
        };
        sheet.paragraph(0, GOOD, words);
    } else {
        sheet.paragraph(
            0,
            BOLD,
            lang.pick("No alerts in what could be read.", "読み取れた範囲にアラートはありません。"),
        );
    }
    if !report.complete {
        let n = report.summary.unknown;
        sheet.paragraph(
            0,
            WARN,
            &match lang {
                Lang::En => {
                    format!("INCOMPLETE: {} could not be given; see below.", count(lang, n, "verdict", "verdicts", ""))
                }
                Lang::Ja => format!("未完了: {n} 件を判定できませんでした。詳細は下記を参照してください。"),
            },
        );
    }
}

/// Puts findings that are told alike together, in the order in which the report has the first of each, which is the
/// same in every language.
fn alike<'a, K: PartialEq>(
    findings: impl IntoIterator<Item = &'a Finding>,
    key: impl Fn(&'a Finding) -> K,
) -> Vec<(K, Vec<&'a Finding>)> {
    let mut groups: Vec<(K, Vec<&Finding>)> = Vec::new();
    for finding in findings {
        let key = key(finding);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(finding),
            None => groups.push((key, vec![finding])),
        }
    }
    groups
}

/// The resources of findings, set under a label for where they are: the region, and the account if there are several.
fn resources<'a>(sheet: &mut Sheet, findings: impl IntoIterator<Item = &'a Finding>, many: bool) {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in findings {
        let mut place: Vec<&str> = Vec::new();
        if many && finding.account_id != finding.resource.id {
            place.push(&finding.account_id);
        }
        place.extend(finding.region.as_deref().filter(|region| *region != finding.resource.id));
        let id = escape::terminal(&finding.resource.id).into_owned();
        places.entry(escape::terminal(&place.join(" ")).into_owned()).or_default().push(id);
    }
    let widest = places.keys().map(|place| columns(place)).max().unwrap_or(0);
    for (place, ids) in &places {
        sheet.placed(COLUMN, place, widest, ids);
    }
}
