"""A trail whose log bucket everybody can read; prints the trail's ARN."""

from common import open_policy, trail, trail_bucket

arn = trail("quiet", trail_bucket(), logging=False)
open_policy("trail-logs")
print(arn)
