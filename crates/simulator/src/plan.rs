//! The least that a reader of the account must ask to judge everything in it: each request once, none whose answer
//! could change nothing. Counted, it is what a scan's calls are compared with; sent, it is what they cost at least.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::account::bucket::Log;
use crate::account::compute::Instance;
use crate::account::trail::GONE;
use crate::account::{REGIONS, Shape};
use crate::call::{BUCKET_QUERIES, number};
use crate::wire::token;

/// A request to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The operation, by its place in [`crate::call::OPERATIONS`].
    pub operation: usize,
    /// The region, by its place in [`REGIONS`].
    pub region: usize,
    /// Path and query.
    pub path: String,
    /// The `X-Amz-Target` header, where there is one.
    pub target: &'static str,
    /// The body; requests with one are sent by POST.
    pub body: String,
}

/// How many calls there are of each operation in each region, by their places in the lists of both.
pub type Counts = BTreeMap<(usize, usize), u64>;

/// A chain of calls of which each needs the answer to the one before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Chain {
    /// How many calls are in it.
    pub calls: u64,
    /// How long it waits besides, in seconds: IAM takes its time to write a credential report.
    pub pause_s: f64,
}

/// Counts requests.
pub fn count(requests: &[Request]) -> Counts {
    let mut counts = Counts::new();
    for request in requests {
        *counts.entry((request.operation, request.region)).or_default() += 1;
    }
    counts
}

/// All requests of a scan that sets out from a region.
pub fn requests(shape: &Shape, home: &str) -> Vec<Request> {
    let mut plan = Plan { shape, all: Vec::new() };
    plan.query(home, "sts", "GetCallerIdentity", "");
    plan.query(home, "ec2", "DescribeRegions", "");
    plan.buckets(home);
    plan.regions();
    plan.people(home);
    plan.trails(home);
    plan.bills();
    plan.all
}

/// The chains among them that may be the longest; which one is depends on the latency. A listing's pages follow one
/// another.
pub fn chains(shape: &Shape) -> [Chain; 4] {
    let largest = |count: u64| pages(count.div_ceil(shape.regions), 1_000);
    // Who am I, which buckets, is one blocked, what does its ACL say, does that count?
    let of_buckets = 1 + pages(shape.buckets, 10_000) + if shape.buckets > 0 { 3 } else { 0 };
    // Who am I, which regions, which instances, which role is in a profile?
    let of_compute = 2 + largest(shape.instances).max(largest(shape.volumes)) + 1;
    let of_people = 1 + pages(shape.authorization_entries(), 1_000);
    let [buckets, compute, people] = [of_buckets, of_compute, of_people].map(|calls| Chain { calls, pause_s: 0.0 });
    // Who am I, make a report, is it made, give it to me.
    [buckets, compute, people, Chain { calls: 4, pause_s: 1.0 }]
}

/// How many pages a listing has.
fn pages(count: u64, size: u64) -> u64 {
    count.div_ceil(size).max(1)
}

struct Plan<'a> {
    shape: &'a Shape,
    all: Vec<Request>,
}

impl Plan<'_> {
    fn add(&mut self, region: &str, service: &str, operation: &str, path: String, target: &'static str, body: String) {
        let region = REGIONS.iter().position(|known| *known == region);
        if let (Some(operation), Some(region)) = (number(service, operation), region) {
            self.all.push(Request { operation, region, path, target, body });
        }
    }

    fn query(&mut self, region: &str, service: &str, operation: &str, rest: &str) {
        let body = format!("Action={operation}&Version=0{rest}");
        self.add(region, service, operation, "/".to_owned(), "", body);
    }

    /// A listing of so many items, page by page.
    fn listing(&mut self, region: &str, service: &str, operation: &str, count: u64) {
        let (size, token_name) = if service == "iam" { ("MaxItems", "Marker") } else { ("MaxResults", "NextToken") };
        for page in 0..pages(count, 1_000) {
            let from = if page == 0 { String::new() } else { format!("&{token_name}={}", next(page, 1_000)) };
            self.query(region, service, operation, &format!("&{size}=1000{from}"));
        }
    }

    fn json(&mut self, region: &str, service: &str, operation: &str, target: &'static str, body: String) {
        self.add(region, service, operation, "/".to_owned(), target, body);
    }

    fn about_bucket(&mut self, bucket: &str, region: &str, operation: &str) {
        let query = BUCKET_QUERIES.iter().find(|(_, name)| *name == operation).map_or("", |(query, _)| query);
        self.add(region, "s3", operation, format!("/{bucket}?{query}"), "", String::new());
    }

    fn buckets(&mut self, home: &str) {
        let shape = self.shape;
        for page in 0..pages(shape.buckets, 10_000) {
            let from = if page == 0 { String::new() } else { format!("&continuation-token={}", next(page, 10_000)) };
            self.add(home, "s3", "ListBuckets", format!("/?max-buckets=10000{from}"), "", String::new());
        }
        if shape.buckets > 0 {
            let path = "/v20180820/configuration/publicAccessBlock".to_owned();
            self.add(home, "s3control", "GetPublicAccessBlock", path, "", String::new());
        }
        let refusing: BTreeSet<u64> = (0..shape.buckets)
            .filter_map(|index| match shape.bucket(index).log() {
                Log::Into(target) if target >= shape.hubs() => Some(target),
                _ => None,
            })
            .collect();
        let mut with_points = BTreeSet::new();
        for index in 0..shape.buckets {
            let bucket = shape.bucket(index);
            let (name, region, block) = (bucket.name(), bucket.region(), bucket.block());
            let ignores = block.is_some_and(|block| block.ignore_acls);
            let restricts = block.is_some_and(|block| block.restrict);
            let mut ask = vec!["GetPublicAccessBlock", "GetBucketPolicy", "GetBucketEncryption", "GetBucketVersioning"];
            ask.extend(["GetBucketLifecycleConfiguration", "GetObjectLockConfiguration", "GetBucketLogging"]);
            if !ignores || refusing.contains(&index) {
                ask.push("GetBucketAcl");
            }
            if !ignores && bucket.public_group().is_some() {
                ask.push("GetBucketOwnershipControls");
            }
            if !restricts {
                ask.push("GetBucketPolicyStatus");
                with_points.insert(region);
            }
            if bucket.policy() != crate::account::bucket::Policy::TlsOnly {
                ask.push("GetBucketWebsite");
            }
            for operation in ask {
                self.about_bucket(&name, region, operation);
            }
            if !restricts {
                for point in bucket.internet_access_points() {
                    let path = format!("/v20180820/accesspoint/{}/policyStatus", point.name());
                    self.add(region, "s3control", "GetAccessPointPolicyStatus", path, "", String::new());
                }
            }
        }
        for region in with_points {
            for page in 0..pages(shape.in_region(region, shape.access_points).count() as u64, 1_000) {
                let from = if page == 0 { String::new() } else { format!("&nextToken={}", next(page, 1_000)) };
                let path = format!("/v20180820/accesspoint?maxResults=1000{from}");
                self.add(region, "s3control", "ListAccessPoints", path, "", String::new());
            }
        }
    }

    fn regions(&mut self) {
        let shape = self.shape;
        let many = |region: &str, count: u64| shape.in_region(region, count).count() as u64;
        let mut profiles = BTreeSet::new();
        for region in shape.region_names() {
            let logs = shape.flow_logs_in(region);
            self.listing(region, "ec2", "DescribeVpcs", many(region, shape.vpcs));
            self.listing(region, "ec2", "DescribeFlowLogs", logs.len() as u64);
            self.listing(region, "ec2", "DescribeInstances", many(region, shape.instances));
            self.listing(region, "ec2", "DescribeVolumes", shape.volumes_in(region).count() as u64);
            self.listing(region, "ec2", "DescribeSecurityGroups", many(region, shape.security_groups));
            self.query(region, "ec2", "DescribeKeyPairs", "");
            self.query(region, "ec2", "GetEbsEncryptionByDefault", "");
            let existing = shape.in_region(region, shape.instances).map(|index| shape.instance(index));
            let existing: Vec<_> = existing.filter(Instance::exists).collect();
            if shape.has_open_rule(region) {
                self.listing(region, "ec2", "DescribeNetworkInterfaces", existing.len() as u64);
            }
            let watched = |id: &str| logs.iter().any(|log| log.resource == id && log.records_rejected());
            let by_subnet = logs.iter().any(|log| log.records_rejected() && log.resource.starts_with("subnet-"));
            let mut vpcs = shape.in_region(region, shape.vpcs).map(|index| shape.vpc(index));
            if by_subnet && vpcs.any(|vpc| !vpc.is_shared() && !watched(&vpc.id())) {
                self.listing(region, "ec2", "DescribeSubnets", shape.subnets * many(region, shape.vpcs));
            }
            let groups = logs.iter().filter(|log| log.active).filter_map(|log| log.group.clone());
            for group in groups.collect::<BTreeSet<_>>() {
                let body = format!(r#"{{"logGroupNamePrefix":"{group}","limit":50}}"#);
                self.json(region, "logs", "DescribeLogGroups", "Logs_20140328.DescribeLogGroups", body);
            }
            profiles.extend(existing.iter().filter_map(Instance::profile));
        }
        for profile in profiles {
            let name = format!("&InstanceProfileName={profile}");
            self.query(shape.region(0), "iam", "GetInstanceProfile", &name);
        }
    }

    fn people(&mut self, home: &str) {
        self.query(home, "iam", "GetAccountSummary", "");
        // Started, then made.
        self.query(home, "iam", "GenerateCredentialReport", "");
        self.query(home, "iam", "GenerateCredentialReport", "");
        self.query(home, "iam", "GetCredentialReport", "");
        self.listing(home, "iam", "GetAccountAuthorizationDetails", self.shape.authorization_entries());
    }

    fn trails(&mut self, home: &str) {
        let shape = self.shape;
        let target = "CloudTrail_20131101.DescribeTrails";
        for region in shape.region_names() {
            let body = r#"{"includeShadowTrails":true}"#.to_owned();
            self.json(region, "cloudtrail", "DescribeTrails", target, body);
        }
        for trail in shape.all_trails() {
            let body = format!(r#"{{"Name":"{}"}}"#, trail.arn());
            self.json(trail.home(), "cloudtrail", "GetTrailStatus", "CloudTrail_20131101.GetTrailStatus", body);
            if trail.works() {
                let body = format!(r#"{{"TrailName":"{}"}}"#, trail.arn());
                let target = "CloudTrail_20131101.GetEventSelectors";
                self.json(trail.home(), "cloudtrail", "GetEventSelectors", target, body);
            }
        }
        if shape.all_trails().any(|trail| trail.has_lost_bucket()) {
            self.about_bucket(GONE, home, "GetBucketLocation");
        }
    }

    fn bills(&mut self) {
        let (shape, region) = (self.shape, "us-east-1");
        let from =
            |page, size| if page == 0 { String::new() } else { format!(r#","NextToken":"{}""#, next(page, size)) };
        for page in 0..pages(shape.reports, 5) {
            let body = format!(r#"{{"MaxResults":5{}}}"#, from(page, 5));
            let target = "AWSOrigamiServiceGatewayService.DescribeReportDefinitions";
            self.json(region, "cur", "DescribeReportDefinitions", target, body);
        }
        for page in 0..pages(shape.exports, 100) {
            let body = format!(r#"{{"MaxResults":100{}}}"#, from(page, 100));
            let target = "AWSBillingAndCostManagementDataExports.ListExports";
            self.json(region, "bcm-data-exports", "ListExports", target, body);
        }
        for index in 0..shape.exports {
            let account = &shape.account;
            let body =
                format!(r#"{{"ExportArn":"arn:aws:bcm-data-exports:us-east-1:{account}:export/export-{index}"}}"#);
            let target = "AWSBillingAndCostManagementDataExports.GetExport";
            self.json(region, "bcm-data-exports", "GetExport", target, body);
        }
    }
}

fn next(page: u64, size: u64) -> String {
    token(usize::try_from(page * size).unwrap_or_default())
}
