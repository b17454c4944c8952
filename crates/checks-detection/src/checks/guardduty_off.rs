//! BASE-08.

use asc_aws::EnabledRegions;
use asc_core::fact::Reads;
use asc_core::fix::{Class, Fix, Remedy, Run, Step};
use asc_core::report::Finding;
use asc_core::{
    Cx, Fact, Kind, Listing, Operation, Resource, ResourceCheck, Unread, Verdict, declare_check, declare_fix, text,
};
use serde_json::json;

use crate::model::change::{CREATE_DETECTOR, DELETE_DETECTOR, LINK_ROLE, TAG_DETECTOR, UPDATE_DETECTOR};
use crate::model::{DetectionChange, Detector, Detectors};
use crate::offering::or_not_offered;
use crate::regions::each_region;

declare_check! {
    /// Regions in which GuardDuty does not watch.
    struct GuarddutyOff {
        id: "BASE-08",
        name: "guardduty-off",
        service: "guardduty",
        severity: High,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_settingup.html",
        maps_to: [("aws-fsbp", "GuardDuty.1"), ("pci-dss-4.0.1", "11.5.1"), ("pci-dss-3.2.1", "11.4")],
        options: [],
        reads: [EnabledRegions, Detectors],
        en: {
            title: "GuardDuty is off",
            why: "GuardDuty reads the logs that nobody has time to read, and tells of keys used from odd places, machines that \
                  mine or scan, and traffic to known attackers. Regions that nobody uses are where intruders like to work, so it \
                  has to be on in all of them; where nothing happens it costs next to nothing.",
            console: "1. Open GuardDuty in the region, choose Get started, then Enable GuardDuty.\n\
                      2. For a suspended detector: Settings, then Re-enable.\n\
                      3. In an organisation, name a delegated administrator and let it enable all accounts and all regions.",
        },
        ja: {
            title: "GuardDuty が有効でない",
            why: "GuardDuty は人手では読み切れないログを分析し、普段と異なる場所でのキーの使用、マイニングやスキャンをするインスタンス、既知の攻撃者との通信を\
                  検出します。侵入者は使われていないリージョンを好むため、すべてのリージョンで有効にする必要があります。活動のないリージョンでは費用はほとんどかかりません。",
            console: "1. 対象リージョンの GuardDuty で [今すぐ始める]、[GuardDuty を有効にする] を選びます。\n\
                      2. 停止中のディテクターは [設定] から再度有効にします。\n\
                      3. 組織では委任管理者を指定し、すべてのアカウントとリージョンで有効にします。",
        },
        cli: "aws guardduty create-detector --region REGION --enable --finding-publishing-frequency FIFTEEN_MINUTES",
        cloudformation: "Detector:\n  \
                         Type: AWS::GuardDuty::Detector\n  \
                         Properties:\n    \
                         Enable: true\n    \
                         FindingPublishingFrequency: FIFTEEN_MINUTES",
        terraform: "resource \"aws_guardduty_detector\" \"example\" {\n  \
                    enable                       = true\n  \
                    finding_publishing_frequency = \"FIFTEEN_MINUTES\"\n\
                    }",
    }
}

impl ResourceCheck for GuarddutyOff {
    type Subject = String;

    async fn subjects(&self, cx: &Cx) -> Listing<String> {
        each_region(cx).await
    }

    fn resource(&self, region: &String, _: &Cx) -> Resource {
        Resource::region(region)
    }

    async fn evaluate(&self, region: &String, cx: &Cx) -> Result<Verdict, Unread> {
        match cx.get::<Detectors>(region).await {
            Ok(detectors) => Ok(judge(&detectors)),
            Err(why) => or_not_offered(region, why),
        }
    }
}

fn judge(detectors: &[Detector]) -> Verdict {
    let verdict = if detectors.iter().any(|detector| detector.enabled) {
        Verdict::pass(text!(en: "GuardDuty is on.", ja: "GuardDuty が有効です。"))
    } else if detectors.is_empty() {
        Verdict::fail(text!(en: "GuardDuty has no detector here.", ja: "GuardDuty のディテクターがありません。"))
    } else {
        Verdict::fail(
            text!(en: "GuardDuty's detector is suspended.", ja: "GuardDuty のディテクターが停止されています。"),
        )
    };
    verdict.evidence("detectors", detectors)
}

impl Fix for GuarddutyOff {
    const READS: &'static [Reads] = Detectors::READS;
    const CALLS: &'static [Operation] = &[CREATE_DETECTOR, TAG_DETECTOR, LINK_ROLE, DELETE_DETECTOR, UPDATE_DETECTOR];

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let region = &finding.resource.id;
        let detectors = run.now.get::<Detectors>(region).await?;
        let step = match detectors.as_slice() {
            [] => created(region, &run.id),
            all if all.iter().any(|detector| detector.enabled) => {
                return Ok(Remedy::Nothing {
                    why: text!(en: "GuardDuty is on by now.", ja: "GuardDuty はすでに有効です。"),
                });
            }
            [detector, ..] => resumed(region, detector),
        };
        let note = text!(
            en: "GuardDuty charges by what it analyses, after 30 days on trial. The role that it makes for itself stays when this is undone.",
            ja: "GuardDuty は 30 日間の無料期間の後、分析量に応じて課金されます。元に戻しても、GuardDuty が自分用に作成するロールは残ります。"
        );
        Ok(Remedy::Steps { class: Class::Safe, steps: vec![step], note: Some(note) })
    }
}

declare_fix!(GuarddutyOff);

fn created(region: &str, run: &str) -> Step {
    let (region, run) = (region.to_owned(), run.to_owned());
    Step {
        says: text!(en: "Turn GuardDuty on in {region}.", ja: "{region} で GuardDuty を有効にします。"),
        back: vec![DetectionChange::DeleteDetector { region: region.clone(), run: run.clone() }.into()],
        forward: DetectionChange::CreateDetector { region, run }.into(),
        before: json!({ "detectors": [] }),
    }
}

fn resumed(region: &str, detector: &Detector) -> Step {
    let id = &detector.id;
    let change = |enable| DetectionChange::UpdateDetector { region: region.to_owned(), detector: id.clone(), enable };
    Step {
        says: text!(
            en: "Turn GuardDuty's detector {id} in {region} on again.",
            ja: "{region} の GuardDuty のディテクター {id} を再び有効にします。"
        ),
        forward: change(true).into(),
        back: vec![change(false).into()],
        before: json!({ "detector": detector }),
    }
}

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;

    #[test]
    fn a_detector_has_to_be_enabled() {
        let detector = |enabled| Detector { id: "d".to_owned(), enabled };
        assert_eq!(judge(&[detector(true)]).status(), Status::Pass);
        assert_eq!(judge(&[detector(false)]).status(), Status::Fail);
        assert_eq!(judge(&[]).status(), Status::Fail);
    }
}
