use super::*;

const HEAD: &str = r#"{"asc":"0.1.0","version":1,"run":"r","account":"123456789012","partition":"aws","started":"x"}"#;

fn intent(step: usize) -> String {
    json!({
        "step": step, "check": "ASC-13", "resource": "b", "region": "eu-west-1", "class": "safe", "says": "x",
        "before": null,
        "forward": { "family": "s3", "operation": "PutBucketEncryption", "bucket": "b", "region": "eu-west-1" },
        "back": [{ "family": "s3", "operation": "DeleteBucketEncryption", "bucket": "b", "region": "eu-west-1" }],
    })
    .to_string()
}

fn read(lines: &[&str]) -> Result<Written, Problem> {
    Written::parse(Path::new("j.json"), (lines.join("\n") + "\n").as_bytes())
}

fn left(lines: &[&str]) -> Vec<usize> {
    read(lines).unwrap().steps.iter().map(|step| step.step).collect()
}

#[test]
fn what_was_announced_is_to_be_undone_whatever_became_of_it() {
    let (one, two) = (intent(1), intent(2));
    assert_eq!(left(&[HEAD, &one]), [1], "killed before or after the call: nobody knows");
    assert_eq!(left(&[HEAD, &one, r#"{"step":1,"done":true}"#, &two]), [1, 2]);
    assert_eq!(left(&[HEAD, &one, r#"{"step":1,"error":"no answer","denied":false}"#]), [1]);
    assert!(
        left(&[HEAD, &one, r#"{"step":1,"error":"AccessDenied","denied":true}"#]).is_empty(),
        "nothing was changed"
    );
}

#[test]
fn an_undo_goes_on_where_it_was_broken_off() {
    let (one, two) = (intent(1), intent(2));
    assert_eq!(left(&[HEAD, &one, &two, r#"{"undo":2,"done":true}"#]), [1]);
    assert_eq!(left(&[HEAD, &one, &two, r#"{"undo":2,"error":"x"}"#]), [1, 2]);
}

#[test]
fn a_line_that_was_cut_short_at_the_end_is_left_out_and_said() {
    let whole = format!("{HEAD}\n{}\n", intent(1));
    let second = intent(2);
    for cut in 1..second.len() {
        let written = Written::parse(Path::new("j"), format!("{whole}{}", &second[..cut]).as_bytes()).unwrap();
        assert!(written.torn);
        assert_eq!((written.steps.len(), written.whole), (1, whole.len() as u64));
    }
    assert!(!Written::parse(Path::new("j"), whole.as_bytes()).unwrap().torn);
    // In the middle of a character, as in a Japanese sentence.
    let torn = Written::parse(Path::new("j"), &[whole.as_bytes(), b"{\"says\":\"\xe3\x83"].concat()).unwrap();
    assert!(torn.torn);
}

#[test]
fn a_damaged_line_is_told_with_its_place() {
    let one = intent(1);
    let foreign = one.replace("\"s3\"", "\"s4\"");
    for (lines, line, why) in [
        (vec!["{}"], 1, "begin"),
        (vec!["x"], 1, "expected value"),
        (vec![HEAD, &one[..40]], 2, "EOF"),
        (vec![HEAD, &one, "[]"], 3, "neither"),
        (vec![HEAD, &one, &one], 3, "twice"),
        (vec![HEAD, r#"{"step":7,"done":true}"#], 2, "never announced"),
        (vec![HEAD, &one, r#"{"undo":7,"done":true}"#], 3, "never announced"),
        (vec![HEAD, &foreign], 2, "`s4`"),
    ] {
        let told = read(&lines).unwrap_err().to_string();
        assert!(told.starts_with(&format!("j.json:{line}: ")) && told.contains(why), "{told}");
    }
    assert!(Written::parse(Path::new("j.json"), b"").unwrap_err().to_string().contains("j.json:1"));
    let latin = [HEAD.as_bytes(), b"\n\"\xff\"\n"].concat();
    assert!(Written::parse(Path::new("j.json"), &latin).unwrap_err().to_string().contains("j.json:2"));
}

#[test]
fn what_a_change_says_survives_the_journal() {
    let written = read(&[HEAD, &intent(1)]).unwrap();
    assert_eq!(written.account, "123456789012");
    let back = &written.steps[0].back[0];
    assert_eq!(back.operation().name, "DeleteBucketEncryption");
    assert_eq!(back.region(), Some("eu-west-1"));
}

/// A key that is turned off on the first of February, to be deleted 30 days later.
fn key_off() -> String {
    let set = |active| json!({ "family": "iam", "operation": "UpdateAccessKey", "user": "ann", "key": "AKIA1", "active": active });
    let delete = json!({
        "family": "iam", "operation": "DeleteAccessKey", "user": "ann", "key": "AKIA1", "since": "2027-02-01T09:00:00Z",
    });
    json!({
        "step": 1, "at": "2027-02-01T09:00:00Z", "check": "BASE-04", "resource": "AKIA1", "region": null,
        "class": "careful", "says": "x", "before": null, "forward": set(false), "back": [set(true)],
        "later": { "says": "y", "days": 30, "change": delete },
    })
    .to_string()
}

#[test]
fn what_follows_for_good_is_due_when_its_days_have_passed() {
    let step = |lines: &[&str]| read(lines).unwrap().steps.remove(0);
    let off = key_off();
    let announced = step(&[HEAD, &off]);
    let pending = announced.later.unwrap();
    assert_eq!(pending.due, time::macros::datetime!(2027-03-03 09:00 UTC));
    assert_eq!(pending.change.operation().name, "DeleteAccessKey");
    assert!(!announced.done, "killed before or after the call: nobody knows");
    let done = step(&[HEAD, &off, r#"{"step":1,"done":true}"#]);
    assert!(done.done && !done.finished);
    assert!(step(&[HEAD, &intent(1)]).later.is_none(), "journals of before know nothing of it");
}

#[test]
fn what_was_finished_stays_to_be_told_and_what_was_undone_is_not_finished() {
    let off = key_off();
    let made = r#"{"step":1,"done":true}"#;
    let begun = r#"{"finish":1,"forward":{}}"#;
    let finished = |last: &str| read(&[HEAD, &off, made, begun, last]).unwrap().steps[0].finished;
    assert!(finished(r#"{"finish":1,"done":true}"#));
    assert!(!finished(r#"{"finish":1,"error":"x"}"#) && !finished(begun));
    assert!(left(&[HEAD, &off, made, r#"{"undo":1,"done":true}"#]).is_empty());
    assert!(read(&[HEAD, r#"{"finish":7,"done":true}"#]).unwrap_err().to_string().contains("never announced"));
    let no_day = off.replace("2027-02-01T09:00:00Z\",\"check", "yesterday\",\"check");
    assert!(read(&[HEAD, &no_day]).unwrap_err().to_string().contains("`at`"));
}
