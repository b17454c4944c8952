//! Instance profiles: how a role gets to an instance.

use asc_aws::{failure, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};

use super::client::{iam, present};

const GET_PROFILE: Operation = Operation::new("iam", "GetInstanceProfile", "iam:GetInstanceProfile").per(Per::Item);

/// What is behind the name of an instance profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Profile {
    /// It exists; the role in it, if there is one.
    Holds(Option<String>),
    /// It no longer exists.
    Gone,
}

/// An instance profile, by name.
#[derive(Debug)]
pub struct InstanceProfile;

impl Fact for InstanceProfile {
    type Key = String;
    type Value = Profile;
    const READS: &'static [Reads] = &[Reads::Call(GET_PROFILE)];

    async fn read(cx: &Cx, name: &String) -> Result<Profile, Unread> {
        let answer = iam(cx, GET_PROFILE)?.get_instance_profile().instance_profile_name(name).send().await;
        let answer = match answer {
            Err(error) if failure::code(&error).is_some_and(is_gone) => return Ok(Profile::Gone),
            answer => answer.map_err(|e| unread(GET_PROFILE, &e))?,
        };
        let profile = present(GET_PROFILE, answer.instance_profile, "InstanceProfile")?;
        // The SDK fills in what an answer lacks; one that does not even repeat the name says nothing of roles either.
        if profile.instance_profile_name != *name {
            return Err(Unread::malformed(GET_PROFILE, "the answer is about another instance profile"));
        }
        Ok(Profile::Holds(profile.roles.into_iter().next().map(|role| role.role_name)))
    }
}

fn is_gone(code: &str) -> bool {
    matches!(code, "NoSuchEntity" | "NoSuchEntityException")
}
