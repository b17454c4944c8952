//! Users, groups, roles and policies.

use super::Shape;

/// AWS's policy that allows everything.
pub const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// Everything, on everything.
pub const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// What a role may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
    /// Everything, by an inline policy.
    AdminInline,
    /// Everything, by AWS's policy.
    AdminManaged,
    /// Everything, but for a permissions boundary.
    Bounded,
    /// What its service defines.
    ServiceLinked,
    /// Some things.
    Limited,
}

impl Shape {
    /// What a role may do.
    pub fn power(&self, role: u64) -> Power {
        match self.percent("role", role) {
            ..2 => Power::AdminInline,
            2..4 => Power::AdminManaged,
            4..6 if self.policies > 0 => Power::Bounded,
            6..16 => Power::ServiceLinked,
            _ => Power::Limited,
        }
    }

    /// The path of a role.
    pub fn role_path(&self, role: u64) -> &'static str {
        if self.power(role) == Power::ServiceLinked { "/aws-service-role/example.amazonaws.com/" } else { "/" }
    }

    /// A principal's ARN; `kind` is `user`, `group` or `role`.
    pub fn principal_arn(&self, kind: &str, index: u64) -> String {
        let path = if kind == "role" { self.role_path(index) } else { "/" };
        format!("arn:aws:iam::{}:{kind}{path}{kind}-{index}", self.account)
    }

    /// The ARN of a managed policy of the account's own.
    pub fn policy_arn(&self, index: u64) -> String {
        format!("arn:aws:iam::{}:policy/policy-{index}", self.account)
    }

    /// The account's own policy that is attached to a principal.
    pub fn attached_policy(&self, kind: &str, index: u64) -> Option<u64> {
        self.roll(&format!("{kind} policy"), index).checked_rem(self.policies)
    }

    /// The document of a managed policy of the account's own: harmless, and each a little different.
    pub fn policy_document(&self, index: u64) -> String {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"Read","Effect":"Allow","Action":["s3:GetObject","s3:ListBucket","ec2:Describe*","logs:Get*"],"Resource":"*"}},{{"Sid":"Write","Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::data-{index}/*"}}]}}"#
        )
    }

    /// The group that a user is in. Whoever is in the first one is an administrator.
    pub fn group_of(&self, user: u64) -> Option<u64> {
        (self.percent("in a group", user) < 60)
            .then(|| self.roll("which group", user).checked_rem(self.groups))
            .flatten()
    }

    /// Whether a user may do everything.
    pub fn is_admin_user(&self, user: u64) -> bool {
        self.group_of(user) == Some(0) || self.has_admin_policy(user)
    }

    /// Whether AWS's policy that allows everything is attached to a user.
    pub fn has_admin_policy(&self, user: u64) -> bool {
        self.percent("admin user", user) < 4
    }

    /// Whether AWS's policy that allows everything is attached to anyone.
    pub fn uses_admin_policy(&self) -> bool {
        self.groups > 0
            || (0..self.users).any(|user| self.has_admin_policy(user))
            || (0..self.roles).any(|role| matches!(self.power(role), Power::AdminManaged | Power::Bounded))
    }

    /// How many entries `GetAccountAuthorizationDetails` lists.
    pub fn authorization_entries(&self) -> u64 {
        self.users + self.groups + self.roles + self.policies + u64::from(self.uses_admin_policy())
    }
}
