//! Writing a recording.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use time::OffsetDateTime;

use super::{End, Exchange, Head, MAGIC, RecordingError, Written, hex};

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
