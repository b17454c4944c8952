//! The regions that are enabled in the account.

use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};

use crate::door::Door;
use crate::{door, unread};

/// EC2's list of regions.
#[cfg(feature = "ec2")]
const DESCRIBE_REGIONS: Operation =
    Operation::new("ec2", "DescribeRegions", "ec2:DescribeRegions").per(Per::RegionList);
/// The Account service's list of regions.
const LIST_REGIONS: Operation = Operation::new("account", "ListRegions", "account:ListRegions").per(Per::RegionList);

/// The enabled regions that the user wants looked at, sorted. Those that the user named are taken at their word, and
/// nothing is called for them.
#[derive(Debug)]
pub struct EnabledRegions;

impl Fact for EnabledRegions {
    type Key = ();
    type Value = Vec<String>;
    #[cfg(feature = "ec2")]
    const READS: &'static [Reads] = &[Reads::Call(DESCRIBE_REGIONS)];
    #[cfg(not(feature = "ec2"))]
    const READS: &'static [Reads] = &[Reads::Call(LIST_REGIONS)];

    async fn read(cx: &Cx, (): &()) -> Result<Self::Value, Unread> {
        let mut regions = match cx.regions().named() {
            Some(named) => named,
            None => ask(door(cx, LIST_REGIONS)?).await?,
        };
        regions.sort_unstable();
        cx.note_regions(regions.iter().map(String::as_str));
        Ok(regions)
    }
}

/// EC2 first, since everyone who scans EC2 may ask it; the Account service stands in, and the first failure is told.
#[cfg(feature = "ec2")]
async fn ask(door: &Door) -> Result<Vec<String>, Unread> {
    match of_ec2(door).await {
        Ok(regions) => Ok(regions),
        Err(first) => of_account(door).await.map_err(|_| first),
    }
}

#[cfg(not(feature = "ec2"))]
async fn ask(door: &Door) -> Result<Vec<String>, Unread> {
    of_account(door).await
}

#[cfg(feature = "ec2")]
async fn of_ec2(door: &Door) -> Result<Vec<String>, Unread> {
    let client = door.client(DESCRIBE_REGIONS.service, door.home(), |sdk, tag| {
        aws_sdk_ec2::Client::from_conf(aws_sdk_ec2::config::Builder::from(sdk).interceptor(tag).build())
    });
    let answer = client.describe_regions().send().await.map_err(|e| unread(DESCRIBE_REGIONS, &e))?;
    let names = answer.regions().iter().filter_map(|region| region.region_name()).map(str::to_owned);
    some(DESCRIBE_REGIONS, names.collect())
}

async fn of_account(door: &Door) -> Result<Vec<String>, Unread> {
    use aws_sdk_account::types::RegionOptStatus::{Enabled, EnabledByDefault};

    let client = door.client(LIST_REGIONS.service, door.home(), |sdk, tag| {
        aws_sdk_account::Client::from_conf(aws_sdk_account::config::Builder::from(sdk).interceptor(tag).build())
    });
    let (mut names, mut token) = (Vec::new(), None);
    loop {
        let request = client.list_regions().region_opt_status_contains(Enabled);
        let request = request.region_opt_status_contains(EnabledByDefault).max_results(50).set_next_token(token);
        let answer = request.send().await.map_err(|e| unread(LIST_REGIONS, &e))?;
        names.extend(answer.regions().iter().filter_map(|region| region.region_name()).map(str::to_owned));
        token = answer.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
        if token.is_none() {
            return some(LIST_REGIONS, names);
        }
    }
}

/// No account is without regions; an empty list is an answer that was not understood.
fn some(operation: Operation, names: Vec<String>) -> Result<Vec<String>, Unread> {
    if names.is_empty() { Err(Unread::malformed(operation, "no region in the answer")) } else { Ok(names) }
}

async fn count(cx: &Cx) -> Result<asc_core::census::Counted, Unread> {
    Ok(cx.get::<EnabledRegions>(&()).await?.iter().map(|region| (region.clone(), 1)).collect())
}

asc_core::declare_census!(Region, count);
