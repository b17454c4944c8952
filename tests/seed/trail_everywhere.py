"""A trail that logs management events of all regions: trail_everywhere.py."""

from common import trail, trail_bucket

trail("everywhere", trail_bucket(), IsMultiRegionTrail=True)
