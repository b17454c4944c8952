//! The policy that a scan needs, proven both ways, and the plan of a scan.

use std::collections::{BTreeMap, BTreeSet};

use asc_tests::emulator::{ministack, moto};
use asc_tests::seed::seed;
use asc_tests::{Act, Asc, Proxy, Report};
use serde_json::Value;

const REGIONS: &str = "--region us-east-1 --region eu-west-1";
/// What everybody may ask.
const WHO_AM_I: &str = "sts:GetCallerIdentity";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("no JSON ({error}): {text}"))
}

fn strings(list: &Value) -> BTreeSet<String> {
    list.as_array().into_iter().flatten().filter_map(|item| Some(item.as_str()?.to_owned())).collect()
}

/// The policy's only statement, and its actions.
fn policy(words: &str) -> (Value, BTreeSet<String>) {
    let policy = json(&Asc::new().everything().exits(0, &format!("permissions {words}")).stdout);
    let actions = strings(&policy["Statement"][0]["Action"]);
    (policy, actions)
}

/// The words of a text that look like an IAM action of a service that a checklist may read.
fn actions_in(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_' | '*')));
    let action = |word: &&str| {
        word.split_once(':').is_some_and(|(service, name)| {
            service.starts_with(|c: char| c.is_ascii_lowercase()) && name.starts_with(|c: char| c.is_ascii_uppercase())
        })
    };
    words.filter(action).map(str::to_owned).collect()
}

#[test]
fn the_policy_is_the_same_in_three_formats_and_exact_for_a_selection() {
    let checks = json(&Asc::new().exits(0, "checks -f json").stdout);
    let of_list = |check: &&Value| check["id"].as_str().is_some_and(|id| id.starts_with("ASC-"));
    let checks: Vec<_> = checks.as_array().into_iter().flatten().filter(of_list).cloned().collect();
    assert_eq!(checks.len(), 17);
    let of = |selected: &dyn Fn(&Value) -> bool| -> BTreeSet<String> {
        let all = checks.iter().filter(|check| selected(check)).flat_map(|check| strings(&check["actions"]));
        all.filter(|action| action != WHO_AM_I).collect()
    };
    let mut selections = vec![
        (String::new(), of(&|_| true)),
        ("-c s3 -c ASC-04".to_owned(), of(&|check| check["service"] == "s3" || check["id"] == "ASC-04")),
        (
            "--exclude s3 --exclude iam --exclude base".to_owned(),
            of(&|check| check["service"] != "s3" && check["service"] != "iam"),
        ),
    ];
    for check in &checks {
        let id = check["id"].as_str().unwrap_or_default();
        selections.push((format!("-c {id}"), of(&|other| other["id"] == id)));
    }
    for (words, expected) in selections {
        let (document, actions) = policy(&words);
        assert_eq!(actions, expected, "{words}");
        assert_eq!(document["Version"], "2012-10-17");
        assert_eq!(document["Statement"].as_array().map(Vec::len), Some(1));
        let statement = &document["Statement"][0];
        assert_eq!((&statement["Effect"], &statement["Resource"]), (&"Allow".into(), &"*".into()));
        for action in &actions {
            let (_, name) = action.split_once(':').unwrap_or_default();
            let reads = ["Get", "List", "Describe"].iter().any(|verb| name.starts_with(verb));
            // The one call that makes something, a report that IAM keeps for hours, is no change either.
            assert!(reads || action == "iam:GenerateCredentialReport", "{action} does not only read");
            assert!(!action.contains('*'), "{action}");
        }
        for format in ["cloudformation", "terraform"] {
            let run = Asc::new().everything().exits(0, &format!("permissions {words} -f {format}"));
            let found: BTreeSet<_> = actions_in(&run.stdout).into_iter().collect();
            assert_eq!(found, actions, "{format} {words}: {run}");
        }
    }
    let (_, s3) = policy("-c s3");
    assert!(!s3.is_empty() && s3.iter().all(|action| action.starts_with("s3:")), "{s3:?}");
    let by_file = Asc::new().everything().file("asc.toml", "[scan]\nchecks = [\"iam\"]\n").exits(0, "permissions");
    assert_eq!(strings(&json(&by_file.stdout)["Statement"][0]["Action"]), policy("-c iam").1);
    let _ = Asc::new().exits(2, "permissions -c ASC-99").says("ASC-99");
    let _ = Asc::new().exits(2, "permissions -f punchcard").says("punchcard");
}

/// The account in which every read matters to some verdict.
fn seeded() -> std::sync::MutexGuard<'static, asc_tests::Emulator> {
    let moto = moto();
    let _ = seed(&moto, "denied");
    let _ = seed(&moto, "ec2 moto");
    moto
}

/// What moto has no service for, as AWS's documentation has it: a cost report, and an export.
fn with_billing(proxy: Proxy) -> Proxy {
    const ARN: &str = "arn:aws:bcm-data-exports:us-east-1:123456789012:export/daily-1c2d";
    let reports = serde_json::json!({ "ReportDefinitions": [{
        "ReportName": "hourly", "TimeUnit": "HOURLY", "Format": "Parquet", "Compression": "Parquet",
        "AdditionalSchemaElements": ["RESOURCES"], "S3Bucket": "plain", "S3Prefix": "cost", "S3Region": "us-east-1"
    }]});
    let status = serde_json::json!({ "StatusCode": "HEALTHY", "CreatedAt": "2026-01-02T03:04:05Z",
        "LastUpdatedAt": "2026-01-02T03:04:05Z", "LastRefreshedAt": "2026-11-21T03:04:05Z" });
    let exports =
        serde_json::json!({ "Exports": [{ "ExportArn": ARN, "ExportName": "daily", "ExportStatus": status }]});
    let export = serde_json::json!({ "ExportStatus": status, "Export": {
        "ExportArn": ARN, "Name": "daily",
        "DataQuery": { "QueryStatement": "SELECT line_item_usage_account_id FROM COST_AND_USAGE_REPORT" },
        "DestinationConfigurations": { "S3Destination": {
            "S3Bucket": "plain", "S3Prefix": "exports", "S3Region": "us-east-1",
            "S3OutputConfigurations": {
                "OutputType": "CUSTOM", "Format": "PARQUET", "Compression": "PARQUET", "Overwrite": "OVERWRITE_REPORT"
            }
        }},
        "RefreshCadence": { "Frequency": "SYNCHRONOUS" }
    }});
    proxy
        .on("cur:DescribeReportDefinitions", Act::Answer(200, reports.to_string()))
        .on("bcm-data-exports:ListExports", Act::Answer(200, exports.to_string()))
        .on("bcm-data-exports:GetExport", Act::Answer(200, export.to_string()))
}

/// Which actions the findings miss.
fn missing(report: &Report) -> BTreeSet<&str> {
    let unknown = report.findings().iter().filter(|finding| finding["status"] == "unknown");
    unknown.map(|finding| finding["unknown"]["missing_action"].as_str().unwrap_or("none")).collect()
}

#[test]
fn a_scan_calls_nothing_outside_the_policy() {
    let moto = seeded();
    let (_, allowed) = policy("");
    let proxy = with_billing(Proxy::before(moto.port()));
    let report = Asc::at(&proxy.url()).everything().scan("");
    assert_eq!(missing(&report), [].into());
    assert_eq!(report.0["complete"], true);
    let mut called: BTreeSet<_> = proxy.seen().into_iter().collect();
    assert!(called.remove(WHO_AM_I));
    let outside: Vec<_> = called.difference(&allowed).collect();
    assert!(outside.is_empty(), "{outside:?}");
    // Only moto's own gaps may be left: it always has the documents of the policies that are attached.
    let unused: Vec<_> = allowed.difference(&called).collect();
    assert_eq!(unused, ["iam:GetPolicy", "iam:GetPolicyVersion"]);
    // The same for each service alone.
    for selection in ["s3", "cloudtrail", "iam", "ec2", "ebs", "vpc", "billing"] {
        let words = format!("-c {selection}");
        let proxy = with_billing(Proxy::before(moto.port()));
        let _ = Asc::at(&proxy.url()).scan(&words);
        let called: BTreeSet<_> = proxy.seen().into_iter().filter(|action| action != WHO_AM_I).collect();
        let (_, allowed) = policy(&words);
        assert!(called.is_subset(&allowed), "{selection}: {:?}", called.difference(&allowed));
    }
}

#[test]
fn without_any_one_action_a_verdict_is_unknown_and_names_just_that_one() {
    let moto = seeded();
    let (_, allowed) = policy("");
    let mut wrong = Vec::new();
    for action in &allowed {
        // These are asked only about what the first answer leaves out, which ministack's does; see below.
        if ["iam:GetPolicy", "iam:GetPolicyVersion"].contains(&action.as_str()) {
            continue;
        }
        // Where regions are named, nobody asks which there are.
        let scope = if action == "ec2:DescribeRegions" { "-c ASC-03 -c ASC-11" } else { REGIONS };
        let proxy = with_billing(Proxy::before(moto.port()).on(action, Act::Deny));
        let report = Asc::at(&proxy.url()).everything().scan(scope);
        if missing(&report) != [action.as_str()].into() {
            wrong.push(format!("{action}: missed are {:?}", missing(&report)));
        }
    }
    drop(moto);
    let ministack = ministack();
    let _ = seed(&ministack, "iam ministack");
    for action in ["iam:GetPolicy", "iam:GetPolicyVersion"] {
        let proxy = Proxy::before(ministack.port()).on(action, Act::Deny);
        let report = Asc::at(&proxy.url()).scan("-c ASC-04");
        if missing(&report) != [action].into() {
            wrong.push(format!("{action}: missed are {:?}", missing(&report)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same with IAM's own judgement: moto checks the signatures, and the policy of the user who scans.
#[test]
fn a_user_with_the_policy_alone_is_denied_nothing() {
    let moto = seeded();
    let whole = Asc::at(&moto.url()).everything();
    let checks = "-c s3 -c cloudtrail -c iam -c ec2 -c ebs -c vpc";
    let (mut document, _) = policy(checks);
    // moto takes the sub-resources of a bucket that it does not know for a listing of its objects, and does not know the
    // account's block by its action. The tests above speak for these calls.
    let misnomers = serde_json::json!({
        "Effect": "Allow", "Resource": "*", "Action": ["s3:ListBucket", "s3:GetPublicAccessBlock"]
    });
    if let Some(statements) = document["Statement"].as_array_mut() {
        statements.push(misnomers);
    }
    let keys = seed(&moto, &format!("scanner {document}"));
    let (id, secret) = keys.trim().split_once(' ').unwrap_or_default();
    let expected = whole.scan(&format!("{checks} {REGIONS}"));
    moto.ask_for_permission(true);
    let asc = Asc::at(&moto.url()).env("AWS_ACCESS_KEY_ID", id).env("AWS_SECRET_ACCESS_KEY", secret);
    let report = asc.scan(&format!("{checks} {REGIONS}"));
    let denied = report.0["calls"].as_array().into_iter().flatten().filter(|row| row["denied"] != 0);
    assert_eq!(denied.count(), 0, "{}", report.0["calls"]);
    assert_eq!(missing(&report), [].into());
    assert_eq!(report.findings().len(), expected.findings().len());
    for check in ["ASC-04", "ASC-07", "ASC-08", "ASC-10", "ASC-12", "ASC-16"] {
        assert_eq!(report.statuses(check), expected.statuses(check), "{check}");
    }
    // And it is this policy that lets him.
    let other = asc.scan(&format!("-c ASC-02-02 {REGIONS}"));
    assert_eq!(other.0["complete"], false);
}

/// How often each service is called.
fn by_service(rows: &Value, count: &str) -> BTreeMap<String, u64> {
    let mut services = BTreeMap::new();
    for row in rows.as_array().into_iter().flatten() {
        let service = row["service"].as_str().unwrap_or_default().to_owned();
        *services.entry(service).or_default() += row[count].as_u64().unwrap_or(0);
    }
    services
}

#[test]
fn a_plan_counts_what_a_scan_calls_and_marks_what_it_estimates() {
    let moto = seeded();
    for words in [String::new(), REGIONS.to_owned(), format!("-c ebs {REGIONS}"), format!("-c s3 -c iam {REGIONS}")] {
        let proxy = Proxy::before(moto.port());
        let plan = json(&Asc::at(&proxy.url()).everything().exits(0, &format!("plan -f json {words}")).stdout);
        let called: BTreeSet<_> = proxy.seen().into_iter().collect();
        let to_count = [WHO_AM_I, "s3:ListAllMyBuckets", "s3:GetBucketLocation", "ec2:DescribeRegions"];
        assert!(called.iter().all(|action| to_count.contains(&action.as_str())), "{words}: {called:?}");
        assert_eq!(strings(&plan["actions"]), policy(words.split("--region").next().unwrap_or_default()).1, "{words}");

        let (certain, if_needed) = (by_service(&plan["calls"], "calls"), by_service(&plan["calls"], "if_needed"));
        assert_eq!(plan["total"], certain.values().sum::<u64>(), "{words}");
        assert_eq!(plan["total_if_needed"], if_needed.values().sum::<u64>(), "{words}");
        let planned: BTreeMap<_, _> =
            certain.iter().map(|(service, count)| (service.clone(), count + if_needed[service])).collect();
        let rows = plan["calls"].as_array().map_or(&[][..], Vec::as_slice);
        let estimated: BTreeSet<_> =
            rows.iter().filter(|row| row["estimated"] == true).filter_map(|row| row["service"].as_str()).collect();
        let report = Asc::at(&with_billing(Proxy::before(moto.port())).url()).everything().scan(&words);
        let called = by_service(&report.0["calls"], "count");
        for (service, count) in &called {
            assert!(planned.contains_key(service), "{words}: {service} is not in {planned:?}");
            let exact = !estimated.contains(service.as_str());
            assert!(!exact || planned[service] >= *count, "{words}: {service} was called {count} times: {planned:?}");
            assert!(!exact || certain[service] <= *count, "{words}: {service} was called {count} times: {certain:?}");
        }
        assert!(planned.keys().all(|service| called.contains_key(service)), "{words}: {planned:?} but {called:?}");
        let exact: BTreeSet<_> =
            called.keys().map(String::as_str).filter(|service| !estimated.contains(service)).collect();
        assert!(exact.contains("sts") && exact.len() < called.len() || words.contains("ebs"), "{words}: {estimated:?}");
        assert!(plan["least_seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    }
}

/// What is not marked is no less than what is called, check by check.
#[test]
fn a_plan_never_promises_fewer_calls_than_there_are() {
    let moto = seeded();
    let asc = Asc::at(&moto.url());
    let mut wrong = Vec::new();
    // The first scan asks IAM for a credential report that it has not made yet.
    for check in ["ASC-05", "ASC-01", "ASC-03", "ASC-04", "ASC-07", "ASC-08", "ASC-09", "ASC-10", "ASC-11", "ASC-16"] {
        let plan = json(&asc.exits(0, &format!("plan -f json -c {check} {REGIONS}")).stdout);
        let marked = |service: &str| {
            let rows = plan["calls"].as_array().map_or(&[][..], Vec::as_slice);
            rows.iter().any(|row| row["service"] == service && row["estimated"] == true)
        };
        let (certain, if_needed) = (by_service(&plan["calls"], "calls"), by_service(&plan["calls"], "if_needed"));
        let report = asc.scan(&format!("-c {check} {REGIONS}"));
        for (service, mut count) in by_service(&report.0["calls"], "count") {
            if service == "s3" {
                // moto's listing of buckets does not say where they are, as AWS's does.
                count -= report.calls("s3", "GetBucketLocation");
            }
            let of = |planned: &BTreeMap<String, u64>| planned.get(&service).copied().unwrap_or(0);
            let promised = of(&certain) + of(&if_needed);
            if !marked(&service) && promised < count {
                wrong
                    .push(format!("{check}: {service} is called {count} times, {promised} are planned and not marked"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Regions that are named are taken at their word: nobody asks which there are.
#[test]
fn a_plan_for_named_regions_is_exact() {
    let moto = moto();
    let plan = json(&Asc::at(&moto.url()).exits(0, &format!("plan -f json -c ebs {REGIONS}")).stdout);
    let row = |row: &Value| {
        let [service, region, calls, estimated] =
            ["service", "region", "calls", "estimated"].map(|key| row[key].to_string().replace('"', ""));
        format!("{service} {region} {calls} {estimated}")
    };
    let rows: Vec<_> = plan["calls"].as_array().into_iter().flatten().map(row).collect();
    assert_eq!(rows, ["ec2 eu-west-1 2 false", "ec2 us-east-1 2 false", "sts us-east-1 1 false"]);
}

/// What is asked only where another answer leaves something open is told apart from what is asked in any case.
#[test]
fn a_plan_says_what_is_called_only_if_needed() {
    let moto = moto();
    let asc = Asc::at(&moto.url());
    for (check, service, certain, if_needed, estimated) in [
        // The credential report, for a root user who has a key; what generating it takes, nobody knows.
        ("ASC-01", "iam", 1, 2, true),
        // Documents of policies that the one answer leaves out.
        ("ASC-04", "iam", 1, 2, true),
        // VPCs and flow logs in two regions; subnets where flow logs are theirs.
        ("ASC-08", "ec2", 4, 2, false),
        // Groups; interfaces where one of them is open.
        ("ASC-11", "ec2", 2, 2, false),
    ] {
        let plan = json(&asc.exits(0, &format!("plan -f json -c {check} {REGIONS}")).stdout);
        let of = |count: &str| by_service(&plan["calls"], count)[service];
        assert_eq!((of("calls"), of("if_needed")), (certain, if_needed), "{check}: {plan}");
        let rows = plan["calls"].as_array().map_or(&[][..], Vec::as_slice);
        let marked = rows.iter().any(|row| row["service"] == service && row["estimated"] == true);
        assert_eq!(marked, estimated, "{check}: {plan}");
    }
    let together = json(&asc.exits(0, &format!("plan -f json -c ASC-01 -c ASC-05 {REGIONS}")).stdout);
    assert_eq!(together["total_if_needed"], 0, "ASC-05 needs the report in any case: {together}");
    let run = asc.exits(0, &format!("plan -c ASC-11 {REGIONS}"));
    assert!(run.stdout.contains("if needed") && run.stdout.contains("and 2 more if needed"), "{run}");
}

#[test]
fn a_plan_reads_well_and_says_what_it_could_not_count() {
    let moto = seeded();
    let asc = Asc::at(&moto.url()).everything();
    let run = asc.exits(0, &format!("plan {REGIONS}"));
    for piece in ["cloudtrail", "eu-west-1", "≈", "iam:GetAccountAuthorizationDetails", "asc permissions"] {
        assert!(run.stdout.contains(piece), "{piece}: {run}");
    }
    let japanese = asc.exits(0, &format!("plan {REGIONS} --lang ja"));
    assert!(japanese.stdout.contains("呼び出し") && japanese.stdout.contains("iam:GetAccountSummary"), "{japanese}");
    let proxy = Proxy::before(moto.port()).on("s3:ListAllMyBuckets", Act::Deny);
    let plan = json(&Asc::at(&proxy.url()).exits(0, &format!("plan -f json -c ASC-13 {REGIONS}")).stdout);
    let rows = plan["calls"].as_array().map_or(&[][..], Vec::as_slice);
    let s3 = rows.iter().find(|row| row["service"] == "s3");
    assert_eq!(s3.map(|row| &row["estimated"]), Some(&true.into()), "{plan}");
}
