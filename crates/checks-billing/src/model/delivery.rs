//! What is delivered of the account's bills, by whichever of the two services.

use asc_core::{Cx, Operation, Unread, fact};
use serde::Serialize;

use super::export::{ExportDetail, ExportList};
use super::report::Reports;

/// Which service delivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Cost and Usage Reports, the older one.
    CostAndUsageReport,
    /// Data Exports.
    DataExport,
}

/// How a delivery went the last time, as far as AWS tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LastRun {
    /// When it was, in the service's own way of writing times.
    pub at: Option<String>,
    /// What became of it: `SUCCESS`, `HEALTHY`, `ERROR_NO_BUCKET`, …
    pub status: Option<String>,
}

impl LastRun {
    /// Whether AWS says that it went wrong.
    pub fn is_bad(&self) -> bool {
        self.status.as_deref().is_some_and(|status| !matches!(status, "SUCCESS" | "HEALTHY"))
    }
}

/// A report or an export that somebody has defined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// Which service delivers it.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// The bucket it is delivered to.
    pub bucket: String,
    /// The account that owns the bucket, where that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket_owner: Option<String>,
    /// How it went the last time; changes by itself, so it is told apart from the rest.
    #[serde(skip)]
    pub last_run: LastRun,
}

/// Everything that is defined, and what could not be read of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defined {
    /// Reports, then exports.
    pub deliveries: Vec<Delivery>,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// Services that the partition does not have.
    pub not_offered: Vec<&'static str>,
}

impl Defined {
    /// Whether the partition has neither service.
    pub fn is_void(&self) -> bool {
        self.not_offered.len() == 2
    }

    fn add(&mut self, service: &'static str, answer: Result<Option<Vec<Delivery>>, Unread>) {
        match answer {
            Ok(Some(deliveries)) => self.deliveries.extend(deliveries),
            Ok(None) => self.not_offered.push(service),
            Err(why) => self.unread.push(why),
        }
    }
}

/// Asks both services for all that is defined.
pub async fn defined(cx: &Cx) -> Defined {
    let (reports, exports) = fact::both(cx.get::<Reports>(&()), cx.get::<ExportList>(&())).await;
    let mut defined = Defined::default();
    defined.add("cur", reports.map(|reports| reports.as_ref().clone()));
    let exports = match exports {
        Ok(exports) => exports.as_ref().clone(),
        Err(why) => {
            defined.unread.push(why);
            return defined;
        }
    };
    let Some(arns) = exports else {
        defined.not_offered.push("bcm-data-exports");
        return defined;
    };
    for export in fact::at_once(arns, |arn| async move { cx.get::<ExportDetail>(&arn).await }).await {
        match export {
            // Deleted since it was listed.
            Err(why) if why.gone.is_some() => {}
            export => defined.add("bcm-data-exports", export.map(|export| Some(vec![export.as_ref().clone()]))),
        }
    }
    defined
}

/// A part that the SDK fills in with nothing when the answer lacks it.
pub(super) fn filled(operation: Operation, part: String, name: &str) -> Result<String, Unread> {
    if part.is_empty() { Err(Unread::malformed(operation, format!("no {name} in the answer"))) } else { Ok(part) }
}

#[cfg(test)]
mod tests {
    use asc_core::Class;

    use super::*;

    #[test]
    fn only_what_aws_calls_wrong_is_bad() {
        let run = |status: Option<&str>| LastRun { at: None, status: status.map(str::to_owned) };
        for fine in [None, Some("SUCCESS"), Some("HEALTHY")] {
            assert!(!run(fine).is_bad(), "{fine:?}");
        }
        for bad in ["ERROR_NO_BUCKET", "ERROR_PERMISSIONS", "UNHEALTHY"] {
            assert!(run(Some(bad)).is_bad(), "{bad}");
        }
    }

    #[test]
    fn answers_of_both_services_come_together() {
        let why = Unread::new(Operation::new("cur", "Op", "cur:Op"), Class::Denied, "no");
        let mut defined = Defined::default();
        defined.add("cur", Err(why.clone()));
        defined.add("bcm-data-exports", Ok(None));
        assert_eq!((defined.unread.as_slice(), defined.is_void()), ([why].as_slice(), false));
        let mut nothing = Defined::default();
        nothing.add("cur", Ok(None));
        nothing.add("bcm-data-exports", Ok(None));
        assert!(nothing.is_void() && nothing.unread.is_empty());
    }
}
