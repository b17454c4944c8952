"""The account that `asc demo` shows: a small Japanese software company that has grown into three regions.

Most of it is in good order, as in any real account, and the rest is how real accounts go wrong: an assets bucket that
was opened on purpose and forgotten, a brochure bucket shared with "any AWS user", exports from before encryption was
the default, a trail that was stopped when its successor came, another that records no management events, a group of
administrators nobody has thinned out, access keys older than the pipeline that uses them, a test server that SSH from
anywhere reaches, and flow logs in one region only.
"""

import json
import os
import urllib.request

from common import (
    ACCOUNT,
    accept_logs,
    access_point,
    block,
    bucket,
    client,
    encryption,
    log_into,
    open_policy,
    owner,
    policy,
    statement,
    trail,
)

TOKYO, VIRGINIA, IRELAND = "ap-northeast-1", "us-east-1", "eu-west-1"
EVERYTHING = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]

# moto's identifiers are the same in every run then.
urllib.request.urlopen(urllib.request.Request(f"{os.environ['AWS_ENDPOINT_URL']}/moto-api/seed?a=20260401", method="POST"))

# moto makes a region's default VPC when it is first asked; one after the other, so that the identifiers stay the same.
for region in client("ec2", VIRGINIA).describe_regions()["Regions"]:
    client("ec2", region["RegionName"]).describe_vpcs()


def key(region):
    return f"arn:aws:kms:{region}:{ACCOUNT}:key/3f1c9a52-7c1e-4b0e-9d3b-5a8f0c6d2e71"


def versioned(name, region):
    client("s3", region).put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


def expire(name, region, days, rule="expire"):
    rules = [{"ID": rule, "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": days}}]
    client("s3", region).put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})


def tls_only(name):
    deny = statement(name, effect="Deny", action="s3:*", sid="TlsOnly", Bool={"aws:SecureTransport": "false"})
    deny["Resource"] = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    return deny


# Where access logs go, one bucket a region.
for name, region in {"hinode-access-logs-apne1": TOKYO, "hinode-access-logs-use1": VIRGINIA}.items():
    owner(bucket(name, region), "BucketOwnerEnforced", region)
    encryption(name, "AES256", region=region)
    accept_logs(name, region)
    block(name, *EVERYTHING, region=region)
    expire(name, region, 400)

# Tokyo: the product.
name = bucket("hinode-prod-app-assets", TOKYO)
encryption(name, "AES256", region=TOKYO)
open_policy(name, TOKYO)
versioned(name, TOKYO)

name = bucket("hinode-prod-user-uploads", TOKYO)
encryption(name, "aws:kms", key(TOKYO), TOKYO)
policy(name, tls_only(name), region=TOKYO)
block(name, *EVERYTHING, region=TOKYO)
versioned(name, TOKYO)
log_into(name, "hinode-access-logs-apne1", TOKYO)

name = bucket("hinode-prod-db-backups", TOKYO, ObjectLockEnabledForBucket=True)
encryption(name, "aws:kms", key(TOKYO), TOKYO)
policy(name, tls_only(name), region=TOKYO)
block(name, *EVERYTHING, region=TOKYO)
expire(name, TOKYO, 2555, "keep-seven-years")
lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 365}}}
client("s3", TOKYO).put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=lock)
log_into(name, "hinode-access-logs-apne1", TOKYO)

name = bucket("hinode-data-lake", TOKYO)
encryption(name, "aws:kms", key(TOKYO), TOKYO)
block(name, "BlockPublicAcls", "IgnorePublicAcls", region=TOKYO)
log_into(name, "hinode-access-logs-apne1", TOKYO)
vpc = client("ec2", TOKYO).describe_vpcs()["Vpcs"][0]["VpcId"]
access_point("hinode-analytics", name, vpc=vpc)

name = bucket("hinode-staging-site", TOKYO)
encryption(name, "AES256", region=TOKYO)
policy(name, statement(name, sid="OfficeOnly", IpAddress={"aws:SourceIp": "203.0.113.0/28"}), region=TOKYO)
site = {"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "404.html"}}
client("s3", TOKYO).put_bucket_website(Bucket=name, WebsiteConfiguration=site)

# Virginia: where the company began, and marketing.
name = bucket("hinode-brochures", VIRGINIA, acl="authenticated-read")
encryption(name, "AES256")
log_into(name, "hinode-access-logs-use1")

bucket("hinode-legacy-exports", VIRGINIA)

# Ireland: European customers, and a partner who reads their monthly numbers.
name = bucket("hinode-eu-user-uploads", IRELAND)
encryption(name, "aws:kms", key(IRELAND), IRELAND)
policy(name, tls_only(name), region=IRELAND)
block(name, *EVERYTHING, region=IRELAND)
versioned(name, IRELAND)

name = bucket("hinode-eu-partner-reports", IRELAND)
encryption(name, "AES256", region=IRELAND)
partner = {"AWS": "arn:aws:iam::111122223333:role/report-reader"}
policy(name, statement(name, principal=partner, sid="PartnerReads"), tls_only(name), region=IRELAND)
expire(name, IRELAND, 90)

# The audit trail, and what is left of earlier ones.
name = bucket("hinode-audit-trail", TOKYO)
encryption(name, "aws:kms", key(TOKYO), TOKYO)
service = {"Service": "cloudtrail.amazonaws.com"}
policy(name, statement(name, principal=service, action="s3:PutObject"), tls_only(name), region=TOKYO)
block(name, *EVERYTHING, region=TOKYO)
versioned(name, TOKYO)
log_into(name, "hinode-access-logs-apne1", TOKYO)
trail("hinode-audit", name, TOKYO, IsMultiRegionTrail=True, EnableLogFileValidation=True)
trail("hinode-first", "hinode-audit-trail", VIRGINIA, logging=False, IsMultiRegionTrail=False)
objects = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::hinode-prod-user-uploads/"]}]
data = [{"ReadWriteType": "All", "IncludeManagementEvents": False, "DataResources": objects}]
trail("hinode-object-access", name, TOKYO, selectors=data, IsMultiRegionTrail=False)

# What the account costs: one report of the older kind and one data export, both into this bucket. moto knows neither;
# stand_in.py answers for them.
name = bucket("hinode-cost-reports", VIRGINIA)
encryption(name, "AES256")
block(name, *EVERYTHING)
service = {"Service": ["billingreports.amazonaws.com", "bcm-data-exports.amazonaws.com"]}
source = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
policy(name, statement(name, principal=service, action="s3:PutObject", **source), tls_only(name))
log_into(name, "hinode-access-logs-use1")

# People and programs.
iam = client("iam")


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(principal, **condition):
    made = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return document({**made, "Condition": condition} if condition else made)


def allow(action, resource, **condition):
    made = {"Effect": "Allow", "Action": action, "Resource": resource}
    return {**made, "Condition": condition} if condition else made


def administrator_access():
    """AWS's policy, or one like it where moto does not have AWS's."""
    try:
        return iam.get_policy(PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")["Policy"]["Arn"]
    except iam.exceptions.NoSuchEntityException:
        made = iam.create_policy(PolicyName="AdministratorAccess", PolicyDocument=document(allow("*", "*")))
        return made["Policy"]["Arn"]


everything = administrator_access()
iam.create_group(GroupName="admins")
iam.attach_group_policy(GroupName="admins", PolicyArn=everything)
iam.create_group(GroupName="developers")
view = allow(["s3:Get*", "s3:List*", "logs:Get*", "logs:FilterLogEvents", "ec2:Describe*"], "*")
iam.put_group_policy(GroupName="developers", PolicyName="look", PolicyDocument=document(view))

for user, group in {"aoki": "admins", "mori": "developers"}.items():
    iam.create_user(UserName=user)
    iam.create_login_profile(UserName=user, Password="Demo-only-passw0rd!", PasswordResetRequired=True)
    iam.add_user_to_group(GroupName=group, UserName=user)

# A second key was made to replace the first, which was never switched off.
iam.create_user(UserName="batch-uploader")
iam.create_access_key(UserName="batch-uploader")
iam.create_access_key(UserName="batch-uploader")
upload = allow("s3:PutObject", "arn:aws:s3:::hinode-data-lake/incoming/*")
iam.put_user_policy(UserName="batch-uploader", PolicyName="upload", PolicyDocument=document(upload))

mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
own = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
iam.create_role(RoleName="break-glass", AssumeRolePolicyDocument=trust(own, **mfa))
whole = {"Sid": "AllWithMfa", **allow("*", "*", **mfa)}
iam.put_role_policy(RoleName="break-glass", PolicyName="all-with-mfa", PolicyDocument=document(whole))

iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust({"Service": "ec2.amazonaws.com"}))
assets = allow("s3:GetObject", "arn:aws:s3:::hinode-prod-app-assets/*")
iam.put_role_policy(RoleName="web", PolicyName="read-assets", PolicyDocument=document(assets))
iam.create_instance_profile(InstanceProfileName="web")
iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")

iam.create_role(
    RoleName="flow-log-delivery", AssumeRolePolicyDocument=trust({"Service": "vpc-flow-logs.amazonaws.com"})
)
deliver = allow(["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups"], "*")
iam.put_role_policy(RoleName="flow-log-delivery", PolicyName="deliver", PolicyDocument=document(deliver))

# Tokyo: two web servers, of which the one for tests has no role, and what they stand on.
ec2 = client("ec2", TOKYO)
image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
subnet = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"][0]
zone = subnet["AvailabilityZone"]


def group(region, name, vpc, *ports):
    """A security group that lets the internet in on these ports."""
    ec2 = client("ec2", region)
    made = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
    world = [{"CidrIp": "0.0.0.0/0"}]
    rules = [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": world} for port in ports]
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=rules)
    return made


def instance(name, group, key, encrypted, **more):
    disk = {"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 20, "VolumeType": "gp3", "Encrypted": encrypted}}
    return ec2.run_instances(
        ImageId=image,
        InstanceType="t3.small",
        MinCount=1,
        MaxCount=1,
        KeyName=key,
        SubnetId=subnet["SubnetId"],
        SecurityGroupIds=[group],
        BlockDeviceMappings=[disk],
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}],
        **more,
    )


for pair in ("hinode-ops", "aoki-laptop"):
    ec2.create_key_pair(KeyName=pair, KeyType="ed25519")
web = group(TOKYO, "web", vpc, 443)
test = group(TOKYO, "test-server", vpc, 22, 443)
instance("web-1", web, "hinode-ops", True, IamInstanceProfile={"Name": "web"})
instance("test-1", test, "aoki-laptop", False)
ec2.create_volume(AvailabilityZone=zone, Size=100, VolumeType="gp3", Encrypted=True)
ec2.enable_ebs_encryption_by_default()

logs = client("logs", TOKYO)
logs.create_log_group(logGroupName="/vpc/flow-logs")
logs.put_retention_policy(logGroupName="/vpc/flow-logs", retentionInDays=90)
ec2.create_flow_logs(
    ResourceType="VPC",
    ResourceIds=[vpc],
    TrafficType="ALL",
    LogGroupName="/vpc/flow-logs",
    DeliverLogsPermissionArn=f"arn:aws:iam::{ACCOUNT}:role/flow-log-delivery",
)

# Virginia: left over from the first product.
ec2 = client("ec2", VIRGINIA)
ec2.create_key_pair(KeyName="first-product", KeyType="rsa")
group(VIRGINIA, "old-bastion", ec2.describe_vpcs()["Vpcs"][0]["VpcId"], 22)
ec2.create_volume(AvailabilityZone="us-east-1a", Size=50, VolumeType="gp2", Encrypted=False)

# What watches: all of it in Tokyo, something in Virginia, and nobody in Ireland.
config = client("config", TOKYO)
recorded = {"allSupported": True, "includeGlobalResourceTypes": True}
recorder = {"name": "default", "roleARN": f"arn:aws:iam::{ACCOUNT}:role/config", "recordingGroup": recorded}
config.put_configuration_recorder(ConfigurationRecorder=recorder)
config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "hinode-audit-trail"})
config.start_configuration_recorder(ConfigurationRecorderName="default")
client("securityhub", TOKYO).enable_security_hub()
for region in (TOKYO, VIRGINIA):
    client("guardduty", region).create_detector(Enable=True)
# moto does not tell of a region in which neither was ever asked for.
for region in client("ec2", VIRGINIA).describe_regions()["Regions"]:
    inspector = client("inspector2", region["RegionName"])
    change = inspector.enable if region["RegionName"] == TOKYO else inspector.disable
    change(accountIds=[ACCOUNT], resourceTypes=["EC2", "ECR"])

# Shorter than the passwords of today, but nobody has looked since.
iam.update_account_password_policy(MinimumPasswordLength=8, RequireNumbers=True, RequireLowercaseCharacters=True)
device = iam.create_virtual_mfa_device(VirtualMFADeviceName="aoki")["VirtualMFADevice"]["SerialNumber"]
iam.enable_mfa_device(
    UserName="aoki", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321"
)
