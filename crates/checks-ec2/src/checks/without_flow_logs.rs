//! ASC-08.

use std::collections::BTreeSet;

use asc_aws::EnabledRegions;
use asc_core::fact::Reads;
use asc_core::fix::{Class, Fix, Remedy, Run, Step};
use asc_core::report::Finding;
use asc_core::{
    Cx, Fact, Kind, Listing, Operation, Resource, ResourceCheck, Severity, Status, Unread, Verdict, declare_check,
    declare_fix, fact, text,
};
use serde_json::json;

use crate::flow;
use crate::model::flow_change::{
    CREATE_FLOW_LOGS, CREATE_LOG_GROUP, CREATE_ROLE, DELETE_FLOW_LOGS, DELETE_LOG_GROUP, DELETE_ROLE,
    DELETE_ROLE_POLICY, PASS_ROLE, PUT_RETENTION, PUT_ROLE_POLICY, TAG_FLOW_LOGS,
};
use crate::model::{
    DESCRIBE_FLOW_LOGS, Destination, FlowChange, FlowLog, FlowLogs, LogGroup, LogRetention, Retention, RoleExists,
    Subnets, Vpc, Vpcs, arn,
};
use crate::regions::in_each;

declare_check! {
    /// VPCs whose rejected traffic nothing records, and log groups that keep too little of it.
    struct VpcWithoutFlowLogs {
        id: "ASC-08",
        name: "vpc-without-flow-logs",
        service: "vpc",
        severity: Medium,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",
        maps_to: [("aws-fsbp", "EC2.6"), ("cis-aws-5.0.0", "3.7"), ("cis-aws-3.0.0", "3.7")],
        options: [],
        reads: [EnabledRegions, Vpcs, FlowLogs, LogRetention],
        if_needed: [Subnets],
        en: {
            title: "VPC without working flow logs, or with too short a memory",
            why: "Flow logs say who talked to whom, and who was turned away. After an incident they are what shows where \
                  an intruder came from, went next, and sent data to; while it happens, rejected connections betray the \
                  scan. Intrusions are often found months later, so logs that are gone by then were written for nothing.",
            console: "1. In the VPC console choose Your VPCs, select the VPC, and under Actions choose Create flow log.\n\
                      2. Choose Filter All (or Reject), and as destination a log group with an IAM role for delivery, or an S3 bucket.\n\
                      3. For one whose delivery fails, put its role, or the bucket's policy, right.\n\
                      4. For a log group: open it in CloudWatch, and set its retention to a year or more.",
        },
        ja: {
            title: "VPC フローログが機能していない、または保存期間が短い",
            why: "フローログには、誰が誰と通信し、誰が拒否されたかが記録されます。インシデントの後では、侵入元、侵入後の移動、データの送信先を\
                  知る手がかりになり、攻撃中は拒否された接続がスキャンの兆候になります。侵入は数か月後に発覚することも多く、その前に消えるログは\
                  役に立ちません。",
            console: "1. VPC コンソールの [お使いの VPC] で VPC を選び、[アクション] から [フローログを作成] を選びます。\n\
                      2. フィルタは [すべて] (または [拒否]) とし、送信先に配信用 IAM ロールを指定したロググループか S3 バケットを選びます。\n\
                      3. 配信に失敗しているものは、ロールまたはバケットポリシーを直します。\n\
                      4. ロググループは CloudWatch で開き、保持期間を 1 年以上にします。",
        },
        cli: "aws ec2 create-flow-logs --region REGION --resource-type VPC --resource-ids VPC --traffic-type ALL \\\n  \
              --log-group-name vpc-flow-logs --deliver-logs-permission-arn ROLE_ARN\n\
              aws logs put-retention-policy --region REGION --log-group-name vpc-flow-logs --retention-in-days 365",
        cloudformation: "FlowLogs:\n  Type: AWS::Logs::LogGroup\n  Properties:\n    RetentionInDays: 365\n\nFlowLog:\n  \
                         Type: AWS::EC2::FlowLog\n  Properties:\n    ResourceType: VPC\n    ResourceId: !Ref Vpc\n    TrafficType: ALL\n    \
                         LogGroupName: !Ref FlowLogs\n    DeliverLogsPermissionArn: !GetAtt DeliveryRole.Arn",
        terraform: "resource \"aws_cloudwatch_log_group\" \"flow\" {\n  name              = \"vpc-flow-logs\"\n  \
                    retention_in_days = 365\n}\n\nresource \"aws_flow_log\" \"example\" {\n  vpc_id          = aws_vpc.example.id\n  \
                    traffic_type    = \"ALL\"\n  log_destination = aws_cloudwatch_log_group.flow.arn\n  \
                    iam_role_arn    = aws_iam_role.delivery.arn\n}",
    }
}

/// How long flow logs should be kept at least.
const DAYS: i32 = 365;

/// What is judged: a VPC, or a log group that receives flow logs.
#[derive(Debug)]
enum Subject {
    /// A VPC.
    Vpc(Vpc),
    /// A log group.
    LogGroup(LogGroup),
}

impl ResourceCheck for VpcWithoutFlowLogs {
    type Subject = Subject;

    async fn subjects(&self, cx: &Cx) -> Listing<Subject> {
        let (vpcs, logs) = match fact::both(in_each::<Vpcs>(cx), in_each::<FlowLogs>(cx)).await {
            (Ok(vpcs), Ok(logs)) => (vpcs, logs),
            (Err(why), _) | (_, Err(why)) => return Listing::failed(Resource::account(&cx.account().id), why),
        };
        let mut listing = Listing::of(Vec::new());
        let mut told = BTreeSet::new();
        for (region, vpcs) in vpcs {
            match vpcs {
                Ok(vpcs) => {
                    if vpcs.iter().any(|vpc| vpc.owner == cx.account().id) {
                        told.insert(region);
                    }
                    listing.found.extend(vpcs.iter().cloned().map(Subject::Vpc));
                }
                Err(why) => {
                    listing.unread.push((Resource::region(&region), why));
                    told.insert(region);
                }
            }
        }
        let mut groups = BTreeSet::new();
        for (region, logs) in logs {
            match logs {
                Ok(logs) => {
                    groups.extend(receiving(&logs).cloned());
                    if logs.iter().any(|log| log.active && log.destination == Destination::LogGroup(None)) {
                        let why = Unread::malformed(DESCRIBE_FLOW_LOGS, "a log group that is not named");
                        listing.unread.push((Resource::new("AWS::Logs::LogGroup", "*", Some(&region)), why));
                    }
                }
                // The verdicts on the region's VPCs tell it, where there are any.
                Err(why) if !told.contains(&region) => listing.unread.push((Resource::region(&region), why)),
                Err(_) => {}
            }
        }
        listing.found.extend(merged(groups, &cx.account().id).into_iter().map(Subject::LogGroup));
        listing
    }

    fn resource(&self, subject: &Subject, cx: &Cx) -> Resource {
        match subject {
            Subject::Vpc(Vpc { id, region, tags, .. }) => {
                let resource = Resource::new("AWS::EC2::VPC", id, Some(region));
                Resource { tags: tags.clone(), ..resource.with_arn(arn(cx, region, "vpc", id)) }
            }
            Subject::LogGroup(LogGroup { region, account, name }) => {
                let owner = account.as_ref().unwrap_or(&cx.account().id);
                let arn = format!("arn:{}:logs:{region}:{owner}:log-group:{name}", cx.account().partition);
                Resource::new("AWS::Logs::LogGroup", name, Some(region)).with_arn(arn)
            }
        }
    }

    async fn evaluate(&self, subject: &Subject, cx: &Cx) -> Result<Verdict, Unread> {
        match subject {
            Subject::Vpc(vpc) => {
                if let Some(verdict) = shared(vpc, &cx.account().id) {
                    return Ok(verdict);
                }
                let logs = cx.get::<FlowLogs>(&vpc.region).await?;
                let subnets = match flow::Subnets::of(&vpc.id, &logs) {
                    flow::Subnets::Idle => None,
                    // The verdict is known; it is told less well without them.
                    flow::Subnets::Tell => cx.get::<Subnets>(&vpc.region).await.ok(),
                    flow::Subnets::Decide => Some(cx.get::<Subnets>(&vpc.region).await?),
                };
                let verdict = flow::judge(&vpc.id, &logs, subnets.as_deref().map_or(&[], Vec::as_slice));
                Ok(verdict.evidence("default_vpc", vpc.default))
            }
            Subject::LogGroup(LogGroup { account: Some(owner), .. }) => Ok(Verdict::not_applicable(text!(
                en: "The log group belongs to account {owner}, and is judged there.",
                ja: "ロググループはアカウント {owner} に属するため、そのアカウントで判定します。"
            ))),
            Subject::LogGroup(group) => Ok(keeping(*cx.get::<LogRetention>(group).await?)),
        }
    }
}

/// The log groups that active flow logs deliver into.
fn receiving(logs: &[FlowLog]) -> impl Iterator<Item = &LogGroup> {
    logs.iter().filter(|log| log.active).filter_map(|log| match &log.destination {
        Destination::LogGroup(group) => group.as_ref(),
        _ => None,
    })
}

/// Each log group once, however it was named: only another account's keeps its account.
fn merged(groups: BTreeSet<LogGroup>, account: &str) -> BTreeSet<LogGroup> {
    let own = |group: LogGroup| LogGroup { account: group.account.filter(|owner| owner != account), ..group };
    groups.into_iter().map(own).collect()
}

fn shared(vpc: &Vpc, account: &str) -> Option<Verdict> {
    let owner = &vpc.owner;
    (owner != account).then(|| {
        Verdict::not_applicable(text!(
            en: "Shared by account {owner}, which alone can record it, and is judged there.",
            ja: "アカウント {owner} から共有された VPC です。記録できるのは所有者だけのため、そのアカウントで判定します。"
        ))
    })
}

fn keeping(retention: Retention) -> Verdict {
    let verdict = match retention {
        Retention::Days(days) if days < DAYS => Verdict::fail(text!(
            en: "Flow logs are kept for {days} days only; a year ({DAYS} days) is the least.",
            ja: "フローログの保持期間が {days} 日しかありません。少なくとも 1 年 ({DAYS} 日) は必要です。"
        ))
        .at(Severity::Low),
        Retention::Days(days) => Verdict::pass(
            text!(en: "Flow logs are kept for {days} days.", ja: "フローログは {days} 日間保持されます。"),
        ),
        Retention::Forever => Verdict::pass(text!(
            en: "No retention is set: flow logs are kept, and paid for, for ever.",
            ja: "保持期間が設定されていないため、フローログは永久に保存され、課金され続けます。"
        )),
        Retention::NoGroup => Verdict::not_applicable(text!(
            en: "The log group does not exist; the first delivery makes it, if the delivery role may.",
            ja: "ロググループが存在しません。配信用ロールに権限があれば、最初の配信時に作成されます。"
        )),
    };
    verdict.evidence("retention", retention)
}

impl Fix for VpcWithoutFlowLogs {
    const READS: &'static [Reads] = &[
        Reads::Of(Vpcs::READS),
        Reads::Of(FlowLogs::READS),
        Reads::Of(Subnets::READS),
        Reads::Of(LogRetention::READS),
        Reads::Of(RoleExists::READS),
    ];
    const CALLS: &'static [Operation] = &[
        CREATE_ROLE,
        DELETE_ROLE,
        PUT_ROLE_POLICY,
        DELETE_ROLE_POLICY,
        PASS_ROLE,
        CREATE_LOG_GROUP,
        DELETE_LOG_GROUP,
        PUT_RETENTION,
        CREATE_FLOW_LOGS,
        TAG_FLOW_LOGS,
        DELETE_FLOW_LOGS,
    ];

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let (id, region) = (&finding.resource.id, finding.region.clone().unwrap_or_default());
        if finding.resource.kind == "AWS::Logs::LogGroup" {
            return kept_longer(&LogGroup::own(&region, id), run).await;
        }
        let cx = &run.now;
        let vpcs = cx.get::<Vpcs>(&region).await?;
        let Some(vpc) = vpcs.iter().find(|vpc| vpc.id == *id && vpc.owner == cx.account().id) else {
            return Ok(Remedy::Nothing {
                why: text!(en: "The VPC is not there any more.", ja: "VPC は存在しません。"),
            });
        };
        if self.evaluate(&Subject::Vpc(vpc.clone()), cx).await?.status() != Status::Fail {
            return Ok(Remedy::Nothing {
                why: text!(en: "It is recorded by now.", ja: "すでに記録されています。")
            });
        }
        recorded(vpc, run).await
    }
}

declare_fix!(VpcWithoutFlowLogs);

/// The steps that record a VPC: a role and a log group, where the run has not made them yet, and the flow log.
async fn recorded(vpc: &Vpc, run: &Run) -> Result<Remedy, Unread> {
    let (cx, id) = (&run.now, &run.id);
    let Vpc { id: vpc, region, .. } = vpc;
    let name = format!("asc-flow-logs-{id}");
    let account = cx.account();
    let role = format!("arn:{}:iam::{}:role/{name}", account.partition, account.id);
    let mut steps = Vec::new();
    if !*cx.get::<RoleExists>(&name).await? {
        steps.extend(role_steps(&name, &account.partition, &account.id));
    }
    if *cx.get::<LogRetention>(&LogGroup::own(region, &name)).await? != Retention::Days(DAYS) {
        steps.extend(group_steps(region, &name));
    }
    let flow_log = FlowChange::CreateFlowLogs {
        region: region.clone(),
        vpc: vpc.clone(),
        group: name.clone(),
        role,
        run: id.clone(),
    };
    let back = FlowChange::DeleteFlowLogs { region: region.clone(), vpc: vpc.clone(), run: id.clone() };
    steps.push(Step {
        says: text!(
            en: "Record all traffic of {vpc} in {region} into {name}.",
            ja: "{region} の {vpc} のすべてのトラフィックを {name} に記録します。"
        ),
        forward: flow_log.into(),
        back: vec![back.into()],
        before: json!({ "flow_logs_of_this_run": [] }),
    });
    let note = text!(
        en: "CloudWatch Logs charges for what is recorded. Undoing deletes the log group with all that it holds by then.",
        ja: "記録には CloudWatch Logs の料金がかかります。元に戻すと、ロググループはそれまでの記録ごと削除されます。"
    );
    Ok(Remedy::Steps { class: Class::Safe, steps, note: Some(note) })
}

/// Source: Amazon VPC User Guide, "IAM role for publishing flow logs to CloudWatch Logs".
fn role_steps(name: &str, partition: &str, account: &str) -> [Step; 2] {
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "vpc-flow-logs.amazonaws.com" },
            "Action": "sts:AssumeRole",
            "Condition": { "StringEquals": { "aws:SourceAccount": account } },
        }],
    });
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"],
            "Resource": [
                format!("arn:{partition}:logs:*:{account}:log-group:{name}"),
                format!("arn:{partition}:logs:*:{account}:log-group:{name}:*"),
            ],
        }],
    });
    let role = name.to_owned();
    [
        Step {
            says: text!(
                en: "Make the role {name}, which only VPC flow logs of this account can take on.",
                ja: "このアカウントの VPC フローログだけが引き受けられるロール {name} を作成します。"
            ),
            forward: FlowChange::CreateRole { role: role.clone(), trust: trust.to_string() }.into(),
            back: vec![FlowChange::DeleteRole { role: role.clone() }.into()],
            before: json!({ "role": null }),
        },
        Step {
            says: text!(
                en: "Let the role {name} write into the log groups of its name.",
                ja: "ロール {name} に、同名のロググループへの書き込みを許可します。"
            ),
            forward: FlowChange::PutRolePolicy { role: role.clone(), policy: policy.to_string() }.into(),
            back: vec![FlowChange::DeleteRolePolicy { role }.into()],
            before: json!({ "policy": null }),
        },
    ]
}

fn group_steps(region: &str, name: &str) -> [Step; 2] {
    let (region, group) = (region.to_owned(), name.to_owned());
    [
        Step {
            says: text!(
                en: "Make the log group {name} in {region}.",
                ja: "{region} にロググループ {name} を作成します。"
            ),
            forward: FlowChange::CreateLogGroup { region: region.clone(), group: group.clone() }.into(),
            back: vec![FlowChange::DeleteLogGroup { region: region.clone(), group: group.clone() }.into()],
            before: json!({ "log_group": null }),
        },
        Step {
            says: text!(en: "Keep what it holds for {DAYS} days.", ja: "保持期間を {DAYS} 日にします。"),
            forward: FlowChange::PutRetentionPolicy { region, group, days: DAYS }.into(),
            back: Vec::new(),
            before: json!(null),
        },
    ]
}

/// The step that lengthens a log group's retention.
async fn kept_longer(group: &LogGroup, run: &Run) -> Result<Remedy, Unread> {
    let Retention::Days(before) = *run.now.get::<LogRetention>(group).await? else {
        return Ok(Remedy::Nothing {
            why: text!(en: "Nothing ends what it holds.", ja: "保持期間の制限はありません。"),
        });
    };
    let LogGroup { region, name, .. } = group;
    if before >= DAYS {
        let why = text!(en: "It is kept for {before} days by now.", ja: "保持期間はすでに {before} 日です。");
        return Ok(Remedy::Nothing { why });
    }
    let keep = |days| FlowChange::PutRetentionPolicy { region: region.clone(), group: name.clone(), days };
    let step = Step {
        says: text!(
            en: "Keep what the log group {name} holds for {DAYS} days.",
            ja: "ロググループ {name} の保持期間を {DAYS} 日にします。"
        ),
        forward: keep(DAYS).into(),
        back: vec![keep(before).into()],
        before: json!({ "retention_in_days": before }),
    };
    Ok(Remedy::Steps { class: Class::Safe, steps: vec![step], note: None })
}

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;
    use crate::model::Traffic;

    #[test]
    fn retention_is_a_year_at_least() {
        for (retention, expected) in [
            (Retention::Days(1), Status::Fail),
            (Retention::Days(364), Status::Fail),
            (Retention::Days(365), Status::Pass),
            (Retention::Days(3653), Status::Pass),
            (Retention::Forever, Status::Pass),
            (Retention::NoGroup, Status::NotApplicable),
        ] {
            assert_eq!(keeping(retention).status(), expected, "{retention:?}");
        }
        assert!(keeping(Retention::Forever).message().en.contains("paid for, for ever"));
    }

    #[test]
    fn a_shared_vpc_is_judged_at_its_owners() {
        let vpc = Vpc { id: "vpc-1".to_owned(), owner: "111111111111".to_owned(), default: true, ..Vpc::default() };
        assert!(shared(&vpc, "111111111111").is_none());
        let verdict = shared(&vpc, "222222222222").unwrap();
        assert_eq!(verdict.status(), Status::NotApplicable);
        assert!(verdict.message().en.contains("111111111111"));
    }

    #[test]
    fn a_log_group_is_judged_once_however_it_is_named() {
        let arn = |account: &str| LogGroup::of_arn(&format!("arn:aws:logs:r:{account}:log-group:g")).unwrap();
        let groups = [LogGroup::own("r", "g"), arn("111111111111"), arn("222222222222"), LogGroup::own("s", "g")];
        let merged = merged(groups.into(), "111111111111");
        assert_eq!(merged, [LogGroup::own("r", "g"), LogGroup::own("s", "g"), arn("222222222222")].into());
    }

    #[test]
    fn only_active_flow_logs_to_log_groups_count_for_retention() {
        let group = LogGroup::own("r", "g");
        let log = |active, destination| FlowLog {
            id: "fl".to_owned(),
            resource: "eni-1".to_owned(),
            active,
            failing: None,
            traffic: Some(Traffic::Accepted),
            destination,
        };
        let logs = [
            log(true, Destination::LogGroup(Some(group.clone()))),
            log(false, Destination::LogGroup(Some(LogGroup::own("r", "idle")))),
            log(true, Destination::LogGroup(None)),
            log(true, Destination::S3("arn:aws:s3:::b".to_owned())),
        ];
        assert_eq!(receiving(&logs).collect::<Vec<_>>(), [&group]);
    }
}
