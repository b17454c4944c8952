//! What can be changed of IAM.

use asc_core::fix::{Automation, Changes, Later, Runbook};
use asc_core::{Account, Class, Cx, Fact, Operation, Text, Unread, text};
use aws_sdk_iam::config::http::HttpResponse;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::types::StatusType;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::access_key::{AccessKeys, KeyLastUse, ListedKey};
use super::client::iam;
use super::credential_report::LastUse;
use super::password_policy::PolicyAsSet;

/// Sets the account's password policy.
pub const SET_PASSWORD_POLICY: Operation =
    Operation::new("iam", "UpdateAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy");
/// Removes it.
pub const DELETE_PASSWORD_POLICY: Operation =
    Operation::new("iam", "DeleteAccountPasswordPolicy", "iam:DeleteAccountPasswordPolicy");
/// Turns an access key on or off.
pub const SET_KEY: Operation = Operation::new("iam", "UpdateAccessKey", "iam:UpdateAccessKey");
/// Removes an access key for good.
pub const DELETE_KEY: Operation = Operation::new("iam", "DeleteAccessKey", "iam:DeleteAccessKey");

/// For how many days nobody must have missed a key before it is deleted: what runs once a month has run by then.
const GRACE: i64 = 30;

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
    /// Removes an access key for good.
    DeleteAccessKey {
        /// Whose key it is.
        user: String,
        /// The key's id.
        key: String,
        /// When it was turned off.
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
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
            Self::DeleteAccessKey { .. } => DELETE_KEY,
        }
    }

    fn region(&self) -> Option<&str> {
        None
    }

    fn automation(&self, _: &Account) -> Option<Automation> {
        let Self::UpdateAccountPasswordPolicy { policy } = self else { return None };
        // What is not set is said by the value that AWS's page gives as the parameter's default.
        let number = |set: Option<i32>| set.unwrap_or_default().to_string();
        let parameters = [
            ("AllowUsersToChangePassword", policy.users_may_change.to_string()),
            ("HardExpiry", policy.hard_expiry.unwrap_or_default().to_string()),
            ("MaxPasswordAge", number(policy.max_age)),
            ("MinimumPasswordLength", policy.minimum_length.to_string()),
            ("PasswordReusePrevention", number(policy.reuse_prevention)),
            ("RequireLowercaseCharacters", policy.lowercase.to_string()),
            ("RequireNumbers", policy.numbers.to_string()),
            ("RequireSymbols", policy.symbols.to_string()),
            ("RequireUppercaseCharacters", policy.uppercase.to_string()),
        ];
        Some(Automation::new(&Runbook::SET_PASSWORD_POLICY, None, parameters))
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
            Self::DeleteAccessKey { user, key, .. } => {
                if let Some(why) = self.obstacle(cx).await? {
                    return Err(Unread::new(operation, Class::Refused, why.en));
                }
                match client.delete_access_key().user_name(user).access_key_id(key).send().await {
                    Err(error) if asc_aws::failure::code(&error) == Some("NoSuchEntity") => Ok(()),
                    sent => done(operation, sent),
                }
            }
        }
    }

    fn later(&self, at: OffsetDateTime) -> Option<Later> {
        let Self::UpdateAccessKey { user, key, active: false } = self else { return None };
        let says = text!(
            en: "Delete the access key {key} of {user} for good: it cannot be brought back.",
            ja: "{user} のアクセスキー {key} を削除します。元に戻すことはできません。"
        );
        let change = Self::DeleteAccessKey { user: user.clone(), key: key.clone(), since: at };
        Some(Later { says, days: GRACE, change: change.into() })
    }

    async fn obstacle(&self, cx: &Cx) -> Result<Option<Text>, Unread> {
        let Self::DeleteAccessKey { user, key, since } = self else { return Ok(None) };
        let keys = match AccessKeys::read(cx, user).await {
            // With the user its keys have gone.
            Err(why) if why.gone.is_some() => return Ok(None),
            keys => keys?,
        };
        let Some(listed) = keys.iter().find(|listed| listed.id == *key) else { return Ok(None) };
        if asc_aws::door(cx, DELETE_KEY)?.key_id().await.as_deref() == Some(key.as_str()) {
            return Ok(Some(text!(
                en: "It is the key that asc itself signs with.",
                ja: "asc 自身が使っているキーです。"
            )));
        }
        Ok(still_needed(listed, KeyLastUse::read(cx, key).await?.as_ref(), *since))
    }
}

/// Why a key that was turned off must not be deleted: somebody has wanted it since.
fn still_needed(key: &ListedKey, last_use: Option<&LastUse>, since: OffsetDateTime) -> Option<Text> {
    if key.active {
        let why = text!(
            en: "Somebody has activated the key again: it is needed.",
            ja: "キーは再び有効化されています。使用されている可能性があります。"
        );
        return Some(why);
    }
    let last = last_use.filter(|last| last.at > since)?.at.date();
    Some(text!(
        en: "The key was used on {last}, after it had been deactivated: somebody had activated it.",
        ja: "無効化した後の {last} にキーが使用されています。一度有効化された可能性があります。"
    ))
}

asc_core::declare_changes!(IamChange);

#[cfg(test)]
mod tests {
    use asc_core::fix::Change;
    use time::Duration;
    use time::macros::datetime;

    use super::*;

    const THEN: OffsetDateTime = datetime!(2026-11-01 09:00 UTC);

    #[test]
    fn only_turning_a_key_off_is_followed_by_its_deletion() {
        let set = |active| IamChange::UpdateAccessKey { user: "ann".to_owned(), key: "AKIA1".to_owned(), active };
        assert!(Changes::later(&set(true), THEN).is_none());
        let later = Changes::later(&set(false), THEN).unwrap();
        let json = later.change.to_json();
        assert_eq!(
            (json["operation"].as_str(), json["since"].as_str()),
            (Some("DeleteAccessKey"), Some("2026-11-01T09:00:00Z"))
        );
        assert_eq!(Change::of_json(&json).unwrap().to_json(), json);
    }

    #[test]
    fn a_key_that_somebody_wanted_since_is_kept() {
        let key = |active| ListedKey { id: "AKIA1".to_owned(), active, created: THEN - Duration::days(200) };
        let used = |after: Duration| LastUse { at: THEN + after, region: None, service: None };
        assert!(still_needed(&key(false), None, THEN).is_none());
        assert!(
            still_needed(&key(false), Some(&used(Duration::ZERO)), THEN).is_none(),
            "the use before is why it was stale"
        );
        assert!(still_needed(&key(false), Some(&used(Duration::MINUTE)), THEN).is_some());
        assert!(still_needed(&key(true), None, THEN).is_some());
    }

    #[test]
    fn a_runbook_is_told_the_whole_policy() {
        let account = Account { id: "123456789012".to_owned(), partition: "aws".to_owned(), alias: None };
        let policy = PolicyAsSet {
            minimum_length: 16,
            symbols: true,
            numbers: true,
            uppercase: true,
            lowercase: false,
            users_may_change: true,
            max_age: None,
            reuse_prevention: Some(24),
            hard_expiry: None,
        };
        let change = Change::from(IamChange::UpdateAccountPasswordPolicy { policy });
        let automation = change.automation(&account).unwrap();
        assert_eq!((automation.runbook, automation.region), (&Runbook::SET_PASSWORD_POLICY, None));
        let told: Vec<_> = automation.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let expected = [
            "AllowUsersToChangePassword=true",
            "HardExpiry=false",
            "MaxPasswordAge=0",
            "MinimumPasswordLength=16",
            "PasswordReusePrevention=24",
            "RequireLowercaseCharacters=false",
            "RequireNumbers=true",
            "RequireSymbols=true",
            "RequireUppercaseCharacters=true",
        ];
        assert_eq!(told, expected);
        let key = IamChange::UpdateAccessKey { user: "u".to_owned(), key: "k".to_owned(), active: false };
        for none in [IamChange::DeleteAccountPasswordPolicy, key] {
            assert_eq!(Change::from(none).automation(&account), None);
        }
    }
}
