//! ASC-01.

use asc_core::{AccountCheck, Cx, Kind, Text, Unread, Verdict, declare_check, text};
use serde_json::json;

use crate::model::{AccessKey, AccountSummary, CredentialReport, Credentials, LastUse, ROOT_USER};

declare_check! {
    /// Access keys of the root user.
    struct RootAccessKey {
        id: "ASC-01",
        name: "root-access-key",
        service: "iam",
        severity: Critical,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html",
        maps_to: [("aws-fsbp", "IAM.4"), ("cis-aws-5.0.0", "1.3"), ("cis-aws-3.0.0", "1.4")],
        options: [],
        reads: [AccountSummary],
        if_needed: [CredentialReport],
        en: {
            title: "The root user has an access key",
            why: "Whoever holds the root user's key owns the account: no policy limits it, no permissions boundary, and in an \
                  account that is no member of an organisation nothing does. It can close the account, change its e-mail \
                  address and delete every backup. There is nothing that needs such a key, and one that is switched off can \
                  be switched on again.",
            console: "1. Sign in as the root user and open Security credentials from the account menu.\n\
                      2. Under Access keys look at when and for what the key was last used, and give that work a role.\n\
                      3. Deactivate the key, wait until nothing breaks, then choose Delete.\n\
                      4. In an organisation, let IAM's Root access management remove the member accounts' root credentials altogether.",
        },
        ja: {
            title: "ルートユーザーにアクセスキーがある",
            why: "ルートユーザーのキーを持つ者はアカウントのすべてを支配します。ポリシーでもアクセス許可の境界でも制限できず、組織に属さない\
                  アカウントでは何によっても止められません。アカウントの解約、メールアドレスの変更、すべてのバックアップの削除が可能です。\
                  このキーを必要とする作業はなく、無効化しただけのキーは再び有効にできます。",
            console: "1. ルートユーザーでサインインし、アカウントメニューの [セキュリティ認証情報] を開きます。\n\
                      2. [アクセスキー] で最後に使われた日時と用途を確認し、その作業をロールに移します。\n\
                      3. キーを無効化し、影響がないことを確かめてから削除します。\n\
                      4. 組織では、IAM の [ルートアクセス管理] でメンバーアカウントのルート認証情報をまとめて削除できます。",
        },
        cli: "# Signed in as the root user; its key cannot be deleted by anyone else.\n\
              aws iam list-access-keys\n\
              aws iam delete-access-key --access-key-id KEY_ID",
        cloudformation: "# CloudFormation cannot delete the root user's keys; use the console.",
        terraform: "# In an organisation: manage, and remove, the member accounts' root credentials centrally.\n\
                    resource \"aws_iam_organizations_features\" \"root\" {\n  enabled_features = [\"RootCredentialsManagement\"]\n}",
    }
}

impl AccountCheck for RootAccessKey {
    async fn evaluate(&self, cx: &Cx) -> Result<Verdict, Unread> {
        let summary = cx.get::<AccountSummary>(&()).await.map(|summary| summary.root_access_keys);
        let root = if summary == Ok(false) { None } else { root(cx).await };
        judge(summary, root.as_ref())
    }
}

/// The root user's row in the report. The report is the second source: why it cannot be read is nobody's concern.
async fn root(cx: &Cx) -> Option<Credentials> {
    let report = cx.get::<CredentialReport>(&()).await.ok()?;
    report.iter().find(|row| row.user == ROOT_USER).cloned()
}

/// The verdict by what the summary says or, where it cannot be read, by the root user's row in the report. Where that
/// is not there either, the summary is what is missing.
fn judge(summary: Result<bool, Unread>, root: Option<&Credentials>) -> Result<Verdict, Unread> {
    let keys = root.map(|root| root.keys.as_slice());
    match (summary, keys) {
        (Ok(false), _) | (Err(_), Some([])) => Ok(none()),
        (Ok(true), keys) => Ok(some(keys.unwrap_or_default())),
        (Err(_), Some(keys)) => Ok(some(keys)),
        (Err(why), None) => Err(why),
    }
}

fn none() -> Verdict {
    Verdict::pass(text!(en: "The root user has no access key.", ja: "ルートユーザーにアクセスキーはありません。"))
}

fn some(keys: &[AccessKey]) -> Verdict {
    let fail = text!(en: "The root user has an access key.", ja: "ルートユーザーにアクセスキーがあります。");
    let told = keys.iter().fold(Verdict::fail(fail), |verdict, key| verdict.note(&of_key(key)));
    let evidence: Vec<_> =
        keys.iter().map(|key| json!({ "key": key.number, "active": key.active, "last_used": key.last_use })).collect();
    told.evidence("access_keys", evidence)
}

fn of_key(key: &AccessKey) -> Text {
    let number = key.number;
    let (en, ja) = if key.active { ("active", "有効") } else { ("inactive", "無効") };
    match &key.last_use {
        None => text!(
            en: "Key {number} is {en}; no use of it is known.",
            ja: "キー {number} は{ja}で、使用の記録はありません。"
        ),
        Some(LastUse { at, region, service }) => {
            let day = at.date();
            let service = service.as_deref().unwrap_or("-");
            let region = region.as_deref().unwrap_or("-");
            text!(
                en: "Key {number} is {en} and was last used on {day} (service {service}, region {region}).",
                ja: "キー {number} は{ja}で、最終使用日は {day} です (サービス {service}、リージョン {region})。"
            )
        }
    }
}

asc_core::declare_manual_fix!(
    RootAccessKey,
    en: "Only the root user, signed in with its password, can delete its own key; and whatever uses the key must have been given a role before.",
    ja: "ルートユーザーのキーを削除できるのは、パスワードでサインインしたルートユーザー本人だけです。キーの用途を先にロールへ移す必要もあります。",
);

#[cfg(test)]
mod tests {
    use asc_core::{Class, Operation, Status};
    use time::macros::datetime;

    use super::*;

    fn row(keys: Vec<AccessKey>) -> Credentials {
        let (user, arn) = (ROOT_USER.to_owned(), "arn:aws:iam::1:root".to_owned());
        Credentials { user, arn, keys, password: None, mfa: None }
    }

    fn key(active: bool) -> AccessKey {
        let at = datetime!(2026-03-04 05:06 UTC);
        let last_use = LastUse { at, region: Some("us-east-1".to_owned()), service: Some("s3".to_owned()) };
        AccessKey { number: 1, active, rotated: Some(at), last_use: Some(last_use) }
    }

    fn status(summary: Result<bool, Unread>, root: Option<&Credentials>) -> Result<Status, Unread> {
        judge(summary, root).map(|verdict| verdict.status())
    }

    fn denied() -> Unread {
        Unread::new(Operation::new("iam", "GetAccountSummary", "iam:GetAccountSummary"), Class::Denied, "no")
    }

    #[test]
    fn the_summary_decides() {
        assert_eq!(status(Ok(false), None), Ok(Status::Pass));
        assert_eq!(status(Ok(true), None), Ok(Status::Fail));
        assert_eq!(status(Ok(true), Some(&row(vec![]))), Ok(Status::Fail));
    }

    #[test]
    fn the_report_stands_in_and_an_inactive_key_is_a_key() {
        assert_eq!(status(Err(denied()), Some(&row(vec![]))), Ok(Status::Pass));
        assert_eq!(status(Err(denied()), Some(&row(vec![key(true)]))), Ok(Status::Fail));
        assert_eq!(status(Err(denied()), Some(&row(vec![key(false)]))), Ok(Status::Fail));
        assert_eq!(status(Err(denied()), None), Err(denied()));
    }

    #[test]
    fn the_message_tells_the_last_use() {
        let verdict = judge(Ok(true), Some(&row(vec![key(false)]))).unwrap();
        assert_eq!(
            verdict.message().en,
            "The root user has an access key. Key 1 is inactive and was last used on 2026-03-04 (service s3, region us-east-1)."
        );
    }
}
