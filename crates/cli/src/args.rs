//! What the command line takes. The English texts stand here, beside the options; the Japanese ones in `help`.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use asc_core::config::is_share;
use asc_core::{Lang, Severity};
use asc_report::{Format, SarifIncomplete};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use time::OffsetDateTime;

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
pub(crate) struct FixArgs {
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    /// Only resources whose name or ARN matches this glob
    #[arg(long, value_name = "GLOB")]
    pub(crate) resource: Vec<String>,
    /// Only this account: nothing is done with credentials of another
    #[arg(id = "only_account", long = "account", value_name = "ACCOUNT")]
    pub(crate) account: Option<String>,
    /// Findings of a JSON report, instead of a scan; each resource is read anew all the same
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Make the changes, after asking on the terminal; each is noted in the journal `asc-fix-<time>.json` before it is made
    #[arg(long)]
    pub(crate) apply: bool,
    /// Do not ask: makes the changes that can interrupt nobody
    #[arg(id = "agree", long = "yes")]
    pub(crate) yes: bool,
    /// With --yes: makes also the changes that may interrupt somebody
    #[arg(long, requires = "apply")]
    pub(crate) careful: bool,
    /// Undo what a journal tells, last step first
    #[arg(long, value_name = "JOURNAL", conflicts_with_all = ["apply", "report", "resource"])]
    pub(crate) undo: Option<PathBuf>,
    /// Tell what may end for good by now of what a journal tells, such as keys deactivated for 30 days that nobody has missed; with --apply end it, which cannot be undone
    #[arg(long, value_name = "JOURNAL", conflicts_with_all = ["undo", "report", "resource"])]
    pub(crate) finish: Option<PathBuf>,
    /// Send access logs (ASC-16) into this bucket, where it is in the same region
    #[arg(long, value_name = "BUCKET")]
    pub(crate) log_bucket: Option<String>,
    /// Who makes the changes: api, asc itself; ssm, AWS's Systems Manager Automation runbooks, where one does the same
    #[arg(long, value_name = "WAY", default_value = "api", conflicts_with = "undo")]
    pub(crate) via: Via,
    /// With --via ssm: the role that the runbooks run for; without it they run with your own permissions, and those named
    /// `AWSConfigRemediation-…` not at all
    #[arg(long, value_name = "ARN", requires = "via")]
    pub(crate) automation_role: Option<RoleArn>,
    /// table or json
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PermissionsArgs {
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    /// What `asc guardrails status` and `asc guardrails template --for-account` need, instead of checks
    #[arg(long, conflicts_with = "fix")]
    pub(crate) guardrails: bool,
    /// Also what `asc fix` needs: the actions that change something included
    #[arg(long)]
    pub(crate) fix: bool,
    /// With --fix: how it makes the changes, api or ssm; the permissions of --automation-role are shown by `asc fix`
    #[arg(long, value_name = "WAY", default_value = "api", requires = "fix")]
    pub(crate) via: Via,
    /// json, cloudformation or terraform
    #[arg(short, long, value_name = "FORMAT", default_value = "json")]
    pub(crate) format: PolicyFormat,
    /// Configuration [default: asc.toml at the repository's root]
    #[arg(long, value_name = "FILE", env = "ASC_CONFIG", hide_env = true)]
    pub(crate) config: Option<PathBuf>,
    /// Language: en or ja [default: from the locale]
    #[arg(long, value_name = "LANG", env = "ASC_LANG", hide_env = true)]
    pub(crate) lang: Option<Lang>,
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

/// How something is listed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ListFormat {
    Table,
    Json,
}

/// Who makes the changes of `asc fix`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Via {
    Api,
    Ssm,
}

/// The ARN of an IAM role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoleArn(pub(crate) String);

impl FromStr for RoleArn {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let parts: Vec<_> = word.split(':').collect();
        match parts[..] {
            ["arn", partition, "iam", "", account, role]
                if partition.starts_with("aws")
                    && account.len() == 12
                    && account.bytes().all(|b| b.is_ascii_digit())
                    && role.strip_prefix("role/").is_some_and(|name| !name.is_empty()) =>
            {
                Ok(Self(word.to_owned()))
            }
            _ => Err("it takes an ARN such as arn:aws:iam::123456789012:role/NAME".to_owned()),
        }
    }
}

/// From which severity on alerts make the run end with 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FailOn(pub(crate) Option<Severity>);

impl FromStr for FailOn {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        if word == "never" {
            return Ok(Self(None));
        }
        word.parse()
            .map(|severity| Self(Some(severity)))
            .map_err(|_| format!("`{word}` is none of critical, high, medium, low, never"))
    }
}

/// A file to write a report to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) file: PathBuf,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        if let Some((format, file)) = word.split_once('=')
            && let Ok(format) = format.parse()
        {
            return Ok(Self { format, file: file.into() });
        }
        let file = PathBuf::from(word);
        let format =
            Format::of_path(&file).ok_or("the extension tells no format; write FORMAT=FILE, such as json=report")?;
        Ok(Self { format, file })
    }
}

fn rfc3339(word: &str) -> Result<OffsetDateTime, String> {
    OffsetDateTime::parse(word, &time::format_description::well_known::Rfc3339).map_err(|error| error.to_string())
}

fn at_least_one(word: &str) -> Result<usize, String> {
    match word.parse() {
        Ok(0) => Err("at least one call must be allowed at a time".to_owned()),
        Ok(number) => Ok(number),
        Err(_) => Err(format!("`{word}` is no number")),
    }
}

fn a_rate(word: &str) -> Result<u32, String> {
    match word.parse() {
        Ok(0) => Err("at least one call must be allowed a second".to_owned()),
        Ok(number) => Ok(number),
        Err(_) => Err(format!("`{word}` is no number")),
    }
}

fn a_share(word: &str) -> Result<f64, String> {
    let share = word.parse().ok().filter(|share| is_share(*share));
    share.ok_or_else(|| format!("`{word}` is no number from 0.01 to 1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_take_their_format_from_the_name_or_say_it() {
        let parse = |word: &str| word.parse::<Output>().map(|o| (o.format, o.file.display().to_string()));
        assert_eq!(parse("a/b.sarif"), Ok((Format::Sarif, "a/b.sarif".to_owned())));
        assert_eq!(parse("json=out"), Ok((Format::Json, "out".to_owned())));
        assert_eq!(parse("a=b.json"), Ok((Format::Json, "a=b.json".to_owned())));
        assert!(parse("report").is_err());
    }
}
