//! EC2.
//! Source: Amazon EC2 API Reference, the operations' response elements.

use super::{Answered, Page, xml};
use crate::account::Shape;
use crate::account::network::{FlowLog, NEIGHBOUR};
use crate::call::Call;

/// The most that EC2 gives in a page.
const PAGE: usize = 1_000;

pub(super) fn answer(shape: &Shape, call: &Call) -> Answered {
    let region = call.region();
    let in_region = |count| shape.in_region(region, count);
    match call.name() {
        "DescribeRegions" => {
            let region = |name: &&str| {
                format!(
                    "<regionName>{name}</regionName><regionEndpoint>ec2.{name}.amazonaws.com</regionEndpoint>\
                     <optInStatus>opt-in-not-required</optInStatus>"
                )
            };
            listing(call, "regionInfo", shape.region_names().iter().map(region))
        }
        "DescribeVpcs" => listing(call, "vpcSet", in_region(shape.vpcs).map(|index| vpc(shape, index))),
        "DescribeSubnets" => {
            let subnets = in_region(shape.vpcs).flat_map(|index| {
                (0..shape.subnets).map(move |number| {
                    let vpc = shape.vpc(index);
                    format!(
                        "<subnetId>{}</subnetId><vpcId>{}</vpcId><state>available</state>",
                        vpc.subnet(number),
                        vpc.id()
                    )
                })
            });
            listing(call, "subnetSet", subnets)
        }
        "DescribeFlowLogs" => listing(call, "flowLogSet", shape.flow_logs_in(region).iter().map(flow_log)),
        "DescribeInstances" => {
            listing(call, "reservationSet", in_region(shape.instances).map(|index| reservation(shape, index)))
        }
        "DescribeKeyPairs" => listing(call, "keySet", in_region(shape.key_pairs).map(key_pair)),
        "DescribeVolumes" => listing(
            call,
            "volumeSet",
            shape.volumes_in(region).map(|volume| {
                let (id, encrypted) = (volume.id(), volume.is_encrypted());
                let attached = volume.attached_to().map(|instance| {
                    format!(
                        "<item><volumeId>{id}</volumeId><instanceId>{}</instanceId><status>attached</status></item>",
                        shape.instance(instance).id()
                    )
                });
                let status = match &attached {
                    _ if volume.is_deleting() => "deleting",
                    Some(_) => "in-use",
                    None => "available",
                };
                format!(
                    "<volumeId>{id}</volumeId><size>8</size><status>{status}</status><attachmentSet>{}</attachmentSet>\
                 <volumeType>gp3</volumeType><encrypted>{encrypted}</encrypted>",
                    attached.unwrap_or_default()
                )
            }),
        ),
        "GetEbsEncryptionByDefault" => {
            let on = shape.encrypts_by_default(call.region);
            Ok(response(call, &format!("<ebsEncryptionByDefault>{on}</ebsEncryptionByDefault>")))
        }
        "DescribeSecurityGroups" => listing(
            call,
            "securityGroupInfo",
            in_region(shape.security_groups).map(|index| security_group(shape, index)),
        ),
        "DescribeNetworkInterfaces" => {
            let instances = in_region(shape.instances).filter(|index| shape.instance(*index).exists());
            listing(call, "networkInterfaceSet", instances.map(|index| interface(shape, index)))
        }
        _ => Err((400, "InvalidAction")),
    }
}

fn response(call: &Call, inner: &str) -> super::Reply {
    let operation = call.name();
    xml(
        200,
        format!(
            "<{operation}Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>simulated</requestId>\
             {inner}</{operation}Response>"
        ),
    )
}

fn listing(call: &Call, list: &str, items: impl Iterator<Item = String>) -> Answered {
    let size = call.parameter("MaxResults").and_then(|size| size.parse().ok());
    let (items, next) =
        Page::of(call.parameter("NextToken"), size, PAGE)?.cut(items.map(|item| format!("<item>{item}</item>")));
    let items = items.concat();
    let next = next.map(|token| format!("<nextToken>{token}</nextToken>")).unwrap_or_default();
    Ok(response(call, &format!("<{list}>{items}</{list}>{next}")))
}

fn vpc(shape: &Shape, index: u64) -> String {
    let vpc = shape.vpc(index);
    let owner = if vpc.is_shared() { NEIGHBOUR } else { &shape.account };
    format!(
        "<vpcId>{}</vpcId><ownerId>{owner}</ownerId><state>available</state><cidrBlock>10.0.0.0/16</cidrBlock>\
         <isDefault>{}</isDefault><tagSet><item><key>Name</key><value>vpc {index}</value></item></tagSet>",
        vpc.id(),
        vpc.is_default()
    )
}

fn flow_log(log: &FlowLog) -> String {
    let status = if log.active { "ACTIVE" } else { "INACTIVE" };
    let delivery = if log.failing { "FAILED" } else { "SUCCESS" };
    let destination = match &log.group {
        Some(group) => {
            format!("<logGroupName>{group}</logGroupName><logDestinationType>cloud-watch-logs</logDestinationType>")
        }
        None => "<logDestination>arn:aws:s3:::flow-logs</logDestination><logDestinationType>s3</logDestinationType>"
            .to_owned(),
    };
    format!(
        "<flowLogId>{}</flowLogId><flowLogStatus>{status}</flowLogStatus><deliverLogsStatus>{delivery}\
         </deliverLogsStatus><resourceId>{}</resourceId><trafficType>{}</trafficType>{destination}",
        log.id, log.resource, log.traffic
    )
}

fn reservation(shape: &Shape, index: u64) -> String {
    let instance = shape.instance(index);
    let (state, code) = instance.state();
    let profile = instance.profile().map(|name| {
        format!(
            "<iamInstanceProfile><arn>arn:aws:iam::{}:instance-profile/{name}</arn><id>AIPASIMULATED</id>\
             </iamInstanceProfile>",
            shape.account
        )
    });
    let key = instance.key().map(|key| format!("<keyName>key-{key}</keyName>"));
    format!(
        "<reservationId>r-{index:017x}</reservationId><ownerId>{}</ownerId><instancesSet><item><instanceId>{}\
         </instanceId><imageId>ami-0</imageId><instanceState><code>{code}</code><name>{state}</name></instanceState>{}\
         <instanceType>t3.micro</instanceType>{}<tagSet><item><key>Name</key><value>instance {index}</value></item>\
         </tagSet></item></instancesSet>",
        shape.account,
        instance.id(),
        key.unwrap_or_default(),
        profile.unwrap_or_default()
    )
}

fn key_pair(index: u64) -> String {
    format!(
        "<keyPairId>key-{index:017x}</keyPairId><keyType>ed25519</keyType><createTime>2024-01-01T00:00:00.000Z\
         </createTime><keyName>key-{index}</keyName><keyFingerprint>00:00</keyFingerprint>"
    )
}

/// The id of a security group.
fn group_id(index: u64) -> String {
    format!("sg-{index:017x}")
}

fn security_group(shape: &Shape, index: u64) -> String {
    let (protocol, port, from) = shape.open_rule(index).unwrap_or(("tcp", 443, "10.0.0.0/8"));
    let ports =
        if protocol == "-1" { String::new() } else { format!("<fromPort>{port}</fromPort><toPort>{port}</toPort>") };
    let ranges = if from.contains(':') {
        format!("<ipRanges/><ipv6Ranges><item><cidrIpv6>{from}</cidrIpv6></item></ipv6Ranges>")
    } else {
        format!("<ipRanges><item><cidrIp>{from}</cidrIp></item></ipRanges><ipv6Ranges/>")
    };
    format!(
        "<ownerId>{}</ownerId><groupId>{}</groupId><groupName>group {index}</groupName><vpcId>vpc-0</vpcId>\
         <ipPermissions><item><ipProtocol>{protocol}</ipProtocol>{ports}<groups/>{ranges}<prefixListIds/></item>\
         </ipPermissions><ipPermissionsEgress/>",
        shape.account,
        group_id(index)
    )
}

fn interface(shape: &Shape, instance: u64) -> String {
    let group = shape.instance(instance).security_group().map(|group| {
        format!("<item><groupId>{}</groupId><groupName>group {group}</groupName></item>", group_id(group))
    });
    format!(
        "<networkInterfaceId>eni-{instance:017x}</networkInterfaceId><status>in-use</status><groupSet>{}</groupSet>",
        group.unwrap_or_default()
    )
}
