//! Whose account this is.

use asc_core::{Account, Class, Operation, Unread};

use crate::door::Door;
use crate::error::DoorError;
use crate::failure::unread;

/// The call that tells. It needs no permission.
pub const GET_CALLER_IDENTITY: Operation = Operation::new("sts", "GetCallerIdentity", "sts:GetCallerIdentity");

/// Asks STS for the account and partition behind the credentials. A scan that goes on from a recording must be of the
/// account that was recorded.
pub async fn identify(door: &Door) -> Result<Account, DoorError> {
    let client = door.client(GET_CALLER_IDENTITY.service, door.home(), |sdk, tag| {
        let config = aws_sdk_sts::config::Builder::from(sdk).interceptor(tag).build();
        aws_sdk_sts::Client::from_conf(config)
    });
    let identity = client.get_caller_identity().send().await;
    let identity = identity.map_err(|error| refusal(&unread(GET_CALLER_IDENTITY, &error)))?;
    let (Some(id), Some(arn)) = (identity.account(), identity.arn()) else {
        return Err(DoorError::Unreachable("sts:GetCallerIdentity answered without an account".to_owned()));
    };
    door.same_account(id)?;
    let partition = arn.split(':').nth(1).filter(|p| p.starts_with("aws")).unwrap_or("aws");
    Ok(Account { id: id.to_owned(), partition: partition.to_owned(), alias: None })
}

/// Why STS does not say who the caller is, as something the user can act on.
fn refusal(why: &Unread) -> DoorError {
    let detail = match &why.aws_code {
        Some(code) => format!("{code}: {}", why.detail),
        None => why.detail.to_string(),
    };
    match (why.class, why.aws_code.as_deref()) {
        (Class::Interrupted, _) => DoorError::Interrupted,
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
}

/// STS tells of a wrong clock in the message of a signature error: "Signature expired: … is now earlier than …".
fn speaks_of_time(detail: &str) -> bool {
    detail.contains("Signature expired") || detail.contains("Signature not yet current")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(class: Class, code: &str, detail: &str) -> DoorError {
        let mut why = Unread::new(GET_CALLER_IDENTITY, class, detail);
        why.aws_code = Some(code.into());
        refusal(&why)
    }

    #[test]
    fn each_refusal_is_told_as_what_it_is() {
        let skew =
            "Signature expired: 20270101T000000Z is now earlier than 20270101T001000Z (20270101T001500Z - 5 min.)";
        for error in [
            refused(Class::Refused, "SignatureDoesNotMatch", skew),
            refused(
                Class::Refused,
                "SignatureDoesNotMatch",
                "Signature not yet current: 20270101T001000Z is still later",
            ),
            refused(Class::Refused, "RequestTimeTooSkewed", "The difference is too large."),
        ] {
            assert!(matches!(error, DoorError::ClockSkew(_)), "{error}");
        }
        let error = refused(Class::Refused, "ExpiredToken", "The security token included in the request is expired");
        assert!(matches!(error, DoorError::Expired(_)), "{error}");
        for (class, code) in [
            (Class::Denied, "AccessDenied"),
            (Class::Refused, "InvalidClientTokenId"),
            (Class::Refused, "SignatureDoesNotMatch"),
        ] {
            let error = refused(class, code, "no");
            assert!(matches!(error, DoorError::Rejected(_)), "{error}");
        }
        let error = refusal(&Unread::new(GET_CALLER_IDENTITY, Class::Unreachable, "connection refused"));
        assert!(matches!(error, DoorError::Unreachable(_)), "{error}");
    }

    #[test]
    fn each_error_says_what_to_do_and_no_two_say_the_same() {
        let of = |make: fn(String) -> DoorError| make(String::new()).advice();
        let all = [
            DoorError::NoCredentials.advice(),
            of(DoorError::Expired),
            of(DoorError::Credentials),
            of(DoorError::Rejected),
            of(DoorError::ClockSkew),
            of(DoorError::Unreachable),
        ];
        let told: std::collections::BTreeSet<_> = all.iter().map(|advice| (&advice.en, &advice.ja)).collect();
        assert_eq!(told.len(), all.len());
    }
}
