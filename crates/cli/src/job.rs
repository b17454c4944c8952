//! One account's scan, from the door to the verdicts; what every command that reads an account goes through.

use std::sync::Arc;
use std::time::Duration;

use asc_aws::recording::Recording;
use asc_aws::{Door, DoorOptions, Source, identity};
use asc_core::attestation::Attestations;
use asc_core::clock::Clock;
use asc_core::context::{CxBuilder, RegionFilter};
use asc_core::engine::{self, Scanned, Telling};
use asc_core::ledger::Ledger;
use asc_core::progress::Progress;
use asc_core::report::Report;
use asc_core::{Check, Cx, Lang, text};
use time::OffsetDateTime;

use crate::args::SourceArgs;
use crate::place::Place;
use crate::problem::Problem;
use crate::progress::{Display, unfinished};
use crate::{region, stderr};

pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
const CONCURRENCY: usize = 64;
/// How long tasks may take to let go of what they hold when the user breaks off.
const LAST_WORDS: Duration = Duration::from_millis(500);

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

/// The recording to replay, or AWS.
pub(crate) fn source(args: &SourceArgs, record: Option<&std::path::Path>) -> Result<Source, Problem> {
    Ok(match &args.replay {
        Some(file) => Source::Recording(Arc::new(Recording::open(file)?)),
        None => Source::Aws { record: record.map(Into::into) },
    })
}

/// Runs something that reads an account, to its end or until the user breaks it off; then it says what was left and
/// gives none.
pub(crate) fn until_interrupted<T>(
    progress: &Progress,
    lang: Lang,
    work: impl Future<Output = Result<T, Problem>>,
) -> Result<Option<T>, Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Problem::Runtime)?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = work => outcome.map(Some),
            // A signal that cannot be waited for leaves the work as it is; the terminal's default still ends it.
            Ok(()) = tokio::signal::ctrl_c() => Ok(None),
        }
    });
    // Calls that are still under way are given up, not waited for; but what holds a half-written recording is, so that
    // nothing is left behind.
    runtime.shutdown_timeout(LAST_WORDS);
    if let Ok(None) = outcome {
        let open = unfinished(progress);
        let message = text!(
            en: "interrupted: nothing was written. Not finished: {open}",
            ja: "中断されました。何も書き出されていません。未完了: {open}"
        );
        stderr::warning(&message, lang);
    }
    outcome
}

impl Job<'_> {
    /// Scans; none if the user broke it off.
    pub(crate) fn run(self) -> Result<Option<Done>, Problem> {
        let progress = Arc::<Progress>::default();
        let lang = self.lang;
        until_interrupted(&Arc::clone(&progress), lang, self.scan(progress))
    }

    async fn scan(self, progress: Arc<Progress>) -> Result<Done, Problem> {
        let Self { args, place, attestations, checks, source, lang } = self;
        let display = Display::show(Arc::clone(&progress), !args.no_progress && !args.quiet, lang);
        let (door, cx) = enter(args, place, source, progress).await?;
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
    progress: Arc<Progress>,
) -> Result<(Arc<Door>, Cx), Problem> {
    let clock = clock(args, &source);
    let ledger = Arc::<Ledger>::default();
    let door = Door::open(DoorOptions {
        source,
        concurrency: concurrency(args, place),
        version: VERSION,
        ledger: Arc::clone(&ledger),
        progress: Arc::clone(&progress),
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
        .service(Arc::clone(&door))
        .build();
    Ok((door, cx))
}

/// How many calls may be in flight at a time.
pub(crate) fn concurrency(args: &SourceArgs, place: &Place) -> usize {
    args.concurrency.or(place.config.scan.concurrency).unwrap_or(CONCURRENCY)
}

/// Flags beat the account's own regions, which beat those of all accounts.
fn regions(args: &SourceArgs, place: &Place, account: &str) -> Vec<String> {
    let of_account = place.config.accounts.get(account).map(|settings| settings.regions.as_slice());
    let in_order = [args.region.as_slice(), of_account.unwrap_or_default(), &place.config.scan.regions];
    in_order.into_iter().find(|regions| !regions.is_empty()).unwrap_or_default().to_vec()
}
