//! VPCs and their subnets.

use std::collections::BTreeMap;

use asc_aws::{pages, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};

use super::client::{PAGE, ec2, present, tags};

const DESCRIBE_VPCS: Operation = Operation::new("ec2", "DescribeVpcs", "ec2:DescribeVpcs").per(Per::Region);
const DESCRIBE_SUBNETS: Operation = Operation::new("ec2", "DescribeSubnets", "ec2:DescribeSubnets").per(Per::Region);

/// A VPC that the account can see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vpc {
    /// Its id: `vpc-…`.
    pub id: String,
    /// The region it is in.
    pub region: String,
    /// The account that owns it; another one when it is shared with this account.
    pub owner: String,
    /// Whether it is the one that AWS made for the region.
    pub default: bool,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// The VPCs of a region.
#[derive(Debug)]
pub struct Vpcs;

impl Fact for Vpcs {
    type Key = String;
    type Value = Vec<Vpc>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_VPCS)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let client = ec2(cx, region, DESCRIBE_VPCS)?;
        let listed = pages(DESCRIBE_VPCS, "vpcSet", |token| {
            let request = client.describe_vpcs().max_results(PAGE).set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(DESCRIBE_VPCS, &e))?;
                Ok((page.vpcs, page.next_token))
            }
        });
        let vpcs = listed.await?.into_iter().map(|vpc| {
            Ok(Vpc {
                id: present(DESCRIBE_VPCS, vpc.vpc_id, "vpcId")?,
                region: region.clone(),
                owner: present(DESCRIBE_VPCS, vpc.owner_id, "ownerId")?,
                default: vpc.is_default.unwrap_or_default(),
                tags: tags(vpc.tags),
            })
        });
        vpcs.collect()
    }
}

/// A subnet that the account can see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subnet {
    /// Its id: `subnet-…`.
    pub id: String,
    /// The VPC it is part of.
    pub vpc: String,
}

/// The subnets of a region.
#[derive(Debug)]
pub struct Subnets;

impl Fact for Subnets {
    type Key = String;
    type Value = Vec<Subnet>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_SUBNETS)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let client = ec2(cx, region, DESCRIBE_SUBNETS)?;
        let listed = pages(DESCRIBE_SUBNETS, "subnetSet", |token| {
            let request = client.describe_subnets().max_results(PAGE).set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(DESCRIBE_SUBNETS, &e))?;
                Ok((page.subnets, page.next_token))
            }
        });
        let subnets = listed.await?.into_iter().map(|subnet| {
            Ok(Subnet {
                id: present(DESCRIBE_SUBNETS, subnet.subnet_id, "subnetId")?,
                vpc: present(DESCRIBE_SUBNETS, subnet.vpc_id, "vpcId")?,
            })
        });
        subnets.collect()
    }
}
