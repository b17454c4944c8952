//! A user's access keys, by their ids: the credential report knows ages and uses, but no ids.

use asc_aws::pages;
use asc_core::fact::Reads;
use asc_core::{Cx, Fact, Operation, Per, Unread};
use aws_sdk_iam::types::StatusType;
use time::OffsetDateTime;

use super::client::{failed, iam, moment, present};
use super::credential_report::LastUse;

const LIST_KEYS: Operation = Operation::new("iam", "ListAccessKeys", "iam:ListAccessKeys").per(Per::Item);
const GET_LAST_USED: Operation =
    Operation::new("iam", "GetAccessKeyLastUsed", "iam:GetAccessKeyLastUsed").per(Per::Exception);

/// A key as the listing tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey {
    /// Its id: `AKIA…`.
    pub id: String,
    /// Whether it can be used.
    pub active: bool,
    /// When it was made, to the second.
    pub created: OffsetDateTime,
}

/// The access keys of a user, by the user's name.
#[derive(Debug)]
pub struct AccessKeys;

impl Fact for AccessKeys {
    type Key = String;
    type Value = Vec<ListedKey>;
    const READS: &'static [Reads] = &[Reads::Call(LIST_KEYS)];

    async fn read(cx: &Cx, user: &String) -> Result<Self::Value, Unread> {
        let client = iam(cx, LIST_KEYS)?;
        let listed = pages(LIST_KEYS, "AccessKeyMetadata", |marker| {
            let request = client.list_access_keys().user_name(user).set_marker(marker);
            async move {
                let page = request.send().await.map_err(|error| about_user(user, failed(LIST_KEYS)(error)))?;
                let next = page.marker.filter(|_| page.is_truncated);
                Ok((Some(page.access_key_metadata), next))
            }
        });
        let keys = listed.await?.into_iter().map(|key| {
            let created = key.create_date.as_ref().and_then(moment);
            Ok(ListedKey {
                id: present(LIST_KEYS, key.access_key_id, "AccessKeyId")?,
                active: present(LIST_KEYS, key.status, "Status")? != StatusType::Inactive,
                created: present(LIST_KEYS, created, "CreateDate")?,
            })
        });
        keys.collect()
    }
}

/// "No such user" is the user's disappearance.
fn about_user(user: &str, unread: Unread) -> Unread {
    if unread.aws_code.as_deref() == Some("NoSuchEntity") { unread.of_gone(user) } else { unread }
}

/// When a key was last used, by its id; asked only where the credential report leaves it open.
#[derive(Debug)]
pub struct KeyLastUse;

impl Fact for KeyLastUse {
    type Key = String;
    type Value = Option<LastUse>;
    const READS: &'static [Reads] = &[Reads::Call(GET_LAST_USED)];

    async fn read(cx: &Cx, id: &String) -> Result<Self::Value, Unread> {
        let request = iam(cx, GET_LAST_USED)?.get_access_key_last_used().access_key_id(id);
        let answer = request.send().await.map_err(failed(GET_LAST_USED))?;
        let last = present(GET_LAST_USED, answer.access_key_last_used, "AccessKeyLastUsed")?;
        let known = |word: String| Some(word).filter(|word| !matches!(word.as_str(), "" | "N/A"));
        let at = last.last_used_date.as_ref().and_then(moment);
        Ok(at.map(|at| LastUse { at, region: known(last.region), service: known(last.service_name) }))
    }
}
