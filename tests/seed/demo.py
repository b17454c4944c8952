"""The account that `asc demo` shows: a small Japanese software company that has grown into three regions.

Most of it is in good order, as in any real account, and the rest is how real accounts go wrong: an assets bucket that
was opened on purpose and forgotten, a brochure bucket shared with "any AWS user", exports from before encryption was
the default, a trail that was stopped when its successor came, another that records no management events.
"""

import os
import urllib.request

from common import (
    ACCOUNT,
    accept_logs,
    access_point,
    block,
    bucket,
    client,
    encryption,
    log_into,
    open_policy,
    owner,
    policy,
    statement,
    trail,
)

TOKYO, VIRGINIA, IRELAND = "ap-northeast-1", "us-east-1", "eu-west-1"
EVERYTHING = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]

# moto's identifiers are the same in every run then.
urllib.request.urlopen(urllib.request.Request(f"{os.environ['AWS_ENDPOINT_URL']}/moto-api/seed?a=20260401", method="POST"))


def key(region):
    return f"arn:aws:kms:{region}:{ACCOUNT}:key/3f1c9a52-7c1e-4b0e-9d3b-5a8f0c6d2e71"


def versioned(name, region):
    client("s3", region).put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


def expire(name, region, days, rule="expire"):
    rules = [{"ID": rule, "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": days}}]
    client("s3", region).put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})


def tls_only(name):
    deny = statement(name, effect="Deny", action="s3:*", sid="TlsOnly", Bool={"aws:SecureTransport": "false"})
    deny["Resource"] = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    return deny


# Where access logs go, one bucket a region.
for name, region in {"hinode-access-logs-apne1": TOKYO, "hinode-access-logs-use1": VIRGINIA}.items():
    owner(bucket(name, region), "BucketOwnerEnforced", region)
    encryption(name, "AES256", region=region)
    accept_logs(name, region)
    block(name, *EVERYTHING, region=region)
    expire(name, region, 400)

# Tokyo: the product.
name = bucket("hinode-prod-app-assets", TOKYO)
encryption(name, "AES256", region=TOKYO)
open_policy(name, TOKYO)
versioned(name, TOKYO)

name = bucket("hinode-prod-user-uploads", TOKYO)
encryption(name, "aws:kms", key(TOKYO), TOKYO)
policy(name, tls_only(name), region=TOKYO)
block(name, *EVERYTHING, region=TOKYO)
versioned(name, TOKYO)
log_into(name, "hinode-access-logs-apne1", TOKYO)

name = bucket("hinode-prod-db-backups", TOKYO, ObjectLockEnabledForBucket=True)
encryption(name, "aws:kms", key(TOKYO), TOKYO)
policy(name, tls_only(name), region=TOKYO)
block(name, *EVERYTHING, region=TOKYO)
expire(name, TOKYO, 2555, "keep-seven-years")
lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 365}}}
client("s3", TOKYO).put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=lock)
log_into(name, "hinode-access-logs-apne1", TOKYO)

name = bucket("hinode-data-lake", TOKYO)
encryption(name, "aws:kms", key(TOKYO), TOKYO)
block(name, "BlockPublicAcls", "IgnorePublicAcls", region=TOKYO)
log_into(name, "hinode-access-logs-apne1", TOKYO)
vpc = client("ec2", TOKYO).describe_vpcs()["Vpcs"][0]["VpcId"]
access_point("hinode-analytics", name, vpc=vpc)

name = bucket("hinode-staging-site", TOKYO)
encryption(name, "AES256", region=TOKYO)
policy(name, statement(name, sid="OfficeOnly", IpAddress={"aws:SourceIp": "203.0.113.0/28"}), region=TOKYO)
site = {"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "404.html"}}
client("s3", TOKYO).put_bucket_website(Bucket=name, WebsiteConfiguration=site)

# Virginia: where the company began, and marketing.
name = bucket("hinode-brochures", VIRGINIA, acl="authenticated-read")
encryption(name, "AES256")
log_into(name, "hinode-access-logs-use1")

bucket("hinode-legacy-exports", VIRGINIA)

# Ireland: European customers, and a partner who reads their monthly numbers.
name = bucket("hinode-eu-user-uploads", IRELAND)
encryption(name, "aws:kms", key(IRELAND), IRELAND)
policy(name, tls_only(name), region=IRELAND)
block(name, *EVERYTHING, region=IRELAND)
versioned(name, IRELAND)

name = bucket("hinode-eu-partner-reports", IRELAND)
encryption(name, "AES256", region=IRELAND)
partner = {"AWS": "arn:aws:iam::111122223333:role/report-reader"}
policy(name, statement(name, principal=partner, sid="PartnerReads"), tls_only(name), region=IRELAND)
expire(name, IRELAND, 90)

# The audit trail, and what is left of earlier ones.
name = bucket("hinode-audit-trail", TOKYO)
encryption(name, "aws:kms", key(TOKYO), TOKYO)
service = {"Service": "cloudtrail.amazonaws.com"}
policy(name, statement(name, principal=service, action="s3:PutObject"), tls_only(name), region=TOKYO)
block(name, *EVERYTHING, region=TOKYO)
versioned(name, TOKYO)
log_into(name, "hinode-access-logs-apne1", TOKYO)
trail("hinode-audit", name, TOKYO, IsMultiRegionTrail=True, EnableLogFileValidation=True)
trail("hinode-first", "hinode-audit-trail", VIRGINIA, logging=False, IsMultiRegionTrail=False)
objects = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::hinode-prod-user-uploads/"]}]
data = [{"ReadWriteType": "All", "IncludeManagementEvents": False, "DataResources": objects}]
trail("hinode-object-access", name, TOKYO, selectors=data, IsMultiRegionTrail=False)

