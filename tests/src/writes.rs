//! Which calls change something, by what they look like on the wire.

use crate::http::Message;

/// The verbs of operations that only read.
const READING: [&str; 7] = ["BatchGet", "Describe", "Generate", "Get", "Head", "List", "Lookup"];

/// Whether a request changes something: by its operation, where it names one, else by its method. A few services read
/// by `POST`, and say so in the path.
pub(crate) fn is_write(request: &Message) -> bool {
    if let Some(operation) = operation(request) {
        return !READING.iter().any(|verb| operation.starts_with(verb));
    }
    let mut words = request.head.split_whitespace();
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = path.split('?').next().unwrap_or_default();
    let asks = ["/get", "/list", "/batchget"].iter().any(|end| path.ends_with(end));
    !matches!(method, "GET" | "HEAD") && !asks
}

/// The operation, where the protocol names it: in a header, in the body, or in the path.
fn operation(request: &Message) -> Option<String> {
    if let Some(target) = request.header("x-amz-target") {
        return target.rsplit('.').next().map(str::to_owned);
    }
    let path = request.head.split_whitespace().nth(1).unwrap_or_default();
    if let Some((_, operation)) = path.split_once("/operation/") {
        return Some(operation.to_owned());
    }
    let body = String::from_utf8_lossy(&request.body);
    body.split('&').find_map(|pair| pair.strip_prefix("Action=")).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_known_in_every_protocol() {
        let of = |line: &str, headers: &str, body: &str| {
            let head = format!("{line} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n");
            is_write(&Message { head, body: body.as_bytes().to_vec() })
        };
        assert!(of("PUT /b?policy", "", "{}") && of("DELETE /b", "", "") && !of("GET /b?policy", "", ""));
        assert!(of("POST /", "", "Action=CreateFlowLogs&x=y") && !of("POST /", "", "Action=DescribeVpcs"));
        assert!(of("POST /", "x-amz-target: X.PutMetricFilter\r\n", "{}"));
        assert!(!of("POST /", "x-amz-target: X.DescribeTrails\r\n", "{}"));
        assert!(of("POST /enable", "", "{}") && !of("POST /status/batch/get", "", "{}"));
        assert!(!of("POST /service/CloudWatch/operation/DescribeAlarms", "", ""));
    }
}
