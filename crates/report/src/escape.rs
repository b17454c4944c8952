//! Makes untrusted text harmless where it is shown. Whoever may name a bucket or set a tag must not be able to move a
//! terminal's cursor, to hide a name behind another, or to write links and mentions into a page.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character changes how others are shown, or is shown as nothing at all.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}'                        // soft hyphen
            | '\u{61c}'                     // Arabic letter mark
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // Hangul fillers
            | '\u{180e}'                    // Mongolian vowel separator
            | '\u{200b}'..='\u{200f}'       // zero widths, direction marks
            | '\u{2028}'..='\u{202e}'       // line and paragraph separators, embeddings, overrides
            | '\u{2060}'..='\u{206f}'       // joiners, isolates, deprecated controls
            | '\u{feff}'                    // byte order mark
            | '\u{fff9}'..='\u{fffb}'       // interlinear annotation
            | '\u{e0000}'..='\u{e0fff}') // tags and further variation selectors
}

/// For terminals: control characters, escape sequences, line breaks, direction overrides and invisible characters
/// become visible escapes such as `\n` and `\u{202e}`; everything else stays as it is.
pub fn terminal(text: &str) -> Cow<'_, str> {
    if !text.contains(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_deceptive(c) {
            safe.extend(c.escape_default());
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// For Markdown, as GitHub renders it: the text is shown literally, on one line, also in a table cell; it makes no
/// markup, no HTML, no link and no mention.
pub fn markdown(text: &str) -> Cow<'_, str> {
    let text = terminal(text);
    let special = |c: char| c.is_ascii_punctuation() && !matches!(c, ',' | '/' | ';' | '"' | '\'' | '?' | '%' | '^');
    if !text.contains(special) {
        return text;
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        let inside_word = text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        match c {
            // A mention is looked for in the rendered page, where a backslash is gone; only a broken word helps.
            '@' => safe.push_str("@\u{200b}"),
            // Inside a word these make no list, heading or rule, and names are full of them. A dot or a bracket after
            // a digit numbers a list when nothing but digits stands before it, and a dot after `www` makes a link.
            '-' | '+' | '=' if inside_word => safe.push(c),
            '.' | ')' if !text[..at].ends_with("www") && !text[..at].chars().all(|c| c.is_ascii_digit()) => {
                safe.push(c);
            }
            _ if special(c) => {
                let _ = write!(safe, "\\{c}");
            }
            _ => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_shows_what_would_act() {
        assert_eq!(terminal("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(terminal("a\r\n\tb\u{9b}2J"), "a\\r\\n\\tb\\u{9b}2J");
        assert_eq!(terminal("invoice\u{202e}gpj.exe"), "invoice\\u{202e}gpj.exe");
        assert_eq!(terminal("zero\u{200b}width\u{feff}"), "zero\\u{200b}width\\u{feff}");
    }

    #[test]
    fn terminal_leaves_honest_text_alone() {
        for honest in ["arn:aws:s3:::bucket/key", "日本語のタグ", "naïve é ｶﾅ", ""] {
            assert!(matches!(terminal(honest), Cow::Borrowed(same) if same == honest));
        }
    }

    #[test]
    fn no_character_that_acts_survives() {
        for c in '\0'..=char::MAX {
            let shown = terminal(c.encode_utf8(&mut [0; 4])).into_owned();
            assert!(!shown.chars().any(char::is_control), "{c:?}");
            assert!(shown.chars().count() == 1 || shown.is_ascii(), "{c:?}");
        }
    }

    #[test]
    fn markdown_makes_no_markup() {
        assert_eq!(markdown("a|b`c`"), "a\\|b\\`c\\`");
        assert_eq!(markdown("[x](https://evil.example)"), "\\[x\\]\\(https\\://evil.example)");
        assert_eq!(markdown("<img src=x>"), "\\<img src=x\\>");
        assert_eq!(markdown("1. x"), "1\\. x");
        assert_eq!(markdown("- x"), "\\- x");
        assert_eq!(markdown("www.evil.example"), "www\\.evil.example");
        assert_eq!(markdown("a\nb"), "a\\\\nb");
        assert_eq!(markdown("@octocat"), "@\u{200b}octocat");
    }

    #[test]
    fn markdown_leaves_plain_names_alone() {
        assert_eq!(markdown("my-bucket.logs"), "my-bucket.logs");
    }
}
