//! GuardDuty.

use asc_core::text;

use crate::guardrail::{Guardrail, Part, Setup, Switch};
use crate::template::Resource;
use crate::value::map;

/// Source: CloudFormation User Guide, "`AWS::GuardDuty::Detector`".
pub(super) fn guardduty() -> Guardrail {
    Guardrail {
        key: "guardduty",
        parameter: "GuardDuty",
        title: text!(en: "GuardDuty on", ja: "GuardDuty の有効化"),
        about: text!(
            en: "Watches the region's events and traffic for what attackers do.",
            ja: "リージョンのイベントと通信を監視し、攻撃の兆候を検出します。"
        ),
        checks: &["BASE-08"],
        switch: Switch::Service,
        account_wide: false,
        on_config: false,
        build,
    }
}

fn build(setup: &Setup) -> Part {
    Part {
        resources: vec![
            Resource::new(
                "GuardDutyDetector",
                "AWS::GuardDuty::Detector",
                text!(
                    en: "A region has one detector. Repeated findings are passed on every 15 minutes, the soonest that there is.",
                    ja: "検出器はリージョンに 1 つです。繰り返す検出結果は、最短の 15 分ごとに通知されます。"
                ),
                map! { "Enable" => true, "FindingPublishingFrequency" => "FIFTEEN_MINUTES" },
            )
            .when(&setup.on()),
        ],
        ..Part::default()
    }
}
