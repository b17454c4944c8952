//! The ways in which somebody can come by more rights, as data: what each needs, on what, and what it leads to.
//!
//! The families are well known: Rhino Security Labs described the first in 2018, `PMapper`, Cloudsplaining and
//! pathfinding.cloud collect them. What each action does, and on which resources it can be granted, is the Service
//! Authorization Reference's; services that AWS has closed (`CodeStar`, Cloud9) are left out.

mod iam;
mod services;

use crate::escalation::Kind;

/// Where an action has to be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// On that which the way is about: a principal, a group, a policy, the role that is passed.
    Subject,
    /// On something of this shape; all actions of a way on one shape are needed on the same thing.
    Some(&'static str),
    /// On `*`: the action knows no resources.
    All,
}

/// What a way does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// Writes a new default version of a managed policy that somebody holds.
    NewVersion,
    /// Makes another version of a managed policy the default.
    OldVersion,
    /// Attaches a managed policy to a principal.
    Attach(Kind),
    /// Puts an inline policy on a principal.
    Put(Kind),
    /// Adds a user to a group.
    Join,
    /// Takes a permissions boundary away.
    Unbind(Kind),
    /// Replaces a permissions boundary.
    Rebind(Kind),
    /// Makes a new principal that may do everything.
    Create(Kind),
    /// Gets credentials of a user.
    Impersonate,
    /// Takes a role.
    Assume,
    /// Makes a role trust whoever asks.
    Retrust,
    /// Replaces the metadata of a SAML provider that a role trusts.
    Resign,
    /// Has a service run something new under a role.
    Pass(Service),
    /// Changes or enters something that runs under a role already, if there is such a thing.
    Enter(Service, Thing),
}

/// A service that takes roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its service principal.
    pub principal: &'static str,
    /// Whether it takes roles only out of an instance profile.
    pub by_profile: bool,
}

/// What has to be there already: in English, in Japanese.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thing {
    /// In English: `a Lambda function`.
    pub en: &'static str,
    /// In Japanese.
    pub ja: &'static str,
}

/// An action that is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// The action.
    pub action: &'static str,
    /// Where it has to be allowed.
    pub on: On,
}

/// A way to more rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// Its name.
    pub id: &'static str,
    /// What it does.
    pub means: Means,
    /// All of these are needed.
    pub needs: &'static [Need],
    /// Where it is documented.
    pub source: &'static str,
}

/// All ways.
pub fn all() -> impl Iterator<Item = &'static Way> {
    iam::WAYS.iter().chain(services::WAYS)
}

const fn way(id: &'static str, means: Means, needs: &'static [Need], source: &'static str) -> Way {
    Way { id, means, needs, source }
}

const fn need(action: &'static str, on: On) -> Need {
    Need { action, on }
}
