//! Flow logs, of whatever they watch.

use asc_aws::{pages, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use aws_sdk_ec2::types::LogDestinationType;
use serde::Serialize;

use super::client::{PAGE, ec2, present};
use super::log_group::LogGroup;

/// The call that lists flow logs.
pub const DESCRIBE_FLOW_LOGS: Operation =
    Operation::new("ec2", "DescribeFlowLogs", "ec2:DescribeFlowLogs").per(Per::Region);

/// Which traffic a flow log records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Traffic {
    /// All.
    All,
    /// What was let through.
    Accepted,
    /// What was not.
    Rejected,
}

/// Where a flow log delivers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// A log group of CloudWatch Logs, where the answer names it.
    LogGroup(Option<LogGroup>),
    /// S3, by the ARN of a bucket and perhaps a folder.
    S3(String),
    /// Amazon Data Firehose, by the ARN of a stream.
    Firehose(String),
    /// Something newer than this program.
    Other(String),
}

impl Destination {
    fn of(kind: Option<&LogDestinationType>, group: Option<&str>, at: Option<&str>, region: &str) -> Self {
        let at = at.unwrap_or_default();
        match kind {
            // The ARN says more than the name: the account, which may be another one.
            None | Some(LogDestinationType::CloudWatchLogs) => Self::LogGroup(
                LogGroup::of_arn(at)
                    .or_else(|| group.filter(|name| !name.is_empty()).map(|name| LogGroup::own(region, name))),
            ),
            Some(LogDestinationType::S3) => Self::S3(at.to_owned()),
            Some(LogDestinationType::KinesisDataFirehose) => Self::Firehose(at.to_owned()),
            Some(other) => Self::Other(other.as_str().to_owned()),
        }
    }
}

/// A flow log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FlowLog {
    /// Its id: `fl-…`.
    pub id: String,
    /// What it watches: a VPC, a subnet, a network interface or a transit gateway.
    pub resource: String,
    /// Whether it is at work.
    pub active: bool,
    /// Why it cannot deliver, if AWS says that it cannot.
    pub failing: Option<String>,
    /// Which traffic it records; a transit gateway's does not tell.
    pub traffic: Option<Traffic>,
    /// Where it delivers to.
    pub destination: Destination,
}

/// The flow logs of a region.
#[derive(Debug)]
pub struct FlowLogs;

impl Fact for FlowLogs {
    type Key = String;
    type Value = Vec<FlowLog>;
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_FLOW_LOGS)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let client = ec2(cx, region, DESCRIBE_FLOW_LOGS)?;
        let listed = pages(DESCRIBE_FLOW_LOGS, "flowLogSet", |token| {
            let request = client.describe_flow_logs().max_results(PAGE).set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(DESCRIBE_FLOW_LOGS, &e))?;
                Ok((page.flow_logs, page.next_token))
            }
        });
        listed.await?.into_iter().map(|log| read(log, region)).collect()
    }
}

fn read(log: aws_sdk_ec2::types::FlowLog, region: &str) -> Result<FlowLog, Unread> {
    use aws_sdk_ec2::types::TrafficType;

    let resource = present(DESCRIBE_FLOW_LOGS, log.resource_id, "resourceId")?;
    let traffic = match &log.traffic_type {
        Some(TrafficType::All) => Some(Traffic::All),
        Some(TrafficType::Accept) => Some(Traffic::Accepted),
        Some(TrafficType::Reject) => Some(Traffic::Rejected),
        Some(other) => {
            let detail = format!("{} is no type of traffic", other.as_str());
            return Err(Unread::malformed(DESCRIBE_FLOW_LOGS, detail));
        }
        None if resource.starts_with("tgw-") => None,
        None => return Err(Unread::malformed(DESCRIBE_FLOW_LOGS, "no trafficType in the answer")),
    };
    let status = present(DESCRIBE_FLOW_LOGS, log.flow_log_status, "flowLogStatus")?;
    let failed = log.deliver_logs_status.is_some_and(|status| status.eq_ignore_ascii_case("FAILED"));
    let (kind, at) = (log.log_destination_type.as_ref(), log.log_destination.as_deref());
    Ok(FlowLog {
        id: present(DESCRIBE_FLOW_LOGS, log.flow_log_id, "flowLogId")?,
        active: status.eq_ignore_ascii_case("ACTIVE"),
        failing: failed.then(|| log.deliver_logs_error_message.unwrap_or_else(|| "FAILED".to_owned())),
        traffic,
        destination: Destination::of(kind, log.log_group_name.as_deref(), at, region),
        resource,
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{FlowLog as Given, TrafficType};

    use super::*;

    fn given() -> aws_sdk_ec2::types::builders::FlowLogBuilder {
        Given::builder()
            .flow_log_id("fl-1")
            .resource_id("vpc-1")
            .flow_log_status("ACTIVE")
            .traffic_type(TrafficType::All)
    }

    #[test]
    fn a_log_group_is_named_by_name_or_by_arn() {
        let own = Destination::LogGroup(Some(LogGroup::own("eu-west-1", "flows")));
        let by_name = given().log_group_name("flows").log_destination_type(LogDestinationType::CloudWatchLogs).build();
        assert_eq!(read(by_name, "eu-west-1").unwrap().destination, own);
        // The oldest flow logs have no type.
        assert_eq!(read(given().log_group_name("flows").build(), "eu-west-1").unwrap().destination, own);
        for end in ["", ":*"] {
            let at = format!("arn:aws:logs:eu-west-1:123456789012:log-group:/aws/flows{end}");
            let by_arn = given().log_destination(at).log_destination_type(LogDestinationType::CloudWatchLogs).build();
            let Destination::LogGroup(Some(group)) = read(by_arn, "eu-west-1").unwrap().destination else { panic!() };
            assert_eq!((group.name.as_str(), group.account.as_deref()), ("/aws/flows", Some("123456789012")));
        }
        let unnamed = given().log_destination("").log_destination_type(LogDestinationType::CloudWatchLogs).build();
        assert_eq!(read(unnamed, "eu-west-1").unwrap().destination, Destination::LogGroup(None));
    }

    #[test]
    fn other_destinations_keep_their_arn() {
        let bucket = given().log_destination("arn:aws:s3:::flows").log_destination_type(LogDestinationType::S3).build();
        assert_eq!(read(bucket, "r").unwrap().destination, Destination::S3("arn:aws:s3:::flows".to_owned()));
        let stream = given().log_destination("arn:f").log_destination_type(LogDestinationType::KinesisDataFirehose);
        assert_eq!(read(stream.build(), "r").unwrap().destination, Destination::Firehose("arn:f".to_owned()));
    }

    #[test]
    fn a_failed_delivery_is_told_with_its_reason() {
        let failed = given().deliver_logs_status("FAILED").deliver_logs_error_message("Access error").build();
        assert_eq!(read(failed, "r").unwrap().failing.as_deref(), Some("Access error"));
        assert_eq!(read(given().deliver_logs_status("SUCCESS").build(), "r").unwrap().failing, None);
        assert_eq!(read(given().build(), "r").unwrap().failing, None);
    }

    #[test]
    fn only_a_transit_gateway_may_say_nothing_of_traffic() {
        let silent =
            |resource: &str| Given::builder().flow_log_id("fl").resource_id(resource).flow_log_status("ACTIVE");
        assert_eq!(read(silent("tgw-1").build(), "r").unwrap().traffic, None);
        assert!(read(silent("vpc-1").build(), "r").is_err());
        assert!(read(Given::builder().build(), "r").is_err());
    }
}
