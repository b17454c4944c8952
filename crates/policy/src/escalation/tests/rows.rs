//! Every way of the table leads there where all that it needs is allowed, and does not where anything of it is not.

use super::*;
use crate::escalation::ways::{Need, On};

const POLICY: &str = "arn:aws:iam::123456789012:policy/own";
const SAML: &str = "arn:aws:iam::123456789012:saml-provider/idp";
const ELSEWHERE: &str = "arn:aws:s3:::elsewhere";

/// What is done to the grants of an account in which a way leads to an administrator.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Edit {
    Nothing,
    LeaveOut(usize),
    Misplace(usize),
    Deny(usize),
    Bound(usize),
}

fn is_about_boundaries(way: &Way) -> bool {
    matches!(way.means, Means::Unbind(_) | Means::Rebind(_))
}

/// Who makes itself an administrator in the test of a way.
fn actor(way: &Way) -> Holder {
    match way.means {
        Means::Attach(Kind::Role) | Means::Put(Kind::Role) | Means::Unbind(Kind::Role) | Means::Rebind(Kind::Role) => {
            role("eve", LAMBDA)
        }
        _ => user("eve"),
    }
}

/// What a way is about in its test, and who is there besides.
fn scene(way: &Way) -> (String, Vec<Holder>) {
    let of = |holder: Holder| (holder.arn.clone(), vec![holder.with(ADMIN)]);
    match way.means {
        Means::NewVersion | Means::OldVersion => (POLICY.to_owned(), vec![]),
        Means::Attach(Kind::Group) | Means::Put(Kind::Group) => {
            let group = group("team");
            (group.arn.clone(), vec![group])
        }
        Means::Join => of(group("admins")),
        Means::Impersonate => of(user("root")),
        Means::Assume => of(role("admin", ROOT)),
        Means::Retrust => of(role("admin", r#"{"AWS":"arn:aws:iam::999999999999:root"}"#)),
        Means::Resign => {
            let role = role("admin", &format!(r#"{{"Federated":"{SAML}"}}"#)).with(ADMIN);
            (SAML.to_owned(), vec![role])
        }
        Means::Pass(service) | Means::Enter(service, _) => {
            of(role("admin", &format!(r#"{{"Service":"{}"}}"#, service.principal)))
        }
        _ => (actor(way).arn, vec![]),
    }
}

fn resource(need: &Need, subject: &str) -> String {
    match need.on {
        On::Subject => subject.to_owned(),
        On::All => "*".to_owned(),
        On::Some(shape) => shape
            .replace("{partition}", "aws")
            .replace("{account}", ID)
            .replace("{region}", "eu-west-1")
            .replace("{name}", "thing"),
    }
}

fn scene_of(way: &Way, edit: Edit) -> Account {
    let (subject, mut holders) = scene(way);
    let grants = way.needs.iter().enumerate().filter_map(|(at, need)| {
        let resource = resource(need, &subject);
        match edit {
            Edit::LeaveOut(left) if left == at => None,
            Edit::Misplace(wrong) if wrong == at => Some(allow(need.action, ELSEWHERE)),
            _ => Some(allow(need.action, &resource)),
        }
    });
    let mut grants: Vec<_> = grants.collect();
    if let Edit::Deny(at) = edit {
        let need = &way.needs[at];
        grants.push(deny(need.action, &resource(need, &subject)));
    }
    let grants = grants.join(",");
    let mut eve = actor(way);
    eve = match way.means {
        Means::NewVersion | Means::OldVersion => eve.attached(POLICY, &grants),
        _ if is_about_boundaries(way) => eve.with(ADMIN).bounded(POLICY, &grants),
        _ => eve.with(&grants),
    };
    if let Edit::Bound(at) = edit {
        let all_but = format!(r#"{{"Effect":"Allow","NotAction":"{}","Resource":"*"}}"#, way.needs[at].action);
        eve = eve.bounded("arn:aws:iam::123456789012:policy/limit", &all_but);
    }
    eve.groups = holders.iter().position(|it| it.name == "team").into_iter().collect();
    holders.push(eve);
    let mut account = account(holders);
    if way.means == Means::OldVersion {
        account.policies.get_mut(POLICY).unwrap().others.push(document(ADMIN));
    }
    account
}

/// Whether a way alone leads there.
fn leads(way: &'static Way, edit: Edit) -> bool {
    match outcomes_by(&scene_of(way, edit), &[way]).pop().unwrap() {
        Outcome::Path(path) => {
            assert_eq!(path.steps.iter().map(|step| step.way.id).collect::<Vec<_>>(), [way.id]);
            true
        }
        Outcome::Safe => false,
        other => panic!("{}: {other:?}", way.id),
    }
}

#[test]
fn all_that_is_needed_is_enough() {
    for way in ways::all() {
        assert!(leads(way, Edit::Nothing), "{}", way.id);
    }
}

#[test]
fn one_action_less_is_not() {
    for way in ways::all() {
        for at in 0..way.needs.len() {
            assert!(!leads(way, Edit::LeaveOut(at)), "{} without {:?}", way.id, way.needs[at]);
        }
    }
}

#[test]
fn an_action_on_another_resource_does_not_count() {
    for way in ways::all() {
        for at in 0..way.needs.len() {
            assert!(!leads(way, Edit::Misplace(at)), "{} with {:?} elsewhere", way.id, way.needs[at]);
        }
    }
}

#[test]
fn what_is_denied_is_not_allowed() {
    for way in ways::all() {
        for at in 0..way.needs.len() {
            assert!(!leads(way, Edit::Deny(at)), "{} without {:?}", way.id, way.needs[at]);
        }
    }
}

#[test]
fn a_boundary_takes_away_what_it_leaves_out() {
    for way in ways::all().filter(|way| !is_about_boundaries(way)) {
        for at in 0..way.needs.len() {
            assert!(!leads(way, Edit::Bound(at)), "{} without {:?}", way.id, way.needs[at]);
        }
    }
}

#[test]
fn the_table_is_sound() {
    let mut ids = std::collections::BTreeSet::new();
    let mut actions = std::collections::BTreeSet::new();
    for way in ways::all() {
        assert!(ids.insert(way.id), "{} stands there twice", way.id);
        assert!(way.source.starts_with("https://docs.aws.amazon.com/"), "{}", way.source);
        assert!(!way.needs.is_empty());
        actions.extend(way.needs.iter().map(|need| need.action));
        let passes = way.needs.iter().any(|need| need.action == "iam:PassRole");
        assert_eq!(passes, matches!(way.means, Means::Pass(_)), "{}", way.id);
    }
    assert!(actions.len() < 120, "{} actions: the set of them has room for 127", actions.len());
}
