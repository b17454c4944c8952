//! The IAM policy language: read a document, decide what it does.
//!
//! No check compares policy text by hand; what a policy means is decided here, by patterns as languages over strings.

pub mod admin;
mod answer;
mod automaton;
mod condition;
mod document;
mod error;
pub mod escalation;
mod glob;
mod grants;
mod json;
mod key;
mod language;
mod network;
mod principal;
pub mod public;
mod read;
mod tls;
pub mod who;

pub use answer::{Answer, Decision, Reason};
pub use condition::{Condition, Operator, Order, Quantifier, Test};
pub use document::{Effect, Patterns, Policy, Statement, Version};
pub use error::ParseError;
pub use glob::{Glob, Part, Variable};
pub use grants::lets_service;
pub use principal::{Principal, Principals};
pub use tls::{Tls, TlsOnly, tls_only};
