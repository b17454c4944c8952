//! Whether the principals that an `Allow` names are fixed.
//!
//! Sources: S3 User Guide, "The meaning of 'public'"; IAM User Guide, "Identity-provider controls for shared OIDC
//! providers".

use asc_core::{Text, text};

use super::limit::{fixed_lead, is_positive};
use crate::condition::Condition;
use crate::document::Statement;
use crate::glob::{Glob, Part};
use crate::principal::{Principal, Principals};

/// Web identity providers that anyone can join.
const WEB: [&str; 4] =
    ["accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"];

/// OIDC providers that all their customers share, so that the provider's ARN alone lets all of them in.
const SHARED: [&str; 15] = [
    "accounts.google.com",
    "agent.buildkite.com",
    "api.pulumi.com/oidc",
    "app.terraform.io",
    "gitlab.com",
    "oidc-configuration.audit-log.githubusercontent.com",
    "oidc.codefresh.io",
    "oidc.vercel.com",
    "proidc.upbound.io",
    "sandboxes.cloud",
    "scalr.io",
    "studio.datachain.ai/api",
    "token.actions.githubusercontent.com",
    "tokens.cloud.shisho.dev",
    "vstoken.actions.githubusercontent.com",
];

/// Those of the shared providers whose customers differ in `aud`; with the others they differ in `sub`.
const BY_AUDIENCE: [&str; 3] = ["api.pulumi.com/oidc", "oidc.vercel.com", "sandboxes.cloud"];

/// What a principal is to the question who gets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fixity {
    /// A fixed value.
    Fixed,
    /// Whoever likes; a clause.
    Anyone(Text),
    /// Not to be told; a clause.
    Unclear(Text),
}

/// Decides for whom a statement names: the most open of them, or that they are fixed, all of them.
pub(crate) fn of_statement(statement: &Statement) -> Fixity {
    let named = match &statement.principals {
        Principals::Only(named) => named,
        Principals::AllBut(_) => {
            return Fixity::Anyone(text!(
                en: "NotPrincipal lets in everyone it does not name", ja: "NotPrincipal は名指し以外の全員を許可します"
            ));
        }
        Principals::Unstated => {
            return Fixity::Unclear(text!(
                en: "it names no Principal, as only identity policies do",
                ja: "Principal がなく、アイデンティティポリシーの文と見られます"
            ));
        }
    };
    let mut unclear = None;
    for principal in named {
        match of(principal, statement) {
            Fixity::Fixed => {}
            anyone @ Fixity::Anyone(_) => return anyone,
            why @ Fixity::Unclear(_) => unclear = unclear.or(Some(why)),
        }
    }
    unclear.unwrap_or(Fixity::Fixed)
}

/// Decides for one of them.
pub(crate) fn of(principal: &Principal, statement: &Statement) -> Fixity {
    let wild = |name: &str| name.contains(['*', '?']) || name.contains("${");
    match principal {
        Principal::Everyone => Fixity::Anyone(text!(en: "Principal is *", ja: "Principal が * です")),
        Principal::Other { kind, name } => Fixity::Unclear(text!(
            en: "the principal {name} is of an unknown kind, {kind}", ja: "プリンシパル {name} の種類 {kind} は未知です"
        )),
        Principal::Arn(name)
        | Principal::Id(name)
        | Principal::Service(name)
        | Principal::Federated(name)
        | Principal::CanonicalUser(name)
            if wild(name) =>
        {
            Fixity::Anyone(text!(
                en: "the principal {name} is not fixed: it holds a wildcard or a variable",
                ja: "プリンシパル {name} はワイルドカードか変数を含み、固定値ではありません"
            ))
        }
        Principal::Federated(name) => provider(name, statement),
        Principal::Id(name) if !is_unique_id(name) => Fixity::Unclear(text!(
            en: "the principal {name} is neither an account, an ARN nor a unique id",
            ja: "プリンシパル {name} はアカウントでも ARN でも一意の ID でもありません"
        )),
        Principal::Account(_)
        | Principal::Arn(_)
        | Principal::Id(_)
        | Principal::Service(_)
        | Principal::CanonicalUser(_) => Fixity::Fixed,
    }
}

fn provider(name: &str, statement: &Statement) -> Fixity {
    if let Some(host) = WEB.into_iter().find(|host| host.eq_ignore_ascii_case(name)) {
        return match statement.conditions.iter().find(|condition| is_fixed_claim(condition, host)) {
            None => Fixity::Anyone(text!(en: "anyone can join {name}", ja: "{name} には誰でも参加できます")),
            Some(Condition { key, .. }) => Fixity::Unclear(text!(
                en: "anyone can join {name}, and whether {key} keeps strangers out AWS's definition does not say",
                ja: "{name} には誰でも参加でき、{key} が部外者を防ぐかどうかは AWS の定義からは分かりません"
            )),
        };
    }
    let Some(url) = name.split_once(":oidc-provider/").map(|(_, url)| url) else {
        let fixed = name.starts_with("arn:");
        return if fixed { Fixity::Fixed } else { unknown_provider(name) };
    };
    let Some(host) = SHARED.into_iter().find(|host| host.eq_ignore_ascii_case(url)) else { return Fixity::Fixed };
    if statement.conditions.iter().any(|condition| names_customer(condition, host)) {
        return Fixity::Fixed;
    }
    Fixity::Anyone(text!(
        en: "all customers of {host} share it, and no condition on their tokens tells them apart",
        ja: "{host} は全利用者が共有しており、トークンの条件で利用者を区別していません"
    ))
}

fn unknown_provider(name: &str) -> Fixity {
    Fixity::Unclear(text!(
        en: "{name} is no identity provider that is known", ja: "{name} は未知の ID プロバイダーです"
    ))
}

/// `AIDA…`, `AROA…`: what AWS puts in the place of a principal that was deleted, or that is of another partition.
fn is_unique_id(name: &str) -> bool {
    let prefix = ["AIDA", "AROA", "AGPA", "AIPA", "ANPA", "ASCA"].iter().any(|prefix| name.starts_with(prefix));
    prefix && name.len() >= 12 && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// The claim of a provider's tokens that a condition is on: `sub` of `gitlab.com:sub`.
fn claim<'a>(condition: &'a Condition, host: &str) -> Option<&'a str> {
    let (provider, claim) = condition.key.split_at_checked(host.len())?;
    if provider.eq_ignore_ascii_case(host) { claim.strip_prefix(':') } else { None }
}

fn limits(condition: &Condition) -> bool {
    is_positive(&condition.operator) && !condition.operator.holds_when_absent() && !condition.values.is_empty()
}

fn is_fixed_claim(condition: &Condition, host: &str) -> bool {
    claim(condition, host).is_some_and(|claim| !claim.eq_ignore_ascii_case("amr"))
        && limits(condition)
        && condition.values.iter().all(|value| value.fixed().is_some())
}

/// Whether a condition tells one customer of a shared provider from the others.
fn names_customer(condition: &Condition, host: &str) -> bool {
    let telling = if BY_AUDIENCE.contains(&host) { "aud" } else { "sub" };
    claim(condition, host).is_some_and(|claim| claim.eq_ignore_ascii_case(telling) || claim.eq_ignore_ascii_case("sub"))
        && limits(condition)
        && condition.values.iter().all(names_one)
}

/// `repo:owner/…`, `organization:name:…`: the customer is spelt out before anything is left open.
fn names_one(value: &Glob) -> bool {
    if value.parts().iter().all(|part| matches!(part, Part::Char(_))) {
        return !value.written().is_empty();
    }
    let lead = fixed_lead(value);
    lead.split_once(':').is_some_and(|(_, rest)| rest.find([':', '/']).is_some_and(|at| at > 0))
}
