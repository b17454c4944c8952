//! Access keys of IAM users: rotated, and removed when nobody uses them.

use asc_core::text;

use crate::guardrail::{Guardrail, Part, Remedy, Risk, Setup, Switch, allow, fixed, found};
use crate::value::{map, sub};

const ROTATED_WITHIN_DAYS: &str = "90";
const USED_WITHIN_DAYS: &str = "45";

/// Source: AWS Config Developer Guide, "access-keys-rotated" and "iam-user-unused-credentials-check"; Systems Manager
/// Automation Runbook Reference, "AWSConfigRemediation-RevokeUnusedIAMUserCredentials".
pub(super) fn access_keys() -> Guardrail {
    Guardrail {
        key: "iam-access-keys",
        parameter: "IamAccessKeys",
        title: text!(en: "Rotation and removal of access keys", ja: "アクセスキーのローテーションと削除"),
        about: text!(
            en: "Keys older than 90 days and credentials unused for 45 are found. Remediation revokes what has not been used \
                 within that time, passwords included; a key that is old but in use stays, since only whoever uses it can \
                 replace it, and stays reported.",
            ja: "作成から 90 日を超えたキーと、45 日間使われていない認証情報を検出します。修復では、その期間使われていないものをパスワードも含めて無効にします。\
                 古くても使用中のキーは、利用者にしか置き換えられないため変更せず、検出結果として残ります。"
        ),
        checks: &["BASE-04"],
        switch: Switch::Remedy(Risk::Careful),
        account_wide: true,
        on_config: true,
        build,
    }
}

fn build(setup: &Setup) -> Part {
    let remedy = |days| Remedy {
        role: "",
        resource_type: "AWS::IAM::User",
        document: "AWSConfigRemediation-RevokeUnusedIAMUserCredentials".into(),
        parameters: vec![("IAMResourceId", found()), ("MaxCredentialUsageAge", fixed(days))],
    };
    Part {
        resources: vec![
            setup.rule(
                "Rotation",
                "ACCESS_KEYS_ROTATED",
                text!(en: "Finds users with a key older than 90 days.", ja: "90 日を超えたキーを持つユーザーを検出します。"),
                map! { "maxAccessKeyAge" => ROTATED_WITHIN_DAYS },
            ),
            setup.rule(
                "Use",
                "IAM_USER_UNUSED_CREDENTIALS_CHECK",
                text!(
                    en: "Finds users with a password or key unused for 45 days.",
                    ja: "45 日間使われていないパスワードやキーを持つユーザーを検出します。"
                ),
                map! { "maxCredentialUsageAge" => USED_WITHIN_DAYS },
            ),
        ],
        remedies: vec![
            setup.role(
                "",
                text!(en: "What both remediations may do.", ja: "2 つの修復に許可する操作です。"),
                vec![
                    // The runbook learns a user's name from the id that AWS Config knows; the action knows no resource.
                    allow(&["config:ListDiscoveredResources"], "*"),
                    allow(
                        &[
                            "iam:GetUser",
                            "iam:GetLoginProfile",
                            "iam:DeleteLoginProfile",
                            "iam:ListAccessKeys",
                            "iam:GetAccessKeyLastUsed",
                            "iam:UpdateAccessKey",
                            "iam:DeleteAccessKey",
                        ],
                        sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:user/*"),
                    ),
                ],
            ),
            setup.remediation(
                "Rotation",
                text!(
                    en: "Revokes of the old keys those that nobody has used for 90 days.",
                    ja: "古いキーのうち、90 日間使われていないものを無効にします。"
                ),
                remedy(ROTATED_WITHIN_DAYS),
            ),
            setup.remediation(
                "Use",
                text!(en: "Revokes what nobody has used for 45 days.", ja: "45 日間使われていないものを無効にします。"),
                remedy(USED_WITHIN_DAYS),
            ),
        ],
        ..Part::default()
    }
}
