//! Which lanes may stand under one limit.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

/// The lanes of all regions for the same thing. Their limits are each region's own, or one for the account: nothing
/// tells but what happens when some of them have no more to ask.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    /// How many have calls waiting.
    pressing: AtomicU32,
}

/// A lane's presence in its crowd.
pub(super) struct Pressing<'a>(&'a Crowd);

impl Crowd {
    /// A lane has a call waiting, for as long as what is given lives.
    pub(super) fn press(&self) -> Pressing<'_> {
        self.pressing.fetch_add(1, Relaxed);
        Pressing(self)
    }

    /// How many lanes have calls waiting.
    pub(super) fn pressing(&self) -> u32 {
        self.pressing.load(Relaxed)
    }
}

impl Drop for Pressing<'_> {
    fn drop(&mut self) {
        self.0.pressing.fetch_sub(1, Relaxed);
    }
}
