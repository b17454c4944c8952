//! BASE-09.

use asc_aws::EnabledRegions;
use asc_core::fact::Reads;
use asc_core::fix::{Class, Fix, Remedy, Run, Step};
use asc_core::report::Finding;
use asc_core::{
    Cx, Fact, Kind, Listing, Operation, Resource, ResourceCheck, Unread, Verdict, declare_check, declare_fix, text,
};
use serde_json::json;

use crate::model::change::{
    DISABLE_HUB, DISABLE_STANDARDS, ENABLE_HUB, ENABLE_STANDARDS, HUB_TAGS, LINK_ROLE, TAG_HUB,
};
use crate::model::{DetectionChange, Hub, Standards};
use crate::offering::or_not_offered;
use crate::regions::each_region;

declare_check! {
    /// Regions in which Security Hub does not check anything.
    struct SecurityhubOff {
        id: "BASE-09",
        name: "securityhub-off",
        service: "securityhub",
        severity: Medium,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-settingup.html",
        maps_to: [("cis-aws-5.0.0", "4.16"), ("cis-aws-3.0.0", "4.16")],
        options: [],
        reads: [EnabledRegions, Hub],
        en: {
            title: "Security Hub is off, or checks nothing",
            why: "Security Hub holds the account to published standards all the time, and puts what GuardDuty, Inspector and Access \
                  Analyzer find into one list. Without it, or without a standard, those findings lie in a place of their own each, \
                  and drift is seen when somebody happens to look.",
            console: "1. Turn AWS Config on first (BASE-07): the standards are checked by its rules.\n\
                      2. Open Security Hub in the region and choose Enable.\n\
                      3. Enable AWS Foundational Security Best Practices, and the CIS AWS Foundations Benchmark.\n\
                      4. In an organisation, use a delegated administrator with central configuration.",
        },
        ja: {
            title: "Security Hub が有効でない、または何も検査していない",
            why: "Security Hub はアカウントを公開された標準で継続的に検査し、GuardDuty、Inspector、Access Analyzer の検出結果を 1 か所に集めます。\
                  有効でない場合や標準が 1 つも有効でない場合、検出結果は散在し、設定の逸脱は偶然見つかるまで放置されます。",
            console: "1. 先に AWS Config を有効にします (BASE-07)。標準の検査は Config のルールで行われます。\n\
                      2. 対象リージョンの Security Hub で有効化を選びます。\n\
                      3. AWS 基礎セキュリティのベストプラクティスと CIS AWS Foundations Benchmark を有効にします。\n\
                      4. 組織では委任管理者と中央設定を使います。",
        },
        cli: "aws securityhub enable-security-hub --region REGION --no-enable-default-standards\n\
              aws securityhub batch-enable-standards --region REGION --standards-subscription-requests \\\n  \
              StandardsArn=arn:aws:securityhub:REGION::standards/aws-foundational-security-best-practices/v/1.0.0",
        cloudformation: "Hub:\n  \
                         Type: AWS::SecurityHub::Hub\n  \
                         Properties:\n    \
                         EnableDefaultStandards: false\n\
                         \n\
                         Standard:\n  \
                         Type: AWS::SecurityHub::Standard\n  \
                         DependsOn: Hub\n  \
                         Properties:\n    \
                         StandardsArn: !Sub \"arn:${AWS::Partition}:securityhub:${AWS::Region}::standards/aws-foundational-security-best-practices/v/1.0.0\"",
        terraform: "resource \"aws_securityhub_account\" \"example\" {\n  \
                    enable_default_standards = false\n\
                    }\n\
                    \n\
                    resource \"aws_securityhub_standards_subscription\" \"fsbp\" {\n  \
                    standards_arn = \"arn:aws:securityhub:${data.aws_region.current.region}::standards/aws-foundational-security-best-practices/v/1.0.0\"\n  \
                    depends_on    = [aws_securityhub_account.example]\n\
                    }",
    }
}

impl ResourceCheck for SecurityhubOff {
    type Subject = String;

    async fn subjects(&self, cx: &Cx) -> Listing<String> {
        each_region(cx).await
    }

    fn resource(&self, region: &String, _: &Cx) -> Resource {
        Resource::region(region)
    }

    async fn evaluate(&self, region: &String, cx: &Cx) -> Result<Verdict, Unread> {
        match cx.get::<Hub>(region).await {
            Ok(hub) => Ok(judge(hub.as_deref())),
            Err(why) => or_not_offered(region, why),
        }
    }
}

/// A standard is enabled when its controls are there; `INCOMPLETE` lacks some that the region does not have.
/// Source: Security Hub API Reference, `StandardsSubscription`, `StandardsStatus`.
const ENABLED: [&str; 2] = ["READY", "INCOMPLETE"];

fn judge(standards: Option<&[Standards]>) -> Verdict {
    let Some(standards) = standards else {
        return Verdict::fail(text!(
            en: "The account is not subscribed to Security Hub here.",
            ja: "Security Hub が有効化されていません。"
        ));
    };
    let enabled = standards.iter().filter(|standard| ENABLED.contains(&standard.status.as_str())).count();
    let verdict = if enabled > 0 {
        Verdict::pass(text!(
            en: "Security Hub is on; standards enabled: {enabled}.",
            ja: "Security Hub が有効です (有効な標準 {enabled} 件)。"
        ))
    } else {
        Verdict::fail(text!(
            en: "Security Hub is on, but no standard is enabled: it checks nothing.",
            ja: "Security Hub は有効ですが、有効な標準がなく、何も検査していません。"
        ))
    };
    verdict.evidence("standards", standards)
}

impl Fix for SecurityhubOff {
    const READS: &'static [Reads] = Hub::READS;
    const CALLS: &'static [Operation] =
        &[ENABLE_HUB, TAG_HUB, LINK_ROLE, HUB_TAGS, DISABLE_HUB, ENABLE_STANDARDS, DISABLE_STANDARDS];

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let region = &finding.resource.id;
        let hub = run.now.get::<Hub>(region).await?;
        let standard = best_practices(&run.now.account().partition, region);
        Ok(match hub.as_deref() {
            None => safe(subscribed(region, &run.id)),
            Some(standards) => with_a_standard(standards, region, &standard),
        })
    }
}

declare_fix!(SecurityhubOff);

/// The ARN of the AWS Foundational Security Best Practices.
/// Source: Security Hub User Guide, "AWS Foundational Security Best Practices standard".
fn best_practices(partition: &str, region: &str) -> String {
    format!("arn:{partition}:securityhub:{region}::standards/aws-foundational-security-best-practices/v/1.0.0")
}

fn safe(step: Step) -> Remedy {
    let note = text!(
        en: "It takes some minutes until a standard counts as enabled. Security Hub charges by its checks, after 30 days on trial, and checks by rules of AWS Config (BASE-07). Undoing deletes their findings; the role that it makes for itself stays.",
        ja: "標準が有効になるまで数分かかります。Security Hub は 30 日間の無料期間の後、検査数に応じて課金され、検査には AWS Config (BASE-07) が必要です。元に戻すと検出結果は削除されますが、Security Hub が自分用に作成するロールは残ります。"
    );
    Remedy::Steps { class: Class::Safe, steps: vec![step], note: Some(note) }
}

fn subscribed(region: &str, run: &str) -> Step {
    let (region, run) = (region.to_owned(), run.to_owned());
    Step {
        says: text!(
            en: "Turn Security Hub on in {region}, with the standards that it enables by default.",
            ja: "{region} で Security Hub を、既定の標準とともに有効にします。"
        ),
        back: vec![DetectionChange::DisableSecurityHub { region: region.clone(), run: run.clone() }.into()],
        forward: DetectionChange::EnableSecurityHub { region, run }.into(),
        before: json!({ "hub": null }),
    }
}

/// What gives Security Hub something to check by. A standard that is on its way, in or out, is waited for; one that
/// could not be enabled would not be this time either.
fn with_a_standard(standards: &[Standards], region: &str, standard: &str) -> Remedy {
    let is = |states: &[&str]| standards.iter().any(|found| states.contains(&found.status.as_str()));
    let ours = standards.iter().find(|found| found.arn == standard);
    if is(&ENABLED) || is(&["PENDING"]) {
        let why = text!(
            en: "A standard is enabled, or about to be.",
            ja: "標準はすでに有効か、有効化の途中です。"
        );
        return Remedy::Nothing { why };
    }
    if let Some(Standards { status, .. }) = ours {
        return stuck(status, region, standard);
    }
    let (region, standard) = (region.to_owned(), standard.to_owned());
    safe(Step {
        says: text!(
            en: "Enable the standard AWS Foundational Security Best Practices in {region}.",
            ja: "{region} で標準 AWS 基礎セキュリティのベストプラクティスを有効にします。"
        ),
        before: json!({ "standards": standards }),
        back: vec![
            DetectionChange::BatchDisableStandards { region: region.clone(), standard: standard.clone() }.into(),
        ],
        forward: DetectionChange::BatchEnableStandards { region, standard }.into(),
    })
}

fn stuck(status: &str, region: &str, standard: &str) -> Remedy {
    Remedy::Manual {
        why: text!(
            en: "The standard is {status}: Security Hub itself has not come to an end with it.",
            ja: "標準の状態は {status} です。Security Hub 側の処理が完了していません。"
        ),
        how: text!(
            en: "1. See why: aws securityhub get-enabled-standards --region {region}\n\
                 2. Wait until one that is being disabled is gone; disable one that failed: aws securityhub batch-disable-standards \
                 --region {region} --standards-subscription-arns SUBSCRIPTION_ARN\n\
                 3. Enable it again: aws securityhub batch-enable-standards --region {region} \
                 --standards-subscription-requests StandardsArn={standard}",
            ja: "1. 理由を確認します: aws securityhub get-enabled-standards --region {region}\n\
                 2. 無効化の途中であれば完了を待ち、失敗している場合は無効にします: aws securityhub batch-disable-standards \
                 --region {region} --standards-subscription-arns SUBSCRIPTION_ARN\n\
                 3. 再び有効にします: aws securityhub batch-enable-standards --region {region} \
                 --standards-subscription-requests StandardsArn={standard}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;

    fn standard(arn: &str, status: &str) -> Standards {
        Standards { arn: arn.to_owned(), subscription: "arn:t".to_owned(), status: status.to_owned() }
    }

    #[test]
    fn it_takes_a_subscription_and_a_standard() {
        let status = |given: Option<&[&str]>| {
            let of = |status: &&str| standard("arn:s", status);
            let standards = given.map(|all| all.iter().map(of).collect::<Vec<_>>());
            judge(standards.as_deref()).status()
        };
        assert_eq!(status(None), Status::Fail);
        assert_eq!(status(Some(&[])), Status::Fail);
        assert_eq!(status(Some(&["FAILED", "PENDING", "DELETING"])), Status::Fail);
        assert_eq!(status(Some(&["FAILED", "READY"])), Status::Pass);
        assert_eq!(status(Some(&["INCOMPLETE"])), Status::Pass);
    }

    #[test]
    fn the_standard_is_enabled_only_where_none_is_on_its_way() {
        let ours = best_practices("aws-cn", "cn-north-1");
        assert_eq!(
            ours,
            "arn:aws-cn:securityhub:cn-north-1::standards/aws-foundational-security-best-practices/v/1.0.0"
        );
        let remedy = |given: &[(&str, &str)]| {
            let standards: Vec<_> = given.iter().map(|(arn, status)| standard(arn, status)).collect();
            with_a_standard(&standards, "cn-north-1", &ours)
        };
        assert!(matches!(remedy(&[]), Remedy::Steps { class: Class::Safe, .. }));
        assert!(matches!(remedy(&[("arn:cis", "FAILED")]), Remedy::Steps { .. }));
        assert!(matches!(remedy(&[("arn:cis", "PENDING")]), Remedy::Nothing { .. }));
        assert!(matches!(remedy(&[("arn:cis", "READY")]), Remedy::Nothing { .. }));
        assert!(matches!(remedy(&[(&ours, "DELETING")]), Remedy::Manual { .. }));
        assert!(matches!(remedy(&[(&ours, "FAILED")]), Remedy::Manual { .. }));
    }
}
