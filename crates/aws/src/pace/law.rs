//! The law of one pace: how fast to send, learnt from nothing but which calls were throttled.
//!
//! AWS limits by token buckets: so many calls at once, then as many as are refilled. A throttled call says that the
//! bucket is empty at that moment, and no more. Between two such moments exactly what was refilled has been accepted,
//! whatever the bucket holds; so two of them measure the rate that AWS grants. Until that is known the pace *seeks*;
//! then it *holds* a share of it; after a long quiet it *probes*, gently, whether more is granted by now.

use std::time::Duration;

use tokio::time::Instant;

/// No pace falls below this, in calls a second.
const SLOWEST: f64 = 0.5;
/// A pace this much above anything that was ever sent limits nothing and is forgotten.
const FREE: f64 = 2_000.0;
/// How much faster the pace becomes while it seeks, calls wait for it and succeed: so much of itself every second.
const GROWTH: f64 = 0.2;
/// But by no less than this, in calls a second every second, so that it leaves the lowest paces soon; the more lanes
/// press, the less each adds, or all of them together would be throttled at once.
const LEAST_GROWTH: f64 = 2.0;
/// The same on the way back to the pace that is held.
const RECOVERY: f64 = 1.0;
/// The same while probing: quick, for a probe takes from others what it finds.
const PROBE_GROWTH: f64 = 0.4;
/// A probe that has come to so many times the granted rate without being throttled has found a new rate. It takes a
/// few seconds, in which no bucket of a few seconds' size goes unnoticed.
const PROBE_TO: f64 = 4.0;
/// What is held at least, in calls a second, however small the share: half of the lowest rates that AWS publishes for
/// what is asked often. Who is throttled by others' calls would measure next to nothing, and crawl for it. The more
/// lanes press, the less is each one's.
const LEAST_HELD: f64 = 5.0;
/// How much of the share is used: at the granted rate itself every hiccup would be throttled, and probes count, too.
const HEADROOM: f64 = 0.93;
/// What throttling at the held pace leaves of the granted rate at least: others are using it, too.
const CONCESSION: f64 = 0.9;
/// A call that is sent so soon after the pace was cut may still find the bucket empty from before.
const AFTERMATH: Duration = Duration::from_millis(200);
/// Who may use so much of what is granted notices when too much is taken for granted.
const NEARLY_ALL: f64 = 0.9;
/// How long the pace holds before it probes for the first time, and at most; each probe in vain doubles it.
const FIRST_QUIET: Duration = Duration::from_mins(1);
const LONGEST_QUIET: Duration = Duration::from_mins(8);
/// A measure over less time than this, or over so few calls, unless it took long, is none.
const LEAST_MEASURE: Duration = Duration::from_secs(1);
const LEAST_COUNT: u32 = 10;
const LONG_MEASURE: Duration = Duration::from_secs(5);
/// Once no more than this part of the crowd is left that pressed when the pace was cut, what the others leave is looked
/// for: AWS may limit them all as one.
const EBB: f64 = 0.6;
/// How much growth one success may make up for; what was not asked for a while has not been found out, either.
const LONGEST_STEP: Duration = Duration::from_secs(2);
/// How far behind its schedule a call may be and the next still keep to the schedule: timers are late by a little.
const CATCH_UP: Duration = Duration::from_millis(20);

/// What the pace is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Growing until it is throttled, to measure what is granted.
    Seeking,
    /// At the share of what is granted, or on the way back to it.
    Holding,
    /// Looking whether more is granted by now.
    Probing,
}

/// Since when calls are counted that AWS accepted: a moment at which the bucket was empty.
#[derive(Clone, Copy, Debug)]
struct Mark {
    at: Instant,
    accepted: u32,
}

/// One pace.
#[derive(Debug)]
pub(super) struct Law {
    /// How much of the granted rate may be used, up to 1.
    share: f64,
    /// Calls a second; none while nothing has been throttled.
    pace: Option<f64>,
    /// The rate that AWS grants, in calls a second, once it was measured.
    granted: Option<f64>,
    phase: Phase,
    /// When the pace last grew.
    grown: Instant,
    /// When the next call may go.
    next: Instant,
    /// When the pace was last cut. Throttled calls that were sent before that say nothing new.
    cut: Instant,
    mark: Option<Mark>,
    /// How many lanes pressed when the pace was cut, or at most since.
    crowd: u32,
    /// How long it holds without being throttled before it probes.
    quiet: Duration,
    /// Calls sent in the present second, and in the last, to know what "half" is of.
    second: Instant,
    now: u32,
    before: u32,
}

impl Law {
    pub(super) fn new(share: f64, at: Instant) -> Self {
        Self {
            share: share.clamp(0.01, 1.0),
            pace: None,
            granted: None,
            phase: Phase::Seeking,
            grown: at,
            next: at,
            cut: at,
            mark: None,
            crowd: 0,
            quiet: FIRST_QUIET,
            second: at,
            now: 0,
            before: 0,
        }
    }

    /// When the next call may go, if not at once.
    pub(super) fn wait(&self, at: Instant) -> Option<Instant> {
        (self.pace.is_some() && self.next > at).then_some(self.next)
    }

    /// A call goes.
    pub(super) fn depart(&mut self, at: Instant) {
        let elapsed = at.saturating_duration_since(self.second);
        if elapsed >= Duration::from_secs(1) {
            self.before = if elapsed < Duration::from_secs(2) { self.now } else { 0 };
            (self.now, self.second) = (0, at);
        }
        self.now += 1;
        if let Some(pace) = self.pace {
            let late = at.checked_sub(CATCH_UP).unwrap_or(at);
            self.next = self.next.max(late) + Duration::from_secs_f64(1.0 / pace);
        }
    }

    /// AWS accepted a call. `pressed` says that it had waited for the pace: a pace that nobody waits for has not
    /// shown that it could be higher. `crowd` is the number of lanes, this one among them, that may stand under one
    /// limit with it and have calls waiting.
    pub(super) fn accepted(&mut self, pressed: bool, crowd: u32, at: Instant) {
        if let Some(mark) = &mut self.mark {
            mark.accepted += 1;
        }
        let Some(pace) = self.pace else { return };
        let step = at.saturating_duration_since(self.grown).min(LONGEST_STEP);
        self.grown = at;
        if !pressed {
            return;
        }
        self.crowd = self.crowd.max(crowd);
        if self.phase == Phase::Holding && f64::from(crowd) <= EBB * f64::from(self.crowd) {
            (self.phase, self.granted, self.mark) = (Phase::Seeking, None, None);
        }
        let growth = match self.phase {
            // What was granted once is gone back to at once.
            Phase::Seeking if self.granted.is_none_or(|granted| pace >= granted) => GROWTH,
            Phase::Seeking | Phase::Holding => RECOVERY,
            Phase::Probing => PROBE_GROWTH,
        };
        let step = step.as_secs_f64();
        let grown = (pace * (growth * step).exp()).max(pace + LEAST_GROWTH / one_of(crowd) * step);
        match (self.phase, self.granted) {
            (Phase::Holding, Some(granted)) if at.saturating_duration_since(self.cut) >= self.quiet => {
                (self.phase, self.pace) = (Phase::Probing, Some(granted));
            }
            (Phase::Holding, Some(granted)) => self.pace = Some(grown.min(self.hold(granted))),
            (Phase::Probing, Some(granted)) if grown >= PROBE_TO * granted => {
                (self.phase, self.granted, self.mark, self.quiet) = (Phase::Seeking, None, None, FIRST_QUIET);
                self.pace = Some(grown);
            }
            _ if grown >= FREE => *self = Self { now: self.now, second: self.second, ..Self::new(self.share, at) },
            _ => self.pace = Some(grown),
        }
    }

    /// AWS throttled a call that was sent at `sent`; the pace is halved. `crowd` is as for those that are accepted.
    pub(super) fn throttled(&mut self, crowd: u32, sent: Instant, at: Instant) {
        if sent < self.cut {
            return;
        }
        self.crowd = crowd;
        let measured = self.mark.and_then(|mark| mark.rate(at));
        let pace = self.pace.unwrap_or_else(|| f64::from(self.now.max(self.before)).max(2.0));
        match (self.phase, self.granted, measured) {
            // A bucket that has overflowed since the mark has lost what was not used of it: more is granted than was
            // measured, up to the pace. Too high a guess is throttled, and corrected, if it is used in full.
            (Phase::Seeking, _, Some(_)) if self.share >= NEARLY_ALL => {
                (self.phase, self.granted) = (Phase::Holding, Some(pace));
            }
            // If only a share of it is used, nothing would tell. So it is measured once more, from near the rate.
            (Phase::Seeking, None, Some(rate)) => self.granted = Some(rate),
            (Phase::Seeking, Some(first), Some(rate)) => {
                (self.phase, self.granted) = (Phase::Holding, Some(rate.max(first)));
            }
            (Phase::Seeking, ..) => {}
            // The bucket is still empty from before.
            (Phase::Holding, ..) if sent.saturating_duration_since(self.cut) < AFTERMATH => {}
            (Phase::Holding, granted, _) => {
                let least = granted.map(|granted| granted * CONCESSION);
                let other = measured.zip(granted).map(|(measured, granted)| measured.min(granted));
                self.granted = least.map(|least| other.unwrap_or(least).max(least).max(SLOWEST));
            }
            (Phase::Probing, ..) => {
                self.phase = Phase::Holding;
                self.quiet = (self.quiet * 2).min(LONGEST_QUIET);
            }
        }
        let highest = match (self.phase, self.granted) {
            (Phase::Holding, Some(granted)) => self.hold(granted),
            _ => f64::INFINITY,
        };
        self.pace = Some((pace / 2.0).min(highest).max(SLOWEST));
        (self.cut, self.grown) = (at, at);
        self.next = self.next.max(at);
        self.mark = Some(Mark { at, accepted: 0 });
    }

    fn hold(&self, granted: f64) -> f64 {
        (granted * self.share * HEADROOM).max(LEAST_HELD / one_of(self.crowd))
    }
}

/// What is divided by where so many lanes may stand under one limit, or each under its own: between the two.
fn one_of(crowd: u32) -> f64 {
    f64::from(crowd.max(1)).sqrt()
}

impl Mark {
    /// What was accepted since, in calls a second, if that can be told by now.
    fn rate(self, at: Instant) -> Option<f64> {
        let elapsed = at.saturating_duration_since(self.at);
        let told = elapsed >= LONG_MEASURE || elapsed >= LEAST_MEASURE && self.accepted >= LEAST_COUNT;
        told.then(|| f64::from(self.accepted) / elapsed.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_free_until_throttled_then_halves_once_per_wave() {
        let start = Instant::now();
        let mut law = Law::new(1.0, start);
        for _ in 0..100 {
            assert_eq!(law.wait(start), None);
            law.depart(start);
        }
        let later = start + Duration::from_millis(10);
        law.throttled(1, start, later);
        assert_eq!(law.pace, Some(50.0));
        // A hundred calls were in the air; their complaints are one complaint.
        law.throttled(1, start, later);
        assert_eq!(law.pace, Some(50.0));
        law.throttled(1, later, later + Duration::from_millis(10));
        assert_eq!(law.pace, Some(25.0));
        let due = law.wait(start).unwrap();
        law.depart(due);
        assert_eq!(law.wait(due), Some(due + Duration::from_millis(40)));
    }

    #[test]
    fn a_pace_that_nobody_waits_for_does_not_grow() {
        let start = Instant::now();
        let mut law = Law::new(1.0, start);
        law.depart(start);
        law.throttled(1, start, start);
        let slow = law.pace;
        for second in 1..100 {
            law.accepted(false, 1, start + Duration::from_secs(second));
        }
        assert_eq!(law.pace, slow);
        for second in 100..105 {
            law.accepted(true, 1, start + Duration::from_secs(second));
        }
        assert!(law.pace > slow);
    }

    #[test]
    fn what_was_accepted_between_two_empty_buckets_is_what_is_granted() {
        let start = Instant::now();
        let mut law = Law::new(0.5, start);
        law.depart(start);
        law.throttled(1, start, start);
        for call in 1..=40 {
            law.accepted(true, 1, start + Duration::from_millis(call * 50));
        }
        let end = start + Duration::from_secs(2);
        law.throttled(1, end, end);
        assert_eq!(law.granted, Some(20.0));
        // Measured again, from there: a little more, since no bucket has overflowed this time.
        for call in 1..=24 {
            law.accepted(true, 1, end + Duration::from_millis(call * 1000 / 24));
        }
        let end = end + Duration::from_secs(1);
        law.throttled(1, end, end);
        assert_eq!(law.granted, Some(24.0));
        for step in 0..40 {
            law.accepted(true, 1, end + Duration::from_millis(step * 400));
        }
        assert_eq!(law.pace, Some(24.0 * 0.5 * HEADROOM), "half of it is held");
    }
}
