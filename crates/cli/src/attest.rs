//! `asc attest`: a person looks at the evidence and says so; or what is due.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write};

use asc_core::attestation::{Attestation, Attestations, EVERY_ACCOUNT, Standing};
use asc_core::registry::Registry;
use asc_core::report::Report;
use asc_core::select::SelectError;
use asc_core::{Check, Declaration, Kind, Lang, Status, Text, text};
use asc_report::{Emission, Format, SarifIncomplete, emit, escape};
use time::OffsetDateTime;

use crate::args::AttestArgs;
use crate::entry::{save, with_entry};
use crate::info::print;
use crate::job::{Job, clock, source, today};
use crate::outputs::{color, stdout, width};
use crate::place::Place;
use crate::problem::Problem;
use crate::session::Session;
use crate::{Exit, evidence, stderr};

/// `asc attest`.
pub(crate) fn attest(registry: &Registry, args: &AttestArgs, place: &Place, lang: Lang) -> Result<Exit, Problem> {
    match &args.control {
        Some(word) => record(registry, place, word, args, lang),
        None => worklist(registry, place, args, lang),
    }
}

fn record(registry: &Registry, place: &Place, word: &str, args: &AttestArgs, lang: Lang) -> Result<Exit, Problem> {
    let check = registry.find(word).ok_or_else(|| SelectError::unknown(registry, word))?;
    let declaration = check.declaration();
    let Kind::Manual { valid_days: most } = declaration.kind else { return Err(Problem::NotManual(declaration.id)) };
    let valid_days = args.valid_days.unwrap_or(most);
    if !(1..=most).contains(&valid_days) {
        return Err(Problem::Validity(declaration.id, most));
    }
    if let Some(account) = &args.account
        && account != EVERY_ACCOUNT
        && !(account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()))
    {
        return Err(Problem::NoAccount(account.clone()));
    }
    let asks = !args.yes && std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    if !asks && args.evaluator.is_none() {
        return Err(Problem::NoEvaluator);
    }
    let spoken = place.attestations_to_write(args.source.attestations.as_deref())?;
    let source = source(&args.source, None, None)?;
    let now = clock(&args.source, &source).now();
    let said = spoken.parse(registry, today(&args.source))?;
    // What was said before must not colour what is looked at now, so the evidence is gathered without it.
    let job = Job { args: &args.source, place, attestations: Attestations::default(), checks: &[check], source, lang };
    let session = Session::start()?;
    let Some(done) = job.run(&session)?.filter(|_| !session.is_interrupted()) else { return Ok(Exit::Incomplete) };
    session.asks();
    let digest = done.scanned.digest(declaration.id);
    let (report, _) = done.report();
    let account = account_of(&report, args)?;
    let before = said.find(declaration.id, &account);
    stdout(|out| show(out, declaration, &report, before, now, lang)).map_err(Problem::Stdout)?;
    all_read(&report)?;
    let mut attestation = Attestation {
        control: declaration.id,
        account,
        evaluator: args.evaluator.clone().unwrap_or_default(),
        date: now.date(),
        valid_days,
        note: args.note.clone(),
        evidence: Some(digest),
    };
    if asks && !ask(&mut attestation, before, lang).map_err(Problem::Stdout)? {
        stderr::note(&text!(en: "nothing was recorded", ja: "記録しませんでした"), lang);
        return Ok(Exit::Clean);
    }
    let text = with_entry(&spoken.text, &attestation, &[declaration.id, declaration.name]).ok_or_else(|| {
        let error = std::io::Error::other("its entries are not written as [[attestation]] tables");
        Problem::File { file: spoken.file.clone(), error }
    })?;
    // Read again before it replaces the file: what is written must be what a scan accepts.
    Attestations::parse(&spoken.file, &text, registry, today(&args.source))?;
    save(&spoken.file, &text)?;
    let (file, until) = (spoken.file.display(), attestation.last_day());
    stderr::note(
        &text!(en: "recorded in {file}; good until {until}", ja: "{file} に記録しました ({until} まで有効)"),
        lang,
    );
    Ok(Exit::Clean)
}

/// The account that the evaluation is about; one that names an account must be about the one that was read.
fn account_of(report: &Report, args: &AttestArgs) -> Result<String, Problem> {
    let read = report.accounts.first().map(|account| account.id.clone()).unwrap_or_default();
    match &args.account {
        None => Ok(read),
        Some(asked) if *asked == read || asked == EVERY_ACCOUNT => Ok(asked.clone()),
        Some(asked) => Err(Problem::OtherAccount { read, asked: asked.clone() }),
    }
}

/// Evidence that could not be read cannot be evaluated.
fn all_read(report: &Report) -> Result<(), Problem> {
    let unread: Vec<_> = report.findings.iter().filter(|f| f.status == Status::Unknown).collect();
    match unread.first() {
        Some(first) => Err(Problem::EvidenceUnread(unread.len(), first.message.clone())),
        None => Ok(()),
    }
}

/// The question, the evidence just gathered, and what was said last time.
fn show(
    out: &mut dyn Write,
    declaration: &'static Declaration,
    report: &Report,
    before: Option<&Attestation>,
    now: OffsetDateTime,
    lang: Lang,
) -> std::io::Result<()> {
    let words = declaration.words(lang);
    let wrapped = textwrap::fill(words.why, width());
    writeln!(out, "{}  {}\n\n{wrapped}\n", declaration.id, words.title)?;
    let emission = Emission {
        lang,
        checks: &[declaration],
        anchors: std::collections::BTreeMap::new(),
        default_anchor: Place::nowhere().default_anchor(),
        width: width(),
        color: color(),
        sarif_incomplete: SarifIncomplete::Upload,
    };
    emit(Format::Table, report, &emission, out).map_err(|error| error.source)?;
    writeln!(out, "\n{}", lang.pick("Evidence", "証跡"))?;
    for finding in &report.findings {
        let region = finding.region.as_deref().unwrap_or("-");
        writeln!(out, "  {region}  {}", escape::terminal(&finding.resource.id))?;
        for line in evidence::lines(&finding.evidence.read(), 4, width()) {
            writeln!(out, "{line}")?;
        }
    }
    let last = before.map_or_else(
        || text!(en: "Nobody has evaluated this before.", ja: "これまでに評価はありません。"),
        |before| {
            let (_, said) = before.says(now, before.evidence.as_deref().unwrap_or(""));
            let note = before.note.as_deref().unwrap_or("-");
            said.and(&text!(en: "Their note: {note}", ja: "メモ: {note}"))
        },
    );
    writeln!(out, "\n{}\n", escape::terminal(last.in_lang(lang)))
}

/// Asks for what was not given, and for a yes. False is a no.
fn ask(attestation: &mut Attestation, before: Option<&Attestation>, lang: Lang) -> std::io::Result<bool> {
    if attestation.evaluator.is_empty() {
        let usual = before.map(|before| before.evaluator.clone()).or_else(|| std::env::var("USER").ok());
        let usual = usual.unwrap_or_default();
        let question = lang.pick("Evaluated by", "評価者");
        let offer = if usual.is_empty() { String::new() } else { format!(" [{usual}]") };
        attestation.evaluator = prompt(&format!("{question}{offer}: "))?.unwrap_or(usual);
        if attestation.evaluator.is_empty() {
            return Ok(false);
        }
    }
    if attestation.note.is_none() {
        attestation.note = prompt(lang.pick("What was found, and decided: ", "確認した内容と判断: "))?;
    }
    let (days, until) = (attestation.valid_days, attestation.last_day());
    let question = text!(
        en: "Record this evaluation, good for {days} days (until {until})? [y/N] ",
        ja: "この評価を記録しますか ({days} 日間、{until} まで有効)? [y/N] "
    );
    let answer = prompt(question.in_lang(lang))?.unwrap_or_default();
    Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes" | "はい"))
}

/// One line from the person at the terminal; none when it is empty.
fn prompt(question: &str) -> std::io::Result<Option<String>> {
    stdout(|out| out.write_all(question.as_bytes()))?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(Some(line.trim().to_owned()).filter(|line| !line.is_empty()))
}

/// One row of the worklist.
struct Row {
    standing: Standing,
    account: String,
    declaration: &'static Declaration,
    said: Option<Attestation>,
}

/// What is due, lapsing and valid, by account. Nothing is called: the accounts are those that the two files name.
fn worklist(registry: &Registry, place: &Place, args: &AttestArgs, lang: Lang) -> Result<Exit, Problem> {
    let now = today(&args.source);
    let said = place.attestations(args.source.attestations.as_deref())?.parse(registry, now)?;
    let mut accounts: BTreeSet<String> = place.config.accounts.keys().cloned().collect();
    accounts.extend(said.iter().map(|attestation| attestation.account.clone()).filter(|a| a != EVERY_ACCOUNT));
    if accounts.is_empty() {
        accounts.insert(EVERY_ACCOUNT.to_owned());
    }
    let manual = |check: &&'static dyn Check| matches!(check.declaration().kind, Kind::Manual { .. });
    let mut rows = Vec::new();
    for account in accounts {
        for check in registry.checks().iter().filter(|check| manual(check)) {
            let declaration = check.declaration();
            let said = said.find(declaration.id, &account).cloned();
            let standing = said.as_ref().map_or(Standing::Due, |said| said.standing(now));
            rows.push(Row { standing, account: account.clone(), declaration, said });
        }
    }
    rows.sort_by_key(|row| (row.account.clone(), row.standing, row.declaration.id));
    print(&table(&rows, lang))
}

fn table(rows: &[Row], lang: Lang) -> String {
    let mut text = String::new();
    let mut account = "";
    for row in rows {
        if row.account != account {
            account = &row.account;
            let heading = match account {
                EVERY_ACCOUNT => lang.pick("Every account", "すべてのアカウント").to_owned(),
                id => format!("{} {id}", lang.pick("Account", "アカウント")),
            };
            let gap = if text.is_empty() { "" } else { "\n" };
            // Writing into a string cannot fail.
            let _ = writeln!(text, "{gap}{heading}");
        }
        let state = state(row.standing);
        let title = row.declaration.words(lang).title;
        let by = row.said.as_ref().map(|said| said_of(said, row.standing)).unwrap_or_default();
        let by = escape::terminal(by.in_lang(lang)).into_owned();
        let _ = writeln!(text, "  {} {:9}  {title}", pad(state.in_lang(lang), 10), row.declaration.id);
        if !by.is_empty() {
            let _ = writeln!(text, "             {by}");
        }
    }
    text
}

fn state(standing: Standing) -> Text {
    match standing {
        Standing::Due => text!(en: "due", ja: "要評価"),
        Standing::Lapsing(_) => text!(en: "lapsing", ja: "期限間近"),
        Standing::Valid(_) => text!(en: "valid", ja: "有効"),
    }
}

fn said_of(said: &Attestation, standing: Standing) -> Text {
    let Attestation { evaluator, date, .. } = said;
    let last = said.last_day();
    match standing {
        Standing::Due => {
            text!(en: "{evaluator}, {date}; lapsed on {last}", ja: "{evaluator}、{date} ({last} に期限切れ)")
        }
        Standing::Lapsing(days) | Standing::Valid(days) => text!(
            en: "{evaluator}, {date}; {days} days left, until {last}",
            ja: "{evaluator}、{date} (残り {days} 日、{last} まで)"
        ),
    }
}

fn pad(text: &str, columns: usize) -> String {
    let used = unicode_width::UnicodeWidthStr::width(text);
    format!("{text}{}", " ".repeat(columns.saturating_sub(used)))
}
