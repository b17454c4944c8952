use std::collections::BTreeMap;
use std::sync::Arc;

use asc_core::context::CxBuilder;
use asc_core::{Account, Class, Operation, Status};
use asc_policy::Policy;

use super::*;
use crate::holding::Which;
use crate::model::{Attached, Details, Group, Inline, Role, User};

const ADMIN: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
const ADMINISTRATOR_ACCESS: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const POWER_USER: &str = "arn:aws:iam::aws:policy/PowerUserAccess";

fn document(statement: &str) -> Arc<Policy> {
    Arc::new(Policy::parse(&format!(r#"{{"Statement":[{statement}]}}"#)).unwrap())
}

fn inline(name: &str, statement: &str) -> Inline {
    Inline { name: name.to_owned(), document: Ok(document(statement)) }
}

fn attached(arn: &str) -> Attached {
    Attached { name: arn.rsplit('/').next().unwrap().to_owned(), arn: arn.to_owned() }
}

fn role(name: &str, path: &str) -> Role {
    Role {
        arn: format!("arn:aws:iam::123456789012:role{path}{name}"),
        name: name.to_owned(),
        path: path.to_owned(),
        inline: vec![],
        attached: vec![attached(ADMINISTRATOR_ACCESS)],
        boundary: None,
        trust: Ok(document(
            r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#,
        )),
        in_profile: false,
        last_used: None,
        tags: BTreeMap::new(),
    }
}

fn user(name: &str, groups: &[&str]) -> User {
    User {
        arn: format!("arn:aws:iam::123456789012:user/{name}"),
        name: name.to_owned(),
        path: "/".to_owned(),
        inline: vec![],
        attached: vec![],
        groups: groups.iter().map(|&group| group.to_owned()).collect(),
        boundary: None,
        tags: BTreeMap::new(),
    }
}

fn details() -> Details {
    let group = |name: &str, inline: Vec<Inline>, attached: Vec<Attached>| Group {
        arn: format!("arn:aws:iam::123456789012:group/{name}"),
        name: name.to_owned(),
        path: "/".to_owned(),
        inline,
        attached,
    };
    let power = r#"{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},
                   {"Effect":"Allow","Action":["iam:CreateServiceLinkedRole","iam:ListRoles"],"Resource":"*"}"#;
    Details {
        users: vec![],
        groups: vec![
            group("admins", vec![], vec![attached(ADMINISTRATOR_ACCESS)]),
            group(
                "iam",
                vec![inline("own-iam", r#"{"Sid":"Iam","Effect":"Allow","Action":"iam:*","Resource":"*"}"#)],
                vec![],
            ),
            group("power", vec![], vec![attached(POWER_USER)]),
        ],
        roles: vec![],
        policies: BTreeMap::from([
            (ADMINISTRATOR_ACCESS.to_owned(), Ok(document(ADMIN))),
            (POWER_USER.to_owned(), Ok(document(power))),
        ]),
        old_versions: BTreeMap::new(),
    }
}

fn judge(details: Details, which: Which) -> Result<Verdict, Unread> {
    let account = Account { id: "123456789012".to_owned(), partition: "aws".to_owned(), alias: None };
    let cx = CxBuilder::new(account).build();
    let principal = Principal::new(Arc::new(details), which);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(AdminPolicy.evaluate(&principal, &cx))
}

fn of_user(user: User) -> Result<Verdict, Unread> {
    judge(Details { users: vec![user], ..details() }, Which::User(0))
}

fn of_role(role: Role) -> Result<Verdict, Unread> {
    judge(Details { roles: vec![role], ..details() }, Which::Role(0))
}

#[test]
fn the_proof_goes_through_the_group() {
    let verdict = of_user(user("ann", &["power", "admins"])).unwrap();
    assert_eq!(verdict.status(), Status::Fail);
    assert_eq!(verdict.message().en, "May do everything: ann → admins → AdministratorAccess → Statement[0].");
    let verdict = of_user(user("bob", &["power", "iam"])).unwrap();
    assert!(
        verdict.message().en.ends_with(": bob → power → PowerUserAccess → Statement[0]; bob → iam → own-iam → Iam."),
        "{}",
        verdict.message().en
    );
    assert_eq!(of_user(user("eve", &["power"])).unwrap().status(), Status::Pass);
    assert_eq!(of_user(user("joe", &["iam"])).unwrap().status(), Status::Pass);
    assert_eq!(of_user(user("new", &[])).unwrap().message().en, "Holds no policy.");
    assert_eq!(judge(details(), Which::Group(0)).unwrap().status(), Status::Fail);
    assert_eq!(judge(details(), Which::Group(2)).unwrap().status(), Status::Pass);
}

#[test]
fn conditions_are_shown_and_make_it_medium() {
    let mut ann = user("ann", &[]);
    let mfa = ADMIN.replace('}', r#","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#);
    ann.inline = vec![inline("mfa-admin", &mfa)];
    let verdict = of_user(ann).unwrap();
    assert_eq!(verdict.status(), Status::Fail);
    assert!(verdict.message().en.ends_with("Only under a condition: Bool aws:MultiFactorAuthPresent = true."));
    assert!(format!("{verdict:?}").contains("Some(Medium)"));
}

#[test]
fn service_linked_roles_are_left_alone_and_service_roles_are_not() {
    let linked = of_role(role("AWSServiceRoleForX", "/aws-service-role/x.amazonaws.com/")).unwrap();
    assert_eq!(linked.status(), Status::NotApplicable);
    assert_eq!(of_role(role("lambda", "/service-role/")).unwrap().status(), Status::Fail);
}

#[test]
fn a_boundary_is_told_where_it_is_what_helps() {
    let mut bounded = role("app", "/");
    bounded.boundary = Some(POWER_USER.to_owned());
    let verdict = of_role(bounded.clone()).unwrap();
    assert_eq!(verdict.status(), Status::Pass);
    assert!(verdict.message().en.contains("PowerUserAccess did not limit them"), "{}", verdict.message().en);
    bounded.boundary = Some(ADMINISTRATOR_ACCESS.to_owned());
    assert_eq!(of_role(bounded.clone()).unwrap().status(), Status::Fail);
    bounded.attached = vec![];
    assert_eq!(of_role(bounded).unwrap().status(), Status::Pass, "a boundary grants nothing");
}

#[test]
fn what_cannot_be_read_is_unknown_for_its_holders_only() {
    let operation = Operation::new("iam", "GetAccountAuthorizationDetails", "iam:GetAccountAuthorizationDetails");
    let mut broken = user("ann", &["admins"]);
    let document = Err(Unread::malformed(operation, "policy x: not JSON"));
    broken.inline = vec![Inline { name: "x".to_owned(), document }];
    assert_eq!(of_user(broken).unwrap_err().class, Class::Malformed);
    assert_eq!(of_user(user("bob", &["nowhere"])).unwrap_err().class, Class::Malformed);
    // A policy whose document is missing is asked for, which this context without a door cannot.
    let mut elsewhere = role("app", "/");
    elsewhere.attached = vec![attached("arn:aws:iam::aws:policy/ReadOnlyAccess")];
    assert_eq!(of_role(elsewhere).unwrap_err().operation.name, "GetPolicy");
}

#[test]
fn only_policies_of_the_account_that_nobody_uses_and_that_open_everything_are_noted() {
    let own = |name: &str| format!("arn:aws:iam::123456789012:policy/{name}");
    let realm = Realm::new("aws", "123456789012");
    let mut details = details();
    assert_eq!(idle(&realm, &details), None, "AWS's own are not the account's");
    for name in ["by-user", "by-group", "by-role", "user-boundary", "role-boundary"] {
        details.policies.insert(own(name), Ok(document(ADMIN)));
    }
    let mut ann = user("ann", &[]);
    (ann.attached, ann.boundary) = (vec![attached(&own("by-user"))], Some(own("user-boundary")));
    let mut app = role("app", "/");
    (app.attached, app.boundary) = (vec![attached(&own("by-role"))], Some(own("role-boundary")));
    details.groups[0].attached.push(attached(&own("by-group")));
    (details.users, details.roles) = (vec![ann], vec![app]);
    assert_eq!(idle(&realm, &details), None);
    details.users.clear();
    let note = idle(&realm, &details).unwrap();
    let expected = format!("administrator: {}, {}.", own("by-user"), own("user-boundary"));
    assert!(note.en.ends_with(&expected) && note.ja.contains(&own("by-user")), "{note:?}");
}
