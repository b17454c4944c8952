//! Security groups: what they let in from everywhere, and whether anything stands behind them.

use std::collections::BTreeSet;

use asc_aws::{pages, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use aws_sdk_ec2::types::{IpPermission, SecurityGroup};
use serde::Serialize;

use super::client::{PAGE, ec2, present};

const DESCRIBE_GROUPS: Operation =
    Operation::new("ec2", "DescribeSecurityGroups", "ec2:DescribeSecurityGroups").per(Per::Region);
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
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_GROUPS)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let client = ec2(cx, region, DESCRIBE_GROUPS)?;
        let listed = pages(DESCRIBE_GROUPS, "securityGroupInfo", |token| {
            let request = client.describe_security_groups().max_results(PAGE).set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(DESCRIBE_GROUPS, &e))?;
                Ok((page.security_groups, page.next_token))
            }
        });
        let mut rules = Vec::new();
        for group in listed.await? {
            rules.extend(open_rules(group)?);
        }
        rules.sort_unstable();
        Ok(rules)
    }
}

fn open_rules(group: SecurityGroup) -> Result<Vec<OpenRule>, Unread> {
    let id = present(DESCRIBE_GROUPS, group.group_id, "groupId")?;
    let mut rules = Vec::new();
    for permission in group.ip_permissions.unwrap_or_default() {
        let protocol = match present(DESCRIBE_GROUPS, permission.ip_protocol.as_deref(), "ipProtocol")? {
            "-1" => "all",
            protocol => protocol,
        };
        let v4 = permission.ip_ranges().iter().filter_map(|range| range.cidr_ip());
        let v6 = permission.ipv6_ranges().iter().filter_map(|range| range.cidr_ipv6());
        for from in v4.chain(v6).filter(|from| matches!(*from, "0.0.0.0/0" | "::/0")) {
            rules.push(OpenRule {
                group: id.clone(),
                name: group.group_name.clone().unwrap_or_default(),
                protocol: protocol.to_owned(),
                ports: ports(protocol, &permission),
                from: from.to_owned(),
            });
        }
    }
    Ok(rules)
}

/// Which ports a rule is about. Only TCP and UDP have ports; ICMP has a type and a code in their place, where -1 is any.
fn ports(protocol: &str, permission: &IpPermission) -> String {
    let (from, to) = (permission.from_port.unwrap_or(-1), permission.to_port.unwrap_or(-1));
    match protocol {
        "tcp" | "udp" | "6" | "17" => match (from, to) {
            (-1, _) | (0, 65_535) => "all".to_owned(),
            (from, to) if from == to => from.to_string(),
            (from, to) => format!("{from}-{to}"),
        },
        "icmp" | "icmpv6" | "1" | "58" => match (from, to) {
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
    use aws_sdk_ec2::types::{IpRange, Ipv6Range};

    use super::*;

    fn group(permissions: Vec<IpPermission>) -> SecurityGroup {
        SecurityGroup::builder().group_id("sg-1").group_name("web").set_ip_permissions(Some(permissions)).build()
    }

    fn rule(protocol: &str, ports: Option<(i32, i32)>, v4: &[&str], v6: &[&str]) -> IpPermission {
        let v4 = v4.iter().map(|cidr| IpRange::builder().cidr_ip(*cidr).build()).collect();
        let v6 = v6.iter().map(|cidr| Ipv6Range::builder().cidr_ipv6(*cidr).build()).collect();
        let rule = IpPermission::builder().ip_protocol(protocol).set_ip_ranges(Some(v4)).set_ipv6_ranges(Some(v6));
        rule.set_from_port(ports.map(|p| p.0)).set_to_port(ports.map(|p| p.1)).build()
    }

    fn told(permission: IpPermission) -> Vec<(String, String, String)> {
        let rules = open_rules(group(vec![permission])).unwrap();
        rules.into_iter().map(|rule| (rule.protocol, rule.ports, rule.from)).collect()
    }

    #[test]
    fn only_the_whole_internet_is_open() {
        let narrow = rule("tcp", Some((22, 22)), &["10.0.0.0/8", "0.0.0.0/1"], &["2001:db8::/32"]);
        assert!(told(narrow).is_empty());
        let both = told(rule("tcp", Some((443, 443)), &["10.0.0.0/8", "0.0.0.0/0"], &["::/0"]));
        let tcp = |from: &str| ("tcp".to_owned(), "443".to_owned(), from.to_owned());
        assert_eq!(both, [tcp("0.0.0.0/0"), tcp("::/0")]);
        assert!(open_rules(group(vec![])).unwrap().is_empty());
    }

    #[test]
    fn ports_are_told_as_people_know_them() {
        let cases = [
            ("-1", None, "all", "all"),
            ("-1", Some((0, 0)), "all", "all"),
            ("tcp", Some((0, 65_535)), "tcp", "all"),
            ("tcp", Some((8000, 8100)), "tcp", "8000-8100"),
            ("udp", Some((53, 53)), "udp", "53"),
            ("icmp", Some((-1, -1)), "icmp", "all"),
            ("icmp", Some((8, -1)), "icmp", "type 8"),
            ("icmp", Some((3, 4)), "icmp", "type 3 code 4"),
            ("50", None, "50", "all"),
        ];
        for (protocol, given, name, ports) in cases {
            let told = told(rule(protocol, given, &["0.0.0.0/0"], &[]));
            assert_eq!(told, [(name.to_owned(), ports.to_owned(), "0.0.0.0/0".to_owned())]);
        }
    }

    #[test]
    fn a_rule_without_a_protocol_is_not_understood() {
        assert!(open_rules(group(vec![IpPermission::builder().build()])).is_err());
        assert!(open_rules(SecurityGroup::builder().build()).is_err());
    }
}
