//! EBS encryption by default.

use asc_core::text;

use crate::guardrail::{Guardrail, Part, Remedy, Risk, Setup, Switch, allow};
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
    Part {
        resources: vec![setup.rule(
            "",
            "EC2_EBS_ENCRYPTION_BY_DEFAULT",
            text!(
                en: "Finds the region's setting switched off.",
                ja: "リージョンの設定が無効になっていないかを確認します。"
            ),
            map! {},
        )],
        remedies: vec![
            setup.role(
                "",
                text!(en: "What the remediation may do.", ja: "修復に許可する操作です。"),
                // Neither action knows a resource.
                vec![allow(&["ec2:EnableEbsEncryptionByDefault", "ec2:GetEbsEncryptionByDefault"], "*")],
            ),
            setup.remediation(
                "",
                text!(en: "Switches the setting on.", ja: "設定を有効にします。"),
                Remedy {
                    role: "",
                    resource_type: "AWS::::Account",
                    document: "AWSConfigRemediation-EnableEbsEncryptionByDefault".into(),
                    parameters: vec![],
                },
            ),
        ],
        ..Part::default()
    }
}
