//! Alerts that are laid to rest, and severities that differ: what the configuration changes about findings.

use std::collections::BTreeMap;
use std::ops::Range;

use globset::GlobMatcher;
use schemars::JsonSchema;
use serde::Deserialize;
use time::{Date, OffsetDateTime};
use toml::Spanned;

use super::Source;
use crate::report::{Finding, Muted};
use crate::severity::Severity;
use crate::source::SourceError;
use crate::text;
use crate::text::Text;

/// `[[mute]]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    /// The check, by number or name; all when left out.
    #[schemars(with = "Option<String>")]
    check: Option<Spanned<String>>,
    /// A glob over the resource's ARN or id; all when left out.
    #[schemars(with = "Option<String>")]
    resource: Option<Spanned<String>>,
    /// The account; all when left out.
    #[schemars(with = "Option<String>")]
    account: Option<Spanned<String>>,
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

impl Entry {
    /// The mute, checked; `place` is where the entry stands.
    pub(super) fn check(self, place: Range<usize>, source: &Source<'_>) -> Result<Mute, SourceError> {
        if self.check.is_none() && self.resource.is_none() && self.account.is_none() {
            let message = text!(
                en: "a mute needs a check, a resource or an account to lie over",
                ja: "mute には check、resource、account のいずれかが必要です"
            );
            return Err(source.at(place, message));
        }
        let expires = self.expires.get_ref().date().ok_or_else(|| {
            let message = text!(
                en: "`expires` takes a date such as 2027-03-31",
                ja: "`expires` には 2027-03-31 のような日付を指定します"
            );
            source.at(self.expires.span(), message)
        })?;
        let glob = self.resource.as_ref().map(|glob| source.glob(glob)).transpose()?;
        Ok(Mute {
            line: source.at(place, Text::default()).line,
            check: self.check.as_ref().map(|word| source.check(word)).transpose()?.map(|d| d.id),
            resource: glob.map(|glob| glob.compile_matcher()),
            account: self.account.map(|word| source.account(word)).transpose()?,
            muted: Muted { reason: self.reason, owner: self.owner, expires: expires.to_string() },
            expires,
        })
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
            finding.muted = Some(Box::new(mute.muted.clone()));
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
