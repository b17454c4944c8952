//! BASE-09.

use asc_aws::EnabledRegions;
use asc_core::{Cx, Kind, Listing, Resource, ResourceCheck, Unread, Verdict, declare_check, text};

use crate::model::{Hub, Standards};
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

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;

    #[test]
    fn it_takes_a_subscription_and_a_standard() {
        let status = |given: Option<&[&str]>| {
            let of = |status: &&str| Standards { arn: "arn:s".to_owned(), status: (*status).to_owned() };
            let standards = given.map(|all| all.iter().map(of).collect::<Vec<_>>());
            judge(standards.as_deref()).status()
        };
        assert_eq!(status(None), Status::Fail);
        assert_eq!(status(Some(&[])), Status::Fail);
        assert_eq!(status(Some(&["FAILED", "PENDING", "DELETING"])), Status::Fail);
        assert_eq!(status(Some(&["FAILED", "READY"])), Status::Pass);
        assert_eq!(status(Some(&["INCOMPLETE"])), Status::Pass);
    }
}
