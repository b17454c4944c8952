//! Server access logging: where a bucket logs to, and whether anything can arrive there.

use std::collections::BTreeSet;

use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use asc_policy::{Glob, Version, lets_service};
use serde::{Deserialize, Serialize};

use super::acl::{Acl, Group, Ownership};
use super::bucket::{Bucket, Buckets, OwnBuckets, Place, Whereabouts, bucket_arn};
use super::client::{about_bucket, s3};
use super::policy::BucketPolicy;

const GET_LOGGING: Operation = Operation::new("s3", "GetBucketLogging", "s3:GetBucketLogging").per(Per::Bucket);
/// The principal that writes access logs.
/// Source: Amazon S3 User Guide, "Enabling Amazon S3 server access logging".
const LOGGING_SERVICE: &str = "logging.s3.amazonaws.com";

/// Where a bucket logs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Target {
    /// The bucket that receives the logs.
    pub bucket: String,
    /// What their keys begin with.
    pub prefix: String,
}

/// A bucket's logging; none when it is off.
#[derive(Debug)]
pub struct Logging;

impl Fact for Logging {
    type Key = Bucket;
    type Value = Option<Target>;
    const READS: &'static [Reads] = &[Reads::Call(GET_LOGGING)];

    async fn read(cx: &Cx, bucket: &Bucket) -> Result<Self::Value, Unread> {
        let client = s3(cx, &bucket.region, GET_LOGGING)?;
        let answer = client.get_bucket_logging().bucket(&bucket.name).send().await;
        let answer = answer.map_err(|e| about_bucket(GET_LOGGING, &bucket.name, &e))?;
        Ok(answer.logging_enabled.map(|on| Target { bucket: on.target_bucket, prefix: on.target_prefix }))
    }
}

/// Which buckets other buckets log into, and why some bucket's logging could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// Buckets that at least one *other* bucket logs into.
    pub receiving: BTreeSet<String>,
    /// Why the logging of some bucket, which may log anywhere, could not be read.
    pub unread: Option<Unread>,
}

/// The log targets of the account.
#[derive(Debug)]
pub struct LogTargets;

impl Fact for LogTargets {
    type Key = ();
    type Value = Targets;
    const READS: &'static [Reads] = &[Reads::Of(Buckets::READS), Reads::Of(Logging::READS)];

    async fn read(cx: &Cx, (): &()) -> Result<Targets, Unread> {
        let buckets = cx.get::<Buckets>(&()).await?;
        let all = asc_core::fact::at_once(buckets.iter().cloned(), |located| async move {
            let logging = match located.bucket() {
                Ok(bucket) => cx.get::<Logging>(bucket).await,
                Err(why) => Err(why),
            };
            (located.name.clone(), logging)
        });
        let mut targets = Targets::default();
        for (name, logging) in all.await {
            match logging.as_deref() {
                Ok(Some(target)) if target.bucket != name => {
                    targets.receiving.insert(target.bucket.clone());
                }
                Ok(_) => {}
                Err(why) if why.gone.is_some() => {}
                Err(why) => {
                    targets.unread.get_or_insert_with(|| why.clone());
                }
            }
        }
        Ok(targets)
    }
}

/// What becomes of logs that are sent to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// They can arrive.
    Works,
    /// The target bucket does not exist.
    NoBucket,
    /// Neither its policy nor its ACL lets the log writer in.
    Refused,
}

/// Whether logs can arrive at a target.
#[derive(Debug)]
pub struct LogDelivery;

impl Fact for LogDelivery {
    type Key = Target;
    type Value = Delivery;
    const READS: &'static [Reads] = &[
        Reads::Of(Whereabouts::READS),
        Reads::Of(BucketPolicy::READS),
        Reads::Of(Acl::READS),
        Reads::Of(Ownership::READS),
    ];

    async fn read(cx: &Cx, target: &Target) -> Result<Delivery, Unread> {
        // A target is always a bucket of the same account, so one that is not listed does not exist here, and nobody
        // need be asked where else it may be.
        if !cx.get::<OwnBuckets>(&()).await?.contains_key(&target.bucket) {
            return Ok(Delivery::NoBucket);
        }
        let place = cx.get::<Whereabouts>(&target.bucket).await?;
        let Place::Own(located) = place.as_ref() else { return Ok(Delivery::NoBucket) };
        let delivery = match located.bucket() {
            Ok(bucket) => can_write(cx, bucket, target).await,
            Err(why) => Err(why),
        };
        match delivery {
            Ok(true) => Ok(Delivery::Works),
            Ok(false) => Ok(Delivery::Refused),
            Err(why) if why.gone.as_deref() == Some(target.bucket.as_str()) => Ok(Delivery::NoBucket),
            Err(why) => Err(why),
        }
    }
}

/// Either the policy or the ACL is enough, so an unreadable one matters only when the other does not grant.
async fn can_write(cx: &Cx, bucket: &Bucket, target: &Target) -> Result<bool, Unread> {
    let policy = cx.get::<BucketPolicy>(bucket).await;
    if let Ok(Some(policy)) = policy.as_deref() {
        let keys = format!("{}/{}*", bucket_arn(cx, &bucket.name), target.prefix);
        let keys = Glob::pattern(&keys, Version::V2008);
        if lets_service(policy, LOGGING_SERVICE, "s3:PutObject", &keys) {
            return Ok(true);
        }
    }
    let grants = cx.get::<Acl>(bucket).await?;
    let by_acl = grants.iter().any(|grant| {
        grant.group == Group::LogDelivery && matches!(grant.permission.as_str(), "WRITE" | "FULL_CONTROL")
    });
    if by_acl && *cx.get::<Ownership>(bucket).await? {
        return Ok(true);
    }
    policy.map(|_| false)
}
