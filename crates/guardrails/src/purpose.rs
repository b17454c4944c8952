//! What a rule says of itself where it was deployed, so that whoever looks later knows what was meant.

use crate::template::Resource;
use crate::value::{Value, reference};

/// What was to become of what a rule finds, when it was deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It is corrected automatically.
    Corrects,
    /// It is reported, and nothing else.
    Reports,
}

impl Purpose {
    /// What the rule's description says. It is the same in every language, since programs read it as well.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Corrects => "asc guardrails: what this rule finds is corrected automatically.",
            Self::Reports => "asc guardrails: what this rule finds is reported only.",
        }
    }

    /// What a description says; none where it is not one of ours.
    pub fn of(description: &str) -> Option<Self> {
        [Self::Corrects, Self::Reports].into_iter().find(|purpose| purpose.sentence() == description)
    }
}

/// A rule with its description: it corrects wherever the remediation behind it is made.
pub(crate) fn described(mut rule: Resource, remedies: &[Resource]) -> Resource {
    if rule.kind == "AWS::Config::ConfigRule" {
        let [corrects, reports] = [Purpose::Corrects, Purpose::Reports].map(Purpose::sentence);
        let description = match behind(&rule.id, remedies).map(|remedy| remedy.condition.as_deref()) {
            Some(Some(condition)) => Value::either(condition, corrects, reports),
            Some(None) => corrects.into(),
            None => reports.into(),
        };
        rule.properties.insert(0, ("Description".to_owned(), description));
    }
    rule
}

/// The remediation behind a rule.
pub(crate) fn behind<'a>(rule: &str, resources: impl IntoIterator<Item = &'a Resource>) -> Option<&'a Resource> {
    let rule = reference(rule);
    resources.into_iter().find(|one| one.property("ConfigRuleName") == Some(&rule))
}

#[cfg(test)]
mod tests {
    use crate::assemble::{choose, template};
    use crate::guardrail::Options;

    use super::*;

    #[test]
    fn a_description_is_read_as_it_was_written() {
        for purpose in [Purpose::Corrects, Purpose::Reports] {
            assert_eq!(Purpose::of(purpose.sentence()), Some(purpose));
        }
        assert_eq!(Purpose::of("Finds buckets without default encryption."), None);
    }

    #[test]
    fn a_rule_says_that_it_corrects_where_its_remediation_is_made() {
        let said = |key: &str, rule: &str, report_only| {
            let options = Options { report_only, ..Options::default() };
            let template = template(&choose(&[key]).unwrap(), &options);
            template.resource(rule).unwrap().property("Description").unwrap().clone()
        };
        let [corrects, reports] = [Purpose::Corrects, Purpose::Reports].map(Purpose::sentence);
        let where_made = |condition| Value::either(condition, corrects, reports);
        assert_eq!(said("s3-encryption", "S3EncryptionRule", false), where_made("S3EncryptionRemediated"));
        assert_eq!(said("s3-encryption", "S3EncryptionRule", true), reports.into());
        assert_eq!(said("cloudtrail", "CloudTrailRule", false), where_made("CloudTrailRestored"));
        assert_eq!(said("cloudtrail", "CloudTrailAllRegionsRule", false), reports.into());
        assert_eq!(said("root-user", "RootUserMfaRule", false), reports.into());
    }
}
