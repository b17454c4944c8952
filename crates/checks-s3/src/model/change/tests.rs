use asc_core::fix::Change;
use serde_json::json;

use super::*;

#[test]
fn a_journal_gives_back_each_change_as_it_was() {
    let bucket = Bucket::new("b", "eu-west-1");
    let target = Target { bucket: "logs".to_owned(), prefix: "b/".to_owned() };
    for call in [
        BucketCall::PutPublicAccessBlock { block: Block::ALL },
        BucketCall::DeletePublicAccessBlock,
        BucketCall::PutBucketPolicy { policy: "{}".to_owned() },
        BucketCall::RestoreBucketPolicy { ours: "{}".to_owned(), before: None },
        BucketCall::PutBucketLogging { target: Some(target) },
        BucketCall::PutBucketLogging { target: None },
        BucketCall::PutBucketVersioning { enabled: false },
        BucketCall::CreateBucket,
    ] {
        let json = Change::from(call.on(&bucket)).to_json();
        assert_eq!(json["family"], "s3");
        assert_eq!(Change::of_json(&json).unwrap().to_json(), json);
    }
    let json = json!({ "family": "s3control", "operation": "PutPublicAccessBlock", "block": Block::ALL });
    assert_eq!(Change::of_json(&json).unwrap().operation(), PUT_ACCOUNT_BLOCK);
}

#[test]
fn a_runbook_is_told_what_the_call_says() {
    let account = Account { id: "123456789012".to_owned(), partition: "aws".to_owned(), alias: None };
    let told = |change: Change| {
        let automation = change.automation(&account)?;
        let parameters = automation.parameters.iter().map(|(name, value)| format!("{name}={value}"));
        let parameters = parameters.collect::<Vec<_>>().join(" ");
        Some((automation.runbook.name, automation.region, parameters))
    };
    let bucket = Bucket::new("b", "eu-west-1");
    let of = |call: BucketCall| told(call.on(&bucket).into());
    let there = Some("eu-west-1".to_owned());
    let block = Block { ignore_public_acls: false, ..Block::ALL };
    let bits =
        "BlockPublicAcls=true BlockPublicPolicy=true BucketName=b IgnorePublicAcls=false RestrictPublicBuckets=true";
    assert_eq!(
        of(BucketCall::PutPublicAccessBlock { block }),
        Some(("AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock", there.clone(), bits.to_owned()))
    );
    assert_eq!(
        of(BucketCall::PutBucketEncryption),
        Some(("AWS-EnableS3BucketEncryption", there.clone(), "BucketName=b SSEAlgorithm=AES256".to_owned()))
    );
    assert_eq!(
        of(BucketCall::PutBucketVersioning { enabled: true }),
        Some(("AWS-ConfigureS3BucketVersioning", there, "BucketName=b VersioningState=Enabled".to_owned()))
    );
    let all = told(AccountBlockChange::PutPublicAccessBlock { block: Block::ALL }.into());
    let bits = "AccountId=123456789012 BlockPublicAcls=true BlockPublicPolicy=true IgnorePublicAcls=true \
                RestrictPublicBuckets=true";
    assert_eq!(all, Some(("AWSConfigRemediation-ConfigureS3PublicAccessBlock", None, bits.to_owned())));
    // Nothing stands in for what AWS has no runbook for, nor for what one would do differently.
    assert_eq!(of(BucketCall::CreateBucket), None);
    assert_eq!(of(BucketCall::DeletePublicAccessBlock), None);
    assert_eq!(of(BucketCall::PutBucketPolicy { policy: "{}".to_owned() }), None);
    assert_eq!(of(BucketCall::PutBucketLogging { target: None }), None);
    assert_eq!(told(AccountBlockChange::DeletePublicAccessBlock.into()), None);
}
