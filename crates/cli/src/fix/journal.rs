//! The journal of a run: what was about to be done, and what became of it, one JSON object a line.
//!
//! The line that announces a call is on the disk before the call is made. So whatever becomes of the program, the
//! journal tells of at least what was done, and how to undo it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use asc_core::fix::{Change, Class, Step};
use asc_core::report::Finding;
use asc_core::{Account, Class as Failure, Lang, Unread};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::problem::Problem;

/// The version of the journal's form.
const VERSION: u64 = 1;

/// A journal that is written.
pub(super) struct Journal {
    file: File,
    pub(super) path: PathBuf,
    steps: usize,
}

impl Journal {
    /// Begins a journal in the working directory.
    pub(super) fn begin(run: &str, account: &Account, started: &str) -> Result<Self, Problem> {
        let path = PathBuf::from(format!("asc-fix-{run}.json"));
        let problem = |error| Problem::File { file: path.clone(), error };
        let file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(problem)?;
        let mut journal = Self { file, path: path.clone(), steps: 0 };
        let head = json!({
            "asc": crate::job::VERSION,
            "version": VERSION,
            "run": run,
            "account": account.id,
            "partition": account.partition,
            "started": started,
        });
        journal.write(&head).map_err(problem)?;
        // The name is part of the directory, which is as good as the file only once it is on the disk, too.
        File::open(".").and_then(|folder| folder.sync_all()).map_err(problem)?;
        Ok(journal)
    }

    /// Goes on with a journal, behind its last whole line.
    pub(super) fn resume(written: &Written) -> Result<Self, Problem> {
        let problem = |error| Problem::File { file: written.path.clone(), error };
        let file = OpenOptions::new().append(true).open(&written.path).map_err(problem)?;
        file.set_len(written.whole).map_err(problem)?;
        Ok(Self { file, path: written.path.clone(), steps: 0 })
    }

    fn write(&mut self, line: &Value) -> io::Result<()> {
        self.file.write_all(format!("{line}\n").as_bytes())?;
        self.file.sync_data()
    }

    fn put(&mut self, line: &Value) -> Result<(), Problem> {
        self.write(line).map_err(|error| Problem::File { file: self.path.clone(), error })
    }

    /// Announces a call, and gives the number of the step.
    pub(super) fn announce(
        &mut self,
        finding: &Finding,
        class: &Class,
        step: &Step,
        at: OffsetDateTime,
        lang: Lang,
    ) -> Result<usize, Problem> {
        self.steps += 1;
        let later = step.forward.later(at).map(
            |later| json!({ "says": later.says.in_lang(lang), "days": later.days, "change": later.change.to_json() }),
        );
        self.put(&json!({
            "step": self.steps,
            "at": at.format(&Rfc3339).unwrap_or_default(),
            "check": finding.check_id,
            "resource": finding.resource.id,
            "region": step.forward.region(),
            "class": class.name(),
            "says": step.says.in_lang(lang),
            "before": step.before,
            "forward": step.forward.to_json(),
            "back": step.back.iter().map(Change::to_json).collect::<Vec<_>>(),
            "later": later,
        }))?;
        Ok(self.steps)
    }

    /// Notes what became of a step. A call that was denied has changed nothing; of any other that failed nobody knows.
    pub(super) fn became(&mut self, step: usize, outcome: &Result<(), Unread>) -> Result<(), Problem> {
        self.put(&match outcome {
            Ok(()) => json!({ "step": step, "done": true }),
            Err(why) => {
                json!({ "step": step, "error": why.to_string(), "denied": why.class == Failure::Denied })
            }
        })
    }

    /// Announces what follows a step for good.
    pub(super) fn finishes(&mut self, step: usize, change: &Change) -> Result<(), Problem> {
        self.put(&json!({ "finish": step, "forward": change.to_json() }))
    }

    /// Notes what became of it.
    pub(super) fn finished(&mut self, step: usize, outcome: &Result<(), Unread>) -> Result<(), Problem> {
        self.put(&match outcome {
            Ok(()) => json!({ "finish": step, "done": true }),
            Err(why) => json!({ "finish": step, "error": why.to_string() }),
        })
    }

    /// Notes what became of undoing a step.
    pub(super) fn undone(&mut self, step: usize, outcome: &Result<(), Unread>) -> Result<(), Problem> {
        self.put(&match outcome {
            Ok(()) => json!({ "undo": step, "done": true }),
            Err(why) => json!({ "undo": step, "error": why.to_string() }),
        })
    }
}

/// A step that a journal announces.
#[derive(Clone, Debug)]
pub(super) struct Announced {
    pub(super) step: usize,
    pub(super) check: String,
    pub(super) resource: String,
    pub(super) region: Option<String>,
    pub(super) says: String,
    pub(super) back: Vec<Change>,
    /// What may follow it for good.
    pub(super) later: Option<Pending>,
    /// Whether the call is known to have been made.
    pub(super) done: bool,
    /// Whether that has followed, so that there is no way back any more.
    pub(super) finished: bool,
}

/// What may follow a step for good, once its time has come.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) says: String,
    pub(super) change: Change,
    /// From when on.
    pub(super) due: OffsetDateTime,
}

/// A journal that was read.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) path: PathBuf,
    pub(super) account: String,
    /// What is not undone yet, in the order in which it was done.
    pub(super) steps: Vec<Announced>,
    /// How many bytes of the file are whole lines.
    whole: u64,
    /// Whether the last line was cut short.
    pub(super) torn: bool,
}

impl Written {
    /// Reads a journal.
    pub(super) fn read(path: &Path) -> Result<Self, Problem> {
        let text = std::fs::read(path).map_err(|error| Problem::File { file: path.to_owned(), error })?;
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &[u8]) -> Result<Self, Problem> {
        let damaged = |line, why: String| Problem::Journal { file: path.to_owned(), line, why };
        // A line was written whole or was the last; what follows the last line break was never acted upon.
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let lines = String::from_utf8(text[..whole].to_vec())
            .map_err(|_| damaged(line_of(text), "it is not UTF-8".to_owned()))?;
        let mut lines = (1..).zip(lines.lines());
        let read =
            |line, text: &str| serde_json::from_str::<Value>(text).map_err(|error| damaged(line, error.to_string()));
        let (number, head) = lines.next().ok_or_else(|| damaged(1, "the first line is missing".to_owned()))?;
        let head = read(number, head)?;
        if head["version"] != VERSION || head["asc"].is_null() {
            return Err(damaged(number, "it does not begin as a journal of this version does".to_owned()));
        }
        let account = head["account"].as_str().ok_or_else(|| damaged(number, "no account".to_owned()))?.to_owned();
        let mut steps = BTreeMap::<usize, Announced>::new();
        let mut settled = BTreeSet::new();
        for (number, line) in lines {
            let entry = read(number, line)?;
            let entry = Entry::of(&entry).map_err(|why| damaged(number, why))?;
            if let Entry::Announced(step) = entry {
                let number_of_step = step.step;
                if steps.insert(number_of_step, *step).is_some() {
                    return Err(damaged(number, format!("step {number_of_step} is announced twice")));
                }
                continue;
            }
            let of = entry.of_step();
            let step = steps.get_mut(&of).ok_or_else(|| damaged(number, format!("step {of} was never announced")))?;
            match entry {
                Entry::Settled(_) => {
                    settled.insert(of);
                }
                Entry::Done(_) => step.done = true,
                Entry::Finished(_) => step.finished = true,
                Entry::Announced(_) | Entry::Known(_) => {}
            }
        }
        let steps = steps.into_values().filter(|step| !settled.contains(&step.step)).collect();
        let torn = whole < text.len();
        Ok(Self { path: path.to_owned(), account, steps, whole: whole as u64, torn })
    }
}

/// The first line that is not UTF-8.
fn line_of(text: &[u8]) -> usize {
    let valid = std::str::from_utf8(text).err().map_or(0, |error| error.valid_up_to());
    text[..valid].split(|byte| *byte == b'\n').count()
}

/// What a line says.
enum Entry {
    Announced(Box<Announced>),
    /// There is nothing to undo: it was denied, or has been undone.
    Settled(usize),
    /// It was made.
    Done(usize),
    /// What follows it for good was made.
    Finished(usize),
    /// Something became of it that leaves it to be undone.
    Known(usize),
}

impl Entry {
    fn of(entry: &Value) -> Result<Self, String> {
        let number = |key: &str| entry[key].as_u64().and_then(|number| usize::try_from(number).ok());
        let (done, failed, announces) =
            (entry["done"] == true, entry["error"].is_string(), !entry["forward"].is_null());
        match (number("step"), number("undo"), number("finish")) {
            (Some(step), None, None) if announces => announced(step, entry).map(Box::new).map(Self::Announced),
            (Some(step), None, None) if entry["denied"] == true => Ok(Self::Settled(step)),
            (Some(step), None, None) if done => Ok(Self::Done(step)),
            (None, Some(step), None) if done => Ok(Self::Settled(step)),
            (None, None, Some(step)) if done => Ok(Self::Finished(step)),
            (None, None, Some(step)) if announces || failed => Ok(Self::Known(step)),
            (Some(step), None, None) | (None, Some(step), None) if failed => Ok(Self::Known(step)),
            _ => Err("it tells neither of a step nor of what became of one".to_owned()),
        }
    }

    fn of_step(&self) -> usize {
        match self {
            Self::Announced(step) => step.step,
            Self::Settled(step) | Self::Done(step) | Self::Finished(step) | Self::Known(step) => *step,
        }
    }
}

fn announced(step: usize, entry: &Value) -> Result<Announced, String> {
    let text = |key: &str| text(entry, key);
    let back = entry["back"].as_array().ok_or("no `back`")?;
    let back = back.iter().map(Change::of_json).collect::<Result<_, _>>().map_err(|error| error.to_string())?;
    let region = entry["region"].as_str().map(str::to_owned);
    let later = if entry["later"].is_null() { None } else { Some(pending(entry)?) };
    let (check, resource, says) = (text("check")?, text("resource")?, text("says")?);
    Ok(Announced { step, check, resource, region, says, back, later, done: false, finished: false })
}

fn text(entry: &Value, key: &str) -> Result<String, String> {
    entry[key].as_str().map(str::to_owned).ok_or_else(|| format!("no `{key}`"))
}

fn pending(entry: &Value) -> Result<Pending, String> {
    let later = &entry["later"];
    let change = Change::of_json(&later["change"]).map_err(|error| error.to_string())?;
    let at = OffsetDateTime::parse(&text(entry, "at")?, &Rfc3339).map_err(|error| format!("`at`: {error}"))?;
    let days = later["days"].as_i64().and_then(|days| u16::try_from(days).ok()).ok_or("no `days`")?;
    let due = at.checked_add(time::Duration::days(days.into())).ok_or("no such day")?;
    Ok(Pending { says: text(later, "says")?, change, due })
}

#[cfg(test)]
mod tests;
