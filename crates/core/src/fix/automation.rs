//! Runbooks of Systems Manager Automation that AWS owns, and that do what a change does.

use std::collections::BTreeMap;

/// A runbook that AWS owns. Fixes start it, and guardrails let AWS Config start it.
/// Source: Systems Manager Automation Runbook Reference, a page a runbook.
#[derive(Debug, PartialEq, Eq)]
pub struct Runbook {
    /// Its name.
    pub name: &'static str,
    /// The IAM actions of the calls that it makes: whoever it runs for needs them.
    pub actions: &'static [&'static str],
    /// Whether it runs for a role only, never for whoever starts it: `AutomationAssumeRole` is a required parameter.
    pub needs_role: bool,
}

impl Runbook {
    /// Sets a bucket's default encryption, whatever it was before.
    pub const ENABLE_BUCKET_ENCRYPTION: Self =
        Self { name: "AWS-EnableS3BucketEncryption", actions: &["s3:PutEncryptionConfiguration"], needs_role: false };
    /// Turns a bucket's versioning on, or suspends it.
    pub const CONFIGURE_BUCKET_VERSIONING: Self =
        Self { name: "AWS-ConfigureS3BucketVersioning", actions: &["s3:PutBucketVersioning"], needs_role: false };
    /// Sets a bucket's Block Public Access, and reads it back. Its page names the actions of the account's block; the
    /// calls that its page tells of need those of the bucket's.
    pub const CONFIGURE_BUCKET_BLOCK: Self = Self {
        name: "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock",
        actions: &["s3:GetBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock"],
        needs_role: true,
    };
    /// Sets the account's Block Public Access, and reads it back.
    pub const CONFIGURE_ACCOUNT_BLOCK: Self = Self {
        name: "AWSConfigRemediation-ConfigureS3PublicAccessBlock",
        actions: &["s3:GetAccountPublicAccessBlock", "s3:PutAccountPublicAccessBlock"],
        needs_role: true,
    };
    /// Encrypts new EBS volumes in the region that it runs in, and reads the setting back.
    pub const ENABLE_EBS_ENCRYPTION: Self = Self {
        name: "AWSConfigRemediation-EnableEbsEncryptionByDefault",
        actions: &["ec2:EnableEbsEncryptionByDefault", "ec2:GetEbsEncryptionByDefault"],
        needs_role: true,
    };
    /// Sets the whole of the account's password policy, and reads it back.
    pub const SET_PASSWORD_POLICY: Self = Self {
        name: "AWSConfigRemediation-SetIAMPasswordPolicy",
        actions: &["iam:GetAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy"],
        needs_role: true,
    };
    /// Every one that is known here.
    pub const ALL: [&'static Self; 6] = [
        &Self::ENABLE_BUCKET_ENCRYPTION,
        &Self::CONFIGURE_BUCKET_VERSIONING,
        &Self::CONFIGURE_BUCKET_BLOCK,
        &Self::CONFIGURE_ACCOUNT_BLOCK,
        &Self::ENABLE_EBS_ENCRYPTION,
        &Self::SET_PASSWORD_POLICY,
    ];
}

/// A run of a runbook that does what a change does, no more and no less, so that the change's way back undoes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Automation {
    /// The runbook.
    pub runbook: &'static Runbook,
    /// Where it runs; none for what is global.
    pub region: Option<String>,
    /// What it is told, `AutomationAssumeRole` aside.
    pub parameters: BTreeMap<&'static str, String>,
}

impl Automation {
    /// A run of a runbook.
    pub fn new(
        runbook: &'static Runbook,
        region: Option<&str>,
        parameters: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Self {
        Self { runbook, region: region.map(str::to_owned), parameters: parameters.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn those_of_aws_config_run_for_a_role_only() {
        let names: BTreeSet<_> = Runbook::ALL.iter().map(|runbook| runbook.name).collect();
        assert_eq!(names.len(), Runbook::ALL.len());
        for runbook in Runbook::ALL {
            assert_eq!(runbook.needs_role, runbook.name.starts_with("AWSConfigRemediation-"), "{}", runbook.name);
            assert!(!runbook.actions.is_empty(), "{}", runbook.name);
        }
    }
}
