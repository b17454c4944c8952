"""Buckets that are open and closed in every way that moto can tell apart (ASC-12)."""

from common import access_point, block, bucket, client, open_policy, owner, policy, statement

# ACLs.
bucket("acl-private")
bucket("acl-all-users", acl="public-read")
bucket("acl-authenticated-users", acl="authenticated-read")
bucket("acl-writable", acl="public-read-write")
bucket("acl-log-delivery", acl="log-delivery-write")
owner(bucket("acl-stale", acl="public-read"), "BucketOwnerEnforced")
owner(bucket("acl-preferred", acl="public-read"), "BucketOwnerPreferred")

# Each bit of the bucket's own block alone, over a public ACL and over a public policy.
for name, bit in {
    "new-acls": "BlockPublicAcls",
    "any-acls": "IgnorePublicAcls",
    "new-policies": "BlockPublicPolicy",
    "any-policies": "RestrictPublicBuckets",
}.items():
    block(bucket(f"block-{name}-over-acl", acl="public-read"), bit)
    open_policy(bucket(f"block-{name}-over-policy"))
    block(f"block-{name}-over-policy", bit)
open_policy(bucket("block-both-neutralising", acl="public-read"))
block("block-both-neutralising", "IgnorePublicAcls", "RestrictPublicBuckets")
open_policy(bucket("block-both-preventing", acl="public-read"))
block("block-both-preventing", "BlockPublicAcls", "BlockPublicPolicy")

# Policies; only those of which moto's policy status says what AWS's would.
open_policy(bucket("policy-open"))
policy(bucket("policy-open-aws-star"), statement("policy-open-aws-star", principal={"AWS": "*"}))
fixed = {
    "vpce": {"StringEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}},
    "ip": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    "org": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg1"}},
}
for name, condition in fixed.items():
    policy(bucket(f"policy-fixed-{name}"), statement(f"policy-fixed-{name}", **condition))
principals = {"account": {"AWS": "arn:aws:iam::111122223333:root"}, "service": {"Service": "logging.s3.amazonaws.com"}}
for name, principal in principals.items():
    policy(bucket(f"policy-fixed-{name}"), statement(f"policy-fixed-{name}", principal=principal))
policy(
    bucket("policy-fixed-and-open"),
    statement("policy-fixed-and-open", **fixed["vpce"]),
    statement("policy-fixed-and-open", sid="Forgotten"),
)
policy(
    bucket("policy-deny-only"),
    statement("policy-deny-only", effect="Deny", action="s3:*", Bool={"aws:SecureTransport": "false"}),
)

# Access points.
access_point("point-open", bucket("access-point-open"), public=True)
access_point("point-private", bucket("access-point-private"))
vpc = client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
access_point("point-vpc", bucket("access-point-vpc"), public=True, vpc=vpc)
access_point("point-restricted", bucket("access-point-restricted"), public=True)
block("access-point-restricted", "IgnorePublicAcls", "RestrictPublicBuckets")
