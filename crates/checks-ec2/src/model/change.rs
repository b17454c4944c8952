//! What can be changed of EC2.

use asc_core::fix::{Automation, Changes, Runbook};
use asc_core::{Account, Cx, Operation, Unread};
use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use serde::{Deserialize, Serialize};

use super::client::ec2;
use super::permission::Permission;

/// Encrypts new volumes in a region.
pub const ENABLE_ENCRYPTION: Operation =
    Operation::new("ec2", "EnableEbsEncryptionByDefault", "ec2:EnableEbsEncryptionByDefault");
/// No longer does.
pub const DISABLE_ENCRYPTION: Operation =
    Operation::new("ec2", "DisableEbsEncryptionByDefault", "ec2:DisableEbsEncryptionByDefault");
/// Lets something into a security group.
pub const ALLOW_IN: Operation =
    Operation::new("ec2", "AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupIngress");
/// No longer does.
pub const REVOKE_IN: Operation = Operation::new("ec2", "RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress");
/// Lets something out of a security group.
pub const ALLOW_OUT: Operation =
    Operation::new("ec2", "AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupEgress");
/// No longer does.
pub const REVOKE_OUT: Operation = Operation::new("ec2", "RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupEgress");

/// A change in a region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ec2Change {
    /// The region.
    pub region: String,
    /// The call.
    #[serde(flatten)]
    pub call: Ec2Call,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation")]
pub enum Ec2Call {
    /// Encrypts new volumes.
    EnableEbsEncryptionByDefault,
    /// No longer does.
    DisableEbsEncryptionByDefault,
    /// Adds rules to a group.
    AuthorizeSecurityGroupIngress {
        /// The group's id.
        group: String,
        /// The rules.
        permission: Permission,
    },
    /// Takes rules from a group.
    RevokeSecurityGroupIngress {
        /// The group's id.
        group: String,
        /// The rules.
        permission: Permission,
    },
    /// Adds rules to a group.
    AuthorizeSecurityGroupEgress {
        /// The group's id.
        group: String,
        /// The rules.
        permission: Permission,
    },
    /// Takes rules from a group.
    RevokeSecurityGroupEgress {
        /// The group's id.
        group: String,
        /// The rules.
        permission: Permission,
    },
}

impl Ec2Call {
    /// The call in a region.
    pub fn within(self, region: &str) -> Ec2Change {
        Ec2Change { region: region.to_owned(), call: self }
    }
}

/// What is so already, or has nothing to be taken from, is done.
fn done<T, E>(
    operation: Operation,
    sent: Result<T, SdkError<E, aws_sdk_ec2::config::http::HttpResponse>>,
    already: &[&str],
) -> Result<(), Unread>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match sent {
        Err(error) if asc_aws::failure::code(&error).is_some_and(|code| already.contains(&code)) => Ok(()),
        Err(error) => Err(asc_aws::unread(operation, &error)),
        Ok(_) => Ok(()),
    }
}

/// Sources: Amazon EC2 API Reference, "Error codes for the Amazon EC2 API".
const THERE: &[&str] = &["InvalidPermission.Duplicate"];
const NOT_THERE: &[&str] = &["InvalidPermission.NotFound", "InvalidGroup.NotFound"];

impl Changes for Ec2Change {
    const FAMILY: &'static str = "ec2";

    fn operation(&self) -> Operation {
        match &self.call {
            Ec2Call::EnableEbsEncryptionByDefault => ENABLE_ENCRYPTION,
            Ec2Call::DisableEbsEncryptionByDefault => DISABLE_ENCRYPTION,
            Ec2Call::AuthorizeSecurityGroupIngress { .. } => ALLOW_IN,
            Ec2Call::RevokeSecurityGroupIngress { .. } => REVOKE_IN,
            Ec2Call::AuthorizeSecurityGroupEgress { .. } => ALLOW_OUT,
            Ec2Call::RevokeSecurityGroupEgress { .. } => REVOKE_OUT,
        }
    }

    fn region(&self) -> Option<&str> {
        Some(&self.region)
    }

    fn automation(&self, _: &Account) -> Option<Automation> {
        // `AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules` takes all rules of a group at once, and
        // `AWS-DisablePublicAccessForSecurityGroup` only those of one port: neither does what taking one rule does.
        matches!(self.call, Ec2Call::EnableEbsEncryptionByDefault)
            .then(|| Automation::new(&Runbook::ENABLE_EBS_ENCRYPTION, Some(&self.region), []))
    }

    async fn send(&self, cx: &Cx) -> Result<(), Unread> {
        let operation = Changes::operation(self);
        let client = ec2(cx, &self.region, operation)?;
        match &self.call {
            Ec2Call::EnableEbsEncryptionByDefault => {
                done(operation, client.enable_ebs_encryption_by_default().send().await, &[])
            }
            Ec2Call::DisableEbsEncryptionByDefault => {
                done(operation, client.disable_ebs_encryption_by_default().send().await, &[])
            }
            Ec2Call::AuthorizeSecurityGroupIngress { group, permission } => {
                let request = client.authorize_security_group_ingress().group_id(group);
                done(operation, request.ip_permissions(permission.to_sdk()).send().await, THERE)
            }
            Ec2Call::RevokeSecurityGroupIngress { group, permission } => {
                let request = client.revoke_security_group_ingress().group_id(group);
                done(operation, request.ip_permissions(permission.to_sdk()).send().await, NOT_THERE)
            }
            Ec2Call::AuthorizeSecurityGroupEgress { group, permission } => {
                let request = client.authorize_security_group_egress().group_id(group);
                done(operation, request.ip_permissions(permission.to_sdk()).send().await, THERE)
            }
            Ec2Call::RevokeSecurityGroupEgress { group, permission } => {
                let request = client.revoke_security_group_egress().group_id(group);
                done(operation, request.ip_permissions(permission.to_sdk()).send().await, NOT_THERE)
            }
        }
    }
}

asc_core::declare_changes!(Ec2Change);
