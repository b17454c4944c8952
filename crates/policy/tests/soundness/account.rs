//! A small account in which somebody may climb: two users, a group, three roles of which one is an administrator's, two
//! managed policies.

mod generate;
mod rights;
mod steps;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use asc_policy::Policy;
use asc_policy::escalation::{Account, Granted, Holder, Holding, Kind, Versions};

use crate::request::Caller;

pub(crate) use generate::scenes;
pub(crate) use rights::{Rights, documents};
pub(crate) use steps::{State, climb, retrace};

pub(crate) const ID: &str = "123456789012";

/// Everybody, by place: users, roles, and the group.
pub(crate) const ARNS: [&str; 6] = [
    "arn:aws:iam::123456789012:user/ann",
    "arn:aws:iam::123456789012:user/bob",
    "arn:aws:iam::123456789012:role/app",
    "arn:aws:iam::123456789012:role/ops",
    "arn:aws:iam::123456789012:role/admin",
    "arn:aws:iam::123456789012:group/team",
];
pub(crate) const USERS: std::ops::Range<usize> = 0..2;
pub(crate) const ROLES: std::ops::Range<usize> = 2..5;
/// Users and roles.
pub(crate) const ALL: std::ops::Range<usize> = 0..5;
pub(crate) const TEAM: usize = 5;

/// A managed policy that some hold, and one that bounds some.
pub(crate) const OWN: &str = "arn:aws:iam::123456789012:policy/own";
pub(crate) const LIMIT: &str = "arn:aws:iam::123456789012:policy/limit";

/// An account.
#[derive(Clone)]
pub(crate) struct Scene {
    /// What each holds as an inline policy.
    pub(crate) inline: Vec<Option<Arc<Policy>>>,
    pub(crate) own: Arc<Policy>,
    pub(crate) limit: Arc<Policy>,
    /// Who holds `OWN`, and who is bounded by `LIMIT`.
    pub(crate) holds_own: Vec<bool>,
    pub(crate) bounded: Vec<bool>,
    /// Which of the users are in the group.
    pub(crate) members: Vec<bool>,
    /// Whom the roles trust.
    pub(crate) trust: Vec<Arc<Policy>>,
    /// All of it, to be read.
    pub(crate) text: Vec<String>,
}

/// A counter-example is read as documents, not as trees.
impl fmt::Debug for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names =
            ["ann", "bob", "app", "ops", "admin", "team", "own", "limit", "app's trust", "ops' trust", "admin's trust"];
        for (name, text) in names.iter().zip(&self.text) {
            writeln!(f, "{name}: {text}")?;
        }
        let Self { holds_own, bounded, members, .. } = self;
        writeln!(f, "hold own: {holds_own:?}, bounded: {bounded:?}, members: {members:?}")
    }
}

impl Scene {
    /// The account as the engine takes it.
    pub(crate) fn account(&self) -> Account {
        let versions = |policy: &Arc<Policy>| Versions { default: Some(Arc::clone(policy)), others: Vec::new() };
        Account {
            partition: "aws".to_owned(),
            id: ID.to_owned(),
            holders: (0..ARNS.len()).map(|at| self.holder(at)).collect(),
            policies: BTreeMap::from([
                (OWN.to_owned(), versions(&self.own)),
                (LIMIT.to_owned(), versions(&self.limit)),
            ]),
        }
    }

    fn holder(&self, at: usize) -> Holder {
        let in_team = USERS.contains(&at) && self.members[at];
        let mut policies = self.granted(at);
        if in_team {
            policies.extend(self.granted(TEAM));
        }
        let boundary = || Granted { policy: Arc::clone(&self.limit), arn: Some(LIMIT.to_owned()) };
        let kind = match at {
            TEAM => Kind::Group,
            at if USERS.contains(&at) => Kind::User,
            _ => Kind::Role,
        };
        Holder {
            kind,
            arn: ARNS[at].to_owned(),
            name: ARNS[at].rsplit('/').next().unwrap_or_default().to_owned(),
            holding: Some(Holding { policies, boundary: self.is_bounded(at).then(boundary) }),
            groups: if in_team { vec![TEAM] } else { Vec::new() },
            trust: ROLES.contains(&at).then(|| Arc::clone(&self.trust[at - ROLES.start])),
            in_profile: false,
            service_linked: false,
        }
    }

    fn granted(&self, at: usize) -> Vec<Granted> {
        let inline = self.inline[at].iter().map(|policy| Granted { policy: Arc::clone(policy), arn: None });
        let own = Granted { policy: Arc::clone(&self.own), arn: Some(OWN.to_owned()) };
        inline.chain(self.holds_own[at].then_some(own)).collect()
    }

    pub(crate) fn is_bounded(&self, at: usize) -> bool {
        ALL.contains(&at) && self.bounded[at]
    }
}

/// Who asks, by place.
pub(crate) fn caller(at: usize) -> Caller {
    Caller::Of { account: ID, arn: ARNS[at], id: ARNS[at], canonical: "", organization: None }
}
