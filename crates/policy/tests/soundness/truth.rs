//! What is so, what is not, and what AWS's pages leave open.

use std::ops::Not;

/// In this order, so that "and" is the least and "or" the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Truth {
    No,
    /// The documentation does not say, or says that it is never relied upon.
    Perhaps,
    Yes,
}

impl Truth {
    pub(crate) fn any(all: impl IntoIterator<Item = Self>) -> Self {
        let mut greatest = Self::No;
        for one in all {
            greatest = greatest.max(one);
            if greatest == Self::Yes {
                break;
            }
        }
        greatest
    }

    pub(crate) fn all(all: impl IntoIterator<Item = Self>) -> Self {
        let mut least = Self::Yes;
        for one in all {
            least = least.min(one);
            if least == Self::No {
                break;
            }
        }
        least
    }

    /// This if it is so at most.
    pub(crate) const fn unless_certain(certain: bool) -> Self {
        if certain { Self::Yes } else { Self::Perhaps }
    }
}

impl From<bool> for Truth {
    fn from(is: bool) -> Self {
        if is { Self::Yes } else { Self::No }
    }
}

impl Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Perhaps => Self::Perhaps,
            Self::Yes => Self::No,
        }
    }
}
