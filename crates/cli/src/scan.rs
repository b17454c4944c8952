//! `asc scan` and `asc demo`: from the options to the reports.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use asc_aws::Source;
use asc_aws::recording::Recording;
use asc_core::config::Iac;
use asc_core::registry::Registry;
use asc_core::report::Report;
use asc_core::select::select;
use asc_core::{Check, Declaration, Lang, Severity, text};
use asc_report::{Emission, Format, SarifIncomplete, emit};

use crate::args::{FailOn, ScanArgs, SelectArgs};
use crate::job::{Job, source, today};
use crate::outputs::{Files, color, stdout, stdout_format, width};
use crate::place::{Place, Spoken};
use crate::problem::Problem;
use crate::session::Session;
use crate::{Exit, region, stderr};

const DEMO: &[u8] = include_bytes!("../demo/account.ascrec");
const DEMO_ATTESTATIONS: &str = include_str!("../demo/asc-attestations.toml");

/// `asc scan`.
pub(crate) fn scan(registry: &Registry, args: &ScanArgs, place: &Place, lang: Lang) -> Result<Exit, Problem> {
    let spoken = place.attestations(args.source.attestations.as_deref())?;
    let source = source(&args.source, args.record.as_deref(), args.resume.as_deref())?;
    run(registry, args, place, &spoken, source, Some(Severity::Low), lang)
}

/// `asc demo`.
pub(crate) fn demo(registry: &Registry, args: &ScanArgs, place: &Place, lang: Lang) -> Result<Exit, Problem> {
    if args.record.is_some() || args.resume.is_some() || args.source.replay.is_some() {
        return Err(Problem::DemoRecording);
    }
    let spoken = match args.source.attestations.as_deref() {
        Some(file) => place.attestations(Some(file))?,
        None => Spoken { file: "demo".into(), text: DEMO_ATTESTATIONS.to_owned() },
    };
    let source = Source::Recording(Arc::new(Recording::parse(Path::new("demo"), DEMO)?));
    run(registry, args, place, &spoken, source, None, lang)
}

/// The checks that flags and configuration select together.
pub(crate) fn selected(
    registry: &Registry,
    args: &SelectArgs,
    place: &Place,
) -> Result<Vec<&'static dyn Check>, Problem> {
    let over = |flags: &[String], file: &[String]| {
        // A variable that is set to nothing (`ASC_CHECK=`) asks for nothing.
        let flags: Vec<_> = flags.iter().filter(|word| !word.is_empty()).cloned().collect();
        if flags.is_empty() { file.to_vec() } else { flags }
    };
    let config = &place.config.scan;
    Ok(select(registry, &over(&args.check, &config.checks), &over(&args.exclude, &config.exclude))?)
}

fn run(
    registry: &Registry,
    args: &ScanArgs,
    place: &Place,
    spoken: &Spoken,
    source: Source,
    fail_on: Option<Severity>,
    lang: Lang,
) -> Result<Exit, Problem> {
    let checks = selected(registry, &args.select, place)?;
    for region in &args.source.region {
        // Before anything is called; those of the configuration may depend on the account.
        region::known(region)?;
    }
    let attestations = spoken.parse(registry, today(&args.source))?;
    let files = Files::open(&args.output)?;
    let job = Job { args: &args.source, place, attestations, checks: &checks, source, lang };
    let session = Session::start()?;
    let Some(done) = job.run(&session)? else { return Ok(Exit::Incomplete) };
    // What was not judged may be what a mute is for.
    for notice in done.scanned.notices().iter().filter(|_| !session.is_interrupted()) {
        stderr::warning(notice, lang);
    }
    // The recording first: it is in its place, whole, before anything may end the program.
    let (report, recorded) = done.report();
    if !session.writes(files.temporary()) {
        return Ok(Exit::Incomplete);
    }
    let declarations: Vec<_> = checks.iter().map(|check| check.declaration()).collect();
    // Broken off after the last answer, it is as good as any.
    let interrupted = session.is_interrupted() && !report.complete;
    let emission = emission(args, place, &declarations, lang);
    let mut written = files.write(&report, &emission);
    if interrupted {
        tell_of_interruption(&report, args, lang);
    } else {
        let format = stdout_format(args.format);
        let printed = stdout(|out| emit(format, &report, &emission, out).map_err(|error| error.source));
        written.extend(printed.err().map(Problem::Stdout));
    }
    tell(&report, args, place, interrupted, lang);
    // Each is told, and none keeps the others from being written.
    let failed: Vec<_> = written.into_iter().chain(recorded.err()).collect();
    if !failed.is_empty() {
        for problem in &failed {
            stderr::problem(problem, lang);
        }
        return Ok(Exit::Nothing);
    }
    if interrupted {
        return Ok(Exit::Incomplete);
    }
    let FailOn(threshold) = args.fail_on.unwrap_or(FailOn(fail_on));
    Ok(exit(&report, threshold))
}

fn emission<'a>(args: &ScanArgs, place: &Place, checks: &'a [&'static Declaration], lang: Lang) -> Emission<'a> {
    Emission {
        lang,
        checks,
        anchors: place.anchors(),
        default_anchor: place.default_anchor(),
        width: width(),
        color: color(),
        sarif_incomplete: args.sarif_incomplete.unwrap_or_default(),
    }
}

/// What became of a scan that the user broke off: which checks it left unfinished, and where the rest is.
fn tell_of_interruption(report: &Report, args: &ScanArgs, lang: Lang) {
    let open: BTreeSet<_> =
        report.coverage.iter().filter(|row| row.unknown > 0).map(|row| row.check_id.as_str()).collect();
    let open = open.into_iter().collect::<Vec<_>>().join(", ");
    let unknown = report.summary.unknown;
    let message = if args.output.is_empty() {
        text!(
            en: "interrupted: no report was written. Not finished: {open}",
            ja: "中断されました。レポートは書き出されていません。未完了: {open}"
        )
    } else {
        let files: Vec<_> = args.output.iter().map(|output| output.file.display().to_string()).collect();
        let files = files.join(", ");
        text!(
            en: "interrupted: what was judged so far is in {files}; {unknown} verdicts are unknown. Not finished: {open}",
            ja: "中断されました。ここまでの判定を {files} に書き出しました (判定不能 {unknown} 件)。未完了: {open}"
        )
    };
    stderr::warning(&message, lang);
    if let Some(file) = &args.record {
        let file = file.display();
        stderr::note(
            &text!(
                en: "what AWS has answered is in {file}; go on with --resume {file}",
                ja: "AWS の応答は {file} に記録しました。--resume {file} で続きを実行できます"
            ),
            lang,
        );
    }
}

/// What the user should know besides the report.
fn tell(report: &Report, args: &ScanArgs, place: &Place, interrupted: bool, lang: Lang) {
    let printed = !interrupted && stdout_format(args.format) == Format::Sarif;
    let sarif = printed || args.output.iter().any(|o| o.format == Format::Sarif);
    let incomplete: Vec<_> = report.incomplete_accounts().into_iter().collect();
    let (accounts, unknown) = (incomplete.join(", "), report.summary.unknown);
    if sarif && !incomplete.is_empty() {
        let message = match args.sarif_incomplete.unwrap_or_default() {
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
    if args.source.quiet {
        return;
    }
    if !incomplete.is_empty() && !sarif && !interrupted {
        stderr::warning(
            &text!(
                en: "the scan is incomplete: {unknown} verdicts are unknown",
                ja: "スキャンは不完全です (判定不能 {unknown} 件)"
            ),
            lang,
        );
    }
    if sarif && place.lacks_config() && report.findings.iter().any(asc_core::report::Finding::is_open_alert) {
        stderr::note(
            &text!(
                en: "alerts point to asc.toml, which does not exist: code scanning shows only alerts in files that do. Create it with a line `[accounts.<id>]` for each account",
                ja: "アラートは asc.toml の行に表示されますが、ファイルがありません。code scanning は存在するファイルのアラートだけを表示します。アカウントごとに `[accounts.<id>]` の行を持つ asc.toml を作成してください"
            ),
            lang,
        );
    }
    if place.config.accounts.values().any(|account| account.role.is_some()) {
        stderr::note(
            &text!(
                en: "the roles in [accounts] are not taken on: only the account of the credentials is scanned",
                ja: "[accounts] の role は使われません。スキャンするのは認証情報のアカウントだけです"
            ),
            lang,
        );
    }
    if place.config.iac != Iac::default() {
        stderr::note(
            &text!(
                en: "[iac] is not used yet: alerts are shown in asc.toml, not where the resources are declared",
                ja: "[iac] はまだ使われません。アラートはリソースの宣言箇所ではなく asc.toml に表示されます"
            ),
            lang,
        );
    }
    for output in &args.output {
        let (format, file) = (output.format, output.file.display());
        stderr::note(&text!(en: "wrote {format} to {file}", ja: "{format} を {file} に書き出しました"), lang);
    }
    if args.source.verbose {
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
