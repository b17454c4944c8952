//! IAM Access Analyzer.

use asc_core::text;

use crate::guardrail::{Guardrail, Part, Setup, Switch};
use crate::template::Resource;
use crate::value::map;

/// Source: CloudFormation User Guide, "`AWS::AccessAnalyzer::Analyzer`".
pub(super) fn access_analyzer() -> Guardrail {
    Guardrail {
        key: "access-analyzer",
        parameter: "AccessAnalyzer",
        title: text!(en: "IAM Access Analyzer on", ja: "IAM Access Analyzer の有効化"),
        about: text!(
            en: "Tells which resources of the region somebody outside the account can reach.",
            ja: "アカウントの外部からアクセスできるリージョン内のリソースを検出します。"
        ),
        checks: &["BASE-10"],
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
                "AccessAnalyzerAnalyzer",
                "AWS::AccessAnalyzer::Analyzer",
                text!(en: "Looks for access from outside the account.", ja: "アカウント外部からのアクセスを検出します。"),
                map! { "AnalyzerName" => "asc-guardrails", "Type" => "ACCOUNT" },
            )
            .when(&setup.on()),
        ],
        ..Part::default()
    }
}
