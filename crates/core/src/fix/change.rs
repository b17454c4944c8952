//! Changes: calls that write, as data.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use time::OffsetDateTime;

use crate::context::{Account, Cx};
use crate::fact::Operation;
use crate::fix::Automation;
use crate::text::Text;
use crate::verdict::Unread;

/// The key that names the family in a change's JSON.
const FAMILY: &str = "family";

/// The changes of one family: an enum, each value of which is one call with all that it says. Register it with
/// [`declare_changes!`](crate::declare_changes!), so that a journal can be read back.
///
/// Each is idempotent: made when all is so already it changes nothing, and taking away what is not there succeeds.
/// So one that may or may not have been carried out can be sent again, and undone either way.
pub trait Changes: Serialize + DeserializeOwned + fmt::Debug + Send + Sync + 'static {
    /// The family's name in journals.
    const FAMILY: &'static str;

    /// The call that writes. Further reads may come before it.
    fn operation(&self) -> Operation;

    /// The region that it is sent to; none for what is global.
    fn region(&self) -> Option<&str>;

    /// The run of a runbook of AWS that does the same to an account, if there is one.
    fn automation(&self, _: &Account) -> Option<Automation> {
        None
    }

    /// The IAM actions that making it takes, where that is more than its operation's.
    fn actions(&self) -> Vec<&'static str> {
        vec![self.operation().action]
    }

    /// What a plan has to say of the call beside its name.
    fn details(&self) -> Option<Text> {
        None
    }

    /// Makes the change.
    fn send(&self, cx: &Cx) -> impl Future<Output = Result<(), Unread>> + Send;

    /// What may follow it, made at this time, for good.
    fn later(&self, _at: OffsetDateTime) -> Option<Later> {
        None
    }

    /// What speaks against making it now; nothing speaks against most.
    fn obstacle(&self, _cx: &Cx) -> impl Future<Output = Result<Option<Text>, Unread>> + Send {
        async { Ok(None) }
    }
}

/// What may be done for good once nobody has missed for some days what a change took away. There is no way back from
/// it, so it is made in a run of its own.
#[derive(Clone, Debug)]
pub struct Later {
    /// What it does, as one sentence.
    pub says: Text,
    /// For how many days the change before it has to have stood.
    pub days: i64,
    /// The call.
    pub change: Change,
}

#[async_trait]
trait AnyChange: fmt::Debug + Send + Sync {
    fn operation(&self) -> Operation;
    fn region(&self) -> Option<&str>;
    fn automation(&self, account: &Account) -> Option<Automation>;
    fn actions(&self) -> Vec<&'static str>;
    fn details(&self) -> Option<Text>;
    fn json(&self) -> Value;
    async fn send(&self, cx: &Cx) -> Result<(), Unread>;
    fn later(&self, at: OffsetDateTime) -> Option<Later>;
    async fn obstacle(&self, cx: &Cx) -> Result<Option<Text>, Unread>;
}

#[async_trait]
impl<T: Changes> AnyChange for T {
    fn operation(&self) -> Operation {
        Changes::operation(self)
    }

    fn region(&self) -> Option<&str> {
        Changes::region(self)
    }

    fn automation(&self, account: &Account) -> Option<Automation> {
        Changes::automation(self, account)
    }

    fn actions(&self) -> Vec<&'static str> {
        Changes::actions(self)
    }

    fn details(&self) -> Option<Text> {
        Changes::details(self)
    }

    fn json(&self) -> Value {
        // An enum of plain data, whose keys are texts, can be written as JSON.
        let mut json = serde_json::to_value(self).unwrap_or_default();
        if let Some(fields) = json.as_object_mut() {
            fields.insert(FAMILY.to_owned(), T::FAMILY.into());
        }
        json
    }

    async fn send(&self, cx: &Cx) -> Result<(), Unread> {
        Changes::send(self, cx).await
    }

    fn later(&self, at: OffsetDateTime) -> Option<Later> {
        Changes::later(self, at)
    }

    async fn obstacle(&self, cx: &Cx) -> Result<Option<Text>, Unread> {
        Changes::obstacle(self, cx).await
    }
}

/// A change of any family.
#[derive(Clone, Debug)]
pub struct Change(Arc<dyn AnyChange>);

impl<T: Changes> From<T> for Change {
    fn from(change: T) -> Self {
        Self(Arc::new(change))
    }
}

/// Why a journal's line holds no change.
#[derive(Debug, thiserror::Error)]
pub enum NoChange {
    /// It names no family that is linked here.
    #[error("a change of the unknown family `{0}`")]
    Family(String),
    /// It is not what the family writes.
    #[error("{0}")]
    Shape(#[from] serde_json::Error),
}

impl Change {
    /// The call that writes.
    pub fn operation(&self) -> Operation {
        self.0.operation()
    }

    /// The region that it is sent to; none for what is global.
    pub fn region(&self) -> Option<&str> {
        self.0.region()
    }

    /// The run of a runbook of AWS that does the same to an account, if there is one.
    pub fn automation(&self, account: &Account) -> Option<Automation> {
        self.0.automation(account)
    }

    /// The IAM actions that making it takes.
    pub fn actions(&self) -> Vec<&'static str> {
        self.0.actions()
    }

    /// What a plan has to say of the call beside its name.
    pub fn details(&self) -> Option<Text> {
        self.0.details()
    }

    /// The change as journals and plans hold it.
    pub fn to_json(&self) -> Value {
        self.0.json()
    }

    /// The change that a journal holds.
    pub fn of_json(json: &Value) -> Result<Self, NoChange> {
        let family = json.get(FAMILY).and_then(Value::as_str).unwrap_or_default();
        let decoder = inventory::iter::<Decoder>().find(|decoder| decoder.family == family);
        let decoder = decoder.ok_or_else(|| NoChange::Family(family.to_owned()))?;
        Ok((decoder.decode)(json.clone())?)
    }

    /// Makes the change.
    pub async fn send(&self, cx: &Cx) -> Result<(), Unread> {
        self.0.send(cx).await
    }

    /// What may follow it, made at this time, for good.
    pub fn later(&self, at: OffsetDateTime) -> Option<Later> {
        self.0.later(at)
    }

    /// What speaks against making it now.
    pub async fn obstacle(&self, cx: &Cx) -> Result<Option<Text>, Unread> {
        self.0.obstacle(cx).await
    }
}

/// Reads a family's changes back; [`declare_changes!`](crate::declare_changes!) submits it.
pub struct Decoder {
    /// The family's name.
    pub family: &'static str,
    /// Reads one.
    pub decode: fn(Value) -> Result<Change, serde_json::Error>,
}

inventory::collect!(Decoder);

/// Registers a family's changes: `declare_changes!(BucketChange);`.
#[macro_export]
macro_rules! declare_changes {
    ($changes:ty) => {
        $crate::inventory::submit! {
            $crate::fix::Decoder {
                family: <$changes as $crate::fix::Changes>::FAMILY,
                decode: |json| $crate::serde_json::from_value::<$changes>(json).map($crate::fix::Change::from),
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Serialize, Deserialize)]
    #[serde(tag = "operation")]
    enum SampleChange {
        PutThing { region: String, size: u8 },
    }

    impl Changes for SampleChange {
        const FAMILY: &'static str = "sample";

        fn operation(&self) -> Operation {
            Operation::new("test", "PutThing", "test:PutThing")
        }

        fn region(&self) -> Option<&str> {
            let Self::PutThing { region, .. } = self;
            Some(region)
        }

        async fn send(&self, _: &Cx) -> Result<(), Unread> {
            Ok(())
        }
    }

    crate::declare_changes!(SampleChange);

    #[test]
    fn a_change_is_read_back_as_it_was_written() {
        let change = Change::from(SampleChange::PutThing { region: "eu-west-1".to_owned(), size: 3 });
        let json = json!({ "operation": "PutThing", "region": "eu-west-1", "size": 3, "family": "sample" });
        assert_eq!(change.to_json(), json);
        let again = Change::of_json(&json).unwrap();
        assert_eq!((again.to_json(), again.region()), (json, Some("eu-west-1")));
        assert!(again.operation().writes());
    }

    #[test]
    fn what_is_no_change_is_refused() {
        let of = |json: Value| Change::of_json(&json).unwrap_err().to_string();
        assert!(of(json!({ "operation": "PutThing" })).contains("unknown family ``"));
        assert!(of(json!({ "family": "other" })).contains("`other`"));
        assert!(of(json!({ "family": "sample", "operation": "DropAll" })).contains("DropAll"));
        assert!(of(json!({ "family": "sample", "operation": "PutThing", "region": "x" })).contains("size"));
    }
}
