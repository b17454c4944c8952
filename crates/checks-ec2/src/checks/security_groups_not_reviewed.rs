//! ASC-11.

use std::collections::BTreeSet;

use asc_aws::EnabledRegions;
use asc_core::{AccountCheck, Cx, Kind, Unread, Verdict, declare_check, fact, text};
use serde::Serialize;

use crate::model::{AttachedGroups, OpenRule, OpenRules};
use crate::regions::in_each;

declare_check! {
    /// Rules of security groups that let in the internet; which of them should, a person decides.
    struct SecurityGroupsNotReviewed {
        id: "ASC-11",
        name: "security-groups-not-reviewed",
        service: "ec2",
        severity: Medium,
        kind: Kind::Manual { valid_days: 180 },
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",
        maps_to: [("aws-fsbp", "EC2.18"), ("pci-dss-4.0.1", "1.3.1")],
        options: [],
        reads: [EnabledRegions, OpenRules],
        if_needed: [AttachedGroups],
        en: {
            title: "Security groups that are open to the internet have not been reviewed",
            why: "A rule from 0.0.0.0/0 or ::/0 puts a port before everyone who scans the internet, which takes minutes. A web \
                  server needs that; a database, a test machine, a rule from last year's debugging does not. Only somebody who \
                  knows what runs behind a group can tell them apart, and rules are forgotten, so it has to be done again and again.",
            console: "1. Go through the rules below with those who run what is behind them.\n\
                      2. In the VPC console open the security group, choose Edit inbound rules, and narrow the source to addresses, prefix lists or other groups.\n\
                      3. Replace SSH and RDP from the internet by Session Manager; put web servers behind a load balancer.\n\
                      4. Delete groups that are attached to nothing: they wait to be attached by mistake.",
        },
        ja: {
            title: "インターネットに開かれたセキュリティグループが評価されていない",
            why: "送信元が 0.0.0.0/0 や ::/0 のルールは、数分でインターネット全体をスキャンする者すべてにポートを公開します。Web サーバーには必要でも、\
                  データベースや検証用のサーバー、昨年のデバッグで追加したルールには必要ありません。区別できるのはグループの背後で何が動いているかを知る人だけです。\
                  ルールは忘れられるため、繰り返し確認する必要があります。",
            console: "1. 下記のルールを、背後のシステムの担当者と確認します。\n\
                      2. VPC コンソールでセキュリティグループを開き、[インバウンドのルールを編集] で送信元をアドレス、プレフィックスリスト、ほかのグループに絞ります。\n\
                      3. インターネットからの SSH や RDP は Session Manager に置き換え、Web サーバーはロードバランサーの背後に置きます。\n\
                      4. 何にもアタッチされていないグループは、誤って使われないよう削除します。",
        },
        cli: "aws ec2 revoke-security-group-ingress --region REGION --group-id GROUP --protocol tcp --port PORT --cidr 0.0.0.0/0\n\
              aws ec2 authorize-security-group-ingress --region REGION --group-id GROUP --protocol tcp --port PORT --cidr OFFICE_CIDR\n\
              aws ec2 delete-security-group --region REGION --group-id UNUSED_GROUP",
        cloudformation: "Group:\n  Type: AWS::EC2::SecurityGroup\n  Properties:\n    GroupDescription: From the load balancer only\n    \
                         VpcId: !Ref Vpc\n    SecurityGroupIngress:\n      - IpProtocol: tcp\n        FromPort: 443\n        ToPort: 443\n        \
                         SourceSecurityGroupId: !Ref LoadBalancerGroup",
        terraform: "resource \"aws_vpc_security_group_ingress_rule\" \"example\" {\n  security_group_id            = aws_security_group.example.id\n  \
                    referenced_security_group_id = aws_security_group.load_balancer.id\n  ip_protocol                  = \"tcp\"\n  \
                    from_port                    = 443\n  to_port                      = 443\n}",
    }
}

/// An open rule, as somebody who evaluates it wants to see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Entry {
    region: String,
    #[serde(flatten)]
    rule: OpenRule,
    attached: bool,
}

impl AccountCheck for SecurityGroupsNotReviewed {
    async fn evaluate(&self, cx: &Cx) -> Result<Verdict, Unread> {
        let asked = fact::at_once(in_each::<OpenRules>(cx).await?, |(region, rules)| async move {
            let rules = rules?;
            if rules.is_empty() {
                return Ok(Vec::new());
            }
            let attached = cx.get::<AttachedGroups>(&region).await?;
            Ok(entries_of(&region, &rules, &attached))
        });
        let entries: Result<Vec<_>, Unread> = asked.await.into_iter().collect();
        Ok(summary(&entries?.concat()))
    }
}

fn entries_of(region: &str, rules: &[OpenRule], attached: &BTreeSet<String>) -> Vec<Entry> {
    let entry = |rule: &OpenRule| Entry {
        region: region.to_owned(),
        attached: attached.contains(&rule.group),
        rule: rule.clone(),
    };
    rules.iter().map(entry).collect()
}

fn summary(entries: &[Entry]) -> Verdict {
    let groups = |which: fn(&&Entry) -> bool| {
        entries.iter().filter(which).map(|entry| (&entry.region, &entry.rule.group)).collect::<BTreeSet<_>>().len()
    };
    let (rules, all, attached) = (entries.len(), groups(|_| true), groups(|entry| entry.attached));
    let verdict = if entries.is_empty() {
        Verdict::manual(text!(
            en: "No rule is open to 0.0.0.0/0 or ::/0. Confirm that the remaining rules are what is needed.",
            ja: "0.0.0.0/0 や ::/0 に開かれたルールはありません。残りのルールが必要なものだけであることを確認してください。"
        ))
    } else {
        Verdict::manual(text!(
            en: "Rules open to the internet: {rules}, in {all} groups, of which {attached} are attached to something. Decide which of them should be.",
            ja: "インターネットに開かれたルールが {rules} 件、{all} 個のグループにあり、うち {attached} 個が使用中です。必要なものかどうかを判断してください。"
        ))
    };
    let everything = entries.iter().filter(|entry| entry.attached && entry.rule.protocol == "all").count();
    let verdict = if everything > 0 {
        verdict.note(&text!(
            en: "Open to every protocol and port, and in use: {everything}.",
            ja: "すべてのプロトコルとポートに開かれ、使用中のものは {everything} 件です。"
        ))
    } else {
        verdict
    };
    verdict.evidence("open_rules", entries)
}

#[cfg(test)]
mod tests {
    use asc_core::Status;
    use serde_json::json;

    use super::*;

    fn rule(group: &str, protocol: &str, ports: &str) -> OpenRule {
        OpenRule {
            group: group.to_owned(),
            name: format!("{group}-name"),
            protocol: protocol.to_owned(),
            ports: ports.to_owned(),
            from: "0.0.0.0/0".to_owned(),
        }
    }

    #[test]
    fn each_rule_is_told_with_what_its_group_is_attached_to() {
        let rules = [rule("sg-1", "tcp", "443"), rule("sg-2", "all", "all")];
        let entries = entries_of("eu-west-1", &rules, &["sg-1".to_owned()].into());
        assert_eq!(entries.iter().map(|entry| entry.attached).collect::<Vec<_>>(), [true, false]);
        assert_eq!(
            serde_json::to_value(&entries[0]).unwrap(),
            json!({
                "region": "eu-west-1", "group": "sg-1", "name": "sg-1-name", "protocol": "tcp", "ports": "443",
                "from": "0.0.0.0/0", "attached": true,
            })
        );
    }

    #[test]
    fn a_person_decides_on_what_is_told() {
        let rules = [rule("sg-1", "tcp", "80"), rule("sg-1", "tcp", "443"), rule("sg-2", "all", "all")];
        let told = |attached: &[&str]| {
            let attached = attached.iter().map(|id| (*id).to_owned()).collect();
            let verdict = summary(&entries_of("eu-west-1", &rules, &attached));
            assert_eq!(verdict.status(), Status::Manual);
            verdict.message().en.clone()
        };
        let message = told(&["sg-1"]);
        assert!(
            message.starts_with("Rules open to the internet: 3, in 2 groups, of which 1 are attached"),
            "{message}"
        );
        assert!(!message.contains("every protocol"));
        assert!(told(&["sg-2"]).ends_with("every protocol and port, and in use: 1."));
        let none = summary(&[]);
        assert_eq!(none.status(), Status::Manual);
        assert!(none.message().en.starts_with("No rule is open"));
    }
}
