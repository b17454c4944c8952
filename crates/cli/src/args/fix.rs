//! What `asc fix` and `asc permissions` take.

use std::path::PathBuf;
use std::str::FromStr;

use asc_core::Lang;
use clap::{Args, ValueEnum};

use super::{ListFormat, PolicyFormat, SelectArgs, SourceArgs};

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
