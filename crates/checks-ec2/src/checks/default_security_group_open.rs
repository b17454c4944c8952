//! BASE-06.

use asc_aws::EnabledRegions;
use asc_core::fact::Reads;
use asc_core::fix::{Class, Fix, Remedy, Run, Step};
use asc_core::report::Finding;
use asc_core::{
    Cx, Fact, Kind, Listing, Operation, Resource, ResourceCheck, Unread, Verdict, declare_check, declare_fix, text,
};
use serde::Serialize;
use serde_json::json;

use crate::model::change::{ALLOW_IN, ALLOW_OUT, REVOKE_IN, REVOKE_OUT};
use crate::model::{
    AttachedGroups, Ec2Call, GroupPermissions, Permission, Rule, SecurityGroup, SecurityGroups, each_group, ports,
};

declare_check! {
    /// Default security groups that let anything through.
    struct DefaultSecurityGroupOpen {
        id: "BASE-06",
        name: "default-security-group-open",
        service: "ec2",
        severity: High,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
        maps_to: [("aws-fsbp", "EC2.2"), ("cis-aws-5.0.0", "5.5"), ("cis-aws-3.0.0", "5.4")],
        options: [],
        reads: [EnabledRegions, SecurityGroups],
        en: {
            title: "Default security group lets traffic through",
            why: "Whatever is started without a security group gets its VPC's default one, and as AWS makes it, all of its \
                  members may talk to one another and to the whole internet. Things that share it by accident are joined by \
                  it. An empty default group turns a forgotten choice into something that does not work, and is noticed.",
            console: "1. In the VPC console open the default group and look under Network interfaces at what uses it.\n\
                      2. Give each of those a group of its own, with the rules that it needs.\n\
                      3. Then delete all inbound and all outbound rules of the default group; the group itself cannot be deleted.",
        },
        ja: {
            title: "デフォルトのセキュリティグループに通信を許可するルールがある",
            why: "セキュリティグループを指定せずに作成したものには VPC のデフォルトグループが使われます。初期状態ではメンバー同士の通信とインターネットへの\
                  すべての通信が許可されているため、偶然同じグループを使うものがつながってしまいます。ルールを空にしておけば、指定忘れは動作しないものとしてすぐに気づけます。",
            console: "1. VPC コンソールでデフォルトグループを開き、使用中のネットワークインターフェイスを確認します。\n\
                      2. それぞれに、必要なルールだけを持つ専用のグループを割り当てます。\n\
                      3. デフォルトグループのインバウンドとアウトバウンドのルールをすべて削除します (グループ自体は削除できません)。",
        },
        cli: "aws ec2 describe-security-group-rules --region REGION --filters Name=group-id,Values=GROUP\n\
              aws ec2 revoke-security-group-ingress --region REGION --group-id GROUP --security-group-rule-ids RULES\n\
              aws ec2 revoke-security-group-egress --region REGION --group-id GROUP --security-group-rule-ids RULES",
        cloudformation: "# CloudFormation cannot take rules out of a group that it did not make; use the CLI, Terraform,\n\
                         # or AWS Config's rule VPC_DEFAULT_SECURITY_GROUP_CLOSED with AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules.",
        terraform: "# Adopts the VPC's default group and takes all its rules out.\n\
                    resource \"aws_default_security_group\" \"example\" {\n  vpc_id = aws_vpc.example.id\n}",
    }
}

impl ResourceCheck for DefaultSecurityGroupOpen {
    type Subject = SecurityGroup;

    async fn subjects(&self, cx: &Cx) -> Listing<SecurityGroup> {
        let own = &cx.account().id;
        each_group(cx, |group| group.is_default() && group.owner == *own).await
    }

    fn resource(&self, group: &SecurityGroup, cx: &Cx) -> Resource {
        group.resource(cx)
    }

    async fn evaluate(&self, group: &SecurityGroup, _: &Cx) -> Result<Verdict, Unread> {
        Ok(judge(group))
    }
}

/// A rule, as the evidence shows it.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Shown<'a> {
    direction: &'static str,
    protocol: &'a str,
    ports: String,
    networks: &'a [String],
}

fn shown<'a>(direction: &'static str, rules: &'a [Rule]) -> impl Iterator<Item = Shown<'a>> {
    rules.iter().map(move |rule| Shown {
        direction,
        protocol: &rule.protocol,
        ports: ports(rule),
        networks: &rule.networks,
    })
}

fn judge(group: &SecurityGroup) -> Verdict {
    let (ingress, egress) = (group.ingress.len(), group.egress.len());
    let verdict = if ingress + egress == 0 {
        Verdict::pass(text!(en: "Has no rules: nothing gets through.", ja: "ルールがなく、何も通過しません。"))
    } else {
        Verdict::fail(text!(
            en: "Has rules (inbound: {ingress}, outbound: {egress}); a default group should have none.",
            ja: "ルールがあります (インバウンド {ingress} 件、アウトバウンド {egress} 件)。デフォルトグループは空にすべきです。"
        ))
    };
    let rules: Vec<_> = shown("ingress", &group.ingress).chain(shown("egress", &group.egress)).collect();
    verdict.evidence("vpc", &group.vpc).evidence("rules", rules)
}

impl Fix for DefaultSecurityGroupOpen {
    const READS: &'static [Reads] = &[Reads::Of(GroupPermissions::READS), Reads::Of(AttachedGroups::READS)];
    const CALLS: &'static [Operation] = &[REVOKE_IN, ALLOW_IN, REVOKE_OUT, ALLOW_OUT];

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let (group, region) = (&finding.resource.id, finding.region.clone().unwrap_or_default());
        let rules = run.now.get::<GroupPermissions>(&(region.clone(), group.clone())).await?;
        let rules = (*rules).clone().unwrap_or_default();
        if rules.ingress.is_empty() && rules.egress.is_empty() {
            let why = text!(en: "The group has no rules any more.", ja: "グループにルールはありません。");
            return Ok(Remedy::Nothing { why });
        }
        let ingress = rules.ingress.iter().map(|rule| revoked(group, &region, rule, true));
        let steps = ingress.chain(rules.egress.iter().map(|rule| revoked(group, &region, rule, false))).collect();
        let class = if run.now.get::<AttachedGroups>(&region).await?.contains(group) {
            let whom = text!(
                en: "everything whose network interface has this group, which loses all connections; give it a group of its own first",
                ja: "このグループが付いたネットワークインターフェースを使うすべてのもの (通信できなくなります)。先に専用のグループを割り当ててください"
            );
            Class::Careful { whom }
        } else {
            Class::Safe
        };
        Ok(Remedy::Steps { class, steps, note: None })
    }
}

declare_fix!(DefaultSecurityGroupOpen);

/// Makes a call of a group's id and a rule.
type Make = fn(String, Permission) -> Ec2Call;

fn revoked(group: &str, region: &str, permission: &Permission, ingress: bool) -> Step {
    let (revoke, allow): (Make, Make) = if ingress {
        (
            |group, permission| Ec2Call::RevokeSecurityGroupIngress { group, permission },
            |group, permission| Ec2Call::AuthorizeSecurityGroupIngress { group, permission },
        )
    } else {
        (
            |group, permission| Ec2Call::RevokeSecurityGroupEgress { group, permission },
            |group, permission| Ec2Call::AuthorizeSecurityGroupEgress { group, permission },
        )
    };
    let says = if ingress {
        text!(en: "Take an inbound rule from the group {group}.", ja: "グループ {group} からインバウンドルールを削除します。")
    } else {
        text!(en: "Take an outbound rule from the group {group}.", ja: "グループ {group} からアウトバウンドルールを削除します。")
    };
    let call = |make: Make| make(group.to_owned(), permission.clone()).within(region);
    Step { says, forward: call(revoke).into(), back: vec![call(allow).into()], before: json!({ "rule": permission }) }
}

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;

    #[test]
    fn any_rule_in_either_direction_is_too_many() {
        let rule = || vec![Rule { protocol: "tcp".to_owned(), from: 443, to: 443, ..Rule::default() }];
        let empty = SecurityGroup { name: "default".to_owned(), ..SecurityGroup::default() };
        assert!(empty.is_default());
        assert_eq!(judge(&empty).status(), Status::Pass);
        let ingress = judge(&SecurityGroup { ingress: rule(), ..empty.clone() });
        assert_eq!(ingress.status(), Status::Fail);
        assert!(ingress.message().en.contains("inbound: 1, outbound: 0"), "{}", ingress.message().en);
        assert_eq!(judge(&SecurityGroup { egress: rule(), ..empty }).status(), Status::Fail);
    }
}
