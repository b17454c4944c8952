//! Comments, broken into lines.

use textwrap::{Options, WordSeparator, WordSplitter};

/// Lines of a comment behind `# `, at most 110 columns wide with what stands before.
pub(crate) fn comment(text: &str, indent: usize) -> String {
    let before = format!("{}# ", " ".repeat(indent));
    let options = Options::new(110).initial_indent(&before).subsequent_indent(&before);
    let options = options.word_separator(WordSeparator::Custom(separate)).word_splitter(WordSplitter::NoHyphenation);
    let options = options.break_words(false);
    lines(textwrap::wrap(text, options).iter().map(|line| line.trim_end()))
}

/// Words as the language has them; but what is written on a command line, or as an id, stays whole.
fn separate(line: &str) -> Box<dyn Iterator<Item = textwrap::core::Word<'_>> + '_> {
    let latin = line.is_ascii();
    if latin {
        WordSeparator::AsciiSpace.find_words(line)
    } else {
        WordSeparator::UnicodeBreakProperties.find_words(line)
    }
}

/// Lines, each with its end.
pub(crate) fn lines<S: AsRef<str>>(lines: impl IntoIterator<Item = S>) -> String {
    lines.into_iter().flat_map(|line| [line.as_ref().to_owned(), "\n".to_owned()]).collect()
}

/// A heading between two blank comments, so that sections are found at a glance.
pub(crate) fn heading(title: &str, indent: usize) -> String {
    let before = " ".repeat(indent);
    let rule = "-".repeat(100 - indent);
    format!("{before}# {rule}\n{before}# {title}\n{before}# {rule}\n")
}

/// `S3EncryptionRule` as `s3_encryption_rule`: words of an id, with something between.
pub(crate) fn words(id: &str, between: char) -> String {
    let mut words = String::new();
    for letter in id.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(between);
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_become_words() {
        assert_eq!(words("S3EncryptionRule", '_'), "s3_encryption_rule");
        assert_eq!(words("VpcFlowLogs", '-'), "vpc-flow-logs");
    }

    #[test]
    fn long_comments_are_broken() {
        let text = "word ".repeat(40);
        let broken = comment(text.trim(), 2);
        assert!(
            broken.lines().count() == 2 && broken.lines().all(|line| line.starts_with("  # ") && line.len() <= 110)
        );
    }
}
