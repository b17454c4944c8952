"""What the seeds share: clients of the emulator that AWS_ENDPOINT_URL names, and short ways to make things."""

import json
import os
import sys

import boto3
from botocore.config import Config

ACCOUNT = "123456789012"
HOME = "us-east-1"
GROUPS = "http://acs.amazonaws.com/groups/"
BITS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]

# The seeds must never reach AWS, whatever the environment of whoever runs them.
if not os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://127.0.0.1:"):
    sys.exit("AWS_ENDPOINT_URL must name an emulator on 127.0.0.1")

CONFIG = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})


def client(service, region=HOME, **credentials):
    made = boto3.client(service, region_name=region, config=CONFIG, **credentials)
    if service == "s3control":
        # S3 Control puts the account's number before the host, which resolves nowhere on a loopback address.
        def without_account(request, **_):
            request.url = request.url.replace(f"//{ACCOUNT}.", "//")

        made.meta.events.register("before-sign.s3-control", without_account)
    return made


def bucket(name, region=HOME, acl=None, **create):
    """Makes a bucket and returns its name."""
    if region != "us-east-1":
        create["CreateBucketConfiguration"] = {"LocationConstraint": region}
    s3 = client("s3", region)
    s3.create_bucket(Bucket=name, **create)
    if acl:
        s3.put_bucket_acl(Bucket=name, ACL=acl)
    return name


def statement(bucket, effect="Allow", principal="*", action="s3:GetObject", resource="/*", sid=None, **condition):
    """A statement on a bucket's objects; conditions as `operator={key: value}`."""
    made = {"Effect": effect, "Principal": principal, "Action": action, "Resource": f"arn:aws:s3:::{bucket}{resource}"}
    if sid:
        made["Sid"] = sid
    if condition:
        made["Condition"] = condition
    return made


def policy(bucket, *statements, region=HOME):
    """Puts a policy on a bucket."""
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    client("s3", region).put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))


def open_policy(bucket, region=HOME):
    """Lets everybody read a bucket's objects."""
    policy(bucket, statement(bucket, sid="EverybodyReads"), region=region)


def owner(bucket, ownership, region=HOME):
    """Sets who owns a bucket's objects, and so whether its ACL counts."""
    rules = {"Rules": [{"ObjectOwnership": ownership}]}
    client("s3", region).put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=rules)


def bits(*on):
    """A public access block with these bits on and the others off."""
    return {bit: bit in on for bit in BITS}


def block(bucket, *on, region=HOME):
    """Puts a block on a bucket."""
    client("s3", region).put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=bits(*on))


def block_account(*on):
    """Puts a block on the account."""
    s3control = client("s3control")
    s3control.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=bits(*on))


def access_point(name, bucket, public=False, vpc=None):
    """Makes an access point that blocks nothing itself."""
    s3control = client("s3control")
    where = {"VpcConfiguration": {"VpcId": vpc}} if vpc else {}
    s3control.create_access_point(
        AccountId=ACCOUNT, Name=name, Bucket=bucket, PublicAccessBlockConfiguration=bits(), **where
    )
    if public:
        arn = f"arn:aws:s3:{HOME}:{ACCOUNT}:accesspoint/{name}"
        allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{arn}/object/*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        s3control.put_access_point_policy(AccountId=ACCOUNT, Name=name, Policy=document)


def encryption(bucket, algorithm, key=None, region=HOME):
    """Sets a bucket's default encryption."""
    rule = {"SSEAlgorithm": algorithm}
    if key:
        rule["KMSMasterKeyID"] = key
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": rule}]}
    client("s3", region).put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=rules)


def accept_logs(bucket, region=HOME):
    """Lets the log delivery service write into a bucket."""
    service = {"Service": "logging.s3.amazonaws.com"}
    source = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    policy(bucket, statement(bucket, principal=service, action="s3:PutObject", **source), region=region)


def log_into(bucket, target, region=HOME):
    """Sends a bucket's access log into another."""
    enabled = {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": f"{bucket}/"}}
    client("s3", region).put_bucket_logging(Bucket=bucket, BucketLoggingStatus=enabled)


ALL_MANAGEMENT = [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}]


def trail(name, bucket, region=HOME, logging=True, selectors=ALL_MANAGEMENT, advanced=None, **create):
    """Makes a trail, its selectors (which moto does not default) and its state; returns its ARN."""
    cloudtrail = client("cloudtrail", region)
    arn = cloudtrail.create_trail(Name=name, S3BucketName=bucket, **create)["TrailARN"]
    if advanced:
        cloudtrail.put_event_selectors(TrailName=name, AdvancedEventSelectors=advanced)
    elif selectors:
        cloudtrail.put_event_selectors(TrailName=name, EventSelectors=selectors)
    if logging:
        cloudtrail.start_logging(Name=name)
    return arn


def trail_bucket(name="trail-logs", region=HOME):
    """Makes a bucket that a trail may write into."""
    bucket(name, region)
    service = {"Service": "cloudtrail.amazonaws.com"}
    policy(name, statement(name, principal=service, action="s3:PutObject"), region=region)
    return name
