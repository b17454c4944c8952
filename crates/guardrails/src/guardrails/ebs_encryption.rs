//! EBS encryption by default.

use asc_core::fix::Runbook;
use asc_core::text;

use crate::corrected::{Corrected, Document, may};
use crate::guardrail::{Guardrail, Part, Risk, Setup, Switch, allow};
use crate::value::map;

/// Source: AWS Config Developer Guide, "ec2-ebs-encryption-by-default"; Systems Manager Automation Runbook Reference,
/// "AWSConfigRemediation-EnableEbsEncryptionByDefault".
pub(super) fn ebs_encryption() -> Guardrail {
    Guardrail {
        key: "ebs-encryption",
        parameter: "EbsEncryption",
        title: text!(en: "EBS encryption by default", ja: "EBS のデフォルト暗号化"),
        about: text!(
            en: "New volumes and copies of snapshots are encrypted. Volumes that exist stay as they are.",
            ja: "新しいボリュームとスナップショットのコピーを暗号化します。既存のボリュームは変わりません。"
        ),
        checks: &["ASC-07"],
        switch: Switch::Remedy(Risk::Safe),
        account_wide: false,
        on_config: true,
        build,
    }
}

fn build(setup: &Setup) -> Part {
    setup.corrected(
        "",
        Corrected {
            rule: "EC2_EBS_ENCRYPTION_BY_DEFAULT",
            finds: text!(
                en: "Finds the region's setting switched off.",
                ja: "リージョンの設定が無効になっていないかを確認します。"
            ),
            input: map! {},
            resource_type: "AWS::::Account",
            // Neither action knows a resource.
            role: (may(), vec![allow(Runbook::ENABLE_EBS_ENCRYPTION.actions, "*")]),
            corrects: text!(en: "Switches the setting on.", ja: "設定を有効にします。"),
            runbook: Document::Aws(Runbook::ENABLE_EBS_ENCRYPTION.name),
            parameters: vec![],
        },
    )
}
