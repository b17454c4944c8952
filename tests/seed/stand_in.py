"""What moto has not, before a moto that has the rest: stand_in.py PORT MOTO_URL BUCKET.

Answers in the shapes that AWS documents (the API References of AWS Cost and Usage Report, Data Exports, AWS Config,
Security Hub, IAM Access Analyzer, Detective and CloudWatch) for the account that demo.py seeds, and hands on every other
request. What is made or removed of analyzers, behaviour graphs and standards it remembers. It ends when its standard
input does, as the emulators do.
"""

import datetime
import http.client
import http.server
import json
import os
import re
import sys
import threading
import urllib.parse

ACCOUNT = "123456789012"
ARN = f"arn:aws:bcm-data-exports:us-east-1:{ACCOUNT}:export/hinode-costs-focus-6f1d2c1e-0c0b-4a43-9c52-0d9a4b7a7f10"
NOW = datetime.datetime.now(datetime.timezone.utc)
DELIVERED = (NOW - datetime.timedelta(days=1)).replace(hour=4, minute=15, second=30, microsecond=0)
CREATED = datetime.datetime(2025, 9, 1, 2, 0, tzinfo=datetime.timezone.utc)
# Where Security Hub has a standard and an analyzer looks for access from outside.
WATCHED = "ap-northeast-1"
BEST_PRACTICES = "standards/aws-foundational-security-best-practices/v/1.0.0"


def report(bucket):
    return {
        "ReportName": "hinode-costs",
        "TimeUnit": "DAILY",
        "Format": "Parquet",
        "Compression": "Parquet",
        "AdditionalSchemaElements": ["RESOURCES"],
        "S3Bucket": bucket,
        "S3Prefix": "cur",
        "S3Region": "us-east-1",
        "AdditionalArtifacts": ["ATHENA"],
        "RefreshClosedReports": True,
        "ReportVersioning": "OVERWRITE_REPORT",
        "ReportStatus": {"lastDelivery": f"{DELIVERED:%Y%m%dT%H%M%SZ}", "lastStatus": "SUCCESS"},
    }


def written(time):
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def status():
    return {
        "StatusCode": "HEALTHY",
        "CreatedAt": written(CREATED),
        "LastUpdatedAt": written(CREATED),
        "LastRefreshedAt": written(DELIVERED),
    }


def export(bucket):
    output = {
        "OutputType": "CUSTOM",
        "Format": "PARQUET",
        "Compression": "PARQUET",
        "Overwrite": "OVERWRITE_REPORT",
    }
    target = {"S3Bucket": bucket, "S3Prefix": "focus", "S3Region": "us-east-1", "S3OutputConfigurations": output}
    return {
        "ExportArn": ARN,
        "Name": "hinode-costs-focus",
        "DataQuery": {"QueryStatement": "SELECT BilledCost, ServiceName, RegionId FROM FOCUS_1_0_AWS"},
        "DestinationConfigurations": {"S3Destination": target},
        "RefreshCadence": {"Frequency": "SYNCHRONOUS"},
    }


def delivery(channel, arrives):
    history = {"lastStatus": "SUCCESS", "lastAttemptTime": DELIVERED.timestamp()}
    if not arrives:
        history |= {"lastStatus": "FAILURE", "lastErrorCode": "NoSuchBucket"}
    return {"name": channel["name"], "configHistoryDeliveryInfo": history, "configSnapshotDeliveryInfo": {}}


def analyzer(region, name):
    arn = f"arn:aws:access-analyzer:{region}:{ACCOUNT}:analyzer/{name}"
    return {"arn": arn, "name": name, "type": "ACCOUNT", "createdAt": written(CREATED), "status": "ACTIVE"}


def subscription(standard):
    """A subscription to a standard, by the standard's ARN."""
    made, standards = standard.split("::")
    return {
        "StandardsSubscriptionArn": f"{made}:{ACCOUNT}:subscription/{standards.removeprefix('standards/')}",
        "StandardsArn": standard,
        "StandardsInput": {},
        "StandardsStatus": "READY",
    }


class Refused(Exception):
    """An error of AWS's: the HTTP status and the code."""


class Region:
    """What there is in a region of what moto has not."""

    def __init__(self, name):
        self.name = name
        self.analyzers, self.graph, self.tags, self.standards = [], None, {}, None
        if name == WATCHED:
            self.analyzers = [analyzer(name, "outside")]
            self.standards = [subscription(f"arn:aws:securityhub:{name}::{BEST_PRACTICES}")]

    def create_analyzer(self, asked, _):
        if any(made["name"] == asked["analyzerName"] for made in self.analyzers):
            raise Refused(409, "ConflictException")
        if self.analyzers:
            raise Refused(402, "ServiceQuotaExceededException")
        self.analyzers.append(analyzer(self.name, asked["analyzerName"]))
        return {"arn": self.analyzers[-1]["arn"]}

    def delete_analyzer(self, _, path):
        left = [made for made in self.analyzers if made["name"] != path.rsplit("/", 1)[1]]
        if len(left) == len(self.analyzers):
            raise Refused(404, "ResourceNotFoundException")
        self.analyzers = left
        return {}

    def create_graph(self, asked, _):
        # Whoever has one gets that one.
        if not self.graph:
            self.graph = f"arn:aws:detective:{self.name}:{ACCOUNT}:graph:{'0' * 32}"
            self.tags[self.graph] = asked.get("Tags", {})
        return {"GraphArn": self.graph}

    def delete_graph(self, asked, _):
        if asked["GraphArn"] != self.graph:
            raise Refused(404, "ResourceNotFoundException")
        self.graph = None
        return {}

    def list_graphs(self, *_):
        return {"GraphList": [{"Arn": self.graph, "CreatedTime": written(CREATED)}] if self.graph else []}

    def enable_hub(self, asked, _):
        """Notes what moto does not keep; moto keeps the rest."""
        hub = f"arn:aws:securityhub:{self.name}:{ACCOUNT}:hub/default"
        if hub in self.tags:
            raise Refused(409, "ResourceConflictException")
        self.tags[hub] = asked.get("Tags", {})
        if self.standards is None:
            default = [BEST_PRACTICES] if asked.get("EnableDefaultStandards", True) else []
            self.standards = [subscription(f"arn:aws:securityhub:{self.name}::{name}") for name in default]

    def disable_hub(self, *_):
        self.tags.pop(f"arn:aws:securityhub:{self.name}:{ACCOUNT}:hub/default", None)
        self.standards = None

    def enable_standards(self, asked, _):
        made = [subscription(request["StandardsArn"]) for request in asked["StandardsSubscriptionRequests"]]
        self.standards = (self.standards or []) + made
        return {"StandardsSubscriptions": made}

    def disable_standards(self, asked, _):
        ended = asked["StandardsSubscriptionArns"]
        gone = [made for made in self.standards or [] if made["StandardsSubscriptionArn"] in ended]
        self.standards = [made for made in self.standards or [] if made not in gone]
        return {"StandardsSubscriptions": gone}

    def list_tags(self, _, path):
        # The two services write the name of the list differently.
        found = self.tags.get(urllib.parse.unquote(path.removeprefix("/tags/")), {})
        return {"Tags": found, "tags": found}


def by_target(bucket):
    """The answers of services that name their operation in a header."""
    listed = {"ExportArn": ARN, "ExportName": "hinode-costs-focus", "ExportStatus": status()}
    return {
        "AWSOrigamiServiceGatewayService.DescribeReportDefinitions": {"ReportDefinitions": [report(bucket)]},
        "AWSBillingAndCostManagementDataExports.ListExports": {"Exports": [listed]},
        "AWSBillingAndCostManagementDataExports.GetExport": {"Export": export(bucket), "ExportStatus": status()},
        "StarlingDoveService.DescribeRemediationConfigurations": {"RemediationConfigurations": []},
    }


# By service, method and path; of paths that name something, by what they begin with.
CALLS = {
    ("access-analyzer", "GET", "/analyzer"): lambda region, *_: {"analyzers": region.analyzers},
    ("access-analyzer", "PUT", "/analyzer"): Region.create_analyzer,
    ("access-analyzer", "DELETE", "/analyzer/"): Region.delete_analyzer,
    ("detective", "POST", "/graphs/list"): Region.list_graphs,
    ("detective", "POST", "/invitations/list"): lambda *_: {"Invitations": []},
    ("detective", "POST", "/graph"): Region.create_graph,
    ("detective", "POST", "/graph/removal"): Region.delete_graph,
    ("detective", "GET", "/tags/"): Region.list_tags,
    ("securityhub", "POST", "/standards/get"): lambda region, *_: {"StandardsSubscriptions": region.standards or []},
    ("securityhub", "POST", "/standards/register"): Region.enable_standards,
    ("securityhub", "POST", "/standards/deregister"): Region.disable_standards,
    ("securityhub", "GET", "/tags/"): Region.list_tags,
    ("securityhub", "POST", "/accounts"): Region.enable_hub,
    ("securityhub", "DELETE", "/accounts"): Region.disable_hub,
}


def call(service, method, path):
    """What answers a call: nothing where it is moto's."""
    named = {key: made for key, made in CALLS.items() if key[2].endswith("/") and path.startswith(key[2])}
    return CALLS.get((service, method, path)) or next(
        (made for key, made in named.items() if key[:2] == (service, method)), None
    )


ALARMS = "/service/GraniteServiceVersion20100801/operation/DescribeAlarms"
# {"MetricAlarms": [], "CompositeAlarms": []} in CBOR (RFC 8949): a map of two, texts of 12 and 15 bytes, lists of none.
NO_ALARMS = b"\xa2\x6cMetricAlarms\x80\x6fCompositeAlarms\x80"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    moto = None
    targets = {}
    regions = {}

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urllib.parse.urlsplit(self.path).path
        scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", self.headers.get("Authorization", ""))
        region, service = scope.groups() if scope else ("", "")
        target = self.headers.get("X-Amz-Target", "")
        found = call(service, self.command, path)
        if target in self.targets:
            self.tell(200, self.targets[target])
        elif target == "StarlingDoveService.DescribeDeliveryChannelStatus":
            status, _, told = self.ask_moto(body, {"X-Amz-Target": "StarlingDoveService.DescribeDeliveryChannels"})
            channels = json.loads(told).get("DeliveryChannels", [])
            told = [delivery(channel, self.has_bucket(channel["s3BucketName"])) for channel in channels]
            self.tell(status, {"DeliveryChannelsStatus": told})
        elif found:
            try:
                told = found(self.regions.setdefault(region, Region(region)), json.loads(body or b"{}"), path)
            except Refused as error:
                status, code = error.args
                return self.tell(status, {"message": code}, ("x-amzn-ErrorType", code))
            self.hand_on(body) if told is None else self.tell(200, told)
        elif path == ALARMS:
            self.send(200, [("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")], NO_ALARMS)
        else:
            if path == "/moto-api/reset":
                self.regions.clear()
            self.hand_on(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer

    def tell(self, status, told, *headers):
        self.send(status, [("Content-Type", "application/json"), *headers], json.dumps(told).encode())

    def hand_on(self, body):
        self.send(*self.ask_moto(body))

    def has_bucket(self, name):
        moto = http.client.HTTPConnection(self.moto)
        # What moto knows the service by.
        scope = "Credential=x/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x"
        moto.request("HEAD", f"/{name}", headers={"Authorization": f"AWS4-HMAC-SHA256 {scope}"})
        found = moto.getresponse().status == 200
        moto.close()
        return found

    def ask_moto(self, body, instead=()):
        instead = dict(instead)
        moto = http.client.HTTPConnection(self.moto)
        headers = {name: value for name, value in self.headers.items() if name.title() not in instead}
        moto.request(self.command, self.path, body or None, {**headers, **instead})
        answer = moto.getresponse()
        headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
        told = answer.status, headers, answer.read()
        moto.close()
        return told

    def send(self, status, headers, body):
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


HOP_BY_HOP = {"connection", "content-length", "keep-alive", "transfer-encoding"}


def end_with_the_caller():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


def serve(port, moto, bucket=None):
    """Answers on a port, before the moto at an address; for bills, if they have a bucket."""
    Handler.moto = moto
    Handler.targets = by_target(bucket) if bucket else {}
    http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()


def main():
    port, moto, bucket = sys.argv[1:]
    threading.Thread(target=end_with_the_caller, daemon=True).start()
    serve(port, urllib.parse.urlsplit(moto).netloc, bucket)


if __name__ == "__main__":
    main()
