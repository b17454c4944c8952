"""Principals of all kinds: iam.py EMULATOR. A name says what somebody holds; prints nothing."""

import json
import sys

from common import ACCOUNT, client

MOTO = sys.argv[1] == "moto"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
POWER = "arn:aws:iam::aws:policy/PowerUserAccess"

iam = client("iam")


def allow(action="*", resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more):
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(**principal):
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def user(name, *inline, attached=(), groups=()):
    """A user; each of the inline policies is a list of statements."""
    iam.create_user(UserName=name)
    for number, statements in enumerate(inline, 1):
        iam.put_user_policy(UserName=name, PolicyName=f"inline-{number}", PolicyDocument=document(*statements))
    for arn in attached:
        iam.attach_user_policy(UserName=name, PolicyArn=arn)
    for group in groups:
        iam.add_user_to_group(UserName=name, GroupName=group)


def group(name, *inline, attached=()):
    iam.create_group(GroupName=name)
    for number, statements in enumerate(inline, 1):
        iam.put_group_policy(GroupName=name, PolicyName=f"inline-{number}", PolicyDocument=document(*statements))
    for arn in attached:
        iam.attach_group_policy(GroupName=name, PolicyArn=arn)


def role(name, *inline, attached=(), path="/", boundary=None, **principal):
    trusted = trust(**(principal or {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
    limited = {"PermissionsBoundary": boundary} if boundary else {}
    iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=trusted, **limited)
    for number, statements in enumerate(inline, 1):
        iam.put_role_policy(RoleName=name, PolicyName=f"inline-{number}", PolicyDocument=document(*statements))
    for arn in attached:
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)


def managed(name, *versions):
    """A policy of the account's own; each version is a statement, and the last one is the default."""
    arn = iam.create_policy(PolicyName=name, PolicyDocument=document(versions[0]))["Policy"]["Arn"]
    for statement in versions[1:]:
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(statement), SetAsDefault=True)
    return arn


# Administrators, however it is written.
group("admins", attached=[ADMIN])
group("admins-inline", [allow(Sid="Everything")])
user("attached", attached=[ADMIN])
user("through-group", groups=["admins"])
group("power", attached=[POWER])
user("through-two", [allow(["iam:*"])], groups=["power"])
role("attached-ec2", attached=[ADMIN], Service="ec2.amazonaws.com")
role("inline-lambda", [allow()], Service="lambda.amazonaws.com")
user("star", [allow("*", "*")])
user("star-in-lists", [allow(["*"], ["*"])])
user("star-pair", [allow("*:*", ["*"])])
user("all-arns-in-full", [allow("*", "arn:aws:*:*:*:*")])
user("spread-over-statements", [allow("iam:*"), {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}])
user("spread-over-policies", [allow("iam:*")], [{"Effect": "Allow", "NotAction": ["IAM:*"], "Resource": "*"}])
user("not-nothing", [{"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": "*"}])
user("own-policy", attached=[managed("Everything", allow())])
user("widened", attached=[managed("widened", allow("s3:GetObject"), allow())])
user("less-a-service", [allow(), deny("s3:*")])
user("denied-on-condition", [allow(), deny("iam:*", Condition={"Bool": {"aws:ViaAWSService": "false"}})])

# Only with a second factor.
role("with-mfa", [allow(Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})])
user("from-office", [allow(Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})])

# No administrators.
user("nobody")
role("power-user", attached=[POWER])
user("narrowed", attached=[managed("narrowed", allow(), allow("s3:GetObject"))])
user("all-of-iam", [allow("iam:*")])
user("without-iam", [allow(), deny("iam:*")])
user("denied-by-not", [allow(), {"Effect": "Deny", "NotAction": ["s3:*", "ec2:*"], "Resource": "*"}])
user("one-service", [allow("s3:*")])
user("one-bucket", [allow("*", "arn:aws:s3:::one/*")])
group("readers", [allow(["s3:Get*", "s3:List*"])])
managed("unattached", allow())
role("AWSServiceRoleForThing", attached=[ADMIN], path="/aws-service-role/thing.amazonaws.com/", Service="thing.amazonaws.com")

if MOTO:
    # Roles, as moto forgets a user's boundary and ministack everybody's.
    limit = managed("limit", allow(["s3:*", "ec2:*"]))
    role("bounded", attached=[ADMIN], boundary=limit)
    role("bounded-by-everything", attached=[ADMIN], boundary=ADMIN)
    role("bounded-by-power", attached=[ADMIN], boundary=POWER)
    role("bounded-by-iam", attached=[ADMIN], boundary=managed("iam-alone", allow("iam:*")))
    role("boundary-alone", boundary=ADMIN)
    role("boundary-and-little", [allow("s3:*")], boundary=ADMIN)
else:
    # moto refuses these.
    user("two-stars", [allow("**")])
    user("one-and-more", [allow("?*")])
    user("all-arns", [allow("*", "arn:*")])

# Long-term keys: one in use, one switched off, and one user with both.
for name, states in [("ci", ["Active"]), ("retired", ["Inactive"]), ("both", ["Active", "Inactive"])]:
    user(name)
    for state in states:
        key = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
        iam.update_access_key(UserName=name, AccessKeyId=key, Status=state)
