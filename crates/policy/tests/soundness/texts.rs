//! Texts with wildcards and variables, held against a text of a request: by trying everything.

use asc_policy::Version;

use crate::request::Context;

/// A piece of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Char(char),
    One,
    Many,
}

/// Reads a text with the request's values put in for variables; none if a variable has neither value nor default.
/// Source: IAM User Guide, "IAM policy elements: Variables and tags": values that are put in are plain text, `${*}`,
/// `${?}` and `${$}` are those characters, and only documents of 2012-10-17 have variables.
pub(crate) fn tokens(text: &str, version: Version, wildcards: bool, context: &Context) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if version == Version::V2012
            && let Some((inside, length)) = braced(&text[at..])
            && let Some(variable) = Variable::read(inside)
        {
            tokens.extend(variable.value(context)?.chars().map(Token::Char));
            at += length;
            continue;
        }
        at += c.len_utf8();
        tokens.push(match c {
            '*' if wildcards => Token::Many,
            '?' if wildcards => Token::One,
            c => Token::Char(c),
        });
    }
    Some(tokens)
}

/// What is in `${…}` at the beginning of a text, and how long it is with the braces.
fn braced(text: &str) -> Option<(&str, usize)> {
    let end = text.find('}')?;
    Some((text.get(..end)?.strip_prefix("${")?, end + 1))
}

/// What stands in `${…}`.
enum Variable<'a> {
    Plain(&'a str),
    Key(&'a str, Option<&'a str>),
}

impl<'a> Variable<'a> {
    /// None for what is no variable.
    fn read(inside: &'a str) -> Option<Self> {
        if ["*", "?", "$"].contains(&inside) {
            return Some(Self::Plain(inside));
        }
        Some(match inside.split_once(',') {
            None => Self::Key(inside.trim(), None),
            Some((key, default)) => Self::Key(key.trim(), Some(default.trim().strip_prefix('\'')?.strip_suffix('\'')?)),
        })
    }

    fn value(&self, context: &'a Context) -> Option<&'a str> {
        match self {
            Self::Plain(text) => Some(text),
            Self::Key(key, default) => {
                let values = context.get(&key.to_ascii_lowercase());
                values.and_then(|values| values.first()).map(String::as_str).or(*default)
            }
        }
    }
}

/// Whether a pattern matches a whole text.
pub(crate) fn fits(pattern: &[Token], text: &[char], any_case: bool) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return text.is_empty() };
    match (first, text.split_first()) {
        (Token::Many, _) => (0..=text.len()).any(|skip| fits(rest, &text[skip..], any_case)),
        (Token::One, Some((_, behind))) => fits(rest, behind, any_case),
        (Token::Char(own), Some((c, behind))) => {
            let same = own == c || any_case && own.eq_ignore_ascii_case(c);
            same && fits(rest, behind, any_case)
        }
        (_, None) => false,
    }
}

/// [`fits`], of a pattern as it is written.
pub(crate) fn matches(written: &str, text: &str, any_case: bool) -> bool {
    let pattern = tokens(written, Version::V2008, true, &Context::new()).unwrap_or_default();
    fits(&pattern, &text.chars().collect::<Vec<_>>(), any_case)
}
