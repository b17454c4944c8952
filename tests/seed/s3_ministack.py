"""What only ministack has: no policy status, and a log target that it does not look at."""

from common import block, bucket, log_into, policy, statement

bucket("untouched")
block(bucket("closed"), "IgnorePublicAcls", "RestrictPublicBuckets")
block(bucket("half-closed"), "IgnorePublicAcls")
policy(bucket("with-policy"), statement("with-policy"))
log_into(bucket("log-into-thin-air"), "never-was-there")
log_into(bucket("log-into-private"), "untouched")
