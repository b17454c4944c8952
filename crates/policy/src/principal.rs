//! Principals, as a policy names them.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal", and "AWS JSON policy elements: `NotPrincipal`".

use std::fmt;

/// One principal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Principal {
    /// `"*"` or `{"AWS": "*"}`: everyone, anonymous ones included. In a resource policy the two are the same.
    Everyone,
    /// An account, by its number or as `arn:aws:iam::123456789012:root`: everyone in it whom it allows.
    Account(String),
    /// A user, a role, a session or a federated user, by ARN; IAM takes no wildcards there, a document may hold them.
    Arn(String),
    /// Anything else under `AWS`: the unique id of a deleted principal (`AIDA…`), or what is not known here.
    Id(String),
    /// An AWS service: `cloudtrail.amazonaws.com`.
    Service(String),
    /// An identity provider: the ARN of one of an account, or a web identity provider that anyone can join.
    Federated(String),
    /// An account by its canonical user id (S3).
    CanonicalUser(String),
    /// A kind of principal that is not known here.
    Other {
        /// The kind as written.
        kind: String,
        /// The name as written.
        name: String,
    },
}

/// Whom a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principals {
    /// Nobody is named: an identity policy.
    Unstated,
    /// `Principal`: these.
    Only(Vec<Principal>),
    /// `NotPrincipal`: everyone but these.
    AllBut(Vec<Principal>),
}

impl Principal {
    /// Reads a name of a kind (`AWS`, `Service`, `Federated`, `CanonicalUser`).
    pub fn named(kind: &str, name: &str) -> Self {
        let owned = || name.to_owned();
        match kind {
            "AWS" if name == "*" => Self::Everyone,
            "AWS" => match account_of_root(name) {
                Some(account) => Self::Account(account.to_owned()),
                None if is_account(name) => Self::Account(owned()),
                None if name.starts_with("arn:") => Self::Arn(owned()),
                None => Self::Id(owned()),
            },
            "Service" => Self::Service(owned()),
            "Federated" => Self::Federated(owned()),
            "CanonicalUser" => Self::CanonicalUser(owned()),
            _ => Self::Other { kind: kind.to_owned(), name: owned() },
        }
    }

    /// The number of the account that it belongs to, if it names one.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Account(account) => Some(account),
            Self::Arn(arn) | Self::Federated(arn) => arn.split(':').nth(4).filter(|account| is_account(account)),
            _ => None,
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone => f.pad("*"),
            Self::Account(name)
            | Self::Arn(name)
            | Self::Id(name)
            | Self::Service(name)
            | Self::Federated(name)
            | Self::CanonicalUser(name)
            | Self::Other { name, .. } => f.pad(name),
        }
    }
}

impl Principals {
    /// Whether everyone is named outright.
    pub fn are_everyone(&self) -> bool {
        matches!(self, Self::Only(named) if named.contains(&Principal::Everyone))
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The account of `arn:aws:iam::123456789012:root`, in any partition.
fn account_of_root(arn: &str) -> Option<&str> {
    let mut fields = arn.split(':');
    let begins = fields.next() == Some("arn");
    let iam = fields.nth(1) == Some("iam");
    let account = fields.nth(1)?;
    (begins && iam && is_account(account) && fields.next() == Some("root") && fields.next().is_none())
        .then_some(account)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        let account = || Principal::Account("123456789012".to_owned());
        assert_eq!(Principal::named("AWS", "123456789012"), account());
        assert_eq!(Principal::named("AWS", "arn:aws-cn:iam::123456789012:root"), account());
        assert_eq!(Principal::named("AWS", "*"), Principal::Everyone);
        let role = "arn:aws:iam::123456789012:role/r";
        assert_eq!(Principal::named("AWS", role), Principal::Arn(role.to_owned()));
        assert_eq!(Principal::named("AWS", role).account(), Some("123456789012"));
        assert_eq!(Principal::named("AWS", "AIDAEXAMPLE"), Principal::Id("AIDAEXAMPLE".to_owned()));
        for wild in ["arn:aws:iam::*:root", "arn:aws:iam::123456789012:root*", "arn:aws:iam::1:root"] {
            assert_eq!(Principal::named("AWS", wild), Principal::Arn(wild.to_owned()), "{wild}");
        }
        assert_eq!(Principal::named("Service", "*"), Principal::Service("*".to_owned()));
    }
}
