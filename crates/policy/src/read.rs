//! From JSON to a policy: the grammar.
//!
//! Source: IAM User Guide, "Grammar of the IAM JSON policy language". Where that is silent:
//!
//! - Names of elements are compared exactly: IAM refuses `statement` as an unknown field. Elements that are not known
//!   are kept by name, and whoever decides must not take them for a limit; IAM itself refuses them.
//! - Condition keys of an operator that differ in case alone are one key twice, since they "are not case-sensitive"
//!   ("IAM policy validation check reference", duplicate keys with different case); so are operators.
//! - A key that repeats is an error. IAM takes no such document today, but goes on obeying those it took long ago
//!   ("Troubleshoot IAM policies": the last `Effect` counts, actions add up), and nobody should guess which one it is.
//! - Lists of actions, resources, principals and values may be empty: such a statement "does not affect the policy",
//!   says the reference of validation checks. A document without a statement is refused by IAM and S3 alike.
//! - Only values of conditions may be numbers and booleans.
//! - `Resource` may be missing: trust policies have none.

use std::hash::{Hash, Hasher};

use asc_core::text;

use crate::condition::{Condition, Operator};
use crate::document::{Effect, Patterns, Policy, Statement, Version};
use crate::error::{Fault, ParseError, Span, excerpt};
use crate::glob::Glob;
use crate::json::{self, Document, Member, Members, Node, Value};
use crate::principal::{Principal, Principals};

mod expect;

use expect::{each, missing, object, string, wrong_type};

/// How many bytes a document may have. AWS takes no more than 32 KiB of policy (KMS), white space not counted.
const MOST_BYTES: usize = 2 << 20;

impl Policy {
    /// Reads a document.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        within_limit(text.len())?;
        json::read(text).and_then(|document| policy(&document)).map_err(|fault| ParseError::new(text, fault))
    }

    /// Reads a document whose encoding is yet to be seen: it must be UTF-8, with a byte order mark or without.
    pub fn read(document: &[u8]) -> Result<Self, ParseError> {
        within_limit(document.len())?;
        let text = str::from_utf8(document).map_err(|error| {
            let start = error.valid_up_to();
            let end = error.error_len().map_or(document.len(), |length| start + length);
            let message = text!(
                en: "the document is not UTF-8: no character begins with this byte",
                ja: "ドキュメントが UTF-8 ではありません。このバイトで始まる文字はありません"
            );
            ParseError::new(&String::from_utf8_lossy(document), Fault::new(Span { start, end }, message))
        })?;
        Self::parse(text)
    }
}

fn within_limit(bytes: usize) -> Result<(), ParseError> {
    if bytes <= MOST_BYTES {
        return Ok(());
    }
    let message = text!(
        en: "the document has {bytes} bytes; no policy has more than {MOST_BYTES}",
        ja: "ドキュメントが {bytes} バイトあります。ポリシーは {MOST_BYTES} バイトまでです"
    );
    Err(ParseError { span: 0..0, line: 1, column: 1, message })
}

fn policy(document: &Document<'_>) -> Result<Policy, Fault> {
    let root = document.root();
    let (mut version, mut statements, mut unknown) = (Version::default(), None, Vec::new());
    for Member { key, value, .. } in object(root, "a policy", "ポリシー")? {
        match key {
            "Version" => version = read_version(value)?,
            "Id" => drop(string(value, "Id")?),
            "Statement" => statements = Some(value),
            _ => unknown.push(key.to_owned()),
        }
    }
    let statements = statements.ok_or_else(|| missing(root, "Statement", "the policy", "ポリシー"))?;
    if let Value::List = statements.value
        && statements.items().next().is_none()
    {
        let message = text!(en: "the policy has no statement", ja: "ポリシーにステートメントがありません");
        return Err(Fault::new(statements.span, message));
    }
    Ok(Policy { version, statements: each(statements, |node| statement(node, version))?, unknown })
}

fn read_version(node: Node<'_, '_>) -> Result<Version, Fault> {
    match string(node, "Version")? {
        "2008-10-17" => Ok(Version::V2008),
        "2012-10-17" => Ok(Version::V2012),
        other => {
            let other = excerpt(other);
            let message = text!(
                en: "`Version` is `{other}`; there are `2012-10-17` and `2008-10-17` only",
                ja: "`Version` が `{other}` です。`2012-10-17` と `2008-10-17` のほかにはありません"
            );
            Err(Fault::new(node.span, message))
        }
    }
}

/// The members of a statement by their names.
#[derive(Default)]
struct Elements<'d, 'a> {
    sid: Option<Member<'d, 'a>>,
    effect: Option<Member<'d, 'a>>,
    principal: Option<Member<'d, 'a>>,
    not_principal: Option<Member<'d, 'a>>,
    action: Option<Member<'d, 'a>>,
    not_action: Option<Member<'d, 'a>>,
    resource: Option<Member<'d, 'a>>,
    not_resource: Option<Member<'d, 'a>>,
    condition: Option<Member<'d, 'a>>,
    unknown: Vec<String>,
}

impl<'d, 'a> Elements<'d, 'a> {
    fn of(members: Members<'d, 'a>) -> Self {
        let mut found = Self::default();
        for member in members {
            let place = match member.key {
                "Sid" => &mut found.sid,
                "Effect" => &mut found.effect,
                "Principal" => &mut found.principal,
                "NotPrincipal" => &mut found.not_principal,
                "Action" => &mut found.action,
                "NotAction" => &mut found.not_action,
                "Resource" => &mut found.resource,
                "NotResource" => &mut found.not_resource,
                "Condition" => &mut found.condition,
                other => {
                    found.unknown.push(other.to_owned());
                    continue;
                }
            };
            *place = Some(member);
        }
        found
    }
}

fn statement(node: Node<'_, '_>, version: Version) -> Result<Statement, Fault> {
    let found = Elements::of(object(node, "a statement", "ステートメント")?);
    let lacks = |what| missing(node, what, "the statement", "ステートメント");
    let globs =
        |member: Member<'_, '_>| each(member.value, |node| Ok(Glob::pattern(string(node, member.key)?, version)));
    let patterns = |only, all_but| {
        Ok(match either(only, all_but)? {
            None => None,
            Some(Chosen::Only(member)) => Some(Patterns::Only(globs(member)?)),
            Some(Chosen::AllBut(member)) => Some(Patterns::AllBut(globs(member)?)),
        })
    };
    Ok(Statement {
        sid: found.sid.map(|sid| string(sid.value, "Sid")).transpose()?.map(str::to_owned),
        effect: effect(found.effect.ok_or_else(|| lacks("Effect"))?.value)?,
        principals: match either(found.principal, found.not_principal)? {
            None => Principals::Unstated,
            Some(Chosen::Only(member)) => Principals::Only(principals(member)?),
            Some(Chosen::AllBut(member)) => Principals::AllBut(principals(member)?),
        },
        actions: patterns(found.action, found.not_action)?.ok_or_else(|| lacks("Action"))?,
        resources: patterns(found.resource, found.not_resource)?,
        conditions: found.condition.map_or(Ok(Vec::new()), |member| conditions(member.value, version))?,
        unknown: found.unknown,
    })
}

fn effect(node: Node<'_, '_>) -> Result<Effect, Fault> {
    match string(node, "Effect")? {
        "Allow" => Ok(Effect::Allow),
        "Deny" => Ok(Effect::Deny),
        other => {
            let other = excerpt(other);
            let message = text!(
                en: "`Effect` is `{other}`, not `Allow` or `Deny`; case counts",
                ja: "`Effect` が `{other}` です。`Allow` か `Deny` でなければなりません (大文字と小文字は区別されます)"
            );
            Err(Fault::new(node.span, message))
        }
    }
}

/// Which of two elements that exclude each other is there.
enum Chosen<'d, 'a> {
    Only(Member<'d, 'a>),
    AllBut(Member<'d, 'a>),
}

fn either<'d, 'a>(
    only: Option<Member<'d, 'a>>,
    all_but: Option<Member<'d, 'a>>,
) -> Result<Option<Chosen<'d, 'a>>, Fault> {
    match (only, all_but) {
        (None, None) => Ok(None),
        (Some(only), None) => Ok(Some(Chosen::Only(only))),
        (None, Some(all_but)) => Ok(Some(Chosen::AllBut(all_but))),
        (Some(only), Some(all_but)) => {
            let (one, other) = (only.key, all_but.key);
            let message = text!(
                en: "a statement cannot have both `{one}` and `{other}`",
                ja: "ステートメントに `{one}` と `{other}` の両方を書くことはできません"
            );
            let later = if only.key_span.start < all_but.key_span.start { all_but } else { only };
            Err(Fault::new(later.key_span, message))
        }
    }
}

fn principals(member: Member<'_, '_>) -> Result<Vec<Principal>, Fault> {
    let Member { key, value, .. } = member;
    match value.value {
        Value::String(all) if all == "*" => Ok(vec![Principal::Everyone]),
        Value::String(other) => {
            let other = excerpt(other);
            let message = text!(
                en: "`{key}` is `{other}`; as a plain string it can be `*` only, others go into an object such as \
                     `{{\"AWS\": \"…\"}}`",
                ja: "`{key}` が `{other}` です。文字列で書けるのは `*` だけです。ほかは `{{\"AWS\": \"…\"}}` のように書きます"
            );
            Err(Fault::new(value.span, message))
        }
        Value::Object => {
            let mut named = Vec::new();
            for kind in value.members() {
                named.extend(each(kind.value, |node| Ok(Principal::named(kind.key, string(node, kind.key)?)))?);
            }
            Ok(named)
        }
        _ => Err(wrong_type(value, key, "`*` or an object", "`*` かオブジェクト")),
    }
}

fn conditions(node: Node<'_, '_>, version: Version) -> Result<Vec<Condition>, Fault> {
    let operators = any_case(object(node, "`Condition`", "`Condition`")?)?;
    let mut found = Vec::new();
    for Member { key: written, value: keys, .. } in operators {
        let operator = Operator::parse(written);
        let read = if operator.has_wildcards() { Glob::pattern } else { Glob::value };
        let keys = any_case(object(keys, "each operator of `Condition`", "`Condition` の各演算子")?)?;
        for Member { key, value, .. } in keys {
            let values = each(value, |node| Ok(read(condition_value(node)?, version)))?;
            found.push(Condition { operator: operator.clone(), key: key.to_owned(), values });
        }
    }
    Ok(found)
}

/// Members whose keys do not distinguish upper and lower case, and must not repeat.
fn any_case<'d, 'a>(members: Members<'d, 'a>) -> Result<Members<'d, 'a>, Fault> {
    match json::repeated(members.clone(), AnyCase) {
        Some(again) => Err(json::repeats(again)),
        None => Ok(members),
    }
}

/// A text of which upper and lower case are the same.
struct AnyCase<'t>(&'t str);

impl PartialEq for AnyCase<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(other.0)
    }
}

impl Eq for AnyCase<'_> {}

impl Hash for AnyCase<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
        state.write_u8(0xff);
    }
}

/// The text of a value: numbers as written.
fn condition_value<'d>(node: Node<'d, '_>) -> Result<&'d str, Fault> {
    match node.value {
        Value::String(text) => Ok(text),
        Value::Number(text) => Ok(text),
        Value::Bool(true) => Ok("true"),
        Value::Bool(false) => Ok("false"),
        _ => Err(wrong_type(node, "Condition", "strings, numbers and booleans", "文字列・数値・真偽値")),
    }
}

#[cfg(test)]
mod tests;
