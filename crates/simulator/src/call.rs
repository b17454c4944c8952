//! What a request asks: the service, operation and region, and its parameters.

use serde_json::Value;

use crate::account::REGIONS;

/// Every operation that the simulator answers, by the names that their services give them. An operation's place here
/// is its number in counters and limits.
pub const OPERATIONS: [(&str, &str); 42] = [
    ("sts", "GetCallerIdentity"),
    ("s3", "ListBuckets"),
    ("s3", "GetBucketLocation"),
    ("s3", "GetPublicAccessBlock"),
    ("s3", "GetBucketAcl"),
    ("s3", "GetBucketOwnershipControls"),
    ("s3", "GetBucketPolicyStatus"),
    ("s3", "GetBucketPolicy"),
    ("s3", "GetBucketEncryption"),
    ("s3", "GetBucketVersioning"),
    ("s3", "GetBucketLifecycleConfiguration"),
    ("s3", "GetObjectLockConfiguration"),
    ("s3", "GetBucketLogging"),
    ("s3", "GetBucketWebsite"),
    ("s3control", "GetPublicAccessBlock"),
    ("s3control", "ListAccessPoints"),
    ("s3control", "GetAccessPointPolicyStatus"),
    ("iam", "GetAccountSummary"),
    ("iam", "GenerateCredentialReport"),
    ("iam", "GetCredentialReport"),
    ("iam", "GetAccountAuthorizationDetails"),
    ("iam", "GetPolicy"),
    ("iam", "GetPolicyVersion"),
    ("iam", "GetInstanceProfile"),
    ("ec2", "DescribeRegions"),
    ("ec2", "DescribeVpcs"),
    ("ec2", "DescribeSubnets"),
    ("ec2", "DescribeFlowLogs"),
    ("ec2", "DescribeInstances"),
    ("ec2", "DescribeKeyPairs"),
    ("ec2", "DescribeVolumes"),
    ("ec2", "GetEbsEncryptionByDefault"),
    ("ec2", "DescribeSecurityGroups"),
    ("ec2", "DescribeNetworkInterfaces"),
    ("cloudtrail", "DescribeTrails"),
    ("cloudtrail", "GetTrailStatus"),
    ("cloudtrail", "GetEventSelectors"),
    ("logs", "DescribeLogGroups"),
    ("account", "ListRegions"),
    ("cur", "DescribeReportDefinitions"),
    ("bcm-data-exports", "ListExports"),
    ("bcm-data-exports", "GetExport"),
];

/// The query by which S3 tells the calls about a bucket apart.
pub(crate) const BUCKET_QUERIES: [(&str, &str); 12] = [
    ("location", "GetBucketLocation"),
    ("publicAccessBlock", "GetPublicAccessBlock"),
    ("acl", "GetBucketAcl"),
    ("ownershipControls", "GetBucketOwnershipControls"),
    ("policyStatus", "GetBucketPolicyStatus"),
    ("policy", "GetBucketPolicy"),
    ("encryption", "GetBucketEncryption"),
    ("versioning", "GetBucketVersioning"),
    ("lifecycle", "GetBucketLifecycleConfiguration"),
    ("object-lock", "GetObjectLockConfiguration"),
    ("logging", "GetBucketLogging"),
    ("website", "GetBucketWebsite"),
];

/// The number of an operation.
pub fn number(service: &str, operation: &str) -> Option<usize> {
    OPERATIONS.iter().position(|known| *known == (service, operation))
}

/// A request as it came in.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// The path, without the query.
    pub path: &'a str,
    /// The query.
    pub query: &'a str,
    /// The `Authorization` header, whose credential scope names region and service.
    pub authorization: &'a str,
    /// The `X-Amz-Target` header of services that speak JSON.
    pub target: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// A request that was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The operation, by its place in [`OPERATIONS`].
    pub operation: usize,
    /// The region, by its place in [`REGIONS`].
    pub region: usize,
    /// What the path names: a bucket, an access point.
    pub subject: String,
    /// Parameters of the query, or of a form.
    pub parameters: Vec<(String, String)>,
    /// A JSON body; null where there is none.
    pub json: Value,
}

impl Call {
    /// Understands a request; none for what is not simulated.
    pub fn of(incoming: Incoming<'_>) -> Option<Self> {
        let scope = incoming.authorization.split_once("Credential=")?.1.split(',').next()?;
        let mut scope = scope.split('/').skip(2);
        let (region, service) = (scope.next()?, scope.next()?);
        let region = REGIONS.iter().position(|known| *known == region)?;
        let form = |text: &str| text.split('&').filter(|p| !p.is_empty()).map(parameter).collect::<Vec<_>>();
        let mut call =
            Self { operation: 0, region, subject: String::new(), parameters: form(incoming.query), json: Value::Null };
        let (service, operation) = match service {
            "s3" => call.of_s3(incoming.path)?,
            "ec2" | "iam" | "sts" => {
                call.parameters = form(std::str::from_utf8(incoming.body).ok()?);
                (service, call.parameter("Action")?.to_owned())
            }
            "account" => {
                call.json = serde_json::from_slice(incoming.body).ok()?;
                ("account", "ListRegions".to_owned())
            }
            _ => {
                call.json = serde_json::from_slice(incoming.body).ok()?;
                (service, incoming.target.rsplit('.').next()?.to_owned())
            }
        };
        call.operation = number(service, &operation)?;
        Some(call)
    }

    fn of_s3(&mut self, path: &str) -> Option<(&'static str, String)> {
        if let Some(rest) = path.strip_prefix("/v20180820/") {
            let operation = match rest.split('/').collect::<Vec<_>>()[..] {
                ["configuration", "publicAccessBlock"] => "GetPublicAccessBlock",
                ["accesspoint"] => "ListAccessPoints",
                ["accesspoint", name, "policyStatus"] => {
                    name.clone_into(&mut self.subject);
                    "GetAccessPointPolicyStatus"
                }
                _ => return None,
            };
            return Some(("s3control", operation.to_owned()));
        }
        path.trim_matches('/').clone_into(&mut self.subject);
        if self.subject.is_empty() {
            return Some(("s3", "ListBuckets".to_owned()));
        }
        let asked = BUCKET_QUERIES.iter().find(|(query, _)| self.parameter(query).is_some())?;
        Some(("s3", asked.1.to_owned()))
    }

    /// The service.
    pub fn service(&self) -> &'static str {
        OPERATIONS[self.operation].0
    }

    /// The operation.
    pub fn name(&self) -> &'static str {
        OPERATIONS[self.operation].1
    }

    /// The region.
    pub fn region(&self) -> &'static str {
        REGIONS[self.region]
    }

    /// A parameter of the query or form.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A text in the JSON body.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.json.get(name)?.as_str()
    }
}

/// A parameter of a form, decoded.
fn parameter(text: &str) -> (String, String) {
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    (decoded(key), decoded(value))
}

fn decoded(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (digit(bytes.next()).unwrap_or_default(), digit(bytes.next()).unwrap_or_default());
                u8::try_from(high << 4 | low).unwrap_or_default()
            }
            byte => byte,
        });
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(service: &str, path: &str, query: &str, target: &str, body: &str) -> Option<(&'static str, &'static str)> {
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/{service}/aws4_request, SignedHeaders=host");
        let body = body.as_bytes();
        let call = Call::of(Incoming { method: "GET", path, query, authorization: &authorization, target, body })?;
        assert_eq!(call.region(), "eu-west-1");
        Some(OPERATIONS[call.operation])
    }

    #[test]
    fn operations_are_recognised_in_every_protocol() {
        let known = |service, operation| Some((service, operation));
        assert_eq!(asked("s3", "/", "max-buckets=10000", "", ""), known("s3", "ListBuckets"));
        assert_eq!(asked("s3", "/b/", "policyStatus", "", ""), known("s3", "GetBucketPolicyStatus"));
        assert_eq!(asked("s3", "/b", "policy&x-id=GetBucketPolicy", "", ""), known("s3", "GetBucketPolicy"));
        assert_eq!(
            asked("s3", "/v20180820/accesspoint/ap-1/policyStatus", "", "", ""),
            known("s3control", "GetAccessPointPolicyStatus")
        );
        assert_eq!(asked("ec2", "/", "", "", "Action=DescribeVpcs&MaxResults=5"), known("ec2", "DescribeVpcs"));
        assert_eq!(asked("logs", "/", "", "Logs_20140328.DescribeLogGroups", "{}"), known("logs", "DescribeLogGroups"));
        assert_eq!(asked("account", "/listRegions", "", "", "{}"), known("account", "ListRegions"));
        assert_eq!(asked("ec2", "/", "", "", "Action=TerminateInstances"), None);
        assert_eq!(asked("s3", "/b/key", "", "", ""), None);
    }

    #[test]
    fn numbers_are_unique() {
        for (at, (service, operation)) in OPERATIONS.iter().enumerate() {
            assert_eq!(number(service, operation), Some(at));
        }
    }

    #[test]
    fn parameters_are_decoded() {
        assert_eq!(parameter("a%2Fb=c+d%3D"), ("a/b".to_owned(), "c d=".to_owned()));
        assert_eq!(parameter("logging"), ("logging".to_owned(), String::new()));
    }
}
