//! JSON whose values know where they stand, borrowed from the text.
//!
//! Strict (RFC 8259): a document that AWS would refuse must not be read. Keys may not repeat, numbers keep their text,
//! and no input can exhaust the stack. A reader of our own, because the libraries fall short of that: `serde_json`
//! knows no places of values, and those that do take more than JSON, or take longer than a policy may.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::Hash;

use asc_core::text;

use crate::error::{Fault, Span, excerpt};

mod reader;

pub(crate) use reader::read;

/// A JSON value, without what is in it.
#[derive(Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    /// As written.
    Number(&'a str),
    String(Cow<'a, str>),
    List,
    Object,
}

/// A value in the document; what is in it follows it.
#[derive(Debug)]
struct Token<'a> {
    value: Value<'a>,
    span: Span,
    /// How many of the following tokens are in it.
    within: usize,
}

/// A document, as one list: a policy has hundreds of values, and memory for each would cost more than reading does.
#[derive(Debug)]
pub(crate) struct Document<'a>(Vec<Token<'a>>);

/// A value of a document, its place and what is in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'d, 'a> {
    pub(crate) value: &'d Value<'a>,
    pub(crate) span: Span,
    within: Nodes<'d, 'a>,
}

/// A key of an object with its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'d, 'a> {
    pub(crate) key: &'d str,
    /// The key with its quotation marks.
    pub(crate) key_span: Span,
    pub(crate) value: Node<'d, 'a>,
}

/// Values that stand beside each other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nodes<'d, 'a>(&'d [Token<'a>]);

/// The members of an object.
#[derive(Clone, Debug)]
pub(crate) struct Members<'d, 'a>(Nodes<'d, 'a>);

impl<'a> Document<'a> {
    /// The value that the document is.
    pub(crate) fn root(&self) -> Node<'_, 'a> {
        // A text without a value is no document: there is always a first token.
        static NONE: Value<'static> = Value::Null;
        let none = Node { value: &NONE, span: Span { start: 0, end: 0 }, within: Nodes(&[]) };
        Nodes(&self.0).split().map_or(none, |(root, _)| root)
    }
}

impl<'d, 'a> Node<'d, 'a> {
    /// What is in a list; no concern of others.
    pub(crate) fn items(self) -> impl Iterator<Item = Node<'d, 'a>> {
        let mut rest = self.within;
        std::iter::from_fn(move || {
            let (next, behind) = rest.split()?;
            rest = behind;
            Some(next)
        })
    }

    /// What is in an object; no concern of others.
    pub(crate) fn members(self) -> Members<'d, 'a> {
        Members(self.within)
    }
}

impl<'d, 'a> Nodes<'d, 'a> {
    fn split(self) -> Option<(Node<'d, 'a>, Self)> {
        let (Token { value, span, within }, rest) = self.0.split_first()?;
        let (within, behind) = rest.split_at_checked(*within)?;
        Some((Node { value, span: *span, within: Nodes(within) }, Nodes(behind)))
    }
}

impl<'d, 'a> Iterator for Members<'d, 'a> {
    type Item = Member<'d, 'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let (key, rest) = self.0.split()?;
        let (value, behind) = rest.split()?;
        self.0 = behind;
        let Value::String(text) = key.value else { return None };
        Some(Member { key: text, key_span: key.span, value })
    }
}

/// The first member whose key an earlier one has, keys being the same when `key` makes the same of them. The time is
/// in proportion to the object's length.
pub(crate) fn repeated<'d, 'a, K: Eq + Hash>(
    members: Members<'d, 'a>,
    key: impl Fn(&'d str) -> K,
) -> Option<Member<'d, 'a>> {
    const FEW: usize = 10;
    if members.clone().nth(FEW).is_none() {
        let earlier = |at| members.clone().take(at).map(|member| key(member.key));
        let mut numbered = members.clone().enumerate();
        return numbered.find(|(at, m)| earlier(*at).any(|k| k == key(m.key))).map(|(_, member)| member);
    }
    let (mut members, mut seen) = (members, HashSet::new());
    members.find(|member| !seen.insert(key(member.key)))
}

/// What is said of a key that repeats.
pub(crate) fn repeats(member: Member<'_, '_>) -> Fault {
    let key = excerpt(member.key);
    let message = text!(en: "the key `{key}` stands here again", ja: "キー `{key}` が重複しています");
    Fault::new(member.key_span, message)
}

#[cfg(test)]
mod tests;
