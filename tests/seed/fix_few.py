"""A few buckets for fixes that are broken off at every step: one wrong in every way, one with a policy to be kept."""

from common import block_account, bucket, open_policy, policy, statement

open_policy(bucket("open"))
bucket("mine", "eu-west-1")
policy("mine", statement("mine", sid="Keep", principal={"AWS": "arn:aws:iam::123456789012:root"}), region="eu-west-1")
block_account("BlockPublicAcls")
