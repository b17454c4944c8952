//! Default security groups, closed.

use asc_core::text;

use crate::corrected::{Corrected, Document, may};
use crate::guardrail::{Guardrail, Part, Risk, Setup, Switch, allow, arn, found};
use crate::value::map;

/// Source: AWS Config Developer Guide, "vpc-default-security-group-closed"; Systems Manager Automation Runbook Reference,
/// "AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules".
pub(super) fn default_security_groups() -> Guardrail {
    Guardrail {
        key: "default-security-groups",
        parameter: "DefaultSecurityGroups",
        title: text!(en: "Default security groups closed", ja: "デフォルトセキュリティグループの閉鎖"),
        about: text!(
            en: "The default security group of a VPC lets nothing in or out. Remediation interrupts whatever still uses one.",
            ja: "VPC のデフォルトセキュリティグループが、送受信とも一切許可しないことを確認します。\
                 修復を有効にすると、まだ使用しているリソースの通信が途絶えます。"
        ),
        checks: &["BASE-06"],
        switch: Switch::Remedy(Risk::Careful),
        account_wide: false,
        on_config: true,
        build,
    }
}

fn build(setup: &Setup) -> Part {
    let statements = vec![
        // Describing knows no resource.
        allow(&["ec2:DescribeSecurityGroups"], "*"),
        allow(&["ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"], arn("ec2", "security-group/*")),
    ];
    setup.corrected(
        "",
        Corrected {
            rule: "VPC_DEFAULT_SECURITY_GROUP_CLOSED",
            finds: text!(en: "Finds default security groups with rules.", ja: "ルールを持つデフォルトセキュリティグループを検出します。"),
            input: map! {},
            resource_type: "AWS::EC2::SecurityGroup",
            role: (may(), statements),
            corrects: text!(en: "Removes the group's rules.", ja: "グループのルールを削除します。"),
            runbook: Document::Aws("AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules"),
            parameters: vec![("GroupId", found())],
        },
    )
}
