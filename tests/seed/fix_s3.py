"""Buckets in two regions for every way in which the fixes of S3 may find one."""

from common import accept_logs, block, block_account, bucket, client, encryption, log_into, open_policy, policy, statement

s3 = client("s3")

# ASC-12: by policy, with a block that is on in part; a website; what CloudFront reads.
open_policy(bucket("open"))
block("open", "BlockPublicAcls")
open_policy(bucket("open-bare"))
bucket("site")
s3.put_bucket_website(Bucket="site", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
open_policy("site")
bucket("cdn")
policy("cdn", statement("cdn", sid="Everybody"), statement("cdn", sid="Cdn", principal={"Service": "cloudfront.amazonaws.com"}))

# ASC-13, ASC-15.
encryption(bucket("by-key"), "aws:kms", "arn:aws:kms:us-east-1:123456789012:key/11112222-3333-4444-5555-666677778888")
s3.put_bucket_versioning(Bucket="by-key", VersioningConfiguration={"Status": "Enabled"})
bucket("paused")
s3.put_bucket_versioning(Bucket="paused", VersioningConfiguration={"Status": "Suspended"})

# ASC-14: a policy to be kept, with the Sid that the fix would take.
bucket("kept")
policy("kept", statement("kept", sid="AscTlsOnly", principal={"AWS": "arn:aws:iam::123456789012:root"}))

# ASC-16: a target that lets logs in, one that is shut, one that is gone, and a region without any.
accept_logs(bucket("logs"))
log_into(bucket("logged"), "logs")
accept_logs(bucket("shut"))
log_into(bucket("refused"), "shut")
policy("shut", statement("shut", sid="Keep", principal={"AWS": "arn:aws:iam::123456789012:root"}))
accept_logs(bucket("lost"))
log_into(bucket("nowhere"), "lost")
s3.delete_bucket(Bucket="lost")
bucket("abroad", "eu-west-1")
bucket("abroad-too", "eu-west-1")

block_account("BlockPublicAcls")
