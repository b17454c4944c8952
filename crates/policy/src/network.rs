//! Ranges of IP addresses, as `aws:SourceIp` takes them.
//!
//! Source: S3 User Guide, "The meaning of 'public'": a range broader than /8 (IPv4) or /32 (IPv6) is public, RFC 1918's
//! private ranges excepted. IAM User Guide, "IP address condition operators": CIDR, or an address that stands for
//! itself.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The shortest prefixes that are not broad.
const NARROW_V4: u32 = 8;
const NARROW_V6: u32 = 32;

/// RFC 1918's ranges for private use.
const PRIVATE: [(Ipv4Addr, u32); 3] =
    [(Ipv4Addr::new(10, 0, 0, 0), 8), (Ipv4Addr::new(172, 16, 0, 0), 12), (Ipv4Addr::new(192, 168, 0, 0), 16)];

/// A block of addresses: those that share a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Block {
    /// Of IPv4: its first address, and the prefix's length in bits.
    V4(u32, u32),
    /// Of IPv6.
    V6(u128, u32),
}

impl Block {
    /// Reads an address or CIDR notation; bits behind the prefix do not count. Nothing for anything else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(length(prefix)?)),
            None => (text, None),
        };
        Some(match address.parse().ok()? {
            IpAddr::V4(address) => Self::v4(address, within(prefix, 32)?),
            IpAddr::V6(address) => Self::v6(address, within(prefix, 128)?),
        })
    }

    fn v4(address: Ipv4Addr, prefix: u32) -> Self {
        Self::V4(address.to_bits() & high_bits_v4(prefix), prefix)
    }

    fn v6(address: Ipv6Addr, prefix: u32) -> Self {
        Self::V6(address.to_bits() & high_bits_v6(prefix), prefix)
    }

    /// Whether AWS calls a policy public that lets this in.
    pub(crate) fn is_broad(self) -> bool {
        match self {
            Self::V4(_, prefix) => prefix < NARROW_V4 && !self.is_private(),
            Self::V6(_, prefix) => prefix < NARROW_V6,
        }
    }

    fn is_private(self) -> bool {
        let Self::V4(first, prefix) = self else { return false };
        PRIVATE.iter().any(|(base, length)| *length <= prefix && first & high_bits_v4(*length) == base.to_bits())
    }

    /// For a block of IPv4 addresses written as IPv6 (`::ffff:0:0/96` and what is in it), that block.
    fn mapped(self) -> Option<Self> {
        let Self::V6(first, prefix) = self else { return None };
        let address = Ipv6Addr::from_bits(first).to_ipv4_mapped()?;
        Some(Self::v4(address, prefix.checked_sub(96)?))
    }

    /// The block of twice the size that it is half of.
    const fn parent(self) -> Option<Self> {
        match self {
            Self::V4(_, 0) | Self::V6(_, 0) => None,
            Self::V4(first, prefix) => Some(Self::V4(first & high_bits_v4(prefix - 1), prefix - 1)),
            Self::V6(first, prefix) => Some(Self::V6(first & high_bits_v6(prefix - 1), prefix - 1)),
        }
    }

    /// The other half of its parent.
    const fn sibling(self) -> Self {
        match self {
            Self::V4(first, prefix) => Self::V4(first ^ (high_bits_v4(prefix) ^ high_bits_v4(prefix - 1)), prefix),
            Self::V6(first, prefix) => Self::V6(first ^ (high_bits_v6(prefix) ^ high_bits_v6(prefix - 1)), prefix),
        }
    }
}

/// Whether blocks that are narrow each come to a broad one: neighbours that add up, or IPv4 under another name.
pub(crate) fn add_up_to_broad(blocks: &[Block]) -> bool {
    let read = |block: &Block| block.mapped().unwrap_or(*block);
    let mut blocks: BTreeSet<_> = blocks.iter().map(read).filter(|block| !block.is_private()).collect();
    // A pair of halves becomes the whole, which may be half of something in turn. What lies inside another block is
    // never missed: its own block is a member, and is what counts.
    loop {
        let whole = blocks.iter().find_map(|block| {
            let parent = block.parent()?;
            (!blocks.contains(&parent) && blocks.contains(&block.sibling())).then_some(parent)
        });
        match whole {
            Some(parent) => blocks.insert(parent),
            None => return blocks.into_iter().any(Block::is_broad),
        };
    }
}

const fn high_bits_v4(prefix: u32) -> u32 {
    if prefix == 0 { 0 } else { u32::MAX << (32 - prefix) }
}

const fn high_bits_v6(prefix: u32) -> u128 {
    if prefix == 0 { 0 } else { u128::MAX << (128 - prefix) }
}

fn length(text: &str) -> Option<u32> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn within(prefix: Option<u32>, most: u32) -> Option<u32> {
    match prefix {
        Some(prefix) if prefix > most => None,
        Some(prefix) => Some(prefix),
        None => Some(most),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str) -> Block {
        Block::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn addresses_and_prefixes_are_read_and_nothing_else() {
        assert_eq!(block("192.0.2.7"), block("192.0.2.7/32"));
        assert_eq!(block("192.0.2.7/24"), block("192.0.2.0/24"));
        assert_eq!(block("2001:db8::1"), block("2001:db8:0::1/128"));
        for wrong in [
            "",
            "*",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/+8",
            "10.0.0/8",
            "010.0.0.0/8",
            "::/129",
            " 10.0.0.1",
            "all",
            "10.0.0.0/255.0.0.0",
            "10.0.0.0/8/8",
            "10.0.0.0/99999999999",
        ] {
            assert_eq!(Block::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn broad_is_wider_than_8_or_32() {
        for (text, broad) in [
            ("0.0.0.0/0", true),
            ("0.0.0.0/1", true),
            ("52.0.0.0/7", true),
            ("10.0.0.0/7", true),
            ("52.0.0.0/8", false),
            ("10.0.0.0/8", false),
            ("172.16.0.0/12", false),
            ("192.168.0.0/16", false),
            ("203.0.113.9", false),
            ("::/0", true),
            ("2000::/3", true),
            ("2001:db8::/31", true),
            ("fc00::/7", true),
            ("2001:db8::/32", false),
            ("2001:db8::1", false),
        ] {
            assert_eq!(block(text).is_broad(), broad, "{text}");
        }
    }

    #[test]
    fn neighbours_add_up() {
        let add_up = |texts: &[&str]| add_up_to_broad(&texts.iter().map(|text| block(text)).collect::<Vec<_>>());
        assert!(add_up(&["52.0.0.0/8", "53.0.0.0/8"]));
        assert!(add_up(&["52.0.0.0/8", "53.0.0.0/9", "53.128.0.0/10", "53.192.0.0/10"]));
        assert!(add_up(&["2001:db8::/32", "2001:db9::/32"]));
        assert!(add_up(&["::ffff:0:0/96"]));
        assert!(add_up(&["::ffff:52.0.0.0/103"]));
        assert!(!add_up(&["53.0.0.0/8", "54.0.0.0/8"]), "they share no parent");
        assert!(!add_up(&["10.0.0.0/8", "11.0.0.0/8"]), "half of it is private");
        assert!(!add_up(&["::ffff:52.0.0.0/104"]));
        assert!(!add_up(&["52.0.0.0/8", "52.0.0.0/9", "52.128.0.0/9"]));
        assert!(!add_up(&[]));
    }
}
