"""The account baseline in us-east-1: base.py good|bad. Prints the ids of security groups by name."""

import json
import sys

from common import ACCOUNT, bucket, client

GOOD = sys.argv[1] == "good"

iam, ec2 = client("iam"), client("ec2")

iam.update_account_password_policy(
    MinimumPasswordLength=14 if GOOD else 8,
    RequireSymbols=True,
    RequireNumbers=True,
    RequireUppercaseCharacters=True,
    RequireLowercaseCharacters=True,
    MaxPasswordAge=90,
    PasswordReusePrevention=24,
)
iam.create_user(UserName="ann")
iam.create_login_profile(UserName="ann", Password="An-example-of-2026!")
iam.create_access_key(UserName="ann")
if GOOD:
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="ann")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName="ann", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )

groups = {}
vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]


def group(name, *rules):
    made = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=list(rules))
    groups[name] = made


def tcp(low, high, cidr="0.0.0.0/0"):
    return {"IpProtocol": "tcp", "FromPort": low, "ToPort": high, "IpRanges": [{"CidrIp": cidr}]}


group("web", tcp(443, 443), tcp(22, 22, "192.0.2.0/24"))
if not GOOD:
    group("ssh", tcp(22, 22))
    group("range", tcp(3000, 4000))
    group("six", {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]})
    group("all", {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]})
for default in ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"]:
    groups[f"default of {'the new VPC' if default['VpcId'] == vpc else default['VpcId']}"] = default["GroupId"]
    if GOOD:
        for revoke, rules in [
            (ec2.revoke_security_group_ingress, default["IpPermissions"]),
            (ec2.revoke_security_group_egress, default["IpPermissionsEgress"]),
        ]:
            if rules:
                revoke(GroupId=default["GroupId"], IpPermissions=rules)

config = client("config")
role = f"arn:aws:iam::{ACCOUNT}:role/config"
recording = {"allSupported": True, "includeGlobalResourceTypes": GOOD}
config.put_configuration_recorder(
    ConfigurationRecorder={"name": "default", "roleARN": role, "recordingGroup": recording}
)
config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": bucket("config-logs")})
if GOOD:
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    client("guardduty").create_detector(Enable=True)
    client("inspector2").enable(accountIds=[ACCOUNT], resourceTypes=["EC2", "ECR", "LAMBDA"])

print(json.dumps(groups))
