//! What identifies a request, whatever endpoint it goes to.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use serde::{Deserialize, Serialize};

use crate::seam::Tag;

/// The identity of a request: enough to find its answer in a recording, nothing that depends on where it was sent or
/// by whom it was signed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RequestId {
    /// The service, such as `s3`.
    pub service: String,
    /// The operation, such as `GetBucketLogging`.
    pub operation: String,
    /// The region it is sent to.
    pub region: String,
    /// The path, with an S3 bucket always in front as in path-style addressing.
    pub path: String,
    /// The query, its parameters sorted.
    pub query: String,
    /// The body, as text, or in Base64 where it is none (CBOR); empty for most reads.
    pub body: String,
}

impl RequestId {
    /// The identity of a request that is about to be sent.
    pub(crate) fn of(tag: &Tag, operation: &str, request: &HttpRequest) -> Self {
        let (host, path, query) = parts(request.uri());
        let bucket = if tag.service == "s3" { bucket_in_host(host) } else { None };
        let path = bucket.map_or_else(|| path.to_owned(), |bucket| format!("/{bucket}{path}"));
        // `x-id` is the SDK's note to AWS of which operation it means; it is said already.
        let mut query: Vec<_> = query.split('&').filter(|p| !p.is_empty() && !p.starts_with("x-id=")).collect();
        query.sort_unstable();
        let text = |bytes: &[u8]| match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => aws_smithy_types::base64::encode(bytes),
        };
        let body = request.body().bytes().map(text);
        Self {
            service: tag.service.clone(),
            operation: operation.to_owned(),
            region: tag.region.clone(),
            path: if path.len() > 1 { path.trim_end_matches('/').to_owned() } else { path },
            query: query.join("&"),
            body: body.unwrap_or_default(),
        }
    }
}

/// Host, path and query of a URI as the SDK writes them.
fn parts(uri: &str) -> (&str, &str, &str) {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    (host, if path.is_empty() { "/" } else { path }, query)
}

/// The bucket of a virtual-hosted S3 request (`bucket.s3.eu-west-1.amazonaws.com`); bucket names may hold dots.
fn bucket_in_host(host: &str) -> Option<&str> {
    let at = host.find(".s3.").or_else(|| host.find(".s3-"))?;
    host[at..].contains(".amazonaws.com").then(|| &host[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_found_in_the_host_and_put_in_front() {
        assert_eq!(bucket_in_host("b.s3.eu-west-1.amazonaws.com"), Some("b"));
        assert_eq!(bucket_in_host("my.logs.s3.amazonaws.com"), Some("my.logs"));
        assert_eq!(bucket_in_host("b.s3.cn-north-1.amazonaws.com.cn"), Some("b"));
        assert_eq!(bucket_in_host("s3.eu-west-1.amazonaws.com"), None);
        assert_eq!(bucket_in_host("127.0.0.1:5000"), None);
        assert_eq!(parts("http://127.0.0.1:5000/b?logging"), ("127.0.0.1:5000", "/b", "logging"));
        assert_eq!(parts("https://sts.eu-west-1.amazonaws.com"), ("sts.eu-west-1.amazonaws.com", "/", ""));
    }

    #[test]
    fn path_style_and_virtual_hosted_are_one_request() {
        let tag = Tag::new("s3", "eu-west-1");
        let one = HttpRequest::get("https://b.s3.eu-west-1.amazonaws.com/?x-id=GetBucketLogging&logging").unwrap();
        let other = HttpRequest::get("http://127.0.0.1:5000/b?logging&x-id=GetBucketLogging").unwrap();
        let (one, other) = (RequestId::of(&tag, "Op", &one), RequestId::of(&tag, "Op", &other));
        assert_eq!(one, other);
        assert_eq!((one.path.as_str(), one.query.as_str()), ("/b", "logging"));
    }
}
