//! BASE-16: who can make itself an administrator, and by which path.

mod support;

use asc_core::Severity;
use asc_core::Status::{self, Fail, NotApplicable, Pass, Unknown};
use support::iam::{Holder, Managed, group, managed, role, user};
use support::seen::Seen;
use support::{ACCOUNT, Account, Answer};

const CHECK: &str = "BASE-16";
const ADMIN: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const OWN: &str = "arn:aws:iam::123456789012:policy/own";
const LAMBDA: &str = r#"{"Service":"lambda.amazonaws.com"}"#;
const ROOT: &str = r#"{"AWS":"arn:aws:iam::123456789012:root"}"#;

fn allow(actions: &[&str], resource: &str) -> String {
    let actions: Vec<_> = actions.iter().map(|action| format!("\"{action}\"")).collect();
    format!(r#"{{"Effect":"Allow","Action":[{}],"Resource":"{resource}"}}"#, actions.join(","))
}

fn of_aws() -> Vec<Managed> {
    vec![managed(ADMINISTRATOR, ADMIN)]
}

fn scan(holders: &[Holder]) -> Seen {
    Account::new().principals(holders, &of_aws()).scan(&[CHECK])
}

/// The verdict on the first, and what is said of it.
fn of(holders: &[Holder]) -> (Status, String) {
    let seen = scan(holders);
    let finding = seen.finding(CHECK, &holders[0].arn());
    (finding.status, finding.message.clone())
}

fn status(holders: &[Holder]) -> Status {
    of(holders).0
}

fn admin_role(trust: &str) -> Holder {
    role("admin").trusting(trust).attached(ADMINISTRATOR)
}

#[test]
fn the_message_shows_the_path_and_the_evidence_its_statements() {
    let passing = allow(&["iam:PassRole"], "*").replace("\"Effect\"", "\"Sid\":\"Pass\",\"Effect\"");
    let runners = allow(&["lambda:CreateFunction", "lambda:InvokeFunction"], "*");
    let deploy = role("deploy").trusting(ROOT).inline("ship", &format!("{passing},{runners}"));
    let team = group("team").inline("deployers", &allow(&["sts:AssumeRole"], &deploy.arn()));
    let ann = user("ann").within("team");
    let seen = scan(&[ann.clone(), team.clone(), deploy.clone(), admin_role(LAMBDA)]);
    let finding = seen.finding(CHECK, &ann.arn());
    assert_eq!(
        finding.message,
        "Can make itself an administrator: ann → sts:AssumeRole (role/deploy) → deploy → iam:PassRole + \
         lambda:CreateFunction + lambda:InvokeFunction (role/admin) → admin."
    );
    assert_eq!((finding.status, finding.severity), (Fail, Severity::Medium));
    let path = &finding.evidence.read()["path"];
    assert_eq!(path[0]["uses"][0]["group"], "team");
    assert_eq!(path[0]["uses"][0]["policy"], "deployers");
    assert_eq!((&path[1]["uses"][0]["sid"], &path[1]["uses"][0]["statement"]), (&"Pass".into(), &0.into()));
    assert_eq!(path[1]["uses"][1]["statement"], 1);
    assert_eq!(path[1]["target"], admin_role(LAMBDA).arn());
    assert_eq!(finding.evidence.read()["certain"], true);
    for (holder, expected) in [(&team, Fail), (&deploy, Fail), (&admin_role(LAMBDA), NotApplicable)] {
        assert_eq!(seen.status(CHECK, &holder.arn()), expected, "{holder:?}");
    }
    assert_eq!(seen.calls("iam:GetAccountAuthorizationDetails"), 1);
}

#[test]
fn rights_over_ones_own_policies_are_enough() {
    let over = |action: &str, resource: &str| user("eve").inline("p", &allow(&[action], resource));
    for action in ["iam:AttachUserPolicy", "iam:PutUserPolicy", "iam:*"] {
        assert_eq!(status(&[over(action, "*")]), Fail, "{action}");
    }
    assert_eq!(status(&[over("iam:PutUserPolicy", "arn:aws:iam::*:user/${aws:username}")]), Fail);
    assert_eq!(status(&[over("iam:PutUserPolicy", "arn:aws:iam::*:user/ann")]), Pass);
    assert_eq!(status(&[over("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}")]), Pass);
    assert_eq!(status(&[over("iam:Get*", "*")]), Pass);
    let own = user("eve").attached(OWN);
    let read = allow(&["s3:GetObject", "iam:SetDefaultPolicyVersion"], "*");
    for (policy, expected) in [(managed(OWN, &read), Pass), (managed(OWN, &read).beside(ADMIN), Fail)] {
        let seen = Account::new().principals(std::slice::from_ref(&own), &[policy]).scan(&[CHECK]);
        assert_eq!(seen.status(CHECK, &own.arn()), expected);
    }
}

#[test]
fn a_role_that_is_passed_has_to_be_an_administrators_and_trust_the_service() {
    let eve = |service: &str| {
        let pass = allow(&["iam:PassRole"], "*")
            .replace('}', &format!(r#","Condition":{{"StringEquals":{{"iam:PassedToService":"{service}"}}}}}}"#));
        user("eve").inline("p", &format!("{pass},{}", allow(&["lambda:CreateFunction", "lambda:InvokeFunction"], "*")))
    };
    let lambda = "lambda.amazonaws.com";
    assert_eq!(status(&[eve(lambda), admin_role(LAMBDA)]), Fail);
    assert_eq!(status(&[eve("ec2.amazonaws.com"), admin_role(LAMBDA)]), Pass);
    assert_eq!(status(&[eve(lambda), admin_role(ROOT)]), Pass);
    assert_eq!(status(&[eve(lambda), role("app").trusting(LAMBDA)]), Pass);
    let runs = user("eve").inline("p", &allow(&["iam:PassRole", "ec2:RunInstances"], "*"));
    let ec2 = || admin_role(r#"{"Service":"ec2.amazonaws.com"}"#);
    assert_eq!(status(&[runs.clone(), ec2()]), Pass, "in no instance profile");
    assert_eq!(status(&[runs, ec2().in_profile("admin")]), Fail);
}

#[test]
fn what_iam_does_not_tell_and_conditions_are_said() {
    let eve = user("eve").inline("p", &allow(&["lambda:UpdateFunctionCode"], "*"));
    let (status, message) = of(&[eve, admin_role(LAMBDA)]);
    assert_eq!(status, Fail);
    assert!(message.contains("a Lambda function that runs as role/admin"), "{message}");
    let mfa = r#","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#;
    let eve = user("eve").inline("p", &allow(&["sts:AssumeRole"], "*").replace('}', mfa));
    let (status, message) = of(&[eve, admin_role(ROOT)]);
    assert_eq!(status, Fail);
    assert!(message.ends_with("Only under a condition: Bool aws:MultiFactorAuthPresent = true."), "{message}");
}

#[test]
fn a_boundary_in_the_way_is_told_by_the_step_that_removes_it() {
    let bounded = user("eve").attached(ADMINISTRATOR).bounded_by(OWN);
    for (limit, expected) in [("iam:DeleteUserPermissionsBoundary", Fail), ("s3:*", Pass)] {
        let policies = [managed(ADMINISTRATOR, ADMIN), managed(OWN, &allow(&[limit], "*"))];
        let seen = Account::new().principals(std::slice::from_ref(&bounded), &policies).scan(&[CHECK]);
        assert_eq!(seen.status(CHECK, &bounded.arn()), expected, "{limit}");
    }
}

#[test]
fn administrators_and_service_linked_roles_are_not_its_business() {
    let linked = role("AWSServiceRoleForX").at("/aws-service-role/x.amazonaws.com/").attached(ADMINISTRATOR);
    assert_eq!(status(&[linked]), NotApplicable);
    assert_eq!(status(&[user("ann").attached(ADMINISTRATOR)]), NotApplicable);
    assert_eq!(status(&[user("nobody")]), Pass);
}

#[test]
fn what_cannot_be_read_is_unknown_for_those_whom_it_could_help() {
    let broken = role("broken").trusting(ROOT).inline_text("p", "{not a policy");
    let eve = user("eve").inline("p", &allow(&["sts:AssumeRole"], &broken.arn()));
    let fine = user("fine").inline("p", &allow(&["s3:*"], "*"));
    let seen = scan(&[broken.clone(), eve.clone(), fine.clone()]);
    let verdicts = [&broken, &eve, &fine].map(|holder| seen.status(CHECK, &holder.arn()));
    assert_eq!(verdicts, [Unknown, Unknown, Pass]);
    // Whom an administrator's role trusts decides about those who may take it, and not about the role.
    let mute = role("admin").trusting_text("{not a policy").attached(ADMINISTRATOR);
    let eve = user("eve").inline("p", &allow(&["sts:AssumeRole"], &mute.arn()));
    let seen = scan(&[mute.clone(), eve.clone(), fine.clone()]);
    let verdicts = [&mute, &eve, &fine].map(|holder| seen.status(CHECK, &holder.arn()));
    assert_eq!(verdicts, [NotApplicable, Unknown, Pass]);

    let operation = "iam:GetAccountAuthorizationDetails";
    let account = Account::new().principals(&[fine], &[]);
    let seen = account.spoiled(operation, |_| Answer::query("AccessDenied")).scan(&[CHECK]);
    assert_eq!(seen.unknown(CHECK, ACCOUNT), (operation, Some("AccessDenied"), Some(operation)));
}
