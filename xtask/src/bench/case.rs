//! The cases: which account, under which conditions, and what is asked of it.

/// How a case is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One scan, next to the floor.
    Scan,
    /// Many scans, each with other faults.
    Faults,
    /// A scan with one region that never answers, next to one without.
    BlackHole,
    /// A scan beside which the account's production goes on asking.
    Beside,
    /// How long the program takes to start.
    Startup,
}

/// A case.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) kind: Kind,
    /// Options of the simulator that make the account.
    pub(crate) shape: &'static [&'static str],
    /// Options of the simulator that make its limits.
    pub(crate) limits: &'static [&'static str],
    /// Options of the simulator that make its latency and faults.
    pub(crate) wire: &'static [&'static str],
    /// Milliseconds from a request to its answer, on average; the same as in `wire`.
    pub(crate) latency_ms: f64,
    /// Whether it is part of the quick form.
    pub(crate) quick: bool,
}

/// 50 ms, as far as the next continent.
const FAR: &[&str] = &["--latency-ms", "50", "--jitter-ms", "10"];
const NEAR: &[&str] = &["--latency-ms", "5", "--jitter-ms", "2"];
const FIVE_PERCENT: &[&str] = &["--latency-ms", "5", "--jitter-ms", "2", "--fault-rate", "0.05"];
const BLACK_HOLE: &[&str] = &["--latency-ms", "50", "--jitter-ms", "10", "--black-hole", "eu-west-3"];
const SMALL: &[&str] = &[
    "--buckets",
    "60",
    "--regions",
    "4",
    "--vpcs",
    "12",
    "--instances",
    "40",
    "--volumes",
    "80",
    "--security-groups",
    "24",
    "--roles",
    "40",
    "--users",
    "12",
    "--groups",
    "4",
    "--policies",
    "20",
    "--access-points",
    "8",
];
/// S3 at a hundred calls a second in each region, all operations together, and what AWS publishes for the rest.
const BY_REGION: &[&str] = &["--limits", "published", "--limit", "s3=100"];
/// The same hundred for all regions together.
const BY_ACCOUNT: &[&str] = &["--limits", "published", "--limit", "s3@account=100"];

const fn scan(name: &'static str, about: &'static str, shape: &'static [&'static str]) -> Case {
    Case { name, about, kind: Kind::Scan, shape, limits: &[], wire: FAR, latency_ms: 50.0, quick: false }
}

pub(crate) const CASES: [Case; 10] = [
    Case { wire: NEAR, latency_ms: 5.0, quick: true, ..scan("small", "60 buckets in 4 regions, 5 ms", SMALL) },
    scan("1k", "1,000 buckets, 17 regions, 50 VPCs, 850 instances, 500 roles, 50 ms", &["--buckets", "1000"]),
    scan("10k", "the same with 10,000 buckets", &["--buckets", "10000"]),
    scan("100k", "the same with 100,000 buckets", &["--buckets", "100000"]),
    Case {
        limits: BY_REGION,
        ..scan(
            "limited",
            "1,000 buckets, 100 S3 calls a second in each region, EC2's published limits",
            &["--buckets", "1000"],
        )
    },
    Case {
        limits: BY_ACCOUNT,
        ..scan(
            "limited-account",
            "1,000 buckets, 100 S3 calls a second in all regions together",
            &["--buckets", "1000"],
        )
    },
    Case {
        kind: Kind::Beside,
        limits: BY_ACCOUNT,
        ..scan(
            "beside",
            "200 buckets, 100 S3 calls a second in all, of which production asks for 20",
            &["--buckets", "200"],
        )
    },
    Case {
        kind: Kind::Faults,
        wire: FIVE_PERCENT,
        latency_ms: 5.0,
        quick: true,
        ..scan("faults", "5 % of the requests fail in one of six ways, with 200 seeds", SMALL)
    },
    Case {
        kind: Kind::BlackHole,
        wire: BLACK_HOLE,
        ..scan("black-hole", "1,000 buckets, and eu-west-3 never answers", &["--buckets", "1000"])
    },
    Case { kind: Kind::Startup, ..scan("startup", "what is there before anything is called", &[]) },
];
