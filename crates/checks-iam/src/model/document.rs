//! Policy documents as IAM hands them out.

use std::sync::Arc;

use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use asc_policy::Policy;

use super::client::{failed, iam, present};

const GET_POLICY: Operation = Operation::new("iam", "GetPolicy", "iam:GetPolicy").per(Per::Exception);
const GET_VERSION: Operation = Operation::new("iam", "GetPolicyVersion", "iam:GetPolicyVersion").per(Per::Exception);

/// A document that was read, or why that could not be: it concerns those only who hold the policy.
pub type Document = Result<Arc<Policy>, Unread>;

/// Reads a document of an operation's answer.
pub(super) fn parse(operation: Operation, text: Option<&str>, policy: &str) -> Result<Policy, Unread> {
    let wrong = |why: String| Unread::malformed(operation, format!("policy {policy}: {why}"));
    let text = text.ok_or_else(|| wrong("no document".to_owned()))?;
    let text = decoded(text).ok_or_else(|| wrong("the document is not URL-encoded UTF-8".to_owned()))?;
    Policy::parse(&text).map_err(|why| wrong(why.to_string()))
}

/// A URL-encoded text. A document that begins as JSON does was never encoded, and its `%` is its own.
/// Source: IAM API Reference, `PolicyDetail`: documents are URL-encoded as in RFC 3986 (so that `+` is a plus).
fn decoded(text: &str) -> Option<String> {
    if text.trim_start().starts_with('{') {
        return Some(text.to_owned());
    }
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// The default version of a managed policy, by its ARN; asked only where the account's authorization details name a
/// policy and leave its document out.
#[derive(Debug)]
pub struct ManagedPolicy;

impl Fact for ManagedPolicy {
    type Key = String;
    type Value = Policy;
    const READS: &'static [Reads] = &[Reads::Call(GET_POLICY), Reads::Call(GET_VERSION)];

    async fn read(cx: &Cx, arn: &String) -> Result<Policy, Unread> {
        let answer = iam(cx, GET_POLICY)?.get_policy().policy_arn(arn).send().await.map_err(failed(GET_POLICY))?;
        let version = present(GET_POLICY, answer.policy, "Policy")?.default_version_id;
        let version = present(GET_POLICY, version, "DefaultVersionId")?;
        let request = iam(cx, GET_VERSION)?.get_policy_version().policy_arn(arn).version_id(version);
        let answer = request.send().await.map_err(failed(GET_VERSION))?;
        let version = present(GET_VERSION, answer.policy_version, "PolicyVersion")?;
        parse(GET_VERSION, version.document(), arn)
    }
}

#[cfg(test)]
mod tests {
    use asc_core::Class;

    use super::*;

    #[test]
    fn documents_are_decoded_unless_they_never_were_encoded() {
        assert_eq!(decoded("%7B%22a%22%3A%20%22b+c%22%7d").as_deref(), Some(r#"{"a": "b+c"}"#));
        assert_eq!(decoded(" {\"a\": \"100%\"}").as_deref(), Some(" {\"a\": \"100%\"}"));
        assert_eq!(decoded("%E7%AE%A1").as_deref(), Some("管"));
        for broken in ["%7", "%", "%GG", "%+1", "%FF"] {
            assert_eq!(decoded(broken), None, "{broken}");
        }
    }

    #[test]
    fn what_is_no_policy_is_malformed_and_names_the_policy() {
        for text in [None, Some("%7B%7D"), Some("%FF"), Some("")] {
            let why = parse(GET_VERSION, text, "p").unwrap_err();
            assert!(why.class == Class::Malformed && why.detail.contains("policy p"), "{why:?}");
        }
    }
}
