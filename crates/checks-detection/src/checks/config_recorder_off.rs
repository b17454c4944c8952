//! BASE-07.

use asc_aws::EnabledRegions;
use asc_checks_s3::model::change::{
    CREATE_BUCKET, DELETE_BUCKET, PUT_BLOCK, PUT_ENCRYPTION, PUT_POLICY, PUT_VERSIONING,
};
use asc_checks_s3::model::{PolicyText, Whereabouts};
use asc_core::fact::{Answer, Reads, at_once};
use asc_core::fix::{Fix, Remedy, Run};
use asc_core::report::Finding;
use asc_core::{
    Cx, Fact, Kind, Listing, Operation, Resource, ResourceCheck, Status, Text, Unread, Verdict, declare_check,
    declare_fix, text,
};

use crate::model::change::LINK_ROLE;
use crate::model::change::recorder::{
    DELETE_CHANNEL, DELETE_RECORDER, PASS_ROLE, PUT_CHANNEL, PUT_RECORDER, START_RECORDER, STOP_RECORDER, UNLINK_ROLE,
};
use crate::model::{Channels, Delivery, Recorder, RecorderSetting, Recorders, ServiceRole};
use crate::offering::or_not_offered;
use crate::recording::{can_record_global_types, failing, recorded, region_of_global_types};

declare_check! {
    /// Regions that AWS Config does not record, and accounts whose global resources it records nowhere.
    struct ConfigRecorderOff {
        id: "BASE-07",
        name: "config-recorder-off",
        service: "config",
        severity: High,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/config/latest/developerguide/stop-start-recorder.html",
        maps_to: [
            ("aws-fsbp", "Config.1"), ("cis-aws-5.0.0", "3.3"), ("cis-aws-3.0.0", "3.3"), ("pci-dss-3.2.1", "10.5.2"),
            ("pci-dss-3.2.1", "11.5"),
        ],
        options: [],
        reads: [EnabledRegions, Recorders, Channels],
        en: {
            title: "AWS Config does not record",
            why: "AWS Config keeps how each resource was set up, and since when. Without it nobody can say what a bucket or a \
                  security group looked like on the day of an incident, and rules, Security Hub's standards and automatic \
                  remediation have nothing to work with. IAM's users, roles and policies are global: one region must record them.",
            console: "1. Open AWS Config in the region; choose Get started, or Settings and Edit for a recorder that is off.\n\
                      2. Record all resource types; include the global IAM resource types in one region only, to pay once.\n\
                      3. Choose a bucket and the service-linked role; the bucket policy must let config.amazonaws.com write.\n\
                      4. For a delivery that fails, put the bucket, its policy or the KMS key's policy right.",
        },
        ja: {
            title: "AWS Config が記録していない",
            why: "AWS Config は、各リソースがいつからどのような設定だったかを記録します。記録がなければ、インシデント当日のバケットやセキュリティグループの状態を\
                  誰も説明できず、ルール、Security Hub の標準、自動修復も機能しません。IAM のユーザー、ロール、ポリシーはグローバルなため、いずれか 1 つのリージョンで記録する必要があります。",
            console: "1. 対象リージョンの AWS Config で [今すぐ始める] を選びます。停止中のレコーダーは [設定] の [編集] から有効にします。\n\
                      2. すべてのリソースタイプを記録します。グローバルな IAM リソースタイプは、費用が重複しないよう 1 つのリージョンだけで含めます。\n\
                      3. バケットとサービスにリンクされたロールを選びます。バケットポリシーで config.amazonaws.com に書き込みを許可します。\n\
                      4. 配信に失敗している場合は、バケット、バケットポリシー、KMS キーポリシーを直します。",
        },
        cli: "aws configservice put-configuration-recorder --region REGION --recording-group allSupported=true,includeGlobalResourceTypes=true \\\n  \
              --configuration-recorder name=default,roleARN=arn:aws:iam::ACCOUNT:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig\n\
              aws configservice put-delivery-channel --region REGION --delivery-channel name=default,s3BucketName=CONFIG_BUCKET\n\
              aws configservice start-configuration-recorder --region REGION --configuration-recorder-name default",
        cloudformation: "Recorder:\n  Type: AWS::Config::ConfigurationRecorder\n  Properties:\n    RoleARN: !Sub \
                         \"arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig\"\n    \
                         RecordingGroup:\n      AllSupported: true\n      IncludeGlobalResourceTypes: true\n\nChannel:\n  \
                         Type: AWS::Config::DeliveryChannel\n  Properties:\n    S3BucketName: !Ref ConfigBucket",
        terraform: "resource \"aws_config_configuration_recorder\" \"example\" {\n  role_arn = aws_iam_service_linked_role.config.arn\n  \
                    recording_group {\n    all_supported                 = true\n    include_global_resource_types = true\n  }\n}\n\n\
                    resource \"aws_config_delivery_channel\" \"example\" {\n  s3_bucket_name = aws_s3_bucket.config.id\n}\n\n\
                    resource \"aws_config_configuration_recorder_status\" \"example\" {\n  \
                    name       = aws_config_configuration_recorder.example.name\n  is_enabled = true\n  \
                    depends_on = [aws_config_delivery_channel.example]\n}",
    }
}

/// What is judged: each region, and the account for the types that are global. Those have to be recorded in one region
/// and should be in no more, so no region alone is at fault when none does it.
#[derive(Debug)]
enum Subject {
    /// A region.
    Region(String),
    /// The account.
    Account,
}

impl ResourceCheck for ConfigRecorderOff {
    type Subject = Subject;

    async fn subjects(&self, cx: &Cx) -> Listing<Subject> {
        match cx.get::<EnabledRegions>(&()).await {
            Ok(regions) => {
                let regions = regions.iter().cloned().map(Subject::Region);
                Listing::of(regions.chain([Subject::Account]).collect())
            }
            Err(why) => Listing::failed(Resource::account(&cx.account().id), why),
        }
    }

    fn resource(&self, subject: &Subject, cx: &Cx) -> Resource {
        match subject {
            Subject::Region(region) => Resource::region(region),
            Subject::Account => Resource::account(&cx.account().id),
        }
    }

    async fn evaluate(&self, subject: &Subject, cx: &Cx) -> Result<Verdict, Unread> {
        match subject {
            Subject::Region(region) => {
                let recorders = match cx.get::<Recorders>(region).await {
                    Ok(recorders) => recorders,
                    Err(why) => return or_not_offered(region, why),
                };
                match off(&recorders) {
                    Some(why) => Ok(Verdict::fail(why).evidence("recorders", &*recorders)),
                    None => Ok(of_region(&recorders, &cx.get::<Channels>(region).await?)),
                }
            }
            Subject::Account => {
                let regions = cx.get::<EnabledRegions>(&()).await?;
                of_account(in_all(cx, &regions).await, cx.regions().named().is_some())
            }
        }
    }
}

/// The recorders of all regions.
async fn in_all(cx: &Cx, regions: &[String]) -> Vec<(String, Answer<Recorders>)> {
    let asked = at_once(regions.iter().cloned(), |region| async move {
        let recorders = cx.get::<Recorders>(&region).await;
        (region, recorders)
    });
    asked.await
}

/// Why nothing is recorded at all, if so.
fn off(recorders: &[Recorder]) -> Option<Text> {
    if recorders.is_empty() {
        return Some(text!(en: "There is no configuration recorder.", ja: "設定レコーダーがありません。"));
    }
    if recorders.iter().any(|recorder| recorder.recording) {
        return None;
    }
    Some(text!(en: "The configuration recorder is switched off.", ja: "設定レコーダーが停止しています。"))
}

/// The verdict on a region in which something is recorded.
fn of_region(recorders: &[Recorder], channels: &[Delivery]) -> Verdict {
    let error = recorders.iter().filter(|recorder| recorder.recording).find_map(|recorder| recorder.error.as_ref());
    let failed: Vec<_> = channels.iter().flat_map(|channel| &channel.failed).collect();
    let verdict = if let Some(error) = error {
        Verdict::fail(text!(
            en: "The configuration recorder's last attempt failed ({error}).",
            ja: "設定レコーダーの直近の記録に失敗しています ({error})。"
        ))
    } else if channels.is_empty() {
        Verdict::fail(text!(
            en: "There is no delivery channel: what is recorded goes nowhere.",
            ja: "配信チャネルがなく、記録がどこにも配信されません。"
        ))
    } else if !failed.is_empty() {
        let failed = failed.iter().map(|(what, error)| format!("{what}: {error}")).collect::<Vec<_>>().join(", ");
        Verdict::fail(text!(
            en: "The last delivery failed ({failed}).",
            ja: "直近の配信に失敗しています ({failed})。"
        ))
    } else {
        Verdict::pass(text!(en: "AWS Config is recording.", ja: "AWS Config が記録しています。"))
    };
    let verdict = if recorders.iter().any(|recorder| recorder.recording && recorder.all_types) {
        verdict
    } else {
        verdict.note(&text!(
            en: "It records chosen types of resources only.",
            ja: "選択されたリソースタイプだけを記録しています。"
        ))
    };
    verdict.evidence("recorders", recorders).evidence("channels", channels)
}

/// The verdict on the global types. A region that could not be asked matters if no other records them.
fn of_account(asked: Vec<(String, Answer<Recorders>)>, narrowed: bool) -> Result<Verdict, Unread> {
    let (mut recording, mut unread) = (Vec::new(), None);
    for (region, recorders) in asked.into_iter().filter(|(region, _)| can_record_global_types(region)) {
        match recorders {
            Ok(all) if all.iter().any(|one| one.recording && one.global_types) => recording.push(region),
            Ok(_) => {}
            // Where AWS Config is not offered it records nothing.
            Err(why) => unread = unread.or(or_not_offered(&region, why).err()),
        }
    }
    if !recording.is_empty() {
        let regions = recording.join(", ");
        return Ok(Verdict::pass(text!(
            en: "Global resource types (IAM) are recorded in {regions}.",
            ja: "グローバルリソースタイプ (IAM) は {regions} で記録されています。"
        ))
        .evidence("regions", recording));
    }
    if let Some(why) = unread {
        return Err(why);
    }
    let verdict = Verdict::fail(text!(
        en: "Global resource types (IAM users, groups, roles, policies) are recorded nowhere.",
        ja: "グローバルリソースタイプ (IAM ユーザー、グループ、ロール、ポリシー) がどこにも記録されていません。"
    ));
    Ok(if narrowed {
        verdict.note(&text!(
            en: "Only the regions that were asked for have been looked at.",
            ja: "指定されたリージョンだけを確認しました。"
        ))
    } else {
        verdict
    })
}

impl Fix for ConfigRecorderOff {
    const READS: &'static [Reads] = &[
        Reads::Of(EnabledRegions::READS),
        Reads::Of(Recorders::READS),
        Reads::Of(RecorderSetting::READS),
        Reads::Of(Channels::READS),
        Reads::Of(ServiceRole::READS),
        Reads::Of(Whereabouts::READS),
        Reads::Of(PolicyText::READS),
    ];
    const CALLS: &'static [Operation] = &[
        LINK_ROLE,
        UNLINK_ROLE,
        PASS_ROLE,
        CREATE_BUCKET,
        DELETE_BUCKET,
        PUT_BLOCK,
        PUT_ENCRYPTION,
        PUT_VERSIONING,
        PUT_POLICY,
        PUT_RECORDER,
        DELETE_RECORDER,
        PUT_CHANNEL,
        DELETE_CHANNEL,
        START_RECORDER,
        STOP_RECORDER,
    ];

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let cx = &run.now;
        let regions = cx.get::<EnabledRegions>(&()).await?;
        let home = asc_aws::door(cx, START_RECORDER)?.home();
        let of_global = region_of_global_types(&cx.account().partition, home, &regions);
        if finding.resource.kind != "AWS::Region" {
            return match of_global {
                None => Ok(nowhere_to_record()),
                Some(_) if self.evaluate(&Subject::Account, cx).await?.status() != Status::Fail => Ok(by_now()),
                Some(region) => recorded(region, true, run).await,
            };
        }
        let region = &finding.resource.id;
        let recorders = cx.get::<Recorders>(region).await?;
        if off(&recorders).is_none() {
            let channels = cx.get::<Channels>(region).await?;
            if of_region(&recorders, &channels).status() != Status::Fail {
                return Ok(by_now());
            }
            if !channels.is_empty() || recorders.iter().any(|recorder| recorder.recording && recorder.error.is_some()) {
                return Ok(failing(region));
            }
        }
        // IAM's types are recorded once, and only if nobody does so: a second time costs a second time.
        let global = of_global == Some(region)
            && self.evaluate(&Subject::Account, cx).await.is_ok_and(|verdict| verdict.status() == Status::Fail);
        recorded(region, global, run).await
    }
}

declare_fix!(ConfigRecorderOff);

fn by_now() -> Remedy {
    Remedy::Nothing { why: text!(en: "It is recorded by now.", ja: "すでに記録されています。") }
}

fn nowhere_to_record() -> Remedy {
    Remedy::Manual {
        why: text!(
            en: "AWS Config can record IAM's types in none of the regions that were looked at.",
            ja: "確認したリージョンはいずれも、AWS Config で IAM のリソースタイプを記録できません。"
        ),
        how: text!(
            en: "Run asc fix without --region, or with the one in which IAM's types are to be recorded, such as us-east-1.",
            ja: "--region を付けずに、または IAM のリソースタイプを記録するリージョン (us-east-1 など) を指定して asc fix を再実行します。"
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use asc_core::{Class, Operation, Status};

    use super::*;
    use crate::model::Types;

    fn recorder(recording: bool, global_types: bool) -> Recorder {
        Recorder {
            name: "default".to_owned(),
            recording,
            error: None,
            global_types,
            all_types: true,
            types: Types::AllBut(Vec::new()),
        }
    }

    fn channel(failed: &[&'static str]) -> Delivery {
        let failed = failed.iter().map(|what| (*what, "NoSuchBucket".to_owned())).collect();
        Delivery { channel: "default".to_owned(), failed }
    }

    #[test]
    fn a_recorder_has_to_be_there_and_on() {
        assert!(off(&[]).is_some() && off(&[recorder(false, true)]).is_some());
        assert!(off(&[recorder(true, false)]).is_none());
    }

    #[test]
    fn what_is_recorded_has_to_arrive() {
        let on = [recorder(true, false)];
        assert_eq!(of_region(&on, &[channel(&[])]).status(), Status::Pass);
        assert_eq!(of_region(&on, &[]).status(), Status::Fail);
        let failed = of_region(&on, &[channel(&["history", "stream"])]);
        assert_eq!(failed.status(), Status::Fail);
        assert!(failed.message().en.contains("history: NoSuchBucket, stream"), "{}", failed.message().en);
        let broken = Recorder { error: Some("AccessDenied".to_owned()), ..recorder(true, false) };
        assert_eq!(of_region(&[broken], &[channel(&[])]).status(), Status::Fail);
        let some = Recorder { all_types: false, ..recorder(true, false) };
        assert!(of_region(&[some], &[channel(&[])]).message().en.contains("chosen types"));
    }

    #[test]
    fn one_region_has_to_record_what_is_global() {
        let asked = |given: &[Option<Recorder>]| {
            let why = || Unread::new(Operation::new("config", "Describe", "config:Describe"), Class::Denied, "no");
            let answer = |one: &Option<Recorder>| one.clone().map(|one| Arc::new(vec![one])).ok_or_else(why);
            let asked = given.iter().map(|one| ("eu-west-1".to_owned(), answer(one))).collect();
            of_account(asked, false).ok().map(|verdict| verdict.status())
        };
        assert_eq!(asked(&[Some(recorder(true, false)), Some(recorder(true, true))]), Some(Status::Pass));
        assert_eq!(asked(&[Some(recorder(false, true))]), Some(Status::Fail), "one that is off records nothing");
        assert_eq!(asked(&[Some(recorder(true, false)), None]), None);
        assert_eq!(asked(&[Some(recorder(true, true)), None]), Some(Status::Pass));
        let late = |region: &str| {
            let all = Arc::new(vec![recorder(true, true)]);
            of_account(vec![(region.to_owned(), Ok(all))], false).unwrap().status()
        };
        assert_eq!((late("ap-south-2"), late("ap-south-1")), (Status::Fail, Status::Pass), "what AWS Config cannot do");
        assert!(of_account(Vec::new(), true).unwrap().message().en.contains("asked for"));
    }
}
