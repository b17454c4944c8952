//! `asc plan`: what a scan would call, how often, and how long that takes at least.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use asc_aws::{Access, Manners};
use asc_core::census;
use asc_core::fact::Need;
use asc_core::progress::Progress;
use asc_core::registry::Registry;
use asc_core::stop::Stop;
use asc_core::{Lang, Operation, Per, Reads, text};
use asc_report::escape;
use serde_json::{Value, json};

use crate::Exit;
use crate::args::{ListFormat, PlanArgs};
use crate::info::print;
use crate::job::{broken_off, enter, manners, source};
use crate::permissions::actions;
use crate::place::Place;
use crate::problem::Problem;
use crate::scan::selected;
use crate::session::Session;

/// The round trip that the least time is reckoned with; a region on the other side of the world takes longer.
const ROUND_TRIP: Duration = Duration::from_millis(50);
/// Calls that wait for one another at least: who am I, which buckets, their block, their ACL, its ownership.
const LONGEST_CHAIN: u32 = 5;

/// A number of calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    number: u64,
    /// Some of it could not be counted with one call.
    estimated: bool,
}

impl Count {
    /// The number as it is shown; nothing for nothing.
    fn shown(self) -> String {
        match self {
            Self { number: 0, .. } => String::new(),
            Self { number, estimated: true } => format!("≈{number}"),
            Self { number, estimated: false } => number.to_string(),
        }
    }
}

/// How often a service is called in a region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Calls {
    /// In any case.
    certain: Count,
    /// Further ones, where another answer leaves something open; at most, as far as that can be counted.
    if_needed: Count,
}

type Rows = BTreeMap<(&'static str, String), Calls>;

/// `asc plan`.
pub(crate) fn plan(registry: &Registry, args: &PlanArgs, place: &Place, lang: Lang) -> Result<Exit, Problem> {
    let checks = selected(registry, &args.select, place)?;
    let operations = Reads::operations(checks.iter().flat_map(|check| check.declaration().reads));
    let source = source(&args.source, None, None)?;
    let progress = Arc::<Progress>::default();
    let session = Session::start()?;
    let work = count(args, place, source, Arc::clone(&progress), session.stop(), &operations);
    let counted = session.run(work)?.filter(|_| !session.is_interrupted());
    let Some((home, named, censuses)) = counted else { return Ok(broken_off(&progress, lang)) };
    let rows = rows(&operations, &censuses, &home, named);
    let sum = |of: fn(&Calls) -> Count| rows.values().map(|calls| of(calls).number).sum::<u64>();
    let (total, if_needed) = (sum(|calls| calls.certain), sum(|calls| calls.if_needed));
    let least = least_time(total, manners(&args.source, place));
    let actions = actions(&checks);
    match args.format {
        ListFormat::Table => print(&table(&rows, (total, if_needed), least, &actions, lang)),
        ListFormat::Json => {
            let rows: Vec<Value> = rows
                .iter()
                .map(|((service, region), calls)| {
                    let Calls { certain, if_needed } = calls;
                    json!({
                        "service": service,
                        "region": region,
                        "calls": certain.number,
                        "if_needed": if_needed.number,
                        "estimated": certain.estimated || if_needed.estimated,
                    })
                })
                .collect();
            let plan = json!({
                "calls": rows,
                "total": total,
                "total_if_needed": if_needed,
                "least_seconds": least.as_secs_f64(),
                "actions": actions,
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
    stop: Stop,
    operations: &BTreeMap<Operation, Need>,
) -> Result<(String, bool, Censuses), Problem> {
    let (door, cx) = enter(&args.source, place, source, Access::ReadOnly, progress, stop).await?;
    let mut censuses = Censuses::new();
    for per in operations.keys().map(|operation| operation.per) {
        if let (Some(census), false) = (census::of(per), censuses.contains_key(&per)) {
            censuses.insert(per, (census.count)(&cx).await.ok());
        }
    }
    Ok((door.home().to_owned(), cx.regions().named().is_some(), censuses))
}

fn rows(operations: &BTreeMap<Operation, Need>, censuses: &Censuses, home: &str, named: bool) -> Rows {
    let mut rows = Rows::new();
    let mut add = |service, region: &str, need, number, estimated| {
        let calls = rows.entry((service, region.to_owned())).or_default();
        let count = if need == Need::Certain { &mut calls.certain } else { &mut calls.if_needed };
        count.number += number;
        count.estimated |= estimated;
    };
    add("sts", home, Need::Certain, 1, false);
    for (operation, need) in operations {
        let (service, need) = (operation.service, *need);
        match (operation.per, censuses.get(&operation.per)) {
            (Per::RegionList, _) if named => {}
            (Per::Account | Per::RegionList, _) => add(service, home, need, 1, false),
            // A bucket's settings are asked only as far as they can change a verdict.
            (per, Some(Some(counted))) => {
                for (region, number) in counted {
                    add(service, region, need, *number, per == Per::Bucket);
                }
            }
            (_, _) => add(service, home, need, 1, true),
        }
    }
    rows
}

fn least_time(total: u64, manners: Manners) -> Duration {
    let capped = manners.max_rps.map_or(Duration::ZERO, |most| Duration::from_secs(total.div_ceil(most.max(1).into())));
    let rounds = total.div_ceil(manners.concurrency.max(1) as u64).max(u64::from(LONGEST_CHAIN));
    ROUND_TRIP.saturating_mul(u32::try_from(rounds).unwrap_or(u32::MAX)).max(capped)
}

fn table(
    rows: &Rows,
    (total, if_needed): (u64, u64),
    least: Duration,
    actions: &BTreeSet<&'static str>,
    lang: Lang,
) -> String {
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = writeln!(text, "{:18}  {:16}  {:>8}  {:>9}", "service", "region", "calls", "if needed");
    for ((service, region), Calls { certain, if_needed }) in rows {
        let region = escape::terminal(if region.is_empty() { "?" } else { region });
        let line = format!("{service:18}  {region:16}  {:>8}  {:>9}", certain.shown(), if_needed.shown());
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let (seconds, trip, count) = (least.as_secs_f64(), ROUND_TRIP.as_millis(), actions.len());
    let told = text!(
        en: "\n{total} calls, at least {seconds:.1} s with {trip} ms a round trip, and {if_needed} more if needed: where another answer leaves\nsomething open. ≈ marks what cannot be counted with one call; ? stands for regions that the listing does not tell.\n\n{count} IAM actions (`asc permissions` writes the policy):\n",
        ja: "\n呼び出し {total} 回、往復 {trip} ms として最短 {seconds:.1} 秒。さらに、ほかの応答だけでは判定できない場合に {if_needed} 回 (if needed)。\n≈ は 1 回の呼び出しでは数えられないものです。? は一覧から分からないリージョンです。\n\nIAM アクション {count} 個 (`asc permissions` でポリシーを出力):\n"
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
    fn what_is_counted_is_exact_and_what_is_not_or_only_perhaps_called_is_marked() {
        let operation = |name, per| Operation::new("s3", name, "s3:X").per(per);
        let operations = BTreeMap::from([
            (operation("List", Per::Account), Need::Certain),
            (operation("Get", Per::Bucket), Need::Certain),
            (operation("Trails", Per::Region), Need::Certain),
            (operation("Points", Per::Region), Need::Perhaps),
            (operation("Status", Per::Item), Need::Certain),
            (operation("Location", Per::Exception), Need::Perhaps),
            (operation("Regions", Per::RegionList), Need::Certain),
        ]);
        let of = |counted: &[(&str, u64)]| Some(counted.iter().map(|(r, n)| ((*r).to_owned(), *n)).collect());
        let censuses = Censuses::from([
            (Per::Bucket, of(&[("eu-west-1", 7)])),
            (Per::Region, of(&[("eu-west-1", 1), ("us-east-1", 1)])),
        ]);
        let rows = rows(&operations, &censuses, "us-east-1", true);
        let get = |service, region: &str| rows[&(service, region.to_owned())];
        let shown = |service, region: &str| {
            let Calls { certain, if_needed } = get(service, region);
            (certain.shown(), if_needed.shown())
        };
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        assert_eq!(shown("sts", "us-east-1"), pair("1", ""));
        assert_eq!(shown("s3", "eu-west-1"), pair("≈8", "1"));
        assert_eq!(shown("s3", "us-east-1"), pair("≈3", "≈2"));
        let free = Manners { concurrency: 64, ..Manners::DEFAULT };
        assert_eq!(least_time(640, free), ROUND_TRIP * 10);
        assert_eq!(least_time(3, free), ROUND_TRIP * LONGEST_CHAIN);
        assert_eq!(least_time(640, Manners { max_rps: Some(10), ..free }), Duration::from_secs(64));
    }
}
