//! Data Exports.

use asc_aws::{door, failure, pages, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use aws_sdk_bcmdataexports::operation::get_export::GetExportOutput;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::delivery::{Delivery, Kind, LastRun, filled};

const LIST_EXPORTS: Operation = Operation::new("bcm-data-exports", "ListExports", "bcm-data-exports:ListExports");
const GET_EXPORT: Operation =
    Operation::new("bcm-data-exports", "GetExport", "bcm-data-exports:GetExport").per(Per::Item);

/// The most that Data Exports gives in a page.
/// Source: AWS Billing and Cost Management API Reference, `ListExports`.
const PAGE: i32 = 100;

/// Where Data Exports is, and the only partition that has it.
const REGION: &str = "us-east-1";
const PARTITION: &str = "aws";

fn client(cx: &Cx, operation: Operation) -> Result<aws_sdk_bcmdataexports::Client, Unread> {
    Ok(door(cx, operation)?.client(operation.service, REGION, |sdk, tag| {
        let config = aws_sdk_bcmdataexports::config::Builder::from(sdk).interceptor(tag).build();
        aws_sdk_bcmdataexports::Client::from_conf(config)
    }))
}

/// The ARNs of the exports that are defined; none where the partition has no such service.
#[derive(Debug)]
pub struct ExportList;

impl Fact for ExportList {
    type Key = ();
    type Value = Option<Vec<String>>;
    const READS: &'static [Reads] = &[Reads::Call(LIST_EXPORTS)];

    async fn read(cx: &Cx, (): &()) -> Result<Self::Value, Unread> {
        if cx.account().partition != PARTITION {
            return Ok(None);
        }
        let client = client(cx, LIST_EXPORTS)?;
        let listed = pages(LIST_EXPORTS, "Exports", |token| {
            let request = client.list_exports().max_results(PAGE).set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(LIST_EXPORTS, &e))?;
                Ok((page.exports, page.next_token))
            }
        });
        let arns = listed.await?.into_iter().map(|export| filled(LIST_EXPORTS, export.export_arn, "ExportArn"));
        arns.collect::<Result<_, _>>().map(Some)
    }
}

/// An export, by ARN; fails as gone when it has been deleted since it was listed.
#[derive(Debug)]
pub struct ExportDetail;

impl Fact for ExportDetail {
    type Key = String;
    type Value = Delivery;
    const READS: &'static [Reads] = &[Reads::Call(GET_EXPORT)];

    async fn read(cx: &Cx, arn: &String) -> Result<Delivery, Unread> {
        let answer = client(cx, GET_EXPORT)?.get_export().export_arn(arn).send().await;
        let answer = answer.map_err(|e| match failure::code(&e) {
            Some("ResourceNotFoundException") => unread(GET_EXPORT, &e).of_gone(arn),
            _ => unread(GET_EXPORT, &e),
        });
        read(answer?)
    }
}

fn read(answer: GetExportOutput) -> Result<Delivery, Unread> {
    let missing = |name| Unread::malformed(GET_EXPORT, format!("no {name} in the answer"));
    let export = answer.export.ok_or_else(|| missing("Export"))?;
    let destination = export.destination_configurations.and_then(|destination| destination.s3_destination);
    let destination = destination.ok_or_else(|| missing("S3Destination"))?;
    let status = answer.export_status;
    let last_run = status.map(|status| LastRun {
        at: status.last_refreshed_at.and_then(|at| {
            let at = OffsetDateTime::from_unix_timestamp(at.secs()).ok()?;
            at.format(&Rfc3339).ok()
        }),
        status: status.status_code.map(|code| code.as_str().to_owned()),
    });
    Ok(Delivery {
        kind: Kind::DataExport,
        name: filled(GET_EXPORT, export.name, "Name")?,
        bucket: filled(GET_EXPORT, destination.s3_bucket, "S3Bucket")?,
        bucket_owner: destination.s3_bucket_owner.filter(|owner| !owner.is_empty()),
        last_run: last_run.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_an_export_or_a_destination_is_not_understood() {
        let nothing = read(GetExportOutput::builder().build()).unwrap_err();
        assert!(nothing.detail.contains("no Export"), "{nothing}");
        let export = aws_sdk_bcmdataexports::types::Export::builder().name("costs").build().unwrap();
        let nowhere = read(GetExportOutput::builder().export(export).build()).unwrap_err();
        assert!(nowhere.detail.contains("no S3Destination"), "{nowhere}");
    }
}
