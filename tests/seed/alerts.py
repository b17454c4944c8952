"""A trail, and a rule of EventBridge that tells people of everything or of the root user alone: alerts.py good|bad. Prints
nothing. (moto asks for CloudWatch's alarms in another protocol; ministack does not say where a trail's log group is.)"""

import json
import sys

from common import bucket, client

GOOD = sys.argv[1] == "good"

cloudtrail, events, sns = client("cloudtrail"), client("events"), client("sns")
cloudtrail.create_trail(Name="main", S3BucketName=bucket("trail-logs"), IsMultiRegionTrail=True)
cloudtrail.put_event_selectors(
    TrailName="main", EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}]
)
cloudtrail.start_logging(Name="main")
topic = sns.create_topic(Name="people")["TopicArn"]
sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+15551234567")
pattern = {"detail-type": [{"suffix": "via CloudTrail"}]}
if not GOOD:
    pattern["detail"] = {"userIdentity": {"type": ["Root"]}}
events.put_rule(
    Name="watch", EventPattern=json.dumps(pattern), State="ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
)
events.put_targets(Rule="watch", Targets=[{"Id": "people", "Arn": topic}])
