//! One verdict for each enabled region.

use asc_aws::EnabledRegions;
use asc_core::{Cx, Listing, Resource};

/// Every enabled region.
pub(crate) async fn each_region(cx: &Cx) -> Listing<String> {
    match cx.get::<EnabledRegions>(&()).await {
        Ok(regions) => Listing::of(regions.to_vec()),
        Err(why) => Listing::failed(Resource::account(&cx.account().id), why),
    }
}
