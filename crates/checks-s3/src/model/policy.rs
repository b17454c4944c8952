//! Bucket policies, and AWS's own judgement of them.

use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use asc_policy::Policy;

use super::bucket::Bucket;
use super::client::{about_bucket, is_unset, present, s3};

const GET_STATUS: Operation =
    Operation::new("s3", "GetBucketPolicyStatus", "s3:GetBucketPolicyStatus").per(Per::Bucket);
const GET_POLICY: Operation = Operation::new("s3", "GetBucketPolicy", "s3:GetBucketPolicy").per(Per::Bucket);
const UNSET: &[&str] = &["NoSuchBucketPolicy"];

/// What AWS says of a bucket's policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// There is none.
    NoPolicy,
    /// Not public.
    Private,
    /// Public.
    Public,
}

/// Whether AWS calls a bucket's policy public.
#[derive(Debug)]
pub struct PolicyStatus;

impl Fact for PolicyStatus {
    type Key = Bucket;
    type Value = Judged;
    const READS: &'static [Reads] = &[Reads::Call(GET_STATUS)];

    async fn read(cx: &Cx, bucket: &Bucket) -> Result<Judged, Unread> {
        let client = s3(cx, &bucket.region, GET_STATUS)?;
        match client.get_bucket_policy_status().bucket(&bucket.name).send().await {
            Ok(answer) => {
                let public = answer.policy_status.and_then(|status| status.is_public);
                let public = present(GET_STATUS, public, "IsPublic")?;
                Ok(if public { Judged::Public } else { Judged::Private })
            }
            Err(error) if is_unset(&error, UNSET) => Ok(Judged::NoPolicy),
            Err(error) => Err(about_bucket(GET_STATUS, &bucket.name, &error)),
        }
    }
}

/// A bucket's policy, if it has one.
#[derive(Debug)]
pub struct BucketPolicy;

impl Fact for BucketPolicy {
    type Key = Bucket;
    type Value = Option<Policy>;
    const READS: &'static [Reads] = &[Reads::Call(GET_POLICY)];

    async fn read(cx: &Cx, bucket: &Bucket) -> Result<Self::Value, Unread> {
        let Some(text) = policy_text(cx, bucket).await? else { return Ok(None) };
        Policy::parse(&text).map(Some).map_err(|e| Unread::malformed(GET_POLICY, e.to_string()))
    }
}

/// A bucket's policy as it is written, if it has one: what is changed is the text.
#[derive(Debug)]
pub struct PolicyText;

impl Fact for PolicyText {
    type Key = Bucket;
    type Value = Option<String>;
    const READS: &'static [Reads] = BucketPolicy::READS;

    async fn read(cx: &Cx, bucket: &Bucket) -> Result<Self::Value, Unread> {
        policy_text(cx, bucket).await
    }
}

pub(super) async fn policy_text(cx: &Cx, bucket: &Bucket) -> Result<Option<String>, Unread> {
    let client = s3(cx, &bucket.region, GET_POLICY)?;
    match client.get_bucket_policy().bucket(&bucket.name).send().await {
        Ok(answer) => present(GET_POLICY, answer.policy, "policy").map(Some),
        Err(error) if is_unset(&error, UNSET) => Ok(None),
        Err(error) => Err(about_bucket(GET_POLICY, &bucket.name, &error)),
    }
}
