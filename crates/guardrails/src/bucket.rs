//! Buckets of the template's own: where AWS Config, CloudTrail and S3 deliver.

use asc_core::Text;

use crate::guardrail::policy;
use crate::template::Resource;
use crate::value::{Value, attribute, list, map, reference, sub};

/// What a bucket keeps, and how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keeping {
    /// After how many days objects go; never without.
    pub(crate) days: Option<i64>,
    /// Whether what is overwritten or deleted stays as a former version.
    pub(crate) versions: bool,
}

/// A bucket: encrypted, closed to the public, without ACLs, and kept when the stack goes.
pub(crate) fn bucket(id: &str, comment: Text, keeping: Keeping) -> Resource {
    let by_default = map! { "ServerSideEncryptionByDefault" => map! { "SSEAlgorithm" => "AES256" } };
    let mut properties = vec![
        ("BucketEncryption", map! { "ServerSideEncryptionConfiguration" => list![by_default] }),
        (
            "PublicAccessBlockConfiguration",
            map! {
                "BlockPublicAcls" => true,
                "BlockPublicPolicy" => true,
                "IgnorePublicAcls" => true,
                "RestrictPublicBuckets" => true,
            },
        ),
        ("OwnershipControls", map! { "Rules" => list![map! { "ObjectOwnership" => "BucketOwnerEnforced" }] }),
    ];
    if keeping.versions {
        properties.push(("VersioningConfiguration", map! { "Status" => "Enabled" }));
    }
    if let Some(days) = keeping.days {
        let rule = map! {
            "Id" => format!("expire-after-{days}-days"),
            "Status" => "Enabled",
            "ExpirationInDays" => days,
        };
        properties.push(("LifecycleConfiguration", map! { "Rules" => list![rule] }));
    }
    Resource::new(id, "AWS::S3::Bucket", comment, Value::map(properties)).retained()
}

/// The bucket's policy: the given statements, and nothing over plain HTTP.
pub(crate) fn bucket_policy(id: &str, bucket: &str, comment: Text, mut statements: Vec<Value>) -> Resource {
    statements.push(map! {
        "Sid" => "DenyPlainHttp",
        "Effect" => "Deny",
        "Principal" => "*",
        "Action" => "s3:*",
        "Resource" => list![attribute(bucket, "Arn"), sub(&format!("${{{bucket}.Arn}}/*"))],
        "Condition" => map! { "Bool" => map! { "aws:SecureTransport" => "false" } },
    });
    let properties = map! { "Bucket" => reference(bucket), "PolicyDocument" => policy(statements) };
    // The policy stays as long as the bucket does.
    Resource::new(id, "AWS::S3::BucketPolicy", comment, properties).retained()
}

/// A statement that lets a service of AWS do something to a bucket, for nobody but this account.
pub(crate) fn lets(sid: &str, service: &str, action: &str, resource: Value, condition: Value) -> Value {
    map! {
        "Sid" => sid,
        "Effect" => "Allow",
        "Principal" => map! { "Service" => service },
        "Action" => action,
        "Resource" => resource,
        "Condition" => condition,
    }
}
