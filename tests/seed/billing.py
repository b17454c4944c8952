"""Cost reports into two buckets."""

from common import bucket, client

cur = client("cur")
for name, unit in [("daily-costs", "DAILY"), ("hourly-costs", "HOURLY")]:
    definition = {"ReportName": name, "TimeUnit": unit, "Format": "Parquet", "Compression": "Parquet"}
    target = {"S3Bucket": bucket(f"{name}-bucket"), "S3Prefix": "costs", "S3Region": "us-east-1"}
    cur.put_report_definition(ReportDefinition={**definition, **target, "AdditionalSchemaElements": ["RESOURCES"]})
