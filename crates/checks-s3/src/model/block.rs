//! Block Public Access, of the account and of a bucket.

use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use serde::{Deserialize, Serialize};

use super::bucket::Bucket;
use super::client::{about_bucket, is_unset, present, s3, s3control};

const GET_ACCOUNT_BLOCK: Operation =
    Operation::new("s3control", "GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock");
const GET_BUCKET_BLOCK: Operation =
    Operation::new("s3", "GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock").per(Per::Bucket);
const UNSET: &[&str] = &["NoSuchPublicAccessBlockConfiguration"];

/// The four settings. All off is what an absent configuration means.
#[expect(clippy::struct_excessive_bools, reason = "AWS has these four switches, each on or off")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Refuses new public ACLs; leaves old ones in force.
    pub block_public_acls: bool,
    /// Makes public ACLs void.
    pub ignore_public_acls: bool,
    /// Refuses new public policies; leaves old ones in force.
    pub block_public_policy: bool,
    /// Makes public policies void for everyone outside the account.
    pub restrict_public_buckets: bool,
}

impl Block {
    /// All four on.
    pub const ALL: Self = Self {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };

    /// From what AWS answers; a setting that is not mentioned is off.
    fn of(acls: (Option<bool>, Option<bool>), policies: (Option<bool>, Option<bool>)) -> Self {
        Self {
            block_public_acls: acls.0.unwrap_or_default(),
            ignore_public_acls: acls.1.unwrap_or_default(),
            block_public_policy: policies.0.unwrap_or_default(),
            restrict_public_buckets: policies.1.unwrap_or_default(),
        }
    }
}

/// The account's settings.
#[derive(Debug)]
pub struct AccountBlock;

impl Fact for AccountBlock {
    type Key = ();
    type Value = Block;
    const READS: &'static [Reads] = AccountBlockAsSet::READS;

    async fn read(cx: &Cx, (): &()) -> Result<Block, Unread> {
        Ok(cx.get::<AccountBlockAsSet>(&()).await?.unwrap_or_default())
    }
}

/// The account's settings, if there are any.
#[derive(Debug)]
pub struct AccountBlockAsSet;

impl Fact for AccountBlockAsSet {
    type Key = ();
    type Value = Option<Block>;
    const READS: &'static [Reads] = &[Reads::Call(GET_ACCOUNT_BLOCK)];

    async fn read(cx: &Cx, (): &()) -> Result<Self::Value, Unread> {
        let client = s3control(cx, asc_aws::door(cx, GET_ACCOUNT_BLOCK)?.home(), GET_ACCOUNT_BLOCK)?;
        let answer = match client.get_public_access_block().account_id(&cx.account().id).send().await {
            Ok(answer) => answer,
            Err(error) if is_unset(&error, UNSET) => return Ok(None),
            Err(error) => return Err(asc_aws::unread(GET_ACCOUNT_BLOCK, &error)),
        };
        let set = present(GET_ACCOUNT_BLOCK, answer.public_access_block_configuration, "configuration")?;
        let acls = (set.block_public_acls, set.ignore_public_acls);
        Ok(Some(Block::of(acls, (set.block_public_policy, set.restrict_public_buckets))))
    }
}

/// A bucket's settings.
#[derive(Debug)]
pub struct BucketBlock;

impl Fact for BucketBlock {
    type Key = Bucket;
    type Value = Block;
    const READS: &'static [Reads] = BucketBlockAsSet::READS;

    async fn read(cx: &Cx, bucket: &Bucket) -> Result<Block, Unread> {
        Ok(cx.get::<BucketBlockAsSet>(bucket).await?.unwrap_or_default())
    }
}

/// A bucket's settings, if there are any.
#[derive(Debug)]
pub struct BucketBlockAsSet;

impl Fact for BucketBlockAsSet {
    type Key = Bucket;
    type Value = Option<Block>;
    const READS: &'static [Reads] = &[Reads::Call(GET_BUCKET_BLOCK)];

    async fn read(cx: &Cx, bucket: &Bucket) -> Result<Self::Value, Unread> {
        let client = s3(cx, &bucket.region, GET_BUCKET_BLOCK)?;
        let answer = match client.get_public_access_block().bucket(&bucket.name).send().await {
            Ok(answer) => answer,
            Err(error) if is_unset(&error, UNSET) => return Ok(None),
            Err(error) => return Err(about_bucket(GET_BUCKET_BLOCK, &bucket.name, &error)),
        };
        let set = present(GET_BUCKET_BLOCK, answer.public_access_block_configuration, "configuration")?;
        let acls = (set.block_public_acls, set.ignore_public_acls);
        Ok(Some(Block::of(acls, (set.block_public_policy, set.restrict_public_buckets))))
    }
}
