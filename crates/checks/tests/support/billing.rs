//! What Cost and Usage Reports and Data Exports answer.
//! Source: AWS Billing and Cost Management API Reference, `DescribeReportDefinitions`, `ListExports` and `GetExport`.

use serde_json::{Value, json};

use super::{ACCOUNT, Account, Answer};

/// The service that defines cost and usage reports, and its operation.
const REPORTS: (&str, &str) = ("cur", "DescribeReportDefinitions");
/// The service that defines data exports.
const EXPORTS: &str = "bcm-data-exports";

/// A report that is delivered to a bucket; the last time on 2026-10-31.
pub(crate) fn report(name: &str, bucket: &str) -> Value {
    json!({
        "ReportName": name, "TimeUnit": "DAILY", "Format": "Parquet", "Compression": "Parquet",
        "AdditionalSchemaElements": ["RESOURCES"], "S3Bucket": bucket, "S3Prefix": "cur", "S3Region": "eu-west-1",
        "AdditionalArtifacts": ["ATHENA"], "RefreshClosedReports": true, "ReportVersioning": "OVERWRITE_REPORT",
        "ReportStatus": {"lastDelivery": "20261031T041530Z", "lastStatus": "SUCCESS"},
    })
}

/// An export to a bucket, as `GetExport` tells it.
pub(crate) fn export(name: &str, bucket: &str) -> Value {
    json!({
        "Export": {
            "ExportArn": export_arn(name), "Name": name,
            "DataQuery": {"QueryStatement": "SELECT bill_bill_type FROM COST_AND_USAGE_REPORT"},
            "DestinationConfigurations": {"S3Destination": {
                "S3Bucket": bucket, "S3Prefix": "exports", "S3Region": "eu-west-1", "S3OutputConfigurations": {
                    "OutputType": "CUSTOM", "Format": "PARQUET", "Compression": "PARQUET",
                    "Overwrite": "OVERWRITE_REPORT",
                },
            }},
            "RefreshCadence": {"Frequency": "SYNCHRONOUS"},
        },
        // Unlike most services that speak JSON, this one writes times out.
        "ExportStatus": {
            "StatusCode": "HEALTHY", "CreatedAt": "2025-09-01T02:00:00Z", "LastUpdatedAt": "2025-09-01T02:00:00Z",
            "LastRefreshedAt": "2026-10-31T00:00:00.500Z",
        },
    })
}

fn export_arn(name: &str) -> String {
    format!("arn:aws:bcm-data-exports:us-east-1:{ACCOUNT}:export/{name}-6f1d2c1e-0c0b-4a43-9c52-0d9a4b7a7f10")
}

/// The first page's request has no token; each further one has that of the page before.
fn request(page: usize, most: u32) -> String {
    match page {
        0 => json!({ "MaxResults": most }).to_string(),
        page => format!(r#"{{"MaxResults":{most},"NextToken":"page-{page}"}}"#),
    }
}

fn answer<T>(page: usize, pages: &[T], list: &str, items: &[Value]) -> Answer {
    let mut answer = json!({ list: items });
    if page + 1 < pages.len() {
        answer["NextToken"] = json!(format!("page-{}", page + 1));
    }
    Answer::json(&answer)
}

impl Account {
    /// The region that answers for bills.
    fn bills_region(&self) -> &'static str {
        if self.partition == "aws-cn" { "cn-northwest-1" } else { "us-east-1" }
    }

    /// The reports that are defined, page by page.
    pub(crate) fn reports(mut self, pages: &[&[Value]]) -> Self {
        let region = self.bills_region();
        for (page, reports) in pages.iter().enumerate() {
            let body = answer(page, pages, "ReportDefinitions", reports);
            self = self.post(REPORTS.0, REPORTS.1, region, &request(page, 5), body);
        }
        self
    }

    /// The exports that are defined, page by page, as `GetExport` tells each.
    pub(crate) fn exports(mut self, pages: &[&[Value]]) -> Self {
        let region = self.bills_region();
        for (page, exports) in pages.iter().enumerate() {
            let reference = |export: &Value| {
                let (arn, name) = (&export["Export"]["ExportArn"], &export["Export"]["Name"]);
                json!({ "ExportArn": arn, "ExportName": name, "ExportStatus": export["ExportStatus"] })
            };
            let list: Vec<_> = exports.iter().map(reference).collect();
            let body = answer(page, pages, "Exports", &list);
            self = self.post(EXPORTS, "ListExports", region, &request(page, 100), body);
            for export in *exports {
                let body = json!({ "ExportArn": export["Export"]["ExportArn"] }).to_string();
                self = self.post(EXPORTS, "GetExport", region, &body, Answer::json(export));
            }
        }
        self
    }

    /// What `GetExport` answers for one export.
    pub(crate) fn with_export(self, name: &str, answer: Answer) -> Self {
        let region = self.bills_region();
        self.post(EXPORTS, "GetExport", region, &json!({ "ExportArn": export_arn(name) }).to_string(), answer)
    }
}
