//! What EC2 can be asked, and CloudWatch Logs and IAM as far as EC2 uses them: the only place that calls their SDKs.

pub mod change;
mod client;
mod ebs;
pub mod flow_change;
mod flow_log;
mod instance;
mod log_group;
mod network;
mod permission;
mod profile;
mod security_group;
mod vpc;

pub use change::{Ec2Call, Ec2Change};
pub use client::arn;
pub use ebs::{EncryptionByDefault, Volume, Volumes};
pub use flow_change::{FlowChange, RoleExists};
pub use flow_log::{DESCRIBE_FLOW_LOGS, Destination, FlowLog, FlowLogs, Traffic};
pub use instance::{Instance, Instances, KeyPair, KeyPairs};
pub use log_group::{LogGroup, LogRetention, Retention};
pub(crate) use network::ports;
pub use network::{AttachedGroups, OpenRule, OpenRules};
pub use permission::{GroupPermissions, Peer, Permission, Permissions};
pub use profile::{InstanceProfile, Profile};
pub use security_group::{Rule, SecurityGroup, SecurityGroups};
pub(crate) use security_group::{WORLD, each_group};
pub use vpc::{Subnet, Subnets, Vpc, Vpcs};
