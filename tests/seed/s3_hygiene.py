"""Encryption, transport, versioning and logging of buckets (ASC-13 to ASC-16): s3_hygiene.py [stale-acl].

With `stale-acl` there is also an ACL that no longer counts, which AWS and ministack refuse to make.
"""

import sys

from common import (
    GROUPS,
    accept_logs,
    bucket,
    client,
    encryption,
    log_into,
    owner,
    policy,
    statement,
)

s3 = client("s3")

# Encryption.
encryption(bucket("enc-aes"), "AES256")
encryption(bucket("enc-kms"), "aws:kms", "arn:aws:kms:us-east-1:123456789012:key/11112222-3333-4444-5555-666677778888")
encryption(bucket("enc-dsse"), "aws:kms:dsse")
bucket("enc-untouched")

# Transport.
plain = {"Bool": {"aws:SecureTransport": "false"}}


def deny(name, action="s3:*", resources=("", "/*"), principal="*", **condition):
    made = statement(name, effect="Deny", action=action, principal=principal, **(condition or plain))
    made["Resource"] = [f"arn:aws:s3:::{name}{resource}" for resource in resources]
    return made


policy(bucket("tls-enforced"), deny("tls-enforced"))
policy(bucket("tls-enforced-aws-star"), deny("tls-enforced-aws-star", principal={"AWS": "*"}, action="*"))
policy(bucket("tls-objects-only"), deny("tls-objects-only", resources=["/*"]))
policy(bucket("tls-reads-only"), deny("tls-reads-only", action="s3:GetObject"))
policy(bucket("tls-narrowed"), deny("tls-narrowed", IpAddress={"aws:SourceIp": "203.0.113.0/24"}, **plain))
policy(
    bucket("tls-somebody"), deny("tls-somebody", principal={"AWS": "arn:aws:iam::123456789012:root"})
)
bucket("tls-no-policy")
bucket("site")
s3.put_bucket_website(Bucket="site", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})

# Versioning, lifecycle, object lock.
bucket("kept-not-at-all")
bucket("kept-versioned")
s3.put_bucket_versioning(Bucket="kept-versioned", VersioningConfiguration={"Status": "Enabled"})
expire = {"ID": "expire-old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 365}}
s3.put_bucket_lifecycle_configuration(Bucket="kept-versioned", LifecycleConfiguration={"Rules": [expire]})
bucket("kept-suspended")
s3.put_bucket_versioning(Bucket="kept-suspended", VersioningConfiguration={"Status": "Suspended"})
bucket("kept-locked", ObjectLockEnabledForBucket=True)
retention = {"Mode": "COMPLIANCE", "Days": 400}
s3.put_object_lock_configuration(
    Bucket="kept-locked",
    ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}},
)

# Access logging.
bucket("log-off")
accept_logs(bucket("log-target"))
log_into(bucket("log-delivers"), "log-target")
# The target's door is shut, or the target removed, only afterwards: moto would not take such a configuration.
accept_logs(bucket("log-target-shut"))
log_into(bucket("log-refused"), "log-target-shut")
s3.delete_bucket_policy(Bucket="log-target-shut")
accept_logs(bucket("log-target-gone"))
log_into(bucket("log-nowhere"), "log-target-gone")
s3.delete_bucket(Bucket="log-target-gone")
# By ACL, the older way, which counts for as long as the target's ACL does.
by_acl = ["log-target-acl"]
if "stale-acl" in sys.argv:
    by_acl.append("log-target-acl-dead")
for name in by_acl:
    owner(bucket(name), "ObjectWriter")
    delivery = f"uri={GROUPS}s3/LogDelivery"
    s3.put_bucket_acl(Bucket=name, GrantWrite=delivery, GrantReadACP=delivery)
    log_into(bucket(name.replace("target", "by")), name)
if "stale-acl" in sys.argv:
    owner("log-target-acl-dead", "BucketOwnerEnforced")
