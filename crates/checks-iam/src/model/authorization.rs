//! Who is in the account, and what they hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use asc_aws::pages;
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Unread};
use asc_policy::Policy;
use aws_sdk_iam::types::{
    AttachedPermissionsBoundary, AttachedPolicy, EntityType, GroupDetail, ManagedPolicyDetail, PolicyDetail,
    RoleDetail, Tag, UserDetail,
};
use time::OffsetDateTime;

use super::client::{failed, iam, moment};
use super::document::{Document, parse};

pub(crate) const GET_DETAILS: Operation =
    Operation::new("iam", "GetAccountAuthorizationDetails", "iam:GetAccountAuthorizationDetails");

/// The largest page that IAM gives.
const PAGE: i32 = 1_000;

/// A policy that is part of its holder.
#[derive(Clone, Debug)]
pub struct Inline {
    /// Its name, unique for its holder.
    pub name: String,
    /// What it says.
    pub document: Document,
}

/// A policy that stands by itself and is attached to its holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
}

/// A user.
#[derive(Clone, Debug)]
pub struct User {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: String,
    /// Its own policies.
    pub inline: Vec<Inline>,
    /// Policies attached to it.
    pub attached: Vec<Attached>,
    /// Names of the groups it is in.
    pub groups: Vec<String>,
    /// The ARN of its permissions boundary.
    pub boundary: Option<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// A group of users.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: String,
    /// Its own policies.
    pub inline: Vec<Inline>,
    /// Policies attached to it.
    pub attached: Vec<Attached>,
}

/// A role.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: String,
    /// Its own policies.
    pub inline: Vec<Inline>,
    /// Policies attached to it.
    pub attached: Vec<Attached>,
    /// The ARN of its permissions boundary.
    pub boundary: Option<String>,
    /// Its trust policy: who may take it.
    pub trust: Document,
    /// Whether it is in an instance profile, so that EC2 can take it.
    pub in_profile: bool,
    /// When it was last used, within the time that IAM tracks.
    pub last_used: Option<OffsetDateTime>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

impl Role {
    /// Whether a service made it for itself; nobody else can change or take it.
    pub fn is_service_linked(&self) -> bool {
        self.path.starts_with("/aws-service-role/")
    }
}

/// The users, groups, roles and policies of an account.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// The users.
    pub users: Vec<User>,
    /// The groups.
    pub groups: Vec<Group>,
    /// The roles.
    pub roles: Vec<Role>,
    /// The default versions of managed policies by ARN: the account's own, and AWS's where they are attached.
    pub policies: BTreeMap<String, Document>,
    /// Other versions of the account's own managed policies by ARN, as far as they could be read: whoever may make one
    /// the default need write nothing.
    pub old_versions: BTreeMap<String, Vec<Arc<Policy>>>,
}

impl Details {
    /// The account's own policies that no principal holds, nor has as its boundary. AWS's are not the account's to
    /// delete.
    pub fn unheld(&self) -> impl Iterator<Item = (&str, &Document)> {
        let attached = self.users.iter().flat_map(|user| &user.attached);
        let attached = attached.chain(self.groups.iter().flat_map(|group| &group.attached));
        let attached = attached.chain(self.roles.iter().flat_map(|role| &role.attached)).map(|policy| &policy.arn);
        let boundaries = self.users.iter().filter_map(|user| user.boundary.as_ref());
        let boundaries = boundaries.chain(self.roles.iter().filter_map(|role| role.boundary.as_ref()));
        let used: BTreeSet<&String> = attached.chain(boundaries).collect();
        let own = self.policies.iter().filter(|(arn, _)| arn.split(':').nth(4) != Some("aws"));
        own.filter(move |(arn, _)| !used.contains(arn)).map(|(arn, document)| (arn.as_str(), document))
    }
}

/// Everything about the account's principals, in one question.
#[derive(Debug)]
pub struct Authorization;

impl Fact for Authorization {
    type Key = ();
    type Value = Details;
    const READS: &'static [Reads] = &[Reads::Call(GET_DETAILS)];

    async fn read(cx: &Cx, (): &()) -> Result<Details, Unread> {
        let client = iam(cx, GET_DETAILS)?;
        let kinds = [
            EntityType::User,
            EntityType::Group,
            EntityType::Role,
            EntityType::LocalManagedPolicy,
            EntityType::AwsManagedPolicy,
        ];
        let ask = |marker| {
            let request = client.get_account_authorization_details().set_filter(Some(kinds.to_vec()));
            let request = request.max_items(PAGE).set_marker(marker);
            async move {
                let answer = request.send().await.map_err(failed(GET_DETAILS))?;
                // An empty body parses as an answer without lists; that is no account without principals.
                let lists =
                    answer.user_detail_list.is_some() || answer.role_detail_list.is_some() || answer.policies.is_some();
                let marker = answer.is_truncated.then(|| part(answer.marker.as_ref(), "Marker")).transpose()?;
                Ok((lists.then(|| vec![answer]), marker))
            }
        };
        let mut details = Details::default();
        for answer in pages(GET_DETAILS, "UserDetailList", ask).await? {
            for detail in answer.user_detail_list() {
                details.users.push(user(detail)?);
            }
            for detail in answer.group_detail_list() {
                details.groups.push(group(detail)?);
            }
            for detail in answer.role_detail_list() {
                details.roles.push(role(detail)?);
            }
            details.policies.extend(answer.policies().iter().filter_map(managed));
            details.old_versions.extend(answer.policies().iter().filter_map(old_versions));
        }
        Ok(details)
    }
}

fn user(detail: &UserDetail) -> Result<User, Unread> {
    Ok(User {
        arn: part(detail.arn.as_ref(), "Arn")?,
        name: part(detail.user_name.as_ref(), "UserName")?,
        path: detail.path().unwrap_or("/").to_owned(),
        inline: inline(detail.user_policy_list())?,
        attached: attached(detail.attached_managed_policies())?,
        groups: detail.group_list().to_vec(),
        boundary: boundary(detail.permissions_boundary())?,
        tags: tags(detail.tags()),
    })
}

fn group(detail: &GroupDetail) -> Result<Group, Unread> {
    Ok(Group {
        arn: part(detail.arn.as_ref(), "Arn")?,
        name: part(detail.group_name.as_ref(), "GroupName")?,
        path: detail.path().unwrap_or("/").to_owned(),
        inline: inline(detail.group_policy_list())?,
        attached: attached(detail.attached_managed_policies())?,
    })
}

fn role(detail: &RoleDetail) -> Result<Role, Unread> {
    Ok(Role {
        arn: part(detail.arn.as_ref(), "Arn")?,
        name: part(detail.role_name.as_ref(), "RoleName")?,
        path: detail.path().unwrap_or("/").to_owned(),
        inline: inline(detail.role_policy_list())?,
        attached: attached(detail.attached_managed_policies())?,
        boundary: boundary(detail.permissions_boundary())?,
        trust: trust(detail),
        in_profile: !detail.instance_profile_list().is_empty(),
        last_used: detail.role_last_used().and_then(|used| moment(used.last_used_date()?)),
        tags: tags(detail.tags()),
    })
}

fn trust(detail: &RoleDetail) -> Document {
    parse(GET_DETAILS, detail.assume_role_policy_document(), "AssumeRolePolicyDocument").map(Arc::new)
}

fn old_versions(detail: &ManagedPolicyDetail) -> Option<(String, Vec<Arc<Policy>>)> {
    let others = detail.policy_version_list().iter().filter(|version| !version.is_default_version);
    let read = |text: &str| parse(GET_DETAILS, Some(text), "").ok().map(Arc::new);
    let documents: Vec<_> = others.filter_map(|version| read(version.document()?)).collect();
    let arn = detail.arn().filter(|arn| !arn.contains(":iam::aws:") && !documents.is_empty())?;
    Some((arn.to_owned(), documents))
}

/// A managed policy's default version, where its document is in the answer; it is asked for otherwise.
fn managed(detail: &ManagedPolicyDetail) -> Option<(String, Document)> {
    let arn = detail.arn()?;
    let version = detail.policy_version_list().iter().find(|version| version.is_default_version)?;
    let text = version.document().filter(|text| !text.is_empty())?;
    Some((arn.to_owned(), parse(GET_DETAILS, Some(text), arn).map(Arc::new)))
}

fn inline(details: &[PolicyDetail]) -> Result<Vec<Inline>, Unread> {
    let policies = details.iter().map(|detail| {
        let name = part(detail.policy_name.as_ref(), "PolicyName")?;
        let document = parse(GET_DETAILS, detail.policy_document(), &name).map(Arc::new);
        Ok(Inline { name, document })
    });
    policies.collect()
}

fn attached(policies: &[AttachedPolicy]) -> Result<Vec<Attached>, Unread> {
    let policies = policies.iter().map(|policy| {
        let arn = part(policy.policy_arn.as_ref(), "PolicyArn")?;
        let last = arn.rsplit('/').next().unwrap_or(&arn);
        Ok(Attached { name: policy.policy_name().unwrap_or(last).to_owned(), arn })
    });
    policies.collect()
}

fn boundary(boundary: Option<&AttachedPermissionsBoundary>) -> Result<Option<String>, Unread> {
    boundary.map(|found| part(found.permissions_boundary_arn.as_ref(), "PermissionsBoundaryArn")).transpose()
}

fn tags(tags: &[Tag]) -> BTreeMap<String, String> {
    tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

fn part(part: Option<&String>, name: &str) -> Result<String, Unread> {
    part.cloned().ok_or_else(|| Unread::malformed(GET_DETAILS, format!("something without its {name}")))
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::types::PolicyVersion;

    use super::*;

    fn version(document: &str, default: bool) -> PolicyVersion {
        PolicyVersion::builder().document(document).is_default_version(default).build()
    }

    const NOTHING: &str = "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Deny%22%2C%22Action%22%3A%5B%5D%7D%7D";

    #[test]
    fn only_the_default_version_of_a_policy_counts() {
        let policy = |versions| ManagedPolicyDetail::builder().arn("a").set_policy_version_list(Some(versions)).build();
        let (arn, document) = managed(&policy(vec![version("x", false), version(NOTHING, true)])).unwrap();
        assert!(arn == "a" && document.is_ok());
        assert!(managed(&policy(vec![version("x", true)])).unwrap().1.is_err());
        assert!(managed(&policy(vec![version(NOTHING, false)])).is_none());
        assert!(managed(&policy(vec![])).is_none());
        assert!(old_versions(&policy(vec![version(NOTHING, true)])).is_none());
        let old = old_versions(&policy(vec![version("x", false), version(NOTHING, false), version("y", true)]));
        assert_eq!(old.map(|(arn, old)| (arn, old.len())), Some(("a".to_owned(), 1)));
    }

    #[test]
    fn a_broken_document_spoils_nothing_but_itself() {
        let policy = |name: &str, text: &str| PolicyDetail::builder().policy_name(name).policy_document(text).build();
        let detail = UserDetail::builder().arn("a").user_name("u").path("/p/");
        let detail = detail.user_policy_list(policy("good", NOTHING)).user_policy_list(policy("bad", "%7B"));
        let user = user(&detail.build()).unwrap();
        assert_eq!(user.inline.iter().map(|p| p.document.is_ok()).collect::<Vec<_>>(), [true, false]);
        assert!(super::user(&UserDetail::builder().build()).is_err());
    }

    #[test]
    fn an_attached_policy_without_a_name_is_called_by_its_arn() {
        let policy = AttachedPolicy::builder().policy_arn("arn:aws:iam::aws:policy/job-function/Billing").build();
        assert_eq!(attached(&[policy]).unwrap()[0].name, "Billing");
    }
}
