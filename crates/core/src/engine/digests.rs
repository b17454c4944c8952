//! Digests of what people evaluate, by which it is told whether it has changed since.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::check::{Declaration, Kind};
use crate::resource::Resource;
use crate::verdict::Verdict;

/// What was read for the controls that people evaluate, as hashes of what was read of each resource.
#[derive(Debug, Default)]
pub(super) struct Digests(BTreeMap<&'static str, Vec<[u8; 32]>>);

impl Digests {
    /// Adds what a verdict rests on, without what changes by itself.
    pub(super) fn add(&mut self, check: &'static Declaration, resource: &Resource, verdict: &Verdict) {
        if check.kind == Kind::Automatic {
            return;
        }
        let lasting = verdict.evidence.iter().filter(|(key, _)| !verdict.shifting.contains(key));
        let lasting: BTreeMap<_, _> = lasting.collect();
        let read = serde_json::to_string(&lasting).unwrap_or_default();
        let mut hash = Sha256::new();
        for part in [resource.region.as_deref().unwrap_or(""), resource.kind, &resource.id, &read] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        self.0.entry(check.id).or_default().push(hash.finalize().into());
    }

    /// The digest of everything that was read for a control, in whatever order it was read.
    pub(super) fn digest(&self, check: &str) -> String {
        let mut all = self.0.get(check).cloned().unwrap_or_default();
        all.sort_unstable();
        let mut hash = Sha256::new();
        for one in all {
            hash.update(one);
        }
        format!("sha256:{}", crate::hex(&hash.finalize()))
    }
}
