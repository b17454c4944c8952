//! Whose place somebody can take, and by which step.

use super::{Actor, best};
use crate::document::Policy;
use crate::escalation::known::{Holds, Known};
use crate::escalation::power::{Allowed, Place};
use crate::escalation::trust;
use crate::escalation::ways::Means;
use crate::escalation::world::{Ask, Plan};
use crate::escalation::{Holder, Kind, Step, To, Use};

impl Actor<'_> {
    /// How it can become a user or a role, or a member of a group. A trust policy that could not be read is taken to
    /// trust, if `unread_trusts`.
    pub(in crate::escalation) fn take(&self, at: usize, unread_trusts: bool) -> Option<Step> {
        let target = self.world.holder(at);
        if at == self.at || target.service_linked {
            return None;
        }
        let through = |means, subject: &str| self.through(means, at, subject);
        match target.kind {
            Kind::User => through(Means::Impersonate, &target.arn),
            Kind::Group if self.holder().kind == Kind::Role || self.holder().groups.contains(&at) => None,
            Kind::Group => through(Means::Join, &target.arn),
            Kind::Role if target.trust.is_none() && !unread_trusts => None,
            Kind::Role => {
                let trust = target.trust.as_deref();
                let retrusted = || self.retrust(at, self);
                let signed = || trust::saml_providers(trust?).find_map(|provider| through(Means::Resign, provider));
                let steps = [self.assume(at, trust), retrusted(), signed(), self.serve(at)];
                best(steps.into_iter().flatten().map(|step| (step, ()))).map(|(step, ())| step)
            }
        }
    }

    /// A step of one of the ways of a kind, which is about this subject.
    fn through(&self, means: Means, to: usize, subject: &str) -> Option<Step> {
        let known = std::slice::from_ref(&self.known);
        let plans = self.world.plans_of(means).iter();
        let step = |plan| Some(self.step(plan, To::Holder(to), self.ask(plan, Some(subject), known)?, Vec::new()));
        best(plans.filter_map(step).map(|step| (step, ()))).map(|(step, ())| step)
    }

    /// How it can make a role trust somebody, so that this one can take it.
    pub(in crate::escalation) fn retrust(&self, role: usize, other: &Self) -> Option<Step> {
        let target = self.world.holder(role);
        if target.kind != Kind::Role || target.service_linked {
            return None;
        }
        self.through(Means::Retrust, role, &target.arn).filter(|_| other.may_be_trusted(&target.arn))
    }

    /// The groups that it can add another user to, by their places.
    pub(in crate::escalation) fn enrol(&self, other: &Self) -> Vec<(Step, usize)> {
        let holders = self.world.account.holders.iter().enumerate();
        let groups = holders.filter(|(at, it)| it.kind == Kind::Group && !other.holder().groups.contains(at));
        let is_user = other.holder().kind == Kind::User;
        let join = |(at, group): (usize, &Holder)| {
            let step = self.through(Means::Join, at, &group.arn)?;
            Some((Step { whom: Some(other.at), ..step }, at))
        };
        groups.filter(|_| is_user).filter_map(join).collect()
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
