//! `asc fix` over EC2, IAM and the detection services: the account ends as it began.
#![expect(clippy::unwrap_used, reason = "a test that cannot read what it is about fails")]

use std::collections::BTreeMap;

use asc_tests::emulator::{moto, moto_with_stand_in};
use asc_tests::seed::seed;
use asc_tests::{ACCOUNT, Asc, Emulator};
use serde_json::Value;
use support::killed::{dump, journal, killed_at_any_write};

mod support;

const REGIONS: &str = "--region us-east-1 --region eu-west-1";

fn asc(moto: &Emulator) -> Asc {
    Asc::at(&moto.url()).everything().with_baseline()
}

/// Applies the fixes of a check, looks at each finding again, applies them once more, and undoes them. Gives what was
/// applied.
fn there_and_back(moto: &Emulator, words: &str, right: &[(&str, &str)]) -> Value {
    let asc = asc(moto);
    let before = dump(moto);
    let apply = format!("fix {words} {REGIONS} --apply --yes --careful -f json --no-progress");
    let run = asc.run(&apply);
    let applied: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run}"));
    let report = asc.scan(&format!("{words} {REGIONS}"));
    for (check, resource) in right {
        assert_eq!(report.verdict(check, resource)["status"], "pass", "{check} {resource} after {run}");
    }
    let after = dump(moto);
    assert_ne!(after, before, "{words} has changed something");
    let again: Value = serde_json::from_str(&asc.run(&apply).stdout).unwrap();
    assert!(again["journal"].is_null(), "{words} twice: {again:#}");
    assert_eq!(dump(moto), after);
    let undone = asc.exits(0, &format!("fix --undo {} --yes", journal(&asc)));
    assert_eq!(dump(moto), before, "{words}: {undone}");
    let report = asc.scan(&format!("{words} {REGIONS}"));
    for (check, resource) in right {
        assert_eq!(report.verdict(check, resource)["status"], "fail", "{check} {resource} after the undo");
    }
    applied
}

fn seeded(moto: &Emulator) -> BTreeMap<String, String> {
    serde_json::from_str(&seed(moto, "fix_base")).unwrap()
}

#[test]
fn volumes_are_encrypted_from_now_on_and_old_ones_are_a_person_s_affair() {
    let moto = moto();
    let ids = seeded(&moto);
    let applied = there_and_back(&moto, "-c ASC-07", &[("ASC-07", "us-east-1"), ("ASC-07", "eu-west-1")]);
    let fixes = applied["fixes"].as_array().unwrap();
    let volume = fixes.iter().find(|fix| fix["resource"] == ids["volume"].as_str()).unwrap();
    assert_eq!((&volume["class"], &volume["outcome"]), (&"manual".into(), &"left".into()));
}

#[test]
fn only_the_internet_is_taken_from_a_rule_and_put_back_with_its_description() {
    let moto = moto();
    let ids = seeded(&moto);
    let right = [("BASE-05", ids["ssh"].as_str()), ("BASE-05", &ids["six"]), ("BASE-05", &ids["all"])];
    let applied = there_and_back(&moto, "-c BASE-05", &right);
    let fixes = applied["fixes"].as_array().unwrap();
    let ssh = fixes.iter().find(|fix| fix["resource"] == ids["ssh"].as_str()).unwrap();
    assert_eq!(ssh["class"], "careful");
    assert_eq!(ssh["steps"].as_array().map(Vec::len), Some(1), "443 stays open");
    let rule = &ssh["steps"][0]["before"]["rule"];
    assert_eq!((&rule["v4"][0]["description"], &rule["v4"][1]), (&"for 0.0.0.0/0".into(), &Value::Null));
}

#[test]
fn a_default_group_loses_its_rules_and_gets_them_back() {
    let moto = moto();
    let ids = seeded(&moto);
    there_and_back(&moto, "-c BASE-06", &[("BASE-06", ids["default"].as_str())]);
}

#[test]
fn a_password_policy_is_strengthened_and_restored_as_it_was() {
    let moto = moto();
    seeded(&moto);
    there_and_back(&moto, "-c BASE-02", &[("BASE-02", ACCOUNT)]);
    seed(&moto, "fix_meanwhile password");
    there_and_back(&moto, "-c BASE-02", &[("BASE-02", ACCOUNT)]);
}

#[test]
fn a_stale_key_is_switched_off_and_on_and_never_the_one_in_use() {
    let moto = moto();
    let ids = seeded(&moto);
    let before = dump(&moto);
    let later = "--now 2027-12-31T00:00:00Z";
    let asc = asc(&moto);
    let run = asc.exits(0, &format!("fix -c BASE-04 {later} --apply --yes --careful -f json --no-progress"));
    assert!(dump(&moto)["users"]["ann"].to_string().contains("Inactive"), "{run}");
    let _ = asc.exits(0, &format!("fix --undo {} --yes", journal(&asc)));
    assert_eq!(dump(&moto), before);
    let own = asc.env("AWS_ACCESS_KEY_ID", &ids["key"]);
    let run = own.exits(1, &format!("fix -c BASE-04 {later} -f json --no-progress"));
    let plan: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(plan["fixes"][0]["class"], "manual");
    assert!(plan["fixes"][0]["why"].as_str().unwrap().contains("signs with"));
}

#[test]
fn a_key_that_nobody_missed_is_deleted_when_its_time_has_come_and_never_before() {
    let moto = moto();
    let ids = seeded(&moto);
    let asc = asc(&moto);
    let at = |day: &str| format!("--now {day}T00:00:00Z --no-progress");
    let run = asc.exits(0, &format!("fix -c BASE-04 --apply --yes --careful {}", at("2027-12-31")));
    assert!(run.stdout.contains("From 2028-01-30 on"), "{run}");
    let name = journal(&asc);
    let off = dump(&moto);
    let finish = |code, words: &str, day: &str| {
        let run = asc.exits(code, &format!("fix --finish {name} -f json {words} {}", at(day)));
        let told: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run}"));
        told["finish"][0].clone()
    };
    let all = "--apply --yes --careful";
    let waits = finish(1, all, "2028-01-29");
    assert_eq!((&waits["outcome"], &waits["from"]), (&"waits".into(), &"2028-01-30".into()));
    assert_eq!(finish(1, "", "2028-01-30")["outcome"], "ready");
    assert_eq!(finish(1, "--apply --yes", "2028-01-30")["outcome"], "left", "it is careful");
    seed(&moto, "fix_meanwhile key Active");
    let kept = finish(1, all, "2028-01-30");
    assert!(kept["outcome"] == "kept" && kept["why"].to_string().contains("activated the key again"), "{kept:#}");
    seed(&moto, "fix_meanwhile key Inactive");
    assert_eq!(dump(&moto), off, "nothing of this has changed anything");
    // Whoever signs with it keeps it.
    let own = Asc::at(&moto.url()).env("AWS_ACCESS_KEY_ID", &ids["key"]).file(&name, asc.read(&name));
    let run = own.exits(1, &format!("fix --finish {name} {all} {}", at("2028-01-30")));
    assert!(run.stdout.contains("signs with"), "{run}");
    assert_eq!(finish(0, all, "2028-01-30")["outcome"], "done");
    assert_eq!(dump(&moto)["users"]["ann"], serde_json::json!([]));
    assert_eq!(finish(0, all, "2028-01-30"), Value::Null, "there is nothing left");
    let run = asc.exits(3, &format!("fix --undo {name} --yes"));
    assert!(run.stdout.contains("gone") && run.stdout.contains("too late"), "{run}");
}

#[test]
fn what_was_undone_is_not_finished() {
    let moto = moto();
    seeded(&moto);
    let asc = asc(&moto);
    let _ = asc.exits(0, "fix -c BASE-04 --apply --yes --careful --now 2027-12-31T00:00:00Z --no-progress");
    let name = journal(&asc);
    let _ = asc.exits(0, &format!("fix --undo {name} --yes"));
    let before = dump(&moto);
    let run = asc.exits(0, &format!("fix --finish {name} --apply --yes --careful --now 2028-12-31T00:00:00Z"));
    assert!(run.stdout.contains("Nothing of this journal"), "{run}");
    assert_eq!(dump(&moto), before);
}

#[test]
fn every_vpc_is_recorded_by_one_role_into_a_log_group_that_keeps_a_year() {
    let moto = moto();
    let ids = seeded(&moto);
    let applied = there_and_back(&moto, "-c ASC-08", &[("ASC-08", ids["vpc"].as_str())]);
    let fixes = applied["fixes"].as_array().unwrap();
    assert!(fixes.len() >= 3, "the default VPCs of two regions, and one more");
    assert!(fixes.iter().all(|fix| fix["outcome"] == "done"), "{applied:#}");
}

#[test]
fn one_trail_over_all_regions_with_a_bucket_of_its_own_is_made_and_goes_again() {
    let moto = moto();
    seeded(&moto);
    let right = [("ASC-03", "us-east-1"), ("ASC-03", "eu-west-1"), ("ASC-03", ACCOUNT)];
    let applied = there_and_back(&moto, "-c ASC-03", &right);
    let outcomes: Vec<_> = applied["fixes"].as_array().unwrap().iter().map(|fix| fix["outcome"].clone()).collect();
    assert_eq!(outcomes, ["done", "right", "right"], "one trail does for all");
}

#[test]
fn a_trail_s_bucket_is_closed_as_any_other() {
    let moto = moto();
    let arn = seed(&moto, "fix_trail");
    there_and_back(&moto, "-c ASC-02-01", &[("ASC-02-01", arn.trim())]);
}

#[test]
fn the_services_that_watch_are_turned_on_and_off_again() {
    let moto = moto();
    seeded(&moto);
    there_and_back(&moto, "-c BASE-08", &[("BASE-08", "us-east-1"), ("BASE-08", "eu-west-1")]);
    there_and_back(&moto, "-c BASE-11", &[("BASE-11", "us-east-1"), ("BASE-11", "eu-west-1")]);
}

#[test]
fn an_analyzer_and_a_graph_are_made_and_go_again() {
    let moto = moto_with_stand_in();
    there_and_back(&moto, "-c BASE-10", &[("BASE-10", "us-east-1"), ("BASE-10", "eu-west-1")]);
    there_and_back(&moto, "-c BASE-12", &[("BASE-12", "us-east-1"), ("BASE-12", "eu-west-1")]);
}

#[test]
fn security_hub_gets_what_it_lacks_and_keeps_what_it_has() {
    let moto = moto_with_stand_in();
    seed(&moto, "fix_watch");
    let applied = there_and_back(&moto, "-c BASE-09", &[("BASE-09", "us-east-1"), ("BASE-09", "eu-west-1")]);
    let call = |region: &str| {
        let fix = applied["fixes"].as_array().unwrap().iter().find(|fix| fix["resource"] == region).unwrap().clone();
        fix["steps"][0]["call"]["operation"].clone()
    };
    assert_eq!(call("us-east-1"), "securityhub:BatchEnableStandards", "it is subscribed");
    assert_eq!(call("eu-west-1"), "securityhub:EnableSecurityHub");
}

#[test]
fn aws_config_records_everything_and_what_is_global_once() {
    let moto = moto_with_stand_in();
    let right = [("BASE-07", "us-east-1"), ("BASE-07", "eu-west-1"), ("BASE-07", ACCOUNT)];
    there_and_back(&moto, "-c BASE-07", &right);
    moto.reset();
    seed(&moto, "fix_watch");
    let applied = there_and_back(&moto, "-c BASE-07", &right);
    let fixes = applied["fixes"].as_array().unwrap();
    let stopped = fixes.iter().find(|fix| fix["resource"] == "eu-west-1").unwrap();
    assert_eq!(stopped["steps"].as_array().map(Vec::len), Some(1), "only started: {stopped:#}");
}

#[test]
fn one_bucket_and_one_role_do_for_aws_config_in_all_regions() {
    let moto = moto_with_stand_in();
    let asc = asc(&moto);
    let _ = asc.exits(0, &format!("fix -c BASE-07 {REGIONS} --apply --yes --no-progress"));
    let state = dump(&moto);
    assert_eq!(state["buckets"].as_object().map(serde_json::Map::len), Some(1), "{state:#}");
    let global =
        |region: &str| state["regions"][region]["recorders"][0]["recordingGroup"]["includeGlobalResourceTypes"].clone();
    assert_eq!((global("us-east-1"), global("eu-west-1")), (true.into(), false.into()));
}

#[test]
fn a_recorder_gets_the_global_types_in_its_own_way_and_is_put_back_as_it_was() {
    let moto = moto_with_stand_in();
    seed(&moto, "fix_watch recording");
    let applied = there_and_back(&moto, "-c BASE-07", &[("BASE-07", ACCOUNT)]);
    let fix = &applied["fixes"][0];
    let types = &fix["steps"][0]["call"]["change"]["recorder"]["types"];
    assert_eq!(types.as_array().map(Vec::len), Some(6), "two of its own, four of IAM: {fix:#}");
    // What somebody else has set since is not overwritten.
    let asc = asc(&moto);
    let _ = asc.exits(0, &format!("fix -c BASE-07 {REGIONS} --apply --yes --no-progress"));
    seed(&moto, "fix_meanwhile recorder");
    let set = dump(&moto);
    let run = asc.exits(3, &format!("fix --undo {} --yes", journal(&asc)));
    assert!(run.stdout.contains("somebody has set the recorder otherwise"), "{run}");
    assert_eq!(dump(&moto), set);
}

#[test]
fn a_bucket_that_nothing_arrives_in_is_somebody_s_to_put_right() {
    let moto = moto_with_stand_in();
    seed(&moto, "fix_watch recording undelivered");
    let run = asc(&moto).exits(1, &format!("fix -c BASE-07 {REGIONS} -f json --no-progress"));
    let plan: Value = serde_json::from_str(&run.stdout).unwrap();
    let regions = plan["fixes"].as_array().unwrap().iter().filter(|fix| fix["resource"] != ACCOUNT);
    let manual: Vec<_> = regions.filter(|fix| fix["class"] == "manual").collect();
    assert_eq!(manual.len(), 2, "{plan:#}");
    assert!(manual.iter().all(|fix| fix["how"].to_string().contains("NoSuchBucket: make the bucket")), "{plan:#}");
}

#[test]
fn what_no_program_should_do_is_told_step_by_step() {
    let moto = moto();
    seed(&moto, "base bad");
    let asc = asc(&moto);
    for (lang, word) in [("en", "MFA"), ("ja", "サインイン")] {
        let run = asc.exits(1, &format!("fix -c BASE-13 -c BASE-14 --lang {lang} -f json --no-progress"));
        let plan: Value = serde_json::from_str(&run.stdout).unwrap();
        for fix in plan["fixes"].as_array().unwrap() {
            assert_eq!(fix["class"], "manual");
            assert!(fix["how"].as_str().unwrap().contains("1. ") && fix.to_string().contains(word), "{fix:#}");
        }
        assert_eq!(plan["fixes"].as_array().map(Vec::len), Some(2));
    }
    let run = asc.exits(1, "fix -c BASE-03 --region us-east-1 --no-progress");
    assert!(run.stdout.contains("No fix, see asc explain: BASE-03 (1)"), "{run}");
}

#[test]
fn killed_at_any_write_it_can_be_undone_and_leaves_nothing() {
    killed_at_any_write(moto, "fix_base", "-c ASC-03 -c ASC-08 -c BASE-08 --region us-east-1", 14);
}

#[test]
fn killed_while_it_turns_on_what_watches_it_leaves_nothing() {
    let words = "-c BASE-07 -c BASE-09 -c BASE-10 -c BASE-12 --region us-east-1";
    killed_at_any_write(moto_with_stand_in, "fix_watch", words, 12);
}
