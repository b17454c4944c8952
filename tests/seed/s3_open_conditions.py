"""Policies whose conditions limit nobody, or nobody in particular: public by AWS's definition."""

from common import bucket, policy, statement

conditions = {
    "OnlyOverTls": ("only-over-tls", {"Bool": {"aws:SecureTransport": "true"}}),
    "HalfTheInternet": ("half-the-internet", {"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}),
    "AnyReferer": ("any-referer", {"StringLike": {"aws:Referer": "https://hinode.example/*"}}),
    "AnyOrganisation": ("any-organisation", {"StringLike": {"aws:PrincipalOrgID": "o-*"}}),
    "IfExists": ("if-exists", {"StringEqualsIfExists": {"aws:SourceVpce": "vpce-0123456789abcdef0"}}),
}
for sid, (name, condition) in conditions.items():
    policy(bucket(name), statement(name, sid=sid, **condition))
