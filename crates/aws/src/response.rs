//! Answers, read whole, and what their error codes say.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use serde::de::IgnoredAny;
use tokio::time::timeout;
use xmlparser::{ElementEnd, Token, Tokenizer};

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

/// The headers that an SDK reads from the answers asc asks for. No other is kept.
const HEADERS_THAT_MATTER: [&str; 5] =
    ["content-type", "location", "x-amz-bucket-region", "x-amzn-errortype", "x-amzn-query-error"];

/// How long the next bytes of a body may take.
const IDLE: Duration = Duration::from_secs(5);

/// An answer whose document ends too early.
#[derive(Debug, thiserror::Error)]
#[error("the document breaks off or is not well-formed")]
pub(crate) struct BreaksOff;

/// A body of another length than was promised.
#[derive(Debug, thiserror::Error)]
#[error("{read} bytes were sent of {promised}")]
struct CutShort {
    promised: usize,
    read: usize,
}

/// A body of which nothing more came.
#[derive(Debug, thiserror::Error)]
#[error("the answer stopped halfway")]
struct Stalled;

/// An answer of AWS's, its body read to the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    /// Whether a success without a document is whole: S3 answers so to many calls that write, and to none that read.
    pub(crate) empty_is_whole: bool,
}

impl Answer {
    /// An answer to a call that reads, as it was recorded.
    pub(crate) fn recorded(status: u16, headers: Vec<(String, String)>, body: Bytes) -> Self {
        Self { status, headers, body, empty_is_whole: false }
    }

    /// Reads a response to its end; a body that breaks off or stalls is an error, never a short answer.
    pub(crate) async fn read(response: HttpResponse) -> Result<Self, ConnectorError> {
        let status = response.status().as_u16();
        let header = |name: &&str| response.headers().get(name).map(|value| ((*name).to_owned(), value.to_owned()));
        let headers = HEADERS_THAT_MATTER.iter().filter_map(header).collect();
        let promised = response.headers().get("content-length").and_then(|length| length.parse::<usize>().ok());
        let body = whole_body(response.into_body()).await?;
        match promised {
            Some(promised) if promised != body.len() => {
                Err(ConnectorError::io(Box::new(CutShort { promised, read: body.len() })))
            }
            _ => Ok(Self { status, headers, body, empty_is_whole: false }),
        }
    }

    /// The answer as the SDK expects it; one that breaks off is none.
    pub(crate) fn into_response(self) -> Result<HttpResponse, ConnectorError> {
        if self.breaks_off() {
            return Err(ConnectorError::other(Box::new(BreaksOff), None));
        }
        let status = StatusCode::try_from(self.status).map_err(|e| ConnectorError::other(e.into(), None))?;
        let mut response = HttpResponse::new(status, SdkBody::from(self.body));
        for (name, value) in self.headers {
            response.headers_mut().try_insert(name, value).map_err(|e| ConnectorError::other(e.into(), None))?;
        }
        Ok(response)
    }

    /// Whether the document ends before it should. The SDK's reader takes such XML for whole: a list that was cut
    /// short for the whole list, and `NoSuchBucketPolicy`, cut, for `NoSuchBucket`. All that asc reads is answered with
    /// a document, so an answer without any has lost it, unless the error's code is in the headers. A server's
    /// failure says enough by its status, and comes from proxies, too, as a page of any kind.
    pub(crate) fn breaks_off(&self) -> bool {
        if !matches!(self.status, 200..300 | 400..500) {
            return false;
        }
        if is_cbor(&self.body) {
            return !is_whole_cbor(&self.body);
        }
        let Ok(body) = std::str::from_utf8(&self.body) else { return true };
        match body.trim_start_matches('\u{feff}').trim_start().as_bytes().first() {
            None if self.status < 300 => !self.empty_is_whole,
            None => self.header("x-amzn-errortype").is_none(),
            Some(b'<') => !is_whole(body),
            Some(b'{') => serde_json::from_str::<IgnoredAny>(body.trim_start_matches('\u{feff}')).is_err(),
            Some(_) => false,
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// AWS's error code: from the header, or from the JSON, XML or CBOR of the body. None for a success.
    pub(crate) fn error_code(&self) -> Option<String> {
        if self.status < 400 {
            return None;
        }
        let code = self.header("x-amzn-errortype").map(str::to_owned).or_else(|| {
            if is_cbor(&self.body) {
                return cbor_code(&self.body);
            }
            let body = String::from_utf8_lossy(&self.body);
            if body.trim_start().starts_with('{') { json_code(&body) } else { xml_code(&body) }
        })?;
        // JSON services write `com.amazonaws.x#Code` or `Code:http://…`; the code is what stands between.
        let code = code.rsplit('#').next().unwrap_or(&code);
        Some(code.split(':').next().unwrap_or(code).trim().to_owned()).filter(|code| !code.is_empty())
    }
}

async fn whole_body(mut body: SdkBody) -> Result<Bytes, ConnectorError> {
    let mut all = BytesMut::new();
    loop {
        match timeout(IDLE, body.frame()).await {
            Err(_) => return Err(ConnectorError::io(Box::new(Stalled))),
            Ok(None) => return Ok(all.freeze()),
            Ok(Some(frame)) => {
                if let Ok(bytes) = frame.map_err(ConnectorError::io)?.into_data() {
                    all.extend_from_slice(&bytes);
                }
            }
        }
    }
}

/// Whether every element that is opened is closed, and there is one at all.
fn is_whole(body: &str) -> bool {
    let (mut open, mut seen) = (Vec::new(), false);
    for token in Tokenizer::from(body) {
        match token {
            Ok(Token::ElementStart { prefix, local, .. }) => {
                seen = true;
                open.push((prefix.as_str(), local.as_str()));
            }
            Ok(Token::ElementEnd { end: ElementEnd::Empty, .. }) => {
                open.pop();
            }
            Ok(Token::ElementEnd { end: ElementEnd::Close(prefix, local), .. }) => {
                if open.pop() != Some((prefix.as_str(), local.as_str())) {
                    return false;
                }
            }
            Ok(_) => {}
            Err(_) => return false,
        }
    }
    seen && open.is_empty()
}

fn json_code(body: &str) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(body).ok()?;
    ["__type", "code", "Code"].iter().find_map(|key| body.get(key)?.as_str()).map(str::to_owned)
}

/// Whether the body is a CBOR map, which the services of RPC v2 answer with: no text begins with such a byte.
fn is_cbor(body: &[u8]) -> bool {
    matches!(body.first(), Some(0xa0..=0xbf))
}

fn is_whole_cbor(body: &[u8]) -> bool {
    let mut decoder = minicbor::Decoder::new(body);
    decoder.skip().is_ok() && decoder.position() == body.len()
}

fn cbor_code(body: &[u8]) -> Option<String> {
    let mut decoder = minicbor::Decoder::new(body);
    let mut left = decoder.map().ok()?.unwrap_or(u64::MAX);
    while left > 0 {
        if decoder.str().ok()? == "__type" {
            return decoder.str().ok().map(str::to_owned);
        }
        decoder.skip().ok()?;
        left -= 1;
    }
    None
}

fn xml_code(body: &str) -> Option<String> {
    let (_, rest) = body.split_once("<Code>")?;
    rest.split_once("</Code>").map(|(code, _)| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(status: u16, headers: &[(&str, &str)], body: &'static str) -> Option<String> {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Answer::recorded(status, headers, Bytes::from_static(body.as_bytes())).error_code()
    }

    fn cuts(whole: &str, status: u16) {
        let of = |body: &[u8]| Answer::recorded(status, Vec::new(), body.to_vec().into()).breaks_off();
        assert!(!of(whole.as_bytes()));
        for at in 0..whole.trim_end().len() {
            assert!(of(&whole.as_bytes()[..at]), "{status} {}", String::from_utf8_lossy(&whole.as_bytes()[..at]));
        }
    }

    #[test]
    fn a_document_that_is_cut_anywhere_breaks_off() {
        for status in [200, 404] {
            cuts("<?xml version=\"1.0\"?><L xmlns=\"a\"><B><N>x</N></B><B/><c:D>日本 &amp;</c:D></L>\n", status);
            cuts("<Error><Code>NoSuchBucketPolicy</Code><Message>none</Message></Error>", status);
            cuts(r#"{"Version":"2012-10-17","Statement":[{"Sid":"日本","Effect":"Deny"}]}"#, status);
        }
    }

    #[test]
    fn a_server_s_failure_is_no_document_and_a_header_tells_a_code_without_one() {
        let of = |status, headers: &[(&str, &str)], body: &'static str| {
            let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            Answer::recorded(status, headers, Bytes::from_static(body.as_bytes())).breaks_off()
        };
        assert!(!of(503, &[], "<html><br>") && !of(500, &[], ""));
        assert!(!of(403, &[("x-amzn-errortype", "AccessDenied")], "") && of(403, &[], ""));
        assert!(of(400, &[("x-amzn-errortype", "AccessDenied")], "{\"message\":\"You"));
        assert!(!of(200, &[], "plain text"), "the reader judges what is neither");
    }

    #[test]
    fn a_write_may_be_answered_with_nothing_and_a_read_may_not() {
        let of = |status, empty_is_whole| {
            Answer { empty_is_whole, ..Answer::recorded(status, Vec::new(), Bytes::new()) }.breaks_off()
        };
        assert_eq!((of(200, true), of(204, true), of(200, false)), (false, false, true));
        assert!(of(400, true), "an error says which it is");
    }

    fn response(length: &'static str, body: SdkBody) -> HttpResponse {
        let mut response = HttpResponse::new(StatusCode::try_from(200).unwrap(), body);
        response.headers_mut().insert("content-length", length);
        response
    }

    #[tokio::test]
    async fn a_body_of_another_length_than_promised_is_none() {
        assert_eq!(Answer::read(response("4", SdkBody::from("<A/>"))).await.unwrap().body, "<A/>");
        assert!(Answer::read(response("9", SdkBody::from("<A/>"))).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stalls_is_given_up() {
        struct Stalling(bool);
        impl http_body::Body for Stalling {
            type Data = Bytes;
            type Error = std::convert::Infallible;
            fn poll_frame(
                mut self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
                if std::mem::replace(&mut self.0, true) {
                    return std::task::Poll::Pending;
                }
                std::task::Poll::Ready(Some(Ok(http_body::Frame::data(Bytes::from_static(b"<A>")))))
            }
        }
        let error = Answer::read(response("9", SdkBody::from_body_1_x(Stalling(false)))).await.unwrap_err();
        assert!(crate::failure::describe(&error).contains("halfway"), "{error:?}");
        assert!(!error.is_timeout(), "somebody is there");
    }

    #[test]
    fn cbor_that_is_cut_anywhere_breaks_off() {
        let of = |body: &[u8]| Answer::recorded(200, Vec::new(), body.to_vec().into()).breaks_off();
        for whole in
            [&b"\xa2\x64Name\x63abc\x64List\x82\x01\xfb\x3f\xf0\0\0\0\0\0\0"[..], b"\xbf\x64List\x9f\x01\xff\xff"]
        {
            assert!(!of(whole));
            assert!((0..whole.len()).all(|at| of(&whole[..at])), "{whole:?}");
        }
    }

    #[test]
    fn error_codes_are_found_in_cbor() {
        let of = |body: &'static [u8]| Answer::recorded(400, Vec::new(), Bytes::from_static(body)).error_code();
        let long = b"\xbf\x66__type\x78\x25com.amazonaws.cloudwatch#AccessDenied\xff";
        assert_eq!(of(b"\xa1\x66__type\x6cAccessDenied"), Some("AccessDenied".to_owned()));
        assert_eq!(of(long), Some("AccessDenied".to_owned()));
        assert_eq!((of(b"\xa1\x66__type\x6c"), of(b"\xbf\xff"), of(b"\xff\x66__type")), (None, None, None));
    }

    #[test]
    fn error_codes_are_found_in_every_protocol() {
        let denied = Some("AccessDenied".to_owned());
        assert_eq!(code(403, &[], "<Error><Code>AccessDenied</Code></Error>"), denied);
        assert_eq!(code(403, &[], "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"), denied);
        assert_eq!(code(400, &[], r#"{"__type":"com.amazonaws.cloudtrail#AccessDenied"}"#), denied);
        assert_eq!(code(400, &[("x-amzn-errortype", "AccessDenied:http://internal/")], ""), denied);
        assert_eq!(code(503, &[], "<html>busy</html>"), None);
        assert_eq!(code(200, &[], "<Error><Code>AccessDenied</Code></Error>"), None);
    }
}
