//! What the command line takes. The English texts stand here, beside the options; the Japanese ones in `help`.

mod fix;
mod guardrails;
mod info;
mod policy;
mod words;

use std::path::{Path, PathBuf};

use asc_core::Lang;
use asc_report::{Format, SarifIncomplete};
use clap::{Args, Parser, Subcommand, ValueEnum};
use time::OffsetDateTime;

pub(crate) use fix::{FixArgs, PermissionsArgs, RoleArn, Via};
pub(crate) use guardrails::{GuardrailListArgs, GuardrailStatusArgs, GuardrailsCommand, TemplateArgs, TemplateFormat};
pub(crate) use info::{ChecksArgs, CompletionsArgs, ExplainArgs, SchemaArgs, SchemaOf};
pub(crate) use policy::{PolicyArgs, PolicyFormat, PolicyKind};
pub(crate) use words::{FailOn, Output};
use words::{a_rate, a_share, at_least_one, rfc3339};

/// Checks an AWS account against the AWS Security Checklist.
#[derive(Debug, Parser)]
#[command(name = "asc", version, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) scan: ScanArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Scan the account behind the AWS credential chain (this is what bare `asc` does)
    Scan(ScanArgs),
    /// Scan a recorded sample account: no credentials, no network
    Demo(ScanArgs),
    /// Show what a scan would call, how often, how long that takes at least, and which IAM actions it needs
    Plan(PlanArgs),
    /// Print the least-privilege IAM policy for the selected checks
    Permissions(PermissionsArgs),
    /// Put findings right: plans by default, changes the account only with --apply, and can undo what it did
    Fix(FixArgs),
    /// Record a person's evaluation of a manual control, or list what is due
    Attest(AttestArgs),
    /// Tell what IAM policy documents allow, offline: who gets in, whether that is the public, whether it is everything
    Policy(PolicyArgs),
    /// Write the template of standing guardrails, tell which stand, or list them
    #[command(subcommand)]
    Guardrails(GuardrailsCommand),
    /// List the checks
    Checks(ChecksArgs),
    /// Explain one check: why it matters, how to fix it, what it reads
    Explain(ExplainArgs),
    /// Print a JSON Schema, for editors and consumers
    Schema(SchemaArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

impl Command {
    /// Which configuration and which language were asked for, of a command that reads the configuration.
    pub(crate) fn configured(&self) -> Option<(Option<&Path>, Option<Lang>)> {
        match self {
            Self::Scan(ScanArgs { source, .. })
            | Self::Demo(ScanArgs { source, .. })
            | Self::Plan(PlanArgs { source, .. })
            | Self::Fix(FixArgs { source, .. })
            | Self::Attest(AttestArgs { source, .. })
            | Self::Guardrails(
                GuardrailsCommand::Template(TemplateArgs { source, .. })
                | GuardrailsCommand::Status(GuardrailStatusArgs { source, .. }),
            ) => Some((source.config.as_deref(), source.lang)),
            Self::Permissions(PermissionsArgs { config, lang, .. }) => Some((config.as_deref(), *lang)),
            _ => None,
        }
    }
}

/// Which checks.
#[derive(Debug, Args)]
pub(crate) struct SelectArgs {
    /// Run only this check: a number, a group such as `base`, a name, or a service such as `s3`
    #[arg(short, long = "check", value_name = "ID", env = "ASC_CHECK", value_delimiter = ',', hide_env = true)]
    pub(crate) check: Vec<String>,
    /// Leave this check out
    #[arg(long, value_name = "ID", env = "ASC_EXCLUDE", value_delimiter = ',', hide_env = true)]
    pub(crate) exclude: Vec<String>,
}

/// Where answers come from, and what is said meanwhile.
#[derive(Debug, Args)]
pub(crate) struct SourceArgs {
    /// Look only into this region [default: every enabled region]
    #[arg(long, value_name = "REGION", env = "ASC_REGION", value_delimiter = ',', hide_env = true)]
    pub(crate) region: Vec<String>,
    /// Language of everything that is read: en or ja [default: from the locale]
    #[arg(long, value_name = "LANG", env = "ASC_LANG", hide_env = true)]
    pub(crate) lang: Option<Lang>,
    /// Configuration [default: asc.toml at the repository's root]
    #[arg(long, value_name = "FILE", env = "ASC_CONFIG", hide_env = true)]
    pub(crate) config: Option<PathBuf>,
    /// What people have evaluated [default: asc-attestations.toml beside the configuration]
    #[arg(long, value_name = "FILE", env = "ASC_ATTESTATIONS", hide_env = true)]
    pub(crate) attestations: Option<PathBuf>,
    /// Answer from a recording instead of AWS
    #[arg(long, value_name = "FILE")]
    pub(crate) replay: Option<PathBuf>,
    /// Calls in flight at a time [default: 128]
    #[arg(long, value_name = "N", env = "ASC_CONCURRENCY", hide_env = true, value_parser = at_least_one)]
    pub(crate) concurrency: Option<usize>,
    /// Calls a second at most, all services and regions together [default: as AWS allows]
    #[arg(long, value_name = "N", env = "ASC_MAX_RPS", hide_env = true, value_parser = a_rate)]
    pub(crate) max_rps: Option<u32>,
    /// How much of the rate that AWS is found to grant is used once it throttles, from 0.01 to 1; the rest is left to others in the account [default: 0.5]
    #[arg(long, value_name = "FRACTION", env = "ASC_SHARE", hide_env = true, value_parser = a_share)]
    pub(crate) share: Option<f64>,
    /// Show no progress
    #[arg(long)]
    pub(crate) no_progress: bool,
    /// Say nothing on standard error but errors and warnings
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more on standard error: what was called, how often
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// Judge ages and validities as of this time (RFC 3339), for tests
    #[arg(long, value_name = "TIME", hide = true, value_parser = rfc3339)]
    pub(crate) now: Option<OffsetDateTime>,
}

#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    /// Report on standard output as table, json or sarif [default: table on a terminal, else sarif]
    #[arg(short, long, value_name = "FORMAT", env = "ASC_FORMAT", hide_env = true)]
    pub(crate) format: Option<Format>,
    /// Also write a report to a file, in the format of its extension, or as FORMAT=FILE
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Vec<Output>,
    /// End with 1 on alerts of this severity or worse: critical, high, medium, low or never [default: low; demo: never]
    #[arg(long, value_name = "SEVERITY", env = "ASC_FAIL_ON", hide_env = true)]
    pub(crate) fail_on: Option<FailOn>,
    /// An account that could not be read whole is left out of SARIF (fail), so that code scanning closes no alert, or kept (upload) [default: upload]
    #[arg(long, value_name = "fail|upload", env = "ASC_SARIF_INCOMPLETE", hide_env = true)]
    pub(crate) sarif_incomplete: Option<SarifIncomplete>,
    /// Record every answer of AWS into a file
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    pub(crate) record: Option<PathBuf>,
    /// Go on from a recording of the same account: what it holds as answered is not asked again. Ages are judged by the time of this run
    #[arg(long, value_name = "RECORDING", conflicts_with = "replay")]
    pub(crate) resume: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AttestArgs {
    /// The control to evaluate: a number or a name; without it, all of them are listed with what is due
    #[arg(value_name = "ID")]
    pub(crate) control: Option<String>,
    /// The account that the evaluation is about, or `*` for all [default: the one that is read]
    #[arg(long, value_name = "ACCOUNT", requires = "control")]
    pub(crate) account: Option<String>,
    /// Who evaluates
    #[arg(long, value_name = "NAME", requires = "control")]
    pub(crate) evaluator: Option<String>,
    /// What was found, and decided
    #[arg(long, value_name = "TEXT", requires = "control")]
    pub(crate) note: Option<String>,
    /// How many days the evaluation is good for [default and most: 180]
    #[arg(long, value_name = "DAYS", requires = "control")]
    pub(crate) valid_days: Option<u32>,
    /// Ask nothing, not even on a terminal
    #[arg(long, requires = "control")]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    /// table or json
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

/// How something is listed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ListFormat {
    Table,
    Json,
}
