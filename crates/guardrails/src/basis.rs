//! What every rule of AWS Config stands on: a recorder, its delivery channel, and the bucket it delivers into.

use asc_core::text;

use crate::bucket::{Keeping, bucket, bucket_policy, lets};
use crate::guardrail::{Existing, Options, Part};
use crate::template::{Condition, Output, Parameter, Resource, Test};
use crate::value::{Value, attribute, map, reference, sub};

/// Whether the recorder, the delivery channel with its bucket, and the service-linked roles are the template's own.
const OWN_RECORDER: &str = "MakesRecorder";
const OWN_CHANNEL: &str = "MakesDeliveryChannel";
const OWN_ROLE: &str = "MakesConfigRole";
const OWN_REMEDIATION_ROLE: &str = "MakesRemediationRole";

/// What a rule depends on.
pub(crate) const RECORDER_READY: &str = "ConfigRecorderReady";

/// The condition that the stack stands in the region for what the account has once.
pub(crate) const IN_HOME_REGION: &str = "InHomeRegion";

/// The parameter and the condition for what an account has once, whatever the region.
pub(crate) fn home() -> (Parameter, Condition) {
    let parameter = Parameter::text(
        "HomeRegion",
        text!(
            en: "With several regions, the one that gets what an account has once: service-linked roles, and rules about \
                 IAM, the root user or the account as a whole. Empty: this region.",
            ja: "複数のリージョンに展開する場合、アカウントに 1 つだけのもの (サービスにリンクされたロールと、IAM・ルートユーザー・アカウント全体に関するルール) \
                 を作成するリージョンです。空の場合はこのリージョンです。"
        ),
        "",
    );
    let here = Test::Same(reference("HomeRegion"), reference("AWS::Region"));
    let test = Test::Any(vec![Test::is("HomeRegion", ""), here]);
    (parameter, Condition::new(IN_HOME_REGION, test))
}

/// The recorder and all that belongs to it.
pub(crate) fn basis(options: &Options) -> Part {
    Part {
        parameters: parameters(options),
        conditions: vec![
            Condition::new(OWN_RECORDER, Test::is("ExistingRecorder", "false")),
            Condition::new(OWN_CHANNEL, Test::is("ExistingDeliveryChannel", "false")),
            Condition::new(OWN_ROLE, once("CreateConfigServiceLinkedRole")),
            Condition::new(OWN_REMEDIATION_ROLE, once("CreateRemediationServiceLinkedRole")),
        ],
        resources: [roles(options), storage(), recording(), vec![ready(options)]].concat(),
        remedies: Vec::new(),
        outputs: vec![Output {
            name: "ConfigBucketName".to_owned(),
            description: text!(
                en: "The bucket that AWS Config delivers into.",
                ja: "AWS Config の配信先バケットです。"
            ),
            condition: Some(OWN_CHANNEL.to_owned()),
            value: reference("ConfigBucket"),
        }],
    }
}

fn once(parameter: &str) -> Test {
    Test::All(vec![Test::holds(IN_HOME_REGION), Test::is(parameter, "true")])
}

fn parameters(options: &Options) -> Vec<Parameter> {
    vec![
        Parameter::flag(
            "ExistingRecorder",
            text!(
                en: "true where the account has a configuration recorder in this region already; only one is allowed.",
                ja: "このリージョンに設定レコーダーがすでにある場合は true にします (1 つしか作成できません)。"
            ),
            options.has(Existing::Recorder),
        ),
        Parameter::flag(
            "ExistingDeliveryChannel",
            text!(
                en: "true where the account has a delivery channel in this region already; only one is allowed.",
                ja: "このリージョンに配信チャネルがすでにある場合は true にします (1 つしか作成できません)。"
            ),
            options.has(Existing::DeliveryChannel),
        ),
        Parameter::flag(
            "CreateConfigServiceLinkedRole",
            text!(
                en: "false where the role AWSServiceRoleForConfig exists already; creating it again fails.",
                ja: "ロール AWSServiceRoleForConfig がすでにある場合は false にします (再度作成すると失敗します)。"
            ),
            !options.has(Existing::ConfigRole),
        ),
        Parameter::flag(
            "CreateRemediationServiceLinkedRole",
            text!(
                en: "false where the role AWSServiceRoleForConfigRemediation exists already; creating it again fails.",
                ja: "ロール AWSServiceRoleForConfigRemediation がすでにある場合は false にします (再度作成すると失敗します)。"
            ),
            !options.has(Existing::RemediationRole),
        ),
    ]
}

/// Source: AWS Config Developer Guide, "Using Service-Linked Roles for AWS Config".
fn roles(options: &Options) -> Vec<Resource> {
    let mut roles = vec![
        Resource::new(
            "ConfigServiceLinkedRole",
            "AWS::IAM::ServiceLinkedRole",
            text!(
                en: "AWS Config reads the account's resources through this role, which AWS defines.",
                ja: "AWS Config がリソースの設定を読み取るための、AWS 定義のロールです。"
            ),
            map! { "AWSServiceName" => "config.amazonaws.com" },
        )
        .when(OWN_ROLE)
        .retained(),
    ];
    if !options.report_only {
        roles.push(
            Resource::new(
                "RemediationServiceLinkedRole",
                "AWS::IAM::ServiceLinkedRole",
                text!(
                    en: "AWS Config starts remediations through this role, which AWS defines. What they may change is \
                         decided by a role of each remediation's own.",
                    ja: "AWS Config が修復を開始するための、AWS 定義のロールです。変更できる範囲は修復ごとのロールで決まります。"
                ),
                map! { "AWSServiceName" => "remediation.config.amazonaws.com" },
            )
            .when(OWN_REMEDIATION_ROLE)
            .retained(),
        );
    }
    roles
}

/// Source: AWS Config Developer Guide, "Permissions for the Amazon S3 Bucket for the AWS Config Delivery Channel".
fn storage() -> Vec<Resource> {
    let ours = || map! { "StringEquals" => map! { "aws:SourceAccount" => reference("AWS::AccountId") } };
    let config = |sid, action, resource, condition| lets(sid, "config.amazonaws.com", action, resource, condition);
    let delivered = map! {
        "StringEquals" => map! {
            "aws:SourceAccount" => reference("AWS::AccountId"),
            "s3:x-amz-acl" => "bucket-owner-full-control",
        },
    };
    vec![
        bucket(
            "ConfigBucket",
            text!(
                en: "Configuration history and snapshots, which stay when all the rest is taken away: they are evidence. What AWS \
                     Config needs itself, it keeps elsewhere, so 60 days are enough here.",
                ja: "設定の履歴とスナップショットの保管先です。証跡となるため、ほかのリソースを削除しても残ります。\
                     AWS Config 自体が必要とする情報は別に保持されるため、ここでは 60 日で十分です。"
            ),
            Keeping { days: Some(60), versions: false },
        )
        .when(OWN_CHANNEL),
        bucket_policy(
            "ConfigBucketPolicy",
            "ConfigBucket",
            text!(
                en: "Only AWS Config delivers, only for this account, and nothing goes over plain HTTP.",
                ja: "配信できるのはこのアカウントの AWS Config だけで、平文の HTTP は拒否します。"
            ),
            vec![
                config("ConfigReadsTheAcl", "s3:GetBucketAcl", attribute("ConfigBucket", "Arn"), ours()),
                config("ConfigSeesTheBucket", "s3:ListBucket", attribute("ConfigBucket", "Arn"), ours()),
                config(
                    "ConfigDelivers",
                    "s3:PutObject",
                    sub("${ConfigBucket.Arn}/AWSLogs/${AWS::AccountId}/Config/*"),
                    delivered,
                ),
            ],
        )
        .when(OWN_CHANNEL),
    ]
}

fn recording() -> Vec<Resource> {
    let global = Value::either(IN_HOME_REGION, true, false);
    let role = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig";
    vec![
        Resource::new(
            "ConfigDeliveryChannel",
            "AWS::Config::DeliveryChannel",
            text!(
                en: "Where the recorder delivers. It waits for the bucket's policy, without which the first delivery fails.",
                ja: "レコーダーの配信先です。バケットポリシーがないと最初の配信に失敗するため、その作成を待ちます。"
            ),
            map! { "S3BucketName" => reference("ConfigBucket") },
        )
        .when(OWN_CHANNEL)
        .after("ConfigBucketPolicy"),
        Resource::new(
            "ConfigRecorder",
            "AWS::Config::ConfigurationRecorder",
            text!(
                en: "Records every type of resource; global ones, such as IAM's, in one region only, since every region that \
                     records them is billed for it.",
                ja: "すべてのリソースタイプを記録します。IAM などのグローバルなものは、記録するリージョンごとに課金されるため、1 つのリージョンだけで記録します。"
            ),
            map! {
                "RoleARN" => sub(role),
                "RecordingGroup" => map! { "AllSupported" => true, "IncludeGlobalResourceTypes" => global },
            },
        )
        .when(OWN_RECORDER)
        .waits(OWN_ROLE, "ConfigServiceLinkedRole"),
    ]
}

/// What rules depend on: a dependency must not be on something that may not be made, such as the recorder.
fn ready(options: &Options) -> Resource {
    let gate = Resource::new(
        RECORDER_READY,
        "AWS::CloudFormation::WaitConditionHandle",
        text!(
            en: "Stands as soon as there is a recorder, this template's or another one. Rules depend on it rather than on the \
                 recorder itself, since a dependency cannot be conditional.",
            ja: "このテンプレートのものか既存のものかを問わず、レコーダーがある時点で作成されます。依存関係には条件を付けられないため、\
                 ルールはレコーダーではなくこれに依存します。"
        ),
        map! {},
    )
    .waits(OWN_RECORDER, "ConfigRecorder");
    // AWS Config would make the role by itself at the first remediation; then it could not be made here.
    if options.report_only { gate } else { gate.waits(OWN_REMEDIATION_ROLE, "RemediationServiceLinkedRole") }
}
