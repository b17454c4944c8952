//! `asc fix --via ssm`: AWS's runbooks make the changes, and what they did is undone as anything else.
#![expect(clippy::unwrap_used, reason = "a test that cannot read what it is about fails")]

use std::time::Duration;

use asc_tests::emulator::moto;
use asc_tests::plan::entry;
use asc_tests::seed::seed;
use asc_tests::{ACCOUNT, Act, Asc, Proxy};
use serde_json::Value;
use support::killed::{dump, journal, killed_at_any_write};

mod support;

const CHECKS: &str =
    "-c ASC-07 -c ASC-12 -c ASC-13 -c ASC-14 -c BASE-02 -c BASE-15 --region us-east-1 --region eu-west-1";
const SSM: &str = "--via ssm --automation-role arn:aws:iam::123456789012:role/automation";
const APPLY: &str = "--apply --yes --careful -f json --no-progress";

fn asc(url: &str) -> Asc {
    Asc::at(url).everything().with_baseline()
}

fn entries(plan: &Value) -> &[Value] {
    plan["fixes"].as_array().unwrap()
}

#[test]
fn a_plan_names_the_runbook_what_it_is_told_and_whose_permissions_it_needs() {
    let moto = moto();
    seed(&moto, "fix_few");
    let before = dump(&moto);
    let proxy = Proxy::before(moto.port());
    let asc = asc(&proxy.url());
    let plan = asc.exits(1, &format!("fix {CHECKS} {SSM} -f json --no-progress")).json();
    let call = &entry(&plan, "ASC-12", "open")["steps"][0]["call"];
    assert_eq!(call["operation"], "ssm:StartAutomationExecution");
    assert_eq!(call["region"], "us-east-1");
    assert_eq!(call["change"]["document"], "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock");
    assert_eq!(call["change"]["parameters"]["RestrictPublicBuckets"][0], "true");
    let undo = entry(&plan, "ASC-12", "open")["steps"][0]["undo"].as_array().unwrap();
    assert_eq!(undo[1]["operation"], "s3:DeletePublicAccessBlock", "it is undone by the call itself");
    assert_eq!(entry(&plan, "ASC-13", "mine")["steps"][0]["call"]["region"], "eu-west-1", "where the bucket is");
    let left = entry(&plan, "ASC-14", "mine");
    assert_eq!(left["class"], "left");
    assert!(left["why"].as_str().unwrap().contains("without --via ssm"), "{left}");
    let table = asc.exits(1, &format!("fix {CHECKS} {SSM} --lang ja --no-progress"));
    assert!(table.stdout.contains("ランブック AWS-EnableS3BucketEncryption"), "{table}");

    // A role is needed by some, must be one of this account, and is passed by whoever starts the runbook.
    let _ = asc.exits(2, &format!("fix {CHECKS} --via ssm")).says("AWSConfigRemediation-SetIAMPasswordPolicy");
    let _ = asc.exits(2, &format!("fix {CHECKS} {}", SSM.replace(ACCOUNT, "210987654321"))).says("another account");
    let _ = asc.exits(2, "fix --via ssm --automation-role automation").says("arn:aws:iam");
    let _ = asc.exits(2, &format!("fix --undo x.json {SSM}"));
    let actions = |plan: &Value| plan["actions"].as_array().unwrap().clone();
    assert!(actions(&plan).contains(&"iam:PassRole".into()));
    let own = asc.exits(1, "fix -c ASC-13 --via ssm -f json --no-progress").json();
    assert!(actions(&own).contains(&"s3:PutEncryptionConfiguration".into()));
    assert!(!actions(&own).contains(&"iam:PassRole".into()));
    let policy =
        asc.exits(0, &format!("permissions --fix --via ssm {}", CHECKS.split(" --region").next().unwrap())).json();
    let allowed = policy["Statement"][0]["Action"].as_array().unwrap();
    for action in actions(&plan).iter().chain(&actions(&own)) {
        assert!(allowed.contains(action), "{action}");
    }
    assert!(!allowed.contains(&"s3:PutBucketPolicy".into()), "what is left changes nothing");
    assert_eq!((proxy.writes(), dump(&moto)), (0, before));
}

#[test]
fn runbooks_put_right_what_they_can_and_it_is_undone_without_a_trace() {
    let moto = moto();
    seed(&moto, "fix_few");
    let before = dump(&moto);
    let proxy = Proxy::before(moto.port());
    let asc = asc(&proxy.url());
    let applied = asc.exits(1, &format!("fix {CHECKS} {SSM} {APPLY}")).json();
    let done = |check| {
        let fixes = entries(&applied).iter();
        fixes.filter(|fix| fix["check_id"] == check && fix["outcome"] == "done").count()
    };
    let counts = ["ASC-07", "ASC-12", "ASC-13", "ASC-14", "BASE-02", "BASE-15"].map(done);
    assert_eq!(counts, [2, 1, 2, 0, 1, 1], "{applied:#}");
    assert_eq!(proxy.writes(), 7, "nothing but starting runbooks");
    let report = asc.scan(CHECKS);
    for (check, resource) in [
        ("ASC-07", "eu-west-1"),
        ("ASC-12", "open"),
        ("ASC-13", "open"),
        ("ASC-13", "mine"),
        ("BASE-02", ACCOUNT),
        ("BASE-15", ACCOUNT),
    ] {
        assert_eq!(report.verdict(check, resource)["status"], "pass", "{check} {resource}");
    }
    assert_eq!(dump(&moto)["buckets"]["mine"]["policy"], before["buckets"]["mine"]["policy"], "what is left is left");
    let again = asc.exits(1, &format!("fix {CHECKS} {SSM} {APPLY}")).json();
    assert!(again["journal"].is_null(), "{again:#}");
    let undone = asc.exits(0, &format!("fix --undo {} --yes", journal(&asc)));
    assert_eq!(dump(&moto), before, "{undone}");
}

#[test]
fn a_runbook_that_fails_says_why_in_its_own_words() {
    let moto = moto();
    seed(&moto, "fix_few");
    let before = dump(&moto);
    let asc = asc(&moto.url());
    let powerless = SSM.replace("role/automation", "role/powerless");
    let applied = asc.exits(3, &format!("fix -c ASC-13 --resource open {powerless} {APPLY}")).json();
    let open = entry(&applied, "ASC-13", "open");
    assert_eq!((&open["outcome"], &open["now"]["status"]), (&"failed".into(), &"fail".into()));
    assert!(open["outcome_why"].as_str().unwrap().contains("the role powerless is not authorized"), "{open:#}");
    // Nobody knows what a run did before it failed, so it is undone all the same.
    let undone = asc.exits(0, &format!("fix --undo {} --yes -f json", journal(&asc))).json();
    assert_eq!(undone["undone"].as_array().map(Vec::len), Some(1));
    assert_eq!(dump(&moto), before);
}

#[test]
fn a_denied_start_leaves_nothing_to_undo_and_a_denied_look_everything() {
    const PASS_ROLE: &str = r#"{"__type": "AccessDeniedException", "Message": "User: arn:aws:iam::123456789012:user/scanner
        is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/automation"}"#;
    let (start, look) = ("ssm:StartAutomationExecution", "ssm:GetAutomationExecution");
    let no_role = || Act::Answer(400, PASS_ROLE.replace('\n', " "));
    for (call, act, denied, steps) in
        [(start, Act::Deny, start, 0), (start, no_role(), "iam:PassRole", 0), (look, Act::Deny, look, 1)]
    {
        let moto = moto();
        seed(&moto, "fix_few");
        let before = dump(&moto);
        let proxy = Proxy::before(moto.port()).on(call, act);
        let asc = asc(&proxy.url());
        let applied = asc.exits(3, &format!("fix -c ASC-13 --resource open --via ssm {APPLY}")).json();
        let why = entry(&applied, "ASC-13", "open")["outcome_why"].as_str().unwrap();
        assert!(why.contains(denied), "{why}");
        assert_eq!(why.starts_with("Could not be changed"), denied != look, "{why}");
        let undone = asc.exits(0, &format!("fix --undo {} --yes -f json", journal(&asc))).json();
        assert_eq!(undone["undone"].as_array().map(Vec::len), Some(steps), "{denied}");
        assert_eq!(dump(&moto), before, "{denied}");
    }
}

#[test]
fn what_is_still_under_way_is_waited_for_before_it_is_undone() {
    let moto = moto();
    seed(&moto, "fix_few");
    let before = dump(&moto);
    let proxy = Proxy::before(moto.port());
    let asc = asc(&proxy.url());
    let slow = SSM.replace("role/automation", "role/slow");
    let mut running = asc.start(&format!("fix -c ASC-13 --resource open {slow} {APPLY}"));
    while !proxy.seen().iter().any(|seen| seen == "ssm:GetAutomationExecution") && !running.has_ended() {
        std::thread::sleep(Duration::from_millis(10));
    }
    running.signal("INT");
    let run = running.end();
    assert_eq!(run.code, 3, "{run}");
    let open = run.json();
    assert_eq!(entry(&open, "ASC-13", "open")["outcome"], "failed");
    assert!(entry(&open, "ASC-13", "open")["outcome_why"].as_str().unwrap().contains("interrupted"), "{open:#}");
    let undone = asc.exits(0, &format!("fix --undo {} --yes", journal(&asc)));
    assert_eq!(dump(&moto), before, "{undone}");
    // By now it has come to its end, and would have changed the bucket behind the undo's back.
    std::thread::sleep(Duration::from_secs(8));
    assert_eq!(dump(&moto), before);
}

#[test]
fn killed_at_any_start_it_can_be_undone_and_leaves_nothing() {
    killed_at_any_write(moto, "fix_few", &format!("-c ASC-13 -c BASE-15 {SSM}"), 3);
}
