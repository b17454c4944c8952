//! Server access logs of buckets.

use asc_core::text;

use crate::bucket::{Keeping, bucket, bucket_policy, lets};
use crate::guardrail::{Guardrail, Part, Remedy, Risk, Setup, Switch, allow, any_bucket, fixed, found};
use crate::value::{Value, list, map, reference, sub};

const ENABLE_LOGGING: &str = r#"import boto3


def handler(events, context):
    """Switches access logs on, unless they are, or the bucket is the one that receives them."""
    bucket, target = events["BucketName"], events["TargetBucket"]
    s3 = boto3.client("s3")
    if bucket == target or "LoggingEnabled" in s3.get_bucket_logging(Bucket=bucket):
        return {"Changed": False}
    logging = {"TargetBucket": target, "TargetPrefix": bucket + "/"}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": logging})
    return {"Changed": True}
"#;

/// Source: AWS Config Developer Guide, "s3-bucket-logging-enabled"; Amazon S3 User Guide, "Enabling Amazon S3 server
/// access logging"; Systems Manager Automation Runbook Reference, "AWS-ConfigureS3BucketLogging".
pub(super) fn s3_logging() -> Guardrail {
    Guardrail {
        key: "s3-logging",
        parameter: "S3Logging",
        title: text!(en: "Access logs of S3 buckets", ja: "S3 バケットのアクセスログ"),
        about: text!(
            en: "A bucket without server access logs gets them, in a bucket of this template. That bucket keeps no log of \
                 itself, which would feed on itself for ever; its finding stays. The runbook is the template's own: AWS's, \
                 AWS-ConfigureS3BucketLogging, always writes target grants, which a bucket without ACLs refuses, and would \
                 let the log bucket log into itself.",
            ja: "サーバーアクセスログのないバケットに、このテンプレートのバケットを出力先として設定します。出力先バケット自体のログは際限なく増えるため設定せず、\
                 そのバケットの検出結果は残ります。AWS のランブック AWS-ConfigureS3BucketLogging は、ACL を無効にしたバケットが拒否するターゲット権限を必ず書き込み、\
                 出力先バケットにも自身への出力を設定するため、独自のランブックを使います。"
        ),
        checks: &["ASC-16"],
        switch: Switch::Remedy(Risk::Safe),
        account_wide: false,
        on_config: true,
        build,
    }
}

fn build(setup: &Setup) -> Part {
    Part {
        resources: vec![setup.rule(
            "",
            "S3_BUCKET_LOGGING_ENABLED",
            text!(en: "Finds buckets without access logs.", ja: "アクセスログのないバケットを検出します。"),
            map! {},
        )],
        remedies: vec![
            bucket(
                "S3LoggingBucket",
                text!(
                    en: "Access logs, for a year. They are delivered within the region, so every region has its own bucket.",
                    ja: "アクセスログを 1 年間保管します。配信はリージョン内に限られるため、リージョンごとに作成します。"
                ),
                Keeping { days: Some(365), versions: false },
            )
            .when(&setup.remediated()),
            bucket_policy(
                "S3LoggingBucketPolicy",
                "S3LoggingBucket",
                text!(
                    en: "Only S3's log delivery writes here, only for this account.",
                    ja: "書き込めるのは、このアカウントの S3 ログ配信だけです。"
                ),
                vec![lets(
                    "S3DeliversLogs",
                    "logging.s3.amazonaws.com",
                    "s3:PutObject",
                    sub("${S3LoggingBucket.Arn}/*"),
                    map! { "StringEquals" => map! { "aws:SourceAccount" => reference("AWS::AccountId") } },
                )],
            )
            .when(&setup.remediated()),
            setup.role(
                "",
                text!(en: "What the remediation may do.", ja: "修復に許可する操作です。"),
                vec![allow(&["s3:GetBucketLogging", "s3:PutBucketLogging"], any_bucket())],
            ),
            setup.runbook(
                "",
                text!(en: "Switches a bucket's access logs on.", ja: "バケットのアクセスログを有効にします。"),
                runbook(),
            ),
            setup
                .remediation(
                    "",
                    text!(en: "Starts the runbook for each bucket that the rule finds.", ja: "検出したバケットごとにランブックを開始します。"),
                    Remedy {
                        role: "",
                        resource_type: "AWS::S3::Bucket",
                        document: reference(&setup.runbook_id("")),
                        parameters: vec![
                            ("BucketName", found()),
                            ("TargetBucket", fixed(reference("S3LoggingBucket"))),
                        ],
                    },
                )
                .after("S3LoggingBucketPolicy"),
        ],
        ..Part::default()
    }
}

fn runbook() -> Value {
    map! {
        "schemaVersion" => "0.3",
        "description" => "Switches a bucket's server access logs on, unless they are on.",
        "assumeRole" => "{{ AutomationAssumeRole }}",
        "parameters" => map! {
            "AutomationAssumeRole" => map! { "type" => "AWS::IAM::Role::Arn", "description" => "The role that switches logs on." },
            "BucketName" => map! { "type" => "String", "description" => "The bucket." },
            "TargetBucket" => map! { "type" => "String", "description" => "The bucket that receives the logs." },
        },
        "mainSteps" => list![map! {
            "name" => "EnableLogging",
            "action" => "aws:executeScript",
            "inputs" => map! {
                "Runtime" => "python3.11",
                "Handler" => "handler",
                "InputPayload" => map! { "BucketName" => "{{ BucketName }}", "TargetBucket" => "{{ TargetBucket }}" },
                "Script" => ENABLE_LOGGING,
            },
        }],
    }
}
