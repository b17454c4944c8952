//! What EC2 answers, and CloudWatch Logs about the log groups that flow logs use.
//! Source: Amazon EC2 API Reference and Amazon CloudWatch Logs API Reference, the operations' response elements.

use serde_json::json;

use super::{ACCOUNT, Account, Answer};

/// The listings that a scan reads in every region: the operation, its list, whether its request gives a page's size.
const LISTINGS: [(&str, &str, bool); 8] = [
    ("DescribeFlowLogs", "flowLogSet", true),
    ("DescribeInstances", "reservationSet", true),
    ("DescribeKeyPairs", "keySet", false),
    ("DescribeNetworkInterfaces", "networkInterfaceSet", true),
    ("DescribeSecurityGroups", "securityGroupInfo", true),
    ("DescribeSubnets", "subnetSet", true),
    ("DescribeVolumes", "volumeSet", true),
    ("DescribeVpcs", "vpcSet", true),
];

fn element(name: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { format!("<{name}>{value}</{name}>") }
}

fn answer(operation: &str, inner: &str) -> Answer {
    Answer::ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{operation}Response \
         xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>59dbff89-35bd-4eac-99ed-be587EXAMPLE</requestId>\
         {inner}</{operation}Response>"
    ))
}

/// A volume, and the instance that it is attached to.
pub(crate) fn volume(id: &str, state: &str, encrypted: bool, instance: Option<&str>) -> String {
    let attached = instance.map(|instance| {
        format!(
            "<item><volumeId>{id}</volumeId><instanceId>{instance}</instanceId><device>/dev/sda1</device>\
             <status>attached</status></item>"
        )
    });
    format!(
        "<volumeId>{id}</volumeId><size>8</size><snapshotId/><availabilityZone>eu-west-1a</availabilityZone>\
         <status>{state}</status><createTime>2024-01-01T00:00:00.000Z</createTime><attachmentSet>{}</attachmentSet>\
         <volumeType>gp3</volumeType><encrypted>{encrypted}</encrypted>",
        attached.unwrap_or_default()
    )
}

/// A VPC and the account that owns it.
pub(crate) fn vpc(id: &str, owner: &str, default: bool) -> String {
    format!(
        "<vpcId>{id}</vpcId><ownerId>{owner}</ownerId><state>available</state><cidrBlock>10.0.0.0/16</cidrBlock>\
         <isDefault>{default}</isDefault>"
    )
}

/// A subnet of a VPC.
pub(crate) fn subnet(id: &str, vpc: &str) -> String {
    format!("<subnetId>{id}</subnetId><vpcId>{vpc}</vpcId><ownerId>{ACCOUNT}</ownerId><state>available</state>")
}

/// A flow log, and where it delivers to.
#[derive(Clone, Debug)]
pub(crate) struct FlowLog {
    id: String,
    resource: String,
    traffic: String,
    active: bool,
    error: String,
    kind: String,
    group: String,
    destination: String,
}

/// A flow log of all traffic of something, to the log group `/flow`.
pub(crate) fn flow_log(id: &str, resource: &str) -> FlowLog {
    let [id, resource, traffic, error] = [id, resource, "ALL", ""].map(str::to_owned);
    let [kind, group, destination] = ["cloud-watch-logs", "/flow", ""].map(str::to_owned);
    FlowLog { id, resource, traffic, active: true, error, kind, group, destination }
}

impl FlowLog {
    pub(crate) fn of(mut self, traffic: &str) -> Self {
        traffic.clone_into(&mut self.traffic);
        self
    }

    pub(crate) fn inactive(mut self) -> Self {
        self.active = false;
        self
    }

    /// Its last delivery failed.
    pub(crate) fn failing(mut self, error: &str) -> Self {
        error.clone_into(&mut self.error);
        self
    }

    /// It delivers to another log group.
    pub(crate) fn into_group(mut self, name: &str) -> Self {
        name.clone_into(&mut self.group);
        self
    }

    /// It delivers to what an ARN names.
    pub(crate) fn to(mut self, kind: &str, arn: &str) -> Self {
        [self.kind, self.group, self.destination] = [kind, "", arn].map(str::to_owned);
        self
    }

    pub(crate) fn xml(&self) -> String {
        let delivery = if self.error.is_empty() { "SUCCESS" } else { "FAILED" };
        let (status, id) = (if self.active { "ACTIVE" } else { "INACTIVE" }, &self.id);
        format!(
            "<creationTime>2026-01-01T00:00:00.000Z</creationTime><flowLogId>{id}</flowLogId>\
             <flowLogStatus>{status}</flowLogStatus><deliverLogsStatus>{delivery}</deliverLogsStatus>\
             <resourceId>{}</resourceId>{}{}{}{}<logDestinationType>{}</logDestinationType>\
             <maxAggregationInterval>600</maxAggregationInterval>",
            self.resource,
            element("trafficType", &self.traffic),
            element("deliverLogsErrorMessage", &self.error),
            element("logGroupName", &self.group),
            element("logDestination", &self.destination),
            self.kind
        )
    }
}

/// An instance, alone in its reservation: its state, the path and name of its instance profile, its key pair.
pub(crate) fn instance(id: &str, state: &str, profile: &str, key: &str) -> String {
    let code = ["pending", "running", "", "shutting-down", "terminated", "stopping", "stopped"];
    let code = code.iter().position(|name| *name == state).map_or(0, |at| [0, 16, 0, 32, 48, 64, 80][at]);
    let profile = match profile {
        "" => String::new(),
        name => format!(
            "<iamInstanceProfile><arn>arn:aws:iam::{ACCOUNT}:instance-profile{name}</arn>\
             <id>AIPACKCEVSQ6C2EXAMPLE</id></iamInstanceProfile>"
        ),
    };
    let key = element("keyName", key);
    format!(
        "<reservationId>r-1234567890abcdef0</reservationId><ownerId>{ACCOUNT}</ownerId><instancesSet><item>\
         <instanceId>{id}</instanceId><imageId>ami-bff32ccc</imageId><instanceState><code>{code}</code>\
         <name>{state}</name></instanceState>{key}<instanceType>t3.micro</instanceType>{profile}</item></instancesSet>"
    )
}

/// A key pair.
pub(crate) fn key_pair(name: &str, kind: &str, created: &str) -> String {
    format!(
        "<keyPairId>key-0123456789EXAMPLE</keyPairId><keyType>{kind}</keyType><createTime>{created}</createTime>\
         <keyName>{name}</keyName><keyFingerprint>1f:51</keyFingerprint><tagSet/>"
    )
}

/// An ingress rule: protocol, ports (none for all), and where from.
pub(crate) type Rule<'a> = (&'a str, Option<(i32, i32)>, &'a str);

/// A security group with ingress rules.
pub(crate) fn security_group(id: &str, rules: &[Rule<'_>]) -> String {
    let rule = |(protocol, ports, from): &Rule<'_>| {
        let ports = ports.map(|(low, high)| format!("<fromPort>{low}</fromPort><toPort>{high}</toPort>"));
        let ranges = if from.contains(':') {
            format!("<ipRanges/><ipv6Ranges><item><cidrIpv6>{from}</cidrIpv6></item></ipv6Ranges>")
        } else {
            format!("<ipRanges><item><cidrIp>{from}</cidrIp></item></ipRanges><ipv6Ranges/>")
        };
        let ports = ports.unwrap_or_default();
        format!("<item><ipProtocol>{protocol}</ipProtocol>{ports}<groups/>{ranges}<prefixListIds/></item>")
    };
    let rules: String = rules.iter().map(rule).collect();
    format!(
        "<ownerId>{ACCOUNT}</ownerId><groupId>{id}</groupId><groupName>{id}-name</groupName><groupDescription>d\
         </groupDescription><vpcId>vpc-1a2b3c4d</vpcId><ipPermissions>{rules}</ipPermissions><ipPermissionsEgress>\
         <item><ipProtocol>-1</ipProtocol><groups/><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges>\
         <ipv6Ranges/><prefixListIds/></item></ipPermissionsEgress>"
    )
}

/// A VPC's default group as it is made empty, or with one rule that lets everything out.
pub(crate) fn default_group(id: &str, open: bool) -> String {
    let rule = "<item><ipProtocol>-1</ipProtocol><groups/><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges>\
                <ipv6Ranges/><prefixListIds/></item>";
    let rules = if open { rule } else { "" };
    format!(
        "<ownerId>{ACCOUNT}</ownerId><groupId>{id}</groupId><groupName>default</groupName><groupDescription>default VPC \
         security group</groupDescription><vpcId>vpc-1a2b3c4d</vpcId><ipPermissions/><ipPermissionsEgress>{rules}\
         </ipPermissionsEgress>"
    )
}

/// A network interface that is in a security group.
pub(crate) fn interface(group: &str) -> String {
    format!(
        "<networkInterfaceId>eni-{group}</networkInterfaceId><status>in-use</status><groupSet><item>\
         <groupId>{group}</groupId><groupName>{group}-name</groupName></item></groupSet>"
    )
}

impl Account {
    /// With nothing of EC2 in it: every region's listings are empty, and new volumes are encrypted.
    pub(crate) fn no_ec2(mut self) -> Self {
        for region in self.regions.clone() {
            for (operation, ..) in LISTINGS {
                self = self.listed(&region, operation, &[]);
            }
            self = self.encrypting(&region, true);
        }
        self
    }

    fn ec2(self, region: &str, operation: &str, rest: &str, answer: Answer) -> Self {
        self.post("ec2", operation, region, &format!("Action={operation}&Version=2016-11-15{rest}"), answer)
    }

    /// What a listing (`DescribeVpcs`) of a region gives.
    pub(crate) fn listed(self, region: &str, operation: &str, items: &[String]) -> Self {
        self.listed_in_pages(region, operation, &[items])
    }

    /// The same, page by page.
    pub(crate) fn listed_in_pages(mut self, region: &str, operation: &str, pages: &[&[String]]) -> Self {
        let listing = LISTINGS.iter().find(|(name, ..)| *name == operation);
        let (_, list, sized) = listing.expect("a listing");
        for (page, items) in pages.iter().enumerate() {
            let item = |item: &String| format!("<item>{item}</item>");
            let items: String = items.iter().map(item).collect();
            let next = if page + 1 < pages.len() { format!("page-{}", page + 1) } else { String::new() };
            let inner = format!("<{list}>{items}</{list}>{}", element("nextToken", &next));
            let size = if *sized { "&MaxResults=1000" } else { "" };
            let token = if page == 0 { String::new() } else { format!("&NextToken=page-{page}") };
            // The parameters come in the order in which the service's model has them.
            let size_first = operation == "DescribeFlowLogs";
            let rest = if size_first { format!("{size}{token}") } else { format!("{token}{size}") };
            self = self.ec2(region, operation, &rest, answer(operation, &inner));
        }
        self
    }

    /// What a listing of one region answers instead.
    pub(crate) fn with_listing(self, region: &str, operation: &str, answer: Answer) -> Self {
        let (_, _, sized) = LISTINGS.iter().find(|(name, ..)| *name == operation).expect("a listing");
        self.ec2(region, operation, if *sized { "&MaxResults=1000" } else { "" }, answer)
    }

    /// A region's flow logs.
    pub(crate) fn flow_logs(self, region: &str, logs: &[FlowLog]) -> Self {
        self.listed(region, "DescribeFlowLogs", &logs.iter().map(FlowLog::xml).collect::<Vec<_>>())
    }

    /// Whether a region encrypts new volumes.
    pub(crate) fn encrypting(self, region: &str, on: bool) -> Self {
        let inner = format!("<ebsEncryptionByDefault>{on}</ebsEncryptionByDefault>");
        self.with_default(region, answer("GetEbsEncryptionByDefault", &inner))
    }

    /// What a region answers about that.
    pub(crate) fn with_default(self, region: &str, answer: Answer) -> Self {
        self.ec2(region, "GetEbsEncryptionByDefault", "", answer)
    }

    /// The log groups that begin like a name, page by page, and the days that each keeps what it has.
    pub(crate) fn log_groups(mut self, region: &str, name: &str, pages: &[&[(&str, Option<u32>)]]) -> Self {
        for (page, groups) in pages.iter().enumerate() {
            let group = |(name, days): &(&str, Option<u32>)| {
                let arn = format!("arn:aws:logs:{region}:{ACCOUNT}:log-group:{name}:*");
                let mut group = json!({ "logGroupName": name, "arn": arn, "creationTime": 1_700_000_000_000_u64,
                                        "metricFilterCount": 0, "storedBytes": 0 });
                if let Some(days) = days {
                    group["retentionInDays"] = json!(days);
                }
                group
            };
            let mut answer = json!({ "logGroups": groups.iter().map(group).collect::<Vec<_>>() });
            if page + 1 < pages.len() {
                answer["nextToken"] = json!(format!("page-{}", page + 1));
            }
            let token = if page == 0 { String::new() } else { format!(r#","nextToken":"page-{page}""#) };
            let body = format!(r#"{{"logGroupNamePrefix":"{name}"{token},"limit":50}}"#);
            self = self.post("logs", "DescribeLogGroups", region, &body, Answer::json(&answer));
        }
        self
    }
}
