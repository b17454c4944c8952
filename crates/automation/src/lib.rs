//! Changes that a runbook of Systems Manager Automation makes, started and waited for.

mod execution;

use std::collections::{BTreeMap, HashMap};

use asc_aws::door;
use asc_core::fix::{Automation, Changes, Runbook};
use asc_core::{Cx, Operation, Text, Unread, text};
use aws_sdk_ssm::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Starts a runbook.
pub const START: Operation = Operation::new("ssm", "StartAutomationExecution", "ssm:StartAutomationExecution");
/// Tells how a run of one goes.
pub const GET: Operation = Operation::new("ssm", "GetAutomationExecution", "ssm:GetAutomationExecution");
/// Tells which runs there are.
pub const DESCRIBE: Operation =
    Operation::new("ssm", "DescribeAutomationExecutions", "ssm:DescribeAutomationExecutions");
/// No call: what giving a runbook its role takes.
pub const PASS_ROLE: Operation = Operation::new("iam", "PassRole", "iam:PassRole");

/// The parameter by which all runbooks of AWS are given their role.
const ROLE: &str = "AutomationAssumeRole";

/// A change that a runbook makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation")]
pub enum AutomationChange {
    /// Starts a runbook and waits for its end.
    StartAutomationExecution {
        /// The runbook's name.
        document: String,
        /// Where it runs; none for the region that everything sets out from.
        region: Option<String>,
        /// What it is told, its role included.
        parameters: BTreeMap<String, Vec<String>>,
        /// Names the run, in the form of a UUID: started again with it, the runbook does not run again.
        token: String,
    },
    /// Waits until no run of a runbook is under way any more, so that none does again what is about to be undone.
    AwaitAutomationExecutions {
        /// The runbook's name.
        document: String,
        /// Where it runs; none for the region that everything sets out from.
        region: Option<String>,
    },
}

/// The change that a runbook makes in a run of fixes: for a role, or with the permissions of whoever starts it.
pub fn start(automation: &Automation, role: Option<&str>, run: &str) -> AutomationChange {
    let Automation { runbook, region, parameters } = automation;
    let role = role.map(|role| (ROLE, role.to_owned()));
    let parameters = parameters.iter().map(|(name, value)| (*name, value.clone())).chain(role);
    let parameters: BTreeMap<_, _> = parameters.map(|(name, value)| (name.to_owned(), vec![value])).collect();
    AutomationChange::StartAutomationExecution {
        document: runbook.name.to_owned(),
        region: region.clone(),
        token: token(run, runbook.name, region.as_deref(), &parameters),
        parameters,
    }
}

/// What has to come before a runbook's work is undone.
pub fn wait(automation: &Automation) -> AutomationChange {
    let Automation { runbook, region, .. } = automation;
    AutomationChange::AwaitAutomationExecutions { document: runbook.name.to_owned(), region: region.clone() }
}

/// A UUID (version 8 of RFC 9562) that says which run of fixes starts what. `ClientToken` takes no other form.
fn token(run: &str, document: &str, region: Option<&str>, parameters: &BTreeMap<String, Vec<String>>) -> String {
    let digest = Sha256::digest(format!("{run} {document} {region:?} {parameters:?}"));
    let number = digest.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    // Version 8 in the 13th digit, variant 10 in the two upper bits of the 17th.
    let number = number & !(0xf << 76) | 0x8 << 76;
    let number = number & !(0b11 << 62) | 0b10 << 62;
    let digits = format!("{number:032x}");
    [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]).join("-")
}

impl AutomationChange {
    fn document(&self) -> &str {
        match self {
            Self::StartAutomationExecution { document, .. } | Self::AwaitAutomationExecutions { document, .. } => {
                document
            }
        }
    }

    /// The role that the runbook is given, if it is given one.
    fn role(&self) -> Option<&str> {
        let Self::StartAutomationExecution { parameters, .. } = self else { return None };
        parameters.get(ROLE)?.first().map(String::as_str)
    }

    /// The IAM actions of the calls that the runbook makes.
    fn calls(&self) -> &'static [&'static str] {
        let known = Runbook::ALL.into_iter().find(|runbook| runbook.name == self.document());
        known.map(|runbook| runbook.actions).unwrap_or_default()
    }
}

impl Changes for AutomationChange {
    const FAMILY: &'static str = "ssm";

    fn operation(&self) -> Operation {
        match self {
            Self::StartAutomationExecution { .. } => START,
            Self::AwaitAutomationExecutions { .. } => DESCRIBE,
        }
    }

    fn region(&self) -> Option<&str> {
        match self {
            Self::StartAutomationExecution { region, .. } | Self::AwaitAutomationExecutions { region, .. } => {
                region.as_deref()
            }
        }
    }

    fn actions(&self) -> Vec<&'static str> {
        if matches!(self, Self::AwaitAutomationExecutions { .. }) {
            return vec![DESCRIBE.action];
        }
        let for_whom = if self.role().is_some() { &[PASS_ROLE.action] } else { self.calls() };
        [START.action, GET.action].into_iter().chain(for_whom.iter().copied()).collect()
    }

    fn details(&self) -> Option<Text> {
        let Self::StartAutomationExecution { document, parameters, .. } = self else { return None };
        let told = parameters.iter().filter(|(name, _)| *name != ROLE);
        let told = told.map(|(name, value)| format!("{name}: {}", value.join(", ")));
        let told = std::iter::once(document.clone()).chain(told).collect::<Vec<_>>().join(", ");
        let calls = self.calls().join(", ");
        Some(match self.role() {
            Some(role) => text!(
                en: "runbook {told}; it runs for {role}, which needs {calls}",
                ja: "ランブック {told}。{role} の権限で実行され、このロールには {calls} が必要です"
            ),
            None => text!(
                en: "runbook {told}; it runs with your own permissions, and needs {calls}",
                ja: "ランブック {told}。ご自身の権限で実行され、{calls} が必要です"
            ),
        })
    }

    async fn send(&self, cx: &Cx) -> Result<(), Unread> {
        let operation = Changes::operation(self);
        let door = door(cx, operation)?;
        let region = Changes::region(self).unwrap_or_else(|| door.home());
        let client = door.client(operation.service, region, |sdk, tag| {
            aws_sdk_ssm::Client::from_conf(aws_sdk_ssm::config::Builder::from(sdk).interceptor(tag).build())
        });
        match self {
            Self::StartAutomationExecution { document, parameters, token, .. } => {
                let parameters: HashMap<_, _> = parameters.clone().into_iter().collect();
                let request = client.start_automation_execution().document_name(document).client_token(token);
                let answer = request.set_parameters(Some(parameters)).send().await.map_err(|error| refused(&error))?;
                let id = answer.automation_execution_id.filter(|id| !id.is_empty());
                let id = id.ok_or_else(|| Unread::malformed(START, "no AutomationExecutionId in the answer"))?;
                execution::ended(cx, &client, document, &id).await
            }
            Self::AwaitAutomationExecutions { document, .. } => execution::none_under_way(cx, &client, document).await,
        }
    }
}

asc_core::declare_changes!(AutomationChange);

type Sent<E> = SdkError<E, aws_sdk_ssm::config::http::HttpResponse>;

/// Why a runbook was not started. AWS checks whether the caller may give it the role as it starts it, and says so by
/// the same code.
fn refused<E>(error: &Sent<E>) -> Unread
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let operation = if DisplayErrorContext(error).to_string().contains(PASS_ROLE.action) { PASS_ROLE } else { START };
    asc_aws::unread(operation, error)
}

#[cfg(test)]
mod tests;
