//! SSH and RDP, closed to the world.

use asc_core::{Text, text};

use crate::corrected::{Corrected, Document, may};
use crate::guardrail::{Guardrail, Part, Risk, Setup, Switch, allow, arn, found};
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

/// A rule about security groups, and AWS's runbook that closes one; `group` is what the runbook calls it.
fn closed(
    setup: &Setup,
    rule: &'static str,
    finds: Text,
    input: Value,
    runbook: &'static str,
    group: &'static str,
) -> Part {
    // Describing knows no resource.
    let see = allow(&["ec2:DescribeSecurityGroups"], "*");
    setup.corrected(
        "",
        Corrected {
            rule,
            finds,
            input,
            resource_type: "AWS::EC2::SecurityGroup",
            role: (may(), vec![see, allow(&["ec2:RevokeSecurityGroupIngress"], arn("ec2", "security-group/*"))]),
            corrects: text!(en: "Revokes the rules that let everybody in.", ja: "すべての送信元を許可するルールを取り消します。"),
            runbook: Document::Aws(runbook),
            parameters: vec![(group, found())],
        },
    )
}

fn build_ssh(setup: &Setup) -> Part {
    let finds = text!(
        en: "Finds security groups open to everybody on port 22.",
        ja: "ポート 22 がすべての送信元に公開されたセキュリティグループを検出します。"
    );
    let runbook = "AWS-DisableIncomingSSHOnPort22";
    closed(setup, "INCOMING_SSH_DISABLED", finds, map! {}, runbook, "SecurityGroupIds")
}

fn build_rdp(setup: &Setup) -> Part {
    let available = "RestrictedRdpCorrected";
    // The rule always looks at five ports; those that are not given are other ones, which the runbook does not close.
    let ports = ["blockedPort1", "blockedPort2", "blockedPort3", "blockedPort4", "blockedPort5"];
    let ports = Value::map(ports.map(|port| (port, "3389")));
    let elsewhere = Test::Not(Box::new(Test::Same(reference("AWS::Partition"), "aws-cn".into())));
    let finds = text!(
        en: "Finds security groups in use that are open to everybody on port 3389. The rule looks at five ports, and at \
             common ones where it is given fewer.",
        ja: "ポート 3389 がすべての送信元に公開された、使用中のセキュリティグループを検出します。\
             このルールは 5 つのポートを確認し、指定のない分は既定のポートになるため、すべてに指定します。"
    );
    let runbook = "AWS-DisablePublicAccessForSecurityGroup";
    let part = closed(setup, "RESTRICTED_INCOMING_TRAFFIC", finds, ports, runbook, "GroupId");
    Part {
        conditions: vec![Condition::new(available, Test::All(vec![Test::holds(&setup.remediated()), elsewhere]))],
        remedies: part.remedies.into_iter().map(|remedy| remedy.when(available)).collect(),
        ..part
    }
}
