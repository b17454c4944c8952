//! What an account has already of what it can have only once: making it a second time fails.

use asc_checks_cloudtrail::model::{TrailStatus, TrailsIn};
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Unread};

use crate::model::{Analyzers, BehaviorGraphs, Channels, Detectors, Hub, Memberships, Recorders};

/// Something of which a region, or the account, has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Once {
    /// AWS Config's recorder.
    Recorder,
    /// AWS Config's delivery channel.
    DeliveryChannel,
    /// A trail that records all regions, and does so now; an organisation's counts.
    Trail,
    /// An analyzer that looks for access from outside.
    Analyzer,
    /// GuardDuty's detector, suspended or not.
    Detector,
    /// Security Hub, whatever standards it has.
    Hub,
    /// Detective's behaviour graph, or a part in somebody else's.
    Graph,
}

impl Once {
    /// Everything that can be asked for.
    pub const ALL: [Self; 7] =
        [Self::Recorder, Self::DeliveryChannel, Self::Trail, Self::Analyzer, Self::Detector, Self::Hub, Self::Graph];

    /// What asking for it may call.
    pub const fn reads(self) -> &'static [Reads] {
        match self {
            Self::Recorder => Recorders::READS,
            Self::DeliveryChannel => Channels::READS,
            Self::Trail => &[Reads::Of(TrailsIn::READS), Reads::Of(TrailStatus::READS)],
            Self::Analyzer => Analyzers::READS,
            Self::Detector => Detectors::READS,
            Self::Hub => Hub::READS,
            Self::Graph => &[Reads::Of(BehaviorGraphs::READS), Reads::IfNeeded(Memberships::READS)],
        }
    }

    /// Whether it is there in a region.
    pub async fn stands(self, cx: &Cx, region: &str) -> Result<bool, Unread> {
        let region = region.to_owned();
        Ok(match self {
            Self::Recorder => !cx.get::<Recorders>(&region).await?.is_empty(),
            Self::DeliveryChannel => !cx.get::<Channels>(&region).await?.is_empty(),
            Self::Trail => return trail(cx, &region).await,
            Self::Analyzer => cx.get::<Analyzers>(&region).await?.iter().any(crate::model::Analyzer::is_external),
            Self::Detector => !cx.get::<Detectors>(&region).await?.is_empty(),
            Self::Hub => cx.get::<Hub>(&region).await?.is_some(),
            Self::Graph if !cx.get::<BehaviorGraphs>(&region).await?.is_empty() => true,
            Self::Graph => cx.get::<Memberships>(&region).await?.iter().any(|member| member.status == "ENABLED"),
        })
    }
}

/// A trail whose status could not be read matters only if no other one is known to log.
async fn trail(cx: &Cx, region: &String) -> Result<bool, Unread> {
    let mut unread = None;
    for trail in cx.get::<TrailsIn>(region).await?.iter().filter(|trail| trail.multi_region) {
        match cx.get::<TrailStatus>(trail).await {
            Ok(status) if status.logging => return Ok(true),
            Ok(_) => {}
            Err(why) => unread = Some(why),
        }
    }
    unread.map_or(Ok(false), Err)
}
