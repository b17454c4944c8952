//! Alarms of CloudWatch, as far as they tell people of something that happened.

use asc_aws::{pages, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use aws_sdk_cloudwatch::types::{ComparisonOperator, MetricAlarm};

use super::client::cloudwatch;

const DESCRIBE_ALARMS: Operation =
    Operation::new("cloudwatch", "DescribeAlarms", "cloudwatch:DescribeAlarms").per(Per::Item);

/// The most that CloudWatch gives in a page.
/// Source: Amazon CloudWatch API Reference, `DescribeAlarms`, `MaxRecords`.
const PAGE: i32 = 100;

/// A metric alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Its name.
    pub name: String,
    /// The metrics it looks at: namespace and name.
    pub metrics: Vec<(String, String)>,
    /// The SNS topics that it tells.
    pub topics: Vec<String>,
    /// Whether it goes off when there is more of something, and its actions are switched on.
    pub armed: bool,
}

/// The metric alarms of a region.
#[derive(Debug)]
pub struct Alarms;

impl Fact for Alarms {
    type Key = String;
    type Value = Vec<Alarm>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_ALARMS)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let client = cloudwatch(cx, region, DESCRIBE_ALARMS)?;
        let listed = pages(DESCRIBE_ALARMS, "MetricAlarms", |token| {
            let request = client.describe_alarms().max_records(PAGE).set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(DESCRIBE_ALARMS, &e))?;
                Ok((page.metric_alarms, page.next_token))
            }
        });
        Ok(listed.await?.into_iter().map(of).collect())
    }
}

fn of(alarm: MetricAlarm) -> Alarm {
    let more = alarm.comparison_operator.as_ref().is_none_or(|operator| {
        !matches!(
            operator,
            ComparisonOperator::LessThanThreshold
                | ComparisonOperator::LessThanOrEqualToThreshold
                | ComparisonOperator::LessThanLowerThreshold
        )
    });
    let single = alarm.namespace.zip(alarm.metric_name);
    let queried = alarm.metrics.unwrap_or_default().into_iter().filter_map(|query| {
        let metric = query.metric_stat?.metric?;
        // A metric of a filter that does not split has no dimensions; one with any is another metric.
        metric.dimensions.is_none_or(|by| by.is_empty()).then_some(())?;
        metric.namespace.zip(metric.metric_name)
    });
    let single = single.filter(|_| alarm.dimensions.is_none_or(|by| by.is_empty()));
    let actions = alarm.alarm_actions.unwrap_or_default().into_iter();
    Alarm {
        name: alarm.alarm_name.unwrap_or_default(),
        metrics: single.into_iter().chain(queried).collect(),
        topics: actions.filter(|action| action.split(':').nth(2) == Some("sns")).collect(),
        // Source: Amazon CloudWatch API Reference, `PutMetricAlarm`: actions are enabled by default.
        armed: more && alarm.actions_enabled.unwrap_or(true),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};

    use super::*;

    fn alarm() -> aws_sdk_cloudwatch::types::builders::MetricAlarmBuilder {
        MetricAlarm::builder().alarm_name("a").namespace("Trail").metric_name("Root")
    }

    #[test]
    fn only_topics_are_told_and_only_by_an_alarm_that_is_armed() {
        let actions = ["arn:aws:sns:eu-west-1:1:people", "arn:aws:automate:eu-west-1:ec2:stop"].map(str::to_owned);
        let told = of(alarm().set_alarm_actions(Some(actions.to_vec())).build());
        assert_eq!(told.topics, ["arn:aws:sns:eu-west-1:1:people"]);
        assert_eq!(told.metrics, [("Trail".to_owned(), "Root".to_owned())]);
        assert!(told.armed);
        assert!(!of(alarm().actions_enabled(false).build()).armed);
        assert!(!of(alarm().comparison_operator(ComparisonOperator::LessThanThreshold).build()).armed);
    }

    #[test]
    fn metrics_behind_an_expression_count_and_those_with_dimensions_do_not() {
        let by = Dimension::builder().name("User").value("ann").build();
        assert!(of(alarm().dimensions(by.clone()).build()).metrics.is_empty());
        let query = |metric: Metric| {
            MetricDataQuery::builder()
                .id("m")
                .metric_stat(MetricStat::builder().metric(metric).period(60).stat("Sum").build())
        };
        let metric = || Metric::builder().namespace("Trail").metric_name("Iam");
        let queried = MetricAlarm::builder()
            .metrics(query(metric().build()).build())
            .metrics(query(metric().dimensions(by).build()).build())
            .build();
        assert_eq!(of(queried).metrics, [("Trail".to_owned(), "Iam".to_owned())]);
    }
}
