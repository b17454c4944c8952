//! What the services answer that watch an account.
//! Source: the API References of AWS Config, GuardDuty, Security Hub, IAM Access Analyzer, Inspector, Detective, CloudWatch,
//! CloudWatch Logs, EventBridge and SNS, the operations' response elements.

use serde_json::{Value, json};

use super::{ACCOUNT, Account, Answer};

/// `{"MaxRecords": 100}` in CBOR, in Base64.
const HUNDRED: &str = "v2pNYXhSZWNvcmRzGGT/";
const ALARMS_PATH: &str = "/service/GraniteServiceVersion20100801/operation/DescribeAlarms";

/// A metric filter: name, pattern, and the metric it counts into.
pub(crate) type Filter<'a> = (&'a str, &'a str, &'a str);
/// An alarm: name, metric, and what it tells.
pub(crate) type Alarm<'a> = (&'a str, &'a str, &'a [&'a str]);
/// A rule of EventBridge: name, state, pattern, and where it sends events.
pub(crate) type Rule<'a> = (&'a str, &'a str, Value, &'a [&'a str]);

/// The ARN of a log group, as CloudTrail writes it.
pub(crate) fn group_arn(region: &str, name: &str) -> String {
    format!("arn:aws:logs:{region}:{ACCOUNT}:log-group:{name}:*")
}

/// The ARN of a topic.
pub(crate) fn topic_arn(region: &str, name: &str) -> String {
    format!("arn:aws:sns:{region}:{ACCOUNT}:{name}")
}

/// AWS Config's recorder: whether it is on, and whether it includes what is global.
pub(crate) fn recorder(on: bool, global: bool) -> (Value, Value) {
    let group = json!({
        "allSupported": true, "includeGlobalResourceTypes": global, "resourceTypes": [],
        "exclusionByResourceTypes": {"resourceTypes": []}, "recordingStrategy": {"useOnly": "ALL_SUPPORTED_RESOURCE_TYPES"},
    });
    let recorder = json!({
        "name": "default", "roleARN": format!("arn:aws:iam::{ACCOUNT}:role/config"), "recordingGroup": group,
        "recordingMode": {"recordingFrequency": "CONTINUOUS"}, "recordingScope": "PAID",
    });
    let status =
        json!({ "name": "default", "recording": on, "lastStatus": "SUCCESS", "lastStartTime": 1_700_000_000.5 });
    (recorder, status)
}

/// A delivery channel whose history was last delivered so.
pub(crate) fn channel(status: &str, error: Option<&str>) -> Value {
    let mut history = json!({ "lastStatus": status, "lastAttemptTime": 1_793_523_000.123 });
    if let Some(error) = error {
        history["lastErrorCode"] = json!(error);
    }
    json!({
        "name": "default", "configHistoryDeliveryInfo": history, "configSnapshotDeliveryInfo": {},
        "configStreamDeliveryInfo": {"lastStatus": "NOT_APPLICABLE"},
    })
}

impl Account {
    /// With nothing in it that watches, in any region.
    pub(crate) fn unwatched(mut self) -> Self {
        for region in self.regions.clone() {
            self = self
                .detectors(&region, &[])
                .with_hub(&region, Answer::rest_json_error("InvalidAccessException"))
                .analyzers(&region, &[])
                .scanning(&region, ["DISABLED"; 3])
                .graphs(&region, &[])
                .memberships(&region, &[])
                .recorder(&region, None, &[])
                .config_rules(&region, &[])
                .event_rules(&region, &[]);
        }
        self
    }

    /// GuardDuty's detectors, and the status of each.
    pub(crate) fn detectors(mut self, region: &str, detectors: &[(&str, &str)]) -> Self {
        let ids: Vec<_> = detectors.iter().map(|(id, _)| id).collect();
        let list = Answer::json(&json!({ "detectorIds": ids }));
        self = self.answer("guardduty", "ListDetectors", region, "/detector", "", "", list);
        for (id, status) in detectors {
            let answer = json!({
                "createdAt": "2026-01-01T00:00:00.000Z", "serviceRole": "arn:aws:iam::1:role/guardduty", "status": status,
                "findingPublishingFrequency": "SIX_HOURS", "features": [],
            });
            let path = format!("/detector/{id}");
            self = self.answer("guardduty", "GetDetector", region, &path, "", "", Answer::json(&answer));
        }
        self
    }

    /// The standards that Security Hub holds the account to, by their status.
    pub(crate) fn standards(self, region: &str, statuses: &[&str]) -> Self {
        let standard = |status: &&str| {
            let arn =
                format!("arn:aws:securityhub:{region}::standards/aws-foundational-security-best-practices/v/1.0.0");
            json!({ "StandardsSubscriptionArn": "arn:s", "StandardsArn": arn, "StandardsInput": {}, "StandardsStatus": status })
        };
        let all: Vec<_> = statuses.iter().map(standard).collect();
        let answer = Answer::json(&json!({ "StandardsSubscriptions": all }));
        let hub = json!({
            "HubArn": format!("arn:aws:securityhub:{region}:{ACCOUNT}:hub/default"), "AutoEnableControls": true,
            "SubscribedAt": "2026-01-01T00:00:00.000Z", "ControlFindingGenerator": "SECURITY_CONTROL",
        });
        self.with_hub(region, Answer::json(&hub)).answer(
            "securityhub",
            "GetEnabledStandards",
            region,
            "/standards/get",
            "",
            "{}",
            answer,
        )
    }

    /// What Security Hub answers about itself.
    pub(crate) fn with_hub(self, region: &str, answer: Answer) -> Self {
        self.answer("securityhub", "DescribeHub", region, "/accounts", "", "", answer)
    }

    /// Analyzers: name, type, status.
    pub(crate) fn analyzers(self, region: &str, analyzers: &[(&str, &str, &str)]) -> Self {
        let one = |(name, kind, status): &(&str, &str, &str)| {
            let arn = format!("arn:aws:access-analyzer:{region}:{ACCOUNT}:analyzer/{name}");
            json!({ "arn": arn, "name": name, "type": kind, "createdAt": "2026-01-01T00:00:00Z", "status": status })
        };
        let all: Vec<_> = analyzers.iter().map(one).collect();
        let answer = Answer::json(&json!({ "analyzers": all }));
        self.answer("accessanalyzer", "ListAnalyzers", region, "/analyzer", "", "", answer)
    }

    /// What Inspector scans: EC2, ECR, Lambda.
    pub(crate) fn scanning(self, region: &str, states: [&str; 3]) -> Self {
        let state = |status: &str| json!({ "status": status, "errorCode": "ALREADY_ENABLED", "errorMessage": "" });
        let [ec2, ecr, lambda] = states.map(state);
        let account = json!({
            "accountId": ACCOUNT, "state": ec2, "resourceState": { "ec2": ec2, "ecr": ecr, "lambda": lambda },
        });
        self.with_scanning(region, Answer::json(&json!({ "accounts": [account], "failedAccounts": [] })))
    }

    /// What Inspector answers about that.
    pub(crate) fn with_scanning(self, region: &str, answer: Answer) -> Self {
        let body = format!(r#"{{"accountIds":["{ACCOUNT}"]}}"#);
        self.answer("inspector2", "BatchGetAccountStatus", region, "/status/batch/get", "", &body, answer)
    }

    /// Detective's graphs of this account.
    pub(crate) fn graphs(self, region: &str, arns: &[&str]) -> Self {
        let graph = |arn: &&str| json!({ "Arn": arn, "CreatedTime": "2026-01-01T00:00:00Z" });
        let all: Vec<_> = arns.iter().map(graph).collect();
        self.with_graphs(region, Answer::json(&json!({ "GraphList": all })))
    }

    /// What Detective answers about them.
    pub(crate) fn with_graphs(self, region: &str, answer: Answer) -> Self {
        self.answer("detective", "ListGraphs", region, "/graphs/list", "", "{}", answer)
    }

    /// The account's place in graphs of others, by its status.
    pub(crate) fn memberships(self, region: &str, statuses: &[&str]) -> Self {
        let member = |status: &&str| {
            let arn = format!("arn:aws:detective:{region}:210987654321:graph:g");
            json!({
                "AccountId": ACCOUNT, "GraphArn": arn, "MasterId": "210987654321", "AdministratorId": "210987654321",
                "Status": status, "InvitedTime": "2026-01-01T00:00:00Z", "InvitationType": "ORGANIZATION",
            })
        };
        let all: Vec<_> = statuses.iter().map(member).collect();
        let answer = Answer::json(&json!({ "Invitations": all }));
        self.answer("detective", "ListInvitations", region, "/invitations/list", "", "{}", answer)
    }

    /// AWS Config's recorder, if there is one, and the delivery channels.
    pub(crate) fn recorder(self, region: &str, recorder: Option<(Value, Value)>, channels: &[Value]) -> Self {
        let (recorders, statuses): (Vec<_>, Vec<_>) = recorder.into_iter().unzip();
        let recorders = Answer::json(&json!({ "ConfigurationRecorders": recorders }));
        let statuses = Answer::json(&json!({ "ConfigurationRecordersStatus": statuses }));
        let channels = Answer::json(&json!({ "DeliveryChannelsStatus": channels }));
        self.post("config", "DescribeConfigurationRecorders", region, "{}", recorders)
            .post("config", "DescribeConfigurationRecorderStatus", region, "{}", statuses)
            .post("config", "DescribeDeliveryChannelStatus", region, "{}", channels)
    }

    /// Rules of AWS Config: the name, the managed rule that each is, and whether its remediation is automatic, if it has
    /// one.
    pub(crate) fn config_rules(mut self, region: &str, rules: &[(&str, &str, Option<bool>)]) -> Self {
        let rule = |(name, identifier, _): &(&str, &str, Option<bool>)| {
            json!({
                "ConfigRuleName": name, "ConfigRuleArn": format!("arn:aws:config:{region}:{ACCOUNT}:config-rule/r"),
                "ConfigRuleId": "config-rule-1", "Scope": {"ComplianceResourceTypes": ["AWS::S3::Bucket"]},
                "Source": {"Owner": "AWS", "SourceIdentifier": identifier}, "ConfigRuleState": "ACTIVE",
            })
        };
        let all: Vec<_> = rules.iter().map(rule).collect();
        let answer = Answer::json(&json!({ "ConfigRules": all }));
        self = self.post("config", "DescribeConfigRules", region, "{}", answer);
        let remediation = |(name, _, automatic): &(&str, &str, Option<bool>)| {
            Some(json!({
                "ConfigRuleName": name, "TargetType": "SSM_DOCUMENT", "TargetId": "AWS-EnableS3BucketEncryption",
                "Parameters": {"BucketName": {"ResourceValue": {"Value": "RESOURCE_ID"}}}, "Automatic": (*automatic)?,
                "MaximumAutomaticAttempts": 1, "RetryAttemptSeconds": 30,
            }))
        };
        let all: Vec<_> = rules.iter().filter_map(remediation).collect();
        let names: Vec<_> = rules.iter().map(|(name, ..)| name).collect();
        let answer = Answer::json(&json!({ "RemediationConfigurations": all }));
        let body = json!({ "ConfigRuleNames": names }).to_string();
        self.post("config", "DescribeRemediationConfigurations", region, &body, answer)
    }

    /// The rule `sse` alone, which is made for something else than for everything that exists, as a part of it says.
    pub(crate) fn limited_rule(self, region: &str, identifier: &str, part: &str, says: Value) -> Self {
        let account = self.config_rules(region, &[("sse", identifier, Some(true))]);
        let mut rule = json!({
            "ConfigRuleName": "sse", "Source": {"Owner": "AWS", "SourceIdentifier": identifier},
            "ConfigRuleState": "ACTIVE",
        });
        rule[part] = says;
        let answer = Answer::json(&json!({ "ConfigRules": [rule] }));
        account.post("config", "DescribeConfigRules", region, "{}", answer)
    }

    /// The metric filters of a log group.
    pub(crate) fn metric_filters(self, region: &str, group: &str, filters: &[Filter<'_>]) -> Self {
        let filter = |(name, pattern, metric): &Filter<'_>| {
            json!({
                "filterName": name, "filterPattern": pattern, "creationTime": 1_700_000_000_000_u64, "logGroupName": group,
                "metricTransformations": [{"metricName": metric, "metricNamespace": "Trail", "metricValue": "1"}],
            })
        };
        let all: Vec<_> = filters.iter().map(filter).collect();
        let answer = Answer::json(&json!({ "metricFilters": all }));
        self.with_metric_filters(region, group, answer)
    }

    /// What CloudWatch Logs answers about them.
    pub(crate) fn with_metric_filters(self, region: &str, group: &str, answer: Answer) -> Self {
        let body = json!({ "logGroupName": group }).to_string();
        self.post("logs", "DescribeMetricFilters", region, &body, answer)
    }

    /// The alarms of a region.
    pub(crate) fn alarms(self, region: &str, alarms: &[Alarm<'_>]) -> Self {
        let alarm = |(name, metric, actions): &Alarm<'_>| {
            json!({
                "AlarmName": name, "ActionsEnabled": true, "AlarmActions": actions, "OKActions": [],
                "MetricName": metric, "Namespace": "Trail", "Statistic": "Sum", "Dimensions": [], "Period": 300,
                "EvaluationPeriods": 1, "Threshold": 1.5, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            })
        };
        let all: Vec<_> = alarms.iter().map(alarm).collect();
        let answer = Answer::cbor(&json!({ "MetricAlarms": all, "CompositeAlarms": [] }));
        self.answer("cloudwatch", "DescribeAlarms", region, ALARMS_PATH, "", HUNDRED, answer)
    }

    /// The rules of a region's default bus, and their targets.
    pub(crate) fn event_rules(mut self, region: &str, rules: &[Rule<'_>]) -> Self {
        let rule = |(name, state, pattern, _): &Rule<'_>| {
            json!({
                "Name": name, "Arn": format!("arn:aws:events:{region}:{ACCOUNT}:rule/{name}"), "State": state,
                "EventPattern": pattern.to_string(), "EventBusName": "default",
            })
        };
        let all: Vec<_> = rules.iter().map(rule).collect();
        self = self.post("events", "ListRules", region, "{}", Answer::json(&json!({ "Rules": all })));
        for (name, _, _, targets) in rules {
            let targets: Vec<_> = targets.iter().map(|arn| json!({ "Id": "t", "Arn": arn })).collect();
            let body = json!({ "Rule": name }).to_string();
            let answer = Answer::json(&json!({ "Targets": targets }));
            self = self.post("events", "ListTargetsByRule", region, &body, answer);
        }
        self
    }

    /// The subscriptions of a topic: each is confirmed or not.
    pub(crate) fn subscriptions(self, arn: &str, confirmed: &[bool]) -> Self {
        let member = |confirmed: &bool| {
            let subscription = if *confirmed { format!("{arn}:2bcfbf39") } else { "PendingConfirmation".to_owned() };
            format!(
                "<member><SubscriptionArn>{subscription}</SubscriptionArn><Owner>{ACCOUNT}</Owner><Protocol>email\
                 </Protocol><Endpoint>security@example.com</Endpoint><TopicArn>{arn}</TopicArn></member>"
            )
        };
        let members: String = confirmed.iter().map(member).collect();
        let body = format!(
            "<ListSubscriptionsByTopicResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\">\
             <ListSubscriptionsByTopicResult><Subscriptions>{members}</Subscriptions></ListSubscriptionsByTopicResult>\
             <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></ListSubscriptionsByTopicResponse>"
        );
        self.with_subscriptions(arn, Answer::ok(body))
    }

    /// What SNS answers about them.
    pub(crate) fn with_subscriptions(self, arn: &str, answer: Answer) -> Self {
        let region = arn.split(':').nth(3).unwrap_or_default().to_owned();
        let topic = arn.replace(':', "%3A");
        let body = format!("Action=ListSubscriptionsByTopic&Version=2010-03-31&TopicArn={topic}");
        self.post("sns", "ListSubscriptionsByTopic", &region, &body, answer)
    }
}
