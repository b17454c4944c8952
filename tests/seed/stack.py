"""Gives a template to an emulator's CloudFormation as it is: stack.py TEMPLATE NAME [PARAMETER=VALUE...]. Prints how that
ended, and the types of resources that it does not know: {"status": …, "unknown": [types]}."""

import json
import re
import sys
import time

from botocore.exceptions import ClientError
from common import bucket, client

# The longest template that CloudFormation takes without a bucket, in bytes.
LONGEST = 51_200

file, name, *given = sys.argv[1:]
with open(file, encoding="utf-8") as template:
    text = template.read()
body = {"TemplateBody": text}
if len(text.encode()) > LONGEST:
    s3 = client("s3")
    s3.put_object(Bucket=bucket("templates"), Key=name, Body=text.encode())
    body = {"TemplateURL": f"{s3.meta.endpoint_url}/templates/{name}"}
pairs = (one.split("=", 1) for one in given)
parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in pairs]
cloudformation = client("cloudformation")
try:
    cloudformation.create_stack(StackName=name, Capabilities=["CAPABILITY_IAM"], Parameters=parameters, **body)
except ClientError as error:
    listed = re.search(r"Unrecognized resource types: \[(.*)\]", error.response["Error"]["Message"])
    if not listed:
        raise
    print(json.dumps({"status": error.response["Error"]["Code"], "unknown": listed[1].split(", ")}))
    sys.exit()
status = "CREATE_IN_PROGRESS"
while status == "CREATE_IN_PROGRESS":
    time.sleep(0.1)
    status = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
print(json.dumps({"status": status, "unknown": []}))
