//! The credential report: every user's credentials, the root user's among them, with dates.

use std::collections::HashMap;
use std::time::Duration;

use asc_aws::door;
use asc_core::clock::Clock;
use asc_core::fact::Reads;
use asc_core::{Class, Cx, Fact, Operation, Per, Unread};
use aws_sdk_iam::types::ReportStateType;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::client::{failed, iam, present};

const GENERATE: Operation =
    Operation::new("iam", "GenerateCredentialReport", "iam:GenerateCredentialReport").per(Per::Item);
/// The read of the report.
pub(crate) const GET_REPORT: Operation = Operation::new("iam", "GetCredentialReport", "iam:GetCredentialReport");

/// What the root user's row is called.
pub const ROOT_USER: &str = "<root_account>";

/// The pauses between questions whether the report is ready, in seconds; after the last one it is given up.
const PAUSES: [u64; 6] = [1, 2, 3, 4, 5, 5];

/// When and for what something was last used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LastUse {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// In which region, where one is known.
    pub region: Option<String>,
    /// For which service, where one is known.
    pub service: Option<String>,
}

/// One of a user's two access keys, in use or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// 1 or 2.
    pub number: u8,
    /// Whether it can be used.
    pub active: bool,
    /// When it was made or last replaced.
    pub rotated: Option<OffsetDateTime>,
    /// When it was last used, if it ever was.
    pub last_use: Option<LastUse>,
}

/// A user's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The user's name; [`ROOT_USER`] for the root user.
    pub user: String,
    /// The user's ARN.
    pub arn: String,
    /// Its access keys, as far as it has any.
    pub keys: Vec<AccessKey>,
    /// Whether it has a password for the console, where that is told.
    pub password: Option<bool>,
    /// Whether it has an MFA device, where that is told.
    pub mfa: Option<bool>,
}

/// The credential report, generated if need be.
#[derive(Debug)]
pub struct CredentialReport;

impl Fact for CredentialReport {
    type Key = ();
    type Value = Vec<Credentials>;
    const READS: &'static [Reads] = &[Reads::Call(GENERATE), Reads::Call(GET_REPORT)];

    async fn read(cx: &Cx, (): &()) -> Result<Self::Value, Unread> {
        let client = iam(cx, GENERATE)?;
        // A recording answers at once, and in the same order.
        let replayed = matches!(door(cx, GENERATE)?.clock(), Clock::Fixed(_));
        let mut pauses = PAUSES.into_iter();
        loop {
            let answer = client.generate_credential_report().send().await.map_err(failed(GENERATE))?;
            if present(GENERATE, answer.state, "State")? == ReportStateType::Complete {
                break;
            }
            let Some(pause) = pauses.next() else {
                let waited: u64 = PAUSES.iter().sum();
                let detail = format!("the report is still not ready after {waited} s; scan again in a minute");
                return Err(Unread::new(GENERATE, Class::Unreachable, detail));
            };
            if !replayed {
                tokio::time::sleep(Duration::from_secs(pause)).await;
            }
        }
        let answer = client.get_credential_report().send().await.map_err(failed(GET_REPORT))?;
        let content = present(GET_REPORT, answer.content, "Content")?.into_inner();
        let text = String::from_utf8(content).map_err(|_| Unread::malformed(GET_REPORT, "the report is not UTF-8"))?;
        rows(&text).map_err(|why| Unread::malformed(GET_REPORT, why))
    }
}

/// Reads the report, its columns by their names in the first line.
fn rows(text: &str) -> Result<Vec<Credentials>, String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let header: Vec<_> = lines.next().ok_or("the report is empty")?.split(',').map(str::trim).collect();
    for needed in ["user", "arn", "access_key_1_active", "access_key_2_active"] {
        if !header.contains(&needed) {
            return Err(format!("the report has no column {needed}"));
        }
    }
    lines.map(|line| row(&header, line)).collect()
}

fn row(header: &[&str], line: &str) -> Result<Credentials, String> {
    let cells = cells(line);
    if cells.len() != header.len() {
        return Err(format!("a row of {} cells under {} columns", cells.len(), header.len()));
    }
    let row: HashMap<_, _> = header.iter().copied().zip(cells).collect();
    // What AWS writes where there is nothing to tell.
    let value = |column: &str| {
        row.get(column).map(String::as_str).filter(|v| !matches!(*v, "" | "N/A" | "no_information" | "not_supported"))
    };
    let key = |number: u8| {
        let cell = |what: &str| value(&format!("access_key_{number}_{what}"));
        let rotated = moment(cell("last_rotated"))?;
        let active = cell("active").is_some_and(|word| word.eq_ignore_ascii_case("true"));
        let last_use = moment(cell("last_used_date"))?.map(|at| LastUse {
            at,
            region: cell("last_used_region").map(str::to_owned),
            service: cell("last_used_service").map(str::to_owned),
        });
        let exists = active || rotated.is_some();
        Ok::<_, String>(exists.then_some(AccessKey { number, active, rotated, last_use }))
    };
    let flag = |column: &str| match value(column)?.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    };
    Ok(Credentials {
        password: flag("password_enabled"),
        mfa: flag("mfa_active"),
        user: row.get("user").cloned().unwrap_or_default(),
        arn: row.get("arn").cloned().unwrap_or_default(),
        keys: [key(1)?, key(2)?].into_iter().flatten().collect(),
    })
}

fn moment(text: Option<&str>) -> Result<Option<OffsetDateTime>, String> {
    let parse = |text| OffsetDateTime::parse(text, &Rfc3339).map_err(|_| format!("{text:?} is no date"));
    text.map(parse).transpose()
}

/// A line's cells; one that holds a comma stands in quotes, in which a quote is doubled.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.trim_end_matches('\r').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use asc_aws::recording::{Exchange, Head, Outcome, Recording};
    use asc_aws::request::RequestId;
    use asc_aws::{Access, Door, DoorOptions, Manners, Source};
    use asc_core::Account;
    use asc_core::context::CxBuilder;
    use time::macros::datetime;

    use super::*;

    const HEADER: &str = "user,arn,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
                          access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,\
                          access_key_2_last_rotated";

    fn read(row: &str) -> Result<Credentials, String> {
        rows(&format!("{HEADER}\n{row}\n")).map(|mut rows| rows.remove(0))
    }

    #[test]
    fn keys_that_exist_are_told_with_their_dates() {
        let row = read(
            "ann,arn:a,true,2026-01-02T03:04:05+00:00,2026-02-03T04:05:00+00:00,eu-west-1,s3,false,2025-01-02T03:04:05Z",
        );
        let keys = row.unwrap().keys;
        let last_use = LastUse {
            at: datetime!(2026-02-03 04:05 UTC),
            region: Some("eu-west-1".to_owned()),
            service: Some("s3".to_owned()),
        };
        assert_eq!(keys[0].last_use, Some(last_use));
        assert_eq!((keys[0].number, keys[0].active), (1, true));
        assert_eq!((keys[1].number, keys[1].active, keys[1].rotated.is_some()), (2, false, true));
    }

    #[test]
    fn passwords_and_mfa_are_told_or_not() {
        let told = |password: &str, mfa: &str| {
            let header = format!("{HEADER},password_enabled,mfa_active");
            let rows =
                rows(&format!("{header}\nann,arn:a,false,N/A,N/A,N/A,N/A,false,N/A,{password},{mfa}\n")).unwrap();
            (rows[0].password, rows[0].mfa)
        };
        assert_eq!(told("true", "FALSE"), (Some(true), Some(false)));
        assert_eq!(told("not_supported", "true"), (None, Some(true)));
        let row = read("ann,arn:a,false,N/A,N/A,N/A,N/A,false,N/A").unwrap();
        assert_eq!((row.password, row.mfa), (None, None), "columns that are not there tell nothing");
    }

    #[test]
    fn words_for_nothing_are_nothing() {
        let row = read("<root_account>,arn:r,false,N/A,no_information,N/A,not_supported,false,N/A").unwrap();
        assert_eq!((row.user.as_str(), row.keys.len()), (ROOT_USER, 0));
    }

    #[test]
    fn names_may_hold_commas() {
        let row = read(r#""a,""b""",arn:a,false,N/A,N/A,N/A,N/A,false,N/A"#).unwrap();
        assert_eq!(row.user, r#"a,"b""#);
    }

    /// What reading the report comes to when IAM says these states, one after the other, and how often it was asked.
    async fn read_after(states: &[&str]) -> (Result<usize, Class>, u64) {
        let report = "dXNlcixhcm4sYWNjZXNzX2tleV8xX2FjdGl2ZSxhY2Nlc3Nfa2V5XzJfYWN0aXZlCmFubixhcm46YSx0cnVlLGZhbHNlCg==";
        let answer = |operation: &str, result: &str| {
            let request = RequestId {
                service: "iam".to_owned(),
                operation: operation.to_owned(),
                region: "us-east-1".to_owned(),
                path: "/".to_owned(),
                query: String::new(),
                body: format!("Action={operation}&Version=2010-05-08"),
            };
            let body = format!(
                "<{operation}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{operation}Result>{result}\
                 </{operation}Result></{operation}Response>"
            );
            let outcome = Outcome::Answer { status: 200, headers: vec![], body: body.into() };
            Exchange { request, outcome, retried: 0, throttled: 0 }
        };
        let states = states.iter().map(|state| answer("GenerateCredentialReport", &format!("<State>{state}</State>")));
        let report = answer("GetCredentialReport", &format!("<Content>{report}</Content>"));
        let at = datetime!(2026-11-01 00:00 UTC);
        let head = Head { version: "0".to_owned(), started_at: at, region: "us-east-1".to_owned() };
        let recording = Arc::new(Recording::new(head, at, states.chain([report]).collect()));
        let ledger = Arc::<asc_core::ledger::Ledger>::default();
        let options = DoorOptions {
            source: Source::Recording(recording),
            access: Access::ReadOnly,
            manners: Manners::DEFAULT,
            version: "0",
            ledger: Arc::clone(&ledger),
            progress: Arc::default(),
            stop: asc_core::stop::Stop::default(),
        };
        let door = Arc::new(Door::open(options).await.unwrap());
        let account = Account { id: "123456789012".to_owned(), partition: "aws".to_owned(), alias: None };
        let cx = CxBuilder::new(account).service(door).build();
        let rows = cx.get::<CredentialReport>(&()).await;
        let calls = ledger.calls();
        let asked = calls.iter().find(|calls| calls.operation == GENERATE.name).map_or(0, |calls| calls.count);
        (rows.map(|rows| rows.len()).map_err(|why| why.class), asked)
    }

    #[tokio::test]
    async fn the_report_is_waited_for_within_bounds_and_a_replay_does_not_wait() {
        let began = std::time::Instant::now();
        assert_eq!(read_after(&["COMPLETE"]).await, (Ok(1), 1));
        assert_eq!(read_after(&["STARTED", "INPROGRESS", "COMPLETE"]).await, (Ok(1), 3));
        assert_eq!(read_after(&["STARTED"]).await, (Err(Class::Unreachable), 7));
        assert!(began.elapsed() < Duration::from_secs(1));
    }

    #[test]
    fn what_is_no_report_is_refused() {
        assert!(rows("").is_err());
        assert!(rows("user,arn\n").is_err());
        assert!(read("ann,arn:a,true").is_err());
        assert!(read("ann,arn:a,true,soon,N/A,N/A,N/A,false,N/A").is_err());
        assert_eq!(rows(&format!("{HEADER}\n")), Ok(vec![]));
    }
}
