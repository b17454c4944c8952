//! Trails. The first is a multi-region trail that records writes only, so that regions need trails of their own.

use super::Shape;

/// A bucket that trails name and that does not exist.
pub const GONE: &str = "gone-trail-bucket";

/// A trail, by index.
#[derive(Clone, Copy, Debug)]
pub struct Trail<'a> {
    shape: &'a Shape,
    /// Its index.
    pub index: u64,
}

impl Shape {
    /// A trail.
    pub const fn trail(&self, index: u64) -> Trail<'_> {
        Trail { shape: self, index }
    }

    /// All trails.
    pub fn all_trails(&self) -> impl Iterator<Item = Trail<'_>> {
        (0..self.trails).map(|index| self.trail(index))
    }

    /// The trail of an ARN.
    pub fn trail_by_arn(&self, arn: &str) -> Option<Trail<'_>> {
        self.all_trails().find(|trail| trail.arn() == arn)
    }
}

impl Trail<'_> {
    /// Its name.
    pub fn name(&self) -> String {
        format!("trail-{}", self.index)
    }

    /// Its ARN.
    pub fn arn(&self) -> String {
        format!("arn:aws:cloudtrail:{}:{}:trail/{}", self.home(), self.shape.account, self.name())
    }

    /// Its home region.
    pub fn home(&self) -> &'static str {
        self.shape.region(self.index)
    }

    /// Whether it records every region.
    pub const fn is_multi_region(&self) -> bool {
        self.index == 0
    }

    /// Whether it records global services.
    pub const fn is_global(&self) -> bool {
        self.index < 2
    }

    /// Whether it shows in a region.
    pub fn shows_in(&self, region: &str) -> bool {
        self.is_multi_region() || self.home() == region
    }

    /// Whether it is logging.
    pub const fn is_logging(&self) -> bool {
        self.index == 0 || !self.index.is_multiple_of(4)
    }

    /// Whether its bucket is gone.
    pub const fn has_lost_bucket(&self) -> bool {
        self.shape.buckets == 0 || (self.index > 0 && self.index.is_multiple_of(5))
    }

    /// The name of its bucket.
    pub fn bucket(&self) -> String {
        if self.has_lost_bucket() { GONE.to_owned() } else { self.shape.bucket(0).name() }
    }

    /// Whether it is at work.
    pub const fn works(&self) -> bool {
        self.is_logging() && !self.has_lost_bucket()
    }

    /// Which management events it is told to record, in CloudTrail's word.
    pub const fn events(&self) -> &'static str {
        if self.index == 0 { "WriteOnly" } else { "All" }
    }
}
