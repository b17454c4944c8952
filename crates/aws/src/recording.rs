//! Recordings: every answer of a scan in one file, to be replayed by any version of the checks.
//!
//! A file is a line that names the format, then a gzip stream of JSON lines: the head, one exchange a line, and an end
//! that holds the number of exchanges and the SHA-256 of all lines before it. A file without its end is damaged.

mod body;
mod recorder;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use flate2::bufread::GzDecoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::request::RequestId;

pub use body::Body;
pub(crate) use recorder::Recorder;

const MAGIC: &str = "asc-recording 1\n";
/// Far more than any real scan unpacks to for its size; a file that claims more is not worth this machine's memory.
const LARGEST: u64 = 4 << 30;

/// What a recording says of itself at its start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The version of asc that made it.
    pub version: String,
    /// When the scan began.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// The region that the scan set out from.
    pub region: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    #[serde(with = "time::serde::rfc3339")]
    finished_at: OffsetDateTime,
    exchanges: u64,
    sha256: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    Head(Head),
    Call(Box<Exchange>),
    End(End),
}

/// A line as it is written, nothing copied for it.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Written<'a> {
    Head(&'a Head),
    Call(&'a Exchange),
    End(&'a End),
}

/// One call: what was asked, what came back, and how much trouble that took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// What was asked.
    pub request: RequestId,
    /// What came back.
    pub outcome: Outcome,
    /// Attempts beyond the first.
    #[serde(default)]
    pub retried: u64,
    /// Attempts that were throttled.
    #[serde(default)]
    pub throttled: u64,
}

/// What came back of a call in the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// An answer.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The headers that matter.
        headers: Vec<(String, String)>,
        /// The body.
        body: Body,
    },
    /// No answer, and why.
    Silence(String),
}

/// Why a recording cannot be written or replayed.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The file system refused.
    #[error("{}: {error}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The file is something else.
    #[error("{}: not a recording of asc, or one of a format that this version does not know", .0.display())]
    Foreign(PathBuf),
    /// The file is not as it was written.
    #[error("{}:{line}: damaged recording: {why}", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// The line of the unpacked text, from 1.
        line: u64,
        /// What does not fit.
        why: String,
    },
}

fn hex(hash: Sha256) -> String {
    asc_core::hex(&hash.finalize())
}

/// A recording in memory, ready to be replayed; also what tests make by hand.
#[derive(Debug)]
pub struct Recording {
    /// Its head.
    pub head: Head,
    /// When the recorded scan ended.
    pub finished_at: OffsetDateTime,
    exchanges: Vec<Exchange>,
    answers: Mutex<HashMap<RequestId, Answers>>,
}

/// Where the answers to one request stand, and how many were given already: a poll is the same request many times.
#[derive(Debug, Default)]
struct Answers {
    at: Vec<usize>,
    given: usize,
}

impl Recording {
    /// A recording of given exchanges.
    pub fn new(head: Head, finished_at: OffsetDateTime, exchanges: Vec<Exchange>) -> Self {
        let mut answers: HashMap<RequestId, Answers> = HashMap::new();
        for (at, exchange) in exchanges.iter().enumerate() {
            answers.entry(exchange.request.clone()).or_default().at.push(at);
        }
        Self { head, finished_at, exchanges, answers: Mutex::new(answers) }
    }

    /// Reads a recording from a file.
    pub fn open(path: &Path) -> Result<Self, RecordingError> {
        let bytes = std::fs::read(path).map_err(|error| RecordingError::Io { file: path.to_owned(), error })?;
        Self::parse(path, &bytes)
    }

    /// Reads a recording from memory; `file` is what error messages call it.
    pub fn parse(file: &Path, bytes: &[u8]) -> Result<Self, RecordingError> {
        let packed = bytes.strip_prefix(MAGIC.as_bytes()).ok_or_else(|| RecordingError::Foreign(file.to_owned()))?;
        let mut unpacked = GzDecoder::new(packed);
        let mut lines = BufReader::new((&mut unpacked).take(LARGEST));
        let (mut hash, mut text, mut number) = (Sha256::new(), String::new(), 0);
        let (mut head, mut exchanges, mut end) = (None, Vec::new(), None);
        loop {
            text.clear();
            number += 1;
            let damaged = |why: String| RecordingError::Damaged { file: file.to_owned(), line: number, why };
            if lines.read_line(&mut text).map_err(|e| damaged(e.to_string()))? == 0 {
                break;
            }
            if end.is_some() {
                return Err(damaged("something follows its end".to_owned()));
            }
            match serde_json::from_str(&text).map_err(|e| damaged(e.to_string()))? {
                Line::Head(found) if number == 1 => head = Some(found),
                Line::Head(_) => return Err(damaged("a second head".to_owned())),
                Line::Call(exchange) => exchanges.push(*exchange),
                Line::End(found) if found.sha256 != hex(hash.clone()) => {
                    return Err(damaged("its digest does not fit what stands in it".to_owned()));
                }
                Line::End(found) if found.exchanges != exchanges.len() as u64 => {
                    return Err(damaged(format!("{} calls where its end says {}", exchanges.len(), found.exchanges)));
                }
                Line::End(found) => end = Some(found),
            }
            hash.update(text.as_bytes());
        }
        if !unpacked.into_inner().is_empty() {
            let why = "something follows its end".to_owned();
            return Err(RecordingError::Damaged { file: file.to_owned(), line: number, why });
        }
        match (head, end) {
            (Some(head), Some(end)) => Ok(Self::new(head, end.finished_at, exchanges)),
            (head, _) => {
                let why = if head.is_some() { "it breaks off: its end is missing" } else { "it has no head" };
                Err(RecordingError::Damaged { file: file.to_owned(), line: number, why: why.to_owned() })
            }
        }
    }

    /// Its exchanges, in the order in which they were recorded.
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// The exchange that answers a request; the last one again when it is asked more often than it was recorded.
    pub(crate) fn answer(&self, request: &RequestId) -> Option<&Exchange> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = answers.get_mut(request)?;
        let at = *entry.at.get(entry.given.min(entry.at.len().saturating_sub(1)))?;
        entry.given += 1;
        self.exchanges.get(at)
    }

    /// How many exchanges there are of each operation.
    pub fn operations(&self) -> BTreeMap<(&str, &str), usize> {
        let mut counts = BTreeMap::new();
        for Exchange { request, .. } in &self.exchanges {
            *counts.entry((request.service.as_str(), request.operation.as_str())).or_default() += 1;
        }
        counts
    }
}
