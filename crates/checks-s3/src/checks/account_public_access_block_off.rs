//! BASE-15.

use asc_core::fact::Reads;
use asc_core::fix::{Class, Fix, Remedy, Run, Runbook, Step};
use asc_core::report::Finding;
use asc_core::{AccountCheck, Cx, Fact, Kind, Operation, Unread, Verdict, declare_check, declare_fix, text};
use serde_json::json;

use crate::model::change::{DELETE_ACCOUNT_BLOCK, PUT_ACCOUNT_BLOCK};
use crate::model::{AccountBlock, AccountBlockAsSet, AccountBlockChange, Block};

declare_check! {
    /// Accounts that leave it to each bucket whether it may be public.
    struct AccountPublicAccessBlockOff {
        id: "BASE-15",
        name: "s3-account-public-access-block-off",
        service: "s3",
        severity: High,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-block-public-access-account.html",
        maps_to: [("aws-fsbp", "S3.1"), ("cis-aws-5.0.0", "2.1.4"), ("cis-aws-3.0.0", "2.1.4"), ("pci-dss-3.2.1", "1.3.1")],
        options: [],
        reads: [AccountBlock],
        en: {
            title: "The account does not block public access to S3",
            why: "The account's Block Public Access lies over every bucket and access point, those of tomorrow included. Without \
                  it, one bucket policy or one ACL, written by anybody who may, is all it takes to publish data. An account \
                  that has to publish a bucket should do so through CloudFront, or be an account for just that.",
            console: "1. Make sure that nothing is meant to be public (ASC-12 lists what is); serve websites through CloudFront.\n\
                      2. Open S3 and choose Block Public Access settings for this account.\n\
                      3. Choose Edit, tick Block all public access, save and confirm.",
        },
        ja: {
            title: "アカウントの S3 ブロックパブリックアクセスが有効でない",
            why: "アカウントのブロックパブリックアクセスは、今後作成されるものも含め、すべてのバケットとアクセスポイントに適用されます。これがなければ、\
                  権限を持つ誰かがバケットポリシーや ACL を 1 つ書くだけでデータが公開されます。公開が必要なバケットは CloudFront 経由で配信するか、\
                  専用のアカウントに分けます。",
            console: "1. 意図して公開しているものがないことを確かめます (ASC-12 に一覧があります)。Web サイトは CloudFront で配信します。\n\
                      2. S3 で [このアカウントのブロックパブリックアクセス設定] を開きます。\n\
                      3. [編集] で [パブリックアクセスをすべてブロック] を有効にし、保存して確認します。",
        },
        cli: "aws s3control put-public-access-block --account-id ACCOUNT --public-access-block-configuration \\\n  \
              BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
        cloudformation: "# CloudFormation has no resource for the account's settings; use the CLI, Terraform, or an organisation's S3 policy.",
        terraform: "resource \"aws_s3_account_public_access_block\" \"account\" {\n  block_public_acls       = true\n  \
                    ignore_public_acls      = true\n  block_public_policy     = true\n  restrict_public_buckets = true\n}",
    }
}

impl AccountCheck for AccountPublicAccessBlockOff {
    async fn evaluate(&self, cx: &Cx) -> Result<Verdict, Unread> {
        Ok(judge(*cx.get::<AccountBlock>(&()).await?))
    }
}

fn judge(block: Block) -> Verdict {
    let bits = [
        (block.block_public_acls, "BlockPublicAcls"),
        (block.ignore_public_acls, "IgnorePublicAcls"),
        (block.block_public_policy, "BlockPublicPolicy"),
        (block.restrict_public_buckets, "RestrictPublicBuckets"),
    ];
    let off: Vec<_> = bits.iter().filter(|(on, _)| !on).map(|(_, name)| *name).collect();
    let verdict = if off.is_empty() {
        Verdict::pass(text!(
            en: "All four settings are on: no bucket can be public.",
            ja: "4 つの設定がすべて有効で、どのバケットも公開できません。"
        ))
    } else {
        let off = off.join(", ");
        Verdict::fail(text!(
            en: "Off for the account: {off}. Each bucket decides for itself.",
            ja: "アカウントで無効の設定: {off}。公開できるかどうかはバケットごとの設定に任されています。"
        ))
    };
    verdict.evidence("account_block", block)
}

impl Fix for AccountPublicAccessBlockOff {
    const READS: &'static [Reads] = AccountBlockAsSet::READS;
    const CALLS: &'static [Operation] = &[PUT_ACCOUNT_BLOCK, DELETE_ACCOUNT_BLOCK];
    const RUNBOOKS: &'static [&'static Runbook] = &[&Runbook::CONFIGURE_ACCOUNT_BLOCK];
    const LATE: bool = true;

    async fn remedy(&self, _: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let before = *run.now.get::<AccountBlockAsSet>(&()).await?;
        if before == Some(Block::ALL) {
            let why = text!(en: "All four settings are on by now.", ja: "4 つの設定はすでに有効です。");
            return Ok(Remedy::Nothing { why });
        }
        let back = before.map_or(AccountBlockChange::DeletePublicAccessBlock, |block| {
            AccountBlockChange::PutPublicAccessBlock { block }
        });
        let step = Step {
            says: text!(
                en: "Turn on all four settings of Block Public Access for the account.",
                ja: "アカウントのブロックパブリックアクセスの 4 つの設定をすべて有効にします。"
            ),
            forward: AccountBlockChange::PutPublicAccessBlock { block: Block::ALL }.into(),
            back: vec![back.into()],
            before: json!({ "account_block": before }),
        };
        let whom = text!(
            en: "visitors of every bucket of the account that is public on purpose, websites among them (ASC-12 lists what is public), and other accounts that a public policy lets in",
            ja: "意図して公開しているすべてのバケット (Web サイトを含む。ASC-12 に一覧があります) の閲覧者と、公開ポリシーで許可されている他のアカウント"
        );
        Ok(Remedy::Steps { class: Class::Careful { whom }, steps: vec![step], note: None })
    }
}

declare_fix!(AccountPublicAccessBlockOff);

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;

    #[test]
    fn each_of_the_four_settings_counts_and_is_named() {
        let all = Block {
            block_public_acls: true,
            ignore_public_acls: true,
            block_public_policy: true,
            restrict_public_buckets: true,
        };
        assert_eq!(judge(all).status(), Status::Pass);
        for (block, name) in [
            (Block { block_public_acls: false, ..all }, "BlockPublicAcls"),
            (Block { ignore_public_acls: false, ..all }, "IgnorePublicAcls"),
            (Block { block_public_policy: false, ..all }, "BlockPublicPolicy"),
            (Block { restrict_public_buckets: false, ..all }, "RestrictPublicBuckets"),
        ] {
            let verdict = judge(block);
            assert_eq!(verdict.status(), Status::Fail);
            let expected = format!("Off for the account: {name}. ");
            assert!(verdict.message().en.starts_with(&expected), "{}", verdict.message().en);
        }
        assert_eq!(judge(Block::default()).status(), Status::Fail);
    }
}
