//! The rules of a security group with all that they say, so that one can be taken away and put back as it was.

use asc_aws::unread;
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use aws_sdk_ec2::types::{IpPermission, IpRange, Ipv6Range, PrefixListId, UserIdGroupPair};
use serde::{Deserialize, Serialize};

use super::client::{ec2, present};
use super::security_group::{Rule, rule};

const DESCRIBE_GROUP: Operation =
    Operation::new("ec2", "DescribeSecurityGroups", "ec2:DescribeSecurityGroups").per(Per::Item);

/// The other side of a rule, and why it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// A network, a prefix list's id, or a group's.
    pub peer: String,
    /// The account of a group, where that is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// What somebody has written about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Rules of one protocol and one range of ports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// As EC2 has it: `tcp`, `-1`, a number.
    pub protocol: String,
    /// The first port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<i32>,
    /// The last port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<i32>,
    /// IPv4 networks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub v4: Vec<Peer>,
    /// IPv6 networks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub v6: Vec<Peer>,
    /// Prefix lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefix_lists: Vec<Peer>,
    /// Other groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Peer>,
}

fn peer(peer: Option<String>, description: Option<String>) -> Option<Peer> {
    Some(Peer { peer: peer?, account: None, description })
}

impl Permission {
    fn of(permission: IpPermission) -> Result<Self, Unread> {
        let v4 = permission.ip_ranges.unwrap_or_default().into_iter();
        let v6 = permission.ipv6_ranges.unwrap_or_default().into_iter();
        let lists = permission.prefix_list_ids.unwrap_or_default().into_iter();
        let groups = permission.user_id_group_pairs.unwrap_or_default().into_iter();
        Ok(Self {
            protocol: present(DESCRIBE_GROUP, permission.ip_protocol, "ipProtocol")?,
            from: permission.from_port,
            to: permission.to_port,
            v4: v4.filter_map(|range| peer(range.cidr_ip, range.description)).collect(),
            v6: v6.filter_map(|range| peer(range.cidr_ipv6, range.description)).collect(),
            prefix_lists: lists.filter_map(|list| peer(list.prefix_list_id, list.description)).collect(),
            groups: groups
                .filter_map(|pair| Some(Peer { account: pair.user_id, ..peer(pair.group_id, pair.description)? }))
                .collect(),
        })
    }

    /// The rules as EC2 takes them.
    pub(super) fn to_sdk(&self) -> IpPermission {
        let Self { protocol, from, to, v4, v6, prefix_lists, groups } = self;
        let range = |p: &Peer| IpRange::builder().cidr_ip(&p.peer).set_description(p.description.clone()).build();
        let range6 = |p: &Peer| Ipv6Range::builder().cidr_ipv6(&p.peer).set_description(p.description.clone()).build();
        let list =
            |p: &Peer| PrefixListId::builder().prefix_list_id(&p.peer).set_description(p.description.clone()).build();
        let pair = |p: &Peer| {
            let pair = UserIdGroupPair::builder().group_id(&p.peer).set_user_id(p.account.clone());
            pair.set_description(p.description.clone()).build()
        };
        let some = |peers: &[Peer]| !peers.is_empty();
        IpPermission::builder()
            .ip_protocol(protocol)
            .set_from_port(*from)
            .set_to_port(*to)
            .set_ip_ranges(some(v4).then(|| v4.iter().map(range).collect()))
            .set_ipv6_ranges(some(v6).then(|| v6.iter().map(range6).collect()))
            .set_prefix_list_ids(some(prefix_lists).then(|| prefix_lists.iter().map(list).collect()))
            .set_user_id_group_pairs(some(groups).then(|| groups.iter().map(pair).collect()))
            .build()
    }

    /// The rules as checks judge them.
    pub fn rule(&self) -> Result<Rule, Unread> {
        rule(self.to_sdk())
    }

    /// Only what is open to networks that are wanted; none where nothing is.
    #[must_use]
    pub fn only(&self, wanted: impl Fn(&str) -> bool) -> Option<Self> {
        let of = |peers: &[Peer]| peers.iter().filter(|peer| wanted(&peer.peer)).cloned().collect::<Vec<_>>();
        let (v4, v6) = (of(&self.v4), of(&self.v6));
        let Self { protocol, from, to, .. } = self;
        let some = !v4.is_empty() || !v6.is_empty();
        some.then(|| Self { protocol: protocol.clone(), from: *from, to: *to, v4, v6, ..Self::default() })
    }
}

/// A security group's rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    /// What comes in.
    pub ingress: Vec<Permission>,
    /// What goes out.
    pub egress: Vec<Permission>,
}

/// The rules of a security group, by its region and its id; none where it is gone.
#[derive(Debug)]
pub struct GroupPermissions;

impl Fact for GroupPermissions {
    type Key = (String, String);
    type Value = Option<Permissions>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_GROUP)];

    async fn read(cx: &Cx, (region, id): &(String, String)) -> Result<Self::Value, Unread> {
        let asked = ec2(cx, region, DESCRIBE_GROUP)?.describe_security_groups().group_ids(id).send().await;
        let answer = match asked {
            Ok(answer) => answer,
            Err(error) if asc_aws::failure::code(&error) == Some("InvalidGroup.NotFound") => return Ok(None),
            Err(error) => return Err(unread(DESCRIBE_GROUP, &error)),
        };
        let groups = present(DESCRIBE_GROUP, answer.security_groups, "securityGroupInfo")?;
        let Some(group) = groups.into_iter().find(|group| group.group_id.as_ref() == Some(id)) else {
            return Ok(None);
        };
        let rules = |rules: Option<Vec<IpPermission>>, name| {
            present(DESCRIBE_GROUP, rules, name)?.into_iter().map(Permission::of).collect::<Result<Vec<_>, Unread>>()
        };
        Ok(Some(Permissions {
            ingress: rules(group.ip_permissions, "ipPermissions")?,
            egress: rules(group.ip_permissions_egress, "ipPermissionsEgress")?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_put_back_as_it_was_read() {
        let note = |text: &str| Some(text.to_owned());
        let pair = UserIdGroupPair::builder().group_id("sg-2").user_id("210987654321").description("peers").build();
        let read = IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(22)
            .to_port(23)
            .ip_ranges(IpRange::builder().cidr_ip("0.0.0.0/0").set_description(note("from home")).build())
            .ipv6_ranges(Ipv6Range::builder().cidr_ipv6("::/0").build())
            .prefix_list_ids(PrefixListId::builder().prefix_list_id("pl-1").build())
            .user_id_group_pairs(pair)
            .build();
        let permission = Permission::of(read.clone()).unwrap();
        assert_eq!(permission.to_sdk(), read);
        let json = serde_json::to_value(&permission).unwrap();
        assert_eq!(serde_json::from_value::<Permission>(json).unwrap(), permission);
        let world = permission.only(|network| network == "0.0.0.0/0").unwrap();
        assert_eq!((world.v4.len(), world.v6.len(), world.groups.len(), world.from), (1, 0, 0, Some(22)));
        assert_eq!(permission.only(|_| false), None);
    }
}
