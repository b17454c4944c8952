"""What is in EC2, in two regions: ec2.py EMULATOR. Prints the ids of all that has a name here, as JSON."""

import json
import sys

from common import ACCOUNT, bucket, client

MOTO = sys.argv[1] == "moto"
IRELAND, VIRGINIA = "eu-west-1", "us-east-1"

ec2 = client("ec2", IRELAND)
iam = client("iam")
logs = client("logs", IRELAND)
ids = {}


def volume(name, region=IRELAND, **create):
    made = client("ec2", region).create_volume(AvailabilityZone=f"{region}a", Size=1, **create)
    ids[name] = made["VolumeId"]


def trust(service):
    allow = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow]})


def profile(name, role=None, path="/"):
    iam.create_instance_profile(InstanceProfileName=name, Path=path)
    if role:
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)


def instance(name, profile=None, key=None, region=IRELAND):
    more = {"IamInstanceProfile": {"Name": profile}} if profile else {}
    if key:
        more["KeyName"] = key
    image = "ami-12c6146b"
    made = client("ec2", region).run_instances(ImageId=image, MinCount=1, MaxCount=1, **more)["Instances"]
    ids[name] = made[0]["InstanceId"]


def vpc(name, number, subnets=0, region=IRELAND):
    """A VPC with so many subnets, whose ids are returned."""
    there = client("ec2", region)
    ids[name] = there.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"]
    blocks = [f"10.{number}.{at}.0/24" for at in range(1, subnets + 1)]
    return [there.create_subnet(VpcId=ids[name], CidrBlock=block)["Subnet"]["SubnetId"] for block in blocks]


def flow_logs(resources, traffic, group=None, kind="VPC", **more):
    """Into a log group by name (moto calls one that is given by ARN failed), or wherever `more` says."""
    if group:
        more.update(LogGroupName=group, DeliverLogsPermissionArn=f"arn:aws:iam::{ACCOUNT}:role/flows")
    made = ec2.create_flow_logs(ResourceIds=resources, ResourceType=kind, TrafficType=traffic, **more)
    assert not made.get("Unsuccessful"), made["Unsuccessful"]


def group(name, vpc, *rules):
    """A security group that lets in something from everywhere."""
    ids[name] = ec2.create_security_group(GroupName=name, Description="d", VpcId=ids[vpc])["GroupId"]
    if rules:
        ec2.authorize_security_group_ingress(GroupId=ids[name], IpPermissions=list(rules))


def rule(protocol, v4=(), v6=(), **ports):
    v4, v6 = [{"CidrIp": range} for range in v4], [{"CidrIpv6": range} for range in v6]
    return {"IpProtocol": protocol, "IpRanges": v4, "Ipv6Ranges": v6, **ports}


# Volumes.
volume("plain")
volume("encrypted", Encrypted=True)
volume("plain-in-virginia", VIRGINIA)
if MOTO:
    ec2.enable_ebs_encryption_by_default()

# Instances and key pairs.
iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust("ec2.amazonaws.com"))
profile("with-role", "web", path="/fleet/web/")
profile("without-role")
profile("soon-gone", "web")
ec2.create_key_pair(KeyName="everyday")
ec2.create_key_pair(KeyName="spare", KeyType="ed25519")
ec2.create_key_pair(KeyName="deleted")
instance("has-role", "with-role", "everyday")
instance("profile-without-role", "without-role", "everyday")
instance("profile-gone", "soon-gone", "deleted")
instance("no-profile")
instance("stopped")
instance("terminated", key="spare")
instance("no-profile-in-virginia", region=VIRGINIA)
ec2.stop_instances(InstanceIds=[ids["stopped"]])
ec2.terminate_instances(InstanceIds=[ids["terminated"]])
iam.remove_role_from_instance_profile(InstanceProfileName="soon-gone", RoleName="web")
iam.delete_instance_profile(InstanceProfileName="soon-gone")
ec2.delete_key_pair(KeyName="deleted")

# Flow logs.
iam.create_role(RoleName="flows", AssumeRolePolicyDocument=trust("vpc-flow-logs.amazonaws.com"))
for name, days in [("month", 30), ("year", 365), ("ever", None), ("month-unused", 1), ("almost-a-year", 180)]:
    logs.create_log_group(logGroupName=name)
    if days:
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
bucket("flow-logs")
IN_S3 = {"LogDestinationType": "s3", "LogDestination": "arn:aws:s3:::flow-logs"}
vpc("records-all", 1, 1)
flow_logs([ids["records-all"]], "ALL", "month")
vpc("records-rejects", 2)
flow_logs([ids["records-rejects"]], "REJECT", "year")
vpc("records-accepts", 3, 1)
flow_logs([ids["records-accepts"]], "ACCEPT", "ever")
vpc("records-both", 4)
flow_logs([ids["records-both"]], "ACCEPT", "almost-a-year")
flow_logs([ids["records-both"]], "REJECT", "year")
vpc("into-s3", 5)
flow_logs([ids["into-s3"]], "ALL", **IN_S3)
flow_logs(vpc("each-subnet", 6, 2), "REJECT", kind="Subnet", **IN_S3)
flow_logs(vpc("one-subnet-of-two", 7, 2)[:1], "ALL", kind="Subnet", **IN_S3)
flow_logs(vpc("subnets-accepts", 8, 2), "ACCEPT", kind="Subnet", **IN_S3)
vpc("without", 9, 1)
vpc("without-in-virginia", 10, region=VIRGINIA)

# Security groups.
subnet = vpc("with-groups", 11, 1)[0]
WORLD, WORLD_6 = "0.0.0.0/0", "::/0"
group("web", "with-groups", rule("tcp", [WORLD, "10.0.0.0/8"], [WORLD_6], FromPort=80, ToPort=90))
group("anything", "with-groups", rule("-1", [WORLD]))
group("inside", "with-groups", rule("tcp", ["10.0.0.0/8", "192.0.2.0/24"], FromPort=22, ToPort=22))
ec2.create_network_interface(SubnetId=subnet, Groups=[ids["anything"], ids["inside"]])

print(json.dumps(ids))
