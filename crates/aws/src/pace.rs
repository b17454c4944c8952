//! How fast to ask: learnt from AWS for each region and service of the account that the door leads to, and for each
//! operation where AWS limits by that. Every call waits here for its turn; nothing that waits has been promised a
//! time, so what is learnt meanwhile holds for all of them.

mod cap;
mod crowd;
mod law;
mod reach;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use asc_core::progress::{Progress, Waiting};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use crate::retry::Fate;
use cap::Cap;
use crowd::Crowd;
use law::Law;
use reach::{GIVE_UP_AFTER, GIVE_UP_SERVICE_AFTER, Reach};

/// How many calls are under way towards a service in a region that has not answered yet: if nobody is there, they do
/// not hold up all the others.
const UNPROVEN: usize = 8;

/// The services that limit each operation by itself. All others are taken to limit themselves as a whole, which is
/// the polite assumption where nothing is documented: then what one operation is told holds for all.
///
/// - EC2 evaluates each API action individually, by account and region.
///   Source: "Request throttling for the Amazon EC2 API".
/// - IAM and STS have token buckets that depend on the API.
///   Source: AWS Security Blog, "How to monitor and query IAM resources at scale – Part 2".
/// - CloudWatch Logs has a quota for each operation, by account and region.
///   Source: "CloudWatch Logs quotas".
///
/// Not among them: CloudTrail ("Get, describe, and list APIs" are one line of its quotas) and S3, whose published
/// rates are of objects under a prefix, while nothing is published of buckets' settings.
const BY_OPERATION: [&str; 4] = ["ec2", "iam", "logs", "sts"];

/// How much may be asked of an account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Manners {
    /// How many calls may be in flight at a time.
    pub concurrency: usize,
    /// How many calls may be sent in a second, all services and regions together.
    pub max_rps: Option<u32>,
    /// How much of the rate that AWS is found to grant may be used, up to 1; the rest is left to whoever else calls
    /// AWS in the account.
    pub share: f64,
}

impl Manners {
    /// What holds where nothing else is asked for.
    pub const DEFAULT: Self = Self { concurrency: 128, max_rps: None, share: 0.5 };
}

/// A service in a region.
#[derive(Debug)]
struct Place {
    region: Arc<Reach>,
    service: Reach,
    unproven: Semaphore,
    lanes: Mutex<HashMap<String, Arc<Lane>>>,
}

/// What shares one limit: a place, or an operation of it.
#[derive(Debug)]
struct Lane {
    /// Who holds it goes next; the others stand in line.
    head: tokio::sync::Mutex<()>,
    law: Mutex<Law>,
    crowd: Arc<Crowd>,
}

/// The paces of all lanes, and the number of calls in flight.
#[derive(Debug)]
pub(crate) struct Pacer {
    regions: Mutex<HashMap<String, Arc<Reach>>>,
    places: Mutex<HashMap<(String, String), Arc<Place>>>,
    crowds: Mutex<HashMap<(String, String), Arc<Crowd>>>,
    in_flight: Semaphore,
    cap: Option<Cap>,
    share: f64,
    progress: Arc<Progress>,
}

/// The right to send one attempt; dropped when it has ended.
pub(crate) struct Turn<'a> {
    _in_flight: Option<SemaphorePermit<'a>>,
    /// Held while the place is unproven; released by `learn` or by the end.
    _unproven: Option<UnprovenPermit>,
    place: Arc<Place>,
    lane: Arc<Lane>,
    sent: Instant,
    /// It had waited for the lane's pace.
    pressed: bool,
    /// How long the attempt may take, if the place has not answered yet.
    pub(crate) patience: Option<Duration>,
}

/// There is no point in asking: nobody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dead;

/// One of the few calls towards an unproven place.
struct UnprovenPermit(Arc<Place>);

impl Drop for UnprovenPermit {
    fn drop(&mut self) {
        self.0.unproven.add_permits(1);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lane {
    fn new(share: f64, crowd: Arc<Crowd>) -> Self {
        Self { head: tokio::sync::Mutex::default(), law: Mutex::new(Law::new(share, Instant::now())), crowd }
    }

    /// Waits until the pace lets the next call go; says whether there was anything to wait for.
    async fn pace(&self, service: &str, progress: &Progress) -> bool {
        let mut waiting = None;
        loop {
            // Asked again after each wait, for the pace may have changed meanwhile.
            let Some(due) = lock(&self.law).wait(Instant::now()) else { return waiting.is_some() };
            waiting.get_or_insert_with(|| progress.waits(Waiting::Throttled(service.to_owned())));
            sleep_until(due).await;
        }
    }
}

impl Place {
    fn is_dead(&self, at: Instant) -> bool {
        let there = self.region.has_answered();
        self.region.is_dead(at, GIVE_UP_AFTER)
            || self.service.is_dead(at, if there { GIVE_UP_SERVICE_AFTER } else { GIVE_UP_AFTER })
    }

    async fn prove(self: &Arc<Self>) -> Option<UnprovenPermit> {
        if self.service.has_answered() {
            return None;
        }
        // The semaphore is never closed; without its permit the call would merely not be counted.
        self.unproven.acquire().await.ok()?.forget();
        Some(UnprovenPermit(Arc::clone(self)))
    }
}

impl Pacer {
    pub(crate) fn new(manners: Manners, progress: Arc<Progress>) -> Self {
        Self {
            regions: Mutex::default(),
            places: Mutex::default(),
            crowds: Mutex::default(),
            in_flight: Semaphore::new(manners.concurrency.max(1)),
            cap: manners.max_rps.map(Cap::new),
            share: manners.share,
            progress,
        }
    }

    fn place(&self, region: &str, service: &str) -> Arc<Place> {
        let mut places = lock(&self.places);
        let place = places.entry((region.to_owned(), service.to_owned())).or_insert_with(|| {
            let reach = Arc::clone(lock(&self.regions).entry(region.to_owned()).or_default());
            let unproven = Semaphore::new(UNPROVEN);
            Arc::new(Place { region: reach, service: Reach::default(), unproven, lanes: Mutex::default() })
        });
        Arc::clone(place)
    }

    fn lane(&self, place: &Place, service: &str, operation: &str) -> Arc<Lane> {
        let key = if BY_OPERATION.contains(&service) { operation } else { "" };
        let mut lanes = lock(&place.lanes);
        if let Some(lane) = lanes.get(key) {
            return Arc::clone(lane);
        }
        let crowd = Arc::clone(lock(&self.crowds).entry((service.to_owned(), key.to_owned())).or_default());
        let lane = Arc::new(Lane::new(self.share, crowd));
        lanes.insert(key.to_owned(), Arc::clone(&lane));
        lane
    }

    /// Waits for a turn.
    pub(crate) async fn turn(&self, region: &str, service: &str, operation: &str) -> Result<Turn<'_>, Dead> {
        let place = self.place(region, service);
        let lane = self.lane(&place, service, operation);
        let head = lane.head.lock().await;
        let pressing = lane.crowd.press();
        let unproven = place.prove().await;
        if place.is_dead(Instant::now()) {
            return Err(Dead);
        }
        let pressed = lane.pace(service, &self.progress).await;
        // The semaphore is never closed; without a permit the call would merely not be counted as in flight.
        let permit = self.in_flight.acquire().await.ok();
        if let Some(cap) = &self.cap {
            let _waiting = self.progress.waits(Waiting::Cap);
            cap.turn().await;
        }
        let sent = Instant::now();
        lock(&lane.law).depart(sent);
        drop((head, pressing));
        place.service.sent(sent);
        let patience = place.region.sent(sent);
        Ok(Turn { _in_flight: permit, _unproven: unproven, place, lane, sent, pressed, patience })
    }
}

impl Turn<'_> {
    /// Learns from what became of the attempt.
    pub(crate) fn learn(&self, fate: Fate) {
        let at = Instant::now();
        self.place.region.learn(fate, self.sent);
        if fate != Fate::Silent {
            // Only a region's silence means that nobody is there: one service may just be slow.
            self.place.service.learn(fate, self.sent);
        }
        let crowd = self.lane.crowd.pressing();
        match fate {
            Fate::Settled => lock(&self.lane.law).accepted(self.pressed, crowd, at),
            Fate::Throttled => lock(&self.lane.law).throttled(crowd, self.sent, at),
            Fate::Failed | Fate::Broken | Fate::Silent | Fate::NoConnection => {}
        }
    }
}
