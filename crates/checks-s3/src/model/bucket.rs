//! The account's buckets, and where each lives.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

use asc_core::check::Listing;
use asc_core::fact::Reads;
use asc_core::{Class, Cx, Fact, Operation, Per, Resource, Unread};
use aws_sdk_s3::types::BucketLocationConstraint;

use super::client::{about_bucket, present, s3};

const LIST_BUCKETS: Operation = Operation::new("s3", "ListBuckets", "s3:ListAllMyBuckets");
const GET_LOCATION: Operation = Operation::new("s3", "GetBucketLocation", "s3:GetBucketLocation").per(Per::Exception);

/// The most that S3 gives in a page. S3 tells a bucket's region only when the request has some parameter, so this one
/// serves twice.
/// Source: Amazon S3 API Reference, `ListBuckets`.
const PAGE: i32 = 10_000;

/// A bucket whose region is known: what every other fact about it is asked by, so that clones are handles.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket(Arc<Address>);

/// Where a bucket is.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// Its name.
    pub name: String,
    /// The region it lives in; its calls go there.
    pub region: String,
}

impl Bucket {
    /// A bucket of a name in a region.
    pub fn new(name: impl Into<String>, region: impl Into<String>) -> Self {
        Self(Arc::new(Address { name: name.into(), region: region.into() }))
    }
}

impl Deref for Bucket {
    type Target = Address;

    fn deref(&self) -> &Address {
        &self.0
    }
}

/// A bucket as `ListBuckets` gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its region, where the listing said it.
    pub region: Option<String>,
}

/// All buckets of the account, as listed.
#[derive(Debug)]
pub struct BucketList;

impl Fact for BucketList {
    type Key = ();
    type Value = Vec<Listed>;
    const READS: &'static [Reads] = &[Reads::Call(LIST_BUCKETS)];

    async fn read(cx: &Cx, (): &()) -> Result<Self::Value, Unread> {
        let client = s3(cx, asc_aws::door(cx, LIST_BUCKETS)?.home(), LIST_BUCKETS)?;
        let (mut listed, mut token): (Vec<Listed>, Option<String>) = (Vec::new(), None);
        loop {
            let request = client.list_buckets().max_buckets(PAGE).set_continuation_token(token.clone());
            let page = request.send().await.map_err(|e| asc_aws::unread(LIST_BUCKETS, &e))?;
            for bucket in present(LIST_BUCKETS, page.buckets, "Buckets")? {
                let name = present(LIST_BUCKETS, bucket.name, "Name")?;
                listed.push(Listed { name, region: bucket.bucket_region.filter(|region| !region.is_empty()) });
            }
            let next = page.continuation_token.filter(|next| !next.is_empty());
            if next.is_some() && next == token {
                return Err(Unread::malformed(LIST_BUCKETS, "the same page again and again"));
            }
            token = next;
            if token.is_none() {
                return Ok(listed);
            }
        }
    }
}

/// The account's buckets by name, with the region where the listing tells it: for whoever has a name and looks for its
/// bucket, which would otherwise go through the whole list each time.
#[derive(Debug)]
pub struct OwnBuckets;

impl Fact for OwnBuckets {
    type Key = ();
    type Value = HashMap<String, Option<String>>;
    const READS: &'static [Reads] = BucketList::READS;

    async fn read(cx: &Cx, (): &()) -> Result<Self::Value, Unread> {
        let listed = cx.get::<BucketList>(&()).await?;
        Ok(listed.iter().map(|bucket| (bucket.name.clone(), bucket.region.clone())).collect())
    }
}

/// Where a bucket lives that no listing told of, by name; fails as gone when no such bucket exists anywhere.
#[derive(Debug)]
pub struct Home;

impl Fact for Home {
    type Key = String;
    type Value = String;
    const READS: &'static [Reads] = &[Reads::Call(GET_LOCATION)];

    async fn read(cx: &Cx, name: &String) -> Result<Self::Value, Unread> {
        let client = s3(cx, asc_aws::door(cx, GET_LOCATION)?.home(), GET_LOCATION)?;
        let answer = client.get_bucket_location().bucket(name).send().await;
        let answer = answer.map_err(|e| about_bucket(GET_LOCATION, name, &e))?;
        // Two regions are older than the idea that regions have names here.
        // Source: Amazon S3 API Reference, `GetBucketLocation`.
        Ok(match answer.location_constraint.as_ref().map(BucketLocationConstraint::as_str) {
            None | Some("" | "US") => "us-east-1".to_owned(),
            Some("EU") => "eu-west-1".to_owned(),
            Some(region) => region.to_owned(),
        })
    }
}

/// A listed bucket with its region, or why that could not be learnt. Clones are handles.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Located(Arc<Found>);

/// A bucket's name, and what is known of its region.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// Where it lives.
    pub place: Result<Bucket, Unread>,
}

impl Deref for Located {
    type Target = Found;

    fn deref(&self) -> &Found {
        &self.0
    }
}

impl Located {
    /// A bucket of a name, with its region.
    pub fn new(name: impl Into<String>, place: Result<Bucket, Unread>) -> Self {
        Self(Arc::new(Found { name: name.into(), place }))
    }

    /// The bucket with its region; without one nothing else about it can be asked.
    pub fn bucket(&self) -> Result<&Bucket, Unread> {
        self.place.as_ref().map_err(Clone::clone)
    }

    /// How the bucket appears in findings.
    pub fn resource(&self, cx: &Cx) -> Resource {
        let region = self.place.as_ref().ok().map(|bucket| bucket.region.as_str());
        Resource::new("AWS::S3::Bucket", &self.name, region).with_arn(bucket_arn(cx, &self.name))
    }
}

/// What is known of a bucket that something else names: a trail, a logging target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is the account's own.
    Own(Located),
    /// It exists, in another account.
    Elsewhere,
    /// No such bucket exists; anyone can make one of that name.
    Nowhere,
}

/// Whose a bucket is, by name.
#[derive(Debug)]
pub struct Whereabouts;

impl Fact for Whereabouts {
    type Key = String;
    type Value = Place;
    const READS: &'static [Reads] = &[Reads::Of(BucketList::READS), Reads::Of(Home::READS)];

    async fn read(cx: &Cx, name: &String) -> Result<Place, Unread> {
        let all = cx.get::<OwnBuckets>(&()).await?;
        let own = all.get(name);
        if let Some(region) = own.cloned().flatten() {
            return Ok(Place::Own(Located::new(name, Ok(Bucket::new(name, region)))));
        }
        match cx.get::<Home>(name).await {
            Err(why) if why.gone.is_some() => Ok(Place::Nowhere),
            place if own.is_some() => {
                let place = place.map(|region| Bucket::new(name, region.as_str()));
                Ok(Place::Own(Located::new(name, place)))
            }
            Ok(_) => Ok(Place::Elsewhere),
            Err(why) if exists(&why) => Ok(Place::Elsewhere),
            Err(why) => Err(why),
        }
    }
}

/// Whether a refusal tells that the bucket exists: S3 refuses only what is there, and says `NoSuchBucket` otherwise.
fn exists(why: &Unread) -> bool {
    let wrong_region = ["PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"];
    why.class == Class::Denied || why.aws_code.as_deref().is_some_and(|code| wrong_region.contains(&code))
}

/// The ARN of a bucket in the account's partition.
pub fn bucket_arn(cx: &Cx, name: &str) -> String {
    format!("arn:{}:s3:::{name}", cx.account().partition)
}

/// All buckets of the account that the user wants looked at, with their regions.
#[derive(Debug)]
pub struct Buckets;

impl Fact for Buckets {
    type Key = ();
    type Value = Vec<Located>;
    const READS: &'static [Reads] = &[Reads::Of(BucketList::READS), Reads::Of(Home::READS)];

    async fn read(cx: &Cx, (): &()) -> Result<Self::Value, Unread> {
        let listed = cx.get::<BucketList>(&()).await?;
        let located = asc_core::fact::at_once(listed.iter().cloned(), |Listed { name, region }| async move {
            let region = match region {
                Some(region) => Ok(region),
                None => cx.get::<Home>(&name).await.map(|region| region.to_string()),
            };
            let place = region.map(|region| Bucket::new(&name, region));
            Located::new(name, place)
        });
        let mut located = located.await;
        located.retain(|bucket| bucket.place.as_ref().map_or(true, |place| cx.regions().wants(&place.region)));
        Ok(located)
    }
}

/// The buckets to judge, for the checks that judge each of them; a failure is a verdict on the account.
pub async fn each_bucket(cx: &Cx) -> Listing<Located> {
    match cx.get::<Buckets>(&()).await {
        Ok(buckets) => Listing::of(buckets.to_vec()),
        Err(why) => Listing::failed(Resource::account(&cx.account().id), why),
    }
}

async fn count(cx: &Cx) -> Result<asc_core::census::Counted, Unread> {
    let mut by_region = std::collections::BTreeMap::<String, u64>::new();
    for bucket in cx.get::<BucketList>(&()).await?.iter() {
        *by_region.entry(bucket.region.clone().unwrap_or_default()).or_default() += 1;
    }
    Ok(by_region.into_iter().filter(|(region, _)| region.is_empty() || cx.regions().wants(region)).collect())
}

asc_core::declare_census!(Bucket, count);
