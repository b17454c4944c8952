//! BASE-01.

use asc_aws::EnabledRegions;
use asc_core::{Cx, Kind, Listing, Resource, ResourceCheck, Unread, Verdict, declare_check, text};

use crate::guarding::{Guard, Guards};
use crate::model::{ConfigRules, Remediation, Remediations};
use crate::offering::or_not_offered;
use crate::regions::each_region;

declare_check! {
    /// Regions in which nothing keeps buckets encrypted by default.
    struct S3EncryptionGuardrailMissing {
        id: "BASE-01",
        name: "s3-encryption-guardrail-missing",
        service: "config",
        severity: Medium,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-server-side-encryption-enabled.html",
        maps_to: [("cis-aws-1.4.0", "2.1.1"), ("pci-dss-3.2.1", "3.4")],
        options: [],
        reads: [EnabledRegions, ConfigRules, Remediations],
        en: {
            title: "No guardrail keeps S3 buckets encrypted",
            why: "A bucket that is right today is changed tomorrow, by a person or a template. A rule of AWS Config sees it within \
                  minutes, and automatic remediation puts it right before somebody has to read an alert. A rule alone is a list that \
                  grows.",
            console: "1. Turn AWS Config on (BASE-07).\n\
                      2. In Config choose Rules, Add rule, and the managed rule s3-bucket-server-side-encryption-enabled.\n\
                      3. Open the rule and choose Manage remediation: Automatic, AWS-EnableS3BucketEncryption.\n\
                      4. Set BucketName from the resource id, SSEAlgorithm, and AutomationAssumeRole: a role that may set just that.",
        },
        ja: {
            title: "S3 バケットの暗号化を保つガードレールがない",
            why: "今日正しく設定されているバケットも、人やテンプレートによって変わります。AWS Config ルールは変更を数分で検出し、自動修復があれば、誰かがアラートを読む前に\
                  正しい設定に戻ります。ルールだけでは、違反の一覧が増えるだけです。",
            console: "1. AWS Config を有効にします (BASE-07)。\n\
                      2. Config の [ルール] でマネージドルール s3-bucket-server-side-encryption-enabled を追加します。\n\
                      3. ルールの [修復の管理] で自動修復と AWS-EnableS3BucketEncryption を選びます。\n\
                      4. BucketName にリソース ID、SSEAlgorithm、AutomationAssumeRole (その設定だけを許可するロール) を指定します。",
        },
        cli: "aws configservice put-config-rule --region REGION --config-rule \\\n  \
              '{\"ConfigRuleName\":\"s3-encryption\",\"Source\":{\"Owner\":\"AWS\",\"SourceIdentifier\":\"S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED\"}}'\n\
              aws configservice put-remediation-configurations --region REGION --remediation-configurations file://remediation.json",
        cloudformation: "Rule:\n  \
                         Type: AWS::Config::ConfigRule\n  \
                         Properties:\n    \
                         Source:\n      \
                         Owner: AWS\n      \
                         SourceIdentifier: S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED\n\
                         \n\
                         Remediation:\n  \
                         Type: AWS::Config::RemediationConfiguration\n  \
                         Properties:\n    \
                         ConfigRuleName: !Ref Rule\n    \
                         TargetType: SSM_DOCUMENT\n    \
                         TargetId: AWS-EnableS3BucketEncryption\n    \
                         Automatic: true\n    \
                         MaximumAutomaticAttempts: 1\n    \
                         RetryAttemptSeconds: 30\n    \
                         Parameters:\n      \
                         AutomationAssumeRole: {StaticValue: {Values: [!GetAtt RemediationRole.Arn]}}\n      \
                         BucketName: {ResourceValue: {Value: RESOURCE_ID}}\n      \
                         SSEAlgorithm: {StaticValue: {Values: [AES256]}}",
        terraform: "resource \"aws_config_config_rule\" \"s3_encryption\" {\n  \
                    name = \"s3-encryption\"\n  \
                    source {\n    \
                    owner             = \"AWS\"\n    \
                    source_identifier = \"S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED\"\n  \
                    }\n\
                    }\n\
                    \n\
                    resource \"aws_config_remediation_configuration\" \"s3_encryption\" {\n  \
                    config_rule_name           = aws_config_config_rule.s3_encryption.name\n  \
                    target_type                = \"SSM_DOCUMENT\"\n  \
                    target_id                  = \"AWS-EnableS3BucketEncryption\"\n  \
                    automatic                  = true\n  \
                    maximum_automatic_attempts = 1\n  \
                    retry_attempt_seconds      = 30\n  \
                    parameter {\n    \
                    name         = \"AutomationAssumeRole\"\n    \
                    static_value = aws_iam_role.remediation.arn\n  \
                    }\n  \
                    parameter {\n    \
                    name           = \"BucketName\"\n    \
                    resource_value = \"RESOURCE_ID\"\n  \
                    }\n  \
                    parameter {\n    \
                    name         = \"SSEAlgorithm\"\n    \
                    static_value = \"AES256\"\n  \
                    }\n\
                    }",
    }
}

impl ResourceCheck for S3EncryptionGuardrailMissing {
    type Subject = String;

    async fn subjects(&self, cx: &Cx) -> Listing<String> {
        each_region(cx).await
    }

    fn resource(&self, region: &String, _: &Cx) -> Resource {
        Resource::region(region)
    }

    async fn evaluate(&self, region: &String, cx: &Cx) -> Result<Verdict, Unread> {
        match Guards::read(cx, region, &[RULE]).await {
            Ok(guards) => Ok(judge(&guards.guard(RULE)?)),
            Err(why) => or_not_offered(region, why),
        }
    }
}

/// The managed rule that finds buckets without default encryption.
const RULE: &str = "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED";

fn judge(guard: &Guard) -> Verdict {
    let verdict = match guard.corrected() {
        Some((rule, Remediation { document, .. })) => Verdict::pass(text!(
            en: "The rule {rule} finds buckets without default encryption, and {document} puts them right.",
            ja: "ルール {rule} がデフォルト暗号化のないバケットを検出し、{document} が自動で修復します。"
        )),
        None if guard.rules.is_empty() => Verdict::fail(text!(
            en: "No rule of AWS Config ({RULE}) watches over the encryption of buckets here.",
            ja: "バケットの暗号化を監視する AWS Config ルール ({RULE}) がありません。"
        )),
        None => {
            let rules = guard.rules.join(", ");
            Verdict::fail(text!(
                en: "The rule {rules} finds buckets without default encryption, but nothing puts them right by itself.",
                ja: "ルール {rules} はデフォルト暗号化のないバケットを検出しますが、自動修復が設定されていません。"
            ))
        }
    };
    verdict.evidence("rules", &guard.rules).evidence("remediations", &guard.remediations)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use asc_core::Status;

    use super::*;

    #[test]
    fn it_takes_a_rule_and_something_automatic_behind_it() {
        let with = |rules: &[&str], automatic: Option<bool>| {
            let remedy = |automatic| Remediation {
                document: "AWS-EnableS3BucketEncryption".to_owned(),
                automatic,
                arguments: BTreeMap::default(),
            };
            let remediations = automatic.map(|automatic| ("r".to_owned(), remedy(automatic))).into_iter().collect();
            judge(&Guard { rules: rules.iter().map(|rule| (*rule).to_owned()).collect(), remediations }).status()
        };
        assert_eq!(with(&["r"], Some(true)), Status::Pass);
        assert_eq!(with(&["r"], Some(false)), Status::Fail);
        assert_eq!(with(&["r"], None), Status::Fail);
        assert_eq!(with(&[], None), Status::Fail);
    }
}
