//! VPCs, their flow logs, the log groups behind those, and security groups.

use super::Shape;

/// Another account, which shares VPCs with this one.
pub const NEIGHBOUR: &str = "444455556666";

/// How a VPC is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// All of its traffic, into CloudWatch Logs.
    All,
    /// What was rejected, into S3.
    RejectedToS3,
    /// Only what was let through.
    AcceptedOnly,
    /// By a flow log that is not active.
    Inactive,
    /// By a flow log that cannot deliver.
    Failing,
    /// By a flow log on each of its subnets.
    EachSubnet,
    /// By a flow log on its first subnet alone.
    OneSubnet,
    /// Not at all.
    Not,
}

/// How long a log group keeps what it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// So many days.
    Days(u64),
    /// For ever.
    Forever,
    /// There is no such group.
    NoGroup,
}

/// A VPC, by index.
#[derive(Clone, Copy, Debug)]
pub struct Vpc<'a> {
    shape: &'a Shape,
    /// Its index.
    pub index: u64,
}

/// A flow log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowLog {
    /// Its id.
    pub id: String,
    /// The VPC or subnet that it watches.
    pub resource: String,
    /// `ALL`, `REJECT` or `ACCEPT`.
    pub traffic: &'static str,
    /// Whether it is active.
    pub active: bool,
    /// Whether it cannot deliver.
    pub failing: bool,
    /// The log group it delivers into; S3 where there is none.
    pub group: Option<String>,
}

impl FlowLog {
    /// Whether it records traffic that was rejected, and delivers it.
    pub fn records_rejected(&self) -> bool {
        self.active && !self.failing && self.traffic != "ACCEPT"
    }
}

impl Shape {
    /// A VPC.
    pub const fn vpc(&self, index: u64) -> Vpc<'_> {
        Vpc { shape: self, index }
    }

    /// The flow logs of a region.
    pub fn flow_logs_in(&self, region: &str) -> Vec<FlowLog> {
        self.in_region(region, self.vpcs).flat_map(|index| self.vpc(index).flow_logs()).collect()
    }

    /// How long a log group of a region keeps what it has.
    pub fn retention(&self, region: &str, group: &str) -> Retention {
        let question = format!("retention {region} {group}");
        if !group.starts_with("/flow/") {
            return Retention::NoGroup;
        }
        match self.percent(&question, 0) {
            ..30 => Retention::Forever,
            30..60 => Retention::Days(400),
            60..90 => Retention::Days(30),
            _ => Retention::NoGroup,
        }
    }

    /// The rule of a security group that the internet may use: protocol, port and source.
    pub fn open_rule(&self, group: u64) -> Option<(&'static str, u16, &'static str)> {
        match self.percent("open", group) {
            ..12 => Some(("tcp", 22, "0.0.0.0/0")),
            12..16 => Some(("tcp", 443, "::/0")),
            16..18 => Some(("-1", 0, "0.0.0.0/0")),
            _ => None,
        }
    }

    /// Whether a region has a rule that is open to the internet.
    pub fn has_open_rule(&self, region: &str) -> bool {
        self.in_region(region, self.security_groups).any(|group| self.open_rule(group).is_some())
    }
}

impl Vpc<'_> {
    /// Its id.
    pub fn id(&self) -> String {
        format!("vpc-{:017x}", self.index)
    }

    /// The id of one of its subnets.
    pub fn subnet(&self, number: u64) -> String {
        format!("subnet-{:013x}{number:04x}", self.index)
    }

    /// Its region.
    pub fn region(&self) -> &'static str {
        self.shape.region(self.index)
    }

    /// Whether it is its region's default VPC.
    pub const fn is_default(&self) -> bool {
        self.index < self.shape.regions
    }

    /// Whether another account shares it.
    pub fn is_shared(&self) -> bool {
        !self.is_default() && self.shape.percent("shared", self.index) < 6
    }

    /// How it is recorded; those of another account are that account's affair.
    pub fn recorded(&self) -> Recorded {
        if self.is_shared() {
            return Recorded::Not;
        }
        match self.shape.percent("flow log", self.index) {
            ..45 => Recorded::All,
            45..55 => Recorded::RejectedToS3,
            55..62 => Recorded::AcceptedOnly,
            62..68 => Recorded::Inactive,
            68..74 => Recorded::Failing,
            74..82 if self.shape.subnets > 0 => Recorded::EachSubnet,
            82..88 if self.shape.subnets > 1 => Recorded::OneSubnet,
            _ => Recorded::Not,
        }
    }

    /// Its flow logs, and those of its subnets.
    pub fn flow_logs(&self) -> Vec<FlowLog> {
        let whole = FlowLog {
            id: format!("fl-{:017x}", self.index << 16),
            resource: self.id(),
            traffic: "ALL",
            active: true,
            failing: false,
            group: Some(format!("/flow/{}", self.shape.roll("flow group", self.index) % 3)),
        };
        let of_subnet = |number: u64| FlowLog {
            id: format!("fl-{:017x}", (self.index << 16) + number + 1),
            resource: self.subnet(number),
            ..whole.clone()
        };
        match self.recorded() {
            Recorded::All => vec![whole],
            Recorded::RejectedToS3 => vec![FlowLog { traffic: "REJECT", group: None, ..whole }],
            Recorded::AcceptedOnly => vec![FlowLog { traffic: "ACCEPT", ..whole }],
            Recorded::Inactive => vec![FlowLog { active: false, ..whole }],
            Recorded::Failing => vec![FlowLog { failing: true, ..whole }],
            Recorded::EachSubnet => (0..self.shape.subnets).map(of_subnet).collect(),
            Recorded::OneSubnet => vec![of_subnet(0)],
            Recorded::Not => Vec::new(),
        }
    }

    /// Whether what is rejected is recorded everywhere in it.
    pub fn is_recorded(&self) -> bool {
        matches!(self.recorded(), Recorded::All | Recorded::RejectedToS3 | Recorded::EachSubnet)
    }
}
