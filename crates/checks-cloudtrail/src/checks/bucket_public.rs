//! ASC-02-01.

use asc_checks_s3::exposure::Exposed;
use asc_checks_s3::model::{Place, Whereabouts, bucket_arn};
use asc_checks_s3::remedy;
use asc_core::fact::Reads;
use asc_core::fix::{Fix, Remedy, Run, Runbook};
use asc_core::report::Finding;
use asc_core::{
    Class, Cx, Fact, Kind, Listing, Operation, Resource, ResourceCheck, Unread, Verdict, declare_check, declare_fix,
    text,
};

use crate::model::{AllTrails, Trail};

declare_check! {
    /// Buckets that receive a trail's logs and are open to the public.
    struct CloudtrailBucketPublic {
        id: "ASC-02-01",
        name: "cloudtrail-bucket-public",
        service: "cloudtrail",
        severity: Critical,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html",
        maps_to: [("cis-aws-1.4.0", "3.3")],
        options: [],
        reads: [AllTrails, Whereabouts, Exposed],
        en: {
            title: "CloudTrail's log bucket is open to the public",
            why: "A trail's logs tell who does what in the account: names of roles, addresses of people, ids of \
                  resources, times of work. Whoever can read them plans an attack with them; whoever can write them \
                  hides one.",
            console: "1. Open the trail in the CloudTrail console and follow the link to its S3 bucket.\n\
                      2. Under Permissions turn Block all public access on.\n\
                      3. Reduce the bucket policy to the two statements that let cloudtrail.amazonaws.com write, each with aws:SourceArn.",
        },
        ja: {
            title: "CloudTrail のログバケットが公開されている",
            why: "証跡のログには、ロール名、利用者の接続元、リソース ID、作業時間など、アカウントで誰が何をしているかが記録されています。\
                  読み取れる者は攻撃の計画に使い、書き込める者は攻撃の痕跡を隠せます。",
            console: "1. CloudTrail コンソールで証跡を開き、S3 バケットへのリンクをたどります。\n\
                      2. [アクセス許可] で [パブリックアクセスをすべてブロック] を有効にします。\n\
                      3. バケットポリシーを、aws:SourceArn を指定して cloudtrail.amazonaws.com に書き込みを許可する 2 つの文だけにします。",
        },
        cli: "aws s3api put-public-access-block --bucket LOG_BUCKET --public-access-block-configuration \\\n  \
              BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
        cloudformation: "TrailBucket:\n  Type: AWS::S3::Bucket\n  Properties:\n    PublicAccessBlockConfiguration:\n      \
                         BlockPublicAcls: true\n      IgnorePublicAcls: true\n      BlockPublicPolicy: true\n      \
                         RestrictPublicBuckets: true",
        terraform: "resource \"aws_s3_bucket_public_access_block\" \"trail\" {\n  bucket                  = aws_s3_bucket.trail.id\n  \
                    block_public_acls       = true\n  ignore_public_acls      = true\n  block_public_policy     = true\n  \
                    restrict_public_buckets = true\n}",
    }
}

/// What is judged: a trail, or the account when it has none.
#[derive(Debug)]
enum Subject {
    /// A trail.
    Trail(Trail),
    /// No trail at all.
    NoTrail,
}

impl ResourceCheck for CloudtrailBucketPublic {
    type Subject = Subject;

    async fn subjects(&self, cx: &Cx) -> Listing<Subject> {
        let everywhere = match cx.get::<AllTrails>(&()).await {
            Ok(everywhere) => everywhere,
            Err(why) => return Listing::failed(Resource::account(&cx.account().id), why),
        };
        let unread = everywhere.unread.iter().map(|(region, why)| (Resource::region(region), why.clone())).collect();
        let mut found: Vec<_> = everywhere.trails.iter().cloned().map(Subject::Trail).collect();
        if found.is_empty() && everywhere.unread.is_empty() {
            found.push(Subject::NoTrail);
        }
        Listing { unread, ..Listing::of(found) }
    }

    fn resource(&self, subject: &Subject, cx: &Cx) -> Resource {
        match subject {
            Subject::Trail(trail) => {
                Resource::new("AWS::CloudTrail::Trail", &trail.arn, Some(&trail.home)).with_arn(&trail.arn)
            }
            Subject::NoTrail => Resource::account(&cx.account().id),
        }
    }

    async fn evaluate(&self, subject: &Subject, cx: &Cx) -> Result<Verdict, Unread> {
        let Subject::Trail(trail) = subject else {
            return Ok(Verdict::not_applicable(text!(
                en: "There is no trail, so there is no log bucket (see ASC-03).",
                ja: "証跡がないため、ログバケットもありません (ASC-03 を参照)。"
            )));
        };
        let bucket = &trail.bucket;
        let verdict = match cx.get::<Whereabouts>(bucket).await?.as_ref() {
            Place::Own(located) => match cx.get::<Exposed>(located).await {
                Ok(exposure) => {
                    exposure.verdict().note(&text!(en: "(Log bucket: {bucket}.)", ja: "(ログバケット: {bucket})"))
                }
                // It was there when the buckets were listed, and is not any more.
                Err(why) if why.gone.as_deref() == Some(bucket.as_str()) => no_such(bucket),
                Err(why) => return Err(why),
            },
            Place::Nowhere => no_such(bucket),
            Place::Elsewhere if trail.organization && trail.owner() != cx.account().id => {
                Verdict::not_applicable(text!(
                    en: "An organisation's trail: its bucket {bucket} belongs to another account and is judged there.",
                    ja: "組織の証跡です。バケット {bucket} は別のアカウントに属するため、そのアカウントで判定します。"
                ))
            }
            Place::Elsewhere => return Err(foreign(bucket)),
        };
        Ok(verdict.evidence("bucket", bucket).evidence("bucket_arn", bucket_arn(cx, bucket)))
    }
}

impl Fix for CloudtrailBucketPublic {
    const READS: &'static [Reads] = &[Reads::Of(AllTrails::READS), Reads::Of(remedy::CLOSE_READS)];
    const CALLS: &'static [Operation] = remedy::CLOSE_CALLS;
    const RUNBOOKS: &'static [&'static Runbook] = &[&Runbook::CONFIGURE_BUCKET_BLOCK];
    const LATE: bool = true;

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let trails = run.now.get::<AllTrails>(&()).await?;
        match trails.trails.iter().find(|trail| trail.arn == finding.resource.id) {
            Some(trail) => remedy::close(&trail.bucket, run).await,
            None => Ok(Remedy::Nothing {
                why: text!(en: "The trail is not there any more.", ja: "証跡は存在しません。"),
            }),
        }
    }
}

declare_fix!(CloudtrailBucketPublic);

/// A bucket of another account cannot be judged from here, whatever is granted here.
fn foreign(bucket: &str) -> Unread {
    let operation = Operation::new("s3", "GetBucketPolicyStatus", "s3:GetBucketPolicyStatus");
    let detail = format!("the log bucket {bucket} belongs to another account; scan that account too");
    Unread::new(operation, Class::Refused, detail)
}

fn no_such(bucket: &str) -> Verdict {
    Verdict::not_applicable(text!(
        en: "The log bucket {bucket} no longer exists (see ASC-03): nothing is public, but anyone can claim the name.",
        ja: "ログバケット {bucket} は存在しません (ASC-03 を参照)。公開はされていませんが、誰でもその名前で作成できます。"
    ))
}
