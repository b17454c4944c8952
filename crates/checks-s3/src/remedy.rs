//! What the fixes of several checks share: closing a bucket, and making one that logs can be delivered into.

use asc_core::fact::Reads;
use asc_core::fix::{Class, Remedy, Run, Step};
use asc_core::{Cx, Fact, Operation, Status, Text, Unread, text};
use serde_json::{Value, json};

use crate::exposure::Exposed;
use crate::merge;
use crate::model::change::{DELETE_BLOCK, PUT_BLOCK};
use crate::model::{Block, Bucket, BucketBlockAsSet, BucketCall, Place, PolicyText, Website, Whereabouts, bucket_arn};

/// What [`close`] reads.
pub const CLOSE_READS: &[Reads] = &[
    Reads::Of(Whereabouts::READS),
    Reads::Of(Exposed::READS),
    Reads::Of(BucketBlockAsSet::READS),
    Reads::Of(Website::READS),
    Reads::Of(PolicyText::READS),
];

/// What [`close`] calls, there and back.
pub const CLOSE_CALLS: &[Operation] = &[PUT_BLOCK, DELETE_BLOCK];

/// A bucket of the account by its name, as it is now; a finding may be old, and its bucket gone.
pub async fn own_bucket(cx: &Cx, name: &str) -> Result<Option<Bucket>, Unread> {
    match cx.get::<Whereabouts>(&name.to_owned()).await?.as_ref() {
        Place::Own(located) => located.bucket().cloned().map(Some),
        Place::Elsewhere | Place::Nowhere => Ok(None),
    }
}

/// Nothing to do for a bucket that is no longer there.
pub fn gone(name: &str) -> Remedy {
    Remedy::Nothing {
        why: text!(en: "The bucket {name} is not there any more.", ja: "バケット {name} は存在しません。"),
    }
}

/// Blocks public access to a bucket.
pub async fn close(name: &str, run: &Run) -> Result<Remedy, Unread> {
    let cx = &run.now;
    let place = cx.get::<Whereabouts>(&name.to_owned()).await?;
    let Place::Own(located) = place.as_ref() else { return Ok(gone(name)) };
    let bucket = located.bucket()?;
    if cx.get::<Exposed>(located).await?.verdict().status() != Status::Fail {
        let why = text!(en: "The bucket is not public any more.", ja: "バケットはもう公開されていません。");
        return Ok(Remedy::Nothing { why });
    }
    let before = *cx.get::<BucketBlockAsSet>(bucket).await?;
    let website = *cx.get::<Website>(bucket).await?;
    let policy = cx.get::<PolicyText>(bucket).await?;
    let step = Step {
        says: text!(
            en: "Turn on all four settings of Block Public Access on the bucket {name}.",
            ja: "バケット {name} のブロックパブリックアクセスの 4 つの設定をすべて有効にします。"
        ),
        forward: BucketCall::PutPublicAccessBlock { block: Block::ALL }.on(bucket).into(),
        back: vec![restored(before).on(bucket).into()],
        before: json!({ "block": before }),
    };
    let note = text!(
        en: "The grant itself stays in the ACL or policy, without effect; take it out afterwards.",
        ja: "許可そのものは ACL やポリシーに残り、効力だけがなくなります。後で削除してください。"
    );
    let class = class_of_closing(website, policy.as_deref());
    Ok(Remedy::Steps { class, steps: vec![step], note: Some(note) })
}

fn restored(before: Option<Block>) -> BucketCall {
    before.map_or(BucketCall::DeletePublicAccessBlock, |block| BucketCall::PutPublicAccessBlock { block })
}

/// Closing a bucket that nobody serves anything from ends what the finding is about, and nothing else.
fn class_of_closing(website: bool, policy: Option<&str>) -> Class {
    if website {
        let whom = text!(
            en: "visitors of the bucket's website endpoint, which serves nothing that is not public",
            ja: "バケットの Web サイトエンドポイントの閲覧者 (公開されていないものは配信されません)"
        );
        return Class::Careful { whom };
    }
    if policy.is_some_and(serves_cloudfront) {
        let whom = text!(
            en: "visitors of a CloudFront distribution that the bucket policy speaks of, unless it reads with origin access control",
            ja: "バケットポリシーに現れる CloudFront ディストリビューションの閲覧者 (オリジンアクセスコントロールで読み取る場合を除く)"
        );
        return Class::Careful { whom };
    }
    Class::Safe
}

/// Whether a policy speaks of `CloudFront`: as a service or an identity of its own, by the canonical user that such an
/// identity is stored as, or by the headers that distributions are told apart by.
/// Source: Amazon `CloudFront` Developer Guide, "Restrict access to an Amazon S3 origin".
fn serves_cloudfront(policy: &str) -> bool {
    let policy = policy.to_lowercase();
    ["cloudfront", "canonicaluser", "aws:referer", "aws:useragent"].iter().any(|word| policy.contains(word))
}

/// Who may write into a log bucket, and where.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The `Sid` that the statement's begin with.
    pub sid: &'static str,
    /// The statements that let the service in.
    pub statements: Vec<Value>,
    /// What the bucket is for.
    pub purpose: Text,
}

impl Delivery {
    /// S3's server access logs of this account.
    /// Source: Amazon S3 User Guide, "Enabling Amazon S3 server access logging".
    pub fn access_logs(cx: &Cx, bucket: &str) -> Self {
        let statement = json!({
            "Effect": "Allow",
            "Principal": { "Service": "logging.s3.amazonaws.com" },
            "Action": "s3:PutObject",
            "Resource": format!("{}/*", bucket_arn(cx, bucket)),
            "Condition": { "StringEquals": { "aws:SourceAccount": cx.account().id } },
        });
        let purpose = text!(en: "server access logs", ja: "サーバーアクセスログ");
        Self { sid: "AscAccessLogs", statements: vec![statement], purpose }
    }

    /// The policy with these statements added.
    pub fn added_to(&self, policy: Option<&str>) -> Result<String, merge::NoMerge> {
        let mut merged = policy.map(str::to_owned);
        for statement in &self.statements {
            merged = Some(merge::with_statement(merged.as_deref(), self.sid, statement)?);
        }
        merged.ok_or(merge::NoMerge::NotAPolicy)
    }
}

/// The statement that refuses plain HTTP.
pub fn tls_only(cx: &Cx, bucket: &str) -> Value {
    let arn = bucket_arn(cx, bucket);
    json!({
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, format!("{arn}/*")],
        "Condition": { "Bool": { "aws:SecureTransport": "false" } },
    })
}

/// The steps that make a bucket which keeps logs and nothing else: encrypted, versioned, closed to the public, open to
/// one service over TLS. All of it is undone by removing the bucket, which AWS does only while it is empty.
pub fn make_for_logs(cx: &Cx, bucket: &Bucket, delivery: &Delivery) -> Result<Vec<Step>, merge::NoMerge> {
    let policy = delivery.added_to(None)?;
    let policy = merge::with_statement(Some(&policy), "AscTlsOnly", &tls_only(cx, &bucket.name))?;
    let (name, region, purpose) = (&bucket.name, &bucket.region, &delivery.purpose);
    let (en, ja) = (&purpose.en, &purpose.ja);
    let part = |says: Text, call: BucketCall| Step {
        says,
        forward: call.on(bucket).into(),
        back: Vec::new(),
        before: Value::Null,
    };
    let create = text!(
        en: "Make the bucket {name} in {region} for {en}. It can be undone for as long as the bucket is empty.",
        ja: "{ja}用のバケット {name} を {region} に作成します。元に戻せるのはバケットが空の間だけです。"
    );
    Ok(vec![
        Step { back: vec![BucketCall::DeleteBucket.on(bucket).into()], ..part(create, BucketCall::CreateBucket) },
        part(
            text!(en: "Block public access to {name}.", ja: "{name} の公開アクセスをブロックします。"),
            BucketCall::PutPublicAccessBlock { block: Block::ALL },
        ),
        part(
            text!(en: "Encrypt what {name} keeps.", ja: "{name} の内容を暗号化します。"),
            BucketCall::PutBucketEncryption,
        ),
        part(
            text!(en: "Keep old versions of what {name} keeps.", ja: "{name} の古いバージョンを残します。"),
            BucketCall::PutBucketVersioning { enabled: true },
        ),
        part(
            text!(
                en: "Let the log writer into {name}, and nobody over plain HTTP.",
                ja: "{name} への書き込みをログの配信サービスに許可し、平文の HTTP を拒否します。"
            ),
            BucketCall::PutBucketPolicy { policy },
        ),
    ])
}

/// What a policy that cannot be added to leaves to a person.
pub fn not_merged(why: merge::NoMerge, statement: &Value) -> Remedy {
    let why = match why {
        merge::NoMerge::NotAPolicy => text!(
            en: "The bucket's policy could not be understood, so nothing is added to it.",
            ja: "バケットポリシーを解釈できないため、追加しません。"
        ),
        merge::NoMerge::TooLong => text!(
            en: "The bucket's policy would be longer than the 20 KB that S3 allows.",
            ja: "追加すると、S3 が許すバケットポリシーの上限 20 KB を超えます。"
        ),
    };
    let how = text!(
        en: "Make room in the bucket's policy and add this statement: {statement}",
        ja: "バケットポリシーを整理し、次の文を追加してください: {statement}"
    );
    Remedy::Manual { why, how }
}

#[cfg(test)]
mod tests {
    use asc_core::Account;
    use asc_core::context::CxBuilder;
    use asc_policy::{Glob, Policy, TlsOnly, Version, lets_service};

    use super::*;

    #[test]
    fn a_website_and_cloudfront_are_careful_and_all_else_is_safe() {
        assert_eq!(class_of_closing(false, None), Class::Safe);
        assert_eq!(class_of_closing(false, Some(r#"{"Principal":"*"}"#)), Class::Safe);
        for (website, policy) in [
            (true, None),
            (false, Some(r#"{"Principal":{"Service":"cloudfront.amazonaws.com"}}"#)),
            (false, Some(r#"{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}"#)),
            (false, Some(r#"{"Principal":{"CanonicalUser":"79a59d"}}"#)),
        ] {
            assert!(matches!(class_of_closing(website, policy), Class::Careful { .. }), "{policy:?}");
        }
    }

    #[test]
    fn a_bucket_made_for_logs_takes_logs_over_tls_and_goes_as_a_whole() {
        let account = Account { id: "123456789012".to_owned(), partition: "aws-cn".to_owned(), alias: None };
        let cx = CxBuilder::new(account).build();
        let bucket = Bucket::new("logs", "cn-north-1");
        let steps = make_for_logs(&cx, &bucket, &Delivery::access_logs(&cx, "logs")).unwrap();
        let policy = steps[4].forward.to_json()["policy"].as_str().unwrap().to_owned();
        let policy = Policy::parse(&policy).unwrap();
        let keys = Glob::pattern("arn:aws-cn:s3:::logs/b/*", Version::V2008);
        assert!(lets_service(&policy, "logging.s3.amazonaws.com", "s3:PutObject", &keys));
        assert_eq!(asc_policy::tls_only(&policy, "arn:aws-cn:s3:::logs").says, TlsOnly::Enforced);
        assert_eq!(steps[0].back[0].operation().name, "DeleteBucket");
        assert!(steps[1..].iter().all(|step| step.back.is_empty()));
    }
}
