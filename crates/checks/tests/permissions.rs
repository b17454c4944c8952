//! That what checks declare is what they need: no call beyond it, and none of it to spare.
#![allow(clippy::expect_used, reason = "a helper that cannot go on fails the test, and says why")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use asc_core::Operation;
use asc_core::Status::Unknown;
use asc_core::registry::Registry;
use support::company::company;
use support::seen::Seen;
use support::{ACCOUNT, Account, Answer};

/// The one call that AWS allows everyone, and that no policy can deny.
const IDENTITY: &str = "sts:GetCallerIdentity";

/// Actions whose lack leaves no verdict open while another source is there, which then decides; and that source's.
const STOOD_IN_FOR: [(&str, &[&str]); 1] =
    // ASC-01: the credential report tells of the root user's keys too.
    [("iam:GetAccountSummary", &["iam:GenerateCredentialReport", "iam:GetCredentialReport"])];

/// What each check declares, by its number.
fn declared() -> BTreeMap<&'static str, BTreeSet<Operation>> {
    let registry = Registry::linked().expect("the families' checks");
    registry.declarations().map(|check| (check.id, check.operations().collect())).collect()
}

/// What all checks declare: the action that allows each operation.
fn actions() -> BTreeMap<String, &'static str> {
    declared().into_values().flatten().map(|operation| (operation.to_string(), operation.action)).collect()
}

/// What a scan has called, but for the identity.
fn called(seen: &Seen) -> BTreeSet<String> {
    seen.all_calls().into_keys().filter(|call| call != IDENTITY).collect()
}

/// The account as somebody sees it who lacks some actions.
fn without(account: &Account, lacking: impl Fn(&str) -> bool) -> Account {
    let actions = actions();
    let refused = actions.iter().filter(|(_, action)| lacking(action));
    refused.fold(account.clone(), |account, (operation, _)| account.spoiled(operation, |_| Answer::denied(operation)))
}

#[test]
fn a_full_scan_calls_what_is_declared_all_of_it_and_nothing_else() {
    let seen = company().scan(&[]);
    assert!(seen.0.complete, "{:?}", seen.0.coverage);
    assert_eq!(called(&seen), actions().into_keys().collect());
}

#[test]
fn each_check_alone_calls_only_what_it_declares() {
    for (check, operations) in declared() {
        let declared: BTreeSet<_> = operations.iter().map(Operation::to_string).collect();
        let called = called(&company().scan(&[check]));
        let beyond: Vec<_> = called.difference(&declared).collect();
        assert!(beyond.is_empty(), "{check}: {beyond:?}");
    }
}

#[test]
fn what_a_check_declares_is_enough_for_its_verdicts() {
    let company = company();
    let whole = company.scan(&[]).verdicts();
    for (check, operations) in declared() {
        let granted: BTreeSet<_> = operations.iter().map(|operation| operation.action).collect();
        let seen = without(&company, |action| !granted.contains(action)).scan(&[check]);
        let expected = whole.clone().into_iter().filter(|((of, _), _)| of == check);
        assert_eq!(seen.verdicts(), expected.collect(), "{check}");
        assert!(seen.0.complete, "{check}");
        assert_eq!(seen.0.calls.iter().map(|calls| calls.denied).sum::<u64>(), 0, "{check}");
    }
}

/// The actions that a scan names as missing.
fn missing(seen: &Seen) -> BTreeSet<String> {
    let unknown = seen.0.findings.iter().filter(|finding| finding.status == Unknown);
    let action = |finding: &asc_core::report::Finding| {
        let unknown = finding.unknown.as_ref().expect("what could not be read");
        unknown.missing_action.clone().unwrap_or_else(|| panic!("{}: {unknown:?}", finding.check_id))
    };
    unknown.map(action).collect()
}

#[test]
fn each_action_that_is_left_out_is_named_and_no_other() {
    let company = company();
    let whole = company.scan(&[]).verdicts();
    let mut wrong = Vec::new();
    for action in actions().into_values().collect::<BTreeSet<_>>() {
        let lacking = |this: &str| this == action;
        let seen = without(&company, lacking).scan(&[]);
        let stand_in = STOOD_IN_FOR.iter().find(|(stood_in_for, _)| *stood_in_for == action);
        let expected: BTreeSet<_> = if stand_in.is_some() { [].into() } else { [action.to_owned()].into() };
        if missing(&seen) != expected {
            wrong.push(format!("without {action}, missing is {:?}", missing(&seen)));
        }
        if seen.0.complete != expected.is_empty() {
            wrong.push(format!("without {action}, complete is {}", seen.0.complete));
        }
        let changed =
            seen.verdicts().into_iter().filter(|(key, status)| *status != Unknown && whole.get(key) != Some(status));
        wrong.extend(changed.map(|(key, status)| format!("without {action}, {key:?} is {status:?}")));
        let denied: u64 = seen.0.calls.iter().map(|calls| calls.denied).sum();
        if denied == 0 {
            wrong.push(format!("without {action}, nothing is denied"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_stands_in_cannot_be_left_out_as_well() {
    for (action, sources) in STOOD_IN_FOR {
        for source in sources {
            let seen = without(&company(), |this| this == action || this == *source).scan(&["ASC-01"]);
            assert_eq!(missing(&seen), [action.to_owned()].into(), "{action} and {source}");
        }
    }
}

/// The Account service is asked only when EC2 has refused, and nobody needs it who may ask EC2.
#[test]
fn the_second_source_of_regions_is_no_permission_that_is_needed() {
    let seen = company().scan(&[]);
    assert_eq!(seen.calls("account:ListRegions"), 0);
    let seen = without(&company(), |action| action == "ec2:DescribeRegions").scan(&["ASC-10"]);
    assert_eq!((seen.calls("account:ListRegions"), seen.status("ASC-10", ACCOUNT)), (1, Unknown));
    assert_eq!(missing(&seen), ["ec2:DescribeRegions".to_owned()].into());
}
