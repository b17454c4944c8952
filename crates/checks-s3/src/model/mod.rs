//! What S3 can be asked: the only place that calls its SDKs.

mod access_point;
mod acl;
mod block;
mod bucket;
pub mod change;
mod client;
mod logging;
mod policy;
mod protection;

pub use access_point::{AccessPoint, AccessPointPublic, AccessPoints};
pub use acl::{Acl, Grant, Group, Ownership};
pub use block::{AccountBlock, AccountBlockAsSet, Block, BucketBlock, BucketBlockAsSet};
pub use bucket::{
    Bucket, BucketList, Buckets, Home, Listed, Located, OwnBuckets, Place, Whereabouts, bucket_arn, each_bucket,
};
pub use change::{AccountBlockChange, BucketCall, BucketChange};
pub use logging::{Delivery, LogDelivery, LogTargets, Logging, Target};
pub use policy::{BucketPolicy, Judged, PolicyStatus, PolicyText};
pub use protection::{Encryption, Lifecycle, LifecycleRule, ObjectLock, Sse, Versioning, VersioningState, Website};
