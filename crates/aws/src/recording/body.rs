//! The bodies of answers in a recording.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// A body, as it came. Most of AWS's control plane speaks XML and JSON, which a recording keeps as text; CloudWatch speaks
/// CBOR, which it keeps in Base64: `{"base64": "…"}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
pub struct Body(Bytes);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Kept {
    Text(String),
    Bytes { base64: Base64 },
}

/// Bytes that are no text.
struct Base64(Vec<u8>);

impl Serialize for Base64 {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&aws_smithy_types::base64::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        aws_smithy_types::base64::decode(text).map(Self).map_err(serde::de::Error::custom)
    }
}

impl Body {
    /// The body as text, if it is any.
    pub(crate) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl From<Kept> for Body {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Text(text) => text.into(),
            Kept::Bytes { base64 } => base64.0.into(),
        }
    }
}

impl From<Body> for Kept {
    fn from(Body(bytes): Body) -> Self {
        match String::from_utf8(bytes.into()) {
            Ok(text) => Self::Text(text),
            Err(bytes) => Self::Bytes { base64: Base64(bytes.into_bytes()) },
        }
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<Body> for Bytes {
    fn from(Body(bytes): Body) -> Self {
        bytes
    }
}
