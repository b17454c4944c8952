//! Cost and Usage Reports.

use asc_aws::{door, pages, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Unread};
use aws_sdk_costandusagereport::types::ReportDefinition;

use super::delivery::{Delivery, Kind, LastRun, filled};

const DESCRIBE_REPORTS: Operation = Operation::new("cur", "DescribeReportDefinitions", "cur:DescribeReportDefinitions");

/// The only number of reports in a page that the service takes.
/// Source: AWS Cost and Usage Report API Reference, `DescribeReportDefinitions`.
const PAGE: i32 = 5;

/// The one region of a partition that answers for the account's bills. AWS GovCloud has none: its bills are part of
/// those of the standard account that each of its accounts is linked with.
fn region(partition: &str) -> Option<&'static str> {
    match partition {
        "aws" => Some("us-east-1"),
        "aws-cn" => Some("cn-northwest-1"),
        _ => None,
    }
}

/// The reports that are defined; none where the partition has no such service.
#[derive(Debug)]
pub struct Reports;

impl Fact for Reports {
    type Key = ();
    type Value = Option<Vec<Delivery>>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_REPORTS)];

    async fn read(cx: &Cx, (): &()) -> Result<Self::Value, Unread> {
        let Some(region) = region(&cx.account().partition) else { return Ok(None) };
        let client = door(cx, DESCRIBE_REPORTS)?.client(DESCRIBE_REPORTS.service, region, |sdk, tag| {
            let config = aws_sdk_costandusagereport::config::Builder::from(sdk).interceptor(tag).build();
            aws_sdk_costandusagereport::Client::from_conf(config)
        });
        let listed = pages(DESCRIBE_REPORTS, "ReportDefinitions", |token| {
            let request = client.describe_report_definitions().max_results(PAGE).set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(DESCRIBE_REPORTS, &e))?;
                Ok((page.report_definitions, page.next_token))
            }
        });
        listed.await?.into_iter().map(read).collect::<Result<_, _>>().map(Some)
    }
}

fn read(report: ReportDefinition) -> Result<Delivery, Unread> {
    let status = report.report_status;
    let last_run = status.map(|status| LastRun {
        at: status.last_delivery,
        status: status.last_status.map(|status| status.as_str().to_owned()),
    });
    Ok(Delivery {
        kind: Kind::CostAndUsageReport,
        name: filled(DESCRIBE_REPORTS, report.report_name, "ReportName")?,
        bucket: filled(DESCRIBE_REPORTS, report.s3_bucket, "S3Bucket")?,
        bucket_owner: None,
        last_run: last_run.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partition_has_its_own_region_for_bills_or_none() {
        assert_eq!(region("aws"), Some("us-east-1"));
        assert_eq!(region("aws-cn"), Some("cn-northwest-1"));
        assert_eq!(region("aws-us-gov"), None);
    }
}
