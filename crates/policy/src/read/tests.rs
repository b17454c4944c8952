use asc_core::Text;
use proptest::prelude::*;

use super::*;
use crate::condition::{Quantifier, Test};

/// A document of one statement, with `rest` behind its effect.
fn document(rest: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{rest}}}]}}"#)
}

fn parse(text: &str) -> Policy {
    Policy::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The only statement of a document.
fn only(rest: &str) -> Statement {
    parse(&document(rest)).statements.remove(0)
}

fn globs(texts: &[&str]) -> Vec<Glob> {
    texts.iter().map(|text| Glob::pattern(text, Version::V2012)).collect()
}

#[test]
fn however_it_is_written_it_is_one_shape() {
    let long = parse(
        r#"{"Version":"2012-10-17","Id":"me","Statement":[{"Sid":"1","Effect":"Deny","Principal":{"AWS":["*"]},
            "Action":["s3:*"],"Resource":["a"],"Condition":{"Bool":{"aws:SecureTransport":["false"]}}}]}"#,
    );
    for short in [
        r#"{"Version":"2012-10-17","Statement":{"Sid":"1","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"a",
            "Condition":{"Bool":{"aws:SecureTransport":"false"}}}}"#,
        r#"{"Statement":[{"Condition":{"Bool":{"aws:SecureTransport":false}},"Resource":"a","Action":["s3:*"],
            "Principal":{"AWS":"*"},"Effect":"Deny","Sid":"1"}],"Version":"2012-10-17"}"#,
        "\u{feff}\r\n{\"Version\":\"2012-10-17\",\t\"Id\":\"\",\"Statement\":{\"Sid\":\"1\",\"Effect\":\"D\\u0065ny\",\
            \"Principal\":\"*\",\"Action\":\"s3:*\",\"R\\u0065source\":\"a\",\"Condition\":{\"Bool\":\
            {\"aws:SecureTransport\":false}}}}\n",
    ] {
        assert_eq!(parse(short), long, "{short}");
        assert_eq!(Policy::read(short.as_bytes()), Ok(long.clone()));
    }
}

#[test]
fn without_a_version_it_is_the_older_language() {
    let of = |version: &str| {
        let text =
            format!(r#"{{{version}"Statement":{{"Effect":"Allow","Action":"*","Resource":"${{aws:username}}"}}}}"#);
        let policy = parse(&text);
        let Some(Patterns::Only(resources)) = &policy.statements[0].resources else { panic!() };
        (policy.version, resources[0].has_variable())
    };
    assert_eq!(of(""), (Version::V2008, false));
    assert_eq!(of(r#""Version":"2008-10-17","#), (Version::V2008, false));
    assert_eq!(of(r#""Version":"2012-10-17","#), (Version::V2012, true));
    // Wherever the version stands.
    let last = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"${aws:username}"},"Version":"2012-10-17"}"#;
    let Some(Patterns::Only(resources)) = parse(last).statements.remove(0).resources else { panic!() };
    assert!(resources[0].has_variable());
}

#[test]
fn principals_in_all_their_forms() {
    let text = |text: &str| text.to_owned();
    for (written, read) in [
        (r#""Principal":"*""#, vec![Principal::Everyone]),
        (r#""Principal":{"AWS":"*"}"#, vec![Principal::Everyone]),
        (
            r#""Principal":{"AWS":["123456789012","AIDAX"]}"#,
            vec![Principal::Account(text("123456789012")), Principal::Id(text("AIDAX"))],
        ),
        (
            r#""Principal":{"AWS":"arn:aws:iam::123456789012:role/*"}"#,
            vec![Principal::Arn(text("arn:aws:iam::123456789012:role/*"))],
        ),
        (
            r#""Principal":{"Service":["ec2.amazonaws.com"],"Federated":"accounts.google.com","CanonicalUser":["79a5"],
                "AWS":"123456789012","Planet":"earth"}"#,
            vec![
                Principal::Service(text("ec2.amazonaws.com")),
                Principal::Federated(text("accounts.google.com")),
                Principal::CanonicalUser(text("79a5")),
                Principal::Account(text("123456789012")),
                Principal::Other { kind: text("Planet"), name: text("earth") },
            ],
        ),
        (r#""Principal":{"AWS":[]}"#, vec![]),
        (r#""Principal":{}"#, vec![]),
    ] {
        let rest = format!(r#""Action":"*",{written}"#);
        assert_eq!(only(&rest).principals, Principals::Only(read.clone()), "{written}");
        let not = rest.replace("Principal", "NotPrincipal");
        assert_eq!(only(&not).principals, Principals::AllBut(read), "{not}");
    }
    assert_eq!(only(r#""Action":"*""#).principals, Principals::Unstated);
}

#[test]
fn actions_and_resources_with_their_opposites() {
    let read = only(r#""NotAction":["iam:*","sts:Get?"],"NotResource":"arn:aws:s3:::b/${aws:username, 'x'}""#);
    assert_eq!(read.actions, Patterns::AllBut(globs(&["iam:*", "sts:Get?"])));
    assert_eq!(read.resources, Some(Patterns::AllBut(globs(&["arn:aws:s3:::b/${aws:username, 'x'}"]))));
    let empty = only(r#""Action":[],"Resource":[]"#);
    assert_eq!((empty.actions, empty.resources), (Patterns::Only(vec![]), Some(Patterns::Only(vec![]))));
    assert_eq!(only(r#""NotAction":[]"#).actions, Patterns::AllBut(vec![]));
    assert_eq!(only(r#""Action":"*""#).resources, None);
}

#[test]
fn conditions_keep_what_was_written() {
    let read = only(
        r#""Action":"*","Condition":{
            "numericLessThan":{"s3:max-keys":[1.0,1e3,"10",-0]},
            "BOOL":{"AWS:SecureTransport":true,"aws:ViaAWSService":["FALSE"]},
            "ForAnyValue:StringLikeIfExists":{"aws:TagKeys":"a*"},
            "forallvalues:StringEquals":{"aws:TagKeys":["a*","${aws:username}"]},
            "Null":{"aws:TokenIssueTime":true},
            "Unheard":{"aws:x":[]},
            "IpAddress":{}}"#,
    );
    let shown: Vec<_> = read.conditions.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "numericLessThan s3:max-keys = 1.0 | 1e3 | 10 | -0",
            "BOOL AWS:SecureTransport = true",
            "BOOL aws:ViaAWSService = FALSE",
            "ForAnyValue:StringLikeIfExists aws:TagKeys = a*",
            "forallvalues:StringEquals aws:TagKeys = a* | ${aws:username}",
            "Null aws:TokenIssueTime = true",
            "Unheard aws:x = ",
        ]
    );
    let operator = &read.conditions[3].operator;
    assert_eq!((operator.quantifier, operator.if_exists), (Some(Quantifier::AnyValue), true));
    assert_eq!(read.conditions[3].values, globs(&["a*"]));
    assert_eq!(read.conditions[4].values[0].fixed().as_deref(), Some("a*"));
    assert!(read.conditions[4].values[1].has_variable());
    assert_eq!(read.conditions[6].operator.test, Test::Unknown);
    assert_eq!(only(r#""Action":"*","Condition":{}"#).conditions, []);
}

#[test]
fn unknown_elements_are_kept_by_name() {
    let policy = parse(r#"{"Name":{"a":[null]},"Statement":{"effect":1,"Effect":"Deny","Action":"*","condition":{}}}"#);
    assert_eq!(policy.unknown, ["Name"]);
    let statement = &policy.statements[0];
    assert_eq!(statement.unknown, ["effect", "condition"]);
    assert!(!statement.is_outright() && only(r#""Action":"*""#).is_outright());
}

/// Each document with what is wrong marked `«so»`; the mark is where the error must point.
#[test]
fn what_is_no_policy_is_told_where_it_is_wrong() {
    for (marked, says) in [
        ("«»", "unfinished"),
        ("«[]»", "a policy must be an object, not a list"),
        ("«\"x\"»", "a policy must be an object, not a string"),
        ("«{»}", "the policy has no `Statement`"),
        (r#"{"Statement":«[]»}"#, "no statement"),
        (r#"{"Statement":«null»}"#, "a statement must be an object, not null"),
        (r#"{"Statement":[«"x"»]}"#, "a statement must be an object, not a string"),
        (r#"{"Statement":[«[]»]}"#, "a statement must be an object, not a list"),
        ("{\"Version\":«\"2012-10-18\"»,\"Statement\":[]}", "`Version` is `2012-10-18`"),
        (r#"{"Version":«20121017»,"Statement":[]}"#, "`Version` takes strings, not a number"),
        (r#"{"Id":«{}»,"Statement":[]}"#, "`Id` takes strings"),
        (r#"{"Id":"a",«"Id"»:"b"}"#, "the key `Id` stands here again"),
        ("{\"Statement\": «{»\"Action\":\"*\"}}", "the statement has no `Effect`"),
        ("{\"Statement\":[\n  «{»\"Effect\":\"Allow\"}]}", "neither `Action` nor `NotAction`"),
        (r#"{"Statement":{"Effect":«"allow"»,"Action":"*"}}"#, "`Effect` is `allow`"),
        (r#"{"Statement":{"Effect":«["Allow"]»,"Action":"*"}}"#, "`Effect` takes strings, not a list"),
        (r#"{"Statement":{"Sid":«1»,"Effect":"Allow","Action":"*"}}"#, "`Sid` takes strings"),
        (r#"{"Statement":{"Effect":"Allow","Action":"*",«"NotAction"»:"*"}}"#, "both `Action` and `NotAction`"),
        (r#"{"Statement":{"Effect":"Allow","NotAction":"*",«"Action"»:"*"}}"#, "both `Action` and `NotAction`"),
        (
            "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"日本\",\n«\"NotResource\"»:\"*\"}}",
            "both `Resource` and `NotResource`",
        ),
        (r#"{"Statement":{"Effect":"Allow","Action":"*","Principal":"*",«"NotPrincipal"»:"*"}}"#, "both `Principal`"),
        (r#"{"Statement":{"Effect":"Allow","Action":"*",«"Action"»:"a"}}"#, "`Action` stands here again"),
        (r#"{"Statement":{"Effect":"Allow","Action":["é",«7»]}}"#, "`Action` takes strings, not a number"),
        (r#"{"Statement":{"Effect":"Allow","Action":«{"a":1}»}}"#, "`Action` takes strings, not an object"),
        (r#"{"Statement":{"Effect":"Allow","Action":[«["a"]»]}}"#, "`Action` takes strings, not a list"),
        (r#"{"Statement":{"Effect":"Allow","Action":"a","Resource":«null»}}"#, "`Resource` takes strings, not null"),
        (r#"{"Statement":{"Effect":"Allow","Action":"*","Principal":«"me"»}}"#, "`Principal` is `me`"),
        (r#"{"Statement":{"Effect":"Allow","Action":"*","NotPrincipal":«"me"»}}"#, "`NotPrincipal` is `me`"),
        (r#"{"Statement":{"Effect":"Allow","Action":"*","Principal":«["*"]»}}"#, "`*` or an object, not a list"),
        (r#"{"Statement":{"Effect":"Allow","Action":"*","Principal":{"AWS":«123456789012»}}}"#, "`AWS` takes strings"),
        (r#"{"Statement":{"Effect":"Allow","Action":"*","Principal":{"AWS":"*",«"AWS"»:"*"}}}"#, "`AWS` stands here"),
        (r#"{"Statement":{"Effect":"Allow","Action":"*","Condition":«[]»}}"#, "`Condition` must be an object"),
        (r#"{"Statement":{"Effect":"Allow","Action":"*","Condition":{"Bool":«1»}}}"#, "each operator of `Condition`"),
        (
            r#"{"Statement":{"Effect":"Allow","Action":"*","Condition":{"Bool":{"a":«null»}}}}"#,
            "`Condition` takes strings, numbers and booleans, not null",
        ),
        (r#"{"Statement":{"Effect":"Allow","Action":"*","Condition":{"Bool":{"a":[«{}»]}}}}"#, "not an object"),
        (r#"{"Statement":{"Effect":"Allow","Action":"*","Condition":{"Bool":{},«"Bool"»:{}}}}"#, "`Bool` stands here"),
        (r#"{"Statement":{"Effect":"Allow","Action":"*","Condition":{"Bool":{},«"bool"»:{}}}}"#, "`bool` stands here"),
        (
            r#"{"Statement":{"Effect":"Allow","Action":"*","Condition":{"Bool":{"aws:a":1,«"AWS:A"»:1}}}}"#,
            "`AWS:A` stands here again",
        ),
        (r#"{"Statement":{"Effect":"Allow","Action":"*","x":{"a":1,«"a"»:2}}}"#, "`a` stands here again"),
        (r#"{"Statement":{"Effect":"Allow","Action":"*"}} «x»"#, "nothing may follow"),
        ("\u{feff}{\"Statement\":«[]»}", "no statement"),
    ] {
        let (before, rest) = marked.split_once('«').unwrap();
        let (meant, behind) = rest.split_once('»').unwrap();
        let text = format!("{before}{meant}{behind}");
        let error = Policy::parse(&text).unwrap_err();
        assert_eq!(error.span, before.len()..before.len() + meant.len(), "{marked}: {error}");
        let visible = before.trim_start_matches('\u{feff}');
        let column = visible.chars().rev().take_while(|c| *c != '\n').count() + 1;
        assert_eq!((error.line, error.column), (visible.matches('\n').count() + 1, column), "{marked}");
        assert!(error.message.en.contains(says), "{marked}: {error}");
        assert!(!error.message.ja.is_empty() && error.message.ja != error.message.en);
    }
}

#[test]
fn the_same_key_under_two_operators_is_no_repetition() {
    let dates = r#""Action":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"},
        "DateLessThan":{"aws:CurrentTime":"2027-01-01T00:00:00Z"}}"#;
    assert_eq!(only(dates).conditions.len(), 2);
}

#[test]
fn errors_show_their_line() {
    let text = "{\n  \"Statement\": {\"Effect\": \"allow\"}\n}";
    let error = Policy::parse(text).unwrap_err();
    assert!(error.to_string().starts_with("line 2, column 27: `Effect` is `allow`"), "{error}");
    assert!(error.in_lang(asc_core::Lang::Ja).starts_with("2 行 27 文字目: `Effect` が `allow`"));
    let shown = error.in_file("p.json".as_ref(), text.as_bytes()).to_string();
    assert!(shown.contains("--> p.json:2:27"), "{shown}");
    assert!(
        shown.ends_with("2 |   \"Statement\": {\"Effect\": \"allow\"}\n  |                           ^^^^^^^"),
        "{shown}"
    );
}

#[test]
fn long_texts_are_cut_in_messages() {
    let error = Policy::parse(&document(&format!(r#""Action":"*","Principal":"{}""#, "é".repeat(10_000)))).unwrap_err();
    assert!(error.message.en.chars().count() < 250, "{error}");
}

#[test]
fn bytes_that_are_no_text_are_told_where_they_stand() {
    for (bytes, span, column) in [
        (&b"\"\xc3\xa9\xff\""[..], 3..4, 3),
        (b"\xff", 0..1, 1),
        (b"{\xe3\x81", 1..3, 2),
        (b"{\xed\xa0\x80}", 1..2, 2),
        (b"\xff\xfe{\0}\0", 0..1, 1),
    ] {
        let error = Policy::read(bytes).unwrap_err();
        assert_eq!((error.span.clone(), error.line, error.column), (span, 1, column), "{error}");
        assert!(error.message.en.contains("UTF-8"));
        let shown = error.in_file("p".as_ref(), bytes);
        assert_eq!((shown.line, shown.column), (1, column));
    }
}

#[test]
fn documents_end_somewhere() {
    let of = |length: usize| {
        let text = document(r#""Action":"*""#);
        format!("{text}{}", " ".repeat(length - text.len()))
    };
    assert!(Policy::parse(&of(MOST_BYTES)).is_ok());
    let error = Policy::parse(&of(MOST_BYTES + 1)).unwrap_err();
    assert_eq!((error.span, error.line, error.column), (0..0, 1, 1));
    assert!(Policy::read(&vec![0xff; MOST_BYTES + 1]).unwrap_err().message.en.contains("bytes"));
}

#[test]
fn large_documents_are_read() {
    let many = |one: &dyn Fn(usize) -> String| (0..50_000).map(one).collect::<Vec<_>>().join(",");
    let actions = many(&|at| format!("\"s3:A{at}\""));
    assert!(matches!(only(&format!("\"Action\":[{actions}]")).actions, Patterns::Only(all) if all.len() == 50_000));
    let keys = many(&|at| format!("\"aws:k{at}\":{at}"));
    let rest = format!(r#""Action":"*","Condition":{{"StringEquals":{{{keys}}}}}"#);
    assert_eq!(only(&rest).conditions.len(), 50_000);
    let again = rest.replace("\"aws:k49999\"", "\"AWS:K3\"");
    assert!(Policy::parse(&document(&again)).unwrap_err().message.en.contains("AWS:K3"));
    assert!(Policy::parse(&format!("{{\"Statement\":{}", "[".repeat(1_000_000))).is_err());
}

const SAMPLE: &str = r#"{
  "Version": "2012-10-17", "Id": "p",
  "Statement": [
    {"Sid": "日本", "Effect": "Allow", "Principal": {"AWS": ["123456789012", "*"], "Service": "ec2.amazonaws.com"},
     "NotAction": ["s3:Get*", "s3:\u0050ut?"], "Resource": "arn:aws:s3:::b/${aws:username}",
     "Condition": {"StringLikeIfExists": {"aws:a": ["x*", 1.5e3, true]}, "Null": {"aws:b": false}}},
    {"Effect": "Deny", "NotPrincipal": {"AWS": "*"}, "Action": "*", "NotResource": ["a", "b"], "Extra": [null, {}]}
  ]
}"#;

/// What is put into a document to spoil it.
fn spoil() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..4),
        proptest::sample::select(vec![
            "\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\\",
            "\\ud800",
            "\\u0000",
            "\0",
            "\u{feff}",
            "\u{2028}",
            "é",
            "\n",
            "0",
            "-",
            "1e",
            "null",
            "\"a\":1,",
            "\"Action\":\"*\",",
            "\"Effect\":",
            "*",
            " ",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ]
}

fn is_inside(document: &[u8], error: &ParseError) -> Result<(), TestCaseError> {
    prop_assert!(error.span.start <= error.span.end && error.span.end <= document.len(), "{error:?}");
    let text = String::from_utf8_lossy(document);
    let lines: Vec<_> = text.split('\n').collect();
    prop_assert!(error.line >= 1 && error.line <= lines.len(), "{error:?}");
    let columns = lines[error.line - 1].chars().count() + 1;
    prop_assert!(error.column >= 1 && error.column <= columns, "{error:?}");
    let shown = error.in_file("p".as_ref(), document);
    prop_assert_eq!((shown.line, shown.column), (error.line, error.column));
    prop_assert_ne!(&error.message, &Text::default());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn whatever_is_changed_it_is_read_or_told_where(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), 0..6_usize, spoil()), 0..4),
    ) {
        let mut document = SAMPLE.as_bytes().to_vec();
        for (at, cut, put) in changes {
            let at = at.index(document.len() + 1);
            let end = (at + cut).min(document.len());
            document.splice(at..end, put);
        }
        match Policy::read(&document) {
            Ok(policy) => prop_assert!(!policy.statements.is_empty()),
            Err(error) => is_inside(&document, &error)?,
        }
    }

    #[test]
    fn any_bytes_are_read_or_told_where(document in proptest::collection::vec(any::<u8>(), 0..40)) {
        if let Err(error) = Policy::read(&document) { is_inside(&document, &error)?; }
    }
}
