//! Chains, targets that lead nowhere, conditions, and documents that could not be read.

use super::*;

fn assume(role: &str) -> String {
    allow("sts:AssumeRole", &format!("arn:aws:iam::{ID}:role/{role}"))
}

fn put_self() -> String {
    allow("iam:PutUserPolicy", "arn:aws:iam::123456789012:user/${aws:username}")
}

#[test]
fn a_chain_of_roles_ends_at_an_administrator() {
    let admin = role("admin", ROOT).with(ADMIN);
    let first = role("first", ROOT).with(&assume("second"));
    let second = role("second", ROOT).with(&assume("admin"));
    let chain = account(vec![admin, second, first, user("eve").with(&assume("first"))]);
    let path = path_of(&chain).unwrap();
    let steps: Vec<_> = path.steps.iter().map(|step| (step.who, step.to.clone())).collect();
    assert_eq!(steps, [(3, To::Holder(2)), (2, To::Holder(1)), (1, To::Holder(0))]);
    assert!(path.is_certain() && path.administrator == Some(0));
    // With a shorter way it takes that.
    let mut short = chain.clone();
    short.holders[3] = user("eve").with(&format!("{},{}", assume("first"), assume("admin")));
    assert_eq!(path_of(&short).unwrap().steps.len(), 1);
    // A circle that leads to nobody ends, and leads to nobody.
    let circle = vec![role("a", ROOT).with(&assume("b")), role("b", ROOT).with(&assume("a"))];
    assert_eq!(outcomes(&account(circle)), [Outcome::Safe, Outcome::Safe]);
}

#[test]
fn what_leads_to_no_administrator_is_no_way() {
    let reader = || allow("s3:GetObject", "*");
    let everyday = allow("iam:PassRole", "*").replace("iam:PassRole\"", "x:y\"");
    for (holders, why) in [
        (vec![role("app", LAMBDA).with(&reader()), passer()], "the role that may be passed is no administrator"),
        (vec![role("admin", EC2).with(ADMIN), passer()], "the administrator's role does not trust Lambda"),
        (vec![user("ann").with(&reader()), user("eve").with(&allow("iam:CreateAccessKey", "*"))], "ann is nobody"),
        (
            vec![group("readers").with(&reader()), user("eve").with(&allow("iam:AddUserToGroup", "*"))],
            "a group of readers",
        ),
        (vec![user("eve").with(&allow("iam:CreatePolicyVersion", "*"))], "no policy of its own to rewrite"),
        (
            vec![
                user("eve")
                    .with(&allow("iam:CreatePolicyVersion", "*"))
                    .attached("arn:aws:iam::aws:policy/x", &everyday),
            ],
            "nobody but AWS rewrites AWS's policies",
        ),
        (vec![user("eve").with(&allow("iam:AttachRolePolicy", "*"))], "there is no role"),
        (
            vec![role("app", LAMBDA).with(&reader()), user("eve").with(&allow("iam:AttachRolePolicy", "*"))],
            "a role that it cannot become",
        ),
        (
            vec![user("eve").with(&allow("iam:SetDefaultPolicyVersion", "*")).attached(OWN, &reader())],
            "no other version",
        ),
        (
            vec![user("eve").with(&allow("iam:CreateAccessKey", "arn:aws:iam::123456789012:user/${aws:username}"))],
            "its own key",
        ),
        (
            vec![Holder { service_linked: true, ..role("linked", LAMBDA).with(ADMIN) }, passer()],
            "service-linked roles are passed by nobody",
        ),
        (
            vec![
                Holder { in_profile: false, ..role("admin", EC2).with(ADMIN) },
                user("eve").with(&[allow("iam:PassRole", "*"), allow("ec2:RunInstances", "*")].join(",")),
            ],
            "a role in no instance profile",
        ),
    ] {
        assert_eq!(ways_of(&account(holders)), None, "{why}");
    }
}

const OWN: &str = "arn:aws:iam::123456789012:policy/own";

/// A user who can make functions run under any role.
fn passer() -> Holder {
    let actions = ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"];
    user("eve").with(&actions.map(|action| allow(action, "*")).join(","))
}

#[test]
fn a_role_is_taken_when_it_trusts_by_name_or_a_policy_allows_it_too() {
    let eve = r#"{"AWS":"arn:aws:iam::123456789012:user/eve"}"#;
    let taken = |trust: &str, eve: Holder| ways_of(&account(vec![role("admin", trust).with(ADMIN), eve])).is_some();
    assert!(taken(eve, user("eve")), "trusted by name");
    assert!(taken(r#""*""#, user("eve")), "everyone is trusted");
    assert!(!taken(ROOT, user("eve")), "only the account is trusted");
    assert!(taken(ROOT, user("eve").with(&assume("*"))));
    assert!(!taken(LAMBDA, user("eve").with(&assume("*"))), "only a service is trusted");
    assert!(!taken(eve, user("eve").with(&deny("sts:AssumeRole", "*"))));
    let nothing = allow("s3:*", "*");
    assert!(taken(eve, user("eve").bounded(OWN, &nothing)), "a boundary does not limit what names a user");
    let app = r#"{"AWS":"arn:aws:iam::123456789012:role/eve"}"#;
    assert!(taken(app, role("eve", LAMBDA)));
    assert!(taken(r#"{"AWS":"arn:aws:sts::123456789012:assumed-role/eve/s"}"#, role("eve", LAMBDA)));
    assert!(!taken(app, role("eve", LAMBDA).bounded(OWN, &nothing)), "it does limit what names a role");
}

#[test]
fn conditions_on_known_keys_are_decided_and_others_are_told() {
    let passes = |condition: &str| {
        let pass = under(&allow("iam:PassRole", "*"), condition);
        let eve = user("eve").with(&[pass, allow("lambda:*", "*")].join(","));
        path_of(&account(vec![role("admin", LAMBDA).with(ADMIN), eve])).map(|path| path.is_certain())
    };
    assert_eq!(passes(r#"{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}"#), Some(true));
    assert_eq!(passes(r#"{"StringLike":{"iam:PassedToService":["ec2.*","lambda.*"]}}"#), Some(true));
    // Without passing a role there is still code that could be changed, if there is any.
    assert_eq!(passes(r#"{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#), Some(false));
    assert_eq!(passes(r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#), Some(false));
    let attaches = |condition: &str| {
        let attach = under(&allow("iam:AttachUserPolicy", "*"), condition);
        path_of(&account(vec![user("eve").with(&attach)])).map(|path| path.is_certain())
    };
    assert_eq!(attaches(r#"{"ArnLike":{"iam:PolicyARN":"arn:aws:iam::aws:policy/*"}}"#), Some(true));
    assert_eq!(
        attaches(r#"{"ArnNotEquals":{"iam:PolicyARN":"arn:aws:iam::aws:policy/AdministratorAccess"}}"#),
        Some(true)
    );
    assert_eq!(attaches(r#"{"ArnLike":{"iam:PolicyARN":"arn:aws:iam::123456789012:policy/team-*"}}"#), None);
    assert_eq!(attaches(r#"{"ArnEquals":{"iam:PolicyARN":"arn:aws:iam::aws:policy/Unheard"}}"#), Some(false));
    assert_eq!(
        attaches(r#"{"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::123456789012:policy/own"}}"#),
        None
    );
    assert_eq!(attaches(r#"{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}"#), Some(false));
    assert_eq!(attaches(r#"{"StringEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:user/ann"}}"#), None);
    assert_eq!(attaches(r#"{"Matches":{"aws:username":"eve"}}"#), Some(false), "an unknown operator limits nothing");
}

#[test]
fn a_denial_counts_when_it_surely_holds() {
    let with = |denial: String| {
        let eve = user("eve").with(&[put_self(), denial].join(","));
        path_of(&account(vec![eve])).map(|path| path.is_certain())
    };
    assert_eq!(with(deny("s3:*", "*")), Some(true));
    assert_eq!(with(deny("iam:Put*", "*")), None);
    assert_eq!(with(deny("iam:Put*", "arn:aws:iam::*:user/${aws:username}")), None);
    assert_eq!(with(deny("iam:Put*", "arn:aws:iam::*:user/${aws:PrincipalTag/team}")), Some(true));
    assert_eq!(with(under(&deny("iam:*", "*"), r#"{"Bool":{"aws:MultiFactorAuthPresent":"false"}}"#)), Some(true));
    assert_eq!(with(under(&deny("iam:*", "*"), r#"{"StringEquals":{"aws:username":"eve"}}"#)), None);
    assert_eq!(with(under(&deny("iam:*", "*"), r#"{"StringEquals":{"aws:username":"ann"}}"#)), Some(true));
}

#[test]
fn a_boundary_in_the_way_has_to_go_first() {
    let lets = [allow("s3:*", "*"), allow("iam:DeleteUserPermissionsBoundary", "*"), allow("iam:PutUserPolicy", "*")];
    let bounded = |own: &str, limit: &str| ways_of(&account(vec![user("eve").with(own).bounded(OWN, limit)]));
    assert_eq!(bounded(ADMIN, &lets.join(",")), Some(vec!["delete-user-boundary"]));
    assert_eq!(bounded(ADMIN, &lets[0]), None);
    // It may write its own policies, but within the boundary that is worth nothing.
    assert_eq!(bounded(&put_self(), &[lets[0].as_str(), &lets[2]].concat().replace("}{", "},{")), None);
    let both = [allow("iam:DeleteUserPermissionsBoundary", "*"), put_self()].join(",");
    let ways = bounded(&both, &lets.join(",")).unwrap();
    assert_eq!(ways.len(), 2);
    assert!(ways.contains(&"delete-user-boundary") && ways.contains(&"put-user-policy"));
}

#[test]
fn somebody_else_is_made_an_administrator_and_become() {
    let app = || role("app", ROOT).with(&allow("s3:GetObject", "*"));
    let eve = || user("eve").with(&[assume("app"), allow("iam:PutRolePolicy", "*")].join(","));
    let path = path_of(&account(vec![app(), eve()])).unwrap();
    assert_eq!(path.steps.iter().map(|step| step.way.id).collect::<Vec<_>>(), ["put-role-policy", "assume-role"]);
    assert_eq!((path.administrator, path.is_certain()), (Some(0), true));
    // What bounds the role bounds whoever takes it.
    assert_eq!(ways_of(&account(vec![app().bounded(OWN, &allow("s3:*", "*")), eve()])), None);
    let create = ["iam:CreateRole", "iam:AttachRolePolicy"].map(|action| allow(action, "*")).join(",");
    assert_eq!(ways_of(&account(vec![user("eve").with(&create)])), Some(vec!["create-role-attach"]));
    let limit = r#"{"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::123456789012:policy/own"}}"#;
    let delegated =
        ["iam:CreateRole", "iam:AttachRolePolicy"].map(|action| under(&allow(action, "*"), limit)).join(",");
    let bounded = || role("bounded", LAMBDA).bounded(OWN, &allow("s3:*", "*"));
    assert_eq!(ways_of(&account(vec![bounded(), user("eve").with(&delegated)])), None, "delegated administration");
}

#[test]
fn one_thing_has_to_be_allowed_all_that_a_way_needs_on_it() {
    let admin = || role("admin", LAMBDA).with(ADMIN);
    let with = |made: &str, run: &str| {
        let function = |name: &str| format!("arn:aws:lambda:*:123456789012:function:{name}");
        let create = allow("lambda:CreateFunction", &function(made));
        let invoke = allow("lambda:InvokeFunction", &function(run));
        let eve = user("eve").with(&[allow("iam:PassRole", "*"), create, invoke].join(","));
        ways_of(&account(vec![admin(), eve]))
    };
    assert_eq!(with("a-*", "a-?"), Some(vec!["pass-lambda-invoke"]));
    assert_eq!(with("a*c", "*bc"), Some(vec!["pass-lambda-invoke"]));
    assert_eq!(with("a-*", "b-*"), None);
}

#[test]
fn groups_act_through_their_members() {
    let team = group("team").with(&put_self());
    let member = |team: &Holder| user("ann").within(0, team);
    let found = outcomes(&account(vec![team.clone(), member(&team)]));
    assert!(found.iter().all(|outcome| matches!(outcome, Outcome::Path(path) if path.is_certain())), "{found:?}");
    assert!(ways_of(&account(vec![team])).is_some(), "also before it has any");
    // A role that trusts a member by name owes its group nothing.
    let admin = role("admin", r#"{"AWS":"arn:aws:iam::123456789012:user/ann"}"#).with(ADMIN);
    let readers = group("readers").with(&allow("s3:*", "*"));
    let found = outcomes(&account(vec![readers.clone(), member(&readers), admin]));
    assert_eq!(found[0], Outcome::Safe);
    assert!(matches!(found[1], Outcome::Path(_)));
}

#[test]
fn what_a_group_adds_may_complete_a_way() {
    let runners = group("runners").with(&allow("lambda:*", "*"));
    let own = [allow("iam:PassRole", "*"), allow("iam:AddUserToGroup", "*")].join(",");
    let ways = ways_of(&account(vec![role("admin", LAMBDA).with(ADMIN), runners, user("eve").with(&own)])).unwrap();
    assert_eq!(ways[0], "add-user-to-group");
    assert_eq!(ways.len(), 2);
    // What the group's new member may not do, it may not do there either.
    let admins = || group("admins").with(ADMIN);
    let join = || user("eve").with(&allow("iam:AddUserToGroup", "*"));
    let limit = [allow("s3:*", "*"), allow("iam:AddUserToGroup", "*")].join(",");
    assert_eq!(ways_of(&account(vec![admins(), join()])), Some(vec!["add-user-to-group"]));
    assert_eq!(ways_of(&account(vec![admins(), join().bounded(OWN, &limit)])), None);
}

#[test]
fn administrators_are_told_apart() {
    let mfa = r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#;
    let found = outcomes(&account(vec![
        user("ann").with(ADMIN),
        user("bob").with(&under(ADMIN, mfa)),
        user("cat").with(&[under(ADMIN, mfa), put_self()].join(",")),
        user("dan").with(&[assume("*"), allow("iam:CreateAccessKey", "*")].join(",")),
        user("eve").with(&allow("iam:CreateAccessKey", "arn:aws:iam::123456789012:user/bob")),
    ]));
    assert_eq!((&found[0], &found[1]), (&Outcome::Administrator(None), &Outcome::Administrator(None)));
    assert!(matches!(&found[2], Outcome::Administrator(Some(path)) if path.is_certain()), "{:?}", found[2]);
    assert!(matches!(&found[3], Outcome::Path(path) if path.is_certain() && path.administrator == Some(0)));
    assert!(matches!(&found[4], Outcome::Path(path) if !path.is_certain() && path.conditions.len() == 1));
}

#[test]
fn what_could_not_be_read_decides_nothing() {
    let secret = || role("secret", ROOT).unread();
    let found = outcomes(&account(vec![secret(), user("eve").with(&assume("secret")), user("fay").with(&assume("x"))]));
    assert_eq!(found, [Outcome::Unread, Outcome::DependsOn(0), Outcome::Safe]);
    let mute = || Holder { trust: None, ..role("admin", ROOT).with(ADMIN) };
    let over = role("over", ROOT).with(&assume("admin"));
    let found = outcomes(&account(vec![mute(), over, user("eve").with(&assume("over"))]));
    assert_eq!(found, [Outcome::Administrator(None), Outcome::DependsOn(0), Outcome::DependsOn(0)]);
    // A sure way beats all doubt.
    let found = outcomes(&account(vec![secret(), user("eve").with(&[assume("secret"), put_self()].join(","))]));
    assert!(matches!(found[1], Outcome::Path(_)));
}

#[test]
fn what_is_used_is_told_with_its_statement() {
    let path = path_of(&account(vec![
        role("admin", LAMBDA).with(ADMIN),
        passer().with(&under(&allow("iam:PassRole", "*"), r#"{"Bool":{"x":"true"}}"#)),
    ]))
    .unwrap();
    let uses = path.steps[0].uses.iter().map(|used| (used.action, used.by.unwrap().policy, used.by.unwrap().statement));
    let uses: Vec<_> = uses.collect();
    assert_eq!(uses, [("iam:PassRole", 0, 0), ("lambda:CreateFunction", 0, 1), ("lambda:InvokeFunction", 0, 2)]);
    assert_eq!(path.steps[0].uses[0].resource, "arn:aws:iam::123456789012:role/admin");
}

#[test]
fn whoever_takes_anothers_place_keeps_its_own() {
    let ids = |path: &Path| path.steps.iter().map(|step| step.way.id).collect::<Vec<_>>();
    // A role that may write the policies of the user who takes it.
    let ops = role("ops", ROOT).with(&allow("iam:PutUserPolicy", "arn:aws:iam::123456789012:user/eve"));
    let path = path_of(&account(vec![ops, user("eve").with(&assume("ops"))])).unwrap();
    assert_eq!(ids(&path), ["assume-role", "put-user-policy"]);
    assert!(path.is_certain() && path.administrator == Some(1));
    // One writes the policies of a role, which another takes.
    let bob = user("bob").with(&allow("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/app"));
    let keys = allow("iam:CreateAccessKey", "arn:aws:iam::123456789012:user/bob");
    let eve = |own: &[&str]| user("eve").with(&own.join(","));
    let with = |own: &[&str]| path_of(&account(vec![role("app", ROOT), bob.clone(), eve(own)]));
    let path = with(&[&assume("app"), &keys]).unwrap();
    assert_eq!(ids(&path), ["assume-role", "create-access-key", "put-role-policy"]);
    assert!(path.is_certain() && path.administrator == Some(0));
    assert!(with(&[&assume("app")]).is_none() && with(&[&keys]).is_none());
}

#[test]
fn who_joins_a_group_is_not_who_was_in_it() {
    let join = || user("eve").with(&allow("iam:AddUserToGroup", "*"));
    let with = |own: &str| {
        let team = group("team").with(own);
        ways_of(&account(vec![team.clone(), user("ann").within(0, &team), join()]))
    };
    // The group may write ann's policies, which is of no use to eve.
    assert_eq!(with(&allow("iam:PutUserPolicy", "arn:aws:iam::123456789012:user/ann")), None);
    let own = allow("iam:PutGroupPolicy", "arn:aws:iam::123456789012:group/team");
    assert_eq!(with(&own), Some(vec!["add-user-to-group", "put-group-policy"]));
}

#[test]
fn what_a_group_denies_still_counts_after_it_was_rewritten() {
    let may = ["iam:AddUserToGroup", "iam:PutGroupPolicy"].map(|action| allow(action, "*")).join(",");
    let of = |team: &str| {
        let eve = user("eve").with(&may);
        outcomes(&account(vec![group("team").with(team), eve])).swap_remove(1)
    };
    assert!(matches!(of(&allow("s3:*", "*")), Outcome::Path(_)));
    assert_eq!(of(&deny("iam:*", "*")), Outcome::Safe);
}

#[test]
fn a_managed_policy_of_a_group_can_be_rewritten_by_who_joins() {
    const OWN: &str = "arn:aws:iam::123456789012:policy/own";
    let eve = user("eve").with(&allow("iam:AddUserToGroup", "*"));
    let team = group("team").attached(OWN, &allow("iam:CreatePolicyVersion", "*"));
    let found = outcomes(&account(vec![team, eve])).swap_remove(1);
    assert!(matches!(found, Outcome::Path(path) if path.steps.len() == 2), "join, then rewrite");
}

#[test]
fn a_group_that_holds_nothing_is_joined_for_what_another_can_put_into_it() {
    let eve = user("eve").with(&[allow("iam:AddUserToGroup", "*"), allow("sts:AssumeRole", "*")].join(","));
    let app = role("app", r#"{"AWS":"123456789012"}"#).with(&allow("iam:PutGroupPolicy", "*"));
    let found = outcomes(&account(vec![group("team"), app, eve])).swap_remove(2);
    assert!(matches!(found, Outcome::Path(_)), "{found:?}");
}

#[test]
fn a_service_that_a_role_denies_under_a_condition_takes_it_perhaps() {
    let trust = |more: &str| {
        let admin = role("admin", LAMBDA).with(ADMIN);
        let statements = format!(r#"{{"Effect":"Allow","Principal":{LAMBDA},"Action":"sts:AssumeRole"}}{more}"#);
        let admin = Holder { trust: Some(document(&statements)), ..admin };
        path_of(&account(vec![
            admin,
            user("eve").with(&[allow("iam:PassRole", "*"), allow("lambda:*", "*")].join(",")),
        ]))
    };
    let denial = format!(
        r#",{{"Effect":"Deny","Principal":{LAMBDA},"Action":"sts:AssumeRole","Condition":{{"BoolIfExists":{{"aws:MultiFactorAuthPresent":"false"}}}}}}"#
    );
    assert!(trust("").is_some_and(|path| path.is_certain()));
    assert!(trust(&denial).is_some_and(|path| !path.is_certain()));
}

#[test]
fn who_has_joined_a_group_cannot_be_trusted_as_who_it_was_before() {
    let ann = user("ann").with(&allow("iam:AddUserToGroup", "*"));
    let team = |denied| group("team").with(&[allow("iam:UpdateAssumeRolePolicy", "*"), deny(denied, "*")].join(","));
    let app = role("app", r#"{"AWS":"123456789012"}"#);
    let admin = role("admin", r#"{"AWS":"arn:aws:iam::123456789012:role/app"}"#).with(ADMIN);
    let of = |denied| outcomes(&account(vec![team(denied), app.clone(), admin.clone(), ann.clone()])).swap_remove(3);
    assert!(matches!(of("s3:*"), Outcome::Path(_)));
    assert_eq!(of("sts:AssumeRole"), Outcome::Safe);
}

#[test]
fn what_a_group_is_made_to_hold_before_joining_it_holds_after() {
    let team = group("team").with(&deny("iam:PutGroupPolicy", "*"));
    let app = role("app", r#"{"AWS":"123456789012"}"#).with(&allow("iam:AddUserToGroup", "*"));
    let eve = user("eve").with(&[allow("iam:PutGroupPolicy", "*"), allow("sts:AssumeRole", "*")].join(","));
    let path = path_of(&account(vec![team, app, eve])).unwrap();
    let place = |way| path.steps.iter().position(|step| step.way.id == way);
    assert!(path.is_certain() && place("put-group-policy").is_some(), "{path:?}");
    assert!(place("put-group-policy") < place("add-user-to-group"), "{path:?}");
}

#[test]
fn a_group_that_adds_nothing_is_joined_for_what_another_can_put_into_it() {
    let own = allow("sts:AssumeRole", "*");
    let team = group("team").attached(OWN, &own);
    let app = role("app", r#"{"AWS":"123456789012"}"#).with(&allow("iam:PutGroupPolicy", "*"));
    let mut eve = user("eve").with(&allow("iam:AddUserToGroup", "*"));
    let shared = team.holding.as_ref().unwrap().policies[0].clone();
    eve.holding.as_mut().unwrap().policies.push(shared);
    let found = outcomes(&account(vec![team, app, eve])).swap_remove(2);
    assert!(matches!(found, Outcome::Path(_)), "{found:?}");
}

#[test]
fn who_has_joined_a_group_is_not_helped_as_who_it_was_before() {
    let team = |denied| group("team").with(&[allow("sts:AssumeRole", "*"), deny(denied, "*")].join(","));
    let ops = role("ops", ROOT).with(&allow("iam:CreatePolicyVersion", OWN));
    let eve = user("eve").attached(OWN, &allow("iam:AddUserToGroup", "*"));
    let of = |denied| outcomes(&account(vec![team(denied), ops.clone(), eve.clone()])).swap_remove(2);
    assert!(matches!(of("s3:*"), Outcome::Path(_)), "{:?}", of("s3:*"));
    assert_eq!(of("iam:*"), Outcome::Safe);
}
