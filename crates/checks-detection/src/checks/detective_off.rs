//! BASE-12.

use asc_aws::EnabledRegions;
use asc_core::fact::Reads;
use asc_core::fix::{Class, Fix, Remedy, Run, Step};
use asc_core::report::Finding;
use asc_core::{
    Cx, Fact, Kind, Listing, Operation, Resource, ResourceCheck, Unread, Verdict, declare_check, declare_fix, text,
};
use serde_json::json;

use crate::model::change::{CREATE_GRAPH, DELETE_GRAPH, GRAPH_TAGS, LINK_ROLE, TAG_GRAPH};
use crate::model::{BehaviorGraphs, DetectionChange, Membership, Memberships};
use crate::offering::or_not_offered;
use crate::regions::each_region;

declare_check! {
    /// Regions in which Detective keeps nothing to investigate with.
    struct DetectiveOff {
        id: "BASE-12",
        name: "detective-off",
        service: "detective",
        severity: Low,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/detective/latest/userguide/detective-enabling.html",
        maps_to: [],
        options: [],
        reads: [EnabledRegions, BehaviorGraphs, Memberships],
        en: {
            title: "Detective is off",
            why: "A finding says that something happened; the question is then what else did. Detective keeps a year of CloudTrail's \
                  events, flow logs and findings, joined by who did what to which resource, so that the answer takes minutes. \
                  What it has not collected by then cannot be made up for.",
            console: "1. Turn GuardDuty on first (BASE-08).\n\
                      2. Open Detective in the region, choose Get started, then Enable Amazon Detective.\n\
                      3. In an organisation, let a delegated administrator enable all accounts as members of one graph.",
        },
        ja: {
            title: "Detective が有効でない",
            why: "検出結果は何かが起きたことを示しますが、次に問われるのはほかに何が起きたかです。Detective は CloudTrail のイベント、フローログ、検出結果を 1 年間保持し、\
                  誰がどのリソースに何をしたかで結び付けるため、数分で調査できます。有効化より前のデータは後から補えません。",
            console: "1. 先に GuardDuty を有効にします (BASE-08)。\n\
                      2. 対象リージョンの Detective で [今すぐ始める]、[Amazon Detective を有効にする] を選びます。\n\
                      3. 組織では委任管理者が、すべてのアカウントを 1 つのグラフのメンバーにします。",
        },
        cli: "aws detective create-graph --region REGION",
        cloudformation: "Graph:\n  \
                         Type: AWS::Detective::Graph",
        terraform: "resource \"aws_detective_graph\" \"example\" {}",
    }
}

impl ResourceCheck for DetectiveOff {
    type Subject = String;

    async fn subjects(&self, cx: &Cx) -> Listing<String> {
        each_region(cx).await
    }

    fn resource(&self, region: &String, _: &Cx) -> Resource {
        Resource::region(region)
    }

    async fn evaluate(&self, region: &String, cx: &Cx) -> Result<Verdict, Unread> {
        let graphs = match cx.get::<BehaviorGraphs>(region).await {
            Ok(graphs) => graphs,
            Err(why) => return or_not_offered(region, why),
        };
        if !graphs.is_empty() {
            return Ok(judge(&graphs, &[]));
        }
        // What a member contributes to lies with its administrator, and is seen only in what it was invited to.
        Ok(judge(&graphs, &cx.get::<Memberships>(region).await?))
    }
}

fn judge(graphs: &[String], memberships: &[Membership]) -> Verdict {
    let enabled = memberships.iter().find(|membership| membership.status == "ENABLED");
    let verdict = match (graphs, enabled) {
        ([_, ..], _) => Verdict::pass(text!(
            en: "The account has a behaviour graph here.",
            ja: "このアカウントの動作グラフがあります。"
        )),
        ([], Some(Membership { administrator, .. })) => {
            let administrator = administrator.as_deref().unwrap_or("-");
            Verdict::pass(text!(
                en: "The account contributes to the behaviour graph of account {administrator}.",
                ja: "アカウント {administrator} の動作グラフのメンバーです。"
            ))
        }
        ([], None) if memberships.is_empty() => {
            Verdict::fail(text!(en: "There is no behaviour graph here.", ja: "動作グラフがありません。"))
        }
        ([], None) => {
            let states = memberships.iter().map(|membership| membership.status.as_str());
            let states = states.collect::<Vec<_>>().join(", ");
            Verdict::fail(text!(
                en: "The account is not an enabled member of a behaviour graph ({states}).",
                ja: "動作グラフの有効なメンバーではありません ({states})。"
            ))
        }
    };
    verdict.evidence("graphs", graphs).evidence("memberships", memberships)
}

impl Fix for DetectiveOff {
    const READS: &'static [Reads] = &[Reads::Of(BehaviorGraphs::READS), Reads::Of(Memberships::READS)];
    const CALLS: &'static [Operation] = &[CREATE_GRAPH, TAG_GRAPH, LINK_ROLE, GRAPH_TAGS, DELETE_GRAPH];

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let region = &finding.resource.id;
        let graphs = run.now.get::<BehaviorGraphs>(region).await?;
        let memberships = run.now.get::<Memberships>(region).await?;
        Ok(remedy(&graphs, &memberships, region, &run.id))
    }
}

declare_fix!(DetectiveOff);

fn remedy(graphs: &[String], memberships: &[Membership], region: &str, run: &str) -> Remedy {
    match memberships.iter().find(|membership| membership.status == "ENABLED").or(memberships.first()) {
        None if graphs.is_empty() => created(region, run),
        Some(membership) if graphs.is_empty() && membership.status != "ENABLED" => invited(membership, region),
        _ => Remedy::Nothing { why: text!(en: "Detective is on by now.", ja: "Detective はすでに有効です。") },
    }
}

fn created(region: &str, run: &str) -> Remedy {
    let (region, run) = (region.to_owned(), run.to_owned());
    let step = Step {
        says: text!(en: "Turn Detective on in {region}.", ja: "{region} で Detective を有効にします。"),
        back: vec![DetectionChange::DeleteGraph { region: region.clone(), run: run.clone() }.into()],
        forward: DetectionChange::CreateGraph { region, run }.into(),
        before: json!({ "graphs": [] }),
    };
    let note = text!(
        en: "Detective charges by what it takes in, after 30 days on trial. Undoing deletes what it has collected; the role that it makes for itself stays.",
        ja: "Detective は 30 日間の無料期間の後、取り込んだデータ量に応じて課金されます。元に戻すと収集したデータは削除されますが、Detective が自分用に作成するロールは残ります。"
    );
    Remedy::Steps { class: Class::Safe, steps: vec![step], note: Some(note) }
}

/// Whoever has invited the account means to pay for one graph, not for two.
fn invited(membership: &Membership, region: &str) -> Remedy {
    let Membership { administrator, status } = membership;
    let administrator = administrator.as_deref().unwrap_or("-");
    Remedy::Manual {
        why: text!(
            en: "Account {administrator} has a behaviour graph for this one ({status}); a second one would cost again.",
            ja: "アカウント {administrator} の動作グラフに招待されています ({status})。別のグラフを作成すると費用が重複します。"
        ),
        how: text!(
            en: "1. See that the invitation is from your own organisation: aws detective list-invitations --region {region}\n\
                 2. Accept it: aws detective accept-invitation --region {region} --graph-arn GRAPH_ARN\n\
                 3. Or turn it down, and run asc fix again: aws detective reject-invitation --region {region} --graph-arn GRAPH_ARN\n\
                 4. One that is accepted and not enabled, the administrator enables: aws detective start-monitoring-member --region {region}",
            ja: "1. 自組織からの招待であることを確認します: aws detective list-invitations --region {region}\n\
                 2. 承諾します: aws detective accept-invitation --region {region} --graph-arn GRAPH_ARN\n\
                 3. 辞退する場合は、辞退後に asc fix を再実行します: aws detective reject-invitation --region {region} --graph-arn GRAPH_ARN\n\
                 4. 承諾済みで有効でないものは、管理者が有効にします: aws detective start-monitoring-member --region {region}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;

    fn status(graphs: &[&str], memberships: &[&str]) -> Status {
        let graphs: Vec<_> = graphs.iter().map(|&graph| graph.to_owned()).collect();
        let of = |status: &&str| Membership { administrator: Some("2".to_owned()), status: (*status).to_owned() };
        judge(&graphs, &memberships.iter().map(of).collect::<Vec<_>>()).status()
    }

    #[test]
    fn an_own_graph_or_an_enabled_membership_will_do() {
        assert_eq!(status(&["arn:g"], &[]), Status::Pass);
        assert_eq!(status(&[], &["INVITED", "ENABLED"]), Status::Pass);
        for none in ["INVITED", "ACCEPTED_BUT_DISABLED", "VERIFICATION_FAILED", "VERIFICATION_IN_PROGRESS"] {
            assert_eq!(status(&[], &[none]), Status::Fail, "{none}");
        }
        assert_eq!(status(&[], &[]), Status::Fail);
    }

    #[test]
    fn a_graph_is_made_only_where_nobody_has_one_for_the_account() {
        let remedy = |graphs: &[&str], memberships: &[&str]| {
            let graphs: Vec<_> = graphs.iter().map(|&graph| graph.to_owned()).collect();
            let of = |status: &&str| Membership { administrator: Some("2".to_owned()), status: (*status).to_owned() };
            remedy(&graphs, &memberships.iter().map(of).collect::<Vec<_>>(), "eu-west-1", "r")
        };
        assert!(matches!(remedy(&[], &[]), Remedy::Steps { class: Class::Safe, .. }));
        assert!(matches!(remedy(&["arn:g"], &["INVITED"]), Remedy::Nothing { .. }));
        assert!(matches!(remedy(&[], &["INVITED", "ENABLED"]), Remedy::Nothing { .. }));
        assert!(matches!(remedy(&[], &["INVITED"]), Remedy::Manual { .. }));
    }
}
