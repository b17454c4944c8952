//! The results of a run: the open alerts of an account.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use asc_core::report::Finding;
use serde_json::Value;
use serde_sarif::sarif::{
    ArtifactLocation, Location, LogicalLocation, Message, PhysicalLocation, PropertyBag, Region, Result,
};

use super::rules::{Rules, level, rank};
use super::{bag, number, plain, sentence};
use crate::{Anchor, Emission, uri};

/// How many results of a run GitHub keeps.
pub(super) const MOST_RESULTS: usize = 5000;

/// The results, worst first, and how many more there would be.
pub(super) fn of(findings: &[&Finding], emission: &Emission<'_>, rules: &Rules) -> (Vec<Result>, usize) {
    let mut alerts: Vec<_> = findings.iter().copied().filter(|f| f.is_open_alert()).collect();
    alerts.sort_by_key(|f| (Reverse(f.severity), f.status));
    let cut = alerts.len().saturating_sub(MOST_RESULTS);
    alerts.truncate(MOST_RESULTS);
    (alerts.into_iter().map(|f| result(f, emission, rules)).collect(), cut)
}

fn result(finding: &Finding, emission: &Emission<'_>, rules: &Rules) -> Result {
    let place = Place::of(finding, emission);
    let fingerprint = ("primaryLocationLineHash".to_owned(), finding.fingerprint.clone());
    let mut result = Result::builder()
        .rule_id(finding.check_id.as_str())
        .message(Message::builder().text(message(finding, emission)).build())
        .locations(vec![place.location(finding)])
        .partial_fingerprints(BTreeMap::from([fingerprint]))
        .properties(properties(finding, &place))
        .build();
    if let Some((index, severity)) = rules.place(&finding.check_id) {
        result.rule_index = Some(number(index));
        if severity != finding.severity {
            result.level = Some(level(finding.severity));
            result.rank = Some(rank(finding.severity));
        }
    }
    result
}

/// The message, with the resource in front: many alerts are shown on one line of `asc.toml`, so that the place says
/// nothing about which resource is meant.
fn message(finding: &Finding, emission: &Emission<'_>) -> String {
    let id = plain(&finding.resource.id);
    let message = plain(&finding.message);
    let subject = match &finding.region {
        Some(region) if *region != finding.resource.id => format!("'{id}' ({})", plain(region)),
        _ => format!("'{id}'"),
    };
    sentence(emission.lang, format!("{subject}: {message}"))
}

fn properties(finding: &Finding, place: &Place<'_>) -> PropertyBag {
    let mut bag = bag([
        ("account", finding.account_id.as_str().into()),
        ("region", finding.region.as_deref().map_or(Value::Null, Value::from)),
        ("resourceType", finding.resource.kind.as_str().into()),
        ("resourceId", finding.resource.id.as_str().into()),
        ("status", finding.status.as_str().into()),
        ("severity", finding.severity.as_str().into()),
        ("locationMethod", place.method.into()),
        ("locationConfidence", place.confidence.into()),
    ]);
    if !finding.evidence.is_empty() {
        bag.additional_properties.insert("evidence".to_owned(), Value::Object(finding.evidence.read()));
    }
    bag
}

/// Where an alert is shown, and why there.
struct Place<'a> {
    uri: String,
    line: u64,
    end_column: u64,
    method: &'a str,
    confidence: &'a str,
}

impl<'a> Place<'a> {
    /// The block that declares the resource; else the account's line; else the file.
    fn of(finding: &'a Finding, emission: &Emission<'_>) -> Self {
        if let Some(source) = &finding.source
            && let Some(uri) = uri::relative(&source.file)
        {
            // A line that opens a block holds at least one character, and no more is known of it here.
            let (method, confidence) = (source.method.as_str(), source.confidence.as_str());
            return Self { uri, line: source.line.max(1), end_column: 2, method, confidence };
        }
        let (anchor, method) = match emission.anchors.get(&finding.account_id) {
            Some(anchor) => (anchor, "account-line"),
            None => (&emission.default_anchor, "file"),
        };
        let Anchor { uri, line, end_column } = anchor;
        Self {
            uri: uri.clone(),
            line: (*line).max(1),
            end_column: (*end_column).max(1),
            method,
            confidence: "fallback",
        }
    }

    fn location(&self, finding: &Finding) -> Location {
        let resource = &finding.resource;
        let name = resource.arn.clone().unwrap_or_else(|| {
            [Some(finding.account_id.as_str()), finding.region.as_deref(), Some(&resource.id)]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join("/")
        });
        let region = Region::builder()
            .start_line(number(self.line))
            .start_column(1)
            .end_line(number(self.line))
            .end_column(number(self.end_column))
            .build();
        Location::builder()
            .physical_location(
                PhysicalLocation::builder()
                    .artifact_location(ArtifactLocation::builder().uri(self.uri.as_str()).build())
                    .region(region)
                    .build(),
            )
            .logical_locations(vec![
                LogicalLocation::builder()
                    .name(resource.id.as_str())
                    .fully_qualified_name(name)
                    .kind("resource")
                    .build(),
            ])
            .build()
    }
}
