"""Prints all that a fix may change, as JSON: the same before a fix and after its undo."""

import json

from common import ACCOUNT, client

s3 = client("s3")


def asked(ask, part=None, **of):
    """What AWS answers, or the code by which it says that there is nothing."""
    try:
        answer = ask(**of)
    except Exception as error:
        return getattr(error, "response", {}).get("Error", {}).get("Code") or repr(error)
    answer.pop("ResponseMetadata", None)
    return answer.get(part) if part else answer


def document(text):
    return json.loads(text) if text and text.startswith("{") else text


buckets = {}
for bucket in s3.list_buckets()["Buckets"]:
    name = bucket["Name"]
    buckets[name] = {
        "acl": asked(s3.get_bucket_acl, "Grants", Bucket=name),
        "block": asked(s3.get_public_access_block, Bucket=name),
        "encryption": asked(s3.get_bucket_encryption, Bucket=name),
        "lifecycle": asked(s3.get_bucket_lifecycle_configuration, Bucket=name),
        "logging": asked(s3.get_bucket_logging, Bucket=name),
        "ownership": asked(s3.get_bucket_ownership_controls, Bucket=name),
        "policy": document(asked(s3.get_bucket_policy, "Policy", Bucket=name)),
        "region": asked(s3.get_bucket_location, Bucket=name),
        "tags": asked(s3.get_bucket_tagging, Bucket=name),
        "versioning": asked(s3.get_bucket_versioning, Bucket=name),
    }

regions = {}
for region in ["us-east-1", "eu-west-1"]:
    ec2, logs = client("ec2", region), client("logs", region)
    groups = asked(ec2.describe_security_groups, "SecurityGroups")
    regions[region] = {
        "encryption by default": asked(ec2.get_ebs_encryption_by_default, "EbsEncryptionByDefault"),
        "flow logs": asked(ec2.describe_flow_logs, "FlowLogs"),
        "groups": {
            group["GroupId"]: [
                sorted(
                    json.dumps({**rule, "IpRanges": sorted(rule["IpRanges"], key=str)}, sort_keys=True)
                    for rule in group[key]
                )
                for key in ["IpPermissions", "IpPermissionsEgress"]
            ]
            for group in groups
        },
        "log groups": asked(logs.describe_log_groups, "logGroups"),
        "detectors": asked(client("guardduty", region).list_detectors, "DetectorIds"),
        "inspector": [
            (kind, state["status"])
            for account in asked(client("inspector2", region).batch_get_account_status, "accounts", accountIds=[ACCOUNT])
            for kind, state in sorted(account["resourceState"].items())
            if state["status"] != "DISABLED"
        ],
        "recorders": asked(client("config", region).describe_configuration_recorders, "ConfigurationRecorders"),
        "recording": [
            recorder["recording"]
            for recorder in asked(
                client("config", region).describe_configuration_recorder_status, "ConfigurationRecordersStatus"
            )
        ],
        "channels": asked(client("config", region).describe_delivery_channels, "DeliveryChannels"),
        "analyzers": asked(client("accessanalyzer", region).list_analyzers, "analyzers"),
        "graphs": asked(client("detective", region).list_graphs, "GraphList"),
        "hub": asked(client("securityhub", region).describe_hub, "HubArn"),
        "standards": asked(client("securityhub", region).get_enabled_standards, "StandardsSubscriptions"),
        "trails": asked(client("cloudtrail", region).describe_trails, "trailList"),
    }

iam = client("iam")
users = {
    user["UserName"]: [
        (key["AccessKeyId"], key["Status"])
        for key in iam.list_access_keys(UserName=user["UserName"])["AccessKeyMetadata"]
    ]
    for user in iam.list_users()["Users"]
}

state = {
    "buckets": buckets,
    "account block": asked(client("s3control").get_public_access_block, AccountId=ACCOUNT),
    "regions": regions,
    "users": users,
    "roles": sorted(role["RoleName"] for role in iam.list_roles()["Roles"]),
    "password policy": asked(iam.get_account_password_policy, "PasswordPolicy"),
}
print(json.dumps(state, sort_keys=True, default=str, indent=1))
