//! Nobody gets in who is not listed.

use asc_policy::who::{Entrant, Kind, lets_in};
use proptest::prelude::*;

use crate::conditions::within;
use crate::evaluate::World;
use crate::generate::resource_policies;
use crate::request::{Caller, Context};
use crate::run::property;
use crate::texts::matches;
use crate::truth::Truth;
use crate::universe::{ACTIONS, CALLERS, RESOURCES, contexts};

#[test]
fn whoever_gets_in_is_listed() {
    let kinds =
        ["nobody listed", "everyone listed", "Account", "Organization", "Service", "Addresses", "Source", "got in"];
    property("who", &resource_policies(), &kinds, |document, tally| {
        let listed = lets_in(&document.policy);
        if listed.is_empty() {
            tally.count("nobody listed");
        }
        for entrant in &listed {
            prop_assert!(!entrant.grants.is_empty(), "{:?}", entrant);
            if entrant.kind == Kind::Everyone {
                tally.count("everyone listed");
            } else {
                tally.count(format!("{:?}", entrant.kind));
            }
        }
        if listed.iter().any(|entrant| matches!(entrant.kind, Kind::Everyone | Kind::Unknown)) {
            return Ok(());
        }
        let world = World::new(&document.policy, &ACTIONS, &RESOURCES);
        for caller in &CALLERS {
            for context in contexts(&document.keys(), caller, 96) {
                let Some(at) = world.allowed(caller, &context).iter().position(|truth| *truth != Truth::No) else {
                    continue;
                };
                tally.count("got in");
                let is_listed = listed.iter().any(|entrant| takes_in(entrant, caller, &context));
                prop_assert!(is_listed, "{caller:?} gets in unlisted: {:?} {context:?}; {listed:?}", world.pair(at));
            }
        }
        Ok(())
    });
}

/// Whether a request is one of somebody who is listed, or comes from where a listed network or source is.
fn takes_in(entrant: &Entrant, caller: &Caller, context: &Context) -> bool {
    let name = entrant.name.as_str();
    let of_key = |keys: &[&str]| {
        keys.iter()
            .filter_map(|key| context.get(*key))
            .flatten()
            .any(|value| name == value || matches(name, value, true))
    };
    match entrant.kind {
        Kind::Everyone | Kind::Unknown => true,
        Kind::Account => matches!(caller, Caller::Of { account, .. } if name.split(':').nth(4) == Some(account)),
        Kind::Principal => match caller {
            Caller::Of { arn, id, .. } => [arn, id].into_iter().any(|own| matches(name, own, false)),
            _ => of_key(&["aws:userid"]),
        },
        Kind::CanonicalUser => matches!(caller, Caller::Of { canonical, .. } if name == *canonical),
        Kind::Organization => matches!(caller, Caller::Of { organization: Some(id), .. } if name == *id),
        Kind::OrganizationalUnit => false,
        Kind::Service => matches!(caller, Caller::Service(own) if matches(name, own, true)),
        Kind::IdentityProvider => matches!(caller, Caller::Federated(own) if matches(name, own, true)),
        Kind::Source => {
            of_key(&["aws:sourcearn"]) || {
                let account = context.get("aws:sourceaccount").and_then(|values| values.first());
                account.is_some_and(|account| name == account || name.split(':').nth(4) == Some(account))
            }
        }
        Kind::VpcEndpoint => of_key(&["aws:sourcevpce"]),
        Kind::Vpc => of_key(&["aws:sourcevpc"]),
        Kind::Addresses => {
            let address = context.get("aws:sourceip").and_then(|values| values.first());
            address.is_some_and(|address| within(name, address) == Some(true))
        }
        Kind::AccessPoint => {
            of_key(&["s3:dataaccesspointarn"]) || {
                let account = context.get("s3:dataaccesspointaccount").and_then(|values| values.first());
                account.is_some_and(|account| name.contains(account.as_str()))
            }
        }
    }
}
