//! What a scan found, next to what it must have found.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::case::Case;
use crate::workspace::read;

/// Check, region and resource.
type Place = (String, Option<String>, String);

/// Verdicts by place.
pub(crate) type Verdicts = HashMap<Place, String>;

/// What is read of a report.
#[derive(Debug, Deserialize)]
pub(crate) struct Report {
    findings: Vec<Finding>,
    pub(crate) calls: Vec<Calls>,
}

#[derive(Debug, Deserialize)]
struct Finding {
    check_id: String,
    region: Option<String>,
    status: String,
    resource: Resource,
    unknown: Option<Unknown>,
}

#[derive(Debug, Deserialize)]
struct Resource {
    id: String,
}

#[derive(Debug, Deserialize)]
struct Unknown {
    operation: String,
    aws_code: Option<String>,
}

/// The calls of an operation, as the report tells them.
#[derive(Debug, Deserialize)]
pub(crate) struct Calls {
    pub(crate) count: u64,
    pub(crate) throttled: u64,
    pub(crate) retried: u64,
}

/// How far a report is from the truth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Verdicts that are as they must be.
    pub(crate) right: usize,
    /// Verdicts that are `unknown` and should not be.
    pub(crate) unknown: usize,
    /// Everything else that differs, in words.
    pub(crate) wrong: Vec<String>,
    /// Why verdicts are unknown, and how many for each reason.
    pub(crate) reasons: Vec<(String, usize)>,
}

/// The verdicts that a case's account must have.
pub(crate) fn expected(program: &Path, case: &Case) -> Result<Verdicts> {
    let text = read(Command::new(program).arg("expect").args(case.shape))?;
    let verdicts = text.lines().map(|line| {
        let (check, region, resource, status): (String, Option<String>, String, String) = serde_json::from_str(line)?;
        Ok(((check, region, resource), status))
    });
    verdicts.collect()
}

impl Report {
    pub(crate) fn open(file: &Path) -> Result<Self> {
        let reader =
            BufReader::with_capacity(1 << 20, File::open(file).with_context(|| format!("no {}", file.display()))?);
        serde_json::from_reader(reader).with_context(|| format!("{} is no report", file.display()))
    }

    /// Compares with what must be found.
    pub(crate) fn against(&self, expected: &Verdicts) -> Difference {
        let (mut difference, mut reasons) = (Difference::default(), HashMap::<String, usize>::new());
        let (mut seen, mut unread) = (HashSet::new(), HashSet::new());
        for Finding { check_id, region, status, resource, unknown } in &self.findings {
            let place = (check_id.clone(), region.clone(), resource.id.clone());
            if let Some(Unknown { operation, aws_code }) = unknown {
                difference.unknown += 1;
                unread.insert((check_id.as_str(), region.as_deref()));
                seen.insert(place);
                let reason = format!("{operation} {}", aws_code.as_deref().unwrap_or("-"));
                *reasons.entry(reason).or_default() += 1;
                continue;
            }
            match expected.get(&place) {
                Some(right) if right == status => difference.right += 1,
                Some(right) => difference.wrong.push(format!("{place:?} is {status}, not {right}")),
                None => difference.wrong.push(format!("{place:?} is {status}, and does not exist")),
            }
            seen.insert(place);
        }
        for place in expected.keys().filter(|place| !seen.contains(*place)) {
            // A listing that failed is a verdict on what was listed, instead of those on what is in it.
            let (check, region, _) = place;
            if !unread.contains(&(check.as_str(), region.as_deref())) && !unread.contains(&(check.as_str(), None)) {
                difference.wrong.push(format!("{place:?} is missing"));
            }
        }
        difference.reasons = reasons.into_iter().collect();
        difference.reasons.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        difference
    }

    /// Attempts that AWS answered with "slower", of all attempts.
    pub(crate) fn throttled(&self) -> (u64, u64) {
        let throttled = self.calls.iter().map(|calls| calls.throttled).sum();
        (throttled, self.calls.iter().map(|calls| calls.count + calls.retried).sum())
    }
}

impl Difference {
    /// Fails unless everything is as it must be.
    pub(crate) fn must_be_none(&self) -> Result<()> {
        self.must_be_unknown_at_most()?;
        if self.unknown > 0 {
            bail!("{} verdicts are unknown: {:?}", self.unknown, &self.reasons[..self.reasons.len().min(5)]);
        }
        Ok(())
    }

    /// Fails if a verdict is wrong; an unknown one is not.
    pub(crate) fn must_be_unknown_at_most(&self) -> Result<()> {
        if self.wrong.is_empty() {
            return Ok(());
        }
        let some = self.wrong[..self.wrong.len().min(8)].join("\n  ");
        bail!("{} verdicts are wrong:\n  {some}", self.wrong.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(findings: &[(&str, &str, &str)]) -> Report {
        let finding = |(check, id, status): &(&str, &str, &str)| {
            let unknown = (*status == "unknown").then(|| Unknown { operation: "s3:List".to_owned(), aws_code: None });
            let resource = Resource { id: (*id).to_owned() };
            Finding {
                check_id: (*check).to_owned(),
                region: Some("r".to_owned()),
                status: (*status).to_owned(),
                resource,
                unknown,
            }
        };
        Report { findings: findings.iter().map(finding).collect(), calls: Vec::new() }
    }

    fn against(findings: &[(&str, &str, &str)]) -> Difference {
        let place = |check: &str, id: &str| (check.to_owned(), Some("r".to_owned()), id.to_owned());
        let expected = [(place("A", "1"), "pass".to_owned()), (place("A", "2"), "fail".to_owned())];
        report(findings).against(&expected.into_iter().collect())
    }

    #[test]
    fn nothing_may_differ_but_to_unknown() {
        assert!(against(&[("A", "1", "pass"), ("A", "2", "fail")]).must_be_none().is_ok());
        let unknown = against(&[("A", "1", "pass"), ("A", "2", "unknown")]);
        assert!(unknown.must_be_none().is_err() && unknown.must_be_unknown_at_most().is_ok());
        assert!(against(&[("A", "1", "pass"), ("A", "2", "pass")]).must_be_unknown_at_most().is_err());
        assert!(against(&[("A", "1", "pass"), ("A", "2", "fail"), ("A", "3", "pass")]).must_be_none().is_err());
    }

    #[test]
    fn what_is_missing_must_be_explained() {
        assert!(against(&[("A", "1", "pass")]).must_be_unknown_at_most().is_err());
        assert!(against(&[("A", "1", "pass"), ("B", "*", "unknown")]).must_be_unknown_at_most().is_err());
        assert!(against(&[("A", "1", "pass"), ("A", "*", "unknown")]).must_be_unknown_at_most().is_ok());
    }
}
