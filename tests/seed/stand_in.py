"""What moto has not, before a moto that has the rest: stand_in.py PORT MOTO_URL BUCKET.

Answers in the shapes that AWS documents (the API References of AWS Cost and Usage Report, Data Exports, AWS Config,
Security Hub, IAM Access Analyzer, Detective and CloudWatch) for the account that demo.py seeds, and hands on every other
request. It ends when its standard input does, as the emulators do.
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
# Where AWS Config delivers, Security Hub has a standard and an analyzer looks for access from outside.
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


def delivery(region):
    if region != WATCHED:
        return []
    history = {"lastStatus": "SUCCESS", "lastAttemptTime": DELIVERED.timestamp()}
    return [{"name": "default", "configHistoryDeliveryInfo": history, "configSnapshotDeliveryInfo": {}}]


def analyzers(region):
    if region != WATCHED:
        return []
    arn = f"arn:aws:access-analyzer:{region}:{ACCOUNT}:analyzer/outside"
    return [{"arn": arn, "name": "outside", "type": "ACCOUNT", "createdAt": written(CREATED), "status": "ACTIVE"}]


def standards(region):
    if region != WATCHED:
        return []
    subscription = f"arn:aws:securityhub:{region}:{ACCOUNT}:subscription/{BEST_PRACTICES.removeprefix('standards/')}"
    return [
        {
            "StandardsSubscriptionArn": subscription,
            "StandardsArn": f"arn:aws:securityhub:{region}::{BEST_PRACTICES}",
            "StandardsInput": {},
            "StandardsStatus": "READY",
        }
    ]


def by_target(bucket):
    """The answers of services that name their operation in a header."""
    listed = {"ExportArn": ARN, "ExportName": "hinode-costs-focus", "ExportStatus": status()}
    return {
        "AWSOrigamiServiceGatewayService.DescribeReportDefinitions": lambda _: {"ReportDefinitions": [report(bucket)]},
        "AWSBillingAndCostManagementDataExports.ListExports": lambda _: {"Exports": [listed]},
        "AWSBillingAndCostManagementDataExports.GetExport": lambda _: {
            "Export": export(bucket),
            "ExportStatus": status(),
        },
        "StarlingDoveService.DescribeDeliveryChannelStatus": lambda region: {"DeliveryChannelsStatus": delivery(region)},
        "StarlingDoveService.DescribeRemediationConfigurations": lambda _: {"RemediationConfigurations": []},
    }


BY_PATH = {
    "/analyzer": lambda region: {"analyzers": analyzers(region)},
    "/standards/get": lambda region: {"StandardsSubscriptions": standards(region)},
    "/graphs/list": lambda _: {"GraphList": []},
    "/invitations/list": lambda _: {"Invitations": []},
}
ALARMS = "/service/GraniteServiceVersion20100801/operation/DescribeAlarms"
# {"MetricAlarms": [], "CompositeAlarms": []} in CBOR (RFC 8949): a map of two, texts of 12 and 15 bytes, lists of none.
NO_ALARMS = b"\xa2\x6cMetricAlarms\x80\x6fCompositeAlarms\x80"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    moto = None
    targets = {}

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urllib.parse.urlsplit(self.path).path
        scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", self.headers.get("Authorization", ""))
        region, service = scope.groups() if scope else ("", "")
        told = self.targets.get(self.headers.get("X-Amz-Target", ""))
        # Buckets have paths, too.
        told = told or (BY_PATH.get(path) if service != "s3" else None)
        if told:
            self.send(200, [("Content-Type", "application/json")], json.dumps(told(region)).encode())
        elif path == ALARMS:
            self.send(200, [("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")], NO_ALARMS)
        else:
            self.hand_on(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer

    def hand_on(self, body):
        moto = http.client.HTTPConnection(self.moto)
        moto.request(self.command, self.path, body or None, dict(self.headers.items()))
        answer = moto.getresponse()
        headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
        self.send(answer.status, headers, answer.read())
        moto.close()

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


def main():
    port, moto, bucket = sys.argv[1:]
    Handler.moto = urllib.parse.urlsplit(moto).netloc
    Handler.targets = by_target(bucket)
    threading.Thread(target=end_with_the_caller, daemon=True).start()
    http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main()
