//! Which managed rules of AWS Config are at work in a region, and what is put right behind them without anybody asking.

use std::collections::BTreeMap;
use std::sync::Arc;

use asc_core::fact::{Answer, Reads};
use asc_core::{Cx, Fact, Unread};
use serde::Serialize;

use crate::model::{ConfigRule, ConfigRules, Remediation, Remediations};

/// A managed rule as it stands in a region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Guard {
    /// The names of the rules that are it, whatever they are called.
    pub rules: Vec<String>,
    /// What is done about what they find, by the rules' names.
    pub remediations: BTreeMap<String, Remediation>,
}

impl Guard {
    /// The rule whose finds are put right by themselves, and how.
    pub fn corrected(&self) -> Option<(&str, &Remediation)> {
        let automatic = self.remediations.iter().find(|(_, remediation)| remediation.automatic);
        automatic.map(|(rule, remediation)| (rule.as_str(), remediation))
    }
}

/// The managed rules at work in a region, of those that were asked for.
#[derive(Clone, Debug)]
pub struct Guards {
    /// The rules, by AWS's identifiers.
    pub rules: BTreeMap<String, Vec<ConfigRule>>,
    /// What is done about what they find, by the rules' names.
    pub remediations: Answer<Remediations>,
}

impl Guards {
    /// What asking for them may call.
    pub const READS: &'static [Reads] = &[Reads::Of(ConfigRules::READS), Reads::Of(Remediations::READS)];

    /// Looks for the rules of these identifiers. Remediations that could not be read are told of only when somebody asks
    /// for them.
    pub async fn read(cx: &Cx, region: &str, identifiers: &[&str]) -> Result<Self, Unread> {
        let region = region.to_owned();
        let rules = by_identifier(&cx.get::<ConfigRules>(&region).await?, identifiers);
        let all: Vec<_> = rules.values().flatten().map(|rule| rule.name.clone()).collect();
        let remediations =
            if all.is_empty() { Ok(Arc::default()) } else { cx.get::<Remediations>(&(region, all)).await };
        Ok(Self { rules, remediations })
    }

    /// The rules of an identifier.
    pub fn rules(&self, identifier: &str) -> &[ConfigRule] {
        self.rules.get(identifier).map_or(&[], Vec::as_slice)
    }

    /// The rules of an identifier with what is done about what they find.
    pub fn guard(&self, identifier: &str) -> Result<Guard, Unread> {
        let rules: Vec<_> = self.rules(identifier).iter().map(|rule| rule.name.clone()).collect();
        if rules.is_empty() {
            return Ok(Guard::default());
        }
        let all = self.remediations.as_ref().map_err(Unread::clone)?.iter();
        let own = all.filter(|(rule, _)| rules.contains(*rule)).map(|(rule, remedy)| (rule.clone(), remedy.clone()));
        let remediations = own.collect();
        Ok(Guard { rules, remediations })
    }
}

/// A rule that is going, or that looks at one resource only or at some by their tags, guards nothing.
fn by_identifier(rules: &[ConfigRule], identifiers: &[&str]) -> BTreeMap<String, Vec<ConfigRule>> {
    let mut found = BTreeMap::<_, Vec<_>>::new();
    for rule in rules.iter().filter(|rule| rule.active && !rule.narrowed) {
        if let Some(identifier) = rule.managed.as_deref().filter(|managed| identifiers.contains(managed)) {
            found.entry(identifier.to_owned()).or_default().push(rule.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use asc_core::{Class, Operation};

    use super::*;

    const RULE: &str = "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED";

    fn rule(name: &str, managed: Option<&str>) -> ConfigRule {
        ConfigRule {
            name: name.to_owned(),
            managed: managed.map(str::to_owned),
            active: true,
            narrowed: false,
            description: None,
            parameters: Some(BTreeMap::new()),
        }
    }

    #[test]
    fn a_rule_is_known_by_its_identifier() {
        let rules = [
            rule("any-name", Some(RULE)),
            ConfigRule { active: false, ..rule("going", Some(RULE)) },
            ConfigRule { narrowed: true, ..rule("one bucket", Some(RULE)) },
            rule(RULE, None),
            rule("other", Some("S3_BUCKET_LOGGING_ENABLED")),
            rule("another-name", Some(RULE)),
        ];
        let found = by_identifier(&rules, &[RULE, "IAM_PASSWORD_POLICY"]);
        let both = ["any-name", "another-name"].map(|name| rule(name, Some(RULE)));
        assert_eq!(found, [(RULE.to_owned(), both.to_vec())].into());
    }

    fn guards(remediations: Answer<Remediations>) -> Guards {
        let rules = |identifier, names: &[&str]| {
            let rules = names.iter().map(|name| rule(name, Some(identifier))).collect();
            (identifier.to_owned(), rules)
        };
        Guards { rules: [rules(RULE, &["one", "two"]), rules("OTHER", &["three"])].into(), remediations }
    }

    #[test]
    fn it_takes_something_automatic_behind_the_rule_itself() {
        let remedies = |rules: &[(&str, bool)]| {
            let remedy = |automatic| Remediation {
                document: "AWS-EnableS3BucketEncryption".to_owned(),
                automatic,
                arguments: BTreeMap::new(),
            };
            let all = rules.iter().map(|(rule, automatic)| ((*rule).to_owned(), remedy(*automatic)));
            let guard = guards(Ok(Arc::new(all.collect()))).guard(RULE).unwrap();
            guard.corrected().map(|(rule, _)| rule.to_owned())
        };
        assert_eq!(remedies(&[("one", false), ("two", true)]).as_deref(), Some("two"));
        assert_eq!(remedies(&[("one", false)]), None);
        assert_eq!(remedies(&[("three", true)]), None, "another rule's");
        assert_eq!(remedies(&[]), None);
    }

    #[test]
    fn remediations_that_could_not_be_read_matter_only_where_there_is_a_rule() {
        let operation = Operation::new("config", "DescribeRemediationConfigurations", "config:Describe");
        let guards = guards(Err(Unread::new(operation, Class::Denied, "no")));
        assert!(guards.guard(RULE).is_err());
        assert_eq!(guards.guard("IAM_PASSWORD_POLICY"), Ok(Guard::default()));
        assert_eq!(guards.rules("OTHER"), [rule("three", Some("OTHER"))]);
    }
}
