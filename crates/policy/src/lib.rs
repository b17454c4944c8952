//! The IAM policy language: read a document, decide what it does.
//!
//! No check compares policy text by hand; what a policy means is decided here, by patterns as languages over strings.

pub mod admin;
mod automaton;
mod document;
pub mod glob;
mod grants;
mod language;
mod tls;

pub use document::{Condition, Effect, ParseError, Patterns, Policy, Principals, Statement};
pub use grants::lets_service;
pub use tls::{TlsOnly, tls_only};
