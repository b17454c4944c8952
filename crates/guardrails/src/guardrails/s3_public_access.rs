//! Public access to buckets, blocked for the account and for each bucket.

use asc_core::fix::Runbook;
use asc_core::text;

use crate::corrected::{Corrected, Document};
use crate::guardrail::{Guardrail, Part, Risk, Setup, Switch, allow, any_bucket, fixed, found};
use crate::value::{Value, map, reference};

const BITS: [&str; 4] = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];

/// Source: AWS Config Developer Guide, "s3-account-level-public-access-blocks-periodic" and
/// "s3-bucket-level-public-access-prohibited"; Systems Manager Automation Runbook Reference,
/// "AWSConfigRemediation-ConfigureS3PublicAccessBlock" and "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock".
pub(super) fn s3_public_access() -> Guardrail {
    Guardrail {
        key: "s3-public-access",
        parameter: "S3PublicAccess",
        title: text!(en: "Public access to S3", ja: "S3 のパブリックアクセス"),
        about: text!(
            en: "All four settings of Block Public Access are on, for the account and for each bucket. Remediation cuts off \
                 whoever reads a bucket without signing in: a website's visitors, for one.",
            ja: "パブリックアクセスブロックの 4 つの設定を、アカウントと各バケットで有効に保ちます。\
                 修復を有効にすると、ウェブサイトの訪問者など、認証なしでバケットを読み取る利用者は接続できなくなります。"
        ),
        checks: &["BASE-15", "ASC-12"],
        switch: Switch::Remedy(Risk::Careful),
        account_wide: false,
        on_config: true,
        build,
    }
}

fn build(setup: &Setup) -> Part {
    let bits = || BITS.map(|bit| (bit, fixed("true")));
    let account = setup.corrected(
        "Account",
        Corrected {
            rule: "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC",
            finds: text!(en: "Finds an account whose own block is not whole.", ja: "アカウント全体のブロックに欠けがないかを確認します。"),
            input: Value::map(BITS.map(|bit| (bit, "true"))),
            resource_type: "AWS::::Account",
            role: (
                text!(en: "What the account's remediation may do.", ja: "アカウントの修復に許可する操作です。"),
                // Neither action knows a resource.
                vec![allow(Runbook::CONFIGURE_ACCOUNT_BLOCK.actions, "*")],
            ),
            corrects: text!(en: "Switches the account's block on.", ja: "アカウントのブロックを有効にします。"),
            runbook: Document::Aws(Runbook::CONFIGURE_ACCOUNT_BLOCK.name),
            parameters: [("AccountId", fixed(reference("AWS::AccountId")))].into_iter().chain(bits()).collect(),
        },
    );
    let buckets = setup.corrected(
        "Bucket",
        Corrected {
            rule: "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
            finds: text!(en: "Finds buckets whose own block is not whole.", ja: "ブロックに欠けがあるバケットを検出します。"),
            input: map! {},
            resource_type: "AWS::S3::Bucket",
            role: (
                text!(en: "What the buckets' remediation may do.", ja: "バケットの修復に許可する操作です。"),
                vec![allow(Runbook::CONFIGURE_BUCKET_BLOCK.actions, any_bucket())],
            ),
            corrects: text!(en: "Switches a bucket's block on.", ja: "バケットのブロックを有効にします。"),
            runbook: Document::Aws(Runbook::CONFIGURE_BUCKET_BLOCK.name),
            parameters: [("BucketName", found())].into_iter().chain(bits()).collect(),
        },
    );
    Part {
        resources: [account.resources, buckets.resources].concat(),
        remedies: [account.remedies, buckets.remedies].concat(),
        ..Part::default()
    }
}
