//! What an SDK's error means for a verdict.

use std::error::Error;

use asc_core::{Class, Operation, Unread};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::response::BreaksOff;
use crate::retry::is_throttle;
use crate::seam::{Interrupted, NotRecorded, Writes};

/// The codes by which AWS's services say that the caller may not ask.
pub(crate) fn is_denied(code: &str) -> bool {
    matches!(
        code,
        "AccessDenied"
            | "AccessDeniedException"
            | "AllAccessDisabled"
            | "AuthorizationError"
            | "AuthorizationErrorException"
            | "Client.UnauthorizedOperation"
            | "NotAuthorized"
            | "UnauthorizedAccess"
            | "UnauthorizedException"
            | "UnauthorizedOperation"
    )
}

/// Whether a code says that what was asked about does not exist; AWS's services agree on the words at least.
pub(crate) fn is_absent(code: &str) -> bool {
    code.starts_with("NoSuch")
        || ["NotFound", "NotFoundException", "NotFoundError"].iter().any(|end| code.ends_with(end))
}

/// Makes an SDK's error a fact that could not be read.
pub fn unread<E>(operation: Operation, error: &SdkError<E, HttpResponse>) -> Unread
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let detail = describe(error);
    match error {
        SdkError::ServiceError(service) => {
            let metadata = service.err().meta();
            let status = service.raw().status().as_u16();
            let Some(code) = metadata.code() else {
                return match status {
                    // A success that is reported as an error is an answer that could not be read.
                    ..400 => Unread::new(operation, Class::Malformed, detail),
                    400..500 => {
                        Unread::new(operation, Class::Malformed, format!("HTTP {status} without an error code"))
                    }
                    500.. => Unread::new(operation, Class::Unreachable, format!("HTTP {status}")),
                };
            };
            let class = match code {
                _ if is_denied(code) => Class::Denied,
                _ if is_throttle(code) => Class::Throttled,
                _ if is_absent(code) => Class::Absent,
                _ if status >= 500 => Class::Unreachable,
                _ => Class::Refused,
            };
            let mut unread = Unread::new(operation, class, metadata.message().unwrap_or(code));
            unread.aws_code = Some(code.into());
            unread
        }
        SdkError::ResponseError(_) => Unread::new(operation, Class::Malformed, detail),
        SdkError::DispatchFailure(failure) => {
            let is = |marker: fn(&(dyn Error + 'static)) -> bool| {
                failure.as_connector_error().is_some_and(|error| causes(error).any(marker))
            };
            let class = if is(<dyn Error>::is::<NotRecorded>) {
                Class::NotRecorded
            } else if is(<dyn Error>::is::<Interrupted>) {
                Class::Interrupted
            } else if is(<dyn Error>::is::<BreaksOff>) {
                Class::Malformed
            } else if is(<dyn Error>::is::<Writes>) {
                Class::Refused
            } else {
                Class::Unreachable
            };
            Unread::new(operation, class, detail)
        }
        SdkError::TimeoutError(_) => Unread::new(operation, Class::Unreachable, detail),
        _ => Unread::new(operation, Class::Refused, detail),
    }
}

/// The error code of a service's answer, if it is one.
pub fn code<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Option<&str> {
    error.as_service_error().and_then(|service| service.meta().code())
}

/// The innermost cause of an error, which is the one that tells something: "connection refused", not "dispatch
/// failure".
pub(crate) fn describe(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

/// An error and what caused it, outermost first.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let this = next?;
        next = this.source();
        Some(this)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_classed() {
        for code in ["AccessDenied", "UnauthorizedOperation", "AccessDeniedException"] {
            assert!(is_denied(code) && !is_absent(code), "{code}");
        }
        for code in
            ["NoSuchBucket", "TrailNotFoundException", "InvalidInstanceID.NotFound", "OwnershipControlsNotFoundError"]
        {
            assert!(is_absent(code) && !is_denied(code), "{code}");
        }
        assert!(!is_absent("InvalidRequest"));
    }

    #[test]
    fn the_innermost_cause_is_told() {
        let inner = std::io::Error::other("connection refused");
        let outer = std::io::Error::other(inner);
        assert_eq!(describe(&outer), "connection refused");
    }
}
