//! A recording that a scan goes on from: what it holds as answered is not asked again.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::failure::is_absent;
use crate::identity::GET_CALLER_IDENTITY;
use crate::recording::{Exchange, Outcome, Recording};
use crate::request::RequestId;
use crate::response::Answer;

/// How the names of operations begin that only read. Whatever else there is does something (`GenerateCredentialReport`
/// starts a report, which lapses), so that its answer from another day does not stand for it.
const READS: [&str; 4] = ["Describe", "Get", "Head", "List"];

/// The recording of an earlier run of the scan.
#[derive(Debug)]
pub(crate) struct Resumed {
    exchanges: Vec<Exchange>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Where the answers stand that are still good, in the order in which they were given.
    good: HashMap<RequestId, VecDeque<usize>>,
    /// What this run has asked for, whoever answered it.
    asked: HashSet<RequestId>,
}

impl Resumed {
    pub(crate) fn new(recording: &Recording) -> Self {
        let exchanges = recording.exchanges().to_vec();
        let mut good = HashMap::<_, VecDeque<_>>::new();
        for (at, exchange) in exchanges.iter().enumerate().filter(|(_, exchange)| is_good(exchange)) {
            good.entry(exchange.request.clone()).or_default().push_back(at);
        }
        Self { exchanges, state: Mutex::new(State { good, asked: HashSet::new() }) }
    }

    /// The account that was recorded; none where the recording does not say.
    pub(crate) fn account(&self) -> Option<&str> {
        let told = self.exchanges.iter().filter(|exchange| is_identity(&exchange.request));
        let mut told = told.filter_map(|exchange| match &exchange.outcome {
            Outcome::Answer { status: 200, body, .. } => {
                let (_, rest) = body.text()?.split_once("<Account>")?;
                rest.split_once("</Account>").map(|(account, _)| account)
            }
            _ => None,
        });
        told.next()
    }

    /// The next answer that is still good, if there is one; else AWS is to be asked.
    pub(crate) fn take(&self, request: &RequestId) -> Option<Exchange> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.asked.insert(request.clone());
        let at = state.good.get_mut(request)?.pop_front()?;
        self.exchanges.get(at).cloned()
    }

    /// What this run has not asked for: other checks' answers, which a recording of both runs keeps.
    pub(crate) fn rest(&self) -> Vec<Exchange> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = |exchange: &&Exchange| !is_identity(&exchange.request) && !state.asked.contains(&exchange.request);
        self.exchanges.iter().filter(kept).cloned().collect()
    }
}

fn is_identity(request: &RequestId) -> bool {
    request.service == GET_CALLER_IDENTITY.service && request.operation == GET_CALLER_IDENTITY.name
}

/// Whether an answer stands: it was read, or it says that there is nothing. What was denied, throttled or not answered
/// may be answered by now, and whose account this is must be.
fn is_good(exchange: &Exchange) -> bool {
    let Outcome::Answer { status, headers, body } = &exchange.outcome else { return false };
    let answer = Answer::recorded(*status, headers.clone(), body.clone().into());
    READS.iter().any(|read| exchange.request.operation.starts_with(read))
        && !is_identity(&exchange.request)
        && !answer.breaks_off()
        && (*status < 400 || answer.error_code().is_some_and(|code| is_absent(&code)))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::recording::Head;

    fn request(service: &str, operation: &str, path: &str) -> RequestId {
        RequestId {
            service: service.to_owned(),
            operation: operation.to_owned(),
            region: "us-east-1".to_owned(),
            path: path.to_owned(),
            query: String::new(),
            body: String::new(),
        }
    }

    fn answered(request: RequestId, status: u16, body: &str) -> Exchange {
        let outcome = Outcome::Answer { status, headers: Vec::new(), body: body.to_owned().into() };
        Exchange { request, outcome, retried: 0, throttled: 0 }
    }

    fn resumed(exchanges: Vec<Exchange>) -> Resumed {
        let at = datetime!(2027-01-01 0:00 UTC);
        let head = Head { version: "0.1.0".to_owned(), started_at: at, region: "us-east-1".to_owned() };
        Resumed::new(&Recording::new(head, at, exchanges))
    }

    #[test]
    fn answers_and_absences_stand_and_failures_are_asked_again() {
        let acl = |path: &str| request("s3", "GetBucketAcl", path);
        let silence = Exchange { outcome: Outcome::Silence("no".to_owned()), ..answered(acl("/silent"), 0, "") };
        let resumed = resumed(vec![
            answered(acl("/read"), 200, "<A/>"),
            answered(acl("/cut"), 200, "<A>"),
            answered(acl("/gone"), 404, "<Error><Code>NoSuchBucket</Code></Error>"),
            answered(acl("/denied"), 403, "<Error><Code>AccessDenied</Code></Error>"),
            answered(acl("/slow"), 503, "<Error><Code>SlowDown</Code></Error>"),
            answered(acl("/broken"), 500, ""),
            silence,
            answered(request("iam", "GenerateCredentialReport", "/"), 200, "<A/>"),
            answered(request("sts", "GetCallerIdentity", "/"), 200, "<A><Account>123456789012</Account></A>"),
        ]);
        assert_eq!(resumed.account(), Some("123456789012"));
        for (path, good) in [("/read", true), ("/cut", false), ("/gone", true), ("/denied", false), ("/slow", false)] {
            assert_eq!(resumed.take(&acl(path)).is_some(), good, "{path}");
        }
        for (path, good) in [("/broken", false), ("/silent", false), ("/never", false)] {
            assert_eq!(resumed.take(&acl(path)).is_some(), good, "{path}");
        }
        assert!(resumed.take(&request("iam", "GenerateCredentialReport", "/")).is_none());
        assert!(resumed.take(&request("sts", "GetCallerIdentity", "/")).is_none());
        assert_eq!(resumed.rest(), [], "all was asked for");
    }

    #[test]
    fn what_was_answered_once_is_given_once_and_what_nobody_asks_for_is_kept() {
        let list = request("s3", "ListBuckets", "/");
        let other = answered(request("s3", "GetBucketAcl", "/a"), 403, "");
        let resumed = resumed(vec![answered(list.clone(), 200, "<A/>"), other.clone()]);
        assert!(resumed.take(&list).is_some());
        assert!(resumed.take(&list).is_none(), "a second time is another question");
        assert_eq!(resumed.rest(), [other]);
    }
}
