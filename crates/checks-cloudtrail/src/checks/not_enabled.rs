//! ASC-03.

use asc_aws::EnabledRegions;
use asc_checks_s3::model::change::{
    CREATE_BUCKET, DELETE_BUCKET, PUT_BLOCK, PUT_ENCRYPTION, PUT_POLICY, PUT_VERSIONING,
};
use asc_checks_s3::model::{Bucket, Whereabouts, bucket_arn};
use asc_checks_s3::remedy::{self, Delivery, not_merged};
use asc_core::fact::Reads;
use asc_core::fix::{Class, Fix, Remedy, Run, Step};
use asc_core::report::Finding;
use asc_core::{
    Cx, Declared, Kind, Lang, Listing, Operation, Resource, ResourceCheck, Status, Text, Unread, Verdict,
    declare_check, declare_fix, text,
};
use serde_json::{Value, json};

use crate::coverage::{Assessed, Recorded, assess};
use crate::model::change::{
    ADD_TAGS, CREATE_TRAIL, DELETE_TRAIL, PUT_SELECTORS, START_LOGGING, TrailCall, TrailChange,
};
use crate::model::{AllTrails, EventSelectors, Trail, TrailStatus, TrailsIn};

declare_check! {
    /// Regions, and global services, whose management events no working trail records.
    struct CloudtrailNotEnabled {
        id: "ASC-03",
        name: "cloudtrail-not-enabled",
        service: "cloudtrail",
        severity: High,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/receive-cloudtrail-log-files-from-multiple-regions.html",
        maps_to: [("aws-fsbp", "CloudTrail.1"), ("cis-aws-5.0.0", "3.1"), ("cis-aws-3.0.0", "3.1")],
        options: [],
        reads: [EnabledRegions, TrailsIn, AllTrails, TrailStatus, EventSelectors, Whereabouts],
        en: {
            title: "CloudTrail does not record all management events",
            why: "Without a trail, what was done in a region can be looked up for 90 days at most, and not at all once \
                  somebody with rights has covered the traces. Attackers prefer regions that nobody uses. A trail that \
                  is switched off, records only part, or cannot deliver looks like one and records nothing.",
            console: "1. Open CloudTrail, choose Trails, then Create trail; a new trail covers all regions.\n\
                      2. Let it write to a bucket of its own in an account that only logs; turn log file validation on.\n\
                      3. Under Events choose Management events, both Read and Write.\n\
                      4. For a trail that is off: open it and choose Start logging; for one that cannot deliver, put its bucket and bucket policy right.",
        },
        ja: {
            title: "CloudTrail がすべての管理イベントを記録していない",
            why: "証跡がなければ、リージョンで行われた操作は最長 90 日しか調べられず、権限を持つ者に痕跡を消されると何も残りません。\
                  攻撃者は使われていないリージョンを好みます。停止中の証跡、一部しか記録しない証跡、配信に失敗している証跡は、\
                  あるように見えて何も記録していません。",
            console: "1. CloudTrail の [証跡] で [証跡の作成] を選びます。新しい証跡はすべてのリージョンを対象とします。\n\
                      2. ログ専用アカウントの専用バケットに書き込み、ログファイルの検証を有効にします。\n\
                      3. [イベント] で管理イベントの読み取りと書き込みの両方を選びます。\n\
                      4. 停止中の証跡は開いて [ログ記録の開始] を選びます。配信に失敗している場合は、バケットとバケットポリシーを直します。",
        },
        cli: "aws cloudtrail create-trail --name account-trail --s3-bucket-name LOG_BUCKET \\\n  \
              --is-multi-region-trail --include-global-service-events --enable-log-file-validation\n\
              aws cloudtrail start-logging --name account-trail",
        cloudformation: "Trail:\n  Type: AWS::CloudTrail::Trail\n  DependsOn: TrailBucketPolicy\n  Properties:\n    IsLogging: true\n    \
                         IsMultiRegionTrail: true\n    IncludeGlobalServiceEvents: true\n    EnableLogFileValidation: true\n    \
                         S3BucketName: !Ref TrailBucket",
        terraform: "resource \"aws_cloudtrail\" \"account\" {\n  name                          = \"account-trail\"\n  \
                    s3_bucket_name                = aws_s3_bucket.trail.id\n  is_multi_region_trail         = true\n  \
                    include_global_service_events = true\n  enable_log_file_validation    = true\n}",
    }
}

/// What is judged: each region, and the account for its global services.
#[derive(Debug)]
enum Subject {
    /// A region.
    Region(String),
    /// The account.
    Account,
}

impl ResourceCheck for CloudtrailNotEnabled {
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
                // Multi-region trails show in every region; one look from one region is enough where they cover all.
                let first = Coverage::over(cx, &seen_from_start(cx).await, |trail| trail.multi_region).await;
                if first.is_whole() {
                    return Ok(first.of_region(region));
                }
                let here = match cx.get::<TrailsIn>(region).await {
                    Ok(here) => here,
                    Err(why) => return seen_elsewhere(cx, region).await?.ok_or(why),
                };
                let covers = |trail: &Trail| trail.multi_region || trail.home == *region;
                let coverage = Coverage::over(cx, &here, covers).await;
                coverage.proven()?;
                Ok(coverage.of_region(region))
            }
            Subject::Account => {
                let first = Coverage::over(cx, &seen_from_start(cx).await, |trail| trail.global_events).await;
                if first.is_whole() {
                    return Ok(first.of_account());
                }
                let everywhere = cx.get::<AllTrails>(&()).await?;
                let mut coverage = Coverage::over(cx, &everywhere.trails, |trail| trail.global_events).await;
                coverage.unread.extend(everywhere.unread.iter().map(|(_, why)| why.clone()));
                coverage.proven()?;
                Ok(coverage.of_account())
            }
        }
    }
}

/// The trails that the region the scan sets out from knows, or none if it cannot be asked: the other regions then
/// speak for themselves.
async fn seen_from_start(cx: &Cx) -> Vec<Trail> {
    let Ok(regions) = cx.get::<EnabledRegions>(&()).await else { return Vec::new() };
    let home = cx.service::<asc_aws::Door>().map_or("", asc_aws::Door::home);
    let Some(start) = regions.iter().find(|region| *region == home).or_else(|| regions.first()) else {
        return Vec::new();
    };
    cx.get::<TrailsIn>(start).await.map(|trails| trails.to_vec()).unwrap_or_default()
}

/// The verdict on a region that cannot be asked itself: what the others show of multi-region trails is enough if those
/// record everything.
async fn seen_elsewhere(cx: &Cx, region: &str) -> Result<Option<Verdict>, Unread> {
    let everywhere = cx.get::<AllTrails>(&()).await?;
    let coverage = Coverage::over(cx, &everywhere.trails, |trail| trail.multi_region).await;
    Ok(coverage.is_whole().then(|| coverage.of_region(region)))
}

/// What a set of trails records together.
#[derive(Debug, Default)]
struct Coverage {
    trails: Vec<Assessed>,
    unread: Vec<Unread>,
}

impl Coverage {
    async fn over(cx: &Cx, trails: &[Trail], counts: impl Fn(&Trail) -> bool) -> Self {
        let counting: Vec<_> = trails.iter().filter(|trail| counts(trail)).cloned().collect();
        let mut coverage = Self::default();
        for assessed in asc_core::fact::at_once(counting, |trail| async move { assess(cx, &trail).await }).await {
            match assessed {
                Ok(assessed) => coverage.trails.push(assessed),
                Err(why) => coverage.unread.push(why),
            }
        }
        coverage
    }

    fn recorded(&self) -> Recorded {
        self.trails.iter().fold(Recorded::default(), |all, trail| all.and(trail.records))
    }

    fn is_whole(&self) -> bool {
        self.recorded() == Recorded::ALL
    }

    /// Fails when a trail that could not be read might record what the others do not.
    fn proven(&self) -> Result<(), Unread> {
        match self.unread.first() {
            Some(why) if !self.is_whole() => Err(why.clone()),
            _ => Ok(()),
        }
    }

    fn of_region(&self, region: &str) -> Verdict {
        if !self.is_whole() {
            return self.fails(&text!(
                en: "Management events in {region} are not all recorded.",
                ja: "{region} の管理イベントがすべては記録されていません。"
            ));
        }
        let names = self.names();
        let verdict = Verdict::pass(text!(en: "Recorded by {names}.", ja: "{names} が記録しています。"));
        let by_multi_region = self.trails.iter().filter(|t| t.multi_region);
        let lasting = by_multi_region.fold(Recorded::default(), |all, trail| all.and(trail.records)) == Recorded::ALL;
        let verdict = if lasting {
            verdict
        } else {
            verdict.note(&text!(
                en: "Only trails of this one region do; a new region would be uncovered.",
                ja: "このリージョンだけの証跡によるもので、新しいリージョンは記録されません。"
            ))
        };
        self.with_evidence(verdict.note(&self.problems()))
    }

    fn of_account(&self) -> Verdict {
        if !self.is_whole() {
            return self.fails(&text!(
                en: "No working trail records global services (IAM, STS, CloudFront).",
                ja: "グローバルサービス (IAM、STS、CloudFront) を記録している証跡がありません。"
            ));
        }
        let names = self.names();
        let verdict = Verdict::pass(text!(
            en: "Global services are recorded by {names}.",
            ja: "グローバルサービスは {names} が記録しています。"
        ));
        self.with_evidence(verdict.note(&self.problems()))
    }

    fn fails(&self, sentence: &Text) -> Verdict {
        let reason = if self.trails.is_empty() {
            text!(en: "There is no trail for it.", ja: "対象となる証跡がありません。")
        } else {
            self.problems()
        };
        self.with_evidence(Verdict::fail(sentence.clone().and(&reason)))
    }

    fn names(&self) -> String {
        let good = self.trails.iter().filter(|trail| trail.records != Recorded::default());
        good.map(|trail| trail.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// One sentence for each trail that has something wrong with it.
    fn problems(&self) -> Text {
        let mut all = Text::default();
        for trail in &self.trails {
            let Some(problem) = &trail.problem else { continue };
            let (name, problem) = (&trail.name, problem.text());
            let (en, ja) = (problem.in_lang(Lang::En), problem.in_lang(Lang::Ja));
            all = all.and(&text!(en: "The trail {name} {en}.", ja: "証跡 {name}: {ja}。"));
        }
        all
    }

    fn with_evidence(&self, verdict: Verdict) -> Verdict {
        verdict.evidence("trails", &self.trails)
    }
}

impl Fix for CloudtrailNotEnabled {
    const READS: &'static [Reads] = Self::DECLARATION.reads;
    const CALLS: &'static [Operation] = &[
        CREATE_BUCKET,
        DELETE_BUCKET,
        PUT_BLOCK,
        PUT_ENCRYPTION,
        PUT_VERSIONING,
        PUT_POLICY,
        CREATE_TRAIL,
        ADD_TAGS,
        PUT_SELECTORS,
        START_LOGGING,
        DELETE_TRAIL,
    ];

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let subject = match finding.resource.kind.as_str() {
            "AWS::Region" => Subject::Region(finding.resource.id.clone()),
            _ => Subject::Account,
        };
        if self.evaluate(&subject, &run.now).await?.status() != Status::Fail {
            let why = text!(en: "It is recorded by now.", ja: "すでに記録されています。");
            return Ok(Remedy::Nothing { why });
        }
        let home = asc_aws::door(&run.now, CREATE_TRAIL)?.home();
        Ok(trail(&run.now, home, &run.id))
    }
}

declare_fix!(CloudtrailNotEnabled);

/// The steps that make a trail over all regions, with a bucket of its own.
fn trail(cx: &Cx, region: &str, run: &str) -> Remedy {
    let name = format!("asc-trail-{run}");
    let bucket = Bucket::new(format!("asc-trail-{}-{run}", cx.account().id), region);
    let delivery = delivery(cx, &bucket, &name);
    let mut steps = match remedy::make_for_logs(cx, &bucket, &delivery) {
        Ok(steps) => steps,
        Err(why) => return not_merged(why, &Value::Null),
    };
    let change = |call| TrailChange { trail: name.clone(), region: region.to_owned(), call };
    steps.push(Step {
        says: text!(
            en: "Make the trail {name} over all regions, with validation of its logs.",
            ja: "全リージョンを対象とし、ログファイルの検証を行う証跡 {name} を作成します。"
        ),
        forward: change(TrailCall::CreateTrail { bucket: bucket.name.clone(), run: run.to_owned() }).into(),
        back: vec![change(TrailCall::DeleteTrail).into()],
        before: json!({ "trail": null }),
    });
    for (call, says) in [
        (
            TrailCall::PutEventSelectors,
            text!(en: "Let it record all management events.", ja: "すべての管理イベントを記録するようにします。"),
        ),
        (TrailCall::StartLogging, text!(en: "Set it to work.", ja: "記録を開始します。")),
    ] {
        steps.push(Step { says, forward: change(call).into(), back: Vec::new(), before: Value::Null });
    }
    let note = text!(
        en: "Other trails stay as they are. Of management events, AWS delivers one copy free of charge, and charges for a second.",
        ja: "ほかの証跡は変わりません。管理イベントの記録は 1 つ目の証跡が無料で、2 つ目からは課金されます。"
    );
    Remedy::Steps { class: Class::Safe, steps, note: Some(note) }
}

/// Source: AWS CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail".
fn delivery(cx: &Cx, bucket: &Bucket, trail: &str) -> Delivery {
    let account = cx.account();
    let service = json!({ "Service": "cloudtrail.amazonaws.com" });
    let by = format!("arn:{}:cloudtrail:{}:{}:trail/{trail}", account.partition, bucket.region, account.id);
    let arn = bucket_arn(cx, &bucket.name);
    let statements = vec![
        json!({
            "Effect": "Allow",
            "Principal": service,
            "Action": "s3:GetBucketAcl",
            "Resource": arn,
            "Condition": { "StringEquals": { "aws:SourceArn": by } },
        }),
        json!({
            "Effect": "Allow",
            "Principal": service,
            "Action": "s3:PutObject",
            "Resource": format!("{arn}/AWSLogs/{}/*", account.id),
            "Condition": {
                "StringEquals": { "s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceArn": by },
            },
        }),
    ];
    Delivery { sid: "AscTrail", statements, purpose: text!(en: "a trail's logs", ja: "証跡のログ") }
}

#[cfg(test)]
mod tests {
    use asc_core::{Class, Operation, Status};

    use super::*;
    use crate::coverage::Problem;

    fn trail(name: &str, reads: bool, writes: bool, multi_region: bool) -> Assessed {
        let records = Recorded { reads, writes };
        let problem = (records != Recorded::ALL).then_some(Problem::NoManagementEvents);
        Assessed {
            arn: format!("arn:{name}"),
            name: name.to_owned(),
            records,
            multi_region,
            global_events: true,
            problem,
        }
    }

    fn of(trails: Vec<Assessed>) -> Coverage {
        Coverage { trails, unread: Vec::new() }
    }

    #[test]
    fn trails_cover_together() {
        let verdict = of(vec![trail("r", true, false, true), trail("w", false, true, true)]).of_region("eu-west-1");
        assert_eq!(verdict.status(), Status::Pass);
        assert!(verdict.message().en.starts_with("Recorded by r, w."), "{}", verdict.message().en);
        assert_eq!(of(vec![trail("r", true, false, true)]).of_region("eu-west-1").status(), Status::Fail);
        assert_eq!(of(vec![]).of_region("eu-west-1").status(), Status::Fail);
    }

    #[test]
    fn single_region_trails_pass_with_a_note() {
        let note = "a new region would be uncovered";
        assert!(of(vec![trail("s", true, true, false)]).of_region("eu-west-1").message().en.contains(note));
        let both = of(vec![trail("s", true, true, false), trail("m", true, true, true)]);
        assert!(!both.of_region("eu-west-1").message().en.contains(note));
    }

    #[test]
    fn an_unread_trail_matters_only_while_something_is_uncovered() {
        let why = Unread::new(Operation::new("cloudtrail", "GetTrailStatus", "a"), Class::Denied, "no");
        let covered = Coverage { trails: vec![trail("m", true, true, true)], unread: vec![why.clone()] };
        assert_eq!(covered.proven(), Ok(()));
        let open = Coverage { trails: vec![trail("r", true, false, true)], unread: vec![why.clone()] };
        assert_eq!(open.proven(), Err(why));
    }

    #[test]
    fn the_message_says_what_is_wrong_with_each_trail() {
        let mut gone = trail("old", false, false, true);
        gone.problem = Some(Problem::BucketGone("lost-logs".to_owned()));
        let message = of(vec![gone]).of_account().message().en.clone();
        assert!(message.contains("old logs to lost-logs") && message.contains("anyone can claim"), "{message}");
    }
}
