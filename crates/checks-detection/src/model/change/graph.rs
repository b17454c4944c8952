//! Detective's behaviour graph.

use asc_core::fix::TAG;
use asc_core::{Cx, Fact, Operation, Unread};

use super::{GRAPH_TAGS, done, is_of};
use crate::model::BehaviorGraphs;
use crate::model::client::detective;

/// An account administers one graph in a region at most, and gets the one that it has when it asks for another. That
/// one keeps its tags, and so is nobody's to delete here.
/// Source: Detective API Reference, `CreateGraph`.
pub(super) async fn create(cx: &Cx, operation: Operation, region: &str, run: &str) -> Result<(), Unread> {
    let request = detective(cx, region, operation)?.create_graph().tags(TAG, run);
    done(operation, request.send().await, &[])
}

pub(super) async fn delete(cx: &Cx, operation: Operation, region: &str, run: &str) -> Result<(), Unread> {
    let client = detective(cx, region, operation)?;
    for graph in BehaviorGraphs::read(&cx.afresh(), &region.to_owned()).await? {
        let answer = client.list_tags_for_resource().resource_arn(&graph).send().await;
        let answer = answer.map_err(|error| asc_aws::unread(GRAPH_TAGS, &error))?;
        if is_of(answer.tags, run) {
            let sent = client.delete_graph().graph_arn(&graph).send().await;
            done(operation, sent, &["ResourceNotFoundException"])?;
        }
    }
    Ok(())
}
