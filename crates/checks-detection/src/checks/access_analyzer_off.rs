//! BASE-10.

use asc_aws::EnabledRegions;
use asc_core::fact::Reads;
use asc_core::fix::{Class, Fix, Remedy, Run, Step};
use asc_core::report::Finding;
use asc_core::{
    Cx, Fact, Kind, Listing, Operation, Resource, ResourceCheck, Unread, Verdict, declare_check, declare_fix, text,
};
use serde_json::json;

use crate::model::change::{CREATE_ANALYZER, DELETE_ANALYZER, LINK_ROLE, TAG_ANALYZER};
use crate::model::{Analyzer, Analyzers, DetectionChange};
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

impl Fix for AccessAnalyzerOff {
    const READS: &'static [Reads] = Analyzers::READS;
    const CALLS: &'static [Operation] = &[CREATE_ANALYZER, TAG_ANALYZER, LINK_ROLE, DELETE_ANALYZER];

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let region = &finding.resource.id;
        let analyzers = run.now.get::<Analyzers>(region).await?;
        Ok(remedy(&analyzers, region, &run.id))
    }
}

declare_fix!(AccessAnalyzerOff);

fn remedy(analyzers: &[Analyzer], region: &str, run: &str) -> Remedy {
    let mut external = analyzers.iter().filter(|analyzer| analyzer.is_external());
    match external.clone().find(|analyzer| matches!(analyzer.status.as_str(), "ACTIVE" | "CREATING")) {
        Some(Analyzer { name, .. }) => Remedy::Nothing {
            why: text!(
                en: "The analyzer {name} is active, or about to be.",
                ja: "アナライザー {name} はすでにアクティブか、作成の途中です。"
            ),
        },
        None => external.next().map_or_else(|| created(region, run), |idle| in_the_way(idle, region)),
    }
}

fn created(region: &str, run: &str) -> Remedy {
    let (region, run) = (region.to_owned(), run.to_owned());
    let step = Step {
        says: text!(
            en: "Make an analyzer in {region} that looks for access from outside this account.",
            ja: "アカウント外からのアクセスを分析するアナライザーを {region} に作成します。"
        ),
        back: vec![DetectionChange::DeleteAnalyzer { region: region.clone(), run: run.clone() }.into()],
        forward: DetectionChange::CreateAnalyzer { region, run }.into(),
        before: json!({ "analyzers": [] }),
    };
    let note = text!(
        en: "Analyzers of external access are free of charge. Undoing deletes its findings too; the role that the service makes for itself stays.",
        ja: "外部アクセスアナライザーは無料です。元に戻すと検出結果も削除されますが、サービスが自分用に作成するロールは残ります。"
    );
    Remedy::Steps { class: Class::Safe, steps: vec![step], note: Some(note) }
}

/// An account has one analyzer of its own external access in a region.
/// Source: IAM User Guide, "IAM Access Analyzer quotas".
fn in_the_way(idle: &Analyzer, region: &str) -> Remedy {
    let Analyzer { name, status, .. } = idle;
    Remedy::Manual {
        why: text!(
            en: "The analyzer {name} is {status}; there can be no second one, and deleting it deletes its archive rules.",
            ja: "アナライザー {name} の状態は {status} です。2 つ目は作成できず、削除するとアーカイブルールも失われます。"
        ),
        how: text!(
            en: "1. For an organisation's analyzer, see that Access Analyzer is still trusted by AWS Organizations.\n\
                 2. Else note its archive rules, and make it anew:\n\
                 aws accessanalyzer list-archive-rules --region {region} --analyzer-name {name}\n\
                 aws accessanalyzer delete-analyzer --region {region} --analyzer-name {name}\n\
                 aws accessanalyzer create-analyzer --region {region} --analyzer-name {name} --type ACCOUNT",
            ja: "1. 組織のアナライザーの場合は、AWS Organizations で Access Analyzer の信頼されたアクセスが有効か確認します。\n\
                 2. それ以外の場合は、アーカイブルールを控えてから作り直します。\n\
                 aws accessanalyzer list-archive-rules --region {region} --analyzer-name {name}\n\
                 aws accessanalyzer delete-analyzer --region {region} --analyzer-name {name}\n\
                 aws accessanalyzer create-analyzer --region {region} --analyzer-name {name} --type ACCOUNT"
        ),
    }
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

    #[test]
    fn a_second_analyzer_is_never_made_beside_one_that_is_there() {
        let remedy = |given: &[(&str, &str)]| {
            let of = |(kind, status): &(&str, &str)| Analyzer {
                name: "a".to_owned(),
                kind: (*kind).to_owned(),
                status: (*status).to_owned(),
            };
            remedy(&given.iter().map(of).collect::<Vec<_>>(), "eu-west-1", "r")
        };
        assert!(matches!(remedy(&[]), Remedy::Steps { class: Class::Safe, .. }));
        assert!(matches!(remedy(&[("ACCOUNT_UNUSED_ACCESS", "ACTIVE")]), Remedy::Steps { .. }));
        assert!(matches!(remedy(&[("ACCOUNT", "CREATING")]), Remedy::Nothing { .. }));
        assert!(matches!(remedy(&[("ACCOUNT", "FAILED"), ("ORGANIZATION", "ACTIVE")]), Remedy::Nothing { .. }));
        let Remedy::Manual { how, .. } = remedy(&[("ACCOUNT", "FAILED")]) else { panic!("nothing is in the way") };
        assert!(how.en.contains("delete-analyzer --region eu-west-1 --analyzer-name a"), "{}", how.en);
    }
}
