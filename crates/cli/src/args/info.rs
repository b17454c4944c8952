//! What the commands take that call nothing.

use asc_core::Lang;
use clap::{Args, ValueEnum};
use clap_complete::Shell;

use super::ListFormat;

#[derive(Debug, Args)]
pub(crate) struct ChecksArgs {
    /// Only these: numbers, groups, names or services
    #[arg(value_name = "ID")]
    pub(crate) only: Vec<String>,
    /// table or json
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: ListFormat,
    /// Language: en or ja [default: from the locale]
    #[arg(long, value_name = "LANG", env = "ASC_LANG", hide_env = true)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The check: a number or a name
    #[arg(value_name = "ID")]
    pub(crate) check: String,
    /// Language: en or ja [default: from the locale]
    #[arg(long, value_name = "LANG", env = "ASC_LANG", hide_env = true)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// report: what `-f json` prints. config: asc.toml. attestations: asc-attestations.toml
    #[arg(value_name = "OF")]
    pub(crate) of: SchemaOf,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// bash, zsh, fish, elvish or powershell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

/// Something there is a JSON Schema of.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SchemaOf {
    Report,
    Config,
    Attestations,
}
