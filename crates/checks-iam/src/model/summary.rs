//! The account's summary.

use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Unread};
use aws_sdk_iam::types::SummaryKeyType;

use super::client::{failed, iam, present};

const GET_SUMMARY: Operation = Operation::new("iam", "GetAccountSummary", "iam:GetAccountSummary");

/// What the summary says about the root user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Whether the root user has any access key, active or not.
    pub root_access_keys: bool,
    /// Whether the root user has an MFA device, where that is told.
    pub root_mfa: Option<bool>,
    /// Whether the root user has a password, where that is told.
    pub root_password: Option<bool>,
}

impl Summary {
    /// What a summary is that does not tell of the root user's MFA.
    pub fn without_mfa() -> Unread {
        Unread::malformed(GET_SUMMARY, "no AccountMFAEnabled in the answer")
    }
}

/// The account's summary.
#[derive(Debug)]
pub struct AccountSummary;

impl Fact for AccountSummary {
    type Key = ();
    type Value = Summary;
    const READS: &'static [Reads] = &[Reads::Call(GET_SUMMARY)];

    async fn read(cx: &Cx, (): &()) -> Result<Summary, Unread> {
        let answer = iam(cx, GET_SUMMARY)?.get_account_summary().send().await.map_err(failed(GET_SUMMARY))?;
        let numbers = present(GET_SUMMARY, answer.summary_map, "SummaryMap")?;
        let number = |key: &SummaryKeyType| numbers.get(key).copied();
        let keys = number(&SummaryKeyType::AccountAccessKeysPresent);
        Ok(Summary {
            root_access_keys: present(GET_SUMMARY, keys, "AccountAccessKeysPresent")? != 0,
            root_mfa: number(&SummaryKeyType::AccountMfaEnabled).map(|number| number != 0),
            root_password: number(&SummaryKeyType::AccountPasswordPresent).map(|number| number != 0),
        })
    }
}
