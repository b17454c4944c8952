//! ASC-16.

use asc_core::{Cx, Kind, Listing, Resource, ResourceCheck, Unread, Verdict, declare_check, text};

use crate::model::{Buckets, Delivery, Located, LogDelivery, LogTargets, Logging, Target, each_bucket};

declare_check! {
    /// Buckets whose use leaves no trace.
    struct BucketWithoutAccessLogging {
        id: "ASC-16",
        name: "s3-bucket-without-access-logging",
        service: "s3",
        severity: Medium,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
        maps_to: [("aws-fsbp", "S3.9"), ("pci-dss-4.0.1", "10.2.1")],
        options: [],
        reads: [Buckets, Logging, LogTargets, LogDelivery],
        en: {
            title: "S3 bucket keeps no server access log",
            why: "CloudTrail does not record reads and deletions of objects unless data events are paid for. Without \
                  server access logs nobody can tell afterwards who took what. Logs that are sent to a bucket which \
                  does not exist, or does not let the log writer in, are lost without an error.",
            console: "1. Choose a bucket in the same account and region that keeps logs and nothing else.\n\
                      2. Open the bucket to be logged in the S3 console and choose Properties.\n\
                      3. Under Server access logging choose Edit, then Enable, and name the target with a prefix of its own.\n\
                      4. Save; the console adds the statement that lets logging.s3.amazonaws.com write.",
        },
        ja: {
            title: "S3 バケットのサーバーアクセスログが記録されていない",
            why: "有料のデータイベントを有効にしない限り、CloudTrail はオブジェクトの読み取りや削除を記録しません。サーバーアクセスログがなければ、\
                  誰が何を持ち出したかを後から知ることはできません。存在しないバケットや、書き込みを許可していないバケットに送られたログは、\
                  エラーもなく失われます。",
            console: "1. 同じアカウント・リージョンに、ログ専用のバケットを用意します。\n\
                      2. S3 コンソールで記録対象のバケットを開き、[プロパティ] を選びます。\n\
                      3. [サーバーアクセスのログ記録] の [編集] で有効にし、固有のプレフィックスを付けて送信先を指定します。\n\
                      4. 保存すると、logging.s3.amazonaws.com に書き込みを許可する文がコンソールにより追加されます。",
        },
        cli: "aws s3api put-bucket-logging --bucket BUCKET --bucket-logging-status \\\n  \
              '{\"LoggingEnabled\":{\"TargetBucket\":\"LOG_BUCKET\",\"TargetPrefix\":\"BUCKET/\"}}'",
        cloudformation: "Bucket:\n  Type: AWS::S3::Bucket\n  Properties:\n    LoggingConfiguration:\n      \
                         DestinationBucketName: !Ref LogBucket\n      LogFilePrefix: example/",
        terraform: "resource \"aws_s3_bucket_logging\" \"example\" {\n  bucket        = aws_s3_bucket.example.id\n  \
                    target_bucket = aws_s3_bucket.logs.id\n  target_prefix = \"example/\"\n}",
    }
}

impl ResourceCheck for BucketWithoutAccessLogging {
    type Subject = Located;

    async fn subjects(&self, cx: &Cx) -> Listing<Located> {
        each_bucket(cx).await
    }

    fn resource(&self, bucket: &Located, cx: &Cx) -> Resource {
        bucket.resource(cx)
    }

    async fn evaluate(&self, located: &Located, cx: &Cx) -> Result<Verdict, Unread> {
        if let Some(target) = cx.get::<Logging>(located.bucket()?).await?.as_ref() {
            return Ok(logging_to(target, *cx.get::<LogDelivery>(target).await?));
        }
        let targets = cx.get::<LogTargets>(&()).await?;
        if targets.receiving.contains(&located.name) {
            return Ok(receives_logs());
        }
        if let Some(why) = &targets.unread {
            // A bucket whose logging could not be read may log into this one, unless this one lets no logs in.
            let from_anyone = Target { bucket: located.name.clone(), prefix: String::new() };
            if *cx.get::<LogDelivery>(&from_anyone).await? == Delivery::Works {
                return Err(why.clone());
            }
        }
        Ok(not_logging())
    }
}

fn logging_to(target: &Target, delivery: Delivery) -> Verdict {
    let Target { bucket, prefix } = target;
    let verdict = match delivery {
        Delivery::Works => {
            Verdict::pass(text!(en: "Logs to {bucket}/{prefix}.", ja: "{bucket}/{prefix} に記録しています。"))
        }
        Delivery::NoBucket => Verdict::fail(text!(
            en: "Logs to {bucket}, which does not exist: nothing is kept.",
            ja: "ログの送信先 {bucket} が存在しないため、何も記録されません。"
        )),
        Delivery::Refused => Verdict::fail(text!(
            en: "Logs to {bucket}, whose policy and ACL let logging.s3.amazonaws.com write nothing: nothing is kept.",
            ja: "ログの送信先 {bucket} のポリシーと ACL が logging.s3.amazonaws.com の書き込みを許可していないため、何も記録されません。"
        )),
    };
    verdict.evidence("logging", target).evidence("delivers", delivery == Delivery::Works)
}

fn receives_logs() -> Verdict {
    let verdict = Verdict::not_applicable(text!(
        en: "Other buckets log into this one; logging it as well would log the logging.",
        ja: "他のバケットのログの送信先です。これも記録すると、ログの書き込み自体が記録されます。"
    ));
    verdict.evidence("logging", Option::<Target>::None).evidence("receives_logs", true)
}

fn not_logging() -> Verdict {
    let verdict = Verdict::fail(text!(en: "Access is not logged.", ja: "アクセスが記録されていません。"));
    verdict.evidence("logging", Option::<Target>::None).evidence("receives_logs", false)
}

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;

    #[test]
    fn only_logs_that_arrive_count() {
        let target = Target { bucket: "logs".to_owned(), prefix: "app/".to_owned() };
        assert_eq!(logging_to(&target, Delivery::Works).status(), Status::Pass);
        for delivery in [Delivery::NoBucket, Delivery::Refused] {
            let verdict = logging_to(&target, delivery);
            assert_eq!(verdict.status(), Status::Fail);
            assert!(verdict.message().en.contains("nothing is kept"));
        }
    }

    #[test]
    fn a_log_target_is_not_reached_by_the_rule() {
        assert_eq!(receives_logs().status(), Status::NotApplicable);
        assert_eq!(not_logging().status(), Status::Fail);
    }
}
