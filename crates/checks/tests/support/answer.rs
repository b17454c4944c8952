//! Answers, and how each of AWS's protocols says that something went wrong.

use asc_aws::recording::Outcome;
use serde_json::{Value, json};

/// One answer, as it goes over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    status: u16,
    errortype: Option<String>,
    pub(crate) body: String,
    /// Whether the body, which is written down in JSON, goes over the wire in CBOR.
    cbor: bool,
    /// Why no answer came at all, if none did.
    silence: Option<String>,
    /// What is answered before, to the same request.
    before: Vec<Self>,
}

impl Answer {
    /// A success.
    pub(crate) fn ok(body: impl Into<String>) -> Self {
        Self::of(200, body)
    }

    /// An answer of any status.
    pub(crate) fn of(status: u16, body: impl Into<String>) -> Self {
        Self { status, errortype: None, body: body.into(), cbor: false, silence: None, before: Vec::new() }
    }

    /// The same, given from the second time on; the first time it is another.
    pub(crate) fn after(mut self, first: Self) -> Self {
        self.before.insert(0, first);
        self
    }

    /// A success in JSON.
    pub(crate) fn json(body: &Value) -> Self {
        Self::ok(body.to_string())
    }

    /// No answer.
    pub(crate) fn silence(why: &str) -> Self {
        Self { silence: Some(why.to_owned()), ..Self::of(0, "") }
    }

    /// A success in CBOR.
    pub(crate) fn cbor(body: &Value) -> Self {
        Self { cbor: true, ..Self::json(body) }
    }

    /// The error of a service that speaks CBOR.
    fn cbor_error(code: &str) -> Self {
        Self { cbor: true, ..Self::json_error(code) }
    }

    /// S3's error.
    pub(crate) fn s3(code: &str) -> Self {
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>No.</Message>\
             <RequestId>4442587FB7D0A2F9</RequestId><HostId>h</HostId></Error>"
        );
        Self::of(status_of(code), body)
    }

    /// S3 Control's error.
    pub(crate) fn control(code: &str) -> Self {
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ErrorResponse \
             xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"><Error><Code>{code}</Code><Message>No.\
             </Message></Error><RequestId>4442587FB7D0A2F9</RequestId></ErrorResponse>"
        );
        Self::of(status_of(code), body)
    }

    /// The error of a service that speaks JSON 1.1.
    pub(crate) fn json_error(code: &str) -> Self {
        Self::of(400, json!({ "__type": code, "Message": "No." }).to_string())
    }

    /// The error of a service that speaks REST and JSON: the code is in a header.
    pub(crate) fn rest_json_error(code: &str) -> Self {
        Self { errortype: Some(code.to_owned()), ..Self::of(status_of(code), json!({ "message": "No." }).to_string()) }
    }

    /// The error of a service that speaks the query protocol.
    pub(crate) fn query(code: &str) -> Self {
        let body = format!(
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>\
             <Code>{code}</Code><Message>No.</Message></Error><RequestId>r</RequestId></ErrorResponse>"
        );
        Self::of(status_of(code), body)
    }

    /// EC2's error.
    pub(crate) fn ec2(code: &str) -> Self {
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code>\
             <Message>No.</Message></Error></Errors><RequestID>ea966190-f9aa-478e-9ede-example</RequestID></Response>"
        );
        Self::of(status_of(code), body)
    }

    /// How the service of an operation refuses.
    pub(crate) fn denied(operation: &str) -> Self {
        let code = match operation.split(':').next() {
            Some("s3" | "s3control" | "iam" | "cloudwatch") => "AccessDenied",
            Some("sns") => "AuthorizationError",
            Some("ec2") => "UnauthorizedOperation",
            _ => "AccessDeniedException",
        };
        Self::error_of(operation, code)
    }

    /// An error as the service of an operation (`s3:GetBucketAcl`) writes it.
    pub(crate) fn error_of(operation: &str, code: &str) -> Self {
        match operation.split(':').next() {
            Some("s3") => Self::s3(code),
            Some("s3control") => Self::control(code),
            Some("ec2") => Self::ec2(code),
            Some("iam" | "sns") => Self::query(code),
            Some("cloudwatch") => Self::cbor_error(code),
            Some("account" | "accessanalyzer" | "detective" | "guardduty" | "inspector2" | "securityhub") => {
                Self::rest_json_error(code)
            }
            _ => Self::json_error(code),
        }
    }

    /// What goes over the wire, one after the other.
    pub(super) fn into_outcomes(self) -> Vec<Outcome> {
        let headers = self.errortype.into_iter().map(|code| ("x-amzn-errortype".to_owned(), code)).collect();
        let body = match serde_json::from_str(&self.body) {
            Ok(value) if self.cbor => super::cbor::encode(&value).into(),
            _ => self.body.into(),
        };
        let answer = Outcome::Answer { status: self.status, headers, body };
        let last = self.silence.map_or(answer, Outcome::Silence);
        self.before.into_iter().flat_map(Self::into_outcomes).chain([last]).collect()
    }

    /// How often it takes to ask, to get to the end of it.
    pub(crate) fn times(&self) -> u64 {
        1 + self.before.iter().map(Self::times).sum::<u64>()
    }

    /// Whether it is a success.
    pub(crate) fn is_ok(&self) -> bool {
        self.status < 300
    }
}

fn status_of(code: &str) -> u16 {
    match code {
        _ if code.starts_with("NoSuch") || code.ends_with("NotFoundError") => 404,
        "SlowDown" | "RequestLimitExceeded" => 503,
        "ThrottlingException" => 400,
        _ => 403,
    }
}

pub(super) fn identity(account: &str, partition: &str) -> Answer {
    Answer::ok(format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>arn:{partition}:sts::{account}:assumed-role/scanner/s</Arn><UserId>AROAEXAMPLE:s</UserId>\
         <Account>{account}</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId>\
         </ResponseMetadata></GetCallerIdentityResponse>"
    ))
}

pub(super) fn ec2_regions(regions: &[String]) -> Answer {
    let item = |region: &String| {
        format!(
            "<item><regionName>{region}</regionName><regionEndpoint>ec2.{region}.amazonaws.com</regionEndpoint>\
             <optInStatus>opt-in-not-required</optInStatus></item>"
        )
    };
    let items: String = regions.iter().map(item).collect();
    Answer::ok(format!(
        "<DescribeRegionsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>r</requestId>\
         <regionInfo>{items}</regionInfo></DescribeRegionsResponse>"
    ))
}
