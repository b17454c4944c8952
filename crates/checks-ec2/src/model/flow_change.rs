//! What flow logs need: a role, a log group, and the flow log itself.

use asc_core::fact::Reads;
use asc_core::fix::{Changes, TAG};
use asc_core::{Class, Cx, Fact, Operation, Per, Unread};
use aws_sdk_ec2::types::{FlowLogsResourceType, ResourceType, Tag, TagSpecification, TrafficType};
use serde::{Deserialize, Serialize};

use super::client::{PAGE, ec2, iam, logs};

const GET_ROLE: Operation = Operation::new("iam", "GetRole", "iam:GetRole").per(Per::Item);
const FIND_FLOW_LOGS: Operation = Operation::new("ec2", "DescribeFlowLogs", "ec2:DescribeFlowLogs").per(Per::Item);

/// Makes a role.
pub const CREATE_ROLE: Operation = Operation::new("iam", "CreateRole", "iam:CreateRole");
/// Removes it.
pub const DELETE_ROLE: Operation = Operation::new("iam", "DeleteRole", "iam:DeleteRole");
/// Says what a role may do.
pub const PUT_ROLE_POLICY: Operation = Operation::new("iam", "PutRolePolicy", "iam:PutRolePolicy");
/// No longer says so.
pub const DELETE_ROLE_POLICY: Operation = Operation::new("iam", "DeleteRolePolicy", "iam:DeleteRolePolicy");
/// Makes a log group.
pub const CREATE_LOG_GROUP: Operation = Operation::new("logs", "CreateLogGroup", "logs:CreateLogGroup");
/// Removes it, and what it holds.
pub const DELETE_LOG_GROUP: Operation = Operation::new("logs", "DeleteLogGroup", "logs:DeleteLogGroup");
/// Says how long a log group keeps what it is given.
pub const PUT_RETENTION: Operation = Operation::new("logs", "PutRetentionPolicy", "logs:PutRetentionPolicy");
/// Makes a flow log.
pub const CREATE_FLOW_LOGS: Operation = Operation::new("ec2", "CreateFlowLogs", "ec2:CreateFlowLogs");
/// Tags it as it is made.
pub const TAG_FLOW_LOGS: Operation = Operation::new("ec2", "CreateTags", "ec2:CreateTags");
/// Lets it use its role.
pub const PASS_ROLE: Operation = Operation::new("iam", "PassRole", "iam:PassRole");
/// Removes it.
pub const DELETE_FLOW_LOGS: Operation = Operation::new("ec2", "DeleteFlowLogs", "ec2:DeleteFlowLogs");

/// Whether a role of a name exists.
#[derive(Debug)]
pub struct RoleExists;

impl Fact for RoleExists {
    type Key = String;
    type Value = bool;
    const READS: &'static [Reads] = &[Reads::Call(GET_ROLE)];

    async fn read(cx: &Cx, name: &String) -> Result<bool, Unread> {
        match iam(cx, GET_ROLE)?.get_role().role_name(name).send().await {
            Ok(_) => Ok(true),
            Err(error) if asc_aws::failure::code(&error) == Some("NoSuchEntity") => Ok(false),
            Err(error) => Err(asc_aws::unread(GET_ROLE, &error)),
        }
    }
}

/// A change that a flow log needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation")]
pub enum FlowChange {
    /// Makes the role that flow logs are delivered by.
    CreateRole {
        /// Its name.
        role: String,
        /// Who may take it on.
        trust: String,
    },
    /// Removes it.
    DeleteRole {
        /// Its name.
        role: String,
    },
    /// Says what the role may do.
    PutRolePolicy {
        /// Its name.
        role: String,
        /// What it may do.
        policy: String,
    },
    /// No longer says so.
    DeleteRolePolicy {
        /// Its name.
        role: String,
    },
    /// Makes a log group.
    CreateLogGroup {
        /// Its region.
        region: String,
        /// Its name.
        group: String,
    },
    /// Removes it, and what it holds.
    DeleteLogGroup {
        /// Its region.
        region: String,
        /// Its name.
        group: String,
    },
    /// Says how long a log group keeps what it is given.
    PutRetentionPolicy {
        /// Its region.
        region: String,
        /// Its name.
        group: String,
        /// How many days.
        days: i32,
    },
    /// Records all traffic of a VPC.
    CreateFlowLogs {
        /// The VPC's region.
        region: String,
        /// The VPC.
        vpc: String,
        /// Where to: a log group's name.
        group: String,
        /// By which role: its ARN.
        role: String,
        /// The run that makes it, by which it is found again.
        run: String,
    },
    /// Removes what the run has made for the VPC.
    DeleteFlowLogs {
        /// The VPC's region.
        region: String,
        /// The VPC.
        vpc: String,
        /// The run that has made it.
        run: String,
    },
}

/// The name of the role's only policy.
const POLICY: &str = "deliver-flow-logs";

/// What is so already is done.
macro_rules! done {
    ($operation:expr, $sent:expr, $already:expr) => {
        match $sent {
            Err(error) if asc_aws::failure::code(&error).is_some_and(|code| $already.contains(&code)) => Ok(()),
            Err(error) => Err(asc_aws::unread($operation, &error)),
            Ok(_) => Ok(()),
        }
    };
}

impl Changes for FlowChange {
    const FAMILY: &'static str = "flow-logs";

    fn operation(&self) -> Operation {
        match self {
            Self::CreateRole { .. } => CREATE_ROLE,
            Self::DeleteRole { .. } => DELETE_ROLE,
            Self::PutRolePolicy { .. } => PUT_ROLE_POLICY,
            Self::DeleteRolePolicy { .. } => DELETE_ROLE_POLICY,
            Self::CreateLogGroup { .. } => CREATE_LOG_GROUP,
            Self::DeleteLogGroup { .. } => DELETE_LOG_GROUP,
            Self::PutRetentionPolicy { .. } => PUT_RETENTION,
            Self::CreateFlowLogs { .. } => CREATE_FLOW_LOGS,
            Self::DeleteFlowLogs { .. } => DELETE_FLOW_LOGS,
        }
    }

    fn region(&self) -> Option<&str> {
        match self {
            Self::CreateRole { .. }
            | Self::DeleteRole { .. }
            | Self::PutRolePolicy { .. }
            | Self::DeleteRolePolicy { .. } => None,
            Self::CreateLogGroup { region, .. }
            | Self::DeleteLogGroup { region, .. }
            | Self::PutRetentionPolicy { region, .. }
            | Self::CreateFlowLogs { region, .. }
            | Self::DeleteFlowLogs { region, .. } => Some(region),
        }
    }

    async fn send(&self, cx: &Cx) -> Result<(), Unread> {
        let operation = Changes::operation(self);
        match self {
            Self::CreateRole { role, trust } => {
                let request = iam(cx, operation)?.create_role().role_name(role).assume_role_policy_document(trust);
                done!(operation, request.send().await, ["EntityAlreadyExists"])
            }
            Self::DeleteRole { role } => {
                let request = iam(cx, operation)?.delete_role().role_name(role);
                done!(operation, request.send().await, ["NoSuchEntity"])
            }
            Self::PutRolePolicy { role, policy } => {
                let request = iam(cx, operation)?.put_role_policy().role_name(role).policy_name(POLICY);
                done!(operation, request.policy_document(policy).send().await, [""])
            }
            Self::DeleteRolePolicy { role } => {
                let request = iam(cx, operation)?.delete_role_policy().role_name(role).policy_name(POLICY);
                done!(operation, request.send().await, ["NoSuchEntity"])
            }
            Self::CreateLogGroup { region, group } => {
                let request = logs(cx, region, operation)?.create_log_group().log_group_name(group);
                done!(operation, request.send().await, ["ResourceAlreadyExistsException"])
            }
            Self::DeleteLogGroup { region, group } => {
                let request = logs(cx, region, operation)?.delete_log_group().log_group_name(group);
                done!(operation, request.send().await, ["ResourceNotFoundException"])
            }
            Self::PutRetentionPolicy { region, group, days } => {
                let request = logs(cx, region, operation)?.put_retention_policy().log_group_name(group);
                done!(operation, request.retention_in_days(*days).send().await, [""])
            }
            Self::CreateFlowLogs { region, vpc, group, role, run } => {
                record(cx, operation, region, vpc, group, role, run).await
            }
            Self::DeleteFlowLogs { region, vpc, run } => {
                let made = made(cx, region, vpc, run).await?;
                if made.is_empty() {
                    return Ok(());
                }
                let request = ec2(cx, region, operation)?.delete_flow_logs().set_flow_log_ids(Some(made));
                done!(operation, request.send().await, ["InvalidFlowLogId.NotFound"])
            }
        }
    }
}

async fn record(
    cx: &Cx,
    operation: Operation,
    region: &str,
    vpc: &str,
    group: &str,
    role: &str,
    run: &str,
) -> Result<(), Unread> {
    if !made(cx, region, vpc, run).await?.is_empty() {
        return Ok(());
    }
    let tags = TagSpecification::builder()
        .resource_type(ResourceType::VpcFlowLog)
        .tags(Tag::builder().key(TAG).value(run).build())
        .build();
    let request = ec2(cx, region, operation)?
        .create_flow_logs()
        .client_token(format!("{run}-{vpc}"))
        .resource_type(FlowLogsResourceType::Vpc)
        .resource_ids(vpc)
        .traffic_type(TrafficType::All)
        .log_group_name(group)
        .deliver_logs_permission_arn(role)
        .tag_specifications(tags);
    let answer = match request.send().await {
        Ok(answer) => answer,
        Err(error) if asc_aws::failure::code(&error) == Some("FlowLogAlreadyExists") => return Ok(()),
        Err(error) => return Err(asc_aws::unread(operation, &error)),
    };
    // A success may say that nothing was made.
    match answer.unsuccessful().first().and_then(|item| item.error.as_ref()) {
        None => Ok(()),
        Some(error) => {
            let mut why = Unread::new(operation, Class::Refused, error.message.clone().unwrap_or_default());
            why.aws_code = error.code.clone().map(Into::into);
            Err(why)
        }
    }
}

/// The flow logs that a run has made for a VPC.
async fn made(cx: &Cx, region: &str, vpc: &str, run: &str) -> Result<Vec<String>, Unread> {
    let client = ec2(cx, region, FIND_FLOW_LOGS)?;
    let listed = asc_aws::pages(FIND_FLOW_LOGS, "flowLogSet", |token| {
        let request = client.describe_flow_logs().max_results(PAGE).set_next_token(token);
        async move {
            let page = request.send().await.map_err(|error| asc_aws::unread(FIND_FLOW_LOGS, &error))?;
            Ok((page.flow_logs, page.next_token))
        }
    });
    let tagged = |log: &aws_sdk_ec2::types::FlowLog| {
        log.tags().iter().any(|tag| tag.key() == Some(TAG) && tag.value() == Some(run))
    };
    let ours = listed.await?.into_iter().filter(|log| log.resource_id() == Some(vpc) && tagged(log));
    Ok(ours.filter_map(|log| log.flow_log_id).collect())
}

asc_core::declare_changes!(FlowChange);
