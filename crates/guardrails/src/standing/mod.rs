//! What stands in an account where a guardrail was deployed, for whoever looks.

mod correction;
mod demand;
mod trigger;

use crate::assemble::template;
use crate::guardrail::{Guardrail, Options, remediated};
use crate::purpose::behind;
use crate::template::Resource;
use crate::value::Value;

pub use correction::{Argument, Correction, Runbook};
pub use demand::{Compared, Demand};
pub use trigger::Trigger;

/// Parameters of rules that make exceptions, which no guardrail gives them.
/// Source: AWS Config Developer Guide, "s3-bucket-level-public-access-prohibited".
const EXCEPTIONS: [(&str, &str); 1] = [("S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", "excludedPublicBuckets")];

/// A managed rule of AWS Config that belongs to a guardrail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// AWS's identifier of it: `S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED`.
    pub identifier: String,
    /// When AWS Config runs it.
    pub trigger: Trigger,
    /// What it is given.
    pub demands: Vec<Demand>,
    /// What corrects what it finds, where something does.
    pub correction: Option<Correction>,
}

impl Guardrail {
    /// The rules that stand where it was deployed.
    pub fn rules(&self) -> Vec<Standing> {
        let template = template(std::slice::from_ref(self), &Options::default());
        let resources = || template.resources.iter().flat_map(|section| &section.members);
        let always = remediated(self.parameter);
        let rules = resources().filter_map(|rule| {
            let identifier = identifier(rule)?;
            Some(Standing {
                trigger: Trigger::of(&identifier),
                demands: [demands(rule), exceptions(&identifier)].concat(),
                identifier,
                correction: behind(&rule.id, resources()).map(|remedy| Correction::of(remedy, &always)),
            })
        });
        rules.collect()
    }
}

fn entry<'a>(entries: &'a [(String, Value)], name: &str) -> Option<&'a Value> {
    entries.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

fn identifier(rule: &Resource) -> Option<String> {
    match (rule.kind, rule.property("Source")?) {
        ("AWS::Config::ConfigRule", Value::Map(source)) => match entry(source, "SourceIdentifier")? {
            Value::Text(identifier) => Some(identifier.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn exceptions(identifier: &str) -> Vec<Demand> {
    let own = EXCEPTIONS.iter().filter(|(rule, _)| *rule == identifier);
    own.map(|(_, parameter)| Demand::nothing(parameter)).collect()
}

/// What a rule is given; what counts as one is there once.
fn demands(rule: &Resource) -> Vec<Demand> {
    let Some(Value::Map(input)) = rule.property("InputParameters") else { return Vec::new() };
    let mut demands = Vec::new();
    for (name, value) in input {
        if let Value::Text(text) = value {
            let demand = Demand::new(name, text);
            if !demands.contains(&demand) {
                demands.push(demand);
            }
        }
    }
    demands
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guardrails::guardrails;

    fn rules(key: &str) -> Vec<Standing> {
        guardrails().iter().find(|guardrail| guardrail.key == key).unwrap().rules()
    }

    #[test]
    fn rules_are_known_by_their_identifiers() {
        let rules = |key: &str| {
            let always = |rule: &Standing| rule.correction.as_ref().map(|correction| correction.always);
            rules(key).into_iter().map(|rule| (rule.identifier.clone(), always(&rule))).collect::<Vec<_>>()
        };
        assert_eq!(rules("s3-encryption"), [("S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED".to_owned(), Some(true))]);
        assert_eq!(
            rules("cloudtrail"),
            [("MULTI_REGION_CLOUD_TRAIL_ENABLED".to_owned(), None), ("CLOUD_TRAIL_ENABLED".to_owned(), Some(false))],
            "where a trail stood before, none is restored"
        );
        assert_eq!(rules("restricted-ssh"), [("INCOMING_SSH_DISABLED".to_owned(), Some(true))]);
        assert_eq!(rules("guardduty"), []);
    }

    #[test]
    fn what_a_rule_and_its_runbook_are_given_is_read_from_the_template() {
        let [rotation, used] = &rules("iam-access-keys")[..] else { panic!("two rules") };
        assert_eq!(rotation.demands, [Demand::new("maxAccessKeyAge", "90")]);
        let correction = used.correction.as_ref().unwrap();
        assert_eq!(
            correction.runbooks,
            [Runbook::Aws("AWSConfigRemediation-RevokeUnusedIAMUserCredentials".to_owned())]
        );
        assert_eq!(
            correction.arguments,
            [
                ("AutomationAssumeRole".to_owned(), Argument::Some),
                ("IAMResourceId".to_owned(), Argument::Found),
                ("MaxCredentialUsageAge".to_owned(), Argument::Fixed(Demand::new("MaxCredentialUsageAge", "45"))),
            ]
        );
        let s3 = rules("s3-encryption").remove(0).correction.unwrap();
        let names: Vec<_> = s3.runbooks.iter().map(Runbook::name).collect();
        assert_eq!(names, ["S3EncryptionRunbook", "AWS-EnableS3BucketEncryption"], "whoever deploys chooses");
        assert_eq!(rules("s3-public-access")[1].demands, [Demand::nothing("excludedPublicBuckets")]);
        assert_eq!(rules("restricted-rdp")[0].demands, [Demand::new("blockedPort1", "3389")], "five that are one");
    }

    #[test]
    fn the_trigger_of_every_rule_is_known() {
        let mut listed = trigger::all();
        for rule in guardrails().iter().flat_map(Guardrail::rules) {
            let at = listed.iter().position(|(identifier, _)| *identifier == rule.identifier);
            let (identifier, trigger) =
                listed.remove(at.unwrap_or_else(|| panic!("{} is not listed", rule.identifier)));
            assert_eq!(trigger, rule.trigger, "{identifier}");
        }
        assert_eq!(listed, [], "no guardrail has these");
    }
}
