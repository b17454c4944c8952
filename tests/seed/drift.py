"""Lets guardrails that stand drift: drift.py rule NAME PARAMETER VALUE, or drift.py stop."""

import json
import sys

from common import client

config = client("config")


def rule(name, parameter, value):
    (made,) = config.describe_config_rules(ConfigRuleNames=[name])["ConfigRules"]
    given = json.loads(made.get("InputParameters") or "{}") | {parameter: value}
    kept = {key: made[key] for key in ("ConfigRuleName", "Description", "Source")}
    config.put_config_rule(ConfigRule=kept | {"InputParameters": json.dumps(given)})


def stop():
    config.stop_configuration_recorder(ConfigurationRecorderName="default")


{"rule": rule, "stop": stop}[sys.argv[1]](*sys.argv[2:])
