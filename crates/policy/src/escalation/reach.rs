//! What somebody can do next: to its own policies, to others', and to become somebody else.

use crate::admin;
use crate::condition::Condition;
use crate::document::Policy;
use crate::escalation::known::{Holds, Known, Who};
use crate::escalation::power::{Allowed, Place, Power};
use crate::escalation::trust;
use crate::escalation::ways::{Means, Service};
use crate::escalation::world::{Ask, Plan, World};
use crate::escalation::{Holder, Kind, Step, To, Use};

/// Somebody, with the policies that it holds at the beginning or has made for itself on the way.
pub(super) struct Actor<'w> {
    pub(super) world: &'w World<'w>,
    /// Its place.
    pub(super) at: usize,
    pub(super) who: Who<'w>,
    pub(super) held: Vec<&'w Policy>,
    pub(super) boundary: Option<&'w Policy>,
    pub(super) power: Power<'w>,
    /// How it came by these policies.
    pub(super) before: Vec<Step>,
    /// Which of its policies are as they were.
    own: Vec<bool>,
    /// What is known of its requests.
    known: Known<'w>,
    /// Ways through services, and what else they need than the role.
    ready: Vec<Ready<'w>>,
}

/// A way through a service, up to the role.
struct Ready<'w> {
    plan: &'w Plan,
    service: Service,
    /// The request that passes the role, if one has to be passed.
    passing: Option<Known<'w>>,
    /// What it needs besides.
    rest: Vec<Allowed>,
}

impl<'w> Actor<'w> {
    /// Somebody at the beginning. A group acts through one of its members.
    pub(super) fn new(world: &'w World<'w>, at: usize, who: Who<'w>) -> Self {
        let holding = world.holder(at).holding.as_ref();
        let held: Vec<_> = holding.iter().flat_map(|it| &it.policies).map(|it| &*it.policy).collect();
        let boundary = holding.and_then(|it| it.boundary.as_ref()).map(|it| &*it.policy);
        let own = vec![true; held.len()];
        Self::with(world, at, who, (held, own), boundary, Vec::new())
    }

    /// The same one with other policies.
    pub(super) fn after(
        &self,
        (held, own): (Vec<&'w Policy>, Vec<bool>),
        boundary: Option<&'w Policy>,
        steps: Vec<Step>,
    ) -> Self {
        let before = [self.before.clone(), steps].concat();
        Self::with(self.world, self.at, self.who, (held, own), boundary, before)
    }

    /// Its policies, one of them replaced, or one more.
    pub(super) fn replacing(&self, at: Option<usize>, by: &'w Policy) -> (Vec<&'w Policy>, Vec<bool>) {
        let (mut held, mut own) = (self.held.clone(), self.own.clone());
        if let Some(at) = at {
            (held[at], own[at]) = (by, false);
        } else {
            held.push(by);
            own.push(false);
        }
        (held, own)
    }

    /// Its policies as they are.
    pub(super) fn as_is(&self) -> (Vec<&'w Policy>, Vec<bool>) {
        (self.held.clone(), self.own.clone())
    }

    fn with(
        world: &'w World<'w>,
        at: usize,
        who: Who<'w>,
        (held, own): (Vec<&'w Policy>, Vec<bool>),
        boundary: Option<&'w Policy>,
        before: Vec<Step>,
    ) -> Self {
        let (power, known) = (world.power(&held, boundary), Known::of(who));
        let mut actor = Self { world, at, who, held, boundary, power, before, own, known, ready: Vec::new() };
        actor.ready = world.plans.iter().filter_map(|plan| actor.prepare(plan)).collect();
        actor
    }

    fn prepare(&self, plan: &'w Plan) -> Option<Ready<'w>> {
        let (service, passing) = match plan.way.means {
            Means::Pass(service) => (service, self.requests(plan.way.means, None).pop()),
            Means::Enter(service, _) => (service, None),
            _ => return None,
        };
        let rest = self.ask(plan, None, std::slice::from_ref(&self.known))?;
        Some(Ready { plan, service, passing, rest })
    }

    pub(super) fn holder(&self) -> &'w Holder {
        self.world.holder(self.at)
    }

    /// The plans that could work, by the actions that are allowed anywhere.
    pub(super) fn plans(&self) -> impl Iterator<Item = &'w Plan> {
        let actions = self.power.actions();
        self.world.plans.iter().filter(move |plan| actions.has_all(plan.needed))
    }

    /// What a plan uses, in the first of some requests that can be made and leaves nothing open, or else in the first
    /// that can be made. With a subject, what is needed on it is asked as well; without one, only the rest.
    pub(super) fn ask(&self, plan: &Plan, subject: Option<&str>, requests: &[Known<'_>]) -> Option<Vec<Allowed>> {
        if !self.power.actions().has_all(plan.needed) {
            return None;
        }
        let one = |known: &Known<'_>| {
            let mut all = Vec::new();
            for (ask, actions) in &plan.asks {
                let place = match (ask, subject) {
                    (Ask::Subject, None) => continue,
                    (Ask::Subject, Some(subject)) => Place::One(subject),
                    (Ask::Some(shape), _) => Place::Some(shape),
                    (Ask::All, _) => Place::One("*"),
                };
                all.extend(self.power.allows(actions, place, known)?);
            }
            Some(all).filter(|all| !self.leads_nowhere(all))
        };
        let mut open = None;
        for uses in requests.iter().filter_map(one) {
            if uses.iter().all(|used| used.exact && used.conditions.is_empty()) {
                return Some(uses);
            }
            open = open.or(Some(uses));
        }
        open
    }

    fn leads_nowhere(&self, uses: &[Allowed]) -> bool {
        let actions = &self.world.actions;
        let writes = ["iam:CreatePolicy", "iam:CreatePolicyVersion"];
        let writes = writes.iter().any(|action| self.power.actions().has(actions.number(action)));
        uses.iter().flat_map(|used| &used.conditions).any(|condition| self.world.is_hopeless(condition, writes))
    }

    /// The requests that a way can be tried with, for something with this boundary.
    pub(super) fn requests(&self, means: Means, boundary: Option<&'w str>) -> Vec<Known<'w>> {
        let known = &self.known;
        let boundary_is = |arn: Option<&'w str>| known.with("iam:PermissionsBoundary", arn);
        let attaching = |known: &Known<'w>| {
            let with = self.world.powerful.iter().map(|arn| known.with("iam:PolicyARN", Some(arn)));
            with.chain([known.without("iam:PolicyARN")]).collect::<Vec<_>>()
        };
        let boundless = || self.world.boundless.iter().map(|arn| boundary_is(Some(arn)));
        match means {
            Means::Attach(_) => attaching(&boundary_is(boundary)),
            Means::Put(_) | Means::Unbind(_) => vec![boundary_is(boundary)],
            Means::Rebind(_) => boundless().collect(),
            Means::Create(_) => {
                let all = [boundary_is(None)].into_iter().chain(boundless());
                all.flat_map(|known| [known.clone()].into_iter().chain(attaching(&known))).collect()
            }
            // In China some services' names end otherwise.
            Means::Pass(_) if self.world.account.partition == "aws-cn" => vec![known.without("iam:PassedToService")],
            Means::Pass(Service { principal, .. }) => vec![known.with("iam:PassedToService", Some(principal))],
            _ => vec![known.clone()],
        }
    }

    /// A step of a way, by what it uses.
    pub(super) fn step(&self, plan: &Plan, to: To, uses: Vec<Allowed>, conditions: Vec<Condition>) -> Step {
        let exact = uses.iter().all(|used| used.exact);
        let uses = uses.into_iter().map(|used| {
            let need = plan.way.needs.iter().map(|need| need.action);
            let action = need.chain(["sts:AssumeRole"]).find(|name| self.world.actions.number(name) == used.action);
            let own = self.own.get(used.policy).copied().unwrap_or(false);
            Use {
                action: action.unwrap_or(plan.way.id),
                resource: used.resource,
                by: own.then_some(admin::Step { policy: used.policy, statement: used.statement }),
                conditions: used.conditions,
            }
        });
        Step { who: self.at, way: plan.way, to, uses: uses.collect(), conditions, exact }
    }

    /// How it can make somebody's policies allow everything: the step, and the policy that it rewrites for that.
    /// `arn` is that of the one, who for a group's member is no other than itself.
    pub(super) fn widen(&self, at: usize, arn: &'w str) -> Option<(Step, Option<String>)> {
        let holder = self.world.holder(at);
        let holding = holder.holding.as_ref()?;
        let boundary = holding.boundary.as_ref().and_then(|it| it.arn.as_deref());
        let subjects = |means: Means| -> Vec<(To, &'w str)> {
            match means {
                Means::Attach(Kind::Group) | Means::Put(Kind::Group) => {
                    let own = (holder.kind == Kind::Group).then_some(at);
                    let groups = holder.groups.iter().copied().chain(own);
                    groups.map(|group| (To::Holder(group), self.world.holder(group).arn.as_str())).collect()
                }
                Means::Attach(Kind::User) | Means::Put(Kind::User) if holder.kind != Kind::Role => {
                    if holder.kind == Kind::User || self.at == at { vec![(To::Holder(at), arn)] } else { vec![] }
                }
                Means::Attach(kind) | Means::Put(kind) if kind == holder.kind => vec![(To::Holder(at), arn)],
                Means::NewVersion => {
                    let arns = holding.policies.iter().filter_map(|it| it.arn.as_deref());
                    arns.filter(|arn| is_customers(arn)).map(|arn| (To::Policy(arn.to_owned()), arn)).collect()
                }
                _ => vec![],
            }
        };
        best(self.plans().flat_map(|plan| {
            let means = plan.way.means;
            subjects(means).into_iter().filter_map(move |(to, subject)| {
                let on_group = matches!(means, Means::Attach(Kind::Group) | Means::Put(Kind::Group));
                let requests = self.requests(means, boundary.filter(|_| !on_group));
                let uses = self.ask(plan, Some(subject), &requests)?;
                let rewritten = (means == Means::NewVersion).then(|| subject.to_owned());
                Some((self.step(plan, to, uses, Vec::new()), rewritten))
            })
        }))
    }

    /// How it can become a user or a role, or a member of a group. A trust policy that could not be read is taken to
    /// trust, if `unread_trusts`.
    pub(super) fn take(&self, at: usize, unread_trusts: bool) -> Option<Step> {
        let target = self.world.holder(at);
        if at == self.at || target.service_linked {
            return None;
        }
        let known = std::slice::from_ref(&self.known);
        let through = |means, subject: &str| {
            let plans = self.world.plans_of(means).iter();
            let step = |plan| Some(self.step(plan, To::Holder(at), self.ask(plan, Some(subject), known)?, Vec::new()));
            best(plans.filter_map(step).map(|step| (step, ()))).map(|(step, ())| step)
        };
        match target.kind {
            Kind::User => through(Means::Impersonate, &target.arn),
            Kind::Group if self.holder().kind == Kind::Role || self.holder().groups.contains(&at) => None,
            Kind::Group => through(Means::Join, &target.arn),
            Kind::Role if target.trust.is_none() && !unread_trusts => None,
            Kind::Role => {
                let trust = target.trust.as_deref();
                let retrusted = || through(Means::Retrust, &target.arn).filter(|_| self.may_be_trusted(&target.arn));
                let signed = || trust::saml_providers(trust?).find_map(|provider| through(Means::Resign, provider));
                let steps = [self.assume(at, trust), retrusted(), signed(), self.serve(at)];
                best(steps.into_iter().flatten().map(|step| (step, ()))).map(|(step, ())| step)
            }
        }
    }

    /// Taking a role: it trusts by name, or it trusts the account and a policy allows it.
    fn assume(&self, at: usize, trust: Option<&Policy>) -> Option<Step> {
        let plan = self.world.plans_of(Means::Assume).first()?;
        let role = self.world.holder(at).arn.as_str();
        let by_policy = || self.ask(plan, Some(role), std::slice::from_ref(&self.known));
        let Some(trust) = trust else { return Some(self.step(plan, To::Holder(at), by_policy()?, Vec::new())) };
        if !self.power.actions().has_all(plan.needed) && !self.world.is_trusted(self.who.arn) {
            return None;
        }
        let trusted = trust::trusts(trust, self.who, &self.known);
        let step = |uses, held: Holds| {
            let open = || trust::open_conditions(trust, &self.known);
            let conditions = if held == Holds::Perhaps { open() } else { Vec::new() };
            (self.step(plan, To::Holder(at), uses, conditions), ())
        };
        // A member whom the role trusts by name owes that to no group.
        let named = self.holder().kind != Kind::Group && trusted.itself != Holds::No && self.may_be_trusted(role);
        let direct = named.then(|| {
            let own = Use { action: "sts:AssumeRole", resource: role.to_owned(), by: None, conditions: Vec::new() };
            let (mut direct, ()) = step(Vec::new(), trusted.itself);
            direct.uses.push(own);
            (direct, ())
        });
        let either = trusted.itself.max(trusted.account);
        let both = (either != Holds::No).then(by_policy).flatten().map(|uses| step(uses, either));
        best(both.into_iter().chain(direct)).map(|(step, ())| step)
    }

    /// Whether being trusted by name is enough: nothing forbids it, and a role's boundary lets it through, which for a
    /// user it need not. Source: IAM User Guide, "Permissions boundaries for IAM entities", resource-based policies.
    fn may_be_trusted(&self, role: &str) -> bool {
        let action = self.world.actions.number("sts:AssumeRole");
        let limited = self.holder().kind == Kind::Role && !self.power.within_limit(action, role, &self.known);
        !limited && !self.power.forbids(action, role, &self.known)
    }

    /// Through a service that takes the role.
    fn serve(&self, at: usize) -> Option<Step> {
        let role = self.world.holder(at);
        let steps = self.world.services_of(at).flat_map(|(principal, conditions)| {
            let ready = self.ready.iter().filter(move |it| it.service.principal == principal);
            let ready = ready.filter(|it| role.in_profile || !it.service.by_profile);
            ready.filter_map(move |it| {
                let passed =
                    it.passing.as_ref().map_or(Some(Vec::new()), |known| self.pass(it.plan, known, &role.arn))?;
                let uses = [passed, it.rest.clone()].concat();
                Some((self.step(it.plan, To::Holder(at), uses, conditions.to_vec()), ()))
            })
        });
        best(steps).map(|(step, ())| step)
    }

    /// Only the part of a way that is about the role.
    fn pass(&self, plan: &Plan, known: &Known<'_>, role: &str) -> Option<Vec<Allowed>> {
        let (_, actions) = plan.asks.iter().find(|(ask, _)| matches!(ask, Ask::Subject))?;
        self.power.allows(actions, Place::One(role), known)
    }
}

/// A policy of the account's own, which can be given new versions.
pub(super) fn is_customers(arn: &str) -> bool {
    !arn.contains(":iam::aws:")
}

/// The first step that leaves nothing open, or else the first.
fn best<T>(steps: impl Iterator<Item = (Step, T)>) -> Option<(Step, T)> {
    let mut open = None;
    for (step, more) in steps {
        if step.is_certain() {
            return Some((step, more));
        }
        open = open.or(Some((step, more)));
    }
    open
}
