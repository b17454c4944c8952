//! Buckets and access points.

use super::Shape;

/// What a bucket's policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// There is none.
    None,
    /// Plain HTTP is denied.
    TlsOnly,
    /// Plain HTTP is denied for objects, not for the bucket itself.
    TlsPartly,
    /// A role of the account may read.
    Fixed,
    /// Everyone may read.
    Public,
    /// S3 may write access logs.
    LetsLogsIn,
}

/// A bucket's Block Public Access.
#[expect(clippy::struct_excessive_bools, reason = "AWS has these four switches, each on or off")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// `BlockPublicAcls`.
    pub block_acls: bool,
    /// `IgnorePublicAcls`.
    pub ignore_acls: bool,
    /// `BlockPublicPolicy`.
    pub block_policy: bool,
    /// `RestrictPublicBuckets`.
    pub restrict: bool,
}

/// Where a bucket's access log goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Log {
    /// Nowhere.
    Off,
    /// Into a bucket of the account.
    Into(u64),
    /// Into a bucket that does not exist.
    Gone(String),
}

/// A bucket of the account, by index.
#[derive(Clone, Copy, Debug)]
pub struct Bucket<'a> {
    shape: &'a Shape,
    /// Its index.
    pub index: u64,
}

impl Shape {
    /// How many buckets take access logs; as many again are logged into and let nothing in.
    pub fn hubs(&self) -> u64 {
        self.regions.min(self.buckets / 4)
    }

    /// A bucket.
    pub const fn bucket(&self, index: u64) -> Bucket<'_> {
        Bucket { shape: self, index }
    }

    /// The bucket of a name, if the account has it.
    pub fn bucket_named(&self, name: &str) -> Option<Bucket<'_>> {
        let index = name.strip_prefix('b')?.split('-').next()?.parse().ok().filter(|index| *index < self.buckets)?;
        Some(self.bucket(index)).filter(|bucket| bucket.name() == name)
    }

    /// An access point.
    pub const fn access_point(&self, index: u64) -> AccessPoint<'_> {
        AccessPoint { shape: self, index }
    }

    /// The access point of a name.
    pub fn access_point_named(&self, name: &str) -> Option<AccessPoint<'_>> {
        let index = name.strip_prefix("ap-")?.parse().ok().filter(|index| *index < self.access_points)?;
        Some(self.access_point(index))
    }
}

impl Bucket<'_> {
    fn percent(&self, question: &str) -> u64 {
        self.shape.percent(question, self.index)
    }

    /// Its name.
    pub fn name(&self) -> String {
        format!("b{:06}-{:08x}", self.index, self.shape.roll("bucket name", self.index) & 0xffff_ffff)
    }

    /// Its region.
    pub fn region(&self) -> &'static str {
        self.shape.region(self.index)
    }

    /// Its Block Public Access, if it was ever set.
    pub fn block(&self) -> Option<Block> {
        let [block_acls, ignore_acls, block_policy, restrict] = match self.percent("block") {
            ..70 => [true; 4],
            70..80 => return None,
            80..90 => [true, false, true, false],
            90..95 => [true, true, false, false],
            _ => [false, false, true, true],
        };
        Some(Block { block_acls, ignore_acls, block_policy, restrict })
    }

    /// Its object ownership, if it was ever set.
    pub fn ownership(&self) -> Option<&'static str> {
        match self.percent("ownership") {
            ..60 => Some("BucketOwnerEnforced"),
            60..80 => Some("ObjectWriter"),
            _ => None,
        }
    }

    /// The group that its ACL lets in. AWS shows no such grant where ownership has disabled ACLs.
    pub fn public_group(&self) -> Option<&'static str> {
        if self.ownership() == Some("BucketOwnerEnforced") {
            return None;
        }
        match self.percent("acl") {
            ..10 => Some("AllUsers"),
            10..15 => Some("AuthenticatedUsers"),
            _ => None,
        }
    }

    /// Its policy.
    pub fn policy(&self) -> Policy {
        if self.index < self.shape.hubs() {
            return Policy::LetsLogsIn;
        }
        match self.percent("policy") {
            ..35 => Policy::None,
            35..65 => Policy::TlsOnly,
            65..75 => Policy::TlsPartly,
            75..95 => Policy::Fixed,
            _ => Policy::Public,
        }
    }

    /// Whether AWS calls its policy public.
    pub fn has_public_policy(&self) -> bool {
        self.policy() == Policy::Public
    }

    /// The algorithm of its default encryption, if it has one.
    pub fn encryption(&self) -> Option<&'static str> {
        match self.percent("encryption") {
            ..2 => None,
            2..75 => Some("AES256"),
            75..97 => Some("aws:kms"),
            _ => Some("aws:kms:dsse"),
        }
    }

    /// The status of its versioning, if it was ever set.
    pub fn versioning(&self) -> Option<&'static str> {
        match self.percent("versioning") {
            ..50 => Some("Enabled"),
            50..60 => Some("Suspended"),
            _ => None,
        }
    }

    /// Whether it has lifecycle rules.
    pub fn has_lifecycle(&self) -> bool {
        self.percent("lifecycle") < 40
    }

    /// Whether objects can be locked.
    pub fn has_lock(&self) -> bool {
        self.percent("lock") < 5
    }

    /// Whether it is a website.
    pub fn is_website(&self) -> bool {
        self.percent("website") < 3
    }

    /// Where its access log goes. Buckets that take logs are not logged themselves.
    pub fn log(&self) -> Log {
        let hubs = self.shape.hubs();
        if self.index < 2 * hubs {
            return Log::Off;
        }
        match (self.percent("log"), hubs) {
            (_, 0) | (45.., _) => Log::Off,
            (..40, hubs) => Log::Into(self.index % hubs),
            (40..43, hubs) => Log::Into(hubs + self.index % hubs),
            _ => Log::Gone(format!("gone-logs-{}", self.region())),
        }
    }

    /// The access points to it that can be reached from the internet.
    pub fn internet_access_points(&self) -> impl Iterator<Item = AccessPoint<'_>> {
        let all = self.shape.in_region(self.region(), self.shape.access_points);
        let all = all.map(|index| self.shape.access_point(index));
        all.filter(|point| point.faces_internet() && point.bucket() == self.index)
    }
}

/// An access point, by index.
#[derive(Clone, Copy, Debug)]
pub struct AccessPoint<'a> {
    shape: &'a Shape,
    /// Its index.
    pub index: u64,
}

impl AccessPoint<'_> {
    /// Its name.
    pub fn name(&self) -> String {
        format!("ap-{}", self.index)
    }

    /// The bucket behind it, which is in its region.
    pub fn bucket(&self) -> u64 {
        let first = self.index % self.shape.regions;
        let there = self.shape.buckets.saturating_sub(first).div_ceil(self.shape.regions).max(1);
        first + self.shape.regions * (self.shape.roll("access point bucket", self.index) % there)
    }

    /// Whether it can be reached from outside a VPC.
    pub fn faces_internet(&self) -> bool {
        self.shape.percent("access point origin", self.index) < 60
    }

    /// Whether AWS calls its policy public; none where it has no policy.
    pub fn has_public_policy(&self) -> Option<bool> {
        match self.shape.percent("access point policy", self.index) {
            ..30 => Some(true),
            30..60 => Some(false),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_found_by_their_names_and_no_others_are() {
        let shape = Shape::sample();
        for index in [0, 1, 999] {
            assert_eq!(shape.bucket_named(&shape.bucket(index).name()).map(|bucket| bucket.index), Some(index));
        }
        for name in ["", "b", "b000001", "b000001-00000000", "x", "gone-logs-us-east-1", "b999999-12345678"] {
            assert!(shape.bucket_named(name).is_none(), "{name}");
        }
    }

    #[test]
    fn access_points_stand_before_buckets_of_their_region() {
        for buckets in [1_000, 40, 17] {
            let shape = Shape { buckets, ..Shape::sample() };
            for index in 0..shape.access_points {
                let bucket = shape.access_point(index).bucket();
                assert!(bucket < buckets);
                assert_eq!(shape.region(bucket), shape.region(index));
            }
        }
    }
}
