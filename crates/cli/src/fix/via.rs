//! `--via`: who makes the changes, asc itself or AWS's runbooks.

use asc_core::fix::{Remedy, Run, Runbook, Step};
use asc_core::{Account, Text, text};

use super::Planned;
use crate::args::{FixArgs, RoleArn, Via};
use crate::problem::Problem;

/// Why `--via ssm` leaves a finding.
#[derive(Clone, Copy, Debug)]
pub(super) enum Without {
    /// Not every step of its is what a runbook does.
    Runbook,
    /// A runbook does, for a role only, and none was given.
    Role(&'static Runbook),
}

impl Without {
    pub(super) fn explain(self) -> Text {
        match self {
            Self::Runbook => text!(
                en: "No runbook of AWS does this; without --via ssm asc makes the calls itself.",
                ja: "同じ変更を行う AWS のランブックはありません。--via ssm を外すと asc が直接呼び出します。"
            ),
            Self::Role(Runbook { name, .. }) => text!(
                en: "{name} runs for a role only (--automation-role).",
                ja: "{name} の実行にはロールが必要です (--automation-role)。"
            ),
        }
    }
}

/// A remedy as it is carried out: as it is, or with each step made by a runbook. A finding is put right by runbooks
/// as a whole or not at all, since its steps may need one another. The way back stays what it is.
pub(super) fn carried_out(plan: Planned, args: &FixArgs, run: &Run) -> Planned {
    match (args.via, plan) {
        (Via::Ssm, Planned::Remedy(Remedy::Steps { class, steps, note })) => {
            let role = args.automation_role.as_ref().map(|role| role.0.as_str());
            let steps = steps.into_iter().map(|step| by_runbook(step, role, run));
            match steps.collect() {
                Ok(steps) => Planned::Remedy(Remedy::Steps { class, steps, note }),
                Err(without) => Planned::Left(without),
            }
        }
        (_, plan) => plan,
    }
}

fn by_runbook(step: Step, role: Option<&str>, run: &Run) -> Result<Step, Without> {
    let automation = step.forward.automation(run.now.account()).ok_or(Without::Runbook)?;
    if automation.runbook.needs_role && role.is_none() {
        return Err(Without::Role(automation.runbook));
    }
    let forward = asc_automation::start(&automation, role, &run.id).into();
    let back = std::iter::once(asc_automation::wait(&automation).into()).chain(step.back).collect();
    Ok(Step { forward, back, ..step })
}

/// Refuses a role of another account, which AWS would not let anybody pass.
pub(super) fn own_role(args: &FixArgs, account: &Account) -> Result<(), Problem> {
    match &args.automation_role {
        Some(role) if role.account() != account.id => {
            Err(Problem::RoleElsewhere { role: role.0.clone(), account: account.id.clone() })
        }
        _ => Ok(()),
    }
}

/// Refuses a plan that lacks a role.
pub(super) fn has_its_role<'a>(plans: impl Iterator<Item = &'a Planned>) -> Result<(), Problem> {
    let mut names: Vec<_> = plans
        .filter_map(|plan| if let Planned::Left(Without::Role(runbook)) = plan { Some(runbook.name) } else { None })
        .collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() { Ok(()) } else { Err(Problem::NoRole(names.join(", "))) }
}

impl RoleArn {
    /// The account that the role is in.
    fn account(&self) -> &str {
        self.0.split(':').nth(4).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_given_by_its_arn() {
        for (arn, account) in [
            ("arn:aws:iam::123456789012:role/automation", Some("123456789012")),
            ("arn:aws-cn:iam::210987654321:role/path/automation", Some("210987654321")),
            ("arn:aws:iam::123456789012:user/ann", None),
            ("arn:aws:iam::123456789012:role/", None),
            ("arn:aws:iam::12345678901:role/automation", None),
            ("arn:aws:iam:us-east-1:123456789012:role/automation", None),
            ("automation", None),
        ] {
            let read = arn.parse::<RoleArn>().ok();
            assert_eq!(read.as_ref().map(RoleArn::account), account, "{arn}");
        }
    }

    #[test]
    fn every_runbook_that_lacks_its_role_is_named_once() {
        let lacking = |runbook| Planned::Left(Without::Role(runbook));
        let plans = [
            lacking(&Runbook::SET_PASSWORD_POLICY),
            lacking(&Runbook::CONFIGURE_BUCKET_BLOCK),
            lacking(&Runbook::CONFIGURE_BUCKET_BLOCK),
            Planned::Left(Without::Runbook),
        ];
        let problem = has_its_role(plans.iter()).unwrap_err().to_string();
        let (block, policy) = (Runbook::CONFIGURE_BUCKET_BLOCK.name, Runbook::SET_PASSWORD_POLICY.name);
        assert!(problem.contains(&format!("{block}, {policy} run")), "{problem}");
        assert!(has_its_role(plans[3..].iter()).is_ok());
    }
}
