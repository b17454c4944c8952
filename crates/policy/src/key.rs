//! Condition keys that say who gets in: which of them AWS counts when it tells whether a policy is public, and what
//! their values name.
//!
//! Sources: S3 User Guide, "The meaning of 'public'"; `DynamoDB` Developer Guide, "Blocking public access with
//! resource-based policies" (which spells out S3's "AWS principal"); EFS User Guide, "The meaning of 'public'"; SNS
//! Developer Guide, "Amazon SNS API permissions"; KMS Developer Guide, "AWS KMS condition keys".

/// What the values of a key name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Names {
    /// Principals by their ARNs.
    PrincipalArn,
    /// Users by their unique ids, role sessions by `AROA…:session`.
    UserId,
    /// Accounts whose principals ask.
    Account,
    /// Organisational units, by their paths.
    OrgPath,
    /// Organisations.
    Organization,
    /// AWS services.
    Service,
    /// Resources for which a service asks.
    SourceArn,
    /// Accounts for which a service asks.
    SourceAccount,
    /// Paths and organisations for which a service asks.
    SourceOrgPath,
    /// Organisations for which a service asks.
    SourceOrg,
    /// VPC endpoints.
    VpcEndpoint,
    /// VPCs.
    Vpc,
    /// Ranges of addresses.
    Address,
    /// Access points of S3, by ARN.
    AccessPoint,
    /// Accounts that own access points.
    AccessPointAccount,
    /// Nobody, but who can meet it is limited (the key that an object is encrypted with, …).
    Nobody,
}

/// How a condition on a key has to be made so that it limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// By fixed texts.
    Text,
    /// By ranges that are not broad.
    Address,
    /// By `true`.
    True,
}

/// A condition key that says something about who gets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// In lower case.
    name: &'static str,
    pub(crate) names: Names,
    pub(crate) form: Form,
    /// Whether AWS's pages name it among those that keep a policy from being public.
    pub(crate) listed: bool,
}

const fn listed(name: &'static str, names: Names) -> Key {
    Key { name, names, form: Form::Text, listed: true }
}

/// It narrows who gets in, but none of AWS's pages on what is public names it.
const fn unlisted(name: &'static str, names: Names) -> Key {
    Key { name, names, form: Form::Text, listed: false }
}

const fn flag(name: &'static str, names: Names) -> Key {
    Key { name, names, form: Form::True, listed: true }
}

const KEYS: &[Key] = &[
    listed("aws:principalarn", Names::PrincipalArn),
    listed("aws:userid", Names::UserId),
    listed("aws:principalaccount", Names::Account),
    listed("kms:calleraccount", Names::Account),
    listed("aws:principalorgpaths", Names::OrgPath),
    listed("aws:principalorgid", Names::Organization),
    listed("aws:principalservicename", Names::Service),
    listed("aws:principalservicenameslist", Names::Service),
    flag("aws:principalisawsservice", Names::Nobody),
    listed("aws:sourcearn", Names::SourceArn),
    listed("aws:sourceaccount", Names::SourceAccount),
    listed("aws:sourceowner", Names::SourceAccount),
    listed("aws:sourceorgpaths", Names::SourceOrgPath),
    listed("aws:sourceorgid", Names::SourceOrg),
    listed("aws:sourcevpce", Names::VpcEndpoint),
    listed("aws:sourcevpc", Names::Vpc),
    listed("aws:ec2instancesourcevpc", Names::Vpc),
    Key { name: "aws:sourceip", names: Names::Address, form: Form::Address, listed: true },
    listed("s3:dataaccesspointarn", Names::AccessPoint),
    listed("s3:dataaccesspointaccount", Names::AccessPointAccount),
    listed("s3:x-amz-server-side-encryption-aws-kms-key-id", Names::Nobody),
    flag("elasticfilesystem:accessedviamounttarget", Names::Nobody),
    unlisted("aws:sourcevpcarn", Names::Vpc),
    unlisted("aws:vpceaccount", Names::Nobody),
    unlisted("aws:vpceorgid", Names::Nobody),
    unlisted("aws:vpceorgpaths", Names::Nobody),
    unlisted("aws:federatedprovider", Names::Nobody),
    unlisted("ec2:sourceinstancearn", Names::Nobody),
    unlisted("lambda:sourcefunctionarn", Names::Nobody),
];

impl Key {
    /// By its name in any case.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_is_there_once_and_found_in_any_case() {
        for (at, key) in KEYS.iter().enumerate() {
            assert_eq!(key.name, key.name.to_ascii_lowercase());
            assert!(KEYS[..at].iter().all(|other| other.name != key.name), "{}", key.name);
            assert_eq!(Key::named(&key.name.to_ascii_uppercase()), Some(key));
        }
        assert_eq!(Key::named("aws:SecureTransport"), None);
    }
}
