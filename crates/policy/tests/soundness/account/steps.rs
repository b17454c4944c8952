//! What can be done in an account, one step after the other, by whoever keeps all credentials that it comes by.

use asc_policy::escalation::ways::Means;
use asc_policy::escalation::{Kind, Path, Step, To};

use super::rights::{NEW_ROLE, NEW_USER, Rights, functions};
use super::{ALL, ARNS, LIMIT, OWN, ROLES, TEAM, USERS};
use crate::truth::Truth;

/// What has become of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    /// Whose credentials there are.
    pub(crate) taken: [bool; 5],
    /// Who got a policy that allows everything.
    pub(crate) widened: [bool; 6],
    /// Whose boundary is gone.
    pub(crate) unbound: [bool; 5],
    /// Which users were added to the group.
    pub(crate) joined: [bool; 5],
    /// Which roles trust whoever asks.
    pub(crate) retrusted: [bool; 5],
    /// Which managed policies allow everything now.
    pub(crate) own_rewritten: bool,
    pub(crate) limit_rewritten: bool,
    /// Whether there is a new administrator.
    pub(crate) made: bool,
}

impl State {
    fn of(start: usize) -> Self {
        let mut state = Self::default();
        state.taken[start] = true;
        state
    }

    fn is_there(&self, rights: &Rights<'_>) -> bool {
        self.made || ALL.into_iter().any(|at| self.taken[at] && rights.is_administrator(at, self))
    }
}

/// Whether somebody can become an administrator, by steps that are surely allowed.
pub(crate) fn climb(rights: &Rights<'_>, start: usize) -> bool {
    let mut state = State::of(start);
    settle(rights, &mut state);
    if state.is_there(rights) {
        return true;
    }
    // What the group holds may also forbid, so that it makes a difference who joins.
    let may_join = |at: usize, state: &State| {
        !rights.scene.members[at]
            && takers(state).any(|by| surely(rights.may(by, state, &[("iam:AddUserToGroup", ARNS[TEAM])])))
    };
    [vec![0], vec![1], vec![0, 1]].into_iter().any(|users| {
        let mut state = state.clone();
        if !users.iter().all(|at| may_join(*at, &state)) {
            return false;
        }
        for at in users {
            state.joined[at] = true;
        }
        settle(rights, &mut state);
        state.is_there(rights)
    })
}

fn surely(truth: Truth) -> bool {
    truth == Truth::Yes
}

fn takers(state: &State) -> impl Iterator<Item = usize> {
    let taken = state.taken;
    ALL.filter(move |at| taken[*at])
}

/// Takes all steps that only ever open more, until there are no more.
fn settle(rights: &Rights<'_>, state: &mut State) {
    loop {
        let before = state.clone();
        for by in takers(&before) {
            open(rights, state, by);
            take(rights, state, by);
        }
        if *state == before {
            return;
        }
    }
}

fn open(rights: &Rights<'_>, state: &mut State, by: usize) {
    let now = state.clone();
    let may = |action: &str, on: &str| surely(rights.may(by, &now, &[(action, on)]));
    let either = |actions: [&str; 2], on: &str| actions.iter().any(|action| may(action, on));
    for at in USERS {
        state.widened[at] |= either(["iam:PutUserPolicy", "iam:AttachUserPolicy"], ARNS[at]);
        state.unbound[at] |= may("iam:DeleteUserPermissionsBoundary", ARNS[at]);
    }
    for at in ROLES {
        state.widened[at] |= either(["iam:PutRolePolicy", "iam:AttachRolePolicy"], ARNS[at]);
        state.unbound[at] |= may("iam:DeleteRolePermissionsBoundary", ARNS[at]);
        state.retrusted[at] |= may("iam:UpdateAssumeRolePolicy", ARNS[at]);
    }
    state.widened[TEAM] |= either(["iam:PutGroupPolicy", "iam:AttachGroupPolicy"], ARNS[TEAM]);
    state.own_rewritten |= may("iam:CreatePolicyVersion", OWN);
    state.limit_rewritten |= may("iam:CreatePolicyVersion", LIMIT);
    let makes = |steps: &[&str], on: &str| steps.iter().all(|action| may(action, on));
    state.made |= ["iam:PutUserPolicy", "iam:AttachUserPolicy"].into_iter().any(|write| {
        ["iam:CreateAccessKey", "iam:CreateLoginProfile"]
            .into_iter()
            .any(|enter| makes(&["iam:CreateUser", write, enter], NEW_USER))
    });
    state.made |= ["iam:PutRolePolicy", "iam:AttachRolePolicy"]
        .into_iter()
        .any(|write| makes(&["iam:CreateRole", write], NEW_ROLE));
}

fn take(rights: &Rights<'_>, state: &mut State, by: usize) {
    let now = state.clone();
    let may = |wanted: &[(&str, &str)]| surely(rights.may(by, &now, wanted));
    for at in USERS {
        let enters = ["iam:CreateAccessKey", "iam:CreateLoginProfile"];
        state.taken[at] |= enters.into_iter().any(|action| may(&[(action, ARNS[at])]));
    }
    for role in ROLES {
        let passes = |function| {
            may(&[
                ("iam:PassRole", ARNS[role]),
                ("lambda:CreateFunction", function),
                ("lambda:InvokeFunction", function),
            ])
        };
        state.taken[role] |=
            surely(rights.may_assume(by, role, &now)) || surely(rights.trusts_lambda(role)) && functions().any(passes);
    }
}

/// Takes the steps of a path as they are told; an error says which of them cannot be taken. Which user is added to a
/// group a step does not tell: all choices are followed.
pub(crate) fn retrace(rights: &Rights<'_>, start: usize, path: &Path) -> Result<(), String> {
    let mut states = vec![State::of(start)];
    for step in &path.steps {
        let (mut next, mut refused) = (Vec::new(), "");
        for state in states {
            for joins in choices(step, &state) {
                match retake(rights, state.clone(), step, &joins) {
                    Ok(state) => next.push(state),
                    Err(why) => refused = why,
                }
            }
        }
        if next.is_empty() {
            return Err(format!("{refused}: {step:?}"));
        }
        states = next;
    }
    if states.iter().any(|state| state.is_there(rights)) {
        return Ok(());
    }
    Err(format!("nobody is an administrator then: {states:?}"))
}

/// Which users a step adds to the group.
fn choices(step: &Step, state: &State) -> Vec<Vec<usize>> {
    let users: Vec<_> = USERS.filter(|at| state.taken[*at]).map(|at| vec![at]).collect();
    if step.way.means == Means::Join { users } else { vec![Vec::new()] }
}

fn retake(rights: &Rights<'_>, mut state: State, step: &Step, joins: &[usize]) -> Result<State, &'static str> {
    if !state.taken.get(step.who).is_some_and(|taken| *taken) {
        return Err("by somebody who was not taken");
    }
    let assumes = step.way.means == Means::Assume;
    if !assumes && !step.way.needs.iter().all(|need| step.uses.iter().any(|used| used.action == need.action)) {
        return Err("without all that the way needs");
    }
    for used in step.uses.iter().filter(|_| !assumes) {
        let passing = used.action == "iam:PassRole";
        if !rights.may_do(step.who, &state, used.action, &used.resource, passing) {
            return Err("refused");
        }
    }
    match (step.way.means, &step.to) {
        (Means::NewVersion, To::Policy(arn)) if arn == OWN => state.own_rewritten = true,
        (Means::NewVersion, To::Policy(arn)) if arn == LIMIT => state.limit_rewritten = true,
        (Means::Attach(_) | Means::Put(_), To::Holder(at)) => state.widened[*at] = true,
        (Means::Unbind(_) | Means::Rebind(_), To::Holder(at)) => state.unbound[*at] = true,
        (Means::Join, To::Holder(TEAM)) => {
            for at in joins {
                state.joined[*at] = true;
            }
        }
        (Means::Create(Kind::User | Kind::Role), To::New(_)) => state.made = true,
        (Means::Impersonate, To::Holder(at)) if USERS.contains(at) => state.taken[*at] = true,
        (Means::Assume, To::Holder(at)) if rights.may_assume(step.who, *at, &state) != Truth::No => {
            state.taken[*at] = true;
        }
        (Means::Retrust, To::Holder(at)) => {
            state.retrusted[*at] = true;
            if takers(&state).all(|by| rights.may_assume(by, *at, &state) == Truth::No) {
                return Err("not taken in spite of being trusted");
            }
            state.taken[*at] = true;
        }
        (Means::Pass(_), To::Holder(at)) if rights.trusts_lambda(*at) != Truth::No => state.taken[*at] = true,
        _ => return Err("of no kind that there is here"),
    }
    Ok(state)
}
