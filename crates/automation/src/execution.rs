//! Runs of runbooks: how one ends, and whether any is under way.

use std::time::Duration;

use asc_aws::{pages, unread};
use asc_core::{Class, Cx, Operation, Unread};
use aws_sdk_ssm::Client;
use aws_sdk_ssm::types::{
    AutomationExecution, AutomationExecutionFilter, AutomationExecutionFilterKey, AutomationExecutionStatus,
};
use tokio::time::{Instant, sleep};

use crate::{DESCRIBE, GET, START};

/// The first pause between two looks. The runbooks that are started here make one or two calls each.
const SOON: Duration = Duration::from_millis(500);
/// The longest pause.
const SELDOM: Duration = Duration::from_secs(10);
/// After that long it is no longer waited for. A script in a runbook may take ten minutes.
/// Source: AWS Systems Manager User Guide, "`aws:executeScript`".
const PATIENCE: Duration = Duration::from_mins(15);

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    UnderWay,
    Succeeded,
    Failed,
}

/// How far a run of that status is. One that is not known is taken to be under way: it is waited for, and reported.
/// Source: AWS Systems Manager API Reference, `AutomationExecution`.
pub(crate) fn progress(status: &AutomationExecutionStatus) -> Progress {
    use AutomationExecutionStatus as Status;
    match status {
        Status::Success | Status::CompletedWithSuccess => Progress::Succeeded,
        Status::Cancelled
        | Status::ChangeCalendarOverrideRejected
        | Status::CompletedWithFailure
        | Status::Exited
        | Status::Failed
        | Status::Rejected
        | Status::Timedout => Progress::Failed,
        _ => Progress::UnderWay,
    }
}

/// The statuses of runs that are under way, by which they can be listed.
const UNDER_WAY: [AutomationExecutionStatus; 4] = [
    AutomationExecutionStatus::Pending,
    AutomationExecutionStatus::Inprogress,
    AutomationExecutionStatus::Waiting,
    AutomationExecutionStatus::Cancelling,
];

/// The pauses between looks, ever longer until patience ends.
struct Pauses {
    began: Instant,
    next: Duration,
}

impl Pauses {
    fn begin() -> Self {
        Self { began: Instant::now(), next: SOON }
    }

    /// Pauses, unless the user breaks off; false once there is no patience left.
    async fn pause(&mut self, cx: &Cx, operation: Operation, of: &str) -> Result<bool, Unread> {
        if self.began.elapsed() >= PATIENCE {
            return Ok(false);
        }
        tokio::select! {
            biased;
            () = cx.stop().wished() => {
                Err(Unread::new(operation, Class::Interrupted, format!("interrupted while {of} was under way")))
            }
            () = sleep(self.next) => {
                self.next = (self.next * 2).min(SELDOM);
                Ok(true)
            }
        }
    }
}

/// Waits until a run has ended, and tells why it failed if it did.
pub(crate) async fn ended(cx: &Cx, client: &Client, document: &str, id: &str) -> Result<(), Unread> {
    let mut pauses = Pauses::begin();
    let of = format!("the execution {id} of {document}");
    loop {
        let status = match looked_at(client, id).await {
            // It was started a moment ago, and what tells of it may not have heard yet.
            Err(why) if why.class == Class::Absent => AutomationExecutionStatus::Pending,
            Err(why) => return Err(unseen(&of, why)),
            Ok((status, execution)) => match progress(&status) {
                Progress::Succeeded => return Ok(()),
                Progress::Failed => return Err(failed(&of, &status, &execution)),
                Progress::UnderWay => status,
            },
        };
        if !pauses.pause(cx, GET, &of).await? {
            return Err(lasting(START, &of, status.as_str()));
        }
    }
}

async fn looked_at(client: &Client, id: &str) -> Result<(AutomationExecutionStatus, AutomationExecution), Unread> {
    let answer = client.get_automation_execution().automation_execution_id(id).send().await;
    let execution = answer.map_err(|error| unread(GET, &error))?.automation_execution;
    let told = execution.and_then(|told| Some((told.automation_execution_status()?.clone(), told)));
    told.ok_or_else(|| Unread::malformed(GET, "no AutomationExecutionStatus in the answer"))
}

/// A run of which nobody knows what becomes. That looking was denied must not pass for that nothing was started.
fn unseen(of: &str, why: Unread) -> Unread {
    if why.class != Class::Denied {
        return why;
    }
    let action = GET.action;
    let detail = format!("{of} was started, but {action} was denied, so nobody knows what became of it");
    let mut seen = Unread::new(GET, Class::Refused, detail);
    seen.aws_code.clone_from(&why.aws_code);
    seen
}

/// The words of the step that failed, and of the run where no step says anything.
fn failed(of: &str, status: &AutomationExecutionStatus, execution: &AutomationExecution) -> Unread {
    let mut steps = execution.step_executions().iter();
    let step = steps.find_map(|step| Some((step.step_name()?, step.failure_message()?)));
    let why = match (step, execution.failure_message()) {
        (Some((name, why)), _) => format!("{of} failed in the step {name}: {why}"),
        (None, Some(why)) => format!("{of} failed: {why}"),
        (None, None) => format!("{of} failed, and does not say why"),
    };
    let mut unread = Unread::new(START, Class::Refused, why);
    unread.aws_code = Some(status.as_str().into());
    unread
}

fn lasting(operation: Operation, of: &str, status: &str) -> Unread {
    let minutes = PATIENCE.as_secs() / 60;
    let mut unread = Unread::new(operation, Class::Refused, format!("{of} is still under way after {minutes} minutes"));
    unread.aws_code = Some(status.into());
    unread
}

/// Waits until no run of a runbook is under way, whoever has started it: a listing does not tell what a run was told.
pub(crate) async fn none_under_way(cx: &Cx, client: &Client, document: &str) -> Result<(), Unread> {
    let mut pauses = Pauses::begin();
    let of = format!("an execution of {document}");
    loop {
        let Some(status) = under_way(client, document).await? else { return Ok(()) };
        if !pauses.pause(cx, DESCRIBE, &of).await? {
            return Err(lasting(DESCRIBE, &of, &status));
        }
    }
}

/// The status of a run that is under way, if one is.
async fn under_way(client: &Client, document: &str) -> Result<Option<String>, Unread> {
    let of = filter(AutomationExecutionFilterKey::DocumentNamePrefix, [document.to_owned()])?;
    let open = filter(AutomationExecutionFilterKey::ExecutionStatus, UNDER_WAY.map(|status| status.to_string()))?;
    let ask = |token: Option<String>| {
        let request = client.describe_automation_executions().filters(of.clone()).filters(open.clone());
        async move {
            let answer = request.set_next_token(token).send().await.map_err(|error| unread(DESCRIBE, &error))?;
            Ok((answer.automation_execution_metadata_list, answer.next_token))
        }
    };
    let all = pages(DESCRIBE, "AutomationExecutionMetadataList", ask).await?;
    let statuses = all.iter().filter_map(|one| one.automation_execution_status());
    let open = statuses.filter(|status| progress(status) == Progress::UnderWay);
    Ok(open.map(ToString::to_string).next())
}

fn filter<const N: usize>(
    key: AutomationExecutionFilterKey,
    values: [String; N],
) -> Result<AutomationExecutionFilter, Unread> {
    let filter = AutomationExecutionFilter::builder().key(key).set_values(Some(values.into()));
    filter.build().map_err(|error| Unread::new(DESCRIBE, Class::Refused, error.to_string()))
}
