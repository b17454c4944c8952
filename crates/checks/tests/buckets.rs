//! ASC-13, ASC-14, ASC-15, and how buckets are listed and found.

mod support;

use asc_core::Status::{Fail, Manual, Pass, Unknown};
use asc_core::context::RegionFilter;
use serde_json::{Value, json};
use support::{ACCOUNT, Account, Answer, HOME, encryption, object_lock, policy, versioning, website};

fn account() -> Account {
    Account::new().bucket("b", HOME)
}

#[test]
fn default_encryption() {
    let unset = || Answer::s3("ServerSideEncryptionConfigurationNotFoundError");
    for (answer, expected, with_kms_required) in [
        (encryption("AES256"), Pass, Fail),
        (encryption("aws:kms"), Pass, Pass),
        (encryption("aws:kms:dsse"), Pass, Pass),
        (unset(), Fail, Fail),
        (Answer::s3("AccessDenied"), Unknown, Unknown),
    ] {
        let account = account().with("b", "GetBucketEncryption", answer.clone());
        assert_eq!(account.scan(&["ASC-13"]).status("ASC-13", "b"), expected, "{}", answer.body);
        let required = [("ASC-13".to_owned(), [("require_kms".to_owned(), json!(true))].into())].into();
        let seen = account.scan_with(&["ASC-13"], |cx| cx.options(required));
        assert_eq!(seen.status("ASC-13", "b"), with_kms_required, "require_kms: {}", answer.body);
    }
}

#[test]
fn aes256_passes_with_a_note_on_older_objects() {
    let seen = account().scan(&["ASC-13"]);
    assert!(seen.message("ASC-13", "b").contains("older"), "{}", seen.message("ASC-13", "b"));
}

fn deny(principal: &Value, action: &str, resources: &[&str], condition: &Value) -> String {
    json!({"Effect": "Deny", "Principal": principal, "Action": action, "Resource": resources, "Condition": condition})
        .to_string()
}

#[test]
fn plain_http_is_denied_wholly_in_part_or_not_at_all() {
    let plain = json!({"Bool": {"aws:SecureTransport": "false"}});
    let also = json!({"Bool": {"aws:SecureTransport": "false"}, "StringNotEquals": {"aws:SourceVpc": "vpc-1"}});
    let both = &["arn:aws:s3:::b", "arn:aws:s3:::b/*"][..];
    let [all, aws, some] = [&json!("*"), &json!({"AWS": "*"}), &json!({"AWS": "arn:aws:iam::123456789012:root"})];
    for (statements, whole, part) in [
        (vec![deny(all, "s3:*", both, &plain)], true, false),
        (vec![deny(aws, "*", both, &plain)], true, false),
        (vec![deny(all, "s3:*", &["arn:aws:s3:::b/*"], &plain)], false, true),
        (vec![deny(all, "s3:*", &["arn:aws:s3:::b"], &plain)], false, true),
        (vec![deny(all, "s3:GetObject", both, &plain)], false, true),
        (vec![deny(some, "s3:*", both, &plain)], false, true),
        (vec![deny(all, "s3:*", both, &also)], false, true),
        (vec![deny(all, "s3:*", both, &json!({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}))], false, false),
    ] {
        let policy = policy(&statements.iter().map(String::as_str).collect::<Vec<_>>());
        let seen = account().with("b", "GetBucketPolicy", policy).scan(&["ASC-14"]);
        let evidence = &seen.finding("ASC-14", "b").evidence.read();
        assert_eq!(seen.status("ASC-14", "b"), Manual);
        assert_eq!(
            (&evidence["tls_only"], &evidence["tls_only_in_part"]),
            (&json!(whole), &json!(part)),
            "{statements:?}"
        );
    }
    let seen = account().scan(&["ASC-14"]);
    assert_eq!(seen.status("ASC-14", "b"), Manual);
    assert_eq!(seen.finding("ASC-14", "b").evidence.read()["tls_only"], json!(false));
}

#[test]
fn website_endpoints_are_listed() {
    let site = account().with("b", "GetBucketWebsite", website());
    let seen = site.scan(&["ASC-14"]);
    assert_eq!(seen.finding("ASC-14", "b").evidence.read()["website_endpoint"], json!(true));
    assert!(seen.message("ASC-14", "b").contains("website"));
    let seen = account().scan(&["ASC-14"]);
    assert_eq!(seen.finding("ASC-14", "b").evidence.read()["website_endpoint"], json!(false));
}

#[test]
fn evidence_never_denies_a_website_that_is_there() {
    let tls = deny(
        &json!("*"),
        "s3:*",
        &["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
        &json!({"Bool": {"aws:SecureTransport": "false"}}),
    );
    let site = account().with("b", "GetBucketWebsite", website()).with("b", "GetBucketPolicy", policy(&[&tls]));
    let seen = site.scan(&["ASC-14"]);
    assert_ne!(seen.finding("ASC-14", "b").evidence.read().get("website_endpoint"), Some(&json!(false)));
}

#[test]
fn versioning_lifecycle_and_locks_are_evidence_for_a_person() {
    let unset = || Answer::s3("NoSuchLifecycleConfiguration");
    let mfa = "<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>";
    for (inner, state, mfa_delete) in
        [("", "never", false), ("<Status>Suspended</Status>", "suspended", false), (mfa, "enabled", true)]
    {
        let bare = account().with("b", "GetBucketVersioning", versioning(inner)).with(
            "b",
            "GetBucketLifecycleConfiguration",
            unset(),
        );
        let seen = bare.scan(&["ASC-15"]);
        let finding = seen.finding("ASC-15", "b");
        assert_eq!(finding.status, Manual);
        let evidence = |key: &str| finding.evidence.read()[key].clone();
        assert_eq!((evidence("versioning"), evidence("mfa_delete")), (json!(state), json!(mfa_delete)));
        assert_eq!((evidence("lifecycle_rules"), evidence("object_lock")), (json!([]), json!(false)));
    }
    let seen = account().with("b", "GetObjectLockConfiguration", object_lock()).scan(&["ASC-15"]);
    let evidence = &seen.finding("ASC-15", "b").evidence.read();
    assert_eq!(evidence["object_lock"], json!(true));
    let rules = evidence["lifecycle_rules"].as_array().expect("a list");
    assert_eq!(rules.len(), 2);
    assert!(seen.message("ASC-15", "b").contains("rules in force: 1"), "a disabled rule is not in force");
}

#[test]
fn buckets_on_every_page_are_judged() {
    let account = ["a", "b", "c", "d", "e"].iter().fold(Account::new(), |account, name| account.bucket(name, HOME));
    let seen = account.in_pages_of(2).scan(&["ASC-13"]);
    assert_eq!(seen.verdicts().len(), 5);
    assert_eq!((seen.calls("s3:ListBuckets"), seen.calls("s3:GetBucketLocation")), (3, 0));
}

/// The recording answers each bucket's calls only in the bucket's own region, by the names that regions really have.
#[test]
fn each_bucket_is_asked_in_its_own_region() {
    let regions = ["us-east-1", "eu-west-1", "eu-central-1", "ap-northeast-1", "sa-east-1"];
    let told =
        regions.iter().fold(Account::new().regions(&regions), |account, r| account.bucket(&format!("in-{r}"), r));
    let untold = regions
        .iter()
        .fold(Account::new().regions(&regions), |account, r| account.untold_bucket(&format!("in-{r}"), r));
    for (account, locations) in [(told, 0), (untold, 5)] {
        let seen = account.scan(&["s3"]);
        assert!(seen.0.complete, "{:?}", seen.verdicts());
        for region in regions {
            assert_eq!(seen.finding("ASC-13", &format!("in-{region}")).region.as_deref(), Some(region));
        }
        assert_eq!(seen.calls("s3:GetBucketLocation"), locations);
    }
}

#[test]
fn only_buckets_of_the_wanted_regions_are_judged() {
    let account = Account::new().bucket("near", HOME).bucket("far", "us-east-1").untold_bucket("hid", "us-east-1");
    let wanted = || RegionFilter::only(["us-east-1".to_owned()]);
    let seen = account.scan_with(&["ASC-12", "ASC-13"], |cx| cx.regions(wanted()));
    let judged: Vec<_> = seen.0.findings.iter().map(|f| (f.check_id.as_str(), f.resource.id.as_str())).collect();
    assert_eq!(judged, [("ASC-12", "far"), ("ASC-12", "hid"), ("ASC-13", "far"), ("ASC-13", "hid")]);
    assert_eq!(seen.calls("s3:GetBucketEncryption"), 2);
    assert_eq!(seen.calls("ec2:DescribeRegions"), 0, "regions that are named are taken at their word");
}

#[test]
fn an_account_without_buckets_has_coverage_and_no_findings_about_any() {
    let seen = Account::new().scan(&["s3"]);
    assert!(seen.0.complete);
    let about: Vec<_> = seen.0.findings.iter().map(|finding| finding.resource.id.as_str()).collect();
    assert_eq!(about, [ACCOUNT], "the account's own block");
    assert_eq!(seen.0.coverage.len(), 6);
}

#[test]
fn other_partitions_have_other_arns() {
    for (partition, home) in [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")] {
        let arn = format!("arn:{partition}:s3:::b");
        let objects = format!("{arn}/*");
        let tls = json!({"Bool": {"aws:SecureTransport": "false"}});
        let account = Account::in_partition(partition, home, &[]).bucket("b", home).with(
            "b",
            "GetBucketPolicy",
            policy(&[&deny(&json!("*"), "s3:*", &[&arn, &objects], &tls)]),
        );
        let seen = account.scan(&["s3"]);
        assert!(seen.0.complete, "{:?}", seen.verdicts());
        let finding = seen.finding("ASC-14", "b");
        assert_eq!(finding.resource.arn.as_deref(), Some(arn.as_str()));
        assert_eq!(finding.evidence.read()["tls_only"], json!(true));
        assert_eq!(seen.0.accounts[0].partition, partition);
    }
}
