//! Access points: further doors to a bucket, each with a policy of its own.

use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use aws_sdk_s3control::types::NetworkOrigin;

use super::client::{is_unset, present, s3control};

const LIST: Operation = Operation::new("s3control", "ListAccessPoints", "s3:ListAccessPoints").per(Per::Region);
const GET_STATUS: Operation =
    Operation::new("s3control", "GetAccessPointPolicyStatus", "s3:GetAccessPointPolicyStatus").per(Per::Item);
const PAGE: i32 = 1_000;

/// An access point.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccessPoint {
    /// Its name, unique in account and region.
    pub name: String,
    /// Its region.
    pub region: String,
    /// The bucket behind it.
    pub bucket: String,
    /// Whether it can be reached from outside a VPC.
    pub internet: bool,
}

/// All access points of the account in a region.
#[derive(Debug)]
pub struct AccessPoints;

impl Fact for AccessPoints {
    type Key = String;
    type Value = Vec<AccessPoint>;
    const READS: &'static [Reads] = &[Reads::Call(LIST)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let client = s3control(cx, region, LIST)?;
        let (mut found, mut token) = (Vec::new(), None);
        loop {
            let request = client.list_access_points().account_id(&cx.account().id).max_results(PAGE);
            let page = request.set_next_token(token).send().await.map_err(|e| asc_aws::unread(LIST, &e))?;
            for point in page.access_point_list.unwrap_or_default() {
                found.push(AccessPoint {
                    name: point.name,
                    region: region.clone(),
                    bucket: point.bucket,
                    // An origin that is not known to be a VPC is taken for the internet.
                    internet: point.network_origin != NetworkOrigin::Vpc,
                });
            }
            token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(found);
            }
        }
    }
}

/// Whether AWS calls an access point's policy public. False without a policy.
#[derive(Debug)]
pub struct AccessPointPublic;

impl Fact for AccessPointPublic {
    type Key = AccessPoint;
    type Value = bool;
    const READS: &'static [Reads] = &[Reads::Call(GET_STATUS)];

    async fn read(cx: &Cx, point: &AccessPoint) -> Result<bool, Unread> {
        let client = s3control(cx, &point.region, GET_STATUS)?;
        let request = client.get_access_point_policy_status().account_id(&cx.account().id).name(&point.name);
        match request.send().await {
            Ok(answer) => present(GET_STATUS, answer.policy_status.map(|status| status.is_public), "PolicyStatus"),
            // Without a policy, or gone since it was listed, it opens nothing.
            Err(error) if is_unset(&error, &["NoSuchAccessPointPolicy", "NoSuchAccessPoint"]) => Ok(false),
            Err(error) => Err(asc_aws::unread(GET_STATUS, &error)),
        }
    }
}
