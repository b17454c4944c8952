//! Makes the changes, each noted in the journal before it is made; then looks again.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use asc_aws::{Access, Source};
use asc_core::fix::{Class, Remedy, Run, Step};
use asc_core::progress::Progress;
use asc_core::report::Finding;
use asc_core::{Check, Cx, Lang, Status, Text, Unread, text};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::findings::scanned;
use super::journal::Journal;
use super::{Agreed, Plan, Planned, afresh, remedy};
use crate::args::FixArgs;
use crate::job::enter;
use crate::place::Place;
use crate::problem::Problem;
use crate::session::Session;

/// What became of a finding.
#[derive(Debug)]
pub(super) enum Fate {
    /// Every step was made.
    Done,
    /// Nothing had to be done.
    Right(Text),
    /// It was not agreed to, or is for a person to do.
    Left(Text),
    /// A step failed, and those after it were not made.
    Failed(Unread),
}

/// What is said of a finding's resource after the changes.
#[derive(Debug)]
pub(super) struct Rechecked {
    pub(super) status: Status,
    pub(super) message: String,
}

/// What a run has done.
#[derive(Debug, Default)]
pub(super) struct Applied {
    /// The journal, if anything was to be changed.
    pub(super) journal: Option<PathBuf>,
    /// From when on the first of its steps can be followed by what is for good, if any can.
    pub(super) finish: Option<OffsetDateTime>,
    /// What became of the findings, in the plan's order.
    pub(super) fates: Vec<Fate>,
    /// What is said of the findings that were worked on, by their fingerprints; those of resources that are gone are
    /// missing.
    pub(super) rechecked: BTreeMap<String, Rechecked>,
    /// The user broke off.
    pub(super) interrupted: bool,
}

impl Applied {
    /// Whether something could not be changed, or looked at afterwards.
    pub(super) fn has_failed(&self) -> bool {
        self.interrupted
            || self.fates.iter().any(|fate| matches!(fate, Fate::Failed(_)))
            || self.rechecked.values().any(|now| now.status == Status::Unknown)
    }

    /// Whether a finding of the plan is still one.
    pub(super) fn leaves_work(&self, plan: &Plan) -> bool {
        plan.items.iter().zip(&self.fates).any(|(item, fate)| match fate {
            Fate::Right(_) => false,
            Fate::Left(_) | Fate::Failed(_) => true,
            // A person still evaluates what only a person can.
            Fate::Done => self.rechecked.get(&item.finding.fingerprint).is_some_and(|now| now.status == Status::Fail),
        })
    }
}

/// Makes the changes of a plan that were agreed to.
#[expect(clippy::too_many_arguments, reason = "each is one thing that the run needs, and it is called once")]
pub(super) async fn apply(
    args: &FixArgs,
    place: &Place,
    checks: &[&'static dyn Check],
    plan: &Plan,
    agreed: Agreed,
    id: &str,
    session: &Session,
    lang: Lang,
) -> Result<Applied, Problem> {
    let source = Source::Aws { record: None, resume: None };
    let progress = Arc::<Progress>::default();
    let (_, cx) = enter(&args.source, place, source, Access::ReadWrite, progress, session.stop()).await?;
    super::this_account(Some(&plan.account), &cx.account().id)?;
    let mut work = Work { cx, id, args, agreed, lang, journal: None, finish: None };
    let mut applied = Applied::default();
    for item in &plan.items {
        let fate = match &item.plan {
            Planned::Remedy(Remedy::Steps { class, .. }) if agreed.to(class) => work.put_right(&item.finding).await?,
            plan => left_alone(plan),
        };
        applied.fates.push(fate);
    }
    applied.interrupted = session.is_interrupted();
    let Work { cx, journal, finish, .. } = work;
    applied.finish = finish;
    applied.journal = journal.map(|journal| journal.path);
    if applied.journal.is_some() && !applied.interrupted {
        applied.rechecked = recheck(args, place, checks, plan, &applied, &cx, lang).await?;
    }
    Ok(applied)
}

/// Why nothing is done about a finding.
fn left_alone(plan: &Planned) -> Fate {
    match plan {
        Planned::Remedy(Remedy::Nothing { why }) => Fate::Right(why.clone()),
        Planned::Remedy(Remedy::Steps { class: Class::Safe, .. }) => {
            Fate::Left(text!(en: "It was not agreed to.", ja: "同意されていません。"))
        }
        Planned::Remedy(Remedy::Steps { class: Class::Careful { .. }, .. }) => Fate::Left(text!(
            en: "It may interrupt somebody and was not agreed to (--careful).",
            ja: "影響する可能性があり、同意されていません (--careful)。"
        )),
        Planned::Remedy(Remedy::Manual { why, .. }) => Fate::Left(why.clone()),
        Planned::NoFix => Fate::Left(text!(en: "There is no fix for it.", ja: "修正機能はありません。")),
        Planned::Unread(why) => Fate::Left(why.explain()),
        Planned::Left(without) => Fate::Left(without.explain()),
    }
}

/// A run that makes changes.
struct Work<'a> {
    cx: Cx,
    id: &'a str,
    args: &'a FixArgs,
    agreed: Agreed,
    lang: Lang,
    journal: Option<Journal>,
    finish: Option<OffsetDateTime>,
}

impl Work<'_> {
    /// Reads the resource again and takes the steps that it needs now.
    async fn put_right(&mut self, finding: &Finding) -> Result<Fate, Problem> {
        if self.cx.stop().is_wished() {
            return Ok(Fate::Left(text!(en: "The run was interrupted before.", ja: "その前に中断されました。")));
        }
        let run = afresh(self.id, &self.cx, self.args);
        let plan = remedy(finding, self.args, &run).await;
        let Planned::Remedy(Remedy::Steps { class, steps, .. }) = &plan else {
            return Ok(if let Planned::Unread(why) = plan { Fate::Failed(why) } else { left_alone(&plan) });
        };
        if !self.agreed.to(class) {
            return Ok(left_alone(&plan));
        }
        for step in steps {
            if let Err(why) = self.take(finding, class, step, &run).await? {
                return Ok(Fate::Failed(why));
            }
        }
        Ok(Fate::Done)
    }

    async fn take(
        &mut self,
        finding: &Finding,
        class: &Class,
        step: &Step,
        run: &Run,
    ) -> Result<Result<(), Unread>, Problem> {
        let journal = match &mut self.journal {
            Some(journal) => journal,
            none => {
                let now = OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default();
                none.insert(Journal::begin(self.id, self.cx.account(), &now)?)
            }
        };
        let now = self.cx.clock().now();
        let number = journal.announce(finding, class, step, now, self.lang)?;
        let outcome = step.forward.send(&run.now).await;
        journal.became(number, &outcome)?;
        if outcome.is_ok() {
            let due = step.forward.later(now).and_then(|later| now.checked_add(Duration::days(later.days)));
            self.finish = self.finish.into_iter().chain(due).min();
        }
        Ok(outcome)
    }
}

/// What the checks say now of the findings that were worked on.
async fn recheck(
    args: &FixArgs,
    place: &Place,
    checks: &[&'static dyn Check],
    plan: &Plan,
    applied: &Applied,
    cx: &Cx,
    lang: Lang,
) -> Result<BTreeMap<String, Rechecked>, Problem> {
    let worked_on: Vec<_> = plan
        .items
        .iter()
        .zip(&applied.fates)
        .filter(|(_, fate)| matches!(fate, Fate::Done | Fate::Failed(_)))
        .map(|(item, _)| &item.finding)
        .collect();
    let affected =
        |check: &&&'static dyn Check| worked_on.iter().any(|finding| finding.check_id == check.declaration().id);
    let checks: Vec<_> = checks.iter().filter(affected).copied().collect();
    let now = scanned(args, place, &checks, &cx.afresh(), lang).await?;
    let of_interest = |finding: &Finding| worked_on.iter().any(|worked| worked.fingerprint == finding.fingerprint);
    Ok(now
        .into_iter()
        .filter(of_interest)
        .map(|finding| (finding.fingerprint, Rechecked { status: finding.status, message: finding.message }))
        .collect())
}
