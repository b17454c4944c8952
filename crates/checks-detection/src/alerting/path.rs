//! The two ways by which people hear of an event: a metric filter on a trail's log group with an alarm, and a rule of
//! EventBridge, each ending at an SNS topic that somebody listens to.

use asc_checks_cloudtrail::coverage::Recorded;
use asc_checks_cloudtrail::model::{AllTrails, EventSelectors, Trail, TrailStatus};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Unread, fact};

use super::event_pattern;
use super::filter_pattern::Pattern;
use super::sample::{Sample, Topic, samples};
use crate::model::{Alarm, Alarms, EventRules, LogGroup, MetricFilter, MetricFilters, RuleTopics, Subscribers};

const KMS: &str = "kms.amazonaws.com";

/// A trail that is logging, and the metric filters on its log group whose alarms somebody hears.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrailAlerts {
    /// Its name.
    pub name: String,
    /// The region it was made in.
    pub home: String,
    /// Whether it records every region.
    pub multi_region: bool,
    /// Whether it records global services.
    pub global_events: bool,
    /// Which management events it records.
    pub records: Recorded,
    /// Whether those of KMS are among them.
    pub kms: bool,
    /// The filters that lead to somebody, by name.
    pub heard: Vec<(String, Pattern)>,
    /// The names of filters that lead to nobody.
    pub unheard: Vec<String>,
    /// The names of filters whose patterns are not understood.
    pub opaque: Vec<String>,
    /// The account that its log group belongs to, where that is another one.
    pub elsewhere: Option<String>,
}

impl TrailAlerts {
    /// Whether it records what happens in a region.
    pub fn covers(&self, region: &str) -> bool {
        self.multi_region || self.home == region
    }

    /// Whether it records an event like a sample.
    pub fn records(&self, sample: &Sample) -> bool {
        let kind = if sample.reads { self.records.reads } else { self.records.writes };
        kind && (self.global_events || !sample.global) && (self.kms || sample.topic != Topic::Kms)
    }

    /// The filter by which somebody hears of an event like a sample.
    pub fn hears(&self, sample: &Sample) -> Option<&str> {
        if !self.records(sample) {
            return None;
        }
        self.heard.iter().find(|(_, pattern)| pattern.matches(&sample.event)).map(|(name, _)| name.as_str())
    }
}

/// What all trails of the account lead to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alerts {
    /// The trails that are logging.
    pub trails: Vec<TrailAlerts>,
    /// What could not be read: the region it concerns, where it is only one.
    pub unread: Vec<(Option<String>, Unread)>,
}

/// Who hears of what the account's trails record.
#[derive(Debug)]
pub struct MetricAlerts;

impl Fact for MetricAlerts {
    type Key = ();
    type Value = Alerts;
    const READS: &'static [Reads] = &[
        Reads::Of(AllTrails::READS),
        Reads::Of(TrailStatus::READS),
        Reads::Of(EventSelectors::READS),
        Reads::Of(MetricFilters::READS),
        Reads::Of(Alarms::READS),
        Reads::Of(Subscribers::READS),
    ];

    async fn read(cx: &Cx, (): &()) -> Result<Alerts, Unread> {
        let everywhere = cx.get::<AllTrails>(&()).await?;
        let unread = everywhere.unread.iter().map(|(region, why)| (Some(region.clone()), why.clone())).collect();
        let mut alerts = Alerts { trails: Vec::new(), unread };
        let trails = everywhere.trails.clone();
        for read in fact::at_once(trails, |trail| async move { of_trail(cx, &trail).await }).await {
            match read {
                Ok(Some((trail, unread))) => {
                    let only = (!trail.multi_region).then(|| trail.home.clone());
                    alerts.unread.extend(unread.into_iter().map(|why| (only.clone(), why)));
                    alerts.trails.push(trail);
                }
                Ok(None) => {}
                Err(why) => alerts.unread.push((None, why)),
            }
        }
        Ok(alerts)
    }
}

/// What a trail leads to, and what of that could not be read; none if it is not logging.
async fn of_trail(cx: &Cx, trail: &Trail) -> Result<Option<(TrailAlerts, Vec<Unread>)>, Unread> {
    let status = cx.get::<TrailStatus>(trail).await?;
    if !status.logging {
        return Ok(None);
    }
    let selectors = cx.get::<EventSelectors>(trail).await?;
    let mut alerts = TrailAlerts {
        name: trail.name.clone(),
        home: trail.home.clone(),
        multi_region: trail.multi_region,
        global_events: trail.global_events,
        records: Recorded::by(&selectors, trail.custom_selectors),
        kms: !selectors.leaves_out(KMS),
        ..TrailAlerts::default()
    };
    let mut unread = Vec::new();
    let group = trail.log_group.as_deref().filter(|_| status.log_group_error.is_none()).and_then(LogGroup::of_arn);
    match group {
        Some(group) if group.account != cx.account().id => alerts.elsewhere = Some(group.account),
        Some(group) => {
            if let Err(why) = filters(cx, &group, &mut alerts, &mut unread).await {
                unread.push(why);
            }
        }
        None => {}
    }
    Ok(Some((alerts, unread)))
}

async fn filters(cx: &Cx, group: &LogGroup, alerts: &mut TrailAlerts, unread: &mut Vec<Unread>) -> Result<(), Unread> {
    let filters = cx.get::<MetricFilters>(group).await?;
    if filters.is_empty() {
        return Ok(());
    }
    let alarms = cx.get::<Alarms>(&group.region).await?;
    for filter in filters.iter() {
        let heard = match somebody_hears(cx, topics(filter, &alarms)).await {
            Ok(heard) => heard,
            Err(why) => {
                unread.push(why);
                continue;
            }
        };
        match Pattern::parse(&filter.pattern) {
            _ if !heard => alerts.unheard.push(filter.name.clone()),
            Some(pattern) => alerts.heard.push((filter.name.clone(), pattern)),
            None => alerts.opaque.push(filter.name.clone()),
        }
    }
    Ok(())
}

/// The topics that the alarms over a filter's metrics tell.
fn topics(filter: &MetricFilter, alarms: &[Alarm]) -> Vec<String> {
    let over = |alarm: &&Alarm| {
        !filter.narrowed && alarm.armed && alarm.metrics.iter().any(|metric| filter.metrics.contains(metric))
    };
    alarms.iter().filter(over).flat_map(|alarm| alarm.topics.iter().cloned()).collect()
}

/// Whether one of some topics has a confirmed subscriber. One that could not be read matters if no other has.
async fn somebody_hears(cx: &Cx, topics: Vec<String>) -> Result<bool, Unread> {
    let asked = fact::at_once(topics, |topic| async move { cx.get::<Subscribers>(&topic).await }).await;
    if asked.iter().flatten().any(|subscribers| **subscribers > 0) {
        return Ok(true);
    }
    asked.into_iter().find_map(Result::err).map_or(Ok(false), Err)
}

/// The rules of a region that lead to somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventAlerts {
    /// By name: the pattern, and whether it is given events of calls that only read.
    pub heard: Vec<(String, String, bool)>,
    /// The names of rules about one of the topics that lead to nobody.
    pub unheard: Vec<String>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

impl EventAlerts {
    /// The rule by which somebody hears of an event like a sample.
    pub fn hears(&self, sample: &Sample) -> Option<&str> {
        let matching = |(_, pattern, with_reads): &&(String, String, bool)| {
            (*with_reads || !sample.reads) && event_pattern::matches(pattern, &sample.envelope)
        };
        self.heard.iter().find(matching).map(|(name, ..)| name.as_str())
    }
}

impl Fact for EventAlerts {
    type Key = String;
    type Value = Self;
    const READS: &'static [Reads] =
        &[Reads::Of(EventRules::READS), Reads::Of(RuleTopics::READS), Reads::Of(Subscribers::READS)];

    async fn read(cx: &Cx, region: &String) -> Result<Self, Unread> {
        let rules = cx.get::<EventRules>(region).await?;
        let samples = samples(cx.account(), region);
        let about = |pattern: &str| samples.iter().any(|sample| event_pattern::matches(pattern, &sample.envelope));
        let about: Vec<_> = rules.iter().filter(|rule| about(&rule.pattern)).cloned().collect();
        let asked = fact::at_once(about, |rule| async move {
            let heard = match cx.get::<RuleTopics>(&(region.clone(), rule.name.clone())).await {
                Ok(topics) => somebody_hears(cx, topics.to_vec()).await,
                Err(why) => Err(why),
            };
            (rule, heard)
        });
        let mut alerts = Self::default();
        for (rule, heard) in asked.await {
            match heard {
                Ok(true) => alerts.heard.push((rule.name, rule.pattern, rule.with_reads)),
                Ok(false) => alerts.unheard.push(rule.name),
                Err(why) => alerts.unread.push(why),
            }
        }
        Ok(alerts)
    }
}
