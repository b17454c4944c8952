"""An account in which every read matters to some verdict: denied.py [ACTION].

With an action there is also a user who may do everything else; his access key is printed.
"""

import json
import sys

from common import accept_logs, access_point, block_account, bucket, client, log_into, trail, trail_bucket

block_account()
bucket("plain")
bucket("open-by-acl", acl="public-read")
access_point("point", bucket("behind-point"), public=True)
accept_logs(bucket("logs"))
log_into(bucket("logged"), "logs")
trail("all-regions", trail_bucket(), IsMultiRegionTrail=True)

if len(sys.argv) > 1:
    iam = client("iam")
    iam.create_user(UserName="scanner")
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    but = {"Effect": "Deny", "Action": sys.argv[1], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [everything, but]})
    iam.put_user_policy(UserName="scanner", PolicyName="all-but-one", PolicyDocument=document)
    key = iam.create_access_key(UserName="scanner")["AccessKey"]
    print(key["AccessKeyId"], key["SecretAccessKey"])
