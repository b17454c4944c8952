//! One account in which every call of S3 and CloudTrail matters: whatever one of them says decides some verdict.

use serde_json::json;

use super::detection::group_arn;
use super::{
    Account, HOME, Trail, acl, block, lets_logs_in, logging, object_lock, ownership, point_status, policy,
    policy_status, website,
};

/// The services whose every call the account answers.
pub(crate) const STORAGE: &[&str] = &["cloudtrail", "s3"];

const EVERYONE: &str =
    r#"{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::open-by-policy/*"}"#;

/// The account. Its second region is `us-east-1`.
pub(crate) fn office() -> Account {
    let data_only = json!({"AdvancedEventSelectors": [{"FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
    ]}]});
    Account::new()
        .account_block(block([true, false, true, false]))
        .bucket("open-by-acl", HOME)
        .with("open-by-acl", "GetBucketAcl", acl(&[("AllUsers", "READ")]))
        .with("open-by-acl", "GetBucketOwnershipControls", ownership("BucketOwnerPreferred"))
        .bucket("open-by-policy", HOME)
        .with("open-by-policy", "GetBucketPolicyStatus", policy_status(true))
        .with("open-by-policy", "GetBucketPolicy", policy(&[EVERYONE]))
        .bucket("stale-acl", HOME)
        .with("stale-acl", "GetBucketAcl", acl(&[("AuthenticatedUsers", "READ")]))
        .with("stale-acl", "GetBucketOwnershipControls", ownership("BucketOwnerEnforced"))
        .bucket("private", HOME)
        .with("private", "GetBucketPolicyStatus", policy_status(false))
        .with("private", "GetObjectLockConfiguration", object_lock())
        .access_points(HOME, &[&[("door", "private", false)]])
        .point_status(HOME, "door", point_status(false))
        .bucket("kept", HOME)
        .with("kept", "GetPublicAccessBlock", block([true; 4]))
        .with("kept", "GetBucketAcl", acl(&[("AllUsers", "READ")]))
        .with("kept", "GetBucketPolicyStatus", policy_status(true))
        .untold_bucket("far", "us-east-1")
        .bucket("app", HOME)
        .with("app", "GetBucketLogging", logging("acl-logs", "app/"))
        .bucket("acl-logs", HOME)
        .with("acl-logs", "GetBucketAcl", acl(&[("LogDelivery", "WRITE"), ("LogDelivery", "READ_ACP")]))
        .bucket("web", HOME)
        .with("web", "GetBucketWebsite", website())
        .with("web", "GetBucketLogging", logging("policy-logs", "web/"))
        .bucket("policy-logs", HOME)
        .with("policy-logs", "GetBucketPolicy", policy(&[&lets_logs_in("arn:aws:s3:::policy-logs/*")]))
        .bucket("trail-logs", HOME)
        .trail(Trail::new("main", HOME, "trail-logs").into_log_group(&group_arn(HOME, "trail-group")))
        .trail(Trail::new("objects", "us-east-1", "trail-logs").single_region().selecting(data_only))
}

/// An account that is recorded in part only: of its two regions one is covered.
pub(crate) fn annexe() -> Account {
    Account::new().bucket("trail-logs", HOME).trail(Trail::new("local", HOME, "trail-logs").single_region())
}
