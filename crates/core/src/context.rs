//! What a check sees of a scan.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use crate::clock::Clock;
use crate::fact::{Answer, Fact, FactStore};
use crate::ledger::Ledger;
use crate::progress::Progress;
use crate::stop::Stop;

/// The account that is scanned.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Account {
    /// Twelve digits.
    pub id: String,
    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub partition: String,
    /// Its alias, where that was read.
    pub alias: Option<String>,
}

/// Which regions the user wants looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegionFilter(BTreeSet<String>);

impl RegionFilter {
    /// Only these regions; all when there are none.
    pub fn only(regions: impl IntoIterator<Item = String>) -> Self {
        Self(regions.into_iter().collect())
    }

    /// Whether a region is wanted.
    pub fn wants(&self, region: &str) -> bool {
        self.0.is_empty() || self.0.contains(region)
    }

    /// The regions asked for by name, or none when all are wanted.
    pub fn named(&self) -> Option<Vec<String>> {
        (!self.0.is_empty()).then(|| self.0.iter().cloned().collect())
    }
}

/// Options of checks, from the configuration: by check id, then by key.
pub type Options = BTreeMap<String, BTreeMap<String, serde_json::Value>>;

struct Scan {
    account: Account,
    clock: Clock,
    regions: RegionFilter,
    options: Options,
    facts: FactStore,
    ledger: Arc<Ledger>,
    progress: Arc<Progress>,
    stop: Stop,
    services: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
    seen: Mutex<BTreeSet<String>>,
}

/// The context of one account's scan. Clones are handles on the same scan.
#[derive(Clone)]
pub struct Cx(Arc<Scan>);

/// Puts a context together.
pub struct CxBuilder(Scan);

impl CxBuilder {
    /// A context for an account.
    pub fn new(account: Account) -> Self {
        Self(Scan {
            account,
            clock: Clock::default(),
            regions: RegionFilter::default(),
            options: Options::default(),
            facts: FactStore::default(),
            ledger: Arc::default(),
            progress: Arc::default(),
            stop: Stop::default(),
            services: HashMap::new(),
            seen: Mutex::default(),
        })
    }

    /// The clock that ages are judged by.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.0.clock = clock;
        self
    }

    /// The regions that are wanted.
    #[must_use]
    pub fn regions(mut self, regions: RegionFilter) -> Self {
        self.0.regions = regions;
        self
    }

    /// The options of checks.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.0.options = options;
        self
    }

    /// The ledger that the door writes into.
    #[must_use]
    pub fn ledger(mut self, ledger: Arc<Ledger>) -> Self {
        self.0.ledger = ledger;
        self
    }

    /// The counters that a display reads.
    #[must_use]
    pub fn progress(mut self, progress: Arc<Progress>) -> Self {
        self.0.progress = progress;
        self
    }

    /// The wish to stop, which the engine heeds as well.
    #[must_use]
    pub fn stop(mut self, stop: Stop) -> Self {
        self.0.stop = stop;
        self
    }

    /// Something that facts need to be read, found again by its type: the door to AWS.
    #[must_use]
    pub fn service<T: Any + Send + Sync>(mut self, service: Arc<T>) -> Self {
        self.0.services.insert(TypeId::of::<T>(), service);
        self
    }

    /// The finished context.
    pub fn build(self) -> Cx {
        Cx(Arc::new(self.0))
    }
}

impl Cx {
    /// The account that is scanned.
    pub fn account(&self) -> &Account {
        &self.0.account
    }

    /// The clock that ages are judged by.
    pub fn clock(&self) -> Clock {
        self.0.clock
    }

    /// The regions that are wanted.
    pub fn regions(&self) -> &RegionFilter {
        &self.0.regions
    }

    /// The call ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    /// The progress counters.
    pub fn progress(&self) -> &Progress {
        &self.0.progress
    }

    /// The wish to stop.
    pub fn stop(&self) -> &Stop {
        &self.0.stop
    }

    /// A fact: asked of AWS by the first caller, shared by all.
    pub async fn get<F: Fact>(&self, key: &F::Key) -> Answer<F> {
        self.0.facts.get::<F>(self, key).await
    }

    /// The same account, of which nothing has been read yet.
    #[must_use]
    pub fn afresh(&self) -> Self {
        let scan = &*self.0;
        Self(Arc::new(Scan {
            account: scan.account.clone(),
            clock: scan.clock,
            regions: scan.regions.clone(),
            options: scan.options.clone(),
            facts: FactStore::default(),
            ledger: Arc::clone(&scan.ledger),
            progress: Arc::clone(&scan.progress),
            stop: scan.stop.clone(),
            services: scan.services.clone(),
            seen: Mutex::default(),
        }))
    }

    /// A service that was put into the context.
    pub fn service<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.0.services.get(&TypeId::of::<T>()).and_then(|service| service.downcast_ref())
    }

    /// A yes/no option of a check, off unless configured.
    pub fn flag(&self, check: &str, key: &str) -> bool {
        self.0.options.get(check).and_then(|o| o.get(key)).and_then(serde_json::Value::as_bool).unwrap_or(false)
    }

    /// Notes regions that the scan has looked into, for the report's head.
    pub fn note_regions<'a>(&self, regions: impl IntoIterator<Item = &'a str>) {
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.extend(regions.into_iter().map(str::to_owned));
    }

    /// The regions that the scan has looked into so far.
    pub fn regions_seen(&self) -> Vec<String> {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
