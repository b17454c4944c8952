//! AWS Config's recorder as it is set, whole, so that it can be put back.

use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use aws_sdk_config::types::{
    ConfigurationRecorder, ExclusionByResourceTypes, RecordingFrequency, RecordingGroup, RecordingMode,
    RecordingModeOverride, RecordingStrategy, RecordingStrategyType, ResourceType,
};
use serde::{Deserialize, Serialize};

use super::client::{config, iam, present};
use super::recorder::{DESCRIBE_RECORDERS, GLOBAL_TYPES};

const GET_ROLE: Operation = Operation::new("iam", "GetRole", "iam:GetRole").per(Per::Item);

/// The role that AWS Config works by, which it alone can take on.
/// Source: AWS Config Developer Guide, "Using Service-Linked Roles for AWS Config".
pub(super) const SERVICE_ROLE: &str = "AWSServiceRoleForConfig";

/// A recorder of the customer's own, with all that can be set of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecorderAsSet {
    /// Its name.
    pub name: String,
    /// The ARN of the role that it works by.
    pub role: String,
    /// Whether it records every type.
    pub all: bool,
    /// Whether global types are among those.
    pub global: bool,
    /// The types that it records, where it does not record all.
    pub types: Vec<String>,
    /// The types that it leaves out, where that is how it says what it records.
    pub excluded: Vec<String>,
    /// Which of the three it goes by: `ALL_SUPPORTED_RESOURCE_TYPES` and so on.
    pub strategy: Option<String>,
    /// How often it records: `CONTINUOUS` or `DAILY`.
    pub frequency: Option<String>,
    /// What it records at another pace.
    pub paces: Vec<Pace>,
}

/// Types that are recorded at a pace of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// What it is for.
    pub description: Option<String>,
    /// Which types.
    pub types: Vec<String>,
    /// How often.
    pub frequency: String,
}

/// The words that the API has for what a recorder goes by.
const ALL: &str = "ALL_SUPPORTED_RESOURCE_TYPES";
const EXCLUDING: &str = "EXCLUSION_BY_RESOURCE_TYPES";

impl RecorderAsSet {
    /// One that records everything, all the time.
    pub fn of_everything(name: &str, role: &str, global: bool) -> Self {
        Self {
            name: name.to_owned(),
            role: role.to_owned(),
            all: true,
            global,
            types: Vec::new(),
            excluded: Vec::new(),
            strategy: None,
            frequency: None,
            paces: Vec::new(),
        }
    }

    /// The same, recording the global types as well.
    #[must_use]
    pub fn with_global_types(mut self) -> Self {
        let is_global = |kind: &String| GLOBAL_TYPES.contains(&kind.as_str());
        if self.strategy.as_deref() == Some(EXCLUDING) {
            self.excluded.retain(|kind| !is_global(kind));
            if self.excluded.is_empty() {
                (self.all, self.global, self.strategy) = (true, true, Some(ALL.to_owned()));
            }
        } else if self.all {
            self.global = true;
        } else {
            self.types.retain(|kind| !is_global(kind));
            self.types.extend(GLOBAL_TYPES.map(str::to_owned));
        }
        self
    }

    /// Whether it is set as another is, whose order of types AWS Config may have changed, and whose defaults it has
    /// filled in.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let sorted = |types: &[String]| {
            let mut types = types.to_vec();
            types.sort();
            types
        };
        (&self.name, &self.role, self.all, self.global) == (&other.name, &other.role, other.all, other.global)
            && sorted(&self.types) == sorted(&other.types)
            && sorted(&self.excluded) == sorted(&other.excluded)
            && (other.frequency.is_none() || (&self.frequency, &self.paces) == (&other.frequency, &other.paces))
    }

    fn of(recorder: ConfigurationRecorder) -> Result<Self, Unread> {
        let group = present(DESCRIBE_RECORDERS, recorder.recording_group, "recordingGroup")?;
        let excluded = group.exclusion_by_resource_types().map(ExclusionByResourceTypes::resource_types);
        let strategy = group.recording_strategy().and_then(RecordingStrategy::use_only);
        let pace = |pace: &RecordingModeOverride| Pace {
            description: pace.description.clone(),
            types: names(pace.resource_types()),
            frequency: pace.recording_frequency.as_str().to_owned(),
        };
        let mode = recorder.recording_mode.as_ref();
        Ok(Self {
            name: present(DESCRIBE_RECORDERS, recorder.name, "name")?,
            role: present(DESCRIBE_RECORDERS, recorder.role_arn, "roleARN")?,
            all: group.all_supported,
            global: group.include_global_resource_types,
            types: names(group.resource_types()),
            excluded: names(excluded.unwrap_or_default()),
            strategy: strategy.map(|strategy| strategy.as_str().to_owned()),
            frequency: mode.map(|mode| mode.recording_frequency.as_str().to_owned()),
            paces: mode.map(|mode| mode.recording_mode_overrides().iter().map(pace).collect()).unwrap_or_default(),
        })
    }

    /// The recorder as the API takes it.
    pub(super) fn to_sdk(&self) -> Result<ConfigurationRecorder, aws_smithy_types::error::operation::BuildError> {
        let strategy = self
            .strategy
            .as_deref()
            .map(|word| RecordingStrategy::builder().use_only(RecordingStrategyType::from(word)).build());
        let excluded = (!self.excluded.is_empty())
            .then(|| ExclusionByResourceTypes::builder().set_resource_types(Some(kinds(&self.excluded))).build());
        let group = RecordingGroup::builder()
            .all_supported(self.all)
            .include_global_resource_types(self.global)
            .set_resource_types((!self.types.is_empty()).then(|| kinds(&self.types)))
            .set_exclusion_by_resource_types(excluded)
            .set_recording_strategy(strategy)
            .build();
        let recorder = ConfigurationRecorder::builder().name(&self.name).role_arn(&self.role).recording_group(group);
        Ok(recorder.set_recording_mode(self.mode()?).build())
    }

    fn mode(&self) -> Result<Option<RecordingMode>, aws_smithy_types::error::operation::BuildError> {
        let Some(frequency) = &self.frequency else { return Ok(None) };
        let pace = |pace: &Pace| {
            RecordingModeOverride::builder()
                .set_description(pace.description.clone())
                .set_resource_types(Some(kinds(&pace.types)))
                .recording_frequency(RecordingFrequency::from(pace.frequency.as_str()))
                .build()
        };
        let paces = self.paces.iter().map(pace).collect::<Result<Vec<_>, _>>()?;
        let mode = RecordingMode::builder().recording_frequency(RecordingFrequency::from(frequency.as_str()));
        mode.set_recording_mode_overrides((!paces.is_empty()).then_some(paces)).build().map(Some)
    }
}

fn names(kinds: &[ResourceType]) -> Vec<String> {
    kinds.iter().map(|kind| kind.as_str().to_owned()).collect()
}

fn kinds(names: &[String]) -> Vec<ResourceType> {
    names.iter().map(|name| ResourceType::from(name.as_str())).collect()
}

/// The recorder of a region as it is set; none where there is none of the customer's own.
#[derive(Debug)]
pub struct RecorderSetting;

impl Fact for RecorderSetting {
    type Key = String;
    type Value = Option<RecorderAsSet>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_RECORDERS)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let request = config(cx, region, DESCRIBE_RECORDERS)?.describe_configuration_recorders();
        let answer = request.send().await.map_err(|error| asc_aws::unread(DESCRIBE_RECORDERS, &error))?;
        let recorders = present(DESCRIBE_RECORDERS, answer.configuration_recorders, "ConfigurationRecorders")?;
        let own = recorders.into_iter().find(|recorder| recorder.service_principal.is_none());
        own.map(RecorderAsSet::of).transpose()
    }
}

/// The description of AWS Config's own role; none where the role is not there.
#[derive(Debug)]
pub struct ServiceRole;

impl Fact for ServiceRole {
    type Key = ();
    type Value = Option<String>;
    const READS: &'static [Reads] = &[Reads::Call(GET_ROLE)];

    async fn read(cx: &Cx, (): &()) -> Result<Self::Value, Unread> {
        match iam(cx, GET_ROLE)?.get_role().role_name(SERVICE_ROLE).send().await {
            Ok(answer) => {
                let role = present(GET_ROLE, answer.role, "Role")?;
                Ok(Some(role.description.unwrap_or_default()))
            }
            Err(error) if asc_aws::failure::code(&error) == Some("NoSuchEntity") => Ok(None),
            Err(error) => Err(asc_aws::unread(GET_ROLE, &error)),
        }
    }
}

/// The ARN of AWS Config's own role.
pub fn service_role(cx: &Cx) -> String {
    let account = cx.account();
    format!("arn:{}:iam::{}:role/aws-service-role/config.amazonaws.com/{SERVICE_ROLE}", account.partition, account.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorder() -> RecorderAsSet {
        RecorderAsSet::of_everything("default", "arn:role", false)
    }

    #[test]
    fn global_types_are_added_in_the_way_that_the_recorder_goes_by() {
        assert!(recorder().with_global_types().global);
        let some = RecorderAsSet { all: false, types: vec!["AWS::S3::Bucket".to_owned()], ..recorder() };
        let more = some.with_global_types();
        assert!(!more.global && more.types.len() == 5 && more.types[0] == "AWS::S3::Bucket", "{more:?}");
        assert_eq!(more.clone().with_global_types(), more, "once is enough");
        let but = |excluded: &[&str]| RecorderAsSet {
            all: false,
            excluded: excluded.iter().map(|&kind| kind.to_owned()).collect(),
            strategy: Some(EXCLUDING.to_owned()),
            ..recorder()
        };
        let left = but(&["AWS::IAM::Role", "AWS::EC2::Volume"]).with_global_types();
        assert_eq!((left.excluded.as_slice(), left.all), (["AWS::EC2::Volume".to_owned()].as_slice(), false));
        let none = but(&["AWS::IAM::Role"]).with_global_types();
        assert_eq!(
            (none.strategy.as_deref(), none.all, none.global),
            (Some(ALL), true, true),
            "a list of none is refused"
        );
    }

    #[test]
    fn it_is_alike_whatever_aws_config_fills_in_and_not_when_somebody_sets_it() {
        let set = RecorderAsSet { all: false, types: vec!["b".to_owned(), "a".to_owned()], ..recorder() };
        let told = RecorderAsSet {
            types: vec!["a".to_owned(), "b".to_owned()],
            strategy: Some("INCLUSION_BY_RESOURCE_TYPES".to_owned()),
            frequency: Some("CONTINUOUS".to_owned()),
            ..set.clone()
        };
        assert!(told.is_like(&set));
        assert!(!RecorderAsSet { types: vec!["a".to_owned()], ..told.clone() }.is_like(&set));
        assert!(!RecorderAsSet { frequency: Some("DAILY".to_owned()), ..told.clone() }.is_like(&told));
        assert!(!RecorderAsSet { role: "arn:other".to_owned(), ..told }.is_like(&set));
    }

    #[test]
    fn what_was_read_can_be_put_back_whole() {
        let pace = Pace {
            description: Some("slow".to_owned()),
            types: vec!["AWS::EC2::Volume".to_owned()],
            frequency: "DAILY".to_owned(),
        };
        let with_a_pace = RecorderAsSet { frequency: Some("CONTINUOUS".to_owned()), paces: vec![pace], ..recorder() };
        let some = RecorderAsSet {
            all: false,
            types: vec!["AWS::S3::Bucket".to_owned()],
            strategy: Some("INCLUSION_BY_RESOURCE_TYPES".to_owned()),
            ..recorder()
        };
        let but = RecorderAsSet {
            all: false,
            excluded: vec!["AWS::IAM::Role".to_owned()],
            strategy: Some(EXCLUDING.to_owned()),
            ..recorder()
        };
        for set in [recorder(), recorder().with_global_types(), with_a_pace, some, but] {
            assert_eq!(RecorderAsSet::of(set.to_sdk().unwrap()).unwrap(), set);
        }
    }
}
