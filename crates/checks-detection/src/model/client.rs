//! The clients, and what all of these services' answers share.

use asc_aws::door;
use asc_core::{Cx, Operation, Unread};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;

/// A function that makes a service's client for a region.
macro_rules! client {
    ($name:ident, $sdk:ident) => {
        pub(super) fn $name(cx: &Cx, region: &str, operation: Operation) -> Result<$sdk::Client, Unread> {
            Ok(door(cx, operation)?.client(operation.service, region, |sdk, tag| {
                let config = $sdk::config::Builder::from(sdk).interceptor(tag).interceptor(Lists).build();
                $sdk::Client::from_conf(config)
            }))
        }
    };
}

client!(accessanalyzer, aws_sdk_accessanalyzer);
client!(cloudwatch, aws_sdk_cloudwatch);
client!(config, aws_sdk_config);
client!(detective, aws_sdk_detective);
client!(events, aws_sdk_eventbridge);
client!(guardduty, aws_sdk_guardduty);
client!(iam_at, aws_sdk_iam);
client!(inspector, aws_sdk_inspector2);
client!(logs, aws_sdk_cloudwatchlogs);
client!(securityhub, aws_sdk_securityhub);
client!(sns, aws_sdk_sns);

/// IAM is one for the whole account; it is asked from the region that the scan sets out from.
pub(super) fn iam(cx: &Cx, operation: Operation) -> Result<aws_sdk_iam::Client, Unread> {
    iam_at(cx, door(cx, operation)?.home(), operation)
}

/// Lists that are in every answer of an operation, empty or not, and which the SDK makes up where they are not.
const LISTS: [(&str, &str); 3] = [
    ("BatchGetAccountStatus", "\"accounts\""),
    ("ListAnalyzers", "\"analyzers\""),
    ("ListDetectors", "\"detectorIds\""),
];

/// Refuses a success that lacks its list: the SDK would take it for an empty one.
#[derive(Debug)]
struct Lists;

#[dyn_dispatch_hint]
impl Intercept for Lists {
    fn name(&self) -> &'static str {
        "asc::Lists"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = cfg.load::<aws_smithy_runtime_api::client::orchestrator::Metadata>();
        let list = LISTS.iter().find(|(name, _)| operation.is_some_and(|operation| operation.name() == *name));
        let body = context.response().body().bytes().unwrap_or_default();
        let lacks = list.is_some_and(|(_, list)| !String::from_utf8_lossy(body).contains(list));
        if lacks && context.response().status().is_success() {
            // What is no JSON at all is an answer that could not be read.
            *context.response_mut().body_mut() = SdkBody::from("no list in the answer");
        }
        Ok(())
    }
}

/// A part that every complete answer has.
pub(super) fn present<T>(operation: Operation, part: Option<T>, name: &str) -> Result<T, Unread> {
    part.ok_or_else(|| Unread::malformed(operation, format!("no {name} in the answer")))
}
