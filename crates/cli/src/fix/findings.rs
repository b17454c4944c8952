//! The findings to put right: of a fresh scan, or of a report.

use std::path::Path;

use asc_core::engine::{self, Telling};
use asc_core::registry::Registry;
use asc_core::report::{Finding, Report};
use asc_core::{Check, Cx, Lang, Status};
use glob::Pattern;

use crate::args::FixArgs;
use crate::job::today;
use crate::place::Place;
use crate::problem::Problem;

/// The alerts that may be put right.
pub(super) struct Found {
    pub(super) findings: Vec<Finding>,
    /// How many could not be determined.
    pub(super) unknown: usize,
    /// How many are of other accounts.
    pub(super) elsewhere: usize,
}

/// The alerts that the selection leaves, nobody having laid them to rest.
pub(super) async fn findings(
    args: &FixArgs,
    place: &Place,
    checks: &[&'static dyn Check],
    cx: &Cx,
    lang: Lang,
) -> Result<Found, Problem> {
    let wanted = globs(&args.resource)?;
    let all = match &args.report {
        Some(file) => of_report(file)?,
        None => scanned(args, place, checks, cx, lang).await?,
    };
    let here = |finding: &Finding| finding.account_id == cx.account().id;
    let selected = |finding: &Finding| {
        checks.iter().any(|check| check.declaration().id == finding.check_id)
            && (wanted.is_empty() || wanted.iter().any(|glob| matches(glob, finding)))
    };
    let elsewhere = all.iter().filter(|finding| selected(finding) && !here(finding)).count();
    let (open, rest): (Vec<_>, Vec<_>) =
        all.into_iter().filter(|finding| selected(finding) && here(finding)).partition(Finding::is_open_alert);
    let unknown = rest.iter().filter(|finding| finding.status == Status::Unknown).count();
    Ok(Found { findings: open, unknown, elsewhere })
}

/// The findings of checks, as things are.
pub(super) async fn scanned(
    args: &FixArgs,
    place: &Place,
    checks: &[&'static dyn Check],
    cx: &Cx,
    lang: Lang,
) -> Result<Vec<Finding>, Problem> {
    let registry = Registry::linked()?;
    let attestations =
        place.attestations(args.source.attestations.as_deref())?.parse(&registry, today(&args.source))?;
    let telling = Telling { lang, rules: place.config.rules.clone(), attestations };
    let scanned = engine::scan(cx, checks, &telling).await;
    let now = cx.clock().now();
    Ok(scanned.report(cx, now, now, crate::job::VERSION).findings)
}

fn of_report(file: &Path) -> Result<Vec<Finding>, Problem> {
    let text = std::fs::read_to_string(file).map_err(|error| Problem::File { file: file.to_owned(), error })?;
    let report: Report = serde_json::from_str(&text)
        .map_err(|error| Problem::NoReport { file: file.to_owned(), why: error.to_string() })?;
    // A region becomes part of the name of the host that is asked.
    match report.findings.iter().find(|finding| !has_sound_region(finding)) {
        Some(finding) => {
            let why = format!("{} {}: not a region", finding.check_id, finding.resource.id);
            Err(Problem::NoReport { file: file.to_owned(), why })
        }
        None => Ok(report.findings),
    }
}

fn has_sound_region(finding: &Finding) -> bool {
    let sound = |region: &str| {
        !region.is_empty() && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let is_region = finding.resource.kind == "AWS::Region";
    finding.region.as_deref().is_none_or(sound) && (!is_region || sound(&finding.resource.id))
}

fn globs(words: &[String]) -> Result<Vec<Pattern>, Problem> {
    let read = |word: &String| Pattern::new(word).map_err(|error| Problem::Glob(word.clone(), error.msg));
    words.iter().map(read).collect()
}

fn matches(glob: &Pattern, finding: &Finding) -> bool {
    glob.matches(&finding.resource.id) || finding.resource.arn.as_deref().is_some_and(|arn| glob.matches(arn))
}
