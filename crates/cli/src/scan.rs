//! `asc scan` and `asc demo`: from the options to the reports.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use asc_aws::recording::Recording;
use asc_aws::{Door, DoorOptions, Source, identity};
use asc_core::context::{CxBuilder, RegionFilter};
use asc_core::engine::{self, Scanned, Telling};
use asc_core::ledger::Ledger;
use asc_core::progress::Progress;
use asc_core::registry::Registry;
use asc_core::report::Report;
use asc_core::select::select;
use asc_core::{Check, Cx, Declaration, Lang, Severity, text};
use asc_report::{Emission, Format, SarifIncomplete, emit};

use crate::args::{FailOn, ScanArgs};
use crate::outputs::{Files, color, stdout, stdout_format, width};
use crate::place::Place;
use crate::problem::Problem;
use crate::progress::{Display, unfinished};
use crate::{Exit, stderr};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const DEMO: &[u8] = include_bytes!("../demo/account.ascrec");
const CONCURRENCY: usize = 64;
/// How long tasks may take to let go of what they hold when the user breaks off.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// `asc scan`.
pub(crate) fn scan(registry: &Registry, args: &ScanArgs, lang: Lang) -> Result<Exit, Problem> {
    let place = Place::read(args.config.as_deref(), registry)?;
    let source = match &args.replay {
        Some(file) => Source::Recording(Arc::new(Recording::open(file)?)),
        None => Source::Aws { record: args.record.clone() },
    };
    run(registry, args, &place, source, Some(Severity::Low), lang)
}

/// `asc demo`.
pub(crate) fn demo(registry: &Registry, args: &ScanArgs, lang: Lang) -> Result<Exit, Problem> {
    if args.record.is_some() || args.replay.is_some() {
        return Err(Problem::DemoRecording);
    }
    // The repository's own configuration is about other accounts than the sample.
    let place = match args.config.as_deref() {
        Some(file) => Place::read(Some(file), registry)?,
        None => Place::nowhere(),
    };
    let source = Source::Recording(Arc::new(Recording::parse(Path::new("demo"), DEMO)?));
    run(registry, args, &place, source, None, lang)
}

fn run(
    registry: &Registry,
    args: &ScanArgs,
    place: &Place,
    source: Source,
    fail_on: Option<Severity>,
    lang: Lang,
) -> Result<Exit, Problem> {
    let over = |flags: &[String], file: &[String]| {
        // A variable that is set to nothing (`ASC_CHECK=`) asks for nothing.
        let flags: Vec<_> = flags.iter().filter(|word| !word.is_empty()).cloned().collect();
        if flags.is_empty() { file.to_vec() } else { flags }
    };
    let config = &place.config.scan;
    let checks = select(registry, &over(&args.check, &config.checks), &over(&args.exclude, &config.exclude))?;
    for region in &args.region {
        known_region(region)?;
    }
    let files = Files::open(&args.output)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Problem::Runtime)?;
    let progress = Arc::<Progress>::default();
    let job = Job { args, place, checks: &checks, source, lang, progress: Arc::clone(&progress) };
    let report = runtime.block_on(async {
        tokio::select! {
            report = job.report() => report.map(Some),
            // A signal that cannot be waited for leaves the scan as it is; the terminal's default still ends it.
            Ok(()) = tokio::signal::ctrl_c() => Ok(None),
        }
    });
    // Calls that are still under way are given up, not waited for; but what holds a half-written recording is, so that
    // nothing is left behind.
    runtime.shutdown_timeout(LAST_WORDS);
    let Some(report) = report? else {
        let open = unfinished(&progress);
        stderr::warning(
            &text!(
                en: "interrupted: no report was written. Not finished: {open}",
                ja: "中断されました。レポートは書き出されていません。未完了: {open}"
            ),
            lang,
        );
        return Ok(Exit::Incomplete);
    };
    let declarations: Vec<_> = checks.iter().map(|check| check.declaration()).collect();
    write(&report, args, place, &declarations, files, lang)?;
    tell(&report, args, place, lang);
    let FailOn(threshold) = args.fail_on.unwrap_or(FailOn(fail_on));
    Ok(exit(&report, threshold))
}

struct Job<'a> {
    args: &'a ScanArgs,
    place: &'a Place,
    checks: &'a [&'static dyn Check],
    source: Source,
    lang: Lang,
    progress: Arc<Progress>,
}

impl Job<'_> {
    async fn report(self) -> Result<Report, Problem> {
        let Self { args, place, checks, source, lang, progress } = self;
        let shows = !args.no_progress && !args.quiet;
        let display = Display::show(Arc::clone(&progress), shows, lang);
        let ledger = Arc::<Ledger>::default();
        let door = Door::open(DoorOptions {
            source,
            concurrency: args.concurrency.or(place.config.scan.concurrency).unwrap_or(CONCURRENCY),
            version: VERSION,
            ledger: Arc::clone(&ledger),
            progress: Arc::clone(&progress),
        });
        let door = Arc::new(door.await?);
        let account = identity::identify(&door).await?;
        let cx = CxBuilder::new(account.clone())
            .clock(door.clock())
            .regions(RegionFilter::only(regions(args, place, &account.id)))
            .options(place.config.options.clone())
            .ledger(ledger)
            .progress(progress)
            .service(Arc::clone(&door))
            .build();
        let telling = Telling { lang, rules: place.config.rules.clone() };
        let scanned = engine::scan(&cx, checks, &telling).await;
        drop(display);
        finish(&door, &cx, scanned)
    }
}

fn finish(door: &Door, cx: &Cx, scanned: Scanned) -> Result<Report, Problem> {
    let finished = door.finish()?;
    Ok(scanned.report(cx, door.started(), finished, VERSION))
}

/// Flags beat the account's own regions, which beat those of all accounts.
fn regions(args: &ScanArgs, place: &Place, account: &str) -> Vec<String> {
    let of_account = place.config.accounts.get(account).map(|settings| settings.regions.as_slice());
    let in_order = [args.region.as_slice(), of_account.unwrap_or_default(), &place.config.scan.regions];
    in_order.into_iter().find(|regions| !regions.is_empty()).unwrap_or_default().to_vec()
}

fn write(
    report: &Report,
    args: &ScanArgs,
    place: &Place,
    checks: &[&'static Declaration],
    files: Files,
    lang: Lang,
) -> Result<(), Problem> {
    let emission = Emission {
        lang,
        checks,
        anchors: place.anchors(),
        default_anchor: place.default_anchor(),
        width: width(),
        color: color(),
        sarif_incomplete: args.sarif_incomplete,
    };
    files.write(report, &emission)?;
    let format = stdout_format(args.format);
    stdout(|out| emit(format, report, &emission, out).map_err(|error| error.source)).map_err(Problem::Stdout)
}

/// What the user should know besides the report.
fn tell(report: &Report, args: &ScanArgs, place: &Place, lang: Lang) {
    let sarif = stdout_format(args.format) == Format::Sarif || args.output.iter().any(|o| o.format == Format::Sarif);
    let incomplete: Vec<_> = report.incomplete_accounts().into_iter().collect();
    let (accounts, unknown) = (incomplete.join(", "), report.summary.unknown);
    if sarif && !incomplete.is_empty() {
        let message = match args.sarif_incomplete {
            SarifIncomplete::Fail => text!(
                en: "account {accounts} could not be read whole ({unknown} verdicts unknown): it is left out of the SARIF, so that an upload closes none of its alerts (--sarif-incomplete fail)",
                ja: "アカウント {accounts} に読み取れなかったものがあります (判定不能 {unknown} 件)。アップロードでアラートが閉じられないよう、SARIF から除外しました (--sarif-incomplete fail)"
            ),
            SarifIncomplete::Upload => text!(
                en: "account {accounts} could not be read whole ({unknown} verdicts unknown): uploading this SARIF closes the alerts that the unread resources had; --sarif-incomplete fail leaves the account out",
                ja: "アカウント {accounts} に読み取れなかったものがあります (判定不能 {unknown} 件)。この SARIF をアップロードすると、読み取れなかったリソースの既存アラートが閉じられます。--sarif-incomplete fail を指定すると除外できます"
            ),
        };
        stderr::warning(&message, lang);
    }
    if args.quiet {
        return;
    }
    if !incomplete.is_empty() && !sarif {
        stderr::warning(
            &text!(
                en: "the scan is incomplete: {unknown} verdicts are unknown",
                ja: "スキャンは不完全です (判定不能 {unknown} 件)"
            ),
            lang,
        );
    }
    if sarif && !place.exists() && report.findings.iter().any(asc_core::report::Finding::is_open_alert) {
        stderr::note(
            &text!(
                en: "alerts point to asc.toml, which does not exist: code scanning shows only alerts in files that do. Create it with a line `[accounts.<id>]` for each account",
                ja: "アラートは asc.toml の行に表示されますが、ファイルがありません。code scanning は存在するファイルのアラートだけを表示します。アカウントごとに `[accounts.<id>]` の行を持つ asc.toml を作成してください"
            ),
            lang,
        );
    }
    for output in &args.output {
        let (format, file) = (output.format, output.file.display());
        stderr::note(&text!(en: "wrote {format} to {file}", ja: "{format} を {file} に書き出しました"), lang);
    }
    if args.verbose {
        for calls in &report.calls {
            let asc_core::ledger::Calls { service, operation, count, denied, throttled, retried } = calls;
            stderr::note(
                &text!(
                    en: "{service}:{operation} {count} calls, {denied} denied, {throttled} throttled, {retried} retried",
                    ja: "{service}:{operation} 呼び出し {count}、拒否 {denied}、スロットリング {throttled}、再試行 {retried}"
                ),
                lang,
            );
        }
    }
}

fn exit(report: &Report, threshold: Option<Severity>) -> Exit {
    let alerts = threshold.is_some_and(|threshold| report.worst_alert().is_some_and(|worst| worst >= threshold));
    match (alerts, report.complete) {
        (true, _) => Exit::Alerts,
        (false, false) => Exit::Incomplete,
        (false, true) => Exit::Clean,
    }
}

/// The regions of the three partitions. It only serves to recognise a slip of the fingers: a region that is not
/// listed here and resembles none of these is taken at its word.
const REGIONS: &str = "af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 \
    ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 \
    ap-southeast-7 ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 \
    eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 \
    us-east-2 us-gov-east-1 us-gov-west-1 us-west-1 us-west-2";

fn known_region(given: &str) -> Result<(), Problem> {
    let letters = |region: &str| -> Vec<char> {
        let mut letters: Vec<_> = region.chars().collect();
        letters.sort_unstable();
        letters
    };
    // Two letters swapped, or all there in another order: a slip. A new number at the end is a new region.
    match REGIONS.split(' ').find(|region| letters(region) == letters(given)) {
        Some(nearest) if nearest != given => Err(Problem::Region(given.to_owned(), nearest)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_in_a_region_is_told_from_a_new_region() {
        assert!(matches!(known_region("us-esat-1"), Err(Problem::Region(_, "us-east-1"))));
        for region in REGIONS.split(' ').chain(["ap-northeast-9", "local"]) {
            assert!(known_region(region).is_ok(), "{region}");
        }
    }
}
