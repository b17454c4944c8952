//! IAM and STS.
//! Source: IAM API Reference and AWS STS API Reference; the credential report's columns are in the IAM User Guide,
//! "Get credential reports".

use std::fmt::Write;

use super::{Answered, Page, Reply, xml};
use crate::account::Shape;
use crate::account::compute::profile_role;
use crate::account::people::{ADMINISTRATOR, EVERYTHING, Power};
use crate::call::Call;

const COLUMNS: &str = "user,arn,user_creation_time,password_enabled,mfa_active,access_key_1_active,\
access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,\
access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,\
access_key_2_last_used_service";

pub(super) fn answer(shape: &Shape, call: &Call, again: bool) -> Answered {
    let inner = match call.name() {
        "GetCallerIdentity" => {
            let account = &shape.account;
            format!(
                "<Arn>arn:aws:iam::{account}:user/user-0</Arn><UserId>AIDASIMULATED</UserId><Account>{account}</Account>"
            )
        }
        "GetAccountSummary" => {
            let entries = [("Users", shape.users), ("AccountMFAEnabled", 1), ("AccountAccessKeysPresent", 0)];
            let entry = |(key, value)| format!("<entry><key>{key}</key><value>{value}</value></entry>");
            format!("<SummaryMap>{}</SummaryMap>", entries.map(entry).concat())
        }
        // The first time there is none yet.
        "GenerateCredentialReport" if !again => "<State>STARTED</State>".to_owned(),
        "GenerateCredentialReport" => "<State>COMPLETE</State>".to_owned(),
        "GetCredentialReport" => format!(
            "<Content>{}</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-01-01T00:00:00Z</GeneratedTime>",
            base64(report(shape).as_bytes())
        ),
        "GetAccountAuthorizationDetails" => details(shape, call)?,
        "GetInstanceProfile" => {
            let name = call.parameter("InstanceProfileName").ok_or((400, "ValidationError"))?;
            profile(shape, name).ok_or((404, "NoSuchEntity"))?
        }
        _ => return Err((404, "NoSuchEntity")),
    };
    Ok(result(call, &inner))
}

fn result(call: &Call, inner: &str) -> Reply {
    let operation = call.name();
    let namespace = match call.service() {
        "sts" => "https://sts.amazonaws.com/doc/2011-06-15/",
        _ => "https://iam.amazonaws.com/doc/2010-05-08/",
    };
    xml(
        200,
        format!(
            "<{operation}Response xmlns=\"{namespace}\"><{operation}Result>{inner}</{operation}Result>\
             <ResponseMetadata><RequestId>simulated</RequestId></ResponseMetadata></{operation}Response>"
        ),
    )
}

fn report(shape: &Shape) -> String {
    let none = "false,N/A,N/A,N/A,N/A";
    let row = |user: &str, arn: &str, key: &str| {
        format!("{user},{arn},2024-01-01T00:00:00+00:00,not_supported,true,{key},{none}")
    };
    let root = row("<root_account>", &format!("arn:aws:iam::{}:root", shape.account), none);
    let users = (0..shape.users).map(|index| {
        let has_key = shape.percent("access key", index) < 40;
        let key = if has_key { "true,2025-01-01T00:00:00+00:00,2025-12-01T00:00:00+00:00,us-east-1,s3" } else { none };
        row(&format!("user-{index}"), &shape.principal_arn("user", index), key)
    });
    std::iter::once(COLUMNS.to_owned()).chain([root]).chain(users).collect::<Vec<_>>().join("\n")
}

/// An entry of the authorization details.
enum Entry {
    User(u64),
    Group(u64),
    Role(u64),
    Policy(u64),
    Administrator,
}

fn details(shape: &Shape, call: &Call) -> Result<String, (u16, &'static str)> {
    let all = (0..shape.users)
        .map(Entry::User)
        .chain((0..shape.groups).map(Entry::Group))
        .chain((0..shape.roles).map(Entry::Role))
        .chain((0..shape.policies).map(Entry::Policy))
        .chain(shape.uses_admin_policy().then_some(Entry::Administrator));
    let size = call.parameter("MaxItems").and_then(|size| size.parse().ok());
    let (entries, next) = Page::of(call.parameter("Marker"), size.or(Some(100)), 1_000)?.cut(all);
    let [mut users, mut groups, mut roles, mut policies] = [const { String::new() }; 4];
    for entry in entries {
        match entry {
            Entry::User(index) => users += &user(shape, index),
            Entry::Group(index) => groups += &group(shape, index),
            Entry::Role(index) => roles += &role(shape, index),
            Entry::Policy(index) => policies += &policy(&shape.policy_arn(index), &shape.policy_document(index)),
            Entry::Administrator => policies += &policy(ADMINISTRATOR, EVERYTHING),
        }
    }
    let next = match next {
        Some(token) => format!("<IsTruncated>true</IsTruncated><Marker>{token}</Marker>"),
        None => "<IsTruncated>false</IsTruncated>".to_owned(),
    };
    Ok(format!(
        "{next}<UserDetailList>{users}</UserDetailList><GroupDetailList>{groups}</GroupDetailList><RoleDetailList>\
         {roles}</RoleDetailList><Policies>{policies}</Policies>"
    ))
}

/// The parts that users, groups and roles have in common.
fn principal(shape: &Shape, kind: &str, index: u64, inline: &str, attached: &[String], more: &str) -> String {
    let (lower, arn) = (kind.to_lowercase(), shape.principal_arn(&kind.to_lowercase(), index));
    let path = if kind == "Role" { shape.role_path(index) } else { "/" };
    let attachment = |arn: &String| {
        let name = arn.rsplit('/').next().unwrap_or_default();
        format!("<member><PolicyName>{name}</PolicyName><PolicyArn>{arn}</PolicyArn></member>")
    };
    let attached: String = attached.iter().map(attachment).collect();
    format!(
        "<member><Path>{path}</Path><{kind}Name>{lower}-{index}</{kind}Name><{kind}Id>ASIMULATED{index}</{kind}Id><Arn>{arn}\
         </Arn><CreateDate>2024-01-01T00:00:00Z</CreateDate>{more}<{kind}PolicyList>{inline}</{kind}PolicyList>\
         <AttachedManagedPolicies>{attached}</AttachedManagedPolicies></member>"
    )
}

/// The account's own policy that a principal has.
fn own(shape: &Shape, kind: &str, index: u64) -> Vec<String> {
    shape.attached_policy(kind, index).map(|policy| shape.policy_arn(policy)).into_iter().collect()
}

fn user(shape: &Shape, index: u64) -> String {
    let mut attached = own(shape, "user", index);
    if shape.has_admin_policy(index) {
        attached.push(ADMINISTRATOR.to_owned());
    }
    let member = shape.group_of(index).map(|group| format!("<member>group-{group}</member>")).unwrap_or_default();
    principal(shape, "User", index, "", &attached, &format!("<GroupList>{member}</GroupList>"))
}

fn group(shape: &Shape, index: u64) -> String {
    let attached = if index == 0 { vec![ADMINISTRATOR.to_owned()] } else { own(shape, "group", index) };
    principal(shape, "Group", index, "", &attached, "")
}

fn role(shape: &Shape, index: u64) -> String {
    let power = shape.power(index);
    let mut attached = own(shape, "role", index);
    if matches!(power, Power::AdminManaged | Power::Bounded) {
        attached.push(ADMINISTRATOR.to_owned());
    }
    let inline = match power {
        Power::AdminInline => {
            let document = encoded(EVERYTHING);
            format!("<member><PolicyName>all</PolicyName><PolicyDocument>{document}</PolicyDocument></member>")
        }
        _ => String::new(),
    };
    let boundary = match power {
        Power::Bounded => format!(
            "<PermissionsBoundary><PermissionsBoundaryType>PermissionsBoundaryPolicy</PermissionsBoundaryType>\
             <PermissionsBoundaryArn>{}</PermissionsBoundaryArn></PermissionsBoundary>",
            shape.policy_arn(0)
        ),
        _ => String::new(),
    };
    let trust = encoded(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#,
    );
    let more = format!(
        "<AssumeRolePolicyDocument>{trust}</AssumeRolePolicyDocument><InstanceProfileList/><RoleLastUsed><LastUsedDate>\
         2025-12-01T00:00:00Z</LastUsedDate><Region>us-east-1</Region></RoleLastUsed>{boundary}"
    );
    principal(shape, "Role", index, &inline, &attached, &more)
}

fn policy(arn: &str, document: &str) -> String {
    let (name, document) = (arn.rsplit('/').next().unwrap_or_default(), encoded(document));
    format!(
        "<member><PolicyName>{name}</PolicyName><PolicyId>ANPASIMULATED</PolicyId><Arn>{arn}</Arn><Path>/</Path>\
         <DefaultVersionId>v1</DefaultVersionId><AttachmentCount>1</AttachmentCount><IsAttachable>true</IsAttachable>\
         <PolicyVersionList><member><Document>{document}</Document><VersionId>v1</VersionId><IsDefaultVersion>true\
         </IsDefaultVersion></member></PolicyVersionList></member>"
    )
}

fn profile(shape: &Shape, name: &str) -> Option<String> {
    let index = shape.profile_named(name)?;
    let account = &shape.account;
    let role = profile_role(index).map(|role| {
        format!(
            "<member><Path>/</Path><RoleName>{role}</RoleName><RoleId>AROASIMULATED</RoleId><Arn>\
             arn:aws:iam::{account}:role/{role}</Arn><CreateDate>2024-01-01T00:00:00Z</CreateDate></member>"
        )
    });
    Some(format!(
        "<InstanceProfile><Path>/</Path><InstanceProfileName>{name}</InstanceProfileName><InstanceProfileId>\
         AIPASIMULATED</InstanceProfileId><Arn>arn:aws:iam::{account}:instance-profile/{name}</Arn><CreateDate>\
         2024-01-01T00:00:00Z</CreateDate><Roles>{}</Roles></InstanceProfile>",
        role.unwrap_or_default()
    ))
}

/// As IAM encodes documents: RFC 3986.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(2 * text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            byte => {
                // Writing into a string cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let four = |three: &[u8]| {
        let all = (0..3).fold(0, |all, at| all << 8 | usize::from(three.get(at).copied().unwrap_or_default()));
        [0, 1, 2, 3].map(|at| if at > three.len() { '=' } else { char::from(DIGITS[all >> (18 - 6 * at) & 63]) })
    };
    bytes.chunks(3).flat_map(four).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_what_the_rfc_says() {
        for (text, code) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(text.as_bytes()), code);
        }
    }
}
