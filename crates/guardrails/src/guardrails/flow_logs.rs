//! Flow logs in every VPC.

use asc_core::text;

use crate::corrected::{Corrected, Document, scripted, takes};
use crate::guardrail::{Guardrail, Part, Risk, Setup, Switch, allow, arn, fixed, found, policy};
use crate::template::Resource;
use crate::value::{Value, attribute, list, map, reference};

const CREATE_FLOW_LOG: &str = r#"import boto3


def handler(events, context):
    """Makes a flow log. EC2 answers 200 also when it made none, and says so in the answer."""
    answer = boto3.client("ec2").create_flow_logs(
        ResourceType="VPC",
        ResourceIds=[events["VpcId"]],
        TrafficType="ALL",
        LogDestinationType="cloud-watch-logs",
        LogGroupName=events["LogGroupName"],
        DeliverLogsPermissionArn=events["DeliveryRole"],
    )
    if answer["Unsuccessful"]:
        raise RuntimeError(str(answer["Unsuccessful"]))
    return {"FlowLogIds": answer["FlowLogIds"]}
"#;

/// Source: AWS Config Developer Guide, "vpc-flow-logs-enabled"; Amazon VPC User Guide, "IAM role for publishing flow logs
/// to CloudWatch Logs"; Systems Manager Automation Runbook Reference, "AWSConfigRemediation-EnableVPCFlowLogsToCloudWatch".
pub(super) fn flow_logs() -> Guardrail {
    Guardrail {
        key: "vpc-flow-logs",
        parameter: "VpcFlowLogs",
        title: text!(en: "Flow logs in every VPC", ja: "すべての VPC のフローログ"),
        about: text!(
            en: "A VPC without flow logs gets one that records all traffic, kept for a year. The runbook is the template's own: \
                 those of AWS's that are about flow logs replace or delete one that exists, and none makes the first.",
            ja: "フローログのない VPC に、すべてのトラフィックを記録するフローログを作成し、1 年間保管します。\
                 AWS のフローログ用ランブックは既存のものを置き換えるか削除するだけなので、独自のランブックを使います。"
        ),
        checks: &["ASC-08"],
        switch: Switch::Remedy(Risk::Safe),
        account_wide: false,
        on_config: true,
        build,
    }
}

fn build(setup: &Setup) -> Part {
    let hand_over = map! {
        "Effect" => "Allow",
        "Action" => "iam:PassRole",
        "Resource" => attribute("VpcFlowLogsDeliveryRole", "Arn"),
        "Condition" => map! { "StringEquals" => map! { "iam:PassedToService" => "vpc-flow-logs.amazonaws.com" } },
    };
    let part = setup.corrected(
        "",
        Corrected {
            rule: "VPC_FLOW_LOGS_ENABLED",
            finds: text!(en: "Finds VPCs without flow logs.", ja: "フローログのない VPC を検出します。"),
            input: map! {},
            resource_type: "AWS::EC2::VPC",
            role: (
                text!(
                    en: "What the remediation may do: make flow logs, and hand them the role above.",
                    ja: "修復に許可する操作です。フローログの作成と、上記ロールの受け渡しだけを許可します。"
                ),
                vec![allow(&["ec2:CreateFlowLogs"], list![arn("ec2", "vpc/*"), arn("ec2", "vpc-flow-log/*")]), hand_over],
            ),
            corrects: text!(en: "Starts the runbook for each VPC that the rule finds.", ja: "検出した VPC ごとにランブックを開始します。"),
            runbook: Document::Own(text!(en: "Makes a VPC's flow log.", ja: "VPC のフローログを作成します。"), runbook()),
            parameters: vec![
                ("VpcId", found()),
                ("LogGroupName", fixed(reference("VpcFlowLogsGroup"))),
                ("DeliveryRole", fixed(attribute("VpcFlowLogsDeliveryRole", "Arn"))),
            ],
        },
    );
    let stands_on = [log_group(), delivery_role()].map(|resource| resource.when(&setup.remediated()));
    Part { remedies: stands_on.into_iter().chain(part.remedies).collect(), ..part }
}

fn log_group() -> Resource {
    Resource::new(
        "VpcFlowLogsGroup",
        "AWS::Logs::LogGroup",
        text!(en: "The region's flow logs, for a year.", ja: "リージョンのフローログを 1 年間保管します。"),
        map! { "RetentionInDays" => 365 },
    )
    .retained()
}

fn delivery_role() -> Resource {
    let trust = map! {
        "Effect" => "Allow",
        "Principal" => map! { "Service" => "vpc-flow-logs.amazonaws.com" },
        "Action" => "sts:AssumeRole",
        "Condition" => map! { "StringEquals" => map! { "aws:SourceAccount" => reference("AWS::AccountId") } },
    };
    let deliver = policy(vec![
        allow(
            &["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            attribute("VpcFlowLogsGroup", "Arn"),
        ),
        allow(&["logs:DescribeLogGroups"], arn("logs", "log-group:*")),
    ]);
    Resource::new(
        "VpcFlowLogsDeliveryRole",
        "AWS::IAM::Role",
        text!(
            en: "Flow logs write into the log group through this role. Those that exist deliver nothing more without it.",
            ja: "フローログがロググループへ書き込むためのロールです。このロールがなくなると、既存のフローログも配信できなくなります。"
        ),
        map! {
            "AssumeRolePolicyDocument" => policy(vec![trust]),
            "Policies" => list![map! { "PolicyName" => "delivery", "PolicyDocument" => deliver }],
        },
    )
    .retained()
}

fn runbook() -> Value {
    scripted(
        "Makes a flow log for a VPC.",
        "The role that makes flow logs.",
        vec![
            takes("VpcId", "The VPC."),
            takes("LogGroupName", "The log group that receives the flow log."),
            takes("DeliveryRole", "The role that writes into the log group."),
        ],
        "CreateFlowLog",
        CREATE_FLOW_LOG,
    )
}
