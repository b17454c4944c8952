//! AWS Config's recorder and its delivery channel.

use std::collections::BTreeMap;

use asc_aws::unread;
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread, fact};
use aws_sdk_config::types::{DeliveryStatus, RecordingGroup, RecordingStrategyType, ResourceType};
use serde::Serialize;

use super::client::{config, present};

pub(super) const DESCRIBE_RECORDERS: Operation =
    Operation::new("config", "DescribeConfigurationRecorders", "config:DescribeConfigurationRecorders")
        .per(Per::Region);
const DESCRIBE_STATUS: Operation =
    Operation::new("config", "DescribeConfigurationRecorderStatus", "config:DescribeConfigurationRecorderStatus")
        .per(Per::Region);
const DESCRIBE_CHANNELS: Operation =
    Operation::new("config", "DescribeDeliveryChannelStatus", "config:DescribeDeliveryChannelStatus").per(Per::Item);

/// IAM's types, which are global: they are recorded where a recorder includes them.
/// Source: AWS Config Developer Guide, "Selecting which resources AWS Config records".
pub(super) const GLOBAL_TYPES: [&str; 4] = ["AWS::IAM::Group", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::User"];

/// A recorder of the customer's own. A region has one at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recorder {
    /// Its name.
    pub name: String,
    /// Whether it is recording.
    pub recording: bool,
    /// The error of its last attempt to record, if that failed.
    pub error: Option<String>,
    /// Whether it records IAM's users, groups, roles and policies.
    pub global_types: bool,
    /// Whether it records every type, or every one but some.
    pub all_types: bool,
    /// Which types those are.
    #[serde(skip)]
    pub types: Types,
}

/// Which types of resources a recorder records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Types {
    /// Every one but these.
    AllBut(Vec<String>),
    /// These.
    Only(Vec<String>),
}

impl Types {
    fn of(group: &RecordingGroup) -> Self {
        let named = |types: &[ResourceType]| types.iter().map(|kind| kind.as_str().to_owned()).collect();
        match excludes(group) {
            Some(excluded) => Self::AllBut(excluded.into_iter().map(str::to_owned).collect()),
            None if group.include_global_resource_types && group.all_supported => Self::AllBut(Vec::new()),
            None if group.all_supported => Self::AllBut(GLOBAL_TYPES.map(str::to_owned).to_vec()),
            None => Self::Only(named(group.resource_types())),
        }
    }
}

impl Recorder {
    /// Whether it records changes of a type now.
    pub fn sees(&self, kind: &str) -> bool {
        let is = |named: &String| named == kind;
        self.recording
            && match &self.types {
                Types::AllBut(excluded) => !excluded.iter().any(is),
                Types::Only(named) => named.iter().any(is),
            }
    }
}

/// The recorders of a region, each with its status.
#[derive(Debug)]
pub struct Recorders;

impl Fact for Recorders {
    type Key = String;
    type Value = Vec<Recorder>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_RECORDERS), Reads::Call(DESCRIBE_STATUS)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let client = config(cx, region, DESCRIBE_RECORDERS)?;
        let (recorders, statuses) = fact::both(
            Box::pin(client.describe_configuration_recorders().send()),
            Box::pin(client.describe_configuration_recorder_status().send()),
        )
        .await;
        let recorders = recorders.map_err(|e| unread(DESCRIBE_RECORDERS, &e))?.configuration_recorders;
        let statuses = statuses.map_err(|e| unread(DESCRIBE_STATUS, &e))?.configuration_recorders_status;
        let statuses = present(DESCRIBE_STATUS, statuses, "ConfigurationRecordersStatus")?;
        let by_name: BTreeMap<_, _> =
            statuses.into_iter().filter_map(|status| Some((status.name.clone()?, status))).collect();
        let recorders = present(DESCRIBE_RECORDERS, recorders, "ConfigurationRecorders")?.into_iter();
        // One that a service has made records what that service needs, and nobody else sees it.
        let own = recorders.filter(|recorder| recorder.service_principal.is_none());
        let recorders = own.map(|recorder| {
            let name = present(DESCRIBE_RECORDERS, recorder.name, "name")?;
            let status = present(DESCRIBE_STATUS, by_name.get(&name), "status of the recorder")?;
            let failed = status.last_status.as_ref().is_some_and(|status| is_failure(status.as_str()));
            let error = || status.last_error_code.clone().unwrap_or_else(|| "-".to_owned());
            let group = present(DESCRIBE_RECORDERS, recorder.recording_group, "recordingGroup")?;
            Ok(Recorder {
                recording: status.recording,
                error: failed.then(error),
                global_types: records_global_types(&group),
                all_types: group.all_supported || excludes(&group).is_some(),
                types: Types::of(&group),
                name,
            })
        });
        recorders.collect()
    }
}

/// The types that a group leaves out, where that is how it says what it records.
fn excludes(group: &RecordingGroup) -> Option<Vec<&str>> {
    let strategy = group.recording_strategy()?.use_only()?;
    let excluded = group
        .exclusion_by_resource_types()
        .map(aws_sdk_config::types::ExclusionByResourceTypes::resource_types)
        .unwrap_or_default();
    let by_exclusion = *strategy == RecordingStrategyType::ExclusionByResourceTypes;
    by_exclusion.then(|| excluded.iter().map(ResourceType::as_str).collect())
}

fn records_global_types(group: &RecordingGroup) -> bool {
    if let Some(excluded) = excludes(group) {
        return !GLOBAL_TYPES.iter().any(|kind| excluded.contains(kind));
    }
    if group.all_supported {
        return group.include_global_resource_types;
    }
    let named: Vec<_> = group.resource_types().iter().map(ResourceType::as_str).collect();
    GLOBAL_TYPES.iter().all(|kind| named.contains(kind))
}

/// How a delivery channel last delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// The channel's name.
    pub channel: String,
    /// What could not be delivered the last time (`history`, `snapshot`, `stream`), and the error.
    pub failed: Vec<(&'static str, String)>,
}

/// The delivery channels of a region.
#[derive(Debug)]
pub struct Channels;

impl Fact for Channels {
    type Key = String;
    type Value = Vec<Delivery>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_CHANNELS)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let request = config(cx, region, DESCRIBE_CHANNELS)?.describe_delivery_channel_status();
        let answer = request.send().await.map_err(|e| unread(DESCRIBE_CHANNELS, &e))?;
        let channels = present(DESCRIBE_CHANNELS, answer.delivery_channels_status, "DeliveryChannelsStatus")?;
        let channel = |channel: aws_sdk_config::types::DeliveryChannelStatus| {
            let export = |info: Option<&aws_sdk_config::types::ConfigExportDeliveryInfo>| {
                let info = info?;
                failure(info.last_status(), info.last_error_code())
            };
            let stream = channel.config_stream_delivery_info();
            let stream = stream.and_then(|info| failure(info.last_status(), info.last_error_code()));
            let all = [
                ("history", export(channel.config_history_delivery_info())),
                ("snapshot", export(channel.config_snapshot_delivery_info())),
                ("stream", stream),
            ];
            let failed = all.into_iter().filter_map(|(what, error)| Some((what, error?))).collect();
            Delivery { channel: channel.name.unwrap_or_default(), failed }
        };
        Ok(channels.into_iter().map(channel).collect())
    }
}

fn failure(status: Option<&DeliveryStatus>, code: Option<&str>) -> Option<String> {
    status.is_some_and(|status| is_failure(status.as_str())).then(|| code.unwrap_or("-").to_owned())
}

/// The model writes `Failure`, which is what the SDK knows; AWS Config answers `FAILURE`, as the examples of its CLI show.
fn is_failure(status: &str) -> bool {
    status.eq_ignore_ascii_case("failure")
}

#[cfg(test)]
mod tests {
    use aws_sdk_config::types::{ExclusionByResourceTypes, RecordingStrategy};

    use super::*;

    #[test]
    fn global_types_are_included_named_or_not_excluded() {
        let group = RecordingGroup::builder;
        assert!(records_global_types(&group().all_supported(true).include_global_resource_types(true).build()));
        assert!(!records_global_types(&group().all_supported(true).build()));
        assert!(!records_global_types(&group().include_global_resource_types(true).build()));
        let named = GLOBAL_TYPES.iter().map(|kind| ResourceType::from(*kind)).collect::<Vec<_>>();
        assert!(records_global_types(&group().set_resource_types(Some(named.clone())).build()));
        assert!(!records_global_types(&group().set_resource_types(Some(named[1..].to_vec())).build()));
        let excluding = |kind: &str| {
            let strategy = RecordingStrategy::builder().use_only(RecordingStrategyType::ExclusionByResourceTypes);
            let excluded = ExclusionByResourceTypes::builder().resource_types(ResourceType::from(kind)).build();
            group().recording_strategy(strategy.build()).exclusion_by_resource_types(excluded).build()
        };
        assert!(records_global_types(&excluding("AWS::EC2::Volume")));
        assert!(!records_global_types(&excluding("AWS::IAM::Role")));
    }

    #[test]
    fn a_type_is_seen_where_it_is_recorded_now() {
        let recorder = |recording, group: &RecordingGroup| Recorder {
            name: "default".to_owned(),
            recording,
            error: None,
            global_types: false,
            all_types: true,
            types: Types::of(group),
        };
        let all = RecordingGroup::builder().all_supported(true).build();
        let buckets = RecordingGroup::builder().resource_types(ResourceType::Bucket).build();
        let strategy = RecordingStrategy::builder().use_only(RecordingStrategyType::ExclusionByResourceTypes).build();
        let excluded = ExclusionByResourceTypes::builder().resource_types(ResourceType::Bucket).build();
        let but = RecordingGroup::builder().recording_strategy(strategy).exclusion_by_resource_types(excluded).build();
        let sees = |recording, group, kind| recorder(recording, group).sees(kind);
        let (bucket, group) = ("AWS::S3::Bucket", "AWS::EC2::SecurityGroup");
        assert!(sees(true, &all, bucket) && sees(true, &buckets, bucket) && sees(true, &but, group));
        let global = RecordingGroup::builder().all_supported(true).include_global_resource_types(true).build();
        let user = "AWS::IAM::User";
        assert!(sees(true, &global, user) && !sees(true, &all, user) && sees(true, &but, user));
        assert!(!sees(true, &buckets, group) && !sees(true, &but, bucket) && !sees(false, &all, bucket));
    }

    #[test]
    fn only_a_failure_is_one_however_it_is_written() {
        let told = |status: &str| failure(Some(&DeliveryStatus::from(status)), Some("NoSuchBucket"));
        for status in ["Failure", "FAILURE"] {
            assert_eq!(told(status).as_deref(), Some("NoSuchBucket"));
        }
        for status in ["Success", "SUCCESS", "NOT_APPLICABLE", "Not_Applicable"] {
            assert_eq!(told(status), None);
        }
        assert_eq!(failure(None, None), None);
    }
}
