//! What CloudTrail can be asked: the only place that calls its SDK.

pub mod change;

use std::collections::BTreeMap;

use asc_aws::{EnabledRegions, door, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use aws_sdk_cloudtrail::types::{AdvancedFieldSelector, ReadWriteType};

const DESCRIBE_TRAILS: Operation =
    Operation::new("cloudtrail", "DescribeTrails", "cloudtrail:DescribeTrails").per(Per::Region);
const GET_STATUS: Operation =
    Operation::new("cloudtrail", "GetTrailStatus", "cloudtrail:GetTrailStatus").per(Per::Item);
const GET_SELECTORS: Operation =
    Operation::new("cloudtrail", "GetEventSelectors", "cloudtrail:GetEventSelectors").per(Per::Item);

fn client(cx: &Cx, region: &str, operation: Operation) -> Result<aws_sdk_cloudtrail::Client, Unread> {
    Ok(door(cx, operation)?.client(operation.service, region, |sdk, tag| {
        let config = aws_sdk_cloudtrail::config::Builder::from(sdk).interceptor(tag).build();
        aws_sdk_cloudtrail::Client::from_conf(config)
    }))
}

/// A trail, as it appears in its home region and, if it is a multi-region trail, as a shadow in every other.
#[expect(clippy::struct_excessive_bools, reason = "CloudTrail describes a trail by these switches")]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Trail {
    /// Its full ARN, which names the owning account and the home region.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The region it was made in; only there its status and selectors are asked.
    pub home: String,
    /// The bucket that its logs go to.
    pub bucket: String,
    /// The ARN of the log group that its events go to as well, if they do.
    pub log_group: Option<String>,
    /// Whether it records every region.
    pub multi_region: bool,
    /// Whether it records every account of an organisation.
    pub organization: bool,
    /// Whether it records global services such as IAM.
    pub global_events: bool,
    /// Whether anyone has changed what it records; where AWS does not say, somebody may have.
    pub custom_selectors: bool,
}

impl Trail {
    /// The account that owns it.
    pub fn owner(&self) -> &str {
        self.arn.split(':').nth(4).unwrap_or("")
    }
}

/// The trails that a region knows: its own, and shadows of multi-region trails.
#[derive(Debug)]
pub struct TrailsIn;

impl Fact for TrailsIn {
    type Key = String;
    type Value = Vec<Trail>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_TRAILS)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let request = client(cx, region, DESCRIBE_TRAILS)?.describe_trails().include_shadow_trails(true);
        let answer = request.send().await.map_err(|e| unread(DESCRIBE_TRAILS, &e))?;
        // An empty body parses as an answer without a list; that is no account without trails.
        let list = answer.trail_list.ok_or_else(|| Unread::malformed(DESCRIBE_TRAILS, "no trailList in the answer"))?;
        list.into_iter()
            .map(|trail| {
                let part = |part: Option<String>, name: &str| {
                    part.ok_or_else(|| Unread::malformed(DESCRIBE_TRAILS, format!("a trail without {name}")))
                };
                Ok(Trail {
                    arn: part(trail.trail_arn, "TrailARN")?,
                    name: part(trail.name, "Name")?,
                    home: part(trail.home_region, "HomeRegion")?,
                    bucket: part(trail.s3_bucket_name, "S3BucketName")?,
                    log_group: trail.cloud_watch_logs_log_group_arn.filter(|arn| !arn.is_empty()),
                    multi_region: trail.is_multi_region_trail.unwrap_or_default(),
                    organization: trail.is_organization_trail.unwrap_or_default(),
                    global_events: trail.include_global_service_events.unwrap_or_default(),
                    custom_selectors: trail.has_custom_event_selectors.unwrap_or(true),
                })
            })
            .collect()
    }
}

/// Every trail of every enabled region, each once, and the regions that could not be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Everywhere {
    /// The trails, in the order of their ARNs.
    pub trails: Vec<Trail>,
    /// Regions that could not be asked, and why.
    pub unread: Vec<(String, Unread)>,
}

/// All trails that the account can see.
#[derive(Debug)]
pub struct AllTrails;

impl Fact for AllTrails {
    type Key = ();
    type Value = Everywhere;
    const READS: &'static [Reads] = &[Reads::Of(EnabledRegions::READS), Reads::Of(TrailsIn::READS)];

    async fn read(cx: &Cx, (): &()) -> Result<Everywhere, Unread> {
        let regions = cx.get::<EnabledRegions>(&()).await?;
        let asked = asc_core::fact::at_once(regions.iter().cloned(), |region| async move {
            let trails = cx.get::<TrailsIn>(&region).await;
            (region, trails)
        });
        let (mut by_arn, mut unread) = (BTreeMap::new(), Vec::new());
        for (region, trails) in asked.await {
            match trails {
                Ok(trails) => by_arn.extend(trails.iter().map(|trail| (trail.arn.clone(), trail.clone()))),
                Err(why) => unread.push((region, why)),
            }
        }
        Ok(Everywhere { trails: by_arn.into_values().collect(), unread })
    }
}

/// Whether a trail is at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Whether it is logging now.
    pub logging: bool,
    /// Why the last delivery to its bucket failed, if it did.
    pub delivery_error: Option<String>,
    /// Why the last delivery to its log group failed, if it did.
    pub log_group_error: Option<String>,
}

/// A trail's status.
#[derive(Debug)]
pub struct TrailStatus;

impl Fact for TrailStatus {
    type Key = Trail;
    type Value = Status;
    const READS: &'static [Reads] = &[Reads::Call(GET_STATUS)];

    async fn read(cx: &Cx, trail: &Trail) -> Result<Status, Unread> {
        let answer = client(cx, &trail.home, GET_STATUS)?.get_trail_status().name(&trail.arn).send().await;
        let answer = answer.map_err(|e| unread(GET_STATUS, &e))?;
        let logging = answer.is_logging.ok_or_else(|| Unread::malformed(GET_STATUS, "no IsLogging in the answer"))?;
        let error = |error: Option<String>| error.filter(|error| !error.is_empty());
        Ok(Status {
            logging,
            delivery_error: error(answer.latest_delivery_error),
            log_group_error: error(answer.latest_cloud_watch_logs_delivery_error),
        })
    }
}

/// A basic event selector, as far as management events go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basic {
    /// Whether it records management events.
    pub management: bool,
    /// Whether it records reads.
    pub reads: bool,
    /// Whether it records writes.
    pub writes: bool,
    /// Event sources it leaves out.
    pub excludes: Vec<String>,
}

/// One field of an advanced event selector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// The field: `eventCategory`, `readOnly`, `eventSource`, …
    pub name: String,
    /// Values that it must have.
    pub equals: Vec<String>,
    /// Values that it must not have.
    pub not_equals: Vec<String>,
    /// Whether any other operator (`StartsWith`, …) is used.
    pub other: bool,
}

/// What a trail is told to record. It has selectors of one kind or the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selectors {
    /// Basic selectors.
    pub basic: Vec<Basic>,
    /// Advanced selectors, each a list of fields that must all hold.
    pub advanced: Vec<Vec<Field>>,
}

impl Selectors {
    /// Whether every selector that records management events leaves out those of a source.
    pub fn leaves_out(&self, source: &str) -> bool {
        let names = |values: &[String]| values.iter().any(|value| value == source);
        let basic = self.basic.iter().filter(|selector| selector.management).map(|selector| names(&selector.excludes));
        let management = |fields: &&Vec<Field>| {
            let category =
                |field: &Field| field.name == "eventCategory" && field.equals.iter().any(|v| v == "Management");
            fields.iter().any(category)
        };
        let excludes =
            |fields: &Vec<Field>| fields.iter().any(|field| field.name == "eventSource" && names(&field.not_equals));
        let mut all = basic.chain(self.advanced.iter().filter(management).map(excludes)).peekable();
        all.peek().is_some() && all.all(|excluded| excluded)
    }
}

/// A trail's event selectors.
#[derive(Debug)]
pub struct EventSelectors;

impl Fact for EventSelectors {
    type Key = Trail;
    type Value = Selectors;
    const READS: &'static [Reads] = &[Reads::Call(GET_SELECTORS)];

    async fn read(cx: &Cx, trail: &Trail) -> Result<Selectors, Unread> {
        let request = client(cx, &trail.home, GET_SELECTORS)?.get_event_selectors().trail_name(&trail.arn);
        let answer = request.send().await.map_err(|e| unread(GET_SELECTORS, &e))?;
        if answer.event_selectors.is_none() && answer.advanced_event_selectors.is_none() {
            return Err(Unread::malformed(GET_SELECTORS, "no selectors of either kind in the answer"));
        }
        let basic = answer.event_selectors().iter().map(|selector| {
            let kind = selector.read_write_type().unwrap_or(&ReadWriteType::All);
            Basic {
                // Source: CloudTrail API Reference, `EventSelector`: management events are included by default.
                management: selector.include_management_events().unwrap_or(true),
                reads: matches!(kind, ReadWriteType::All | ReadWriteType::ReadOnly),
                writes: matches!(kind, ReadWriteType::All | ReadWriteType::WriteOnly),
                excludes: selector.exclude_management_event_sources().to_vec(),
            }
        });
        let advanced = answer.advanced_event_selectors().iter();
        let advanced = advanced.map(|selector| selector.field_selectors().iter().map(field).collect());
        Ok(Selectors { basic: basic.collect(), advanced: advanced.collect() })
    }
}

fn field(field: &AdvancedFieldSelector) -> Field {
    let others = [field.starts_with(), field.ends_with(), field.not_starts_with(), field.not_ends_with()];
    Field {
        name: field.field().to_owned(),
        equals: field.equals().to_vec(),
        not_equals: field.not_equals().to_vec(),
        other: others.iter().any(|values| !values.is_empty()),
    }
}
