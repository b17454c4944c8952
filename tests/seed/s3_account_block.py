"""Open buckets under an account's block: s3_account_block.py BIT..."""

import sys

from common import access_point, block, block_account, bucket, open_policy

bucket("acl-open", acl="public-read")
open_policy(bucket("policy-open"))
# Open both ways, and closed one of them itself: what the account does not close stays open.
open_policy(bucket("half-acl", acl="public-read"))
block("half-acl", "IgnorePublicAcls")
open_policy(bucket("half-policy", acl="public-read"))
block("half-policy", "RestrictPublicBuckets")
access_point("point-open", bucket("point-behind"), public=True)
block_account(*sys.argv[1:])
