"""Trails of one kind, by name: trails.py SCENARIO. Every trail records all management events unless it says otherwise."""

import sys

from common import bucket, client, open_policy, trail, trail_bucket

READS = [{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True, "DataResources": []}]
WRITES = [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True, "DataResources": []}]
OBJECTS = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]
DATA = [{"ReadWriteType": "All", "IncludeManagementEvents": False, "DataResources": OBJECTS}]


def advanced(*fields, name="Selector"):
    return [{"Name": name, "FieldSelectors": [{"Field": field, **rule} for field, rule in fields]}]


MANAGEMENT = ("eventCategory", {"Equals": ["Management"]})
NOT_KMS = ("eventSource", {"NotEquals": ["kms.amazonaws.com", "rdsdata.amazonaws.com"]})
NOT_IAM = ("eventSource", {"NotEquals": ["iam.amazonaws.com"]})
ONLY_WRITES = ("readOnly", {"Equals": ["false"]})
DATA_EVENTS = [("eventCategory", {"Equals": ["Data"]}), ("resources.type", {"Equals": ["AWS::S3::Object"]})]


def none():
    bucket("some-bucket")


def good():
    trail("all-regions", trail_bucket(), IsMultiRegionTrail=True)


def organisation():
    trail("organisation", trail_bucket(), IsMultiRegionTrail=True, IsOrganizationTrail=True)


def stopped():
    trail("stopped", trail_bucket(), IsMultiRegionTrail=True, logging=False)


def single_region():
    trail("only-here", trail_bucket(), IsMultiRegionTrail=False)


def two_single_regions():
    for region in ["us-east-1", "eu-west-1"]:
        name = trail_bucket(f"trail-logs-{region}", region)
        trail(f"only-{region}", name, region, IsMultiRegionTrail=False)


def without_global_events():
    trail("regional-events", trail_bucket(), IsMultiRegionTrail=False, IncludeGlobalServiceEvents=False)


def elsewhere():
    trail("from-ireland", trail_bucket(region="eu-west-1"), "eu-west-1", IsMultiRegionTrail=True)


def data_only():
    trail("objects", trail_bucket(), IsMultiRegionTrail=True, selectors=DATA)


def reads_only():
    trail("reads", trail_bucket(), IsMultiRegionTrail=True, selectors=READS)


def reads_and_writes():
    logs = trail_bucket()
    trail("reads", logs, IsMultiRegionTrail=True, selectors=READS)
    trail("writes", logs, IsMultiRegionTrail=True, selectors=WRITES)


def reads_and_stopped_writes():
    logs = trail_bucket()
    trail("reads", logs, IsMultiRegionTrail=True, selectors=READS)
    trail("writes", logs, IsMultiRegionTrail=True, selectors=WRITES, logging=False)


def advanced_all():
    selectors = advanced(MANAGEMENT, NOT_KMS)
    trail("advanced", trail_bucket(), IsMultiRegionTrail=True, advanced=selectors)


def advanced_narrowed():
    selectors = advanced(MANAGEMENT, NOT_IAM, name="Management events selector")
    trail("advanced", trail_bucket(), IsMultiRegionTrail=True, advanced=selectors)


def advanced_writes():
    selectors = advanced(MANAGEMENT, ONLY_WRITES)
    trail("advanced", trail_bucket(), IsMultiRegionTrail=True, advanced=selectors)


def advanced_data():
    selectors = advanced(*DATA_EVENTS, name="Management events selector")
    trail("advanced", trail_bucket(), IsMultiRegionTrail=True, advanced=selectors)


def bucket_gone():
    logs = trail_bucket()
    trail("all-regions", logs, IsMultiRegionTrail=True)
    s3 = client("s3")
    s3.delete_bucket_policy(Bucket=logs)
    s3.delete_bucket(Bucket=logs)


def bucket_public():
    logs = trail_bucket()
    open_policy(logs)
    trail("all-regions", logs, IsMultiRegionTrail=True)
    trail("second", bucket("private-logs"), IsMultiRegionTrail=True)


def other_account():
    """The bucket belongs to another account, which a role there lets this one make."""
    role = "arn:aws:iam::999999999999:role/OrganizationAccountAccessRole"
    lent = client("sts").assume_role(RoleArn=role, RoleSessionName="seed")["Credentials"]
    there = client(
        "s3",
        aws_access_key_id=lent["AccessKeyId"],
        aws_secret_access_key=lent["SecretAccessKey"],
        aws_session_token=lent["SessionToken"],
    )
    there.create_bucket(Bucket="central-logs")
    trail("to-them", trail_bucket(), IsMultiRegionTrail=True)
    # CreateTrail would ask whether the bucket is there; UpdateTrail takes it, and AWS takes both.
    client("cloudtrail").update_trail(Name="to-them", S3BucketName="central-logs")


if __name__ == "__main__":
    globals()[sys.argv[1]]()
