//! Whom a resource policy lets in: accounts, organisations, services, identity providers, networks.
//!
//! Nobody who gets in is left out: a condition turns "everyone" into those it names only where it names them beyond
//! doubt, and a `Deny` counts only where it leaves nothing of a grant. What else narrows a grant is told with it.
//!
//! Sources: IAM User Guide, "AWS JSON policy elements: Principal", "AWS global condition context keys", "The confused
//! deputy problem".

mod named;
mod tell;

use self::named::{Named, named_by, names_source};
use crate::condition::Condition;
use crate::document::{Effect, Patterns, Policy, Statement};
use crate::principal::{Principal, Principals};
use crate::public::void::{Denials, is_about_nothing};

/// What somebody is who gets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Everyone, `*`; a grant may leave some out.
    Everyone,
    /// An account: `arn:aws:iam::123456789012:root`.
    Account,
    /// A user, a role or a session, by ARN or unique id; a wildcard may stand in the ARN.
    Principal,
    /// An account, by its canonical user id.
    CanonicalUser,
    /// An organisation, `o-…`.
    Organization,
    /// An organisational unit, by its path `o-…/r-…/ou-…/`.
    OrganizationalUnit,
    /// An AWS service, by its principal: `sns.amazonaws.com`.
    Service,
    /// An identity provider: the ARN of an account's own, or the name of a web identity provider.
    IdentityProvider,
    /// A resource, an account or an organisation, for which a service asks.
    Source,
    /// A VPC endpoint, `vpce-…`.
    VpcEndpoint,
    /// A VPC, `vpc-…`.
    Vpc,
    /// Addresses, in CIDR notation.
    Addresses,
    /// An access point of S3 by ARN, or the account that owns access points.
    AccessPoint,
    /// A principal of a kind that is not known here.
    Unknown,
}

/// A statement by which somebody gets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its place in the document, from 0.
    pub statement: usize,
    /// Its `Sid`, if it has one.
    pub sid: Option<String>,
    /// Of everyone, those it leaves out (`NotPrincipal`).
    pub except: Vec<String>,
    /// What narrows it, but for the condition that names who gets in.
    pub conditions: Vec<Condition>,
    /// Whether a service gets in whoever it asks for: no condition names the source, so that others may reach the
    /// resource through the service (confused deputy).
    pub confused_deputy: bool,
}

/// Somebody whom a policy lets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entrant {
    /// What they are.
    pub kind: Kind,
    /// Who they are, as AWS writes it; stable.
    pub name: String,
    /// By which statements, at least one.
    pub grants: Vec<Grant>,
}

/// Lists them in the order in which the statements name them.
pub fn lets_in(policy: &Policy) -> Vec<Entrant> {
    let denials = Denials::of(policy);
    let mut found = Found { partition: partition(policy), entrants: Vec::new() };
    for (at, statement) in policy.statements.iter().enumerate() {
        if statement.effect == Effect::Allow && !is_about_nothing(statement) {
            found.statement(at, statement, &denials);
        }
    }
    found.entrants
}

struct Found<'a> {
    partition: &'a str,
    entrants: Vec<Entrant>,
}

impl Found<'_> {
    fn statement(&mut self, at: usize, statement: &Statement, denials: &Denials<'_>) {
        let everyone = |found: &mut Self, except: Vec<String>| {
            if !denials.void(statement, &Principal::Everyone) {
                found.everyone(at, statement, &except);
            }
        };
        match &statement.principals {
            Principals::Unstated => {}
            Principals::AllBut(named) => everyone(self, named.iter().map(ToString::to_string).collect()),
            Principals::Only(named) if named.contains(&Principal::Everyone) => {
                everyone(self, Vec::new());
                // Web identities and services are not taken in by `AWS: *` beyond doubt, so they are told as well.
                self.principals(at, statement, named, denials);
            }
            Principals::Only(named) => self.principals(at, statement, named, denials),
        }
    }

    fn principals(&mut self, at: usize, statement: &Statement, named: &[Principal], denials: &Denials<'_>) {
        for principal in named {
            if *principal == Principal::Everyone || denials.void(statement, principal) {
                continue;
            }
            let (kind, name) = self.principal(principal);
            self.add(kind, name, grant(at, statement, None, kind));
        }
    }

    fn principal(&self, principal: &Principal) -> (Kind, String) {
        match principal {
            Principal::Everyone => (Kind::Everyone, "*".to_owned()),
            Principal::Account(number) => (Kind::Account, self.account(number)),
            Principal::Arn(name) | Principal::Id(name) => (Kind::Principal, name.clone()),
            Principal::Service(name) => (Kind::Service, name.clone()),
            Principal::Federated(name) => (Kind::IdentityProvider, name.clone()),
            Principal::CanonicalUser(name) => (Kind::CanonicalUser, name.clone()),
            Principal::Other { name, .. } => (Kind::Unknown, name.clone()),
        }
    }

    /// Everyone, or those whom a condition names.
    fn everyone(&mut self, at: usize, statement: &Statement, except: &[String]) {
        let Some((by, Named { kind, names })) = named_by(statement) else {
            let grant = Grant { except: except.to_vec(), ..grant(at, statement, None, Kind::Everyone) };
            return self.add(Kind::Everyone, "*".to_owned(), grant);
        };
        for name in names {
            let name = if kind == Kind::Account { self.account(&name) } else { name };
            let grant = Grant { except: except.to_vec(), ..grant(at, statement, Some(by), kind) };
            self.add(kind, name, grant);
        }
    }

    /// An account as policies name it; what is no number stays what it is.
    fn account(&self, number: &str) -> String {
        if !crate::public::limit::is_account(number) {
            return number.to_owned();
        }
        format!("arn:{}:iam::{number}:root", self.partition)
    }

    fn add(&mut self, kind: Kind, name: String, grant: Grant) {
        match self.entrants.iter_mut().find(|known| known.kind == kind && known.name == name) {
            Some(known) if known.grants.contains(&grant) => {}
            Some(known) => known.grants.push(grant),
            None => self.entrants.push(Entrant { kind, name, grants: vec![grant] }),
        }
    }
}

fn grant(at: usize, statement: &Statement, named_by: Option<usize>, kind: Kind) -> Grant {
    let others = statement.conditions.iter().enumerate().filter(|(place, _)| Some(*place) != named_by);
    Grant {
        statement: at,
        sid: statement.sid.clone(),
        except: Vec::new(),
        conditions: others.map(|(_, condition)| condition.clone()).collect(),
        confused_deputy: kind == Kind::Service && !statement.conditions.iter().any(names_source),
    }
}

/// The partition that a policy is of, by the first ARN in it.
fn partition(policy: &Policy) -> &str {
    let resources = policy.statements.iter().filter_map(|statement| match &statement.resources {
        Some(Patterns::Only(globs) | Patterns::AllBut(globs)) => Some(globs.iter().map(crate::Glob::written)),
        None => None,
    });
    let principals = policy.statements.iter().flat_map(|statement| match &statement.principals {
        Principals::Only(named) | Principals::AllBut(named) => named.as_slice(),
        Principals::Unstated => &[],
    });
    let arns = principals.filter_map(|principal| match principal {
        Principal::Arn(arn) | Principal::Federated(arn) => Some(arn.as_str()),
        _ => None,
    });
    let partition = |arn: &'_ str| -> Option<usize> {
        let name = arn.strip_prefix("arn:")?.split(':').next()?;
        (name == "aws" || name.starts_with("aws-")).then_some(name.len())
    };
    let mut all = resources.flatten().chain(arns);
    all.find_map(|arn| partition(arn).map(|length| &arn[4..4 + length])).unwrap_or("aws")
}

#[cfg(test)]
mod sound;
#[cfg(test)]
mod tests;
