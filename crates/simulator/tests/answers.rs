//! What the account says of itself, asked call by call, and counted by hand.
#![expect(clippy::unwrap_used, reason = "a test that gets no answer fails")]

use std::collections::{BTreeMap, BTreeSet};

use asc_simulator::account::{REGIONS, Shape};
use asc_simulator::call::{Call, Incoming, OPERATIONS};
use asc_simulator::oracle;
use asc_simulator::plan::{Request, chains, count, requests};
use asc_simulator::wire::{Reply, answer};
use clap::Parser;

#[derive(Parser)]
struct Alone {
    #[command(flatten)]
    shape: Shape,
}

/// An account with so many buckets, and little else.
fn shape(buckets: u64, seed: u64) -> Shape {
    Shape { buckets, seed, ..Alone::parse_from(["test"]).shape }
}

fn ask(shape: &Shape, request: &Request, again: bool) -> (Call, Reply) {
    let (service, region) = (OPERATIONS[request.operation].0, REGIONS[request.region]);
    let service = if service == "s3control" { "s3" } else { service };
    let authorization = format!("AWS4-HMAC-SHA256 Credential=AKID/20260101/{region}/{service}/aws4_request");
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let incoming = Incoming {
        method: "GET",
        path,
        query,
        authorization: &authorization,
        target: request.target,
        body: request.body.as_bytes(),
    };
    let call = Call::of(incoming).unwrap();
    assert_eq!(call.operation, request.operation, "{}", request.path);
    let reply = answer(shape, &call, again);
    (call, reply)
}

/// The text between two tags, wherever they stand.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    text.split(open).skip(1).filter_map(|rest| rest.split(close).next()).collect()
}

#[test]
fn every_planned_request_is_answered_and_pages_end_where_the_plan_says() {
    let large = Shape { instances: 40_000, volumes: 0, roles: 2_500, reports: 12, exports: 230, ..shape(11_000, 3) };
    let small = Shape { regions: 2, access_points: 0, vpcs: 0, ..shape(3, 9) };
    for (shape, all) in [(large, false), (small, true)] {
        let mut tokens = BTreeMap::<(usize, usize), Vec<bool>>::new();
        for request in requests(&shape, "us-east-1") {
            // Of the large account only the listings, which have pages.
            if !all && OPERATIONS[request.operation].0 == "s3" && !request.path.starts_with("/?") {
                continue;
            }
            let (call, reply) = ask(&shape, &request, true);
            assert!(matches!(reply.status, 200 | 404), "{}: {}", call.name(), reply.body);
            let next = ["<ContinuationToken>", "<nextToken>", "<NextToken>", "<Marker>", "\"NextToken\""];
            let more = next.iter().any(|token| reply.body.contains(token));
            tokens.entry((call.operation, call.region)).or_default().push(more);
        }
        for ((operation, _), more) in tokens {
            let listing = more.iter().any(|more| *more);
            assert!(!more[more.len() - 1], "{:?} does not end", OPERATIONS[operation]);
            if listing {
                assert_eq!(more.iter().filter(|more| !**more).count(), 1, "{:?}", OPERATIONS[operation]);
            }
        }
    }
}

#[test]
fn nothing_is_planned_twice_and_the_chains_are_no_shorter_than_their_pages() {
    let shape = shape(500, 1);
    let all = requests(&shape, "us-east-1");
    let once: BTreeSet<_> = all.iter().map(|r| (r.operation, r.region, r.path.clone(), r.body.clone())).collect();
    // The credential report is asked for until it is made.
    assert_eq!(all.len(), once.len() + 1);
    assert_eq!(count(&all).values().sum::<u64>(), all.len() as u64);
    assert_eq!(chains(&Shape { buckets: 100_000, ..shape }).map(|chain| chain.calls), [14, 4, 2, 4]);
}

/// Everything that a bucket says of itself, by operation.
fn said(shape: &Shape) -> BTreeMap<String, BTreeMap<&'static str, String>> {
    let mut said = BTreeMap::<_, BTreeMap<_, _>>::new();
    for request in requests(shape, "us-east-1") {
        let (call, reply) = ask(shape, &request, true);
        if call.service() == "s3" && !call.subject.is_empty() {
            said.entry(call.subject.clone()).or_default().insert(call.name(), reply.body);
        }
    }
    said
}

#[test]
fn the_verdicts_on_buckets_are_what_their_answers_add_up_to() {
    for seed in 1..4 {
        let shape = Shape { access_points: 0, ..shape(700, seed) };
        let (all, mut counted) = (said(&shape), BTreeMap::<_, u64>::new());
        let targets: BTreeSet<&str> = all
            .values()
            .filter_map(|said| said.get("GetBucketLogging"))
            .flat_map(|log| between(log, "<TargetBucket>", "<"))
            .collect();
        for (name, said) in all.iter().filter(|(name, _)| name.starts_with('b')) {
            let block = &said["GetPublicAccessBlock"];
            let on = |bit: &str| block.contains(&format!("<{bit}>true"));
            let group = said.get("GetBucketAcl").is_some_and(|acl| acl.contains("groups/global"));
            let counts = said.get("GetBucketOwnershipControls").is_none_or(|own| !own.contains("BucketOwnerEnforced"));
            let policy = said.get("GetBucketPolicyStatus").is_some_and(|status| status.contains("<IsPublic>true"));
            let public = (group && counts && !on("IgnorePublicAcls")) || (policy && !on("RestrictPublicBuckets"));
            let log = &said["GetBucketLogging"];
            let lets_in = |target: &str| {
                all.get(target).is_some_and(|target| target["GetBucketPolicy"].contains("logging.s3.amazonaws.com"))
            };
            let into = between(log, "<TargetBucket>", "<");
            let logged = match into.first() {
                Some(target) if lets_in(target) => "pass",
                None if targets.contains(name.as_str()) => "not_applicable",
                _ => "fail",
            };
            let plain = said["GetBucketEncryption"].contains("NotFound");
            for (check, status) in [
                ("ASC-12", if public { "fail" } else { "pass" }),
                ("ASC-13", if plain { "fail" } else { "pass" }),
                ("ASC-16", logged),
            ] {
                *counted.entry((check, status)).or_default() += 1;
            }
        }
        let verdicts = oracle::verdicts(&shape);
        for check in ["ASC-12", "ASC-13", "ASC-16"] {
            let of_check = counted.iter().filter(|((name, _), _)| *name == check);
            let of_check: BTreeMap<_, _> = of_check.map(|((_, status), count)| (*status, *count)).collect();
            assert_eq!(verdicts[check], of_check, "{check}, seed {seed}");
            assert!(of_check.len() > 1, "{check} is the same for all");
        }
    }
}
