"""One bucket in each of five regions."""

from common import bucket

for region in ["us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1", "sa-east-1"]:
    bucket(f"in-{region}", region)
