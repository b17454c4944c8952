//! S3's clients, and how S3's errors are read.

use asc_aws::{door, unread};
use asc_core::{Cx, Operation, Unread};
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3control::config::endpoint::{DefaultResolver, Endpoint, EndpointFuture, Params, ResolveEndpoint};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;

/// S3 in a region.
pub(super) fn s3(cx: &Cx, region: &str, operation: Operation) -> Result<aws_sdk_s3::Client, Unread> {
    let door = door(cx, operation)?;
    Ok(door.client("s3", region, |sdk, tag| {
        let config = aws_sdk_s3::config::Builder::from(sdk)
            .interceptor(tag)
            .interceptor(RootNames)
            // A bucket's name in front of `localhost` or of an address resolves nowhere.
            .force_path_style(door.has_custom_endpoint("S3"))
            .build();
        aws_sdk_s3::Client::from_conf(config)
    }))
}

/// S3 Control in a region.
pub(super) fn s3control(cx: &Cx, region: &str, operation: Operation) -> Result<aws_sdk_s3control::Client, Unread> {
    Ok(door(cx, operation)?.client("s3control", region, |sdk, tag| {
        let config = aws_sdk_s3control::config::Builder::from(sdk)
            .interceptor(tag)
            .interceptor(RootNames)
            .endpoint_resolver(BareEndpoint(DefaultResolver::new()))
            .build();
        aws_sdk_s3control::Client::from_conf(config)
    }))
}

/// Leaves the account's number off the host of a custom endpoint: the SDK would put it in front
/// (`123456789012.127.0.0.1`), where nothing answers. The number is in a header anyway.
#[derive(Debug)]
struct BareEndpoint(DefaultResolver);

impl ResolveEndpoint for BareEndpoint {
    fn resolve_endpoint<'a>(&'a self, params: &'a Params) -> EndpointFuture<'a> {
        match params.endpoint() {
            Some(url) => EndpointFuture::ready(Ok(Endpoint::builder().url(url.to_owned()).build())),
            None => ResolveEndpoint::resolve_endpoint(&self.0, params),
        }
    }
}

/// Operations whose answers some S3-compatible servers name after the operation, and the name that AWS gives them.
const ROOTS: [(&str, &str); 3] = [
    ("GetAccessPointPolicyStatus", "GetAccessPointPolicyStatusResult"),
    ("GetBucketVersioning", "VersioningConfiguration"),
    ("ListAccessPoints", "ListAccessPointsResult"),
];

/// Reads an answer whose root element is called `<Operation>Response`, as S3-compatible servers have it. AWS's other
/// SDKs do not look at the root's name at all; the Rust one refuses any but its own. A root of any other name stays
/// what it is: an answer to some other question.
#[derive(Debug)]
struct RootNames;

#[dyn_dispatch_hint]
impl Intercept for RootNames {
    fn name(&self) -> &'static str {
        "asc::RootNames"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = cfg.load::<Metadata>().map(|metadata| metadata.name().to_owned()).unwrap_or_default();
        let body = context.response().body().bytes().and_then(|bytes| std::str::from_utf8(bytes).ok());
        if let Some(renamed) = body.and_then(|body| with_root_of_aws(&operation, body)) {
            *context.response_mut().body_mut() = SdkBody::from(renamed);
        }
        Ok(())
    }
}

fn with_root_of_aws(operation: &str, body: &str) -> Option<String> {
    let (_, root) = ROOTS.iter().find(|(name, _)| *name == operation)?;
    let (opening, closing) = (format!("<{operation}Response"), format!("</{operation}Response>"));
    body.contains(&opening)
        .then(|| body.replacen(&opening, &format!("<{root}"), 1).replace(&closing, &format!("</{root}>")))
}

/// What an error means for a fact about a bucket: "no such bucket" is the bucket's disappearance.
pub(super) fn about_bucket<E>(operation: Operation, bucket: &str, error: &SdkError<E, HttpResponse>) -> Unread
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let unread = unread(operation, error);
    if unread.aws_code.as_deref() == Some("NoSuchBucket") { unread.of_gone(bucket) } else { unread }
}

/// Whether an error is one of those by which S3 says that a setting was never made.
pub(super) fn is_unset<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>, codes: &[&str]) -> bool {
    asc_aws::failure::code(error).is_some_and(|code| codes.contains(&code))
}

/// A part of an answer that must be there.
pub(super) fn present<T>(operation: Operation, part: Option<T>, name: &str) -> Result<T, Unread> {
    part.ok_or_else(|| Unread::malformed(operation, format!("no {name} in the answer")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_operations_own_name_is_taken_for_its_root() {
        let renamed = with_root_of_aws("GetBucketVersioning", "<?xml?><GetBucketVersioningResponse a=\"b\"/>");
        assert_eq!(renamed.as_deref(), Some("<?xml?><VersioningConfiguration a=\"b\"/>"));
        let renamed = with_root_of_aws("ListAccessPoints", "<ListAccessPointsResponse>x</ListAccessPointsResponse>");
        assert_eq!(renamed.as_deref(), Some("<ListAccessPointsResult>x</ListAccessPointsResult>"));
        assert_eq!(with_root_of_aws("GetBucketVersioning", "<ListBucketResult/>"), None);
        assert_eq!(with_root_of_aws("GetBucketAcl", "<GetBucketAclResponse/>"), None);
    }
}
