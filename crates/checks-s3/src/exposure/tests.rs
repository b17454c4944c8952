use asc_core::{Class, Operation};

use super::*;
use crate::model::Group;

const OFF: Block = Block {
    block_public_acls: false,
    ignore_public_acls: false,
    block_public_policy: false,
    restrict_public_buckets: false,
};

fn denied<T>(action: &'static str) -> Part<T> {
    Part::Unread(Unread::new(Operation::new("s3", "Op", action), Class::Denied, "no"))
}

fn grant() -> Vec<Grant> {
    vec![Grant { group: Group::AuthenticatedUsers, permission: "READ".to_owned() }]
}

fn parts(account: Block, bucket: Block, acl: bool, policy: bool) -> Parts {
    Parts {
        account: Part::Read(account),
        bucket: Part::Read(bucket),
        acl: Part::Read(if acl { grant() } else { Vec::new() }),
        policy: Part::Read(if policy { Judged::Public } else { Judged::Private }),
        explained: None,
        points: Part::Read(Vec::new()),
    }
}

fn public(parts: Parts) -> Result<bool, &'static str> {
    parts.decide("b").map(|exposure| !exposure.openings.is_empty()).map_err(|why| why.operation.action)
}

/// All sixteen by sixteen settings, held against the formula that AWS documents.
#[test]
fn every_combination_of_blocks_agrees_with_the_formula() {
    let block = |bits: u8| Block {
        block_public_acls: bits & 1 != 0,
        ignore_public_acls: bits & 2 != 0,
        block_public_policy: bits & 4 != 0,
        restrict_public_buckets: bits & 8 != 0,
    };
    for account in 0..16 {
        for bucket in 0..16 {
            for (acl, policy) in [(false, false), (true, false), (false, true), (true, true)] {
                let effective = block(account | bucket);
                let expected = (acl && !effective.ignore_public_acls) || (policy && !effective.restrict_public_buckets);
                assert_eq!(public(parts(block(account), block(bucket), acl, policy)), Ok(expected));
            }
        }
    }
}

#[test]
fn what_could_not_be_read_leaves_the_answer_open_unless_the_rest_decides() {
    let base = || parts(OFF, OFF, false, false);
    assert_eq!(public(Parts { policy: denied("status"), ..base() }), Err("status"));
    assert_eq!(public(Parts { acl: denied("acl"), ..base() }), Err("acl"));
    assert_eq!(public(Parts { points: denied("points"), ..base() }), Err("points"));
    assert_eq!(public(Parts { account: denied("account"), ..base() }), Err("account"));
    assert_eq!(public(Parts { bucket: denied("bucket"), ..base() }), Err("bucket"));
    // One proven way in decides.
    assert_eq!(public(Parts { policy: denied("status"), ..parts(OFF, OFF, true, false) }), Ok(true));
    assert_eq!(public(Parts { acl: denied("acl"), ..parts(OFF, OFF, false, true) }), Ok(true));
    // It is not proven while a block that may void it is unread.
    assert_eq!(public(Parts { bucket: denied("bucket"), ..parts(OFF, OFF, true, true) }), Err("bucket"));
    // Both bits on, at whichever scope, decide.
    let acls = Block { ignore_public_acls: true, ..OFF };
    let policies = Block { restrict_public_buckets: true, ..OFF };
    let both = Block { ignore_public_acls: true, ..policies };
    assert_eq!(
        public(Parts { acl: Part::Void, policy: Part::Void, points: Part::Void, ..parts(acls, policies, true, true) }),
        Ok(false)
    );
    assert_eq!(public(Parts { account: denied("account"), ..parts(OFF, both, true, true) }), Ok(false));
    assert_eq!(public(Parts { bucket: denied("bucket"), ..parts(both, OFF, true, true) }), Ok(false));
}

#[test]
fn a_bucket_that_is_gone_is_told_apart_from_one_that_is_unread() {
    let why = Unread::new(Operation::new("s3", "Op", "a"), Class::Refused, "no").of_gone("b");
    let gone = Parts { acl: Part::Unread(why.clone()), ..parts(OFF, OFF, false, true) };
    assert_eq!(gone.decide("b"), Err(why));
}

#[test]
fn the_message_names_each_way_in() {
    let mut parts = parts(OFF, OFF, true, true);
    parts.points = Part::Read(vec!["door".to_owned()]);
    let verdict = parts.decide("b").unwrap().verdict();
    for part in ["READ to AuthenticatedUsers", "GetBucketPolicyStatus", "access point door"] {
        assert!(verdict.message().en.contains(part), "{}", verdict.message().en);
    }
    assert!(verdict.message().ja.contains("door"));
}
