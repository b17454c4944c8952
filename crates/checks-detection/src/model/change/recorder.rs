//! What can be changed of AWS Config: its recorder, its delivery channel, and the role that it works by.

use asc_core::fix::{Changes, TAG};
use asc_core::{Class, Cx, Fact, Operation, Unread};
use aws_sdk_config::types::DeliveryChannel;
use serde::{Deserialize, Serialize};

use super::{LINK_ROLE, done};
use crate::model::client::{config, iam};
use crate::model::recorder_as_set::SERVICE_ROLE;
use crate::model::{RecorderAsSet, RecorderSetting, ServiceRole};

/// Removes a service's own role.
pub const UNLINK_ROLE: Operation = Operation::new("iam", "DeleteServiceLinkedRole", "iam:DeleteServiceLinkedRole");
/// Lets the recorder use its role.
pub const PASS_ROLE: Operation = Operation::new("iam", "PassRole", "iam:PassRole");
/// Makes or sets a recorder.
pub const PUT_RECORDER: Operation =
    Operation::new("config", "PutConfigurationRecorder", "config:PutConfigurationRecorder");
/// Removes it.
pub const DELETE_RECORDER: Operation =
    Operation::new("config", "DeleteConfigurationRecorder", "config:DeleteConfigurationRecorder");
/// Makes a delivery channel.
pub const PUT_CHANNEL: Operation = Operation::new("config", "PutDeliveryChannel", "config:PutDeliveryChannel");
/// Removes it.
pub const DELETE_CHANNEL: Operation = Operation::new("config", "DeleteDeliveryChannel", "config:DeleteDeliveryChannel");
/// Sets a recorder to work.
pub const START_RECORDER: Operation =
    Operation::new("config", "StartConfigurationRecorder", "config:StartConfigurationRecorder");
/// Stops it.
pub const STOP_RECORDER: Operation =
    Operation::new("config", "StopConfigurationRecorder", "config:StopConfigurationRecorder");

/// Who takes the role on.
const SERVICE: &str = "config.amazonaws.com";
/// What AWS Config answers where there is no recorder of a name.
const NO_RECORDER: &str = "NoSuchConfigurationRecorderException";

/// A change of AWS Config.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation")]
pub enum RecorderChange {
    /// Makes the role that AWS Config works by, unless it is there.
    CreateServiceLinkedRole {
        /// The run that makes it, by whose name in the description it is found again.
        run: String,
    },
    /// Removes the role, if the run has made it. IAM does so only while nothing uses it.
    DeleteServiceLinkedRole {
        /// The run that has made it.
        run: String,
    },
    /// Makes a recorder, or sets one that is there.
    PutConfigurationRecorder {
        /// The region.
        region: String,
        /// All that is set of it.
        recorder: RecorderAsSet,
    },
    /// Sets a recorder as it was before, unless somebody has set it otherwise since.
    RestoreConfigurationRecorder {
        /// The region.
        region: String,
        /// What was set in its place.
        ours: RecorderAsSet,
        /// What it was.
        before: RecorderAsSet,
    },
    /// Removes a recorder.
    DeleteConfigurationRecorder {
        /// The region.
        region: String,
        /// Its name.
        name: String,
    },
    /// Makes a delivery channel.
    PutDeliveryChannel {
        /// The region.
        region: String,
        /// Its name.
        name: String,
        /// The bucket that it delivers into.
        bucket: String,
    },
    /// Removes a delivery channel.
    DeleteDeliveryChannel {
        /// The region.
        region: String,
        /// Its name.
        name: String,
    },
    /// Sets a recorder to work.
    StartConfigurationRecorder {
        /// The region.
        region: String,
        /// Its name.
        name: String,
    },
    /// Stops a recorder.
    StopConfigurationRecorder {
        /// The region.
        region: String,
        /// Its name.
        name: String,
    },
}

impl Changes for RecorderChange {
    const FAMILY: &'static str = "config";

    fn operation(&self) -> Operation {
        match self {
            Self::CreateServiceLinkedRole { .. } => LINK_ROLE,
            Self::DeleteServiceLinkedRole { .. } => UNLINK_ROLE,
            Self::PutConfigurationRecorder { .. } | Self::RestoreConfigurationRecorder { .. } => PUT_RECORDER,
            Self::DeleteConfigurationRecorder { .. } => DELETE_RECORDER,
            Self::PutDeliveryChannel { .. } => PUT_CHANNEL,
            Self::DeleteDeliveryChannel { .. } => DELETE_CHANNEL,
            Self::StartConfigurationRecorder { .. } => START_RECORDER,
            Self::StopConfigurationRecorder { .. } => STOP_RECORDER,
        }
    }

    fn region(&self) -> Option<&str> {
        match self {
            Self::CreateServiceLinkedRole { .. } | Self::DeleteServiceLinkedRole { .. } => None,
            Self::PutConfigurationRecorder { region, .. }
            | Self::RestoreConfigurationRecorder { region, .. }
            | Self::DeleteConfigurationRecorder { region, .. }
            | Self::PutDeliveryChannel { region, .. }
            | Self::DeleteDeliveryChannel { region, .. }
            | Self::StartConfigurationRecorder { region, .. }
            | Self::StopConfigurationRecorder { region, .. } => Some(region),
        }
    }

    async fn send(&self, cx: &Cx) -> Result<(), Unread> {
        let operation = Changes::operation(self);
        match self {
            Self::CreateServiceLinkedRole { run } => link(cx, operation, run).await,
            Self::DeleteServiceLinkedRole { run } => unlink(cx, operation, run).await,
            Self::PutConfigurationRecorder { region, recorder } => put(cx, operation, region, recorder).await,
            Self::RestoreConfigurationRecorder { region, ours, before } => {
                restore(cx, operation, region, ours, before).await
            }
            Self::DeleteConfigurationRecorder { region, name } => {
                let request = config(cx, region, operation)?.delete_configuration_recorder();
                done(operation, request.configuration_recorder_name(name).send().await, &[NO_RECORDER])
            }
            Self::PutDeliveryChannel { region, name, bucket } => {
                let channel = DeliveryChannel::builder().name(name).s3_bucket_name(bucket).build();
                let request = config(cx, region, operation)?.put_delivery_channel();
                done(operation, request.delivery_channel(channel).send().await, &[])
            }
            Self::DeleteDeliveryChannel { region, name } => {
                let request = config(cx, region, operation)?.delete_delivery_channel();
                let sent = request.delivery_channel_name(name).send().await;
                done(operation, sent, &["NoSuchDeliveryChannelException"])
            }
            Self::StartConfigurationRecorder { region, name } => {
                let request = config(cx, region, operation)?.start_configuration_recorder();
                done(operation, request.configuration_recorder_name(name).send().await, &[])
            }
            Self::StopConfigurationRecorder { region, name } => {
                let request = config(cx, region, operation)?.stop_configuration_recorder();
                done(operation, request.configuration_recorder_name(name).send().await, &[NO_RECORDER])
            }
        }
    }
}

asc_core::declare_changes!(RecorderChange);

/// How the role says who has made it: it takes no tags as it is made.
fn description(run: &str) -> String {
    format!("{TAG} {run}")
}

async fn link(cx: &Cx, operation: Operation, run: &str) -> Result<(), Unread> {
    if ServiceRole::read(&cx.afresh(), &()).await?.is_some() {
        return Ok(());
    }
    let request = iam(cx, operation)?.create_service_linked_role().aws_service_name(SERVICE);
    done(operation, request.description(description(run)).send().await, &[])
}

async fn unlink(cx: &Cx, operation: Operation, run: &str) -> Result<(), Unread> {
    if ServiceRole::read(&cx.afresh(), &()).await? != Some(description(run)) {
        return Ok(());
    }
    let request = iam(cx, operation)?.delete_service_linked_role().role_name(SERVICE_ROLE);
    done(operation, request.send().await, &["NoSuchEntity"])
}

async fn put(cx: &Cx, operation: Operation, region: &str, recorder: &RecorderAsSet) -> Result<(), Unread> {
    let incomplete = |error: aws_smithy_types::error::operation::BuildError| {
        Unread::new(operation, Class::Refused, error.to_string())
    };
    let recorder = recorder.to_sdk().map_err(incomplete)?;
    let request = config(cx, region, operation)?.put_configuration_recorder();
    done(operation, request.configuration_recorder(recorder).send().await, &[])
}

async fn restore(
    cx: &Cx,
    operation: Operation,
    region: &str,
    ours: &RecorderAsSet,
    before: &RecorderAsSet,
) -> Result<(), Unread> {
    match RecorderSetting::read(&cx.afresh(), &region.to_owned()).await? {
        None => Ok(()),
        Some(now) if now == *before => Ok(()),
        Some(now) if now.is_like(ours) => put(cx, operation, region, before).await,
        Some(_) => {
            let detail = "somebody has set the recorder otherwise since; take the global types out by hand";
            Err(Unread::new(operation, Class::Refused, detail))
        }
    }
}
