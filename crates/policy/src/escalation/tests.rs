//! Accounts for the tests, and the search over them.

mod graph;
mod rows;

use super::*;

const ID: &str = "123456789012";
const ADMIN: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;

/// A document of these statements; it needs one, so where there is none it forbids what nobody asks for.
fn document(statements: &str) -> Arc<Policy> {
    let none = deny("none:Nothing", "*");
    let statements = if statements.is_empty() { &none } else { statements };
    Arc::new(Policy::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)).unwrap())
}

fn granted(statements: &str) -> Granted {
    Granted { policy: document(statements), arn: None }
}

fn allow(action: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"{resource}"}}"#)
}

fn deny(action: &str, resource: &str) -> String {
    allow(action, resource).replace("Allow", "Deny")
}

fn under(statement: &str, condition: &str) -> String {
    format!(r#"{},"Condition":{condition}}}"#, statement.strip_suffix('}').unwrap())
}

fn holder(kind: Kind, name: &str) -> Holder {
    let word = match kind {
        Kind::User => "user",
        Kind::Group => "group",
        Kind::Role => "role",
    };
    Holder {
        kind,
        arn: format!("arn:aws:iam::{ID}:{word}/{name}"),
        name: name.to_owned(),
        holding: Some(Holding::default()),
        groups: Vec::new(),
        trust: None,
        in_profile: false,
        service_linked: false,
    }
}

fn user(name: &str) -> Holder {
    holder(Kind::User, name)
}

fn group(name: &str) -> Holder {
    holder(Kind::Group, name)
}

/// A role that trusts this, as JSON.
fn role(name: &str, principal: &str) -> Holder {
    let action = if principal.contains("saml") { "sts:AssumeRoleWithSAML" } else { "sts:AssumeRole" };
    let trust = format!(r#"{{"Effect":"Allow","Principal":{principal},"Action":"{action}"}}"#);
    Holder { trust: Some(document(&trust)), in_profile: true, ..holder(Kind::Role, name) }
}

const ROOT: &str = r#"{"AWS":"123456789012"}"#;
const EC2: &str = r#"{"Service":"ec2.amazonaws.com"}"#;
const LAMBDA: &str = r#"{"Service":"lambda.amazonaws.com"}"#;

impl Holder {
    fn with(mut self, statements: &str) -> Self {
        self.holding.as_mut().unwrap().policies.push(granted(statements));
        self
    }

    fn attached(mut self, arn: &str, statements: &str) -> Self {
        let policy = Granted { arn: Some(arn.to_owned()), ..granted(statements) };
        self.holding.as_mut().unwrap().policies.push(policy);
        self
    }

    fn bounded(mut self, arn: &str, statements: &str) -> Self {
        let policy = Granted { arn: Some(arn.to_owned()), ..granted(statements) };
        self.holding.as_mut().unwrap().boundary = Some(policy);
        self
    }

    /// In a group, by its place; its policies are the group's as well.
    fn within(mut self, at: usize, group: &Holder) -> Self {
        self.groups.push(at);
        let policies = group.holding.as_ref().unwrap().policies.clone();
        self.holding.as_mut().unwrap().policies.extend(policies);
        self
    }

    fn unread(self) -> Self {
        Self { holding: None, ..self }
    }
}

fn account(holders: Vec<Holder>) -> Account {
    let managed =
        holders.iter().filter_map(|it| it.holding.as_ref()).flat_map(|it| it.policies.iter().chain(&it.boundary));
    let versions = |it: &Granted| Versions { default: Some(Arc::clone(&it.policy)), others: Vec::new() };
    let policies = managed.filter_map(|it| Some((it.arn.clone()?, versions(it)))).collect();
    Account { partition: "aws".to_owned(), id: ID.to_owned(), holders, policies }
}

/// The ids of the ways that lead the last one there; none if it is safe.
fn ways_of(account: &Account) -> Option<Vec<&'static str>> {
    path_of(account).map(|path| path.steps.iter().map(|step| step.way.id).collect())
}

fn path_of(account: &Account) -> Option<Path> {
    match outcomes(account).pop().unwrap() {
        Outcome::Path(path) => Some(path),
        Outcome::Safe => None,
        other => panic!("{other:?}"),
    }
}
