//! Fixes: what puts a finding right, and what would undo that.
//!
//! A [`Fix`] stands beside its check. Asked about a finding it reads the resource anew and answers with a [`Remedy`]:
//! steps, each one call with all that it says fixed beforehand, or what a person must do. Nothing is written here;
//! whoever applies a remedy notes each [`Step`] in a journal first, so that the way back is known before the call is
//! made, and stays known if the program is killed.

mod automation;
mod change;

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde_json::Value;

use crate::check::Declared;
use crate::context::Cx;
use crate::fact::{Operation, Reads};
use crate::report::Finding;
use crate::text::Text;
use crate::verdict::Unread;

pub use automation::{Automation, Runbook};
pub use change::{Change, Changes, Decoder, Later, NoChange};

/// How much a remedy may disturb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Class {
    /// It cannot interrupt anyone's legitimate use.
    Safe,
    /// It may.
    Careful {
        /// Whom it may interrupt.
        whom: Text,
    },
}

impl Class {
    /// The class as reports and journals name it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Careful { .. } => "careful",
        }
    }
}

/// One call, and the way back from it.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it does, as one sentence.
    pub says: Text,
    /// The call.
    pub forward: Change,
    /// What undoes it, in this order; nothing where an earlier step's way back takes this one along.
    pub back: Vec<Change>,
    /// What the setting was before, for people; what is needed to restore it is in `back`.
    pub before: Value,
}

/// What puts a finding right.
#[derive(Clone, Debug)]
pub enum Remedy {
    /// Nothing is to be done: the resource has changed since, or is right as it is.
    Nothing {
        /// Why.
        why: Text,
    },
    /// Calls, to be made in this order.
    Steps {
        /// How much they may disturb.
        class: Class,
        /// The calls.
        steps: Vec<Step>,
        /// What else one should know.
        note: Option<Text>,
    },
    /// Something that a person must do.
    Manual {
        /// Why no program should.
        why: Text,
        /// What to do, step by step.
        how: Text,
    },
}

/// A run of the fixes, as one finding's remedy sees it.
#[derive(Clone)]
pub struct Run {
    /// Names the run, in lower-case letters, digits and dashes: part of the names and tags of what the run creates, so
    /// that it can be found again whatever became of the call.
    pub id: String,
    /// The resource as it is now. It knows nothing of what was read for the finding.
    pub now: Cx,
    /// The account as it was when the run began; for looking around, not for what a call is made of.
    pub survey: Cx,
    /// The bucket that access logs are to go to, if the user has chosen one.
    pub log_bucket: Option<String>,
}

/// The tag that names the run on whatever it creates.
pub const TAG: &str = "asc:fix";

/// What a check's findings are put right by. Write it in the check's own file and register it with
/// [`declare_fix!`](crate::declare_fix!).
pub trait Fix: Declared + Send + Sync + 'static {
    /// What asking for a remedy may read.
    const READS: &'static [Reads];
    /// What its steps may call, there and back.
    const CALLS: &'static [Operation];
    /// The runbooks of AWS that may make its steps instead: those that its changes name by
    /// [`Changes::automation`].
    const RUNBOOKS: &'static [&'static Runbook] = &[];
    /// Whether it is for after the fixes of other checks, and so is undone before them: once public access is blocked,
    /// S3 takes no policy that is public, be it with a statement added or as it was.
    const LATE: bool = false;

    /// What puts a finding right. Only the finding's resource and region are to be relied upon; it may come from a
    /// file, and be old.
    fn remedy(&self, finding: &Finding, run: &Run) -> impl Future<Output = Result<Remedy, Unread>> + Send;
}

/// A fix as a program sees it. Write a [`Fix`]; this comes with it.
#[async_trait]
pub trait AnyFix: Send + Sync {
    /// The number of its check.
    fn check(&self) -> &'static str;
    /// What asking for a remedy may read.
    fn reads(&self) -> &'static [Reads];
    /// What its steps may call, there and back.
    fn calls(&self) -> &'static [Operation];
    /// The runbooks of AWS that may make its steps instead.
    fn runbooks(&self) -> &'static [&'static Runbook];
    /// Whether it is for after the fixes of other checks.
    fn is_late(&self) -> bool;
    /// What puts a finding right.
    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread>;
}

#[async_trait]
impl<T: Fix> AnyFix for T {
    fn check(&self) -> &'static str {
        T::DECLARATION.id
    }

    fn reads(&self) -> &'static [Reads] {
        T::READS
    }

    fn calls(&self) -> &'static [Operation] {
        T::CALLS
    }

    fn runbooks(&self) -> &'static [&'static Runbook] {
        T::RUNBOOKS
    }

    fn is_late(&self) -> bool {
        T::LATE
    }

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        Fix::remedy(self, finding, run).await
    }
}

/// What [`declare_fix!`](crate::declare_fix!) submits.
pub struct RegisteredFix(pub &'static dyn AnyFix);

inventory::collect!(RegisteredFix);

/// The linked fixes, by the numbers of their checks.
pub fn linked() -> BTreeMap<&'static str, &'static dyn AnyFix> {
    inventory::iter::<RegisteredFix>().map(|registered| (registered.0.check(), registered.0)).collect()
}

/// Registers the fix of a check: `declare_fix!(BucketPublic);`.
#[macro_export]
macro_rules! declare_fix {
    ($check:ident) => {
        $crate::inventory::submit! { $crate::fix::RegisteredFix(&$check) }
    };
}

/// Registers a fix of a check that only a person can make: says why, and gives the check's own steps.
/// `declare_manual_fix!(RootAccessKey, en: "…", ja: "…");`
#[macro_export]
macro_rules! declare_manual_fix {
    ($check:ident, en: $en:literal, ja: $ja:literal $(,)?) => {
        impl $crate::fix::Fix for $check {
            const READS: &'static [$crate::Reads] = &[];
            const CALLS: &'static [$crate::Operation] = &[];

            async fn remedy(
                &self,
                _: &$crate::report::Finding,
                _: &$crate::fix::Run,
            ) -> ::std::result::Result<$crate::fix::Remedy, $crate::Unread> {
                let $crate::Declaration { en, ja, fix, .. } = <Self as $crate::Declared>::DECLARATION;
                let (en, ja, cli) = (en.console, ja.console, fix.cli);
                let how = $crate::text!(en: "{en}\n{cli}", ja: "{ja}\n{cli}");
                Ok($crate::fix::Remedy::Manual { why: $crate::text!(en: $en, ja: $ja), how })
            }
        }

        $crate::declare_fix!($check);
    };
}
