//! The account's password policy.

use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Unread};
use serde::Serialize;

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

/// The account's password policy, if it has one of its own.
#[derive(Debug)]
pub struct PasswordPolicy;

impl Fact for PasswordPolicy {
    type Key = ();
    type Value = Option<PasswordRules>;
    const READS: &'static [Reads] = &[Reads::Call(GET_POLICY)];

    async fn read(cx: &Cx, (): &()) -> Result<Self::Value, Unread> {
        let answer = match iam(cx, GET_POLICY)?.get_account_password_policy().send().await {
            Ok(answer) => answer,
            // Source: IAM API Reference, `GetAccountPasswordPolicy`: so it says that there is none.
            Err(error) if asc_aws::failure::code(&error) == Some("NoSuchEntity") => return Ok(None),
            Err(error) => return Err(failed(GET_POLICY)(error)),
        };
        let policy = present(GET_POLICY, answer.password_policy, "PasswordPolicy")?;
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
