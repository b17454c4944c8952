//! What IAM can be asked: the only place that calls its SDK.

mod access_key;
mod authorization;
pub mod change;
mod client;
mod credential_report;
mod document;
mod password_policy;
mod role;
mod summary;

pub use access_key::{AccessKeys, KeyLastUse, ListedKey};
pub(crate) use authorization::GET_DETAILS;
pub use authorization::{Attached, Authorization, Details, Group, Inline, Role, User};
pub use change::IamChange;
pub(crate) use credential_report::GET_REPORT;
pub use credential_report::{AccessKey, CredentialReport, Credentials, LastUse, ROOT_USER};
pub use document::{Document, ManagedPolicy};
pub use password_policy::{PasswordPolicy, PasswordPolicyAsSet, PasswordRules, PolicyAsSet};
pub use role::RoleExists;
pub use summary::{AccountSummary, Summary};
