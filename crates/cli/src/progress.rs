//! What is shown on a terminal while the scan runs.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use asc_core::Lang;
use asc_core::progress::{Look, Progress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const TICK: Duration = Duration::from_millis(100);

/// A line on standard error that follows the counters until it is dropped.
pub(crate) struct Display {
    bar: ProgressBar,
    task: tokio::task::JoinHandle<()>,
}

impl Display {
    /// Shows progress if somebody is there to see it.
    pub(crate) fn show(progress: Arc<Progress>, wanted: bool, lang: Lang) -> Option<Self> {
        if !wanted || !std::io::stderr().is_terminal() {
            return None;
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        let shown = bar.clone();
        let task = tokio::spawn(async move {
            loop {
                shown.set_message(line(&progress.look(), lang));
                shown.tick();
                tokio::time::sleep(TICK).await;
            }
        });
        Some(Self { bar, task })
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.task.abort();
        self.bar.finish_and_clear();
    }
}

fn line(look: &Look, lang: Lang) -> String {
    let Look { known, done, calls, asking, .. } = look;
    match lang {
        Lang::En => format!("{done} of {known} verdicts · {calls} calls · asking {asking}"),
        Lang::Ja => format!("判定 {done}/{known} 件 · 呼び出し {calls} 回 · {asking} を問い合わせ中"),
    }
}

/// The checks that were still at work, for whoever broke the scan off.
pub(crate) fn unfinished(progress: &Progress) -> String {
    progress.look().open.iter().map(|(check, _)| *check).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_is_done_of_what_is_known() {
        let progress = Progress::default();
        progress.begin("ASC-12");
        progress.begin("ASC-16");
        progress.expect("ASC-12", 3);
        progress.judged("ASC-12");
        progress.asking("s3", "GetBucketAcl");
        progress.called();
        progress.end("ASC-16");
        assert_eq!(line(&progress.look(), Lang::En), "1 of 3 verdicts · 1 calls · asking s3:GetBucketAcl");
        assert_eq!(unfinished(&progress), "ASC-12");
    }
}
