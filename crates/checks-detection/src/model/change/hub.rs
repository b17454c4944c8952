//! Security Hub and its standards.

use asc_core::fix::TAG;
use asc_core::{Cx, Fact, Operation, Unread};
use aws_sdk_securityhub::types::StandardsSubscriptionRequest;

use super::{HUB_TAGS, done, is_of};
use crate::model::client::securityhub;
use crate::model::{Hub, HubArn};

/// Who is subscribed already gets a conflict.
/// Source: Security Hub API Reference, `EnableSecurityHub`.
pub(super) async fn enable(cx: &Cx, operation: Operation, region: &str, run: &str) -> Result<(), Unread> {
    let request = securityhub(cx, region, operation)?.enable_security_hub();
    let sent = request.enable_default_standards(true).tags(TAG, run).send().await;
    done(operation, sent, &["ResourceConflictException"])
}

pub(super) async fn disable(cx: &Cx, operation: Operation, region: &str, run: &str) -> Result<(), Unread> {
    let Some(hub) = HubArn::read(&cx.afresh(), &region.to_owned()).await? else { return Ok(()) };
    let client = securityhub(cx, region, operation)?;
    let answer = client.list_tags_for_resource().resource_arn(hub).send().await;
    if !is_of(answer.map_err(|error| asc_aws::unread(HUB_TAGS, &error))?.tags, run) {
        return Ok(());
    }
    done(operation, client.disable_security_hub().send().await, &["ResourceNotFoundException"])
}

pub(super) async fn enable_standard(cx: &Cx, operation: Operation, region: &str, standard: &str) -> Result<(), Unread> {
    let subscription = StandardsSubscriptionRequest::builder().standards_arn(standard).build();
    let request = securityhub(cx, region, operation)?.batch_enable_standards();
    done(operation, request.standards_subscription_requests(subscription).send().await, &[])
}

/// A standard is enabled once in a region: its subscription is the one that was made, or there is none.
pub(super) async fn disable_standard(
    cx: &Cx,
    operation: Operation,
    region: &str,
    standard: &str,
) -> Result<(), Unread> {
    let enabled = Hub::read(&cx.afresh(), &region.to_owned()).await?.unwrap_or_default();
    let Some(found) = enabled.into_iter().find(|found| found.arn == standard) else { return Ok(()) };
    let request = securityhub(cx, region, operation)?.batch_disable_standards();
    done(operation, request.standards_subscription_arns(found.subscription).send().await, &[])
}
