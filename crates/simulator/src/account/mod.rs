//! What is in the simulated account. Nothing is stored: everything follows from a seed and an index, so that an account
//! of a hundred thousand buckets takes no more room than an empty one.

pub mod bucket;
pub mod compute;
pub mod network;
pub mod people;
pub mod trail;

use clap::Args;
use serde::Serialize;

/// The regions that are enabled without anybody's doing, in the order in which accounts get them here.
/// Source: AWS Account Management Reference Guide, "Enable or disable AWS Regions in your account".
pub const REGIONS: [&str; 17] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
    "sa-east-1",
];

/// How much there is of everything, and the seed that decides what each thing is like.
#[derive(Args, Clone, Debug, Serialize)]
pub struct Shape {
    /// Decides what each resource is like.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The account's number.
    #[arg(long, default_value = "111122223333")]
    pub account: String,
    /// How many regions are enabled, 1 to 17.
    #[arg(long, default_value_t = 17, value_parser = clap::value_parser!(u64).range(1..=17))]
    pub regions: u64,
    /// S3 buckets, spread over the regions.
    #[arg(long, default_value_t = 1_000)]
    pub buckets: u64,
    /// Access points.
    #[arg(long, default_value_t = 34)]
    pub access_points: u64,
    /// VPCs.
    #[arg(long, default_value_t = 50)]
    pub vpcs: u64,
    /// Subnets in each VPC.
    #[arg(long, default_value_t = 3)]
    pub subnets: u64,
    /// EC2 instances.
    #[arg(long, default_value_t = 850)]
    pub instances: u64,
    /// EBS volumes.
    #[arg(long, default_value_t = 1_700)]
    pub volumes: u64,
    /// Security groups.
    #[arg(long, default_value_t = 340)]
    pub security_groups: u64,
    /// Key pairs.
    #[arg(long, default_value_t = 34)]
    pub key_pairs: u64,
    /// Instance profiles.
    #[arg(long, default_value_t = 40)]
    pub profiles: u64,
    /// IAM users.
    #[arg(long, default_value_t = 50)]
    pub users: u64,
    /// IAM groups.
    #[arg(long, default_value_t = 10)]
    pub groups: u64,
    /// IAM roles.
    #[arg(long, default_value_t = 500)]
    pub roles: u64,
    /// Managed policies of the account's own.
    #[arg(long, default_value_t = 100)]
    pub policies: u64,
    /// CloudTrail trails; the first is a multi-region trail.
    #[arg(long, default_value_t = 6)]
    pub trails: u64,
    /// Cost and usage reports.
    #[arg(long, default_value_t = 2)]
    pub reports: u64,
    /// Data exports.
    #[arg(long, default_value_t = 2)]
    pub exports: u64,
}

impl Shape {
    /// The enabled regions.
    pub fn region_names(&self) -> &'static [&'static str] {
        let count = usize::try_from(self.regions).unwrap_or(REGIONS.len());
        &REGIONS[..count.clamp(1, REGIONS.len())]
    }

    /// The region that things are spread to by their index.
    pub fn region(&self, index: u64) -> &'static str {
        let names = self.region_names();
        names[usize::try_from(index).unwrap_or_default() % names.len()]
    }

    /// A number that looks random and is the same for the same seed, kind of question and index.
    pub fn roll(&self, question: &str, index: u64) -> u64 {
        let asked = question
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        mix(mix(self.seed ^ asked).wrapping_add(index))
    }

    /// The same, 0 to 99.
    pub fn percent(&self, question: &str, index: u64) -> u64 {
        self.roll(question, index) % 100
    }

    /// The indices below `count` of the things in a region, of those that are spread by index.
    pub fn in_region(&self, region: &str, count: u64) -> impl Iterator<Item = u64> + use<> {
        let names = self.region_names();
        let step = names.len();
        let first = names.iter().position(|name| *name == region);
        let first = first.map_or(count, |at| at as u64);
        (first..count).step_by(step)
    }
}

/// The finaliser of `SplitMix64`: every bit of the input changes every bit of the output.
pub(crate) fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
impl Shape {
    /// An account as the command line makes it without options.
    pub(crate) fn sample() -> Self {
        #[derive(clap::Parser)]
        struct Alone {
            #[command(flatten)]
            shape: Shape,
        }
        <Alone as clap::Parser>::parse_from(["test"]).shape
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_is_in_one_region() {
        let shape = Shape { regions: 5, ..Shape::sample() };
        let mut seen: Vec<u64> =
            shape.region_names().iter().flat_map(|region| shape.in_region(region, 53).collect::<Vec<_>>()).collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..53).collect::<Vec<_>>());
        for region in shape.region_names() {
            assert!(shape.in_region(region, 53).all(|index| shape.region(index) == *region));
        }
        assert_eq!(shape.in_region("mars-1", 53).count(), 0);
    }

    #[test]
    fn a_seed_decides_and_questions_are_independent() {
        let (one, other) = (Shape::sample(), Shape { seed: 2, ..Shape::sample() });
        assert_eq!(one.roll("a", 7), one.roll("a", 7));
        assert_ne!(one.roll("a", 7), other.roll("a", 7));
        assert_ne!(one.roll("a", 7), one.roll("b", 7));
        let hundred = (0..10_000).map(|index| one.percent("a", index)).filter(|percent| *percent < 30).count();
        assert!((2_700..3_300).contains(&hundred), "{hundred}");
    }
}
