"""What the fixes of EC2, IAM and the detection services find, in us-east-1 and eu-west-1. Prints ids by name."""

import json

from common import bucket, client

ec2, iam = client("ec2"), client("iam")
ids = {}
vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
ids["vpc"] = vpc


def group(name, *rules):
    made = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=list(rules))
    ids[name] = made


def tcp(low, high, *cidrs):
    ranges = [{"CidrIp": cidr, "Description": f"for {cidr}"} for cidr in cidrs]
    return {"IpProtocol": "tcp", "FromPort": low, "ToPort": high, "IpRanges": ranges}


group("ssh", tcp(22, 22, "0.0.0.0/0", "192.0.2.0/24"), tcp(443, 443, "0.0.0.0/0"))
group("six", {"IpProtocol": "tcp", "FromPort": 3000, "ToPort": 4000, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]})
group("all", {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]})
groups = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"]
ids["default"] = next(made["GroupId"] for made in groups if made["VpcId"] == vpc)
ids["volume"] = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]

iam.update_account_password_policy(MinimumPasswordLength=8, RequireSymbols=True, HardExpiry=False)
iam.create_user(UserName="ann")
ids["key"] = iam.create_access_key(UserName="ann")["AccessKey"]["AccessKeyId"]
bucket("trail-less")

print(json.dumps(ids))
