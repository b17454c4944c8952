//! The rules of a run: every selected check, whether it found something or not.

use std::collections::{BTreeMap, BTreeSet};

use asc_core::report::{Finding, Report};
use asc_core::{Declaration, Kind, Lang, Severity};
use serde_sarif::sarif::{
    MultiformatMessageString, PropertyBag, ReportingConfiguration, ReportingDescriptor, ReportingDescriptorReference,
    ResultLevel,
};

use super::{bag, plain, sentence};
use crate::{Emission, page};

/// The most characters that GitHub takes in a description.
const LONGEST_DESCRIPTION: usize = 1024;
/// The most characters of help; beyond this nobody reads, and every run carries every rule.
const LONGEST_HELP: usize = 16_384;
/// The most tags that GitHub shows.
const MOST_TAGS: usize = 10;

/// The rules, and where each one stands.
pub(super) struct Rules {
    descriptors: Vec<ReportingDescriptor>,
    place: BTreeMap<String, (usize, Severity)>,
}

impl Rules {
    /// The rules of a report: the selected checks, then checks that only a merged report knows of.
    pub(super) fn of(report: &Report, emission: &Emission<'_>) -> Self {
        let mut rules = Self { descriptors: Vec::new(), place: BTreeMap::new() };
        for declaration in emission.checks {
            rules.push(declaration.severity, of_check(declaration, emission.lang));
        }
        let mut seen = BTreeSet::new();
        for finding in &report.findings {
            if !rules.place.contains_key(&finding.check_id) && seen.insert(&finding.check_id) {
                rules.push(finding.severity, of_stranger(finding, emission.lang));
            }
        }
        rules
    }

    fn push(&mut self, severity: Severity, rule: ReportingDescriptor) {
        self.place.insert(rule.id.clone(), (self.descriptors.len(), severity));
        self.descriptors.push(rule);
    }

    /// All rules, in order.
    pub(super) fn descriptors(&self) -> Vec<ReportingDescriptor> {
        self.descriptors.clone()
    }

    /// Where the rule of a check stands, and its severity.
    pub(super) fn place(&self, check: &str) -> Option<(usize, Severity)> {
        self.place.get(check).copied()
    }

    /// A reference to the rule of a check.
    pub(super) fn reference(&self, check: &str) -> Option<ReportingDescriptorReference> {
        let (index, _) = self.place(check)?;
        Some(ReportingDescriptorReference::builder().id(check).index(super::number(index)).build())
    }
}

/// How GitHub is told of a severity. Exactly 9.0 would lie on the border of two of GitHub's own levels.
const fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
    }
}

/// The level of a severity.
pub(super) const fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Critical | Severity::High => ResultLevel::Error,
        Severity::Medium => ResultLevel::Warning,
        Severity::Low => ResultLevel::Note,
    }
}

/// The rank of a severity, from 0 to 100.
pub(super) const fn rank(severity: Severity) -> f64 {
    match severity {
        Severity::Critical => 95.0,
        Severity::High => 80.0,
        Severity::Medium => 55.0,
        Severity::Low => 30.0,
    }
}

fn of_check(declaration: &Declaration, lang: Lang) -> ReportingDescriptor {
    let words = declaration.words(lang);
    let standards = declaration.maps_to.iter().map(|s| format!("{}/{}", s.name, s.control));
    let tags = ["security".to_owned(), declaration.service.to_owned()].into_iter().chain(standards);
    ReportingDescriptor::builder()
        .id(declaration.id)
        .name(pascal(declaration.name))
        .short_description(text(&sentence(lang, words.title.to_owned())))
        .full_description(text(words.why))
        .help(
            MultiformatMessageString::builder()
                .text(cut(&page::plain(declaration, lang), LONGEST_HELP))
                .markdown(page::body(declaration, lang, LONGEST_HELP))
                .build(),
        )
        .help_uri(declaration.reference)
        .default_configuration(configuration(declaration.severity))
        .properties(properties(declaration.severity, declaration.kind, tags))
        .build()
}

/// The rule of a check that this program does not know: as much as its findings say.
fn of_stranger(finding: &Finding, lang: Lang) -> ReportingDescriptor {
    let title = text(&sentence(lang, plain(&finding.check_name)));
    ReportingDescriptor::builder()
        .id(finding.check_id.as_str())
        .name(pascal(&finding.check_name))
        .short_description(title.clone())
        .full_description(title.clone())
        .help(title)
        .default_configuration(configuration(finding.severity))
        .properties(properties(finding.severity, Kind::Automatic, ["security".to_owned()]))
        .build()
}

fn configuration(severity: Severity) -> ReportingConfiguration {
    ReportingConfiguration::builder().level(level(severity).to_string()).build()
}

fn properties(severity: Severity, kind: Kind, tags: impl IntoIterator<Item = String>) -> PropertyBag {
    let precision = match kind {
        Kind::Automatic => "very-high",
        Kind::Manual { .. } => "medium",
    };
    let mut distinct: Vec<String> = Vec::new();
    for tag in tags {
        if distinct.len() < MOST_TAGS && !distinct.contains(&tag) {
            distinct.push(tag);
        }
    }
    let mut bag = bag([("security-severity", security_severity(severity).into()), ("precision", precision.into())]);
    bag.tags = Some(distinct);
    bag
}

fn text(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(cut(text, LONGEST_DESCRIPTION)).build()
}

/// The text, or its beginning and an ellipsis.
pub(super) fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    text.chars().take(longest - 1).chain(['…']).collect()
}

/// `s3-bucket-public` as `S3BucketPublic`, which is how SARIF wants rules named.
fn pascal(name: &str) -> String {
    let mut pascal = String::with_capacity(name.len());
    for word in name.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut letters = word.chars();
        pascal.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        pascal.push_str(letters.as_str());
    }
    pascal
}
