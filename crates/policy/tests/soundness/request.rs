//! Who asks, and what AWS knows about the request.

use std::collections::BTreeMap;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Nobody who signed.
    Anonymous,
    /// A user or role, or an account's root.
    Of {
        account: &'static str,
        arn: &'static str,
        /// `aws:userid`; of a root the account's number.
        id: &'static str,
        canonical: &'static str,
        organization: Option<&'static str>,
    },
    /// An AWS service of its own accord.
    Service(&'static str),
    /// Somebody with a token of an identity provider.
    Federated(&'static str),
}

/// What the request carries; keys in lower case, an absent one is not in it.
pub(crate) type Context = BTreeMap<String, Vec<String>>;

impl Caller {
    /// The keys of the context that follow from who asks.
    /// Source: IAM User Guide, "AWS global condition context keys", "Properties of the principal".
    pub(crate) fn properties(&self) -> Context {
        let mut known = Vec::new();
        match self {
            Self::Anonymous => known.extend([("aws:principaltype", "Anonymous"), ("aws:userid", "anonymous")]),
            Self::Of { account, arn, id, organization, .. } => {
                known.extend([("aws:principalaccount", *account), ("aws:principalarn", *arn), ("aws:userid", *id)]);
                known.extend(organization.map(|id| ("aws:principalorgid", id)));
                known.extend(arn.split_once(":user/").map(|(_, name)| ("aws:username", name)));
            }
            Self::Service(name) => {
                known.extend([("aws:principalservicename", *name), ("aws:principalisawsservice", "true")]);
            }
            Self::Federated(provider) => known.push(("aws:federatedprovider", provider)),
        }
        // "Anonymous requests do not include this key."
        if matches!(self, Self::Of { .. } | Self::Federated(_)) {
            known.push(("aws:principalisawsservice", "false"));
        }
        known.into_iter().map(|(key, value)| (key.to_owned(), vec![value.to_owned()])).collect()
    }
}
