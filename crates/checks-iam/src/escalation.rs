//! What becomes of the account's principals when they use all their rights: a graph of the whole account, made once.

use std::collections::{BTreeMap, HashMap};

use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Unread};
use asc_policy::escalation::{Account, Granted, Holder, Holding, Kind, Outcome, Versions, outcomes};

use crate::holding::{Principal, Which, all};
use crate::model::{Authorization, Details, ManagedPolicy, Role};

/// The account, as it was searched, and what becomes of each principal, in the order of their places.
#[derive(Debug)]
pub struct Escalation {
    /// The account.
    pub account: Account,
    /// The same principals, with all that is told of them.
    pub principals: Vec<Principal>,
    /// What becomes of each.
    pub outcomes: Vec<Outcome>,
    /// Why a principal's documents could not be read, by place.
    pub unread: HashMap<usize, Unread>,
}

/// Who can become an administrator.
#[derive(Debug)]
pub struct Escalations;

impl Fact for Escalations {
    type Key = ();
    type Value = Escalation;
    const READS: &'static [Reads] = &[Reads::Of(Authorization::READS), Reads::Of(ManagedPolicy::READS)];

    async fn read(cx: &Cx, (): &()) -> Result<Escalation, Unread> {
        let details = cx.get::<Authorization>(&()).await?;
        let principals = all(&details);
        let groups: HashMap<_, _> = principals
            .iter()
            .filter(|it| matches!(it.which(), Which::Group(_)))
            .map(|it| (it.name().to_owned(), it.place()))
            .collect();
        let (mut holders, mut unread) = (Vec::new(), HashMap::new());
        for principal in &principals {
            let holding = match holding(principal, cx).await {
                Ok(holding) => Some(holding),
                Err(why) => {
                    unread.insert(principal.place(), why);
                    None
                }
            };
            if let Some(Role { trust: Err(why), .. }) = principal.role() {
                unread.entry(principal.place()).or_insert_with(|| why.clone());
            }
            holders.push(holder(principal, holding, &groups));
        }
        let (partition, id) = (cx.account().partition.clone(), cx.account().id.clone());
        let account = Account { partition, id, holders, policies: versions(&details) };
        let outcomes = outcomes(&account);
        Ok(Escalation { account, principals, outcomes, unread })
    }
}

async fn holding(principal: &Principal, cx: &Cx) -> Result<Holding, Unread> {
    let held = principal.held(cx).await?;
    let boundary = principal.boundary_policy(cx).await?;
    let boundary = boundary.map(|policy| Granted { policy, arn: principal.boundary().map(str::to_owned) });
    let policies = held.into_iter().map(|held| Granted { policy: held.document, arn: held.arn }).collect();
    Ok(Holding { policies, boundary })
}

fn holder(principal: &Principal, holding: Option<Holding>, groups: &HashMap<String, usize>) -> Holder {
    let role = principal.role();
    Holder {
        kind: match principal.which() {
            Which::User(_) => Kind::User,
            Which::Group(_) => Kind::Group,
            Which::Role(_) => Kind::Role,
        },
        arn: principal.arn().to_owned(),
        name: principal.name().to_owned(),
        holding,
        groups: principal.groups().iter().filter_map(|name| groups.get(name).copied()).collect(),
        trust: role.and_then(|role| role.trust.clone().ok()),
        in_profile: role.is_some_and(|role| role.in_profile),
        service_linked: role.is_some_and(Role::is_service_linked),
    }
}

fn versions(details: &Details) -> BTreeMap<String, Versions> {
    let versions = details.policies.iter().map(|(arn, default)| {
        let others = details.old_versions.get(arn).cloned().unwrap_or_default();
        (arn.clone(), Versions { default: default.clone().ok(), others })
    });
    versions.collect()
}
