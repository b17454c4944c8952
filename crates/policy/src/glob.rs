//! Texts of a policy as IAM reads them: `*` is any run of characters, `?` is any one, `${…}` stands for a value of the
//! request.
//!
//! What a variable stands for is not known before there is a request. So whoever decides about all requests picks a
//! side: [`Glob::at_most`] takes a variable for any text, [`Glob::at_least`] for none that is known.
//!
//! Source: IAM User Guide, "IAM policy elements: Variables and tags", and "IAM JSON policy elements: Resource".

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use crate::document::Version;

mod pieces;

pub(crate) use pieces::{Piece, Pieces};

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// This character.
    Char(char),
    /// `?`: any one character.
    One,
    /// `*`: any run of characters, the empty one included.
    Many,
    /// `${key}` or `${key, 'default'}`.
    Variable(Box<Variable>),
    /// Matches nothing: a variable, seen from [`Glob::at_least`].
    Never,
}

/// A value of the request that is put into a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variable {
    /// The condition key whose value it is: `aws:username`.
    pub key: String,
    /// What is put in when the request has no such key; without one nothing matches then.
    pub default: Option<String>,
}

/// Which characters of a text do not stand for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// None.
    Plain,
    /// `*` and `?`.
    Wild,
    /// It is not told by the text alone.
    Made,
}

/// A text with its wildcards and variables told from plain characters.
#[derive(Clone, Debug)]
pub struct Glob {
    written: String,
    reading: Reading,
    /// Unless the text tells them, made when they are asked for: reading a policy takes half the time without them.
    parts: OnceLock<Vec<Part>>,
}

impl Glob {
    /// Reads a text in which wildcards count: an action, a resource, a value of `StringLike` or `ArnLike`.
    pub fn pattern(text: &str, version: Version) -> Self {
        Self::read(text, version, true)
    }

    /// Reads a text in which wildcards are plain characters: a value of `StringEquals`.
    pub fn value(text: &str, version: Version) -> Self {
        Self::read(text, version, false)
    }

    /// A text that stands for itself, whatever it holds.
    pub fn literal(text: &str) -> Self {
        Self::told(text, Reading::Plain)
    }

    fn told(text: &str, reading: Reading) -> Self {
        Self { written: text.to_owned(), reading, parts: OnceLock::new() }
    }

    fn of_parts(written: &str, mut parts: Vec<Part>) -> Self {
        parts.dedup_by(|a, b| a == b && *a == Part::Many);
        Self { written: written.to_owned(), reading: Reading::Made, parts: parts.into() }
    }

    fn read(text: &str, version: Version, wildcards: bool) -> Self {
        let wild = wildcards && text.bytes().any(|byte| matches!(byte, b'*' | b'?'));
        if !(version.has_variables() && text.contains("${")) {
            return Self::told(text, if wild { Reading::Wild } else { Reading::Plain });
        }
        let mut parts = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if let Some((part, behind)) = variable(rest) {
                parts.push(part);
                rest = behind;
                continue;
            }
            parts.push(if wildcards { wildcard(c) } else { Part::Char(c) });
            rest = &rest[c.len_utf8()..];
        }
        Self::of_parts(text, parts)
    }

    /// As it stands in the document.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Its parts; never two `*` in a row.
    pub fn parts(&self) -> &[Part] {
        self.parts.get_or_init(|| {
            let mut parts: Vec<_> = match self.reading {
                Reading::Wild => self.written.chars().map(wildcard).collect(),
                Reading::Plain | Reading::Made => self.written.chars().map(Part::Char).collect(),
            };
            parts.dedup_by(|a, b| a == b && *a == Part::Many);
            parts
        })
    }

    /// Its parts, without making them for it; there may be two `*` in a row.
    pub(crate) fn pieces(&self) -> Pieces<'_> {
        match self.reading {
            Reading::Plain => Pieces::Plain(self.written.chars()),
            Reading::Wild => Pieces::Wild(self.written.chars()),
            Reading::Made => Pieces::Made(self.parts().iter()),
        }
    }

    /// The one text that it stands for, if it has neither wildcards nor variables.
    pub fn fixed(&self) -> Option<String> {
        match self.reading {
            Reading::Plain => Some(self.written.clone()),
            Reading::Wild => None,
            Reading::Made => {
                self.pieces().map(|piece| if let Piece::Char(c) = piece { Some(c) } else { None }).collect()
            }
        }
    }

    /// Whether it holds a variable.
    pub fn has_variable(&self) -> bool {
        self.reading == Reading::Made && self.parts().iter().any(|part| matches!(part, Part::Variable(_)))
    }

    /// Every text that it can come to stand for: each variable as `*`.
    #[must_use]
    pub fn at_most(&self) -> Self {
        self.with_variables(&Part::Many)
    }

    /// Only texts that it stands for in every request: none, if it holds a variable.
    #[must_use]
    pub fn at_least(&self) -> Self {
        self.with_variables(&Part::Never)
    }

    /// With values for the variables that are known. One that is known to be absent stands for its default, or for
    /// nothing at all; one that is not known stays.
    #[must_use]
    pub(crate) fn filled(&self, value: impl Fn(&str) -> Value) -> Self {
        let mut parts = Vec::with_capacity(self.parts().len());
        for part in self.parts() {
            let Part::Variable(variable) = part else {
                parts.push(part.clone());
                continue;
            };
            match (value(&variable.key), &variable.default) {
                (Value::Unknown, _) => parts.push(part.clone()),
                (Value::Absent, None) => parts.push(Part::Never),
                (Value::Is(text), _) => parts.extend(text.chars().map(Part::Char)),
                (Value::Absent, Some(text)) => parts.extend(text.chars().map(Part::Char)),
            }
        }
        Self::of_parts(&self.written, parts)
    }

    fn with_variables(&self, by: &Part) -> Self {
        let part = |part: &Part| if let Part::Variable(_) = part { by.clone() } else { part.clone() };
        if !self.has_variable() {
            return self.clone();
        }
        Self::of_parts(&self.written, self.parts().iter().map(part).collect())
    }

    /// Whether it matches a text; a variable matches nothing.
    pub fn matches(&self, text: &str) -> bool {
        match self.reading {
            Reading::Plain => self.written == text,
            Reading::Wild | Reading::Made => self.run(text, |a, b| a == b),
        }
    }

    /// Whether it matches a text, upper and lower case being the same, as in actions; a variable matches nothing.
    pub fn matches_in_any_case(&self, text: &str) -> bool {
        match self.reading {
            Reading::Plain => self.written.eq_ignore_ascii_case(text),
            Reading::Wild | Reading::Made => self.run(text, |a, b| a.eq_ignore_ascii_case(&b)),
        }
    }

    /// The first fit of every part between two stars is as good as any later one, so that nothing is tried twice.
    fn run(&self, text: &str, same: impl Fn(char, char) -> bool) -> bool {
        let (mut pieces, mut text) = (self.pieces(), text.chars());
        // Where to go on when the part behind the last star does not fit here: behind it, one character further on.
        let mut again = None;
        loop {
            let rest = text.clone();
            let fits = match (pieces.next(), text.next()) {
                (None, None) => return true,
                (Some(Piece::Many), _) if pieces.clone().next().is_none() => return true,
                (Some(Piece::Many), _) => {
                    again = Some((pieces.clone(), rest.clone()));
                    text = rest;
                    continue;
                }
                (_, None) => return false,
                (Some(Piece::One), Some(_)) => true,
                (Some(Piece::Char(a)), Some(b)) => same(a, b),
                (None | Some(Piece::Variable(_) | Piece::Never), Some(_)) => false,
            };
            if !fits {
                let Some((behind, from)) = &mut again else { return false };
                from.next();
                (pieces, text) = (behind.clone(), from.clone());
            }
        }
    }

    /// Whether some text is matched by both; a variable matches nothing.
    pub fn intersects(&self, other: &Self) -> bool {
        let (one, other) = (self.parts(), other.parts());
        let width = other.len() + 1;
        let mut seen = vec![false; (one.len() + 1) * width];
        let mut open = vec![(0, 0)];
        while let Some((i, j)) = open.pop() {
            if std::mem::replace(&mut seen[i * width + j], true) {
                continue;
            }
            match (one.get(i), other.get(j)) {
                (None, None) => return true,
                (Some(Part::Variable(_) | Part::Never), _) | (_, Some(Part::Variable(_) | Part::Never)) => {}
                (Some(Part::Many), Some(_)) => open.extend([(i + 1, j), (i, j + 1)]),
                (Some(Part::Many), None) => open.push((i + 1, j)),
                (Some(_), Some(Part::Many)) => open.extend([(i, j + 1), (i + 1, j)]),
                (None, Some(Part::Many)) => open.push((i, j + 1)),
                (Some(Part::Char(a)), Some(Part::Char(b))) if a != b => {}
                (Some(Part::Char(_) | Part::One), Some(Part::Char(_) | Part::One)) => open.push((i + 1, j + 1)),
                _ => {}
            }
        }
        false
    }
}

/// A character of a text in which wildcards count.
fn wildcard(c: char) -> Part {
    match c {
        '*' => Part::Many,
        '?' => Part::One,
        c => Part::Char(c),
    }
}

/// By what is written and by what it means, whether the parts were made already or not.
impl PartialEq for Glob {
    fn eq(&self, other: &Self) -> bool {
        let alike = self.reading == other.reading && self.reading != Reading::Made;
        self.written == other.written && (alike || self.parts() == other.parts())
    }
}

impl Eq for Glob {}

impl Hash for Glob {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.written.hash(state);
    }
}

impl PartialOrd for Glob {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Glob {
    fn cmp(&self, other: &Self) -> Ordering {
        self.written.cmp(&other.written).then_with(|| self.parts().cmp(other.parts()))
    }
}

/// What is known of a key's value in a request.
pub(crate) enum Value {
    /// Nothing.
    Unknown,
    /// The request does not have the key.
    Absent,
    /// It has this value.
    Is(String),
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.written)
    }
}

/// A `${…}` at the beginning of a text, and what stands behind it. `${*}`, `${?}` and `${$}` are those characters.
fn variable(text: &str) -> Option<(Part, &str)> {
    let inside = text.strip_prefix("${")?;
    let (inside, behind) = inside.split_once('}')?;
    let part = match inside {
        "*" => Part::Char('*'),
        "?" => Part::Char('?'),
        "$" => Part::Char('$'),
        _ => match inside.split_once(',') {
            None => Part::Variable(Box::new(Variable { key: inside.trim().to_owned(), default: None })),
            Some((key, default)) => {
                let default = default.trim().strip_prefix('\'')?.strip_suffix('\'')?;
                Part::Variable(Box::new(Variable { key: key.trim().to_owned(), default: Some(default.to_owned()) }))
            }
        },
    };
    Some((part, behind))
}

#[cfg(test)]
mod tests;
