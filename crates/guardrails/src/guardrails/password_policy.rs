//! The account's password policy.

use asc_core::fix::Runbook;
use asc_core::text;

use crate::corrected::{Corrected, Document, may};
use crate::guardrail::{Guardrail, Part, Risk, Setup, Switch, allow, fixed};
use crate::value::Value;

/// What the rule demands and the remediation sets: 14 characters of four kinds, 24 passwords remembered, 90 days.
const DEMANDS: [(&str, &str); 7] = [
    ("MinimumPasswordLength", "14"),
    ("RequireUppercaseCharacters", "true"),
    ("RequireLowercaseCharacters", "true"),
    ("RequireNumbers", "true"),
    ("RequireSymbols", "true"),
    ("PasswordReusePrevention", "24"),
    ("MaxPasswordAge", "90"),
];

/// Source: AWS Config Developer Guide, "iam-password-policy"; Systems Manager Automation Runbook Reference,
/// "AWSConfigRemediation-SetIAMPasswordPolicy".
pub(super) fn password_policy() -> Guardrail {
    Guardrail {
        key: "iam-password-policy",
        parameter: "IamPasswordPolicy",
        title: text!(en: "The password policy of IAM", ja: "IAM のパスワードポリシー"),
        about: text!(
            en: "Passwords of IAM users have 14 characters of all kinds, last for 90 days and are not used again for 24 changes. \
                 A password that is older is changed at the next sign-in.",
            ja: "IAM ユーザーのパスワードを、全種類の文字を含む 14 文字以上・有効期間 90 日・過去 24 回の再利用禁止に保ちます。\
                 期限を過ぎたパスワードは、次回のサインイン時に変更が必要です。"
        ),
        checks: &["BASE-02"],
        switch: Switch::Remedy(Risk::Safe),
        account_wide: true,
        on_config: true,
        build,
    }
}

fn build(setup: &Setup) -> Part {
    let mut parameters = DEMANDS.map(|(name, value)| (name, fixed(value))).to_vec();
    // Without it nobody could obey the rest; and nobody is locked out for a password that has run out.
    parameters.push(("AllowUsersToChangePassword", fixed("true")));
    parameters.push(("HardExpiry", fixed("false")));
    setup.corrected(
        "",
        Corrected {
            rule: "IAM_PASSWORD_POLICY",
            finds: text!(en: "Finds a policy that demands less.", ja: "これより緩いポリシーを検出します。"),
            input: Value::map(DEMANDS),
            resource_type: "AWS::::Account",
            // Neither action knows a resource.
            role: (may(), vec![allow(Runbook::SET_PASSWORD_POLICY.actions, "*")]),
            corrects: text!(en: "Sets the policy again.", ja: "ポリシーを設定し直します。"),
            runbook: Document::Aws(Runbook::SET_PASSWORD_POLICY.name),
            parameters,
        },
    )
}
