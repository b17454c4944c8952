//! `GuardDuty`'s detector.

use asc_core::fix::TAG;
use asc_core::{Cx, Fact, Operation, Unread};

use super::{done, is_of};
use crate::model::Detectors;
use crate::model::client::guardduty;
use crate::model::detector::GET_DETECTOR;

/// A region has one detector at most, so where there is one it was made meanwhile.
pub(super) async fn create(cx: &Cx, operation: Operation, region: &str, run: &str) -> Result<(), Unread> {
    let cx = cx.afresh();
    if !Detectors::read(&cx, &region.to_owned()).await?.is_empty() {
        return Ok(());
    }
    let request = guardduty(&cx, region, operation)?.create_detector().enable(true).client_token(run).tags(TAG, run);
    done(operation, request.send().await, &[])
}

pub(super) async fn delete(cx: &Cx, operation: Operation, region: &str, run: &str) -> Result<(), Unread> {
    let client = guardduty(cx, region, operation)?;
    for detector in Detectors::read(cx, &region.to_owned()).await? {
        let answer = client.get_detector().detector_id(&detector.id).send().await;
        let answer = answer.map_err(|error| asc_aws::unread(GET_DETECTOR, &error))?;
        if is_of(answer.tags, run) {
            done(operation, client.delete_detector().detector_id(&detector.id).send().await, &[])?;
        }
    }
    Ok(())
}
