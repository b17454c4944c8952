//! What a text is made of, one piece after the other, whether its parts were made already or not.

use std::slice;
use std::str::Chars;

use super::{Part, Variable};

/// A [`Part`], borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Char(char),
    One,
    Many,
    Variable(&'a Variable),
    Never,
}

/// The pieces of a text; there may be two `*` in a row.
#[derive(Clone, Debug)]
pub(crate) enum Pieces<'a> {
    /// Of a text whose characters stand for themselves.
    Plain(Chars<'a>),
    /// Of one in which `*` and `?` do not.
    Wild(Chars<'a>),
    /// Of any other.
    Made(slice::Iter<'a, Part>),
}

impl<'a> Piece<'a> {
    /// Of a character of a text in which wildcards count.
    const fn wild(c: char) -> Self {
        match c {
            '*' => Self::Many,
            '?' => Self::One,
            c => Self::Char(c),
        }
    }

    const fn of(part: &'a Part) -> Self {
        match part {
            Part::Char(c) => Self::Char(*c),
            Part::One => Self::One,
            Part::Many => Self::Many,
            Part::Variable(variable) => Self::Variable(variable),
            Part::Never => Self::Never,
        }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        match self {
            Self::Plain(chars) => chars.next().map(Piece::Char),
            Self::Wild(chars) => chars.next().map(Piece::wild),
            Self::Made(parts) => parts.next().map(Piece::of),
        }
    }

    /// What kind of text it is need not be asked for each piece.
    fn fold<B, F: FnMut(B, Piece<'a>) -> B>(self, first: B, f: F) -> B {
        match self {
            Self::Plain(chars) => chars.map(Piece::Char).fold(first, f),
            Self::Wild(chars) => chars.map(Piece::wild).fold(first, f),
            Self::Made(parts) => parts.map(Piece::of).fold(first, f),
        }
    }
}
