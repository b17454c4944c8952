//! When AWS Config runs the rules of guardrails.

/// When AWS Config runs a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// When a resource of this type changes; a recorder has to record the type.
    Change(&'static str),
    /// When a resource of this type changes, and by the clock.
    Both(&'static str),
    /// By the clock.
    Clock,
    /// By the clock, about a global type that some region has to record.
    ClockOf(&'static str),
}

const GROUP: &str = "AWS::EC2::SecurityGroup";
const BUCKET: &str = "AWS::S3::Bucket";
const USER: &str = "AWS::IAM::User";

/// The rules of all guardrails. "Hybrid" is AWS's word for both triggers.
///
/// Source: AWS Config Developer Guide, "List of AWS Config Managed Rules by Trigger Type", and the page of each rule, with
/// its "Trigger type" and "Resource Types", as of 2026. Of the two about users, the pages say that such rules run where the
/// global type is recorded in at least one region, "Managed Rules and Global IAM Resource Types".
const TRIGGERS: [(&str, Trigger); 19] = [
    ("ACCESS_KEYS_ROTATED", Trigger::ClockOf(USER)),
    ("CLOUD_TRAIL_ENABLED", Trigger::Clock),
    ("EC2_EBS_ENCRYPTION_BY_DEFAULT", Trigger::Clock),
    ("IAM_PASSWORD_POLICY", Trigger::Clock),
    ("IAM_ROOT_ACCESS_KEY_CHECK", Trigger::Clock),
    ("IAM_USER_UNUSED_CREDENTIALS_CHECK", Trigger::ClockOf(USER)),
    ("INCOMING_SSH_DISABLED", Trigger::Both(GROUP)),
    ("INSPECTOR_EC2_SCAN_ENABLED", Trigger::Clock),
    ("INSPECTOR_ECR_SCAN_ENABLED", Trigger::Clock),
    ("INSPECTOR_LAMBDA_STANDARD_SCAN_ENABLED", Trigger::Clock),
    ("MULTI_REGION_CLOUD_TRAIL_ENABLED", Trigger::Clock),
    ("RESTRICTED_INCOMING_TRAFFIC", Trigger::Both(GROUP)),
    ("ROOT_ACCOUNT_MFA_ENABLED", Trigger::Clock),
    ("S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC", Trigger::Clock),
    ("S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", Trigger::Change(BUCKET)),
    ("S3_BUCKET_LOGGING_ENABLED", Trigger::Change(BUCKET)),
    ("S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED", Trigger::Change(BUCKET)),
    ("VPC_DEFAULT_SECURITY_GROUP_CLOSED", Trigger::Change(GROUP)),
    ("VPC_FLOW_LOGS_ENABLED", Trigger::Clock),
];

impl Trigger {
    /// When a rule runs; by the clock where it is not listed, which a test rules out.
    pub(super) fn of(identifier: &str) -> Self {
        TRIGGERS.iter().find(|(listed, _)| *listed == identifier).map_or(Self::Clock, |(_, trigger)| *trigger)
    }
}

#[cfg(test)]
pub(super) fn all() -> Vec<(&'static str, Trigger)> {
    TRIGGERS.to_vec()
}
