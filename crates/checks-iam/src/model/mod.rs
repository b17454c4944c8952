//! What IAM can be asked: the only place that calls its SDK.

mod authorization;
mod client;
mod credential_report;
mod document;
mod summary;

pub(crate) use authorization::GET_DETAILS;
pub use authorization::{Attached, Authorization, Details, Group, Inline, Role, User};
pub use credential_report::{AccessKey, CredentialReport, Credentials, LastUse, ROOT_USER};
pub use document::{Document, ManagedPolicy};
pub use summary::{AccountSummary, Summary};
