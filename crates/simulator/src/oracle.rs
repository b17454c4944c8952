//! What a scanner must find in the account: each verdict, from the same indices that the answers are made from, and
//! from nothing that a scanner has in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::account::Shape;
use crate::account::bucket::{Bucket, Log};
use crate::account::compute::{Instance, profile_role};
use crate::account::network::Retention;
use crate::account::people::Power;

/// A verdict that must be found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Expected {
    /// The check's number.
    pub check: &'static str,
    /// The region, unless the resource is global.
    pub region: Option<&'static str>,
    /// The resource's id.
    pub resource: String,
    /// `pass`, `fail`, `manual` or `not_applicable`.
    pub status: &'static str,
}

/// How many verdicts of each status each check must give.
pub type Verdicts = BTreeMap<&'static str, BTreeMap<&'static str, u64>>;

/// Counts what must be found.
pub fn verdicts(shape: &Shape) -> Verdicts {
    let mut verdicts = Verdicts::new();
    each(shape, |expected| *verdicts.entry(expected.check).or_default().entry(expected.status).or_default() += 1);
    verdicts
}

/// Tells every verdict that must be found.
pub fn each(shape: &Shape, mut tell: impl FnMut(Expected)) {
    of_account(shape, &mut tell);
    of_trails(shape, &mut tell);
    of_principals(shape, &mut tell);
    of_compute(shape, &mut tell);
    of_networks(shape, &mut tell);
    of_buckets(shape, &mut tell);
}

fn passes(good: bool) -> &'static str {
    if good { "pass" } else { "fail" }
}

/// Whether the public gets into a bucket.
pub fn is_public(bucket: &Bucket<'_>) -> bool {
    let block = bucket.block();
    let by_acl = bucket.public_group().is_some() && !block.is_some_and(|block| block.ignore_acls);
    let by_policy = bucket.has_public_policy()
        || bucket.internet_access_points().any(|point| point.has_public_policy() == Some(true));
    by_acl || (by_policy && !block.is_some_and(|block| block.restrict))
}

fn of_account(shape: &Shape, tell: &mut impl FnMut(Expected)) {
    let mut about = |check, status| tell(Expected { check, region: None, resource: shape.account.clone(), status });
    about("ASC-01", "pass");
    let delivered = shape.reports + shape.exports > 0 && shape.buckets > 0;
    about("ASC-02-02", if delivered && is_public(&shape.bucket(0)) { "fail" } else { "manual" });
    for check in ["ASC-05", "ASC-06", "ASC-09", "ASC-11"] {
        about(check, "manual");
    }
}

fn of_trails(shape: &Shape, tell: &mut impl FnMut(Expected)) {
    for trail in shape.all_trails() {
        let status = if trail.has_lost_bucket() { "not_applicable" } else { passes(!is_public(&shape.bucket(0))) };
        tell(Expected { check: "ASC-02-01", region: Some(trail.home()), resource: trail.arn(), status });
    }
    if shape.trails == 0 {
        let (check, resource) = ("ASC-02-01", shape.account.clone());
        tell(Expected { check, region: None, resource, status: "not_applicable" });
    }
    // The first trail records writes; all others record everything, where they are and work.
    let writes = shape.trails > 0 && shape.trail(0).works();
    let reads_in = |region: &str| shape.all_trails().skip(1).any(|trail| trail.works() && trail.home() == region);
    for region in shape.region_names() {
        let status = passes(reads_in(region));
        tell(Expected { check: "ASC-03", region: Some(region), resource: (*region).to_owned(), status });
    }
    let global = shape.all_trails().skip(1).any(|trail| trail.works() && trail.is_global());
    let status = passes(global && (writes || shape.trails > 1));
    tell(Expected { check: "ASC-03", region: None, resource: shape.account.clone(), status });
}

fn of_principals(shape: &Shape, tell: &mut impl FnMut(Expected)) {
    // An administrator has nothing left to gain, and no other right in the account leads anywhere.
    let mut about = |resource: String, administrator: bool| {
        let (check, region) = ("BASE-16", None);
        let status = if administrator { "not_applicable" } else { "pass" };
        tell(Expected { check, region, resource: resource.clone(), status });
        tell(Expected { check: "ASC-04", region, resource, status: passes(!administrator) });
    };
    for user in 0..shape.users {
        about(shape.principal_arn("user", user), shape.is_admin_user(user));
    }
    for group in 0..shape.groups {
        about(shape.principal_arn("group", group), group == 0);
    }
    for role in (0..shape.roles).filter(|role| shape.power(*role) != Power::ServiceLinked) {
        let administrator = matches!(shape.power(role), Power::AdminInline | Power::AdminManaged);
        about(shape.principal_arn("role", role), administrator);
    }
    for role in (0..shape.roles).filter(|role| shape.power(*role) == Power::ServiceLinked) {
        for check in ["ASC-04", "BASE-16"] {
            let resource = shape.principal_arn("role", role);
            tell(Expected { check, region: None, resource, status: "not_applicable" });
        }
    }
}

fn of_compute(shape: &Shape, tell: &mut impl FnMut(Expected)) {
    for (at, region) in shape.region_names().iter().enumerate() {
        let status = passes(shape.encrypts_by_default(at));
        tell(Expected { check: "ASC-07", region: Some(region), resource: (*region).to_owned(), status });
    }
    for volume in (0..shape.volumes).map(|index| shape.volume(index)).filter(|volume| !volume.is_deleting()) {
        let status = passes(volume.is_encrypted());
        tell(Expected { check: "ASC-07", region: Some(volume.region()), resource: volume.id(), status });
    }
    for instance in (0..shape.instances).map(|index| shape.instance(index)).filter(Instance::exists) {
        let role = instance.profile().and_then(|profile| profile_role(shape.profile_named(&profile)?));
        let (region, status) = (Some(instance.region()), passes(role.is_some()));
        tell(Expected { check: "ASC-10", region, resource: instance.id(), status });
    }
}

fn of_networks(shape: &Shape, tell: &mut impl FnMut(Expected)) {
    let mut groups = BTreeSet::new();
    for vpc in (0..shape.vpcs).map(|index| shape.vpc(index)) {
        let status = if vpc.is_shared() { "not_applicable" } else { passes(vpc.is_recorded()) };
        let region = Some(vpc.region());
        tell(Expected { check: "ASC-08", region, resource: vpc.id(), status });
        let into = vpc.flow_logs().into_iter().filter(|log| log.active).filter_map(|log| log.group);
        groups.extend(into.map(|group| (vpc.region(), group)));
    }
    for (region, group) in groups {
        let status = match shape.retention(region, &group) {
            Retention::Days(days) => passes(days >= 365),
            Retention::Forever => "pass",
            Retention::NoGroup => "not_applicable",
        };
        tell(Expected { check: "ASC-08", region: Some(region), resource: group, status });
    }
}

fn of_buckets(shape: &Shape, tell: &mut impl FnMut(Expected)) {
    let all = || (0..shape.buckets).map(|index| shape.bucket(index));
    let targets: BTreeSet<u64> =
        all().filter_map(|bucket| if let Log::Into(target) = bucket.log() { Some(target) } else { None }).collect();
    for bucket in all() {
        let logged = match bucket.log() {
            Log::Into(target) => passes(target < shape.hubs()),
            Log::Off if targets.contains(&bucket.index) => "not_applicable",
            Log::Gone(_) | Log::Off => "fail",
        };
        let verdicts = [
            ("ASC-12", passes(!is_public(&bucket))),
            ("ASC-13", passes(bucket.encryption().is_some())),
            ("ASC-14", "manual"),
            ("ASC-15", "manual"),
            ("ASC-16", logged),
        ];
        for (check, status) in verdicts {
            tell(Expected { check, region: Some(bucket.region()), resource: bucket.name(), status });
        }
    }
}
