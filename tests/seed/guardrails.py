"""What guardrails stand on, in us-east-1: guardrails.py account|rules.

account: what can be there only once. rules: rules of AWS Config, under names of their own.
"""

import sys

from common import ACCOUNT, bucket, client, trail, trail_bucket

config = client("config")


def account():
    role = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    client("iam").create_role(RoleName="AWSServiceRoleForConfig", AssumeRolePolicyDocument="{}")
    config.put_configuration_recorder(
        ConfigurationRecorder={"name": "default", "roleARN": role, "recordingGroup": {"allSupported": True}}
    )
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": bucket("config-logs")})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    trail("everywhere", trail_bucket(), IsMultiRegionTrail=True)
    client("guardduty").create_detector(Enable=False)


def rules():
    for name, identifier in [
        ("encrypted-buckets", "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED"),
        ("ssh", "INCOMING_SSH_DISABLED"),
        ("root-mfa", "ROOT_ACCOUNT_MFA_ENABLED"),
    ]:
        source = {"Owner": "AWS", "SourceIdentifier": identifier}
        config.put_config_rule(ConfigRule={"ConfigRuleName": name, "Source": source})


{"account": account, "rules": rules}[sys.argv[1]]()
