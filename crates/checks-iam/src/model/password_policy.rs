//! The account's password policy.

use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Unread};
use serde::{Deserialize, Serialize};

use super::client::{failed, iam, present};

const GET_POLICY: Operation = Operation::new("iam", "GetAccountPasswordPolicy", "iam:GetAccountPasswordPolicy");

/// What passwords must be like.
#[expect(clippy::struct_excessive_bools, reason = "IAM has these switches, each on or off")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PasswordRules {
    /// The fewest characters.
    pub minimum_length: i32,
    /// Whether a symbol is required.
    pub symbols: bool,
    /// Whether a digit is required.
    pub numbers: bool,
    /// Whether an uppercase letter is required.
    pub uppercase: bool,
    /// Whether a lowercase letter is required.
    pub lowercase: bool,
    /// After how many days a password expires, if it does.
    pub max_age: Option<i32>,
    /// How many former passwords may not be used again.
    pub reuse_prevention: i32,
}

/// The whole policy, as it is set: what no check judges is kept, too, where it is changed.
#[expect(clippy::struct_excessive_bools, reason = "IAM has these switches, each on or off")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyAsSet {
    /// The fewest characters.
    pub minimum_length: i32,
    /// Whether a symbol is required.
    pub symbols: bool,
    /// Whether a digit is required.
    pub numbers: bool,
    /// Whether an uppercase letter is required.
    pub uppercase: bool,
    /// Whether a lowercase letter is required.
    pub lowercase: bool,
    /// Whether users may change their own passwords.
    pub users_may_change: bool,
    /// After how many days a password expires, if it does.
    pub max_age: Option<i32>,
    /// How many former passwords may not be used again, if any.
    pub reuse_prevention: Option<i32>,
    /// Whether whose password has expired must ask an administrator.
    pub hard_expiry: Option<bool>,
}

/// The account's password policy as it is set, if it has one of its own.
#[derive(Debug)]
pub struct PasswordPolicyAsSet;

impl Fact for PasswordPolicyAsSet {
    type Key = ();
    type Value = Option<PolicyAsSet>;
    const READS: &'static [Reads] = PasswordPolicy::READS;

    async fn read(cx: &Cx, (): &()) -> Result<Self::Value, Unread> {
        Ok(asked(cx).await?.map(|policy| PolicyAsSet {
            minimum_length: policy.minimum_password_length.unwrap_or_default(),
            symbols: policy.require_symbols,
            numbers: policy.require_numbers,
            uppercase: policy.require_uppercase_characters,
            lowercase: policy.require_lowercase_characters,
            users_may_change: policy.allow_users_to_change_password,
            max_age: policy.max_password_age.filter(|days| *days > 0),
            reuse_prevention: policy.password_reuse_prevention.filter(|count| *count > 0),
            hard_expiry: policy.hard_expiry,
        }))
    }
}

async fn asked(cx: &Cx) -> Result<Option<aws_sdk_iam::types::PasswordPolicy>, Unread> {
    match iam(cx, GET_POLICY)?.get_account_password_policy().send().await {
        Ok(answer) => present(GET_POLICY, answer.password_policy, "PasswordPolicy").map(Some),
        // Source: IAM API Reference, `GetAccountPasswordPolicy`: so it says that there is none.
        Err(error) if asc_aws::failure::code(&error) == Some("NoSuchEntity") => Ok(None),
        Err(error) => Err(failed(GET_POLICY)(error)),
    }
}

/// The account's password policy, if it has one of its own.
#[derive(Debug)]
pub struct PasswordPolicy;

impl Fact for PasswordPolicy {
    type Key = ();
    type Value = Option<PasswordRules>;
    const READS: &'static [Reads] = &[Reads::Call(GET_POLICY)];

    async fn read(cx: &Cx, (): &()) -> Result<Self::Value, Unread> {
        let Some(policy) = asked(cx).await? else { return Ok(None) };
        Ok(Some(PasswordRules {
            minimum_length: present(GET_POLICY, policy.minimum_password_length, "MinimumPasswordLength")?,
            symbols: policy.require_symbols,
            numbers: policy.require_numbers,
            uppercase: policy.require_uppercase_characters,
            lowercase: policy.require_lowercase_characters,
            // An age of 0 is how some write "never".
            max_age: policy.max_password_age.filter(|days| *days > 0),
            reuse_prevention: policy.password_reuse_prevention.unwrap_or_default(),
        }))
    }
}
