//! S3 and S3 Control.
//! Source: response syntax in the Amazon S3 API Reference.

use std::fmt::Write;

use super::{Answered, Page, Reply, xml};
use crate::account::Shape;
use crate::account::bucket::{Bucket, Log, Policy};
use crate::call::Call;

const S3: &str = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
const CONTROL: &str = "xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"";
const OWNER: &str = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a";

#[expect(clippy::unnecessary_wraps, reason = "it stands where an answer may be an error")]
fn ok(body: String) -> Answered {
    Ok(xml(200, body))
}

fn number(call: &Call, name: &str) -> Option<u64> {
    call.parameter(name)?.parse().ok()
}

pub(super) fn bucket_call(shape: &Shape, call: &Call) -> Answered {
    if call.name() == "ListBuckets" {
        return list(shape, call);
    }
    let bucket = shape.bucket_named(&call.subject).ok_or((404, "NoSuchBucket"))?;
    match call.name() {
        "GetBucketLocation" => ok(match bucket.region() {
            "us-east-1" => format!("<LocationConstraint {S3}/>"),
            region => format!("<LocationConstraint {S3}>{region}</LocationConstraint>"),
        }),
        // A bucket's settings are told in its own region only.
        _ if bucket.region() != call.region() => Err((301, "PermanentRedirect")),
        "GetPublicAccessBlock" => block(&bucket),
        "GetBucketAcl" => ok(acl(&bucket)),
        "GetBucketOwnershipControls" => {
            let rule = bucket.ownership().ok_or((404, "OwnershipControlsNotFoundError"))?;
            ok(format!(
                "<OwnershipControls {S3}><Rule><ObjectOwnership>{rule}</ObjectOwnership></Rule></OwnershipControls>"
            ))
        }
        "GetBucketPolicyStatus" => match bucket.policy() {
            Policy::None => Err((404, "NoSuchBucketPolicy")),
            _ => ok(format!("<PolicyStatus {S3}><IsPublic>{}</IsPublic></PolicyStatus>", bucket.has_public_policy())),
        },
        "GetBucketPolicy" => policy(shape, &bucket),
        "GetBucketEncryption" => encryption(shape, &bucket),
        "GetBucketVersioning" => {
            let status = bucket.versioning().map(|status| format!("<Status>{status}</Status>")).unwrap_or_default();
            ok(format!("<VersioningConfiguration {S3}>{status}</VersioningConfiguration>"))
        }
        "GetBucketLifecycleConfiguration" if !bucket.has_lifecycle() => Err((404, "NoSuchLifecycleConfiguration")),
        "GetBucketLifecycleConfiguration" => ok(format!(
            "<LifecycleConfiguration {S3}><Rule><ID>old</ID><Filter><Prefix/></Filter><Status>Enabled</Status>\
             <NoncurrentVersionExpiration><NoncurrentDays>90</NoncurrentDays></NoncurrentVersionExpiration></Rule>\
             </LifecycleConfiguration>"
        )),
        "GetObjectLockConfiguration" if !bucket.has_lock() => Err((404, "ObjectLockConfigurationNotFoundError")),
        "GetObjectLockConfiguration" => ok(format!(
            "<ObjectLockConfiguration {S3}><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\
             <Mode>COMPLIANCE</Mode><Days>30</Days></DefaultRetention></Rule></ObjectLockConfiguration>"
        )),
        "GetBucketLogging" => ok(logging(shape, &bucket)),
        "GetBucketWebsite" if !bucket.is_website() => Err((404, "NoSuchWebsiteConfiguration")),
        "GetBucketWebsite" => ok(format!(
            "<WebsiteConfiguration {S3}><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>"
        )),
        _ => Err((405, "MethodNotAllowed")),
    }
}

fn list(shape: &Shape, call: &Call) -> Answered {
    let page = Page::of(call.parameter("continuation-token"), number(call, "max-buckets"), 10_000)?;
    let (indices, next) = page.cut(0..shape.buckets);
    let mut body = format!("<ListAllMyBucketsResult {S3}><Buckets>");
    for bucket in indices.into_iter().map(|index| shape.bucket(index)) {
        let (name, region) = (bucket.name(), bucket.region());
        // Writing into a string cannot fail.
        let _ = write!(
            body,
            "<Bucket><CreationDate>2024-01-01T00:00:00.000Z</CreationDate><BucketRegion>{region}</BucketRegion>\
             <Name>{name}</Name></Bucket>"
        );
    }
    let next = next.map(|token| format!("<ContinuationToken>{token}</ContinuationToken>")).unwrap_or_default();
    let _ = write!(body, "</Buckets><Owner><ID>{OWNER}</ID></Owner>{next}</ListAllMyBucketsResult>");
    ok(body)
}

fn block(bucket: &Bucket<'_>) -> Answered {
    let block = bucket.block().ok_or((404, "NoSuchPublicAccessBlockConfiguration"))?;
    ok(format!(
        "<PublicAccessBlockConfiguration {S3}><BlockPublicAcls>{}</BlockPublicAcls><IgnorePublicAcls>{}\
         </IgnorePublicAcls><BlockPublicPolicy>{}</BlockPublicPolicy><RestrictPublicBuckets>{}</RestrictPublicBuckets>\
         </PublicAccessBlockConfiguration>",
        block.block_acls, block.ignore_acls, block.block_policy, block.restrict
    ))
}

fn acl(bucket: &Bucket<'_>) -> String {
    let xsi = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
    let public = bucket.public_group().map(|group| {
        format!(
            "<Grant><Grantee {xsi} xsi:type=\"Group\"><URI>http://acs.amazonaws.com/groups/global/{group}</URI>\
             </Grantee><Permission>READ</Permission></Grant>"
        )
    });
    format!(
        "<AccessControlPolicy {S3}><Owner><ID>{OWNER}</ID></Owner><AccessControlList><Grant><Grantee {xsi} \
         xsi:type=\"CanonicalUser\"><ID>{OWNER}</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant>{}\
         </AccessControlList></AccessControlPolicy>",
        public.unwrap_or_default()
    )
}

fn policy(shape: &Shape, bucket: &Bucket<'_>) -> Answered {
    let (account, arn) = (&shape.account, format!("arn:aws:s3:::{}", bucket.name()));
    let plain = r#""Condition":{"Bool":{"aws:SecureTransport":"false"}}"#;
    let deny = r#""Effect":"Deny","Principal":"*","Action":"s3:*""#;
    let statement = match bucket.policy() {
        Policy::None => return Err((404, "NoSuchBucketPolicy")),
        Policy::TlsOnly => format!(r#"{{"Sid":"Tls",{deny},"Resource":["{arn}","{arn}/*"],{plain}}}"#),
        Policy::TlsPartly => format!(r#"{{"Sid":"Tls",{deny},"Resource":"{arn}/*",{plain}}}"#),
        Policy::Fixed => format!(
            r#"{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{account}:role/reader"}},"Action":"s3:GetObject","Resource":"{arn}/*"}}"#
        ),
        Policy::Public => {
            format!(r#"{{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"{arn}/*"}}"#)
        }
        Policy::LetsLogsIn => format!(
            r#"{{"Effect":"Allow","Principal":{{"Service":"logging.s3.amazonaws.com"}},"Action":"s3:PutObject","Resource":"{arn}/*","Condition":{{"StringEquals":{{"aws:SourceAccount":"{account}"}}}}}}"#
        ),
    };
    let body = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
    Ok(Reply { status: 200, content_type: "application/json", body })
}

fn encryption(shape: &Shape, bucket: &Bucket<'_>) -> Answered {
    let algorithm = bucket.encryption().ok_or((404, "ServerSideEncryptionConfigurationNotFoundError"))?;
    let key = format!("arn:aws:kms:{}:{}:key/simulated", bucket.region(), shape.account);
    let key = if algorithm == "AES256" { String::new() } else { format!("<KMSMasterKeyID>{key}</KMSMasterKeyID>") };
    ok(format!(
        "<ServerSideEncryptionConfiguration {S3}><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>{algorithm}\
         </SSEAlgorithm>{key}</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule>\
         </ServerSideEncryptionConfiguration>"
    ))
}

fn logging(shape: &Shape, bucket: &Bucket<'_>) -> String {
    let name = "xmlns=\"http://doc.s3.amazonaws.com/2006-03-01\"";
    let target = match bucket.log() {
        Log::Off => return format!("<BucketLoggingStatus {name}/>"),
        Log::Into(index) => shape.bucket(index).name(),
        Log::Gone(gone) => gone,
    };
    format!(
        "<BucketLoggingStatus {name}><LoggingEnabled><TargetBucket>{target}</TargetBucket><TargetPrefix>{}/\
         </TargetPrefix></LoggingEnabled></BucketLoggingStatus>",
        bucket.name()
    )
}

pub(super) fn control_call(shape: &Shape, call: &Call) -> Answered {
    match call.name() {
        "ListAccessPoints" => {
            let page = Page::of(call.parameter("nextToken"), number(call, "maxResults"), 1_000)?;
            let (indices, next) = page.cut(shape.in_region(call.region(), shape.access_points));
            let point = |index| {
                let point = shape.access_point(index);
                let origin = if point.faces_internet() {
                    "<NetworkOrigin>Internet</NetworkOrigin>"
                } else {
                    "<NetworkOrigin>VPC</NetworkOrigin><VpcConfiguration><VpcId>vpc-0</VpcId></VpcConfiguration>"
                };
                let (name, bucket) = (point.name(), shape.bucket(point.bucket()).name());
                format!("<AccessPoint><Name>{name}</Name>{origin}<Bucket>{bucket}</Bucket></AccessPoint>")
            };
            let points: String = indices.into_iter().map(point).collect();
            let next = next.map(|token| format!("<NextToken>{token}</NextToken>")).unwrap_or_default();
            ok(format!(
                "<ListAccessPointsResult {CONTROL}><AccessPointList>{points}</AccessPointList>{next}\
                 </ListAccessPointsResult>"
            ))
        }
        "GetAccessPointPolicyStatus" => {
            let point = shape.access_point_named(&call.subject).ok_or((404, "NoSuchAccessPoint"))?;
            let public = point.has_public_policy().ok_or((404, "NoSuchAccessPointPolicy"))?;
            ok(format!(
                "<GetAccessPointPolicyStatusResult {CONTROL}><PolicyStatus><IsPublic>{public}</IsPublic></PolicyStatus>\
                 </GetAccessPointPolicyStatusResult>"
            ))
        }
        // The account has none of its own, so that every bucket's settings count.
        _ => Err((404, "NoSuchPublicAccessBlockConfiguration")),
    }
}
