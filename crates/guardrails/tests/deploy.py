"""Deploys a template to moto's CloudFormation, as far as that goes: {"template": YAML, "off": {parameter: value}}.

moto passes over AWS::Config::*, AWS::CloudTrail::Trail, AWS::S3::BucketPolicy, AWS::SNS::Subscription, service-linked
roles and the detection services, and of a bucket's properties it takes the encryption alone.
"""

import json
import os
import sys

os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="eu-west-1")

import boto3
from moto import mock_aws

INPUT = json.load(sys.stdin)


def deploy(parameters):
    cloudformation = boto3.client("cloudformation")
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    # Over 51,200 bytes, as for AWS: by way of a bucket.
    boto3.client("s3").create_bucket(Bucket="templates", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    boto3.client("s3").put_object(Bucket="templates", Key="guardrails.yaml", Body=INPUT["template"].encode())
    url = "https://s3.eu-west-1.amazonaws.com/templates/guardrails.yaml"
    cloudformation.create_stack(StackName="g", TemplateURL=url, Capabilities=["CAPABILITY_IAM"], Parameters=given)
    stack = cloudformation.describe_stacks(StackName="g")["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def buckets():
    names = [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]]
    return [name for name in names if name != "templates"]


@mock_aws
def everything_stands():
    outputs = deploy({})
    s3 = boto3.client("s3")
    assert len(buckets()) == 3 and outputs["ConfigBucketName"] in buckets()
    for bucket in buckets():
        rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    roles = boto3.client("iam").list_roles()["Roles"]
    assert len(roles) == 8, [role["RoleName"] for role in roles]
    for role in roles:
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}, role["RoleName"]
        names = boto3.client("iam").list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
        assert len(names) == 1
    ssm = boto3.client("ssm")
    documents = ssm.list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])["DocumentIdentifiers"]
    assert len(documents) == 4 and all(document["DocumentType"] == "Automation" for document in documents)
    assert boto3.client("logs").describe_log_groups()["logGroups"][0]["retentionInDays"] == 365
    topic = outputs["SecurityAlertsTopicArn"]
    assert boto3.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["KmsMasterKeyId"]
    events = boto3.client("events")
    rules = events.list_rules()["Rules"]
    assert len(rules) == 13
    for rule in rules:
        (target,) = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        assert target["Arn"] == topic, rule["Name"]


@mock_aws
def nothing_stands_when_all_is_off():
    assert deploy(INPUT["off"]) == {}
    assert buckets() == []
    assert boto3.client("iam").list_roles()["Roles"] == []
    assert boto3.client("events").list_rules()["Rules"] == []
    assert boto3.client("sns").list_topics()["Topics"] == []


everything_stands()
nothing_stands_when_all_is_off()
