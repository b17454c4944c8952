//! BASE-05.

use asc_aws::EnabledRegions;
use asc_core::fact::Reads;
use asc_core::fix::{Class, Fix, Remedy, Run, Step};
use asc_core::report::Finding;
use asc_core::{
    Cx, Fact, Kind, Listing, Operation, Resource, ResourceCheck, Unread, Verdict, declare_check, declare_fix, text,
};
use serde::Serialize;
use serde_json::json;

use crate::model::change::{ALLOW_IN, REVOKE_IN};
use crate::model::{
    Ec2Call, GroupPermissions, Permission, Rule, SecurityGroup, SecurityGroups, WORLD, each_group, ports,
};

declare_check! {
    /// Security groups that let the internet at SSH or RDP.
    struct AdminPortsOpenToWorld {
        id: "BASE-05",
        name: "admin-ports-open-to-world",
        service: "ec2",
        severity: High,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
        maps_to: [
            ("cis-aws-5.0.0", "5.3"), ("cis-aws-5.0.0", "5.4"), ("cis-aws-3.0.0", "5.2"), ("cis-aws-3.0.0", "5.3"),
            ("pci-dss-4.0.1", "1.3.1"),
        ],
        options: [],
        reads: [EnabledRegions, SecurityGroups],
        en: {
            title: "Security group opens SSH or RDP to the internet",
            why: "Ports 22 and 3389 are tried all day long, on every address: with stolen passwords and keys, and with whatever \
                  hole was found in the server this week. A group that is attached to nothing today is attached to something \
                  tomorrow. Session Manager and EC2 Instance Connect Endpoint need no open port at all.",
            console: "1. Open the security group in the VPC console and choose Edit inbound rules.\n\
                      2. Narrow the source of the rules below to your own addresses or to another security group, or delete them.\n\
                      3. Connect through Session Manager instead; it also records who did what.\n\
                      4. A rule for all ports or all protocols opens these two as well: replace it by rules for what is needed.",
        },
        ja: {
            title: "セキュリティグループが SSH または RDP をインターネットに公開している",
            why: "ポート 22 と 3389 は、盗まれたパスワードやキー、見つかったばかりの脆弱性を使って、あらゆるアドレスで常に試されています。今は何にも\
                  アタッチされていないグループも、いずれ使われます。Session Manager や EC2 Instance Connect Endpoint なら、ポートを開く必要がありません。",
            console: "1. VPC コンソールでセキュリティグループを開き、[インバウンドのルールを編集] を選びます。\n\
                      2. 下記のルールの送信元を自社のアドレスやほかのセキュリティグループに絞るか、削除します。\n\
                      3. 接続には Session Manager を使います。誰が何をしたかも記録できます。\n\
                      4. 全ポートや全プロトコルのルールもこの 2 つを公開します。必要なものだけのルールに置き換えます。",
        },
        cli: "aws ec2 revoke-security-group-ingress --region REGION --group-id GROUP --protocol tcp --port 22 --cidr 0.0.0.0/0\n\
              aws ssm start-session --region REGION --target INSTANCE",
        cloudformation: "Group:\n  Type: AWS::EC2::SecurityGroup\n  Properties:\n    GroupDescription: SSH from the office only\n    \
                         VpcId: !Ref Vpc\n    SecurityGroupIngress:\n      - IpProtocol: tcp\n        FromPort: 22\n        ToPort: 22\n        \
                         CidrIp: !Ref OfficeCidr",
        terraform: "resource \"aws_vpc_security_group_ingress_rule\" \"ssh\" {\n  security_group_id = aws_security_group.example.id\n  \
                    cidr_ipv4         = var.office_cidr\n  ip_protocol       = \"tcp\"\n  from_port         = 22\n  to_port           = 22\n}",
    }
}

/// The ports by which machines are administered, and what speaks there.
const PORTS: [(i32, &str); 2] = [(22, "SSH"), (3389, "RDP")];

impl ResourceCheck for AdminPortsOpenToWorld {
    type Subject = SecurityGroup;

    async fn subjects(&self, cx: &Cx) -> Listing<SecurityGroup> {
        each_group(cx, |_| true).await
    }

    fn resource(&self, group: &SecurityGroup, cx: &Cx) -> Resource {
        group.resource(cx)
    }

    async fn evaluate(&self, group: &SecurityGroup, cx: &Cx) -> Result<Verdict, Unread> {
        Ok(judge(group, &cx.account().id))
    }
}

/// A rule that opens one of the ports, as the evidence shows it.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Open<'a> {
    port: i32,
    protocol: &'a str,
    ports: String,
    from: &'a str,
}

fn judge(group: &SecurityGroup, account: &str) -> Verdict {
    if group.owner != account {
        let owner = &group.owner;
        return Verdict::not_applicable(text!(
            en: "Shared by account {owner}, which owns it and is where it is judged.",
            ja: "アカウント {owner} が所有し共有しているグループのため、そのアカウントで判定します。"
        ));
    }
    let open: Vec<_> =
        PORTS.iter().flat_map(|(port, _)| group.ingress.iter().flat_map(|rule| of(rule, *port))).collect();
    if open.is_empty() {
        return Verdict::pass(text!(
            en: "Neither SSH nor RDP is open to the internet.",
            ja: "SSH も RDP もインターネットに公開されていません。"
        ));
    }
    let reached = PORTS.iter().filter(|(port, _)| open.iter().any(|open| open.port == *port));
    let reached: Vec<_> = reached.map(|(port, name)| format!("{name} ({port})")).collect();
    let (en, ja) = (reached.join(" and "), reached.join("、"));
    Verdict::fail(text!(en: "Open to the internet: {en}.", ja: "インターネットに公開: {ja}。")).evidence("open", open)
}

fn of(rule: &Rule, port: i32) -> Vec<Open<'_>> {
    if !rule.admits_tcp(port) {
        return Vec::new();
    }
    rule.world().map(|from| Open { port, protocol: &rule.protocol, ports: ports(rule), from }).collect()
}

impl Fix for AdminPortsOpenToWorld {
    const READS: &'static [Reads] = GroupPermissions::READS;
    const CALLS: &'static [Operation] = &[REVOKE_IN, ALLOW_IN];

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let (group, region) = (&finding.resource.id, finding.region.clone().unwrap_or_default());
        let rules = run.now.get::<GroupPermissions>(&(region.clone(), group.clone())).await?;
        let ingress = rules.as_ref().as_ref().map(|rules| rules.ingress.as_slice()).unwrap_or_default();
        let open = open_rules(ingress)?;
        if open.is_empty() {
            let why = text!(
                en: "Neither SSH nor RDP is open to the internet any more.",
                ja: "SSH も RDP もインターネットに公開されていません。"
            );
            return Ok(Remedy::Nothing { why });
        }
        let steps = open.iter().map(|permission| revoked(group, &region, permission)).collect();
        let whom = text!(
            en: "whoever signs in over the internet by SSH or RDP, or uses another port of the same rule, without a narrower rule that lets them in (Session Manager needs none)",
            ja: "インターネット経由の SSH・RDP、または同じルールのほかのポートを使い、より狭いルールで許可されていない利用者 (Session Manager はルール不要です)"
        );
        Ok(Remedy::Steps { class: Class::Careful { whom }, steps, note: None })
    }
}

declare_fix!(AdminPortsOpenToWorld);

/// Of the rules, what lets the internet in by one of the ports, and nothing else.
fn open_rules(ingress: &[Permission]) -> Result<Vec<Permission>, Unread> {
    let mut open = Vec::new();
    for permission in ingress {
        let rule = permission.rule()?;
        if PORTS.iter().any(|(port, _)| rule.admits_tcp(*port)) {
            open.extend(permission.only(|network| WORLD.contains(&network)));
        }
    }
    Ok(open)
}

fn revoked(group: &str, region: &str, permission: &Permission) -> Step {
    let (protocol, from, to) = (&permission.protocol, permission.from.unwrap_or(-1), permission.to.unwrap_or(-1));
    let before = json!({ "rule": permission });
    let call = |make: fn(String, Permission) -> Ec2Call| make(group.to_owned(), permission.clone()).within(region);
    Step {
        says: text!(
            en: "Take from the group {group} the rule that lets the internet in (protocol {protocol}, ports {from} to {to}); its other networks stay.",
            ja: "グループ {group} から、インターネットを許可するルール (プロトコル {protocol}、ポート {from}～{to}) を削除します。ほかのネットワークは変わりません。"
        ),
        forward: call(|group, permission| Ec2Call::RevokeSecurityGroupIngress { group, permission }).into(),
        back: vec![call(|group, permission| Ec2Call::AuthorizeSecurityGroupIngress { group, permission }).into()],
        before,
    }
}

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;

    fn group(rules: &[(&str, (i32, i32), &str)]) -> SecurityGroup {
        let rule = |(protocol, ports, network): &(&str, (i32, i32), &str)| Rule {
            protocol: (*protocol).to_owned(),
            from: ports.0,
            to: ports.1,
            networks: vec![(*network).to_owned()],
            others: 1,
        };
        let ingress = rules.iter().map(rule).collect();
        SecurityGroup { owner: "1".to_owned(), ingress, ..SecurityGroup::default() }
    }

    #[test]
    fn either_port_by_any_rule_and_over_either_protocol_of_the_internet_fails() {
        for (rule, words) in [
            (("tcp", (22, 22), "0.0.0.0/0"), "SSH (22)."),
            (("tcp", (3389, 3389), "::/0"), "RDP (3389)."),
            (("tcp", (1, 65_535), "0.0.0.0/0"), "SSH (22) and RDP (3389)."),
            (("6", (20, 30), "::/0"), "SSH (22)."),
            (("all", (-1, -1), "0.0.0.0/0"), "SSH (22) and RDP (3389)."),
        ] {
            let verdict = judge(&group(&[rule]), "1");
            assert_eq!(verdict.status(), Status::Fail, "{rule:?}");
            assert!(verdict.message().en.ends_with(words), "{}", verdict.message().en);
        }
    }

    #[test]
    fn other_ports_and_narrower_networks_pass_and_so_do_prefix_lists() {
        let narrow = [
            ("tcp", (443, 443), "0.0.0.0/0"),
            ("tcp", (22, 22), "192.0.2.0/24"),
            ("udp", (3389, 3389), "0.0.0.0/0"),
            ("icmp", (-1, -1), "::/0"),
        ];
        assert_eq!(judge(&group(&narrow), "1").status(), Status::Pass);
        let mut listed = group(&narrow[1..2]);
        listed.ingress[0].networks.clear();
        assert_eq!(judge(&listed, "1").status(), Status::Pass);
    }

    #[test]
    fn a_shared_group_is_its_owners_affair() {
        assert_eq!(judge(&group(&[("all", (-1, -1), "::/0")]), "2").status(), Status::NotApplicable);
    }
}
