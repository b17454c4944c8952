//! BASE-02, 04, 05, 06, 13, 14 and 15: passwords, keys, MFA, security groups and the account's block of public access.

mod support;

use asc_core::Severity;
use asc_core::Status::{Fail, NotApplicable, Pass, Unknown};
use serde_json::json;
use support::credentials::{person, row};
use support::ec2::{default_group, security_group};
use support::{ACCOUNT, Account, Answer, HOME, block};

const ROOT: &str = "<root_account>";
const NONE: [Option<(bool, &str, &str)>; 2] = [None, None];
const OTHER: &str = "us-east-1";

fn arn(user: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/{user}")
}

#[test]
fn the_password_policy_is_read_and_its_absence_is_one_too() {
    let seen = |account: Account| {
        let seen = account.scan(&["BASE-02"]);
        (seen.status("BASE-02", ACCOUNT), seen.message("BASE-02", ACCOUNT).to_owned())
    };
    assert_eq!(seen(Account::new().password_policy(14, 90, 24)).0, Pass);
    let (status, message) = seen(Account::new().password_policy(8, 120, 5));
    assert_eq!(status, Fail);
    for part in ["8 characters", "after 120 days", "the last 5"] {
        assert!(message.contains(part), "{message}");
    }
    let (status, message) = seen(Account::new().with_password_policy(Answer::query("NoSuchEntity")));
    assert_eq!(status, Fail);
    assert!(message.contains("no password policy"), "{message}");
    for answer in [Answer::query("AccessDenied"), Answer::ok(""), Answer::ok("<html/>")] {
        let seen = Account::new().with_password_policy(answer).scan(&["BASE-02"]);
        assert_eq!(seen.unknown("BASE-02", ACCOUNT).0, "iam:GetAccountPasswordPolicy");
    }
}

/// Days before the recording's time, as IAM writes them.
const FRESH: &str = "2026-10-22T09:00:00+00:00";
const SIXTY_DAYS: &str = "2026-09-02T09:00:00+00:00";
const HUNDRED_DAYS: &str = "2026-07-24T09:00:00+00:00";

fn keys() -> Account {
    Account::new()
        .credentials(&[
            row(ROOT, [Some((true, HUNDRED_DAYS, "")), None]),
            row("ann", [Some((true, FRESH, FRESH)), Some((true, SIXTY_DAYS, FRESH))]),
            row("bob", [Some((true, HUNDRED_DAYS, FRESH)), Some((false, HUNDRED_DAYS, ""))]),
            row("eve", [Some((true, SIXTY_DAYS, "")), None]),
            row("none", NONE),
        ])
        .access_keys("ann", &[&[("AKIAFRESH", "Active", FRESH)], &[("AKIAUSED", "Active", SIXTY_DAYS)]])
        .access_keys("bob", &[&[("AKIAOLD", "Active", HUNDRED_DAYS), ("AKIAOFF", "Inactive", HUNDRED_DAYS)]])
        .access_keys("eve", &[&[("AKIAIDLE", "Active", SIXTY_DAYS), ("AKIANEW", "Active", "2026-11-01T08:00:00Z")]])
}

#[test]
fn each_key_is_judged_by_age_and_use_and_those_of_the_root_user_are_not() {
    let seen = keys().scan(&["BASE-04"]);
    for (id, status, words) in [
        ("AKIAFRESH", Pass, "10 days old and in use"),
        ("AKIAUSED", Pass, "60 days old and in use"),
        ("AKIAOLD", Fail, "100 days old"),
        ("AKIAOFF", Pass, "inactive"),
        ("AKIAIDLE", Fail, "not been used in the 60 days"),
        ("AKIANEW", Pass, "0 days old"),
    ] {
        assert_eq!(seen.status("BASE-04", id), status, "{id}");
        assert!(seen.message("BASE-04", id).contains(words), "{id}: {}", seen.message("BASE-04", id));
    }
    assert_eq!(seen.verdicts().len(), 6);
    let finding = seen.finding("BASE-04", "AKIAOLD");
    assert_eq!(finding.resource.kind, "AWS::IAM::AccessKey");
    assert_eq!(finding.evidence.read()["user"], json!("bob"));
    assert_eq!(seen.calls("iam:ListAccessKeys"), 4, "two pages of ann's; nobody without keys, nor the root user");
    assert_eq!(seen.calls("iam:GetAccessKeyLastUsed"), 0, "the report tells, or the age decides");
}

#[test]
fn what_the_report_leaves_open_is_asked_of_iam() {
    let account = |used| {
        Account::new()
            .credentials(&[row("ann", [Some((true, FRESH, "")), None])])
            .access_keys("ann", &[&[("AKIA1", "Active", SIXTY_DAYS)]])
            .key_used("AKIA1", used)
    };
    assert_eq!(account(Some(FRESH)).scan(&["BASE-04"]).status("BASE-04", "AKIA1"), Pass);
    assert_eq!(account(Some(SIXTY_DAYS)).scan(&["BASE-04"]).status("BASE-04", "AKIA1"), Fail);
    assert_eq!(account(None).scan(&["BASE-04"]).status("BASE-04", "AKIA1"), Fail);
    let denied = account(None).spoiled("iam:GetAccessKeyLastUsed", |_| Answer::query("AccessDenied"));
    let expected = ("iam:GetAccessKeyLastUsed", Some("AccessDenied"), Some("iam:GetAccessKeyLastUsed"));
    assert_eq!(denied.scan(&["BASE-04"]).unknown("BASE-04", "AKIA1"), expected);
}

#[test]
fn keys_that_cannot_be_listed_are_unknown_with_their_user() {
    let denied = keys().spoiled("iam:ListAccessKeys", |_| Answer::query("AccessDenied")).scan(&["BASE-04"]);
    let expected = ("iam:ListAccessKeys", Some("AccessDenied"), Some("iam:ListAccessKeys"));
    for user in ["ann", "bob", "eve"] {
        assert_eq!(denied.unknown("BASE-04", &arn(user)), expected);
    }
    let gone = keys().spoiled("iam:ListAccessKeys", |_| Answer::query("NoSuchEntity")).scan(&["BASE-04"]);
    assert_eq!((gone.verdicts().len(), gone.vanished("BASE-04")), (0, 3), "users who are gone by now");
    for operation in ["iam:GenerateCredentialReport", "iam:GetCredentialReport"] {
        let seen = keys().spoiled(operation, |_| Answer::query("AccessDenied")).scan(&["BASE-04", "BASE-14"]);
        for check in ["BASE-04", "BASE-14"] {
            assert_eq!(seen.unknown(check, ACCOUNT), (operation, Some("AccessDenied"), Some(operation)));
        }
    }
}

#[test]
fn the_root_user_needs_mfa_where_it_can_sign_in() {
    let seen = |told: &[(&str, u8)]| {
        let seen = Account::new().summary_of(told).scan(&["BASE-13"]);
        (seen.status("BASE-13", ACCOUNT), seen.calls("iam:GetCredentialReport"))
    };
    let keys = ("AccountAccessKeysPresent", 0);
    assert_eq!(seen(&[keys, ("AccountMFAEnabled", 1)]), (Pass, 0));
    assert_eq!(seen(&[keys, ("AccountMFAEnabled", 0), ("AccountPasswordPresent", 1)]), (Fail, 0));
    assert_eq!(seen(&[keys, ("AccountMFAEnabled", 0), ("AccountPasswordPresent", 0)]), (NotApplicable, 0));
    assert_eq!(
        seen(&[("AccountAccessKeysPresent", 1), ("AccountMFAEnabled", 0), ("AccountPasswordPresent", 0)]).0,
        Fail
    );
    let fail = Account::new().summary_of(&[keys, ("AccountMFAEnabled", 0)]).credentials(&[row("ann", NONE)]);
    let finding = fail.scan(&["BASE-13"]);
    assert_eq!(finding.finding("BASE-13", ACCOUNT).severity, Severity::Critical);
    assert_eq!(finding.status("BASE-13", ACCOUNT), Fail, "a report without a root user takes nothing away");
}

#[test]
fn the_report_stands_in_for_a_summary_that_is_denied() {
    let account = |rows: &[String]| {
        Account::new().summary(0).credentials(rows).spoiled("iam:GetAccountSummary", |_| Answer::query("AccessDenied"))
    };
    assert_eq!(account(&[row(ROOT, NONE)]).scan(&["BASE-13"]).status("BASE-13", ACCOUNT), Pass);
    assert_eq!(account(&[person(ROOT, true, false)]).scan(&["BASE-13"]).status("BASE-13", ACCOUNT), Fail);
    assert_eq!(account(&[person(ROOT, false, false)]).scan(&["BASE-13"]).status("BASE-13", ACCOUNT), NotApplicable);
    let seen = account(&[row("ann", NONE)]).scan(&["BASE-13"]);
    let expected = ("iam:GetAccountSummary", Some("AccessDenied"), Some("iam:GetAccountSummary"));
    assert_eq!(seen.unknown("BASE-13", ACCOUNT), expected);
}

#[test]
fn users_of_the_console_need_mfa() {
    let rows = [
        person(ROOT, true, false),
        person("ann", true, true),
        person("bob", true, false),
        person("app", false, false),
        row("odd", NONE).replace(",true,", ",false,"),
    ];
    let seen = Account::new().credentials(&rows).scan(&["BASE-14"]);
    assert_eq!((seen.status("BASE-14", &arn("ann")), seen.status("BASE-14", &arn("bob"))), (Pass, Fail));
    assert_eq!(seen.status("BASE-14", &arn("odd")), Unknown, "whether it has a password is not told");
    assert_eq!(seen.verdicts().len(), 3, "neither the root user nor one without a password");
}

#[test]
fn the_accounts_block_takes_all_four() {
    let seen = |account: Account| account.scan(&["BASE-15"]).status("BASE-15", ACCOUNT);
    assert_eq!(seen(Account::new().account_block(block([true; 4]))), Pass);
    for off in 0..4 {
        let mut bits = [true; 4];
        bits[off] = false;
        assert_eq!(seen(Account::new().account_block(block(bits))), Fail, "{off}");
    }
    assert_eq!(seen(Account::new()), Fail, "it was never set");
    let denied = Account::new().account_block(Answer::control("AccessDenied")).scan(&["BASE-15"]);
    let expected = ("s3control:GetPublicAccessBlock", Some("AccessDenied"), Some("s3:GetAccountPublicAccessBlock"));
    assert_eq!(denied.unknown("BASE-15", ACCOUNT), expected);
}

fn groups() -> Account {
    let here = [
        security_group("sg-ssh", &[("tcp", Some((22, 22)), "0.0.0.0/0")]),
        security_group("sg-rdp", &[("6", Some((3000, 4000)), "::/0")]),
        security_group("sg-all", &[("-1", None, "0.0.0.0/0")]),
        security_group("sg-web", &[("tcp", Some((443, 443)), "0.0.0.0/0"), ("tcp", Some((22, 22)), "192.0.2.0/24")]),
        security_group("sg-udp", &[("udp", Some((3389, 3389)), "0.0.0.0/0")]),
        security_group("sg-shared", &[("-1", None, "::/0")]).replacen(ACCOUNT, "210987654321", 1),
        default_group("sg-closed", false),
        default_group("sg-open", true),
    ];
    let account = Account::new().no_ec2().listed_in_pages(HOME, "DescribeSecurityGroups", &[&here[..3], &here[3..]]);
    account.listed(OTHER, "DescribeSecurityGroups", &[default_group("sg-far", true)])
}

#[test]
fn administration_ports_are_not_for_the_internet() {
    let seen = groups().scan(&["BASE-05"]);
    for (id, status) in [
        ("sg-ssh", Fail),
        ("sg-rdp", Fail),
        ("sg-all", Fail),
        ("sg-web", Pass),
        ("sg-udp", Pass),
        ("sg-shared", NotApplicable),
        ("sg-closed", Pass),
        ("sg-open", Pass),
        ("sg-far", Pass),
    ] {
        assert_eq!(seen.status("BASE-05", id), status, "{id}");
    }
    let finding = seen.finding("BASE-05", "sg-rdp");
    assert_eq!(
        finding.evidence.read()["open"],
        json!([{"port": 3389, "protocol": "6", "ports": "3000-4000", "from": "::/0"}])
    );
    assert_eq!(
        finding.resource.arn.as_deref(),
        Some(format!("arn:aws:ec2:{HOME}:{ACCOUNT}:security-group/sg-rdp").as_str())
    );
}

#[test]
fn default_groups_are_empty() {
    let seen = groups().scan(&["BASE-06"]);
    let expected = [("sg-closed", Pass), ("sg-far", Fail), ("sg-open", Fail)];
    let expected = expected.map(|(id, status)| (("BASE-06".to_owned(), id.to_owned()), status));
    assert_eq!(seen.verdicts(), expected.into());
    assert!(seen.message("BASE-06", "sg-open").contains("inbound: 0, outbound: 1"));
}

#[test]
fn groups_are_listed_once_for_all_who_ask() {
    let seen = groups().scan(&["ASC-11", "BASE-05", "BASE-06"]);
    assert_eq!(seen.calls("ec2:DescribeSecurityGroups"), 3, "two pages here and one there");
}

#[test]
fn a_region_whose_groups_are_not_told_is_unknown() {
    let namespace = "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"";
    let group =
        format!("<item><groupId>sg-1</groupId><groupName>default</groupName><ownerId>{ACCOUNT}</ownerId></item>");
    let ruleless = format!(
        "<DescribeSecurityGroupsResponse {namespace}><securityGroupInfo>{group}</securityGroupInfo>\
         </DescribeSecurityGroupsResponse>"
    );
    for answer in [Answer::ec2("UnauthorizedOperation"), Answer::ok(""), Answer::ok(ruleless)] {
        let seen = groups().with_listing(OTHER, "DescribeSecurityGroups", answer).scan(&["BASE-05", "BASE-06"]);
        for check in ["BASE-05", "BASE-06"] {
            assert_eq!(seen.unknown(check, OTHER).0, "ec2:DescribeSecurityGroups");
        }
        assert_eq!(seen.status("BASE-06", "sg-open"), Fail);
    }
}
