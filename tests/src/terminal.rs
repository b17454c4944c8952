//! Runs the real binary at a terminal, and answers its questions.

use crate::asc::{Asc, Run};
use crate::{asc_binary, python, root};

impl Asc {
    /// Calls it at a terminal, with words that are separated by spaces. When a question stands on the screen, the answer
    /// beside it is typed. Standard output of what is given is the whole screen, with its colours and line ends.
    pub fn at_terminal(&self, words: &str, answers: &[(&str, &str)]) -> Run {
        let output = self
            .command(&python())
            .arg(root().join("tests/terminal.py"))
            .arg(serde_json::json!(answers).to_string())
            .arg(asc_binary())
            .args(words.split_whitespace())
            .env("TERM", "xterm-256color")
            .output()
            .expect("Python could not be started");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        let run = Run::of(output.status.code().unwrap_or(-1), stdout, stderr, words);
        assert!(run.stderr.is_empty(), "{run}");
        run
    }
}
