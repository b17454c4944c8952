//! Accounts in which most hold a statement or two out of those that ways are made of.

use std::sync::Arc;

use asc_policy::Policy;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::Scene;

const ADMIN: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;

const ACTIONS: &[&str] = &[
    r#""iam:PutUserPolicy""#,
    r#""iam:AttachUserPolicy""#,
    r#""iam:PutRolePolicy""#,
    r#""iam:AttachRolePolicy""#,
    r#""iam:PutGroupPolicy""#,
    r#""iam:CreateAccessKey""#,
    r#""iam:CreateLoginProfile","sts:AssumeRole""#,
    r#""iam:AddUserToGroup""#,
    r#""iam:DeleteUserPermissionsBoundary","iam:PutUserPolicy""#,
    r#""iam:DeleteRolePermissionsBoundary","sts:AssumeRole""#,
    r#""iam:CreatePolicyVersion""#,
    r#""iam:UpdateAssumeRolePolicy""#,
    r#""sts:AssumeRole""#,
    r#""sts:AssumeRole""#,
    r#""iam:PassRole","lambda:CreateFunction","lambda:InvokeFunction""#,
    r#""iam:PassRole","lambda:*""#,
    r#""lambda:CreateFunction","lambda:Invoke*""#,
    r#""iam:CreateRole","iam:PutRolePolicy""#,
    r#""iam:CreateUser","iam:PutUserPolicy","iam:CreateAccessKey""#,
    r#""iam:*User*""#,
    r#""iam:*Role*""#,
    r#""s3:*""#,
    r#""iam:*""#,
    r#""*""#,
];
const RESOURCES: &[&str] = &[
    r#""*""#,
    r#""*""#,
    r#""arn:aws:iam::123456789012:user/ann""#,
    r#""arn:aws:iam::123456789012:user/bob""#,
    r#""arn:aws:iam::123456789012:user/*""#,
    r#""arn:aws:iam::123456789012:user/${aws:username}""#,
    r#""arn:aws:iam::*:role/app","arn:aws:lambda:*:*:function:a*""#,
    r#""arn:aws:iam::123456789012:role/ops","arn:aws:lambda:*:*:function:*b""#,
    r#""arn:aws:iam::123456789012:role/a*","arn:aws:iam::123456789012:policy/*""#,
    r#""arn:aws:iam::123456789012:role/*""#,
    r#""arn:aws:iam::123456789012:group/team","arn:aws:iam::123456789012:policy/own""#,
    r#""arn:aws:iam::123456789012:policy/limit""#,
];
const CONDITIONS: &[&str] = &[
    r#"{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}"#,
    r#"{"StringLike":{"iam:PassedToService":"ec2.*"}}"#,
    r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#,
    r#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}"#,
    r#"{"StringNotEquals":{"aws:username":"bob"}}"#,
    r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}}"#,
];
const TRUSTED: &[&str] = &[
    r#"{"AWS":"123456789012"}"#,
    r#"{"AWS":"123456789012"}"#,
    r#"{"AWS":"arn:aws:iam::123456789012:user/ann"}"#,
    r#"{"AWS":["arn:aws:iam::123456789012:role/app","arn:aws:iam::123456789012:user/bob"]}"#,
    r#"{"Service":"lambda.amazonaws.com"}"#,
    r#"{"Service":["ec2.amazonaws.com","lambda.amazonaws.com"],"AWS":"123456789012"}"#,
    r#"{"Service":"ec2.amazonaws.com"}"#,
    r#"{"AWS":"arn:aws:iam::999999999999:root"}"#,
    r#"{"AWS":"*"}"#,
];

fn condition(often: u32) -> impl Strategy<Value = String> {
    let some = select(CONDITIONS).prop_map(|condition| format!(r#","Condition":{condition}"#));
    prop_oneof![10 => Just(String::new()), often => some]
}

fn effect() -> impl Strategy<Value = &'static str> {
    prop_oneof![9 => Just("Allow"), 1 => Just("Deny")]
}

fn statement() -> impl Strategy<Value = String> {
    let actions = prop_oneof![12 => select(&ACTIONS[..ACTIONS.len() - 2]), 1 => select(ACTIONS)];
    (effect(), actions, select(RESOURCES), condition(3)).prop_map(|(effect, actions, resources, condition)| {
        format!(r#"{{"Effect":"{effect}","Action":[{actions}],"Resource":[{resources}]{condition}}}"#)
    })
}

fn statements() -> impl Strategy<Value = String> {
    vec(statement(), 1..3).prop_map(|all| all.join(","))
}

/// What bounds nearly leaves nothing in the way, or nearly everything.
fn limit() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => statements(),
        1 => statement().prop_map(|one| format!("{ADMIN},{}", one.replace("Allow", "Deny"))),
        1 => Just(r#"{"Effect":"Allow","NotAction":"iam:Put*","Resource":"*"}"#.to_owned())
    ]
}

fn trust() -> impl Strategy<Value = String> {
    let one = (effect(), select(TRUSTED), condition(1)).prop_map(|(effect, who, condition)| {
        format!(r#"{{"Effect":"{effect}","Principal":{who},"Action":"sts:AssumeRole"{condition}}}"#)
    });
    vec(one, 1..3).prop_map(|all| all.join(","))
}

fn read(statements: &str) -> Arc<Policy> {
    Arc::new(Policy::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)).unwrap())
}

/// Accounts.
pub(crate) fn scenes() -> impl Strategy<Value = Scene> {
    let inline = || proptest::option::weighted(0.6, statements());
    let holdings = (inline(), inline(), inline(), inline(), inline());
    let flags = |chance| vec(proptest::bool::weighted(chance), 6);
    let managed = (statements(), limit());
    (holdings, managed, flags(0.2), flags(0.2), flags(0.4), vec(trust(), 3)).prop_map(
        |((ann, bob, app, ops, team), (own, limit), mut holds_own, mut bounded, members, trust)| {
            // Whoever the administrator is, it is one.
            (holds_own[4], bounded[4]) = (false, false);
            let inline = [ann, bob, app, ops, Some(ADMIN.to_owned()), team];
            let mut text: Vec<_> = inline.iter().map(|it| it.clone().unwrap_or_default()).collect();
            text.extend([own.clone(), limit.clone()]);
            text.extend(trust.iter().cloned());
            Scene {
                inline: inline.iter().map(|it| it.as_deref().map(read)).collect(),
                own: read(&own),
                limit: read(&limit),
                holds_own,
                bounded,
                members,
                trust: trust.iter().map(|it| read(it)).collect(),
                text,
            }
        },
    )
}
