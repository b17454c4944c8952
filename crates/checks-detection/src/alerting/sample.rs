//! What people should be told of, and events of each kind as CloudTrail writes them.

use asc_core::{Account, Text, text};
use serde_json::{Value, json};

/// Something that people should be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// The root user did something.
    RootUse,
    /// Somebody tried what is not allowed.
    Unauthorized,
    /// Somebody signed in to the console without a second factor.
    SignInWithoutMfa,
    /// IAM policies.
    Iam,
    /// Trails.
    CloudTrail,
    /// AWS Config's recorder and delivery channel.
    Config,
    /// Security groups.
    SecurityGroups,
    /// Network ACLs.
    NetworkAcls,
    /// Route tables.
    Routes,
    /// VPCs and their peerings.
    Vpcs,
    /// KMS keys that are disabled or to be deleted.
    Kms,
    /// Bucket policies.
    BucketPolicies,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::RootUse,
        Self::Unauthorized,
        Self::SignInWithoutMfa,
        Self::Iam,
        Self::CloudTrail,
        Self::Config,
        Self::SecurityGroups,
        Self::NetworkAcls,
        Self::Routes,
        Self::Vpcs,
        Self::Kms,
        Self::BucketPolicies,
    ];

    /// The word for it in evidence.
    pub const fn word(self) -> &'static str {
        match self {
            Self::RootUse => "root_use",
            Self::Unauthorized => "unauthorized_calls",
            Self::SignInWithoutMfa => "console_sign_in_without_mfa",
            Self::Iam => "iam_changes",
            Self::CloudTrail => "cloudtrail_changes",
            Self::Config => "config_changes",
            Self::SecurityGroups => "security_group_changes",
            Self::NetworkAcls => "network_acl_changes",
            Self::Routes => "route_changes",
            Self::Vpcs => "vpc_changes",
            Self::Kms => "kms_key_changes",
            Self::BucketPolicies => "bucket_policy_changes",
        }
    }

    /// What people call it.
    pub fn text(self) -> Text {
        match self {
            Self::RootUse => text!(en: "use of the root user", ja: "ルートユーザーの使用"),
            Self::Unauthorized => text!(en: "unauthorised calls", ja: "権限のない呼び出し"),
            Self::SignInWithoutMfa => {
                text!(en: "console sign-in without MFA", ja: "MFA なしのコンソールサインイン")
            }
            Self::Iam => text!(en: "changes of IAM policies", ja: "IAM ポリシーの変更"),
            Self::CloudTrail => text!(en: "changes of trails", ja: "証跡の変更"),
            Self::Config => text!(en: "changes of AWS Config", ja: "AWS Config の変更"),
            Self::SecurityGroups => text!(en: "changes of security groups", ja: "セキュリティグループの変更"),
            Self::NetworkAcls => text!(en: "changes of network ACLs", ja: "ネットワーク ACL の変更"),
            Self::Routes => text!(en: "changes of route tables", ja: "ルートテーブルの変更"),
            Self::Vpcs => text!(en: "changes of VPCs", ja: "VPC の変更"),
            Self::Kms => text!(en: "KMS keys disabled or to be deleted", ja: "KMS キーの無効化と削除予約"),
            Self::BucketPolicies => text!(en: "changes of bucket policies", ja: "バケットポリシーの変更"),
        }
    }

    /// The source of its events, and the operations that an alert has to know. They are those of the benchmark's
    /// monitoring section, less what AWS has retired (EC2-Classic).
    /// Source: CIS AWS Foundations Benchmark 3.0.0, section 4.
    const fn changes(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::RootUse | Self::Unauthorized | Self::SignInWithoutMfa => ("", &[]),
            Self::Iam => (
                "iam",
                &[
                    "DeleteGroupPolicy",
                    "DeleteRolePolicy",
                    "DeleteUserPolicy",
                    "PutGroupPolicy",
                    "PutRolePolicy",
                    "PutUserPolicy",
                    "CreatePolicy",
                    "DeletePolicy",
                    "CreatePolicyVersion",
                    "DeletePolicyVersion",
                    "AttachRolePolicy",
                    "DetachRolePolicy",
                    "AttachUserPolicy",
                    "DetachUserPolicy",
                    "AttachGroupPolicy",
                    "DetachGroupPolicy",
                ],
            ),
            Self::CloudTrail => {
                ("cloudtrail", &["CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"])
            }
            Self::Config => (
                "config",
                &[
                    "StopConfigurationRecorder",
                    "DeleteDeliveryChannel",
                    "PutDeliveryChannel",
                    "PutConfigurationRecorder",
                ],
            ),
            Self::SecurityGroups => (
                "ec2",
                &[
                    "AuthorizeSecurityGroupIngress",
                    "AuthorizeSecurityGroupEgress",
                    "RevokeSecurityGroupIngress",
                    "RevokeSecurityGroupEgress",
                    "CreateSecurityGroup",
                    "DeleteSecurityGroup",
                ],
            ),
            Self::NetworkAcls => (
                "ec2",
                &[
                    "CreateNetworkAcl",
                    "CreateNetworkAclEntry",
                    "DeleteNetworkAcl",
                    "DeleteNetworkAclEntry",
                    "ReplaceNetworkAclEntry",
                    "ReplaceNetworkAclAssociation",
                ],
            ),
            Self::Routes => (
                "ec2",
                &[
                    "CreateRoute",
                    "CreateRouteTable",
                    "ReplaceRoute",
                    "ReplaceRouteTableAssociation",
                    "DeleteRouteTable",
                    "DeleteRoute",
                    "DisassociateRouteTable",
                ],
            ),
            Self::Vpcs => (
                "ec2",
                &[
                    "CreateVpc",
                    "DeleteVpc",
                    "ModifyVpcAttribute",
                    "AcceptVpcPeeringConnection",
                    "CreateVpcPeeringConnection",
                    "DeleteVpcPeeringConnection",
                    "RejectVpcPeeringConnection",
                ],
            ),
            Self::Kms => ("kms", &["DisableKey", "ScheduleKeyDeletion"]),
            Self::BucketPolicies => ("s3", &["PutBucketPolicy", "DeleteBucketPolicy"]),
        }
    }
}

/// An event that an alert about a topic has to match.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The topic.
    pub topic: Topic,
    /// What happened: `iam:PutUserPolicy`.
    pub name: String,
    /// Whether it only reads, so that EventBridge passes it on only when told to.
    pub reads: bool,
    /// Whether it happens in the partition's first region only, wherever the caller is.
    pub global: bool,
    /// The event as CloudTrail writes it.
    pub event: Value,
    /// The event as EventBridge carries it.
    pub envelope: Value,
}

/// The region in which a partition's global services write their events.
/// Source: CloudTrail User Guide, "Global service events"; for the other partitions, their IAM endpoints' regions.
fn first_region(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        _ => "us-east-1",
    }
}

/// The samples of all topics, as far as they could happen in a region of an account.
pub fn samples(account: &Account, region: &str) -> Vec<Sample> {
    let place = Place { account: &account.id, region };
    let here = |sample: &Sample| !sample.global || region == first_region(&account.partition);
    Topic::ALL.into_iter().flat_map(|topic| place.of(topic)).filter(here).collect()
}

struct Place<'a> {
    account: &'a str,
    region: &'a str,
}

impl Place<'_> {
    fn of(&self, topic: Topic) -> Vec<Sample> {
        match topic {
            Topic::RootUse => {
                let mut sign_in = self.event("signin", "ConsoleLogin", false);
                let mut call = self.event("ec2", "RunInstances", false);
                for event in [&mut sign_in, &mut call] {
                    self.by_root(event);
                }
                signed_in(&mut sign_in, "Yes");
                vec![self.sample(topic, sign_in), self.sample(topic, call)]
            }
            Topic::Unauthorized => {
                let mut ec2 = self.event("ec2", "RunInstances", false);
                ec2["errorCode"] = json!("Client.UnauthorizedOperation");
                let mut s3 = self.event("s3", "CreateBucket", false);
                s3["errorCode"] = json!("AccessDenied");
                let mut read = self.event("dynamodb", "ListTables", true);
                read["errorCode"] = json!("AccessDenied");
                [ec2, s3, read]
                    .into_iter()
                    .map(|mut event| {
                        event["errorMessage"] = json!("You are not authorized to perform this operation.");
                        self.sample(topic, event)
                    })
                    .collect()
            }
            Topic::SignInWithoutMfa => {
                let mut event = self.event("signin", "ConsoleLogin", false);
                signed_in(&mut event, "No");
                vec![self.sample(topic, event)]
            }
            _ => {
                let (source, names) = topic.changes();
                names.iter().map(|name| self.sample(topic, self.event(source, name, false))).collect()
            }
        }
    }

    /// A call of a user's own, which succeeded.
    /// Source: CloudTrail User Guide, "CloudTrail record contents".
    fn event(&self, source: &str, name: &str, reads: bool) -> Value {
        let Self { account, region } = self;
        json!({
            "eventVersion": "1.09",
            "userIdentity": {
                "type": "IAMUser", "principalId": "AIDAEXAMPLE", "arn": format!("arn:aws:iam::{account}:user/ann"),
                "accountId": account, "accessKeyId": "AKIAEXAMPLE", "userName": "ann",
            },
            "eventTime": "2026-01-01T00:00:00Z",
            "eventSource": format!("{source}.amazonaws.com"),
            "eventName": name,
            "awsRegion": region,
            "sourceIPAddress": "192.0.2.1",
            "userAgent": "aws-cli/2.0",
            "requestParameters": { "name": "example" },
            "responseElements": { "_return": true },
            "requestID": "59dbff89-35bd-4eac-99ed-be587EXAMPLE",
            "eventID": "ea966190-f9aa-478e-9ede-be587EXAMPLE",
            "readOnly": reads,
            "eventType": "AwsApiCall",
            "managementEvent": true,
            "recipientAccountId": account,
            "eventCategory": "Management",
        })
    }

    fn by_root(&self, event: &mut Value) {
        let account = self.account;
        event["userIdentity"] = json!({
            "type": "Root", "principalId": account, "arn": format!("arn:aws:iam::{account}:root"), "accountId": account,
        });
    }

    /// Source: Amazon EventBridge User Guide, "AWS service events delivered via AWS CloudTrail".
    fn sample(&self, topic: Topic, event: Value) -> Sample {
        let source = event["eventSource"].as_str().and_then(|source| source.split('.').next()).unwrap_or_default();
        let name = event["eventName"].as_str().unwrap_or_default();
        let what =
            if source == "signin" { "AWS Console Sign In via CloudTrail" } else { "AWS API Call via CloudTrail" };
        let envelope = json!({
            "version": "0", "id": "6f87d04b-9f74-4f04-a780-7acf4b0a9b38", "detail-type": what,
            "source": format!("aws.{source}"), "account": self.account, "time": "2026-01-01T00:00:00Z",
            "region": self.region, "resources": [], "detail": event,
        });
        let reads = event["readOnly"] == json!(true);
        let root = event["userIdentity"]["type"] == json!("Root");
        let global = source == "iam" || (source == "signin" && root);
        Sample { topic, name: format!("{source}:{name}"), reads, global, event, envelope }
    }
}

/// Makes an event one of a sign-in to the console that succeeded.
fn signed_in(event: &mut Value, mfa: &str) {
    event["eventType"] = json!("AwsConsoleSignIn");
    event["requestParameters"] = json!(null);
    event["responseElements"] = json!({ "ConsoleLogin": "Success" });
    event["additionalEventData"] = json!({ "MobileVersion": "No", "MFAUsed": mfa });
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn samples(partition: &str, region: &str) -> Vec<Sample> {
        let (id, partition) = ("123456789012".to_owned(), partition.to_owned());
        super::samples(&Account { id, partition, alias: None }, region)
    }

    #[test]
    fn what_is_global_happens_in_one_region() {
        for (partition, region, expected) in [
            ("aws", "us-east-1", true),
            ("aws", "eu-west-1", false),
            ("aws-cn", "cn-north-1", true),
            ("aws-us-gov", "us-gov-east-1", false),
        ] {
            let samples = samples(partition, region);
            assert_eq!(samples.iter().any(|sample| sample.topic == Topic::Iam), expected, "{region}");
            let root: Vec<_> = samples.iter().filter(|s| s.topic == Topic::RootUse).map(|s| s.name.as_str()).collect();
            assert_eq!(root.contains(&"signin:ConsoleLogin"), expected, "{region}");
            assert!(root.contains(&"ec2:RunInstances"), "{region}");
        }
    }

    #[test]
    fn every_topic_has_samples_and_each_is_another() {
        let samples = samples("aws", "us-east-1");
        let topics: BTreeSet<_> = samples.iter().map(|sample| sample.topic).collect();
        assert_eq!(topics.len(), Topic::ALL.len());
        let names: BTreeSet<_> = samples.iter().map(|sample| (sample.topic, &sample.name)).collect();
        assert_eq!(names.len(), samples.len());
    }

    #[test]
    fn an_envelope_carries_its_event() {
        for Sample { event, envelope, name, .. } in samples("aws", "us-east-1") {
            assert_eq!(envelope["detail"], event);
            let source = event["eventSource"].as_str().unwrap().strip_suffix(".amazonaws.com").unwrap();
            assert_eq!(envelope["source"], format!("aws.{source}"));
            assert_eq!(name, format!("{source}:{}", event["eventName"].as_str().unwrap()));
        }
    }
}
