//! The root user: no access key, and MFA.

use asc_core::text;

use crate::guardrail::{Guardrail, Part, Setup, Switch};
use crate::value::map;

/// Source: AWS Config Developer Guide, "iam-root-access-key-check" and "root-account-mfa-enabled".
pub(super) fn root_user() -> Guardrail {
    Guardrail {
        key: "root-user",
        parameter: "RootUser",
        title: text!(en: "The root user", ja: "ルートユーザー"),
        about: text!(
            en: "The root user has no access key, and MFA. Nothing is corrected: only the root user can delete its keys and set \
                 up its MFA, so whoever holds the root credentials is to be told.",
            ja: "ルートユーザーにアクセスキーがなく、MFA が有効であることを確認します。キーの削除も MFA の設定もルートユーザー本人にしかできないため、自動修復はありません。"
        ),
        checks: &["ASC-01", "BASE-13"],
        switch: Switch::Report,
        account_wide: true,
        on_config: true,
        build,
    }
}

fn build(setup: &Setup) -> Part {
    Part {
        resources: vec![
            setup.rule(
                "Key",
                "IAM_ROOT_ACCESS_KEY_CHECK",
                text!(en: "Finds access keys of the root user.", ja: "ルートユーザーのアクセスキーを検出します。"),
                map! {},
            ),
            setup.rule(
                "Mfa",
                "ROOT_ACCOUNT_MFA_ENABLED",
                text!(en: "Finds a root user without MFA.", ja: "MFA のないルートユーザーを検出します。"),
                map! {},
            ),
        ],
        ..Part::default()
    }
}
