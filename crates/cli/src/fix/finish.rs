//! Does for good what nobody has missed: what may follow the steps of a journal once their time has come.
//!
//! It cannot be undone, so it is never part of the run that took the step, and counts as careful.

use std::path::Path;
use std::sync::Arc;

use asc_aws::{Access, Source};
use asc_core::progress::Progress;
use asc_core::{Cx, Lang, Text, Unread, text};
use asc_report::escape;
use serde_json::{Value, json};

use super::journal::{Announced, Journal, Pending, Written};
use super::undo::opened;
use super::{confirm, halfway, show, this_account};
use crate::Exit;
use crate::args::{FixArgs, ListFormat};
use crate::info::print;
use crate::job::enter;
use crate::place::Place;
use crate::problem::Problem;
use crate::session::Session;

/// How it stands with what may follow a step.
enum Fate {
    /// It can be done now.
    Ready,
    /// Its time has not come.
    Waits,
    /// Something speaks against it.
    Kept(Text),
    /// It was not agreed to.
    Left,
    Done,
    Failed(Unread),
}

/// A step that something may follow, what that is, and how it stands with it.
struct Item<'a> {
    step: &'a Announced,
    pending: &'a Pending,
    fate: Fate,
}

/// `asc fix --finish`.
pub(super) fn finish(path: &Path, args: &FixArgs, place: &Place, lang: Lang) -> Result<Exit, Problem> {
    let written = opened(path, args, lang)?;
    let session = Session::start()?;
    let Some(mut items) = session.run(planned(&written, args, place, &session))? else {
        return Ok(Exit::Incomplete);
    };
    let ready = items.iter().filter(|item| matches!(item.fate, Fate::Ready)).count();
    if args.apply && ready > 0 {
        if !args.yes {
            print(&table(&items, lang))?;
        }
        if agreed(args, ready, &session, lang)? {
            session.works();
            let outcome = session.run(done(&written, &mut items, args, place, &session));
            if halfway(outcome, lang)?.is_none() {
                return Ok(Exit::Incomplete);
            }
        } else {
            items.iter_mut().filter(|item| matches!(item.fate, Fate::Ready)).for_each(|item| item.fate = Fate::Left);
        }
    }
    print(&match args.format {
        ListFormat::Table => table(&items, lang),
        ListFormat::Json => format!("{:#}\n", as_json(&written, &items, lang)),
    })?;
    Ok(if session.is_interrupted() { Exit::Incomplete } else { exit(&items) })
}

/// What is for good may hurt somebody, and so takes the consent that careful changes take.
fn agreed(args: &FixArgs, count: usize, session: &Session, lang: Lang) -> Result<bool, Problem> {
    if args.yes {
        return Ok(args.careful);
    }
    session.asks();
    let question = text!(
        en: "Do {count} of these FOR GOOD? It cannot be undone. [y/N] ",
        ja: "{count} 件を実行しますか? 元に戻すことはできません。[y/N] "
    );
    confirm(question.in_lang(lang)).map_err(Problem::Stdout)
}

fn exit(items: &[Item<'_>]) -> Exit {
    if items.iter().any(|item| matches!(item.fate, Fate::Failed(_))) {
        Exit::Incomplete
    } else if items.iter().all(|item| matches!(item.fate, Fate::Done)) {
        Exit::Clean
    } else {
        Exit::Alerts
    }
}

/// What may follow the steps that were not taken back, and how it stands with each as things are.
async fn planned<'a>(
    written: &'a Written,
    args: &FixArgs,
    place: &Place,
    session: &Session,
) -> Result<Vec<Item<'a>>, Problem> {
    let cx = account(written, args, place, Access::ReadOnly, session).await?;
    let mut items = Vec::new();
    for step in written.steps.iter().filter(|step| !step.finished) {
        let Some(pending) = &step.later else { continue };
        let fate = if step.done { stands(pending, &cx).await } else { Fate::Kept(never_made()) };
        items.push(Item { step, pending, fate });
    }
    Ok(items)
}

fn never_made() -> Text {
    text!(
        en: "What it would follow is not known to have been done: run asc fix again.",
        ja: "前提となる変更が行われたか確認できません。asc fix を再実行してください。"
    )
}

async fn stands(pending: &Pending, cx: &Cx) -> Fate {
    if cx.clock().now() < pending.due {
        return Fate::Waits;
    }
    match pending.change.obstacle(&cx.afresh()).await {
        Ok(None) => Fate::Ready,
        Ok(Some(why)) => Fate::Kept(why),
        Err(why) => Fate::Failed(why),
    }
}

async fn account(
    written: &Written,
    args: &FixArgs,
    place: &Place,
    access: Access,
    session: &Session,
) -> Result<Cx, Problem> {
    let source = Source::Aws { record: None, resume: None };
    let progress = Arc::<Progress>::default();
    let (_, cx) = enter(&args.source, place, source, access, progress, session.stop()).await?;
    this_account(Some(&written.account), &cx.account().id)?;
    Ok(cx)
}

/// Does what is ready, each noted in the journal before and after.
async fn done(
    written: &Written,
    items: &mut [Item<'_>],
    args: &FixArgs,
    place: &Place,
    session: &Session,
) -> Result<(), Problem> {
    let cx = account(written, args, place, Access::ReadWrite, session).await?;
    let mut journal = Journal::resume(written)?;
    for item in items.iter_mut().filter(|item| matches!(item.fate, Fate::Ready)) {
        if session.is_interrupted() {
            break;
        }
        journal.finishes(item.step.step, &item.pending.change)?;
        let outcome = item.pending.change.send(&cx.afresh()).await;
        journal.finished(item.step.step, &outcome)?;
        item.fate = outcome.map_or_else(Fate::Failed, |()| Fate::Done);
    }
    Ok(())
}

fn word(fate: &Fate, lang: Lang) -> &'static str {
    match fate {
        Fate::Ready => lang.pick("ready", "実行可能"),
        Fate::Waits => lang.pick("waits", "猶予期間中"),
        Fate::Kept(_) => lang.pick("kept", "保持"),
        Fate::Left => lang.pick("left", "未対応"),
        Fate::Done => lang.pick("done", "完了"),
        Fate::Failed(_) => lang.pick("FAILED", "失敗"),
    }
}

/// What else is to be said of it.
fn why(item: &Item<'_>) -> Option<Text> {
    match &item.fate {
        Fate::Ready | Fate::Done => None,
        Fate::Waits => {
            let due = item.pending.due.date();
            Some(text!(en: "Not before {due}.", ja: "{due} 以降に実行できます。"))
        }
        Fate::Kept(why) => Some(why.clone()),
        Fate::Left => Some(text!(
            en: "It cannot be undone and was not agreed to (--careful).",
            ja: "元に戻せない操作であり、同意されていません (--careful)。"
        )),
        Fate::Failed(why) => Some(why.explain_change()),
    }
}

fn table(items: &[Item<'_>], lang: Lang) -> String {
    if items.is_empty() {
        let nothing = text!(
            en: "Nothing of this journal is left to be finished.\n",
            ja: "このジャーナルに、完了を待つ操作はありません。\n"
        );
        return nothing.in_lang(lang).to_owned();
    }
    let mut lines = String::new();
    for item in items {
        let Item { step: Announced { step, check, resource, .. }, pending: Pending { says, change, .. }, fate } = item;
        let told = format!("{:8}  {step:>3}  {check}  {resource}: {says}", word(fate, lang));
        let why = why(item).map_or_else(|| show::call(change), |why| why.in_lang(lang).to_owned());
        for line in [told, format!("               {why}")] {
            lines.push_str(&escape::terminal(&line));
            lines.push('\n');
        }
    }
    lines
}

fn as_json(written: &Written, items: &[Item<'_>], lang: Lang) -> Value {
    let step = |item: &Item<'_>| {
        let Item { step, pending, fate } = item;
        json!({
            "step": step.step,
            "check_id": step.check,
            "resource": step.resource,
            "says": pending.says,
            "action": pending.change.operation().action,
            "change": pending.change.to_json(),
            "from": pending.due.date().to_string(),
            "outcome": word(fate, Lang::En).to_lowercase(),
            "why": why(item).map(|why| why.in_lang(lang).to_owned()),
        })
    };
    json!({
        "account": written.account,
        "journal": written.path,
        "finish": items.iter().map(step).collect::<Vec<_>>(),
    })
}
