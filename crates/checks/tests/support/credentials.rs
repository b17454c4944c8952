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

/// What a row says of password and MFA: of the root user it does not tell of a password.
fn row_of(user: &str, password: &str, mfa: bool, keys: [Option<(bool, &str, &str)>; 2]) -> String {
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
        "{user},{arn},2024-01-01T00:00:00+00:00,{password},2026-10-01T08:00:00+00:00,not_supported,not_supported,{mfa},\
         {one},{two},false,N/A,false,N/A"
    )
}

/// A row of somebody who signs in, or not.
pub(crate) fn person(user: &str, password: bool, mfa: bool) -> String {
    row_of(user, &password.to_string(), mfa, [None, None])
}

/// A row of the report: a user, and whether each key is active, when it was made, and when, where and for what used.
pub(crate) fn row(user: &str, keys: [Option<(bool, &str, &str)>; 2]) -> String {
    row_of(user, "not_supported", true, keys)
}

/// A key as IAM lists it: id, status, when it was made.
pub(crate) type Key<'a> = (&'a str, &'a str, &'a str);

impl Account {
    /// How many access keys the root user has, says the summary. It has a password and MFA.
    pub(crate) fn summary(self, root_keys: u8) -> Self {
        self.summary_of(&[
            ("AccountMFAEnabled", 1),
            ("AccountAccessKeysPresent", root_keys),
            ("AccountPasswordPresent", 1),
        ])
    }

    /// What the summary says.
    pub(crate) fn summary_of(self, told: &[(&str, u8)]) -> Self {
        let entries = [("Users", 3), ("Roles", 7)].into_iter().chain(told.iter().copied());
        let entry = |(key, value): (&str, u8)| format!("<entry><key>{key}</key><value>{value}</value></entry>");
        let entries: String = entries.map(entry).collect();
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

    /// A user's access keys, page by page.
    pub(crate) fn access_keys(mut self, user: &str, pages: &[&[Key<'_>]]) -> Self {
        for (page, keys) in pages.iter().enumerate() {
            let member = |(id, status, made): &Key<'_>| {
                format!(
                    "<member><UserName>{user}</UserName><AccessKeyId>{id}</AccessKeyId><Status>{status}</Status>\
                     <CreateDate>{made}</CreateDate></member>"
                )
            };
            let members: String = keys.iter().map(member).collect();
            let more = page + 1 < pages.len();
            let next = if more { format!("<Marker>page-{}</Marker>", page + 1) } else { String::new() };
            let inner =
                format!("<AccessKeyMetadata>{members}</AccessKeyMetadata><IsTruncated>{more}</IsTruncated>{next}");
            let marker = if page == 0 { String::new() } else { format!("&Marker=page-{page}") };
            let answer = result("ListAccessKeys", &inner);
            self = self.iam("ListAccessKeys", &format!("&UserName={user}{marker}"), answer);
        }
        self
    }

    /// When a key was last used, where IAM is asked for it alone.
    pub(crate) fn key_used(self, id: &str, at: Option<&str>) -> Self {
        let used = at.map_or_else(
            || "<ServiceName>N/A</ServiceName><Region>N/A</Region>".to_owned(),
            |at| format!("<LastUsedDate>{at}</LastUsedDate><ServiceName>s3</ServiceName><Region>eu-west-1</Region>"),
        );
        let inner = format!("<UserName>u</UserName><AccessKeyLastUsed>{used}</AccessKeyLastUsed>");
        self.iam("GetAccessKeyLastUsed", &format!("&AccessKeyId={id}"), result("GetAccessKeyLastUsed", &inner))
    }

    /// The account's password policy: the fewest characters, the days a password holds, how many are remembered.
    pub(crate) fn password_policy(self, length: u8, days: u8, remembered: u8) -> Self {
        let inner = format!(
            "<PasswordPolicy><MinimumPasswordLength>{length}</MinimumPasswordLength><RequireSymbols>true</RequireSymbols>\
             <RequireNumbers>true</RequireNumbers><RequireUppercaseCharacters>true</RequireUppercaseCharacters>\
             <RequireLowercaseCharacters>true</RequireLowercaseCharacters><AllowUsersToChangePassword>true\
             </AllowUsersToChangePassword><ExpirePasswords>true</ExpirePasswords><MaxPasswordAge>{days}\
             </MaxPasswordAge><PasswordReusePrevention>{remembered}</PasswordReusePrevention></PasswordPolicy>"
        );
        self.with_password_policy(result("GetAccountPasswordPolicy", &inner))
    }

    /// What IAM answers about it.
    pub(crate) fn with_password_policy(self, answer: Answer) -> Self {
        self.iam("GetAccountPasswordPolicy", "", answer)
    }
}
