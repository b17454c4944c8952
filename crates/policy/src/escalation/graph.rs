//! The search: who can become whom, from the administrators backwards.

use std::collections::HashMap;
use std::rc::Rc;

use crate::condition::Condition;
use crate::document::Policy;
use crate::escalation::allies::{helps, together};
use crate::escalation::known::Who;
use crate::escalation::own::changes;
use crate::escalation::reach::Actor;
use crate::escalation::world::World;
use crate::escalation::{Kind, Outcome, Path, Step};

/// How many sets of policies are tried that somebody can make for itself on the way.
pub(super) const STATES: usize = 64;

/// A way out that was found.
pub(super) struct Found {
    steps: Vec<Step>,
    end: End,
    /// Whether nothing about it is left open, to the very end.
    pub(super) certain: bool,
}

/// Where steps lead.
#[derive(Clone, Copy)]
pub(super) enum End {
    /// To an administrator: whoever took them, or somebody new.
    Here,
    /// To this one, whom they made an administrator.
    Became(usize),
    /// To this one, who is an administrator or has a way of its own.
    At(usize),
}

impl Found {
    pub(super) fn new(actor: &Actor<'_>, steps: Vec<Step>, end: End, certain: bool) -> Self {
        Self::by([actor.before.clone(), steps].concat(), end, certain)
    }

    pub(super) fn by(steps: Vec<Step>, end: End, certain: bool) -> Self {
        let certain = certain && steps.iter().all(Step::is_certain);
        Self { steps, end, certain }
    }

    /// The same behind other steps.
    pub(super) fn behind(self, trail: &[Step]) -> Self {
        Self::by([trail, &self.steps].concat(), self.end, self.certain)
    }
}

/// What is known of a principal so far.
pub(super) enum Standing {
    Administrator(Vec<Condition>),
    Unread,
    Open,
}

pub(super) struct Search<'w> {
    pub(super) world: &'w World<'w>,
    pub(super) standings: Vec<Standing>,
    /// Who each principal acts as, with all the policies that it can make for itself.
    pub(super) actors: Vec<Vec<Rc<Actor<'w>>>>,
    /// How each becomes an administrator without becoming one of those.
    alone: Vec<Option<Found>>,
    found: Vec<Option<Found>>,
}

/// What becomes of each principal.
pub(super) fn outcomes(world: &World<'_>) -> Vec<Outcome> {
    let mut search = Search::begin(world);
    let first = search.places(|standing| matches!(standing, Standing::Administrator(_)));
    search.rounds(first, false);
    search.allies();
    let depends = search.dependent();
    (0..search.standings.len()).map(|at| search.outcome(at, depends[at])).collect()
}

impl<'w> Search<'w> {
    fn begin(world: &'w World<'w>) -> Self {
        let mut known = HashMap::new();
        let standings: Vec<_> = (0..world.account.holders.len()).map(|at| standing(world, at, &mut known)).collect();
        let mut search = Self { world, standings, actors: Vec::new(), alone: Vec::new(), found: Vec::new() };
        for at in 0..search.standings.len() {
            let (actors, found) = search.set_out(at);
            search.actors.push(actors);
            search.alone.push(found);
            search.found.push(None);
        }
        search
    }

    fn places(&self, of: impl Fn(&Standing) -> bool) -> Vec<usize> {
        (0..self.standings.len()).filter(|at| of(&self.standings[*at])).collect()
    }

    pub(super) fn is_administrator(&self, at: usize) -> bool {
        matches!(self.standings[at], Standing::Administrator(_))
    }

    /// Who a principal acts as, and how it becomes an administrator without becoming somebody else.
    fn set_out(&self, at: usize) -> (Vec<Rc<Actor<'w>>>, Option<Found>) {
        let holder = self.world.holder(at);
        let search = match &self.standings[at] {
            Standing::Unread => false,
            Standing::Administrator(conditions) => !conditions.is_empty(),
            Standing::Open => !holder.service_linked,
        };
        let (mut actors, mut found) = (Vec::new(), None);
        for who in if search { whos(self.world, at) } else { Vec::new() } {
            let first = Actor::new(self.world, at, who);
            if first.power.actions().is_empty() && !self.world.is_trusted(who.arn) {
                continue;
            }
            let from = actors.len();
            actors.push(Rc::new(first));
            let mut next = from;
            while next < actors.len() {
                let (more, ends) = changes(&actors[next], &self.standings);
                found = ends.into_iter().fold(found, |best, end| Some(better(best, end)));
                for actor in more {
                    let known = actors[from..].iter().any(|other| other.is_as(&actor));
                    if !known && actors.len() - from < STATES {
                        actors.push(Rc::new(actor));
                    }
                }
                next += 1;
            }
        }
        (actors, found)
    }

    /// From those who are there already to those who can become one of them, until nobody is added; who was added.
    fn rounds(&mut self, mut there: Vec<usize>, unread_trusts: bool) -> Vec<usize> {
        let mut added = Vec::new();
        loop {
            let alone: Vec<_> = self.alone.iter_mut().map(Option::take).collect();
            let mut new = Vec::new();
            for (at, alone) in alone.into_iter().enumerate() {
                if self.found[at].is_none() {
                    let found = self.step_to(at, &there, unread_trusts).into_iter().chain(alone);
                    let found = found.fold(None, |best, found| Some(better(best, found)));
                    if found.is_some() {
                        new.push((at, found));
                    }
                }
            }
            if new.is_empty() {
                return added;
            }
            there.clear();
            for (at, found) in new {
                self.found[at] = found;
                if !self.is_administrator(at) {
                    there.push(at);
                }
            }
            added.extend(&there);
        }
    }

    /// Whether this one is an administrator, or has a way to become one.
    pub(super) fn leads(&self, at: usize) -> bool {
        self.is_administrator(at) || self.found[at].is_some()
    }

    /// Whether it is a user or a role that could climb and is not known to.
    pub(super) fn is_open(&self, at: usize) -> bool {
        let open = matches!(self.standings[at], Standing::Open) && self.found[at].is_none();
        open && self.world.holder(at).kind != Kind::Group && !self.world.holder(at).service_linked
    }

    /// Those who climb with the help of others whose place they take, and those who can become one of them.
    fn allies(&mut self) {
        let mut there: Vec<_> = (0..self.standings.len())
            .filter(|at| self.is_open(*at) && self.actors[*at].iter().any(|actor| helps(actor)))
            .collect();
        // Only who can become one that helps has any help.
        let mut next = 0;
        while let Some(&target) = there.get(next) {
            let open = (0..self.standings.len()).filter(|at| self.is_open(*at) && !there.contains(at));
            let takes = |at: &usize| self.actors[*at].iter().any(|actor| actor.take(target, false).is_some());
            let new: Vec<_> = open.filter(takes).collect();
            there.extend(new);
            next += 1;
        }
        let found: Vec<_> = there.iter().filter_map(|at| Some((*at, together(self, *at)?))).collect();
        let climbed: Vec<_> = found.iter().map(|(at, _)| *at).collect();
        for (at, found) in found {
            self.found[at] = Some(found);
        }
        if !climbed.is_empty() {
            self.rounds(climbed, false);
        }
    }

    /// The shortest way of a principal to one of some others.
    fn step_to(&self, at: usize, there: &[usize], unread_trusts: bool) -> Option<Found> {
        let conditional = self.is_administrator(at);
        let mut best = None;
        for actor in &self.actors[at] {
            for &target in there {
                let Some(step) = actor.take(target, unread_trusts) else { continue };
                if !self.arrives(actor, target) {
                    continue;
                }
                let found = Found::new(actor, vec![step], End::At(target), self.is_sure(target));
                let certain = found.certain;
                if conditional && !certain {
                    continue;
                }
                best = Some(better(best, found));
                if certain {
                    break;
                }
            }
        }
        best
    }

    /// Whether becoming this one is worth what it was for that one: for whoever joins a group its own boundary and
    /// denials still count.
    pub(super) fn arrives(&self, actor: &Actor<'w>, target: usize) -> bool {
        let group = self.world.holder(target);
        let (Kind::Group, Some(holding)) = (group.kind, &group.holding) else { return true };
        if !self.is_administrator(target) {
            // What the group's members can do there is not what another one can: that is asked of the one who joins.
            return false;
        }
        let held: Vec<_> = holding.policies.iter().map(|it| &*it.policy).chain(actor.held.iter().copied()).collect();
        self.world.admin(&held, actor.boundary).is_some()
    }

    pub(super) fn is_sure(&self, at: usize) -> bool {
        match &self.standings[at] {
            Standing::Administrator(conditions) => conditions.is_empty(),
            _ => self.found[at].as_ref().is_some_and(|found| found.certain),
        }
    }

    /// For those who have no path: whose unread documents could give them one.
    fn dependent(&mut self) -> Vec<Option<usize>> {
        let unread = self.places(|standing| matches!(standing, Standing::Unread));
        let untold = (0..self.found.len()).filter(|at| {
            let role = self.world.holder(*at);
            let leads = self.is_administrator(*at) || self.found[*at].is_some();
            role.kind == Kind::Role && role.trust.is_none() && !role.service_linked && leads
        });
        let seeds: Vec<_> = unread.into_iter().chain(untold).collect();
        let added = self.rounds(seeds.clone(), true);
        let mut depends = vec![None; self.found.len()];
        for at in added {
            let mut last = at;
            while let (false, Some(found)) = (seeds.contains(&last), &self.found[last]) {
                let (End::At(next) | End::Became(next)) = found.end else { break };
                last = next;
            }
            depends[at] = Some(last);
        }
        depends
    }

    fn path(&self, at: usize) -> Option<Path> {
        let (mut steps, mut last, mut made) = (Vec::new(), at, false);
        while let (Some(found), false) = (&self.found[last], made || last != at && self.is_administrator(last)) {
            steps.extend(found.steps.iter().cloned());
            match found.end {
                End::Here => break,
                End::Became(next) => (last, made) = (next, true),
                End::At(next) => last = next,
            }
        }
        let conditions = match &self.standings[last] {
            Standing::Administrator(conditions) if last != at => conditions.clone(),
            _ => Vec::new(),
        };
        let administrator = (made || last != at).then_some(last);
        (!steps.is_empty()).then_some(Path { steps, administrator, conditions })
    }

    fn outcome(&self, at: usize, depends: Option<usize>) -> Outcome {
        match (&self.standings[at], depends) {
            (Standing::Unread, _) => Outcome::Unread,
            (Standing::Administrator(_), _) => Outcome::Administrator(self.path(at).filter(Path::is_certain)),
            (Standing::Open, Some(on)) => Outcome::DependsOn(on),
            (Standing::Open, None) => self.path(at).map_or(Outcome::Safe, Outcome::Path),
        }
    }
}

fn standing(world: &World<'_>, at: usize, known: &mut HashMap<Vec<*const Policy>, Option<Vec<Condition>>>) -> Standing {
    let Some(holding) = &world.holder(at).holding else { return Standing::Unread };
    let held: Vec<_> = holding.policies.iter().map(|it| &*it.policy).collect();
    let boundary = holding.boundary.as_ref().map(|it| &*it.policy);
    let key = held.iter().copied().chain(boundary).map(std::ptr::from_ref).chain(boundary.map(|_| std::ptr::null()));
    let proven =
        known.entry(key.collect()).or_insert_with(|| world.admin(&held, boundary).map(|proof| proof.conditions));
    proven.clone().map_or(Standing::Open, Standing::Administrator)
}

/// Whom a principal acts as: itself, a group as its members.
pub(super) fn whos<'w>(world: &'w World<'w>, at: usize) -> Vec<Who<'w>> {
    let holder = world.holder(at);
    let account = world.account.id.as_str();
    let user = |arn: &'w str, name: &'w str| Who { arn, user: Some(name), account };
    match holder.kind {
        Kind::User => vec![user(&holder.arn, &holder.name)],
        Kind::Role => vec![Who { arn: &holder.arn, user: None, account }],
        Kind::Group => {
            let members = world.account.holders.iter().filter(|it| it.groups.contains(&at));
            let members: Vec<_> = members.map(|it| user(&it.arn, &it.name)).collect();
            if members.is_empty() { vec![user(&world.nobody, "nobody")] } else { members }
        }
    }
}

/// The one that leaves nothing open, or else the shorter.
pub(super) fn better(best: Option<Found>, found: Found) -> Found {
    let uses = |found: &Found| found.steps.iter().map(|step| step.uses.len()).sum::<usize>();
    let rank = |found: &Found| (!found.certain, found.steps.len(), uses(found));
    match best {
        Some(best) if rank(&best) <= rank(&found) => best,
        _ => found,
    }
}
