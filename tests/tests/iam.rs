//! IAM controls, on moto with the policies that AWS manages and on ministack. Where neither says what AWS says, an
//! answer that follows its documentation is put on the wire.

use std::collections::BTreeSet;

use asc_tests::emulator::{ministack, moto_with_policies};
use asc_tests::seed::seed;
use asc_tests::{ACCOUNT, Act, Asc, Proxy, Report};

/// A principal (`user/star`), what ASC-04 says of it, and a piece of the message or the evidence.
type Line = (&'static str, &'static str, &'static str);

/// The seed `iam`, as far as both emulators have it.
const PRINCIPALS: [Line; 33] = [
    ("user/attached", "fail", "attached → AdministratorAccess"),
    ("user/through-group", "fail", "through-group → admins → AdministratorAccess"),
    ("user/through-two", "fail", "through-two → power → PowerUserAccess"),
    ("group/admins", "fail", "AdministratorAccess"),
    ("group/admins-inline", "fail", "admins-inline → inline-1 → Everything"),
    ("role/attached-ec2", "fail", "AdministratorAccess"),
    ("role/inline-lambda", "fail", "inline-1"),
    ("user/star", "fail", "inline-1"),
    ("user/star-in-lists", "fail", ""),
    ("user/star-pair", "fail", ""),
    ("user/all-arns-in-full", "fail", ""),
    ("user/spread-over-statements", "fail", "inline-1"),
    ("user/spread-over-policies", "fail", "inline-2"),
    ("user/not-nothing", "fail", "remainder"),
    ("user/own-policy", "fail", "Everything"),
    ("user/widened", "fail", ""),
    ("user/less-a-service", "fail", "remainder"),
    ("user/denied-on-condition", "fail", ""),
    ("role/with-mfa", "fail", "aws:MultiFactorAuthPresent"),
    ("user/from-office", "fail", "203.0.113.0/24"),
    ("group/power", "pass", ""),
    ("role/power-user", "pass", ""),
    ("user/nobody", "pass", ""),
    ("user/narrowed", "pass", ""),
    ("user/all-of-iam", "pass", ""),
    ("user/without-iam", "pass", ""),
    ("user/denied-by-not", "pass", ""),
    ("user/one-service", "pass", ""),
    ("user/one-bucket", "pass", ""),
    ("user/ci", "pass", ""),
    ("user/retired", "pass", ""),
    ("group/readers", "pass", ""),
    ("role/aws-service-role/thing.amazonaws.com/AWSServiceRoleForThing", "not_applicable", ""),
];

/// What only moto has.
const BOUNDED: [Line; 6] = [
    ("role/bounded", "pass", "limit"),
    ("role/bounded-by-everything", "fail", "AdministratorAccess"),
    ("role/bounded-by-power", "pass", "PowerUserAccess"),
    ("role/bounded-by-iam", "pass", ""),
    ("role/boundary-alone", "pass", ""),
    ("role/boundary-and-little", "pass", ""),
];

/// What only ministack takes.
const PATTERNS: [Line; 3] =
    [("user/two-stars", "fail", ""), ("user/one-and-more", "fail", ""), ("user/all-arns", "fail", "")];

const CONDITIONAL: [&str; 2] = ["role/with-mfa", "user/from-office"];

fn arn(principal: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{principal}")
}

fn hold(report: &Report, lines: &[Line]) {
    let arns: Vec<_> = lines.iter().map(|(principal, ..)| arn(principal)).collect();
    let table: Vec<_> =
        arns.iter().zip(lines).map(|(arn, (_, status, piece))| ("ASC-04", arn.as_str(), *status, *piece)).collect();
    report.holds(&table);
}

fn judged(report: &Report, lines: &[&[Line]]) {
    for lines in lines {
        hold(report, lines);
    }
    let seeded: BTreeSet<_> = lines
        .iter()
        .flat_map(|lines| lines.iter())
        .map(|(principal, ..)| arn(principal))
        .chain([arn("user/both")])
        .collect();
    let found: BTreeSet<_> = report.statuses("ASC-04").into_keys().map(str::to_owned).collect();
    assert_eq!(found, seeded, "one verdict for each user, group and role, and none besides");
    // A policy that nobody holds is nobody's verdict, but a note.
    let rows = report.0["coverage"].as_array().map_or(&[][..], Vec::as_slice);
    let notes = rows.iter().filter(|row| row["check_id"] == "ASC-04").filter_map(|row| row["notes"].as_array());
    let notes: Vec<_> = notes.flatten().filter_map(|note| note.as_str()).collect();
    let unattached = format!(": {}.", arn("policy/unattached"));
    assert!(matches!(notes[..], [note] if note.ends_with(&unattached)), "{notes:?}");
    for finding in report.findings().iter().filter(|finding| finding["check_id"] == "ASC-04") {
        let principal = finding["resource"]["id"].as_str().and_then(|id| id.rsplit_once(':')).unwrap_or_default().1;
        let kind = match principal.split('/').next() {
            Some("user") => "AWS::IAM::User",
            Some("group") => "AWS::IAM::Group",
            _ => "AWS::IAM::Role",
        };
        assert_eq!(finding["resource"]["type"], kind, "{finding}");
        assert!(finding["region"].is_null(), "{finding}");
        let severity = if CONDITIONAL.contains(&principal) { "medium" } else { "high" };
        assert!(finding["status"] != "fail" || finding["severity"] == severity, "{severity}: {finding}");
    }
    assert_eq!(report.calls("iam", "GetAccountAuthorizationDetails"), 1, "one read serves all");
}

/// Active keys only, and by user; roles, that services make for themselves left out.
fn long_term_keys(report: &Report, roles: u64) {
    report.holds(&[("ASC-05", ACCOUNT, "manual", "active access keys: 2")]);
    let evidence = &report.verdict("ASC-05", ACCOUNT)["evidence"];
    let keys = evidence["active_keys"].as_array().map_or(&[][..], Vec::as_slice);
    let users: Vec<_> = keys.iter().map(|key| &key["user"]).collect();
    assert_eq!(users, ["both", "ci"], "{evidence}");
    assert_eq!(evidence["roles"], roles, "{evidence}");
    assert!(evidence["use"][0]["age_days"].is_u64() && evidence["use"][0]["last_used"].is_null(), "{evidence}");
}

#[test]
fn who_is_an_administrator_with_boundaries_on_moto() {
    let moto = moto_with_policies();
    seed(&moto, "iam moto");
    let asc = Asc::at(&moto.url());
    let report = asc.scan("-c iam");
    judged(&report, &[&PRINCIPALS, &BOUNDED]);
    report.holds(&[("ASC-01", ACCOUNT, "pass", "")]);
    long_term_keys(&report, 10);
    assert_eq!(report.0["complete"], true);

    let japanese = asc.scan("-c iam --lang ja");
    assert_eq!(japanese.statuses("ASC-04"), report.statuses("ASC-04"));
    for finding in japanese.findings() {
        let message = finding["message"].as_str().unwrap_or_default();
        assert!(message.chars().any(|c| ('\u{3040}'..='\u{9fff}').contains(&c)), "not Japanese: {finding}");
    }
}

#[test]
fn who_is_an_administrator_by_odd_patterns_on_ministack() {
    let ministack = ministack();
    seed(&ministack, "iam ministack");
    let report = Asc::at(&ministack.url()).scan("-c iam");
    judged(&report, &[&PRINCIPALS, &PATTERNS]);
    report.holds(&[("ASC-01", ACCOUNT, "pass", "")]);
    long_term_keys(&report, 4);
    assert_eq!(report.0["complete"], true);
}

/// Both emulators forget a user's boundary.
#[test]
fn a_boundary_limits_a_user() {
    const BOUNDED: &str = "<UserName>attached</UserName><PermissionsBoundary><PermissionsBoundaryType>PermissionsBoundaryPolicy</PermissionsBoundaryType><PermissionsBoundaryArn>arn:aws:iam::123456789012:policy/limit</PermissionsBoundaryArn></PermissionsBoundary>";
    const GONE: &str = "<UserName>attached</UserName><PermissionsBoundary><PermissionsBoundaryType>PermissionsBoundaryPolicy</PermissionsBoundaryType><PermissionsBoundaryArn>arn:aws:iam::123456789012:policy/gone</PermissionsBoundaryArn></PermissionsBoundary>";
    let moto = moto_with_policies();
    seed(&moto, "iam moto");
    let with = |answered| {
        let proxy = Proxy::before(moto.port()).on("iam:GetAccountAuthorizationDetails", Act::Replace(&[], answered));
        Asc::at(&proxy.url()).scan("-c ASC-04")
    };
    let report = with(&[("<UserName>attached</UserName>", BOUNDED)]);
    hold(&report, &[("user/attached", "pass", "limit"), ("user/through-group", "fail", "")]);
    // A boundary that cannot be read may let everything through or nothing.
    let report = with(&[("<UserName>attached</UserName>", GONE)]);
    hold(&report, &[("user/attached", "unknown", ""), ("user/through-group", "fail", "")]);
}

/// The answer to `GetAccountSummary` as far as it is about the root user.
fn summary(keys: u8) -> Act {
    Act::Answer(
        200,
        format!(
            "<GetAccountSummaryResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><GetAccountSummaryResult>\
             <SummaryMap><entry><key>AccountMFAEnabled</key><value>1</value></entry><entry>\
             <key>AccountAccessKeysPresent</key><value>{keys}</value></entry></SummaryMap></GetAccountSummaryResult>\
             <ResponseMetadata><RequestId>85cb9b90-ac28-11e4-a88d-97964EXAMPLE</RequestId></ResponseMetadata>\
             </GetAccountSummaryResponse>"
        ),
    )
}

/// A credential report of the root user alone, with these cells of its first key: active, last rotated, last used (date,
/// region, service).
fn credential_report(key: &str) -> Act {
    let text = format!(
        "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,\
         mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
         access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
         access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
         cert_1_last_rotated,cert_2_active,cert_2_last_rotated\n\
         <root_account>,arn:aws:iam::123456789012:root,2019-05-06T07:08:09+00:00,not_supported,no_information,\
         not_supported,not_supported,true,{key},false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
    );
    let content = base64(text.as_bytes());
    Act::Answer(
        200,
        format!(
            "<GetCredentialReportResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><GetCredentialReportResult>\
             <Content>{content}</Content><GeneratedTime>2026-11-22T08:00:00Z</GeneratedTime><ReportFormat>text/csv</ReportFormat>\
             </GetCredentialReportResult><ResponseMetadata><RequestId>85cb9b90-ac28-11e4-a88d-97964EXAMPLE</RequestId>\
             </ResponseMetadata></GetCredentialReportResponse>"
        ),
    )
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let of = |chunk: &[u8]| {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = (at(0) << 16) | (at(1) << 8) | at(2);
        let digit = |shift: u32| char::from(DIGITS[((bits >> shift) & 63) as usize]);
        let all = [digit(18), digit(12), digit(6), digit(0)];
        all.into_iter().enumerate().map(|(index, c)| if index <= chunk.len() { c } else { '=' }).collect::<String>()
    };
    bytes.chunks(3).map(of).collect()
}

#[test]
fn a_root_key_is_told_by_the_summary_or_by_the_credential_report() {
    const IDLE: &str = "false,2020-01-02T03:04:05+00:00,2021-02-03T04:05:06+00:00,eu-west-1,s3";
    const NONE: &str = "false,N/A,N/A,N/A,N/A";
    const SUMMARY: &str = "iam:GetAccountSummary";
    let moto = moto_with_policies();
    let table: [(Option<Act>, Option<&str>, &str, &str); 8] = [
        (Some(summary(0)), None, "pass", ""),
        (Some(summary(1)), None, "fail", ""),
        (Some(summary(1)), Some(IDLE), "fail", "2021-02-03"),
        (Some(summary(1)), Some(IDLE), "fail", "eu-west-1"),
        // The summary is denied: the report decides, and a key that is switched off is a key.
        (None, Some(IDLE), "fail", "s3"),
        (None, Some("true,2020-01-02T03:04:05+00:00,N/A,N/A,N/A"), "fail", ""),
        (None, Some(NONE), "pass", ""),
        // Neither says anything of root.
        (None, None, "unknown", SUMMARY),
    ];
    for (answer, report, status, piece) in table {
        let mut proxy = Proxy::before(moto.port()).on(SUMMARY, answer.unwrap_or(Act::Deny));
        if let Some(key) = report {
            proxy = proxy.on("iam:GetCredentialReport", credential_report(key));
        }
        let report = Asc::at(&proxy.url()).scan("-c ASC-01");
        report.holds(&[("ASC-01", ACCOUNT, status, piece)]);
        let finding = report.verdict("ASC-01", ACCOUNT);
        assert_eq!(finding["severity"], "critical");
        assert!(status != "unknown" || finding["unknown"]["missing_action"] == SUMMARY, "{finding}");
    }
}

#[test]
fn what_may_not_be_read_is_unknown() {
    let moto = moto_with_policies();
    seed(&moto, "iam moto");
    let details = "iam:GetAccountAuthorizationDetails";
    for (action, check) in [
        (details, "ASC-04"),
        (details, "ASC-05"),
        ("iam:GenerateCredentialReport", "ASC-05"),
        ("iam:GetCredentialReport", "ASC-05"),
    ] {
        let proxy = Proxy::before(moto.port()).on(action, Act::Deny);
        let report = Asc::at(&proxy.url()).scan(&format!("-c {check}"));
        report.holds(&[(check, ACCOUNT, "unknown", action)]);
        assert_eq!(report.verdict(check, ACCOUNT)["unknown"]["missing_action"], action);
        assert_eq!(report.findings().len(), 1, "{action}: {:?}", report.statuses(check));
    }
    // What another check reads is nobody's loss.
    let proxy = Proxy::before(moto.port()).on("iam:GetCredentialReport", Act::Deny);
    let report = Asc::at(&proxy.url()).scan("-c ASC-01 -c ASC-04");
    report.holds(&[("ASC-01", ACCOUNT, "pass", "")]);
    hold(&report, &PRINCIPALS);
}

/// A policy that cannot be read spoils the verdicts on its holders only.
#[test]
fn an_answer_that_is_not_understood_spoils_what_rests_on_it() {
    let ministack = ministack();
    seed(&ministack, "iam ministack");
    let details = "iam:GetAccountAuthorizationDetails";
    let html = Act::Answer(200, "<html><body>Sign in</body></html>".to_owned());
    let proxy = Proxy::before(ministack.port()).on(details, html);
    let report = Asc::at(&proxy.url()).scan("-c ASC-04");
    report.holds(&[("ASC-04", ACCOUNT, "unknown", "")]);
    let proxy = Proxy::before(ministack.port()).on("iam:GetPolicyVersion", Act::Deny);
    let report = Asc::at(&proxy.url()).scan("-c ASC-04");
    hold(
        &report,
        &[
            ("user/attached", "unknown", "iam:GetPolicyVersion"),
            ("user/through-group", "unknown", "iam:GetPolicyVersion"),
            ("user/star", "fail", ""),
            ("user/own-policy", "fail", ""),
            ("user/one-service", "pass", ""),
        ],
    );
}
