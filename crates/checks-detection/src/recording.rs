//! What puts AWS Config's recording right: the steps that a region lacks, each the least that is needed.

use asc_checks_s3::model::{Bucket, PolicyText, bucket_arn};
use asc_checks_s3::remedy::{self, Delivery, not_merged, own_bucket};
use asc_core::fix::{Class, Remedy, Run, Step};
use asc_core::{Cx, Text, Unread, text};
use serde_json::{Value, json};

use crate::model::change::recorder::START_RECORDER;
use crate::model::{Channels, RecorderAsSet, RecorderChange, RecorderSetting, Recorders, ServiceRole, service_role};

/// Where AWS Config cannot record IAM's types, whatever its recorder is told.
/// Source: AWS Config Developer Guide, "Recording AWS Resources", on global resources, and the regions that the managed
/// rules over IAM leave out.
const WITHOUT_GLOBAL_TYPES: [&str; 12] = [
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "mx-central-1",
];

/// Whether AWS Config can record IAM's types in a region.
pub(crate) fn can_record_global_types(region: &str) -> bool {
    !WITHOUT_GLOBAL_TYPES.contains(&region)
}

/// The region in which IAM's types should be recorded: where IAM itself lives, else where the run sets out from, else
/// the first that can.
pub(crate) fn region_of_global_types<'a>(partition: &str, home: &str, regions: &'a [String]) -> Option<&'a String> {
    let of_iam = match partition {
        "aws" => "us-east-1",
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        _ => home,
    };
    let mut able = regions.iter().filter(|region| can_record_global_types(region));
    let named = |name: &str| able.clone().find(|region| *region == name);
    named(of_iam).or_else(|| named(home)).or_else(|| able.next())
}

/// The steps that let a region record, with the global types if they are wanted.
pub(crate) async fn recorded(region: &str, global: bool, run: &Run) -> Result<Remedy, Unread> {
    let cx = &run.now;
    let key = region.to_owned();
    let channels = cx.get::<Channels>(&key).await?;
    let setting = cx.get::<RecorderSetting>(&key).await?;
    let made = RecorderAsSet::of_everything(&named(run), &service_role(cx), global);
    let recorder = setting.as_ref().as_ref().unwrap_or(&made);
    let mut steps = Vec::new();
    if setting.is_none() && cx.get::<ServiceRole>(&()).await?.is_none() {
        steps.push(role(run));
    }
    let home = asc_aws::door(cx, START_RECORDER)?.home();
    let bucket = Bucket::new(format!("asc-config-{}-{}", cx.account().id, run.id), home);
    if channels.is_empty() && !is_ready(cx, &bucket).await? {
        match remedy::make_for_logs(cx, &bucket, &delivery(cx, &bucket)) {
            Ok(made) => steps.extend(made),
            Err(why) => return Ok(not_merged(why, &Value::Null)),
        }
    }
    let with_global = recorder.clone().with_global_types();
    if setting.is_none() {
        steps.push(begun(region, &made));
    } else if global && with_global != *recorder {
        steps.push(widened(region, recorder, with_global));
    }
    if channels.is_empty() {
        steps.push(delivered(region, &named(run), &bucket.name));
    }
    if !cx.get::<Recorders>(&key).await?.iter().any(|recorder| recorder.recording) {
        steps.push(started(region, &recorder.name));
    }
    if steps.is_empty() {
        let why = text!(en: "It is recorded by now.", ja: "すでに記録されています。");
        return Ok(Remedy::Nothing { why });
    }
    Ok(Remedy::Steps { class: Class::Safe, steps, note: Some(note(channels.is_empty())) })
}

/// What a run calls the recorder and the channel that it makes: nobody else's have the name.
fn named(run: &Run) -> String {
    format!("asc-{}", run.id)
}

/// Whether the run has made its bucket already, for another region: there is one for all.
async fn is_ready(cx: &Cx, bucket: &Bucket) -> Result<bool, Unread> {
    match own_bucket(cx, &bucket.name).await? {
        Some(bucket) => Ok(cx.get::<PolicyText>(&bucket).await?.is_some()),
        None => Ok(false),
    }
}

fn note(makes_a_bucket: bool) -> Text {
    let charges = text!(
        en: "AWS Config charges for each change that it records.",
        ja: "AWS Config は記録する変更ごとに課金されます。"
    );
    if !makes_a_bucket {
        return charges;
    }
    charges.and(&text!(
        en: "It writes a test file into the bucket at once: to undo this whole, empty the bucket first.",
        ja: "AWS Config はすぐにテストファイルをバケットに書き込むため、すべてを元に戻すにはバケットを空にする必要があります。"
    ))
}

fn role(run: &Run) -> Step {
    let run = run.id.clone();
    Step {
        says: text!(
            en: "Make the role that AWS Config reads resources by, AWSServiceRoleForConfig.",
            ja: "AWS Config がリソースの読み取りに使うロール AWSServiceRoleForConfig を作成します。"
        ),
        back: vec![RecorderChange::DeleteServiceLinkedRole { run: run.clone() }.into()],
        forward: RecorderChange::CreateServiceLinkedRole { run }.into(),
        before: json!({ "role": null }),
    }
}

fn begun(region: &str, recorder: &RecorderAsSet) -> Step {
    let (region, name) = (region.to_owned(), recorder.name.clone());
    let says = if recorder.global {
        text!(
            en: "Make a recorder of all types of resources in {region}, IAM's included.",
            ja: "{region} に、IAM を含むすべてのリソースタイプを対象とする設定レコーダーを作成します。"
        )
    } else {
        text!(
            en: "Make a recorder of all types of resources in {region}, without the global ones.",
            ja: "{region} に、グローバルなものを除くすべてのリソースタイプを対象とする設定レコーダーを作成します。"
        )
    };
    Step {
        says,
        back: vec![RecorderChange::DeleteConfigurationRecorder { region: region.clone(), name }.into()],
        forward: RecorderChange::PutConfigurationRecorder { region, recorder: recorder.clone() }.into(),
        before: json!({ "recorder": null }),
    }
}

fn widened(region: &str, before: &RecorderAsSet, after: RecorderAsSet) -> Step {
    let (region, name) = (region.to_owned(), &before.name);
    Step {
        says: text!(
            en: "Let the recorder {name} in {region} record IAM's users, groups, roles and policies as well.",
            ja: "{region} の設定レコーダー {name} で、IAM のユーザー、グループ、ロール、ポリシーも記録します。"
        ),
        back: vec![
            RecorderChange::RestoreConfigurationRecorder {
                region: region.clone(),
                ours: after.clone(),
                before: before.clone(),
            }
            .into(),
        ],
        before: json!({ "recorder": before }),
        forward: RecorderChange::PutConfigurationRecorder { region, recorder: after }.into(),
    }
}

fn delivered(region: &str, name: &str, bucket: &str) -> Step {
    let (region, name) = (region.to_owned(), name.to_owned());
    Step {
        says: text!(
            en: "Deliver what is recorded in {region} into the bucket {bucket}.",
            ja: "{region} の記録をバケット {bucket} に配信します。"
        ),
        back: vec![RecorderChange::DeleteDeliveryChannel { region: region.clone(), name: name.clone() }.into()],
        forward: RecorderChange::PutDeliveryChannel { region, name, bucket: bucket.to_owned() }.into(),
        before: json!({ "delivery_channel": null }),
    }
}

fn started(region: &str, name: &str) -> Step {
    let (region, name) = (region.to_owned(), name.to_owned());
    Step {
        says: text!(
            en: "Start the recorder {name} in {region}.",
            ja: "{region} の設定レコーダー {name} を開始します。"
        ),
        back: vec![RecorderChange::StopConfigurationRecorder { region: region.clone(), name: name.clone() }.into()],
        forward: RecorderChange::StartConfigurationRecorder { region, name }.into(),
        before: json!({ "recording": false }),
    }
}

/// Source: AWS Config Developer Guide, "Permissions for the Amazon S3 Bucket for the AWS Config Delivery Channel", for
/// a recorder that works by the service's own role.
fn delivery(cx: &Cx, bucket: &Bucket) -> Delivery {
    let account = &cx.account().id;
    let arn = bucket_arn(cx, &bucket.name);
    let service = json!({ "Service": "config.amazonaws.com" });
    let statements = vec![
        json!({
            "Effect": "Allow",
            "Principal": service,
            "Action": ["s3:GetBucketAcl", "s3:ListBucket"],
            "Resource": arn,
            "Condition": { "StringEquals": { "aws:SourceAccount": account } },
        }),
        json!({
            "Effect": "Allow",
            "Principal": service,
            "Action": "s3:PutObject",
            "Resource": format!("{arn}/AWSLogs/{account}/Config/*"),
            "Condition": {
                "StringEquals": { "s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceAccount": account },
            },
        }),
    ];
    Delivery { sid: "AscConfig", statements, purpose: text!(en: "what AWS Config records", ja: "AWS Config の記録") }
}

/// What is left to a person where recording, or its delivery, fails: the bucket and its policy are somebody's.
pub(crate) fn failing(region: &str) -> Remedy {
    Remedy::Manual {
        why: text!(
            en: "It records, and what it records does not arrive: the bucket, its policy and its key are somebody's.",
            ja: "記録していますが、届いていません。バケット、バケットポリシー、KMS キーの所有者が直す必要があります。"
        ),
        how: text!(
            en: "1. See what fails, and where it delivers to: aws configservice describe-delivery-channel-status --region {region}; \
                 aws configservice describe-delivery-channels --region {region}\n\
                 2. NoSuchBucket: make the bucket again under its name, or set another with aws configservice put-delivery-channel --region {region}\n\
                 3. AccessDenied: let config.amazonaws.com call s3:GetBucketAcl and s3:ListBucket on the bucket, and s3:PutObject on \
                 AWSLogs/ACCOUNT/Config/*, with aws:SourceAccount your account; likewise kms:Decrypt and kms:GenerateDataKey in the policy of its KMS key\n\
                 4. A recorder that fails itself: see that its role exists and has AWS_ConfigRole, or use AWSServiceRoleForConfig\n\
                 5. Try it: aws configservice deliver-config-snapshot --region {region} --delivery-channel-name CHANNEL",
            ja: "1. 失敗している内容と配信先を確認します: aws configservice describe-delivery-channel-status --region {region}、\
                 aws configservice describe-delivery-channels --region {region}\n\
                 2. NoSuchBucket の場合は、同じ名前でバケットを作り直すか、別のバケットを設定します: aws configservice put-delivery-channel --region {region}\n\
                 3. AccessDenied の場合は、config.amazonaws.com にバケットの s3:GetBucketAcl と s3:ListBucket、AWSLogs/ACCOUNT/Config/* の s3:PutObject を\
                 許可し、aws:SourceAccount を自アカウントに限定します。KMS キーのポリシーでは kms:Decrypt と kms:GenerateDataKey を許可します\n\
                 4. レコーダー自体が失敗している場合は、ロールが存在し AWS_ConfigRole が付いていることを確認するか、AWSServiceRoleForConfig を使います\n\
                 5. 配信を確認します: aws configservice deliver-config-snapshot --region {region} --delivery-channel-name CHANNEL"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn global_types_are_recorded_where_iam_lives_or_where_they_can_be() {
        let of = |partition, home, regions: &[&str]| {
            let regions: Vec<_> = regions.iter().map(|&region| region.to_owned()).collect();
            region_of_global_types(partition, home, &regions).cloned()
        };
        let is = |region: &str| Some(region.to_owned());
        assert_eq!(of("aws", "eu-west-1", &["ap-south-2", "eu-west-1", "us-east-1"]), is("us-east-1"));
        assert_eq!(of("aws", "eu-west-1", &["ap-south-1", "eu-west-1"]), is("eu-west-1"), "us-east-1 is not looked at");
        assert_eq!(of("aws", "ca-west-1", &["ap-south-2", "ca-west-1", "eu-west-1"]), is("eu-west-1"));
        assert_eq!(of("aws-cn", "cn-northwest-1", &["cn-north-1", "cn-northwest-1"]), is("cn-north-1"));
        assert_eq!(of("aws", "ca-west-1", &["ca-west-1"]), None);
    }
}
