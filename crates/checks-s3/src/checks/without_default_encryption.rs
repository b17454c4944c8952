//! ASC-13.

use asc_core::fact::Reads;
use asc_core::fix::{Class, Fix, Remedy, Run, Runbook, Step};
use asc_core::report::Finding;
use asc_core::{
    Cx, Fact, Kind, Listing, Operation, Resource, ResourceCheck, Unread, Verdict, declare_check, declare_fix, text,
};
use serde_json::json;

use crate::model::change::{DELETE_ENCRYPTION, PUT_ENCRYPTION};
use crate::model::{BucketCall, Buckets, Encryption, Located, Sse, Whereabouts, each_bucket};
use crate::remedy::{gone, own_bucket};

declare_check! {
    /// Buckets that say nothing of how new objects are encrypted.
    struct BucketWithoutDefaultEncryption {
        id: "ASC-13",
        name: "s3-bucket-without-default-encryption",
        service: "s3",
        severity: High,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html",
        maps_to: [],
        options: [(
            "require_kms",
            en: "Only a KMS key will do: AES256, with keys that S3 keeps for itself, fails.",
            ja: "KMS キーだけを認めます。S3 が鍵を管理する AES256 は不合格になります。"
        )],
        reads: [Buckets, Encryption],
        en: {
            title: "S3 bucket has no default encryption",
            why: "Without a default, an object is stored as its writer happened to ask. S3 has encrypted new objects in \
                  every bucket since January 2023, so a bucket that reports no default is either on storage that only \
                  speaks S3, or something took the setting away. A KMS key adds a second permission to pass and a log \
                  of every use.",
            console: "1. Open the bucket in the S3 console and choose Properties.\n\
                      2. Under Default encryption choose Edit.\n\
                      3. Choose SSE-KMS with your key (and turn the Bucket Key on), or SSE-S3.\n\
                      4. Save; encrypt older objects by copying them onto themselves with S3 Batch Operations.",
        },
        ja: {
            title: "S3 バケットにデフォルト暗号化が設定されていない",
            why: "デフォルトがなければ、オブジェクトは書き込み側の指定どおりに保存されます。S3 は 2023 年 1 月以降すべてのバケットで新しい\
                  オブジェクトを暗号化しているため、デフォルトがないバケットは S3 互換ストレージであるか、設定が取り除かれています。\
                  KMS キーを使うと、権限の確認がもう一段加わり、使用のたびに記録が残ります。",
            console: "1. S3 コンソールでバケットを開き、[プロパティ] を選びます。\n\
                      2. [デフォルトの暗号化] の [編集] を選びます。\n\
                      3. 自社のキーによる SSE-KMS (バケットキーを有効化) または SSE-S3 を選びます。\n\
                      4. 保存します。古いオブジェクトは S3 バッチオペレーションで自身にコピーして暗号化します。",
        },
        cli: "aws s3api put-bucket-encryption --bucket BUCKET --server-side-encryption-configuration \\\n  \
              '{\"Rules\":[{\"ApplyServerSideEncryptionByDefault\":{\"SSEAlgorithm\":\"aws:kms\",\"KMSMasterKeyID\":\"KEY_ARN\"},\"BucketKeyEnabled\":true}]}'",
        cloudformation: "Bucket:\n  Type: AWS::S3::Bucket\n  Properties:\n    BucketEncryption:\n      \
                         ServerSideEncryptionConfiguration:\n        - BucketKeyEnabled: true\n          \
                         ServerSideEncryptionByDefault:\n            SSEAlgorithm: aws:kms\n            KMSMasterKeyID: !GetAtt Key.Arn",
        terraform: "resource \"aws_s3_bucket_server_side_encryption_configuration\" \"example\" {\n  bucket = aws_s3_bucket.example.id\n  \
                    rule {\n    bucket_key_enabled = true\n    apply_server_side_encryption_by_default {\n      \
                    sse_algorithm     = \"aws:kms\"\n      kms_master_key_id = aws_kms_key.example.arn\n    }\n  }\n}",
    }
}

impl ResourceCheck for BucketWithoutDefaultEncryption {
    type Subject = Located;

    async fn subjects(&self, cx: &Cx) -> Listing<Located> {
        each_bucket(cx).await
    }

    fn resource(&self, bucket: &Located, cx: &Cx) -> Resource {
        bucket.resource(cx)
    }

    async fn evaluate(&self, bucket: &Located, cx: &Cx) -> Result<Verdict, Unread> {
        let encryption = cx.get::<Encryption>(bucket.bucket()?).await?;
        Ok(judge(encryption.as_ref().as_ref(), cx.flag("ASC-13", "require_kms")))
    }
}

fn judge(encryption: Option<&Sse>, require_kms: bool) -> Verdict {
    let verdict = match encryption {
        None => Verdict::fail(text!(
            en: "No default encryption: objects are stored as their writer asks.",
            ja: "デフォルト暗号化がありません。オブジェクトは書き込み側の指定どおりに保存されます。"
        )),
        Some(sse) if sse.is_kms() => Verdict::pass(text!(
            en: "New objects are encrypted with {algorithm}.",
            ja: "新しいオブジェクトは {algorithm} で暗号化されます。",
            algorithm = sse.algorithm
        )),
        Some(Sse { algorithm, .. }) if require_kms => Verdict::fail(text!(
            en: "New objects are encrypted with {algorithm}, but require_kms asks for a KMS key.",
            ja: "新しいオブジェクトは {algorithm} で暗号化されますが、require_kms により KMS キーが必要です。"
        )),
        Some(Sse { algorithm, .. }) => Verdict::pass(text!(
            en: "New objects are encrypted with {algorithm}. Objects older than the setting may be plain.",
            ja: "新しいオブジェクトは {algorithm} で暗号化されます。設定より古いオブジェクトは暗号化されていない可能性があります。"
        )),
    };
    verdict.evidence("encryption", encryption)
}

impl Fix for BucketWithoutDefaultEncryption {
    const READS: &'static [Reads] = &[Reads::Of(Whereabouts::READS), Reads::Of(Encryption::READS)];
    const CALLS: &'static [Operation] = &[PUT_ENCRYPTION, DELETE_ENCRYPTION];
    const RUNBOOKS: &'static [&'static Runbook] = &[&Runbook::ENABLE_BUCKET_ENCRYPTION];

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let name = &finding.resource.id;
        let Some(bucket) = own_bucket(&run.now, name).await? else { return Ok(gone(name)) };
        let encryption = run.now.get::<Encryption>(&bucket).await?;
        if let Some(Sse { algorithm, .. }) = encryption.as_ref() {
            // Whatever it is encrypted with by now, it is never set to less.
            return Ok(already(algorithm, run.now.flag("ASC-13", "require_kms")));
        }
        if run.now.flag("ASC-13", "require_kms") {
            return Ok(with_a_key());
        }
        let step = Step {
            says: text!(
                en: "Encrypt new objects in the bucket {name} with keys that S3 manages (AES256).",
                ja: "バケット {name} の新しいオブジェクトを S3 が管理する鍵 (AES256) で暗号化します。"
            ),
            forward: BucketCall::PutBucketEncryption.on(&bucket).into(),
            back: vec![BucketCall::DeleteBucketEncryption.on(&bucket).into()],
            before: json!({ "encryption": null }),
        };
        let note = text!(
            en: "Objects that are there already stay as they are.",
            ja: "すでにあるオブジェクトは変わりません。"
        );
        Ok(Remedy::Steps { class: Class::Safe, steps: vec![step], note: Some(note) })
    }
}

fn already(algorithm: &str, require_kms: bool) -> Remedy {
    if require_kms && !(Sse { algorithm: algorithm.to_owned(), key: None }).is_kms() {
        return with_a_key();
    }
    let why = text!(
        en: "New objects are encrypted with {algorithm} by now.",
        ja: "新しいオブジェクトはすでに {algorithm} で暗号化されます。"
    );
    Remedy::Nothing { why }
}

/// `require_kms` is set, and which key it is to be is for its owner to say.
fn with_a_key() -> Remedy {
    Remedy::Manual {
        why: text!(
            en: "require_kms asks for a KMS key. Everybody who reads the bucket needs a grant on that key, and only its owner can give it.",
            ja: "require_kms により KMS キーが必要です。バケットを読むすべての利用者にキーの権限が必要で、それを与えられるのはキーの所有者だけです。"
        ),
        how: text!(
            en: "1. Choose a customer managed key in the bucket's region and grant kms:Decrypt and kms:GenerateDataKey to those who read and write.\n2. Set it as the bucket's default encryption, with the Bucket Key on.",
            ja: "1. バケットと同じリージョンのカスタマー管理キーを選び、読み書きする利用者に kms:Decrypt と kms:GenerateDataKey を許可します。\n2. そのキーをバケットのデフォルト暗号化に設定し、バケットキーを有効にします。"
        ),
    }
}

declare_fix!(BucketWithoutDefaultEncryption);

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;

    fn status(algorithm: Option<&str>, require_kms: bool) -> Status {
        let sse = algorithm.map(|algorithm| Sse { algorithm: algorithm.to_owned(), key: None });
        judge(sse.as_ref(), require_kms).status()
    }

    #[test]
    fn every_algorithm_will_do_unless_kms_is_required() {
        for (algorithm, passes, passes_with_kms) in [
            (None, false, false),
            (Some("AES256"), true, false),
            (Some("aws:kms"), true, true),
            (Some("aws:kms:dsse"), true, true),
        ] {
            assert_eq!(status(algorithm, false) == Status::Pass, passes, "{algorithm:?}");
            assert_eq!(status(algorithm, true) == Status::Pass, passes_with_kms, "{algorithm:?}");
        }
    }

    #[test]
    fn a_fix_never_sets_a_bucket_to_less_than_it_has() {
        assert!(matches!(already("aws:kms", true), Remedy::Nothing { .. }));
        assert!(matches!(already("AES256", false), Remedy::Nothing { .. }));
        assert!(matches!(already("AES256", true), Remedy::Manual { .. }));
    }

    #[test]
    fn aes256_warns_of_older_objects() {
        let sse = Sse { algorithm: "AES256".to_owned(), key: None };
        assert!(judge(Some(&sse), false).message().en.contains("older"));
    }
}
