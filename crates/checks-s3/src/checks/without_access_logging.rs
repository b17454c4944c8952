//! ASC-16.

use asc_core::fact::Reads;
use asc_core::fix::{Class, Fix, Remedy, Run, Step};
use asc_core::report::Finding;
use asc_core::{
    Cx, Fact, Kind, Listing, Operation, Resource, ResourceCheck, Unread, Verdict, declare_check, declare_fix, text,
};
use serde_json::{Value, json};

use crate::model::change::{
    CREATE_BUCKET, DELETE_BUCKET, DELETE_POLICY, PUT_BLOCK, PUT_ENCRYPTION, PUT_LOGGING, PUT_POLICY, PUT_VERSIONING,
};
use crate::model::{
    Bucket, BucketCall, Buckets, Delivery, Encryption, Located, LogDelivery, LogTargets, Logging, Place, PolicyText,
    Sse, Target, Whereabouts, each_bucket,
};
use crate::remedy::{self, gone, make_for_logs, not_merged, own_bucket};

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

impl Fix for BucketWithoutAccessLogging {
    const READS: &'static [Reads] = &[
        Reads::Of(Whereabouts::READS),
        Reads::Of(Logging::READS),
        Reads::Of(LogTargets::READS),
        Reads::Of(LogDelivery::READS),
        Reads::Of(Encryption::READS),
    ];
    const CALLS: &'static [Operation] = &[
        PUT_LOGGING,
        CREATE_BUCKET,
        DELETE_BUCKET,
        PUT_BLOCK,
        PUT_ENCRYPTION,
        PUT_VERSIONING,
        PUT_POLICY,
        DELETE_POLICY,
    ];

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let name = &finding.resource.id;
        let Some(bucket) = own_bucket(&run.now, name).await? else { return Ok(gone(name)) };
        match run.now.get::<Logging>(&bucket).await?.as_ref() {
            Some(target) => mend(&bucket, target, run).await,
            None => begin(&bucket, run).await,
        }
    }
}

declare_fix!(BucketWithoutAccessLogging);

fn safe(steps: Vec<Step>) -> Remedy {
    let note = text!(
        en: "Logs are kept for ever until a lifecycle rule of the target ends them.",
        ja: "送信先にライフサイクルルールを設定しない限り、ログは無期限に残ります。"
    );
    Remedy::Steps { class: Class::Safe, steps, note: Some(note) }
}

/// Lets logs arrive that are sent already. Where they go stays as it is: S3 would not take it back when it is undone.
async fn mend(bucket: &Bucket, target: &Target, run: &Run) -> Result<Remedy, Unread> {
    let name = &target.bucket;
    match *run.now.get::<LogDelivery>(target).await? {
        Delivery::Works => {
            let why = text!(en: "Access is logged by now.", ja: "アクセスはすでに記録されています。");
            Ok(Remedy::Nothing { why })
        }
        Delivery::Refused => match own_bucket(&run.now, name).await? {
            Some(into) => Ok(match let_in(&into, run).await? {
                Ok(step) => safe(vec![step]),
                Err(manual) => manual,
            }),
            None => Ok(gone(name)),
        },
        Delivery::NoBucket if *run.now.get::<Whereabouts>(name).await? == Place::Nowhere => {
            Ok(made(&Bucket::new(name, &bucket.region), run, Vec::new()))
        }
        Delivery::NoBucket => Ok(Remedy::Manual {
            why: text!(
                en: "Logs are sent to {name}, which belongs to another account. Once another target is set, S3 would not take this one back.",
                ja: "ログの送信先 {name} は別のアカウントのバケットです。送信先を変えると、S3 ではこの設定に戻せません。"
            ),
            how: text!(
                en: "Choose a bucket of this account in the same region and set it as the target: aws s3api put-bucket-logging --bucket {bucket} …",
                ja: "同じアカウント・リージョンのバケットを選び、送信先に設定します: aws s3api put-bucket-logging --bucket {bucket} …",
                bucket = bucket.name
            ),
        }),
    }
}

fn made(target: &Bucket, run: &Run, then: Vec<Step>) -> Remedy {
    let delivery = remedy::Delivery::access_logs(&run.now, &target.name);
    match make_for_logs(&run.now, target, &delivery) {
        Ok(mut steps) => {
            steps.extend(then);
            safe(steps)
        }
        Err(why) => not_merged(why, &Value::Null),
    }
}

/// The step that lets S3's log writer into a bucket; what a person must do where that would not be enough.
async fn let_in(target: &Bucket, run: &Run) -> Result<Result<Step, Remedy>, Unread> {
    let before = run.now.get::<PolicyText>(target).await?;
    let before = before.as_ref().as_ref();
    let delivery = remedy::Delivery::access_logs(&run.now, &target.name);
    let statement = json!(delivery.statements);
    let merged = match delivery.added_to(before.map(String::as_str)) {
        Ok(merged) if Some(&merged) != before => merged,
        Ok(_) => return Ok(Err(denied(target))),
        Err(why) => return Ok(Err(not_merged(why, &statement))),
    };
    let name = &target.name;
    let back = BucketCall::RestoreBucketPolicy { ours: merged.clone(), before: before.cloned() };
    Ok(Ok(Step {
        says: text!(
            en: "Add a statement to the policy of the bucket {name} that lets S3 deliver access logs; the others stay.",
            ja: "バケット {name} のポリシーに、S3 のアクセスログの配信を許可する文を追加します。ほかの文は変わりません。"
        ),
        forward: BucketCall::PutBucketPolicy { policy: merged }.on(target).into(),
        back: vec![back.on(target).into()],
        before: json!({ "policy": before }),
    }))
}

fn denied(target: &Bucket) -> Remedy {
    let name = &target.name;
    Remedy::Manual {
        why: text!(
            en: "The policy of {name} lets the log writer in, and denies it again: somebody wanted that.",
            ja: "{name} のポリシーはログの書き込みを許可したうえで拒否しています。意図したものかもしれません。"
        ),
        how: text!(
            en: "Find the Deny in the policy of {name} that covers logging.s3.amazonaws.com, and except that service from it.",
            ja: "{name} のポリシーで logging.s3.amazonaws.com を拒否している Deny を探し、このサービスを除外します。"
        ),
    }
}

/// Logs the bucket into the one that the user has chosen, one that logs arrive in already, or a new one.
async fn begin(bucket: &Bucket, run: &Run) -> Result<Remedy, Unread> {
    let to = |target: &Bucket| {
        let (name, into) = (&bucket.name, &target.name);
        let target = Target { bucket: into.clone(), prefix: format!("{name}/") };
        Step {
            says: text!(
                en: "Log access to the bucket {name} into {into}.",
                ja: "バケット {name} へのアクセスを {into} に記録します。"
            ),
            forward: BucketCall::PutBucketLogging { target: Some(target) }.on(bucket).into(),
            back: vec![BucketCall::PutBucketLogging { target: None }.on(bucket).into()],
            before: json!({ "logging": null }),
        }
    };
    let Run { id, now, survey, log_bucket } = run;
    if let Some(chosen) = log_bucket
        && let Some(chosen) = own_bucket(now, chosen).await?.filter(|chosen| fits(chosen, bucket))
    {
        if takes(now, &chosen).await? {
            return Ok(safe(vec![to(&chosen)]));
        }
        return Ok(match let_in(&chosen, run).await? {
            Ok(step) => safe(vec![step, to(&chosen)]),
            Err(manual) => manual,
        });
    }
    let ours = format!("asc-access-logs-{}-{}-{id}", now.account().id, bucket.region);
    let targets = survey.get::<LogTargets>(&()).await?;
    for name in targets.receiving.iter().chain([&ours]) {
        if let Some(target) = own_bucket(now, name).await?.filter(|target| fits(target, bucket))
            && takes(now, &target).await?
        {
            return Ok(safe(vec![to(&target)]));
        }
    }
    let target = Bucket::new(ours, &bucket.region);
    Ok(made(&target, run, vec![to(&target)]))
}

/// A target must be another bucket of the same region.
fn fits(target: &Bucket, bucket: &Bucket) -> bool {
    target.region == bucket.region && target.name != bucket.name
}

/// Whether logs can arrive in a bucket under any prefix: its policy lets them, and no KMS key is in the way.
/// Source: Amazon S3 User Guide, "Enabling Amazon S3 server access logging", on default encryption of the target.
async fn takes(cx: &Cx, target: &Bucket) -> Result<bool, Unread> {
    let anywhere = Target { bucket: target.name.clone(), prefix: String::new() };
    let by_key = cx.get::<Encryption>(target).await?.as_ref().as_ref().is_some_and(Sse::is_kms);
    Ok(!by_key && *cx.get::<LogDelivery>(&anywhere).await? == Delivery::Works)
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
