//! ASC-14.

use asc_core::fact::Reads;
use asc_core::fix::{Class, Fix, Remedy, Run, Step};
use asc_core::report::Finding;
use asc_core::{
    Cx, Fact, Kind, Listing, Operation, Resource, ResourceCheck, Unread, Verdict, declare_check, declare_fix, text,
};
use asc_policy::{Reason, TlsOnly, tls_only};
use serde_json::json;

use crate::merge;
use crate::model::change::{DELETE_POLICY, PUT_POLICY};
use crate::model::{
    BucketCall, BucketPolicy, Buckets, Located, PolicyText, Website, Whereabouts, bucket_arn, each_bucket,
};
use crate::remedy::{gone, not_merged, own_bucket};

declare_check! {
    /// Buckets that answer over plain HTTP; whether one must, a person decides.
    struct BucketAllowsPlainHttp {
        id: "ASC-14",
        name: "s3-bucket-allows-plain-http",
        service: "s3",
        severity: Medium,
        kind: Kind::Manual { valid_days: 180 },
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
        maps_to: [
            ("aws-fsbp", "S3.5"), ("cis-aws-5.0.0", "2.1.1"), ("cis-aws-3.0.0", "2.1.1"), ("pci-dss-4.0.1", "4.2.1"),
        ],
        options: [],
        reads: [Buckets, BucketPolicy, Website],
        en: {
            title: "S3 bucket may be used over plain HTTP",
            why: "S3 answers over HTTP as well as HTTPS. Over HTTP everyone on the way can read objects and presigned \
                  URLs, and change what is downloaded. Only a Deny in the bucket policy for requests that do not come \
                  over TLS rules that out. A website endpoint speaks nothing but HTTP, so whether the statement can be \
                  added is for somebody who knows the bucket's users.",
            console: "1. Open the bucket in the S3 console, choose Permissions, and edit the bucket policy.\n\
                      2. Add a Deny for everyone and s3:* on the bucket and its objects, with aws:SecureTransport false.\n\
                      3. Serve websites through CloudFront instead of the website endpoint.\n\
                      4. Where plain HTTP must stay, note who decided that, and why.",
        },
        ja: {
            title: "S3 バケットに平文の HTTP でアクセスできる",
            why: "S3 は HTTPS だけでなく HTTP にも応答します。HTTP では経路上の誰もがオブジェクトや署名付き URL を読み取り、ダウンロードの内容を\
                  書き換えられます。これを防ぐのは、TLS を使わないリクエストを拒否するバケットポリシーの Deny だけです。Web サイトエンドポイントは \
                  HTTP しか話さないため、この文を追加できるかどうかは、バケットの利用者を知る人が判断します。",
            console: "1. S3 コンソールでバケットを開き、[アクセス許可] からバケットポリシーを編集します。\n\
                      2. 全員と s3:* を対象に、バケットとそのオブジェクトに対して aws:SecureTransport が false の場合の Deny を追加します。\n\
                      3. Web サイトは Web サイトエンドポイントではなく CloudFront で配信します。\n\
                      4. 平文の HTTP を残す場合は、誰がなぜそう決めたかを記録します。",
        },
        cli: "aws s3api put-bucket-policy --bucket BUCKET --policy '{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"TlsOnly\",\\\n  \
              \"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":[\"arn:aws:s3:::BUCKET\",\"arn:aws:s3:::BUCKET/*\"],\\\n  \
              \"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}]}'",
        cloudformation: "BucketPolicy:\n  Type: AWS::S3::BucketPolicy\n  Properties:\n    Bucket: !Ref Bucket\n    PolicyDocument:\n      \
                         Version: \"2012-10-17\"\n      Statement:\n        - Sid: TlsOnly\n          Effect: Deny\n          \
                         Principal: \"*\"\n          Action: s3:*\n          Resource: [!GetAtt Bucket.Arn, !Sub \"${Bucket.Arn}/*\"]\n          \
                         Condition: {Bool: {aws:SecureTransport: \"false\"}}",
        terraform: "data \"aws_iam_policy_document\" \"tls_only\" {\n  statement {\n    sid       = \"TlsOnly\"\n    effect    = \"Deny\"\n    \
                    actions   = [\"s3:*\"]\n    resources = [aws_s3_bucket.example.arn, \"${aws_s3_bucket.example.arn}/*\"]\n    \
                    principals {\n      type        = \"*\"\n      identifiers = [\"*\"]\n    }\n    condition {\n      test     = \"Bool\"\n      \
                    variable = \"aws:SecureTransport\"\n      values   = [\"false\"]\n    }\n  }\n}",
    }
}

impl ResourceCheck for BucketAllowsPlainHttp {
    type Subject = Located;

    async fn subjects(&self, cx: &Cx) -> Listing<Located> {
        each_bucket(cx).await
    }

    fn resource(&self, bucket: &Located, cx: &Cx) -> Resource {
        bucket.resource(cx)
    }

    async fn evaluate(&self, located: &Located, cx: &Cx) -> Result<Verdict, Unread> {
        let bucket = located.bucket()?;
        let policy = cx.get::<BucketPolicy>(bucket).await?;
        let tls = policy.as_ref().as_ref().map(|policy| tls_only(policy, &bucket_arn(cx, &bucket.name)));
        let (enforced, because) = tls.map_or((TlsOnly::No, Vec::new()), |tls| (tls.says, tls.because));
        // A website endpoint speaks plain HTTP only, so where that is denied it serves nobody, and is not asked for.
        let website = if enforced == TlsOnly::Enforced { None } else { Some(*cx.get::<Website>(bucket).await?) };
        Ok(explained(judge(enforced, website), enforced, &because))
    }
}

/// With the statements that are about plain HTTP: as evidence, and in words where they leave something open.
fn explained(verdict: Verdict, enforced: TlsOnly, because: &[Reason]) -> Verdict {
    if because.is_empty() {
        return verdict;
    }
    let mut verdict = verdict;
    let open = if enforced == TlsOnly::Partly { because } else { &[] };
    for reason in open {
        let named = reason.sid.as_ref().filter(|sid| !sid.is_empty());
        let statement = named.cloned().unwrap_or_else(|| format!("Statement[{}]", reason.statement));
        let (en, ja) = (&reason.text.en, &reason.text.ja);
        verdict = verdict.note(&text!(en: "{statement}: {en}", ja: "{statement}: {ja}"));
    }
    let told = |reason: &Reason| json!({ "statement": reason.statement, "sid": reason.sid, "says": reason.text.en });
    verdict.evidence("statements", because.iter().map(told).collect::<Vec<_>>())
}

fn judge(enforced: TlsOnly, website: Option<bool>) -> Verdict {
    let verdict = Verdict::manual(match enforced {
        TlsOnly::Enforced => text!(
            en: "The bucket policy denies plain HTTP to everyone.",
            ja: "バケットポリシーが全員の平文 HTTP を拒否しています。"
        ),
        TlsOnly::Partly => text!(
            en: "The bucket policy denies plain HTTP only in part: not to everyone, not for every action, or not on both the bucket and its objects.",
            ja: "バケットポリシーによる平文 HTTP の拒否は一部だけです (対象の全員・全アクション・バケットとオブジェクトの両方のいずれかを満たしません)。"
        ),
        TlsOnly::No => text!(
            en: "Nothing denies plain HTTP. Decide whether the bucket can do without it.",
            ja: "平文 HTTP を拒否する設定がありません。HTTP なしで運用できるかを判断してください。"
        ),
    });
    let verdict = verdict
        .evidence("tls_only", enforced == TlsOnly::Enforced)
        .evidence("tls_only_in_part", enforced == TlsOnly::Partly);
    let Some(website) = website else { return verdict };
    let verdict = verdict.evidence("website_endpoint", website);
    if !website {
        return verdict;
    }
    verdict.note(&text!(
        en: "It has a website endpoint, which speaks HTTP only.",
        ja: "HTTP のみの Web サイトエンドポイントがあります。"
    ))
}

impl Fix for BucketAllowsPlainHttp {
    const READS: &'static [Reads] =
        &[Reads::Of(Whereabouts::READS), Reads::Of(BucketPolicy::READS), Reads::Of(Website::READS)];
    const CALLS: &'static [Operation] = &[PUT_POLICY, DELETE_POLICY];

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let (name, cx) = (&finding.resource.id, &run.now);
        let Some(bucket) = own_bucket(cx, name).await? else { return Ok(gone(name)) };
        let before = cx.get::<PolicyText>(&bucket).await?;
        let before = before.as_ref().as_ref();
        let policy = cx.get::<BucketPolicy>(&bucket).await?;
        let arn = bucket_arn(cx, name);
        if policy.as_ref().as_ref().is_some_and(|policy| tls_only(policy, &arn).says == TlsOnly::Enforced) {
            let why = text!(en: "Plain HTTP is denied by now.", ja: "平文 HTTP はすでに拒否されています。");
            return Ok(Remedy::Nothing { why });
        }
        let statement = crate::remedy::tls_only(cx, name);
        let merged = match merge::with_statement(before.map(String::as_str), "AscTlsOnly", &statement) {
            Ok(merged) => merged,
            Err(why) => return Ok(not_merged(why, &statement)),
        };
        let back = BucketCall::RestoreBucketPolicy { ours: merged.clone(), before: before.cloned() };
        let step = Step {
            says: text!(
                en: "Add a statement to the policy of the bucket {name} that denies plain HTTP; the others stay.",
                ja: "バケット {name} のポリシーに平文 HTTP を拒否する文を追加します。ほかの文は変わりません。"
            ),
            forward: BucketCall::PutBucketPolicy { policy: merged }.on(&bucket).into(),
            back: vec![back.on(&bucket).into()],
            before: json!({ "policy": before }),
        };
        let class = Class::Careful { whom: whom(*cx.get::<Website>(&bucket).await?) };
        Ok(Remedy::Steps { class, steps: vec![step], note: None })
    }
}

fn whom(website: bool) -> asc_core::Text {
    if website {
        return text!(
            en: "visitors of the bucket's website endpoint, which speaks HTTP only, and whoever else comes over plain HTTP",
            ja: "HTTP のみの Web サイトエンドポイントの閲覧者と、平文 HTTP でアクセスするすべての利用者"
        );
    }
    text!(
        en: "whoever reads or writes the bucket over plain HTTP, as old clients and links do",
        ja: "平文 HTTP でバケットを読み書きする利用者 (古いクライアントやリンクなど)"
    )
}

declare_fix!(BucketAllowsPlainHttp);

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;

    #[test]
    fn a_person_decides_whatever_the_evidence_is() {
        let mut messages = std::collections::BTreeSet::new();
        for (enforced, website) in [
            (TlsOnly::Enforced, None),
            (TlsOnly::Partly, Some(false)),
            (TlsOnly::Partly, Some(true)),
            (TlsOnly::No, Some(false)),
            (TlsOnly::No, Some(true)),
        ] {
            let verdict = judge(enforced, website);
            assert_eq!(verdict.status(), Status::Manual);
            assert_eq!(verdict.message().en.contains("website"), website == Some(true));
            messages.insert(verdict.message().en.clone());
        }
        assert_eq!(messages.len(), 5);
    }
}
