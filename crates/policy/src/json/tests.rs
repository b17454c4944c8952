use proptest::prelude::*;

use super::reader::MOST_LEVELS;
use super::*;

fn fails_at(text: &str) -> Option<(usize, usize)> {
    read(text).err().map(|fault| (fault.span.start, fault.span.end))
}

/// The same value as `serde_json` has it, or none for numbers that it cannot hold.
fn plain(node: Node<'_, '_>) -> Option<serde_json::Value> {
    Some(match node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(text) => serde_json::from_str(text).ok()?,
        Value::String(text) => text.as_ref().into(),
        Value::List => node.items().map(plain).collect::<Option<Vec<_>>>()?.into(),
        Value::Object => {
            let members = node.members().map(|member| Some((member.key.to_owned(), plain(member.value)?)));
            serde_json::Value::Object(members.collect::<Option<_>>()?)
        }
    })
}

/// A text that is one value without others in it.
fn single(text: &str) -> Value<'_> {
    let Document(mut tokens) = read(text).unwrap();
    assert_eq!(tokens.len(), 1);
    tokens.remove(0).value
}

#[test]
fn values_know_their_places() {
    let text = r#" {"a": [1, "é\n",[]], "b":{}}"#;
    let cut = |span: Span| &text[span.start..span.end];
    let document = read(text).unwrap();
    let root = document.root();
    assert_eq!(cut(root.span), text.trim());
    let members: Vec<_> = root.members().collect();
    assert_eq!(members.iter().map(|m| cut(m.key_span)).collect::<Vec<_>>(), ["\"a\"", "\"b\""]);
    assert_eq!(members.iter().map(|m| cut(m.value.span)).collect::<Vec<_>>(), [r#"[1, "é\n",[]]"#, "{}"]);
    let items: Vec<_> = members[0].value.items().collect();
    assert_eq!(items.iter().map(|n| cut(n.span)).collect::<Vec<_>>(), ["1", "\"é\\n\"", "[]"]);
    assert_eq!(*items[1].value, Value::String("é\n".into()));
    assert_eq!((items[2].items().count(), members[1].value.members().count()), (0, 0));
}

#[test]
fn numbers_keep_their_text() {
    for text in ["0", "-0", "1.0", "1e3", "-12.50E+07", "123456789012345678901234567890", "1e999"] {
        assert_eq!(single(text), Value::Number(text));
    }
}

#[test]
fn escapes_are_undone() {
    let all = r#""\"\\\/\b\f\n\r\t\u00e9\u65E5\ud83d\ude00\u0000x""#;
    assert_eq!(single(all), Value::String("\"\\/\u{8}\u{c}\n\r\té日😀\0x".into()));
}

#[test]
fn what_is_not_json_is_told_where_it_is_wrong() {
    for (text, at) in [
        ("", (0, 0)),
        (" ", (1, 1)),
        ("{", (1, 1)),
        ("[1", (2, 2)),
        ("\"a", (2, 2)),
        ("{\"a\"", (4, 4)),
        ("{} x", (3, 4)),
        ("{}{}", (2, 3)),
        ("[1,]", (3, 4)),
        ("{\"a\":1,}", (7, 8)),
        ("{a:1}", (1, 2)),
        ("{'a':1}", (1, 2)),
        ("{\"a\" 1}", (5, 6)),
        ("[1 2]", (3, 4)),
        ("[é]", (1, 3)),
        ("tru", (0, 1)),
        ("nullx", (4, 5)),
        ("NaN", (0, 1)),
        ("01", (1, 2)),
        ("-", (1, 1)),
        ("+1", (0, 1)),
        ("1.", (2, 2)),
        (".5", (0, 1)),
        ("1e+", (3, 3)),
        ("0x1f", (1, 2)),
        ("// a", (0, 1)),
        ("\"a\nb\"", (2, 3)),
        ("\"\0\"", (1, 2)),
        ("\0", (0, 1)),
        ("\"\\x41\"", (2, 3)),
        ("\"\\u12g4\"", (5, 6)),
        ("\"\\u12", (5, 5)),
        ("\"\\ud800\"", (1, 7)),
        ("\"\\udc00\"", (1, 7)),
        ("\"\\ud800\\ud800\"", (1, 13)),
        ("\"\\ud800\\n\"", (1, 7)),
        ("\u{feff}\u{feff}1", (3, 6)),
        ("\u{a0}1", (0, 2)),
        (r#"{"a":1,"b":2,"a":3}"#, (13, 16)),
        (r#"{"a":1,"\u0061":3}"#, (7, 15)),
        (r#"[{"x":{"a":1,"a":1}}]"#, (13, 16)),
    ] {
        assert_eq!(fails_at(text), Some(at), "{text:?}");
    }
}

#[test]
fn a_byte_order_mark_is_skipped_once() {
    assert_eq!(read("\u{feff} 1").unwrap().root().span, Span { start: 4, end: 5 });
}

#[test]
fn nesting_ends_somewhere() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(fails_at(&nested(MOST_LEVELS)), None);
    assert_eq!(fails_at(&nested(MOST_LEVELS + 1)), Some((MOST_LEVELS, MOST_LEVELS + 1)));
    assert_eq!(fails_at(&"{\"a\":".repeat(300_000)), Some((MOST_LEVELS * 5, MOST_LEVELS * 5 + 1)));
}

#[test]
fn many_keys_are_compared_without_comparing_all_pairs() {
    let members: Vec<_> = (0..100_000).map(|at| format!("\"k{at}\":{at}")).collect();
    assert_eq!(fails_at(&format!("{{{}}}", members.join(","))), None);
    let again = format!("{{{},\"k70000\":0}}", members.join(","));
    let at = again.rfind("\"k70000\"").unwrap();
    assert_eq!(fails_at(&again), Some((at, at + 8)));
}

proptest! {
    /// Whatever is taken, `serde_json` takes as well and as the same; and what it takes is taken, but for keys that
    /// repeat and what is nested deep.
    #[test]
    fn agrees_with_another_reader(text in r#"([{}\[\],:]|"[ab]"|"\\(u00e[0-9a]|ud83d\\ude00|n|x)"|-?[01]{1,2}(\.[0-9])?(e[+-]?[0-9])?|true|null|[ \n\tx"\\]){0,12}"#) {
        let other = serde_json::from_str::<serde_json::Value>(&text);
        match read(&text) {
            Ok(document) => {
                prop_assert!(other.is_ok(), "{text:?}");
                prop_assert_eq!(plain(document.root()), other.ok());
            }
            Err(fault) => prop_assert!(other.is_err() || fault.message.en.contains("again"), "{text:?}: {fault:?}"),
        }
    }

    #[test]
    fn every_string_comes_back(text in any::<String>()) {
        let written = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(single(&written), Value::String(text.into()));
    }
}
