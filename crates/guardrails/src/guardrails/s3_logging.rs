//! Server access logs of buckets.

use asc_core::text;

use crate::bucket::{Keeping, bucket, bucket_policy, lets};
use crate::corrected::{Corrected, Document, may, scripted, takes};
use crate::guardrail::{Guardrail, Part, Risk, Setup, Switch, allow, any_bucket, fixed, found};
use crate::template::Resource;
use crate::value::{Value, map, reference, sub};

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
    let mut part = setup.corrected(
        "",
        Corrected {
            rule: "S3_BUCKET_LOGGING_ENABLED",
            finds: text!(en: "Finds buckets without access logs.", ja: "アクセスログのないバケットを検出します。"),
            input: map! {},
            resource_type: "AWS::S3::Bucket",
            role: (may(), vec![allow(&["s3:GetBucketLogging", "s3:PutBucketLogging"], any_bucket())]),
            corrects: text!(en: "Starts the runbook for each bucket that the rule finds.", ja: "検出したバケットごとにランブックを開始します。"),
            runbook: Document::Own(
                text!(en: "Switches a bucket's access logs on.", ja: "バケットのアクセスログを有効にします。"),
                runbook(),
            ),
            parameters: vec![("BucketName", found()), ("TargetBucket", fixed(reference("S3LoggingBucket")))],
        },
    );
    let remediation = part.remedies.pop().map(|remediation| remediation.after("S3LoggingBucketPolicy"));
    let target = [log_bucket(), log_bucket_policy()].map(|resource| resource.when(&setup.remediated()));
    Part { remedies: target.into_iter().chain(part.remedies).chain(remediation).collect(), ..part }
}

fn log_bucket() -> Resource {
    bucket(
        "S3LoggingBucket",
        text!(
            en: "Access logs, for a year. They are delivered within the region, so every region has its own bucket.",
            ja: "アクセスログを 1 年間保管します。配信はリージョン内に限られるため、リージョンごとに作成します。"
        ),
        Keeping { days: Some(365), versions: false },
    )
}

fn log_bucket_policy() -> Resource {
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
}

fn runbook() -> Value {
    scripted(
        "Switches a bucket's server access logs on, unless they are on.",
        "The role that switches logs on.",
        vec![takes("BucketName", "The bucket."), takes("TargetBucket", "The bucket that receives the logs.")],
        "EnableLogging",
        ENABLE_LOGGING,
    )
}
