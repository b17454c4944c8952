//! How fast to ask: learnt from AWS for each region and service of the account that the door leads to.
//!
//! Calls are unlimited but for their number in flight until AWS says "slower". Then the rate is cut to half of what
//! was being sent, and grows again by a little with every success: additive increase, multiplicative decrease.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use crate::retry::Fate;

const SLOWEST: f64 = 0.5;
/// How much faster each second of success makes the pace, in calls a second per second.
const STEP: f64 = 2.0;
/// How long a place that never answered is tried before it is given up. Connections that are refused at once hold up
/// nobody and may be tried again; those that hang until they time out are what this is for.
const GIVE_UP_AFTER: Duration = Duration::from_secs(5);
/// A pace this much above anything that was ever sent limits nothing and is forgotten.
const FREE: f64 = 2_000.0;

/// The pace towards one service in one region.
#[derive(Debug)]
struct Lane {
    /// Calls a second; none while nothing has been throttled.
    rate: Option<f64>,
    /// When the next call may go, under a rate.
    next: Instant,
    /// When the rate was last cut. Throttled calls that were sent before that say nothing new.
    cut: Instant,
    /// Calls sent in the present second, and in the last, to know what "half" is of.
    second: Instant,
    now: u32,
    before: u32,
    /// Whether anything has ever answered here, and when it was first found that a connection did not come about.
    answered: bool,
    unconnected: Option<Instant>,
}

impl Lane {
    fn new(at: Instant) -> Self {
        Self { rate: None, next: at, cut: at, second: at, now: 0, before: 0, answered: false, unconnected: None }
    }

    /// Takes the next place; says when it is.
    fn take(&mut self, at: Instant) -> Instant {
        let elapsed = at.duration_since(self.second);
        if elapsed >= Duration::from_secs(1) {
            self.before = if elapsed < Duration::from_secs(2) { self.now } else { 0 };
            (self.now, self.second) = (0, at);
        }
        self.now += 1;
        let Some(rate) = self.rate else { return at };
        let place = self.next.max(at);
        self.next = place + Duration::from_secs_f64(1.0 / rate);
        place
    }

    fn slower(&mut self, sent: Instant, at: Instant) {
        if sent < self.cut {
            return;
        }
        let rate = self.rate.unwrap_or_else(|| f64::from(self.now.max(self.before)).max(2.0));
        self.rate = Some((rate / 2.0).max(SLOWEST));
        self.cut = at;
        self.next = self.next.max(at);
    }

    /// Nobody is there: nothing has ever answered, and connections have failed for a while. Further calls would each
    /// wait as long for the same, and keep others from their turn meanwhile.
    fn is_dead(&self, at: Instant) -> bool {
        !self.answered && self.unconnected.is_some_and(|since| at.saturating_duration_since(since) >= GIVE_UP_AFTER)
    }

    fn faster(&mut self) {
        self.rate = self.rate.map(|rate| rate + STEP / rate).filter(|rate| *rate < FREE);
    }
}

/// Lanes by region and service.
type Lanes = HashMap<(String, String), Arc<Mutex<Lane>>>;

/// The paces of all lanes, and the number of calls in flight.
#[derive(Debug)]
pub(crate) struct Pacer {
    lanes: Mutex<Lanes>,
    in_flight: Semaphore,
}

/// The right to send one attempt; dropped when it has ended.
pub(crate) struct Turn<'a> {
    _place: Option<SemaphorePermit<'a>>,
    lane: Arc<Mutex<Lane>>,
    sent: Instant,
}

impl Pacer {
    pub(crate) fn new(concurrency: usize) -> Self {
        Self { lanes: Mutex::default(), in_flight: Semaphore::new(concurrency.max(1)) }
    }

    /// Waits for a turn.
    pub(crate) async fn turn(&self, region: &str, service: &str) -> Turn<'_> {
        let key = (region.to_owned(), service.to_owned());
        let lane = {
            let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(lanes.entry(key).or_insert_with(|| Arc::new(Mutex::new(Lane::new(Instant::now())))))
        };
        let place = lane.lock().unwrap_or_else(PoisonError::into_inner).take(Instant::now());
        tokio::time::sleep_until(place).await;
        // The semaphore is never closed; without a permit the call would merely not be counted as in flight.
        let permit = self.in_flight.acquire().await.ok();
        Turn { _place: permit, lane, sent: Instant::now() }
    }
}

impl Turn<'_> {
    fn lane(&self) -> MutexGuard<'_, Lane> {
        self.lane.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is no point in asking.
    pub(crate) fn is_dead(&self) -> bool {
        self.lane().is_dead(Instant::now())
    }

    /// Learns from what became of the attempt.
    pub(crate) fn learn(&self, fate: Fate) {
        let mut lane = self.lane();
        match fate {
            Fate::NoConnection => {
                lane.unconnected.get_or_insert(self.sent);
            }
            Fate::Failed => {}
            Fate::Throttled => {
                lane.answered = true;
                lane.slower(self.sent, Instant::now());
            }
            Fate::Settled => {
                lane.answered = true;
                lane.faster();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_place_that_never_answers_is_given_up_and_one_that_did_is_not() {
        let pacer = Pacer::new(8);
        let silent = pacer.turn("eu-west-1", "s3").await;
        silent.learn(Fate::NoConnection);
        // Refused at once, it may be tried again; after some seconds of that it is not.
        assert!(!pacer.turn("eu-west-1", "s3").await.is_dead());
        tokio::time::advance(GIVE_UP_AFTER).await;
        assert!(pacer.turn("eu-west-1", "s3").await.is_dead());
        assert!(!pacer.turn("eu-west-1", "iam").await.is_dead());
        let alive = pacer.turn("us-east-1", "s3").await;
        alive.learn(Fate::Settled);
        alive.learn(Fate::NoConnection);
        tokio::time::advance(GIVE_UP_AFTER).await;
        assert!(!alive.is_dead());
    }

    #[test]
    fn a_lane_is_free_until_throttled_then_halves_once_per_wave_and_recovers() {
        let start = Instant::now();
        let mut lane = Lane::new(start);
        for _ in 0..100 {
            assert_eq!(lane.take(start), start);
        }
        let later = start + Duration::from_millis(10);
        lane.slower(start, later);
        assert_eq!(lane.rate, Some(50.0));
        // A hundred calls were in the air; their complaints are one complaint.
        lane.slower(start, later);
        assert_eq!(lane.rate, Some(50.0));
        lane.slower(later, later + Duration::from_millis(10));
        assert_eq!(lane.rate, Some(25.0));
        let first = lane.take(later);
        assert_eq!(lane.take(later) - first, Duration::from_millis(40));
        for _ in 0..25 {
            lane.faster();
        }
        assert!(lane.rate.is_some_and(|rate| rate > 26.5 && rate < 27.1), "{:?}", lane.rate);
        for _ in 0..10_000_000 {
            lane.faster();
        }
        assert_eq!(lane.rate, None);
    }
}
