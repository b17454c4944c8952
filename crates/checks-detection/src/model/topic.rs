//! Topics of SNS, and who hears what is said there.

use asc_aws::{pages, unread};
use asc_core::fact::Reads;
use asc_core::{Class, Cx, Fact, Operation, Per, Unread};

use super::client::sns;

const LIST_SUBSCRIPTIONS: Operation =
    Operation::new("sns", "ListSubscriptionsByTopic", "sns:ListSubscriptionsByTopic").per(Per::Item);

/// How many confirmed subscribers a topic has, by its ARN. A topic that is gone has none.
#[derive(Debug)]
pub struct Subscribers;

impl Fact for Subscribers {
    type Key = String;
    type Value = usize;
    const READS: &'static [Reads] = &[Reads::Call(LIST_SUBSCRIPTIONS)];

    async fn read(cx: &Cx, arn: &String) -> Result<usize, Unread> {
        let region = arn.split(':').nth(3).unwrap_or_default();
        let client = sns(cx, region, LIST_SUBSCRIPTIONS)?;
        let listed = pages(LIST_SUBSCRIPTIONS, "Subscriptions", |token| {
            let request = client.list_subscriptions_by_topic().topic_arn(arn).set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(LIST_SUBSCRIPTIONS, &e))?;
                Ok((page.subscriptions, page.next_token))
            }
        });
        let listed = match listed.await {
            Err(why) if why.class == Class::Absent => return Ok(0),
            listed => listed?,
        };
        // Source: Amazon SNS API Reference, `Subscription`: the ARN of one that nobody has confirmed says so instead.
        let confirmed = listed.iter().filter(|one| one.subscription_arn().is_some_and(|arn| arn.starts_with("arn:")));
        Ok(confirmed.count())
    }
}
