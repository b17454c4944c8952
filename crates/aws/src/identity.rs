//! Whose account this is.

use asc_core::{Account, Class, Operation};

use crate::door::Door;
use crate::error::DoorError;
use crate::failure::unread;

/// The call that tells. It needs no permission.
pub const GET_CALLER_IDENTITY: Operation = Operation::new("sts", "GetCallerIdentity", "sts:GetCallerIdentity");

/// Asks STS for the account and partition behind the credentials.
pub async fn identify(door: &Door) -> Result<Account, DoorError> {
    let client = door.client(GET_CALLER_IDENTITY.service, door.home(), |sdk, tag| {
        let config = aws_sdk_sts::config::Builder::from(sdk).interceptor(tag).build();
        aws_sdk_sts::Client::from_conf(config)
    });
    let identity = client.get_caller_identity().send().await.map_err(|error| {
        let why = unread(GET_CALLER_IDENTITY, &error);
        let detail = match &why.aws_code {
            Some(code) => format!("{code}: {}", why.detail),
            None => why.detail.to_string(),
        };
        match (why.class, why.aws_code.as_deref()) {
            (_, Some("ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired")) => DoorError::Expired(detail),
            (_, Some("RequestExpired" | "RequestTimeTooSkewed" | "RequestInTheFuture")) => DoorError::ClockSkew(detail),
            (_, Some("SignatureDoesNotMatch" | "InvalidSignatureException")) if speaks_of_time(&detail) => {
                DoorError::ClockSkew(detail)
            }
            (Class::Unreachable | Class::Throttled | Class::NotRecorded | Class::Malformed, _) => {
                DoorError::Unreachable(detail)
            }
            _ => DoorError::Rejected(detail),
        }
    })?;
    let (Some(id), Some(arn)) = (identity.account(), identity.arn()) else {
        return Err(DoorError::Unreachable("sts:GetCallerIdentity answered without an account".to_owned()));
    };
    let partition = arn.split(':').nth(1).filter(|p| p.starts_with("aws")).unwrap_or("aws");
    Ok(Account { id: id.to_owned(), partition: partition.to_owned(), alias: None })
}

/// STS tells of a wrong clock in the message of a signature error: "Signature expired: … is now earlier than …".
fn speaks_of_time(detail: &str) -> bool {
    detail.contains("Signature expired") || detail.contains("Signature not yet current")
}
