//! The reader: one pass over the text, no more memory than its values need.

use std::borrow::Cow;

use asc_core::{Text, text};

use super::{Document, Members, Nodes, Token, Value, repeated, repeats};
use crate::error::{Fault, Span};

/// How deep values may be nested; a policy has six levels.
pub(super) const MOST_LEVELS: usize = 64;

/// Policies have some 15 bytes a value; keys are values here.
const BYTES_A_TOKEN: usize = 15;

/// Whether a byte is more than a piece of a string's text: looked up, since nearly all bytes of a policy are asked.
const ENDS_TEXT: [bool; 256] = {
    let mut ends = [false; 256];
    let mut control = 0;
    while control < 0x20 {
        ends[control] = true;
        control += 1;
    }
    ends[b'"' as usize] = true;
    ends[b'\\' as usize] = true;
    ends
};

/// Reads a text that is one JSON value, behind a byte order mark or not.
pub(crate) fn read(text: &str) -> Result<Document<'_>, Fault> {
    let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader = Reader { text, at, levels: 0, tokens: Vec::with_capacity(text.len() / BYTES_A_TOKEN) };
    reader.space();
    reader.value()?;
    reader.space();
    match reader.peek() {
        None => Ok(Document(reader.tokens)),
        Some(_) => Err(reader.wrong(text!(
            en: "nothing may follow the document",
            ja: "ドキュメントの後には何も書けません"
        ))),
    }
}

struct Reader<'a> {
    text: &'a str,
    /// The byte that comes next; always at a character's beginning when something is cut out of the text.
    at: usize,
    levels: usize,
    tokens: Vec<Token<'a>>,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// Something is wrong with the character that comes next, or with there being none.
    fn wrong(&self, message: Text) -> Fault {
        let width = self.text.get(self.at..).and_then(|rest| rest.chars().next()).map(char::len_utf8);
        match width {
            Some(width) => Fault::new(Span { start: self.at, end: self.at + width }, message),
            None => self.ends(),
        }
    }

    fn ends(&self) -> Fault {
        let end = self.text.len();
        let message = text!(en: "the document ends here, unfinished", ja: "ドキュメントが途中で終わっています");
        Fault::new(Span { start: end, end }, message)
    }

    fn since(&self, start: usize) -> Span {
        Span { start, end: self.at }
    }

    fn value(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => return self.nested(Value::Object, Self::object),
            Some(b'[') => return self.nested(Value::List, Self::list),
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            _ => self.word()?,
        };
        self.tokens.push(Token { value, span: self.since(start), within: 0 });
        Ok(())
    }

    fn word(&mut self) -> Result<Value<'a>, Fault> {
        let rest = &self.text[self.at..];
        let words = [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)];
        let found = words.into_iter().find(|(word, _)| rest.starts_with(word));
        let (word, value) = found
            .ok_or_else(|| self.wrong(text!(en: "JSON expects a value here", ja: "JSON ではここに値が必要です")))?;
        self.at += word.len();
        Ok(value)
    }

    /// A list or an object: what stands in it is one level deeper, and follows it.
    fn nested(&mut self, value: Value<'a>, read: fn(&mut Self) -> Result<(), Fault>) -> Result<(), Fault> {
        if self.levels == MOST_LEVELS {
            return Err(self.wrong(text!(
                en: "nested more than {MOST_LEVELS} levels deep",
                ja: "入れ子が {MOST_LEVELS} 段を超えています"
            )));
        }
        let (start, place) = (self.at, self.tokens.len());
        self.tokens.push(Token { value, span: self.since(start), within: 0 });
        self.at += 1;
        self.levels += 1;
        self.space();
        read(self)?;
        self.levels -= 1;
        let (within, span) = (self.tokens.len() - place - 1, self.since(start));
        if let Some(token) = self.tokens.get_mut(place) {
            (token.within, token.span) = (within, span);
        }
        Ok(())
    }

    fn list(&mut self) -> Result<(), Fault> {
        if self.skip(b']') {
            return Ok(());
        }
        loop {
            self.space();
            self.value()?;
            self.space();
            if self.skip(b']') {
                return Ok(());
            }
            self.expect(b',', "`,` or `]`", "`,` か `]`")?;
        }
    }

    fn object(&mut self) -> Result<(), Fault> {
        let first = self.tokens.len();
        if self.skip(b'}') {
            return Ok(());
        }
        loop {
            self.space();
            self.member()?;
            self.space();
            if self.skip(b'}') {
                break;
            }
            self.expect(b',', "`,` or `}`", "`,` か `}`")?;
        }
        match repeated(Members(Nodes(&self.tokens[first..])), |key| key) {
            Some(again) => Err(repeats(again)),
            None => Ok(()),
        }
    }

    fn member(&mut self) -> Result<(), Fault> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.wrong(text!(
                en: "JSON expects a key in double quotation marks here",
                ja: "JSON ではここに二重引用符で囲んだキーが必要です"
            )));
        }
        let value = Value::String(self.string()?);
        self.tokens.push(Token { value, span: self.since(start), within: 0 });
        self.space();
        self.expect(b':', "`:`", "`:`")?;
        self.space();
        self.value()
    }

    fn expect(&mut self, byte: u8, en: &str, ja: &str) -> Result<(), Fault> {
        if self.skip(byte) {
            return Ok(());
        }
        let message =
            Text { en: format!("JSON expects {en} here"), ja: format!("JSON ではここに {ja} が必要です") };
        Err(self.wrong(message))
    }

    /// A string, from its quotation mark; copied only if it has escapes.
    fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        self.at += 1;
        let mut copied = String::new();
        let mut from = self.at;
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let plain = rest.iter().position(|byte| ENDS_TEXT[usize::from(*byte)]);
            self.at = plain.map_or(self.text.len(), |plain| self.at + plain);
            match self.peek() {
                Some(b'"') => {
                    let rest = &self.text[from..self.at];
                    self.at += 1;
                    return Ok(if copied.is_empty() { Cow::Borrowed(rest) } else { Cow::Owned(copied + rest) });
                }
                Some(b'\\') => {
                    copied.push_str(&self.text[from..self.at]);
                    copied.push(self.escape()?);
                    from = self.at;
                }
                Some(_) => {
                    return Err(self.wrong(text!(
                        en: "a control character in a string must be escaped",
                        ja: "文字列の中の制御文字はエスケープする必要があります"
                    )));
                }
                None => return Err(self.ends()),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Fault> {
        let start = self.at;
        self.at += 1;
        let short = match self.peek() {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.code(start),
            _ => return Err(self.wrong(text!(en: "JSON has no such escape", ja: "JSON にないエスケープです"))),
        };
        self.at += 1;
        Ok(short)
    }

    /// A `\u` escape of four hexadecimal digits, or two of them that make one character.
    fn code(&mut self, start: usize) -> Result<char, Fault> {
        let first = self.unit()?;
        if let Some(character) = char::from_u32(first) {
            return Ok(character);
        }
        if first < 0xDC00 && self.text[self.at..].starts_with("\\u") {
            self.at += 1;
            let second = self.unit()?;
            if let 0xDC00..0xE000 = second
                && let Some(character) = char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))
            {
                return Ok(character);
            }
        }
        let message =
            text!(en: "half a surrogate pair is no character", ja: "サロゲートペアの片方だけでは文字になりません");
        Err(Fault::new(self.since(start), message))
    }

    /// The four digits behind the `u` that comes next.
    fn unit(&mut self) -> Result<u32, Fault> {
        self.at += 1;
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16)).ok_or_else(|| {
                self.wrong(
                    text!(en: "JSON expects a hexadecimal digit here", ja: "JSON ではここに 16 進数字が必要です"),
                )
            })?;
            unit = unit << 4 | digit;
            self.at += 1;
        }
        Ok(unit)
    }

    fn number(&mut self) -> Result<&'a str, Fault> {
        let start = self.at;
        self.skip(b'-');
        // A zero in front stands alone.
        if !self.skip(b'0') {
            self.digits()?;
        }
        if self.skip(b'.') {
            self.digits()?;
        }
        if self.skip(b'e') || self.skip(b'E') {
            let _ = self.skip(b'+') || self.skip(b'-');
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at > start {
            return Ok(());
        }
        Err(self.wrong(text!(en: "JSON expects a digit here", ja: "JSON ではここに数字が必要です")))
    }
}
