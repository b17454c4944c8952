"""A bucket for a person to evaluate: attest.py [versioned]. With a word its setting changes."""

import sys

from common import bucket, client

if sys.argv[1:] == ["versioned"]:
    versioning = {"Status": "Enabled"}
    client("s3").put_bucket_versioning(Bucket="archive", VersioningConfiguration=versioning)
else:
    bucket("archive")
