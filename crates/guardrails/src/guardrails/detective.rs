//! Detective.

use asc_core::text;

use crate::guardrail::{Guardrail, Part, Setup, Switch};
use crate::template::Resource;
use crate::value::map;

/// Source: CloudFormation User Guide, "`AWS::Detective::Graph`".
pub(super) fn detective() -> Guardrail {
    Guardrail {
        key: "detective",
        parameter: "Detective",
        title: text!(en: "Detective on", ja: "Detective の有効化"),
        about: text!(
            en: "Keeps a graph of who did what with which resource, for whoever has to follow a finding up.",
            ja: "誰がどのリソースに何をしたかをグラフとして保持し、検出結果の調査に役立てます。"
        ),
        checks: &["BASE-12"],
        switch: Switch::Service,
        account_wide: false,
        on_config: false,
        build,
    }
}

fn build(setup: &Setup) -> Part {
    let graph = Resource::new(
        "DetectiveGraph",
        "AWS::Detective::Graph",
        text!(en: "The region's behaviour graph.", ja: "リージョンの動作グラフです。"),
        map! { "AutoEnableMembers" => false },
    )
    .when(&setup.on());
    // Detective draws on GuardDuty's findings.
    let graph = if setup.chose("guardduty") { graph.waits("GuardDutyOn", "GuardDutyDetector") } else { graph };
    Part { resources: vec![graph], ..Part::default() }
}
