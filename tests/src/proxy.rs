//! A proxy before an emulator that spoils the answers to chosen calls.
//!
//! Calls are known by the IAM action that allows them, so that a rule and the verdict it must cause name one thing.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::answers::{denial, kind, s3_error, throttled};
use crate::http::{Message, exchange};
use crate::writes::is_write;

/// What is done to a call.
#[derive(Clone, Debug)]
pub enum Act {
    /// Denied, in the words of the call's protocol.
    Deny,
    /// Answered with this status and body instead.
    Answer(u16, String),
    /// Answered as if the bucket were gone.
    NoSuchBucket,
    /// Passed on, but the connection breaks in the middle of the answer.
    BreakOff,
    /// Never answered.
    Hang,
    /// Told to slow down so many times, then passed on.
    SlowDown(u32),
    /// Passed on with text replaced in the request (first list) and in the answer (second list).
    Replace(&'static [(&'static str, &'static str)], &'static [(&'static str, &'static str)]),
}

/// A rule: which action, on which bucket and in which region if not in all, and what is done.
#[derive(Clone, Debug)]
struct Rule {
    action: String,
    bucket: Option<String>,
    region: Option<String>,
    act: Act,
}

/// A call that came by.
#[derive(Clone, Debug)]
struct Seen {
    action: String,
    bucket: Option<String>,
    /// The region it was signed for.
    region: String,
}

#[derive(Debug, Default)]
struct State {
    rules: Mutex<Vec<Rule>>,
    seen: Mutex<Vec<Seen>>,
    closed: AtomicBool,
    /// How many writes came by.
    writes: AtomicUsize,
    /// Which write is never answered, counted from 0, and whether it is carried out.
    stall: Mutex<Option<(usize, bool)>>,
    stalled: AtomicBool,
}

/// A running proxy on a free port of 127.0.0.1.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    state: Arc<State>,
}

impl Proxy {
    /// Starts one before whatever listens on another port of this machine.
    pub fn before(upstream: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("the port").port();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if shared.closed.load(Ordering::Relaxed) {
                    break;
                }
                let state = Arc::clone(&shared);
                // A client that hangs up in the middle is no failure of the proxy.
                thread::spawn(move || state.serve(client, upstream).ok());
            }
        });
        Self { port, state }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Adds a rule for every call that an action allows.
    #[must_use]
    pub fn on(self, action: &str, act: Act) -> Self {
        self.rule(Rule { action: action.to_owned(), bucket: None, region: None, act })
    }

    fn rule(self, rule: Rule) -> Self {
        lock(&self.state.rules).push(rule);
        self
    }

    /// Adds a rule that comes before all others.
    #[must_use]
    pub fn before_all(self, action: &str, act: Act) -> Self {
        lock(&self.state.rules).insert(0, Rule { action: action.to_owned(), bucket: None, region: None, act });
        self
    }

    /// Adds a rule for every call that is signed for a region.
    #[must_use]
    pub fn on_region(self, region: &str, act: Act) -> Self {
        self.rule(Rule { action: "*".to_owned(), bucket: None, region: Some(region.to_owned()), act })
    }

    /// Adds a rule for such calls about one bucket.
    #[must_use]
    pub fn on_bucket(self, bucket: &str, action: &str, act: Act) -> Self {
        self.rule(Rule { action: action.to_owned(), bucket: Some(bucket.to_owned()), region: None, act })
    }

    /// Never answers a certain write, counted from 0; it is carried out all the same, or does not get through.
    #[must_use]
    pub fn stalling_write(self, number: usize, carried_out: bool) -> Self {
        *lock(&self.state.stall) = Some((number, carried_out));
        self
    }

    /// Whether that write has come, and is being left without an answer.
    pub fn has_stalled(&self) -> bool {
        self.state.stalled.load(Ordering::SeqCst)
    }

    /// How many calls so far were such as change something.
    pub fn writes(&self) -> usize {
        self.state.writes.load(Ordering::SeqCst)
    }

    /// The actions of all calls so far, in order; retries count.
    pub fn seen(&self) -> Vec<String> {
        lock(&self.state.seen).iter().map(|seen| seen.action.clone()).collect()
    }

    /// The regions that the calls about a bucket were signed for.
    pub fn regions(&self, bucket: &str) -> BTreeSet<String> {
        let seen = lock(&self.state.seen);
        seen.iter().filter(|seen| seen.bucket.as_deref() == Some(bucket)).map(|seen| seen.region.clone()).collect()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.closed.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for the next client, so that it sees that there is none; it is not missed.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn serve(&self, mut client: TcpStream, upstream: u16) -> io::Result<()> {
        let request = Message::read(&mut client, true)?;
        let (action, bucket) = recognise(&request);
        // Credential=KEY/DATE/REGION/SERVICE/aws4_request
        let region = request.header("authorization").and_then(|header| header.split('/').nth(2)).unwrap_or_default();
        lock(&self.seen).push(Seen { action: action.clone(), bucket: bucket.clone(), region: region.to_owned() });
        if is_write(&request) && self.stalls() {
            if lock(&self.stall).is_some_and(|(_, carried_out)| carried_out) {
                exchange(upstream, request)?;
            }
            self.stalled.store(true, Ordering::SeqCst);
            client.set_read_timeout(None)?;
            return client.read(&mut [0]).map(|_| ());
        }
        match self.act(&action, bucket.as_deref(), region) {
            None => exchange(upstream, request)?.write(&mut client),
            Some(Act::Deny) => denial(&action).write(&mut client),
            Some(Act::Answer(status, body)) => Message::answer(status, kind(&action), &body).write(&mut client),
            Some(Act::NoSuchBucket) => {
                s3_error(404, "NoSuchBucket", "The specified bucket does not exist").write(&mut client)
            }
            Some(Act::BreakOff) => {
                let answer = exchange(upstream, request)?;
                let half = answer.body.get(..answer.body.len() / 2).unwrap_or_default();
                client.write_all(answer.head.as_bytes())?;
                client.write_all(half)
            }
            Some(Act::Hang) => {
                // Ends when the client gives up, or with the tests.
                client.set_read_timeout(None)?;
                client.read(&mut [0]).map(|_| ())
            }
            Some(Act::SlowDown(_)) => throttled(&action).write(&mut client),
            Some(Act::Replace(asked, answered)) => {
                let request = asked.iter().fold(request, |request, (from, to)| request.replaced(from, to));
                let answer = exchange(upstream, request)?;
                answered.iter().fold(answer, |answer, (from, to)| answer.replaced(from, to)).write(&mut client)
            }
        }
    }

    /// Counts a write; whether it is the one that is never answered, or comes after it.
    fn stalls(&self) -> bool {
        let number = self.writes.fetch_add(1, Ordering::SeqCst);
        lock(&self.stall).is_some_and(|(from, _)| number >= from)
    }

    /// What is to be done to a call; counts down where that is limited.
    fn act(&self, action: &str, bucket: Option<&str>, region: &str) -> Option<Act> {
        let mut rules = lock(&self.rules);
        let matches = |rule: &&mut Rule| {
            (rule.action == action || rule.action == "*")
                && rule.bucket.as_deref().is_none_or(|wanted| bucket == Some(wanted))
                && rule.region.as_deref().is_none_or(|wanted| region == wanted)
                && !matches!(rule.act, Act::SlowDown(0))
        };
        let rule = rules.iter_mut().find(matches)?;
        if let Act::SlowDown(left) = &mut rule.act {
            *left -= 1;
        }
        Some(rule.act.clone())
    }
}

/// A bucket's sub-resources and the actions that allow reading them.
const BUCKET_READS: [(&str, &str); 12] = [
    ("acl", "s3:GetBucketAcl"),
    ("encryption", "s3:GetEncryptionConfiguration"),
    ("lifecycle", "s3:GetLifecycleConfiguration"),
    ("location", "s3:GetBucketLocation"),
    ("logging", "s3:GetBucketLogging"),
    ("object-lock", "s3:GetBucketObjectLockConfiguration"),
    ("ownershipControls", "s3:GetBucketOwnershipControls"),
    ("policy", "s3:GetBucketPolicy"),
    ("policyStatus", "s3:GetBucketPolicyStatus"),
    ("publicAccessBlock", "s3:GetBucketPublicAccessBlock"),
    ("versioning", "s3:GetBucketVersioning"),
    ("website", "s3:GetBucketWebsite"),
];

/// Reads of services that name theirs by the path.
const PATH_READS: [(&str, &str, &str); 4] = [
    ("access-analyzer", "/analyzer", "access-analyzer:ListAnalyzers"),
    ("detective", "/graphs/list", "detective:ListGraphs"),
    ("detective", "/invitations/list", "detective:ListInvitations"),
    ("securityhub", "/standards/get", "securityhub:GetEnabledStandards"),
];

/// The action that allows a request, and the bucket it is about.
fn recognise(request: &Message) -> (String, Option<String>) {
    // Credential=KEY/DATE/REGION/SERVICE/aws4_request
    let service = request.header("authorization").and_then(|header| header.split('/').nth(3)).unwrap_or_default();
    if let Some(operation) = request.header("x-amz-target").and_then(|target| target.rsplit('.').next()) {
        return (format!("{service}:{operation}"), None);
    }
    let body = String::from_utf8_lossy(&request.body);
    if let Some(operation) = body.split('&').find_map(|pair| pair.strip_prefix("Action=")) {
        return (format!("{service}:{operation}"), None);
    }
    let path = request.head.split_whitespace().nth(1).unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    if let Some((.., action)) = PATH_READS.iter().find(|(named, known, _)| *named == service && *known == path) {
        return ((*action).to_owned(), None);
    }
    if let Some(control) = path.strip_prefix("/v20180820/") {
        let action = match control.trim_end_matches('/') {
            "configuration/publicAccessBlock" => "s3:GetAccountPublicAccessBlock",
            "accesspoint" => "s3:ListAccessPoints",
            point if point.ends_with("/policyStatus") => "s3:GetAccessPointPolicyStatus",
            point if point.ends_with("/policy") => "s3:GetAccessPointPolicy",
            _ => "s3:GetAccessPoint",
        };
        return (action.to_owned(), None);
    }
    let bucket = path.trim_matches('/');
    if bucket.is_empty() {
        return ("s3:ListAllMyBuckets".to_owned(), None);
    }
    let keys = || query.split('&').map(|pair| pair.split('=').next().unwrap_or_default());
    let action = BUCKET_READS.iter().find(|(key, _)| keys().any(|asked| asked == *key)).map(|(_, action)| *action);
    (action.unwrap_or("s3:ListBucket").to_owned(), Some(bucket.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{Message, recognise};

    fn action(line: &str, headers: &str, body: &str) -> (String, Option<String>) {
        let head = format!("{line} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n");
        recognise(&Message { head, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn calls_are_known_by_their_actions() {
        for (line, expected, bucket) in [
            ("GET /?x-id=ListBuckets&max-buckets=1000", "s3:ListAllMyBuckets", None),
            ("GET /logs?acl", "s3:GetBucketAcl", Some("logs")),
            ("GET /logs/?policyStatus", "s3:GetBucketPolicyStatus", Some("logs")),
            ("GET /logs?x-id=GetBucketPolicy&policy", "s3:GetBucketPolicy", Some("logs")),
            ("GET /logs/?object-lock=", "s3:GetBucketObjectLockConfiguration", Some("logs")),
            ("HEAD /logs", "s3:ListBucket", Some("logs")),
            ("GET /v20180820/configuration/publicAccessBlock", "s3:GetAccountPublicAccessBlock", None),
            ("GET /v20180820/accesspoint?maxResults=1000", "s3:ListAccessPoints", None),
            ("GET /v20180820/accesspoint/one/policyStatus", "s3:GetAccessPointPolicyStatus", None),
        ] {
            assert_eq!(action(line, "", ""), (expected.to_owned(), bucket.map(str::to_owned)), "{line}");
        }
        let signed = |service: &str| {
            format!(
                "authorization: AWS4-HMAC-SHA256 Credential=KEY/20261122/us-east-1/{service}/aws4_request, Signature=0\r\n"
            )
        };
        let target = "X-Amz-Target: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.DescribeTrails\r\n";
        let headers = format!("{target}{}", signed("cloudtrail"));
        assert_eq!(action("POST /", &headers, "{}").0, "cloudtrail:DescribeTrails");
        let asked = "Action=GetCallerIdentity&Version=2011-06-15";
        assert_eq!(action("POST /", &signed("sts"), asked).0, "sts:GetCallerIdentity");
        let listed = action("GET /analyzer?maxResults=100", &signed("access-analyzer"), "");
        assert_eq!(listed, ("access-analyzer:ListAnalyzers".to_owned(), None));
        assert_eq!(action("GET /analyzer", &signed("s3"), "").1.as_deref(), Some("analyzer"), "a bucket");
    }

    #[test]
    fn a_replaced_body_has_its_new_length() {
        let answer = Message::answer(200, "text/plain", "ja, ja").replaced("ja", "nein");
        assert_eq!((answer.header("content-length"), answer.body.as_slice()), (Some("10"), &b"nein, nein"[..]));
        assert!(answer.head.ends_with("\r\n\r\n") && answer.head.starts_with("HTTP/1.1 200"));
    }
}
