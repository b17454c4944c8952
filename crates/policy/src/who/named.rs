//! Whom the conditions of a grant to everyone name.

use super::Kind;
use crate::condition::{Condition, Test};
use crate::document::Statement;
use crate::glob::{Glob, Part};
use crate::key::{Key, Names};
use crate::network::Block;
use crate::public::limit::{fixed_lead, is_account, is_fixed, is_positive};

/// Those whom a condition names.
pub(super) struct Named {
    pub(super) kind: Kind,
    /// As written.
    pub(super) names: Vec<String>,
}

/// The condition that says most precisely who gets in, by its place, and whom it names. All conditions of a statement
/// must hold, so that any one of them takes in everybody who gets in.
pub(super) fn named_by(statement: &Statement) -> Option<(usize, Named)> {
    let naming = statement.conditions.iter().enumerate().filter_map(|(at, condition)| {
        let key = Key::named(&condition.key).filter(|key| names(condition, key))?;
        Some((key.names, at, kind(key.names)?, condition))
    });
    let (_, at, kind, condition) = naming.min_by_key(|(names, at, ..)| (*names, *at))?;
    let names = condition.values.iter().map(|value| value.fixed().unwrap_or_else(|| value.written().to_owned()));
    Some((at, Named { kind, names: names.collect() }))
}

const fn kind(names: Names) -> Option<Kind> {
    Some(match names {
        Names::PrincipalArn | Names::UserId => Kind::Principal,
        Names::Account => Kind::Account,
        Names::OrgPath => Kind::OrganizationalUnit,
        Names::Organization => Kind::Organization,
        Names::Service => Kind::Service,
        Names::SourceArn | Names::SourceAccount | Names::SourceOrgPath | Names::SourceOrg => Kind::Source,
        Names::VpcEndpoint => Kind::VpcEndpoint,
        Names::Vpc => Kind::Vpc,
        Names::Address => Kind::Addresses,
        Names::AccessPoint | Names::AccessPointAccount => Kind::AccessPoint,
        Names::Nobody => return None,
    })
}

/// Whether every value of a condition that must hold names somebody.
fn names(condition: &Condition, key: &Key) -> bool {
    let Condition { operator, values, .. } = condition;
    let is_ip = operator.test == (Test::Ip { negated: false }) && key.names == Names::Address;
    if operator.holds_when_absent() || values.is_empty() || !(is_ip || is_positive(operator)) {
        return false;
    }
    values.iter().all(|value| match key.names {
        Names::Address => {
            let text = value.fixed();
            let block = text.as_deref().and_then(Block::parse);
            block.is_some_and(|block| !block.is_broad()) && (is_ip || !value.written().contains('/'))
        }
        Names::PrincipalArn => is_fixed(key, value, false) || has_account(condition, value),
        Names::SourceArn => is_fixed(key, value, false) || has_source(condition, value),
        Names::OrgPath | Names::SourceOrgPath => is_fixed(key, value, false) || is_below_organization(value),
        _ => is_fixed(key, value, false),
    })
}

/// Whether a condition names for whom a service asks, so that it cannot be used by others.
pub(super) fn names_source(condition: &Condition) -> bool {
    let Condition { operator, values, .. } = condition;
    let Some(key) = Key::named(&condition.key) else { return false };
    if operator.holds_when_absent() || values.is_empty() || !is_positive(operator) {
        return false;
    }
    values.iter().all(|value| match key.names {
        Names::SourceArn => value.fixed().is_some() || has_source(condition, value),
        Names::SourceOrgPath => value.fixed().is_some() || is_below_organization(value),
        Names::SourceAccount | Names::SourceOrg => value.fixed().is_some() || is_of_resource(value),
        _ => false,
    })
}

/// `${aws:ResourceAccount}`, `${aws:ResourceOrgID}`: whose the resource is, which nobody else can choose.
fn is_of_resource(value: &Glob) -> bool {
    match value.parts() {
        [Part::Variable(variable)] => {
            let key = variable.key.to_ascii_lowercase();
            variable.default.is_none() && ["aws:resourceaccount", "aws:resourceorgid"].contains(&key.as_str())
        }
        _ => false,
    }
}

/// Whether the account in an ARN is fixed.
fn has_account(condition: &Condition, value: &Glob) -> bool {
    field(condition, value, 4).is_some_and(|account| is_account(&account))
}

/// Whether an ARN is of one account, or of a bucket: their names are nobody else's.
fn has_source(condition: &Condition, value: &Glob) -> bool {
    let bucket = || {
        field(condition, value, 2).as_deref() == Some("s3")
            && field(condition, value, 5).is_some_and(|name| !name.is_empty())
    };
    has_account(condition, value) || bucket()
}

/// A part of an ARN between colons, if it is fixed; the last, behind the fifth colon, is taken whole. To the operators
/// for ARNs a wildcard never stands for a colon before that; to those for strings it may.
fn field(condition: &Condition, value: &Glob, which: usize) -> Option<String> {
    if !matches!(condition.operator.test, Test::Arn { .. }) {
        let lead = fixed_lead(value);
        let mut fields = lead.splitn(6, ':').skip(which);
        let field = fields.next()?;
        // What the wildcard cut off is not known to end there.
        return (fields.next().is_some() || value.fixed().is_some()).then(|| field.to_owned());
    }
    let mut at = 0;
    let mut text = String::new();
    for part in value.parts() {
        match part {
            Part::Char(':') if at < 5 => at += 1,
            _ if at != which => {}
            Part::Char(c) => text.push(*c),
            _ => return None,
        }
    }
    (at >= which).then_some(text)
}

/// `o-…/…*`: what is left open is inside one organisation.
fn is_below_organization(value: &Glob) -> bool {
    let lead = fixed_lead(value);
    lead.starts_with("o-") && lead.find('/').is_some_and(|at| at > 2)
}
