use asc_core::fix::Change;
use aws_sdk_ssm::types::AutomationExecutionStatus;
use serde_json::json;

use super::execution::{Progress, progress};
use super::*;

const AS: &str = "arn:aws:iam::123456789012:role/automation";

fn encrypt(bucket: &str) -> Automation {
    let parameters = [("BucketName", bucket.to_owned()), ("SSEAlgorithm", "AES256".to_owned())];
    Automation::new(&Runbook::ENABLE_BUCKET_ENCRYPTION, Some("eu-west-1"), parameters)
}

fn token_of(change: &AutomationChange) -> &str {
    let AutomationChange::StartAutomationExecution { token, .. } = change else { panic!("{change:?}") };
    token
}

#[test]
fn a_run_is_named_by_what_it_is_told_so_that_it_is_not_started_twice() {
    let one = start(&encrypt("b"), None, "20270131t010203z");
    assert_eq!(one, start(&encrypt("b"), None, "20270131t010203z"));
    let others = [
        start(&encrypt("c"), None, "20270131t010203z"),
        start(&encrypt("b"), Some(AS), "20270131t010203z"),
        start(&encrypt("b"), None, "20270131t010204z"),
    ];
    assert!(others.iter().all(|other| token_of(other) != token_of(&one)));
    let parts: Vec<_> = token_of(&one).split('-').map(str::len).collect();
    assert_eq!(parts, [8, 4, 4, 4, 12]);
    let (version, variant) = (&token_of(&one)[14..15], &token_of(&one)[19..20]);
    assert_eq!((version, "89ab".contains(variant)), ("8", true));
}

#[test]
fn a_journal_gives_back_what_was_started_and_what_is_waited_for() {
    let change = Change::from(start(&encrypt("b"), Some(AS), "r"));
    let json = change.to_json();
    assert_eq!(json["document"], "AWS-EnableS3BucketEncryption");
    assert_eq!(
        json["parameters"],
        json!({ "AutomationAssumeRole": [AS], "BucketName": ["b"], "SSEAlgorithm": ["AES256"] })
    );
    let again = Change::of_json(&json).unwrap();
    assert_eq!((again.to_json(), again.region()), (json, Some("eu-west-1")));
    assert!(again.operation().writes(), "a door for reading refuses it");
    let wait = Change::from(wait(&encrypt("b")));
    assert_eq!(Change::of_json(&wait.to_json()).unwrap().to_json(), wait.to_json());
    assert!(!wait.operation().writes());
}

#[test]
fn without_a_role_the_caller_needs_what_the_runbook_calls() {
    let actions = |role| Change::from(start(&encrypt("b"), role, "r")).actions();
    let both = ["ssm:StartAutomationExecution", "ssm:GetAutomationExecution"];
    assert_eq!(actions(None), [both[0], both[1], "s3:PutEncryptionConfiguration"]);
    assert_eq!(actions(Some(AS)), [both[0], both[1], "iam:PassRole"]);
    let details = |role| Change::from(start(&encrypt("b"), role, "r")).details().unwrap().en;
    let told = "runbook AWS-EnableS3BucketEncryption, BucketName: b, SSEAlgorithm: AES256";
    assert_eq!(
        details(None),
        format!("{told}; it runs with your own permissions, and needs s3:PutEncryptionConfiguration")
    );
    assert_eq!(details(Some(AS)), format!("{told}; it runs for {AS}, which needs s3:PutEncryptionConfiguration"));
}

#[test]
fn nothing_but_success_is_success() {
    let of = |status: &str| progress(&AutomationExecutionStatus::from(status));
    for status in ["Success", "CompletedWithSuccess"] {
        assert_eq!(of(status), Progress::Succeeded, "{status}");
    }
    for status in ["Failed", "TimedOut", "Cancelled", "Rejected", "Exited", "CompletedWithFailure"] {
        assert_eq!(of(status), Progress::Failed, "{status}");
    }
    for status in ["Pending", "InProgress", "Waiting", "Cancelling", "PendingApproval", "Unheard"] {
        assert_eq!(of(status), Progress::UnderWay, "{status}");
    }
}
