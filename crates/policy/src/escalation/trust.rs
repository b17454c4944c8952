//! Whom a role's trust policy lets take it.

use crate::condition::Condition;
use crate::document::{Effect, Patterns, Policy, Statement};
use crate::escalation::known::{Holds, Known, Who};
use crate::principal::{Principal, Principals};

/// Whether a role may be taken by somebody of its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Trusted {
    /// It is trusted by name: no policy of its own has to allow it as well.
    pub(super) itself: Holds,
    /// Its account is: a policy of its own has to allow it.
    pub(super) account: Holds,
}

/// Decides for a user or a role. Source: IAM User Guide, "Policy evaluation logic", within one account.
pub(super) fn trusts(policy: &Policy, who: Who<'_>, known: &Known<'_>) -> Trusted {
    let named = |principal: &Principal| match principal {
        Principal::Everyone => true,
        Principal::Arn(arn) => arn == who.arn || is_session_of(arn, who.arn),
        _ => false,
    };
    let of_account = |principal: &Principal| matches!(principal, Principal::Account(id) if id == who.account);
    let any = |principal: &Principal| named(principal) || of_account(principal);
    let denied = decide(policy, Effect::Deny, known, any);
    Trusted {
        itself: but(decide(policy, Effect::Allow, known, named), denied),
        account: but(decide(policy, Effect::Allow, known, of_account), denied),
    }
}

/// What is left of an allowance beside a denial.
fn but(allowed: Holds, denied: Holds) -> Holds {
    match denied {
        Holds::No => allowed,
        Holds::Perhaps => allowed.min(Holds::Perhaps),
        Holds::Yes => Holds::No,
    }
}

/// The conditions that nobody knows the answer of, under which a role may be taken: those that allow it, and the
/// opposite of those that deny it.
pub(super) fn open_conditions(policy: &Policy, known: &Known<'_>) -> Vec<Condition> {
    let deciding = policy.statements.iter().filter(|statement| is_about(statement, "sts:AssumeRole"));
    let of = |statement: &Statement| -> Vec<Condition> {
        let open = |condition: &&Condition| known.judge(std::slice::from_ref(*condition)) == Holds::Perhaps;
        let mut open: Vec<_> = statement.conditions.iter().filter(open).cloned().collect();
        if statement.effect == Effect::Deny {
            for condition in &mut open {
                condition.operator.written.insert_str(0, "not ");
            }
        }
        open
    };
    deciding.flat_map(of).collect()
}

/// Whether a service may take a role.
pub(super) fn trusts_service(policy: &Policy, service: &str, known: &Known<'_>) -> Holds {
    let named = |principal: &Principal| matches!(principal, Principal::Service(name) if is_same_service(name, service));
    but(decide(policy, Effect::Allow, known, named), decide(policy, Effect::Deny, known, named))
}

/// The SAML providers whose assertions a role trusts.
pub(super) fn saml_providers(policy: &Policy) -> impl Iterator<Item = &str> {
    let granting =
        policy.statements.iter().filter(|s| s.effect == Effect::Allow && is_about(s, "sts:AssumeRoleWithSAML"));
    let named = granting.filter_map(|s| if let Principals::Only(named) = &s.principals { Some(named) } else { None });
    named.flatten().filter_map(|principal| match principal {
        Principal::Federated(arn) if arn.contains(":saml-provider/") => Some(arn.as_str()),
        _ => None,
    })
}

/// The ARNs that a trust policy names: whoever is not among them is trusted only through the account.
pub(super) fn names(policy: &Policy) -> (Vec<&str>, bool) {
    let (mut arns, mut anybody) = (Vec::new(), false);
    for statement in policy.statements.iter().filter(|s| s.effect == Effect::Allow) {
        match &statement.principals {
            Principals::Only(named) => {
                for principal in named {
                    match principal {
                        Principal::Arn(arn) => arns.push(arn.as_str()),
                        Principal::Everyone => anybody = true,
                        _ => {}
                    }
                }
            }
            _ => anybody = true,
        }
    }
    (arns, anybody)
}

fn decide(policy: &Policy, effect: Effect, known: &Known<'_>, about: impl Fn(&Principal) -> bool) -> Holds {
    let holds = |statement: &Statement| {
        let named = match &statement.principals {
            Principals::Only(named) => named.iter().any(&about),
            Principals::AllBut(named) => !named.iter().any(&about),
            Principals::Unstated => false,
        };
        if named && is_about(statement, "sts:AssumeRole") { known.judge(&statement.conditions) } else { Holds::No }
    };
    let counts = |s: &&Statement| s.effect == effect && (effect == Effect::Allow || s.unknown.is_empty());
    policy.statements.iter().filter(counts).map(holds).max().unwrap_or(Holds::No)
}

fn is_about(statement: &Statement, action: &str) -> bool {
    match &statement.actions {
        Patterns::Only(globs) => globs.iter().any(|glob| glob.matches_in_any_case(action)),
        Patterns::AllBut(globs) => !globs.iter().any(|glob| glob.matches_in_any_case(action)),
    }
}

/// Whether an ARN is that of a session of a role.
fn is_session_of(session: &str, role: &str) -> bool {
    let name = role.rsplit('/').next().unwrap_or(role);
    let session = session.split_once(":assumed-role/").and_then(|(_, session)| session.split_once('/'));
    role.contains(":role/") && session.is_some_and(|(role, _)| role == name)
}

/// Whether two names are of one service: they may name a region, or end in `.cn`.
fn is_same_service(one: &str, other: &str) -> bool {
    let parts = |name: &str| {
        let name = name.to_ascii_lowercase();
        let stem = name.trim_end_matches(".cn").trim_end_matches(".amazonaws.com").to_owned();
        stem.split('.').filter(|part| part.matches('-').count() < 2).map(str::to_owned).collect::<Vec<_>>()
    };
    parts(one) == parts(other)
}
