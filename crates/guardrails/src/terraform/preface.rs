//! What stands above a template for Terraform.

use asc_core::{Text, text};

/// How it is applied, after the paragraphs.
pub(super) const APPLY: &str = "\
#   terraform init
#   terraform apply
";

/// What whoever applies it should know, a paragraph each.
pub(super) fn preface() -> [Text; 3] {
    [
        text!(
            en: "Each guardrail has a variable that switches it. Where it can be corrected by program, `report` only \
                 observes, and `remediate` corrects as well.",
            ja: "各ガードレールにはスイッチとなる変数があります。自動修復できるものは、`report` で検出のみ、`remediate` で修復も行います。"
        ),
        text!(
            en: "This is for one region, the provider's. For several: apply it once for each, with a state of its own, give all \
                 the same home_region, and begin with that one. AWS Config, and what else is switched on here, is billed by \
                 AWS.",
            ja: "プロバイダーに設定した 1 つのリージョンに適用されます。複数のリージョンでは、リージョンごとに別のステートで適用し、\
                 すべてに同じ home_region を指定して、そのリージョンから始めてください。\
                 AWS Config をはじめ、ここで有効にするサービスには AWS の料金がかかります。"
        ),
        text!(en: "To apply it:", ja: "適用方法:"),
    ]
}
