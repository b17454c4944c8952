//! Instances and key pairs.

use std::collections::BTreeMap;

use asc_aws::{pages, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use aws_sdk_ec2::types::InstanceStateName;

use super::client::{PAGE, ec2, present, tags};

const DESCRIBE_INSTANCES: Operation =
    Operation::new("ec2", "DescribeInstances", "ec2:DescribeInstances").per(Per::Region);
const DESCRIBE_KEY_PAIRS: Operation =
    Operation::new("ec2", "DescribeKeyPairs", "ec2:DescribeKeyPairs").per(Per::Region);

/// An instance that has not been terminated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instance {
    /// Its id: `i-…`.
    pub id: String,
    /// The region it is in.
    pub region: String,
    /// `pending`, `running`, `stopping` or `stopped`.
    pub state: String,
    /// The name of its instance profile.
    pub profile: Option<String>,
    /// The name of the key pair it was started with.
    pub key: Option<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// The instances of a region, without those that are terminated or on the way there.
#[derive(Debug)]
pub struct Instances;

impl Fact for Instances {
    type Key = String;
    type Value = Vec<Instance>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_INSTANCES)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let client = ec2(cx, region, DESCRIBE_INSTANCES)?;
        let listed = pages(DESCRIBE_INSTANCES, "reservationSet", |token| {
            let request = client.describe_instances().max_results(PAGE).set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(DESCRIBE_INSTANCES, &e))?;
                Ok((page.reservations, page.next_token))
            }
        });
        let mut instances = Vec::new();
        for reservation in listed.await? {
            for instance in present(DESCRIBE_INSTANCES, reservation.instances, "instancesSet")? {
                instances.extend(read(instance, region)?);
            }
        }
        Ok(instances)
    }
}

fn read(instance: aws_sdk_ec2::types::Instance, region: &str) -> Result<Option<Instance>, Unread> {
    let state = instance.state.and_then(|state| state.name);
    let state = present(DESCRIBE_INSTANCES, state, "instanceState")?;
    if matches!(state, InstanceStateName::Terminated | InstanceStateName::ShuttingDown) {
        return Ok(None);
    }
    let profile = instance.iam_instance_profile.map(|profile| {
        // arn:aws:iam::123456789012:instance-profile/path/of/any/length/name
        let name = profile.arn.as_deref().and_then(|arn| arn.rsplit_once('/')).map(|(_, name)| name);
        present(DESCRIBE_INSTANCES, name.filter(|name| !name.is_empty()).map(str::to_owned), "iamInstanceProfile arn")
    });
    Ok(Some(Instance {
        id: present(DESCRIBE_INSTANCES, instance.instance_id, "instanceId")?,
        region: region.to_owned(),
        state: state.as_str().to_owned(),
        profile: profile.transpose()?,
        key: instance.key_name.filter(|name| !name.is_empty()),
        tags: tags(instance.tags),
    }))
}

/// A key pair: what EC2 keeps of it is the public half.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyPair {
    /// Its name, by which instances refer to it.
    pub name: String,
    /// `rsa` or `ed25519`, where AWS tells.
    pub kind: Option<String>,
    /// When it was made or imported, in seconds since 1970, where AWS tells.
    pub created: Option<i64>,
}

/// The key pairs of a region.
#[derive(Debug)]
pub struct KeyPairs;

impl Fact for KeyPairs {
    type Key = String;
    type Value = Vec<KeyPair>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_KEY_PAIRS)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        // The one listing of EC2 that comes whole.
        let answer = ec2(cx, region, DESCRIBE_KEY_PAIRS)?.describe_key_pairs().send().await;
        let answer = answer.map_err(|e| unread(DESCRIBE_KEY_PAIRS, &e))?;
        let pairs = present(DESCRIBE_KEY_PAIRS, answer.key_pairs, "keySet")?.into_iter().map(|pair| {
            Ok(KeyPair {
                name: present(DESCRIBE_KEY_PAIRS, pair.key_name, "keyName")?,
                kind: pair.key_type.map(|kind| kind.as_str().to_owned()),
                created: pair.create_time.map(|at| at.secs()),
            })
        });
        pairs.collect()
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{IamInstanceProfile, Instance as Given, InstanceState};

    use super::*;

    fn given(state: InstanceStateName) -> aws_sdk_ec2::types::builders::InstanceBuilder {
        Given::builder().instance_id("i-1").state(InstanceState::builder().name(state).build())
    }

    #[test]
    fn only_what_is_terminated_is_left_out() {
        use InstanceStateName::{Pending, Running, ShuttingDown, Stopped, Stopping, Terminated};
        for state in [Pending, Running, Stopping, Stopped] {
            assert!(read(given(state).build(), "r").unwrap().is_some());
        }
        for state in [ShuttingDown, Terminated] {
            assert_eq!(read(given(state).build(), "r").unwrap(), None);
        }
        assert!(read(Given::builder().instance_id("i-1").build(), "r").is_err());
    }

    #[test]
    fn a_profile_is_known_by_the_last_part_of_its_arn() {
        let with = |arn: &str| {
            let profile = IamInstanceProfile::builder().arn(arn).build();
            read(given(InstanceStateName::Running).iam_instance_profile(profile).build(), "r")
        };
        for arn in ["arn:aws:iam::1:instance-profile/web", "arn:aws:iam::1:instance-profile/a/path/web"] {
            assert_eq!(with(arn).unwrap().unwrap().profile.as_deref(), Some("web"));
        }
        assert!(with("nonsense").is_err() && with("arn:aws:iam::1:instance-profile/").is_err());
    }
}
