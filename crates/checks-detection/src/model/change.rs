//! What can be changed of the services that watch.

use std::collections::HashMap;

use asc_core::fix::{Changes, TAG};
use asc_core::{Class, Cx, Fact, Operation, Unread};
use aws_sdk_inspector2::types::ResourceScanType;
use serde::{Deserialize, Serialize};

use super::client::{guardduty, inspector};
use super::detector::{Detectors, GET_DETECTOR};

/// Makes a detector.
pub const CREATE_DETECTOR: Operation = Operation::new("guardduty", "CreateDetector", "guardduty:CreateDetector");
/// Tags it as it is made.
pub const TAG_DETECTOR: Operation = Operation::new("guardduty", "TagResource", "guardduty:TagResource");
/// Lets `GuardDuty` or Inspector make the role that they work by.
pub const LINK_ROLE: Operation = Operation::new("iam", "CreateServiceLinkedRole", "iam:CreateServiceLinkedRole");
/// Removes a detector.
pub const DELETE_DETECTOR: Operation = Operation::new("guardduty", "DeleteDetector", "guardduty:DeleteDetector");
/// Turns a detector on or off.
pub const UPDATE_DETECTOR: Operation = Operation::new("guardduty", "UpdateDetector", "guardduty:UpdateDetector");
/// Turns kinds of scans on.
pub const ENABLE: Operation = Operation::new("inspector2", "Enable", "inspector2:Enable");
/// Turns kinds of scans off.
pub const DISABLE: Operation = Operation::new("inspector2", "Disable", "inspector2:Disable");

/// A change in a region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation")]
pub enum DetectionChange {
    /// Makes a detector, unless there is one.
    CreateDetector {
        /// The region.
        region: String,
        /// The run that makes it, by which it is found again.
        run: String,
    },
    /// Removes the detector that the run has made.
    DeleteDetector {
        /// The region.
        region: String,
        /// The run that has made it.
        run: String,
    },
    /// Turns a detector on or off.
    UpdateDetector {
        /// The region.
        region: String,
        /// The detector's id.
        detector: String,
        /// On or off.
        enable: bool,
    },
    /// Turns kinds of Inspector's scans on.
    Enable {
        /// The region.
        region: String,
        /// Which: `EC2`, `ECR`, `LAMBDA`.
        kinds: Vec<String>,
    },
    /// Turns kinds of Inspector's scans off.
    Disable {
        /// The region.
        region: String,
        /// Which.
        kinds: Vec<String>,
    },
}

impl Changes for DetectionChange {
    const FAMILY: &'static str = "detection";

    fn operation(&self) -> Operation {
        match self {
            Self::CreateDetector { .. } => CREATE_DETECTOR,
            Self::DeleteDetector { .. } => DELETE_DETECTOR,
            Self::UpdateDetector { .. } => UPDATE_DETECTOR,
            Self::Enable { .. } => ENABLE,
            Self::Disable { .. } => DISABLE,
        }
    }

    fn region(&self) -> Option<&str> {
        match self {
            Self::CreateDetector { region, .. }
            | Self::DeleteDetector { region, .. }
            | Self::UpdateDetector { region, .. }
            | Self::Enable { region, .. }
            | Self::Disable { region, .. } => Some(region),
        }
    }

    async fn send(&self, cx: &Cx) -> Result<(), Unread> {
        let operation = Changes::operation(self);
        match self {
            Self::CreateDetector { region, run } => create(cx, operation, region, run).await,
            Self::DeleteDetector { region, run } => delete(cx, operation, region, run).await,
            Self::UpdateDetector { region, detector, enable } => {
                let request = guardduty(cx, region, operation)?.update_detector().detector_id(detector);
                let sent = request.enable(*enable).send().await;
                sent.map(drop).map_err(|error| asc_aws::unread(operation, &error))
            }
            Self::Enable { region, kinds } => {
                let client = inspector(cx, region, operation)?;
                let request = client.enable().account_ids(&cx.account().id).set_resource_types(Some(scans(kinds)));
                let answer = request.send().await.map_err(|error| asc_aws::unread(operation, &error))?;
                accepted(operation, answer.failed_accounts())
            }
            Self::Disable { region, kinds } => {
                let client = inspector(cx, region, operation)?;
                let request = client.disable().account_ids(&cx.account().id).set_resource_types(Some(scans(kinds)));
                let answer = request.send().await.map_err(|error| asc_aws::unread(operation, &error))?;
                accepted(operation, answer.failed_accounts())
            }
        }
    }
}

asc_core::declare_changes!(DetectionChange);

fn scans(kinds: &[String]) -> Vec<ResourceScanType> {
    kinds.iter().map(|kind| ResourceScanType::from(kind.as_str())).collect()
}

/// A success may say that nothing was done.
fn accepted(operation: Operation, failed: &[aws_sdk_inspector2::types::FailedAccount]) -> Result<(), Unread> {
    let Some(failed) = failed.first() else { return Ok(()) };
    let mut why = Unread::new(operation, Class::Refused, failed.error_message());
    why.aws_code = Some(failed.error_code().as_str().into());
    Err(why)
}

/// A region has one detector at most, so where there is one it was made meanwhile.
async fn create(cx: &Cx, operation: Operation, region: &str, run: &str) -> Result<(), Unread> {
    let cx = cx.afresh();
    if !Detectors::read(&cx, &region.to_owned()).await?.is_empty() {
        return Ok(());
    }
    let request =
        guardduty(&cx, region, operation)?.create_detector().enable(true).client_token(run).tags(TAG, run).send();
    request.await.map(drop).map_err(|error| asc_aws::unread(operation, &error))
}

async fn delete(cx: &Cx, operation: Operation, region: &str, run: &str) -> Result<(), Unread> {
    let client = guardduty(cx, region, operation)?;
    for detector in Detectors::read(cx, &region.to_owned()).await? {
        let answer = client.get_detector().detector_id(&detector.id).send().await;
        let answer = answer.map_err(|error| asc_aws::unread(GET_DETECTOR, &error))?;
        let tags: HashMap<_, _> = answer.tags.unwrap_or_default();
        if tags.get(TAG).is_some_and(|by| by == run) {
            let sent = client.delete_detector().detector_id(&detector.id).send().await;
            sent.map_err(|error| asc_aws::unread(operation, &error))?;
        }
    }
    Ok(())
}
