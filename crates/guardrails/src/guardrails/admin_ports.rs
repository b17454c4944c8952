//! SSH and RDP, closed to the world.

use asc_core::text;

use crate::guardrail::{Guardrail, Part, Remedy, Risk, Setup, Switch, allow, arn, found};
use crate::template::{Condition, Test};
use crate::value::{Value, map, reference};

/// Source: AWS Config Developer Guide, "restricted-ssh"; Systems Manager Automation Runbook Reference,
/// "AWS-DisableIncomingSSHOnPort22".
pub(super) fn restricted_ssh() -> Guardrail {
    Guardrail {
        key: "restricted-ssh",
        parameter: "RestrictedSsh",
        title: text!(en: "SSH closed to the world", ja: "SSH の公開制限"),
        about: text!(
            en: "No security group lets everybody reach port 22. Remediation cuts off whoever connects from anywhere.",
            ja: "すべての送信元にポート 22 を公開するセキュリティグループがないことを確認します。\
                 修復を有効にすると、任意の場所から接続している利用者は接続できなくなります。"
        ),
        checks: &["BASE-05"],
        switch: Switch::Remedy(Risk::Careful),
        account_wide: false,
        on_config: true,
        build: build_ssh,
    }
}

/// Source: AWS Config Developer Guide, "restricted-common-ports"; Systems Manager Automation Runbook Reference,
/// "AWS-DisablePublicAccessForSecurityGroup".
pub(super) fn restricted_rdp() -> Guardrail {
    Guardrail {
        key: "restricted-rdp",
        parameter: "RestrictedRdp",
        title: text!(en: "RDP closed to the world", ja: "RDP の公開制限"),
        about: text!(
            en: "No security group in use lets everybody reach port 3389. Remediation cuts off whoever connects from anywhere, \
                 over SSH too: AWS's runbook closes both. It gives up on a group outside a default VPC that is not open on both \
                 ports, over IPv4 and IPv6; that group stays reported. China has no such runbook, and no remediation here.",
            ja: "使用中のセキュリティグループが、すべての送信元にポート 3389 を公開していないことを確認します。\
                 修復を有効にすると、任意の場所からの接続は SSH も含めて遮断されます (AWS のランブックは両方を閉じます)。\
                 デフォルト VPC 以外のグループで、両方のポートが IPv4・IPv6 とも公開されていない場合、ランブックは失敗し、検出結果が残ります。\
                 中国リージョンにはこのランブックがないため、修復は行いません。"
        ),
        checks: &["BASE-05"],
        switch: Switch::Remedy(Risk::Careful),
        account_wide: false,
        on_config: true,
        build: build_rdp,
    }
}

/// What either runbook needs: to see rules, and to revoke ingress.
fn statements() -> Vec<Value> {
    // Describing knows no resource.
    let see = allow(&["ec2:DescribeSecurityGroups"], "*");
    vec![see, allow(&["ec2:RevokeSecurityGroupIngress"], arn("ec2", "security-group/*"))]
}

fn build_ssh(setup: &Setup) -> Part {
    Part {
        resources: vec![setup.rule(
            "",
            "INCOMING_SSH_DISABLED",
            text!(
                en: "Finds security groups open to everybody on port 22.",
                ja: "ポート 22 がすべての送信元に公開されたセキュリティグループを検出します。"
            ),
            map! {},
        )],
        remedies: vec![
            setup.role(
                "",
                text!(en: "What the remediation may do.", ja: "修復に許可する操作です。"),
                statements(),
            ),
            setup.remediation(
                "",
                text!(en: "Revokes the rules that let everybody in.", ja: "すべての送信元を許可するルールを取り消します。"),
                Remedy {
                    role: "",
                    resource_type: "AWS::EC2::SecurityGroup",
                    document: "AWS-DisableIncomingSSHOnPort22".into(),
                    parameters: vec![("SecurityGroupIds", found())],
                },
            ),
        ],
        ..Part::default()
    }
}

fn build_rdp(setup: &Setup) -> Part {
    let available = "RestrictedRdpCorrected";
    // The rule always looks at five ports; those that are not given are other ones, which the runbook does not close.
    let ports = ["blockedPort1", "blockedPort2", "blockedPort3", "blockedPort4", "blockedPort5"];
    let elsewhere = Test::Not(Box::new(Test::Same(reference("AWS::Partition"), "aws-cn".into())));
    Part {
        conditions: vec![Condition::new(
            available,
            Test::All(vec![Test::holds(&setup.remediated()), elsewhere]),
        )],
        resources: vec![setup.rule(
            "",
            "RESTRICTED_INCOMING_TRAFFIC",
            text!(
                en: "Finds security groups in use that are open to everybody on port 3389. The rule looks at five ports, and at \
                     common ones where it is given fewer.",
                ja: "ポート 3389 がすべての送信元に公開された、使用中のセキュリティグループを検出します。\
                     このルールは 5 つのポートを確認し、指定のない分は既定のポートになるため、すべてに指定します。"
            ),
            Value::map(ports.map(|port| (port, "3389"))),
        )],
        remedies: vec![
            setup
                .role("", text!(en: "What the remediation may do.", ja: "修復に許可する操作です。"), statements())
                .when(available),
            setup
                .remediation(
                    "",
                    text!(en: "Revokes the rules that let everybody in.", ja: "すべての送信元を許可するルールを取り消します。"),
                    Remedy {
                        role: "",
                        resource_type: "AWS::EC2::SecurityGroup",
                        document: "AWS-DisablePublicAccessForSecurityGroup".into(),
                        parameters: vec![("GroupId", found())],
                    },
                )
                .when(available),
        ],
        ..Part::default()
    }
}
