//! What kind of value stands where, and what is said when it is another.

use asc_core::Text;

use crate::error::{Fault, excerpt};
use crate::json::{Members, Node, Value};

/// One value or a list of them.
pub(super) fn each<'d, 'a, T>(
    node: Node<'d, 'a>,
    read: impl Fn(Node<'d, 'a>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    match node.value {
        Value::List => node.items().map(read).collect(),
        _ => Ok(vec![read(node)?]),
    }
}

pub(super) fn string<'d>(node: Node<'d, '_>, element: &str) -> Result<&'d str, Fault> {
    match node.value {
        Value::String(text) => Ok(text),
        _ => Err(wrong_type(node, element, "strings", "文字列")),
    }
}

pub(super) fn object<'d, 'a>(node: Node<'d, 'a>, en: &str, ja: &str) -> Result<Members<'d, 'a>, Fault> {
    match node.value {
        Value::Object => Ok(node.members()),
        other => {
            let (is_en, is_ja) = kind(other);
            let message = Text {
                en: format!("{en} must be an object, not {is_en}"),
                ja: format!("{ja}はオブジェクトでなければなりませんが、{is_ja}です"),
            };
            Err(Fault::new(node.span, message))
        }
    }
}

pub(super) fn missing(node: Node<'_, '_>, element: &str, en: &str, ja: &str) -> Fault {
    let message = if element == "Action" {
        Text {
            en: format!("{en} has neither `Action` nor `NotAction`"),
            ja: format!("{ja}に `Action` も `NotAction` もありません"),
        }
    } else {
        Text { en: format!("{en} has no `{element}`"), ja: format!("{ja}に `{element}` がありません") }
    };
    Fault::new(node.span.first(), message)
}

pub(super) fn wrong_type(node: Node<'_, '_>, element: &str, en: &str, ja: &str) -> Fault {
    let element = excerpt(element);
    let (is_en, is_ja) = kind(node.value);
    let message = Text {
        en: format!("`{element}` takes {en}, not {is_en}"),
        ja: format!("`{element}` に書けるのは{ja}です。{is_ja}は書けません"),
    };
    Fault::new(node.span, message)
}

fn kind(value: &Value<'_>) -> (&'static str, &'static str) {
    match value {
        Value::Null => ("null", "null "),
        Value::Bool(_) => ("a boolean", "真偽値"),
        Value::Number(_) => ("a number", "数値"),
        Value::String(_) => ("a string", "文字列"),
        Value::List => ("a list", "リスト"),
        Value::Object => ("an object", "オブジェクト"),
    }
}
