//! `asc-attestations.toml`: what people have evaluated, and how long that is good for.
//!
//! The file is kept in a repository, so that its history is the audit trail. One entry says who evaluated one control
//! of one account (or of all), when, and what evidence was looked at.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use time::{Date, Duration, OffsetDateTime};
use toml::Spanned;

use crate::check::{Check, Declaration, Kind};
use crate::config::Day;
use crate::registry::Registry;
use crate::select::SelectError;
use crate::source::SourceError;
use crate::text;
use crate::text::Text;

/// The account of an entry that speaks for all.
pub const EVERY_ACCOUNT: &str = "*";
/// From how many days before it lapses an evaluation warns.
const WARNING_DAYS: i64 = 30;

/// The file's shape.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct File {
    /// Evaluations, one for each control and account.
    #[schemars(with = "Vec<Entry>")]
    attestation: Vec<Spanned<Entry>>,
}

/// `[[attestation]]`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The control, by number or name.
    #[schemars(with = "String")]
    control: Spanned<String>,
    /// The account's twelve digits, or `*` for all accounts.
    #[schemars(with = "String")]
    account: Spanned<String>,
    /// Who evaluated.
    #[schemars(with = "String")]
    evaluator: Spanned<String>,
    /// When: `2026-11-22`.
    #[schemars(with = "String")]
    date: Spanned<Day>,
    /// How many days the evaluation is good for; 180 when left out, and at most.
    #[schemars(with = "Option<u32>")]
    valid_days: Option<Spanned<u32>>,
    /// What was found, and decided.
    note: Option<String>,
    /// The digest of the evidence that was looked at, as `asc attest` writes it.
    evidence: Option<String>,
}

/// One evaluation by a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// The control's number.
    pub control: &'static str,
    /// The account, or [`EVERY_ACCOUNT`].
    pub account: String,
    /// Who evaluated.
    pub evaluator: String,
    /// When.
    pub date: Date,
    /// How many days it is good for.
    pub valid_days: u32,
    /// What was found, and decided.
    pub note: Option<String>,
    /// The digest of the evidence that was looked at.
    pub evidence: Option<String>,
}

/// How an evaluation stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It has lapsed, or there is none.
    Due,
    /// It is good for so many more days, thirty at most.
    Lapsing(i64),
    /// It is good for so many more days.
    Valid(i64),
}

impl Attestation {
    /// The last day on which it holds.
    pub fn last_day(&self) -> Date {
        self.date.saturating_add(Duration::days(i64::from(self.valid_days)))
    }

    /// How it stands at a time.
    pub fn standing(&self, now: OffsetDateTime) -> Standing {
        match (self.last_day() - now.date()).whole_days() {
            ..0 => Standing::Due,
            days @ 0..=WARNING_DAYS => Standing::Lapsing(days),
            days => Standing::Valid(days),
        }
    }

    /// What it says of a finding: whether the evaluation holds, and a sentence about it. `evidence` is the digest of
    /// what was read now.
    pub fn says(&self, now: OffsetDateTime, evidence: &str) -> (bool, Text) {
        let Self { evaluator, date, .. } = self;
        let last = self.last_day();
        let standing = self.standing(now);
        let mut said = match standing {
            Standing::Due => text!(
                en: "The evaluation by {evaluator} of {date} lapsed on {last}.",
                ja: "{evaluator} による {date} の評価は {last} に期限切れになりました。"
            ),
            Standing::Lapsing(days) => text!(
                en: "Evaluated by {evaluator} on {date}; this lapses in {days} days, after {last}.",
                ja: "{evaluator} が {date} に評価済みです。残り {days} 日 ({last} まで) で期限切れになります。"
            ),
            Standing::Valid(_) => text!(
                en: "Evaluated by {evaluator} on {date}; good until {last}.",
                ja: "{evaluator} が {date} に評価済みです ({last} まで有効)。"
            ),
        };
        if standing != Standing::Due && self.evidence.as_deref().is_some_and(|looked_at| looked_at != evidence) {
            said = said.and(&text!(
                en: "The evidence has changed since: have it looked at again.",
                ja: "評価後に証跡となる設定が変わっています。再確認してください。"
            ));
        }
        (standing != Standing::Due, said)
    }
}

/// All evaluations of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attestations(BTreeMap<(&'static str, String), Attestation>);

impl Attestations {
    /// Reads a file; `file` is where it came from, for error messages, and `now` tells which dates are in the future.
    pub fn parse(file: &Path, text: &str, registry: &Registry, now: OffsetDateTime) -> Result<Self, SourceError> {
        let at = |span, message: Text| SourceError::at(file, text, span, message);
        let raw: File = toml::from_str(text).map_err(|error| SourceError::toml(file, text, &error))?;
        let mut all = BTreeMap::new();
        for entry in raw.attestation {
            let span = entry.span();
            let attestation = entry.into_inner().check(registry, now, &at)?;
            let key = (attestation.control, attestation.account.clone());
            let (control, account) = (attestation.control, attestation.account.clone());
            if all.insert(key, attestation).is_some() {
                let message = text!(
                    en: "a second entry for {control} in account {account}: one evaluation must be the one that counts",
                    ja: "{control} (アカウント {account}) の評価が 2 つあります。有効なものを 1 つだけ残してください"
                );
                return Err(at(span, message));
            }
        }
        Ok(Self(all))
    }

    /// The evaluation of a control in an account: its own, else the one for every account.
    pub fn find(&self, control: &'static str, account: &str) -> Option<&Attestation> {
        let get = |account: &str| self.0.get(&(control, account.to_owned()));
        get(account).or_else(|| get(EVERY_ACCOUNT))
    }

    /// All evaluations, by control and account.
    pub fn iter(&self) -> impl Iterator<Item = &Attestation> {
        self.0.values()
    }

    /// The JSON Schema of the file, for editors.
    pub fn schema() -> Value {
        schemars::schema_for!(File).to_value()
    }
}

impl Entry {
    fn check(
        self,
        registry: &Registry,
        now: OffsetDateTime,
        at: &dyn Fn(std::ops::Range<usize>, Text) -> SourceError,
    ) -> Result<Attestation, SourceError> {
        let (declaration, most) = manual(registry, &self.control, at)?;
        let account = self.account.get_ref();
        if account != EVERY_ACCOUNT && !(account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())) {
            let message = text!(
                en: "`{account}` is no account: it takes twelve digits, or * for all",
                ja: "`{account}` はアカウントではありません。12 桁の数字、またはすべてを表す * を指定します"
            );
            return Err(at(self.account.span(), message));
        }
        if self.evaluator.get_ref().trim().is_empty() {
            let message = text!(en: "an evaluation needs an evaluator", ja: "評価者 (evaluator) が必要です");
            return Err(at(self.evaluator.span(), message));
        }
        let date = self.date.get_ref().date().ok_or_else(|| {
            let message = text!(
                en: "`date` takes a date such as 2026-11-22",
                ja: "`date` には 2026-11-22 のような日付を指定します"
            );
            at(self.date.span(), message)
        })?;
        if date > now.date() {
            let today = now.date();
            let message = text!(
                en: "an evaluation in the future: {date} is after today, {today}",
                ja: "評価日が未来です: {date} は今日 ({today}) より後です"
            );
            return Err(at(self.date.span(), message));
        }
        let valid_days = match &self.valid_days {
            None => most,
            Some(days) if (1..=most).contains(days.get_ref()) => *days.get_ref(),
            Some(days) => {
                let message = text!(
                    en: "an evaluation is good for 1 to {most} days",
                    ja: "評価の有効期間は 1～{most} 日です"
                );
                return Err(at(days.span(), message));
            }
        };
        Ok(Attestation {
            control: declaration.id,
            account: self.account.into_inner(),
            evaluator: self.evaluator.into_inner(),
            date,
            valid_days,
            note: self.note,
            evidence: self.evidence,
        })
    }
}

/// The control that a word names, if it is one that people evaluate, and how long an evaluation is good for at most.
fn manual(
    registry: &Registry,
    word: &Spanned<String>,
    at: &dyn Fn(std::ops::Range<usize>, Text) -> SourceError,
) -> Result<(&'static Declaration, u32), SourceError> {
    let declaration = registry.find(word.get_ref()).map(Check::declaration);
    let declaration =
        declaration.ok_or_else(|| at(word.span(), SelectError::unknown(registry, word.get_ref()).text()))?;
    match declaration.kind {
        Kind::Manual { valid_days } => Ok((declaration, valid_days)),
        Kind::Automatic => {
            let id = declaration.id;
            let message = text!(
                en: "{id} is decided by machine; there is nothing for a person to evaluate",
                ja: "{id} は自動で判定されるため、人による評価の対象ではありません"
            );
            Err(at(word.span(), message))
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;
    use crate::samples;

    const NOW: OffsetDateTime = datetime!(2027-01-15 12:00 UTC);

    fn parse(text: &str) -> Result<Attestations, SourceError> {
        Attestations::parse(Path::new("asc-attestations.toml"), text, &samples::registry(), NOW)
    }

    fn entry(changes: &[(&str, &str)]) -> String {
        let mut fields = vec![
            ("control", "\"T-02-01\""),
            ("account", "\"123456789012\""),
            ("evaluator", "\"Sato\""),
            ("date", "2027-01-01"),
        ];
        for change in changes {
            match fields.iter_mut().find(|(key, _)| *key == change.0) {
                Some(field) => field.1 = change.1,
                None => fields.push(*change),
            }
        }
        let lines: Vec<_> = fields.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
        format!("[[attestation]]\n{}", lines.concat())
    }

    #[test]
    fn an_evaluation_is_good_for_180_days_and_warns_from_30_before() {
        let all = parse(&entry(&[])).unwrap();
        let one = all.find("T-02-01", "123456789012").unwrap();
        assert_eq!(one.last_day(), date!(2027 - 06 - 30));
        for (now, standing) in [
            (datetime!(2027-01-01 0:00 UTC), Standing::Valid(180)),
            (datetime!(2027-05-30 23:00 UTC), Standing::Valid(31)),
            (datetime!(2027-05-31 0:00 UTC), Standing::Lapsing(30)),
            (datetime!(2027-06-30 23:59 UTC), Standing::Lapsing(0)),
            (datetime!(2027-07-01 0:00 UTC), Standing::Due),
        ] {
            assert_eq!(one.standing(now), standing, "{now}");
            assert_eq!(one.says(now, "x").0, standing != Standing::Due, "{now}");
        }
        let short = parse(&entry(&[("valid_days", "10")])).unwrap();
        assert_eq!(short.iter().next().unwrap().last_day(), date!(2027 - 01 - 11));
    }

    #[test]
    fn changed_evidence_is_told_and_does_not_void() {
        let all = parse(&entry(&[("evidence", "\"sha256:1\"")])).unwrap();
        let one = all.iter().next().unwrap();
        assert!(!one.says(NOW, "sha256:1").1.en.contains("changed"));
        let (holds, said) = one.says(NOW, "sha256:2");
        assert!(holds && said.en.contains("changed since") && said.ja.contains("変わって"), "{said:?}");
    }

    #[test]
    fn an_account_s_own_entry_comes_before_the_one_for_all() {
        let both = entry(&[("account", "\"*\""), ("evaluator", "\"All\"")]) + &entry(&[]);
        let all = parse(&both).unwrap();
        assert_eq!(all.find("T-02-01", "123456789012").unwrap().evaluator, "Sato");
        assert_eq!(all.find("T-02-01", "210987654321").unwrap().evaluator, "All");
        assert_eq!(all.find("T-01", "123456789012"), None);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, line, column, words) in [
            (entry(&[("date", "2027-01-16")]), 5, 8, "in the future"),
            (entry(&[("control", "\"T-99\"")]), 2, 11, "no check"),
            (entry(&[("control", "\"T-01\"")]), 2, 11, "decided by machine"),
            (entry(&[]) + &entry(&[]), 6, 1, "a second entry"),
            (entry(&[]) + &entry(&[("control", "\"t-two\"")]), 6, 1, "a second entry"),
            (entry(&[("valid_days", "181")]), 6, 14, "1 to 180"),
            (entry(&[("valid_days", "0")]), 6, 14, "1 to 180"),
            (entry(&[("account", "\"prod\"")]), 3, 11, "no account"),
            (entry(&[("evaluator", "\" \"")]), 4, 13, "needs an evaluator"),
            (entry(&[("date", "\"soon\"")]), 5, 8, "takes a date"),
            (entry(&[("who", "\"x\"")]), 6, 1, "unknown field"),
            ("[[attestation]]\ncontrol = \"T-02-01\"".to_owned(), 1, 1, "missing field"),
        ] {
            let error = parse(&text).unwrap_err();
            assert!(error.message.en.contains(words), "{text}: {}", error.message.en);
            assert_eq!((error.line, error.column), (line, column), "{text}: {}", error.message.en);
        }
    }
}
