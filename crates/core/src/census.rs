//! Counting before scanning: what families can count with one call, for a plan of the scan.

use futures::future::BoxFuture;

use crate::context::Cx;
use crate::fact::Per;
use crate::verdict::Unread;

/// How many there are in each region.
pub type Counted = Vec<(String, u64)>;

/// Something that a family can count; register one with [`declare_census!`](crate::declare_census!).
pub struct Census {
    /// What is counted.
    pub per: Per,
    /// Counts it, by region.
    pub count: for<'a> fn(&'a Cx) -> BoxFuture<'a, Result<Counted, Unread>>,
}

inventory::collect!(Census);

/// The census of something, if a linked family can count it.
pub fn of(per: Per) -> Option<&'static Census> {
    inventory::iter::<Census>().find(|census| census.per == per)
}

/// Registers a census: `declare_census!(Bucket, count_buckets)`, the latter an `async fn(&Cx) -> Result<Counted, Unread>`.
#[macro_export]
macro_rules! declare_census {
    ($per:ident, $count:path) => {
        $crate::inventory::submit! {
            $crate::census::Census { per: $crate::Per::$per, count: |cx| ::std::boxed::Box::pin($count(cx)) }
        }
    };
}
