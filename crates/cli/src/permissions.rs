//! `asc permissions`: the IAM policy that the selected checks need, no action more.

use std::collections::BTreeSet;

use asc_aws::identity::GET_CALLER_IDENTITY;
use asc_core::registry::Registry;
use asc_core::{Check, Reads};
use serde_json::{Value, json};

use crate::Exit;
use crate::args::{PermissionsArgs, PolicyFormat};
use crate::guardrails;
use crate::info::print;
use crate::place::Place;
use crate::problem::Problem;
use crate::scan::selected;

/// `asc permissions`.
pub(crate) fn permissions(registry: &Registry, args: &PermissionsArgs, place: &Place) -> Result<Exit, Problem> {
    let actions = if args.guardrails {
        Reads::operations(&guardrails::reads(registry)?).into_keys().map(|operation| operation.action).collect()
    } else {
        actions(&selected(registry, &args.select, place)?)
    };
    print(&match args.format {
        PolicyFormat::Json => format!("{:#}\n", policy(&actions)),
        PolicyFormat::Cloudformation => cloudformation(&actions),
        PolicyFormat::Terraform => terraform(&actions),
    })
}

/// The actions that checks may use, sorted. Who the caller is may be asked without any permission, and is left out.
pub(crate) fn actions(checks: &[&'static dyn Check]) -> BTreeSet<&'static str> {
    let operations = checks.iter().flat_map(|check| check.declaration().operations());
    operations.map(|operation| operation.action).filter(|action| *action != GET_CALLER_IDENTITY.action).collect()
}

fn policy(actions: &BTreeSet<&'static str>) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Sid": "AscReadOnly", "Effect": "Allow", "Action": actions, "Resource": "*" }],
    })
}

fn lines(actions: &BTreeSet<&'static str>, before: &str, after: &str) -> String {
    actions.iter().flat_map(|action| [before, action, after]).collect()
}

fn cloudformation(actions: &BTreeSet<&'static str>) -> String {
    let list = lines(actions, "              - ", "\n");
    format!(
        "AWSTemplateFormatVersion: \"2010-09-09\"\n\
         Description: What asc reads, as a managed policy to attach to the role that scans\n\
         Resources:\n  AscReadOnly:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      \
         Description: Read-only access for asc\n      PolicyDocument:\n        Version: \"2012-10-17\"\n        \
         Statement:\n          - Sid: AscReadOnly\n            Effect: Allow\n            Action:\n{list}            \
         Resource: \"*\"\nOutputs:\n  PolicyArn:\n    Value: !Ref AscReadOnly\n"
    )
}

fn terraform(actions: &BTreeSet<&'static str>) -> String {
    let list = lines(actions, "      \"", "\",\n");
    format!(
        "data \"aws_iam_policy_document\" \"asc_read_only\" {{\n  statement {{\n    sid       = \"AscReadOnly\"\n    \
         effect    = \"Allow\"\n    resources = [\"*\"]\n    actions = [\n{list}    ]\n  }}\n}}\n\n\
         resource \"aws_iam_policy\" \"asc_read_only\" {{\n  name        = \"asc-read-only\"\n  \
         description = \"What asc reads\"\n  policy      = data.aws_iam_policy_document.asc_read_only.json\n}}\n"
    )
}
