"""Runs the scripts of the templates' runbooks against moto: {"S3Encryption": script, ...} on standard input."""

import json
import os
import sys
from unittest import mock

os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="eu-west-1")

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

SCRIPTS = json.load(sys.stdin)
HERE = {"LocationConstraint": "eu-west-1"}


def run(name, **events):
    scope = {}
    exec(SCRIPTS[name], scope)
    return scope["handler"](events, None)


def fails(name, **events):
    try:
        run(name, **events)
    except (ClientError, RuntimeError) as error:
        return error
    raise AssertionError(f"{name} did not fail on {events}")


@mock_aws
def encryption_is_read_and_never_guessed():
    s3 = boto3.client("s3")
    for bucket, algorithm in [("none", None), ("aes", "AES256"), ("kms", "aws:kms")]:
        s3.create_bucket(Bucket=bucket + "-bucket", CreateBucketConfiguration=HERE)
        if algorithm:
            rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}}
            s3.put_bucket_encryption(Bucket=bucket + "-bucket", ServerSideEncryptionConfiguration={"Rules": [rule]})
        assert run("S3Encryption", BucketName=bucket + "-bucket") == {"Encryption": algorithm or "none"}, bucket
    # What cannot be read must not look like a bucket without encryption.
    assert "NoSuchBucket" in str(fails("S3Encryption", BucketName="gone"))


@mock_aws
def logs_are_switched_on_once_and_never_into_themselves():
    s3 = boto3.client("s3")
    for bucket in ["plain", "logged", "target", "elsewhere"]:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=HERE)
    for bucket in ["target", "elsewhere"]:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{bucket}/*",
        }
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    existing = {"TargetBucket": "elsewhere", "TargetPrefix": "x/"}
    s3.put_bucket_logging(Bucket="logged", BucketLoggingStatus={"LoggingEnabled": existing})
    changed = lambda bucket: run("S3Logging", BucketName=bucket, TargetBucket="target")["Changed"]
    assert (changed("plain"), changed("plain"), changed("logged"), changed("target")) == (True, False, False, False)
    logging = lambda bucket: s3.get_bucket_logging(Bucket=bucket).get("LoggingEnabled")
    assert logging("plain") == {"TargetBucket": "target", "TargetPrefix": "plain/"}
    assert logging("logged") == existing
    assert logging("target") is None


@mock_aws
def a_flow_log_is_made_or_the_run_fails():
    role = boto3.client("iam").create_role(RoleName="delivery", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    boto3.client("logs").create_log_group(logGroupName="flow")
    ec2 = boto3.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    wanted = {"LogGroupName": "flow", "DeliveryRole": role}
    assert len(run("VpcFlowLogs", VpcId=vpc, **wanted)["FlowLogIds"]) == 1
    made = ec2.describe_flow_logs()["FlowLogs"][0]
    assert (made["ResourceId"], made["TrafficType"], made["LogGroupName"]) == (vpc, "ALL", "flow")
    # The second time there is one: EC2 answers 200 and says in the answer that it made none.
    assert "FlowLogAlreadyExists" in str(fails("VpcFlowLogs", VpcId=vpc, **wanted))


def a_refusal_of_inspector_is_no_success():
    # moto cannot be asked without naming accounts, which Inspector allows.
    answers = [{"accounts": [{"accountId": "1"}], "failedAccounts": []}, {"accounts": [], "failedAccounts": [{"errorCode": "X"}]}]
    with mock.patch("boto3.client") as client:
        client.return_value.enable.side_effect = answers
        assert run("Inspector", ScanType="ECR") == {"Accounts": [{"accountId": "1"}]}
        client.return_value.enable.assert_called_with(resourceTypes=["ECR"])
        assert "X" in str(fails("Inspector", ScanType="EC2"))


for test in [
    encryption_is_read_and_never_guessed,
    logs_are_switched_on_once_and_never_into_themselves,
    a_flow_log_is_made_or_the_run_fails,
    a_refusal_of_inspector_is_no_success,
]:
    test()
assert set(SCRIPTS) == {"S3Encryption", "S3Logging", "VpcFlowLogs", "Inspector"}, set(SCRIPTS)
