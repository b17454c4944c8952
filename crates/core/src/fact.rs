//! Facts: what AWS can be asked, each asked at most once in a scan.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::BoxFuture;
use tokio::sync::OnceCell;

use crate::context::Cx;
use crate::verdict::Unread;

/// One API operation and the IAM action that allows it. The two differ more often than one would like
/// (`s3:GetBucketEncryption` needs `s3:GetEncryptionConfiguration`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operation {
    /// The service as the ledger and the recordings call it: `s3`, `s3control`, `cloudtrail`, …
    pub service: &'static str,
    /// The operation: `GetBucketLogging`.
    pub name: &'static str,
    /// The IAM action, as written in a policy: `s3:GetBucketLogging`.
    pub action: &'static str,
    /// What it is called once for, so that a plan can say how often.
    pub per: Per,
}

/// What an operation is called once for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Per {
    /// The account.
    Account,
    /// The account, unless the user has named the regions.
    RegionList,
    /// Each region that is looked at.
    Region,
    /// Each bucket, at most.
    Bucket,
    /// Each of something that is not known before it is listed: a trail, an access point.
    Item,
    /// Hardly ever, and nobody can count it before: it stands in where another answer leaves something open.
    Exception,
}

impl Operation {
    /// An operation of a service and the action that allows it, called once for the account.
    pub const fn new(service: &'static str, name: &'static str, action: &'static str) -> Self {
        Self { service, name, action, per: Per::Account }
    }

    /// Whether calling it changes something.
    pub fn writes(&self) -> bool {
        !only_reads(self.name)
    }

    /// The same operation, called once for each of something.
    #[must_use]
    pub const fn per(self, per: Per) -> Self {
        Self { per, ..self }
    }
}

/// The verbs with which AWS's services name operations that only read.
const READING: [&str; 6] = ["BatchGet", "Describe", "Get", "Head", "List", "Lookup"];

/// Whether an operation is known, by its name, to change nothing. IAM makes the credential report, and keeps it for
/// hours, because it is asked for one; nothing else in the account changes by that.
pub fn only_reads(operation: &str) -> bool {
    let begins_with = |verb: &&str| {
        let rest = operation.strip_prefix(*verb);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_uppercase()))
    };
    READING.iter().any(begins_with) || operation == "GenerateCredentialReport"
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.name)
    }
}

/// What a fact or a check may call, as a tree: its own calls, and all that another fact reads.
#[derive(Clone, Copy, Debug)]
pub enum Reads {
    /// One operation.
    Call(Operation),
    /// Everything another fact reads: `Reads::Of(Buckets::READS)`.
    Of(&'static [Reads]),
    /// The same, but only where another answer leaves something open.
    IfNeeded(&'static [Reads]),
}

/// Whether an operation is called in every scan that has something to call it for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// Only where another answer leaves something open.
    Perhaps,
    /// In any case.
    Certain,
}

impl Reads {
    /// All operations of trees, each once, in order. What one tree needs in any case is certain.
    pub fn operations<'a>(trees: impl IntoIterator<Item = &'a Self>) -> BTreeMap<Operation, Need> {
        let mut found = BTreeMap::new();
        for tree in trees {
            tree.collect(Need::Certain, &mut found);
        }
        found
    }

    fn collect(&self, need: Need, into: &mut BTreeMap<Operation, Need>) {
        let (more, need) = match self {
            Self::Call(operation) => {
                let need = if operation.per == Per::Exception { Need::Perhaps } else { need };
                let known = into.entry(*operation).or_insert(need);
                *known = need.max(*known);
                return;
            }
            Self::Of(more) => (more, need),
            Self::IfNeeded(more) => (more, Need::Perhaps),
        };
        for node in *more {
            node.collect(need, into);
        }
    }
}

/// One kind of thing AWS can be asked. The first who asks the context for it causes the call; everyone else gets the
/// same answer, failures included.
pub trait Fact: Send + Sync + 'static {
    /// What the question is about: a bucket, a region, `()` for the account.
    type Key: Clone + Eq + Hash + Send + Sync + 'static;
    /// The answer.
    type Value: Send + Sync + 'static;
    /// What asking may call.
    const READS: &'static [Reads];

    /// Asks AWS.
    fn read(cx: &Cx, key: &Self::Key) -> impl Future<Output = Result<Self::Value, Unread>> + Send;
}

/// The shared answer to a question.
pub type Answer<F> = Result<Arc<<F as Fact>::Value>, Unread>;

type Cell<F> = Arc<OnceCell<Answer<F>>>;

struct Table<F: Fact>(Mutex<HashMap<F::Key, Cell<F>>>);

/// Every fact that the scan has asked for so far.
#[derive(Default)]
pub(crate) struct FactStore(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl FactStore {
    fn cell<F: Fact>(&self, key: &F::Key) -> Cell<F> {
        let table = {
            let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let table =
                tables.entry(TypeId::of::<F>()).or_insert_with(|| Arc::new(Table::<F>(Mutex::default()))).clone();
            drop(tables);
            table
        };
        // The entry was made for this very type; a fresh cell is the harmless answer to what cannot happen.
        let Ok(table) = table.downcast::<Table<F>>() else { return Cell::<F>::default() };
        let mut cells = table.0.lock().unwrap_or_else(PoisonError::into_inner);
        cells.entry(key.clone()).or_default().clone()
    }

    pub(crate) async fn get<F: Fact>(&self, cx: &Cx, key: &F::Key) -> Answer<F> {
        let cell = self.cell::<F>(key);
        // Boxed, since facts are made of facts, and their futures would otherwise hold one another to any depth.
        let read = || -> BoxFuture<'_, Answer<F>> { Box::pin(async { F::read(cx, key).await.map(Arc::new) }) };
        cell.get_or_init(read).await.clone()
    }
}

/// How many questions one fact asks side by side when it is made of many.
const AT_ONCE: usize = 256;

/// Asks a question of each item, many side by side, and gives the answers in the items' order. How many calls are in
/// flight is the door's affair; this only bounds memory.
pub async fn at_once<T, R, F>(items: impl IntoIterator<Item = T>, ask: impl Fn(T) -> F) -> Vec<R>
where
    F: Future<Output = R>,
{
    use futures::StreamExt;
    futures::stream::iter(items.into_iter().map(ask)).buffered(AT_ONCE).collect().await
}

/// Waits for two questions side by side.
pub async fn both<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> (A, B) {
    futures::future::join(one, other).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_to_read_writes() {
        for name in ["GetBucketPolicy", "ListBuckets", "Describe", "HeadBucket", "GenerateCredentialReport"] {
            assert!(only_reads(name), "{name}");
        }
        for name in [
            "PutBucketPolicy",
            "DeleteBucket",
            "Listen",
            "Getaway",
            "StartLogging",
            "StartAutomationExecution",
            "GenerateKey",
            "",
        ] {
            assert!(!only_reads(name), "{name}");
        }
    }

    #[test]
    fn what_one_tree_needs_in_any_case_is_certain() {
        const ONE: Operation = Operation::new("test", "One", "test:One");
        const TWO: Operation = Operation::new("test", "Two", "test:Two");
        const RARE: Operation = Operation::new("test", "Rare", "test:Rare").per(Per::Exception);
        let perhaps = [Reads::Call(RARE), Reads::IfNeeded(&[Reads::Of(&[Reads::Call(ONE)]), Reads::Call(TWO)])];
        let needs = |trees: &[Reads]| Reads::operations(trees).into_values().collect::<Vec<_>>();
        assert_eq!(needs(&perhaps), [Need::Perhaps; 3]);
        let certain = [perhaps[0], perhaps[1], Reads::Of(&[Reads::Call(TWO)])];
        assert_eq!(needs(&certain), [Need::Perhaps, Need::Perhaps, Need::Certain]);
    }
}
