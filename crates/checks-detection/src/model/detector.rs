//! GuardDuty's detectors.

use asc_aws::{pages, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread, fact};
use aws_sdk_guardduty::types::DetectorStatus;
use serde::Serialize;

use super::client::{guardduty, present};

const LIST_DETECTORS: Operation =
    Operation::new("guardduty", "ListDetectors", "guardduty:ListDetectors").per(Per::Region);
pub(super) const GET_DETECTOR: Operation =
    Operation::new("guardduty", "GetDetector", "guardduty:GetDetector").per(Per::Item);

/// A detector. A region has one at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Detector {
    /// Its id.
    pub id: String,
    /// Whether it is at work.
    pub enabled: bool,
}

/// The detectors of a region.
#[derive(Debug)]
pub struct Detectors;

impl Fact for Detectors {
    type Key = String;
    type Value = Vec<Detector>;
    const READS: &'static [Reads] = &[Reads::Call(LIST_DETECTORS), Reads::Call(GET_DETECTOR)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let client = guardduty(cx, region, LIST_DETECTORS)?;
        let listed = pages(LIST_DETECTORS, "detectorIds", |token| {
            let request = client.list_detectors().set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(LIST_DETECTORS, &e))?;
                Ok((page.detector_ids, page.next_token))
            }
        });
        let asked = fact::at_once(listed.await?, |id| {
            let request = client.get_detector().detector_id(&id);
            async move {
                let answer = request.send().await.map_err(|e| unread(GET_DETECTOR, &e))?;
                let enabled = match present(GET_DETECTOR, answer.status, "status")? {
                    DetectorStatus::Enabled => true,
                    DetectorStatus::Disabled => false,
                    other => return Err(Unread::malformed(GET_DETECTOR, format!("the status {}", other.as_str()))),
                };
                Ok(Detector { id, enabled })
            }
        });
        asked.await.into_iter().collect()
    }
}
