//! Token buckets, as AWS has them: each call takes a token, tokens come back at a steady rate, and whoever finds none
//! is told so in the service's own words.

use std::collections::HashMap;
use std::str::FromStr;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::call::{Call, OPERATIONS};
use crate::plan::Counts;

/// Which limits are in force besides those that are given one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Preset {
    /// None.
    #[default]
    None,
    /// What AWS has published, as far as it has.
    Published,
}

/// A limit: which calls share a bucket of tokens, how many it holds, and how fast it fills.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    service: String,
    /// One operation; none for all of the service.
    operation: Option<String>,
    /// Whether each operation has a bucket of its own.
    each_operation: bool,
    /// Whether each region has a bucket of its own.
    each_region: bool,
    /// Tokens a second.
    pub rate: f64,
    /// Tokens that the bucket holds.
    pub burst: f64,
}

/// A limit that could not be understood.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no limit; write SERVICE[:OPERATION|:*][@account]=RATE[/BURST], such as s3=100 or ec2:*=20/100")]
pub struct NoLimit(String);

impl FromStr for Limit {
    type Err = NoLimit;

    fn from_str(text: &str) -> Result<Self, NoLimit> {
        let wrong = || NoLimit(text.to_owned());
        let (scope, numbers) = text.split_once('=').ok_or_else(wrong)?;
        let (scope, each_region) = scope.strip_suffix("@account").map_or((scope, true), |scope| (scope, false));
        let (service, operation) = scope.split_once(':').unwrap_or((scope, ""));
        let (rate, burst) = numbers.split_once('/').unwrap_or((numbers, numbers));
        let number = |text: &str| text.parse().ok().filter(|number: &f64| *number > 0.0).ok_or_else(wrong);
        if !OPERATIONS.iter().any(|(known, name)| *known == service && ["", "*", name].contains(&operation)) {
            return Err(wrong());
        }
        Ok(Self {
            service: service.to_owned(),
            operation: Some(operation.to_owned()).filter(|name| !["", "*"].contains(&name.as_str())),
            each_operation: operation == "*",
            each_region,
            rate: number(rate)?,
            burst: number(burst)?.max(1.0),
        })
    }
}

/// What AWS publishes: EC2 for what it calls non-mutating actions, each with a bucket of its own in every region;
/// CloudTrail and CloudWatch Logs per region. IAM's limits are not published; these are an assumption, as are S3's for
/// reading the settings of buckets, which are left out.
/// Source: Amazon EC2 Developer Guide, "Request throttling for the Amazon EC2 API"; AWS CloudTrail User Guide, "Quotas
/// in AWS CloudTrail"; Amazon CloudWatch Logs User Guide, "CloudWatch Logs quotas".
const PUBLISHED: [&str; 4] = ["ec2:*=20/100", "cloudtrail:*=10", "logs:*=10", "iam:*@account=20/100"];

/// The actions that EC2 holds to half the rate when they are asked for everything at once.
const WHOLE: [&str; 4] =
    ["DescribeInstances", "DescribeNetworkInterfaces", "DescribeSecurityGroups", "DescribeVolumes"];
const WHOLE_RATE: (f64, f64) = (10.0, 50.0);

/// The limits in force; of several that fit a call the first counts.
#[derive(Debug, Default)]
pub struct Limits {
    in_order: Vec<Limit>,
    published: bool,
    buckets: HashMap<Key, Bucket>,
}

/// Limit, operation and region, the latter two where they have buckets of their own.
type Key = (usize, usize, usize);

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    filled: Instant,
}

impl Limits {
    /// The limits that were given, and those of a preset for what they leave open.
    pub fn new(given: &[Limit], preset: Preset) -> Self {
        let published = preset == Preset::Published;
        let more = PUBLISHED.iter().filter(|_| published).filter_map(|text| text.parse().ok());
        Self { in_order: given.iter().cloned().chain(more).collect(), published, buckets: HashMap::new() }
    }

    fn find(&self, operation: usize, region: usize) -> Option<(Key, &Limit)> {
        let (service, name) = OPERATIONS[operation];
        let fits = |limit: &Limit| limit.service == service && limit.operation.as_ref().is_none_or(|only| only == name);
        let at = self.in_order.iter().position(fits)?;
        let limit = &self.in_order[at];
        let key = (
            at,
            if limit.each_operation { operation } else { usize::MAX },
            if limit.each_region { region } else { usize::MAX },
        );
        Some((key, limit))
    }

    /// Takes a token for a call, if there is one.
    pub fn admit(&mut self, call: &Call, now: Instant) -> bool {
        let Some((key, limit)) = self.find(call.operation, call.region) else { return true };
        let whole = self.published
            && call.service() == "ec2"
            && WHOLE.contains(&call.name())
            && !call.parameters.iter().any(|(key, _)| key == "MaxResults" || key.starts_with("Filter."));
        let (rate, burst) = if whole { WHOLE_RATE } else { (limit.rate, limit.burst) };
        let bucket = self.buckets.entry(key).or_insert(Bucket { tokens: burst, filled: now });
        let passed = now.saturating_duration_since(bucket.filled).as_secs_f64();
        bucket.tokens = (bucket.tokens + passed * rate).min(burst);
        bucket.filled = now;
        let admitted = bucket.tokens >= 1.0;
        if admitted {
            bucket.tokens -= 1.0;
        }
        admitted
    }

    /// How long so many calls take at least.
    pub fn least_time(&self, counts: &Counts) -> Duration {
        let mut calls = HashMap::<Key, (f64, &Limit)>::new();
        for ((operation, region), count) in counts {
            if let Some((key, limit)) = self.find(*operation, *region) {
                let count = u32::try_from(*count).map_or(f64::MAX, f64::from);
                calls.entry(key).or_insert((0.0, limit)).0 += count;
            }
        }
        let times = calls.values().map(|(count, limit)| ((count - limit.burst) / limit.rate).max(0.0));
        Duration::from_secs_f64(times.fold(0.0, f64::max))
    }
}

/// How a service says "slower": status and code.
/// Source: the services' common errors; Amazon S3 API Reference, "Error responses"; EC2's page on throttling.
pub fn refusal(service: &str) -> (u16, &'static str) {
    match service {
        "s3" | "s3control" => (503, "SlowDown"),
        "ec2" => (503, "RequestLimitExceeded"),
        "iam" | "sts" => (400, "Throttling"),
        "account" => (429, "TooManyRequestsException"),
        _ => (400, "ThrottlingException"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::number;

    fn call(service: &str, operation: &str, region: usize, paged: bool) -> Call {
        let parameters = if paged { vec![("MaxResults".to_owned(), "1000".to_owned())] } else { Vec::new() };
        let operation = number(service, operation).unwrap();
        Call { operation, region, subject: String::new(), parameters, json: serde_json::Value::Null }
    }

    fn limits(given: &[&str], preset: Preset) -> Limits {
        Limits::new(&given.iter().map(|text| text.parse().unwrap()).collect::<Vec<_>>(), preset)
    }

    fn admitted(limits: &mut Limits, call: &Call, at: Instant) -> usize {
        (0..1_000).take_while(|_| limits.admit(call, at)).count()
    }

    #[test]
    fn a_bucket_holds_its_burst_and_fills_at_its_rate() {
        let mut limits = limits(&["s3=100/30"], Preset::None);
        let (start, acl) = (Instant::now(), call("s3", "GetBucketAcl", 0, false));
        assert_eq!(admitted(&mut limits, &acl, start), 30);
        assert_eq!(admitted(&mut limits, &acl, start + Duration::from_millis(105)), 10);
        assert_eq!(admitted(&mut limits, &acl, start + Duration::from_secs(100)), 30);
    }

    #[test]
    fn buckets_are_shared_as_the_limit_says() {
        let start = Instant::now();
        let of =
            |limits: &mut Limits, operation, region| admitted(limits, &call("s3", operation, region, false), start);
        let mut shared = limits(&["s3@account=10"], Preset::None);
        assert_eq!([of(&mut shared, "GetBucketAcl", 0), of(&mut shared, "GetBucketPolicy", 1)], [10, 0]);
        let mut by_region = limits(&["s3=10"], Preset::None);
        assert_eq!(of(&mut by_region, "GetBucketAcl", 0), 10);
        assert_eq!([of(&mut by_region, "GetBucketPolicy", 0), of(&mut by_region, "GetBucketPolicy", 1)], [0, 10]);
        let mut by_operation = limits(&["s3:*=10"], Preset::None);
        assert_eq!([of(&mut by_operation, "GetBucketAcl", 0), of(&mut by_operation, "GetBucketPolicy", 0)], [10, 10]);
    }

    #[test]
    fn the_published_limits_are_those_of_the_documentation() {
        let (start, mut limits) = (Instant::now(), limits(&[], Preset::Published));
        let mut burst = |service, operation, paged| admitted(&mut limits, &call(service, operation, 0, paged), start);
        assert_eq!(burst("ec2", "DescribeVpcs", true), 100);
        assert_eq!(burst("ec2", "DescribeInstances", false), 50);
        assert_eq!(burst("cloudtrail", "GetTrailStatus", false), 10);
        assert_eq!(burst("logs", "DescribeLogGroups", false), 10);
        assert_eq!(burst("s3", "GetBucketAcl", false), 1_000);
        assert_eq!(PUBLISHED.iter().filter(|text| text.parse::<Limit>().is_ok()).count(), PUBLISHED.len());
    }

    #[test]
    fn the_least_time_is_what_the_fullest_bucket_takes() {
        let limits = limits(&["s3=100"], Preset::None);
        let at = |operation| number("s3", operation).unwrap();
        let counts =
            [((at("GetBucketAcl"), 0), 600), ((at("GetBucketPolicy"), 0), 500), ((at("GetBucketAcl"), 1), 900)];
        assert_eq!(limits.least_time(&counts.into_iter().collect()), Duration::from_secs(10));
    }

    #[test]
    fn each_service_has_its_own_words_and_nonsense_is_no_limit() {
        assert_eq!(refusal("s3"), (503, "SlowDown"));
        assert_eq!(refusal("ec2"), (503, "RequestLimitExceeded"));
        assert_eq!(refusal("iam"), (400, "Throttling"));
        assert_eq!(refusal("cloudtrail"), (400, "ThrottlingException"));
        for text in ["", "s3", "s3=", "s3=0", "s3=-1", "s4=10", "s3:Nonsense=10"] {
            assert!(text.parse::<Limit>().is_err(), "{text}");
        }
    }
}
