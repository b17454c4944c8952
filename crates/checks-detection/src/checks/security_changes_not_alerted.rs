//! BASE-03.

use std::collections::{BTreeMap, BTreeSet};

use asc_aws::EnabledRegions;
use asc_core::{Cx, Kind, Listing, Resource, ResourceCheck, Text, Unread, Verdict, declare_check, text};

use crate::alerting::{Alerts, EventAlerts, MetricAlerts, Sample, Topic, TrailAlerts, samples};
use crate::regions::each_region;

declare_check! {
    /// Regions in which something that concerns security can change without anybody being told.
    struct SecurityChangesNotAlerted {
        id: "BASE-03",
        name: "security-changes-not-alerted",
        service: "cloudwatch",
        severity: Medium,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudwatch-alarms-for-cloudtrail.html",
        maps_to: [
            ("cis-aws-5.0.0", "4.1"), ("cis-aws-5.0.0", "4.2"), ("cis-aws-5.0.0", "4.3"), ("cis-aws-5.0.0", "4.4"),
            ("cis-aws-5.0.0", "4.5"), ("cis-aws-5.0.0", "4.7"), ("cis-aws-5.0.0", "4.9"), ("cis-aws-5.0.0", "4.10"),
        ],
        options: [],
        reads: [EnabledRegions, MetricAlerts, EventAlerts],
        en: {
            title: "Security-relevant changes raise no alert",
            why: "An intruder's first steps are loud: the root user signs in, calls are refused, a policy is attached, a trail \
                  is stopped, a group is opened. All of it is in CloudTrail's log, where nobody looks. A metric filter with \
                  an alarm, or a rule of EventBridge, tells somebody within minutes, as long as somebody has confirmed the \
                  subscription.",
            console: "1. Let a multi-region trail deliver to a CloudWatch log group (CloudTrail, the trail, CloudWatch Logs).\n\
                      2. In the log group create a metric filter for each topic that the finding names.\n\
                      3. Create an alarm on each metric: Sum, 5 minutes, 1 or more, to an SNS topic.\n\
                      4. Or create EventBridge rules in each region, for IAM in us-east-1, with the SNS topic as target.\n\
                      5. Subscribe to the topic, and confirm the subscription.",
        },
        ja: {
            title: "セキュリティに関わる変更が通知されない",
            why: "侵入者の最初の行動は目立ちます。ルートユーザーのサインイン、拒否された呼び出し、ポリシーのアタッチ、証跡の停止、セキュリティグループの開放です。\
                  すべて CloudTrail に記録されますが、誰も見ていません。メトリクスフィルターとアラーム、または EventBridge のルールがあれば、数分で担当者に通知できます。\
                  ただし、サブスクリプションが確認済みであることが条件です。",
            console: "1. マルチリージョンの証跡を CloudWatch のロググループにも配信します (CloudTrail の証跡の [CloudWatch Logs])。\n\
                      2. ロググループに、検出結果に示された項目ごとのメトリクスフィルターを作成します。\n\
                      3. 各メトリクスに、合計・5 分間・1 以上で SNS トピックに通知するアラームを作成します。\n\
                      4. または、各リージョン (IAM は us-east-1) に SNS トピックをターゲットとする EventBridge ルールを作成します。\n\
                      5. トピックをサブスクライブし、確認メールを承認します。",
        },
        cli: "aws logs put-metric-filter --log-group-name TRAIL_GROUP --filter-name root-use \\\n  \
              --filter-pattern '{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }' \\\n  \
              --metric-transformations metricName=RootUse,metricNamespace=Trail,metricValue=1\n\
              aws cloudwatch put-metric-alarm --alarm-name root-use --namespace Trail --metric-name RootUse --statistic Sum --period 300 \\\n  \
              --evaluation-periods 1 --threshold 1 --comparison-operator GreaterThanOrEqualToThreshold --alarm-actions TOPIC_ARN\n\
              aws sns subscribe --topic-arn TOPIC_ARN --protocol email --notification-endpoint security@example.com",
        cloudformation: "RootUse:\n  Type: AWS::Logs::MetricFilter\n  Properties:\n    LogGroupName: !Ref TrailGroup\n    FilterPattern: >-\n      \
                         { $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }\n    \
                         MetricTransformations:\n      - MetricName: RootUse\n        MetricNamespace: Trail\n        MetricValue: \"1\"\n\n\
                         RootUseAlarm:\n  Type: AWS::CloudWatch::Alarm\n  Properties:\n    Namespace: Trail\n    MetricName: RootUse\n    Statistic: Sum\n    \
                         Period: 300\n    EvaluationPeriods: 1\n    Threshold: 1\n    ComparisonOperator: GreaterThanOrEqualToThreshold\n    \
                         AlarmActions: [!Ref SecurityTopic]",
        terraform: "resource \"aws_cloudwatch_log_metric_filter\" \"root_use\" {\n  name           = \"root-use\"\n  \
                    log_group_name = aws_cloudwatch_log_group.trail.name\n  \
                    pattern        = \"{ $.userIdentity.type = \\\"Root\\\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \\\"AwsServiceEvent\\\" }\"\n  \
                    metric_transformation {\n    name      = \"RootUse\"\n    namespace = \"Trail\"\n    value     = \"1\"\n  }\n}\n\n\
                    resource \"aws_cloudwatch_metric_alarm\" \"root_use\" {\n  alarm_name          = \"root-use\"\n  namespace           = \"Trail\"\n  \
                    metric_name         = \"RootUse\"\n  statistic           = \"Sum\"\n  period              = 300\n  evaluation_periods  = 1\n  \
                    threshold           = 1\n  comparison_operator = \"GreaterThanOrEqualToThreshold\"\n  \
                    alarm_actions       = [aws_sns_topic.security.arn]\n}",
    }
}

impl ResourceCheck for SecurityChangesNotAlerted {
    type Subject = String;

    async fn subjects(&self, cx: &Cx) -> Listing<String> {
        each_region(cx).await
    }

    fn resource(&self, region: &String, _: &Cx) -> Resource {
        Resource::region(region)
    }

    async fn evaluate(&self, region: &String, cx: &Cx) -> Result<Verdict, Unread> {
        let alerts = cx.get::<MetricAlerts>(&()).await?;
        let mut heard = Heard::of(&alerts, region, samples(cx.account(), region));
        if !heard.missing.is_empty() && heard.trails.iter().any(|trail| trail.records.writes) {
            // Without a trail that is logging, EventBridge is given no calls.
            // Source: Amazon EventBridge User Guide, "AWS service events delivered via AWS CloudTrail".
            match cx.get::<EventAlerts>(region).await {
                Ok(events) => heard.also(&events),
                Err(why) => heard.unread.push(why),
            }
        }
        heard.verdict()
    }
}

/// Who hears of what can happen in a region.
#[derive(Debug, Default)]
struct Heard<'a> {
    trails: Vec<&'a TrailAlerts>,
    /// What nobody hears of.
    missing: Vec<Sample>,
    /// The filters and rules by which the rest is heard of.
    by: BTreeSet<String>,
    /// Filters and rules that lead to nobody.
    unheard: BTreeSet<String>,
    unread: Vec<Unread>,
}

impl<'a> Heard<'a> {
    fn of(alerts: &'a Alerts, region: &str, samples: Vec<Sample>) -> Self {
        let trails: Vec<_> = alerts.trails.iter().filter(|trail| trail.covers(region)).collect();
        let concerns = |place: &Option<String>| place.as_deref().is_none_or(|place| place == region);
        let unread = alerts.unread.iter().filter(|(place, _)| concerns(place)).map(|(_, why)| why.clone()).collect();
        let unheard = trails.iter().flat_map(|trail| trail.unheard.iter().cloned()).collect();
        let (mut missing, mut by) = (Vec::new(), BTreeSet::new());
        for sample in samples {
            match trails.iter().find_map(|trail| trail.hears(&sample)) {
                Some(filter) => {
                    by.insert(filter.to_owned());
                }
                None => missing.push(sample),
            }
        }
        Self { trails, missing, by, unheard, unread }
    }

    /// Takes away what rules of EventBridge tell somebody of.
    fn also(&mut self, events: &EventAlerts) {
        for sample in std::mem::take(&mut self.missing) {
            let recorded = self.trails.iter().any(|trail| trail.records(&sample));
            match events.hears(&sample).filter(|_| recorded) {
                Some(rule) => {
                    self.by.insert(rule.to_owned());
                }
                None => self.missing.push(sample),
            }
        }
        self.unheard.extend(events.unheard.iter().cloned());
        self.unread.extend(events.unread.iter().cloned());
    }

    /// What could not be read matters only if something is missing.
    fn verdict(self) -> Result<Verdict, Unread> {
        if self.missing.is_empty() {
            let count = self.by.len();
            return Ok(Verdict::pass(text!(
                en: "Somebody is told of everything that is asked for, by {count} filters or rules.",
                ja: "対象となる変更はすべて通知されます (フィルターまたはルール {count} 件)。"
            ))
            .evidence("alerts", self.by));
        }
        if let Some(why) = self.unread.into_iter().next() {
            return Err(why);
        }
        let mut uncovered = BTreeMap::<Topic, Vec<&str>>::new();
        for sample in &self.missing {
            uncovered.entry(sample.topic).or_default().push(&sample.name);
        }
        let list = |part: fn(&Text) -> &str, between| {
            uncovered.keys().map(|topic| part(&topic.text()).to_owned()).collect::<Vec<_>>().join(between)
        };
        let (en, ja) = (list(|text| &text.en, ", "), list(|text| &text.ja, "、"));
        let mut verdict = Verdict::fail(text!(en: "Nobody is told of: {en}.", ja: "通知されないもの: {ja}。"));
        verdict = self.trails.iter().fold(verdict, |verdict, trail| noted(verdict, trail));
        if self.trails.is_empty() {
            verdict = verdict.note(&text!(
                en: "No trail is logging here, so neither filters nor rules are given any calls.",
                ja: "ここを記録する証跡がないため、フィルターにもルールにもイベントが届きません。"
            ));
        }
        if !self.unheard.is_empty() {
            let names = self.unheard.iter().cloned().collect::<Vec<_>>().join(", ");
            verdict = verdict.note(&text!(
                en: "Without an alarm, an SNS topic or a confirmed subscriber: {names}.",
                ja: "アラーム、SNS トピック、または確認済みの購読者がないもの: {names}。"
            ));
        }
        let uncovered: BTreeMap<_, _> = uncovered.into_iter().map(|(topic, names)| (topic.word(), names)).collect();
        Ok(verdict.evidence("uncovered", uncovered).evidence("alerts", self.by).evidence("unheard", self.unheard))
    }
}

/// A verdict with what a trail leaves open.
fn noted(mut verdict: Verdict, trail: &TrailAlerts) -> Verdict {
    let name = &trail.name;
    if let Some(account) = &trail.elsewhere {
        verdict = verdict.note(&text!(
            en: "The log group of the trail {name} belongs to account {account}; what is watched there is seen only there.",
            ja: "証跡 {name} のロググループはアカウント {account} にあり、そこでの監視はこのアカウントからは確認できません。"
        ));
    }
    if !trail.opaque.is_empty() {
        let filters = trail.opaque.join(", ");
        verdict = verdict.note(&text!(
            en: "Patterns that are not understood, and do not count: {filters}.",
            ja: "解釈できないパターンのため対象外としたフィルター: {filters}。"
        ));
    }
    verdict
}

#[cfg(test)]
mod tests {
    use asc_checks_cloudtrail::coverage::Recorded;
    use asc_core::{Account, Class, Operation, Status};

    use super::*;
    use crate::alerting::filter_pattern::Pattern;

    const REGION: &str = "us-east-1";

    fn all() -> Vec<Sample> {
        let account = Account { id: "123456789012".to_owned(), partition: "aws".to_owned(), alias: None };
        samples(&account, REGION)
    }

    fn trail(filters: &[&str]) -> TrailAlerts {
        let heard = filters.iter().enumerate().map(|(at, text)| (format!("f{at}"), Pattern::parse(text).unwrap()));
        TrailAlerts {
            name: "main".to_owned(),
            home: REGION.to_owned(),
            multi_region: true,
            global_events: true,
            records: Recorded::ALL,
            kms: true,
            heard: heard.collect(),
            ..TrailAlerts::default()
        }
    }

    fn judged(trails: Vec<TrailAlerts>, events: Option<EventAlerts>, unread: Vec<Unread>) -> Result<Verdict, Unread> {
        let unread = unread.into_iter().map(|why| (None, why)).collect();
        let alerts = Alerts { trails, unread };
        let mut heard = Heard::of(&alerts, REGION, all());
        if let Some(events) = events {
            heard.also(&events);
        }
        heard.verdict()
    }

    fn events(pattern: &str, with_reads: bool) -> EventAlerts {
        EventAlerts { heard: vec![("r".to_owned(), pattern.to_owned(), with_reads)], ..EventAlerts::default() }
    }

    /// Everything that CloudTrail hands to EventBridge.
    const EVERYTHING: &str = r#"{"detail-type":[{"suffix":"via CloudTrail"}]}"#;

    fn missing(verdict: &Verdict) -> String {
        assert_eq!(verdict.status(), Status::Fail);
        verdict.message().en.clone()
    }

    #[test]
    fn filters_tell_of_what_they_match() {
        assert_eq!(judged(vec![trail(&[""])], None, vec![]).unwrap().status(), Status::Pass);
        let none = missing(&judged(vec![trail(&[])], None, vec![]).unwrap());
        for topic in Topic::ALL {
            assert!(none.contains(&topic.text().en), "{topic:?}");
        }
        let root = missing(&judged(vec![trail(&["{ $.userIdentity.type = Root }"])], None, vec![]).unwrap());
        assert!(!root.contains("root user") && root.contains("unauthorised"), "{root}");
        let half = missing(&judged(vec![trail(&["{ $.eventName = DisableKey }"])], None, vec![]).unwrap());
        assert!(half.contains("KMS"), "half of a topic is not the topic: {half}");
    }

    #[test]
    fn what_a_trail_does_not_record_no_filter_tells_of() {
        let no_kms = judged(vec![TrailAlerts { kms: false, ..trail(&[""]) }], None, vec![]).unwrap();
        assert!(missing(&no_kms).starts_with("Nobody is told of: KMS keys disabled or to be deleted."));
        let local = judged(vec![TrailAlerts { global_events: false, ..trail(&[""]) }], None, vec![]).unwrap();
        assert!(missing(&local).contains("IAM"));
        let other = TrailAlerts { multi_region: false, home: "eu-west-1".to_owned(), ..trail(&[""]) };
        assert!(missing(&judged(vec![other], None, vec![]).unwrap()).contains("No trail is logging here"));
    }

    #[test]
    fn rules_tell_of_what_they_match_as_long_as_a_trail_is_logging() {
        let all = |with_reads| Some(events(EVERYTHING, with_reads));
        assert_eq!(judged(vec![trail(&[])], all(true), vec![]).unwrap().status(), Status::Pass);
        let writes = missing(&judged(vec![trail(&[])], all(false), vec![]).unwrap());
        assert!(
            writes.starts_with("Nobody is told of: unauthorised calls."),
            "refused reads are not passed on: {writes}"
        );
        assert_eq!(judged(vec![], all(true), vec![]).unwrap().status(), Status::Fail);
        let both = judged(vec![trail(&["{ $.errorCode EXISTS }"])], all(false), vec![]).unwrap();
        assert_eq!(both.status(), Status::Pass, "each may tell of a part");
    }

    #[test]
    fn what_could_not_be_read_matters_only_if_something_is_missing() {
        let why = || Unread::new(Operation::new("logs", "DescribeMetricFilters", "a"), Class::Denied, "no");
        assert_eq!(judged(vec![trail(&[""])], None, vec![why()]).unwrap().status(), Status::Pass);
        assert_eq!(judged(vec![trail(&[])], None, vec![why()]).map(|_| ()), Err(why()));
        let alerts = Alerts { trails: vec![], unread: vec![(Some("eu-west-1".to_owned()), why())] };
        assert!(Heard::of(&alerts, REGION, all()).verdict().is_ok(), "another region's affair");
    }

    #[test]
    fn the_message_tells_of_filters_that_lead_nowhere_or_elsewhere() {
        let trail = TrailAlerts {
            unheard: vec!["lonely".to_owned()],
            opaque: vec!["odd".to_owned()],
            elsewhere: Some("210987654321".to_owned()),
            ..trail(&[])
        };
        let message = missing(&judged(vec![trail], None, vec![]).unwrap());
        for word in ["lonely", "odd", "210987654321"] {
            assert!(message.contains(word), "{message}");
        }
    }
}
