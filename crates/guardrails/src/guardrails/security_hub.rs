//! Security Hub, with two standards.

use asc_core::text;

use crate::basis::RECORDER_READY;
use crate::guardrail::{Guardrail, Part, Setup, Switch};
use crate::template::Resource;
use crate::value::{map, sub};

/// Source: CloudFormation User Guide, "`AWS::SecurityHub::Standard`"; Security Hub User Guide, "Security standards".
pub(super) fn security_hub() -> Guardrail {
    Guardrail {
        key: "security-hub",
        parameter: "SecurityHub",
        title: text!(en: "Security Hub on", ja: "Security Hub の有効化"),
        about: text!(
            en: "Security Hub CSPM, with AWS's Foundational Security Best Practices and the CIS AWS Foundations Benchmark. It \
                 judges by AWS Config, so the recorder has to record.",
            ja: "Security Hub CSPM を、AWS の基礎セキュリティのベストプラクティスと CIS AWS Foundations Benchmark とともに有効にします。\
                 評価には AWS Config の記録が必要です。"
        ),
        checks: &["BASE-09"],
        switch: Switch::Service,
        account_wide: false,
        on_config: false,
        build,
    }
}

fn build(setup: &Setup) -> Part {
    let standard = |id, name: &str, comment| {
        let arn = format!("arn:${{AWS::Partition}}:securityhub:${{AWS::Region}}::standards/{name}");
        Resource::new(id, "AWS::SecurityHub::Standard", comment, map! { "StandardsArn" => sub(&arn) })
            .when(&setup.on())
            .after("SecurityHubHub")
    };
    let hub = Resource::new(
        "SecurityHubHub",
        "AWS::SecurityHub::Hub",
        text!(
            en: "Switches Security Hub on. The standards stand below, each on its own, so that none comes along unseen.",
            ja: "Security Hub を有効にします。標準は意図しないものが有効にならないよう、以下で個別に指定します。"
        ),
        map! { "EnableDefaultStandards" => false },
    )
    .when(&setup.on());
    // Security Hub refuses a standard where nothing is recorded.
    let hub = if setup.chosen.iter().any(|guardrail| guardrail.on_config) { hub.after(RECORDER_READY) } else { hub };
    Part {
        resources: vec![
            hub,
            standard(
                "SecurityHubBestPractices",
                "aws-foundational-security-best-practices/v/1.0.0",
                text!(en: "AWS Foundational Security Best Practices.", ja: "AWS 基礎セキュリティのベストプラクティスです。"),
            ),
            standard(
                "SecurityHubCis",
                "cis-aws-foundations-benchmark/v/5.0.0",
                text!(en: "CIS AWS Foundations Benchmark 5.0.0.", ja: "CIS AWS Foundations Benchmark 5.0.0 です。"),
            ),
        ],
        ..Part::default()
    }
}
