//! When to try again, and when to stop.

use std::time::Duration;

use aws_smithy_runtime_api::client::result::ConnectorError;

use crate::response::Answer;

/// How long a connection may take to come about; a region that does not answer costs twice this.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long AWS may take to begin its answer.
pub(crate) const READ_TIMEOUT: Duration = Duration::from_secs(20);
/// How long one attempt may take to the last byte.
pub(crate) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// How long one call may take over all its attempts and pauses, waiting for its turn not counted.
pub(crate) const CALL_DEADLINE: Duration = Duration::from_mins(1);

const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// An answer to be believed, good or bad.
    Settled,
    /// AWS says "slower".
    Throttled,
    /// A server's failure: worth another attempt.
    Failed,
    /// A connection that broke, or an answer that did: worth another attempt.
    Broken,
    /// A connection came about, and then no answer for too long.
    Silent,
    /// No connection came about.
    NoConnection,
}

impl Fate {
    /// Judges an attempt.
    pub(crate) fn of(outcome: &Result<Answer, ConnectorError>) -> Self {
        match outcome {
            Ok(answer) if answer.breaks_off() => Self::Broken,
            Ok(answer) => Self::of_answer(answer.status, answer.error_code().as_deref()),
            Err(error) if never_connected(error) => Self::NoConnection,
            Err(error) if error.is_timeout() => Self::Silent,
            Err(_) => Self::Broken,
        }
    }

    fn of_answer(status: u16, code: Option<&str>) -> Self {
        match code {
            Some(code) if is_throttle(code) => Self::Throttled,
            _ if status == 429 => Self::Throttled,
            Some("RequestTimeout" | "RequestTimeoutException" | "InternalError" | "ServiceUnavailable") => Self::Failed,
            _ if matches!(status, 500 | 502 | 503 | 504) => Self::Failed,
            _ => Self::Settled,
        }
    }

    /// How many attempts a call gets that keeps meeting this fate.
    const fn patience(self) -> u32 {
        match self {
            Self::Settled => 1,
            Self::NoConnection => 2,
            Self::Failed | Self::Broken | Self::Silent => 4,
            Self::Throttled => 12,
        }
    }

    /// The pause before the next attempt, or none if there is to be no further one. `attempts` is how many have been
    /// made. Full jitter (any part of an exponentially growing pause) keeps many callers from coming back at once.
    pub(crate) fn pause(self, attempts: u32) -> Option<Duration> {
        if attempts >= self.patience() {
            return None;
        }
        let base = if self == Self::Throttled { 200 } else { 100 };
        let longest = Duration::from_millis(base << attempts.min(10)).min(LONGEST_PAUSE);
        Some(longest.mul_f64(fastrand::f64()))
    }
}

fn never_connected(error: &ConnectorError) -> bool {
    let mut text = format!("{error:?}");
    text.make_ascii_lowercase();
    text.contains("connect timeout") || text.contains("dns error") || text.contains("connectionrefused")
}

/// The codes by which AWS's services say "slower"; each has its own.
/// Source: "Error retries and exponential backoff in AWS" and the services' common errors.
pub(crate) fn is_throttle(code: &str) -> bool {
    matches!(
        code,
        "Throttling"
            | "ThrottlingException"
            | "ThrottledException"
            | "RequestThrottledException"
            | "RequestThrottled"
            | "TooManyRequestsException"
            | "ProvisionedThroughputExceededException"
            | "TransactionInProgressException"
            | "RequestLimitExceeded"
            | "BandwidthLimitExceeded"
            | "LimitExceededException"
            | "SlowDown"
            | "PriorRequestNotComplete"
            | "EC2ThrottledException"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_settled_unless_they_ask_for_another_try() {
        assert_eq!(Fate::of_answer(200, None), Fate::Settled);
        assert_eq!(Fate::of_answer(403, Some("AccessDenied")), Fate::Settled);
        assert_eq!(Fate::of_answer(503, Some("SlowDown")), Fate::Throttled);
        assert_eq!(Fate::of_answer(503, Some("RequestLimitExceeded")), Fate::Throttled);
        assert_eq!(Fate::of_answer(400, Some("ThrottlingException")), Fate::Throttled);
        assert_eq!(Fate::of_answer(500, None), Fate::Failed);
        assert_eq!(Fate::of_answer(400, Some("RequestTimeout")), Fate::Failed);
    }

    #[test]
    fn patience_ends_and_pauses_stay_bounded() {
        for fate in [Fate::Throttled, Fate::Failed, Fate::Broken, Fate::Silent, Fate::NoConnection] {
            let last = (1..100).find(|n| fate.pause(*n).is_none()).unwrap();
            assert_eq!(last, fate.patience());
            for n in 1..last {
                assert!(fate.pause(n).unwrap() <= LONGEST_PAUSE);
            }
        }
        assert_eq!(Fate::Settled.pause(1), None);
    }
}
