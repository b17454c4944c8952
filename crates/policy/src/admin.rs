//! Whether policies make their holder an administrator, and by which statements.
//!
//! An administrator may do everything, or everything but a remainder while all of IAM is open: who owns IAM can grant
//! itself the rest. Decided from what the policies grant together, less what is denied without a condition, and no
//! more than the permissions boundary lets through.
//!
//! "All of IAM" is a question about languages: every text of the shape of an IAM action, on every text of the shape of
//! an IAM resource of the account (the module `language`). "Everything but a remainder" is held against services that
//! nobody names: a policy that is open to most of those is open at large, whatever it leaves out.

use std::collections::HashSet;

use crate::automaton::{Budget, Class, Pattern, Symbol};
use crate::condition::Condition;
use crate::document::{Effect, Patterns, Policy, Statement};
use crate::glob::Glob;
use crate::language::{Covered, Language, covered, meets};

/// How much an administrator's policies open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Everything but a remainder; all of IAM is open.
    AllButSome,
    /// Every action on every resource.
    Everything,
}

/// A statement that the proof needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// Which of the held policies.
    pub policy: usize,
    /// Which of its statements.
    pub statement: usize,
}

/// Why somebody is an administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// How much is open.
    pub reach: Reach,
    /// Statements that grant it together; none of them can be left out.
    pub steps: Vec<Step>,
    /// Conditions on those statements, or on what the boundary lets through; none when it is granted outright.
    pub conditions: Vec<Condition>,
    /// Whether it is proven for every action and resource. Patterns can be too intricate for that; every action and
    /// resource that was tried is then allowed.
    pub exact: bool,
}

/// The account that policies are judged in: its actions and resources as languages, made once.
#[derive(Debug)]
pub struct Realm {
    iam: (Pattern, Pattern),
    all: (Pattern, Pattern),
    /// An action of IAM that does not exist, on a user that does not.
    some_iam: (String, String),
    /// Actions and resources of services that do not exist: who may do these may do whatever AWS invents next.
    unnamed: Vec<(String, String)>,
}

impl Realm {
    /// The realm of an account in a partition (`aws`, `aws-cn`, `aws-us-gov`).
    pub fn new(partition: &str, account: &str) -> Self {
        const SOME: Symbol = Symbol::One(Class::Any);
        const ANY: Symbol = Symbol::Many(Class::Any);
        const LABEL: Symbol = Symbol::Many(Class::Label);
        const LETTER: Symbol = Symbol::One(Class::Letter);
        let name = [LETTER, Symbol::Many(Class::Alnum)];
        let iam_arn = format!("arn:{partition}:iam::{account}:");
        let arn = format!("arn:{partition}:");
        let letters: Vec<_> = ('a'..='z').collect();
        let unnamed = letters.iter().enumerate().map(|(at, first)| {
            let verb = letters[(at * 7 + 3) % letters.len()];
            let service = format!("{first}-unnamed");
            let resource = format!("arn:{partition}:{service}:unnamed-1:{account}:unnamed/thing");
            (format!("{service}:{verb}unnamed"), resource)
        });
        Self {
            iam: (Pattern::shape(&[("iam:", &name)]), Pattern::shape(&[(&iam_arn, &[SOME, ANY])])),
            all: (
                Pattern::shape(&[("", &[LETTER, LABEL]), (":", &name)]),
                Pattern::shape(&[(&arn, &[LETTER, LABEL]), (":", &[LABEL]), (":", &[LABEL]), (":", &[SOME, ANY])]),
            ),
            some_iam: ("iam:unnamed".to_owned(), format!("{iam_arn}user/unnamed")),
            unnamed: unnamed.collect(),
        }
    }

    fn half(&self) -> usize {
        self.unnamed.len() / 2
    }
}

/// Decides whether policies that are held together make an administrator; the boundary is a policy that grants
/// nothing by itself. Conditions on a `Deny` make it count for nothing, and conditions on an `Allow` are told.
pub fn admin(realm: &Realm, held: &[&Policy], boundary: Option<&Policy>) -> Option<Proof> {
    let own = Side::of(held);
    let limit = boundary.map(|policy| Side::of(&[policy]));
    let budget = &Budget::new();
    let sides = || std::iter::once(&own).chain(&limit);
    // Nearly everybody is turned away here, by a single question.
    let opens_iam = |side: &Side<'_>| side.allows.iter().any(|grant| grant.allows(&realm.some_iam));
    if !sides().all(opens_iam) {
        return None;
    }
    let denies: Vec<_> = sides().flat_map(|side| side.denies.iter().copied()).collect();
    let rest = Extent::left_by(realm, &denies, budget)?;
    // As few conditions as possible: none, only the boundary's, only the grants', both.
    for (own_conditions, limit_conditions) in [(false, false), (false, true), (true, false), (true, true)] {
        let let_through = match &limit {
            None if limit_conditions => continue,
            None => rest,
            Some(limit) => match Extent::of(realm, &limit.grants(limit_conditions), budget) {
                Some(extent) => rest.and(extent),
                None => continue,
            },
        };
        let judge = |grants: &[Grant<'_>]| {
            let extent = Extent::of(realm, grants, budget)?.and(let_through);
            extent.is_admin(realm).then_some(extent)
        };
        let grants = own.grants(own_conditions);
        let Some(whole) = judge(&grants) else { continue };
        let needed = shortest(grants, whole, judge);
        let mut conditions = conditions_of(&needed);
        if let Some(limit) = limit.as_ref().filter(|_| limit_conditions) {
            let through = shortest(limit.grants(true), whole, |grants| Extent::of(realm, grants, budget));
            conditions.extend(conditions_of(&through));
        }
        let extent = judge(&needed).unwrap_or(whole);
        let steps = needed.iter().map(|grant| grant.step).collect();
        return Some(Proof { reach: extent.reach, steps, conditions, exact: extent.exact });
    }
    None
}

#[derive(Clone, Copy)]
struct Grant<'a> {
    step: Step,
    statement: &'a Statement,
}

impl Grant<'_> {
    fn allows(&self, (action, resource): &(String, String)) -> bool {
        matches(self.statement, action, resource)
    }
}

/// Policies taken apart into what they allow and what they deny outright.
struct Side<'a> {
    allows: Vec<Grant<'a>>,
    denies: Vec<&'a Statement>,
}

impl<'a> Side<'a> {
    fn of(policies: &[&'a Policy]) -> Self {
        let mut side = Self { allows: Vec::new(), denies: Vec::new() };
        for (policy, document) in policies.iter().enumerate() {
            for (at, statement) in document.statements.iter().enumerate() {
                match statement.effect {
                    Effect::Allow => side.allows.push(Grant { step: Step { policy, statement: at }, statement }),
                    Effect::Deny if statement.is_outright() => side.denies.push(statement),
                    Effect::Deny => {}
                }
            }
        }
        side
    }

    /// What is allowed, with or without what is allowed under conditions.
    fn grants(&self, conditional: bool) -> Vec<Grant<'a>> {
        self.allows.iter().filter(|grant| conditional || grant.statement.conditions.is_empty()).copied().collect()
    }
}

/// How much is open, where all of IAM is.
#[derive(Clone, Copy)]
struct Extent {
    reach: Reach,
    /// The unnamed services that are open, a bit each.
    unnamed: u32,
    exact: bool,
}

impl Extent {
    /// What statements open, or none if that is not all of IAM.
    fn of(realm: &Realm, grants: &[Grant<'_>], budget: &Budget) -> Option<Self> {
        let allowed = |point: &(String, String)| grants.iter().any(|grant| grant.allows(point));
        if !allowed(&realm.some_iam) {
            return None;
        }
        let unnamed = bits(realm, allowed);
        if (unnamed.count_ones() as usize) < realm.half() {
            return None;
        }
        let languages: Vec<_> = grants.iter().map(|grant| languages(grant.statement)).collect();
        let exact = match covered((&realm.iam.0, &realm.iam.1), &languages, budget) {
            Covered::Yes => true,
            Covered::No(..) => return None,
            Covered::CannotTell => false,
        };
        let everything = exact && covered((&realm.all.0, &realm.all.1), &languages, budget) == Covered::Yes;
        Some(Self { reach: if everything { Reach::Everything } else { Reach::AllButSome }, unnamed, exact })
    }

    /// What denials leave open, or none if they reach into IAM.
    fn left_by(realm: &Realm, denies: &[&Statement], budget: &Budget) -> Option<Self> {
        let forbidden =
            |(action, resource): &(String, String)| denies.iter().any(|deny| matches(deny, action, resource));
        let mut left = Self { reach: Reach::Everything, unnamed: bits(realm, |point| !forbidden(point)), exact: true };
        for (action, resource) in denies.iter().map(|deny| languages(deny)) {
            let reaches = |(actions, resources): &(Pattern, Pattern)| {
                // A denial that is too intricate to follow is taken to reach nothing: that leans to the alert.
                let both = [meets(actions, &action, budget), meets(resources, &resource, budget)];
                (both.iter().all(|met| *met == Ok(true)), both.iter().all(|met| *met != Ok(false)))
            };
            let (into_iam, perhaps) = reaches(&realm.iam);
            if into_iam {
                return None;
            }
            left.exact &= !perhaps;
            if reaches(&realm.all).1 {
                left.reach = Reach::AllButSome;
            }
        }
        Some(left)
    }

    fn and(self, other: Self) -> Self {
        Self {
            reach: self.reach.min(other.reach),
            unnamed: self.unnamed & other.unnamed,
            exact: self.exact && other.exact,
        }
    }

    fn is_admin(self, realm: &Realm) -> bool {
        self.unnamed.count_ones() as usize >= realm.half()
    }
}

/// The unnamed services of which something holds.
fn bits(realm: &Realm, holds: impl Fn(&(String, String)) -> bool) -> u32 {
    realm.unnamed.iter().fold(0, |bits, point| bits << 1 | u32::from(holds(point)))
}

/// A variable stands for nothing in a grant; what a denial leaves out it leaves out whatever its variables stand for.
fn languages(statement: &Statement) -> (Language, Language) {
    let resources = match statement.effect {
        Effect::Allow => Language::of_resources(statement.resources.as_ref()),
        Effect::Deny => Language::of_denied(statement),
    };
    (Language::of_actions(&statement.actions), resources)
}

fn matches(statement: &Statement, action: &str, resource: &str) -> bool {
    let listed = |patterns: &Patterns, test: &dyn Fn(&Glob) -> bool| match patterns {
        Patterns::Only(globs) => globs.iter().any(test),
        Patterns::AllBut(globs) => !globs.iter().any(test),
    };
    let left_out = statement.effect == Effect::Deny && matches!(statement.resources, Some(Patterns::AllBut(_)));
    let fits = |glob: &Glob| if left_out { glob.at_most().matches(resource) } else { glob.matches(resource) };
    listed(&statement.actions, &|pattern| pattern.matches_in_any_case(action))
        && statement.resources.as_ref().is_none_or(|r| listed(r, &fits))
}

/// The fewest statements that still make an administrator: one if one does, the widest first; else what is left when
/// all that can be left out is, the conditional ones before the others.
fn shortest<'a>(
    mut grants: Vec<Grant<'a>>,
    whole: Extent,
    judge: impl Fn(&[Grant<'a>]) -> Option<Extent>,
) -> Vec<Grant<'a>> {
    if !whole.exact {
        return grants;
    }
    let alone = grants.iter().filter_map(|grant| Some((judge(&[*grant])?.reach, *grant)));
    // The first of the widest: `max_by_key` alone would take the last.
    if let Some((_, grant)) = alone.rev().max_by_key(|(reach, _)| *reach) {
        return vec![grant];
    }
    for conditional in [true, false] {
        let mut at = grants.len();
        while at > 0 {
            at -= 1;
            if grants[at].statement.conditions.is_empty() != conditional {
                let mut fewer = grants.clone();
                fewer.remove(at);
                if judge(&fewer).is_some_and(|extent| extent.exact && extent.reach >= whole.reach) {
                    grants = fewer;
                }
            }
        }
    }
    grants
}

fn conditions_of(grants: &[Grant<'_>]) -> Vec<Condition> {
    let mut seen = HashSet::new();
    let all = grants.iter().flat_map(|grant| &grant.statement.conditions);
    all.filter(|condition| seen.insert(*condition)).cloned().collect()
}

mod alone;
pub use alone::decide;

#[cfg(test)]
mod tests;
