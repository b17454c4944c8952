//! Why a scan cannot even begin, and what to do about it.

use asc_core::{Text, text};

use crate::recording::RecordingError;

/// Why the door stays shut.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// The credential chain has nothing to offer.
    #[error("no AWS credentials were found")]
    NoCredentials,
    /// The credentials, or the session they come from, have expired.
    #[error("the AWS credentials have expired: {0}")]
    Expired(String),
    /// The chain has credentials to offer but could not get them.
    #[error("the AWS credentials could not be loaded: {0}")]
    Credentials(String),
    /// AWS does not know the credentials, or they are not allowed to ask who they are.
    #[error("AWS does not accept the credentials: {0}")]
    Rejected(String),
    /// This machine's clock is too far from AWS's.
    #[error("AWS does not accept the request's time: {0}")]
    ClockSkew(String),
    /// AWS does not answer.
    #[error("AWS does not answer: {0}")]
    Unreachable(String),
    /// The recording to go on from is of another account.
    #[error("the recording is of account {recorded}, the credentials are of account {present}")]
    OtherAccount {
        /// The account that was recorded.
        recorded: String,
        /// The account of the credentials.
        present: String,
    },
    /// The recording to go on from does not say whose it is.
    #[error("the recording does not say which account it is of")]
    NoAccount,
    /// The user has broken off before it was known whose account this is.
    #[error("interrupted")]
    Interrupted,
    /// The recording cannot be used.
    #[error(transparent)]
    Recording(#[from] RecordingError),
}

impl DoorError {
    /// What the user can do about it.
    pub fn advice(&self) -> Text {
        match self {
            Self::NoCredentials => text!(
                en: "Sign in with `aws sso login`, choose a profile with AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. In GitHub Actions use aws-actions/configure-aws-credentials. To look around without an account: `asc demo`.",
                ja: "`aws sso login` でサインインするか、AWS_PROFILE でプロファイルを選ぶか、AWS_ACCESS_KEY_ID と AWS_SECRET_ACCESS_KEY を設定してください。GitHub Actions では aws-actions/configure-aws-credentials を使います。アカウントなしで試すには `asc demo` を実行してください。"
            ),
            Self::Expired(_) => text!(
                en: "Sign in again (`aws sso login`), or fetch new temporary credentials.",
                ja: "再度サインインする (`aws sso login`) か、一時的な認証情報を取得し直してください。"
            ),
            Self::Credentials(_) => text!(
                en: "Check the profile in ~/.aws/config and what it refers to: its source profile, its role and that role's trust policy, its SSO session.",
                ja: "~/.aws/config のプロファイルと、それが参照する source_profile、ロールとその信頼ポリシー、SSO セッションを確認してください。"
            ),
            Self::Rejected(_) => text!(
                en: "Check that the access key is active and belongs to this partition, and that AWS_REGION names a region that is enabled in the account.",
                ja: "アクセスキーが有効でこのパーティションのものか、AWS_REGION がアカウントで有効なリージョンかを確認してください。"
            ),
            Self::ClockSkew(_) => text!(
                en: "Set this machine's clock; AWS accepts five minutes of difference at most.",
                ja: "このマシンの時計を合わせてください。AWS が許容する差は最大 5 分です。"
            ),
            Self::Unreachable(_) => text!(
                en: "Check the network, the proxy, AWS_REGION and AWS_ENDPOINT_URL.",
                ja: "ネットワーク、プロキシ、AWS_REGION、AWS_ENDPOINT_URL を確認してください。"
            ),
            Self::OtherAccount { .. } | Self::NoAccount => text!(
                en: "Go on with credentials of the recorded account, or start anew without --resume.",
                ja: "記録と同じアカウントの認証情報で続けるか、--resume を付けずに最初から実行してください。"
            ),
            Self::Interrupted => text!(
                en: "Nothing was asked but whose account this is; start again.",
                ja: "アカウントの確認中に中断されました。もう一度実行してください。"
            ),
            Self::Recording(_) => text!(
                en: "Record the scan again with `asc scan --record FILE`.",
                ja: "`asc scan --record FILE` で記録し直してください。"
            ),
        }
    }
}
