//! What can be changed of the services that watch; AWS Config, of which more has to be said, is [`recorder`].
//!
//! What a run makes carries its name, as a tag or in its own, so that undoing finds it and takes nothing else away.

mod analyzer;
mod detector;
mod graph;
mod hub;
pub mod recorder;
mod scans;

use std::collections::HashMap;

use asc_core::fix::{Changes, TAG};
use asc_core::{Class, Cx, Operation, Unread};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use serde::{Deserialize, Serialize};

pub use recorder::RecorderChange;

use super::client::guardduty;

/// Makes a detector.
pub const CREATE_DETECTOR: Operation = Operation::new("guardduty", "CreateDetector", "guardduty:CreateDetector");
/// Tags it as it is made.
pub const TAG_DETECTOR: Operation = Operation::new("guardduty", "TagResource", "guardduty:TagResource");
/// Lets a service make the role that it works by.
pub const LINK_ROLE: Operation = Operation::new("iam", "CreateServiceLinkedRole", "iam:CreateServiceLinkedRole");
/// Removes a detector.
pub const DELETE_DETECTOR: Operation = Operation::new("guardduty", "DeleteDetector", "guardduty:DeleteDetector");
/// Turns a detector on or off.
pub const UPDATE_DETECTOR: Operation = Operation::new("guardduty", "UpdateDetector", "guardduty:UpdateDetector");
/// Turns kinds of scans on.
pub const ENABLE: Operation = Operation::new("inspector2", "Enable", "inspector2:Enable");
/// Turns kinds of scans off.
pub const DISABLE: Operation = Operation::new("inspector2", "Disable", "inspector2:Disable");
/// Makes an analyzer.
pub const CREATE_ANALYZER: Operation =
    Operation::new("accessanalyzer", "CreateAnalyzer", "access-analyzer:CreateAnalyzer");
/// Tags it as it is made.
pub const TAG_ANALYZER: Operation = Operation::new("accessanalyzer", "TagResource", "access-analyzer:TagResource");
/// Removes an analyzer.
pub const DELETE_ANALYZER: Operation =
    Operation::new("accessanalyzer", "DeleteAnalyzer", "access-analyzer:DeleteAnalyzer");
/// Makes a behaviour graph.
pub const CREATE_GRAPH: Operation = Operation::new("detective", "CreateGraph", "detective:CreateGraph");
/// Tags it as it is made.
pub const TAG_GRAPH: Operation = Operation::new("detective", "TagResource", "detective:TagResource");
/// Tells its tags.
pub const GRAPH_TAGS: Operation = Operation::new("detective", "ListTagsForResource", "detective:ListTagsForResource");
/// Removes a behaviour graph.
pub const DELETE_GRAPH: Operation = Operation::new("detective", "DeleteGraph", "detective:DeleteGraph");
/// Subscribes the account to Security Hub.
pub const ENABLE_HUB: Operation = Operation::new("securityhub", "EnableSecurityHub", "securityhub:EnableSecurityHub");
/// Tags the hub as it is made.
pub const TAG_HUB: Operation = Operation::new("securityhub", "TagResource", "securityhub:TagResource");
/// Tells its tags.
pub const HUB_TAGS: Operation = Operation::new("securityhub", "ListTagsForResource", "securityhub:ListTagsForResource");
/// Ends the subscription to Security Hub.
pub const DISABLE_HUB: Operation =
    Operation::new("securityhub", "DisableSecurityHub", "securityhub:DisableSecurityHub");
/// Enables standards.
pub const ENABLE_STANDARDS: Operation =
    Operation::new("securityhub", "BatchEnableStandards", "securityhub:BatchEnableStandards");
/// Disables standards.
pub const DISABLE_STANDARDS: Operation =
    Operation::new("securityhub", "BatchDisableStandards", "securityhub:BatchDisableStandards");

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
    /// Makes an analyzer of external access, with the account as its zone of trust.
    CreateAnalyzer {
        /// The region.
        region: String,
        /// The run that makes it, by which it is found again.
        run: String,
    },
    /// Removes the analyzer that the run has made.
    DeleteAnalyzer {
        /// The region.
        region: String,
        /// The run that has made it.
        run: String,
    },
    /// Makes a behaviour graph, unless there is one.
    CreateGraph {
        /// The region.
        region: String,
        /// The run that makes it, by which it is found again.
        run: String,
    },
    /// Removes the behaviour graph that the run has made.
    DeleteGraph {
        /// The region.
        region: String,
        /// The run that has made it.
        run: String,
    },
    /// Subscribes the account to Security Hub and the standards that it enables by default, unless it is subscribed.
    EnableSecurityHub {
        /// The region.
        region: String,
        /// The run that does so, by which the hub is found again.
        run: String,
    },
    /// Ends the subscription that the run has made.
    DisableSecurityHub {
        /// The region.
        region: String,
        /// The run that has made it.
        run: String,
    },
    /// Enables a standard.
    BatchEnableStandards {
        /// The region.
        region: String,
        /// The standard's ARN.
        standard: String,
    },
    /// Disables it.
    BatchDisableStandards {
        /// The region.
        region: String,
        /// The standard's ARN.
        standard: String,
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
            Self::CreateAnalyzer { .. } => CREATE_ANALYZER,
            Self::DeleteAnalyzer { .. } => DELETE_ANALYZER,
            Self::CreateGraph { .. } => CREATE_GRAPH,
            Self::DeleteGraph { .. } => DELETE_GRAPH,
            Self::EnableSecurityHub { .. } => ENABLE_HUB,
            Self::DisableSecurityHub { .. } => DISABLE_HUB,
            Self::BatchEnableStandards { .. } => ENABLE_STANDARDS,
            Self::BatchDisableStandards { .. } => DISABLE_STANDARDS,
        }
    }

    fn region(&self) -> Option<&str> {
        match self {
            Self::CreateDetector { region, .. }
            | Self::DeleteDetector { region, .. }
            | Self::UpdateDetector { region, .. }
            | Self::Enable { region, .. }
            | Self::Disable { region, .. }
            | Self::CreateAnalyzer { region, .. }
            | Self::DeleteAnalyzer { region, .. }
            | Self::CreateGraph { region, .. }
            | Self::DeleteGraph { region, .. }
            | Self::EnableSecurityHub { region, .. }
            | Self::DisableSecurityHub { region, .. }
            | Self::BatchEnableStandards { region, .. }
            | Self::BatchDisableStandards { region, .. } => Some(region),
        }
    }

    async fn send(&self, cx: &Cx) -> Result<(), Unread> {
        let operation = Changes::operation(self);
        match self {
            Self::CreateDetector { region, run } => detector::create(cx, operation, region, run).await,
            Self::DeleteDetector { region, run } => detector::delete(cx, operation, region, run).await,
            Self::UpdateDetector { region, detector, enable } => {
                let request = guardduty(cx, region, operation)?.update_detector().detector_id(detector);
                done(operation, request.enable(*enable).send().await, &[])
            }
            Self::Enable { region, kinds } => scans::enable(cx, operation, region, kinds).await,
            Self::Disable { region, kinds } => scans::disable(cx, operation, region, kinds).await,
            Self::CreateAnalyzer { region, run } => analyzer::create(cx, operation, region, run).await,
            Self::DeleteAnalyzer { region, run } => analyzer::delete(cx, operation, region, run).await,
            Self::CreateGraph { region, run } => graph::create(cx, operation, region, run).await,
            Self::DeleteGraph { region, run } => graph::delete(cx, operation, region, run).await,
            Self::EnableSecurityHub { region, run } => hub::enable(cx, operation, region, run).await,
            Self::DisableSecurityHub { region, run } => hub::disable(cx, operation, region, run).await,
            Self::BatchEnableStandards { region, standard } => {
                hub::enable_standard(cx, operation, region, standard).await
            }
            Self::BatchDisableStandards { region, standard } => {
                hub::disable_standard(cx, operation, region, standard).await
            }
        }
    }
}

asc_core::declare_changes!(DetectionChange);

/// What came of a call, where what is so already counts as done: the codes by which AWS says that.
fn done<T, E>(operation: Operation, sent: Result<T, SdkError<E, HttpResponse>>, already: &[&str]) -> Result<(), Unread>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match sent {
        Err(error) if asc_aws::failure::code(&error).is_some_and(|code| already.contains(&code)) => Ok(()),
        sent => sent.map(drop).map_err(|error| asc_aws::unread(operation, &error)),
    }
}

/// Whether something carries a run's tag.
fn is_of(tags: Option<HashMap<String, String>>, run: &str) -> bool {
    tags.is_some_and(|tags| tags.get(TAG).is_some_and(|by| by == run))
}

/// A call that AWS took and did not carry out.
fn refused(operation: Operation, code: &str, detail: &str) -> Unread {
    let mut why = Unread::new(operation, Class::Refused, detail);
    why.aws_code = Some(code.into());
    why
}
