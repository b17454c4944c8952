//! Keeps credentials out of what is written down.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

const REDACTED: &str = "REDACTED";

/// Elements of S3's error bodies that repeat parts of the signed request.
const SIGNING_ELEMENTS: [&str; 6] = [
    "AWSAccessKeyId",
    "StringToSign",
    "StringToSignBytes",
    "SignatureProvided",
    "CanonicalRequest",
    "CanonicalRequestBytes",
];

/// Every credential that was used in this process, so that none is ever written down.
#[derive(Debug, Default)]
pub(crate) struct Secrets(Mutex<Vec<String>>);

impl Secrets {
    /// Remembers a secret. Very short strings are no secrets, and replacing them would garble answers.
    pub(crate) fn learn(&self, secret: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if secret.len() >= 8 && !known.iter().any(|s| s == secret) {
            known.push(secret.to_owned());
        }
    }

    /// A body without any known secret, nor what an error answer repeats of the signature.
    pub(crate) fn clean(&self, body: &Bytes, is_error: bool) -> Bytes {
        let Ok(text) = std::str::from_utf8(body) else { return body.clone() };
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_error && !known.iter().any(|secret| text.contains(secret.as_str())) {
            return body.clone();
        }
        let mut text = text.to_owned();
        for secret in known.iter() {
            text = text.replace(secret.as_str(), REDACTED);
        }
        for element in SIGNING_ELEMENTS {
            text = without(&text, element);
        }
        Bytes::from(text)
    }
}

fn without(text: &str, element: &str) -> String {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let Some(start) = text.find(&open) else { return text.to_owned() };
    let from = start + open.len();
    let Some(end) = text[from..].find(&close) else { return format!("{}{REDACTED}", &text[..from]) };
    format!("{}{REDACTED}{}", &text[..from], &text[from + end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_signatures_do_not_survive() {
        let secrets = Secrets::default();
        secrets.learn("AKIAIOSFODNN7EXAMPLE");
        let body = "<Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>AKIAOTHER</AWSAccessKeyId>\
                    <StringToSign>AWS4-HMAC</StringToSign><Message>AKIAIOSFODNN7EXAMPLE</Message></Error>";
        let clean = secrets.clean(&Bytes::from_static(body.as_bytes()), true);
        let clean = std::str::from_utf8(&clean).unwrap();
        assert!(!clean.contains("AKIA") && !clean.contains("HMAC"), "{clean}");
        assert!(clean.contains("<Code>SignatureDoesNotMatch</Code>"));
        let ok = Bytes::from_static(b"<A>AKIAIOSFODNN7EXAMPLE</A>");
        assert_eq!(secrets.clean(&ok, false), Bytes::from_static(b"<A>REDACTED</A>"));
    }
}
