"""Empties the buckets that fixes have made for logs: what a person does before such a bucket can go."""

from common import client

for name in [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]]:
    if not name.startswith("asc-access-logs-") and name != "lost":
        continue
    s3 = client("s3", client("s3").get_bucket_location(Bucket=name)["LocationConstraint"] or "us-east-1")
    # moto takes a Deny for plain HTTP to be one for everything.
    s3.delete_bucket_policy(Bucket=name)
    listed = s3.list_object_versions(Bucket=name)
    for version in listed.get("Versions", []) + listed.get("DeleteMarkers", []):
        s3.delete_object(Bucket=name, Key=version["Key"], VersionId=version["VersionId"])
