//! EBS volumes, and whether new ones are encrypted.

use std::collections::BTreeMap;

use asc_aws::{pages, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use aws_sdk_ec2::types::VolumeState;

use super::client::{PAGE, ec2, present, tags};

const GET_DEFAULT: Operation =
    Operation::new("ec2", "GetEbsEncryptionByDefault", "ec2:GetEbsEncryptionByDefault").per(Per::Region);
const DESCRIBE_VOLUMES: Operation = Operation::new("ec2", "DescribeVolumes", "ec2:DescribeVolumes").per(Per::Region);

/// Whether a region encrypts new volumes whoever makes them.
#[derive(Debug)]
pub struct EncryptionByDefault;

impl Fact for EncryptionByDefault {
    type Key = String;
    type Value = bool;
    const READS: &'static [Reads] = &[Reads::Call(GET_DEFAULT)];

    async fn read(cx: &Cx, region: &String) -> Result<bool, Unread> {
        let answer = ec2(cx, region, GET_DEFAULT)?.get_ebs_encryption_by_default().send().await;
        let answer = answer.map_err(|e| unread(GET_DEFAULT, &e))?;
        present(GET_DEFAULT, answer.ebs_encryption_by_default, "ebsEncryptionByDefault")
    }
}

/// An EBS volume.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    /// Its id: `vol-…`.
    pub id: String,
    /// The region it is in.
    pub region: String,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// The instances it is attached to.
    pub instances: Vec<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// The volumes of a region, but for those that are being deleted.
#[derive(Debug)]
pub struct Volumes;

impl Fact for Volumes {
    type Key = String;
    type Value = Vec<Volume>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_VOLUMES)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let client = ec2(cx, region, DESCRIBE_VOLUMES)?;
        let listed = pages(DESCRIBE_VOLUMES, "volumeSet", |token| {
            let request = client.describe_volumes().max_results(PAGE).set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(DESCRIBE_VOLUMES, &e))?;
                Ok((page.volumes, page.next_token))
            }
        });
        let mut volumes = Vec::new();
        for volume in listed.await? {
            if matches!(volume.state, Some(VolumeState::Deleting | VolumeState::Deleted)) {
                continue;
            }
            let attached = volume.attachments.unwrap_or_default().into_iter();
            volumes.push(Volume {
                id: present(DESCRIBE_VOLUMES, volume.volume_id, "volumeId")?,
                region: region.clone(),
                encrypted: present(DESCRIBE_VOLUMES, volume.encrypted, "encrypted")?,
                instances: attached.filter_map(|attachment| attachment.instance_id).collect(),
                tags: tags(volume.tags),
            });
        }
        Ok(volumes)
    }
}
