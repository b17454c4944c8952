//! Errors in the words of each protocol that the scanner speaks.

use crate::http::Message;

/// The services that speak JSON.
const IN_JSON: [&str; 9] =
    ["access-analyzer", "bcm-data-exports", "cloudtrail", "config", "cur", "detective", "logs", "securityhub", "ssm"];

/// The service that an action belongs to.
fn service(action: &str) -> &str {
    action.split_once(':').map_or("", |(service, _)| service)
}

/// The content type of answers to a call.
pub(crate) fn kind(action: &str) -> &'static str {
    if IN_JSON.contains(&service(action)) { "application/x-amz-json-1.1" } else { "application/xml" }
}

/// An error as the services that speak JSON word it.
fn json_error(code: &str, message: &str) -> Message {
    let body = format!(r#"{{"__type":"{code}","Message":"{message}"}}"#);
    Message::answer(400, "application/x-amz-json-1.1", &body)
}

/// An error as S3 words it.
pub(crate) fn s3_error(status: u16, code: &str, message: &str) -> Message {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message>\
         <RequestId>4442587FB7D0A2F9</RequestId><HostId>host</HostId></Error>"
    );
    Message::answer(status, "application/xml", &body)
}

/// An error as EC2 words it.
fn ec2_error(status: u16, code: &str, message: &str) -> Message {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code>\
         <Message>{message}</Message></Error></Errors><RequestID>4442587FB7D0A2F9</RequestID></Response>"
    );
    Message::answer(status, "text/xml", &body)
}

/// How S3 Control and the query protocols wrap an error.
fn wrapped_error(status: u16, code: &str, message: &str) -> Message {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error><RequestId>4442587FB7D0A2F9</RequestId></ErrorResponse>"
    );
    Message::answer(status, "text/xml", &body)
}

/// A denial in the words of the call's protocol.
pub(crate) fn denial(action: &str) -> Message {
    let message = format!(
        "User: arn:aws:iam::123456789012:user/scanner is not authorized to perform: {action} because no identity-based \
         policy allows the {action} action"
    );
    match service(action) {
        of if IN_JSON.contains(&of) => json_error("AccessDeniedException", &message),
        "ec2" => ec2_error(403, "UnauthorizedOperation", &message),
        "s3" if !action.contains("AccessPoint") && action != "s3:GetAccountPublicAccessBlock" => {
            s3_error(403, "AccessDenied", &message)
        }
        _ => wrapped_error(403, "AccessDenied", &message),
    }
}

/// A request to slow down in the words of the call's protocol.
pub(crate) fn throttled(action: &str) -> Message {
    match service(action) {
        of if IN_JSON.contains(&of) => json_error("ThrottlingException", "Rate exceeded"),
        "ec2" => ec2_error(503, "RequestLimitExceeded", "Request limit exceeded."),
        "iam" => wrapped_error(400, "Throttling", "Rate exceeded"),
        _ => s3_error(503, "SlowDown", "Please reduce your request rate."),
    }
}
