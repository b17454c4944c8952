//! Climbing together: whoever takes another's place keeps its own as well, so that the one can make something of the
//! other. A role that may rewrite a policy of the user who takes it is as good as the user's own right to do so.

use std::rc::Rc;

use crate::document::Policy;
use crate::escalation::graph::{End, Found, STATES, Search, better, whos};
use crate::escalation::own::{changes, joining_widened, unbind};
use crate::escalation::reach::{Actor, Policies};
use crate::escalation::ways::Means;
use crate::escalation::{Step, To};

/// One of those whose place somebody has taken.
struct Member<'w> {
    actor: Rc<Actor<'w>>,
    /// How it was taken; what it then did to itself is in [`Actor::before`].
    trail: Vec<Step>,
    /// Whether others made something of it.
    is_helped: bool,
}

impl Member<'_> {
    fn steps(&self) -> Vec<Step> {
        [self.trail.as_slice(), &self.actor.before].concat()
    }

    /// Whether it is what these steps have made of it: who has joined a group is no longer who it was before, since
    /// what the group denies counts.
    fn is_after(&self, steps: &[Step]) -> bool {
        let joins = |step: &&Step| step.way.means == Means::Join && step.whom.unwrap_or(step.who) == self.actor.at;
        let known = |step: &Step| matches!(step.to, To::Holder(group) if self.actor.joined.contains(&group));
        steps.iter().filter(joins).all(known)
    }
}

/// Whether somebody could make anything of others.
pub(super) fn helps(actor: &Actor<'_>) -> bool {
    actor.plans().any(|plan| {
        matches!(
            plan.way.means,
            Means::Attach(_)
                | Means::Put(_)
                | Means::NewVersion
                | Means::Unbind(_)
                | Means::Rebind(_)
                | Means::Join
                | Means::Retrust
        )
    })
}

/// How somebody becomes an administrator with the help of those whose place it can take.
pub(super) fn together(search: &Search<'_>, at: usize) -> Option<Found> {
    let begin = |actor: &Rc<_>| Member { actor: Rc::clone(actor), trail: Vec::new(), is_helped: false };
    let mut members: Vec<_> = search.actors[at].iter().map(begin).collect();
    let (mut next, mut best) = (0, None);
    while next < members.len() {
        let mut made = if members[next].is_helped { alone(search, &members[next], &mut best) } else { Vec::new() };
        made.extend(taken(search, &members, next, &mut best));
        made.extend(helped(search, &members[next], &members[next], &mut best));
        for other in 0..next {
            for (by, of) in [(next, other), (other, next)] {
                made.extend(helped(search, &members[by], &members[of], &mut best));
                made.extend(entrusted(search, &members, (by, of), &mut best));
            }
        }
        for member in made {
            let known = members.iter().any(|other| other.actor.is_as(&member.actor));
            if !known && members.len() < STATES {
                members.push(member);
            }
        }
        next += 1;
    }
    best
}

fn add(best: &mut Option<Found>, found: Found) {
    *best = Some(better(best.take(), found));
}

/// What somebody can make of itself whom others have helped.
fn alone<'w>(search: &Search<'w>, member: &Member<'w>, best: &mut Option<Found>) -> Vec<Member<'w>> {
    let (more, ends) = changes(&member.actor, &search.standings);
    for end in ends {
        add(best, end.behind(&member.trail));
    }
    let member = |actor| Member { actor: Rc::new(actor), trail: member.trail.clone(), is_helped: true };
    more.into_iter().map(member).collect()
}

/// Whose place one of the members can take.
fn taken<'w>(search: &Search<'w>, members: &[Member<'w>], by: usize, best: &mut Option<Found>) -> Vec<Member<'w>> {
    let member = &members[by];
    let mut made = Vec::new();
    for target in 0..search.standings.len() {
        // For those whom nobody helped it is known that they lead to no administrator.
        if search.leads(target) && !member.is_helped || !is_worth(search, members, target) {
            continue;
        }
        if let Some(step) = member.actor.take(target, false).filter(|_| search.arrives(&member.actor, target)) {
            made.extend(arrive(search, [member.steps(), vec![step]].concat(), target, best));
        }
    }
    made
}

/// Whose place one of the members can take because another makes a role trust it.
fn entrusted<'w>(
    search: &Search<'w>,
    members: &[Member<'w>],
    (by, of): (usize, usize),
    best: &mut Option<Found>,
) -> Vec<Member<'w>> {
    let (by, of) = (&members[by], &members[of]);
    let mut made = Vec::new();
    if by.actor.at == of.actor.at || !of.is_after(&by.steps()) || !by.is_after(&of.steps()) {
        return made;
    }
    for target in (0..search.standings.len()).filter(|target| is_worth(search, members, *target)) {
        if let Some(step) = by.actor.retrust(target, &of.actor) {
            made.extend(arrive(search, together_with(of, by, step), target, best));
        }
    }
    made
}

/// Whether it would help to take somebody's place.
fn is_worth(search: &Search<'_>, members: &[Member<'_>], target: usize) -> bool {
    search.leads(target) || search.is_open(target) && !members.iter().any(|it| it.actor.at == target)
}

fn arrive<'w>(search: &Search<'w>, trail: Vec<Step>, target: usize, best: &mut Option<Found>) -> Vec<Member<'w>> {
    if search.leads(target) {
        add(best, Found::by(trail, End::At(target), search.is_sure(target)));
        return Vec::new();
    }
    let member = |actor| Member { actor, trail: trail.clone(), is_helped: false };
    if search.actors[target].is_empty() {
        // By itself it can do nothing, but something can be made of it.
        let whos = whos(search.world, target).into_iter();
        return whos.map(|who| member(Rc::new(Actor::new(search.world, target, who)))).collect();
    }
    search.actors[target].iter().map(|actor| member(Rc::clone(actor))).collect()
}

/// The steps of two, and a further one by the second.
fn together_with(one: &Member<'_>, other: &Member<'_>, last: Step) -> Vec<Step> {
    let (trail, story) = told(one, &one.actor.before, other, last, true);
    [trail, story].concat()
}

/// How the first was taken and what became of it, with the steps of the second and a further one by that: after its
/// own, or before.
fn told(one: &Member<'_>, story: &[Step], other: &Member<'_>, last: Step, after: bool) -> (Vec<Step>, Vec<Step>) {
    let without = |steps: &[Step], others: &[&[Step]]| -> Vec<Step> {
        steps.iter().filter(|step| !others.iter().any(|known| known.contains(step))).cloned().collect()
    };
    let others = other.steps();
    if after {
        let others = without(&others, &[&one.trail, story]);
        (one.trail.clone(), [story, &others, &[last]].concat())
    } else {
        let trail = without(&one.trail, &[&others]);
        let story = without(story, &[&others]);
        ([others, vec![last], trail].concat(), story)
    }
}

/// What somebody has become.
struct Made<'w> {
    policies: Policies<'w>,
    boundary: Option<&'w Policy>,
    trail: Vec<Step>,
    story: Vec<Step>,
    /// The group that it was added to.
    group: Option<usize>,
}

/// What one of the members can make of another.
fn helped<'w>(search: &Search<'w>, by: &Member<'w>, of: &Member<'w>, best: &mut Option<Found>) -> Vec<Member<'w>> {
    if !of.is_after(&by.steps()) {
        return Vec::new();
    }
    let (actor, target) = (&by.actor, &of.actor);
    let (itself, after) = (actor.at == target.at, by.is_after(&of.steps()));
    let made = |policies, boundary, (trail, story), group| Made { policies, boundary, trail, story, group };
    let as_it_is = |step| told(of, &target.before, by, step, after);
    let mut all = Vec::new();
    if let (false, Some((step, rewritten))) = (itself, actor.widen(target.at, target.who.arn, &target.joined)) {
        let place = rewritten.and_then(|arn| target.place(&arn));
        let widened = target.replacing(place, search.world.everything());
        all.push(made(widened, target.boundary, as_it_is(step), None));
    }
    if !itself && target.boundary.is_some() {
        all.extend(unbind(actor, target.at).map(|step| made(target.as_is(), None, as_it_is(step), None)));
    }
    for (step, group) in if after { actor.enrol(target) } else { Vec::new() } {
        // By itself it joins only what holds something; a group that holds nothing can be made to by others.
        if !itself || search.world.of_groups(&[group]).next().is_none() {
            all.push(made(target.joining(group), target.boundary, as_it_is(step.clone()), Some(group)));
        }
        if let (false, Some((policies, story))) = (itself, joining_widened(target, group)) {
            all.push(made(policies, target.boundary, told(of, &story, by, step, true), Some(group)));
        }
    }
    let mut members = Vec::new();
    for Made { policies, boundary, trail, story, group } in all {
        match search.world.admin(&policies.0, boundary) {
            Some(proof) if proof.conditions.is_empty() => {
                add(best, Found::by([trail, story].concat(), End::Became(target.at), true));
            }
            _ => {
                let mut actor = target.after(policies, boundary, story);
                actor.joined.extend(group);
                members.push(Member { actor: Rc::new(actor), trail, is_helped: true });
            }
        }
    }
    members
}
