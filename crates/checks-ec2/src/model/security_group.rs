//! Security groups, and what their rules let through.

use std::collections::BTreeMap;

use asc_aws::{pages, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Listing, Operation, Per, Resource, Unread};
use aws_sdk_ec2::types::IpPermission;

use super::client::{PAGE, arn, ec2, present, tags};
use crate::regions::in_each;

const DESCRIBE_GROUPS: Operation =
    Operation::new("ec2", "DescribeSecurityGroups", "ec2:DescribeSecurityGroups").per(Per::Region);

/// Everybody, over IPv4 and over IPv6.
pub(crate) const WORLD: [&str; 2] = ["0.0.0.0/0", "::/0"];

/// A rule: a protocol, ports, and the networks on the other side. Prefix lists and other groups are no networks of the
/// world's, and only counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// `all`, `tcp`, `udp`, `icmp`, `icmpv6`, or a protocol's number.
    pub protocol: String,
    /// The first port (for ICMP the type), -1 for any.
    pub from: i32,
    /// The last port (for ICMP the code), -1 for any.
    pub to: i32,
    /// IPv4 and IPv6 networks.
    pub networks: Vec<String>,
    /// How many prefix lists and groups it names.
    pub others: usize,
}

impl Rule {
    /// The networks it names that are everybody.
    pub fn world(&self) -> impl Iterator<Item = &str> {
        self.networks.iter().map(String::as_str).filter(|network| WORLD.contains(network))
    }

    /// Whether it lets TCP through to a port.
    pub fn admits_tcp(&self, port: i32) -> bool {
        match self.protocol.as_str() {
            "all" => true,
            // Source: Amazon EC2 API Reference, `IpPermission`: -1 is every port, and no port at all means the same.
            "tcp" | "6" => self.from == -1 || (self.from..=self.to).contains(&port),
            _ => false,
        }
    }
}

/// A security group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecurityGroup {
    /// Its id: `sg-…`.
    pub id: String,
    /// Its name; `default` is that of the group which every VPC has, and of no other.
    pub name: String,
    /// The region it is in.
    pub region: String,
    /// The VPC it belongs to.
    pub vpc: String,
    /// The account that owns it.
    pub owner: String,
    /// What comes in.
    pub ingress: Vec<Rule>,
    /// What goes out.
    pub egress: Vec<Rule>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

impl SecurityGroup {
    /// How it appears in findings.
    pub fn resource(&self, cx: &Cx) -> Resource {
        let resource = Resource::new("AWS::EC2::SecurityGroup", &self.id, Some(&self.region));
        Resource { tags: self.tags.clone(), ..resource.with_arn(arn(cx, &self.region, "security-group", &self.id)) }
    }

    /// Whether it is the one that its VPC came with.
    pub fn is_default(&self) -> bool {
        self.name == "default"
    }
}

/// The security groups of a region.
#[derive(Debug)]
pub struct SecurityGroups;

impl Fact for SecurityGroups {
    type Key = String;
    type Value = Vec<SecurityGroup>;
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
        listed.await?.into_iter().map(|group| of(region, group)).collect()
    }
}

fn of(region: &str, group: aws_sdk_ec2::types::SecurityGroup) -> Result<SecurityGroup, Unread> {
    let part = |part, name| present(DESCRIBE_GROUPS, part, name);
    let rules = |rules: Option<Vec<IpPermission>>, name| {
        present(DESCRIBE_GROUPS, rules, name)?.into_iter().map(rule).collect::<Result<Vec<_>, Unread>>()
    };
    Ok(SecurityGroup {
        id: part(group.group_id, "groupId")?,
        name: part(group.group_name, "groupName")?,
        region: region.to_owned(),
        vpc: group.vpc_id.unwrap_or_default(),
        owner: part(group.owner_id, "ownerId")?,
        ingress: rules(group.ip_permissions, "ipPermissions")?,
        egress: rules(group.ip_permissions_egress, "ipPermissionsEgress")?,
        tags: tags(group.tags),
    })
}

pub(super) fn rule(permission: IpPermission) -> Result<Rule, Unread> {
    let v4 = permission.ip_ranges.unwrap_or_default().into_iter().filter_map(|range| range.cidr_ip);
    let v6 = permission.ipv6_ranges.unwrap_or_default().into_iter().filter_map(|range| range.cidr_ipv6);
    let protocol = present(DESCRIBE_GROUPS, permission.ip_protocol, "ipProtocol")?;
    Ok(Rule {
        protocol: if protocol == "-1" { "all".to_owned() } else { protocol },
        from: permission.from_port.unwrap_or(-1),
        to: permission.to_port.unwrap_or(-1),
        networks: v4.chain(v6).collect(),
        others: permission.prefix_list_ids.unwrap_or_default().len()
            + permission.user_id_group_pairs.unwrap_or_default().len(),
    })
}

/// Every security group of every enabled region that a check is about, and the regions that could not be listed.
pub(crate) async fn each_group(cx: &Cx, wanted: impl Fn(&SecurityGroup) -> bool) -> Listing<SecurityGroup> {
    let asked = match in_each::<SecurityGroups>(cx).await {
        Ok(asked) => asked,
        Err(why) => return Listing::failed(Resource::account(&cx.account().id), why),
    };
    let mut listing = Listing::of(Vec::new());
    for (region, groups) in asked {
        match groups {
            Ok(groups) => listing.found.extend(groups.iter().filter(|group| wanted(group)).cloned()),
            Err(why) => listing.unread.push((Resource::region(&region), why)),
        }
    }
    listing
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{IpRange, Ipv6Range, PrefixListId, UserIdGroupPair};

    use super::*;

    fn tcp(protocol: &str, from: i32, to: i32) -> Rule {
        Rule { protocol: protocol.to_owned(), from, to, ..Rule::default() }
    }

    #[test]
    fn a_port_is_reached_alone_in_a_range_and_with_everything() {
        for rule in
            [tcp("tcp", 22, 22), tcp("tcp", 0, 65_535), tcp("6", 20, 25), tcp("tcp", -1, -1), tcp("all", -1, -1)]
        {
            assert!(rule.admits_tcp(22), "{rule:?}");
        }
        for rule in
            [tcp("tcp", 23, 3389), tcp("tcp", 0, 21), tcp("udp", 22, 22), tcp("17", 0, 65_535), tcp("icmp", -1, -1)]
        {
            assert!(!rule.admits_tcp(22), "{rule:?}");
        }
    }

    #[test]
    fn rules_are_read_whole() {
        let permission = IpPermission::builder()
            .ip_protocol("-1")
            .ip_ranges(IpRange::builder().cidr_ip("0.0.0.0/0").build())
            .ip_ranges(IpRange::builder().cidr_ip("10.0.0.0/8").build())
            .ipv6_ranges(Ipv6Range::builder().cidr_ipv6("::/0").build())
            .prefix_list_ids(PrefixListId::builder().prefix_list_id("pl-1").build())
            .user_id_group_pairs(UserIdGroupPair::builder().group_id("sg-2").build());
        let rule = rule(permission.build()).unwrap();
        assert_eq!((rule.protocol.as_str(), rule.from, rule.to, rule.others), ("all", -1, -1, 2));
        assert_eq!(rule.world().collect::<Vec<_>>(), ["0.0.0.0/0", "::/0"]);
    }

    #[test]
    fn a_group_or_rule_that_lacks_what_each_has_is_not_understood() {
        use aws_sdk_ec2::types::SecurityGroup;

        assert!(rule(IpPermission::builder().build()).is_err());
        let whole = || SecurityGroup::builder().group_id("sg-1").group_name("web").owner_id("1");
        let (none, some) = (whole().build(), whole().set_ip_permissions(Some(vec![])));
        assert!(of("r", none).is_err(), "no list of rules is no empty one");
        assert!(of("r", some.set_ip_permissions_egress(Some(vec![])).build()).is_ok());
        assert!(of("r", SecurityGroup::builder().build()).is_err());
    }
}
