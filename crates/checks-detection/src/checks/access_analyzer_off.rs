//! BASE-10.

use asc_aws::EnabledRegions;
use asc_core::{Cx, Kind, Listing, Resource, ResourceCheck, Unread, Verdict, declare_check, text};

use crate::model::{Analyzer, Analyzers};
use crate::offering::or_not_offered;
use crate::regions::each_region;

declare_check! {
    /// Regions in which nothing looks for what outsiders can reach.
    struct AccessAnalyzerOff {
        id: "BASE-10",
        name: "access-analyzer-off",
        service: "accessanalyzer",
        severity: Medium,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-getting-started.html",
        maps_to: [("cis-aws-5.0.0", "1.19"), ("cis-aws-3.0.0", "1.20")],
        options: [],
        reads: [EnabledRegions, Analyzers],
        en: {
            title: "No active external-access analyzer",
            why: "Buckets, roles, keys, queues, functions and snapshots each have a policy of their own that can let strangers in. \
                  An analyzer reads all of them, with proof instead of guesses, whenever one changes. It is free for external \
                  access, and works in its own region only.",
            console: "1. Open IAM, choose Access Analyzer, then Analyzer settings, in each region.\n\
                      2. Choose Create analyzer, External access analysis, and as zone of trust the organisation or this account.\n\
                      3. Archive what is meant to be, and let EventBridge tell you of what is new.",
        },
        ja: {
            title: "有効な外部アクセスアナライザーがない",
            why: "バケット、ロール、キー、キュー、関数、スナップショットはそれぞれにポリシーを持ち、外部の者を許可できます。アナライザーは変更のたびにそれらを推測ではなく\
                  証明によって分析します。外部アクセスの分析は無料で、リージョンごとに必要です。",
            console: "1. リージョンごとに、IAM の [Access Analyzer] で [アナライザーの設定] を開きます。\n\
                      2. [アナライザーを作成] で外部アクセスの分析を選び、信頼ゾーンに組織またはこのアカウントを指定します。\n\
                      3. 意図したものはアーカイブし、新しい検出結果は EventBridge で通知します。",
        },
        cli: "aws accessanalyzer create-analyzer --region REGION --analyzer-name external --type ACCOUNT",
        cloudformation: "Analyzer:\n  \
                         Type: AWS::AccessAnalyzer::Analyzer\n  \
                         Properties:\n    \
                         AnalyzerName: external\n    \
                         Type: ACCOUNT",
        terraform: "resource \"aws_accessanalyzer_analyzer\" \"external\" {\n  \
                    analyzer_name = \"external\"\n  \
                    type          = \"ACCOUNT\"\n\
                    }",
    }
}

impl ResourceCheck for AccessAnalyzerOff {
    type Subject = String;

    async fn subjects(&self, cx: &Cx) -> Listing<String> {
        each_region(cx).await
    }

    fn resource(&self, region: &String, _: &Cx) -> Resource {
        Resource::region(region)
    }

    async fn evaluate(&self, region: &String, cx: &Cx) -> Result<Verdict, Unread> {
        match cx.get::<Analyzers>(region).await {
            Ok(analyzers) => Ok(judge(&analyzers)),
            Err(why) => or_not_offered(region, why),
        }
    }
}

fn judge(analyzers: &[Analyzer]) -> Verdict {
    let external: Vec<_> = analyzers.iter().filter(|one| one.is_external()).collect();
    let verdict = match external.iter().find(|analyzer| analyzer.status == "ACTIVE") {
        Some(Analyzer { name, .. }) => Verdict::pass(text!(
            en: "The analyzer {name} looks for external access.",
            ja: "アナライザー {name} が外部アクセスを分析しています。"
        )),
        None if external.is_empty() => Verdict::fail(text!(
            en: "No analyzer looks for external access here.",
            ja: "外部アクセスを分析するアナライザーがありません。"
        )),
        None => Verdict::fail(text!(
            en: "No analyzer for external access is active.",
            ja: "外部アクセスを分析するアナライザーがアクティブではありません。"
        )),
    };
    verdict.evidence("analyzers", analyzers)
}

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;

    #[test]
    fn only_an_active_analyzer_of_external_access_counts() {
        let status = |given: &[(&str, &str)]| {
            let of = |(kind, status): &(&str, &str)| Analyzer {
                name: "a".to_owned(),
                kind: (*kind).to_owned(),
                status: (*status).to_owned(),
            };
            judge(&given.iter().map(of).collect::<Vec<_>>()).status()
        };
        assert_eq!(status(&[("ACCOUNT", "ACTIVE")]), Status::Pass);
        assert_eq!(status(&[("ACCOUNT", "FAILED"), ("ORGANIZATION", "ACTIVE")]), Status::Pass);
        for none in [("ACCOUNT", "CREATING"), ("ORGANIZATION", "DISABLED"), ("ACCOUNT_UNUSED_ACCESS", "ACTIVE")] {
            assert_eq!(status(&[none]), Status::Fail, "{none:?}");
        }
        assert_eq!(status(&[]), Status::Fail);
    }
}
