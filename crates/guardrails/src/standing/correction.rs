//! What corrects what a rule finds, as a template has it.

use crate::prose::words;
use crate::standing::demand::Demand;
use crate::standing::entry;
use crate::template::Resource;
use crate::value::Value;

/// What corrects what a rule finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Whether it stands wherever the guardrail corrects, whatever the account had before.
    pub always: bool,
    /// The runbooks that it may be, as whoever deploys chooses.
    pub runbooks: Vec<Runbook>,
    /// What the runbook is given.
    pub arguments: Vec<(String, Argument)>,
}

/// A runbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Runbook {
    /// AWS's, by its name.
    Aws(String),
    /// The template's own, by its logical id.
    Own(String),
}

/// What a runbook's parameter is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// The id of what the rule has found.
    Found,
    /// Always the same.
    Fixed(Demand),
    /// Something that depends on where the template is deployed, such as the ARN of a role.
    Some,
}

impl Runbook {
    /// Its name in the template.
    pub fn name(&self) -> &str {
        match self {
            Self::Aws(name) | Self::Own(name) => name,
        }
    }

    /// Whether a document is it. CloudFormation puts the logical id between the stack's name and something random, the
    /// template for Terraform puts `asc-` before its words.
    /// Source: CloudFormation User Guide, "Name type".
    pub fn is(&self, document: &str) -> bool {
        match self {
            Self::Aws(name) => document == name,
            Self::Own(id) => document.contains(&format!("-{id}-")) || document == format!("asc-{}", words(id, '-')),
        }
    }
}

impl Correction {
    /// What a remediation of a template does; `always` is the condition of those that stand wherever the guardrail corrects.
    pub(super) fn of(remediation: &Resource, always: &str) -> Self {
        let entries = match remediation.property("Parameters") {
            Some(Value::Map(entries)) => entries.as_slice(),
            _ => &[],
        };
        Self {
            always: remediation.condition.as_deref() == Some(always),
            runbooks: remediation.property("TargetId").map(runbooks).unwrap_or_default(),
            arguments: entries.iter().map(|(name, value)| (name.clone(), argument(name, value))).collect(),
        }
    }
}

fn runbooks(target: &Value) -> Vec<Runbook> {
    match target {
        Value::Text(name) => vec![Runbook::Aws(name.clone())],
        Value::Ref(id) => vec![Runbook::Own(id.clone())],
        Value::If(_, then, otherwise) => [runbooks(then), runbooks(otherwise)].concat(),
        _ => Vec::new(),
    }
}

fn argument(name: &str, value: &Value) -> Argument {
    let Value::Map(entries) = value else { return Argument::Some };
    match (entry(entries, "ResourceValue"), entry(entries, "StaticValue")) {
        (Some(_), _) => Argument::Found,
        (None, Some(Value::Map(fixed))) => match entry(fixed, "Values") {
            Some(Value::List(values)) => match &values[..] {
                [Value::Text(text)] => Argument::Fixed(Demand::new(name, text)),
                _ => Argument::Some,
            },
            _ => Argument::Some,
        },
        _ => Argument::Some,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_of_the_templates_own_is_known_by_its_logical_id() {
        let own = Runbook::Own("S3EncryptionRunbook".to_owned());
        assert!(own.is("asc-guardrails-S3EncryptionRunbook-1A2B3C4D5E6F"));
        assert!(own.is("asc-s3-encryption-runbook"));
        assert!(!own.is("AWS-EnableS3BucketEncryption") && !own.is("S3EncryptionRunbook"));
        let aws = Runbook::Aws("AWS-EnableCloudTrail".to_owned());
        assert!(aws.is("AWS-EnableCloudTrail") && !aws.is("AWS-EnableCloudTrailLogFileValidation"));
    }
}
