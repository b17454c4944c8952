//! One file per question.

mod admin;
mod escalation;
mod globs;
mod grants;
mod public;
mod tls;
mod who;
