//! An analyzer of IAM Access Analyzer.

use asc_core::fix::TAG;
use asc_core::{Cx, Operation, Unread};
use aws_sdk_accessanalyzer::types::Type;

use super::done;
use crate::model::client::accessanalyzer;

/// What a run calls its analyzer: nobody else's has the name.
fn name(run: &str) -> String {
    format!("asc-{run}")
}

/// Source: IAM Access Analyzer API Reference, `CreateAnalyzer`, on the conflict of names.
pub(super) async fn create(cx: &Cx, operation: Operation, region: &str, run: &str) -> Result<(), Unread> {
    let request = accessanalyzer(cx, region, operation)?.create_analyzer().analyzer_name(name(run));
    let request = request.r#type(Type::Account).client_token(format!("{run}-{region}")).tags(TAG, run);
    done(operation, request.send().await, &["ConflictException"])
}

pub(super) async fn delete(cx: &Cx, operation: Operation, region: &str, run: &str) -> Result<(), Unread> {
    let request = accessanalyzer(cx, region, operation)?.delete_analyzer().analyzer_name(name(run));
    done(operation, request.send().await, &["ResourceNotFoundException"])
}
