//! What protects the objects in a bucket: encryption, versions, locks, and how long they are kept. And whether the
//! bucket is a website, which speaks plain HTTP only.

use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketVersioningStatus, ExpirationStatus, LifecycleExpiration, MfaDeleteStatus,
    NoncurrentVersionExpiration, ObjectLockEnabled, ServerSideEncryption,
};
use serde::Serialize;

use super::bucket::Bucket;
use super::client::{about_bucket, is_unset, present, s3};

const GET_ENCRYPTION: Operation =
    Operation::new("s3", "GetBucketEncryption", "s3:GetEncryptionConfiguration").per(Per::Bucket);
const GET_VERSIONING: Operation =
    Operation::new("s3", "GetBucketVersioning", "s3:GetBucketVersioning").per(Per::Bucket);
const GET_LIFECYCLE: Operation =
    Operation::new("s3", "GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration").per(Per::Bucket);
const GET_LOCK: Operation =
    Operation::new("s3", "GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration").per(Per::Bucket);
const GET_WEBSITE: Operation = Operation::new("s3", "GetBucketWebsite", "s3:GetBucketWebsite").per(Per::Bucket);

/// How new objects are encrypted unless their writer says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sse {
    /// `AES256`, `aws:kms` or `aws:kms:dsse`.
    pub algorithm: String,
    /// The KMS key, where one is named.
    pub key: Option<String>,
}

impl Sse {
    /// Whether a KMS key is used.
    pub fn is_kms(&self) -> bool {
        self.algorithm == ServerSideEncryption::AwsKms.as_str()
            || self.algorithm == ServerSideEncryption::AwsKmsDsse.as_str()
    }
}

/// A bucket's default encryption, if it has one.
#[derive(Debug)]
pub struct Encryption;

impl Fact for Encryption {
    type Key = Bucket;
    type Value = Option<Sse>;
    const READS: &'static [Reads] = &[Reads::Call(GET_ENCRYPTION)];

    async fn read(cx: &Cx, bucket: &Bucket) -> Result<Self::Value, Unread> {
        let client = s3(cx, &bucket.region, GET_ENCRYPTION)?;
        let answer = match client.get_bucket_encryption().bucket(&bucket.name).send().await {
            Ok(answer) => answer,
            Err(error) if is_unset(&error, &["ServerSideEncryptionConfigurationNotFoundError"]) => return Ok(None),
            Err(error) => return Err(about_bucket(GET_ENCRYPTION, &bucket.name, &error)),
        };
        let set = present(GET_ENCRYPTION, answer.server_side_encryption_configuration, "configuration")?;
        let default = set.rules().iter().find_map(|rule| rule.apply_server_side_encryption_by_default());
        let default = present(GET_ENCRYPTION, default, "ApplyServerSideEncryptionByDefault")?;
        Ok(Some(Sse {
            algorithm: default.sse_algorithm().as_str().to_owned(),
            key: default.kms_master_key_id().map(str::to_owned),
        }))
    }
}

/// Whether old versions of objects are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum VersioningState {
    /// They are.
    Enabled,
    /// They were; new ones are not.
    Suspended,
    /// They never were.
    Never,
}

/// A bucket's versioning, and whether deleting a version takes MFA.
#[derive(Debug)]
pub struct Versioning;

impl Fact for Versioning {
    type Key = Bucket;
    type Value = (VersioningState, bool);
    const READS: &'static [Reads] = &[Reads::Call(GET_VERSIONING)];

    async fn read(cx: &Cx, bucket: &Bucket) -> Result<Self::Value, Unread> {
        let client = s3(cx, &bucket.region, GET_VERSIONING)?;
        let answer = client.get_bucket_versioning().bucket(&bucket.name).send().await;
        let answer = answer.map_err(|e| about_bucket(GET_VERSIONING, &bucket.name, &e))?;
        let state = match answer.status {
            None => VersioningState::Never,
            Some(BucketVersioningStatus::Enabled) => VersioningState::Enabled,
            Some(BucketVersioningStatus::Suspended) => VersioningState::Suspended,
            Some(other) => return Err(Unread::malformed(GET_VERSIONING, format!("Status {}", other.as_str()))),
        };
        Ok((state, answer.mfa_delete == Some(MfaDeleteStatus::Enabled)))
    }
}

/// A lifecycle rule, as far as a reviewer needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LifecycleRule {
    /// Its name, if it has one.
    pub id: Option<String>,
    /// Whether it is in force.
    pub enabled: bool,
    /// Days after which present objects expire.
    pub expires_after_days: Option<i32>,
    /// Days after which old versions expire.
    pub old_versions_expire_after_days: Option<i32>,
    /// Days after which uploads that were never completed are dropped.
    pub uploads_aborted_after_days: Option<i32>,
    /// How many moves to other storage classes it makes.
    pub transitions: usize,
}

/// A bucket's lifecycle rules; none when there is no configuration.
#[derive(Debug)]
pub struct Lifecycle;

impl Fact for Lifecycle {
    type Key = Bucket;
    type Value = Vec<LifecycleRule>;
    const READS: &'static [Reads] = &[Reads::Call(GET_LIFECYCLE)];

    async fn read(cx: &Cx, bucket: &Bucket) -> Result<Self::Value, Unread> {
        let client = s3(cx, &bucket.region, GET_LIFECYCLE)?;
        let answer = match client.get_bucket_lifecycle_configuration().bucket(&bucket.name).send().await {
            Ok(answer) => answer,
            Err(error) if is_unset(&error, &["NoSuchLifecycleConfiguration"]) => return Ok(Vec::new()),
            Err(error) => return Err(about_bucket(GET_LIFECYCLE, &bucket.name, &error)),
        };
        let rules = present(GET_LIFECYCLE, answer.rules, "Rules")?;
        Ok(rules
            .iter()
            .map(|rule| LifecycleRule {
                id: rule.id().map(str::to_owned),
                enabled: *rule.status() == ExpirationStatus::Enabled,
                expires_after_days: rule.expiration().and_then(LifecycleExpiration::days),
                old_versions_expire_after_days: rule
                    .noncurrent_version_expiration()
                    .and_then(NoncurrentVersionExpiration::noncurrent_days),
                uploads_aborted_after_days: rule
                    .abort_incomplete_multipart_upload()
                    .and_then(AbortIncompleteMultipartUpload::days_after_initiation),
                transitions: rule.transitions().len() + rule.noncurrent_version_transitions().len(),
            })
            .collect())
    }
}

/// Whether objects can be locked against deletion, and the default retention, such as `COMPLIANCE 30 days`.
#[derive(Debug)]
pub struct ObjectLock;

impl Fact for ObjectLock {
    type Key = Bucket;
    type Value = (bool, Option<String>);
    const READS: &'static [Reads] = &[Reads::Call(GET_LOCK)];

    async fn read(cx: &Cx, bucket: &Bucket) -> Result<Self::Value, Unread> {
        let client = s3(cx, &bucket.region, GET_LOCK)?;
        let answer = match client.get_object_lock_configuration().bucket(&bucket.name).send().await {
            Ok(answer) => answer,
            Err(error) if is_unset(&error, &["ObjectLockConfigurationNotFoundError"]) => return Ok((false, None)),
            Err(error) => return Err(about_bucket(GET_LOCK, &bucket.name, &error)),
        };
        let lock = present(GET_LOCK, answer.object_lock_configuration, "ObjectLockConfiguration")?;
        let retention = lock.rule().and_then(|rule| rule.default_retention()).map(|default| {
            let mode = default.mode().map_or("-", |mode| mode.as_str());
            match (default.days(), default.years()) {
                (Some(days), _) => format!("{mode} {days} days"),
                (None, Some(years)) => format!("{mode} {years} years"),
                (None, None) => mode.to_owned(),
            }
        });
        Ok((lock.object_lock_enabled() == Some(&ObjectLockEnabled::Enabled), retention))
    }
}

/// Whether a bucket has a website endpoint.
#[derive(Debug)]
pub struct Website;

impl Fact for Website {
    type Key = Bucket;
    type Value = bool;
    const READS: &'static [Reads] = &[Reads::Call(GET_WEBSITE)];

    async fn read(cx: &Cx, bucket: &Bucket) -> Result<bool, Unread> {
        let client = s3(cx, &bucket.region, GET_WEBSITE)?;
        match client.get_bucket_website().bucket(&bucket.name).send().await {
            Ok(_) => Ok(true),
            Err(error) if is_unset(&error, &["NoSuchWebsiteConfiguration"]) => Ok(false),
            Err(error) => Err(about_bucket(GET_WEBSITE, &bucket.name, &error)),
        }
    }
}
