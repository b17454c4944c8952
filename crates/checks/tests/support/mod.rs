//! Accounts described by hand, in AWS's wire formats, for checks to be run over: no emulator, no network.
//!
//! What an answer looks like is taken from the services' API references, so that these tests hold the checks against
//! AWS's word where the emulators say something else or nothing.
#![allow(dead_code, reason = "every test crate has its own copy of this module, and none uses all of it")]
#![allow(clippy::expect_used, reason = "a test that is described wrongly fails, and says why")]

mod answer;
pub(crate) mod billing;
mod cbor;
pub(crate) mod company;
pub(crate) mod credentials;
pub(crate) mod detection;
pub(crate) mod ec2;
pub(crate) mod iam;
pub(crate) mod office;
mod s3;
pub(crate) mod seen;
mod trail;

use std::collections::BTreeMap;

use asc_aws::request::RequestId;
use asc_checks as _;
use serde_json::json;

pub(crate) use answer::Answer;
pub(crate) use s3::*;
pub(crate) use trail::Trail;

/// The account that is scanned unless a test says otherwise.
pub(crate) const ACCOUNT: &str = "123456789012";
/// The region that scans set out from, and that things live in unless a test says otherwise.
pub(crate) const HOME: &str = "eu-west-1";

/// Recorded answers by request.
type Answers = BTreeMap<RequestId, Answer>;

/// A bucket as the listing tells of it.
#[derive(Clone, Debug)]
struct Listed {
    name: String,
    region: String,
    /// Whether `ListBuckets` says the region.
    told: bool,
}

/// An account, described by what AWS answers of it.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    partition: String,
    home: String,
    regions: Vec<String>,
    buckets: Vec<Listed>,
    page: usize,
    trails: Vec<Trail>,
    /// What a test says outright; it beats what the description above makes.
    said: Answers,
    /// Whether nothing else is made.
    only_said: bool,
}

fn request(service: &str, operation: &str, region: &str, path: &str, query: &str, body: String) -> RequestId {
    let [service, operation, region, path, query] = [service, operation, region, path, query].map(str::to_owned);
    RequestId { service, operation, region, path, query, body }
}

impl Account {
    /// An account with two enabled regions, `eu-west-1` (where scans set out) and `us-east-1`, and nothing in it. It
    /// has no Block Public Access of its own, so that each bucket's settings count.
    pub(crate) fn new() -> Self {
        Self::in_partition("aws", HOME, &["us-east-1"])
    }

    /// An empty account of another partition.
    pub(crate) fn in_partition(partition: &str, home: &str, others: &[&str]) -> Self {
        let regions = [home].iter().chain(others).map(|&region| region.to_owned()).collect();
        let (partition, home) = (partition.to_owned(), home.to_owned());
        let (buckets, trails, said) = (Vec::new(), Vec::new(), Answers::new());
        Self { partition, home, regions, buckets, page: usize::MAX, trails, said, only_said: false }
    }

    /// Enables these regions only; the first is where scans set out.
    pub(crate) fn regions(mut self, regions: &[&str]) -> Self {
        self.regions = regions.iter().map(|&region| region.to_owned()).collect();
        self.home.clone_from(&self.regions[0]);
        self
    }

    /// A private bucket in a region: no block, no policy, an owner's ACL that counts, AES256, versions and a lifecycle,
    /// no website, no log.
    pub(crate) fn bucket(mut self, name: &str, region: &str) -> Self {
        self.buckets.push(Listed { name: name.to_owned(), region: region.to_owned(), told: true });
        for (operation, query, answer) in private_bucket() {
            self.said.insert(request("s3", operation, region, &format!("/{name}"), query, String::new()), answer);
        }
        let location = location(region);
        self.with_location(name, location)
    }

    /// The same, but `ListBuckets` does not say its region.
    pub(crate) fn untold_bucket(mut self, name: &str, region: &str) -> Self {
        self = self.bucket(name, region);
        if let Some(listed) = self.buckets.last_mut() {
            listed.told = false;
        }
        self
    }

    /// What `GetBucketLocation` answers for a bucket, whosever it is.
    pub(crate) fn with_location(self, bucket: &str, answer: Answer) -> Self {
        let home = self.home.clone();
        self.answer("s3", "GetBucketLocation", &home, &format!("/{bucket}"), "location", "", answer)
    }

    /// What one call about a bucket of the account answers.
    pub(crate) fn with(self, bucket: &str, operation: &str, answer: Answer) -> Self {
        if operation == "GetBucketLocation" {
            return self.with_location(bucket, answer);
        }
        let listed = self.buckets.iter().find(|listed| listed.name == bucket).expect("a bucket of the account");
        let (region, query) = (listed.region.clone(), query_of(operation));
        self.answer("s3", operation, &region, &format!("/{bucket}"), query, "", answer)
    }

    /// `ListBuckets` gives so many a page.
    pub(crate) fn in_pages_of(mut self, page: usize) -> Self {
        self.page = page;
        self
    }

    /// The account's own Block Public Access.
    pub(crate) fn account_block(self, answer: Answer) -> Self {
        let home = self.home.clone();
        self.answer("s3control", "GetPublicAccessBlock", &home, ACCOUNT_BLOCK_PATH, "", "", answer)
    }

    /// Access points of a region, in pages: each page lists name, bucket and whether it is in a VPC. None of them has
    /// a policy unless the test says more.
    pub(crate) fn access_points(mut self, region: &str, pages: &[&[(&str, &str, bool)]]) -> Self {
        for (number, page) in pages.iter().enumerate() {
            let next = (number + 1 < pages.len()).then(|| format!("points-{}", number + 1));
            let token = if number == 0 { String::new() } else { format!("&nextToken=points-{number}") };
            let query = format!("maxResults=1000{token}");
            let answer = access_points(page, next.as_deref());
            self = self.answer("s3control", "ListAccessPoints", region, ACCESS_POINTS_PATH, &query, "", answer);
            for (name, ..) in *page {
                self = self.point_status(region, name, Answer::control("NoSuchAccessPointPolicy"));
            }
        }
        self
    }

    /// What AWS says of an access point's policy.
    pub(crate) fn point_status(self, region: &str, point: &str, answer: Answer) -> Self {
        let path = format!("{ACCESS_POINTS_PATH}/{point}/policyStatus");
        self.answer("s3control", "GetAccessPointPolicyStatus", region, &path, "", "", answer)
    }

    /// A trail.
    pub(crate) fn trail(mut self, trail: Trail) -> Self {
        self.trails.push(trail);
        self
    }

    /// What `DescribeTrails` answers in a region, whatever trails there are.
    pub(crate) fn with_trails_in(self, region: &str, answer: Answer) -> Self {
        self.answer("cloudtrail", "DescribeTrails", region, "/", "", trail::DESCRIBE, answer)
    }

    /// What EC2 says of the enabled regions.
    pub(crate) fn with_ec2_regions(self, answer: Answer) -> Self {
        let home = self.home.clone();
        self.answer("ec2", "DescribeRegions", &home, "/", "", "Action=DescribeRegions&Version=2016-11-15", answer)
    }

    /// What the Account service says of them.
    pub(crate) fn with_account_regions(self, answer: Answer) -> Self {
        let body = r#"{"MaxResults":50,"RegionOptStatusContains":["ENABLED","ENABLED_BY_DEFAULT"]}"#;
        let home = self.home.clone();
        self.answer("account", "ListRegions", &home, "/listRegions", "", body, answer)
    }

    /// What any one request answers.
    #[expect(clippy::too_many_arguments, reason = "a request has these parts")]
    pub(crate) fn answer(
        mut self,
        service: &str,
        operation: &str,
        region: &str,
        path: &str,
        query: &str,
        body: &str,
        answer: Answer,
    ) -> Self {
        self.said.insert(request(service, operation, region, path, query, body.to_owned()), answer);
        self
    }

    /// What a service without paths of its own answers to a body.
    pub(crate) fn post(self, service: &str, operation: &str, region: &str, body: &str, answer: Answer) -> Self {
        self.answer(service, operation, region, "/", "", body, answer)
    }

    /// The same account, where every answer to an operation (`s3:GetBucketAcl`) is made into another.
    pub(crate) fn spoiled(&self, operation: &str, how: impl Fn(&Answer) -> Answer) -> Self {
        let mut said = self.answers();
        for (request, answer) in &mut said {
            if format!("{}:{}", request.service, request.operation) == operation {
                *answer = how(answer);
            }
        }
        Self { said, ..self.clone() }
    }

    /// Every answer that the account has to give.
    pub(crate) fn answers(&self) -> Answers {
        if self.only_said {
            return self.said.clone();
        }
        let mut answers = Answers::new();
        let mut add = |request, answer| answers.insert(request, answer);
        let (home, partition) = (&self.home, &self.partition);
        let body = "Action=GetCallerIdentity&Version=2011-06-15".to_owned();
        add(request("sts", "GetCallerIdentity", home, "/", "", body), answer::identity(ACCOUNT, partition));
        let body = "Action=DescribeRegions&Version=2016-11-15".to_owned();
        add(request("ec2", "DescribeRegions", home, "/", "", body), answer::ec2_regions(&self.regions));
        for (query, page) in self.bucket_pages() {
            add(request("s3", "ListBuckets", home, "/", &query, String::new()), page);
        }
        let unset = Answer::control("NoSuchPublicAccessBlockConfiguration");
        let block = request("s3control", "GetPublicAccessBlock", home, ACCOUNT_BLOCK_PATH, "", String::new());
        add(block, unset);
        for Listed { region, .. } in &self.buckets {
            let path = ACCESS_POINTS_PATH;
            let list = request("s3control", "ListAccessPoints", region, path, "maxResults=1000", String::new());
            add(list, access_points(&[], None));
        }
        for region in &self.regions {
            let here: Vec<_> = self.trails.iter().filter(|trail| trail.shows_in(region)).collect();
            let described = here.iter().map(|trail| trail.description(partition)).collect::<Vec<_>>();
            let described = Answer::json(&json!({ "trailList": described }));
            add(request("cloudtrail", "DescribeTrails", region, "/", "", trail::DESCRIBE.to_owned()), described);
        }
        for trail in &self.trails {
            let arn = trail.arn(partition);
            let body = json!({ "Name": arn }).to_string();
            add(request("cloudtrail", "GetTrailStatus", &trail.home, "/", "", body), trail.status());
            let body = json!({ "TrailName": arn }).to_string();
            add(request("cloudtrail", "GetEventSelectors", &trail.home, "/", "", body), trail.selectors(partition));
        }
        answers.extend(self.said.clone());
        answers
    }

    /// An account that answers nothing but these requests.
    pub(crate) fn of_answers(&self, said: Answers) -> Self {
        Self { only_said: true, said, ..self.clone() }
    }

    fn bucket_pages(&self) -> Vec<(String, Answer)> {
        let listed = self.buckets.iter().map(|b| (b.name.as_str(), b.told.then_some(b.region.as_str())));
        let listed: Vec<_> = listed.collect();
        let mut pages: Vec<_> = listed.chunks(self.page.min(listed.len().max(1))).collect();
        if pages.is_empty() {
            pages.push(&[]);
        }
        let page = |(number, buckets): (usize, &&[(&str, Option<&str>)])| {
            let token = if number == 0 { String::new() } else { format!("continuation-token=page-{number}&") };
            let next = (number + 1 < pages.len()).then(|| format!("page-{}", number + 1));
            (format!("{token}max-buckets=10000"), bucket_list(buckets, next.as_deref()))
        };
        pages.iter().enumerate().map(page).collect()
    }
}
