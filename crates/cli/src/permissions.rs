//! `asc permissions`: the IAM policy that the selected checks need, no action more.

use std::collections::BTreeSet;

use asc_automation::{DESCRIBE, GET, PASS_ROLE, START};
use asc_aws::identity::GET_CALLER_IDENTITY;
use asc_core::fix::AnyFix;
use asc_core::registry::Registry;
use asc_core::{Check, Reads, fix};
use serde_json::{Value, json};

use crate::Exit;
use crate::args::{PermissionsArgs, PolicyFormat, Via};
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
        let checks = selected(registry, &args.select, place)?;
        let mut actions = actions(&checks);
        if args.fix {
            actions.extend(fix_actions(&checks, args.via));
        }
        actions
    };
    let names = if args.fix { &FIXES } else { &READS };
    print(&match args.format {
        PolicyFormat::Json => format!("{:#}\n", policy(&actions, names)),
        PolicyFormat::Cloudformation => cloudformation(&actions, names),
        PolicyFormat::Terraform => terraform(&actions, names),
    })
}

/// What the policy is called, and said to be for.
struct Names {
    sid: &'static str,
    description: &'static str,
    about: &'static str,
    terraform: &'static str,
    name: &'static str,
}

const READS: Names = Names {
    sid: "AscReadOnly",
    description: "Read-only access for asc",
    about: "What asc reads",
    terraform: "asc_read_only",
    name: "asc-read-only",
};

const FIXES: Names = Names {
    sid: "AscFix",
    description: "What asc fix reads and changes",
    about: "What asc fix reads and changes",
    terraform: "asc_fix",
    name: "asc-fix",
};

/// The actions that the fixes of checks may use beside those of the checks.
fn fix_actions(checks: &[&'static dyn Check], via: Via) -> BTreeSet<&'static str> {
    let fixes = fix::linked();
    let fixes = checks.iter().filter_map(|check| fixes.get(check.declaration().id));
    fixes.flat_map(|fix| reading(*fix).chain(changing(*fix, via))).collect()
}

/// What a fix needs for a plan.
fn reading(fix: &dyn AnyFix) -> impl Iterator<Item = &'static str> + use<> {
    Reads::operations(fix.reads()).into_keys().map(|operation| operation.action)
}

/// What a fix needs to change something, and to undo that.
fn changing(fix: &dyn AnyFix, via: Via) -> Vec<&'static str> {
    let calls = fix.calls().iter().map(|operation| operation.action);
    match via {
        Via::Api => calls.collect(),
        // It is left, and so changes nothing.
        Via::Ssm if fix.runbooks().is_empty() => Vec::new(),
        Via::Ssm => {
            let automation = [START, GET, DESCRIBE, PASS_ROLE].map(|operation| operation.action);
            let own = fix.runbooks().iter().filter(|runbook| !runbook.needs_role);
            calls.chain(automation).chain(own.flat_map(|runbook| runbook.actions.iter().copied())).collect()
        }
    }
}

/// The actions that checks may use, sorted. Who the caller is may be asked without any permission, and is left out.
pub(crate) fn actions(checks: &[&'static dyn Check]) -> BTreeSet<&'static str> {
    let operations = checks.iter().flat_map(|check| check.declaration().operations());
    operations.map(|operation| operation.action).filter(|action| *action != GET_CALLER_IDENTITY.action).collect()
}

fn policy(actions: &BTreeSet<&'static str>, names: &Names) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Sid": names.sid, "Effect": "Allow", "Action": actions, "Resource": "*" }],
    })
}

fn lines(actions: &BTreeSet<&'static str>, before: &str, after: &str) -> String {
    actions.iter().flat_map(|action| [before, action, after]).collect()
}

fn cloudformation(actions: &BTreeSet<&'static str>, names: &Names) -> String {
    let list = lines(actions, "              - ", "\n");
    let Names { sid, description, about, .. } = names;
    format!(
        "AWSTemplateFormatVersion: \"2010-09-09\"\n\
         Description: {about}, as a managed policy to attach to the role that scans\n\
         Resources:\n  {sid}:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      \
         Description: {description}\n      PolicyDocument:\n        Version: \"2012-10-17\"\n        \
         Statement:\n          - Sid: {sid}\n            Effect: Allow\n            Action:\n{list}            \
         Resource: \"*\"\nOutputs:\n  PolicyArn:\n    Value: !Ref {sid}\n"
    )
}

fn terraform(actions: &BTreeSet<&'static str>, names: &Names) -> String {
    let list = lines(actions, "      \"", "\",\n");
    let Names { sid, about, terraform, name, .. } = names;
    format!(
        "data \"aws_iam_policy_document\" \"{terraform}\" {{\n  statement {{\n    sid       = \"{sid}\"\n    \
         effect    = \"Allow\"\n    resources = [\"*\"]\n    actions = [\n{list}    ]\n  }}\n}}\n\n\
         resource \"aws_iam_policy\" \"{terraform}\" {{\n  name        = \"{name}\"\n  \
         description = \"{about}\"\n  policy      = data.aws_iam_policy_document.{terraform}.json\n}}\n"
    )
}
