//! What is shown on a terminal while the scan runs.

use std::collections::VecDeque;
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::{Duration, Instant};

use asc_core::progress::{Look, Part, Progress, Waiting};
use asc_core::{Lang, text};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use unicode_width::UnicodeWidthStr;

const TICK: Duration = Duration::from_millis(100);
/// Over how long rates are taken.
const WINDOW: Duration = Duration::from_secs(10);
/// Before so much of a scan has been seen, nothing can be said about the rest.
const LEAST_SEEN: Duration = Duration::from_secs(5);
/// The columns of the spinner and the space after it.
const SPINNER: usize = 2;

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
            let mut past = Past::default();
            loop {
                let look = progress.look();
                past.add(Instant::now(), &look);
                let columns = terminal_size::terminal_size_of(std::io::stderr()).map_or(80, |(columns, _)| columns.0);
                shown.set_message(line(&look, &past, usize::from(columns).saturating_sub(SPINNER), lang));
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

/// The counters of the last seconds.
#[derive(Debug, Default)]
struct Past {
    /// When, how many calls, how many verdicts.
    points: VecDeque<(Instant, u64, u64)>,
}

impl Past {
    fn add(&mut self, at: Instant, look: &Look) {
        self.points.push_back((at, look.calls, look.verdicts.done));
        while self.points.len() > 2 && self.points.get(1).is_some_and(|(second, ..)| at - *second >= WINDOW) {
            self.points.pop_front();
        }
    }

    fn span(&self) -> Option<(Duration, u64, u64)> {
        let ((from, calls, verdicts), (to, more_calls, more_verdicts)) = (self.points.front()?, self.points.back()?);
        Some((*to - *from, more_calls - calls, more_verdicts - verdicts))
    }

    /// Calls a second.
    fn rate(&self) -> Option<u64> {
        let (span, calls, _) = self.span()?;
        let millis = u64::try_from(span.as_millis()).ok()?;
        (millis >= 500).then(|| calls * 1000 / millis)
    }

    /// How long the rest takes if it goes on as it does: only when every check knows what it has to judge.
    fn rest(&self, look: &Look) -> Option<Duration> {
        let (span, _, verdicts) = self.span()?;
        let owed = look.verdicts.known.saturating_sub(look.verdicts.done);
        if !look.listed || span < LEAST_SEEN || verdicts == 0 || owed == 0 {
            return None;
        }
        Some(span.mul_f64(to_f64(owed) / to_f64(verdicts)))
    }
}

/// A count as a number to reckon with; beyond some billions nobody minds the digits that this loses.
fn to_f64(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// About how long, in steps that claim no more than is known.
fn about(rest: Duration, lang: Lang) -> String {
    let seconds = rest.as_secs();
    let text = match seconds {
        ..10 => text!(en: "a few seconds left", ja: "残り数秒"),
        10..55 => {
            let seconds = seconds.next_multiple_of(10);
            text!(en: "about {seconds} s left", ja: "残り約 {seconds} 秒")
        }
        _ => {
            let minutes = (seconds + 30) / 60;
            text!(en: "about {minutes} min left", ja: "残り約 {minutes} 分")
        }
    };
    text.in_lang(lang).to_owned()
}

/// The parts of the line, the most important first, as many as fit.
fn line(look: &Look, past: &Past, columns: usize, lang: Lang) -> String {
    let Look { verdicts, regions, services, calls, waits, .. } = look;
    let of = |Part { done, known }: &Part| format!("{done}/{known}");
    let (verdicts, regions, services) = (of(verdicts), of(regions), of(services));
    let mut parts = vec![text!(en: "{verdicts} verdicts", ja: "判定 {verdicts}").in_lang(lang).to_owned()];
    parts.extend(waiting(waits, lang));
    parts.extend(past.rest(look).map(|rest| about(rest, lang)));
    parts.push(text!(en: "{calls} calls", ja: "呼び出し {calls} 回").in_lang(lang).to_owned());
    parts.extend(past.rate().map(|rate| text!(en: "{rate}/s", ja: "{rate} 回/秒").in_lang(lang).to_owned()));
    parts.push(text!(en: "{regions} regions", ja: "リージョン {regions}").in_lang(lang).to_owned());
    parts.push(text!(en: "{services} services", ja: "サービス {services}").in_lang(lang).to_owned());
    let mut line = String::new();
    for part in parts {
        let longer = if line.is_empty() { part } else { format!("{line} · {part}") };
        if longer.width() > columns {
            break;
        }
        line = longer;
    }
    line
}

/// What is waited for besides answers.
fn waiting(waits: &[Waiting], lang: Lang) -> Option<String> {
    let throttled = waits.iter().filter_map(|wait| match wait {
        Waiting::Throttled(service) => Some(service.as_str()),
        Waiting::Cap => None,
    });
    let throttled = throttled.collect::<Vec<_>>().join(", ");
    let text = if !throttled.is_empty() {
        text!(en: "{throttled} throttled by AWS", ja: "{throttled} はスロットリング中")
    } else if waits.contains(&Waiting::Cap) {
        text!(en: "held by --max-rps", ja: "--max-rps により待機中")
    } else {
        return None;
    };
    Some(text.in_lang(lang).to_owned())
}

/// The checks that were still at work, for whoever broke the scan off.
pub(crate) fn unfinished(progress: &Progress) -> String {
    progress.look().open.iter().map(|(check, _)| *check).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look() -> Look {
        let progress = Progress::default();
        progress.begin("ASC-12");
        progress.expect("ASC-12", 30);
        (0..10).for_each(|_| progress.judged("ASC-12"));
        drop(progress.asking("s3", "eu-west-1"));
        let _under_way = progress.asking("ec2", "us-east-1");
        let _waits = progress.waits(Waiting::Throttled("s3".to_owned()));
        progress.look()
    }

    /// A scan that has been going for some seconds.
    fn past(look: &Look, seconds: u64) -> Past {
        let mut past = Past::default();
        let start = Instant::now();
        past.add(start, &Look::default());
        past.add(start + Duration::from_secs(seconds), look);
        past
    }

    #[test]
    fn the_line_says_what_is_done_of_what_is_known_and_what_is_waited_for() {
        let look = Look { calls: 80, ..look() };
        assert_eq!(
            line(&look, &past(&look, 8), 110, Lang::En),
            "10/30 verdicts · s3 throttled by AWS · about 20 s left · 80 calls · 10/s · 1/2 regions · 1/2 services"
        );
        let japanese = line(&look, &past(&look, 8), 100, Lang::Ja);
        assert!(japanese.starts_with("判定 10/30 · s3 はスロットリング中 · 残り約 20 秒"), "{japanese}");
    }

    #[test]
    fn the_line_fits_the_terminal() {
        let look = look();
        for lang in Lang::ALL {
            for columns in 0..120 {
                assert!(line(&look, &past(&look, 8), columns, lang).width() <= columns, "{columns}");
            }
        }
    }

    #[test]
    fn no_rest_is_told_that_is_not_known() {
        let listed = look();
        assert!(past(&listed, 8).rest(&listed).is_some());
        assert_eq!(past(&listed, 2).rest(&listed), None, "too little was seen");
        let still_listing = Look { listed: false, ..look() };
        assert_eq!(past(&still_listing, 8).rest(&still_listing), None);
        let nothing_judged = Look { verdicts: Part { done: 0, known: 30 }, ..look() };
        assert_eq!(past(&nothing_judged, 8).rest(&nothing_judged), None);
    }

    #[test]
    fn rates_are_of_the_last_seconds() {
        let mut past = Past::default();
        let start = Instant::now();
        for second in 0..60 {
            let calls = if second < 40 { 0 } else { (second - 40) * 50 };
            past.add(start + Duration::from_secs(second), &Look { calls, ..Look::default() });
        }
        assert_eq!(past.rate(), Some(50));
    }
}
