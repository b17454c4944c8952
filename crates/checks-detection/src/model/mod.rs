//! What these services can be asked: the only place that calls their SDKs.

mod alarm;
mod analyzer;
mod behavior_graph;
pub mod change;
mod client;
mod config_rule;
mod detector;
mod event_rule;
mod metric_filter;
mod recorder;
mod recorder_as_set;
mod scanning;
mod standards;
mod topic;

pub use alarm::{Alarm, Alarms};
pub use analyzer::{Analyzer, Analyzers};
pub use behavior_graph::{BehaviorGraphs, Membership, Memberships};
pub use change::{DetectionChange, RecorderChange};
pub use config_rule::{Argument, ConfigRule, ConfigRules, Remediation, Remediations};
pub use detector::{Detector, Detectors};
pub use event_rule::{EventRule, EventRules, RuleKey, RuleTopics};
pub use metric_filter::{LogGroup, MetricFilter, MetricFilters};
pub use recorder::{Channels, Delivery, Recorder, Recorders, Types};
pub use recorder_as_set::{Pace, RecorderAsSet, RecorderSetting, ServiceRole, service_role};
pub use scanning::{Scanning, ScanningState};
pub use standards::{Hub, HubArn, Standards};
pub use topic::Subscribers;
