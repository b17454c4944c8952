"""Deploys a template of guardrails into moto: deploy.py TEMPLATE STACK [PARAMETER=VALUE...].

moto's own CloudFormation goes first. What it passes over in silence is then read from the same template, its functions
worked out, and made by the calls that AWS documents for it; for what moto has no call either, the answers to be given are
printed: {"carried": [types], "made": [types], "answers": {action: body}}. A type that nobody knows ends it with an error.
"""

import json
import sys

import yaml
from botocore.validate import ParamValidator
from common import ACCOUNT, HOME, client

RECORDER, CHANNEL = "AWS::Config::ConfigurationRecorder", "AWS::Config::DeliveryChannel"
ALL_MANAGEMENT = [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}]


class Reader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms (`!Ref x`) as the long ones (`{"Ref": "x"}`)."""


def function(loader, name, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    else:
        value = getattr(loader, f"construct_{node.id}")(node, deep=True)
    if name == "GetAtt":
        value = value.split(".", 1)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


Reader.add_multi_constructor("!", function)


class Stack:
    def __init__(self, text, name, given):
        self.name, self.template = name, yaml.load(text, Reader)
        self.values = {key: one["Default"] for key, one in self.template.get("Parameters", {}).items()} | given
        self.values |= {"AWS::AccountId": ACCOUNT, "AWS::Partition": "aws", "AWS::Region": HOME}
        cloudformation = client("cloudformation")
        parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
        cloudformation.create_stack(
            StackName=name, TemplateBody=text, Capabilities=["CAPABILITY_IAM"], Parameters=parameters
        )
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE", stack
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
        # moto lists what it has passed over, too, without a name.
        carried = [one for page in pages for one in page["StackResourceSummaries"] if one["LogicalResourceId"].strip()]
        self.carried = {one["ResourceType"] for one in carried}
        self.ids = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in carried}
        self.made, self.answers = set(), {action: {key: []} for action, key in LISTS.items()}

    def holds(self, test):
        if isinstance(test, str):
            return self.holds(self.template["Conditions"][test])
        ((name, argument),) = test.items()
        if name == "Condition":
            return self.holds(argument)
        if name == "Fn::Equals":
            left, right = map(self.resolve, argument)
            return left == right
        return {"Fn::And": all, "Fn::Or": any, "Fn::Not": lambda tests: not next(tests)}[name](map(self.holds, argument))

    def resolve(self, value):
        if isinstance(value, list):
            return [self.resolve(one) for one in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name == "Ref":
                return self.reference(argument)
            if name == "Fn::If":
                return self.resolve(argument[1 if self.holds(argument[0]) else 2])
            if name == "Fn::GetAtt":
                return self.attribute(*argument)
            if name == "Fn::Sub":
                first, *rest = argument.split("${")
                parts = (part.split("}", 1) for part in rest)
                return first + "".join(self.within(inside) + after for inside, after in parts)
            assert not name.startswith("Fn::"), name
        return {key: self.resolve(one) for key, one in value.items()}

    def within(self, name):
        return self.reference(name) if name in self.values or "." not in name else self.attribute(*name.split("."))

    def reference(self, name):
        if name in self.values:
            return self.values[name]
        if self.template["Resources"][name]["Type"] == "AWS::SSM::Document":
            # moto calls it by a random number, AWS after the stack and the resource.
            return self.named(name)
        return self.ids[name]

    def attribute(self, name, attribute):
        kind, physical = self.template["Resources"][name]["Type"], self.ids[name]
        if (kind, attribute) == ("AWS::S3::Bucket", "Arn"):
            return f"arn:aws:s3:::{physical}"
        if (kind, attribute) == ("AWS::IAM::Role", "Arn"):
            return client("iam").get_role(RoleName=physical)["Role"]["Arn"]
        if (kind, attribute) == ("AWS::Logs::LogGroup", "Arn"):
            return f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:{physical}:*"
        sys.exit(f"nobody knows {attribute} of a {kind}")

    def named(self, logical):
        """A name as CloudFormation makes it."""
        return f"{self.name}-{logical}-1A2B3C4D5E6F"

    def wanted(self):
        for logical, resource in self.template["Resources"].items():
            if "Condition" not in resource or self.holds(resource["Condition"]):
                yield logical, resource

    def complete(self):
        """Makes what moto passed over, each as soon as what it stands on is there, as CloudFormation does."""
        waiting = {logical: one for logical, one in self.wanted() if logical not in self.ids}
        while waiting:
            ready = {logical: one for logical, one in waiting.items() if not set(names_in(one)) & set(waiting)}
            # AWS takes a channel only where there is a recorder; CloudFormation arranges that by itself.
            if any(one["Type"] == RECORDER for one in waiting.values()):
                ready = {logical: one for logical, one in ready.items() if one["Type"] != CHANNEL}
            assert ready, f"in a circle: {sorted(waiting)}"
            for logical, resource in ready.items():
                kind = resource["Type"]
                if kind not in MAKERS:
                    sys.exit(f"nobody makes a {kind}")
                made = MAKERS[kind](self, logical, self.resolve(resource.get("Properties", {})))
                self.ids[logical] = made or logical
                self.made.add(kind)
                del waiting[logical]
        for logical, resource in self.wanted():
            if resource["Type"] == "AWS::S3::Bucket":
                close(self.ids[logical], self.resolve(resource["Properties"]))
        # CloudFormation starts a recorder by itself, which takes a channel.
        for recorder in client("config").describe_configuration_recorders()["ConfigurationRecorders"]:
            client("config").start_configuration_recorder(ConfigurationRecorderName=recorder["name"])


def names_in(resource):
    """The logical ids that a resource refers to or waits for; a function that is not taken counts as well."""
    after = resource.get("DependsOn", [])
    yield from [after] if isinstance(after, str) else after
    values = [resource.get("Properties", {}), resource.get("Metadata", {})]
    while values:
        value = values.pop()
        if isinstance(value, dict):
            if "Ref" in value:
                yield value["Ref"]
            if "Fn::GetAtt" in value:
                yield value["Fn::GetAtt"][0]
            if "Fn::Sub" in value:
                yield from (part.split("}")[0].split(".")[0] for part in value["Fn::Sub"].split("${")[1:])
            values.extend(value.values())
        elif isinstance(value, list):
            values.extend(value)


def close(bucket, properties):
    """What a bucket has beside its encryption."""
    s3 = client("s3")
    s3.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration=properties["PublicAccessBlockConfiguration"]
    )
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=properties["OwnershipControls"])
    if "VersioningConfiguration" in properties:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=properties["VersioningConfiguration"])


def valid(service, operation, parameters):
    """Parameters that AWS would take for a call that moto has not."""
    model = client(service).meta.service_model.operation_model(operation)
    report = ParamValidator().validate(parameters, model.input_shape)
    assert not report.has_errors(), report.generate_report()


def bucket_policy(_, __, given):
    client("s3").put_bucket_policy(Bucket=given["Bucket"], Policy=json.dumps(given["PolicyDocument"]))


def linked_role(_, __, given):
    return client("iam").create_service_linked_role(**given)["Role"]["RoleName"]


def recorder(_, __, given):
    group = given["RecordingGroup"]
    recorded = {
        "allSupported": group["AllSupported"],
        "includeGlobalResourceTypes": group["IncludeGlobalResourceTypes"],
    }
    made = {"name": "default", "roleARN": given["RoleARN"], "recordingGroup": recorded}
    client("config").put_configuration_recorder(ConfigurationRecorder=made)
    return "default"


def channel(stack, _, given):
    client("config").put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": given["S3BucketName"]})
    delivered = {"name": "default", "configHistoryDeliveryInfo": {"lastStatus": "SUCCESS"}}
    stack.answers["config:DescribeDeliveryChannelStatus"]["DeliveryChannelsStatus"].append(delivered)
    return "default"


def rule(stack, logical, given):
    made = given | {"ConfigRuleName": stack.named(logical)}
    if "InputParameters" in made:
        made["InputParameters"] = json.dumps(made["InputParameters"])
    client("config").put_config_rule(ConfigRule=made)
    return made["ConfigRuleName"]


def remediation(stack, _, given):
    valid("config", "PutRemediationConfigurations", {"RemediationConfigurations": [given]})
    stack.answers["config:DescribeRemediationConfigurations"]["RemediationConfigurations"].append(given)


def trail(_, __, given):
    cloudtrail, logs = client("cloudtrail"), given.pop("IsLogging")
    given = {"Name": given.pop("TrailName")} | given
    arn = cloudtrail.create_trail(**given)["TrailARN"]
    # What a trail has on AWS unless told otherwise.
    cloudtrail.put_event_selectors(TrailName=given["Name"], EventSelectors=ALL_MANAGEMENT)
    if logs:
        cloudtrail.start_logging(Name=given["Name"])
    return arn


def analyzer(stack, _, given):
    valid("accessanalyzer", "CreateAnalyzer", {"analyzerName": given["AnalyzerName"], "type": given["Type"]})
    arn = f"arn:aws:access-analyzer:{HOME}:{ACCOUNT}:analyzer/{given['AnalyzerName']}"
    made = {"arn": arn, "name": given["AnalyzerName"], "type": given["Type"], "createdAt": MADE, "status": "ACTIVE"}
    stack.answers["access-analyzer:ListAnalyzers"]["analyzers"].append(made)


def standard(stack, _, given):
    valid("securityhub", "BatchEnableStandards", {"StandardsSubscriptionRequests": [given]})
    arn = f"arn:aws:securityhub:{HOME}:{ACCOUNT}:subscription/{given['StandardsArn'].split(':standards/')[1]}"
    made = given | {"StandardsSubscriptionArn": arn, "StandardsInput": {}, "StandardsStatus": "READY"}
    stack.answers["securityhub:GetEnabledStandards"]["StandardsSubscriptions"].append(made)


def graph(stack, _, __):
    arn = f"arn:aws:detective:{HOME}:{ACCOUNT}:graph:0123456789abcdef0123456789abcdef"
    stack.answers["detective:ListGraphs"]["GraphList"].append({"Arn": arn, "CreatedTime": MADE})


def topic_policy(_, __, given):
    for topic in given["Topics"]:
        client("sns").set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(given["PolicyDocument"])
        )


MADE = "2026-01-01T00:00:00Z"
# What moto cannot be asked, and the list in the answer.
LISTS = {
    "access-analyzer:ListAnalyzers": "analyzers",
    "config:DescribeDeliveryChannelStatus": "DeliveryChannelsStatus",
    "config:DescribeRemediationConfigurations": "RemediationConfigurations",
    "detective:ListGraphs": "GraphList",
    "detective:ListInvitations": "Invitations",
    "securityhub:GetEnabledStandards": "StandardsSubscriptions",
}
MAKERS = {
    "AWS::AccessAnalyzer::Analyzer": analyzer,
    "AWS::CloudFormation::WaitConditionHandle": lambda *_: None,
    "AWS::CloudTrail::Trail": trail,
    "AWS::Config::ConfigRule": rule,
    RECORDER: recorder,
    CHANNEL: channel,
    "AWS::Config::RemediationConfiguration": remediation,
    "AWS::Detective::Graph": graph,
    "AWS::GuardDuty::Detector": lambda _, __, given: client("guardduty").create_detector(**given)["DetectorId"],
    "AWS::IAM::ServiceLinkedRole": linked_role,
    "AWS::S3::BucketPolicy": bucket_policy,
    "AWS::SNS::Subscription": lambda _, __, given: client("sns").subscribe(**given)["SubscriptionArn"],
    "AWS::SNS::TopicPolicy": topic_policy,
    "AWS::SecurityHub::Hub": lambda _, __, given: client("securityhub").enable_security_hub(**given) and None,
    "AWS::SecurityHub::Standard": standard,
}


def main():
    file, name, *given = sys.argv[1:]
    with open(file, encoding="utf-8") as template:
        stack = Stack(template.read(), name, dict(one.split("=", 1) for one in given))
    stack.complete()
    print(json.dumps({"carried": sorted(stack.carried), "made": sorted(stack.made), "answers": stack.answers}))


if __name__ == "__main__":
    main()
