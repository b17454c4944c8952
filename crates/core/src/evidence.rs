//! The facts that verdicts rest on, kept small.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// The facts that a finding rests on, kept as JSON text: a report holds all of its findings at a time, and as maps the
/// facts would take several times the memory of all the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence(Box<str>);

impl Evidence {
    /// From facts by name.
    pub fn of(facts: &Map<String, Value>) -> Self {
        if facts.is_empty() {
            return Self::default();
        }
        // Names and values that are JSON already can be written as JSON.
        Self(serde_json::to_string(facts).unwrap_or_default().into_boxed_str())
    }

    /// The facts by name.
    pub fn read(&self) -> Map<String, Value> {
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a fact.
    pub fn insert(&mut self, name: &str, value: Value) {
        let mut facts = self.read();
        facts.insert(name.to_owned(), value);
        *self = Self::of(&facts);
    }
}

impl Serialize for Evidence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.read().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Evidence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::of(&Map::deserialize(deserializer)?))
    }
}

impl JsonSchema for Evidence {
    fn schema_name() -> Cow<'static, str> {
        Map::<String, Value>::schema_name()
    }

    fn inline_schema() -> bool {
        Map::<String, Value>::inline_schema()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Map::<String, Value>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn facts_come_back_in_their_order_and_are_written_as_an_object() {
        let mut evidence = Evidence::default();
        assert!(evidence.is_empty());
        assert_eq!(serde_json::to_string(&evidence).unwrap(), "{}");
        evidence.insert("zone", json!({"b": 1, "a": [true, null]}));
        evidence.insert("age", json!("日本 \"x\""));
        let text = serde_json::to_string(&evidence).unwrap();
        assert_eq!(text, r#"{"zone":{"b":1,"a":[true,null]},"age":"日本 \"x\""}"#);
        assert_eq!(serde_json::from_str::<Evidence>(&text).unwrap(), evidence);
        assert_eq!(evidence.read().keys().collect::<Vec<_>>(), ["zone", "age"]);
    }
}
