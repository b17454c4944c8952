//! BASE-11.

use asc_aws::EnabledRegions;
use asc_core::fact::Reads;
use asc_core::fix::{Class, Fix, Remedy, Run, Step};
use asc_core::report::Finding;
use asc_core::{
    Cx, Fact, Kind, Listing, Operation, Resource, ResourceCheck, Unread, Verdict, declare_check, declare_fix, text,
};
use serde_json::json;

use crate::model::change::{DISABLE, ENABLE, LINK_ROLE};
use crate::model::{DetectionChange, Scanning, ScanningState};
use crate::offering::or_not_offered;
use crate::regions::each_region;

declare_check! {
    /// Regions in which Inspector does not look for vulnerable software.
    struct InspectorOff {
        id: "BASE-11",
        name: "inspector-off",
        service: "inspector2",
        severity: Medium,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/inspector/latest/user/activate-scans.html",
        maps_to: [("aws-fsbp", "Inspector.1"), ("aws-fsbp", "Inspector.2"), ("aws-fsbp", "Inspector.4"), ("pci-dss-4.0.1", "11.3.1")],
        options: [],
        reads: [EnabledRegions, Scanning],
        en: {
            title: "Inspector does not scan",
            why: "Holes in software become known every day, and are used within days. Inspector compares what is installed on \
                  instances, in images and in functions with what has become known, again whenever either changes. What is not \
                  scanned is found by somebody else first.",
            console: "1. Open Inspector in the region and choose Activate Inspector.\n\
                      2. Under Account management activate EC2, ECR and Lambda standard scanning.\n\
                      3. Instances need the SSM agent and a role with AmazonSSMManagedInstanceCore, or hybrid scanning.\n\
                      4. In an organisation, let a delegated administrator activate all accounts, new ones included.",
        },
        ja: {
            title: "Inspector がスキャンしていない",
            why: "ソフトウェアの脆弱性は毎日公表され、数日のうちに悪用されます。Inspector はインスタンス、イメージ、関数に含まれるソフトウェアを公表された脆弱性と照合し、\
                  どちらかが変わるたびに再評価します。スキャンされていないものの脆弱性は、攻撃者に先に見つけられます。",
            console: "1. 対象リージョンの Inspector で有効化を選びます。\n\
                      2. [アカウント管理] で EC2、ECR、Lambda 標準スキャンを有効にします。\n\
                      3. インスタンスには SSM エージェントと AmazonSSMManagedInstanceCore を持つロール (またはハイブリッドスキャン) が必要です。\n\
                      4. 組織では委任管理者が、新しいアカウントも含めて有効にします。",
        },
        cli: "aws inspector2 enable --region REGION --resource-types EC2 ECR LAMBDA",
        cloudformation: "# CloudFormation has no resource that activates Inspector; use the CLI, Terraform, or a delegated administrator.",
        terraform: "resource \"aws_inspector2_enabler\" \"example\" {\n  \
                    account_ids    = [data.aws_caller_identity.current.account_id]\n  \
                    resource_types = [\"EC2\", \"ECR\", \"LAMBDA\"]\n\
                    }",
    }
}

impl ResourceCheck for InspectorOff {
    type Subject = String;

    async fn subjects(&self, cx: &Cx) -> Listing<String> {
        each_region(cx).await
    }

    fn resource(&self, region: &String, _: &Cx) -> Resource {
        Resource::region(region)
    }

    async fn evaluate(&self, region: &String, cx: &Cx) -> Result<Verdict, Unread> {
        match cx.get::<Scanning>(region).await {
            Ok(state) => Ok(judge(&state)),
            Err(why) => or_not_offered(region, why),
        }
    }
}

fn judge(state: &ScanningState) -> Verdict {
    let kinds = [("EC2", Some(&state.ec2)), ("ECR", Some(&state.ecr)), ("Lambda", state.lambda.as_ref())];
    let off = kinds.into_iter().filter_map(|(kind, state)| {
        let state = state.filter(|state| *state != "ENABLED")?;
        Some(format!("{kind} ({state})"))
    });
    let off: Vec<_> = off.collect();
    let verdict = if off.is_empty() {
        Verdict::pass(text!(en: "Inspector scans what it can here.", ja: "Inspector のスキャンが有効です。"))
    } else {
        let off = off.join(", ");
        Verdict::fail(text!(en: "Inspector does not scan: {off}.", ja: "Inspector がスキャンしていないもの: {off}。"))
    };
    let verdict = if state.lambda.is_some() {
        verdict
    } else {
        verdict.note(&text!(en: "It does not scan Lambda in this region.", ja: "このリージョンでは Lambda をスキャンできません。"))
    };
    verdict.evidence("scanning", state)
}

impl Fix for InspectorOff {
    const READS: &'static [Reads] = Scanning::READS;
    const CALLS: &'static [Operation] = &[ENABLE, DISABLE, LINK_ROLE];

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let region = &finding.resource.id;
        let state = run.now.get::<Scanning>(region).await?;
        let kinds = disabled(&state);
        if kinds.is_empty() {
            let why = text!(
                en: "Inspector scans what it can, or is about to.",
                ja: "Inspector のスキャンはすでに有効か、有効化の途中です。"
            );
            return Ok(Remedy::Nothing { why });
        }
        let told = kinds.join(", ");
        let change = |make: fn(String, Vec<String>) -> DetectionChange| make(region.clone(), kinds.clone());
        let step = Step {
            says: text!(
                en: "Let Inspector scan {told} in {region}.",
                ja: "{region} で Inspector による {told} のスキャンを有効にします。"
            ),
            forward: change(|region, kinds| DetectionChange::Enable { region, kinds }).into(),
            back: vec![change(|region, kinds| DetectionChange::Disable { region, kinds }).into()],
            before: json!({ "scanning": &*state }),
        };
        let note = text!(
            en: "Inspector charges by what it scans, after 15 days on trial. The role that it makes for itself stays when this is undone.",
            ja: "Inspector は 15 日間の無料期間の後、スキャン対象に応じて課金されます。元に戻しても、Inspector が自分用に作成するロールは残ります。"
        );
        Ok(Remedy::Steps { class: Class::Safe, steps: vec![step], note: Some(note) })
    }
}

declare_fix!(InspectorOff);

/// The kinds of scans that are off, and neither on their way nor suspended by somebody else.
fn disabled(state: &ScanningState) -> Vec<String> {
    let kinds = [("EC2", Some(&state.ec2)), ("ECR", Some(&state.ecr)), ("LAMBDA", state.lambda.as_ref())];
    let off = kinds.into_iter().filter(|(_, state)| state.is_some_and(|state| state == "DISABLED"));
    off.map(|(kind, _)| kind.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;

    fn of(ec2: &str, ecr: &str, lambda: Option<&str>) -> Verdict {
        let [ec2, ecr] = [ec2, ecr].map(str::to_owned);
        judge(&ScanningState { ec2, ecr, lambda: lambda.map(str::to_owned) })
    }

    #[test]
    fn each_kind_of_scan_has_to_be_enabled_where_there_is_one() {
        assert_eq!(of("ENABLED", "ENABLED", Some("ENABLED")).status(), Status::Pass);
        assert_eq!(of("ENABLED", "ENABLED", None).status(), Status::Pass);
        for (ec2, ecr, lambda) in [
            ("DISABLED", "ENABLED", "ENABLED"),
            ("ENABLED", "SUSPENDED", "ENABLED"),
            ("ENABLED", "ENABLED", "ENABLING"),
        ] {
            let verdict = of(ec2, ecr, Some(lambda));
            assert_eq!(verdict.status(), Status::Fail);
            assert_eq!(verdict.message().en.matches('(').count(), 1, "{}", verdict.message().en);
        }
    }
}
