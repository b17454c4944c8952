//! Patterns and shapes of texts, symbol by symbol.

use crate::glob::{Glob, Piece};

/// A set of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Every character.
    Any,
    /// `a` to `z`.
    Letter,
    /// Letters and digits.
    Alnum,
    /// Letters, digits and the hyphen.
    Label,
    /// Every character but the colon, which parts the fields of an ARN.
    Field,
}

impl Class {
    pub(super) const fn holds(self, c: char) -> bool {
        match self {
            Self::Any => true,
            Self::Letter => c.is_ascii_lowercase(),
            Self::Alnum => c.is_ascii_lowercase() || c.is_ascii_digit(),
            Self::Field => c != ':',
            Self::Label => c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-',
        }
    }
}

/// A part of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    /// This character.
    Char(char),
    /// One character of a class.
    One(Class),
    /// Any number of characters of a class, none included.
    Many(Class),
    /// Nothing: no text goes on from here.
    Never,
    /// The end of the pattern.
    End,
}

impl Symbol {
    /// A character that both let by.
    const fn shared(self, other: Self) -> Option<char> {
        match (self, other) {
            (Self::Char(one), Self::Char(other)) if one == other => Some(one),
            (Self::Char(c), Self::One(class) | Self::Many(class))
            | (Self::One(class) | Self::Many(class), Self::Char(c))
                if class.holds(c) =>
            {
                Some(c)
            }
            // Every class holds it.
            (Self::One(_) | Self::Many(_), Self::One(_) | Self::Many(_)) => Some('a'),
            _ => None,
        }
    }
}

/// A pattern, always closed by [`Symbol::End`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(pub(super) Vec<Symbol>);

impl Pattern {
    /// What a text of a policy matches; a variable matches nothing.
    pub(crate) fn of(glob: &Glob) -> Self {
        Self::read(glob, |c| c, Symbol::Never)
    }

    /// The same in lower case, to be held against texts whose case does not count.
    pub(crate) fn in_lower_case(glob: &Glob) -> Self {
        Self::read(glob, |c| c.to_ascii_lowercase(), Symbol::Never)
    }

    /// Every text that it can come to match, each variable being any text; in lower case if that is asked for.
    pub(crate) fn at_most(glob: &Glob, lower_case: bool) -> Self {
        Self::read(glob, |c| if lower_case { c.to_ascii_lowercase() } else { c }, Symbol::Many(Class::Any))
    }

    fn read(glob: &Glob, case: impl Fn(char) -> char, variable: Symbol) -> Self {
        let symbol = |piece| match piece {
            Piece::Char(c) => Symbol::Char(case(c)),
            Piece::One => Symbol::One(Class::Any),
            Piece::Many => Symbol::Many(Class::Any),
            Piece::Variable(_) => variable,
            Piece::Never => Symbol::Never,
        };
        let mut symbols = Vec::with_capacity(glob.written().len() + 1);
        glob.pieces().for_each(|piece| symbols.push(symbol(piece)));
        symbols.push(Symbol::End);
        symbols.dedup_by(|a, b| a == b && *a == Symbol::Many(Class::Any));
        Self(symbols)
    }

    /// The shape of a text: literal parts, each followed by symbols.
    pub(crate) fn shape(parts: &[(&str, &[Symbol])]) -> Self {
        let mut symbols = Vec::new();
        for (literal, more) in parts {
            symbols.extend(literal.chars().map(Symbol::Char));
            symbols.extend_from_slice(more);
        }
        symbols.push(Symbol::End);
        Self(symbols)
    }

    /// Some text of a shape, for a quick look before a search: each run as short or as long as asked, and of
    /// characters that patterns seldom name. None if there is no text at all.
    pub(crate) fn sample(&self, run: usize) -> Option<Vec<char>> {
        let some = |class: Class| if class.holds('\u{E000}') { '\u{E000}' } else { 'q' };
        let mut text = Vec::with_capacity(self.0.len());
        for symbol in &self.0 {
            match symbol {
                Symbol::Char(c) => text.push(*c),
                Symbol::One(class) => text.push(some(*class)),
                Symbol::Many(class) => text.extend(std::iter::repeat_n(some(*class), run)),
                Symbol::Never => return None,
                Symbol::End => {}
            }
        }
        Some(text)
    }

    /// Whether it matches a text; for patterns of policies, whose runs are of any characters.
    pub(crate) fn matches(&self, text: &[char]) -> bool {
        let (mut at, mut read) = (0, 0);
        // Where to go on when the part behind the last run does not fit here: one character further on.
        let mut again = None;
        loop {
            let fits = match (self.0[at], text.get(read)) {
                (Symbol::End, None) => return true,
                (Symbol::Many(_), _) => {
                    at += 1;
                    again = Some((at, read));
                    continue;
                }
                (Symbol::Char(own), Some(c)) => own == *c,
                (Symbol::One(class), Some(c)) => class.holds(*c),
                (_, None) => return false,
                (Symbol::End | Symbol::Never, Some(_)) => false,
            };
            if fits {
                (at, read) = (at + 1, read + 1);
                continue;
            }
            let Some((behind, from)) = &mut again else { return false };
            *from += 1;
            (at, read) = (*behind, *from);
        }
    }

    /// A shortest text that both match.
    pub(crate) fn common(&self, other: &Self) -> Option<String> {
        let (one, other) = (&self.0, &other.0);
        let width = other.len();
        let mut seen = vec![false; one.len() * width];
        // Each pair of places with the one it was reached from, and by which character.
        let mut pairs: Vec<(usize, usize, usize, Option<char>)> = vec![(0, 0, 0, None)];
        let mut from = 0;
        while let Some(&(i, j, ..)) = pairs.get(from) {
            let mut reach = |i: usize, j: usize, by| {
                if !std::mem::replace(&mut seen[i * width + j], true) {
                    pairs.push((i, j, from, by));
                }
            };
            let run = |symbol| matches!(symbol, Symbol::Many(_));
            if one[i] == Symbol::End && other[j] == Symbol::End {
                let mut text = Vec::new();
                while from != 0 {
                    let (_, _, before, by) = pairs[from];
                    text.extend(by);
                    from = before;
                }
                return Some(text.into_iter().rev().collect());
            }
            if run(one[i]) {
                reach(i + 1, j, None);
            }
            if run(other[j]) {
                reach(i, j + 1, None);
            }
            if let Some(c) = one[i].shared(other[j]) {
                reach(i + usize::from(!run(one[i])), j + usize::from(!run(other[j])), Some(c));
            }
            from += 1;
        }
        None
    }

    /// Whether it holds all texts of a shape, where that is plain to see: for a literal text, and for one with a `*`
    /// at its end and nowhere else. Nearly all patterns are such.
    pub(crate) fn holds_plainly(&self, shape: &Self) -> Option<bool> {
        let lead = self.0.iter().take_while(|symbol| matches!(symbol, Symbol::Char(_))).count();
        let open = match self.0[lead..] {
            [Symbol::End] => false,
            [Symbol::Many(Class::Any), Symbol::End] => true,
            _ => return None,
        };
        if shape.0.contains(&Symbol::Never) {
            return Some(true);
        }
        // Wherever the shape leaves a choice, some text of it is another than the literal one.
        Some(shape.0.get(..lead) == Some(&self.0[..lead]) && (open || shape.0[lead..] == [Symbol::End]))
    }
}
