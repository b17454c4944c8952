//! Security groups: what they let in from everywhere, and whether anything stands behind them.

use std::collections::BTreeSet;

use asc_aws::{pages, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use serde::Serialize;

use super::client::{PAGE, ec2};
use super::security_group::{Rule, SecurityGroup, SecurityGroups};

const DESCRIBE_INTERFACES: Operation =
    Operation::new("ec2", "DescribeNetworkInterfaces", "ec2:DescribeNetworkInterfaces").per(Per::Region);

/// A rule that lets in the whole internet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct OpenRule {
    /// The group's id: `sg-…`.
    pub group: String,
    /// The group's name.
    pub name: String,
    /// `all`, `tcp`, `udp`, `icmp`, `icmpv6`, or a protocol's number.
    pub protocol: String,
    /// `all`, one port, or a range; for ICMP its type, and code if it is narrowed to one.
    pub ports: String,
    /// `0.0.0.0/0` or `::/0`.
    pub from: String,
}

/// The rules of a region's security groups that are open to `0.0.0.0/0` or `::/0`.
#[derive(Debug)]
pub struct OpenRules;

impl Fact for OpenRules {
    type Key = String;
    type Value = Vec<OpenRule>;
    const READS: &'static [Reads] = &[Reads::Of(SecurityGroups::READS)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let mut rules: Vec<_> = cx.get::<SecurityGroups>(region).await?.iter().flat_map(open_rules).collect();
        rules.sort_unstable();
        Ok(rules)
    }
}

fn open_rules(group: &SecurityGroup) -> Vec<OpenRule> {
    let open = |rule: &Rule| {
        let of = |from: &str| OpenRule {
            group: group.id.clone(),
            name: group.name.clone(),
            protocol: rule.protocol.clone(),
            ports: ports(rule),
            from: from.to_owned(),
        };
        rule.world().map(of).collect::<Vec<_>>()
    };
    group.ingress.iter().flat_map(open).collect()
}

/// Which ports a rule is about. Only TCP and UDP have ports; ICMP has a type and a code in their place, where -1 is any.
pub(crate) fn ports(rule: &Rule) -> String {
    match rule.protocol.as_str() {
        "tcp" | "udp" | "6" | "17" => match (rule.from, rule.to) {
            (-1, _) | (0, 65_535) => "all".to_owned(),
            (from, to) if from == to => from.to_string(),
            (from, to) => format!("{from}-{to}"),
        },
        "icmp" | "icmpv6" | "1" | "58" => match (rule.from, rule.to) {
            (-1, _) => "all".to_owned(),
            (kind, -1) => format!("type {kind}"),
            (kind, code) => format!("type {kind} code {code}"),
        },
        _ => "all".to_owned(),
    }
}

/// The security groups of a region that some network interface is in.
#[derive(Debug)]
pub struct AttachedGroups;

impl Fact for AttachedGroups {
    type Key = String;
    type Value = BTreeSet<String>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_INTERFACES)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let client = ec2(cx, region, DESCRIBE_INTERFACES)?;
        let listed = pages(DESCRIBE_INTERFACES, "networkInterfaceSet", |token| {
            let request = client.describe_network_interfaces().max_results(PAGE).set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(DESCRIBE_INTERFACES, &e))?;
                Ok((page.network_interfaces, page.next_token))
            }
        });
        let groups = listed.await?.into_iter().flat_map(|interface| interface.groups.unwrap_or_default());
        Ok(groups.filter_map(|group| group.group_id).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(protocol: &str, ports: (i32, i32), networks: &[&str]) -> Rule {
        let networks = networks.iter().map(|&network| network.to_owned()).collect();
        Rule { protocol: protocol.to_owned(), from: ports.0, to: ports.1, networks, others: 0 }
    }

    fn told(rule: Rule) -> Vec<(String, String, String)> {
        let group = SecurityGroup { id: "sg-1".to_owned(), ingress: vec![rule], ..SecurityGroup::default() };
        open_rules(&group).into_iter().map(|rule| (rule.protocol, rule.ports, rule.from)).collect()
    }

    #[test]
    fn only_the_whole_internet_is_open() {
        assert!(told(rule("tcp", (22, 22), &["10.0.0.0/8", "0.0.0.0/1", "2001:db8::/32"])).is_empty());
        let both = told(rule("tcp", (443, 443), &["10.0.0.0/8", "0.0.0.0/0", "::/0"]));
        let tcp = |from: &str| ("tcp".to_owned(), "443".to_owned(), from.to_owned());
        assert_eq!(both, [tcp("0.0.0.0/0"), tcp("::/0")]);
        assert!(open_rules(&SecurityGroup::default()).is_empty());
    }

    #[test]
    fn ports_are_told_as_people_know_them() {
        let cases = [
            ("all", (-1, -1), "all"),
            ("all", (0, 0), "all"),
            ("tcp", (0, 65_535), "all"),
            ("tcp", (8000, 8100), "8000-8100"),
            ("udp", (53, 53), "53"),
            ("icmp", (-1, -1), "all"),
            ("icmp", (8, -1), "type 8"),
            ("icmp", (3, 4), "type 3 code 4"),
            ("50", (-1, -1), "all"),
        ];
        for (protocol, given, ports) in cases {
            let told = told(rule(protocol, given, &["0.0.0.0/0"]));
            assert_eq!(told, [(protocol.to_owned(), ports.to_owned(), "0.0.0.0/0".to_owned())]);
        }
    }
}
