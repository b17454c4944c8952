//! What can be changed of IAM.

use asc_core::fix::Changes;
use asc_core::{Cx, Operation, Unread};
use aws_sdk_iam::config::http::HttpResponse;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::types::StatusType;
use serde::{Deserialize, Serialize};

use super::client::iam;
use super::password_policy::PolicyAsSet;

/// Sets the account's password policy.
pub const SET_PASSWORD_POLICY: Operation =
    Operation::new("iam", "UpdateAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy");
/// Removes it.
pub const DELETE_PASSWORD_POLICY: Operation =
    Operation::new("iam", "DeleteAccountPasswordPolicy", "iam:DeleteAccountPasswordPolicy");
/// Turns an access key on or off.
pub const SET_KEY: Operation = Operation::new("iam", "UpdateAccessKey", "iam:UpdateAccessKey");

/// A change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation")]
pub enum IamChange {
    /// Sets the account's password policy.
    UpdateAccountPasswordPolicy {
        /// The whole of it.
        policy: PolicyAsSet,
    },
    /// Removes it.
    DeleteAccountPasswordPolicy,
    /// Turns an access key on or off.
    UpdateAccessKey {
        /// Whose key it is.
        user: String,
        /// The key's id.
        key: String,
        /// On or off.
        active: bool,
    },
}

fn done<T, E>(operation: Operation, sent: Result<T, SdkError<E, HttpResponse>>) -> Result<(), Unread>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    sent.map(drop).map_err(|error| asc_aws::unread(operation, &error))
}

impl Changes for IamChange {
    const FAMILY: &'static str = "iam";

    fn operation(&self) -> Operation {
        match self {
            Self::UpdateAccountPasswordPolicy { .. } => SET_PASSWORD_POLICY,
            Self::DeleteAccountPasswordPolicy => DELETE_PASSWORD_POLICY,
            Self::UpdateAccessKey { .. } => SET_KEY,
        }
    }

    fn region(&self) -> Option<&str> {
        None
    }

    async fn send(&self, cx: &Cx) -> Result<(), Unread> {
        let operation = Changes::operation(self);
        let client = iam(cx, operation)?;
        match self {
            Self::UpdateAccountPasswordPolicy { policy } => {
                let request = client
                    .update_account_password_policy()
                    .minimum_password_length(policy.minimum_length)
                    .require_symbols(policy.symbols)
                    .require_numbers(policy.numbers)
                    .require_uppercase_characters(policy.uppercase)
                    .require_lowercase_characters(policy.lowercase)
                    .allow_users_to_change_password(policy.users_may_change)
                    .set_max_password_age(policy.max_age)
                    .set_password_reuse_prevention(policy.reuse_prevention)
                    .set_hard_expiry(policy.hard_expiry);
                done(operation, request.send().await)
            }
            Self::DeleteAccountPasswordPolicy => match client.delete_account_password_policy().send().await {
                Err(error) if asc_aws::failure::code(&error) == Some("NoSuchEntity") => Ok(()),
                sent => done(operation, sent),
            },
            Self::UpdateAccessKey { user, key, active } => {
                let status = if *active { StatusType::Active } else { StatusType::Inactive };
                let request = client.update_access_key().user_name(user).access_key_id(key).status(status);
                done(operation, request.send().await)
            }
        }
    }
}

asc_core::declare_changes!(IamChange);
