//! Answers, read whole, and what their error codes say.

use bytes::Bytes;
use http_body_util::BodyExt;
use xmlparser::{ElementEnd, Token, Tokenizer};

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

/// The headers that an SDK reads from the answers asc asks for. No other is kept.
const HEADERS_THAT_MATTER: [&str; 5] =
    ["content-type", "location", "x-amz-bucket-region", "x-amzn-errortype", "x-amzn-query-error"];

/// A success whose document ends too early.
#[derive(Debug, thiserror::Error)]
#[error("the document breaks off or is not well-formed")]
pub(crate) struct BreaksOff;

/// An answer of AWS's, its body read to the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Answer {
    /// Reads a response to its end; a body that breaks off is an error, never a short answer.
    pub(crate) async fn read(response: HttpResponse) -> Result<Self, ConnectorError> {
        let status = response.status().as_u16();
        let header = |name: &&str| response.headers().get(name).map(|value| ((*name).to_owned(), value.to_owned()));
        let headers = HEADERS_THAT_MATTER.iter().filter_map(header).collect();
        let body = response.into_body().collect().await.map_err(ConnectorError::io)?.to_bytes();
        Ok(Self { status, headers, body })
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

    /// Whether a success or a refusal holds XML that ends before its root does. The SDK's reader takes such a document
    /// for a whole one, a list that was cut short for the whole list, and the code `NoSuchBucketPolicy` that was cut
    /// short for `NoSuchBucket`.
    pub(crate) fn breaks_off(&self) -> bool {
        let says_something = self.status < 300 || (400..500).contains(&self.status);
        says_something && std::str::from_utf8(&self.body).is_ok_and(|body| is_xml(body) && !is_whole(body))
    }

    /// AWS's error code: from the header, or from the JSON, XML or CBOR of the body. None for a success.
    pub(crate) fn error_code(&self) -> Option<String> {
        if self.status < 400 {
            return None;
        }
        let header = |name: &str| self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        let code = header("x-amzn-errortype").map(str::to_owned).or_else(|| {
            let Ok(body) = std::str::from_utf8(&self.body) else { return cbor_code(&self.body) };
            if body.trim_start().starts_with('{') { json_code(body) } else { xml_code(body) }
        })?;
        // JSON services write `com.amazonaws.x#Code` or `Code:http://…`; the code is what stands between.
        let code = code.rsplit('#').next().unwrap_or(&code);
        Some(code.split(':').next().unwrap_or(code).trim().to_owned()).filter(|code| !code.is_empty())
    }
}

fn is_xml(body: &str) -> bool {
    body.trim_start_matches('\u{feff}').trim_start().starts_with('<')
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

/// The text that follows the key `__type` in a CBOR map.
/// Source: RFC 8949, section 3.1: a text's first byte is 0x60 plus its length, or 0x78 and the length in the next byte.
fn cbor_code(body: &[u8]) -> Option<String> {
    const KEY: &[u8] = b"\x66__type";
    let at = body.windows(KEY.len()).position(|bytes| bytes == KEY)?;
    let (length, rest) = match &body[at + KEY.len()..] {
        [0x78, length, rest @ ..] => (*length, rest),
        [first @ 0x60..=0x77, rest @ ..] => (first - 0x60, rest),
        _ => return None,
    };
    String::from_utf8(rest.get(..usize::from(length))?.to_vec()).ok()
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
        Answer { status, headers, body: Bytes::from_static(body.as_bytes()) }.error_code()
    }

    #[test]
    fn a_document_that_is_cut_anywhere_breaks_off() {
        let whole = "<?xml version=\"1.0\"?><L xmlns=\"a\"><B><N>x</N></B><B/><c:D>日本 &amp;</c:D></L>\n";
        let of = |body: &str| Answer { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec().into() };
        assert!(!of(whole).breaks_off());
        let end = whole.trim_end().len();
        for at in (1..end).filter(|at| whole.is_char_boundary(*at)) {
            assert!(of(&whole[..at]).breaks_off(), "{}", &whole[..at]);
        }
        let refusal = |body: &str| Answer { status: 404, ..of(body) };
        assert!(refusal("<Error><Code>NoSuchBucket").breaks_off());
        assert!(!refusal("<Error><Code>NoSuchBucketPolicy</Code></Error>").breaks_off());
        assert!(!of("").breaks_off() && !of("{\"a\":").breaks_off(), "only XML is judged here");
        assert!(!Answer { status: 503, ..of("<html><br>") }.breaks_off());
    }

    #[test]
    fn error_codes_are_found_in_cbor() {
        let of = |body: &'static [u8]| {
            Answer { status: 400, headers: Vec::new(), body: Bytes::from_static(body) }.error_code()
        };
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
