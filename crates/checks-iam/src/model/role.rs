//! Whether a role is there.

use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};

use super::client::{failed, iam, present};

const GET_ROLE: Operation = Operation::new("iam", "GetRole", "iam:GetRole").per(Per::Item);

/// Whether the account has a role of a name.
#[derive(Debug)]
pub struct RoleExists;

impl Fact for RoleExists {
    type Key = String;
    type Value = bool;
    const READS: &'static [Reads] = &[Reads::Call(GET_ROLE)];

    async fn read(cx: &Cx, name: &String) -> Result<bool, Unread> {
        match iam(cx, GET_ROLE)?.get_role().role_name(name).send().await {
            Ok(answer) => present(GET_ROLE, answer.role, "Role").map(|_| true),
            // Source: IAM API Reference, `GetRole`: so it says that there is none.
            Err(error) if asc_aws::failure::code(&error) == Some("NoSuchEntity") => Ok(false),
            Err(error) => Err(failed(GET_ROLE)(error)),
        }
    }
}
