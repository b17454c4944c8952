//! Ways through IAM itself and STS.

use super::{Means, Need, On, Way, need, way};
use crate::escalation::Kind;

const API: &str = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html";
const BOUNDARIES: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html";
const VERSIONS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html";
const ROLES: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html";
const SAML: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_saml.html";

const USER: On = On::Some("arn:{partition}:iam::{account}:user/{name}");
const ROLE: On = On::Some("arn:{partition}:iam::{account}:role/{name}");

const fn on(action: &'static str) -> [Need; 1] {
    [need(action, On::Subject)]
}

pub(super) const WAYS: &[Way] = &[
    way("create-policy-version", Means::NewVersion, &on("iam:CreatePolicyVersion"), VERSIONS),
    way("set-default-policy-version", Means::OldVersion, &on("iam:SetDefaultPolicyVersion"), VERSIONS),
    way("attach-user-policy", Means::Attach(Kind::User), &on("iam:AttachUserPolicy"), API),
    way("attach-group-policy", Means::Attach(Kind::Group), &on("iam:AttachGroupPolicy"), API),
    way("attach-role-policy", Means::Attach(Kind::Role), &on("iam:AttachRolePolicy"), API),
    way("put-user-policy", Means::Put(Kind::User), &on("iam:PutUserPolicy"), API),
    way("put-group-policy", Means::Put(Kind::Group), &on("iam:PutGroupPolicy"), API),
    way("put-role-policy", Means::Put(Kind::Role), &on("iam:PutRolePolicy"), API),
    way("add-user-to-group", Means::Join, &on("iam:AddUserToGroup"), API),
    way("delete-user-boundary", Means::Unbind(Kind::User), &on("iam:DeleteUserPermissionsBoundary"), BOUNDARIES),
    way("delete-role-boundary", Means::Unbind(Kind::Role), &on("iam:DeleteRolePermissionsBoundary"), BOUNDARIES),
    way("put-user-boundary", Means::Rebind(Kind::User), &on("iam:PutUserPermissionsBoundary"), BOUNDARIES),
    way("put-role-boundary", Means::Rebind(Kind::Role), &on("iam:PutRolePermissionsBoundary"), BOUNDARIES),
    way(
        "create-user-attach-key",
        Means::Create(Kind::User),
        &[need("iam:CreateUser", USER), need("iam:AttachUserPolicy", USER), need("iam:CreateAccessKey", USER)],
        API,
    ),
    way(
        "create-user-put-key",
        Means::Create(Kind::User),
        &[need("iam:CreateUser", USER), need("iam:PutUserPolicy", USER), need("iam:CreateAccessKey", USER)],
        API,
    ),
    way(
        "create-user-attach-password",
        Means::Create(Kind::User),
        &[need("iam:CreateUser", USER), need("iam:AttachUserPolicy", USER), need("iam:CreateLoginProfile", USER)],
        API,
    ),
    way(
        "create-user-put-password",
        Means::Create(Kind::User),
        &[need("iam:CreateUser", USER), need("iam:PutUserPolicy", USER), need("iam:CreateLoginProfile", USER)],
        API,
    ),
    way(
        "create-role-attach",
        Means::Create(Kind::Role),
        &[need("iam:CreateRole", ROLE), need("iam:AttachRolePolicy", ROLE)],
        API,
    ),
    way(
        "create-role-put",
        Means::Create(Kind::Role),
        &[need("iam:CreateRole", ROLE), need("iam:PutRolePolicy", ROLE)],
        API,
    ),
    way("create-access-key", Means::Impersonate, &on("iam:CreateAccessKey"), API),
    way("create-login-profile", Means::Impersonate, &on("iam:CreateLoginProfile"), API),
    way("update-login-profile", Means::Impersonate, &on("iam:UpdateLoginProfile"), API),
    way("assume-role", Means::Assume, &on("sts:AssumeRole"), ROLES),
    way("update-assume-role-policy", Means::Retrust, &on("iam:UpdateAssumeRolePolicy"), ROLES),
    way("update-saml-provider", Means::Resign, &on("iam:UpdateSAMLProvider"), SAML),
];
