//! Whether anybody is there: what is learnt of a region and of a service in it before anything has answered.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::retry::Fate;

/// How long a place that never answered is tried before it is given up. Connections that are refused at once hold up
/// nobody and may be tried again; those that hang until they time out are what this is for.
pub(crate) const GIVE_UP_AFTER: Duration = Duration::from_secs(5);
/// The same for a service in a region that is there. What has answered elsewhere in the region shows that the way is
/// open, so that one service whose connections do not come about is more likely slow than absent.
pub(crate) const GIVE_UP_SERVICE_AFTER: Duration = Duration::from_secs(20);
/// How long the first answer out of a region may take, whichever service gives it. Once there was one, the region is
/// there, and a slow service gets all the time that an attempt may take.
pub(crate) const FIRST_ANSWER: Duration = Duration::from_secs(8);

/// What is known of a place: a region, or a service in a region.
#[derive(Debug, Default)]
pub(super) struct Reach(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    answered: bool,
    /// When the first attempt was sent.
    first: Option<Instant>,
    /// When it was first found that a connection did not come about.
    unconnected: Option<Instant>,
    /// An attempt has waited for the first answer as long as that may take.
    silent: bool,
}

impl Reach {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether anything ever answered.
    pub(super) fn has_answered(&self) -> bool {
        self.known().answered
    }

    /// An attempt is sent. Says how long it may take, where that is not left to the attempt.
    pub(super) fn sent(&self, at: Instant) -> Option<Duration> {
        let mut known = self.known();
        let first = *known.first.get_or_insert(at);
        (!known.answered).then(|| FIRST_ANSWER.saturating_sub(at.saturating_duration_since(first)))
    }

    /// What became of an attempt that was sent at `sent`.
    pub(super) fn learn(&self, fate: Fate, sent: Instant) {
        let mut known = self.known();
        match fate {
            Fate::Settled | Fate::Throttled | Fate::Failed => known.answered = true,
            Fate::NoConnection => {
                known.unconnected.get_or_insert(sent);
            }
            Fate::Silent => known.silent = true,
            // Somebody hung up; how long the next one may take to answer is counted from when it is asked.
            Fate::Broken => known.first = None,
        }
    }

    /// Nobody is there. Further calls would each wait as long for the same, and keep others from their turn meanwhile.
    pub(super) fn is_dead(&self, at: Instant, give_up_after: Duration) -> bool {
        let known = self.known();
        let unconnected = |since| at.saturating_duration_since(since) >= give_up_after;
        !known.answered && (known.silent || known.unconnected.is_some_and(unconnected))
    }
}
