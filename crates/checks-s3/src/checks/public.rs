//! ASC-12.

use asc_core::fact::Reads;
use asc_core::fix::{Fix, Remedy, Run, Runbook};
use asc_core::report::Finding;
use asc_core::{Cx, Kind, Listing, Operation, Resource, ResourceCheck, Unread, Verdict, declare_check, declare_fix};

use crate::exposure::Exposed;
use crate::model::{Buckets, Located, each_bucket};
use crate::remedy;

declare_check! {
    /// Buckets that anyone can read or write: through an ACL, the bucket policy, or an access point.
    struct BucketPublic {
        id: "ASC-12",
        name: "s3-bucket-public",
        service: "s3",
        severity: Critical,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
        maps_to: [
            ("aws-fsbp", "S3.2"), ("aws-fsbp", "S3.3"), ("aws-fsbp", "S3.8"),
            ("cis-aws-5.0.0", "2.1.4"), ("cis-aws-3.0.0", "2.1.4"), ("pci-dss-4.0.1", "1.4.4"),
        ],
        options: [],
        reads: [Buckets, Exposed],
        en: {
            title: "S3 bucket is open to the public",
            why: "Whoever finds the name of a public bucket can list, read or overwrite what is in it, without leaving \
                  a name. Names are guessed by the million, so a public bucket is found within hours. Of the four \
                  settings of Block Public Access only IgnorePublicAcls and RestrictPublicBuckets make what is already \
                  public private; the other two merely stop new grants.",
            console: "1. Open the bucket in the S3 console and choose Permissions.\n\
                      2. Make sure that nothing relies on public access; serve websites through CloudFront with origin access control.\n\
                      3. Edit Block public access, tick \"Block all public access\" and save.\n\
                      4. Then remove the public grant itself from the ACL, the bucket policy or the access point's policy.",
        },
        ja: {
            title: "S3 バケットが公開されている",
            why: "公開バケットは、名前を知った誰もが匿名で一覧・読み取り・上書きできます。バケット名は大量に推測されているため、\
                  公開すると数時間で見つかります。ブロックパブリックアクセスの 4 つの設定のうち、すでに公開されているものを非公開にするのは \
                  IgnorePublicAcls と RestrictPublicBuckets だけで、残りの 2 つは新しい公開設定を防ぐだけです。",
            console: "1. S3 コンソールでバケットを開き、[アクセス許可] を選びます。\n\
                      2. 公開アクセスに依存するものがないことを確かめます。Web サイトは CloudFront とオリジンアクセスコントロールで配信します。\n\
                      3. [ブロックパブリックアクセス] を編集し、[パブリックアクセスをすべてブロック] を有効にして保存します。\n\
                      4. 続けて、ACL、バケットポリシー、アクセスポイントポリシーから公開の許可そのものを削除します。",
        },
        cli: "aws s3api put-public-access-block --bucket BUCKET --public-access-block-configuration \\\n  \
              BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
        cloudformation: "Bucket:\n  Type: AWS::S3::Bucket\n  Properties:\n    PublicAccessBlockConfiguration:\n      \
                         BlockPublicAcls: true\n      IgnorePublicAcls: true\n      BlockPublicPolicy: true\n      \
                         RestrictPublicBuckets: true",
        terraform: "resource \"aws_s3_bucket_public_access_block\" \"example\" {\n  bucket                  = aws_s3_bucket.example.id\n  \
                    block_public_acls       = true\n  ignore_public_acls      = true\n  block_public_policy     = true\n  \
                    restrict_public_buckets = true\n}",
    }
}

impl ResourceCheck for BucketPublic {
    type Subject = Located;

    async fn subjects(&self, cx: &Cx) -> Listing<Located> {
        each_bucket(cx).await
    }

    fn resource(&self, bucket: &Located, cx: &Cx) -> Resource {
        bucket.resource(cx)
    }

    async fn evaluate(&self, bucket: &Located, cx: &Cx) -> Result<Verdict, Unread> {
        Ok(cx.get::<Exposed>(bucket).await?.verdict())
    }
}

impl Fix for BucketPublic {
    const READS: &'static [Reads] = remedy::CLOSE_READS;
    const CALLS: &'static [Operation] = remedy::CLOSE_CALLS;
    const RUNBOOKS: &'static [&'static Runbook] = &[&Runbook::CONFIGURE_BUCKET_BLOCK];
    const LATE: bool = true;

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        remedy::close(&finding.resource.id, run).await
    }
}

declare_fix!(BucketPublic);
