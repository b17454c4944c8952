//! A trail that records all regions, and what happens when none does.

use asc_core::text;

use crate::bucket::{Keeping, bucket, bucket_policy, lets};
use crate::guardrail::{Existing, Guardrail, Part, Remedy, Risk, Setup, Switch, allow, arn, fixed};
use crate::template::{Condition, Parameter, Resource, Test};
use crate::value::{Value, attribute, map, reference, sub};

const TRAIL: &str = "asc-guardrails";
/// The trail that a remediation makes; it must be another one, since the first may still be there, stopped.
const SECOND_TRAIL: &str = "asc-guardrails-restored";

/// Source: AWS Config Developer Guide, "cloudtrail-enabled" and "multi-region-cloudtrail-enabled"; Systems Manager
/// Automation Runbook Reference, "AWS-EnableCloudTrail".
pub(super) fn cloudtrail() -> Guardrail {
    Guardrail {
        key: "cloudtrail",
        parameter: "CloudTrail",
        title: text!(en: "CloudTrail on", ja: "CloudTrail の有効化"),
        about: text!(
            en: "A trail records management events of all regions, with log file validation, into a bucket of its own. Should \
                 no trail log any more, remediation makes another one in the same bucket; AWS's runbook makes a plain one, so \
                 the first rule stays red until the trail of this template logs again.",
            ja: "全リージョンの管理イベントを、ログファイルの検証付きで専用バケットに記録します。記録する証跡がなくなった場合、修復が同じバケットに別の証跡を作成します。\
                 AWS のランブックが作成するのは単純な証跡なので、このテンプレートの証跡が再開するまで 1 つ目のルールは非準拠のままです。"
        ),
        checks: &["ASC-03", "ASC-02-01"],
        switch: Switch::Remedy(Risk::Safe),
        account_wide: true,
        on_config: true,
        build,
    }
}

fn build(setup: &Setup) -> Part {
    let (made, corrected) = ("MakesTrail", "CloudTrailRestored");
    let own = Test::is("ExistingTrail", "false");
    let existing = Parameter::flag(
        "ExistingTrail",
        text!(
            en: "true where a trail records all regions already, an organisation's perhaps: no trail is made, only observed.",
            ja: "組織の証跡など、全リージョンを記録する証跡がすでにある場合は true にします。証跡は作成せず、確認だけを行います。"
        ),
        setup.options.has(Existing::Trail),
    );
    Part {
        parameters: vec![existing],
        conditions: vec![
            Condition::new(made, Test::All(vec![Test::holds(&setup.on()), own.clone()])),
            Condition::new(corrected, Test::All(vec![Test::holds(&setup.remediated()), own])),
        ],
        resources: vec![
            trail_bucket().when(made),
            trail_bucket_policy().when(made),
            trail().when(made).after("CloudTrailBucketPolicy"),
            setup.rule(
                "AllRegions",
                "MULTI_REGION_CLOUD_TRAIL_ENABLED",
                text!(en: "Finds an account without a trail of all regions.", ja: "全リージョンを記録する証跡があるかを確認します。"),
                map! {},
            ),
            setup.rule(
                "",
                "CLOUD_TRAIL_ENABLED",
                text!(en: "Finds an account without any trail that logs.", ja: "記録中の証跡が 1 つでもあるかを確認します。"),
                map! {},
            ),
        ],
        remedies: vec![
            setup
                .role(
                    "",
                    text!(en: "What the remediation may do: make and start the one trail.", ja: "修復に許可する操作です。特定の証跡の作成と開始だけを許可します。"),
                    vec![allow(
                        &["cloudtrail:CreateTrail", "cloudtrail:StartLogging"],
                        arn("cloudtrail", &format!("trail/{SECOND_TRAIL}")),
                    )],
                )
                .when(corrected),
            setup
                .remediation(
                    "",
                    text!(en: "Makes another trail when none logs.", ja: "記録中の証跡がない場合に、別の証跡を作成します。"),
                    Remedy {
                        role: "",
                        resource_type: "AWS::::Account",
                        document: "AWS-EnableCloudTrail".into(),
                        parameters: vec![
                            ("TrailName", fixed(SECOND_TRAIL)),
                            ("S3BucketName", fixed(reference("CloudTrailBucket"))),
                        ],
                    },
                )
                .when(corrected)
                .after("CloudTrailBucketPolicy"),
        ],
        ..Part::default()
    }
}

fn trail_bucket() -> Resource {
    bucket(
        "CloudTrailBucket",
        text!(
            en: "The trail's log files. They are kept, former versions included, until somebody decides otherwise.",
            ja: "証跡のログファイルです。過去のバージョンも含め、別途決めるまで保管します。"
        ),
        Keeping { days: None, versions: true },
    )
}

/// Source: AWS CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail".
fn trail_bucket_policy() -> Resource {
    let trails = || arn("cloudtrail", &format!("trail/{TRAIL}*"));
    let ours = || map! { "ArnLike" => map! { "aws:SourceArn" => trails() } };
    let delivered = map! {
        "ArnLike" => map! { "aws:SourceArn" => trails() },
        "StringEquals" => map! { "s3:x-amz-acl" => "bucket-owner-full-control" },
    };
    let trail =
        |sid, action, resource: Value, condition| lets(sid, "cloudtrail.amazonaws.com", action, resource, condition);
    bucket_policy(
        "CloudTrailBucketPolicy",
        "CloudTrailBucket",
        text!(
            en: "Only CloudTrail delivers, only from the trails of this template.",
            ja: "配信できるのは、このテンプレートの証跡だけです。"
        ),
        vec![
            trail("CloudTrailReadsTheAcl", "s3:GetBucketAcl", attribute("CloudTrailBucket", "Arn"), ours()),
            trail(
                "CloudTrailDelivers",
                "s3:PutObject",
                sub("${CloudTrailBucket.Arn}/AWSLogs/${AWS::AccountId}/*"),
                delivered,
            ),
        ],
    )
}

fn trail() -> Resource {
    Resource::new(
        "CloudTrailTrail",
        "AWS::CloudTrail::Trail",
        text!(
            en: "Records management events of all regions, global services included.",
            ja: "グローバルサービスを含む、全リージョンの管理イベントを記録します。"
        ),
        map! {
            "TrailName" => TRAIL,
            "S3BucketName" => reference("CloudTrailBucket"),
            "IsLogging" => true,
            "IsMultiRegionTrail" => true,
            "IncludeGlobalServiceEvents" => true,
            "EnableLogFileValidation" => true,
        },
    )
}
