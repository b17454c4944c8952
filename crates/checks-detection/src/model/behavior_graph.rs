//! Detective's behaviour graphs: the account's own, and those of others that it is a member of.

use asc_aws::{pages, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use serde::Serialize;

use super::client::{detective, present};

const LIST_GRAPHS: Operation = Operation::new("detective", "ListGraphs", "detective:ListGraphs").per(Per::Region);
const LIST_INVITATIONS: Operation =
    Operation::new("detective", "ListInvitations", "detective:ListInvitations").per(Per::Region);

/// The behaviour graphs of a region that this account administers, by their ARNs.
#[derive(Debug)]
pub struct BehaviorGraphs;

impl Fact for BehaviorGraphs {
    type Key = String;
    type Value = Vec<String>;
    const READS: &'static [Reads] = &[Reads::Call(LIST_GRAPHS)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let client = detective(cx, region, LIST_GRAPHS)?;
        let listed = pages(LIST_GRAPHS, "GraphList", |token| {
            let request = client.list_graphs().set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(LIST_GRAPHS, &e))?;
                Ok((page.graph_list, page.next_token))
            }
        });
        listed.await?.into_iter().map(|graph| present(LIST_GRAPHS, graph.arn, "Arn")).collect()
    }
}

/// The account's place in somebody else's graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Membership {
    /// The account that administers the graph.
    pub administrator: Option<String>,
    /// `ENABLED`, `INVITED`, `ACCEPTED_BUT_DISABLED`, `VERIFICATION_IN_PROGRESS` or `VERIFICATION_FAILED`.
    pub status: String,
}

/// The account's memberships in a region: open invitations and accepted ones, an organisation's among them.
#[derive(Debug)]
pub struct Memberships;

impl Fact for Memberships {
    type Key = String;
    type Value = Vec<Membership>;
    const READS: &'static [Reads] = &[Reads::Call(LIST_INVITATIONS)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let client = detective(cx, region, LIST_INVITATIONS)?;
        let listed = pages(LIST_INVITATIONS, "Invitations", |token| {
            let request = client.list_invitations().set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(LIST_INVITATIONS, &e))?;
                Ok((page.invitations, page.next_token))
            }
        });
        let memberships = listed.await?.into_iter().map(|member| {
            let status = present(LIST_INVITATIONS, member.status, "Status")?;
            Ok(Membership { administrator: member.administrator_id, status: status.as_str().to_owned() })
        });
        memberships.collect()
    }
}
