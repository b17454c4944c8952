//! The bundle of all check families: linking it is what registers their checks.
//!
//! A crate that no path names is not linked, however it stands in Cargo.toml, and its checks would vanish without a
//! word; so each family is named here, and an unnamed one does not compile.
// Built as a test it is given what only the files under tests/ use.
#![cfg_attr(not(test), deny(unused_crate_dependencies))]

#[cfg(feature = "billing")]
use asc_checks_billing as _;
#[cfg(feature = "cloudtrail")]
use asc_checks_cloudtrail as _;
#[cfg(feature = "detection")]
use asc_checks_detection as _;
#[cfg(feature = "ec2")]
use asc_checks_ec2 as _;
#[cfg(feature = "iam")]
use asc_checks_iam as _;
#[cfg(feature = "s3")]
use asc_checks_s3 as _;
