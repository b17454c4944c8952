//! ASC-16: server access logs, and whether they arrive.

mod support;

use asc_core::Status::{Fail, NotApplicable, Pass, Unknown};
use support::{Account, Answer, HOME, acl, lets_logs_in, logging, ownership, policy};

const CHECK: &[&str] = &["ASC-16"];

/// A bucket that logs into another with a prefix; that one does not let the log writer in yet.
fn account() -> Account {
    Account::new().bucket("app", HOME).bucket("logs", HOME).with("app", "GetBucketLogging", logging("logs", "app/"))
}

fn by_policy(account: Account, resource: &str) -> Account {
    account.with("logs", "GetBucketPolicy", policy(&[&lets_logs_in(resource)]))
}

#[test]
fn a_bucket_without_a_log_fails() {
    assert_eq!(Account::new().bucket("b", HOME).scan(CHECK).status("ASC-16", "b"), Fail);
}

#[test]
fn logs_that_can_arrive_pass_and_their_target_is_not_reached() {
    let write = &[("LogDelivery", "WRITE"), ("LogDelivery", "READ_ACP")];
    let full = &[("LogDelivery", "FULL_CONTROL")];
    let read = &[("LogDelivery", "READ_ACP")];
    let enforced =
        |account: Account| account.with("logs", "GetBucketOwnershipControls", ownership("BucketOwnerEnforced"));
    let preferred =
        |account: Account| account.with("logs", "GetBucketOwnershipControls", ownership("BucketOwnerPreferred"));
    let by_acl = |grants: &[(&str, &str)]| account().with("logs", "GetBucketAcl", acl(grants));
    for (what, account, expected) in [
        ("by policy", by_policy(account(), "arn:aws:s3:::logs/*"), Pass),
        ("by policy, for the prefix", by_policy(account(), "arn:aws:s3:::logs/app/*"), Pass),
        ("by policy, for keys that begin with the prefix", by_policy(account(), "arn:aws:s3:::logs/app/2026*"), Pass),
        ("by policy, for another prefix", by_policy(account(), "arn:aws:s3:::logs/web/*"), Fail),
        ("by policy, on another bucket", by_policy(account(), "arn:aws:s3:::other/*"), Fail),
        ("by policy, whatever the ACL", enforced(by_policy(account(), "arn:aws:s3:::logs/*")), Pass),
        ("by ACL", preferred(by_acl(write)), Pass),
        ("by ACL, in full", preferred(by_acl(full)), Pass),
        ("by an ACL that only lets read", preferred(by_acl(read)), Fail),
        ("by an ACL under disabled ACLs", enforced(by_acl(full)), Fail),
        ("by nothing", account(), Fail),
    ] {
        let seen = account.scan(CHECK);
        assert_eq!(seen.status("ASC-16", "app"), expected, "{what}");
        assert_eq!(seen.status("ASC-16", "logs"), NotApplicable, "{what}: the target");
    }
}

#[test]
fn logs_into_nowhere_fail() {
    let account = || Account::new().bucket("app", HOME).with("app", "GetBucketLogging", logging("lost", ""));
    let gone = account().with_location("lost", Answer::s3("NoSuchBucket")).scan(CHECK);
    assert_eq!(gone.status("ASC-16", "app"), Fail);
    assert!(gone.message("ASC-16", "app").contains("does not exist"));
    // A target is always of the same account; a bucket of another is none either.
    let foreign = account().with_location("lost", Answer::s3("AccessDenied")).scan(CHECK);
    assert_eq!(foreign.status("ASC-16", "app"), Fail);
}

#[test]
fn a_target_that_vanishes_while_it_is_read_does_not_exist() {
    let gone = ["GetBucketPolicy", "GetBucketAcl"];
    let account = gone.iter().fold(account(), |account, call| account.with("logs", call, Answer::s3("NoSuchBucket")));
    assert_eq!(account.scan(CHECK).status("ASC-16", "app"), Fail);
}

#[test]
fn a_bucket_that_logs_into_itself_is_judged_by_delivery() {
    let account = || Account::new().bucket("b", HOME).with("b", "GetBucketLogging", logging("b", "log/"));
    assert_eq!(account().scan(CHECK).status("ASC-16", "b"), Fail, "it does not let the writer in");
    let lets_in = policy(&[&lets_logs_in("arn:aws:s3:::b/log/*")]);
    assert_eq!(account().with("b", "GetBucketPolicy", lets_in).scan(CHECK).status("ASC-16", "b"), Pass);
}

#[test]
fn half_an_answer_about_the_target_decides_when_it_grants() {
    let denied = || Answer::s3("AccessDenied");
    let granted = by_policy(account(), "arn:aws:s3:::logs/*");
    assert_eq!(granted.with("logs", "GetBucketAcl", denied()).scan(CHECK).status("ASC-16", "app"), Pass);
    let by_acl = account().with("logs", "GetBucketAcl", acl(&[("LogDelivery", "WRITE")]));
    assert_eq!(by_acl.with("logs", "GetBucketPolicy", denied()).scan(CHECK).status("ASC-16", "app"), Pass);
    for (call, action) in [("GetBucketPolicy", "s3:GetBucketPolicy"), ("GetBucketAcl", "s3:GetBucketAcl")] {
        let seen = account().with("logs", call, denied()).scan(CHECK);
        let expected = (&*format!("s3:{call}"), Some("AccessDenied"), Some(action));
        assert_eq!(seen.unknown("ASC-16", "app"), expected);
    }
}

/// Whether a bucket is a target cannot be said while a bucket that may log into it is unread.
#[test]
fn a_possible_target_is_not_failed_for_what_could_not_be_read() {
    let account = by_policy(account(), "arn:aws:s3:::logs/*").bucket("far", "us-east-1").with(
        "app",
        "GetBucketLogging",
        Answer::s3("AccessDenied"),
    );
    let seen = account.scan(CHECK);
    let expected = ("s3:GetBucketLogging", Some("AccessDenied"), Some("s3:GetBucketLogging"));
    assert_eq!(seen.unknown("ASC-16", "app"), expected);
    assert_eq!(seen.status("ASC-16", "far"), Fail, "it lets no logs in, so it is nobody's target");
    assert_eq!(seen.status("ASC-16", "logs"), Unknown, "it is a target, for all that could be read");
    assert_eq!(seen.unknown("ASC-16", "logs"), expected);
}

#[test]
fn a_target_that_some_read_bucket_names_stays_out_of_reach_whatever_is_unread() {
    let account = account().bucket("other", HOME).with("other", "GetBucketLogging", Answer::s3("AccessDenied"));
    let seen = account.scan(CHECK);
    assert_eq!(seen.status("ASC-16", "logs"), NotApplicable);
    assert_eq!(seen.status("ASC-16", "other"), Unknown);
}

#[test]
fn only_what_is_needed_is_called() {
    let account = by_policy(account(), "arn:aws:s3:::logs/*").bucket("off", HOME);
    let expected =
        [("s3:GetBucketLogging", 3), ("s3:GetBucketPolicy", 1), ("s3:ListBuckets", 1), ("sts:GetCallerIdentity", 1)];
    let calls = account.scan(CHECK).all_calls();
    assert_eq!(calls.iter().map(|(call, count)| (call.as_str(), *count)).collect::<Vec<_>>(), expected);
}
