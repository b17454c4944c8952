//! What is found about policy documents, on a terminal.

use asc_core::{Lang, Text};

use crate::escape;
use crate::layout::{BAD, BOLD, DIM, GOOD, PLAIN, Sheet, WARN, columns};

/// How an answer looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to worry about.
    Good,
    /// Somebody should look.
    Warn,
    /// An alert.
    Bad,
}

/// What is told of one document. Names and reasons quote the document, and are made harmless here.
#[derive(Clone, Debug)]
pub struct Told {
    /// The file.
    pub file: String,
    /// What kind of policy it is, and how that was known.
    pub kind: Text,
    /// The question, the answer, and how that looks.
    pub answers: Vec<(Text, Text, Tone)>,
    /// Statements by their label, each with what it contributes.
    pub because: Vec<(String, Text)>,
    /// Who is let in, each with how.
    pub lets_in: Vec<(String, Text)>,
}

/// One document after the other.
pub fn policies(told: &[Told], lang: Lang, width: usize, color: bool) -> String {
    let mut sheet = Sheet::new(width, color);
    for (at, told) in told.iter().enumerate() {
        if at > 0 {
            sheet.blank();
        }
        let file = escape::terminal(&told.file);
        sheet.labelled(&file, BOLD, columns(&file) + 2, DIM, told.kind.in_lang(lang));
        let because = lang.pick("because", "理由");
        let lets_in = lang.pick("lets in", "許可される相手");
        let questions = told.answers.iter().map(|(question, ..)| question.in_lang(lang));
        let column = questions.chain([because, lets_in]).map(columns).max().unwrap_or(0) + 4;
        for (question, answer, tone) in &told.answers {
            let style = match tone {
                Tone::Good => GOOD,
                Tone::Warn => WARN,
                Tone::Bad => BAD,
            };
            sheet.labelled(&format!("  {}", question.in_lang(lang)), DIM, column, style, answer.in_lang(lang));
        }
        list(&mut sheet, because, column, &told.because, lang);
        list(&mut sheet, lets_in, column, &told.lets_in, lang);
    }
    sheet.finish()
}

fn list(sheet: &mut Sheet, title: &str, column: usize, items: &[(String, Text)], lang: Lang) {
    for (at, (name, text)) in items.iter().enumerate() {
        let label = if at == 0 { format!("  {title}") } else { String::new() };
        let line = format!("{name}: {}", text.in_lang(lang));
        sheet.labelled(&label, DIM, column, PLAIN, &escape::terminal(&line));
    }
}

#[cfg(test)]
mod tests {
    use asc_core::text;

    use super::*;

    #[test]
    fn a_hostile_name_cannot_steer_the_terminal() {
        let told = Told {
            file: "a\u{1b}[2J.json".to_owned(),
            kind: text!(en: "resource policy", ja: "リソースポリシー"),
            answers: vec![(text!(en: "public", ja: "公開"), text!(en: "yes", ja: "はい"), Tone::Bad)],
            because: vec![("evil\u{202e}".to_owned(), text!(en: "everyone", ja: "全員"))],
            lets_in: vec![("*\n".to_owned(), text!(en: "everyone", ja: "全員"))],
        };
        for lang in Lang::ALL {
            let page = policies(std::slice::from_ref(&told), lang, 60, false);
            assert!(!page.contains(['\u{1b}', '\u{202e}']) && page.contains("\\n"), "{page}");
        }
    }
}
