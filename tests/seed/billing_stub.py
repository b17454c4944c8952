"""Cost and Usage Reports and Data Exports, which moto has not: billing_stub.py PORT BUCKET.

Answers for an account that defined one report and one export, both into the bucket, in the shapes that AWS documents
(AWS Cost and Usage Report API Reference, DescribeReportDefinitions; AWS Billing and Cost Management API Reference,
ListExports and GetExport). It ends when its standard input does, as the emulators do.
"""

import datetime
import http.server
import json
import os
import sys
import threading

ACCOUNT = "123456789012"
ARN = f"arn:aws:bcm-data-exports:us-east-1:{ACCOUNT}:export/hinode-costs-focus-6f1d2c1e-0c0b-4a43-9c52-0d9a4b7a7f10"
NOW = datetime.datetime.now(datetime.timezone.utc)
DELIVERED = (NOW - datetime.timedelta(days=1)).replace(hour=4, minute=15, second=30, microsecond=0)
CREATED = datetime.datetime(2025, 9, 1, 2, 0, tzinfo=datetime.timezone.utc)


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


def answers(bucket):
    listed = {"ExportArn": ARN, "ExportName": "hinode-costs-focus", "ExportStatus": status()}
    return {
        "AWSOrigamiServiceGatewayService.DescribeReportDefinitions": {"ReportDefinitions": [report(bucket)]},
        "AWSBillingAndCostManagementDataExports.ListExports": {"Exports": [listed]},
        "AWSBillingAndCostManagementDataExports.GetExport": {"Export": export(bucket), "ExportStatus": status()},
    }


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answers = {}

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        target = self.headers.get("X-Amz-Target", "")
        answer = self.answers.get(target)
        body = json.dumps(answer or {"__type": "UnknownOperationException", "message": target}).encode()
        self.send_response(200 if answer else 400)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def end_with_the_caller():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


def main():
    port, bucket = sys.argv[1:]
    Handler.answers = answers(bucket)
    threading.Thread(target=end_with_the_caller, daemon=True).start()
    http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main()
