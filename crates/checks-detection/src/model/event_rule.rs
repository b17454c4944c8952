//! Rules of EventBridge, on the bus that AWS's own events come to.

use asc_aws::{pages, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use aws_sdk_eventbridge::types::RuleState;

use super::client::{events, present};

const LIST_RULES: Operation = Operation::new("events", "ListRules", "events:ListRules").per(Per::Region);
const LIST_TARGETS: Operation =
    Operation::new("events", "ListTargetsByRule", "events:ListTargetsByRule").per(Per::Item);

/// A rule that waits for events; those that run by the clock are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventRule {
    /// Its name.
    pub name: String,
    /// Which events it waits for, in JSON.
    pub pattern: String,
    /// Whether it is given events of calls that only read.
    pub with_reads: bool,
}

/// The enabled rules of a region's default bus.
#[derive(Debug)]
pub struct EventRules;

impl Fact for EventRules {
    type Key = String;
    type Value = Vec<EventRule>;
    const READS: &'static [Reads] = &[Reads::Call(LIST_RULES)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let client = events(cx, region, LIST_RULES)?;
        let listed = pages(LIST_RULES, "Rules", |token| {
            let request = client.list_rules().set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(LIST_RULES, &e))?;
                Ok((page.rules, page.next_token))
            }
        });
        let mut rules = Vec::new();
        for rule in listed.await? {
            let state = present(LIST_RULES, rule.state, "State")?;
            let Some(pattern) = rule.event_pattern.filter(|_| state != RuleState::Disabled) else { continue };
            let with_reads = state == RuleState::EnabledWithAllCloudtrailManagementEvents;
            rules.push(EventRule { name: present(LIST_RULES, rule.name, "Name")?, pattern, with_reads });
        }
        Ok(rules)
    }
}

/// A rule of a region's default bus, by region and name.
pub type RuleKey = (String, String);

/// The SNS topics that a rule sends its events to.
#[derive(Debug)]
pub struct RuleTopics;

impl Fact for RuleTopics {
    type Key = RuleKey;
    type Value = Vec<String>;
    const READS: &'static [Reads] = &[Reads::Call(LIST_TARGETS)];

    async fn read(cx: &Cx, (region, name): &RuleKey) -> Result<Self::Value, Unread> {
        let client = events(cx, region, LIST_TARGETS)?;
        let listed = pages(LIST_TARGETS, "Targets", |token| {
            let request = client.list_targets_by_rule().rule(name).set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(LIST_TARGETS, &e))?;
                Ok((page.targets, page.next_token))
            }
        });
        let arns = listed.await?.into_iter().map(|target| target.arn);
        Ok(arns.filter(|arn| arn.split(':').nth(2) == Some("sns")).collect())
    }
}
