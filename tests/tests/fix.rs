//! `asc fix` over S3: the account ends as it began, whatever happens in between.
#![expect(clippy::unwrap_used, reason = "a test that cannot read what it is about fails")]

use asc_tests::emulator::moto;
use asc_tests::plan::entry;
use asc_tests::seed::seed;
use asc_tests::{ACCOUNT, Asc, Proxy};
use serde_json::Value;
use support::killed::{dump, journal, killed_at_any_write};

mod support;

const EVERYTHING: &str = "-c ASC-12 -c ASC-13 -c ASC-14 -c ASC-15 -c ASC-16 -c BASE-15";

fn asc(url: &str) -> Asc {
    Asc::at(url).with_baseline()
}

/// The state, but for the one thing that S3 cannot undo: versioning that was on once is suspended, not off.
fn but_for_versioning(mut state: Value) -> Value {
    for bucket in state["buckets"].as_object_mut().unwrap().values_mut() {
        bucket.as_object_mut().unwrap().remove("versioning");
    }
    state
}

#[test]
fn a_plan_tells_the_class_the_calls_and_the_way_back_and_writes_nothing() {
    let moto = moto();
    seed(&moto, "fix_s3");
    let before = dump(&moto);
    let proxy = Proxy::before(moto.port());
    let asc = asc(&proxy.url());
    let plan = asc.exits(1, &format!("fix {EVERYTHING} -f json --no-progress")).json();
    assert_eq!(proxy.writes(), 0);
    assert!(!asc.files().iter().any(|name| name.starts_with("asc-fix")));
    assert_eq!(dump(&moto), before);
    let class = |check: &str, resource: &str| entry(&plan, check, resource)["class"].as_str().unwrap().to_owned();
    for (check, resource, expected) in [
        ("ASC-12", "open", "safe"),
        ("ASC-12", "site", "careful"),
        ("ASC-12", "cdn", "careful"),
        ("ASC-13", "open", "safe"),
        ("ASC-14", "kept", "careful"),
        ("ASC-15", "paused", "careful"),
        ("ASC-15", "by-key", "nothing"),
        ("ASC-16", "open", "safe"),
        ("ASC-16", "refused", "safe"),
        ("ASC-16", "nowhere", "safe"),
        ("BASE-15", ACCOUNT, "careful"),
    ] {
        assert_eq!(class(check, resource), expected, "{check} {resource}");
    }
    let open = &entry(&plan, "ASC-12", "open")["steps"][0];
    assert_eq!(open["call"]["operation"], "s3:PutPublicAccessBlock");
    assert_eq!(open["before"]["block"]["block_public_acls"], true);
    assert_eq!(open["undo"][0]["change"]["block"]["restrict_public_buckets"], false);
    assert_eq!(entry(&plan, "ASC-12", "open-bare")["steps"][0]["undo"][0]["operation"], "s3:DeletePublicAccessBlock");
    assert!(entry(&plan, "ASC-12", "site")["whom"].as_str().unwrap().contains("website"));
    // What changes the account is in the policy of the fixes, and in no other.
    let actions = |words: &str| Asc::new().with_baseline().exits(0, words).json()["Statement"][0]["Action"].clone();
    let (fix, scan) = (actions(&format!("permissions --fix {EVERYTHING}")), actions("permissions"));
    for action in plan["actions"].as_array().unwrap() {
        assert!(fix.as_array().unwrap().contains(action) && !scan.as_array().unwrap().contains(action), "{action}");
    }
    let table = asc.exits(1, &format!("fix {EVERYTHING} --lang ja --no-progress"));
    assert!(table.stdout.contains("影響を受ける可能性"), "{table}");
}

#[test]
fn what_is_applied_is_found_right_and_undone_without_a_trace() {
    let moto = moto();
    seed(&moto, "fix_s3");
    let before = dump(&moto);
    let asc = asc(&moto.url());
    let run = asc.exits(0, &format!("fix {EVERYTHING} --apply --yes --careful -f json --no-progress"));
    let applied = run.json();
    for fix in applied["fixes"].as_array().unwrap() {
        assert!(matches!(fix["outcome"].as_str(), Some("done" | "right")), "{fix:#}");
    }
    let after = dump(&moto);
    let policies = &after["buckets"]["kept"]["policy"]["Statement"];
    assert_eq!(policies[0], before["buckets"]["kept"]["policy"]["Statement"][0], "what stood there stands there");
    assert_eq!(policies[1]["Sid"], "AscTlsOnly2");
    assert_eq!(after["buckets"]["shut"]["policy"]["Statement"][0]["Sid"], "Keep");
    assert_eq!(after["buckets"]["by-key"]["encryption"], before["buckets"]["by-key"]["encryption"]);
    let report = asc.scan(EVERYTHING);
    let wrong: Vec<_> = report.findings().iter().filter(|finding| finding["status"] == "fail").collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Nothing is left, so a second run changes nothing, and begins no journal.
    let again = asc.run(&format!("fix {EVERYTHING} --apply --yes --careful -f json --no-progress")).json();
    assert!(again["journal"].is_null(), "{again:#}");
    // moto delivers access logs at once. They are not for us to delete: the bucket stays until somebody has emptied it,
    // and all else is undone by then.
    let report = asc.exits(3, &format!("fix --undo {} --yes -f json", journal(&asc)));
    assert!(report.stdout.contains("empty it, then undo again"), "{report}");
    seed(&moto, "fix_empty");
    let report = asc.exits(0, &format!("fix --undo {} --yes -f json", journal(&asc)));
    assert_eq!(but_for_versioning(dump(&moto)), but_for_versioning(before.clone()), "{report}");
    assert_eq!(dump(&moto)["buckets"]["open"]["versioning"]["Status"], "Suspended");
    let nothing = asc.exits(0, &format!("fix --undo {} --yes -f json", journal(&asc))).json();
    assert_eq!(nothing["undone"].as_array().map(Vec::len), Some(0));
    asc.scan(EVERYTHING).holds(&[
        ("ASC-12", "open", "fail", ""),
        ("ASC-13", "open", "fail", ""),
        ("ASC-16", "open", "fail", ""),
        ("BASE-15", ACCOUNT, "fail", ""),
    ]);
}

#[test]
fn yes_alone_does_what_can_interrupt_nobody() {
    let moto = moto();
    seed(&moto, "fix_s3");
    let before = dump(&moto);
    let asc = asc(&moto.url());
    let _ = asc.exits(2, "fix --apply -c ASC-13").says("--yes");
    assert_eq!(dump(&moto), before);
    let run = asc.exits(1, "fix -c ASC-12 -c ASC-14 -c BASE-15 --apply --yes -f json --no-progress");
    let applied = run.json();
    for (check, resource, outcome) in [
        ("ASC-12", "open", "done"),
        ("ASC-12", "site", "left"),
        ("ASC-14", "kept", "left"),
        ("BASE-15", ACCOUNT, "left"),
    ] {
        assert_eq!(entry(&applied, check, resource)["outcome"], outcome, "{check} {resource}");
    }
    let after = dump(&moto);
    for name in ["site", "cdn", "kept"] {
        assert_eq!(after["buckets"][name], before["buckets"][name], "{name}");
    }
    let _ = asc.exits(0, &format!("fix --undo {} --yes", journal(&asc)));
    assert_eq!(dump(&moto), before);
}

#[test]
fn at_a_terminal_each_class_is_asked_for() {
    const CHECKS: &str = "-c ASC-12 -c BASE-15 --region us-east-1";
    let safe = "can interrupt nobody? [y/N]";
    let careful = "MAY INTERRUPT those named above? [y/N]";
    let moto = moto();
    seed(&moto, "fix_s3");
    let before = dump(&moto);
    let asc = asc(&moto.url());
    // Anything but a yes is a no.
    let no = asc.at_terminal(&format!("fix {CHECKS} --apply"), &[(safe, ""), (careful, "later")]);
    assert_eq!((no.code, dump(&moto) == before), (1, true), "{no}");
    assert!(!asc.files().iter().any(|name| name.starts_with("asc-fix-")), "{no}");
    // The safe ones alone.
    let run = asc.at_terminal(&format!("fix {CHECKS} --apply"), &[(safe, "y"), (careful, "n")]);
    assert_eq!(run.code, 1, "{run}");
    let agreed = dump(&moto);
    assert_ne!(agreed["buckets"]["open"], before["buckets"]["open"], "{run}");
    assert_eq!(
        (&agreed["buckets"]["site"], &agreed["account"]),
        (&before["buckets"]["site"], &before["account"]),
        "{run}"
    );
    asc.scan(CHECKS).holds(&[("ASC-12", "open", "pass", ""), ("BASE-15", ACCOUNT, "fail", "")]);
    // The way back is asked for as well.
    let kept = asc.at_terminal(&format!("fix --undo {}", journal(&asc)), &[("[y/N]", "n")]);
    assert_eq!(dump(&moto), agreed, "{kept}");
    let undone = asc.at_terminal(&format!("fix --undo {}", journal(&asc)), &[("[y/N]", "yes")]);
    assert_eq!((undone.code, dump(&moto) == before), (0, true), "{undone}");
}

#[test]
fn a_report_and_a_glob_narrow_the_work_and_the_resource_is_read_again() {
    let moto = moto();
    seed(&moto, "fix_s3");
    let asc = asc(&moto.url());
    let report = asc.run("scan -c ASC-13 -f json --no-progress").stdout;
    let asc = asc.file("old.json", report);
    // Meanwhile somebody has given one of them a key, and another is gone.
    seed(&moto, "fix_meanwhile");
    let run =
        asc.run("fix -c ASC-13 --report old.json --resource op* --resource lo* --apply --yes -f json --no-progress");
    let applied = run.json();
    let resources: Vec<_> = applied["fixes"].as_array().unwrap().iter().map(|fix| fix["resource"].clone()).collect();
    assert_eq!(resources, ["logged", "logs", "open", "open-bare"]);
    assert_eq!(entry(&applied, "ASC-13", "open")["outcome"], "right");
    assert_eq!(entry(&applied, "ASC-13", "logged")["outcome"], "right", "it is gone");
    assert_eq!(entry(&applied, "ASC-13", "open-bare")["outcome"], "done");
    assert_eq!(run.code, 0, "{run}");
    let encryption = dump(&moto)["buckets"]["open"]["encryption"].to_string();
    assert!(encryption.contains("aws:kms"), "a key is never taken away: {encryption}");
    let evil = String::from_utf8(asc.read("old.json")).unwrap().replace("us-east-1", "x.example/");
    let asc = asc.file("evil.json", evil);
    let _ = asc.exits(2, "fix -c ASC-13 --report evil.json").says("not a region");
    let other = asc.exits(2, "fix --account 210987654321 -c ASC-13");
    let _ = other.says("123456789012").says("210987654321");
}

#[test]
fn killed_at_any_write_it_can_be_undone_and_leaves_nothing() {
    const CHECKS: &str = "-c ASC-12 -c ASC-13 -c ASC-14 -c ASC-16 -c BASE-15";
    killed_at_any_write(moto, "fix_few", CHECKS, 12);
}

#[test]
fn a_journal_is_undone_only_in_its_own_account_and_never_over_what_others_wrote_since() {
    let moto = moto();
    seed(&moto, "fix_few");
    let asc = asc(&moto.url());
    let _ = asc.exits(0, "fix -c ASC-14 --resource mine --apply --yes --careful --no-progress");
    let name = journal(&asc);
    let text = String::from_utf8(asc.read(&name)).unwrap();
    let asc = asc
        .file("other.json", text.replace(ACCOUNT, "210987654321"))
        .file("damaged.json", text.replacen("\"forward\"", "\"forwards\"", 1));
    let _ = asc.exits(2, "fix --undo other.json --yes").says("210987654321");
    let _ = asc.exits(2, "fix --undo damaged.json --yes").says("damaged.json:2");
    let _ = asc.exits(2, &format!("fix --undo {name}")).says("--yes");
    seed(&moto, "fix_meanwhile policy");
    let changed = dump(&moto);
    let run = asc.exits(3, &format!("fix --undo {name} --yes"));
    assert!(run.stdout.contains("somebody has changed"), "{run}");
    assert_eq!(dump(&moto), changed);
}

#[test]
fn no_other_command_writes() {
    let moto = moto();
    seed(&moto, "fix_s3");
    let proxy = Proxy::before(moto.port());
    let asc = Asc::at(&proxy.url()).everything().with_baseline();
    for words in ["scan -f json --region us-east-1 --no-progress", "plan --region us-east-1", "fix --region us-east-1"]
    {
        let _ = asc.run(words);
    }
    assert!(proxy.seen().len() > 100);
    assert_eq!(proxy.writes(), 0, "{:?}", proxy.seen());
}
