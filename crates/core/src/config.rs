//! `asc.toml`: what a repository says about how its accounts are scanned.

mod mutes;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::ops::Range;
use std::path::Path;

use globset::{Glob, GlobBuilder};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use crate::check::{Check, Declaration};
use crate::context::Options;
use crate::registry::Registry;
use crate::select::SelectError;
use crate::severity::Severity;
use crate::source::SourceError;
use crate::text::{Lang, Text};
use crate::{select, text};

pub(crate) use mutes::Day;
pub use mutes::{Mute, Rules};

/// The file's shape. Unknown keys are errors, so that a mistyped one is not a setting that silently does nothing.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct File {
    /// What is scanned, and how.
    scan: ScanTable,
    /// The accounts this repository is responsible for, by their twelve digits; alerts are shown on an account's line.
    #[schemars(with = "BTreeMap<String, AccountSettings>")]
    accounts: BTreeMap<Spanned<String>, AccountSettings>,
    /// Alerts that are laid to rest.
    #[schemars(with = "Vec<mutes::Entry>")]
    mute: Vec<Spanned<mutes::Entry>>,
    /// Severities that differ from the checks' own, by check.
    #[schemars(with = "BTreeMap<String, Severity>")]
    severity: BTreeMap<Spanned<String>, Severity>,
    /// Options of checks, by check.
    #[schemars(with = "BTreeMap<String, BTreeMap<String, bool>>")]
    checks: BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, bool>>,
    /// How reports are written where neither an option nor the environment says so.
    output: OutputTable,
    /// Where infrastructure is declared, for alerts to be shown there.
    iac: IacTable,
}

/// `[scan]`, as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct ScanTable {
    /// Checks to run: numbers, groups of numbers (`base`), names or services. All when empty.
    #[schemars(with = "Vec<String>")]
    checks: Vec<Spanned<String>>,
    /// Checks to leave out.
    #[schemars(with = "Vec<String>")]
    exclude: Vec<Spanned<String>>,
    /// Regions to look into. All enabled ones when empty.
    regions: Vec<String>,
    /// How many calls may be under way at a time.
    concurrency: Option<NonZeroUsize>,
    /// How many calls may be sent in a second, all services and regions together.
    max_rps: Option<NonZeroU32>,
    /// How much of the rate that AWS is found to grant may be used, from 0.01 to 1.
    #[schemars(with = "Option<f64>", range(min = 0.01, max = 1.0))]
    share: Option<Share>,
}

/// A part of what AWS grants.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "f64")]
struct Share(f64);

impl TryFrom<f64> for Share {
    type Error = &'static str;

    fn try_from(share: f64) -> Result<Self, Self::Error> {
        if is_share(share) { Ok(Self(share)) } else { Err("a share is a number from 0.01 to 1") }
    }
}

/// Whether a number can be the part of what AWS grants that a scan may use.
pub fn is_share(number: f64) -> bool {
    (0.01..=1.0).contains(&number)
}

/// `[output]`, as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct OutputTable {
    /// The format of standard output: table, json or sarif.
    #[schemars(with = "Option<String>")]
    format: Option<Spanned<String>>,
    /// Files to write reports to, in the format of their extension or as `FORMAT=FILE`; relative to this file.
    #[schemars(with = "Vec<String>")]
    files: Vec<Spanned<String>>,
    /// The language of everything that is read.
    lang: Option<Lang>,
    /// Alerts of this severity or worse make a scan end with 1: critical, high, medium, low or never.
    #[schemars(with = "Option<String>")]
    fail_on: Option<Spanned<String>>,
    /// What happens in SARIF to an account that could not be read whole: fail or upload.
    #[schemars(with = "Option<String>")]
    sarif_incomplete: Option<Spanned<String>>,
}

/// `[iac]`, as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct IacTable {
    /// Folders with Terraform, CloudFormation or CDK code; paths or globs.
    #[schemars(with = "Vec<String>")]
    directories: Vec<Spanned<String>>,
    /// Terraform's state files; paths or globs.
    #[schemars(with = "Vec<String>")]
    state: Vec<Spanned<String>>,
}

/// A word whose meaning others know, and where it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What is written.
    pub text: String,
    /// The bytes of the file that it takes.
    pub span: Range<usize>,
}

/// `[output]`: how reports are written where nothing else says so. Which formats there are is not for this crate to
/// know, so the words are as they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// The format of standard output.
    pub format: Option<Word>,
    /// Files to write reports to.
    pub files: Vec<Word>,
    /// The language.
    pub lang: Option<Lang>,
    /// From which severity on alerts make a scan end with 1.
    pub fail_on: Option<Word>,
    /// What happens in SARIF to an account that could not be read whole.
    pub sarif_incomplete: Option<Word>,
}

/// `[iac]`: where infrastructure is declared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Iac {
    /// Folders with code; paths or globs.
    pub directories: Vec<String>,
    /// State files; paths or globs.
    pub state: Vec<String>,
}

/// `[scan]`: what is scanned, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scan {
    /// Checks to run: numbers, groups of numbers (`base`), names or services. All when empty.
    pub checks: Vec<String>,
    /// Checks to leave out.
    pub exclude: Vec<String>,
    /// Regions to look into. All enabled ones when empty.
    pub regions: Vec<String>,
    /// How many calls may be under way at a time.
    pub concurrency: Option<usize>,
    /// How many calls may be sent in a second.
    pub max_rps: Option<u32>,
    /// How much of the rate that AWS is found to grant may be used.
    pub share: Option<f64>,
}

/// `[accounts.<id>]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AccountSettings {
    /// What people call the account.
    pub name: Option<String>,
    /// The role to take on for this account.
    pub role: Option<String>,
    /// Regions to look into in this account, over `[scan] regions`.
    pub regions: Vec<String>,
}

/// A configuration that has been read and checked against the linked checks.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// `[scan]`.
    pub scan: Scan,
    /// `[accounts]`.
    pub accounts: BTreeMap<String, AccountSettings>,
    /// Options of checks.
    pub options: Options,
    /// What changes about findings.
    pub rules: Rules,
    /// `[output]`.
    pub output: Output,
    /// `[iac]`.
    pub iac: Iac,
}

/// The file that is being read, for its words to be checked and mistakes to be shown in.
struct Source<'a> {
    file: &'a Path,
    text: &'a str,
    registry: &'a Registry,
}

impl Source<'_> {
    fn at(&self, span: Range<usize>, message: Text) -> SourceError {
        SourceError::at(self.file, self.text, span, message)
    }

    /// The check of a number or a name.
    fn check(&self, word: &Spanned<String>) -> Result<&'static Declaration, SourceError> {
        let declaration = self.registry.find(word.get_ref()).map(Check::declaration);
        declaration.ok_or_else(|| self.at(word.span(), SelectError::unknown(self.registry, word.get_ref()).text()))
    }

    /// Words that each select some check.
    fn selection(&self, words: &[Spanned<String>]) -> Result<Vec<String>, SourceError> {
        let known = |word: &Spanned<String>| {
            let alone = std::slice::from_ref(word.get_ref());
            select::select(self.registry, alone, &[]).map_err(|error| self.at(word.span(), error.text()))?;
            Ok(word.get_ref().clone())
        };
        words.iter().map(known).collect()
    }

    /// An account's twelve digits; anything else would never match, and nobody would notice.
    fn account(&self, word: Spanned<String>) -> Result<String, SourceError> {
        let (span, id) = (word.span(), word.into_inner());
        if id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(id);
        }
        let message = text!(
            en: "`{id}` is no account: it takes twelve digits",
            ja: "`{id}` はアカウントではありません。12 桁の数字を指定します"
        );
        Err(self.at(span, message))
    }

    fn glob(&self, word: &Spanned<String>) -> Result<Glob, SourceError> {
        GlobBuilder::new(word.get_ref()).literal_separator(false).build().map_err(|error| {
            let why = error.kind();
            self.at(word.span(), text!(en: "bad glob: {why}", ja: "グロブの誤り: {why}"))
        })
    }

    fn globs(&self, words: Vec<Spanned<String>>) -> Result<Vec<String>, SourceError> {
        words.into_iter().map(|word| self.glob(&word).map(|_| word.into_inner())).collect()
    }

    /// The options of checks, of which each must have what is set.
    fn options(
        &self,
        written: &BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, bool>>,
    ) -> Result<Options, SourceError> {
        let mut options = Options::new();
        for (word, keys) in written {
            let declaration = self.check(word)?;
            for (key, value) in keys {
                if !declaration.options.iter().any(|option| option.key == key.get_ref()) {
                    let known: Vec<_> = declaration.options.iter().map(|option| option.key).collect();
                    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                    let (id, given) = (declaration.id, key.get_ref());
                    let message = text!(
                        en: "{id} has no option `{given}` (it has: {known})",
                        ja: "{id} にオプション `{given}` はありません (指定できるもの: {known})"
                    );
                    return Err(self.at(key.span(), message));
                }
                let of_check = options.entry(declaration.id.to_owned()).or_default();
                of_check.insert(key.get_ref().clone(), Value::Bool(*value));
            }
        }
        Ok(options)
    }
}

impl From<Spanned<String>> for Word {
    fn from(word: Spanned<String>) -> Self {
        Self { span: word.span(), text: word.into_inner() }
    }
}

impl From<OutputTable> for Output {
    fn from(table: OutputTable) -> Self {
        let OutputTable { format, files, lang, fail_on, sarif_incomplete } = table;
        Self {
            format: format.map(Into::into),
            files: files.into_iter().map(Into::into).collect(),
            lang,
            fail_on: fail_on.map(Into::into),
            sarif_incomplete: sarif_incomplete.map(Into::into),
        }
    }
}

impl Config {
    /// Reads a configuration; `file` is where it came from, for error messages.
    pub fn parse(file: &Path, text: &str, registry: &Registry) -> Result<Self, SourceError> {
        let raw: File = toml::from_str(text).map_err(|error| SourceError::toml(file, text, &error))?;
        let source = Source { file, text, registry };
        let scan = Scan {
            checks: source.selection(&raw.scan.checks)?,
            exclude: source.selection(&raw.scan.exclude)?,
            regions: raw.scan.regions,
            concurrency: raw.scan.concurrency.map(NonZeroUsize::get),
            max_rps: raw.scan.max_rps.map(NonZeroU32::get),
            share: raw.scan.share.map(|Share(share)| share),
        };
        let severity = raw.severity.iter().map(|(word, level)| Ok((source.check(word)?.id, *level)));
        let severity = severity.collect::<Result<_, SourceError>>()?;
        let options = source.options(&raw.checks)?;
        let mutes = raw.mute.into_iter().map(|entry| {
            let place = entry.span();
            entry.into_inner().check(place, &source)
        });
        let rules = Rules { severity, mutes: mutes.collect::<Result<_, _>>()? };
        let iac = Iac { directories: source.globs(raw.iac.directories)?, state: source.globs(raw.iac.state)? };
        let accounts = raw.accounts.into_iter().map(|(id, settings)| Ok((source.account(id)?, settings)));
        let accounts = accounts.collect::<Result<_, SourceError>>()?;
        Ok(Self { scan, accounts, options, rules, output: raw.output.into(), iac })
    }

    /// The JSON Schema of the file, for editors.
    pub fn schema() -> Value {
        schemars::schema_for!(File).to_value()
    }
}
