//! What can be changed of CloudTrail.

use asc_core::fix::{Changes, TAG};
use asc_core::{Cx, Operation, Unread};
use aws_sdk_cloudtrail::config::http::HttpResponse;
use aws_sdk_cloudtrail::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cloudtrail::types::{EventSelector, ReadWriteType, Tag};
use serde::{Deserialize, Serialize};

use super::client;

/// Makes a trail.
pub const CREATE_TRAIL: Operation = Operation::new("cloudtrail", "CreateTrail", "cloudtrail:CreateTrail");
/// Tags it as it is made.
pub const ADD_TAGS: Operation = Operation::new("cloudtrail", "AddTags", "cloudtrail:AddTags");
/// Says what it records.
pub const PUT_SELECTORS: Operation = Operation::new("cloudtrail", "PutEventSelectors", "cloudtrail:PutEventSelectors");
/// Sets it to work.
pub const START_LOGGING: Operation = Operation::new("cloudtrail", "StartLogging", "cloudtrail:StartLogging");
/// Removes it.
pub const DELETE_TRAIL: Operation = Operation::new("cloudtrail", "DeleteTrail", "cloudtrail:DeleteTrail");

/// A change of one trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailChange {
    /// Its name.
    pub trail: String,
    /// Its home region.
    pub region: String,
    /// The call.
    #[serde(flatten)]
    pub call: TrailCall,
}

/// What is done to a trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation")]
pub enum TrailCall {
    /// Makes it, over all regions and global services, with validation of its logs.
    CreateTrail {
        /// Where its logs go.
        bucket: String,
        /// The run that makes it.
        run: String,
    },
    /// Lets it record all management events.
    PutEventSelectors,
    /// Sets it to work.
    StartLogging,
    /// Removes it.
    DeleteTrail,
}

fn done<T, E>(operation: Operation, sent: Result<T, SdkError<E, HttpResponse>>, already: &str) -> Result<(), Unread>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match sent {
        Err(error) if asc_aws::failure::code(&error) == Some(already) => Ok(()),
        sent => sent.map(drop).map_err(|error| asc_aws::unread(operation, &error)),
    }
}

impl Changes for TrailChange {
    const FAMILY: &'static str = "cloudtrail";

    fn operation(&self) -> Operation {
        match self.call {
            TrailCall::CreateTrail { .. } => CREATE_TRAIL,
            TrailCall::PutEventSelectors => PUT_SELECTORS,
            TrailCall::StartLogging => START_LOGGING,
            TrailCall::DeleteTrail => DELETE_TRAIL,
        }
    }

    fn region(&self) -> Option<&str> {
        Some(&self.region)
    }

    async fn send(&self, cx: &Cx) -> Result<(), Unread> {
        let operation = Changes::operation(self);
        let client = client(cx, &self.region, operation)?;
        let name = &self.trail;
        match &self.call {
            TrailCall::CreateTrail { bucket, run } => {
                let tag = Tag::builder().key(TAG).value(run).build();
                let tag = tag.map_err(|error| Unread::new(operation, asc_core::Class::Refused, error.to_string()))?;
                let request = client
                    .create_trail()
                    .name(name)
                    .s3_bucket_name(bucket)
                    .is_multi_region_trail(true)
                    .include_global_service_events(true)
                    .enable_log_file_validation(true)
                    .tags_list(tag);
                done(operation, request.send().await, "TrailAlreadyExistsException")
            }
            TrailCall::PutEventSelectors => {
                let all = EventSelector::builder()
                    .read_write_type(ReadWriteType::All)
                    .include_management_events(true)
                    .set_data_resources(Some(Vec::new()))
                    .build();
                done(operation, client.put_event_selectors().trail_name(name).event_selectors(all).send().await, "")
            }
            TrailCall::StartLogging => done(operation, client.start_logging().name(name).send().await, ""),
            TrailCall::DeleteTrail => {
                done(operation, client.delete_trail().name(name).send().await, "TrailNotFoundException")
            }
        }
    }
}

asc_core::declare_changes!(TrailChange);
