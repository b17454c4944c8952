//! ASC-15.

use asc_core::fact::Reads;
use asc_core::fix::{Class, Fix, Remedy, Run, Runbook, Step};
use asc_core::report::Finding;
use asc_core::{
    Cx, Fact, Kind, Listing, Operation, Resource, ResourceCheck, Unread, Verdict, declare_check, declare_fix, text,
};
use serde_json::json;

use crate::model::change::PUT_VERSIONING;
use crate::model::{
    BucketCall, Buckets, Lifecycle, Located, ObjectLock, Versioning, VersioningState, Whereabouts, each_bucket,
};
use crate::remedy::{gone, own_bucket};

declare_check! {
    /// Buckets whose protection against loss, and whose time of keeping, nobody has looked at.
    struct VersioningLifecycleNotReviewed {
        id: "ASC-15",
        name: "s3-versioning-lifecycle-not-reviewed",
        service: "s3",
        severity: Low,
        kind: Kind::Manual { valid_days: 180 },
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
        maps_to: [
            ("aws-fsbp", "S3.13"), ("cis-aws-5.0.0", "2.1.2"), ("cis-aws-3.0.0", "2.1.2"), ("pci-dss-4.0.1", "10.5.1"),
        ],
        options: [],
        reads: [Buckets, Versioning, Lifecycle, ObjectLock],
        en: {
            title: "S3 versioning and lifecycle have not been reviewed",
            why: "Without versions, whoever deletes or overwrites an object, by mistake or to extort, destroys it. With \
                  versions and no lifecycle, everything is kept, and paid for, for ever, personal data included. Which \
                  of the two a bucket needs depends on what is in it, so somebody who knows has to look.",
            console: "1. Open the bucket in the S3 console and choose Properties; turn Bucket Versioning on where loss would hurt.\n\
                      2. Under Management add a lifecycle rule: expire old versions, and abort incomplete uploads after some days.\n\
                      3. Consider Object Lock and MFA delete for backups and logs.\n\
                      4. Record the decision as an evaluation.",
        },
        ja: {
            title: "S3 のバージョニングとライフサイクルが評価されていない",
            why: "バージョニングがなければ、誤操作でも脅迫目的でも、オブジェクトを削除・上書きした時点で失われます。バージョニングがあって\
                  ライフサイクルがなければ、個人データも含めてすべてが永久に保存され、課金され続けます。どちらが必要かはバケットの内容によるため、\
                  内容を知る人が確認する必要があります。",
            console: "1. S3 コンソールでバケットを開き、[プロパティ] を選びます。失って困るものはバケットのバージョニングを有効にします。\n\
                      2. [管理] でライフサイクルルールを追加し、古いバージョンの期限切れと、不完全なアップロードの中止を設定します。\n\
                      3. バックアップやログには、オブジェクトロックと MFA Delete を検討します。\n\
                      4. 判断を評価として記録します。",
        },
        cli: "aws s3api put-bucket-versioning --bucket BUCKET --versioning-configuration Status=Enabled\n\
              aws s3api put-bucket-lifecycle-configuration --bucket BUCKET --lifecycle-configuration \\\n  \
              '{\"Rules\":[{\"ID\":\"old-versions\",\"Status\":\"Enabled\",\"Filter\":{},\"NoncurrentVersionExpiration\":{\"NoncurrentDays\":90},\\\n  \
              \"AbortIncompleteMultipartUpload\":{\"DaysAfterInitiation\":7}}]}'",
        cloudformation: "Bucket:\n  Type: AWS::S3::Bucket\n  Properties:\n    VersioningConfiguration:\n      Status: Enabled\n    \
                         LifecycleConfiguration:\n      Rules:\n        - Id: old-versions\n          Status: Enabled\n          \
                         NoncurrentVersionExpiration:\n            NoncurrentDays: 90\n          \
                         AbortIncompleteMultipartUpload:\n            DaysAfterInitiation: 7",
        terraform: "resource \"aws_s3_bucket_versioning\" \"example\" {\n  bucket = aws_s3_bucket.example.id\n  versioning_configuration {\n    \
                    status = \"Enabled\"\n  }\n}\n\nresource \"aws_s3_bucket_lifecycle_configuration\" \"example\" {\n  \
                    bucket = aws_s3_bucket.example.id\n  rule {\n    id     = \"old-versions\"\n    status = \"Enabled\"\n    filter {}\n    \
                    noncurrent_version_expiration {\n      noncurrent_days = 90\n    }\n    abort_incomplete_multipart_upload {\n      \
                    days_after_initiation = 7\n    }\n  }\n}",
    }
}

impl ResourceCheck for VersioningLifecycleNotReviewed {
    type Subject = Located;

    async fn subjects(&self, cx: &Cx) -> Listing<Located> {
        each_bucket(cx).await
    }

    fn resource(&self, bucket: &Located, cx: &Cx) -> Resource {
        bucket.resource(cx)
    }

    async fn evaluate(&self, located: &Located, cx: &Cx) -> Result<Verdict, Unread> {
        let bucket = located.bucket()?;
        let versions_and_rules = asc_core::fact::both(cx.get::<Versioning>(bucket), cx.get::<Lifecycle>(bucket));
        let ((versioning, lifecycle), lock) =
            asc_core::fact::both(versions_and_rules, cx.get::<ObjectLock>(bucket)).await;
        let ((state, mfa_delete), lifecycle, lock) = (*versioning?, lifecycle?, lock?);
        let (locked, retention) = lock.as_ref();
        let rules = lifecycle.iter().filter(|rule| rule.enabled).count();
        Ok(summary(state, rules, *locked)
            .evidence("versioning", state)
            .evidence("mfa_delete", mfa_delete)
            .evidence("lifecycle_rules", &*lifecycle)
            .evidence("object_lock", locked)
            .evidence("object_lock_retention", retention))
    }
}

fn summary(state: VersioningState, rules: usize, locked: bool) -> Verdict {
    let (en, ja) = match state {
        VersioningState::Enabled => ("on", "有効"),
        VersioningState::Suspended => ("suspended", "停止中"),
        VersioningState::Never => ("off", "無効"),
    };
    let (lock_en, lock_ja) = if locked { ("on", "有効") } else { ("off", "無効") };
    Verdict::manual(text!(
        en: "Versioning is {en}, lifecycle rules in force: {rules}, object lock is {lock_en}. Decide whether that fits what is stored.",
        ja: "バージョニングは{ja}、有効なライフサイクルルールは {rules} 件、オブジェクトロックは{lock_ja}です。保存内容に合っているか判断してください。"
    ))
}

impl Fix for VersioningLifecycleNotReviewed {
    const READS: &'static [Reads] = &[Reads::Of(Whereabouts::READS), Reads::Of(Versioning::READS)];
    const CALLS: &'static [Operation] = &[PUT_VERSIONING];
    const RUNBOOKS: &'static [&'static Runbook] = &[&Runbook::CONFIGURE_BUCKET_VERSIONING];

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let name = &finding.resource.id;
        let Some(bucket) = own_bucket(&run.now, name).await? else { return Ok(gone(name)) };
        let (state, mfa_delete) = *run.now.get::<Versioning>(&bucket).await?;
        if state == VersioningState::Enabled {
            let why = text!(
                en: "Versioning is on; how long versions are kept, a person decides.",
                ja: "バージョニングは有効です。バージョンの保存期間は人が判断します。"
            );
            return Ok(Remedy::Nothing { why });
        }
        if mfa_delete {
            return Ok(by_root(name));
        }
        let step = Step {
            says: text!(
                en: "Turn on versioning for the bucket {name}.",
                ja: "バケット {name} のバージョニングを有効にします。"
            ),
            forward: BucketCall::PutBucketVersioning { enabled: true }.on(&bucket).into(),
            back: vec![BucketCall::PutBucketVersioning { enabled: false }.on(&bucket).into()],
            before: json!({ "versioning": state }),
        };
        let whom = text!(
            en: "whoever pays for the bucket, since every overwritten and deleted object is kept from now on, and programs that expect a deletion to free space",
            ja: "バケットの費用を負担する人 (上書き・削除されたオブジェクトがすべて残ります) と、削除で容量が空くことを前提とするプログラム"
        );
        let note = text!(
            en: "Add a lifecycle rule that ends old versions. Undoing suspends versioning: S3 cannot turn it off, and versions kept meanwhile stay.",
            ja: "古いバージョンを期限切れにするライフサイクルルールを追加してください。元に戻すと「停止」になります。S3 では無効に戻せず、その間のバージョンは残ります。"
        );
        Ok(Remedy::Steps { class: Class::Careful { whom }, steps: vec![step], note: Some(note) })
    }
}

fn by_root(name: &str) -> Remedy {
    Remedy::Manual {
        why: text!(
            en: "MFA delete is on, so only the root user with its MFA device may change versioning.",
            ja: "MFA Delete が有効なため、バージョニングを変更できるのは MFA デバイスを持つルートユーザーだけです。"
        ),
        how: text!(
            en: "As the root user: aws s3api put-bucket-versioning --bucket {name} --versioning-configuration Status=Enabled,MFADelete=Enabled --mfa 'SERIAL CODE'",
            ja: "ルートユーザーで実行: aws s3api put-bucket-versioning --bucket {name} --versioning-configuration Status=Enabled,MFADelete=Enabled --mfa 'SERIAL CODE'"
        ),
    }
}

declare_fix!(VersioningLifecycleNotReviewed);

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;

    #[test]
    fn a_person_decides_on_what_is_told() {
        let verdict = summary(VersioningState::Suspended, 2, true);
        assert_eq!(verdict.status(), Status::Manual);
        assert_eq!(
            verdict.message().en,
            "Versioning is suspended, lifecycle rules in force: 2, object lock is on. Decide whether that fits what is stored."
        );
    }
}
