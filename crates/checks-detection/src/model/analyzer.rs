//! Analyzers of IAM Access Analyzer.

use asc_aws::{pages, unread};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use serde::Serialize;

use super::client::accessanalyzer;

const LIST_ANALYZERS: Operation =
    Operation::new("accessanalyzer", "ListAnalyzers", "access-analyzer:ListAnalyzers").per(Per::Region);

/// An analyzer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Analyzer {
    /// Its name.
    pub name: String,
    /// `ACCOUNT`, `ORGANIZATION`, or a type that looks for something else than external access.
    #[serde(rename = "type")]
    pub kind: String,
    /// `ACTIVE`, `CREATING`, `DISABLED` or `FAILED`.
    pub status: String,
}

impl Analyzer {
    /// Whether it looks for access from outside; others look for access that nobody uses, or within.
    /// Source: IAM Access Analyzer API Reference, `AnalyzerSummary`, `type`.
    pub fn is_external(&self) -> bool {
        matches!(self.kind.as_str(), "ACCOUNT" | "ORGANIZATION")
    }
}

/// The analyzers of a region that the account sees.
#[derive(Debug)]
pub struct Analyzers;

impl Fact for Analyzers {
    type Key = String;
    type Value = Vec<Analyzer>;
    const READS: &'static [Reads] = &[Reads::Call(LIST_ANALYZERS)];

    async fn read(cx: &Cx, region: &String) -> Result<Self::Value, Unread> {
        let client = accessanalyzer(cx, region, LIST_ANALYZERS)?;
        let listed = pages(LIST_ANALYZERS, "analyzers", |token| {
            let request = client.list_analyzers().set_next_token(token);
            async move {
                let page = request.send().await.map_err(|e| unread(LIST_ANALYZERS, &e))?;
                Ok((Some(page.analyzers), page.next_token))
            }
        });
        let analyzer = |analyzer: aws_sdk_accessanalyzer::types::AnalyzerSummary| Analyzer {
            kind: analyzer.r#type.as_str().to_owned(),
            status: analyzer.status.as_str().to_owned(),
            name: analyzer.name,
        };
        Ok(listed.await?.into_iter().map(analyzer).collect())
    }
}
