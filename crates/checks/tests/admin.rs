//! ASC-04: who is an administrator, however that is written.

mod support;

use asc_core::Status::{self, Fail, NotApplicable, Pass, Unknown};
use asc_core::{Severity, report};
use support::iam::{Holder, Managed, group, managed, role, user};
use support::seen::Seen;
use support::{ACCOUNT, Account, Answer};

const CHECK: &str = "ASC-04";
const ADMIN: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
const IAM: &str = r#"{"Effect":"Allow","Action":"iam:*","Resource":"*"}"#;
const ALL_BUT_IAM: &str = r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#;
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const POWER: &str = "arn:aws:iam::aws:policy/PowerUserAccess";
const OWN: &str = "arn:aws:iam::123456789012:policy/own";

/// `PowerUserAccess` as AWS publishes it.
const POWER_STATEMENTS: &str = r#"{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},
    {"Effect":"Allow","Action":["account:GetAccountInformation","account:GetGovCloudAccountInformation",
    "account:GetPrimaryEmail","account:ListRegions","iam:CreateServiceLinkedRole","iam:DeleteServiceLinkedRole",
    "iam:ListRoles","organizations:DescribeEffectivePolicy","organizations:DescribeOrganization"],"Resource":"*"}"#;

fn of_aws() -> Vec<Managed> {
    vec![managed(ADMINISTRATOR, ADMIN), managed(POWER, POWER_STATEMENTS)]
}

fn scan(holders: &[Holder]) -> Seen {
    Account::new().principals(holders, &of_aws()).scan(&[CHECK])
}

fn finding<'a>(seen: &'a Seen, holder: &Holder) -> &'a report::Finding {
    seen.finding(CHECK, &holder.arn())
}

/// The verdict on one holder among others.
fn among(holder: &Holder, others: &[Holder]) -> Status {
    finding(&scan(&[std::slice::from_ref(holder), others].concat()), holder).status
}

/// The verdict on a holder of these statements, as a user, a group and a role.
fn of(statements: &str) -> Status {
    let holders = [user("u"), group("g"), role("r")].map(|holder| holder.inline("p", statements));
    let seen = scan(&holders);
    let verdicts: Vec<_> = holders.iter().map(|holder| finding(&seen, holder).status).collect();
    assert!(verdicts.windows(2).all(|two| two[0] == two[1]), "{statements}: {verdicts:?}");
    verdicts[0]
}

fn allow(action: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":{action},"Resource":{resource}}}"#)
}

fn deny(action: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"Deny","Action":{action},"Resource":{resource}}}"#)
}

#[test]
fn every_action_is_every_action_however_it_is_written() {
    for action in [r#""*""#, r#"["*"]"#, r#""*:*""#, r#""**""#, r#""?*""#, r#"["s3:Get*","*"]"#] {
        assert_eq!(of(&allow(action, r#""*""#)), Fail, "{action}");
    }
    for action in [r#""s3:*""#, r#"["iam:Get*","iam:List*"]"#, r#""iam:*""#, r#"["iam:*","s3:*","ec2:*"]"#, r#""?""#] {
        assert_eq!(of(&allow(action, r#""*""#)), Pass, "{action}");
    }
}

#[test]
fn every_resource_is_every_resource_however_it_is_written() {
    for resource in [r#""*""#, r#"["*"]"#, r#""arn:*""#, r#""arn:aws:*:*:*:*""#, r#"["arn:aws:s3:::*","arn:*"]"#] {
        assert_eq!(of(&allow(r#""*""#, resource)), Fail, "{resource}");
    }
    for resource in [r#""arn:aws:s3:::*""#, r#""arn:aws-cn:*""#, r#""arn:aws:iam::123456789012:user/${aws:username}""#]
    {
        assert_eq!(of(&allow(r#""*""#, resource)), Pass, "{resource}");
    }
}

#[test]
fn the_union_of_statements_counts_whatever_their_case() {
    assert_eq!(of(&format!("{IAM},{ALL_BUT_IAM}")), Fail);
    let shouted = format!("{},{ALL_BUT_IAM}", allow(r#""IAM:*""#, r#""*""#));
    assert_eq!(of(&shouted), Fail);
    assert_eq!(of(IAM), Pass);
    assert_eq!(of(ALL_BUT_IAM), Pass);
}

#[test]
fn the_union_of_policies_and_groups_counts() {
    let halves = [group("iam").inline("own-iam", IAM), group("power").attached(POWER)];
    assert_eq!(among(&user("both").within("iam").within("power"), &halves), Fail);
    assert_eq!(among(&user("iam").within("iam"), &halves), Pass);
    assert_eq!(among(&user("power").within("power"), &halves), Pass);
    assert_eq!(among(&user("mixed").within("power").inline("own-iam", IAM), &halves), Fail);
    let seen = scan(&halves);
    assert!(halves.iter().all(|group| finding(&seen, group).status == Pass));
    assert_eq!(among(&role("mixed").attached(POWER).inline("own-iam", IAM), &[]), Fail);
    assert_eq!(among(&role("power").attached(POWER), &[]), Pass, "PowerUserAccess is no administrator");
}

#[test]
fn the_message_shows_the_way_and_the_shortest() {
    let admins = group("admins").attached(ADMINISTRATOR);
    let ann = user("ann").within("admins").inline("more", &format!("{IAM},{ALL_BUT_IAM}"));
    let seen = scan(&[ann.clone(), admins.clone()]);
    assert_eq!(finding(&seen, &ann).message, "May do everything: ann → admins → AdministratorAccess → Statement[0].");
    let granted = &finding(&seen, &ann).evidence.read()["granted_by"][0];
    assert_eq!((&granted["group"], &granted["policy_arn"]), (&"admins".into(), &ADMINISTRATOR.into()));
    assert_eq!(finding(&seen, &admins).severity, Severity::High);
}

#[test]
fn denials_subtract_and_what_is_left_decides() {
    for (denial, expected) in [
        // Everything but a remainder is everything, for those who own IAM.
        (deny(r#""s3:DeleteBucket""#, r#""*""#), Fail),
        (deny(r#"["organizations:*","account:*"]"#, r#""*""#), Fail),
        (deny(r#""*""#, r#""arn:aws:s3:::secret/*""#), Fail),
        // Part of IAM.
        (deny(r#""iam:*""#, r#""*""#), Pass),
        (deny(r#""IAM:deleterole""#, r#""*""#), Pass),
        (deny(r#""*""#, r#""arn:aws:iam::*:role/guard""#), Pass),
        (deny(r#""*""#, r#""*""#), Pass),
        (r#"{"Effect":"Deny","NotAction":"s3:*","Resource":"*"}"#.to_owned(), Pass),
        (r#"{"Effect":"Deny","Action":"*","NotResource":"arn:aws:s3:::*"}"#.to_owned(), Pass),
        (r#"{"Effect":"Deny","NotAction":["iam:*","ec2:*"],"Resource":"*"}"#.to_owned(), Pass),
        // A denial under a condition takes nothing away for good.
        (
            r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}"#.to_owned(),
            Fail,
        ),
    ] {
        assert_eq!(of(&format!("{ADMIN},{denial}")), expected, "{denial}");
    }
    let halt = group("halt").inline("halt", &deny(r#""iam:*""#, r#""*""#));
    assert_eq!(among(&user("ann").attached(ADMINISTRATOR).within("halt"), &[halt]), Pass, "a group's denial too");
}

#[test]
fn what_is_left_out_of_a_grant_subtracts_alike() {
    let statement = |rest: &str| format!(r#"{{"Effect":"Allow",{rest}}}"#);
    for (rest, expected) in [
        (r#""NotAction":[],"Resource":"*""#, Fail),
        (r#""NotAction":"s3:*","Resource":"*""#, Fail),
        (r#""Action":"*","NotResource":"arn:aws:s3:::secret/*""#, Fail),
        (r#""NotAction":["iam:*","organizations:*"],"Resource":"*""#, Pass),
        (r#""NotAction":"iam:CreateUser","Resource":"*""#, Pass),
        (r#""Action":"*","NotResource":"arn:aws:iam::123456789012:role/guard""#, Pass),
    ] {
        assert_eq!(of(&statement(rest)), expected, "{rest}");
    }
}

#[test]
fn a_boundary_subtracts_and_never_grants() {
    for holder in [user("a"), role("a")] {
        let bounded = |holder: &Holder, by| among(&holder.clone().attached(ADMINISTRATOR).bounded_by(by), &[]);
        assert_eq!(bounded(&holder, POWER), Pass);
        assert_eq!(bounded(&holder, ADMINISTRATOR), Fail);
        assert_eq!(among(&holder.clone().bounded_by(ADMINISTRATOR), &[]), Pass, "used as a boundary only");
    }
    let own = [managed(OWN, &format!("{ADMIN},{}", deny(r#""s3:*""#, r#""*""#))), managed(ADMINISTRATOR, ADMIN)];
    let app = role("app").attached(ADMINISTRATOR).bounded_by(OWN);
    let seen = Account::new().principals(std::slice::from_ref(&app), &own).scan(&[CHECK]);
    assert_eq!(finding(&seen, &app).status, Fail, "all of IAM is left");
}

#[test]
fn conditions_on_the_grant_are_shown_and_make_it_medium() {
    for condition in
        [r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#, r#"{"IpAddress":{"aws:SourceIp":["192.0.2.0/24"]}}"#]
    {
        let ann = user("ann").inline("p", &ADMIN.replace('}', &format!(r#","Condition":{condition}}}"#)));
        let seen = scan(std::slice::from_ref(&ann));
        let finding = finding(&seen, &ann);
        assert_eq!((finding.status, finding.severity), (Fail, Severity::Medium));
        let key = if condition.contains("Bool") {
            "aws:MultiFactorAuthPresent = true"
        } else {
            "aws:SourceIp = 192.0.2.0/24"
        };
        assert!(finding.message.contains(key), "{}", finding.message);
    }
}

#[test]
fn a_grant_without_conditions_beside_one_with_them_is_high() {
    let mfa = r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#;
    let under = |statement: &str| statement.replace('}', &format!(r#","Condition":{mfa}}}"#));
    let both = user("both").inline("mfa", &under(ADMIN)).attached(ADMINISTRATOR);
    let half = user("half").inline("mfa-iam", &under(IAM)).attached(POWER);
    let seen = scan(&[both.clone(), half.clone()]);
    let told = |holder| (finding(&seen, holder).status, finding(&seen, holder).severity);
    assert_eq!(told(&both), (Fail, Severity::High));
    assert!(!finding(&seen, &both).message.contains("condition"), "{}", finding(&seen, &both).message);
    assert_eq!(told(&half), (Fail, Severity::Medium));
}

#[test]
fn every_resource_of_another_partition_is_every_resource_there() {
    let account = || Account::in_partition("aws-cn", "cn-north-1", &["cn-northwest-1"]);
    for (resource, expected) in [(r#""arn:aws-cn:*""#, Fail), (r#""arn:aws:*""#, Pass)] {
        let ann = user("ann").inline("p", &allow(r#""*""#, resource));
        let seen = account().principals(std::slice::from_ref(&ann), &[]).scan(&[CHECK]);
        assert_eq!(finding(&seen, &ann).status, expected, "{resource}");
    }
}

#[test]
fn service_linked_roles_are_left_alone_and_roles_that_services_take_are_not() {
    let linked = role("AWSServiceRoleForX").at("/aws-service-role/x.amazonaws.com/").attached(ADMINISTRATOR);
    assert_eq!(among(&linked, &[]), NotApplicable);
    for service in [r#"{"Service":"ec2.amazonaws.com"}"#, r#"{"Service":"lambda.amazonaws.com"}"#] {
        let role = role("app").at("/service-role/").trusting(service).attached(ADMINISTRATOR);
        assert_eq!(among(&role, &[]), Fail, "{service}");
    }
}

#[test]
fn only_the_default_version_counts_and_only_where_it_is_attached() {
    let app = role("app").attached(OWN);
    let read = allow(r#""s3:GetObject""#, r#""*""#);
    for (policy, expected) in [(managed(OWN, &read).beside(ADMIN), Pass), (managed(OWN, ADMIN).beside(&read), Fail)] {
        let seen = Account::new().principals(std::slice::from_ref(&app), &[policy]).scan(&[CHECK]);
        assert_eq!(finding(&seen, &app).status, expected);
    }
    let seen = Account::new().principals(&[user("ann")], &[managed(OWN, ADMIN)]).scan(&[CHECK]);
    assert_eq!(seen.verdicts().into_values().collect::<Vec<_>>(), [Pass], "no verdict on what nobody holds");
}

#[test]
fn principals_of_every_page_are_judged_by_all_pages() {
    let ann = user("ann").within("admins");
    let admins = group("admins").attached(ADMINISTRATOR);
    let app = role("app").attached(POWER);
    let first = (&[ann.clone()][..], &[][..]);
    let second = (&[admins.clone(), app.clone()][..], &of_aws()[..]);
    let seen = Account::new().principal_pages(&[first, second]).scan(&[CHECK]);
    assert_eq!([&ann, &admins, &app].map(|holder| finding(&seen, holder).status), [Fail, Fail, Pass]);
    assert_eq!(seen.calls("iam:GetAccountAuthorizationDetails"), 2);
}

#[test]
fn a_document_that_the_details_leave_out_is_asked_for() {
    let app = role("app").attached(OWN);
    let account = Account::new().principals(&[app.clone(), user("ann")], &[]).lone_policy(OWN, ADMIN);
    let seen = account.scan(&[CHECK]);
    assert_eq!(finding(&seen, &app).status, Fail);
    for action in ["iam:GetPolicy", "iam:GetPolicyVersion"] {
        let seen = account.spoiled(action, |_| Answer::query("AccessDenied")).scan(&[CHECK]);
        assert_eq!(seen.unknown(CHECK, &app.arn()), (action, Some("AccessDenied"), Some(action)));
        assert_eq!(finding(&seen, &user("ann")).status, Pass);
    }
}

#[test]
fn what_cannot_be_read_is_unknown_for_its_holders_only() {
    let broken = user("broken").inline_text("p", "{not a policy");
    let lost = user("lost").within("nowhere");
    let fine = user("fine").inline("p", ADMIN);
    let seen = scan(&[broken.clone(), lost.clone(), fine.clone()]);
    assert_eq!([&broken, &lost, &fine].map(|holder| finding(&seen, holder).status), [Unknown, Unknown, Fail]);

    let operation = "iam:GetAccountAuthorizationDetails";
    let account = Account::new().principals(&[fine], &of_aws());
    let seen = account.spoiled(operation, |_| Answer::query("AccessDenied")).scan(&[CHECK]);
    assert_eq!(seen.unknown(CHECK, ACCOUNT), (operation, Some("AccessDenied"), Some(operation)));
    let seen = account.spoiled(operation, |_| Answer::ok("")).scan(&[CHECK]);
    assert_eq!(seen.status(CHECK, ACCOUNT), Unknown);
}

/// What is said of the check beside its verdicts.
fn notes(seen: &Seen) -> Vec<&str> {
    seen.0
        .notes()
        .map(|(check, account, note)| {
            assert_eq!((check, account), (CHECK, ACCOUNT));
            note
        })
        .collect()
}

#[test]
fn an_admin_policy_that_nobody_holds_is_a_note_and_no_verdict() {
    let own = |name: &str| format!("arn:aws:iam::{ACCOUNT}:policy/{name}");
    let policies = [
        managed(&own("loose"), ADMIN).used(0, 0),
        managed(&own("loose-halves"), &format!("{IAM},{ALL_BUT_IAM}")).used(0, 0),
        managed(&own("narrow"), IAM).used(0, 0),
        managed(&own("held"), ADMIN),
        managed(&own("fence"), ADMIN).used(0, 1),
        managed(&own("was-wide"), IAM).beside(ADMIN).used(0, 0),
        // AWS's own, as some servers list them: it is nobody's to delete.
        managed(ADMINISTRATOR, ADMIN).used(0, 0),
    ];
    let (ops, app) = (role("ops").attached(&own("held")), role("app").bounded_by(&own("fence")));
    let seen = Account::new().principals(&[ops.clone(), app.clone()], &policies).scan(&[CHECK]);
    let [note] = notes(&seen)[..] else { panic!("{:?}", notes(&seen)) };
    assert!(note.ends_with(&format!(": {}, {}.", own("loose"), own("loose-halves"))), "{note}");
    assert_eq!((seen.0.findings.len(), seen.0.complete), (2, true), "nothing but principals gets a verdict");
    assert_eq!((finding(&seen, &ops).status, finding(&seen, &app).status), (Fail, Pass));
    assert!(seen.0.coverage.iter().all(|row| row.reason.is_none()), "{:?}", seen.0.coverage);

    let many: Vec<_> = (1..=5).map(|n| managed(&own(&format!("p{n}")), ADMIN).used(0, 0)).collect();
    let seen = Account::new().principals(&[], &many).scan(&[CHECK]);
    let expected = format!(": {}, {}, {}, +2.", own("p1"), own("p2"), own("p3"));
    assert!(notes(&seen)[0].ends_with(&expected), "{:?}", notes(&seen));
    assert_eq!(notes(&scan(&[user("u")])), [""; 0]);
}
