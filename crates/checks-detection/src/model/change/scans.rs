//! Inspector's scans.

use asc_core::{Cx, Operation, Unread};
use aws_sdk_inspector2::types::{FailedAccount, ResourceScanType};

use super::refused;
use crate::model::client::inspector;

pub(super) async fn enable(cx: &Cx, operation: Operation, region: &str, kinds: &[String]) -> Result<(), Unread> {
    let request = inspector(cx, region, operation)?.enable().account_ids(&cx.account().id);
    let answer = request.set_resource_types(Some(scans(kinds))).send().await;
    accepted(operation, answer.map_err(|error| asc_aws::unread(operation, &error))?.failed_accounts())
}

pub(super) async fn disable(cx: &Cx, operation: Operation, region: &str, kinds: &[String]) -> Result<(), Unread> {
    let request = inspector(cx, region, operation)?.disable().account_ids(&cx.account().id);
    let answer = request.set_resource_types(Some(scans(kinds))).send().await;
    accepted(operation, answer.map_err(|error| asc_aws::unread(operation, &error))?.failed_accounts())
}

fn scans(kinds: &[String]) -> Vec<ResourceScanType> {
    kinds.iter().map(|kind| ResourceScanType::from(kind.as_str())).collect()
}

/// A success may say that nothing was done.
fn accepted(operation: Operation, failed: &[FailedAccount]) -> Result<(), Unread> {
    let failed = failed.first().map(|failed| refused(operation, failed.error_code().as_str(), failed.error_message()));
    failed.map_or(Ok(()), Err)
}
