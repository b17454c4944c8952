//! Paths by which somebody who is no administrator can become one.
//!
//! The input is an account: who is in it, what each holds, whom each role trusts. The ways of gaining rights are a
//! table ([`ways`]): which actions each needs, on what, and what it leads to. A way counts only where it leads to an
//! administrator: a role that may be passed is an administrator's and trusts the service; a user whose credentials can
//! be had is an administrator, or can become one in turn. So this is a search in the graph of the account's
//! principals, from the administrators backwards, the shortest way first.
//!
//! Whoever takes another's place keeps its own: those for whom that search finds no way are looked at once more, together
//! with all whose place they can take and what these can make of one another (the module `allies`).
//!
//! Whether an action is allowed is decided exactly, on the very principal or policy that the way is about, or on some
//! resource of the shape that the action takes: by the grants, less what is denied, within the boundary. Conditions on
//! keys whose value is known beforehand (`iam:PassedToService`, `iam:PolicyARN`, `iam:PermissionsBoundary`,
//! `aws:PrincipalArn`, …) are decided; others make the path a conditional one, and a denial under them counts for
//! nothing.
//!
//! What IAM does not tell leans to the alert, and is told: whether there is a function that runs under a role, or
//! whether a user has a password. Service control policies, session policies and the policies of resources other than
//! roles are not seen.

mod actions;
mod allies;
mod graph;
mod known;
mod own;
mod power;
mod reach;
mod shape;
mod trust;
pub mod ways;
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::condition::Condition;
use crate::document::Policy;
use ways::{Means, Thing, Way};

/// A kind of principals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A user.
    User,
    /// A group of users.
    Group,
    /// A role.
    Role,
}

/// A policy that somebody holds.
#[derive(Clone, Debug)]
pub struct Granted {
    /// What it says.
    pub policy: Arc<Policy>,
    /// Its ARN; an inline policy has none.
    pub arn: Option<String>,
}

/// What somebody holds.
#[derive(Clone, Debug, Default)]
pub struct Holding {
    /// The policies; for a user also those of its groups.
    pub policies: Vec<Granted>,
    /// The permissions boundary.
    pub boundary: Option<Granted>,
}

/// A user, a group or a role.
#[derive(Clone, Debug)]
pub struct Holder {
    /// Which of the three.
    pub kind: Kind,
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// What it holds; none if that could not be read.
    pub holding: Option<Holding>,
    /// A user's groups, by their places in [`Account::holders`].
    pub groups: Vec<usize>,
    /// A role's trust policy; none if it could not be read.
    pub trust: Option<Arc<Policy>>,
    /// Whether a role is in an instance profile.
    pub in_profile: bool,
    /// Whether a service made the role for itself: nobody else can take, pass or change it.
    pub service_linked: bool,
}

/// A managed policy: its versions.
#[derive(Clone, Debug, Default)]
pub struct Versions {
    /// The default one, if it could be read.
    pub default: Option<Arc<Policy>>,
    /// The others, as far as they could be read.
    pub others: Vec<Arc<Policy>>,
}

/// An account.
#[derive(Clone, Debug)]
pub struct Account {
    /// The partition: `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// The account's number.
    pub id: String,
    /// Its users, groups and roles.
    pub holders: Vec<Holder>,
    /// Managed policies by ARN, as far as they are known.
    pub policies: BTreeMap<String, Versions>,
}

/// What a step is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// A principal, by its place.
    Holder(usize),
    /// A managed policy, by its ARN.
    Policy(String),
    /// A principal that is made for it.
    New(Kind),
}

/// An action that a step uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The action.
    pub action: &'static str,
    /// The resource that it is allowed on, one of perhaps many.
    pub resource: String,
    /// The policy, by its place in what the principal holds, and its statement; none where an earlier step made it, or
    /// where a trust policy allows it.
    pub by: Option<crate::admin::Step>,
    /// Conditions that decide about it and are not known.
    pub conditions: Vec<Condition>,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Who takes it.
    pub who: usize,
    /// How.
    pub way: &'static Way,
    /// What it is about.
    pub to: To,
    /// Whom it adds to a group, where that is somebody else than who takes it.
    pub whom: Option<usize>,
    /// What it uses.
    pub uses: Vec<Use>,
    /// Conditions of the trust policy that decide about it and are not known.
    pub conditions: Vec<Condition>,
    /// Whether it was followed to the end; patterns can be too intricate for that.
    pub exact: bool,
}

impl Step {
    /// What has to be there already for it, which IAM does not tell.
    pub const fn supposes(&self) -> Option<Thing> {
        if let Means::Enter(_, thing) = self.way.means { Some(thing) } else { None }
    }

    /// Conditions that decide about it and are not known.
    pub fn open_conditions(&self) -> impl Iterator<Item = &Condition> {
        self.conditions.iter().chain(self.uses.iter().flat_map(|used| &used.conditions))
    }

    /// Whether nothing about it is left open.
    pub fn is_certain(&self) -> bool {
        self.exact && self.supposes().is_none() && self.open_conditions().next().is_none()
    }
}

/// How somebody becomes an administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Who is the administrator at the end, if that is neither the last to take a step nor somebody new.
    pub administrator: Option<usize>,
    /// Conditions under which that one is an administrator.
    pub conditions: Vec<Condition>,
}

impl Path {
    /// Whether nothing about it is left open.
    pub fn is_certain(&self) -> bool {
        self.conditions.is_empty() && self.steps.iter().all(Step::is_certain)
    }
}

/// What becomes of a principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An administrator already. One that is so only under conditions may have a path that needs none.
    Administrator(Option<Path>),
    /// It can become one.
    Path(Path),
    /// No way leads there.
    Safe,
    /// It can become somebody whose documents could not be read: they decide.
    DependsOn(usize),
    /// Its own documents could not be read.
    Unread,
}

/// What becomes of each principal of an account, in the account's order.
pub fn outcomes(account: &Account) -> Vec<Outcome> {
    outcomes_by(account, &ways::all().collect::<Vec<_>>())
}

/// The same, by some of the ways.
fn outcomes_by(account: &Account, ways: &[&'static Way]) -> Vec<Outcome> {
    graph::outcomes(&world::World::of(account, ways))
}

#[cfg(test)]
mod tests;
