//! An account, made ready to be searched: every document is looked through once.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::admin::{Proof, Realm, admin};
use crate::condition::Condition;
use crate::document::{Effect, Patterns, Policy, Statement, Version};
use crate::escalation::actions::{Actions, Set};
use crate::escalation::known::{Holds, Known};
use crate::escalation::power::{About, Digest, Power};
use crate::escalation::shape::Shape;
use crate::escalation::trust;
use crate::escalation::ways::{Means, On, Way};
use crate::escalation::{Account, Granted, Holder, Kind};
use crate::glob::Glob;
use crate::principal::Principals;

/// Where a plan asks.
#[derive(Debug)]
pub(super) enum Ask {
    Subject,
    /// On something of a shape, by its place in [`World::shapes`].
    Some(usize),
    All,
}

/// A way, made ready: which actions it needs where.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) way: &'static Way,
    pub(super) needed: Set,
    /// Actions that are needed on one and the same thing stand together.
    pub(super) asks: Vec<(Ask, Vec<usize>)>,
}

#[derive(Debug)]
pub(super) struct World<'a> {
    pub(super) account: &'a Account,
    pub(super) plans: Vec<Plan>,
    pub(super) actions: Actions,
    pub(super) shapes: Vec<Shape>,
    /// A policy that allows everything: what somebody makes of its policies who can.
    everything: (Policy, Vec<About>),
    /// Managed policies that make whoever they are attached to an administrator, or lead there, by ARN.
    pub(super) powerful: Vec<String>,
    /// Managed policies that limit nobody who is bounded by them, by ARN.
    pub(super) boundless: Vec<String>,
    /// ARNs that some role trusts, and whether some role trusts anybody.
    trusted: (HashSet<&'a str>, bool),
    /// The ARN of a member that a group without members would act through.
    pub(super) nobody: String,
    /// The services that each role trusts, with the conditions that are left open.
    services: Vec<Vec<(&'static str, Vec<Condition>)>>,
    realm: Realm,
    digests: HashMap<*const Policy, Vec<About>>,
}

impl<'a> World<'a> {
    pub(super) fn of(account: &'a Account, ways: &[&'static Way]) -> Self {
        let actions = Actions::of(ways);
        let realm = Realm::new(&account.partition, &account.id);
        let everything = everything();
        let holdings = account.holders.iter().filter_map(|holder| holder.holding.as_ref());
        let held = holdings.flat_map(|holding| holding.policies.iter().chain(&holding.boundary)).map(|it| &it.policy);
        let managed = account.policies.values().flat_map(|versions| versions.default.iter().chain(&versions.others));
        let (mut plans, shapes) = plans(ways, &actions, account);
        let mut digests = HashMap::new();
        for policy in held.chain(managed) {
            digests.entry(std::ptr::from_ref(&**policy)).or_insert_with(|| digest(policy, &actions, &shapes));
        }
        let by_aws = |name: &str| format!("arn:{}:iam::aws:policy/{name}", account.partition);
        let alone = |policy: &Policy| admin(&realm, &[policy], None).is_some_and(|proof| proof.conditions.is_empty());
        let own = account.policies.iter().filter(|(_, it)| it.default.as_ref().is_some_and(|policy| alone(policy)));
        let own: BTreeSet<_> = own.map(|(arn, _)| arn.clone()).chain([by_aws("AdministratorAccess")]).collect();
        let mut trusted = (HashSet::new(), false);
        for (arns, anybody) in account.holders.iter().filter_map(|it| it.trust.as_deref()).map(trust::names) {
            trusted.0.extend(arns);
            trusted.1 |= anybody;
        }
        // Those of a kind stand together.
        plans.sort_by_key(|plan| rank(plan.way.means));
        Self {
            account,
            services: services(account, ways),
            plans,
            everything: (everything.clone(), digest(&everything, &actions, &shapes)),
            powerful: own.iter().cloned().chain([by_aws("IAMFullAccess")]).collect(),
            boundless: own.into_iter().collect(),
            trusted,
            nobody: format!("arn:{}:iam::{}:user/nobody", account.partition, account.id),
            realm,
            actions,
            shapes,
            digests,
        }
    }

    pub(super) fn holder(&self, at: usize) -> &'a Holder {
        &self.account.holders[at]
    }

    /// What groups hold.
    pub(super) fn of_groups(&self, groups: &[usize]) -> impl Iterator<Item = &'a Granted> {
        groups.iter().flat_map(|group| &self.account.holders[*group].holding).flat_map(|holding| &holding.policies)
    }

    pub(super) const fn everything(&self) -> &Policy {
        &self.everything.0
    }

    /// Whether policies make an administrator within a boundary.
    pub(super) fn admin(&self, held: &[&Policy], boundary: Option<&Policy>) -> Option<Proof> {
        admin(&self.realm, held, boundary)
    }

    /// What policies allow within a boundary.
    pub(super) fn power<'w>(&'w self, held: &[&'w Policy], boundary: Option<&'w Policy>) -> Power<'w> {
        Power::of(held.iter().map(|policy| self.digest(policy)), boundary.map(|policy| self.digest(policy)))
    }

    /// The plans of a kind that is told apart below; others have none.
    pub(super) fn plans_of(&self, means: Means) -> &[Plan] {
        let from = self.plans.partition_point(|plan| rank(plan.way.means) < rank(means));
        let to = self.plans.partition_point(|plan| rank(plan.way.means) <= rank(means));
        &self.plans[from..to]
    }

    /// The services that a role trusts, with the conditions that are left open.
    pub(super) fn services_of(&self, role: usize) -> impl Iterator<Item = (&'static str, &[Condition])> {
        self.services[role].iter().map(|(service, conditions)| (*service, conditions.as_slice()))
    }

    /// Whether some role may trust this ARN by name.
    pub(super) fn is_trusted(&self, arn: &str) -> bool {
        // A session's ARN names its role otherwise than the role's own does.
        self.trusted.1
            || self.trusted.0.contains(arn)
            || arn.contains(":role/") && self.trusted.0.iter().any(|named| named.contains(":assumed-role/"))
    }

    /// Whether a condition on `iam:PolicyARN` leaves nothing to attach that could lead anywhere, for somebody who
    /// can write no policies.
    pub(super) fn is_hopeless(&self, condition: &Condition, writes: bool) -> bool {
        if !condition.is_on("iam:PolicyARN") || condition.operator.holds_when_absent() || condition.values.is_empty() {
            return false;
        }
        let harmless = |arn: &str| {
            let known = self.account.policies.get(arn).and_then(|versions| versions.default.as_ref());
            known.is_some_and(|policy| self.grants_nothing(policy))
        };
        let of_aws = Glob::pattern(&format!("arn:{}:iam::aws:policy/*", self.account.partition), Version::V2008);
        condition.values.iter().all(|value| match value.fixed() {
            Some(arn) if arn.contains(":iam::aws:") => harmless(&arn),
            Some(arn) => !writes && self.account.policies.get(&arn).is_none_or(|_| harmless(&arn)),
            None => {
                let value = value.at_most();
                let own = self.account.policies.keys().filter(|arn| value.matches(arn));
                !writes && !value.intersects(&of_aws) && own.into_iter().all(|arn| harmless(arn))
            }
        })
    }

    /// Whether a policy allows none of the actions that any way needs.
    fn grants_nothing(&self, policy: &Policy) -> bool {
        self.digest(policy).1.iter().all(|about| policy.statements[about.at].effect == Effect::Deny)
    }

    fn digest<'w>(&'w self, policy: &'w Policy) -> Digest<'w> {
        let known = self.digests.get(&std::ptr::from_ref(policy));
        (policy, known.map_or(self.everything.1.as_slice(), Vec::as_slice))
    }
}

/// What a policy says about the actions of the ways.
fn digest(policy: &Policy, actions: &Actions, shapes: &[Shape]) -> Vec<About> {
    let about = |(at, about): (usize, Set)| {
        let mut met = Set::default();
        for shape in shapes.iter().filter(|shape| shape.actions.meets(about)) {
            if shape.may_meet(&policy.statements[at]) {
                met.add(shape.number);
            }
        }
        About { at, actions: about, shapes: met }
    };
    actions.statements(policy).into_iter().map(about).collect()
}

/// The ways, made ready, and the shapes of the resources that they ask for.
fn plans(ways: &[&'static Way], actions: &Actions, account: &Account) -> (Vec<Plan>, Vec<Shape>) {
    let mut shapes: Vec<(&str, Shape)> = Vec::new();
    let mut plans = Vec::new();
    for way in ways {
        let mut asks: Vec<(On, Ask, Vec<usize>)> = Vec::new();
        for need in way.needs {
            let number = actions.number(need.action);
            if let On::Some(text) = need.on {
                shape(&mut shapes, text, account).actions.add(number);
            }
            if let Some((_, _, same)) = asks.iter_mut().find(|(on, ..)| *on == need.on) {
                same.push(number);
                continue;
            }
            let ask = match need.on {
                On::Subject => Ask::Subject,
                On::Some(text) => Ask::Some(shape(&mut shapes, text, account).number),
                On::All => Ask::All,
            };
            asks.push((need.on, ask, vec![number]));
        }
        let asks = asks.into_iter().map(|(_, ask, numbers)| (ask, numbers)).collect();
        plans.push(Plan { way, needed: actions.needed(way), asks });
    }
    (plans, shapes.into_iter().map(|(_, shape)| shape).collect())
}

/// A shape by its text, made where it is not there yet.
fn shape<'s>(shapes: &'s mut Vec<(&'static str, Shape)>, text: &'static str, account: &Account) -> &'s mut Shape {
    let at = shapes.iter().position(|(known, _)| *known == text).unwrap_or_else(|| {
        shapes.push((text, Shape::new(shapes.len(), text, &account.partition, &account.id)));
        shapes.len() - 1
    });
    &mut shapes[at].1
}

fn rank(means: Means) -> u8 {
    match means {
        Means::Impersonate => 1,
        Means::Join => 2,
        Means::Assume => 3,
        Means::Retrust => 4,
        Means::Resign => 5,
        _ => 0,
    }
}

/// A role whose trust policy could not be read may trust any.
fn services(account: &Account, ways: &[&'static Way]) -> Vec<Vec<(&'static str, Vec<Condition>)>> {
    let known = Known::of_service(&account.id);
    let principal = |way: &&'static Way| match way.means {
        Means::Pass(service) | Means::Enter(service, _) => Some(service.principal),
        _ => None,
    };
    let principals: BTreeSet<_> = ways.iter().filter_map(principal).collect();
    let of = |holder: &Holder| {
        let trusts = |service: &&'static str| match &holder.trust {
            None => (holder.kind == Kind::Role).then(|| (*service, Vec::new())),
            Some(trust) => match trust::trusts_service(trust, service, &known) {
                Holds::No => None,
                Holds::Yes => Some((*service, Vec::new())),
                Holds::Perhaps => Some((*service, trust::open_conditions(trust, &known))),
            },
        };
        principals.iter().filter_map(trusts).collect()
    };
    account.holders.iter().map(of).collect()
}

fn everything() -> Policy {
    let all = || Patterns::Only(vec![Glob::pattern("*", Version::V2012)]);
    let statement = Statement {
        sid: None,
        effect: Effect::Allow,
        principals: Principals::Unstated,
        actions: all(),
        resources: Some(all()),
        conditions: Vec::new(),
        unknown: Vec::new(),
    };
    Policy { version: Version::V2012, statements: vec![statement], unknown: Vec::new() }
}
