//! What is told of, as rules of EventBridge.

use asc_core::{Text, text};

use crate::template::Resource;
use crate::value::{Value, list, map, reference};

const API_CALL: &str = "AWS API Call via CloudTrail";
const SIGN_IN: &str = "AWS Console Sign In via CloudTrail";

/// Something that is told of.
pub(super) struct Alert {
    /// In names.
    suffix: &'static str,
    /// In messages.
    what: &'static str,
    comment: Text,
    pattern: Value,
    /// Whether calls that only read count, which EventBridge leaves out unless told.
    reads: bool,
}

impl Alert {
    pub(super) fn rule(self) -> Resource {
        let state = if self.reads { "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" } else { "ENABLED" };
        let message = format!(
            "\"{}: <event> (<service>) by <who> in account <account>, region <region>, at <time>. Event <id>.\"",
            self.what
        );
        let target = map! {
            "Id" => "topic",
            "Arn" => reference("SecurityAlertsTopic"),
            "InputTransformer" => map! {
                "InputPathsMap" => map! {
                    "account" => "$.account",
                    "event" => "$.detail.eventName",
                    "id" => "$.detail.eventID",
                    "region" => "$.region",
                    "service" => "$.detail.eventSource",
                    "time" => "$.time",
                    "who" => "$.detail.userIdentity.arn",
                },
                "InputTemplate" => message,
            },
        };
        Resource::new(
            &format!("SecurityAlerts{}", self.suffix),
            "AWS::Events::Rule",
            self.comment,
            map! {
                "Description" => self.what,
                "State" => state,
                "EventPattern" => self.pattern,
                "Targets" => list![target],
            },
        )
    }
}

pub(super) fn alerts() -> Vec<Alert> {
    let mut alerts = vec![root_use(), refused(), sign_in_without_mfa()];
    alerts.extend(CHANGES.iter().map(Change::alert));
    alerts
}

fn root_use() -> Alert {
    Alert {
        suffix: "RootUse",
        what: "Use of the root user",
        comment: text!(
            en: "Anything that the root user does itself, reads included; what services do in its name does not count.",
            ja: "読み取りを含む、ルートユーザー自身の操作すべてです。サービスが代わりに行うものは除きます。"
        ),
        pattern: map! {
            "detail-type" => list![API_CALL, SIGN_IN],
            "detail" => map! {
                "userIdentity" => map! { "type" => list!["Root"], "invokedBy" => list![map! { "exists" => false }] },
                "eventType" => list![map! { "anything-but" => "AwsServiceEvent" }],
            },
        },
        reads: true,
    }
}

fn refused() -> Alert {
    Alert {
        suffix: "RefusedCalls",
        what: "A call was refused",
        comment: text!(
            en: "Calls that somebody was not allowed to make. In a busy account these are many: narrow the pattern to what \
                 is not part of everyday life there, rather than switch it off.",
            ja: "許可されなかった呼び出しです。利用の多いアカウントでは件数が増えるため、無効にせず、日常的なものを除くようパターンを絞り込んでください。"
        ),
        pattern: map! {
            "detail-type" => list![API_CALL],
            "detail" => map! {
                "errorCode" => list![map! { "prefix" => "AccessDenied" }, map! { "suffix" => "UnauthorizedOperation" }],
            },
        },
        reads: true,
    }
}

fn sign_in_without_mfa() -> Alert {
    Alert {
        suffix: "SignInWithoutMfa",
        what: "Sign-in to the console without MFA",
        comment: text!(
            en: "IAM users who sign in with their password alone. Federated users' second factor is their identity \
                 provider's business, which CloudTrail does not see.",
            ja: "パスワードだけでサインインした IAM ユーザーです。フェデレーションユーザーの MFA は ID プロバイダー側で行われ、CloudTrail には記録されません。"
        ),
        pattern: map! {
            "detail-type" => list![SIGN_IN],
            "detail" => map! {
                "eventName" => list!["ConsoleLogin"],
                "userIdentity" => map! { "type" => list!["IAMUser"] },
                "additionalEventData" => map! { "MFAUsed" => list!["No"] },
                "responseElements" => map! { "ConsoleLogin" => list!["Success"] },
            },
        },
        reads: false,
    }
}

/// A change by calls of one service.
struct Change {
    suffix: &'static str,
    what: &'static str,
    /// What is told of, within a sentence.
    en: &'static str,
    ja: &'static str,
    service: &'static str,
    calls: &'static [&'static str],
}

impl Change {
    fn alert(&self) -> Alert {
        let Self { en, ja, .. } = self;
        Alert {
            suffix: self.suffix,
            what: self.what,
            comment: text!(en: "Changes of {en}.", ja: "{ja}の変更です。"),
            pattern: map! {
                "detail-type" => list![API_CALL],
                "detail" => map! {
                    "eventSource" => list![format!("{}.amazonaws.com", self.service)],
                    "eventName" => Value::list(self.calls.iter().copied()),
                },
            },
            reads: false,
        }
    }
}

const CHANGES: &[Change] = &[
    Change {
        suffix: "IamChange",
        what: "Change of IAM policies",
        en: "policies of IAM, and of who has them",
        ja: "IAM ポリシーとそのアタッチ",
        service: "iam",
        calls: &[
            "AttachGroupPolicy",
            "AttachRolePolicy",
            "AttachUserPolicy",
            "CreatePolicy",
            "CreatePolicyVersion",
            "DeleteGroupPolicy",
            "DeletePolicy",
            "DeletePolicyVersion",
            "DeleteRolePolicy",
            "DeleteUserPolicy",
            "DetachGroupPolicy",
            "DetachRolePolicy",
            "DetachUserPolicy",
            "PutGroupPolicy",
            "PutRolePolicy",
            "PutUserPolicy",
            "SetDefaultPolicyVersion",
        ],
    },
    Change {
        suffix: "CloudTrailChange",
        what: "Change of a trail",
        en: "trails",
        ja: "証跡",
        service: "cloudtrail",
        calls: &["CreateTrail", "DeleteTrail", "PutEventSelectors", "StartLogging", "StopLogging", "UpdateTrail"],
    },
    Change {
        suffix: "ConfigChange",
        what: "Change of AWS Config",
        en: "AWS Config's recorder and delivery channel",
        ja: "AWS Config のレコーダーと配信チャネル",
        service: "config",
        calls: &[
            "DeleteConfigurationRecorder",
            "DeleteDeliveryChannel",
            "PutConfigurationRecorder",
            "PutDeliveryChannel",
            "StopConfigurationRecorder",
        ],
    },
    Change {
        suffix: "SecurityGroupChange",
        what: "Change of a security group",
        en: "security groups",
        ja: "セキュリティグループ",
        service: "ec2",
        calls: &[
            "AuthorizeSecurityGroupEgress",
            "AuthorizeSecurityGroupIngress",
            "CreateSecurityGroup",
            "DeleteSecurityGroup",
            "ModifySecurityGroupRules",
            "RevokeSecurityGroupEgress",
            "RevokeSecurityGroupIngress",
        ],
    },
    Change {
        suffix: "NetworkAclChange",
        what: "Change of a network ACL",
        en: "network ACLs",
        ja: "ネットワーク ACL",
        service: "ec2",
        calls: &[
            "CreateNetworkAcl",
            "CreateNetworkAclEntry",
            "DeleteNetworkAcl",
            "DeleteNetworkAclEntry",
            "ReplaceNetworkAclAssociation",
            "ReplaceNetworkAclEntry",
        ],
    },
    Change {
        suffix: "RouteChange",
        what: "Change of a route",
        en: "routes and route tables",
        ja: "ルートとルートテーブル",
        service: "ec2",
        calls: &[
            "AssociateRouteTable",
            "CreateRoute",
            "CreateRouteTable",
            "DeleteRoute",
            "DeleteRouteTable",
            "DisassociateRouteTable",
            "ReplaceRoute",
            "ReplaceRouteTableAssociation",
        ],
    },
    Change {
        suffix: "GatewayChange",
        what: "Change of a gateway",
        en: "gateways between networks",
        ja: "ネットワーク間のゲートウェイ",
        service: "ec2",
        calls: &[
            "AttachInternetGateway",
            "CreateCustomerGateway",
            "CreateInternetGateway",
            "DeleteCustomerGateway",
            "DeleteInternetGateway",
            "DetachInternetGateway",
        ],
    },
    Change {
        suffix: "VpcChange",
        what: "Change of a VPC",
        en: "VPCs and their peerings",
        ja: "VPC とピアリング",
        service: "ec2",
        calls: &[
            "AcceptVpcPeeringConnection",
            "CreateVpc",
            "CreateVpcPeeringConnection",
            "DeleteVpc",
            "DeleteVpcPeeringConnection",
            "ModifyVpcAttribute",
            "RejectVpcPeeringConnection",
        ],
    },
    Change {
        suffix: "KeyChange",
        what: "A KMS key was disabled or is to be deleted",
        en: "KMS keys that make what they encrypt unreadable",
        ja: "暗号化したデータが読めなくなる KMS キー",
        service: "kms",
        calls: &["DisableKey", "ScheduleKeyDeletion"],
    },
    Change {
        suffix: "BucketPolicyChange",
        what: "Change of a bucket's access",
        en: "who has access to a bucket",
        ja: "バケットへのアクセス権",
        service: "s3",
        calls: &[
            "DeleteBucketPolicy",
            "DeleteBucketPublicAccessBlock",
            "PutBucketAcl",
            "PutBucketPolicy",
            "PutBucketPublicAccessBlock",
        ],
    },
];
