//! What S3 and S3 Control answer.
//! Source: response syntax in the Amazon S3 API Reference. It writes TRUE and FALSE in prose; on the wire both are in
//! lower case.

use super::Answer;

pub(super) const ACCOUNT_BLOCK_PATH: &str = "/v20180820/configuration/publicAccessBlock";
pub(super) const ACCESS_POINTS_PATH: &str = "/v20180820/accesspoint";
const S3: &str = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
const CONTROL: &str = "xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"";
const OWNER: &str = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a";

/// The calls about a bucket, and the query by which S3 tells them apart.
pub(crate) const BUCKET_CALLS: [(&str, &str); 12] = [
    ("GetBucketLocation", "location"),
    ("GetPublicAccessBlock", "publicAccessBlock"),
    ("GetBucketAcl", "acl"),
    ("GetBucketOwnershipControls", "ownershipControls"),
    ("GetBucketPolicyStatus", "policyStatus"),
    ("GetBucketPolicy", "policy"),
    ("GetBucketEncryption", "encryption"),
    ("GetBucketVersioning", "versioning"),
    ("GetBucketLifecycleConfiguration", "lifecycle"),
    ("GetObjectLockConfiguration", "object-lock"),
    ("GetBucketLogging", "logging"),
    ("GetBucketWebsite", "website"),
];

pub(super) fn query_of(operation: &str) -> &'static str {
    let call = BUCKET_CALLS.iter().find(|(name, _)| *name == operation);
    call.expect("a call about a bucket").1
}

/// A private bucket, as [`super::Account::bucket`] describes it.
pub(super) fn private_bucket() -> Vec<(&'static str, &'static str, Answer)> {
    let answer = |operation: &str| match operation {
        "GetPublicAccessBlock" => Answer::s3("NoSuchPublicAccessBlockConfiguration"),
        "GetBucketAcl" => acl(&[]),
        "GetBucketOwnershipControls" => ownership("ObjectWriter"),
        "GetBucketPolicyStatus" | "GetBucketPolicy" => Answer::s3("NoSuchBucketPolicy"),
        "GetBucketEncryption" => encryption("AES256"),
        "GetBucketVersioning" => versioning("<Status>Enabled</Status>"),
        "GetBucketLifecycleConfiguration" => lifecycle(),
        "GetObjectLockConfiguration" => Answer::s3("ObjectLockConfigurationNotFoundError"),
        "GetBucketLogging" => logging_off(),
        _ => Answer::s3("NoSuchWebsiteConfiguration"),
    };
    let calls = BUCKET_CALLS.iter().filter(|(operation, _)| *operation != "GetBucketLocation");
    calls.map(|(operation, query)| (*operation, *query, answer(operation))).collect()
}

pub(super) fn bucket_list(buckets: &[(&str, Option<&str>)], next: Option<&str>) -> Answer {
    let bucket = |(name, region): &(&str, Option<&str>)| {
        let region = region.map(|region| format!("<BucketRegion>{region}</BucketRegion>")).unwrap_or_default();
        format!("<Bucket><CreationDate>2024-01-01T00:00:00.000Z</CreationDate>{region}<Name>{name}</Name></Bucket>")
    };
    let buckets: String = buckets.iter().map(bucket).collect();
    let next = next.map(|token| format!("<ContinuationToken>{token}</ContinuationToken>")).unwrap_or_default();
    Answer::ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListAllMyBucketsResult {S3}><Buckets>{buckets}</Buckets>\
         <Owner><DisplayName>o</DisplayName><ID>{OWNER}</ID></Owner>{next}</ListAllMyBucketsResult>"
    ))
}

/// A region by the name that `GetBucketLocation` gives it; the two oldest have none, or an old one.
pub(super) fn location(region: &str) -> Answer {
    Answer::ok(match region {
        "us-east-1" => format!("<LocationConstraint {S3}/>"),
        "eu-west-1" => format!("<LocationConstraint {S3}>EU</LocationConstraint>"),
        region => format!("<LocationConstraint {S3}>{region}</LocationConstraint>"),
    })
}

/// The four settings of Block Public Access, in the order in which AWS lists them.
pub(crate) fn block([acls, ignore, policy, restrict]: [bool; 4]) -> Answer {
    Answer::ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PublicAccessBlockConfiguration {S3}><BlockPublicAcls>{acls}\
         </BlockPublicAcls><IgnorePublicAcls>{ignore}</IgnorePublicAcls><BlockPublicPolicy>{policy}\
         </BlockPublicPolicy><RestrictPublicBuckets>{restrict}</RestrictPublicBuckets></PublicAccessBlockConfiguration>"
    ))
}

/// An ACL with the owner's grant and these, each to a group of AWS's.
pub(crate) fn acl(grants: &[(&str, &str)]) -> Answer {
    let xsi = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
    let grant = |(group, permission): &(&str, &str)| {
        let folder = if *group == "LogDelivery" { "s3" } else { "global" };
        format!(
            "<Grant><Grantee {xsi} xsi:type=\"Group\"><URI>http://acs.amazonaws.com/groups/{folder}/{group}</URI>\
             </Grantee><Permission>{permission}</Permission></Grant>"
        )
    };
    let grants: String = grants.iter().map(grant).collect();
    Answer::ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<AccessControlPolicy {S3}><Owner><ID>{OWNER}</ID></Owner>\
         <AccessControlList><Grant><Grantee {xsi} xsi:type=\"CanonicalUser\"><ID>{OWNER}</ID></Grantee>\
         <Permission>FULL_CONTROL</Permission></Grant>{grants}</AccessControlList></AccessControlPolicy>"
    ))
}

pub(crate) fn ownership(rule: &str) -> Answer {
    Answer::ok(format!(
        "<OwnershipControls {S3}><Rule><ObjectOwnership>{rule}</ObjectOwnership></Rule></OwnershipControls>"
    ))
}

pub(crate) fn policy_status(public: bool) -> Answer {
    Answer::ok(format!("<PolicyStatus {S3}><IsPublic>{public}</IsPublic></PolicyStatus>"))
}

/// A policy of statements, each in JSON.
pub(crate) fn policy(statements: &[&str]) -> Answer {
    Answer::ok(format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(",")))
}

pub(crate) fn encryption(algorithm: &str) -> Answer {
    let key = "<KMSMasterKeyID>arn:aws:kms:eu-west-1:123456789012:key/k</KMSMasterKeyID>";
    let key = if algorithm.starts_with("aws:kms") { key } else { "" };
    Answer::ok(format!(
        "<ServerSideEncryptionConfiguration {S3}><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>{algorithm}\
         </SSEAlgorithm>{key}</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule>\
         </ServerSideEncryptionConfiguration>"
    ))
}

pub(crate) fn versioning(inner: &str) -> Answer {
    Answer::ok(format!("<VersioningConfiguration {S3}>{inner}</VersioningConfiguration>"))
}

fn lifecycle() -> Answer {
    Answer::ok(format!(
        "<LifecycleConfiguration {S3}><Rule><ID>old</ID><Filter><Prefix/></Filter><Status>Enabled</Status>\
         <NoncurrentVersionExpiration><NoncurrentDays>90</NoncurrentDays></NoncurrentVersionExpiration></Rule><Rule>\
         <ID>off</ID><Filter/><Status>Disabled</Status><Expiration><Days>7</Days></Expiration></Rule>\
         </LifecycleConfiguration>"
    ))
}

pub(crate) fn object_lock() -> Answer {
    Answer::ok(format!(
        "<ObjectLockConfiguration {S3}><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\
         <Mode>COMPLIANCE</Mode><Days>30</Days></DefaultRetention></Rule></ObjectLockConfiguration>"
    ))
}

pub(crate) fn logging_off() -> Answer {
    Answer::ok("<BucketLoggingStatus xmlns=\"http://doc.s3.amazonaws.com/2006-03-01\"/>")
}

pub(crate) fn logging(target: &str, prefix: &str) -> Answer {
    Answer::ok(format!(
        "<BucketLoggingStatus xmlns=\"http://doc.s3.amazonaws.com/2006-03-01\"><LoggingEnabled><TargetBucket>{target}\
         </TargetBucket><TargetPrefix>{prefix}</TargetPrefix></LoggingEnabled></BucketLoggingStatus>"
    ))
}

/// The statement by which the console lets the log writer into a bucket.
pub(crate) fn lets_logs_in(resource: &str) -> String {
    format!(
        r#"{{"Sid":"S3PolicyStmt-DO-NOT-MODIFY","Effect":"Allow","Principal":{{"Service":"logging.s3.amazonaws.com"}},"Action":"s3:PutObject","Resource":"{resource}","Condition":{{"StringEquals":{{"aws:SourceAccount":"123456789012"}}}}}}"#
    )
}

pub(crate) fn website() -> Answer {
    Answer::ok(format!(
        "<WebsiteConfiguration {S3}><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>"
    ))
}

pub(super) fn access_points(points: &[(&str, &str, bool)], next: Option<&str>) -> Answer {
    let point = |(name, bucket, vpc): &(&str, &str, bool)| {
        let origin = if *vpc {
            "<NetworkOrigin>VPC</NetworkOrigin><VpcConfiguration><VpcId>vpc-1a2b3c</VpcId></VpcConfiguration>"
        } else {
            "<NetworkOrigin>Internet</NetworkOrigin>"
        };
        format!("<AccessPoint><Name>{name}</Name>{origin}<Bucket>{bucket}</Bucket></AccessPoint>")
    };
    let points: String = points.iter().map(point).collect();
    let next = next.map(|token| format!("<NextToken>{token}</NextToken>")).unwrap_or_default();
    Answer::ok(format!(
        "<ListAccessPointsResult {CONTROL}>{next}<AccessPointList>{points}</AccessPointList></ListAccessPointsResult>"
    ))
}

pub(crate) fn point_status(public: bool) -> Answer {
    Answer::ok(format!(
        "<GetAccessPointPolicyStatusResult {CONTROL}><PolicyStatus><IsPublic>{public}</IsPublic></PolicyStatus>\
         </GetAccessPointPolicyStatusResult>"
    ))
}
