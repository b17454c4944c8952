//! What `asc guardrails` takes.

use std::path::PathBuf;

use asc_core::Lang;
use clap::{Args, Subcommand, ValueEnum};

use super::{ListFormat, SourceArgs};

#[derive(Debug, Subcommand)]
pub(crate) enum GuardrailsCommand {
    /// Write one template of the chosen guardrails
    Template(TemplateArgs),
    /// Tell which guardrails stand in the account, and which have drifted
    Status(GuardrailStatusArgs),
    /// List the guardrails
    List(GuardrailListArgs),
}

#[derive(Debug, Args)]
#[command(mut_arg("region", |region| region.help("Look into this region for --for-account [default: the configured one]")))]
pub(crate) struct TemplateArgs {
    /// Only this guardrail, by its key [default: all]
    #[arg(long = "only", value_name = "KEY", value_delimiter = ',')]
    pub(crate) guardrail: Vec<String>,
    /// cloudformation or terraform
    #[arg(short = 'f', long = "format", value_name = "FORMAT", default_value = "cloudformation")]
    pub(crate) template_format: TemplateFormat,
    /// Only rules that report: nothing that corrects, and no role that may change the account
    #[arg(long)]
    pub(crate) report_only: bool,
    /// Look what the account has already in a region, so that nothing is made twice; else AWS is not asked
    #[arg(long)]
    pub(crate) for_account: bool,
    /// Write into this file instead of standard output
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub(crate) template_output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct GuardrailStatusArgs {
    /// Only this guardrail, by its key [default: all]
    #[arg(long = "only", value_name = "KEY", value_delimiter = ',')]
    pub(crate) guardrail: Vec<String>,
    /// table or json
    #[arg(short = 'f', long = "format", value_name = "FORMAT", default_value = "table")]
    pub(crate) list_format: ListFormat,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct GuardrailListArgs {
    /// table or json
    #[arg(short = 'f', long = "format", value_name = "FORMAT", default_value = "table")]
    pub(crate) list_format: ListFormat,
    /// Language: en or ja [default: from the locale]
    #[arg(long, value_name = "LANG", env = "ASC_LANG", hide_env = true)]
    pub(crate) lang: Option<Lang>,
}

/// How a template is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum TemplateFormat {
    Cloudformation,
    Terraform,
}
