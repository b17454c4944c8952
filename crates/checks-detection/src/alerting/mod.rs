//! Who is told when something that concerns security changes.
//!
//! Whether a metric filter or a rule of EventBridge is about a change is not read off its text: there are many ways to
//! write the same. Each [`Topic`] has samples, events as CloudTrail writes them, and what counts is which of them a
//! pattern matches.

pub mod event_pattern;
pub mod filter_pattern;
mod path;
mod sample;

pub use path::{Alerts, EventAlerts, MetricAlerts, TrailAlerts};
pub use sample::{Sample, Topic, samples};
