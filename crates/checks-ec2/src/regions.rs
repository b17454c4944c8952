//! Every enabled region at once.

use asc_aws::EnabledRegions;
use asc_core::fact::{Answer, at_once};
use asc_core::{Cx, Fact, Unread};

/// A fact's answer in each enabled region.
pub(crate) async fn in_each<F: Fact<Key = String>>(cx: &Cx) -> Result<Vec<(String, Answer<F>)>, Unread> {
    let regions = cx.get::<EnabledRegions>(&()).await?;
    let asked = at_once(regions.iter().cloned(), |region| async move {
        let answer = cx.get::<F>(&region).await;
        (region, answer)
    });
    Ok(asked.await)
}
