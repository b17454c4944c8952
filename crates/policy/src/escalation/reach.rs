//! What somebody can do next: to its own policies, to others', and to become somebody else.

use std::iter::successors;
use std::rc::Rc;

use crate::admin;
use crate::condition::Condition;
use crate::document::Policy;
use crate::escalation::known::{Known, Who};
use crate::escalation::power::{Allowed, Place, Power};
use crate::escalation::ways::{Means, Service};
use crate::escalation::world::{Ask, Plan, World};
use crate::escalation::{Holder, Kind, Step, To, Use};

mod take;

/// What somebody holds, and which of that is as it was.
pub(super) type Policies<'w> = (Vec<&'w Policy>, Vec<bool>);

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
    /// The same one as it was before.
    earlier: Option<Rc<Self>>,
    /// Groups that it was added to on the way.
    pub(super) joined: Vec<usize>,
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

    /// The same one with other policies, and the story of how it came by them.
    pub(super) fn after(
        self: &Rc<Self>,
        policies: Policies<'w>,
        boundary: Option<&'w Policy>,
        story: Vec<Step>,
    ) -> Self {
        let actor = Self::with(self.world, self.at, self.who, policies, boundary, story);
        Self { joined: self.joined.clone(), earlier: Some(Rc::clone(self)), ..actor }
    }

    /// Its story, and what it does next.
    pub(super) fn then(&self, steps: &[Step]) -> Vec<Step> {
        [self.before.as_slice(), steps].concat()
    }

    /// The same one, and as it was before.
    pub(super) fn lineage(&self) -> impl Iterator<Item = &Self> {
        successors(Some(self), |actor| actor.earlier.as_deref())
    }

    /// The same one in one more group.
    pub(super) fn in_group(mut self, group: usize) -> Self {
        self.joined.push(group);
        self
    }

    /// Whether the other is the same one and in the same state.
    pub(super) fn is_as(&self, other: &Self) -> bool {
        let pointer = |policy: Option<&Policy>| policy.map(std::ptr::from_ref);
        let holds = |one: &Self, policy: &&Policy| one.held.iter().any(|held| std::ptr::eq(*held, *policy));
        let covers = |one: &Self, other: &Self| {
            // A group that adds nothing can be made to hold more.
            one.joined.iter().all(|group| other.joined.contains(group)) && one.held.iter().all(|it| holds(other, it))
        };
        let limit = pointer(self.boundary) == pointer(other.boundary);
        self.at == other.at && limit && covers(self, other) && covers(other, self)
    }

    /// Its policies, one of them replaced, or one more.
    pub(super) fn replacing(&self, at: Option<usize>, by: &'w Policy) -> Policies<'w> {
        let (mut held, mut own) = (self.held.clone(), self.own.clone());
        if let Some(at) = at {
            (held[at], own[at]) = (by, false);
        } else {
            held.push(by);
            own.push(false);
        }
        (held, own)
    }

    /// Its policies, and those of a group.
    pub(super) fn joining(&self, group: usize) -> Policies<'w> {
        let (mut held, mut own) = self.as_is();
        held.extend(self.world.holder(group).holding.iter().flat_map(|it| &it.policies).map(|it| &*it.policy));
        own.resize(held.len(), false);
        (held, own)
    }

    /// Where a managed policy stands among those that it holds, by itself or by a group that it joined.
    pub(super) fn place(&self, arn: &str) -> Option<usize> {
        let own = self.holder().holding.iter().flat_map(|it| &it.policies);
        let policy = own.chain(self.world.of_groups(&self.joined)).find(|it| it.arn.as_deref() == Some(arn))?;
        self.held.iter().position(|held| std::ptr::eq(*held, std::sync::Arc::as_ptr(&policy.policy)))
    }

    /// Its policies as they are.
    pub(super) fn as_is(&self) -> Policies<'w> {
        (self.held.clone(), self.own.clone())
    }

    fn with(
        world: &'w World<'w>,
        at: usize,
        who: Who<'w>,
        (held, own): Policies<'w>,
        boundary: Option<&'w Policy>,
        before: Vec<Step>,
    ) -> Self {
        let (power, known) = (world.power(&held, boundary), Known::of(who));
        let mut actor = Self {
            world,
            at,
            who,
            held,
            boundary,
            power,
            before,
            earlier: None,
            joined: Vec::new(),
            own,
            known,
            ready: Vec::new(),
        };
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
                    (Ask::Some(shape), _) => Place::Some(&self.world.shapes[*shape]),
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
        Step { who: self.at, way: plan.way, to, whom: None, uses: uses.collect(), conditions, exact }
    }

    /// How it can make somebody's policies allow everything: the step, and the policy that it rewrites for that.
    /// `arn` is that of the one, who for a group's member is no other than itself; `joined` are further groups of it.
    pub(super) fn widen(&self, at: usize, arn: &'w str, joined: &[usize]) -> Option<(Step, Option<String>)> {
        let holder = self.world.holder(at);
        let holding = holder.holding.as_ref()?;
        let boundary = holding.boundary.as_ref().and_then(|it| it.arn.as_deref());
        let subjects = |means: Means| -> Vec<(To, &'w str)> {
            match means {
                Means::Attach(Kind::Group) | Means::Put(Kind::Group) => {
                    let own = (holder.kind == Kind::Group).then_some(at);
                    let groups = holder.groups.iter().chain(joined).copied().chain(own);
                    groups.map(|group| (To::Holder(group), self.world.holder(group).arn.as_str())).collect()
                }
                Means::Attach(Kind::User) | Means::Put(Kind::User) if holder.kind != Kind::Role => {
                    if holder.kind == Kind::User || self.at == at { vec![(To::Holder(at), arn)] } else { vec![] }
                }
                Means::Attach(kind) | Means::Put(kind) if kind == holder.kind => vec![(To::Holder(at), arn)],
                Means::NewVersion => {
                    let held = holding.policies.iter().chain(self.world.of_groups(joined));
                    let arns = held.filter_map(|it| it.arn.as_deref());
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

    /// How it can make somebody else's policies allow everything, or could while it was as it was before: its story
    /// with that step in it, and the policy that the step rewrites.
    pub(super) fn widen_on_the_way(&self, at: usize) -> Option<(Vec<Step>, Option<String>)> {
        let arn = self.world.holder(at).arn.as_str();
        let ways = self.lineage().filter_map(|then| {
            let (step, rewritten) = then.widen(at, arn, &[])?;
            Some((step, (then, rewritten)))
        });
        let (step, (then, rewritten)) = best(ways)?;
        let mut story = self.before.clone();
        let done = story.iter().rposition(|step| then.before.contains(step)).map_or(0, |last| last + 1);
        story.insert(done, step);
        Some((story, rewritten))
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
