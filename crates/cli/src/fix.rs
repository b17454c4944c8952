//! `asc fix`: plans what puts findings right, makes the changes when told to, and undoes them.
//!
//! The plan is made behind a door that lets no write pass; only [`apply`], [`finish`] and [`undo`] open one that does.

mod apply;
mod findings;
mod finish;
mod journal;
mod show;
mod undo;
mod via;

use std::io::IsTerminal;
use std::sync::Arc;

use asc_aws::{Access, Source};
use asc_core::fact::at_once;
use asc_core::fix::{self, Class, Remedy, Run};
use asc_core::progress::Progress;
use asc_core::registry::Registry;
use asc_core::report::Finding;
use asc_core::{Cx, Lang, Unread, text};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::args::{FixArgs, ListFormat};
use crate::fix::apply::Applied;
use crate::fix::findings::findings;
use crate::fix::via::Without;
use crate::info::print;
use crate::job::{broken_off, enter, source};
use crate::outputs::stdout;
use crate::place::Place;
use crate::problem::Problem;
use crate::progress::Display;
use crate::scan::selected;
use crate::session::Session;
use crate::{Exit, stderr};

/// A finding, and what can be done about it.
struct Item {
    finding: Finding,
    plan: Planned,
}

/// What can be done about a finding.
enum Planned {
    /// Its check has no fix.
    NoFix,
    /// The resource could not be read.
    Unread(Unread),
    /// This.
    Remedy(Remedy),
    /// Something, but not by the way that was chosen.
    Left(Without),
}

/// The plan of a run.
struct Plan {
    account: String,
    items: Vec<Item>,
    /// How many findings of the scan could not be determined.
    unknown: usize,
    /// How many findings of the report are of other accounts.
    elsewhere: usize,
}

impl Plan {
    /// The items with steps of a class.
    fn of_class(&self, careful: bool) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| {
            matches!(&item.plan, Planned::Remedy(Remedy::Steps { class, .. })
                if matches!(class, Class::Careful { .. }) == careful)
        })
    }

    /// Whether nothing can be said of something.
    fn is_incomplete(&self) -> bool {
        self.unknown > 0 || self.items.iter().any(|item| matches!(item.plan, Planned::Unread(_)))
    }

    /// Whether anything is left for the program or a person to do.
    fn has_work(&self) -> bool {
        self.items.iter().any(|item| !matches!(item.plan, Planned::Remedy(Remedy::Nothing { .. }) | Planned::Unread(_)))
    }
}

/// What the user has agreed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Agreed {
    safe: bool,
    careful: bool,
}

impl Agreed {
    /// Whether a class may be applied.
    const fn to(self, class: &Class) -> bool {
        match class {
            Class::Safe => self.safe,
            Class::Careful { .. } => self.careful,
        }
    }

    /// What was agreed to beforehand by flags; none where somebody has to be asked.
    const fn by_flags(args: &FixArgs) -> Option<Self> {
        if args.yes { Some(Self { safe: true, careful: args.careful }) } else { None }
    }
}

/// `asc fix`.
pub(crate) fn fix(registry: &Registry, args: &FixArgs, place: &Place, lang: Lang) -> Result<Exit, Problem> {
    if args.source.replay.is_some() && (args.apply || args.undo.is_some() || args.finish.is_some()) {
        return Err(Problem::FixRecording);
    }
    if (args.apply || args.undo.is_some()) && !args.yes && !somebody_to_ask(args) {
        return Err(Problem::NobodyToAsk);
    }
    if let Some(journal) = &args.undo {
        return undo::undo(journal, args, place, lang);
    }
    if let Some(journal) = &args.finish {
        return finish::finish(journal, args, place, lang);
    }
    let checks = selected(registry, &args.select, place)?;
    let session = Session::start()?;
    let progress = Arc::<Progress>::default();
    let source = source(&args.source, None, None)?;
    let work = plan(args, place, &checks, source, Arc::clone(&progress), &session, lang);
    let Some((plan, run)) = session.run(work)?.filter(|_| !session.is_interrupted()) else {
        return Ok(broken_off(&progress, lang));
    };
    if !args.apply {
        print(&match args.format {
            ListFormat::Table => show::table(&plan, lang),
            ListFormat::Json => show::json(&plan, None, lang),
        })?;
        return Ok(exit(&plan, None));
    }
    let agreed = match Agreed::by_flags(args) {
        Some(agreed) => agreed,
        None => ask(&plan, &session, lang)?,
    };
    session.works();
    let work = apply::apply(args, place, &checks, &plan, agreed, &run, &session, lang);
    let Some(applied) = halfway(session.run(work), lang)? else { return Ok(Exit::Incomplete) };
    print(&match args.format {
        ListFormat::Table => show::applied(&plan, &applied, lang),
        ListFormat::Json => show::json(&plan, Some(&applied), lang),
    })?;
    Ok(exit(&plan, Some(&applied)))
}

/// What came of work that changes something. Where the journal cannot be written it stops, which is not as if nothing
/// had been done.
fn halfway<T>(outcome: Result<Option<T>, Problem>, lang: Lang) -> Result<Option<T>, Problem> {
    match outcome {
        Err(problem @ Problem::File { .. }) => {
            stderr::problem(&problem, lang);
            Ok(None)
        }
        outcome => outcome,
    }
}

/// How the run ends: what failed weighs more than what is left.
fn exit(plan: &Plan, applied: Option<&Applied>) -> Exit {
    let failed = applied.is_some_and(Applied::has_failed);
    let left = applied.map_or_else(|| plan.has_work(), |applied| applied.leaves_work(plan));
    match (failed || plan.is_incomplete(), left) {
        (true, _) => Exit::Incomplete,
        (false, true) => Exit::Alerts,
        (false, false) => Exit::Clean,
    }
}

async fn plan(
    args: &FixArgs,
    place: &Place,
    checks: &[&'static dyn asc_core::Check],
    source: Source,
    progress: Arc<Progress>,
    session: &Session,
    lang: Lang,
) -> Result<(Plan, String), Problem> {
    let display = Display::show(Arc::clone(&progress), !args.source.no_progress && !args.source.quiet, lang);
    let (_, cx) = enter(&args.source, place, source, Access::ReadOnly, progress, session.stop()).await?;
    let account = cx.account().id.clone();
    this_account(args.account.as_deref(), &account)?;
    via::own_role(args, cx.account())?;
    let found = findings(args, place, checks, &cx, lang).await?;
    let run = Run { id: run_id(OffsetDateTime::now_utc()), now: cx.clone(), survey: cx, log_bucket: log_bucket(args) };
    let items = at_once(found.findings, |finding| {
        let run = &run;
        async move {
            let plan = remedy(&finding, args, run).await;
            Item { finding, plan }
        }
    });
    let mut items = items.await;
    via::has_its_role(items.iter().map(|item| &item.plan))?;
    let fixes = fix::linked();
    items.sort_by_key(|item| fixes.get(item.finding.check_id.as_str()).is_some_and(|fix| fix.is_late()));
    drop(display);
    Ok((Plan { account, items, unknown: found.unknown, elsewhere: found.elsewhere }, run.id))
}

fn log_bucket(args: &FixArgs) -> Option<String> {
    args.log_bucket.clone()
}

/// Refuses credentials of another account than was asked for.
fn this_account(asked: Option<&str>, read: &str) -> Result<(), Problem> {
    match asked {
        Some(asked) if asked != read => Err(Problem::NotThatAccount { read: read.to_owned(), asked: asked.to_owned() }),
        _ => Ok(()),
    }
}

/// What puts a finding right, as things are.
async fn remedy(finding: &Finding, args: &FixArgs, run: &Run) -> Planned {
    let plan = match fix::linked().get(finding.check_id.as_str()) {
        None => Planned::NoFix,
        Some(fix) => fix.remedy(finding, run).await.map_or_else(Planned::Unread, Planned::Remedy),
    };
    via::carried_out(plan, args, run)
}

/// The run's name: the time, in what bucket names may hold.
fn run_id(now: OffsetDateTime) -> String {
    let format = format_description!("[year][month][day]t[hour][minute][second]z");
    // All of the parts are there; a name without them would still be one.
    now.format(&format).unwrap_or_default()
}

/// A run as the next finding sees it: nothing read before counts.
fn afresh(id: &str, cx: &Cx, args: &FixArgs) -> Run {
    Run { id: id.to_owned(), now: cx.afresh(), survey: cx.clone(), log_bucket: log_bucket(args) }
}

/// Whether somebody sits at a terminal, and is not reading JSON.
fn somebody_to_ask(args: &FixArgs) -> bool {
    matches!(args.format, ListFormat::Table) && std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Shows the plan and asks for each class.
fn ask(plan: &Plan, session: &Session, lang: Lang) -> Result<Agreed, Problem> {
    print(&show::table(plan, lang))?;
    session.asks();
    let (safe, careful) = (plan.of_class(false).count(), plan.of_class(true).count());
    let safe_question = text!(
        en: "Make the changes for {safe} findings that can interrupt nobody? [y/N] ",
        ja: "誰にも影響しない {safe} 件の修正を行いますか? [y/N] "
    );
    let careful_question = text!(
        en: "Make the changes for {careful} findings that MAY INTERRUPT those named above? [y/N] ",
        ja: "上に示した利用者に影響する可能性のある {careful} 件の修正を行いますか? [y/N] "
    );
    let yes = |question: &str| confirm(question).map_err(Problem::Stdout);
    Ok(Agreed {
        safe: safe > 0 && yes(safe_question.in_lang(lang))?,
        careful: careful > 0 && yes(careful_question.in_lang(lang))?,
    })
}

/// Asks the person at the terminal; anything but a yes is a no.
fn confirm(question: &str) -> std::io::Result<bool> {
    stdout(|out| out.write_all(question.as_bytes()))?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(matches!(line.trim().to_lowercase().as_str(), "y" | "yes" | "はい"))
}

#[cfg(test)]
mod tests {
    use asc_core::Text;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_run_s_name_fits_into_a_bucket_s() {
        let id = run_id(datetime!(2027-01-31 01:02:03 UTC));
        assert_eq!(id, "20270131t010203z");
        assert!(format!("asc-access-logs-123456789012-ap-northeast-1-{id}").len() <= 63);
    }

    #[test]
    fn nothing_careful_is_done_that_was_not_agreed_to() {
        let careful = Class::Careful { whom: Text::default() };
        let safe_only = Agreed { safe: true, careful: false };
        assert!(safe_only.to(&Class::Safe) && !safe_only.to(&careful));
        assert!(!Agreed::default().to(&Class::Safe) && !Agreed::default().to(&careful));
    }
}
