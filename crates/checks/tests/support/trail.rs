//! What CloudTrail answers.
//! Source: CloudTrail API Reference, `DescribeTrails`, `GetTrailStatus` and `GetEventSelectors`.

use serde_json::{Value, json};

use super::{ACCOUNT, Answer};

pub(super) const DESCRIBE: &str = r#"{"includeShadowTrails":true}"#;

/// A trail, and what it does.
#[expect(clippy::struct_excessive_bools, reason = "CloudTrail describes a trail by these switches")]
#[derive(Clone, Debug)]
pub(crate) struct Trail {
    name: String,
    pub(super) home: String,
    bucket: String,
    owner: String,
    multi_region: bool,
    organization: bool,
    global: bool,
    logging: bool,
    error: Option<String>,
    log_group: Option<String>,
    selectors: Value,
}

impl Trail {
    /// A multi-region trail of this account that is logging all management events, as the console makes them.
    pub(crate) fn new(name: &str, home: &str, bucket: &str) -> Self {
        let [name, home, bucket, owner] = [name, home, bucket, ACCOUNT].map(str::to_owned);
        let selectors = json!({"EventSelectors": [
            {"ReadWriteType": "All", "IncludeManagementEvents": true, "DataResources": [], "ExcludeManagementEventSources": []}
        ]});
        let (multi_region, organization, global, logging) = (true, false, true, true);
        let (error, log_group) = (None, None);
        Self { name, home, bucket, owner, multi_region, organization, global, logging, error, log_group, selectors }
    }

    /// It records its home region only.
    pub(crate) fn single_region(mut self) -> Self {
        self.multi_region = false;
        self
    }

    /// It is a trail of an organisation whose management account this is.
    pub(crate) fn organization_of(mut self, owner: &str) -> Self {
        (self.organization, self.owner) = (true, owner.to_owned());
        self
    }

    pub(crate) fn without_global_events(mut self) -> Self {
        self.global = false;
        self
    }

    pub(crate) fn stopped(mut self) -> Self {
        self.logging = false;
        self
    }

    /// Its last delivery failed.
    pub(crate) fn failing(mut self, error: &str) -> Self {
        self.error = Some(error.to_owned());
        self
    }

    /// Its events go to a log group as well.
    pub(crate) fn into_log_group(mut self, arn: &str) -> Self {
        self.log_group = Some(arn.to_owned());
        self
    }

    /// What it records, as `GetEventSelectors` says it.
    pub(crate) fn selecting(mut self, selectors: Value) -> Self {
        self.selectors = selectors;
        self
    }

    /// Its ARN, as AWS writes it.
    pub(crate) fn arn(&self, partition: &str) -> String {
        let Self { name, home, owner, .. } = self;
        format!("arn:{partition}:cloudtrail:{home}:{owner}:trail/{name}")
    }

    pub(super) fn shows_in(&self, region: &str) -> bool {
        self.multi_region || self.home == region
    }

    pub(super) fn description(&self, partition: &str) -> Value {
        let mut description = json!({
            "Name": self.name, "S3BucketName": self.bucket, "IncludeGlobalServiceEvents": self.global,
            "IsMultiRegionTrail": self.multi_region, "HomeRegion": self.home, "TrailARN": self.arn(partition),
            "LogFileValidationEnabled": true, "HasCustomEventSelectors": true, "HasInsightSelectors": false,
            "IsOrganizationTrail": self.organization,
        });
        if let Some(arn) = &self.log_group {
            description["CloudWatchLogsLogGroupArn"] = json!(arn);
        }
        description
    }

    pub(super) fn status(&self) -> Answer {
        let mut status = json!({
            "IsLogging": self.logging, "LatestDeliveryTime": 1_793_523_000.123, "StartLoggingTime": 1_700_000_000.5,
        });
        if let Some(error) = &self.error {
            status["LatestDeliveryError"] = json!(error);
        }
        Answer::json(&status)
    }

    pub(super) fn selectors(&self, partition: &str) -> Answer {
        let mut answer = self.selectors.clone();
        answer["TrailARN"] = json!(self.arn(partition));
        Answer::json(&answer)
    }
}
