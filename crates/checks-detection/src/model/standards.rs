//! Security Hub: whether the account is subscribed, and the standards it is held to.

use asc_aws::{pages, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use serde::Serialize;

use super::client::{present, securityhub};

const DESCRIBE_HUB: Operation =
    Operation::new("securityhub", "DescribeHub", "securityhub:DescribeHub").per(Per::Region);
const GET_ENABLED: Operation =
    Operation::new("securityhub", "GetEnabledStandards", "securityhub:GetEnabledStandards").per(Per::Region);

const NOT_SUBSCRIBED: [&str; 2] = ["InvalidAccessException", "ResourceNotFoundException"];

/// A standard, and how far it is enabled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standards {
    /// Its ARN.
    pub arn: String,
    /// The ARN of the account's subscription to it.
    #[serde(skip)]
    pub subscription: String,
    /// `READY`, `INCOMPLETE` (some of its controls could not be made), `PENDING`, `DELETING` or `FAILED`.
    pub status: String,
}

/// Security Hub in a region by its ARN, or nothing where the account is not subscribed.
#[derive(Debug)]
pub struct HubArn;

impl Fact for HubArn {
    type Key = String;
    type Value = Option<String>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_HUB)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        match securityhub(cx, region, DESCRIBE_HUB)?.describe_hub().send().await {
            Ok(hub) => present(DESCRIBE_HUB, hub.hub_arn, "HubArn").map(Some),
            // Source: Security Hub API Reference, `DescribeHub`: so it answers an account that is not subscribed. Who may
            // not ask gets AccessDeniedException.
            Err(error) if asc_aws::failure::code(&error).is_some_and(|code| NOT_SUBSCRIBED.contains(&code)) => Ok(None),
            Err(error) => Err(unread(DESCRIBE_HUB, &error)),
        }
    }
}

/// Security Hub in a region: its standards, or nothing where the account is not subscribed.
#[derive(Debug)]
pub struct Hub;

impl Fact for Hub {
    type Key = String;
    type Value = Option<Vec<Standards>>;
    const READS: &'static [Reads] = &[Reads::Of(HubArn::READS), Reads::Call(GET_ENABLED)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        if HubArn::read(cx, region).await?.is_none() {
            return Ok(None);
        }
        let client = securityhub(cx, region, GET_ENABLED)?;
        let listed = pages(GET_ENABLED, "StandardsSubscriptions", |token| {
            let request = client.get_enabled_standards().set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(GET_ENABLED, &e))?;
                Ok((page.standards_subscriptions, page.next_token))
            }
        })
        .await?;
        let standards = listed.into_iter().map(|subscription| {
            let status = present(GET_ENABLED, subscription.standards_status, "StandardsStatus")?;
            let arn = present(GET_ENABLED, subscription.standards_arn, "StandardsArn")?;
            let named = subscription.standards_subscription_arn;
            let subscription = present(GET_ENABLED, named, "StandardsSubscriptionArn")?;
            Ok(Standards { arn, subscription, status: status.as_str().to_owned() })
        });
        standards.collect::<Result<_, Unread>>().map(Some)
    }
}
