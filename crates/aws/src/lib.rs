//! The one door from `asc` to AWS.
//!
//! Everything that goes out passes [`Door`]: credentials, endpoints, pacing, retries, the call ledger, recording and
//! replay are in one place, below the SDK's clients, so that no check can get around them. A crate that brings facts
//! of its own makes its client with [`Door::client`] and maps failures with [`unread`].

pub mod credentials;
pub mod door;
pub mod error;
pub mod failure;
pub mod identity;
mod pace;
pub mod pages;
pub mod recording;
mod redact;
pub mod regions;
pub mod request;
mod response;
mod resume;
mod retry;
mod seam;

pub use door::{Access, Door, DoorOptions, Source};
pub use error::DoorError;
pub use failure::unread;
pub use pace::Manners;
pub use pages::pages;
pub use regions::EnabledRegions;
pub use seam::Tag;

use asc_core::{Class, Cx, Operation, Unread};

/// The door of a scan. Fails only in a context that was built without one, which a test may do.
pub fn door(cx: &Cx, operation: Operation) -> Result<&Door, Unread> {
    cx.service::<Door>().ok_or_else(|| Unread::new(operation, Class::Refused, "this context has no door to AWS"))
}
