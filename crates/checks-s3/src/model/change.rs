//! What can be changed of a bucket, and of the account's Block Public Access.

use asc_core::fix::{Automation, Changes, Runbook};
use asc_core::{Account, Cx, Operation, Unread};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::types::{
    BucketLocationConstraint, BucketLoggingStatus, BucketVersioningStatus, CreateBucketConfiguration, LoggingEnabled,
    PublicAccessBlockConfiguration, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule, VersioningConfiguration,
};
use serde::{Deserialize, Serialize};

use super::block::Block;
use super::bucket::Bucket;
use super::client::{about_bucket, is_unset, s3, s3control};
use super::logging::Target;
use super::policy::policy_text;
use crate::merge::same;

const fn write(name: &'static str, action: &'static str) -> Operation {
    Operation::new("s3", name, action)
}

/// Sets a bucket's Block Public Access.
pub const PUT_BLOCK: Operation = write("PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock");
/// Removes it.
pub const DELETE_BLOCK: Operation = write("DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock");
/// Sets a bucket's default encryption.
pub const PUT_ENCRYPTION: Operation = write("PutBucketEncryption", "s3:PutEncryptionConfiguration");
/// Removes it.
pub const DELETE_ENCRYPTION: Operation = write("DeleteBucketEncryption", "s3:PutEncryptionConfiguration");
/// Sets a bucket's policy.
pub const PUT_POLICY: Operation = write("PutBucketPolicy", "s3:PutBucketPolicy");
/// Removes it.
pub const DELETE_POLICY: Operation = write("DeleteBucketPolicy", "s3:DeleteBucketPolicy");
/// Turns versioning on, or suspends it.
pub const PUT_VERSIONING: Operation = write("PutBucketVersioning", "s3:PutBucketVersioning");
/// Turns server access logging on or off.
pub const PUT_LOGGING: Operation = write("PutBucketLogging", "s3:PutBucketLogging");
/// Makes a bucket.
pub const CREATE_BUCKET: Operation = write("CreateBucket", "s3:CreateBucket");
/// Removes an empty bucket.
pub const DELETE_BUCKET: Operation = write("DeleteBucket", "s3:DeleteBucket");
/// Sets the account's Block Public Access.
pub const PUT_ACCOUNT_BLOCK: Operation =
    Operation::new("s3control", "PutPublicAccessBlock", "s3:PutAccountPublicAccessBlock");
/// Removes it.
pub const DELETE_ACCOUNT_BLOCK: Operation =
    Operation::new("s3control", "DeletePublicAccessBlock", "s3:PutAccountPublicAccessBlock");

/// A change of one bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketChange {
    /// The bucket's name.
    pub bucket: String,
    /// The region it lives in.
    pub region: String,
    /// The call.
    #[serde(flatten)]
    pub call: BucketCall,
}

/// What is done to a bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation")]
pub enum BucketCall {
    /// Sets Block Public Access.
    PutPublicAccessBlock {
        /// The four settings.
        block: Block,
    },
    /// Removes it.
    DeletePublicAccessBlock,
    /// Encrypts new objects with keys that S3 keeps for itself (`AES256`).
    PutBucketEncryption,
    /// Removes the default encryption.
    DeleteBucketEncryption,
    /// Sets the policy.
    PutBucketPolicy {
        /// The document.
        policy: String,
    },
    /// Puts back the policy that was there before, unless somebody has changed it since: what others wrote later is
    /// not lost by undoing what we wrote before.
    RestoreBucketPolicy {
        /// What was written in its place.
        ours: String,
        /// What was there; none for no policy.
        before: Option<String>,
    },
    /// Turns versioning on, or suspends it: S3 cannot turn it off.
    PutBucketVersioning {
        /// On, or suspended.
        enabled: bool,
    },
    /// Logs into a bucket, or no longer.
    PutBucketLogging {
        /// Where to; none turns logging off.
        target: Option<Target>,
    },
    /// Makes the bucket.
    CreateBucket,
    /// Removes the bucket, if it is empty.
    DeleteBucket,
}

impl BucketCall {
    /// The call on a bucket.
    pub fn on(self, bucket: &Bucket) -> BucketChange {
        BucketChange { bucket: bucket.name.clone(), region: bucket.region.clone(), call: self }
    }
}

type Sent<T, E> = Result<T, SdkError<E, aws_sdk_s3::config::http::HttpResponse>>;

impl BucketChange {
    fn done<T, E>(&self, sent: Sent<T, E>) -> Result<(), Unread>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        sent.map(drop).map_err(|error| about_bucket(Changes::operation(self), &self.bucket, &error))
    }

    /// The same for a removal, which has nothing to do where there is no bucket.
    fn removed<T, E>(&self, sent: Sent<T, E>) -> Result<(), Unread>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        match sent {
            Err(error) if is_unset(&error, &["NoSuchBucket"]) => Ok(()),
            sent => self.done(sent),
        }
    }

    async fn restore_policy(&self, cx: &Cx, ours: &str, before: Option<&str>) -> Result<(), Unread> {
        let bucket = Bucket::new(&self.bucket, &self.region);
        let now = match policy_text(cx, &bucket).await {
            Err(why) if why.gone.is_some() => return Ok(()),
            now => now?,
        };
        let is = |text: Option<&str>| match (now.as_deref(), text) {
            (Some(now), Some(text)) => same(now, text),
            (now, text) => now == text,
        };
        if is(before) {
            return Ok(());
        }
        if !is(Some(ours)) {
            let detail = "somebody has changed the bucket's policy since; take the statement out by hand";
            return Err(Unread::new(Changes::operation(self), asc_core::Class::Refused, detail));
        }
        let client = s3(cx, &self.region, Changes::operation(self))?;
        match before {
            Some(policy) => self.done(client.put_bucket_policy().bucket(&self.bucket).policy(policy).send().await),
            None => self.removed(client.delete_bucket_policy().bucket(&self.bucket).send().await),
        }
    }

    async fn create(&self, client: &aws_sdk_s3::Client) -> Result<(), Unread> {
        // The one region that must not be named.
        // Source: Amazon S3 API Reference, `CreateBucket`.
        let elsewhere = (self.region != "us-east-1").then(|| {
            let region = BucketLocationConstraint::from(self.region.as_str());
            CreateBucketConfiguration::builder().location_constraint(region).build()
        });
        let request = client.create_bucket().bucket(&self.bucket).set_create_bucket_configuration(elsewhere);
        match request.send().await {
            Err(error) if is_unset(&error, &["BucketAlreadyOwnedByYou"]) => Ok(()),
            sent => self.done(sent),
        }
    }
}

impl Changes for BucketChange {
    const FAMILY: &'static str = "s3";

    fn operation(&self) -> Operation {
        match &self.call {
            BucketCall::PutPublicAccessBlock { .. } => PUT_BLOCK,
            BucketCall::DeletePublicAccessBlock => DELETE_BLOCK,
            BucketCall::PutBucketEncryption => PUT_ENCRYPTION,
            BucketCall::DeleteBucketEncryption => DELETE_ENCRYPTION,
            BucketCall::PutBucketPolicy { .. } | BucketCall::RestoreBucketPolicy { before: Some(_), .. } => PUT_POLICY,
            BucketCall::RestoreBucketPolicy { before: None, .. } => DELETE_POLICY,
            BucketCall::PutBucketVersioning { .. } => PUT_VERSIONING,
            BucketCall::PutBucketLogging { .. } => PUT_LOGGING,
            BucketCall::CreateBucket => CREATE_BUCKET,
            BucketCall::DeleteBucket => DELETE_BUCKET,
        }
    }

    fn region(&self) -> Option<&str> {
        Some(&self.region)
    }

    fn automation(&self, _: &Account) -> Option<Automation> {
        let name = ("BucketName", self.bucket.clone());
        let region = Some(self.region.as_str());
        match &self.call {
            BucketCall::PutPublicAccessBlock { block } => {
                let parameters = parameters(*block).into_iter().chain([name]);
                Some(Automation::new(&Runbook::CONFIGURE_BUCKET_BLOCK, region, parameters))
            }
            BucketCall::PutBucketEncryption => {
                let algorithm = ("SSEAlgorithm", ServerSideEncryption::Aes256.to_string());
                Some(Automation::new(&Runbook::ENABLE_BUCKET_ENCRYPTION, region, [name, algorithm]))
            }
            BucketCall::PutBucketVersioning { enabled } => {
                let state = ("VersioningState", versioning(*enabled).to_string());
                Some(Automation::new(&Runbook::CONFIGURE_BUCKET_VERSIONING, region, [name, state]))
            }
            // `AWS-ConfigureS3BucketLogging` grants somebody access to the logs, which a bucket without ACLs refuses;
            // `AWSConfigRemediation-RestrictBucketSSLRequestsOnly` does not tell what it makes of a policy that is there.
            _ => None,
        }
    }

    async fn send(&self, cx: &Cx) -> Result<(), Unread> {
        let operation = Changes::operation(self);
        let client = s3(cx, &self.region, operation)?;
        let bucket = &self.bucket;
        match &self.call {
            BucketCall::PutPublicAccessBlock { block } => {
                let set = PublicAccessBlockConfiguration::builder()
                    .block_public_acls(block.block_public_acls)
                    .ignore_public_acls(block.ignore_public_acls)
                    .block_public_policy(block.block_public_policy)
                    .restrict_public_buckets(block.restrict_public_buckets)
                    .build();
                let request = client.put_public_access_block().bucket(bucket);
                self.done(request.public_access_block_configuration(set).send().await)
            }
            BucketCall::DeletePublicAccessBlock => {
                self.removed(client.delete_public_access_block().bucket(bucket).send().await)
            }
            BucketCall::PutBucketEncryption => {
                let default = ServerSideEncryptionByDefault::builder().sse_algorithm(ServerSideEncryption::Aes256);
                let default = default.build().map_err(|error| incomplete(operation, &error))?;
                let rule = ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(default).build();
                let set = ServerSideEncryptionConfiguration::builder().rules(rule).build();
                let set = set.map_err(|error| incomplete(operation, &error))?;
                let request = client.put_bucket_encryption().bucket(bucket);
                self.done(request.server_side_encryption_configuration(set).send().await)
            }
            BucketCall::DeleteBucketEncryption => {
                self.removed(client.delete_bucket_encryption().bucket(bucket).send().await)
            }
            BucketCall::PutBucketPolicy { policy } => {
                self.done(client.put_bucket_policy().bucket(bucket).policy(policy).send().await)
            }
            BucketCall::RestoreBucketPolicy { ours, before } => self.restore_policy(cx, ours, before.as_deref()).await,
            BucketCall::PutBucketVersioning { enabled } => {
                let set = VersioningConfiguration::builder().status(versioning(*enabled)).build();
                self.done(client.put_bucket_versioning().bucket(bucket).versioning_configuration(set).send().await)
            }
            BucketCall::PutBucketLogging { target } => {
                let on = target.as_ref().map(|Target { bucket, prefix }| {
                    LoggingEnabled::builder().target_bucket(bucket).target_prefix(prefix).build()
                });
                let on = on.transpose().map_err(|error| incomplete(operation, &error))?;
                let status = BucketLoggingStatus::builder().set_logging_enabled(on).build();
                self.done(client.put_bucket_logging().bucket(bucket).bucket_logging_status(status).send().await)
            }
            BucketCall::CreateBucket => self.create(&client).await,
            BucketCall::DeleteBucket => match client.delete_bucket().bucket(bucket).send().await {
                // What was delivered meanwhile is for its owner to delete.
                Err(error) if is_unset(&error, &["BucketNotEmpty"]) => {
                    let detail = format!("logs have been delivered into {bucket}; empty it, then undo again");
                    let mut why = Unread::new(operation, asc_core::Class::Refused, detail);
                    why.aws_code = Some("BucketNotEmpty".into());
                    Err(why)
                }
                sent => self.removed(sent),
            },
        }
    }
}

const fn versioning(enabled: bool) -> BucketVersioningStatus {
    if enabled { BucketVersioningStatus::Enabled } else { BucketVersioningStatus::Suspended }
}

/// The four settings as runbooks take them.
fn parameters(block: Block) -> [(&'static str, String); 4] {
    [
        ("BlockPublicAcls", block.block_public_acls),
        ("BlockPublicPolicy", block.block_public_policy),
        ("IgnorePublicAcls", block.ignore_public_acls),
        ("RestrictPublicBuckets", block.restrict_public_buckets),
    ]
    .map(|(name, on)| (name, on.to_string()))
}

fn incomplete(operation: Operation, error: &impl std::fmt::Display) -> Unread {
    Unread::new(operation, asc_core::Class::Refused, error.to_string())
}

asc_core::declare_changes!(BucketChange);

/// A change of the account's Block Public Access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation")]
pub enum AccountBlockChange {
    /// Sets it.
    PutPublicAccessBlock {
        /// The four settings.
        block: Block,
    },
    /// Removes it.
    DeletePublicAccessBlock,
}

impl Changes for AccountBlockChange {
    const FAMILY: &'static str = "s3control";

    fn operation(&self) -> Operation {
        match self {
            Self::PutPublicAccessBlock { .. } => PUT_ACCOUNT_BLOCK,
            Self::DeletePublicAccessBlock => DELETE_ACCOUNT_BLOCK,
        }
    }

    fn region(&self) -> Option<&str> {
        None
    }

    fn automation(&self, account: &Account) -> Option<Automation> {
        let Self::PutPublicAccessBlock { block } = self else { return None };
        let parameters = parameters(*block).into_iter().chain([("AccountId", account.id.clone())]);
        Some(Automation::new(&Runbook::CONFIGURE_ACCOUNT_BLOCK, None, parameters))
    }

    async fn send(&self, cx: &Cx) -> Result<(), Unread> {
        let operation = Changes::operation(self);
        let client = s3control(cx, asc_aws::door(cx, operation)?.home(), operation)?;
        let account = &cx.account().id;
        match self {
            Self::PutPublicAccessBlock { block } => {
                let all_four = aws_sdk_s3control::types::PublicAccessBlockConfiguration::builder()
                    .block_public_acls(block.block_public_acls)
                    .ignore_public_acls(block.ignore_public_acls)
                    .block_public_policy(block.block_public_policy)
                    .restrict_public_buckets(block.restrict_public_buckets)
                    .build();
                let request = client.put_public_access_block().account_id(account);
                let answer = request.public_access_block_configuration(all_four).send().await;
                answer.map(drop).map_err(|error| asc_aws::unread(operation, &error))
            }
            Self::DeletePublicAccessBlock => {
                let answer = client.delete_public_access_block().account_id(account).send().await;
                answer.map(drop).map_err(|error| asc_aws::unread(operation, &error))
            }
        }
    }
}

asc_core::declare_changes!(AccountBlockChange);

#[cfg(test)]
mod tests;
