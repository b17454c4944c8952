//! IAM's client.

use asc_aws::{door, unread};
use asc_core::{Cx, Operation, Unread};
use aws_sdk_iam::config::http::HttpResponse;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use time::OffsetDateTime;

/// IAM is one for the whole account; it is asked from the region that the scan sets out from.
pub(super) fn iam(cx: &Cx, operation: Operation) -> Result<aws_sdk_iam::Client, Unread> {
    let door = door(cx, operation)?;
    Ok(door.client(operation.service, door.home(), |sdk, tag| {
        let config = aws_sdk_iam::config::Builder::from(sdk).interceptor(tag).build();
        aws_sdk_iam::Client::from_conf(config)
    }))
}

/// What failed, as it is told.
pub(super) fn failed<E>(operation: Operation) -> impl Fn(SdkError<E, HttpResponse>) -> Unread
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    move |error| unread(operation, &error)
}

/// A part of an answer that must be there.
pub(super) fn present<T>(operation: Operation, part: Option<T>, name: &str) -> Result<T, Unread> {
    part.ok_or_else(|| Unread::malformed(operation, format!("no {name} in the answer")))
}

/// A moment of the SDK's, to the second.
pub(super) fn moment(at: &aws_sdk_iam::primitives::DateTime) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(at.secs()).ok()
}
