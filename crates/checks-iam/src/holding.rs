//! The principals of an account, and the policies each of them holds.

use std::collections::BTreeMap;
use std::sync::Arc;

use asc_core::{Cx, Listing, Resource, Unread};
use asc_policy::Policy;

use crate::model::{Attached, Authorization, Details, Document, GET_DETAILS, Inline, ManagedPolicy, Role};

/// Which of the account's principals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// A user, by its place in [`Details::users`].
    User(usize),
    /// A group, by its place in [`Details::groups`].
    Group(usize),
    /// A role, by its place in [`Details::roles`].
    Role(usize),
}

/// A user, a group or a role.
#[derive(Clone, Debug)]
pub struct Principal {
    details: Arc<Details>,
    which: Which,
}

/// A policy that somebody holds, and how.
#[derive(Clone, Debug)]
pub struct Held {
    /// The group that it is held through.
    pub group: Option<String>,
    /// Its name.
    pub policy: String,
    /// Its ARN; an inline policy has none.
    pub arn: Option<String>,
    /// What it says.
    pub document: Arc<Policy>,
}

/// Every user, group and role of the account.
pub async fn each_principal(cx: &Cx) -> Listing<Principal> {
    match cx.get::<Authorization>(&()).await {
        Ok(details) => Listing::of(all(&details)),
        Err(why) => Listing::failed(Resource::account(&cx.account().id), why),
    }
}

/// Every principal, in the order of their places.
pub fn all(details: &Arc<Details>) -> Vec<Principal> {
    let users = (0..details.users.len()).map(Which::User);
    let groups = (0..details.groups.len()).map(Which::Group);
    let roles = (0..details.roles.len()).map(Which::Role);
    let all = users.chain(groups).chain(roles);
    all.map(|which| Principal { details: Arc::clone(details), which }).collect()
}

impl Principal {
    /// A principal of an account.
    pub const fn new(details: Arc<Details>, which: Which) -> Self {
        Self { details, which }
    }

    /// Its place among all: users first, then groups, then roles.
    pub fn place(&self) -> usize {
        match self.which {
            Which::User(at) => at,
            Which::Group(at) => self.details.users.len() + at,
            Which::Role(at) => self.details.users.len() + self.details.groups.len() + at,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self.which {
            Which::User(at) => &self.details.users[at].name,
            Which::Group(at) => &self.details.groups[at].name,
            Which::Role(at) => &self.details.roles[at].name,
        }
    }

    /// The role that it is, if it is one.
    pub fn role(&self) -> Option<&Role> {
        if let Which::Role(at) = self.which { self.details.roles.get(at) } else { None }
    }

    /// The names of the groups it is in.
    pub fn groups(&self) -> &[String] {
        if let Which::User(at) = self.which { &self.details.users[at].groups } else { &[] }
    }

    /// Which of the account's principals it is.
    pub const fn which(&self) -> Which {
        self.which
    }

    /// Its ARN.
    pub fn arn(&self) -> &str {
        match self.which {
            Which::User(at) => &self.details.users[at].arn,
            Which::Group(at) => &self.details.groups[at].arn,
            Which::Role(at) => &self.details.roles[at].arn,
        }
    }

    /// How it appears in findings.
    pub fn resource(&self) -> Resource {
        let (kind, arn, tags) = match self.which {
            Which::User(at) => {
                let user = &self.details.users[at];
                ("AWS::IAM::User", &user.arn, user.tags.clone())
            }
            Which::Group(at) => ("AWS::IAM::Group", &self.details.groups[at].arn, BTreeMap::new()),
            Which::Role(at) => {
                let role = &self.details.roles[at];
                ("AWS::IAM::Role", &role.arn, role.tags.clone())
            }
        };
        Resource { tags, ..Resource::new(kind, arn, None).with_arn(arn) }
    }

    /// The ARN of its permissions boundary.
    pub fn boundary(&self) -> Option<&str> {
        match self.which {
            Which::User(at) => self.details.users[at].boundary.as_deref(),
            Which::Role(at) => self.details.roles[at].boundary.as_deref(),
            Which::Group(_) => None,
        }
    }

    /// Its permissions boundary, if it has one.
    pub async fn boundary_policy(&self, cx: &Cx) -> Result<Option<Arc<Policy>>, Unread> {
        match self.boundary() {
            Some(arn) => self.managed(cx, arn).await.map(Some),
            None => Ok(None),
        }
    }

    /// All that it holds: its own policies, those attached to it, and for a user those of its groups.
    pub async fn held(&self, cx: &Cx) -> Result<Vec<Held>, Unread> {
        let mut held = Vec::new();
        match self.which {
            Which::User(at) => {
                let user = &self.details.users[at];
                self.collect(cx, None, &user.inline, &user.attached, &mut held).await?;
                for name in &user.groups {
                    let group = self.details.groups.iter().find(|group| group.name == *name);
                    let missing = || format!("the user {} is in a group {name} that does not appear", user.name);
                    let group = group.ok_or_else(|| Unread::malformed(GET_DETAILS, missing()))?;
                    self.collect(cx, Some(name), &group.inline, &group.attached, &mut held).await?;
                }
            }
            Which::Group(at) => {
                let group = &self.details.groups[at];
                self.collect(cx, None, &group.inline, &group.attached, &mut held).await?;
            }
            Which::Role(at) => {
                let role = &self.details.roles[at];
                self.collect(cx, None, &role.inline, &role.attached, &mut held).await?;
            }
        }
        Ok(held)
    }

    async fn collect(
        &self,
        cx: &Cx,
        group: Option<&str>,
        inline: &[Inline],
        attached: &[Attached],
        into: &mut Vec<Held>,
    ) -> Result<(), Unread> {
        let group = group.map(str::to_owned);
        for policy in inline {
            let document = policy.document.clone()?;
            into.push(Held { group: group.clone(), policy: policy.name.clone(), arn: None, document });
        }
        for policy in attached {
            let document = self.managed(cx, &policy.arn).await?;
            let arn = Some(policy.arn.clone());
            into.push(Held { group: group.clone(), policy: policy.name.clone(), arn, document });
        }
        Ok(())
    }

    async fn managed(&self, cx: &Cx, arn: &str) -> Document {
        match self.details.policies.get(arn) {
            Some(document) => document.clone(),
            None => cx.get::<ManagedPolicy>(&arn.to_owned()).await,
        }
    }
}
