//! The shape that most guardrails have: a rule, and one runbook that corrects what it finds.

use asc_core::{Text, text};

use crate::guardrail::{Part, Remedy, Setup};
use crate::value::{Value, list, map, reference};

/// A rule, and what corrects what it finds.
#[derive(Debug)]
pub(crate) struct Corrected {
    /// AWS's identifier of the managed rule.
    pub(crate) rule: &'static str,
    /// What it finds.
    pub(crate) finds: Text,
    /// What it is given.
    pub(crate) input: Value,
    /// The type of what it judges.
    pub(crate) resource_type: &'static str,
    /// What the role that corrects is for, and what it may do.
    pub(crate) role: (Text, Vec<Value>),
    /// What the remediation does.
    pub(crate) corrects: Text,
    /// The runbook that does it.
    pub(crate) runbook: Document,
    /// The runbook's parameters, beside the role.
    pub(crate) parameters: Vec<(&'static str, Value)>,
}

/// A runbook, which is a document of Systems Manager.
#[derive(Debug)]
pub(crate) enum Document {
    /// AWS's.
    Aws(&'static str),
    /// The template's own: what it does, and what it is.
    Own(Text, Value),
}

/// What most roles that correct are for.
pub(crate) fn may() -> Text {
    text!(en: "What the remediation may do.", ja: "修復に許可する操作です。")
}

impl Setup<'_> {
    /// A rule, a role, perhaps a runbook, and a remediation, named after the guardrail.
    pub(crate) fn corrected(&self, suffix: &'static str, corrected: Corrected) -> Part {
        let Corrected { rule, finds, input, resource_type, role, corrects, runbook, parameters } = corrected;
        let (about, statements) = role;
        let mut remedies = vec![self.role(suffix, about, statements)];
        let document = match runbook {
            Document::Aws(name) => name.into(),
            Document::Own(about, content) => {
                remedies.push(self.runbook(suffix, about, content));
                reference(&self.runbook_id(suffix))
            }
        };
        remedies.push(self.remediation(suffix, corrects, Remedy { role: suffix, resource_type, document, parameters }));
        Part { resources: vec![self.rule(suffix, rule, finds, input)], remedies, ..Part::default() }
    }
}

/// A runbook's parameter that is a text.
pub(crate) fn takes(name: &'static str, description: &str) -> (&'static str, Value) {
    (name, map! { "type" => "String", "description" => description })
}

/// The content of a runbook whose one step is a script, which gets all parameters but the role.
/// Source: Systems Manager User Guide, "aws:executeScript".
pub(crate) fn scripted(
    description: &str,
    role: &str,
    parameters: Vec<(&'static str, Value)>,
    step: &str,
    script: &str,
) -> Value {
    let payload = Value::map(parameters.iter().map(|(name, _)| (*name, format!("{{{{ {name} }}}}"))));
    let role = map! { "type" => "AWS::IAM::Role::Arn", "description" => role };
    map! {
        "schemaVersion" => "0.3",
        "description" => description,
        "assumeRole" => "{{ AutomationAssumeRole }}",
        "parameters" => Value::map([("AutomationAssumeRole", role)].into_iter().chain(parameters)),
        "mainSteps" => list![map! {
            "name" => step,
            "action" => "aws:executeScript",
            "inputs" => map! {
                "Runtime" => "python3.11",
                "Handler" => "handler",
                "InputPayload" => payload,
                "Script" => script,
            },
        }],
    }
}
