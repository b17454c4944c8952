//! `asc policy`: documents judged offline.

use asc_tests::Asc;
use serde_json::{Value, json};

const PUBLIC: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Sid":"Readers","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/reader"},
     "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"},
    {"Sid":"World","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*",
     "Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}"#;
const PRIVATE: &str = r#"{"Version":"2012-10-17","Statement":
    {"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*",
     "Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}}"#;
const ADMIN: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"s3:GetObject","Resource":"*"},
    {"Effect":"Allow","NotAction":"budgets:*","Resource":"*"}]}"#;
const READER: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#;

fn answers(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("no JSON ({error}): {text}"))
}

#[test]
fn each_document_gets_its_answer_and_the_statements_behind_it() {
    let asc = Asc::new().file("public.json", PUBLIC).file("private.json", PRIVATE);
    let asc = asc.file("admin.json", ADMIN).file("reader.json", READER);
    let run = asc.exits(1, "policy -f json public.json private.json admin.json reader.json");
    let [public, private, admin, reader] = answers(&run.stdout).try_into().unwrap_or_else(|_| panic!("{run}"));
    assert_eq!(
        (&public["file"], &public["public"], &public["admin"]),
        (&json!("public.json"), &json!(true), &json!(null))
    );
    let because = public["because"].as_array().unwrap_or_else(|| panic!("{run}"));
    assert!(because.iter().any(|b| b["statement"] == 1 && b["sid"] == "World"), "{run}");
    assert!(because.iter().all(|b| b["reason"].as_str().is_some_and(|text| text.len() > 10)), "{run}");
    assert_eq!(public["principals"], json!(["arn:aws:iam::111122223333:role/reader", "*"]));
    assert_eq!((&private["public"], &private["principals"]), (&json!(false), &json!(["o-a1b2c3d4e5"])));
    assert_eq!((&admin["public"], &admin["admin"], &admin["principals"]), (&json!(null), &json!(true), &json!([])));
    assert_eq!(admin["because"][0]["statement"], 1);
    assert_eq!((&reader["public"], &reader["admin"]), (&json!(null), &json!(false)));
}

#[test]
fn nothing_to_alert_to_ends_with_zero_and_the_kind_can_be_given() {
    let asc = Asc::new().file("private.json", PRIVATE).file("reader.json", READER);
    let _ = asc.exits(0, "policy private.json reader.json");
    // A resource policy whose grant names nobody: whom it lets in cannot be told, which is an alert.
    let run = asc.exits(1, "policy -f json --kind resource reader.json");
    assert_eq!((&answers(&run.stdout)[0]["public"], &answers(&run.stdout)[0]["admin"]), (&json!(true), &json!(null)));
    let run = asc.exits(0, "policy -f json --kind identity private.json");
    assert_eq!((&answers(&run.stdout)[0]["public"], &answers(&run.stdout)[0]["admin"]), (&json!(null), &json!(false)));
}

#[test]
fn standard_input_and_globs_are_read() {
    let run = Asc::new().input(PUBLIC).exits(1, "policy - -f json");
    assert_eq!((&answers(&run.stdout)[0]["file"], &answers(&run.stdout)[0]["public"]), (&json!("-"), &json!(true)));
    let asc = Asc::new().file("b.json", PRIVATE).file("a.json", READER).file("c.txt", "no policy");
    let run = asc.call(&["policy", "*.json", "-f", "json"]);
    let files: Vec<_> = answers(&run.stdout).iter().map(|a| a["file"].clone()).collect();
    assert_eq!((run.code, files), (0, vec![json!("a.json"), json!("b.json")]));
    let _ = asc.call(&["policy", "*.yaml"]).says("*.yaml");
}

#[test]
fn the_terminal_reads_in_both_languages() {
    let asc = Asc::new().file("public.json", PUBLIC);
    let run = asc.exits(1, "policy public.json");
    for part in
        ["public.json", "yes", "Statement[1] World", "aws:SecureTransport", "arn:aws:iam::111122223333:role/reader"]
    {
        assert!(run.stdout.contains(part), "`{part}` is not in {run}");
    }
    let run = asc.exits(1, "policy public.json --lang ja");
    for part in ["公開", "はい", "Statement[1] World"] {
        assert!(run.stdout.contains(part), "`{part}` is not in {run}");
    }
}

#[test]
fn a_broken_document_is_shown_with_its_place_and_loses_no_other() {
    let broken = "{\"Version\":\"2012-10-17\",\n \"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\n   \"NotAction\":\"s3:*\",\"Resource\":\"*\"}]}";
    let asc = Asc::new().file("broken.json", broken).file("private.json", PRIVATE);
    let run = asc.exits(2, "policy -f json broken.json private.json").says("broken.json:3:4").says("NotAction");
    assert_eq!(answers(&run.stdout).len(), 1, "{run}");
    let _ = asc.exits(2, "policy missing.json").says("missing.json");
    let _ = asc.exits(2, "policy");
    let run = asc.exits(2, "policy broken.json --lang ja").says("broken.json:3:4");
    assert!(run.stderr.starts_with("エラー"), "{run}");
}
