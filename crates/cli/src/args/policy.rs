//! What `asc policy` takes.

use std::path::PathBuf;

use asc_core::Lang;
use clap::{Args, ValueEnum};

use super::ListFormat;

#[derive(Debug, Args)]
pub(crate) struct PolicyArgs {
    /// Policy documents: files, globs in quotes, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// identity or resource [default: resource where the document names a Principal]
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<PolicyKind>,
    /// table or json
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: ListFormat,
    /// Language: en or ja [default: from the locale]
    #[arg(long, value_name = "LANG", env = "ASC_LANG", hide_env = true)]
    pub(crate) lang: Option<Lang>,
}

/// How a policy is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PolicyFormat {
    Json,
    Cloudformation,
    Terraform,
}

/// What a policy is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyKind {
    /// To a user, group or role.
    Identity,
    /// To what it protects.
    Resource,
}
