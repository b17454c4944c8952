//! Recordings: every answer of a scan in one file, to be replayed by any version of the checks.
//!
//! A file is a line that names the format, then a gzip stream of JSON lines: the head, one exchange a line, and an end
//! that holds the number of exchanges and the SHA-256 of all lines before it. A file without its end is damaged.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use time::OffsetDateTime;

use crate::request::RequestId;

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

/// A body, as it came. Most of AWS's control plane speaks XML and JSON, which a recording keeps as text; CloudWatch speaks
/// CBOR, which it keeps in Base64: `{"base64": "…"}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
pub struct Body(Bytes);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Kept {
    Text(String),
    Bytes { base64: Base64 },
}

/// Bytes that are no text.
struct Base64(Vec<u8>);

impl Serialize for Base64 {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&aws_smithy_types::base64::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        aws_smithy_types::base64::decode(text).map(Self).map_err(serde::de::Error::custom)
    }
}

impl Body {
    /// The body as text, if it is any.
    pub(crate) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl From<Kept> for Body {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Text(text) => text.into(),
            Kept::Bytes { base64 } => base64.0.into(),
        }
    }
}

impl From<Body> for Kept {
    fn from(Body(bytes): Body) -> Self {
        match String::from_utf8(bytes.into()) {
            Ok(text) => Self::Text(text),
            Err(bytes) => Self::Bytes { base64: Base64(bytes.into_bytes()) },
        }
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<Body> for Bytes {
    fn from(Body(bytes): Body) -> Self {
        bytes
    }
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

/// Writes a recording while the scan runs; the file appears when it is finished, whole.
pub(crate) struct Recorder {
    path: PathBuf,
    state: Mutex<Option<Writing>>,
}

struct Writing {
    out: GzEncoder<BufWriter<NamedTempFile>>,
    hash: Sha256,
    exchanges: u64,
    failed: Option<std::io::Error>,
}

impl Writing {
    fn line(&mut self, line: &Written<'_>) {
        let result = serde_json::to_vec(line).map_err(std::io::Error::from).and_then(|mut text| {
            text.push(b'\n');
            self.hash.update(&text);
            self.out.write_all(&text)
        });
        if let Err(error) = result {
            self.failed.get_or_insert(error);
        }
    }
}

impl Recorder {
    pub(crate) fn create(path: &Path, head: &Head) -> Result<Self, RecordingError> {
        let io = |error| RecordingError::Io { file: path.to_owned(), error };
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let mut file = NamedTempFile::new_in(folder).map_err(io)?;
        file.write_all(MAGIC.as_bytes()).map_err(io)?;
        let out = GzEncoder::new(BufWriter::new(file), Compression::default());
        let mut writing = Writing { out, hash: Sha256::new(), exchanges: 0, failed: None };
        writing.line(&Written::Head(head));
        Ok(Self { path: path.to_owned(), state: Mutex::new(Some(writing)) })
    }

    pub(crate) fn add(&self, exchange: &Exchange) {
        if let Some(writing) = self.state.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            writing.exchanges += 1;
            writing.line(&Written::Call(exchange));
        }
    }

    pub(crate) fn finish(&self, finished_at: OffsetDateTime) -> Result<(), RecordingError> {
        let io = |error| RecordingError::Io { file: self.path.clone(), error };
        let Some(mut writing) = self.state.lock().unwrap_or_else(PoisonError::into_inner).take() else { return Ok(()) };
        let sha256 = hex(writing.hash.clone());
        let exchanges = writing.exchanges;
        writing.line(&Written::End(&End { finished_at, exchanges, sha256 }));
        if let Some(error) = writing.failed {
            return Err(io(error));
        }
        let file = writing.out.finish().and_then(|buffer| buffer.into_inner().map_err(Into::into)).map_err(io)?;
        file.as_file().sync_all().map_err(io)?;
        file.persist(&self.path).map_err(|e| io(e.error)).map(|_| ())
    }
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

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn exchange(path: &str, body: &str) -> Exchange {
        let request = RequestId {
            service: "s3".to_owned(),
            operation: "GetBucketAcl".to_owned(),
            region: "eu-west-1".to_owned(),
            path: path.to_owned(),
            query: "acl".to_owned(),
            body: String::new(),
        };
        let headers = vec![("content-type".to_owned(), "application/xml".to_owned())];
        let outcome = Outcome::Answer { status: 200, headers, body: body.to_owned().into() };
        Exchange { request, outcome, retried: 1, throttled: 0 }
    }

    fn written() -> (Vec<Exchange>, Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.ascrec");
        let head = Head {
            version: "0.1.0".to_owned(),
            started_at: datetime!(2027-01-01 0:00 UTC),
            region: "eu-west-1".to_owned(),
        };
        let recorder = Recorder::create(&path, &head).unwrap();
        let exchanges = vec![exchange("/a", "<A>日本</A>"), exchange("/b", "<B/>")];
        for exchange in &exchanges {
            recorder.add(exchange);
        }
        assert!(!path.exists(), "a recording appears when it is whole");
        recorder.finish(datetime!(2027-01-01 0:01 UTC)).unwrap();
        (exchanges, std::fs::read(path).unwrap())
    }

    fn parse(bytes: &[u8]) -> Result<Recording, RecordingError> {
        Recording::parse(Path::new("x.ascrec"), bytes)
    }

    #[test]
    fn what_is_written_is_read() {
        let (exchanges, bytes) = written();
        let recording = parse(&bytes).unwrap();
        assert_eq!(recording.exchanges(), exchanges);
        assert_eq!(recording.finished_at, datetime!(2027-01-01 0:01 UTC));
        assert_eq!(recording.answer(&exchanges[1].request), Some(&exchanges[1]));
        assert_eq!(recording.answer(&exchange("/c", "").request), None);
    }

    #[test]
    fn bodies_are_kept_as_text_where_they_are_text_and_as_they_came_otherwise() {
        for (bytes, kept) in
            [(&b"<A>\xe6\x97\xa5</A>"[..], "\"<A>日</A>\""), (b"\xa1\x61a\x01", r#"{"base64":"oWFhAQ=="}"#)]
        {
            let body = Body::from(bytes.to_vec());
            assert_eq!(serde_json::to_string(&body).unwrap(), kept);
            assert_eq!(serde_json::from_str::<Body>(kept).unwrap(), body);
        }
        assert!(serde_json::from_str::<Body>(r#"{"base64":"?"}"#).is_err());
    }

    #[test]
    fn the_same_request_is_answered_in_turn_and_then_with_the_last_answer() {
        let (first, second) = (exchange("/a", "STARTED"), exchange("/a", "COMPLETE"));
        let (_, bytes) = written();
        let head = parse(&bytes).unwrap().head;
        let recording = Recording::new(head, datetime!(2027-01-01 0:01 UTC), vec![first.clone(), second.clone()]);
        let answers: Vec<_> = (0..3).filter_map(|_| recording.answer(&first.request)).collect();
        assert_eq!(answers, [&first, &second, &second]);
    }

    /// No damage gives another account: every byte that is changed is noticed, or changes nothing that is read.
    #[test]
    fn any_damage_is_noticed() {
        let (exchanges, bytes) = written();
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x55;
            if let Ok(recording) = parse(&damaged) {
                assert_eq!(recording.exchanges(), exchanges, "byte {at}");
            }
        }
        for length in 0..bytes.len() {
            assert!(parse(&bytes[..length]).is_err(), "cut at {length}");
        }
        assert!(parse(&[bytes.as_slice(), b"x"].concat()).is_err(), "something was added");
        assert!(matches!(parse(b"PK something else"), Err(RecordingError::Foreign(_))));
    }
}
