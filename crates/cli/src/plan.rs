//! `asc plan`: what a scan would call, how often, and how long that takes at least.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use asc_core::census;
use asc_core::progress::Progress;
use asc_core::registry::Registry;
use asc_core::{Lang, Operation, Per, text};
use asc_report::escape;
use serde_json::{Value, json};

use crate::Exit;
use crate::args::{ListFormat, PlanArgs};
use crate::info::print;
use crate::job::{concurrency, enter, source, until_interrupted};
use crate::permissions::actions;
use crate::place::Place;
use crate::problem::Problem;
use crate::scan::selected;

/// The round trip that the least time is reckoned with; a region on the other side of the world takes longer.
const ROUND_TRIP: Duration = Duration::from_millis(50);
/// Calls that wait for one another at least: who am I, which buckets, their block, their ACL, its ownership.
const LONGEST_CHAIN: u32 = 5;

/// How often a service is called in a region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Calls {
    count: u64,
    /// Some of it could not be counted with one call, or is called only where it is needed.
    estimated: bool,
}

/// `asc plan`.
pub(crate) fn plan(registry: &Registry, args: &PlanArgs, lang: Lang) -> Result<Exit, Problem> {
    let place = Place::read(args.source.config.as_deref(), registry)?;
    let checks = selected(registry, &args.select, &place)?;
    let operations: BTreeSet<Operation> = checks.iter().flat_map(|check| check.declaration().operations()).collect();
    let source = source(&args.source, None)?;
    let progress = Arc::<Progress>::default();
    let work = count(args, &place, source, Arc::clone(&progress), &operations);
    let Some((home, named, censuses)) = until_interrupted(&progress, lang, work)? else { return Ok(Exit::Incomplete) };
    let rows = rows(&operations, &censuses, &home, named);
    let total: u64 = rows.values().map(|calls| calls.count).sum();
    let least = least_time(total, concurrency(&args.source, &place));
    let actions = actions(&checks);
    match args.format {
        ListFormat::Table => print(&table(&rows, total, least, &actions, lang)),
        ListFormat::Json => {
            let rows: Vec<Value> = rows
                .iter()
                .map(|((service, region), calls)| {
                    json!({ "service": service, "region": region, "calls": calls.count, "estimated": calls.estimated })
                })
                .collect();
            let plan = json!({
                "calls": rows, "total": total, "least_seconds": least.as_secs_f64(), "actions": actions,
            });
            print(&format!("{plan:#}\n"))
        }
    }
}

/// What could be counted, by what it is: how many in each region; nothing where the count was refused.
type Censuses = BTreeMap<Per, Option<census::Counted>>;

async fn count(
    args: &PlanArgs,
    place: &Place,
    source: asc_aws::Source,
    progress: Arc<Progress>,
    operations: &BTreeSet<Operation>,
) -> Result<(String, bool, Censuses), Problem> {
    let (door, cx) = enter(&args.source, place, source, progress).await?;
    let mut censuses = Censuses::new();
    for per in operations.iter().map(|operation| operation.per) {
        if let (Some(census), false) = (census::of(per), censuses.contains_key(&per)) {
            censuses.insert(per, (census.count)(&cx).await.ok());
        }
    }
    Ok((door.home().to_owned(), cx.regions().named().is_some(), censuses))
}

fn rows(
    operations: &BTreeSet<Operation>,
    censuses: &Censuses,
    home: &str,
    named: bool,
) -> BTreeMap<(&'static str, String), Calls> {
    let mut rows = BTreeMap::<(&'static str, String), Calls>::new();
    let mut add = |service, region: &str, count, estimated| {
        let calls = rows.entry((service, region.to_owned())).or_default();
        calls.count += count;
        calls.estimated |= estimated;
    };
    add("sts", home, 1, false);
    for operation in operations {
        let service = operation.service;
        match (operation.per, censuses.get(&operation.per)) {
            (Per::RegionList, _) if named => {}
            (Per::Account | Per::RegionList, _) => add(service, home, 1, false),
            // A bucket's settings are asked only as far as they can change a verdict.
            (per, Some(Some(counted))) => {
                for (region, count) in counted {
                    add(service, region, *count, per == Per::Bucket);
                }
            }
            (Per::Exception, _) => add(service, home, 0, true),
            (_, _) => add(service, home, 1, true),
        }
    }
    rows
}

fn least_time(total: u64, concurrency: usize) -> Duration {
    let rounds = total.div_ceil(concurrency.max(1) as u64).max(u64::from(LONGEST_CHAIN));
    ROUND_TRIP.saturating_mul(u32::try_from(rounds).unwrap_or(u32::MAX))
}

fn table(
    rows: &BTreeMap<(&'static str, String), Calls>,
    total: u64,
    least: Duration,
    actions: &BTreeSet<&'static str>,
    lang: Lang,
) -> String {
    let mut text = String::new();
    let (service, region, calls) = lang.pick(("service", "region", "calls"), ("service", "region", "calls"));
    // Writing into a string cannot fail.
    let _ = writeln!(text, "{service:18}  {region:16}  {calls:>8}");
    for ((service, region), calls) in rows {
        let mark = if calls.estimated { "≈" } else { "" };
        let region = escape::terminal(if region.is_empty() { "?" } else { region });
        let count = format!("{mark}{}", calls.count);
        let _ = writeln!(text, "{service:18}  {region:16}  {count:>8}");
    }
    let (seconds, trip, count) = (least.as_secs_f64(), ROUND_TRIP.as_millis(), actions.len());
    let told = text!(
        en: "\n{total} calls, at least {seconds:.1} s with {trip} ms a round trip. ≈ marks what cannot be counted with one call, or is\nasked only where it can change a verdict; ? stands for regions that the listing does not tell.\n\n{count} IAM actions (`asc permissions` writes the policy):\n",
        ja: "\n呼び出し {total} 回、往復 {trip} ms として最短 {seconds:.1} 秒。≈ は 1 回の呼び出しでは数えられないもの、または判定に影響する場合にだけ\n問い合わせるものです。? は一覧から分からないリージョンです。\n\nIAM アクション {count} 個 (`asc permissions` でポリシーを出力):\n"
    );
    text.push_str(told.in_lang(lang));
    for action in actions {
        let _ = writeln!(text, "  {action}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_exact_and_the_rest_is_marked() {
        let operation = |name, per| Operation::new("s3", name, "s3:X").per(per);
        let operations = BTreeSet::from([
            operation("List", Per::Account),
            operation("Get", Per::Bucket),
            operation("Trails", Per::Region),
            operation("Status", Per::Item),
            operation("Location", Per::Exception),
            operation("Regions", Per::RegionList),
        ]);
        let of = |counted: &[(&str, u64)]| Some(counted.iter().map(|(r, n)| ((*r).to_owned(), *n)).collect());
        let censuses = Censuses::from([
            (Per::Bucket, of(&[("eu-west-1", 7)])),
            (Per::Region, of(&[("eu-west-1", 1), ("us-east-1", 1)])),
        ]);
        let rows = rows(&operations, &censuses, "us-east-1", true);
        let get = |service, region: &str| rows[&(service, region.to_owned())];
        assert_eq!(get("sts", "us-east-1"), Calls { count: 1, estimated: false });
        assert_eq!(get("s3", "eu-west-1"), Calls { count: 8, estimated: true });
        assert_eq!(get("s3", "us-east-1"), Calls { count: 3, estimated: true });
        assert_eq!(least_time(640, 64), ROUND_TRIP * 10);
        assert_eq!(least_time(3, 64), ROUND_TRIP * LONGEST_CHAIN);
    }
}
