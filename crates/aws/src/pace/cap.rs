//! The cap from outside: never more calls in any second than the user allows.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

const SECOND: Duration = Duration::from_secs(1);

/// A limit of calls in any second, spread over it.
#[derive(Debug)]
pub(super) struct Cap {
    most: usize,
    /// The time between two calls.
    gap: Duration,
    /// Who holds it goes next.
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    next: Instant,
    /// When the last calls went, as many as may go in a second.
    gone: VecDeque<Instant>,
}

impl Cap {
    pub(super) fn new(most: u32) -> Self {
        let most = most.max(1);
        let state = State { next: Instant::now(), gone: VecDeque::new() };
        Self { most: most as usize, gap: SECOND / most, state: Mutex::new(state) }
    }

    /// Waits until one more call may go, and counts it.
    pub(super) async fn turn(&self) {
        let mut state = self.state.lock().await;
        let full = state.gone.len() >= self.most;
        let earliest = full.then(|| state.gone.front().map(|first| *first + SECOND)).flatten();
        sleep_until(earliest.map_or(state.next, |earliest| earliest.max(state.next))).await;
        let now = Instant::now();
        if full {
            state.gone.pop_front();
        }
        state.gone.push_back(now);
        // A timer that was late shifts nothing but this one call.
        let late = now.checked_sub(self.gap).unwrap_or(now);
        state.next = state.next.max(late) + self.gap;
    }
}
