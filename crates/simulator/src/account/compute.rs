//! Instances, volumes, key pairs and instance profiles.

use super::Shape;

/// An instance, by index.
#[derive(Clone, Copy, Debug)]
pub struct Instance<'a> {
    shape: &'a Shape,
    /// Its index.
    pub index: u64,
}

/// A volume, by index.
#[derive(Clone, Copy, Debug)]
pub struct Volume<'a> {
    shape: &'a Shape,
    /// Its index.
    pub index: u64,
}

/// The name of an instance profile.
pub fn profile_name(index: u64) -> String {
    format!("profile-{index}")
}

/// The role in an instance profile that exists, if it holds one.
pub fn profile_role(index: u64) -> Option<String> {
    (!index.is_multiple_of(10)).then(|| format!("role-{index}"))
}

impl Shape {
    /// An instance.
    pub const fn instance(&self, index: u64) -> Instance<'_> {
        Instance { shape: self, index }
    }

    /// A volume.
    pub const fn volume(&self, index: u64) -> Volume<'_> {
        Volume { shape: self, index }
    }

    /// Whether new volumes in a region are encrypted.
    pub fn encrypts_by_default(&self, region: usize) -> bool {
        self.percent("encryption by default", region as u64) < 50
    }

    /// The volumes of a region.
    pub fn volumes_in(&self, region: &str) -> impl Iterator<Item = Volume<'_>> {
        (0..self.volumes).map(|index| self.volume(index)).filter(move |volume| volume.region() == region)
    }

    /// The index of the instance profile of a name, if it exists.
    pub fn profile_named(&self, name: &str) -> Option<u64> {
        name.strip_prefix("profile-")?.parse().ok().filter(|index| *index < self.profiles)
    }
}

impl Instance<'_> {
    fn percent(&self, question: &str) -> u64 {
        self.shape.percent(question, self.index)
    }

    /// Its id.
    pub fn id(&self) -> String {
        format!("i-{:017x}", self.index)
    }

    /// Its region.
    pub fn region(&self) -> &'static str {
        self.shape.region(self.index)
    }

    /// Its state, as EC2 names and numbers it.
    pub fn state(&self) -> (&'static str, u16) {
        match self.percent("state") {
            ..88 => ("running", 16),
            88..97 => ("stopped", 80),
            _ => ("terminated", 48),
        }
    }

    /// Whether it still counts as an instance.
    pub fn exists(&self) -> bool {
        self.state().0 != "terminated"
    }

    /// The name of its instance profile; a few have one that was deleted.
    pub fn profile(&self) -> Option<String> {
        match self.percent("profile") {
            ..60 if self.shape.profiles > 0 => {
                Some(profile_name(self.shape.roll("which profile", self.index) % self.shape.profiles))
            }
            60..62 => Some(format!("gone-profile-{}", self.index % 3)),
            _ => None,
        }
    }

    /// The key pair it was started with, one of its region's.
    pub fn key(&self) -> Option<u64> {
        let first = self.index % self.shape.regions;
        (self.percent("key") < 70 && first < self.shape.key_pairs).then_some(first)
    }

    /// The security group of its network interface, one of its region's.
    pub fn security_group(&self) -> Option<u64> {
        let first = self.index % self.shape.regions;
        let there = self.shape.security_groups.saturating_sub(first).div_ceil(self.shape.regions);
        let which = self.shape.roll("group", self.index).checked_rem(there)?;
        Some(first + self.shape.regions * which)
    }
}

impl Volume<'_> {
    fn percent(&self, question: &str) -> u64 {
        self.shape.percent(question, self.index)
    }

    /// Its id.
    pub fn id(&self) -> String {
        format!("vol-{:017x}", self.index)
    }

    /// The instance it belongs to, whether it is attached or not.
    fn owner(&self) -> Option<u64> {
        self.index.checked_rem(self.shape.instances)
    }

    /// Its region: its instance's.
    pub fn region(&self) -> &'static str {
        self.shape.region(self.owner().unwrap_or(self.index))
    }

    /// The instance it is attached to.
    pub fn attached_to(&self) -> Option<u64> {
        self.owner().filter(|_| self.percent("attached") < 90)
    }

    /// Whether it is on its way out.
    pub fn is_deleting(&self) -> bool {
        self.percent("deleting") < 1
    }

    /// Whether it is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.percent("encrypted") < 70
    }
}
