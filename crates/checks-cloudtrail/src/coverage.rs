//! What a trail records, and whether it arrives.

use asc_checks_s3::model::{Place, Whereabouts};
use asc_core::{Cx, Text, Unread, text};
use serde::Serialize;

use crate::model::{Basic, EventSelectors, Field, Selectors, Status, Trail, TrailStatus};

/// Event sources whose management events may be left out: they are many, and say little.
/// Source: CloudTrail API Reference, `EventSelector`, `ExcludeManagementEventSources`.
const MAY_BE_LEFT_OUT: [&str; 2] = ["kms.amazonaws.com", "rdsdata.amazonaws.com"];

/// Which management events a trail records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Recorded {
    /// Those that only read.
    pub reads: bool,
    /// Those that change something.
    pub writes: bool,
}

impl Recorded {
    /// Both kinds.
    pub const ALL: Self = Self { reads: true, writes: true };

    /// What two trails, or two selectors, record together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { reads: self.reads || other.reads, writes: self.writes || other.writes }
    }

    /// What selectors ask for. Without any, a trail that nobody has customised records all management events.
    /// Source: CloudTrail API Reference, `PutEventSelectors`.
    pub fn by(selectors: &Selectors, custom: bool) -> Self {
        if selectors.basic.is_empty() && selectors.advanced.is_empty() && !custom {
            return Self::ALL;
        }
        let basic = selectors.basic.iter().map(of_basic);
        let advanced = selectors.advanced.iter().map(|fields| of_advanced(fields));
        basic.chain(advanced).fold(Self::default(), Self::and)
    }
}

fn of_basic(selector: &Basic) -> Recorded {
    let narrowed = selector.excludes.iter().any(|source| !MAY_BE_LEFT_OUT.contains(&source.as_str()));
    if !selector.management || narrowed {
        return Recorded::default();
    }
    Recorded { reads: selector.reads, writes: selector.writes }
}

/// A selector records all management events of a kind when its fields name that category and nothing narrows it but
/// `readOnly`, which splits them in two, and the sources that may be left out. Its name says nothing.
fn of_advanced(fields: &[Field]) -> Recorded {
    let mut recorded = Recorded::ALL;
    let mut management = false;
    for field in fields {
        let only_equals = field.not_equals.is_empty() && !field.other;
        match field.name.as_str() {
            "eventCategory" if only_equals && field.equals.iter().any(|value| value == "Management") => {
                management = true;
            }
            "readOnly" if only_equals => {
                recorded.reads &= field.equals.iter().any(|value| value == "true");
                recorded.writes &= field.equals.iter().any(|value| value == "false");
            }
            "eventSource"
                if field.equals.is_empty()
                    && !field.other
                    && field.not_equals.iter().all(|source| MAY_BE_LEFT_OUT.contains(&source.as_str())) => {}
            _ => return Recorded::default(),
        }
    }
    if management { recorded } else { Recorded::default() }
}

/// Why a trail does not count, though it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// It is switched off.
    NotLogging,
    /// Its logs do not arrive, by CloudTrail's own word.
    DeliveryFails(String),
    /// Its bucket no longer exists.
    BucketGone(String),
    /// It is not told to record management events, or only some of them.
    NoManagementEvents,
}

impl Problem {
    /// A part of a sentence: "is switched off".
    pub fn text(&self) -> Text {
        match self {
            Self::NotLogging => text!(en: "is not logging", ja: "記録を停止中"),
            Self::DeliveryFails(why) => text!(en: "cannot deliver ({why})", ja: "配信に失敗 ({why})"),
            Self::BucketGone(bucket) => text!(
                en: "logs to {bucket}, which no longer exists: its logs are lost, and anyone can claim the name and receive them",
                ja: "送信先 {bucket} が存在せず、ログが失われている (誰でもその名前のバケットを作成してログを受け取れる)"
            ),
            Self::NoManagementEvents => {
                text!(en: "does not record all management events", ja: "管理イベントをすべては記録していない")
            }
        }
    }
}

/// A trail, and what it is good for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assessed {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    #[serde(skip)]
    pub name: String,
    /// What it records and delivers; nothing when there is a problem with all of it.
    pub records: Recorded,
    /// Whether it records every region.
    pub multi_region: bool,
    /// Whether it records global services.
    pub global_events: bool,
    /// What is wrong with it, if anything is.
    pub problem: Option<Problem>,
}

/// Asks what is needed to say what a trail is good for, and no more: of one that is off, nothing but that.
pub async fn assess(cx: &Cx, trail: &Trail) -> Result<Assessed, Unread> {
    let status = cx.get::<TrailStatus>(trail).await?;
    let mut problem = broken(&status);
    if problem.is_none() && is_gone(cx, trail).await? {
        problem = Some(Problem::BucketGone(trail.bucket.clone()));
    }
    let mut records = Recorded::default();
    if problem.is_none() {
        records = Recorded::by(&*cx.get::<EventSelectors>(trail).await?, trail.custom_selectors);
        problem = (records != Recorded::ALL).then_some(Problem::NoManagementEvents);
    }
    Ok(Assessed {
        arn: trail.arn.clone(),
        name: trail.name.clone(),
        records,
        multi_region: trail.multi_region,
        global_events: trail.global_events,
        problem,
    })
}

fn broken(status: &Status) -> Option<Problem> {
    if !status.logging {
        return Some(Problem::NotLogging);
    }
    status.delivery_error.clone().map(Problem::DeliveryFails)
}

/// Whether the trail's bucket is gone. A member account sees its organisation's trail, whose bucket is another
/// account's affair.
async fn is_gone(cx: &Cx, trail: &Trail) -> Result<bool, Unread> {
    if trail.organization && trail.owner() != cx.account().id {
        return Ok(false);
    }
    Ok(*cx.get::<Whereabouts>(&trail.bucket).await? == Place::Nowhere)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(management: bool, reads: bool, writes: bool, excludes: &[&str]) -> Basic {
        Basic { management, reads, writes, excludes: excludes.iter().map(|&s| s.to_owned()).collect() }
    }

    fn equals(name: &str, values: &[&str]) -> Field {
        Field { name: name.to_owned(), equals: values.iter().map(|&s| s.to_owned()).collect(), ..Field::default() }
    }

    fn not(name: &str, values: &[&str]) -> Field {
        Field { name: name.to_owned(), not_equals: values.iter().map(|&s| s.to_owned()).collect(), ..Field::default() }
    }

    fn records(basic: Vec<Basic>, advanced: Vec<Vec<Field>>) -> (bool, bool) {
        let recorded = Recorded::by(&Selectors { basic, advanced }, true);
        (recorded.reads, recorded.writes)
    }

    #[test]
    fn basic_selectors() {
        assert_eq!(records(vec![basic(true, true, true, &[])], vec![]), (true, true));
        assert_eq!(records(vec![basic(true, true, true, &["kms.amazonaws.com"])], vec![]), (true, true));
        assert_eq!(records(vec![basic(true, true, false, &[])], vec![]), (true, false));
        assert_eq!(records(vec![basic(false, true, true, &[])], vec![]), (false, false));
        assert_eq!(records(vec![basic(true, true, true, &["iam.amazonaws.com"])], vec![]), (false, false));
        assert_eq!(records(vec![basic(true, true, false, &[]), basic(true, false, true, &[])], vec![]), (true, true));
    }

    #[test]
    fn advanced_selectors() {
        let management = || equals("eventCategory", &["Management"]);
        let all = (true, true);
        let none = (false, false);
        for (fields, expected) in [
            (vec![management()], all),
            (vec![management(), not("eventSource", &["kms.amazonaws.com", "rdsdata.amazonaws.com"])], all),
            (vec![management(), equals("readOnly", &["true"])], (true, false)),
            (vec![management(), equals("readOnly", &["false"])], (false, true)),
            (vec![management(), not("eventSource", &["iam.amazonaws.com"])], none),
            (vec![management(), equals("eventSource", &["s3.amazonaws.com"])], none),
            (vec![management(), equals("eventName", &["RunInstances"])], none),
            (vec![management(), Field { name: "readOnly".to_owned(), other: true, ..Field::default() }], none),
            (vec![equals("eventCategory", &["Data"]), equals("resources.type", &["AWS::S3::Object"])], none),
            (vec![not("eventCategory", &["Data"])], none),
            (vec![], none),
        ] {
            assert_eq!(records(vec![], vec![fields.clone()]), expected, "{fields:?}");
        }
        let split =
            vec![vec![management(), equals("readOnly", &["true"])], vec![management(), equals("readOnly", &["false"])]];
        assert_eq!(records(vec![], split), all);
    }

    #[test]
    fn a_source_is_left_out_where_every_selector_leaves_it_out() {
        let kms = "kms.amazonaws.com";
        let of = |basic, advanced| Selectors { basic, advanced }.leaves_out(kms);
        assert!(of(vec![basic(true, true, true, &[kms])], vec![]));
        assert!(!of(vec![basic(true, true, false, &[kms]), basic(true, false, true, &[])], vec![]));
        let management = || equals("eventCategory", &["Management"]);
        assert!(of(vec![], vec![vec![management(), not("eventSource", &[kms])]]));
        assert!(!of(vec![], vec![vec![management()]]));
        assert!(!of(vec![], vec![]));
    }

    #[test]
    fn an_untouched_trail_records_everything_and_an_emptied_one_nothing() {
        assert_eq!(Recorded::by(&Selectors::default(), false), Recorded::ALL);
        assert_eq!(Recorded::by(&Selectors::default(), true), Recorded::default());
    }

    #[test]
    fn a_trail_that_is_off_or_cannot_deliver_is_broken() {
        let status = |logging, error: Option<&str>| {
            let delivery_error = error.map(str::to_owned);
            Status { logging, delivery_error, log_group_error: Some("not the bucket's affair".to_owned()) }
        };
        assert_eq!(broken(&status(true, None)), None);
        assert_eq!(broken(&status(false, Some("NoSuchBucket"))), Some(Problem::NotLogging));
        assert_eq!(
            broken(&status(true, Some("NoSuchBucket"))),
            Some(Problem::DeliveryFails("NoSuchBucket".to_owned()))
        );
    }
}
