//! Metric filters of CloudWatch Logs: what they count of a log group.

use asc_aws::{pages, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};

use super::client::{logs, present};

const DESCRIBE_FILTERS: Operation =
    Operation::new("logs", "DescribeMetricFilters", "logs:DescribeMetricFilters").per(Per::Item);

/// A log group that a trail delivers into.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogGroup {
    /// The region it is in.
    pub region: String,
    /// The account it belongs to.
    pub account: String,
    /// Its name.
    pub name: String,
}

impl LogGroup {
    /// The log group of an ARN: `arn:aws:logs:REGION:ACCOUNT:log-group:NAME`, perhaps with `:*` behind it.
    pub fn of_arn(arn: &str) -> Option<Self> {
        let parts: Vec<_> = arn.splitn(7, ':').collect();
        let [_, _, "logs", region, account, "log-group", name] = parts[..] else { return None };
        let name = name.strip_suffix(":*").unwrap_or(name);
        let [region, account, name] = [region, account, name].map(str::to_owned);
        (!name.is_empty()).then_some(Self { region, account, name })
    }
}

/// A metric filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetricFilter {
    /// Its name.
    pub name: String,
    /// Which events it counts.
    pub pattern: String,
    /// The metrics it counts into: namespace and name.
    pub metrics: Vec<(String, String)>,
    /// Whether it counts only what comes from some accounts or regions, or splits its metric by what stands in the
    /// events, so that an alarm sees a part of them.
    pub narrowed: bool,
}

/// The metric filters of a log group.
#[derive(Debug)]
pub struct MetricFilters;

impl Fact for MetricFilters {
    type Key = LogGroup;
    type Value = Vec<MetricFilter>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_FILTERS)];

    async fn read(cx: &Cx, group: &LogGroup) -> Result<Self::Value, Unread> {
        let client = logs(cx, &group.region, DESCRIBE_FILTERS)?;
        let listed = pages(DESCRIBE_FILTERS, "metricFilters", |token| {
            let request = client.describe_metric_filters().log_group_name(&group.name).set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(DESCRIBE_FILTERS, &e))?;
                Ok((page.metric_filters, page.next_token))
            }
        });
        let listed = match listed.await {
            // The trail still names it, and nothing is delivered any more.
            Err(why) if why.aws_code.as_deref() == Some("ResourceNotFoundException") => return Ok(Vec::new()),
            listed => listed?,
        };
        let filters = listed.into_iter().map(|filter| {
            let metrics = present(DESCRIBE_FILTERS, filter.metric_transformations, "metricTransformations")?;
            let split = metrics.iter().any(|metric| metric.dimensions.as_ref().is_some_and(|by| !by.is_empty()))
                || filter.emit_system_field_dimensions.is_some_and(|by| !by.is_empty());
            let selects = filter.field_selection_criteria.is_some_and(|criteria| !criteria.is_empty());
            Ok(MetricFilter {
                name: filter.filter_name.unwrap_or_default(),
                pattern: filter.filter_pattern.unwrap_or_default(),
                metrics: metrics.into_iter().map(|metric| (metric.metric_namespace, metric.metric_name)).collect(),
                narrowed: split || selects,
            })
        });
        filters.collect()
    }
}
