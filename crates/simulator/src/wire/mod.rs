//! Answers in AWS's wire formats.

mod ec2;
mod iam;
mod json;
mod s3;

use serde_json::json;

use crate::account::Shape;
use crate::call::Call;

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The content type.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
}

/// Answers a call as the account of this shape would.
pub fn answer(shape: &Shape, call: &Call, again: bool) -> Reply {
    let answered = match call.service() {
        "s3" => s3::bucket_call(shape, call),
        "s3control" => s3::control_call(shape, call),
        "ec2" => ec2::answer(shape, call),
        "iam" | "sts" => iam::answer(shape, call, again),
        _ => json::answer(shape, call),
    };
    answered.unwrap_or_else(|(status, code)| error(call.service(), status, code))
}

/// An answer, or the status and code of an error.
type Answered = Result<Reply, (u16, &'static str)>;

/// An error as a service words it.
pub fn error(service: &str, status: u16, code: &str) -> Reply {
    let message = "This is a simulated error.";
    match service {
        "s3" => xml(
            status,
            format!("<Error><Code>{code}</Code><Message>{message}</Message><RequestId>SIMULATED</RequestId></Error>"),
        ),
        "ec2" => xml(
            status,
            format!(
                "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>\
                 <RequestID>simulated</RequestID></Response>"
            ),
        ),
        "iam" | "sts" | "s3control" => xml(
            status,
            format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
                 <RequestId>simulated</RequestId></ErrorResponse>"
            ),
        ),
        _ => {
            let body = json!({ "__type": code, "message": message }).to_string();
            Reply { status, content_type: "application/x-amz-json-1.1", body }
        }
    }
}

fn xml(status: u16, mut body: String) -> Reply {
    body.insert_str(0, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    Reply { status, content_type: "text/xml", body }
}

/// A page of a listing: where it begins, how long it is at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Page {
    from: usize,
    size: usize,
}

impl Page {
    /// The page that a token asks for. No size means as much as AWS gives; more than that is cut down to it.
    fn of(token: Option<&str>, size: Option<u64>, most: usize) -> Result<Self, (u16, &'static str)> {
        let from = match token.filter(|token| !token.is_empty()) {
            None => 0,
            Some(token) => {
                token.strip_prefix("page-from-").and_then(|at| at.parse().ok()).ok_or((400, "InvalidToken"))?
            }
        };
        let size = size.map_or(most, |size| usize::try_from(size).unwrap_or(most)).clamp(1, most);
        Ok(Self { from, size })
    }

    /// The items of this page, and the next page's token.
    fn cut<T>(self, all: impl Iterator<Item = T>) -> (Vec<T>, Option<String>) {
        let mut rest = all.skip(self.from);
        let items: Vec<_> = rest.by_ref().take(self.size).collect();
        (items, rest.next().map(|_| token(self.from + self.size)))
    }
}

/// The token of the page that begins at an item.
pub(crate) fn token(from: usize) -> String {
    format!("page-from-{from}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listing_comes_to_its_end_and_lists_each_once() {
        for (count, size) in [(0, 5), (4, 5), (5, 5), (11, 5), (3, 1)] {
            let (mut next, mut seen) = (None::<String>, Vec::new());
            for _ in 0..20 {
                let page = Page::of(next.as_deref(), Some(size), 1_000).unwrap();
                let (items, token) = page.cut(0..count);
                assert!(items.len() as u64 <= size);
                seen.extend(items);
                next = token;
                if next.is_none() {
                    break;
                }
            }
            assert_eq!(next, None);
            assert_eq!(seen, (0..count).collect::<Vec<_>>());
        }
        assert_eq!(Page::of(Some("nonsense"), None, 10), Err((400, "InvalidToken")));
        assert_eq!(Page::of(None, Some(5_000), 1_000).map(|page| page.size), Ok(1_000));
    }
}
