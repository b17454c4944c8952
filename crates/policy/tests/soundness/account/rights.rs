//! What each in an account may do, by the documented algorithm: what its policies allow together, less what any of them
//! denies, no more than its boundary allows.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use asc_policy::{Effect, Patterns, Policy, Principal, Principals};

use super::{ARNS, LIMIT, OWN, ROLES, Scene, State, TEAM, USERS, caller};
use crate::evaluate::World;
use crate::request::{Caller, Context};
use crate::truth::Truth;

/// What steps are made of, and an action that is none.
pub(crate) const ACTIONS: [&str; 20] = [
    "iam:PutUserPolicy",
    "iam:AttachUserPolicy",
    "iam:PutRolePolicy",
    "iam:AttachRolePolicy",
    "iam:PutGroupPolicy",
    "iam:AttachGroupPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:AddUserToGroup",
    "iam:DeleteUserPermissionsBoundary",
    "iam:DeleteRolePermissionsBoundary",
    "iam:CreatePolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:CreateRole",
    "iam:CreateUser",
    "iam:Zzz",
    "iam:PassRole",
    "sts:AssumeRole",
    "lambda:CreateFunction",
    "lambda:InvokeFunction",
];
/// The actions of IAM among them.
const OF_IAM: usize = 17;

const RESOURCES: [&str; 14] = [
    ARNS[0],
    ARNS[1],
    ARNS[2],
    ARNS[3],
    ARNS[4],
    ARNS[5],
    OWN,
    LIMIT,
    "arn:aws:iam::123456789012:user/new",
    "arn:aws:iam::123456789012:role/new",
    "arn:aws:iam::123456789012:zzz/z",
    "arn:aws:lambda:us-east-1:123456789012:function:a",
    "arn:aws:lambda:us-east-1:123456789012:function:b",
    "arn:aws:lambda:us-east-1:123456789012:function:ab",
];
/// The resources of IAM among them.
const IAM: usize = 11;
pub(crate) const NEW_USER: &str = RESOURCES[8];
pub(crate) const NEW_ROLE: &str = RESOURCES[9];

/// Whether who asks has proven it with a second factor; absent with long-term keys.
const FACTORS: [Option<&str>; 3] = [None, Some("true"), Some("false")];

/// For a document: for each pair whether it is granted, and whether it is denied.
type Table = Arc<(Vec<Truth>, Vec<Truth>)>;

/// The rights of an account.
pub(crate) struct Rights<'a> {
    pub(crate) scene: &'a Scene,
    /// Inline policies, `OWN`, `LIMIT`, and a policy that allows everything; then the same again, as in [`documents`].
    documents: Vec<Option<World<'a>>>,
    known: RefCell<HashMap<(usize, usize, usize, bool), Table>>,
}

const OWN_AT: usize = 6;
const LIMIT_AT: usize = 7;
const ALL_AT: usize = 8;
const OUTRIGHT: usize = 9;

/// The documents of an account, and each without what it denies under conditions or by variables: whether somebody is an administrator
/// is asked of those.
pub(crate) fn documents(scene: &Scene) -> Vec<Option<Policy>> {
    let everything = Policy::parse(r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#).unwrap();
    let inline = scene.inline.iter().map(|it| it.as_deref().cloned());
    let others = [(*scene.own).clone(), (*scene.limit).clone(), everything].map(Some);
    let mut all: Vec<_> = inline.chain(others).collect();
    let outright = all.iter().map(|document: &Option<Policy>| {
        let mut policy = document.clone()?;
        policy.statements.retain(|it| it.effect == Effect::Allow || it.is_outright());
        for denial in policy.statements.iter_mut().filter(|it| it.effect == Effect::Deny) {
            if let Some(Patterns::Only(globs)) = &mut denial.resources {
                globs.retain(|glob| !glob.has_variable());
            }
        }
        Some(policy)
    });
    let outright: Vec<_> = outright.collect();
    all.extend(outright);
    all
}

impl<'a> Rights<'a> {
    /// By [`documents`].
    pub(crate) fn new(scene: &'a Scene, documents: &'a [Option<Policy>]) -> Self {
        let world = |policy: &'a Option<Policy>| policy.as_ref().map(|policy| World::new(policy, &ACTIONS, &RESOURCES));
        Self { scene, documents: documents.iter().map(world).collect(), known: RefCell::default() }
    }

    /// The documents that somebody holds: policies, and the boundary.
    fn held(&self, at: usize, state: &State) -> (Vec<usize>, Option<usize>) {
        let mut held = Vec::new();
        let mut add = |of: usize| {
            held.push(of);
            if self.scene.holds_own[of] {
                held.push(if state.own_rewritten { ALL_AT } else { OWN_AT });
            }
            if state.widened[of] {
                held.push(ALL_AT);
            }
        };
        add(at);
        if USERS.contains(&at) && (self.scene.members[at] || state.joined[at]) {
            add(TEAM);
        }
        let bounded = self.scene.is_bounded(at) && !state.unbound[at];
        (held, bounded.then_some(if state.limit_rewritten { ALL_AT } else { LIMIT_AT }))
    }

    /// Whether somebody may do all of some things in one and the same session; roles are passed to Lambda.
    pub(crate) fn may(&self, at: usize, state: &State, wanted: &[(&str, &str)]) -> Truth {
        let pairs: Vec<_> = wanted.iter().map(|(action, on)| pair(action, on)).collect();
        Truth::any((0..FACTORS.len()).map(|factor| self.may_all(at, state, &pairs, factor)))
    }

    /// Whether nothing of IAM is refused, nor what nobody names: a single statement here allows that, with everything.
    pub(crate) fn is_administrator(&self, at: usize, state: &State) -> bool {
        let pairs = (0..OF_IAM).flat_map(|action| (0..IAM).map(move |on| (action * RESOURCES.len() + on, false)));
        let pairs: Vec<_> = pairs.collect();
        let (held, boundary) = self.held(at, state);
        let outright = |document: usize| document + OUTRIGHT;
        let (held, boundary): (Vec<_>, _) = (held.into_iter().map(outright).collect(), boundary.map(outright));
        let at_large = |document: &usize| self.documents[*document].as_ref().is_some_and(|it| allows_all(it.policy()));
        held.iter().any(at_large)
            && boundary.iter().all(at_large)
            && (0..FACTORS.len()).any(|factor| self.within(&held, boundary, at, &pairs, factor) == Truth::Yes)
    }

    /// Whether somebody can take a role as it is, or one that trusts whoever asks.
    pub(crate) fn may_assume(&self, at: usize, role: usize, state: &State) -> Truth {
        let asked = [pair("sts:AssumeRole", ARNS[role])];
        Truth::any((0..FACTORS.len()).map(|factor| {
            let trusted = |of_account: bool| {
                if state.retrusted[role] { Truth::Yes } else { self.trusts(role, at, factor, of_account) }
            };
            let (by_name, by_account) = (trusted(false), trusted(true));
            let (held, boundary) = self.held(at, state);
            let denied = |documents: &[usize]| self.judged(documents, at, asked[0], factor).1;
            // What a role is granted by name its boundary has to let through; a user's has not.
            let bounded = match boundary {
                Some(limit) if ROLES.contains(&at) => self.allowed(&[limit], at, asked[0], factor),
                Some(limit) => !denied(&[limit]),
                None => Truth::Yes,
            };
            let direct = by_name.min(!denied(&held)).min(bounded);
            direct.max(by_name.max(by_account).min(self.may_all(at, state, &asked, factor)))
        }))
    }

    fn may_all(&self, at: usize, state: &State, pairs: &[(usize, bool)], factor: usize) -> Truth {
        let (held, boundary) = self.held(at, state);
        self.within(&held, boundary, at, pairs, factor)
    }

    fn within(
        &self,
        held: &[usize],
        boundary: Option<usize>,
        at: usize,
        pairs: &[(usize, bool)],
        factor: usize,
    ) -> Truth {
        Truth::all(pairs.iter().map(|pair| {
            let own = self.allowed(held, at, *pair, factor);
            own.min(boundary.map_or(Truth::Yes, |limit| self.allowed(&[limit], at, *pair, factor)))
        }))
    }

    fn allowed(&self, documents: &[usize], at: usize, pair: (usize, bool), factor: usize) -> Truth {
        let (granted, denied) = self.judged(documents, at, pair, factor);
        granted.min(!denied)
    }

    /// Whether any of some documents grants something, and whether any denies it.
    fn judged(&self, documents: &[usize], at: usize, (pair, passing): (usize, bool), factor: usize) -> (Truth, Truth) {
        let tables: Vec<_> = documents.iter().filter_map(|it| self.table(*it, at, factor, passing)).collect();
        let any = |side: fn(&Table) -> &Vec<Truth>| Truth::any(tables.iter().map(|table| side(table)[pair]));
        (any(|table| &table.0), any(|table| &table.1))
    }

    fn table(&self, document: usize, at: usize, factor: usize, passing: bool) -> Option<Table> {
        let world = self.documents[document].as_ref()?;
        let mut known = self.known.borrow_mut();
        let table = known.entry((document, at, factor, passing)).or_insert_with(|| {
            let (caller, context) = (caller(at), context(at, factor, passing));
            Arc::new((world.granted(&caller, &context), world.denied(&caller, &context)))
        });
        Some(Arc::clone(table))
    }

    /// The same for any action on any resource.
    pub(crate) fn may_do(&self, at: usize, state: &State, action: &str, on: &str, passing: bool) -> bool {
        let (held, boundary) = self.held(at, state);
        let lets = |documents: &[usize], factor: usize| {
            let (caller, context) = (caller(at), context(at, factor, passing));
            let judged: Vec<_> = documents
                .iter()
                .filter_map(|document| Some(self.documents[*document].as_ref()?.policy()))
                .map(|policy| {
                    let (actions, resources) = ([action], [on]);
                    let world = World::new(policy, &actions, &resources);
                    (world.granted(&caller, &context)[0], world.denied(&caller, &context)[0])
                })
                .collect();
            judged.iter().any(|(granted, _)| *granted != Truth::No)
                && judged.iter().all(|(_, denied)| *denied != Truth::Yes)
        };
        (0..FACTORS.len()).any(|factor| lets(&held, factor) && boundary.is_none_or(|limit| lets(&[limit], factor)))
    }

    /// Whether a role's trust policy lets somebody take it: by name, or because the account is trusted.
    fn trusts(&self, role: usize, at: usize, factor: usize, of_account: bool) -> Truth {
        let policy = of_those(self.trust(role), Effect::Allow, |it| matches!(it, Principal::Account(_)) == of_account);
        let world = World::new(&policy, &["sts:AssumeRole"], &RESOURCES[..1]);
        world.allowed(&caller(at), &context(at, factor, false))[0]
    }

    /// Whether a role trusts Lambda. Whether everyone under `AWS` takes services in the documentation does not say.
    pub(crate) fn trusts_lambda(&self, role: usize) -> Truth {
        let by = |policy: &Policy| {
            let world = World::new(policy, &["sts:AssumeRole"], &RESOURCES[..1]);
            world.allowed(&Caller::Service("lambda.amazonaws.com"), &Context::new())[0]
        };
        let without_everyone = |effect| of_those(self.trust(role), effect, |it| *it != Principal::Everyone);
        by(&without_everyone(Effect::Allow)).max(by(&without_everyone(Effect::Deny)).min(Truth::Perhaps))
    }

    fn trust(&self, role: usize) -> &'a Policy {
        &self.scene.trust[role - ROLES.start]
    }
}

/// The functions of Lambda that can be made.
pub(crate) fn functions() -> impl Iterator<Item = &'static str> {
    RESOURCES[IAM..].iter().copied()
}

fn pair(action: &str, on: &str) -> (usize, bool) {
    let action_at = ACTIONS.iter().position(|it| *it == action).unwrap();
    (action_at * RESOURCES.len() + RESOURCES.iter().position(|it| *it == on).unwrap(), action == "iam:PassRole")
}

fn allows_all(policy: &Policy) -> bool {
    let is_all =
        |patterns: &Patterns| matches!(patterns, Patterns::Only(globs) if globs.iter().any(|it| it.written() == "*"));
    policy.statements.iter().any(|statement| {
        statement.effect == Effect::Allow
            && is_all(&statement.actions)
            && statement.resources.as_ref().is_none_or(is_all)
    })
}

fn context(at: usize, factor: usize, passing: bool) -> Context {
    let mut context = caller(at).properties();
    if let Some(value) = FACTORS[factor] {
        context.insert("aws:multifactorauthpresent".to_owned(), vec![value.to_owned()]);
    }
    if passing {
        context.insert("iam:passedtoservice".to_owned(), vec!["lambda.amazonaws.com".to_owned()]);
    }
    context
}

/// A trust policy with only some of the principals that it grants something, or denies it.
fn of_those(policy: &Policy, effect: Effect, keep: impl Fn(&Principal) -> bool) -> Policy {
    let mut policy = policy.clone();
    for statement in &mut policy.statements {
        if let (true, Principals::Only(named)) = (statement.effect == effect, &mut statement.principals) {
            named.retain(&keep);
        }
    }
    policy
}
