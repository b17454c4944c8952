//! Undoes what a journal tells, last step first.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use asc_aws::{Access, Source};
use asc_core::progress::Progress;
use asc_core::{Cx, Lang, Unread, text};
use asc_report::escape;
use serde_json::{Value, json};

use super::journal::{Announced, Journal, Pending, Written};
use super::{confirm, halfway, this_account};
use crate::args::{FixArgs, ListFormat};
use crate::info::print;
use crate::job::enter;
use crate::place::Place;
use crate::problem::Problem;
use crate::session::Session;
use crate::{Exit, stderr};

/// What became of undoing a step.
enum Fate {
    Undone,
    Failed(Unread),
    /// A later step of the same check could not be undone, and may need this one.
    Waits,
    /// What followed it cannot be undone.
    Gone,
}

/// `asc fix --undo`.
pub(super) fn undo(path: &Path, args: &FixArgs, place: &Place, lang: Lang) -> Result<Exit, Problem> {
    let written = opened(path, args, lang)?;
    let session = Session::start()?;
    let agreed = written.steps.is_empty() || args.yes || {
        session.asks();
        let count = written.steps.len();
        let question = text!(en: "Undo {count} steps? [y/N] ", ja: "{count} 個の手順を元に戻しますか? [y/N] ");
        confirm(question.in_lang(lang)).map_err(Problem::Stdout)?
    };
    if !agreed {
        return Ok(Exit::Nothing);
    }
    session.works();
    let outcome = session.run(all(&written, args, place, &session));
    let Some(fates) = halfway(outcome, lang)? else { return Ok(Exit::Incomplete) };
    let told: Vec<_> = written.steps.iter().rev().zip(&fates).collect();
    print(&match args.format {
        ListFormat::Table => table(&told, lang),
        ListFormat::Json => format!("{:#}\n", as_json(&written, &told, lang)),
    })?;
    let whole = fates.len() == written.steps.len() && fates.iter().all(|fate| matches!(fate, Fate::Undone));
    Ok(if whole { Exit::Clean } else { Exit::Incomplete })
}

/// Reads a journal of the account that was asked for.
pub(super) fn opened(path: &Path, args: &FixArgs, lang: Lang) -> Result<Written, Problem> {
    let written = Written::read(path)?;
    if written.torn {
        let file = path.display();
        let message = text!(
            en: "the last line of {file} was cut short: the call that it was to announce was never made",
            ja: "{file} の最後の行は途中で切れています。その行が予告するはずだった呼び出しは行われていません"
        );
        stderr::note(&message, lang);
    }
    this_account(args.account.as_deref(), &written.account)?;
    Ok(written)
}

async fn all(written: &Written, args: &FixArgs, place: &Place, session: &Session) -> Result<Vec<Fate>, Problem> {
    let source = Source::Aws { record: None, resume: None };
    let progress = Arc::<Progress>::default();
    let (_, cx) = enter(&args.source, place, source, Access::ReadWrite, progress, session.stop()).await?;
    this_account(Some(&written.account), &cx.account().id)?;
    let mut journal = Journal::resume(written)?;
    let (mut fates, mut stuck) = (Vec::new(), BTreeSet::new());
    for step in written.steps.iter().rev() {
        if session.is_interrupted() {
            break;
        }
        if step.finished {
            fates.push(Fate::Gone);
            continue;
        }
        let of_one_kind = (&step.check, &step.region);
        if stuck.contains(&of_one_kind) {
            fates.push(Fate::Waits);
            continue;
        }
        let outcome = one(step, &cx).await;
        journal.undone(step.step, &outcome)?;
        fates.push(match outcome {
            Ok(()) => Fate::Undone,
            Err(why) => {
                stuck.insert(of_one_kind);
                Fate::Failed(why)
            }
        });
    }
    Ok(fates)
}

async fn one(step: &Announced, cx: &Cx) -> Result<(), Unread> {
    let cx = cx.afresh();
    for change in &step.back {
        change.send(&cx).await?;
    }
    Ok(())
}

fn word(fate: &Fate, lang: Lang) -> &'static str {
    match fate {
        Fate::Undone => lang.pick("undone", "復元済み"),
        Fate::Failed(_) => lang.pick("FAILED", "失敗"),
        Fate::Waits => lang.pick("waits", "保留"),
        Fate::Gone => lang.pick("gone", "復元不可"),
    }
}

fn table(told: &[(&Announced, &Fate)], lang: Lang) -> String {
    if told.is_empty() {
        return lang.pick("There is nothing to undo.\n", "元に戻すものはありません。\n").to_owned();
    }
    let mut text = String::new();
    for (step, fate) in told {
        let Announced { step: number, check, resource, says, .. } = step;
        let line = format!("{:8}  {number:>3}  {check}  {resource}: {says}", word(fate, lang));
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{}", escape::terminal(&line));
        if let Some(why) = why(step, fate, lang) {
            let _ = writeln!(text, "               {}", escape::terminal(&why));
        }
    }
    text
}

/// Why a step is not undone.
fn why(step: &Announced, fate: &Fate, lang: Lang) -> Option<String> {
    match (fate, &step.later) {
        (Fate::Failed(why), _) => Some(why.explain_change().in_lang(lang).to_owned()),
        (Fate::Gone, Some(Pending { says, .. })) => Some(
            text!(en: "It is too late, for this was done: {says}", ja: "すでに次の操作を行ったため戻せません: {says}")
                .in_lang(lang)
                .to_owned(),
        ),
        _ => None,
    }
}

fn as_json(written: &Written, told: &[(&Announced, &Fate)], lang: Lang) -> Value {
    let step = |(step, fate): &(&Announced, &Fate)| {
        let error = why(step, fate, lang);
        json!({
            "step": step.step,
            "check_id": step.check,
            "resource": step.resource,
            "says": step.says,
            "undone": matches!(fate, Fate::Undone),
            "error": error,
        })
    };
    json!({
        "account": written.account,
        "journal": written.path,
        "undone": told.iter().map(step).collect::<Vec<_>>(),
    })
}
