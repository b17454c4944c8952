"""What others do between a report and a fix, or with `policy` between a fix and its undo; `password` removes the policy,
`recorder` narrows what AWS Config records, `key STATUS` sets ann's key."""

import json
import sys

from common import client, encryption

if "policy" in sys.argv:
    s3 = client("s3", "eu-west-1")
    document = json.loads(s3.get_bucket_policy(Bucket="mine")["Policy"])
    document["Statement"][0]["Action"] = "s3:PutObject"
    s3.put_bucket_policy(Bucket="mine", Policy=json.dumps(document))
elif "password" in sys.argv:
    client("iam").delete_account_password_policy()
elif "key" in sys.argv:
    key = client("iam").list_access_keys(UserName="ann")["AccessKeyMetadata"][0]["AccessKeyId"]
    client("iam").update_access_key(UserName="ann", AccessKeyId=key, Status=sys.argv[2])
elif "recorder" in sys.argv:
    config = client("config")
    recorder = config.describe_configuration_recorders()["ConfigurationRecorders"][0]
    group = {"resourceTypes": ["AWS::S3::Bucket"]}
    config.put_configuration_recorder(ConfigurationRecorder={**recorder, "recordingGroup": group})
else:
    encryption("open", "aws:kms", "arn:aws:kms:us-east-1:123456789012:key/11112222-3333-4444-5555-666677778888")
    client("s3").delete_bucket(Bucket="logged")
