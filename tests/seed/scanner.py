"""A user who holds one policy: scanner.py DOCUMENT. Prints the access key."""

import sys

from common import client

iam = client("iam")
iam.create_user(UserName="scanner")
iam.put_user_policy(UserName="scanner", PolicyName="all-it-has", PolicyDocument=sys.argv[1])
key = iam.create_access_key(UserName="scanner")["AccessKey"]
print(key["AccessKeyId"], key["SecretAccessKey"])
