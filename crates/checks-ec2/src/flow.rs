//! What the flow logs of a VPC, or of its subnets, record together.

use std::collections::BTreeSet;

use asc_core::{Text, Verdict, text};

use crate::model::{Destination, FlowLog, Subnet, Traffic};

/// How many flow logs that do not do the message names; the evidence holds all.
const SHOWN: usize = 5;

/// Whether a flow log records rejected traffic, and gets it to where it belongs.
fn records(log: &FlowLog) -> bool {
    log.active && log.failing.is_none() && matches!(log.traffic, Some(Traffic::All | Traffic::Rejected))
}

fn of<'a>(logs: &'a [FlowLog], resource: &str) -> Vec<&'a FlowLog> {
    logs.iter().filter(|log| log.resource == resource).collect()
}

/// What a region's subnets have to say about a VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subnets {
    /// Nothing: it is recorded as a whole, or no flow log is of a subnet.
    Idle,
    /// Which flow logs there are that do not do; the verdict is known without them.
    Tell,
    /// Whether each is recorded, which would do in the VPC's place.
    Decide,
}

impl Subnets {
    /// What they say about a VPC, by the region's flow logs.
    pub fn of(vpc: &str, logs: &[FlowLog]) -> Self {
        let mut of_subnets = logs.iter().filter(|log| is_of_subnet(log)).peekable();
        if of_subnets.peek().is_none() || of(logs, vpc).into_iter().any(records) {
            Self::Idle
        } else if of_subnets.any(records) {
            Self::Decide
        } else {
            Self::Tell
        }
    }
}

fn is_of_subnet(log: &FlowLog) -> bool {
    log.resource.starts_with("subnet-")
}

/// Judges a VPC by a region's flow logs, and by the region's subnets where [`Subnets::of`] wants them.
pub fn judge(vpc: &str, logs: &[FlowLog], subnets: &[Subnet]) -> Verdict {
    let own = of(logs, vpc);
    let recording: Vec<_> = own.iter().copied().filter(|log| records(log)).collect();
    if !recording.is_empty() {
        let names = names(&recording);
        let verdict = Verdict::pass(text!(en: "Recorded by {names}.", ja: "{names} が記録しています。"));
        return noting_destinations(verdict, &recording).evidence("flow_logs", own);
    }
    let subnets: BTreeSet<_> = subnets.iter().filter(|subnet| subnet.vpc == vpc).map(|s| s.id.as_str()).collect();
    let of_subnets: Vec<_> = logs.iter().filter(|log| subnets.contains(log.resource.as_str())).collect();
    let recording: Vec<_> = of_subnets.iter().copied().filter(|log| records(log)).collect();
    let covered: BTreeSet<_> = recording.iter().map(|log| log.resource.as_str()).collect();
    let uncovered: Vec<_> = subnets.difference(&covered).copied().collect();
    let all: Vec<_> = own.iter().copied().chain(of_subnets).collect();
    let weak: Vec<_> = all.iter().copied().filter(|log| !covered.contains(log.resource.as_str())).collect();
    let count = subnets.len();
    let verdict = if covered.is_empty() {
        let of_its_own = match (own.is_empty(), weak.is_empty()) {
            (_, true) => text!(en: "It has no flow log.", ja: "フローログがありません。"),
            (true, false) => {
                text!(en: "It has no flow log of its own.", ja: "VPC 自体のフローログがありません。")
            }
            (false, _) => Text::default(),
        };
        Verdict::fail(of_its_own.and(&why_not(&weak)))
    } else if uncovered.is_empty() {
        let verdict = Verdict::pass(text!(
            en: "Each of its {count} subnets is recorded, the VPC as a whole is not: a new subnet would be uncovered.",
            ja: "{count} 個のサブネットはすべて記録されていますが、VPC 全体の記録はありません。新しいサブネットは記録されません。"
        ));
        noting_destinations(verdict, &recording)
    } else {
        let (missing, list) = (uncovered.len(), uncovered.join(", "));
        let verdict = Verdict::fail(text!(
            en: "{missing} of its {count} subnets are not recorded: {list}.",
            ja: "{count} 個のサブネットのうち {missing} 個が記録されていません: {list}。"
        ));
        if weak.is_empty() { verdict } else { verdict.note(&why_not(&weak)) }
    };
    verdict.evidence("flow_logs", all).evidence("subnets_without", uncovered)
}

fn names(logs: &[&FlowLog]) -> String {
    logs.iter().map(|log| log.id.as_str()).collect::<Vec<_>>().join(", ")
}

/// Why flow logs of a VPC or its subnets do not do.
fn why_not(weak: &[&FlowLog]) -> Text {
    let told = weak.iter().take(SHOWN).map(|log| {
        let id = if is_of_subnet(log) { format!("{} ({})", log.id, log.resource) } else { log.id.clone() };
        match &log.failing {
            _ if !log.active => text!(en: "{id} is not active.", ja: "{id} は有効ではありません。"),
            Some(error) => text!(en: "{id} cannot deliver ({error}).", ja: "{id} は配信に失敗しています ({error})。"),
            None => text!(
                en: "{id} records only traffic that was let through, and none that was rejected.",
                ja: "{id} は許可されたトラフィックだけを記録し、拒否されたトラフィックを記録していません。"
            ),
        }
    });
    let all = told.fold(Text::default(), |all, one| all.and(&one));
    match weak.len().saturating_sub(SHOWN) {
        0 => all,
        more => all.and(&text!(
            en: "{more} more do not do either.",
            ja: "ほかの {more} 件も同様に不十分です。"
        )),
    }
}

/// Where flow logs go that no verdict of their own is about.
fn noting_destinations(verdict: Verdict, logs: &[&FlowLog]) -> Verdict {
    let (mut buckets, mut streams) = (BTreeSet::new(), BTreeSet::new());
    for log in logs {
        match &log.destination {
            Destination::S3(arn) => buckets.insert(arn.as_str()),
            Destination::Firehose(arn) => streams.insert(arn.as_str()),
            Destination::LogGroup(_) | Destination::Other(_) => false,
        };
    }
    let join = |names: BTreeSet<&str>| names.into_iter().collect::<Vec<_>>().join(", ");
    let mut verdict = verdict;
    if !buckets.is_empty() {
        let names = join(buckets);
        verdict = verdict.note(&text!(
            en: "They go to S3 ({names}): how long they are kept is for the bucket's lifecycle to say.",
            ja: "配信先は S3 ({names}) です。保存期間はバケットのライフサイクルで決まります。"
        ));
    }
    if !streams.is_empty() {
        let names = join(streams);
        verdict = verdict.note(&text!(
            en: "They go to Data Firehose ({names}): how long they are kept is for what stands behind the stream to say.",
            ja: "配信先は Data Firehose ({names}) です。保存期間はその先の保存場所で決まります。"
        ));
    }
    verdict
}

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;
    use crate::model::LogGroup;

    fn log(id: &str, resource: &str) -> FlowLog {
        FlowLog {
            id: id.to_owned(),
            resource: resource.to_owned(),
            active: true,
            failing: None,
            traffic: Some(Traffic::All),
            destination: Destination::LogGroup(Some(LogGroup::own("r", "g"))),
        }
    }

    fn subnets(ids: &[&str]) -> Vec<Subnet> {
        let of = |id: &&str, vpc: &str| Subnet { id: (*id).to_owned(), vpc: vpc.to_owned() };
        ids.iter().map(|id| of(id, "vpc-1")).chain([of(&"subnet-z", "vpc-2")]).collect()
    }

    fn told(logs: &[FlowLog], in_vpc: &[&str]) -> (Status, String) {
        let verdict = judge("vpc-1", logs, &subnets(in_vpc));
        assert!(!verdict.message().ja.is_empty());
        (verdict.status(), verdict.message().en.clone())
    }

    #[test]
    fn rejected_traffic_must_be_recorded() {
        for (traffic, expected) in
            [(Traffic::All, Status::Pass), (Traffic::Rejected, Status::Pass), (Traffic::Accepted, Status::Fail)]
        {
            let log = FlowLog { traffic: Some(traffic), ..log("fl-1", "vpc-1") };
            assert_eq!(told(&[log], &[]).0, expected, "{traffic:?}");
        }
        let accepted = FlowLog { traffic: Some(Traffic::Accepted), ..log("fl-1", "vpc-1") };
        assert!(
            told(std::slice::from_ref(&accepted), &[]).1.contains("fl-1 records only traffic that was let through")
        );
        // Together they do.
        let rejected = FlowLog { traffic: Some(Traffic::Rejected), ..log("fl-2", "vpc-1") };
        assert_eq!(told(&[accepted, rejected], &[]), (Status::Pass, "Recorded by fl-2.".to_owned()));
    }

    #[test]
    fn a_flow_log_must_be_active_and_deliver() {
        assert_eq!(told(&[], &[]), (Status::Fail, "It has no flow log.".to_owned()));
        let off = FlowLog { active: false, ..log("fl-1", "vpc-1") };
        assert_eq!(told(std::slice::from_ref(&off), &[]), (Status::Fail, "fl-1 is not active.".to_owned()));
        let failing = FlowLog { failing: Some("Access error".to_owned()), ..log("fl-2", "vpc-1") };
        let both = told(&[off, failing.clone()], &[]);
        assert_eq!(both, (Status::Fail, "fl-1 is not active. fl-2 cannot deliver (Access error).".to_owned()));
        // A good one beside it is enough.
        assert_eq!(told(&[failing, log("fl-3", "vpc-1")], &[]).0, Status::Pass);
    }

    #[test]
    fn flow_logs_of_other_things_do_not_count() {
        for other in ["vpc-2", "eni-1", "tgw-1", "subnet-z"] {
            assert_eq!(told(&[log("fl-1", other)], &["subnet-a"]).0, Status::Fail, "{other}");
        }
    }

    #[test]
    fn every_subnet_will_do_in_the_vpcs_place() {
        let (a, b) = (log("fl-a", "subnet-a"), log("fl-b", "subnet-b"));
        let all = told(&[a.clone(), b.clone()], &["subnet-a", "subnet-b"]);
        assert_eq!(all.0, Status::Pass);
        assert!(all.1.contains("a new subnet would be uncovered"), "{}", all.1);
        let some = told(&[a.clone(), b], &["subnet-a", "subnet-b", "subnet-c"]);
        assert_eq!(some, (Status::Fail, "1 of its 3 subnets are not recorded: subnet-c.".to_owned()));
        let weak = FlowLog { traffic: Some(Traffic::Accepted), ..log("fl-b", "subnet-b") };
        assert_eq!(told(&[a, weak.clone()], &["subnet-a", "subnet-b"]).0, Status::Fail);
        let only = "It has no flow log of its own. fl-b (subnet-b) records only traffic that was let through, and none that was rejected.";
        assert_eq!(told(&[weak], &["subnet-b"]), (Status::Fail, only.to_owned()));
    }

    #[test]
    fn what_flow_logs_there_are_is_told_of_subnets_too() {
        let accepted = FlowLog { traffic: Some(Traffic::Accepted), ..log("fl-a", "subnet-a") };
        let failing = FlowLog { failing: Some("Access error".to_owned()), ..log("fl-b", "subnet-b") };
        let off = FlowLog { active: false, ..log("fl-1", "vpc-1") };
        let (status, message) = told(&[accepted, failing.clone(), off.clone()], &["subnet-a", "subnet-b"]);
        assert_eq!(status, Status::Fail);
        assert!(message.starts_with("fl-1 is not active. fl-a (subnet-a) records only"), "{message}");
        assert!(message.ends_with("fl-b (subnet-b) cannot deliver (Access error)."), "{message}");
        let (status, message) = told(&[log("fl-a", "subnet-a"), failing], &["subnet-a", "subnet-b"]);
        assert_eq!(status, Status::Fail);
        assert_eq!(
            message,
            "1 of its 2 subnets are not recorded: subnet-b. fl-b (subnet-b) cannot deliver (Access error)."
        );
        let ids: Vec<_> = (0..7).map(|n| format!("subnet-{n}")).collect();
        let many: Vec<_> = ids.iter().map(|id| FlowLog { resource: id.clone(), ..off.clone() }).collect();
        let ids: Vec<_> = ids.iter().map(String::as_str).collect();
        assert!(told(&many, &ids).1.ends_with("fl-1 (subnet-4) is not active. 2 more do not do either."));
    }

    #[test]
    fn subnets_are_asked_for_only_when_they_have_something_to_say() {
        let of = |logs: &[FlowLog]| Subnets::of("vpc-1", logs);
        assert_eq!(of(&[]), Subnets::Idle);
        assert_eq!(of(&[log("fl", "vpc-1"), log("fl-a", "subnet-a")]), Subnets::Idle);
        let failing = FlowLog { failing: Some("no".to_owned()), ..log("fl", "vpc-1") };
        assert_eq!(of(&[failing.clone(), log("fl-a", "subnet-a")]), Subnets::Decide);
        let off = FlowLog { active: false, ..log("fl-a", "subnet-a") };
        assert_eq!(of(&[failing.clone(), off.clone()]), Subnets::Tell);
        assert_eq!(of(&[off, log("fl-b", "subnet-b")]), Subnets::Decide);
        assert_eq!(of(&[failing, log("fl-a", "eni-1")]), Subnets::Idle);
    }

    #[test]
    fn other_destinations_are_noted() {
        let to = |id: &str, destination| FlowLog { destination, ..log(id, "vpc-1") };
        let bucket = to("fl-1", Destination::S3("arn:aws:s3:::flows".to_owned()));
        let stream = to("fl-2", Destination::Firehose("arn:aws:firehose:::s".to_owned()));
        let (status, message) = told(&[bucket, stream], &[]);
        assert_eq!(status, Status::Pass);
        assert!(message.contains("S3 (arn:aws:s3:::flows)") && message.contains("Data Firehose"), "{message}");
        assert!(!told(&[log("fl-1", "vpc-1")], &[]).1.contains("S3"));
    }
}
