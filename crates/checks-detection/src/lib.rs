//! Checks over the services that watch an account: AWS Config, GuardDuty, Security Hub, IAM Access Analyzer, Inspector,
//! Detective, and the alerts that are made of CloudTrail's events.

pub mod alerting;
mod checks;
pub mod existing;
pub mod guarding;
pub mod model;
pub mod offering;
mod recording;
mod regions;
