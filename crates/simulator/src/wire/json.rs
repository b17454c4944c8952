//! The services that speak JSON: CloudTrail, CloudWatch Logs, Account, Cost and Usage Reports, Data Exports.
//! Source: the services' API references, the operations' response syntax.

use serde_json::{Value, json};

use super::{Answered, Page, Reply};
use crate::account::Shape;
use crate::account::network::Retention;
use crate::account::trail::Trail;
use crate::call::Call;

/// The number of flow log groups that a region's flow logs name.
const FLOW_GROUPS: u64 = 3;

pub(super) fn answer(shape: &Shape, call: &Call) -> Answered {
    let body = match call.name() {
        "DescribeTrails" => {
            let shown = shape.all_trails().filter(|trail| trail.shows_in(call.region()));
            json!({ "trailList": shown.map(|trail| description(&trail)).collect::<Vec<_>>() })
        }
        "GetTrailStatus" => {
            let trail = trail(shape, call, "Name")?;
            json!({ "IsLogging": trail.is_logging(), "LatestDeliveryTime": 1_760_000_000.5 })
        }
        "GetEventSelectors" => {
            let trail = trail(shape, call, "TrailName")?;
            json!({ "TrailARN": trail.arn(), "EventSelectors": [{
                "ReadWriteType": trail.events(), "IncludeManagementEvents": true, "DataResources": [],
                "ExcludeManagementEventSources": [],
            }] })
        }
        "DescribeLogGroups" => log_groups(shape, call)?,
        "ListRegions" => {
            let region = |name: &&str| json!({ "RegionName": name, "RegionOptStatus": "ENABLED_BY_DEFAULT" });
            paged(call, "MaxResults", 50, "Regions", shape.region_names().iter().map(region))?
        }
        "DescribeReportDefinitions" => {
            paged(call, "MaxResults", 5, "ReportDefinitions", (0..shape.reports).map(|index| report(shape, index)))?
        }
        "ListExports" => paged(
            call,
            "MaxResults",
            100,
            "Exports",
            (0..shape.exports).map(|index| {
                json!({ "ExportArn": export_arn(shape, index), "ExportName": format!("export-{index}"),
                    "ExportStatus": { "StatusCode": "HEALTHY" } })
            }),
        )?,
        "GetExport" => {
            let arn = call.text("ExportArn").unwrap_or_default();
            let index = (0..shape.exports).find(|index| export_arn(shape, *index) == arn);
            export(shape, index.ok_or((404, "ResourceNotFoundException"))?)
        }
        _ => return Err((400, "UnknownOperationException")),
    };
    Ok(Reply { status: 200, content_type: "application/x-amz-json-1.1", body: body.to_string() })
}

fn paged(
    call: &Call,
    size: &str,
    most: usize,
    list: &str,
    items: impl Iterator<Item = Value>,
) -> Result<Value, (u16, &'static str)> {
    let size = call.json.get(size).and_then(Value::as_u64);
    let token = if call.service() == "logs" { "nextToken" } else { "NextToken" };
    let (items, next) = Page::of(call.text(token), size, most)?.cut(items);
    let mut body = json!({ list: items });
    if let Some(next) = next {
        body[token] = json!(next);
    }
    Ok(body)
}

fn trail<'a>(shape: &'a Shape, call: &Call, name: &str) -> Result<Trail<'a>, (u16, &'static str)> {
    let trail = shape.trail_by_arn(call.text(name).unwrap_or_default());
    trail.ok_or((400, "TrailNotFoundException"))
}

fn description(trail: &Trail<'_>) -> Value {
    json!({
        "Name": trail.name(), "S3BucketName": trail.bucket(), "IncludeGlobalServiceEvents": trail.is_global(),
        "IsMultiRegionTrail": trail.is_multi_region(), "HomeRegion": trail.home(), "TrailARN": trail.arn(),
        "LogFileValidationEnabled": true, "HasCustomEventSelectors": true, "HasInsightSelectors": false,
        "IsOrganizationTrail": false,
    })
}

fn log_groups(shape: &Shape, call: &Call) -> Result<Value, (u16, &'static str)> {
    let prefix = call.text("logGroupNamePrefix").unwrap_or_default();
    let region = call.region();
    let names = (0..FLOW_GROUPS).map(|number| format!("/flow/{number}")).filter(|name| name.starts_with(prefix));
    let groups = names.filter_map(|name| {
        let arn = format!("arn:aws:logs:{region}:{}:log-group:{name}:*", shape.account);
        let mut group = json!({ "logGroupName": name, "arn": arn, "storedBytes": 0 });
        match shape.retention(region, &name) {
            Retention::NoGroup => return None,
            Retention::Forever => {}
            Retention::Days(days) => group["retentionInDays"] = json!(days),
        }
        Some(group)
    });
    paged(call, "limit", 50, "logGroups", groups)
}

fn report(shape: &Shape, index: u64) -> Value {
    json!({
        "ReportName": format!("report-{index}"), "TimeUnit": "DAILY", "Format": "Parquet", "Compression": "Parquet",
        "AdditionalSchemaElements": [], "S3Bucket": shape.bucket(0).name(), "S3Prefix": "cur", "S3Region": "us-east-1",
        "ReportStatus": { "lastDelivery": "20251031T041530Z", "lastStatus": "SUCCESS" },
    })
}

fn export_arn(shape: &Shape, index: u64) -> String {
    format!("arn:aws:bcm-data-exports:us-east-1:{}:export/export-{index}", shape.account)
}

fn export(shape: &Shape, index: u64) -> Value {
    json!({
        "Export": {
            "ExportArn": export_arn(shape, index), "Name": format!("export-{index}"),
            "DataQuery": { "QueryStatement": "SELECT bill_bill_type FROM COST_AND_USAGE_REPORT" },
            "DestinationConfigurations": { "S3Destination": {
                "S3Bucket": shape.bucket(0).name(), "S3Prefix": "exports", "S3Region": "us-east-1",
                "S3OutputConfigurations": { "OutputType": "CUSTOM", "Format": "PARQUET", "Compression": "PARQUET",
                                            "Overwrite": "OVERWRITE_REPORT" },
            } },
            "RefreshCadence": { "Frequency": "SYNCHRONOUS" },
        },
        "ExportStatus": { "StatusCode": "HEALTHY", "LastRefreshedAt": "2025-10-31T00:00:00.500Z" },
    })
}
