//! What EC2 can be asked, and CloudWatch Logs and IAM as far as EC2 uses them: the only place that calls their SDKs.

mod client;
mod ebs;
mod flow_log;
mod instance;
mod log_group;
mod network;
mod profile;
mod security_group;
mod vpc;

pub use client::arn;
pub use ebs::{EncryptionByDefault, Volume, Volumes};
pub use flow_log::{DESCRIBE_FLOW_LOGS, Destination, FlowLog, FlowLogs, Traffic};
pub use instance::{Instance, Instances, KeyPair, KeyPairs};
pub use log_group::{LogGroup, LogRetention, Retention};
pub(crate) use network::ports;
pub use network::{AttachedGroups, OpenRule, OpenRules};
pub use profile::{InstanceProfile, Profile};
pub(crate) use security_group::each_group;
pub use security_group::{Rule, SecurityGroup, SecurityGroups};
pub use vpc::{Subnet, Subnets, Vpc, Vpcs};
