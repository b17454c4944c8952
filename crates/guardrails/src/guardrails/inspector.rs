//! Inspector.

use asc_core::{Text, text};

use crate::corrected::scripted;
use crate::guardrail::{Guardrail, Part, Remedy, Risk, Setup, Switch, allow, fixed};
use crate::template::Resource;
use crate::value::{Value, map, reference, sub};

const ENABLE_INSPECTOR: &str = r#"import boto3


def handler(events, context):
    """Switches a kind of scan on. Inspector answers 200 also when it refuses, and says so in the answer."""
    answer = boto3.client("inspector2").enable(resourceTypes=[events["ScanType"]])
    if answer.get("failedAccounts"):
        raise RuntimeError(str(answer["failedAccounts"]))
    return {"Accounts": answer["accounts"]}
"#;

/// A kind of scan: its suffix in names, the rule that looks for it, and what Inspector calls it.
const SCANS: [(&str, &str, &str); 3] = [
    ("Ec2", "INSPECTOR_EC2_SCAN_ENABLED", "EC2"),
    ("Ecr", "INSPECTOR_ECR_SCAN_ENABLED", "ECR"),
    ("Lambda", "INSPECTOR_LAMBDA_STANDARD_SCAN_ENABLED", "LAMBDA"),
];

/// Source: AWS Config Developer Guide, "inspector-ec2-scan-enabled" and its like; Amazon Inspector API Reference, "Enable".
pub(super) fn inspector() -> Guardrail {
    Guardrail {
        key: "inspector",
        parameter: "Inspector",
        title: text!(en: "Inspector on", ja: "Inspector の有効化"),
        about: text!(
            en: "Instances, container images and functions are scanned for known vulnerabilities. CloudFormation has no resource \
                 that switches Inspector on (AWS::InspectorV2::Filter and its like only arrange what it finds), and AWS has no \
                 runbook for it; so the rules look whether it is on, and a runbook of this template switches it on.",
            ja: "インスタンス、コンテナイメージ、関数の既知の脆弱性をスキャンします。CloudFormation には Inspector を有効にするリソースがなく \
                 (AWS::InspectorV2::Filter などは検出結果を整理するだけです)、AWS のランブックもありません。\
                 そのため、ルールで状態を確認し、このテンプレートのランブックで有効にします。"
        ),
        checks: &["BASE-11"],
        switch: Switch::Remedy(Risk::Safe),
        account_wide: false,
        on_config: true,
        build,
    }
}

fn build(setup: &Setup) -> Part {
    let starts = |(suffix, _, kind): (&'static str, _, &str)| {
        setup.remediation(
            suffix,
            text!(en: "Switches scans of {kind} on.", ja: "{kind} のスキャンを有効にします。"),
            Remedy {
                role: "",
                resource_type: "AWS::::Account",
                document: reference(&setup.runbook_id("")),
                parameters: vec![("ScanType", fixed(kind))],
            },
        )
    };
    Part {
        resources: SCANS
            .map(|(suffix, identifier, kind)| setup.rule(suffix, identifier, looks(kind), map! {}))
            .to_vec(),
        remedies: [
            role(setup),
            setup.runbook(
                "",
                text!(en: "Switches a kind of scan on.", ja: "指定された種類のスキャンを有効にします。"),
                runbook(),
            ),
        ]
        .into_iter()
        .chain(SCANS.map(starts))
        .collect(),
        ..Part::default()
    }
}

fn looks(kind: &str) -> Text {
    text!(en: "Finds scans of {kind} switched off.", ja: "{kind} のスキャンが無効になっていないかを確認します。")
}

/// Source: Amazon Inspector User Guide, "Using service-linked roles for Amazon Inspector".
fn role(setup: &Setup) -> Resource {
    let services = ["inspector2.amazonaws.com", "agentless.inspector2.amazonaws.com"];
    let roles = services.map(|service| {
        sub(&format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/aws-service-role/{service}/*"))
    });
    setup.role(
        "",
        text!(
            en: "What the remediation may do: switch scans on. The first time Inspector makes its service-linked roles, in the \
                 name of whoever switches it on.",
            ja: "修復に許可する操作です。スキャンの有効化だけを許可します。初回は、Inspector のサービスにリンクされたロールが、有効にした者の権限で作成されます。"
        ),
        vec![
            // The action knows no resource.
            allow(&["inspector2:Enable"], "*"),
            map! {
                "Effect" => "Allow",
                "Action" => "iam:CreateServiceLinkedRole",
                "Resource" => Value::list(roles),
                "Condition" => map! { "StringEquals" => map! { "iam:AWSServiceName" => Value::list(services) } },
            },
        ],
    )
}

fn runbook() -> Value {
    let kind = map! {
        "type" => "String",
        "description" => "What is scanned.",
        "allowedValues" => Value::list(SCANS.map(|(_, _, kind)| kind)),
    };
    scripted(
        "Switches a kind of scan of Inspector on.",
        "The role that switches scans on.",
        vec![("ScanType", kind)],
        "EnableScans",
        ENABLE_INSPECTOR,
    )
}
