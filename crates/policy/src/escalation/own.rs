//! What somebody can make of its own policies, of others', and of new principals.

use std::rc::Rc;

use crate::escalation::graph::{End, Found, Standing, better};
use crate::escalation::reach::{Actor, Policies, is_customers};
use crate::escalation::ways::Means;
use crate::escalation::world::Plan;
use crate::escalation::{Kind, Step, To};

/// What somebody can make of itself next.
pub(super) fn changes<'w>(actor: &Rc<Actor<'w>>, standings: &[Standing]) -> (Vec<Actor<'w>>, Vec<Found>) {
    let (world, holder) = (actor.world, actor.holder());
    let mut made = Vec::new();
    if actor.held.iter().any(|policy| std::ptr::eq(*policy, world.everything())) {
        // There is nothing more to write into them.
    } else if let Some((step, rewritten)) = actor.widen(actor.at, actor.who.arn, &actor.joined) {
        let at = rewritten.and_then(|arn| actor.place(&arn));
        made.push(actor.after(actor.replacing(at, world.everything()), actor.boundary, actor.then(&[step])));
    }
    if actor.boundary.is_some() {
        let freed = unbind(actor, actor.at).map(|step| actor.after(actor.as_is(), None, actor.then(&[step])));
        made.extend(freed);
    }
    for plan in actor.plans().filter(|plan| plan.way.means == Means::OldVersion) {
        let arns = holder.holding.iter().flat_map(|it| &it.policies).filter_map(|it| it.arn.as_deref());
        for arn in arns.filter(|arn| is_customers(arn)) {
            let Some(versions) = world.account.policies.get(arn) else { continue };
            if versions.others.is_empty() {
                continue;
            }
            let requests = actor.requests(plan.way.means, None);
            let Some(uses) = actor.ask(plan, Some(arn), &requests) else { continue };
            let step = actor.step(plan, To::Policy(arn.to_owned()), uses, Vec::new());
            let story = actor.then(&[step]);
            let with = |old| actor.after(actor.replacing(actor.place(arn), old), actor.boundary, story.clone());
            made.extend(versions.others.iter().map(|old| with(old)));
        }
    }
    made.extend(joined(actor));
    let (mut further, mut ends) = (Vec::new(), new_ones(actor));
    for actor in made {
        match world.admin(&actor.held, actor.boundary) {
            Some(proof) if proof.conditions.is_empty() => {
                ends.push(Found::new(&actor, Vec::new(), End::Here, true));
            }
            _ => further.push(actor),
        }
    }
    ends.extend(widened_and_taken(actor, standings));
    (further, ends)
}

/// Getting rid of somebody's permissions boundary: taking it away, replacing it, or rewriting it.
pub(super) fn unbind(actor: &Actor<'_>, at: usize) -> Option<Step> {
    let holder = actor.world.holder(at);
    let boundary = holder.holding.as_ref()?.boundary.as_ref()?.arn.as_deref()?;
    let kind = holder.kind;
    let step = |plan: &Plan| {
        let (to, subject) = match plan.way.means {
            Means::Unbind(of) | Means::Rebind(of) if of == kind => (To::Holder(at), holder.arn.as_str()),
            Means::NewVersion if is_customers(boundary) => (To::Policy(boundary.to_owned()), boundary),
            _ => return None,
        };
        let uses = actor.ask(plan, Some(subject), &actor.requests(plan.way.means, Some(boundary)))?;
        Some(actor.step(plan, to, uses, Vec::new()))
    };
    let mut steps: Vec<_> = actor.plans().filter_map(step).collect();
    steps.sort_by_key(|step| !step.is_certain());
    steps.into_iter().next()
}

/// Joining a group: for what it holds, or for what it was made to hold before.
fn joined<'w>(actor: &Rc<Actor<'w>>) -> Vec<Actor<'w>> {
    let mut made = Vec::new();
    if !actor.plans().any(|plan| plan.way.means == Means::Join) {
        return made;
    }
    for (group, it) in actor.world.account.holders.iter().enumerate().filter(|(_, it)| it.kind == Kind::Group) {
        if actor.before.iter().any(|step| step.to == To::Holder(group)) {
            continue;
        }
        let (Some(join), Some(holding)) = (actor.take(group, false), &it.holding) else { continue };
        if let Some((policies, mut story)) = joining_widened(actor, group) {
            story.push(join.clone());
            made.push(actor.after(policies, actor.boundary, story).in_group(group));
        }
        if !holding.policies.is_empty() {
            made.push(actor.after(actor.joining(group), actor.boundary, actor.then(&[join])).in_group(group));
        }
    }
    made
}

/// Its policies as a member of a group that it made hold everything while it was no member yet, and its story up to
/// joining. What else the group holds counts for whoever joins it, its denials above all.
pub(super) fn joining_widened<'w>(actor: &Actor<'w>, group: usize) -> Option<(Policies<'w>, Vec<Step>)> {
    let could = |then: &Actor<'_>| then.plans().any(|plan| widens(plan.way.means, Kind::Group));
    let holding = actor.world.holder(group).holding.as_ref()?;
    let (story, rewritten) = actor.lineage().any(could).then(|| actor.widen_on_the_way(group)).flatten()?;
    let (mut held, mut own) = actor.joining(group);
    held.push(actor.world.everything());
    own.push(false);
    if let Some(at) = holding.policies.iter().position(|it| rewritten.is_some() && it.arn == rewritten) {
        held.swap_remove(actor.held.len() + at);
        own.swap_remove(actor.held.len() + at);
    }
    Some(((held, own), story))
}

/// Making a new administrator.
fn new_ones(actor: &Actor<'_>) -> Vec<Found> {
    let made = actor.plans().filter_map(|plan| {
        let Means::Create(kind) = plan.way.means else { return None };
        let uses = actor.ask(plan, None, &actor.requests(plan.way.means, None))?;
        let step = actor.step(plan, To::New(kind), uses, Vec::new());
        Some(Found::new(actor, vec![step], End::Here, true))
    });
    made.collect()
}

/// Making somebody else an administrator, and becoming that one.
fn widened_and_taken(actor: &Actor<'_>, standings: &[Standing]) -> Option<Found> {
    let can = |kind| actor.lineage().flat_map(Actor::plans).any(|plan| widens(plan.way.means, kind));
    let (users, roles) = (can(Kind::User), can(Kind::Role));
    let mut best = None;
    for (at, target) in actor.world.account.holders.iter().enumerate() {
        let worth = match target.kind {
            Kind::User => users,
            Kind::Role => roles,
            Kind::Group => false,
        };
        if !worth || matches!(standings[at], Standing::Administrator(_)) {
            continue;
        }
        let Some(holding) = &target.holding else { continue };
        let Some(take) = actor.take(at, false) else { continue };
        let Some((mut story, rewritten)) = actor.widen_on_the_way(at) else { continue };
        let kept = holding.policies.iter().filter(|it| rewritten.is_none() || it.arn != rewritten);
        let held: Vec<_> = kept.map(|it| &*it.policy).chain([actor.world.everything()]).collect();
        let boundary = holding.boundary.as_ref().map(|it| &*it.policy);
        if actor.world.admin(&held, boundary).is_none_or(|proof| !proof.conditions.is_empty()) {
            continue;
        }
        story.push(take);
        let found = Found::by(story, End::Became(at), true);
        let certain = found.certain;
        best = Some(better(best, found));
        if certain {
            break;
        }
    }
    best
}

fn widens(means: Means, whom: Kind) -> bool {
    match means {
        Means::NewVersion => true,
        Means::Attach(kind) | Means::Put(kind) => kind == whom || kind == Kind::Group && whom == Kind::User,
        _ => false,
    }
}
