//! One account's scan, from the door to the verdicts; what every command that reads an account goes through.

use std::path::Path;
use std::sync::Arc;

use asc_aws::recording::Recording;
use asc_aws::{Access, Door, DoorOptions, Manners, Source, identity};
use asc_core::attestation::Attestations;
use asc_core::clock::Clock;
use asc_core::context::{CxBuilder, RegionFilter};
use asc_core::engine::{self, Scanned, Telling};
use asc_core::ledger::Ledger;
use asc_core::progress::Progress;
use asc_core::report::Report;
use asc_core::stop::Stop;
use asc_core::{Check, Cx, Lang, text};
use time::OffsetDateTime;

use crate::Exit;
use crate::args::SourceArgs;
use crate::place::Place;
use crate::problem::Problem;
use crate::progress::{Display, unfinished};
use crate::session::Session;
use crate::{region, stderr};

pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What to scan, and how.
pub(crate) struct Job<'a> {
    pub(crate) args: &'a SourceArgs,
    pub(crate) place: &'a Place,
    pub(crate) attestations: Attestations,
    pub(crate) checks: &'a [&'static dyn Check],
    pub(crate) source: Source,
    pub(crate) lang: Lang,
}

/// A scan that has come to its end.
pub(crate) struct Done {
    door: Arc<Door>,
    pub(crate) cx: Cx,
    pub(crate) scanned: Scanned,
}

impl Done {
    /// The report, and whether the recording of it could be finished: a scan is not lost because its recording is.
    pub(crate) fn report(self) -> (Report, Result<(), Problem>) {
        let (finished, recorded) = match self.door.finish() {
            Ok(finished) => (finished, Ok(())),
            Err(error) => (Clock::System.now(), Err(error.into())),
        };
        (self.scanned.report(&self.cx, self.door.started(), finished, VERSION), recorded)
    }
}

/// The clock that ages and validities are judged by: the one given for tests, a recording's, or the system's.
pub(crate) fn clock(args: &SourceArgs, source: &Source) -> Clock {
    match (args.now, source) {
        (Some(now), _) => Clock::Fixed(now),
        (None, Source::Recording(recording)) => Clock::Fixed(recording.head.started_at),
        (None, Source::Aws { .. }) => Clock::System,
    }
}

/// The day that evaluations must not lie after: today, also where an older recording is judged.
pub(crate) fn today(args: &SourceArgs) -> OffsetDateTime {
    args.now.unwrap_or_else(|| Clock::System.now())
}

/// The recording to replay, or AWS, with what is to be recorded and what to go on from.
pub(crate) fn source(args: &SourceArgs, record: Option<&Path>, resume: Option<&Path>) -> Result<Source, Problem> {
    Ok(match &args.replay {
        Some(file) => Source::Recording(Arc::new(Recording::open(file)?)),
        None => Source::Aws { record: record.map(Into::into), resume: resume.map(Recording::open).transpose()? },
    })
}

/// Says that nothing was written, and what was at work.
pub(crate) fn broken_off(progress: &Progress, lang: Lang) -> Exit {
    let open = unfinished(progress);
    let message = text!(
        en: "interrupted: nothing was written. Not finished: {open}",
        ja: "中断されました。何も書き出されていません。未完了: {open}"
    );
    stderr::warning(&message, lang);
    Exit::Incomplete
}

impl Job<'_> {
    /// Scans. When the user breaks off, what was judged until then is what it gives, or none where that is nothing.
    pub(crate) fn run(self, session: &Session) -> Result<Option<Done>, Problem> {
        let progress = Arc::<Progress>::default();
        let lang = self.lang;
        let done = session.run(self.scan(Arc::clone(&progress), session.stop()))?;
        if done.is_none() {
            broken_off(&progress, lang);
        }
        Ok(done)
    }

    async fn scan(self, progress: Arc<Progress>, stop: Stop) -> Result<Done, Problem> {
        let Self { args, place, attestations, checks, source, lang } = self;
        let display = Display::show(Arc::clone(&progress), !args.no_progress && !args.quiet, lang);
        let (door, cx) = enter(args, place, source, Access::ReadOnly, progress, stop).await?;
        let telling = Telling { lang, rules: place.config.rules.clone(), attestations };
        let scanned = engine::scan(&cx, checks, &telling).await;
        drop(display);
        Ok(Done { door, cx, scanned })
    }
}

/// Opens the door and learns whose account is behind it.
pub(crate) async fn enter(
    args: &SourceArgs,
    place: &Place,
    source: Source,
    access: Access,
    progress: Arc<Progress>,
    stop: Stop,
) -> Result<(Arc<Door>, Cx), Problem> {
    let clock = clock(args, &source);
    let ledger = Arc::<Ledger>::default();
    let door = Door::open(DoorOptions {
        source,
        access,
        manners: manners(args, place),
        version: VERSION,
        ledger: Arc::clone(&ledger),
        progress: Arc::clone(&progress),
        stop: stop.clone(),
    });
    let door = Arc::new(door.await?);
    let account = identity::identify(&door).await?;
    let regions = regions(args, place, &account.id);
    for region in &regions {
        region::known(region)?;
    }
    let cx = CxBuilder::new(account.clone())
        .clock(clock)
        .regions(RegionFilter::only(regions))
        .options(place.config.options.clone())
        .ledger(ledger)
        .progress(progress)
        .stop(stop)
        .service(Arc::clone(&door))
        .build();
    Ok((door, cx))
}

/// How much may be asked: flags beat the configuration.
pub(crate) fn manners(args: &SourceArgs, place: &Place) -> Manners {
    let scan = &place.config.scan;
    Manners {
        concurrency: args.concurrency.or(scan.concurrency).unwrap_or(Manners::DEFAULT.concurrency),
        max_rps: args.max_rps.or(scan.max_rps),
        share: args.share.or(scan.share).unwrap_or(Manners::DEFAULT.share),
    }
}

/// Flags beat the account's own regions, which beat those of all accounts.
fn regions(args: &SourceArgs, place: &Place, account: &str) -> Vec<String> {
    let of_account = place.config.accounts.get(account).map(|settings| settings.regions.as_slice());
    let in_order = [args.region.as_slice(), of_account.unwrap_or_default(), &place.config.scan.regions];
    in_order.into_iter().find(|regions| !regions.is_empty()).unwrap_or_default().to_vec()
}
