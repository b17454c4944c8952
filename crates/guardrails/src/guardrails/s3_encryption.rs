//! Default encryption of buckets: the model for the other guardrails.

use asc_core::fix::Runbook;
use asc_core::text;

use crate::guardrail::{Guardrail, Part, Remedy, Risk, Setup, Switch, allow, any_bucket, fixed, found, runs};
use crate::template::{Condition, Parameter, Test};
use crate::value::{Value, list, map, reference};

/// Tells how a bucket is encrypted by default. It ends with an error unless that is certain: what could not be read
/// must not be written over.
const READ_ENCRYPTION: &str = r#"import boto3
from botocore.exceptions import ClientError


def handler(events, context):
    """The bucket's default encryption: none, AES256, aws:kms or aws:kms:dsse."""
    try:
        answer = boto3.client("s3").get_bucket_encryption(Bucket=events["BucketName"])
    except ClientError as error:
        # Everything else, a refusal above all, ends the run: what cannot be read is not written over.
        if error.response["Error"]["Code"] != "ServerSideEncryptionConfigurationNotFoundError":
            raise
        return {"Encryption": "none"}
    rule = answer["ServerSideEncryptionConfiguration"]["Rules"][0]
    return {"Encryption": rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]}
"#;

const AWS_RUNBOOK: &str = Runbook::ENABLE_BUCKET_ENCRYPTION.name;

/// Source: AWS Config Developer Guide, "s3-bucket-server-side-encryption-enabled"; Systems Manager Automation Runbook
/// Reference, "AWS-EnableS3BucketEncryption".
pub(super) fn s3_encryption() -> Guardrail {
    Guardrail {
        key: "s3-encryption",
        parameter: "S3Encryption",
        title: text!(en: "Default encryption of S3 buckets", ja: "S3 バケットのデフォルト暗号化"),
        about: text!(
            en: "A bucket without default encryption is found by a rule and set to AES256 within minutes. A bucket that is \
                 encrypted with KMS is never set back.",
            ja: "デフォルト暗号化のないバケットをルールで検出し、数分以内に AES256 に設定します。KMS で暗号化されたバケットを元に戻すことはありません。"
        ),
        checks: &["BASE-01", "ASC-13"],
        switch: Switch::Remedy(Risk::Safe),
        account_wide: false,
        on_config: true,
        build,
    }
}

fn build(setup: &Setup) -> Part {
    let checked = "S3EncryptionPrechecked";
    let mut part = Part {
        resources: vec![setup.rule(
            "",
            "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED",
            text!(
                en: "Finds buckets without default encryption, and policies that do not make up for it.",
                ja: "デフォルト暗号化がなく、それを補うポリシーもないバケットを検出します。"
            ),
            map! {},
        )],
        ..Part::default()
    };
    if setup.options.report_only {
        return part;
    }
    part.parameters.push(Parameter::choice(
        "S3EncryptionRunbookChoice",
        text!(
            en: "pre-check: look at the bucket first, so that one encrypted with KMS is left alone. direct: {AWS_RUNBOOK} at once.",
            ja: "pre-check: 先にバケットを確認し、KMS で暗号化されていれば変更しません。direct: 直ちに {AWS_RUNBOOK} を実行します。"
        ),
        &["pre-check", "direct"],
        "pre-check",
    ));
    part.conditions.push(Condition::new(
        checked,
        Test::All(vec![Test::holds(&setup.remediated()), Test::is("S3EncryptionRunbookChoice", "pre-check")]),
    ));
    let [start, watch] = runs(AWS_RUNBOOK);
    part.remedies = vec![
        setup.role(
            "",
            text!(
                en: "What the remediation may do: read and set buckets' default encryption, and run AWS's runbook. Only Systems \
                     Manager assumes it, and only for this account.",
                ja: "修復に許可する操作です。バケットのデフォルト暗号化の読み取りと設定、AWS のランブックの実行だけを許可します。\
                     引き受けられるのは、このアカウントの Systems Manager だけです。"
            ),
            vec![
                allow(&["s3:GetEncryptionConfiguration", "s3:PutEncryptionConfiguration"], any_bucket()),
                start,
                watch,
            ],
        ),
        setup
            .runbook(
                "",
                text!(
                    en: "Looks before it writes. The rule may have judged the bucket minutes ago, and somebody may have \
                         encrypted it with KMS since; AWS's runbook alone would set it back to AES256.",
                    ja: "書き込む前に確認します。ルールの評価から数分の間に KMS で暗号化されている可能性があり、AWS のランブックだけでは AES256 に戻してしまいます。"
                ),
                runbook(),
            )
            .when(checked),
        setup.remediation(
            "",
            text!(
                en: "Starts the runbook by itself, once for each bucket that the rule finds.",
                ja: "ルールが検出したバケットごとに 1 回、ランブックを自動で開始します。"
            ),
            Remedy {
                role: "",
                resource_type: "AWS::S3::Bucket",
                document: Value::either(checked, reference(&setup.runbook_id("")), AWS_RUNBOOK),
                parameters: vec![("BucketName", found()), ("SSEAlgorithm", fixed("AES256"))],
            },
        ),
    ];
    part
}

fn runbook() -> Value {
    map! {
        "schemaVersion" => "0.3",
        "description" => "Encrypts a bucket by default, unless it is encrypted in some way already.",
        "assumeRole" => "{{ AutomationAssumeRole }}",
        "parameters" => map! {
            "AutomationAssumeRole" => map! { "type" => "AWS::IAM::Role::Arn", "description" => "The role that reads and encrypts." },
            "BucketName" => map! { "type" => "String", "description" => "The bucket." },
            "SSEAlgorithm" => map! { "type" => "String", "description" => "The algorithm to set.", "default" => "AES256" },
        },
        "mainSteps" => list![
            map! {
                "name" => "ReadEncryption",
                "action" => "aws:executeScript",
                "inputs" => map! {
                    "Runtime" => "python3.11",
                    "Handler" => "handler",
                    "InputPayload" => map! { "BucketName" => "{{ BucketName }}" },
                    "Script" => READ_ENCRYPTION,
                },
                "outputs" => list![
                    map! { "Name" => "Encryption", "Selector" => "$.Payload.Encryption", "Type" => "String" },
                ],
            },
            map! {
                "name" => "LeaveWhatIsEncrypted",
                "action" => "aws:branch",
                "inputs" => map! {
                    "Choices" => list![map! {
                        "NextStep" => "Encrypt",
                        "Variable" => "{{ ReadEncryption.Encryption }}",
                        "StringEquals" => "none",
                    }],
                },
                "isEnd" => true,
            },
            map! {
                "name" => "Encrypt",
                "action" => "aws:executeAutomation",
                "inputs" => map! {
                    "DocumentName" => AWS_RUNBOOK,
                    "RuntimeParameters" => map! {
                        "BucketName" => "{{ BucketName }}",
                        "SSEAlgorithm" => "{{ SSEAlgorithm }}",
                    },
                },
                "isEnd" => true,
            },
        ],
    }
}
