//! A guardrail: something about an account that is to stay as it is, and what a template needs to keep it so.

use std::collections::BTreeSet;

use asc_core::{Text, text};

use crate::basis::RECORDER_READY;
use crate::template::{Condition, Output, Parameter, Resource};
use crate::value::{Value, attribute, list, map, reference, sub};

/// Whether undoing a change by program can be in anybody's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// It cannot interrupt anybody: done unless switched off.
    Safe,
    /// It may interrupt somebody: done only when whoever deploys says so.
    Careful,
}

/// What can be chosen about a guardrail when it is deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// `off`, `report` or `remediate`.
    Remedy(Risk),
    /// `off` or `report`: nothing that a program could correct.
    Report,
    /// `off` or `on`: a service, or alerts.
    Service,
    /// A parameter of its own, which the guardrail brings along.
    Own,
}

/// What an account may have already in a region, and can have only once there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Existing {
    /// A configuration recorder.
    Recorder,
    /// A delivery channel.
    DeliveryChannel,
    /// The service-linked role of AWS Config, `AWSServiceRoleForConfig`.
    ConfigRole,
    /// The service-linked role of its remediations, `AWSServiceRoleForConfigRemediation`.
    RemediationRole,
    /// A trail that records all regions, an organisation's perhaps.
    Trail,
    /// A service that is on, by its guardrail's key.
    Service(&'static str),
}

/// What a template is made for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What the account has: the defaults of the parameters that ask for it.
    pub existing: BTreeSet<Existing>,
    /// Without anything that corrects: rules that report, and no role that may change the account.
    pub report_only: bool,
}

impl Options {
    pub(crate) fn has(&self, existing: Existing) -> bool {
        self.existing.contains(&existing)
    }
}

/// A guardrail.
#[derive(Clone, Debug)]
pub struct Guardrail {
    /// What it is called on the command line.
    pub key: &'static str,
    /// The parameter that switches it; its resources' and conditions' names begin with it.
    pub parameter: &'static str,
    /// What it is about, in a few words.
    pub title: Text,
    /// What it keeps, how, and what it leaves to people.
    pub about: Text,
    /// The checks that pass where it stands.
    pub checks: &'static [&'static str],
    /// What can be chosen about it.
    pub switch: Switch,
    /// Whether it concerns the account as a whole, so that one region is enough.
    pub account_wide: bool,
    /// Whether it stands on AWS Config.
    pub on_config: bool,
    /// Makes what it needs.
    pub(crate) build: fn(&Setup) -> Part,
}

/// What a guardrail adds to a template, beside its switch.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) conditions: Vec<Condition>,
    /// What observes.
    pub(crate) resources: Vec<Resource>,
    /// What corrects.
    pub(crate) remedies: Vec<Resource>,
    pub(crate) outputs: Vec<Output>,
}

/// What a guardrail may ask while it is made.
#[derive(Debug)]
pub(crate) struct Setup<'a> {
    pub(crate) parameter: &'static str,
    pub(crate) options: &'a Options,
    pub(crate) chosen: &'a [&'a Guardrail],
}

impl Setup<'_> {
    /// The condition under which the guardrail observes.
    pub(crate) fn on(&self) -> String {
        format!("{}On", self.parameter)
    }

    /// The condition under which it corrects.
    pub(crate) fn remediated(&self) -> String {
        remediated(self.parameter)
    }

    /// Whether another guardrail is in the same template.
    pub(crate) fn chose(&self, key: &str) -> bool {
        self.chosen.iter().any(|guardrail| guardrail.key == key)
    }

    /// A managed rule of AWS Config, named after the guardrail.
    pub(crate) fn rule(&self, suffix: &str, identifier: &str, comment: Text, input: Value) -> Resource {
        let source = map! { "Owner" => "AWS", "SourceIdentifier" => identifier };
        let mut properties = vec![("Source".to_owned(), source)];
        if input != map! {} {
            properties.push(("InputParameters".to_owned(), input));
        }
        // A rule can be made only where a recorder records.
        Resource::new(&self.rule_id(suffix), "AWS::Config::ConfigRule", comment, Value::Map(properties))
            .when(&self.on())
            .after(RECORDER_READY)
    }

    pub(crate) fn rule_id(&self, suffix: &str) -> String {
        format!("{}{suffix}Rule", self.parameter)
    }

    /// The role that Systems Manager assumes to correct.
    pub(crate) fn role(&self, suffix: &str, comment: Text, statements: Vec<Value>) -> Resource {
        let trust = map! { "StringEquals" => map! { "aws:SourceAccount" => reference("AWS::AccountId") } };
        Resource::new(
            &self.role_id(suffix),
            "AWS::IAM::Role",
            comment,
            map! {
                "AssumeRolePolicyDocument" => policy(vec![map! {
                    "Effect" => "Allow",
                    "Principal" => map! { "Service" => "ssm.amazonaws.com" },
                    "Action" => "sts:AssumeRole",
                    "Condition" => trust,
                }]),
                "Policies" => list![map! { "PolicyName" => "remediation", "PolicyDocument" => policy(statements) }],
            },
        )
        .when(&self.remediated())
    }

    pub(crate) fn role_id(&self, suffix: &str) -> String {
        format!("{}{suffix}RemediationRole", self.parameter)
    }

    /// What AWS Config starts by itself when its rule finds something.
    pub(crate) fn remediation(&self, suffix: &str, comment: Text, remedy: Remedy) -> Resource {
        let role = attribute(&self.role_id(remedy.role), "Arn");
        let mut parameters = vec![("AutomationAssumeRole".to_owned(), fixed(role))];
        parameters.extend(remedy.parameters.into_iter().map(|(name, argument)| (name.to_owned(), argument)));
        Resource::new(
            &format!("{}{suffix}Remediation", self.parameter),
            "AWS::Config::RemediationConfiguration",
            comment,
            map! {
                "ConfigRuleName" => reference(&self.rule_id(suffix)),
                "ResourceType" => remedy.resource_type,
                "Automatic" => true,
                "MaximumAutomaticAttempts" => 1,
                "RetryAttemptSeconds" => 30,
                "TargetType" => "SSM_DOCUMENT",
                "TargetId" => remedy.document,
                "Parameters" => Value::Map(parameters),
            },
        )
        .when(&self.remediated())
    }

    /// A runbook of the template's own, for what AWS's own runbooks do not do, or do wrongly.
    pub(crate) fn runbook(&self, suffix: &str, comment: Text, content: Value) -> Resource {
        Resource::new(
            &self.runbook_id(suffix),
            "AWS::SSM::Document",
            comment,
            map! {
                "DocumentType" => "Automation",
                "DocumentFormat" => "JSON",
                "UpdateMethod" => "NewVersion",
                "Content" => content,
            },
        )
        .when(&self.remediated())
    }

    pub(crate) fn runbook_id(&self, suffix: &str) -> String {
        format!("{}{suffix}Runbook", self.parameter)
    }

    /// The switch of the guardrail.
    pub(crate) fn switch(&self, guardrail: &Guardrail) -> Option<Parameter> {
        let title = &guardrail.title;
        let stands = self.options.has(Existing::Service(guardrail.key));
        let (allowed, default): (&[&str], _) = match guardrail.switch {
            Switch::Remedy(_) | Switch::Report if self.options.report_only => (&["off", "report"], "report"),
            Switch::Remedy(Risk::Safe) => (&["off", "report", "remediate"], "remediate"),
            Switch::Remedy(Risk::Careful) => (&["off", "report", "remediate"], "report"),
            Switch::Report => (&["off", "report"], "report"),
            Switch::Service => (&["off", "on"], if stands { "off" } else { "on" }),
            Switch::Own => return None,
        };
        let (en, ja) = (&title.en, &title.ja);
        let description = match guardrail.switch {
            Switch::Remedy(Risk::Careful) if !self.options.report_only => text!(
                en: "{en}: off, report, or remediate (which may interrupt somebody; read the section first).",
                ja: "{ja}: off、report、または remediate (利用者に影響する可能性があるため、先に該当の節をお読みください)。"
            ),
            Switch::Service => text!(
                en: "{en}: on, or off where it is on already or not wanted.",
                ja: "{ja}: on。すでに有効な場合や不要な場合は off にします。"
            ),
            _ => {
                let words = allowed.join(", ");
                text!(en: "{en}: {words}.", ja: "{ja}: {words}。")
            }
        };
        Some(Parameter::choice(guardrail.parameter, description, allowed, default))
    }
}

/// The condition under which the guardrail of a parameter corrects.
pub(crate) fn remediated(parameter: &str) -> String {
    format!("{parameter}Remediated")
}

/// A remedy, as AWS Config starts it.
#[derive(Debug)]
pub(crate) struct Remedy {
    /// The suffix of the role that corrects.
    pub(crate) role: &'static str,
    /// The type of what the rule judges.
    pub(crate) resource_type: &'static str,
    /// The runbook.
    pub(crate) document: Value,
    /// The runbook's parameters, beside the role.
    pub(crate) parameters: Vec<(&'static str, Value)>,
}

/// A parameter of a runbook that is always the same.
pub(crate) fn fixed(value: impl Into<Value>) -> Value {
    let value: Value = value.into();
    map! { "StaticValue" => map! { "Values" => list![value] } }
}

/// A parameter of a runbook that is the id of what the rule has found.
pub(crate) fn found() -> Value {
    map! { "ResourceValue" => map! { "Value" => "RESOURCE_ID" } }
}

/// A policy document.
pub(crate) fn policy(statements: Vec<Value>) -> Value {
    map! { "Version" => "2012-10-17", "Statement" => Value::List(statements) }
}

/// A statement of a role's policy.
pub(crate) fn allow(actions: &[&str], resource: impl Into<Value>) -> Value {
    let actions = match actions {
        [action] => Value::from(*action),
        _ => Value::list(actions.iter().copied()),
    };
    let resource: Value = resource.into();
    map! { "Effect" => "Allow", "Action" => actions, "Resource" => resource }
}

/// The ARN of something of the account's in the stack's region, after `arn:PARTITION:`.
pub(crate) fn arn(service: &str, rest: &str) -> Value {
    sub(&format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{rest}"))
}

/// What a role needs to run another runbook of AWS's and to see how it ends.
pub(crate) fn runs(document: &str) -> [Value; 2] {
    [
        allow(
            &["ssm:StartAutomationExecution"],
            sub(&format!("arn:${{AWS::Partition}}:ssm:${{AWS::Region}}::automation-definition/{document}:*")),
        ),
        allow(&["ssm:GetAutomationExecution"], arn("ssm", "automation-execution/*")),
    ]
}

/// The ARNs of all buckets: any of them may be found.
pub(crate) fn any_bucket() -> Value {
    sub("arn:${AWS::Partition}:s3:::*")
}
