//! Access control lists, and whether they count.

use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use aws_sdk_s3::types::ObjectOwnership;
use serde::Serialize;

use super::bucket::Bucket;
use super::client::{about_bucket, is_unset, present, s3};

const GET_ACL: Operation = Operation::new("s3", "GetBucketAcl", "s3:GetBucketAcl").per(Per::Bucket);
const GET_OWNERSHIP: Operation =
    Operation::new("s3", "GetBucketOwnershipControls", "s3:GetBucketOwnershipControls").per(Per::Bucket);

/// The predefined groups that an ACL can grant to.
/// Source: Amazon S3 User Guide, "Access control list (ACL) overview".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Group {
    /// Anyone at all.
    AllUsers,
    /// Anyone with any AWS account, which is anyone.
    AuthenticatedUsers,
    /// S3's own log writer.
    LogDelivery,
}

impl Group {
    fn of(uri: &str) -> Option<Self> {
        match uri.rsplit('/').next()? {
            "AllUsers" => Some(Self::AllUsers),
            "AuthenticatedUsers" => Some(Self::AuthenticatedUsers),
            "LogDelivery" => Some(Self::LogDelivery),
            _ => None,
        }
    }

    /// Whether the group takes in people outside the account.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::AllUsers | Self::AuthenticatedUsers)
    }
}

/// A grant to a predefined group; grants to single accounts open nothing to the public and are not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Grant {
    /// To whom.
    pub group: Group,
    /// `READ`, `WRITE`, `READ_ACP`, `WRITE_ACP` or `FULL_CONTROL`.
    pub permission: String,
}

/// A bucket's grants to predefined groups.
#[derive(Debug)]
pub struct Acl;

impl Fact for Acl {
    type Key = Bucket;
    type Value = Vec<Grant>;
    const READS: &'static [Reads] = &[Reads::Call(GET_ACL)];

    async fn read(cx: &Cx, bucket: &Bucket) -> Result<Self::Value, Unread> {
        let client = s3(cx, &bucket.region, GET_ACL)?;
        let answer = client.get_bucket_acl().bucket(&bucket.name).send().await;
        let answer = answer.map_err(|e| about_bucket(GET_ACL, &bucket.name, &e))?;
        let mut grants = Vec::new();
        for grant in present(GET_ACL, answer.grants, "AccessControlList")? {
            let Some(group) = grant.grantee().and_then(|grantee| Group::of(grantee.uri()?)) else { continue };
            let permission = present(GET_ACL, grant.permission(), "Permission")?.as_str().to_owned();
            grants.push(Grant { group, permission });
        }
        Ok(grants)
    }
}

/// Whether a bucket's ACLs count: false when `BucketOwnerEnforced` has disabled them. A bucket without ownership
/// controls is from before they existed, and its ACLs count.
#[derive(Debug)]
pub struct Ownership;

impl Fact for Ownership {
    type Key = Bucket;
    type Value = bool;
    const READS: &'static [Reads] = &[Reads::Call(GET_OWNERSHIP)];

    async fn read(cx: &Cx, bucket: &Bucket) -> Result<bool, Unread> {
        let client = s3(cx, &bucket.region, GET_OWNERSHIP)?;
        let answer = match client.get_bucket_ownership_controls().bucket(&bucket.name).send().await {
            Ok(answer) => answer,
            Err(error) if is_unset(&error, &["OwnershipControlsNotFoundError"]) => return Ok(true),
            Err(error) => return Err(about_bucket(GET_OWNERSHIP, &bucket.name, &error)),
        };
        let controls = present(GET_OWNERSHIP, answer.ownership_controls, "OwnershipControls")?;
        let rule = present(GET_OWNERSHIP, controls.rules().first(), "Rule")?;
        Ok(*rule.object_ownership() != ObjectOwnership::BucketOwnerEnforced)
    }
}
