use std::collections::BTreeMap;
use std::sync::Arc;

use asc_checks_detection::model::{Recorder, Remediation, Types};
use asc_core::{Class, Operation};
use asc_guardrails::choose;

use super::*;

const SSE: &str = "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED";

fn guardrail(key: &str) -> Guardrail {
    choose(&[key]).unwrap().remove(0)
}

fn denied(name: &'static str, action: &'static str) -> Unread {
    let mut why = Unread::new(Operation::new("config", name, action), Class::Denied, "no");
    why.aws_code = Some("AccessDeniedException".into());
    why
}

fn recorder(recording: bool, types: Types) -> Recorder {
    Recorder { name: "default".to_owned(), recording, error: None, global_types: true, all_types: true, types }
}

fn all() -> Types {
    Types::AllBut(Vec::new())
}

/// A region with rules, of which some are put right by themselves.
fn seen(rules: &[(&str, &str, Option<bool>)], recorders: Vec<Recorder>) -> Seen {
    let (mut names, mut remediations) = (BTreeMap::<String, Vec<String>>::new(), BTreeMap::new());
    for (identifier, name, automatic) in rules {
        names.entry((*identifier).to_owned()).or_default().push((*name).to_owned());
        if let Some(automatic) = *automatic {
            remediations.insert((*name).to_owned(), Remediation { document: "Doc".to_owned(), automatic });
        }
    }
    Seen { guards: Ok(Guards { names, remediations: Ok(Arc::new(remediations)) }), recorders: Ok(Arc::new(recorders)) }
}

fn here(rules: &[(&str, &str, Option<bool>)]) -> Seen {
    seen(rules, vec![recorder(true, all())])
}

#[test]
fn a_guardrail_that_corrects_takes_its_rule_and_something_automatic_behind_it() {
    let stands = |rules| by_rules(&guardrail("s3-encryption"), &here(rules));
    let good = stands(&[(SSE, "any name", Some(true))]);
    assert_eq!((good.state, good.rules), (State::Stands, vec!["any name".to_owned()]));
    assert!(good.message.en.contains("any name") && good.message.en.contains("Doc"), "{}", good.message.en);
    for rules in [&[(SSE, "r", None)][..], &[(SSE, "r", Some(false))]] {
        let judged = stands(rules);
        assert_eq!(judged.state, State::Drifted);
        assert!(judged.message.en.contains("found by: r."), "{}", judged.message.en);
    }
    assert_eq!(stands(&[(SSE, "one", None), (SSE, "two", Some(true))]).state, State::Stands);
    assert_eq!(stands(&[]).state, State::Absent);
    assert_eq!(stands(&[("S3_BUCKET_LOGGING_ENABLED", "r", Some(true))]).state, State::Absent);
}

#[test]
fn one_that_reports_by_default_needs_no_remediation() {
    let ssh = by_rules(&guardrail("restricted-ssh"), &here(&[("INCOMING_SSH_DISABLED", "ssh", None)]));
    assert_eq!(ssh.state, State::Stands);
}

#[test]
fn a_rule_of_several_that_is_missing_is_named() {
    let root = by_rules(&guardrail("root-user"), &here(&[("ROOT_ACCOUNT_MFA_ENABLED", "mfa", None)]));
    assert_eq!(root.state, State::Drifted);
    assert!(root.message.en.contains("IAM_ROOT_ACCESS_KEY_CHECK"), "{}", root.message.en);
    assert_eq!(root.rules, ["mfa"]);
}

#[test]
fn a_rule_is_blind_where_nothing_records_what_it_looks_at() {
    let rules = [(SSE, "r", Some(true))];
    let with = |recorders| by_rules(&guardrail("s3-encryption"), &seen(&rules, recorders)).state;
    assert_eq!(with(vec![]), State::Drifted);
    assert_eq!(with(vec![recorder(false, all())]), State::Drifted);
    let only = |kind: &str| Types::Only(vec![kind.to_owned()]);
    assert_eq!(with(vec![recorder(true, only("AWS::EC2::Volume"))]), State::Drifted);
    assert_eq!(with(vec![recorder(true, only("AWS::S3::Bucket"))]), State::Stands);
    // A rule that looks by the clock does not ask what is recorded.
    let password = seen(&[("IAM_PASSWORD_POLICY", "p", Some(true))], vec![recorder(true, only("AWS::S3::Bucket"))]);
    assert_eq!(by_rules(&guardrail("iam-password-policy"), &password).state, State::Stands);
    let stopped = Seen { recorders: Ok(Arc::new(vec![recorder(false, all())])), ..password };
    assert_eq!(by_rules(&guardrail("iam-password-policy"), &stopped).state, State::Stands);
}

#[test]
fn what_could_not_be_read_is_unknown_unless_something_is_known_to_be_missing() {
    let s3 = guardrail("s3-encryption");
    let remedies = || denied("DescribeRemediationConfigurations", "config:DescribeRemediationConfigurations");
    let mut unread = here(&[(SSE, "r", Some(true))]);
    unread.guards.as_mut().unwrap().remediations = Err(remedies());
    let judged = by_rules(&s3, &unread);
    let unknown = judged.unknown.unwrap();
    assert_eq!((judged.state, judged.rules), (State::Unknown, vec!["r".to_owned()]));
    assert_eq!(unknown.operation, "config:DescribeRemediationConfigurations");
    assert_eq!(unknown.aws_code.as_deref(), Some("AccessDeniedException"));
    assert_eq!(unknown.missing_action.as_deref(), Some("config:DescribeRemediationConfigurations"));

    unread.recorders = Ok(Arc::new(Vec::new()));
    assert_eq!(by_rules(&s3, &unread).state, State::Drifted, "nothing records, whatever the remediation is");

    let mut blind = here(&[(SSE, "r", Some(true))]);
    blind.recorders = Err(denied("DescribeConfigurationRecorders", "config:DescribeConfigurationRecorders"));
    assert_eq!(by_rules(&s3, &blind).state, State::Unknown);
    let absent = Seen { guards: here(&[]).guards, ..blind.clone() };
    assert_eq!(by_rules(&s3, &absent).state, State::Absent);

    let nothing = Seen { guards: Err(denied("DescribeConfigRules", "config:DescribeConfigRules")), ..blind };
    assert_eq!(by_rules(&s3, &nothing).state, State::Unknown);
}

#[test]
fn one_region_is_enough_for_the_account() {
    let password = guardrail("iam-password-policy");
    let good = by_rules(&password, &here(&[("IAM_PASSWORD_POLICY", "p", Some(true))]));
    let drifted = by_rules(&password, &here(&[("IAM_PASSWORD_POLICY", "p", None)]));
    let absent = by_rules(&password, &here(&[]));
    let unread = Seen { guards: Err(denied("DescribeConfigRules", "config:DescribeConfigRules")), ..here(&[]) };
    let unread = by_rules(&password, &unread);
    let best = |all: &[&Judged]| {
        let regions = all.iter().enumerate().map(|(at, judged)| (format!("region-{at}"), (*judged).clone()));
        of_account(regions.collect(), false).unwrap()
    };
    let found = best(&[&absent, &unread, &good]);
    assert_eq!(found.state, State::Stands);
    assert!(found.message.en.starts_with("region-2: "), "{}", found.message.en);
    assert_eq!(best(&[&drifted, &unread]).state, State::Unknown, "it may stand in the other one");
    assert_eq!(best(&[&absent, &drifted]).state, State::Drifted);
    assert_eq!(best(&[&absent, &absent]).message, absent.message);
    let some = |judged: &Judged| of_account(vec![("here".to_owned(), judged.clone())], true).unwrap().message.en;
    assert!(some(&absent).contains("Only the regions") && !some(&good).contains("Only the regions"));
}
