//! What stands in an account where a guardrail was deployed, for whoever looks.

use crate::assemble::template;
use crate::guardrail::{Guardrail, Options, remediated};
use crate::template::Resource;
use crate::value::Value;

/// A managed rule of AWS Config that belongs to a guardrail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    /// AWS's identifier of it: `S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED`.
    pub identifier: String,
    /// Whether an automatic remediation stands behind it wherever the guardrail corrects, whatever the account had before.
    pub corrected: bool,
    /// The type that a recorder has to record for the rule to see a change at all; none for a rule that looks by the clock.
    pub recorded: Option<&'static str>,
}

/// Rules that AWS Config runs when a resource changes, and the type of the resource.
/// Source: AWS Config Developer Guide, "List of AWS Config Managed Rules by Trigger Type".
const ON_CHANGE: [(&str, &str); 6] = [
    ("INCOMING_SSH_DISABLED", "AWS::EC2::SecurityGroup"),
    ("RESTRICTED_INCOMING_TRAFFIC", "AWS::EC2::SecurityGroup"),
    ("S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", "AWS::S3::Bucket"),
    ("S3_BUCKET_LOGGING_ENABLED", "AWS::S3::Bucket"),
    ("S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED", "AWS::S3::Bucket"),
    ("VPC_DEFAULT_SECURITY_GROUP_CLOSED", "AWS::EC2::SecurityGroup"),
];

impl Guardrail {
    /// The rules that stand where it was deployed.
    pub fn rules(&self) -> Vec<Standing> {
        let template = template(std::slice::from_ref(self), &Options::default());
        let resources: Vec<_> = template.resources.iter().flat_map(|section| &section.members).collect();
        let remediated = remediated(self.parameter);
        let corrects = |rule: &Resource| {
            let of_rule = |value: &Value| *value == Value::Ref(rule.id.clone());
            let always = |resource: &Resource| resource.condition.as_ref() == Some(&remediated);
            resources.iter().any(|one| property(one, "ConfigRuleName").is_some_and(of_rule) && always(one))
        };
        let rules = resources.iter().filter(|resource| resource.kind == "AWS::Config::ConfigRule");
        rules.filter_map(|rule| Some(standing(identifier(rule)?, corrects(rule)))).collect()
    }
}

fn standing(identifier: &str, corrected: bool) -> Standing {
    let recorded = ON_CHANGE.iter().find(|(rule, _)| *rule == identifier).map(|(_, kind)| *kind);
    Standing { identifier: identifier.to_owned(), corrected, recorded }
}

fn property<'a>(resource: &'a Resource, name: &str) -> Option<&'a Value> {
    entry(&resource.properties, name)
}

fn entry<'a>(entries: &'a [(String, Value)], name: &str) -> Option<&'a Value> {
    entries.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

fn identifier(rule: &Resource) -> Option<&str> {
    match property(rule, "Source")? {
        Value::Map(source) => match entry(source, "SourceIdentifier")? {
            Value::Text(identifier) => Some(identifier),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::ON_CHANGE;
    use crate::guardrails::guardrails;

    #[test]
    fn rules_are_known_by_their_identifiers() {
        let rules = |key: &str| {
            let all = guardrails();
            let rules = all.iter().find(|guardrail| guardrail.key == key).unwrap().rules();
            rules.into_iter().map(|rule| (rule.identifier, rule.corrected)).collect::<Vec<_>>()
        };
        assert_eq!(rules("s3-encryption"), [("S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED".to_owned(), true)]);
        assert_eq!(
            rules("cloudtrail"),
            [("MULTI_REGION_CLOUD_TRAIL_ENABLED".to_owned(), false), ("CLOUD_TRAIL_ENABLED".to_owned(), false)],
            "where a trail stood before, none is restored"
        );
        assert_eq!(rules("restricted-ssh"), [("INCOMING_SSH_DISABLED".to_owned(), true)]);
        assert_eq!(rules("guardduty"), []);
    }

    #[test]
    fn every_rule_that_is_known_to_run_on_changes_is_some_guardrails() {
        let all: Vec<_> = guardrails().iter().flat_map(super::Guardrail::rules).collect();
        for (identifier, kind) in ON_CHANGE {
            assert!(
                all.iter().any(|rule| rule.identifier == identifier && rule.recorded == Some(kind)),
                "{identifier}"
            );
        }
        let password = all.iter().find(|rule| rule.identifier == "IAM_PASSWORD_POLICY");
        assert_eq!(password.and_then(|rule| rule.recorded), None);
    }
}
