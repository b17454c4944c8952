//! The catalogue: a file a guardrail.

mod access_analyzer;
mod access_keys;
mod admin_ports;
mod cloudtrail;
mod config_recorder;
mod default_security_groups;
mod detective;
mod ebs_encryption;
mod flow_logs;
mod guardduty;
mod inspector;
mod password_policy;
mod root_user;
mod s3_encryption;
mod s3_logging;
mod s3_public_access;
mod security_alerts;
mod security_hub;

use crate::guardrail::Guardrail;

/// All guardrails, in the order in which they stand in a template.
pub fn guardrails() -> Vec<Guardrail> {
    vec![
        s3_encryption::s3_encryption(),
        s3_public_access::s3_public_access(),
        s3_logging::s3_logging(),
        password_policy::password_policy(),
        access_keys::access_keys(),
        root_user::root_user(),
        flow_logs::flow_logs(),
        admin_ports::restricted_ssh(),
        admin_ports::restricted_rdp(),
        default_security_groups::default_security_groups(),
        ebs_encryption::ebs_encryption(),
        cloudtrail::cloudtrail(),
        config_recorder::config_recorder(),
        access_analyzer::access_analyzer(),
        security_hub::security_hub(),
        guardduty::guardduty(),
        inspector::inspector(),
        detective::detective(),
        security_alerts::security_alerts(),
    ]
}
