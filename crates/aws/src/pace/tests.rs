//! The pacing law against simulated token buckets, in virtual time: the same in every run.

use std::collections::BTreeMap;

use super::*;

/// A limit as AWS has them: so many at once, so many a second.
#[derive(Debug)]
struct Bucket {
    size: f64,
    refill: f64,
    tokens: f64,
    at: Instant,
}

impl Bucket {
    fn new(size: f64, refill: f64) -> Arc<Mutex<Self>> {
        Arc::new(Mutex::new(Self { size, refill, tokens: size, at: Instant::now() }))
    }

    fn grants(&mut self) -> bool {
        let now = Instant::now();
        self.tokens = (self.tokens + self.refill * (now - self.at).as_secs_f64()).min(self.size);
        self.at = now;
        let granted = self.tokens >= 1.0;
        if granted {
            self.tokens -= 1.0;
        }
        granted
    }
}

const LATENCY: Duration = Duration::from_millis(50);

/// What clients of a bucket have seen.
#[derive(Debug, Default)]
struct Seen {
    sent: Vec<Instant>,
    accepted: Vec<Instant>,
    throttled: Vec<Instant>,
}

impl Seen {
    fn throttled_share(&self) -> f64 {
        share(self.throttled.len(), self.sent.len())
    }

    /// Calls accepted a second, over a part of the run.
    fn rate(&self, from: Instant, seconds: u32) -> f64 {
        let to = from + Duration::from_secs(seconds.into());
        let within = self.accepted.iter().filter(|at| (from..to).contains(at)).count();
        share(within, 1) / f64::from(seconds)
    }
}

#[expect(clippy::cast_precision_loss, reason = "the counts of a test are small")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// A scan: it has `calls` to make, tries each until it is accepted, and keeps as many waiting as checks do.
struct Scan {
    pacer: Arc<Pacer>,
    bucket: Arc<Mutex<Bucket>>,
    seen: Arc<Mutex<Seen>>,
    region: &'static str,
    service: &'static str,
    operation: &'static str,
}

fn manners(share: f64) -> Manners {
    Manners { share, ..Manners::DEFAULT }
}

impl Scan {
    fn over(bucket: &Arc<Mutex<Bucket>>, manners: Manners) -> Arc<Self> {
        // The pauses before retries are random; here they are the same in every run.
        fastrand::seed(7);
        let pacer = Arc::new(Pacer::new(manners, Arc::default()));
        let (bucket, seen) = (Arc::clone(bucket), Arc::default());
        Arc::new(Self { pacer, bucket, seen, region: "us-east-1", service: "s3", operation: "Get" })
    }

    /// The same scan in another region, under the same limit.
    fn in_region(self: &Arc<Self>, region: &'static str) -> Arc<Self> {
        let (pacer, bucket, seen) = (Arc::clone(&self.pacer), Arc::clone(&self.bucket), Arc::clone(&self.seen));
        Arc::new(Self { pacer, bucket, seen, region, service: self.service, operation: self.operation })
    }

    async fn call(&self) {
        for attempt in 1.. {
            let turn = self.pacer.turn(self.region, self.service, self.operation).await.ok().unwrap();
            lock(&self.seen).sent.push(Instant::now());
            tokio::time::sleep(LATENCY / 2).await;
            let granted = lock(&self.bucket).grants();
            tokio::time::sleep(LATENCY / 2).await;
            turn.learn(if granted { Fate::Settled } else { Fate::Throttled });
            drop(turn);
            if granted {
                lock(&self.seen).accepted.push(Instant::now());
                return;
            }
            lock(&self.seen).throttled.push(Instant::now());
            let pause = Fate::Throttled.pause(attempt.min(11)).unwrap_or_default();
            tokio::time::sleep(pause).await;
        }
    }

    async fn calls(self: &Arc<Self>, calls: usize) -> Duration {
        let began = Instant::now();
        let waiting = Arc::new(Semaphore::new(512));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..calls {
            let place = Arc::clone(&waiting).acquire_owned().await.unwrap();
            let scan = Arc::clone(self);
            tasks.spawn(async move {
                scan.call().await;
                drop(place);
            });
        }
        while tasks.join_next().await.is_some() {}
        began.elapsed()
    }

    fn for_ever(self: &Arc<Self>) -> tokio::task::JoinHandle<Duration> {
        let scan = Arc::clone(self);
        tokio::spawn(async move { scan.calls(usize::MAX).await })
    }
}

async fn seconds(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn a_scan_that_may_use_all_is_near_the_limit_and_hardly_throttled() {
    // The issue's: a hundred calls a second. Then EC2's published ones, and one without a reserve.
    for (size, refill, calls) in
        [(100.0, 100.0, 8_000_u32), (100.0, 20.0, 1_500), (50.0, 10.0, 1_000), (20.0, 100.0, 8_000)]
    {
        let bucket = Bucket::new(size, refill);
        let scan = Scan::over(&bucket, manners(1.0));
        let took = scan.calls(calls as usize).await.as_secs_f64();
        let floor = (f64::from(calls) - size) / refill;
        let throttled = lock(&scan.seen).throttled_share();
        assert!(took <= 1.15 * floor, "{size}+{refill}/s: {took} s, at least {floor} s");
        // The first burst is as large as may be in flight; small scans feel it more.
        let unavoidable = 128.0 / f64::from(calls);
        assert!(throttled <= 0.02 + unavoidable, "{size}+{refill}/s: {throttled} throttled");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hundred_calls_a_second_are_throttled_three_times_in_a_hundred_at_most() {
    let scan = Scan::over(&Bucket::new(100.0, 100.0), manners(1.0));
    scan.calls(8_000).await;
    let throttled = lock(&scan.seen).throttled_share();
    assert!(throttled <= 0.03, "{throttled}");
}

const REGIONS: &str = "us-east-1 us-east-2 us-west-1 us-west-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 \
     ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1";

/// A scan of all regions, whose lanes stand under one limit of a hundred calls a second: each region has so many calls
/// more than the one before it. Gives the time over the least there can be, and what the scan has seen.
async fn all_regions_under_one_limit(wanted: f64, more: usize) -> (f64, Arc<Mutex<Seen>>) {
    let scan = Scan::over(&Bucket::new(100.0, 100.0), manners(wanted));
    let began = Instant::now();
    let mut all = tokio::task::JoinSet::new();
    let mut calls = 0;
    for (number, region) in REGIONS.split_whitespace().enumerate() {
        let scan = scan.in_region(region);
        let own = 480 + more * number - more * 8;
        calls += own;
        all.spawn(async move { scan.calls(own).await });
    }
    while all.join_next().await.is_some() {}
    let floor = (share(calls, 1) - 100.0) / 100.0;
    (began.elapsed().as_secs_f64() / floor, Arc::clone(&scan.seen))
}

#[tokio::test(start_paused = true)]
async fn what_some_regions_leave_of_a_common_limit_the_others_find() {
    for more in [0, 20, 60] {
        let (ratio, seen) = all_regions_under_one_limit(1.0, more).await;
        let throttled = lock(&seen).throttled_share();
        assert!(ratio <= 1.15, "{more}: {ratio} of the least time");
        assert!(throttled <= 0.02 + 128.0 / 8_160.0, "{more}: {throttled} throttled");
    }
}

#[tokio::test(start_paused = true)]
async fn lanes_under_a_common_limit_stay_near_their_share_together() {
    let began = Instant::now();
    let (_, seen) = all_regions_under_one_limit(0.5, 60).await;
    // Between learning and the first probe.
    let rate = lock(&seen).rate(began + Duration::from_secs(30), 30);
    assert!((35.0..=55.0).contains(&rate), "{rate} calls a second of 100, half of them wanted");
}

#[tokio::test(start_paused = true)]
async fn a_scan_stays_under_its_share_of_what_is_granted() {
    for wanted in [0.25, 0.5] {
        let bucket = Bucket::new(100.0, 100.0);
        let scan = Scan::over(&bucket, manners(wanted));
        let began = Instant::now();
        let running = scan.for_ever();
        seconds(320).await;
        running.abort();
        // After it has learnt what is granted; probes are in it.
        let rate = lock(&scan.seen).rate(began + Duration::from_secs(20), 300);
        assert!(rate <= 100.0 * wanted, "{rate} calls a second of 100, {wanted} wanted");
        assert!(rate >= 80.0 * wanted, "{rate} calls a second of 100, {wanted} wanted");
    }
}

#[tokio::test(start_paused = true)]
async fn the_pace_recovers_when_more_is_granted() {
    for share in [0.5, 1.0] {
        let bucket = Bucket::new(50.0, 50.0);
        let scan = Scan::over(&bucket, manners(share));
        let began = Instant::now();
        let running = scan.for_ever();
        seconds(60).await;
        *lock(&bucket) = Bucket { size: 10_000.0, refill: 10_000.0, tokens: 10_000.0, at: Instant::now() };
        seconds(80).await;
        running.abort();
        let seen = lock(&scan.seen);
        let (before, after) =
            (seen.rate(began + Duration::from_secs(20), 10), seen.rate(began + Duration::from_secs(130), 10));
        assert!(before <= 51.0 && after > 1_000.0, "{before} before, {after} after");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lower_limit_is_followed() {
    let bucket = Bucket::new(100.0, 100.0);
    let scan = Scan::over(&bucket, manners(1.0));
    let began = Instant::now();
    let running = scan.for_ever();
    seconds(40).await;
    *lock(&bucket) = Bucket { size: 10.0, refill: 10.0, tokens: 0.0, at: Instant::now() };
    seconds(100).await;
    running.abort();
    let seen = lock(&scan.seen);
    let late = began + Duration::from_secs(70);
    let throttled = seen.throttled.iter().filter(|at| **at > late).count();
    let sent = seen.sent.iter().filter(|at| **at > late).count();
    assert!(seen.rate(late, 70) > 6.0, "{}", seen.rate(late, 70));
    assert!(share(throttled, sent) < 0.05, "{throttled} of {sent} throttled");
}

/// A production system in the same account, which sends what it needs and does not try again.
#[tokio::test(start_paused = true)]
async fn a_second_client_is_not_starved() {
    let succeeds = |share: f64| async move {
        let bucket = Bucket::new(100.0, 100.0);
        let scan = Scan::over(&bucket, manners(share));
        let running = scan.for_ever();
        let (mut sent, mut granted) = (0_u32, 0_u32);
        for _ in 0..60 * 180 {
            tokio::time::sleep(Duration::from_secs(1) / 60).await;
            sent += 1;
            granted += u32::from(lock(&bucket).grants());
        }
        running.abort();
        let rate = lock(&scan.seen).accepted.len();
        assert!(rate > 180, "the scan goes on: {rate} calls");
        f64::from(granted) / f64::from(sent)
    };
    let half = succeeds(0.5).await;
    assert!(half >= 0.97, "{half} of the second client's calls succeed");
    // Even a scan that may use all takes only what is left.
    let all = succeeds(1.0).await;
    assert!(all >= 0.97, "{all} of the second client's calls succeed");
}

#[tokio::test(start_paused = true)]
async fn two_scans_share_what_is_granted() {
    let bucket = Bucket::new(100.0, 100.0);
    let (one, other) = (Scan::over(&bucket, manners(1.0)), Scan::over(&bucket, manners(1.0)));
    let running = [one.for_ever(), other.for_ever()];
    seconds(150).await;
    running.iter().for_each(tokio::task::JoinHandle::abort);
    let [one, other] = [one, other].map(|scan| lock(&scan.seen).accepted.len());
    assert!(one + other > 10_000, "{one} and {other}");
    assert!(one.min(other) * 4 > one.max(other), "{one} and {other}");
}

#[tokio::test(start_paused = true)]
async fn never_more_than_the_cap_in_any_second() {
    for cap in [1, 7, 50, 900] {
        let bucket = Bucket::new(1e9, 1e9);
        let scan = Scan::over(&bucket, Manners { max_rps: Some(cap), ..Manners::DEFAULT });
        let began = Instant::now();
        let running = scan.for_ever();
        seconds(30).await;
        running.abort();
        let sent = lock(&scan.seen).sent.clone();
        for window in sent.windows(cap as usize + 1) {
            let (first, last) = (window[0], window[cap as usize]);
            assert!(last - first >= Duration::from_secs(1), "{cap}: {:?}", last - first);
        }
        let rate = share(sent.len(), 1) / began.elapsed().as_secs_f64();
        assert!(rate > 0.95 * f64::from(cap), "{cap}: {rate}");
    }
}

#[tokio::test(start_paused = true)]
async fn operations_have_paces_of_their_own_where_aws_limits_them_so() {
    for (service, by_operation) in [("ec2", true), ("iam", true), ("s3", false), ("cloudtrail", false), ("new", false)]
    {
        let pacer = Pacer::new(Manners::DEFAULT, Arc::default());
        for _ in 0..4 {
            pacer.turn("us-east-1", service, "One").await.ok().unwrap().learn(Fate::Throttled);
        }
        let began = Instant::now();
        for _ in 0..3 {
            drop(pacer.turn("us-east-1", service, "Other").await);
        }
        assert_eq!(began.elapsed().is_zero(), by_operation, "{service}");
        drop(pacer.turn("eu-west-1", service, "One").await);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_waited_for_is_told() {
    let progress = Arc::<Progress>::default();
    let pacer = Arc::new(Pacer::new(Manners::DEFAULT, Arc::clone(&progress)));
    pacer.turn("us-east-1", "s3", "Get").await.ok().unwrap().learn(Fate::Throttled);
    let waiting = tokio::spawn({
        let pacer = Arc::clone(&pacer);
        async move { pacer.turn("us-east-1", "s3", "Get").await.ok().unwrap().learn(Fate::Settled) }
    });
    let waiting_too = tokio::spawn({
        let pacer = Arc::clone(&pacer);
        async move { drop(pacer.turn("us-east-1", "s3", "Get").await) }
    });
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(progress.look().waits, [Waiting::Throttled("s3".to_owned())]);
    waiting.await.unwrap();
    waiting_too.await.unwrap();
    assert_eq!(progress.look().waits, []);
}

async fn sends(pacer: &Pacer, region: &str, service: &str, fate: Fate) -> bool {
    let turn = pacer.turn(region, service, "Get").await;
    turn.is_ok_and(|turn| {
        turn.learn(fate);
        true
    })
}

#[tokio::test(start_paused = true)]
async fn a_place_that_never_connects_is_given_up_and_one_that_did_is_not() {
    let pacer = Pacer::new(Manners::DEFAULT, Arc::default());
    assert!(sends(&pacer, "eu-west-1", "iam", Fate::Settled).await);
    assert!(sends(&pacer, "eu-west-1", "s3", Fate::NoConnection).await);
    // Refused at once, it may be tried again; after some seconds of that it is not.
    assert!(sends(&pacer, "eu-west-1", "s3", Fate::NoConnection).await);
    tokio::time::advance(GIVE_UP_AFTER).await;
    assert!(sends(&pacer, "eu-west-1", "s3", Fate::NoConnection).await, "another service there has answered");
    tokio::time::advance(GIVE_UP_SERVICE_AFTER).await;
    assert!(!sends(&pacer, "eu-west-1", "s3", Fate::Settled).await);
    assert!(sends(&pacer, "eu-west-2", "s3", Fate::NoConnection).await);
    tokio::time::advance(GIVE_UP_AFTER).await;
    assert!(!sends(&pacer, "eu-west-2", "s3", Fate::Settled).await, "nothing there has answered");
    assert!(sends(&pacer, "eu-west-1", "iam", Fate::NoConnection).await);
    tokio::time::advance(GIVE_UP_AFTER).await;
    assert!(sends(&pacer, "eu-west-1", "iam", Fate::NoConnection).await, "it has answered once");
}

#[tokio::test(start_paused = true)]
async fn a_region_that_never_answers_is_given_up_with_all_its_services() {
    let pacer = Pacer::new(Manners::DEFAULT, Arc::default());
    let first = pacer.turn("eu-west-1", "ec2", "Get").await.ok().unwrap();
    assert_eq!(first.patience, Some(reach::FIRST_ANSWER));
    tokio::time::advance(Duration::from_secs(3)).await;
    let second = pacer.turn("eu-west-1", "s3", "Get").await.ok().unwrap();
    assert_eq!(second.patience, Some(reach::FIRST_ANSWER.saturating_sub(Duration::from_secs(3))));
    tokio::time::advance(Duration::from_secs(5)).await;
    first.learn(Fate::Silent);
    second.learn(Fate::Silent);
    assert!(!sends(&pacer, "eu-west-1", "logs", Fate::Settled).await);
    assert!(sends(&pacer, "us-east-1", "logs", Fate::Settled).await, "another region is another matter");
}

#[tokio::test(start_paused = true)]
async fn a_slow_service_in_a_region_that_answers_gets_its_time() {
    let pacer = Pacer::new(Manners::DEFAULT, Arc::default());
    assert!(sends(&pacer, "us-east-1", "ec2", Fate::Failed).await, "even a failure is an answer");
    let slow = pacer.turn("us-east-1", "iam", "Get").await.ok().unwrap();
    assert_eq!(slow.patience, None);
    slow.learn(Fate::Silent);
    assert!(sends(&pacer, "us-east-1", "iam", Fate::Settled).await);
}

#[tokio::test(start_paused = true)]
async fn a_place_that_has_not_answered_holds_up_no_other() {
    let pacer = Arc::new(Pacer::new(Manners { concurrency: 16, ..Manners::DEFAULT }, Arc::default()));
    let mut sent = BTreeMap::new();
    for number in 0..40 {
        let pacer = Arc::clone(&pacer);
        sent.insert(
            number,
            tokio::spawn(async move {
                let turn = pacer.turn("eu-west-1", "s3", "Get").await;
                seconds(8).await;
                turn.map(|turn| turn.learn(Fate::Silent)).is_ok()
            }),
        );
    }
    tokio::time::sleep(Duration::from_millis(10)).await;
    let began = Instant::now();
    assert!(sends(&pacer, "us-east-1", "s3", Fate::Settled).await);
    assert!(began.elapsed().is_zero());
    let mut tried = 0;
    for (_, task) in sent {
        tried += usize::from(task.await.unwrap());
    }
    assert_eq!(tried, UNPROVEN, "the others need not find out for themselves");
}
