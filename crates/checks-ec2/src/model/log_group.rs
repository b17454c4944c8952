//! Log groups of CloudWatch Logs, as far as something else delivers into them.

use asc_aws::unread;
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use serde::Serialize;

use super::client::{logs, present};

const DESCRIBE_LOG_GROUPS: Operation =
    Operation::new("logs", "DescribeLogGroups", "logs:DescribeLogGroups").per(Per::Item);

/// The most that CloudWatch Logs gives in a page.
/// Source: Amazon CloudWatch Logs API Reference, `DescribeLogGroups`.
const PAGE: i32 = 50;

/// A log group that something delivers into.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct LogGroup {
    /// The region it is in.
    pub region: String,
    /// The account it belongs to, where that was said; the account that is scanned otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Its name.
    pub name: String,
}

impl LogGroup {
    /// A log group of the account that is scanned.
    pub fn own(region: &str, name: &str) -> Self {
        Self { region: region.to_owned(), account: None, name: name.to_owned() }
    }

    /// The log group of an ARN: `arn:aws:logs:REGION:ACCOUNT:log-group:NAME`, perhaps with `:*` behind it.
    pub fn of_arn(arn: &str) -> Option<Self> {
        let parts: Vec<_> = arn.splitn(7, ':').collect();
        let [_, _, "logs", region, account, "log-group", name] = parts[..] else { return None };
        let name = name.strip_suffix(":*").unwrap_or(name);
        (!name.is_empty()).then(|| Self { account: Some(account.to_owned()), ..Self::own(region, name) })
    }
}

/// How long a log group keeps what it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Retention {
    /// So many days.
    Days(i32),
    /// For ever, since nobody has set an end.
    Forever,
    /// There is no such log group, or not yet: the first delivery makes it.
    NoGroup,
}

/// A log group's retention.
#[derive(Debug)]
pub struct LogRetention;

impl Fact for LogRetention {
    type Key = LogGroup;
    type Value = Retention;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_LOG_GROUPS)];

    async fn read(cx: &Cx, group: &LogGroup) -> Result<Retention, Unread> {
        let client = logs(cx, &group.region, DESCRIBE_LOG_GROUPS)?;
        let listed = asc_aws::pages(DESCRIBE_LOG_GROUPS, "logGroups", |token| {
            let request = client.describe_log_groups().log_group_name_prefix(&group.name).limit(PAGE);
            let request = request.set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(DESCRIBE_LOG_GROUPS, &e))?;
                let groups = present(DESCRIBE_LOG_GROUPS, page.log_groups, "logGroups")?;
                // Once it is found, what else begins like it is of no interest.
                let is_it = |listed: &aws_sdk_cloudwatchlogs::types::LogGroup| {
                    listed.log_group_name.as_deref() == Some(group.name.as_str())
                };
                let next = page.next_token.filter(|_| !groups.iter().any(is_it));
                Ok((Some(groups.into_iter().filter(is_it).collect()), next))
            }
        });
        Ok(match listed.await?.first() {
            None => Retention::NoGroup,
            Some(found) => found.retention_in_days.map_or(Retention::Forever, Retention::Days),
        })
    }
}
