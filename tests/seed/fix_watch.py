"""Services that watch, each half on: fix_watch.py [recording] [undelivered].

Security Hub is on without a standard in us-east-1. In eu-west-1 AWS Config has a recorder that is stopped; with
`recording` it records in both regions, but chosen types in one and no global ones in either; with `undelivered` it has
no bucket to deliver into.
"""

import sys

from common import ACCOUNT, bucket, client

client("securityhub").enable_security_hub(EnableDefaultStandards=False)


def recorder(region, **group):
    config = client("config", region)
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": f"arn:aws:iam::{ACCOUNT}:role/config",
            "recordingGroup": group,
        }
    )
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "config-logs"})
    return config


if "undelivered" not in sys.argv:
    bucket("config-logs")
config = recorder("eu-west-1", allSupported=True)
if "recording" in sys.argv:
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    config = recorder("us-east-1", resourceTypes=["AWS::EC2::Volume", "AWS::S3::Bucket"])
    config.start_configuration_recorder(ConfigurationRecorderName="default")
