//! SARIF 2.1.0, written for what GitHub's code scanning makes of it: it rejects a whole upload for one bad result, shows
//! every result as an alert whatever its `kind`, ignores suppressions, and closes what the next upload of the same
//! category leaves out. So there is one run per account, and only alerts that nobody has laid to rest are results.

mod notifications;
mod results;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use asc_core::Lang;
use asc_core::report::{Finding, Report};
use serde_json::Value;
use serde_sarif::sarif;

use crate::{Emission, Emitter, SarifIncomplete};

/// The schema that the output keeps to.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// `-f sarif`.
pub(crate) struct Sarif;

impl Emitter for Sarif {
    fn emit(&self, report: &Report, emission: &Emission<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        serde_json::to_writer_pretty(&mut out, &log(report, emission))?;
        out.write_all(b"\n")?;
        out.flush()
    }
}

/// The whole log.
fn log(report: &Report, emission: &Emission<'_>) -> sarif::Sarif {
    let incomplete = report.incomplete_accounts();
    let mut by_account: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for account in &report.accounts {
        by_account.entry(&account.id).or_default();
    }
    for finding in &report.findings {
        by_account.entry(&finding.account_id).or_default().push(finding);
    }
    let rules = rules::Rules::of(report, emission);
    let runs: Vec<_> = by_account
        .into_iter()
        .filter(|(account, _)| emission.sarif_incomplete == SarifIncomplete::Upload || !incomplete.contains(account))
        .map(|(account, findings)| run(account, &findings, report, emission, &rules))
        .collect();
    sarif::Sarif::builder().schema(SCHEMA).version("2.1.0").runs(runs).build()
}

/// The run of one account.
fn run(
    account: &str,
    findings: &[&Finding],
    report: &Report,
    emission: &Emission<'_>,
    rules: &rules::Rules,
) -> sarif::Run {
    let (results, cut) = results::of(findings, emission, rules);
    let mut notifications = notifications::of(findings, cut, emission.lang, rules);
    let notes = report.notes().filter(|(_, of, _)| *of == account);
    notifications.extend(notes.map(|(check, _, note)| notifications::note(check, note, emission.lang, rules)));
    let language = emission.lang.pick("en-US", "ja-JP");
    let driver = sarif::ToolComponent::builder()
        .name(report.tool.name.as_str())
        .version(report.tool.version.as_str())
        .semantic_version(report.tool.version.as_str())
        .language(language)
        .rules(rules.descriptors())
        .notifications(notifications::descriptors(emission.lang))
        .build();
    let invocation = sarif::Invocation::builder()
        .start_time_utc(report.started_at.as_str())
        .end_time_utc(report.finished_at.as_str())
        .execution_successful(!report.incomplete_accounts().contains(account))
        .tool_execution_notifications(notifications)
        .build();
    sarif::Run::builder()
        .tool(driver)
        .language(language)
        .column_kind("unicodeCodePoints")
        // GitHub takes everything before the last slash as the category, within which an upload replaces the one before.
        .automation_details(sarif::RunAutomationDetails::builder().id(format!("asc/{account}/")).build())
        .invocations(vec![invocation])
        .results(results)
        .build()
}

/// A property bag.
fn bag<const N: usize>(pairs: [(&str, Value); N]) -> sarif::PropertyBag {
    let pairs: BTreeMap<_, _> = pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    sarif::PropertyBag::builder().additional_properties(pairs).build()
}

/// A number as SARIF's types have it.
fn number(n: impl TryInto<i64>) -> i64 {
    n.try_into().unwrap_or(i64::MAX)
}

/// Text that comes from outside as SARIF's plain text: no control characters, and nothing that reads as a link, which
/// GitHub would render.
fn plain(text: &str) -> String {
    crate::escape::terminal(text).replace("](", "] (")
}

/// The text as a sentence.
fn sentence(lang: Lang, mut text: String) -> String {
    if !text.ends_with(['.', '!', '?', '。', '！', '？']) {
        text.push_str(lang.pick(".", "。"));
    }
    text
}
