//! The one clock of a scan: the system's, or a recording's.

use time::OffsetDateTime;

/// Tells the time that ages and validities are judged by.
#[derive(Clone, Copy, Debug, Default)]
pub enum Clock {
    /// The system's clock.
    #[default]
    System,
    /// A clock that stands still: a recording's time, or a test's.
    Fixed(OffsetDateTime),
}

impl Clock {
    /// The present, in UTC, to the second: no verdict and no report needs it finer.
    pub fn now(self) -> OffsetDateTime {
        let now = match self {
            Self::System => OffsetDateTime::now_utc(),
            Self::Fixed(at) => at,
        };
        now.replace_nanosecond(0).unwrap_or(now)
    }
}
