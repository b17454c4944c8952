//! ASC-12: which buckets are public, by AWS's documented rules.

mod support;

use asc_core::Status::{Fail, Pass, Unknown};
use serde_json::json;
use support::{ACCOUNT, Account, Answer, HOME, acl, block, ownership, point_status, policy, policy_status};

const IGNORE: [bool; 4] = [false, true, false, false];
const RESTRICT: [bool; 4] = [false, false, false, true];
const BOTH: [bool; 4] = [false, true, false, true];
/// The two settings that stop new grants and make nothing private.
const NEW_ONLY: [bool; 4] = [true, false, true, false];

fn account() -> Account {
    Account::new().bucket("b", HOME)
}

#[test]
fn grants_to_everyone_count_while_acls_do() {
    let enforced = || ownership("BucketOwnerEnforced");
    let missing = || Answer::s3("OwnershipControlsNotFoundError");
    let preferred = || ownership("BucketOwnerPreferred");
    for (grants, controls, expected) in [
        (&[("AllUsers", "READ")][..], preferred(), Fail),
        (&[("AuthenticatedUsers", "READ")], preferred(), Fail),
        (&[("AllUsers", "FULL_CONTROL")], preferred(), Fail),
        (&[("AuthenticatedUsers", "WRITE_ACP")], preferred(), Fail),
        (&[("LogDelivery", "WRITE")], preferred(), Pass),
        (&[], preferred(), Pass),
        // From before ownership controls existed: the ACL counts.
        (&[("AllUsers", "READ")], missing(), Fail),
        // A stale ACL under disabled ACLs.
        (&[("AllUsers", "FULL_CONTROL"), ("AuthenticatedUsers", "READ")], enforced(), Pass),
    ] {
        let account =
            account().with("b", "GetBucketAcl", acl(grants)).with("b", "GetBucketOwnershipControls", controls);
        assert_eq!(account.scan(&["ASC-12"]).status("ASC-12", "b"), expected, "{grants:?}");
    }
}

#[test]
fn the_message_names_the_grant_and_the_policy() {
    let account = account().with("b", "GetBucketAcl", acl(&[("AuthenticatedUsers", "READ")])).with(
        "b",
        "GetBucketPolicyStatus",
        policy_status(true),
    );
    let seen = account.scan(&["ASC-12"]);
    let message = seen.message("ASC-12", "b");
    assert!(message.contains("READ") && message.contains("AuthenticatedUsers"), "{message}");
    assert!(message.contains("policy"), "{message}");
}

#[test]
fn a_policy_is_public_when_aws_says_so() {
    for (status, expected) in [
        (policy_status(true), Fail),
        (policy_status(false), Pass),
        (Answer::s3("NoSuchBucketPolicy"), Pass),
        // Neither TRUE nor FALSE is no answer.
        (Answer::ok("<PolicyStatus xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>"), Unknown),
    ] {
        let account = account().with("b", "GetBucketPolicyStatus", status.clone());
        assert_eq!(account.scan(&["ASC-12"]).status("ASC-12", "b"), expected, "{}", status.body);
    }
}

const OPEN: &str =
    r#"{"Sid":"Web","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}"#;
const CLOSED: &str = r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}"#;

#[test]
fn the_statement_that_makes_a_policy_public_is_named() {
    let account = account().with("b", "GetBucketPolicyStatus", policy_status(true)).with(
        "b",
        "GetBucketPolicy",
        policy(&[CLOSED, OPEN]),
    );
    let seen = account.scan(&["ASC-12"]);
    assert_eq!(seen.status("ASC-12", "b"), Fail);
    let message = seen.message("ASC-12", "b");
    assert!(message.contains("Statement 1 (Web): Principal is *"), "{message}");
    let told = &seen.finding("ASC-12", "b").evidence.read()["policy"];
    assert_eq!((&told["aws"], &told["engine"]), (&json!("public"), &json!("public")));
    assert_eq!(told["because"].as_array().map(Vec::len), Some(1), "{told}");
    assert_eq!((&told["because"][0]["statement"], &told["because"][0]["sid"]), (&json!(1), &json!("Web")));
}

#[test]
fn where_aws_and_the_engine_disagree_both_are_shown_and_awss_answer_counts() {
    for (aws, statement, engine, expected) in
        [(true, CLOSED, "not_public", Fail), (false, OPEN, "public", Pass), (false, CLOSED, "not_public", Pass)]
    {
        let account = account().with("b", "GetBucketPolicyStatus", policy_status(aws)).with(
            "b",
            "GetBucketPolicy",
            policy(&[statement]),
        );
        let seen = account.scan(&["ASC-12"]);
        assert_eq!(seen.status("ASC-12", "b"), expected, "{aws}, {statement}");
        let told = &seen.finding("ASC-12", "b").evidence.read()["policy"];
        assert_eq!((&told["aws"] == "public", &told["engine"]), (aws, &json!(engine)), "{told}");
        let message = seen.message("ASC-12", "b");
        assert_eq!(message.contains("disagrees"), aws != (engine == "public"), "{message}");
        assert_eq!(message.contains("Statement 0"), aws != (engine == "public"), "{message}");
    }
}

#[test]
fn a_policy_that_cannot_be_read_changes_no_verdict() {
    for (answer, told) in [
        (Answer::s3("AccessDenied"), "Grant s3:GetBucketPolicy"),
        (Answer::ok("{"), "GetBucketPolicy makes no sense"),
        (Answer::s3("SlowDown"), "kept throttling s3:GetBucketPolicy"),
    ] {
        for (aws, expected) in [(true, Fail), (false, Pass)] {
            let account = account().with("b", "GetBucketPolicyStatus", policy_status(aws)).with(
                "b",
                "GetBucketPolicy",
                answer.clone(),
            );
            let seen = account.scan(&["ASC-12"]);
            assert_eq!(seen.status("ASC-12", "b"), expected, "{}", answer.body);
            assert!(seen.0.complete, "the verdict is there");
            let message = seen.message("ASC-12", "b");
            assert_eq!(message.contains(told), aws, "{message}");
            assert_eq!(seen.finding("ASC-12", "b").evidence.read()["policy"]["engine"], json!("unread"));
        }
    }
    let seen = account()
        .with("b", "GetBucketPolicyStatus", policy_status(true))
        .with("b", "GetBucketPolicy", Answer::s3("NoSuchBucket"))
        .scan(&["ASC-12"]);
    assert_eq!(seen.vanished("ASC-12"), 1);
}

#[test]
fn a_policy_is_read_only_where_there_is_one_that_counts() {
    let with_policy = |public: bool| {
        let account = account().with("b", "GetBucketPolicyStatus", policy_status(public));
        account.with("b", "GetBucketPolicy", policy(&[if public { OPEN } else { CLOSED }]))
    };
    for (what, account, calls) in [
        ("none", account(), 0),
        ("public", with_policy(true), 1),
        ("private", with_policy(false), 1),
        ("void by the bucket", with_policy(true).with("b", "GetPublicAccessBlock", block(RESTRICT)), 0),
        ("void by the account", with_policy(true).account_block(block(RESTRICT)), 0),
        ("status unread", with_policy(true).with("b", "GetBucketPolicyStatus", Answer::s3("AccessDenied")), 0),
        (
            "an access point's",
            account().access_points(HOME, &[&[("door", "b", false)]]).point_status(HOME, "door", point_status(true)),
            0,
        ),
    ] {
        let seen = account.scan(&["ASC-12"]);
        assert_eq!(seen.calls("s3:GetBucketPolicy"), calls, "{what}");
    }
    // Another check reads it too; it is asked once.
    assert_eq!(with_policy(true).scan(&["ASC-12", "ASC-14"]).calls("s3:GetBucketPolicy"), 1);
}

/// `public = (acl AND NOT IgnorePublicAcls) OR (policy AND NOT RestrictPublicBuckets)`, each bit at either scope.
#[test]
fn each_bit_closes_its_own_way_in_at_either_scope() {
    const ALL: [bool; 4] = [true; 4];
    for (set, acl_public, policy_public, expected) in [
        ([false; 4], true, false, Fail),
        ([false; 4], false, true, Fail),
        ([false; 4], false, false, Pass),
        (NEW_ONLY, true, false, Fail),
        (NEW_ONLY, false, true, Fail),
        (IGNORE, true, false, Pass),
        (IGNORE, true, true, Fail),
        (IGNORE, false, true, Fail),
        (RESTRICT, false, true, Pass),
        (RESTRICT, true, true, Fail),
        (BOTH, true, true, Pass),
        (ALL, true, true, Pass),
    ] {
        let open = account()
            .with("b", "GetBucketAcl", acl(if acl_public { &[("AllUsers", "READ")] } else { &[] }))
            .with("b", "GetBucketPolicyStatus", policy_status(policy_public));
        let by_account = open.clone().account_block(block(set)).scan(&["ASC-12"]);
        let by_bucket = open.with("b", "GetPublicAccessBlock", block(set)).scan(&["ASC-12"]);
        for (scope, seen) in [("account", by_account), ("bucket", by_bucket)] {
            let status = seen.status("ASC-12", "b");
            assert_eq!(status, expected, "{scope}: {set:?}, ACL {acl_public}, policy {policy_public}");
        }
    }
}

#[test]
fn one_bit_at_each_scope_closes_both_ways_in() {
    for (of_account, of_bucket) in [(IGNORE, RESTRICT), (RESTRICT, IGNORE)] {
        let account = account()
            .with("b", "GetBucketAcl", acl(&[("AllUsers", "READ")]))
            .with("b", "GetBucketPolicyStatus", policy_status(true))
            .with("b", "GetPublicAccessBlock", block(of_bucket))
            .account_block(block(of_account));
        assert_eq!(account.scan(&["ASC-12"]).status("ASC-12", "b"), Pass);
    }
}

#[test]
fn an_account_block_that_decides_leaves_nothing_to_ask() {
    let seen = account().untold_bucket("far", "us-east-1").account_block(block(BOTH)).scan(&["ASC-12"]);
    for bucket in ["b", "far"] {
        assert_eq!(seen.status("ASC-12", bucket), Pass);
    }
    let per_bucket: Vec<_> = seen
        .all_calls()
        .into_keys()
        .filter(|call| {
            !["sts:GetCallerIdentity", "s3:ListBuckets", "s3control:GetPublicAccessBlock"].contains(&&**call)
        })
        // Where ListBuckets does not tell, the finding's region has to be asked; that reads nothing of the bucket.
        .filter(|call| call != "s3:GetBucketLocation")
        .collect();
    assert!(per_bucket.is_empty(), "{per_bucket:?}");
}

#[test]
fn calls_that_a_bit_makes_void_are_not_made() {
    let acls = ["s3:GetBucketAcl", "s3:GetBucketOwnershipControls"];
    let policies = [
        "s3:GetBucketPolicyStatus",
        "s3:GetBucketPolicy",
        "s3control:ListAccessPoints",
        "s3control:GetAccessPointPolicyStatus",
    ];
    for (bit, void, made) in [(IGNORE, &acls[..], "s3:GetBucketPolicyStatus"), (RESTRICT, &policies, "s3:GetBucketAcl")]
    {
        let account = account().access_points(HOME, &[&[("p", "b", false)]]);
        let by_account = account.clone().account_block(block(bit)).scan(&["ASC-12"]);
        let by_bucket = account.with("b", "GetPublicAccessBlock", block(bit)).scan(&["ASC-12"]);
        for seen in [by_account, by_bucket] {
            for call in void {
                assert_eq!(seen.calls(call), 0, "{call} with {bit:?}");
            }
            assert_eq!(seen.calls(made), 1, "{made} with {bit:?}");
        }
    }
}

#[test]
fn an_access_point_opens_its_bucket_when_the_internet_reaches_it_and_its_policy_is_public() {
    let denied = || Answer::control("AccessDenied");
    let none = || Answer::control("NoSuchAccessPointPolicy");
    for (vpc, status, expected) in [
        (false, point_status(true), Fail),
        (false, point_status(false), Pass),
        (false, none(), Pass),
        (false, denied(), Unknown),
        (true, point_status(true), Pass),
        (true, denied(), Pass),
    ] {
        let account = account().bucket("other", HOME).access_points(HOME, &[&[("door", "b", vpc)]]).point_status(
            HOME,
            "door",
            status.clone(),
        );
        let seen = account.scan(&["ASC-12"]);
        assert_eq!(seen.status("ASC-12", "b"), expected, "VPC {vpc}: {}", status.body);
        assert_eq!(seen.status("ASC-12", "other"), Pass, "it is not the door's bucket");
        match expected {
            Fail => assert!(seen.message("ASC-12", "b").contains("door")),
            Unknown => assert_eq!(
                seen.unknown("ASC-12", "b"),
                ("s3control:GetAccessPointPolicyStatus", Some("AccessDenied"), Some("s3:GetAccessPointPolicyStatus"))
            ),
            _ => {}
        }
    }
}

#[test]
fn an_access_point_on_the_second_page_counts_too() {
    let account = account().access_points(HOME, &[&[("first", "b", false)], &[("second", "b", false)]]).point_status(
        HOME,
        "second",
        point_status(true),
    );
    let seen = account.scan(&["ASC-12"]);
    assert_eq!(seen.status("ASC-12", "b"), Fail);
    assert!(seen.message("ASC-12", "b").contains("second"));
    assert_eq!(seen.calls("s3control:ListAccessPoints"), 2);
}

#[test]
fn what_is_unread_matters_only_where_the_rest_leaves_it_open() {
    let denied = || Answer::s3("AccessDenied");
    let public_acl = || acl(&[("AllUsers", "READ")]);
    let open = || account().with("b", "GetBucketAcl", public_acl());
    let unread_account = |account: Account| account.account_block(Answer::control("AccessDenied"));
    for (what, account, expected) in [
        ("one open way in decides", open().with("b", "GetBucketPolicyStatus", denied()), Fail),
        (
            "but not while a block that may close it is unread",
            open().with("b", "GetPublicAccessBlock", denied()),
            Unknown,
        ),
        ("at either scope", unread_account(open()), Unknown),
        ("both bits on the bucket decide", unread_account(open().with("b", "GetPublicAccessBlock", block(BOTH))), Pass),
        (
            "both bits on the account decide",
            open().with("b", "GetPublicAccessBlock", denied()).account_block(block(BOTH)),
            Pass,
        ),
        ("one bit does not", unread_account(open().with("b", "GetPublicAccessBlock", block(IGNORE))), Unknown),
        (
            "a void part need not be read",
            account().with("b", "GetBucketAcl", denied()).account_block(block(IGNORE)),
            Pass,
        ),
    ] {
        assert_eq!(account.scan(&["ASC-12"]).status("ASC-12", "b"), expected, "{what}");
    }
}

#[test]
fn a_listing_that_fails_is_a_verdict_on_the_account() {
    let seen = account().spoiled("s3:ListBuckets", |_| Answer::s3("AccessDenied")).scan(&["ASC-12"]);
    let expected = ("s3:ListBuckets", Some("AccessDenied"), Some("s3:ListAllMyBuckets"));
    assert_eq!(seen.unknown("ASC-12", ACCOUNT), expected);
    assert!(!seen.0.complete);
}
