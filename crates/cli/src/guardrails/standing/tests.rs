use std::collections::BTreeMap;
use std::sync::Arc;

use asc_checks_detection::model::{Argument as Given, Recorder, Remediation, Types};
use asc_core::{Class, Operation};
use asc_guardrails::{Argument, Purpose, Runbook, choose};

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

/// A rule as the guardrail's template makes it, but for its description.
fn rule(identifier: &str, name: &str) -> ConfigRule {
    let given = standing(identifier).demands.into_iter().map(|demand| (demand.parameter, demand.value));
    ConfigRule {
        name: name.to_owned(),
        managed: Some(identifier.to_owned()),
        active: true,
        narrowed: false,
        description: None,
        parameters: Some(given.collect()),
    }
}

fn standing(identifier: &str) -> Standing {
    let all = choose(&[] as &[&str]).unwrap();
    all.iter().flat_map(Guardrail::rules).find(|rule| rule.identifier == identifier).unwrap()
}

/// What the template puts behind a rule.
fn remedy(identifier: &str, automatic: bool) -> Remediation {
    let correction = standing(identifier).correction.unwrap();
    let document = match correction.runbooks.last().unwrap() {
        Runbook::Aws(name) => name.clone(),
        Runbook::Own(id) => format!("stack-{id}-1A2B"),
    };
    let argument = |argument| match argument {
        Argument::Found => Given::Found("RESOURCE_ID".to_owned()),
        Argument::Fixed(demand) => Given::Fixed(vec![demand.value]),
        Argument::Some => Given::Fixed(vec!["arn:aws:iam::123456789012:role/r".to_owned()]),
    };
    let arguments = correction.arguments.into_iter().map(|(name, wanted)| (name, argument(wanted))).collect();
    Remediation { document, automatic, arguments }
}

/// A region with rules, of which some are put right by themselves.
fn seen(rules: &[(&str, &str, Option<bool>)], recorders: Vec<Recorder>) -> Seen {
    let (mut all, mut remediations) = (BTreeMap::<String, Vec<ConfigRule>>::new(), BTreeMap::new());
    for (identifier, name, automatic) in rules {
        all.entry((*identifier).to_owned()).or_default().push(rule(identifier, name));
        if let Some(automatic) = *automatic {
            remediations.insert((*name).to_owned(), remedy(identifier, automatic));
        }
    }
    recorded(Guards { rules: all, remediations: Ok(Arc::new(remediations)) }, Ok(Arc::new(recorders)))
}

fn recorded(guards: Guards, recorders: Answer<Recorders>) -> Seen {
    Seen { guards: Ok(guards), everywhere: [recorders.clone()].into(), recorders }
}

fn here(rules: &[(&str, &str, Option<bool>)]) -> Seen {
    seen(rules, vec![recorder(true, all())])
}

/// One rule and what is behind it, as the template makes them and something is done to them then.
fn changed(
    key: &str,
    identifier: &str,
    automatic: Option<bool>,
    change: impl FnOnce(&mut ConfigRule, Option<&mut Remediation>),
) -> Judged {
    let mut rule = rule(identifier, "r");
    let mut remediation = automatic.map(|automatic| remedy(identifier, automatic));
    change(&mut rule, remediation.as_mut());
    let remediations = remediation.map(|remediation| ("r".to_owned(), remediation)).into_iter().collect();
    let guards =
        Guards { rules: [(identifier.to_owned(), vec![rule])].into(), remediations: Ok(Arc::new(remediations)) };
    by_rules(&guardrail(key), &recorded(guards, Ok(Arc::new(vec![recorder(true, all())]))))
}

#[test]
fn a_guardrail_that_corrects_takes_its_rule_and_something_automatic_behind_it() {
    let stands = |rules| by_rules(&guardrail("s3-encryption"), &here(rules));
    let good = stands(&[(SSE, "any name", Some(true))]);
    assert_eq!((good.state, good.rules), (State::Stands, vec!["any name".to_owned()]));
    assert!(good.message.en.contains("any name") && good.message.en.contains("AWS-EnableS3BucketEncryption"));
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
    let ssh = |automatic| by_rules(&guardrail("restricted-ssh"), &here(&[("INCOMING_SSH_DISABLED", "ssh", automatic)]));
    for automatic in [None, Some(false)] {
        let judged = ssh(automatic);
        assert_eq!(judged.state, State::Stands);
        assert!(judged.message.en.ends_with("Reports only."), "{}", judged.message.en);
    }
    let corrected = ssh(Some(true));
    assert!(corrected.state == State::Stands && corrected.message.en.contains("AWS-DisableIncomingSSHOnPort22"));
}

#[test]
fn what_was_deployed_the_rule_says_itself() {
    let judged = |key, identifier, purpose: Purpose, automatic| {
        changed(key, identifier, automatic, |rule, _| rule.description = Some(purpose.sentence().to_owned()))
    };
    let report = judged("s3-encryption", SSE, Purpose::Reports, None);
    assert_eq!(report.state, State::Stands);
    assert!(report.message.en.ends_with("Reports only."), "{}", report.message.en);
    assert_eq!(judged("s3-encryption", SSE, Purpose::Reports, Some(true)).state, State::Stands);
    assert_eq!(judged("s3-encryption", SSE, Purpose::Corrects, None).state, State::Drifted, "it has been taken away");
    let ssh = "INCOMING_SSH_DISABLED";
    assert_eq!(judged("restricted-ssh", ssh, Purpose::Corrects, Some(true)).state, State::Stands);
    for automatic in [None, Some(false)] {
        assert_eq!(judged("restricted-ssh", ssh, Purpose::Corrects, automatic).state, State::Drifted);
    }
    let trail = |rules: &[(&str, &str, Option<bool>)], purpose: Option<Purpose>| {
        let mut seen = here(rules);
        for rule in seen.guards.as_mut().unwrap().rules.values_mut().flatten() {
            rule.description = purpose.map(|purpose| purpose.sentence().to_owned());
        }
        by_rules(&guardrail("cloudtrail"), &seen).state
    };
    let rules = [("MULTI_REGION_CLOUD_TRAIL_ENABLED", "all", None), ("CLOUD_TRAIL_ENABLED", "any", None)];
    assert_eq!(trail(&rules, None), State::Stands, "the account may have had a trail");
    assert_eq!(trail(&rules, Some(Purpose::Reports)), State::Stands);
    assert_eq!(trail(&rules, Some(Purpose::Corrects)), State::Drifted);
}

#[test]
fn another_rule_does_not_stand_in_for_the_one_that_was_deployed() {
    let ssh = "INCOMING_SSH_DISABLED";
    let mut seen = here(&[(ssh, "guards", None), (ssh, "securityhub-restricted-ssh", None)]);
    assert_eq!(by_rules(&guardrail("restricted-ssh"), &seen).state, State::Stands);
    let rules = seen.guards.as_mut().unwrap().rules.get_mut(ssh).unwrap();
    rules[0].description = Some(Purpose::Corrects.sentence().to_owned());
    let judged = by_rules(&guardrail("restricted-ssh"), &seen);
    assert!(judged.state == State::Drifted && judged.message.en.contains("found by: guards."));
}

#[test]
fn a_rule_that_asks_for_less_has_drifted_and_one_that_asks_for_more_has_not() {
    let judged = |parameter: &str, is: Option<&str>| {
        changed("iam-password-policy", "IAM_PASSWORD_POLICY", Some(true), |rule, _| {
            let given = rule.parameters.as_mut().unwrap();
            match is {
                Some(is) => given.insert(parameter.to_owned(), is.to_owned()),
                None => given.remove(parameter),
            };
        })
    };
    let loose = judged("MinimumPasswordLength", Some("8"));
    assert_eq!(loose.state, State::Drifted);
    for said in [&loose.message.en, &loose.message.ja] {
        assert!(["MinimumPasswordLength", "8", "14"].iter().all(|word| said.contains(word)), "{said}");
    }
    assert_eq!(judged("MaxPasswordAge", Some("365")).state, State::Drifted);
    let missing = judged("RequireSymbols", None);
    assert!(missing.state == State::Drifted && missing.message.en.contains("not given RequireSymbols"));
    let strict = judged("MaxPasswordAge", Some("60"));
    assert_eq!(strict.state, State::Stands);
    assert!(strict.message.en.contains("r asks for more: MaxPasswordAge is 60, the guardrail's 90."));
    let unread = changed("iam-password-policy", "IAM_PASSWORD_POLICY", Some(true), |rule, _| rule.parameters = None);
    assert_eq!(unread.state, State::Drifted);
    let public = "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED";
    let excepted = changed("s3-public-access", public, None, |rule, _| {
        rule.parameters.as_mut().unwrap().insert("excludedPublicBuckets".to_owned(), "website".to_owned());
    });
    assert!(excepted.message.en.contains("r makes an exception: excludedPublicBuckets is website."));
}

#[test]
fn another_runbook_or_another_argument_is_drift() {
    let judged = |change: fn(&mut Remediation)| {
        changed("s3-encryption", SSE, Some(true), |_, remediation| change(remediation.unwrap()))
    };
    let own = judged(|remedy| remedy.document = "guards-S3EncryptionRunbook-1A2B".to_owned());
    assert_eq!(own.state, State::Stands, "the one that looks first");
    let another = judged(|remedy| remedy.document = "EncryptBucket".to_owned());
    assert_eq!(another.state, State::Drifted);
    assert!(another.message.en.contains("EncryptBucket") && another.message.en.contains("S3EncryptionRunbook"));
    for (argument, value, said) in [
        ("BucketName", None, "RESOURCE_ID"),
        ("BucketName", Some("logs"), "logs"),
        ("SSEAlgorithm", Some("aws:kms"), "aws:kms"),
        ("AutomationAssumeRole", None, "AutomationAssumeRole"),
        ("AutomationAssumeRole", Some(""), "AutomationAssumeRole"),
    ] {
        let judged = changed("s3-encryption", SSE, Some(true), |_, remediation| {
            let arguments = &mut remediation.unwrap().arguments;
            arguments.remove(argument);
            arguments.extend(value.map(|value| (argument.to_owned(), Given::Fixed(vec![value.to_owned()]))));
        });
        assert_eq!(judged.state, State::Drifted);
        assert!(judged.message.en.contains(said) && judged.message.ja.contains(said), "{:?}", judged.message);
    }
    // Where a rule only reports, what starts by itself is not the guardrail's either.
    let ssh = changed("restricted-ssh", "INCOMING_SSH_DISABLED", Some(true), |_, remediation| {
        remediation.unwrap().document = "CloseEverything".to_owned();
    });
    assert_eq!(ssh.state, State::Drifted);
}

#[test]
fn users_have_to_be_recorded_somewhere_for_the_rules_about_them() {
    let rules = [("ACCESS_KEYS_ROTATED", "old", None), ("IAM_USER_UNUSED_CREDENTIALS_CHECK", "unused", None)];
    let judged = |everywhere: &[Answer<Recorders>]| {
        let seen = Seen { everywhere: everywhere.into(), ..seen(&rules, vec![]) };
        by_rules(&guardrail("iam-access-keys"), &seen)
    };
    let only = |kind: &str| Ok(Arc::new(vec![recorder(true, Types::Only(vec![kind.to_owned()]))]));
    let [users, buckets] = [only("AWS::IAM::User"), only("AWS::S3::Bucket")];
    let unread = Err(denied("DescribeConfigurationRecorders", "config:DescribeConfigurationRecorders"));
    assert_eq!(judged(&[buckets.clone(), users.clone()]).state, State::Stands);
    assert_eq!(judged(&[unread.clone(), users]).state, State::Stands);
    assert_eq!(judged(&[buckets.clone(), unread]).state, State::Unknown);
    let none = judged(&[buckets]);
    assert!(none.state == State::Drifted && none.message.en.contains("AWS::IAM::User"), "{}", none.message.en);
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
    // One that looks by the clock as well is late.
    let ssh = by_rules(&guardrail("restricted-ssh"), &seen(&[("INCOMING_SSH_DISABLED", "ssh", None)], vec![]));
    assert!(ssh.state == State::Drifted && ssh.message.en.ends_with("until they look by the clock."));
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
