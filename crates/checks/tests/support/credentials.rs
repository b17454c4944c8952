//! What IAM answers about credentials.
//! Source: IAM API Reference, `GetAccountSummary`, `GenerateCredentialReport` and `GetCredentialReport`; the report's
//! columns are in the IAM User Guide, "Get credential reports".

use super::iam::result;
use super::{ACCOUNT, Account, Answer};

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let four = |three: &[u8]| {
        let all = (0..3).fold(0, |all, at| all << 8 | usize::from(three.get(at).copied().unwrap_or_default()));
        let letter = |at: usize| if at > three.len() { '=' } else { char::from(DIGITS[all >> (18 - 6 * at) & 63]) };
        (0..4).map(letter).collect::<String>()
    };
    bytes.chunks(3).map(four).collect()
}

/// `GenerateCredentialReport` in some state.
pub(crate) fn report_state(state: &str) -> Answer {
    result("GenerateCredentialReport", &format!("<State>{state}</State>"))
}

/// A row of the report: a user, and whether each key is active, when it was made, and when, where and for what used.
pub(crate) fn row(user: &str, keys: [Option<(bool, &str, &str)>; 2]) -> String {
    let key = |key: Option<(bool, &str, &str)>| match key {
        None => "false,N/A,N/A,N/A,N/A".to_owned(),
        Some((active, made, "")) => format!("{active},{made},N/A,N/A,N/A"),
        Some((active, made, last)) => format!("{active},{made},{last},eu-west-1,s3"),
    };
    let arn = match user {
        "<root_account>" => format!("arn:aws:iam::{ACCOUNT}:root"),
        user => format!("arn:aws:iam::{ACCOUNT}:user/{user}"),
    };
    let [one, two] = keys.map(key);
    format!(
        "{user},{arn},2024-01-01T00:00:00+00:00,not_supported,2026-10-01T08:00:00+00:00,not_supported,not_supported,\
         true,{one},{two},false,N/A,false,N/A"
    )
}

impl Account {
    /// How many access keys the root user has, says the summary.
    pub(crate) fn summary(self, root_keys: u8) -> Self {
        let entries = [("Users", 3), ("AccountMFAEnabled", 1), ("AccountAccessKeysPresent", root_keys), ("Roles", 7)];
        let entry = |(key, value): (&str, u8)| format!("<entry><key>{key}</key><value>{value}</value></entry>");
        let entries: String = entries.into_iter().map(entry).collect();
        let answer = result("GetAccountSummary", &format!("<SummaryMap>{entries}</SummaryMap>"));
        self.iam("GetAccountSummary", "", answer)
    }

    /// The credential report, after it has been made, with these rows.
    pub(crate) fn credentials(self, rows: &[String]) -> Self {
        let header = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
                      password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,\
                      access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,\
                      access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
                      access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,\
                      cert_2_active,cert_2_last_rotated";
        let content = base64(format!("{header}\n{}", rows.join("\n")).as_bytes());
        let inner = format!(
            "<Content>{content}</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-11-01T08:59:00Z\
             </GeneratedTime>"
        );
        let ready = report_state("COMPLETE").after(report_state("STARTED"));
        self.iam("GenerateCredentialReport", "", ready).iam(
            "GetCredentialReport",
            "",
            result("GetCredentialReport", &inner),
        )
    }
}
