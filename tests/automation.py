"""Systems Manager Automation for moto, which has none: the runbooks of AWS that fixes start, by what their pages in the
Systems Manager Automation Runbook Reference say that they call.

A run takes a moment, as on AWS: it is InProgress first, and its calls are made behind the back of whoever started it.
A role of the name `powerless` may do nothing, one of the name `slow` takes its time.
"""

import json
import re
import threading
import time
import uuid

import boto3
from botocore.config import Config

ACCOUNT = "123456789012"
# How long a run takes, in seconds; and one of the role that takes its time.
WHILE, LONG = 0.3, 8
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
BITS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]
NUMBERS = ["MaxPasswordAge", "MinimumPasswordLength", "PasswordReusePrevention"]
SWITCHES = [
    "AllowUsersToChangePassword",
    "HardExpiry",
    "RequireLowercaseCharacters",
    "RequireNumbers",
    "RequireSymbols",
    "RequireUppercaseCharacters",
]


def block(told):
    return {bit: told.get(bit, "true") == "true" for bit in BITS}


def encrypt(client, told):
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": told.get("SSEAlgorithm", "AES256")}}
    client("s3").put_bucket_encryption(
        Bucket=told["BucketName"], ServerSideEncryptionConfiguration={"Rules": [rule]}
    )


def keep_versions(client, told):
    state = {"Status": told.get("VersioningState", "Enabled")}
    client("s3").put_bucket_versioning(Bucket=told["BucketName"], VersioningConfiguration=state)


def close_bucket(client, told):
    client("s3").put_public_access_block(Bucket=told["BucketName"], PublicAccessBlockConfiguration=block(told))


def close_account(client, told):
    account = told["AccountId"]
    client("s3control").put_public_access_block(AccountId=account, PublicAccessBlockConfiguration=block(told))


def encrypt_volumes(client, _):
    client("ec2").enable_ebs_encryption_by_default()


def set_password_policy(client, told):
    numbers = {name: int(told[name]) for name in NUMBERS if int(told.get(name, 0))}
    switches = {name: told.get(name) == "true" for name in SWITCHES}
    client("iam").update_account_password_policy(**numbers, **switches)


# The parameters that must be given, those that may be, and what the runbook does.
ROLE = "AutomationAssumeRole"
RUNBOOKS = {
    "AWS-EnableS3BucketEncryption": (["BucketName"], [ROLE, "SSEAlgorithm"], encrypt),
    "AWS-ConfigureS3BucketVersioning": (["BucketName"], [ROLE, "VersioningState"], keep_versions),
    "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock": ([ROLE, "BucketName"], BITS, close_bucket),
    "AWSConfigRemediation-ConfigureS3PublicAccessBlock": ([ROLE, "AccountId"], BITS, close_account),
    "AWSConfigRemediation-EnableEbsEncryptionByDefault": ([ROLE], [], encrypt_volumes),
    "AWSConfigRemediation-SetIAMPasswordPolicy": ([ROLE], NUMBERS + SWITCHES, set_password_policy),
}


class Run:
    """A run of a runbook, which ends by itself."""

    def __init__(self, document, told, client):
        self.id, self.document, self.told = str(uuid.uuid4()), document, told
        self.status, self.why, self.began = "InProgress", None, time.time()
        threading.Thread(target=self.carry_out, args=(client,), daemon=True).start()

    def carry_out(self, client):
        role = self.told.get(ROLE, "").rpartition("/")[2]
        time.sleep(LONG if role == "slow" else WHILE)
        try:
            if role == "powerless":
                raise PermissionError("AccessDenied: the role powerless is not authorized")
            RUNBOOKS[self.document][2](client, self.told)
            self.status = "Success"
        except Exception as error:
            self.status, self.why = "Failed", str(error)

    def described(self):
        return {
            "AutomationExecutionId": self.id,
            "DocumentName": self.document,
            "AutomationExecutionStatus": self.status,
            "ExecutionStartTime": self.began,
        }

    def told_whole(self):
        step = {"StepName": "Call", "StepStatus": self.status, "FailureMessage": self.why}
        made = {"Parameters": {name: [value] for name, value in self.told.items()}, "FailureMessage": self.why}
        parts = {**self.described(), **made, "StepExecutions": [step]}
        return json.loads(json.dumps(parts), object_hook=lambda of: {k: v for k, v in of.items() if v is not None})


def without_account(request, **_):
    """S3 Control puts the account's number before the host, which resolves nowhere on a loopback address."""
    request.url = request.url.replace(f"//{ACCOUNT}.", "//")


def clients(port, region):
    """Makes clients of the very moto that this runs in."""

    def client(service):
        url = f"http://127.0.0.1:{port}"
        keys = {"aws_access_key_id": "automation", "aws_secret_access_key": "automation"}
        config = Config(s3={"addressing_style": "path"})
        made = boto3.client(service, region_name=region, endpoint_url=url, config=config, **keys)
        made.meta.events.register("before-sign.s3-control", without_account)
        return made

    return client


def add_to_moto(port):
    """Gives moto the operations."""
    from moto.core.exceptions import JsonRESTError
    from moto.core.responses import ActionResult
    from moto.ssm.responses import SimpleSystemManagerResponse

    def runs(self):
        # Forgotten when the backend is reset.
        return self.ssm_backend.__dict__.setdefault("automation_runs", {})

    def start(self):
        document, token = self._get_param("DocumentName"), self._get_param("ClientToken")
        told = {name: value for name, [value] in (self._get_param("Parameters") or {}).items()}
        if document not in RUNBOOKS:
            raise JsonRESTError("AutomationDefinitionNotFoundException", document)
        if not token or not UUID.fullmatch(token):
            raise JsonRESTError("ValidationException", f"ClientToken {token}")
        required, optional, _ = RUNBOOKS[document]
        if not set(required) <= set(told) <= {*required, *optional}:
            raise JsonRESTError("InvalidAutomationExecutionParametersException", ", ".join(told))
        run = runs(self).get(token) or Run(document, told, clients(port, self.region))
        if (run.document, run.told) != (document, told):
            raise JsonRESTError("IdempotentParameterMismatch", token)
        runs(self)[token] = run
        return ActionResult({"AutomationExecutionId": run.id})

    def get(self):
        wanted = self._get_param("AutomationExecutionId")
        for run in runs(self).values():
            if run.id == wanted:
                return ActionResult({"AutomationExecution": run.told_whole()})
        raise JsonRESTError("AutomationExecutionNotFoundException", wanted)

    def describe(self):
        filters = {one["Key"]: one["Values"] for one in self._get_param("Filters") or []}
        [prefix], statuses = filters["DocumentNamePrefix"], filters["ExecutionStatus"]
        found = [run for run in runs(self).values() if run.document.startswith(prefix) and run.status in statuses]
        return ActionResult({"AutomationExecutionMetadataList": [run.described() for run in found]})

    SimpleSystemManagerResponse.start_automation_execution = start
    SimpleSystemManagerResponse.get_automation_execution = get
    SimpleSystemManagerResponse.describe_automation_executions = describe
