//! The clients, and what all of these answers share.

use std::collections::BTreeMap;

use asc_aws::door;
use asc_core::{Cx, Operation, Unread};
use aws_sdk_ec2::types::Tag;

/// The most that EC2 gives in a page.
/// Source: Amazon EC2 API Reference, "Pagination"; where an operation gives less, it cuts the number down itself.
pub(super) const PAGE: i32 = 1000;

pub(super) fn ec2(cx: &Cx, region: &str, operation: Operation) -> Result<aws_sdk_ec2::Client, Unread> {
    Ok(door(cx, operation)?.client(operation.service, region, |sdk, tag| {
        let config = aws_sdk_ec2::config::Builder::from(sdk).interceptor(tag).build();
        aws_sdk_ec2::Client::from_conf(config)
    }))
}

pub(super) fn logs(cx: &Cx, region: &str, operation: Operation) -> Result<aws_sdk_cloudwatchlogs::Client, Unread> {
    Ok(door(cx, operation)?.client(operation.service, region, |sdk, tag| {
        let config = aws_sdk_cloudwatchlogs::config::Builder::from(sdk).interceptor(tag).build();
        aws_sdk_cloudwatchlogs::Client::from_conf(config)
    }))
}

pub(super) fn iam(cx: &Cx, operation: Operation) -> Result<aws_sdk_iam::Client, Unread> {
    let door = door(cx, operation)?;
    Ok(door.client(operation.service, door.home(), |sdk, tag| {
        let config = aws_sdk_iam::config::Builder::from(sdk).interceptor(tag).build();
        aws_sdk_iam::Client::from_conf(config)
    }))
}

/// A part that every complete answer has.
pub(super) fn present<T>(operation: Operation, part: Option<T>, name: &str) -> Result<T, Unread> {
    part.ok_or_else(|| Unread::malformed(operation, format!("no {name} in the answer")))
}

pub(super) fn tags(tags: Option<Vec<Tag>>) -> BTreeMap<String, String> {
    let tags = tags.unwrap_or_default().into_iter();
    tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()
}

/// The ARN of a resource of EC2 that the account owns.
pub fn arn(cx: &Cx, region: &str, kind: &str, id: &str) -> String {
    let account = cx.account();
    format!("arn:{}:ec2:{region}:{}:{kind}/{id}", account.partition, account.id)
}
