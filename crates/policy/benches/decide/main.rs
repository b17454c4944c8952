//! How long decisions take: `cargo bench -p asc-policy`. Prints values and asserts nothing.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark speaks to whoever runs it")]

mod crowd;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use asc_policy::admin::{Realm, admin};
use asc_policy::escalation::{Outcome, outcomes};
use asc_policy::public::public;
use asc_policy::who::lets_in;
use asc_policy::{Policy, tls_only};

fn main() {
    let text = bucket_policy(6 * 1024);
    let policy = Policy::parse(&text).unwrap();
    let realm = Realm::new("aws", "123456789012");
    println!("a bucket policy of {} bytes, {} statements", text.len(), policy.statements.len());
    let parse = measure("  parsed", || drop(black_box(Policy::parse(black_box(&text)))));
    let decided = [
        measure("  public", || drop(black_box(public(&policy)))),
        measure("  who", || drop(black_box(lets_in(&policy)))),
        measure("  admin", || drop(black_box(admin(&realm, &[&policy], None)))),
        measure("  tls_only", || drop(black_box(tls_only(&policy, "arn:aws:s3:::logs")))),
    ];
    let decided: Duration = decided.into_iter().sum();
    told("  decided", decided);
    told("  parsed and decided (goal 50 µs)", parse + decided);
    let worst = admin_policy(6 * 1024);
    let held = Policy::parse(&worst).unwrap();
    println!("an administrator's policy of {} bytes, {} statements", worst.len(), held.statements.len());
    measure("  parsed", || drop(black_box(Policy::parse(black_box(&worst)))));
    measure("  admin", || drop(black_box(admin(&realm, &[&held], None))));
    account(&realm);
    escalation(5_000, 20);
    adversarial(&realm);
}

/// Who can become an administrator, in an account of roles that may pass others.
fn escalation(principals: usize, each: usize) {
    let shared: Vec<_> = (0..400).map(|n| Arc::new(Policy::parse(&identity_policy(n)).unwrap())).collect();
    let account = crowd::crowd(principals, &shared, each);
    let began = Instant::now();
    let found = outcomes(&account);
    let took = began.elapsed();
    let paths = found.iter().filter(|outcome| matches!(outcome, Outcome::Path(_))).count();
    println!("an account of {principals} roles that pass others, {each} managed policies each: {paths} paths");
    told("  escalation", took);
}

/// 5,000 principals with 20 policies each, out of 400 that are different; one in a hundred is an administrator.
fn account(realm: &Realm) {
    let texts: Vec<_> = (0..400).map(identity_policy).collect();
    let policies: Vec<_> = texts.iter().map(|text| Policy::parse(text).unwrap()).collect();
    let everything = Policy::parse(r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#).unwrap();
    let iam = Policy::parse(r#"{"Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}"#).unwrap();
    let began = Instant::now();
    let mut administrators = 0;
    for principal in 0..5_000 {
        let mut held: Vec<_> = (0..20).map(|n| &policies[(principal * 7 + n * 31) % policies.len()]).collect();
        match principal % 100 {
            0 => held[11] = &everything,
            // The hard ones: all of IAM is open, and only a look at everything else tells.
            1..=5 => held[3] = &iam,
            _ => {}
        }
        administrators += usize::from(admin(realm, &held, None).is_some());
    }
    let took = began.elapsed();
    println!("an account of 5,000 principals with 20 policies each: {administrators} administrators");
    told("  admin (goal 2 s)", took);
    let began = Instant::now();
    let read = (0..5_000 * 20).filter(|n| Policy::parse(&texts[n % texts.len()]).is_ok()).count();
    told(&format!("  {read} documents parsed"), began.elapsed());
}

fn adversarial(realm: &Realm) {
    println!("adversarial patterns, a hundred in a policy: each question once");
    let pattern = |n: usize| format!("\"{}b{n}\"", "*a".repeat(4 + n % 9));
    let wide = |n: usize| format!("\"*{}x{n}\"", "?a".repeat(n % 17));
    let makes: [(&str, &dyn Fn(usize) -> String); 2] = [("*a*a*a*a*b", &pattern), ("*?a?a?ax", &wide)];
    for (name, make) in makes {
        let globs: Vec<_> = (0..100).map(make).collect();
        let globs = globs.join(",");
        for field in ["Action", "NotAction"] {
            let statement = |effect: &str, rest: &str| {
                format!(r#"{{"Effect":"{effect}","Principal":"*","{field}":[{globs}],"Resource":[{globs}]{rest}}}"#)
            };
            let all = r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#;
            let plain = r#","Condition":{"Bool":{"aws:SecureTransport":"false"}}"#;
            let text = format!(
                r#"{{"Version":"2012-10-17","Statement":[{},{all},{},{}]}}"#,
                statement("Allow", ""),
                statement("Deny", ""),
                statement("Deny", plain)
            );
            let policy = Policy::parse(&text).unwrap();
            println!("  {field} {name}, {} bytes", text.len());
            once("    public", || drop(black_box(public(&policy))));
            once("    who", || drop(black_box(lets_in(&policy))));
            once("    admin", || drop(black_box(admin(realm, &[&policy], None))));
            once("    tls_only", || drop(black_box(tls_only(&policy, "arn:aws:s3:::b"))));
        }
    }
}

/// The best of several rounds: what disturbs a round only ever makes it longer.
fn measure(name: &str, mut run: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(500) {
        let round = Instant::now();
        for _ in 0..20 {
            run();
        }
        best = best.min(round.elapsed() / 20);
    }
    told(name, best);
    best
}

fn once(name: &str, run: impl FnOnce()) {
    let began = Instant::now();
    run();
    told(name, began.elapsed());
}

fn told(name: &str, took: Duration) {
    println!("{name:<40} {:>12.1} µs", took.as_secs_f64() * 1e6);
}

/// What buckets have: services that deliver, other accounts, an organisation, networks, TLS.
fn bucket_policy(bytes: usize) -> String {
    let mut statements = vec![
        r#"{"Sid":"Tls","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#.to_owned(),
    ];
    let length = |statements: &[String]| statements.iter().map(String::len).sum::<usize>();
    let mut n = 0;
    while length(&statements) < bytes {
        let prefix = format!(r#""arn:aws:s3:::logs/team-{n}/*","arn:aws:s3:::logs/shared/{n}/*""#);
        statements.push(match n % 4 {
            0 => format!(
                r#"{{"Sid":"Trail{n}","Effect":"Allow","Principal":{{"Service":"cloudtrail.amazonaws.com"}},"Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/AWSLogs/1234567890{n:02}/*","Condition":{{"StringEquals":{{"s3:x-amz-acl":"bucket-owner-full-control","aws:SourceArn":"arn:aws:cloudtrail:eu-west-1:1234567890{n:02}:trail/main"}}}}}}"#
            ),
            1 => format!(
                r#"{{"Sid":"Team{n}","Effect":"Allow","Principal":{{"AWS":["arn:aws:iam::1234567890{n:02}:role/reader","arn:aws:iam::1234567890{n:02}:root"]}},"Action":["s3:GetObject","s3:GetObjectVersion","s3:ListBucket"],"Resource":[{prefix}]}}"#
            ),
            2 => format!(
                r#"{{"Sid":"Org{n}","Effect":"Allow","Principal":"*","Action":["s3:Get*","s3:List*"],"Resource":[{prefix}],"Condition":{{"StringEquals":{{"aws:PrincipalOrgID":"o-example{n}"}},"IpAddress":{{"aws:SourceIp":["203.0.113.0/24","198.51.100.{n}"]}}}}}}"#
            ),
            _ => format!(
                r#"{{"Sid":"Guard{n}","Effect":"Deny","Principal":"*","Action":"s3:Delete*","Resource":[{prefix}]}}"#
            ),
        });
        n += 1;
    }
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}

/// Rights of an everyday kind, as managed policies list them.
fn identity_policy(n: usize) -> String {
    let services = ["s3", "ec2", "logs", "dynamodb", "lambda", "sqs", "sns", "kms", "iam", "cloudwatch"];
    let verbs = ["Get*", "List*", "Describe*", "PutObject", "CreateThing", "TagResource", "BatchGet*"];
    let statements = (0..3 + n % 4).map(|s| {
        let service = services[(n + s * 3) % services.len()];
        let actions: Vec<_> =
            (0..8).map(|a| format!("\"{service}:{}{}\"", verbs[(n + a) % 7], "x".repeat(a / 7))).collect();
        let effect = if (n + s).is_multiple_of(17) { "Deny" } else { "Allow" };
        format!(
            r#"{{"Effect":"{effect}","Action":[{}],"Resource":"arn:aws:{service}:*:123456789012:thing-{n}/*"}}"#,
            actions.join(",")
        )
    });
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.collect::<Vec<_>>().join(","))
}

/// Everything, in many statements of which none is enough.
fn admin_policy(bytes: usize) -> String {
    let mut statements: Vec<_> = ('a'..='z')
        .map(|c| format!(r#"{{"Effect":"Allow","Action":"{c}*","Resource":["arn:aws:*","arn:aws-us-gov:*"]}}"#))
        .collect();
    while statements.iter().map(String::len).sum::<usize>() < bytes {
        let n = statements.len();
        statements.push(format!(
            r#"{{"Effect":"Allow","Action":["s3:Get{n}*","s3:List{n}*"],"Resource":"arn:aws:s3:::bucket-{n}/*"}}"#
        ));
    }
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}
