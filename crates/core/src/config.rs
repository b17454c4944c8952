//! `asc.toml`: what a repository says about how its accounts are scanned.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use time::{Date, OffsetDateTime};
use toml::Spanned;

use crate::check::Check;
use crate::context::Options;
use crate::registry::Registry;
use crate::report::{Finding, Muted};
use crate::select::SelectError;
use crate::severity::Severity;
use crate::source::SourceError;
use crate::text::Text;
use crate::{select, text};

/// The file's shape. Unknown keys are errors, so that a mistyped one is not a setting that silently does nothing.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct File {
    /// What is scanned, and how.
    scan: ScanTable,
    /// The accounts this repository is responsible for; alerts are shown on an account's line.
    accounts: BTreeMap<String, AccountSettings>,
    /// Alerts that are laid to rest.
    #[schemars(with = "Vec<MuteEntry>")]
    mute: Vec<Spanned<MuteEntry>>,
    /// Severities that differ from the checks' own, by check.
    #[schemars(with = "BTreeMap<String, Severity>")]
    severity: BTreeMap<Spanned<String>, Severity>,
    /// Options of checks, by check.
    #[schemars(with = "BTreeMap<String, BTreeMap<String, bool>>")]
    checks: BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, bool>>,
}

/// `[scan]`, as written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct ScanTable {
    /// Checks to run: numbers, names or services. All when empty.
    #[schemars(with = "Vec<String>")]
    checks: Vec<Spanned<String>>,
    /// Checks to leave out.
    #[schemars(with = "Vec<String>")]
    exclude: Vec<Spanned<String>>,
    /// Regions to look into. All enabled ones when empty.
    regions: Vec<String>,
    /// How many calls may be under way at a time.
    concurrency: Option<NonZeroUsize>,
}

/// `[scan]`: what is scanned, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// Checks to run: numbers, names or services. All when empty.
    pub checks: Vec<String>,
    /// Checks to leave out.
    pub exclude: Vec<String>,
    /// Regions to look into. All enabled ones when empty.
    pub regions: Vec<String>,
    /// How many calls may be under way at a time.
    pub concurrency: Option<usize>,
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

/// `[[mute]]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MuteEntry {
    /// The check, by number or name; all when left out.
    #[schemars(with = "Option<String>")]
    check: Option<Spanned<String>>,
    /// A glob over the resource's ARN or id; all when left out.
    #[schemars(with = "Option<String>")]
    resource: Option<Spanned<String>>,
    /// The account; all when left out.
    account: Option<String>,
    /// Why the alert may rest.
    reason: String,
    /// Who answers for that.
    owner: String,
    /// The last day on which it holds: `2027-03-31`.
    #[schemars(with = "String")]
    expires: Spanned<Day>,
}

/// A date, as TOML writes one or as a string.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Day {
    Date(toml::value::Datetime),
    Text(String),
}

/// A mute, ready to be laid over findings.
#[derive(Clone, Debug)]
pub struct Mute {
    check: Option<&'static str>,
    resource: Option<GlobMatcher>,
    account: Option<String>,
    muted: Muted,
    expires: Date,
    /// Where it stands in the file, from 1.
    line: usize,
}

/// What the configuration changes about findings.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Severities by check number.
    pub severity: BTreeMap<&'static str, Severity>,
    /// Mutes, in the order of the file.
    pub mutes: Vec<Mute>,
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
}

impl Config {
    /// Reads a configuration; `file` is where it came from, for error messages.
    pub fn parse(file: &Path, text: &str, registry: &Registry) -> Result<Self, SourceError> {
        let raw: File = toml::from_str(text).map_err(|e| {
            let message = e.message();
            SourceError::at(file, text, e.span().unwrap_or(0..0), text!(en: "{message}", ja: "設定の誤り: {message}"))
        })?;
        let at = |span, message: Text| SourceError::at(file, text, span, message);
        let check = |word: &Spanned<String>| {
            let declaration = registry.find(word.get_ref()).map(Check::declaration);
            declaration.ok_or_else(|| at(word.span(), SelectError::unknown(registry, word.get_ref()).text()))
        };

        let words = |words: &[Spanned<String>]| -> Result<Vec<String>, SourceError> {
            let known = |word: &Spanned<String>| {
                let alone = std::slice::from_ref(word.get_ref());
                select::select(registry, alone, &[]).map_err(|e| at(word.span(), e.text()))?;
                Ok(word.get_ref().clone())
            };
            words.iter().map(known).collect()
        };
        let scan = Scan {
            checks: words(&raw.scan.checks)?,
            exclude: words(&raw.scan.exclude)?,
            regions: raw.scan.regions,
            concurrency: raw.scan.concurrency.map(NonZeroUsize::get),
        };
        let mut severity = BTreeMap::new();
        for (word, level) in &raw.severity {
            severity.insert(check(word)?.id, *level);
        }
        let mut options = Options::new();
        for (word, keys) in &raw.checks {
            let declaration = check(word)?;
            for (key, value) in keys {
                if !declaration.options.iter().any(|option| option.key == key.get_ref()) {
                    let known: Vec<_> = declaration.options.iter().map(|option| option.key).collect();
                    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                    let (id, given) = (declaration.id, key.get_ref());
                    let message = text!(
                        en: "{id} has no option `{given}` (it has: {known})",
                        ja: "{id} にオプション `{given}` はありません (指定できるもの: {known})"
                    );
                    return Err(at(key.span(), message));
                }
                let of_check = options.entry(declaration.id.to_owned()).or_default();
                of_check.insert(key.get_ref().clone(), Value::Bool(*value));
            }
        }
        let mut mutes = Vec::new();
        for entry in raw.mute {
            let place = entry.span();
            let entry = entry.into_inner();
            if entry.check.is_none() && entry.resource.is_none() && entry.account.is_none() {
                let message = text!(
                    en: "a mute needs a check, a resource or an account to lie over",
                    ja: "mute には check、resource、account のいずれかが必要です"
                );
                return Err(at(place, message));
            }
            let resource = entry.resource.as_ref().map(|glob| {
                GlobBuilder::new(glob.get_ref())
                    .literal_separator(false)
                    .build()
                    .map(|glob| glob.compile_matcher())
                    .map_err(|e| {
                        let why = e.kind();
                        at(glob.span(), text!(en: "bad glob: {why}", ja: "グロブの誤り: {why}"))
                    })
            });
            let expires = entry.expires.get_ref().date().ok_or_else(|| {
                let message = text!(
                    en: "`expires` takes a date such as 2027-03-31",
                    ja: "`expires` には 2027-03-31 のような日付を指定します"
                );
                at(entry.expires.span(), message)
            })?;
            let line = at(place.clone(), Text::default()).line;
            mutes.push(Mute {
                line,
                check: entry.check.as_ref().map(&check).transpose()?.map(|d| d.id),
                resource: resource.transpose()?,
                account: entry.account,
                muted: Muted { reason: entry.reason, owner: entry.owner, expires: expires.to_string() },
                expires,
            });
        }
        Ok(Self { scan, accounts: raw.accounts, options, rules: Rules { severity, mutes } })
    }

    /// The JSON Schema of the file, for editors.
    pub fn schema() -> Value {
        schemars::schema_for!(File).to_value()
    }
}

impl Day {
    pub(crate) fn date(&self) -> Option<Date> {
        let parsed;
        let given = match self {
            Self::Date(given) => given,
            Self::Text(text) => {
                parsed = text.parse().ok()?;
                &parsed
            }
        };
        let (date, None) = (given.date?, given.time) else { return None };
        Date::from_calendar_date(i32::from(date.year), date.month.try_into().ok()?, date.day).ok()
    }
}

impl Mute {
    fn covers(&self, finding: &Finding) -> bool {
        let resource = &finding.resource;
        self.check.is_none_or(|id| id == finding.check_id)
            && self.account.as_ref().is_none_or(|id| *id == finding.account_id)
            && self.resource.as_ref().is_none_or(|glob| {
                glob.is_match(&resource.id) || resource.arn.as_ref().is_some_and(|arn| glob.is_match(arn))
            })
    }
}

impl Rules {
    /// A sentence for each mute that lies over none of the alerts although its check ran in its account: what it was
    /// for is gone, or it is mistyped.
    pub fn idle(&self, findings: &[Finding], checks: &[&'static str], account: &str) -> Vec<Text> {
        let could = |mute: &&Mute| {
            mute.check.is_none_or(|id| checks.contains(&id)) && mute.account.as_ref().is_none_or(|id| id == account)
        };
        let lies_over = |mute: &Mute| findings.iter().any(|f| f.status.is_alert() && mute.covers(f));
        let idle = self.mutes.iter().filter(could).filter(|mute| !lies_over(mute));
        idle.map(|Mute { line, muted: Muted { owner, reason, .. }, .. }| {
            text!(
                en: "the mute in line {line} ({owner}: {reason}) matches no alert",
                ja: "{line} 行目のミュート ({owner}: {reason}) に一致するアラートはありません"
            )
        })
        .collect()
    }

    /// Lays the rules over a finding. Returns a sentence to add to its message when a mute over it has lapsed.
    pub fn apply(&self, finding: &mut Finding, now: OffsetDateTime) -> Option<Text> {
        if let Some(severity) = self.severity.get(finding.check_id.as_str()) {
            finding.severity = *severity;
        }
        if !finding.status.is_alert() {
            return None;
        }
        let covering: Vec<_> = self.mutes.iter().filter(|mute| mute.covers(finding)).collect();
        if let Some(mute) = covering.iter().find(|mute| now.date() <= mute.expires) {
            finding.muted = Some(mute.muted.clone());
            return None;
        }
        let lapsed = covering.first()?;
        let Muted { owner, expires, .. } = &lapsed.muted;
        Some(text!(
            en: "Its mute by {owner} lapsed on {expires}.",
            ja: "{owner} によるミュートは {expires} に期限切れになりました。"
        ))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::samples;

    fn parse(text: &str) -> Result<Config, SourceError> {
        Config::parse(Path::new("asc.toml"), text, &samples::registry())
    }

    /// Where and in which words a text is refused.
    fn refused(text: &str) -> (usize, usize, String) {
        let error = parse(text).unwrap_err();
        (error.line, error.column, error.message.en)
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, line, column, words) in [
            ("[scan]\nregoins = []", 2, 1, "regoins"),
            ("[scan]\nconcurrency = \"many\"", 2, 15, "invalid type"),
            ("[scan]\nchecks = [\"T-01\", \"T-99\"]", 2, 19, "no check"),
            ("[scan]\nconcurrency = 0", 2, 15, "nonzero"),
            ("\n[severity]\nT-9 = \"low\"", 3, 1, "no check"),
            ("[severity]\nT-01 = \"worst\"", 2, 8, "unknown variant"),
            ("[checks.T-01]\nrequire_kms = true", 2, 1, "has no option `require_kms` (it has: strict)"),
            ("[checks.T-01]\nstrict = \"yes\"", 2, 10, "invalid type"),
            ("[[mute]]\ncheck = \"T-01\"\nowner = \"o\"\nexpires = 2027-01-01", 1, 1, "reason"),
            ("[[mute]]\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-01-01", 1, 1, "needs a check"),
            ("[[mute]]\ncheck = \"T-01\"\nreason = \"r\"\nowner = \"o\"\nexpires = \"soon\"", 5, 11, "takes a date"),
            ("[[mute]]\nresource = \"a[\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-01-01", 2, 12, "bad glob"),
            ("[scan", 1, 6, ""),
        ] {
            let (at, from, message) = refused(text);
            assert_eq!((at, from), (line, column), "{text}: {message}");
            assert!(message.contains(words), "{text}: {message}");
        }
    }

    fn finding(id: &str) -> Finding {
        let mut finding = samples::finding("T-01", id);
        finding.resource.arn = Some(format!("arn:aws:s3:::{id}"));
        finding
    }

    #[test]
    fn a_mute_lies_over_what_it_names_until_it_lapses() {
        let text = "[[mute]]\ncheck = \"t-one\"\nresource = \"arn:aws:s3:::web-*\"\nreason = \"a website\"\nowner = \"web\"\nexpires = \"2027-01-31\"";
        let rules = parse(text).unwrap().rules;
        let (before, after) = (datetime!(2027-01-31 23:59 UTC), datetime!(2027-02-01 0:00 UTC));
        let mut muted = finding("web-1");
        assert_eq!(rules.apply(&mut muted, before), None);
        assert_eq!(muted.muted.map(|m| (m.owner, m.expires)), Some(("web".to_owned(), "2027-01-31".to_owned())));
        let mut lapsed = finding("web-1");
        let notice = rules.apply(&mut lapsed, after).unwrap();
        assert!(lapsed.muted.is_none() && notice.en.contains("lapsed on 2027-01-31"));
        let mut other = finding("app-1");
        assert_eq!((rules.apply(&mut other, before), other.muted), (None, None));
        let mut passing = finding("web-1");
        passing.status = crate::Status::Pass;
        assert_eq!((rules.apply(&mut passing, before), passing.muted), (None, None));
    }

    #[test]
    fn a_mute_that_matches_nothing_is_told_of_where_it_could_have_matched() {
        let mute = |what: &str| format!("[[mute]]\n{what}\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-01-31\n");
        let text = mute("check = \"T-01\"\nresource = \"typo-*\"")
            + &mute("account = \"210987654321\"")
            + &mute("resource = \"web-1\"");
        let rules = parse(&text).unwrap().rules;
        let told = |checks: &[&'static str]| rules.idle(&[finding("web-1")], checks, "123456789012");
        assert_eq!(told(&["T-01"]).len(), 1);
        assert!(told(&["T-01"])[0].en.contains("line 1"), "{:?}", told(&["T-01"]));
        assert!(told(&["T-02-01"]).is_empty());
    }

    #[test]
    fn severities_and_options_are_found_by_number_or_name() {
        let config = parse("[severity]\nt-one = \"critical\"\n[checks.T-01]\nstrict = true").unwrap();
        let mut judged = finding("a");
        config.rules.apply(&mut judged, datetime!(2027-01-01 0:00 UTC));
        assert_eq!(judged.severity, Severity::Critical);
        assert_eq!(config.options["T-01"]["strict"], Value::Bool(true));
    }

    #[test]
    fn the_schema_names_every_section() {
        let schema = Config::schema();
        for section in ["scan", "accounts", "mute", "severity", "checks"] {
            assert!(schema["properties"].get(section).is_some(), "{section}");
        }
    }
}
