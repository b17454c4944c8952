//! BASE-04.

use asc_core::fact::Reads;
use asc_core::fix::{Class, Fix, Remedy, Run, Step};
use asc_core::report::Finding;
use asc_core::{
    Cx, Fact, Kind, Listing, Operation, Resource, ResourceCheck, Unread, Verdict, declare_check, declare_fix, fact,
    text,
};
use serde_json::json;
use time::OffsetDateTime;

use crate::model::change::{DELETE_KEY, SET_KEY};
use crate::model::{
    AccessKey, AccessKeys, CredentialReport, Credentials, IamChange, KeyLastUse, LastUse, ListedKey, ROOT_USER,
};

declare_check! {
    /// Access keys of users that are old, or that nobody uses.
    struct AccessKeyStale {
        id: "BASE-04",
        name: "iam-access-key-stale",
        service: "iam",
        severity: Medium,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html",
        maps_to: [
            ("aws-fsbp", "IAM.3"), ("cis-aws-5.0.0", "1.11"), ("cis-aws-5.0.0", "1.13"),
            ("cis-aws-3.0.0", "1.12"), ("cis-aws-3.0.0", "1.14"),
        ],
        options: [],
        reads: [CredentialReport, AccessKeys, KeyLastUse],
        en: {
            title: "Access key is old or unused",
            why: "A key copied into a laptop, an image or a build server works until somebody deletes it, and the older it is \
                  the more copies there are and the fewer people know of them. A key that nobody has used for weeks serves \
                  nobody but whoever finds it.",
            console: "1. Open the user in IAM, choose Security credentials, and look at what the key was last used for.\n\
                      2. Give that work a role; where it must stay a key, create a second one and put it in place.\n\
                      3. Deactivate the old key, wait until nothing breaks, then delete it.",
        },
        ja: {
            title: "アクセスキーが古い、または使われていない",
            why: "PC、イメージ、ビルドサーバーにコピーされたキーは、削除されるまで使えます。古いキーほどコピーが増え、それを知る人は減ります。\
                  何週間も使われていないキーは、見つけた攻撃者の役に立つだけです。",
            console: "1. IAM でユーザーを開き、[セキュリティ認証情報] でキーの最終使用を確認します。\n\
                      2. その作業をロールに移します。キーが必要な場合は 2 つ目を作成して置き換えます。\n\
                      3. 古いキーを無効化し、影響がないことを確かめてから削除します。",
        },
        cli: "aws iam create-access-key --user-name USER\n\
              aws iam update-access-key --user-name USER --access-key-id KEY_ID --status Inactive\n\
              aws iam delete-access-key --user-name USER --access-key-id KEY_ID",
        cloudformation: "# Raise Serial to have the key replaced at the next update.\n\
                         Key:\n  Type: AWS::IAM::AccessKey\n  Properties:\n    UserName: !Ref User\n    Serial: 2",
        terraform: "resource \"time_rotating\" \"key\" {\n  rotation_days = 80\n}\n\n\
                    resource \"aws_iam_access_key\" \"example\" {\n  user = aws_iam_user.example.name\n  lifecycle {\n    \
                    create_before_destroy = true\n    replace_triggered_by  = [time_rotating.key]\n  }\n}",
    }
}

/// The days after which a key should have been replaced.
const OLD: i64 = 90;
/// The days after which a key that is not used should be gone.
const IDLE: i64 = 45;

/// A key of a user, and what the credential report says of its use, as far as it does.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Subject {
    user: String,
    key: ListedKey,
    reported: Reported,
}

/// What the credential report says of a key's use.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reported {
    /// Nothing, or not of which key it speaks.
    Nothing,
    /// That it was never used.
    Unused,
    Used(LastUse),
}

impl ResourceCheck for AccessKeyStale {
    type Subject = Subject;

    async fn subjects(&self, cx: &Cx) -> Listing<Subject> {
        let report = match cx.get::<CredentialReport>(&()).await {
            Ok(report) => report,
            Err(why) => return Listing::failed(Resource::account(&cx.account().id), why),
        };
        let holders = report.iter().filter(|row| row.user != ROOT_USER && !row.keys.is_empty());
        let holders: Vec<_> = holders.cloned().collect();
        let asked = fact::at_once(holders, |row| async move {
            let keys = cx.get::<AccessKeys>(&row.user).await;
            (row, keys)
        });
        let mut listing = Listing::of(Vec::new());
        for (row, listed) in asked.await {
            match listed {
                Ok(keys) => listing.found.extend(subjects_of(&row, &keys)),
                Err(why) => {
                    let why = if why.gone.is_some() { why.of_gone(&row.arn) } else { why };
                    listing.unread.push((Resource::new("AWS::IAM::User", &row.arn, None).with_arn(&row.arn), why));
                }
            }
        }
        listing
    }

    fn resource(&self, subject: &Subject, _: &Cx) -> Resource {
        Resource::new("AWS::IAM::AccessKey", &subject.key.id, None)
    }

    async fn evaluate(&self, subject: &Subject, cx: &Cx) -> Result<Verdict, Unread> {
        let now = cx.clock().now();
        let last_use = match &subject.reported {
            Reported::Used(last) => Some(last.clone()),
            Reported::Nothing if needs_use(&subject.key, now) => {
                (*cx.get::<KeyLastUse>(&subject.key.id).await?).clone()
            }
            Reported::Nothing | Reported::Unused => None,
        };
        Ok(judge(&subject.key, last_use.as_ref(), now)
            .evidence("user", &subject.user)
            .evidence("active", subject.key.active)
            .evidence("created", subject.key.created.date().to_string())
            .shifting("last_used", last_use))
    }
}

/// The keys of a user, each with its line of the report: that of the one key that was made in the same second.
fn subjects_of(row: &Credentials, keys: &[ListedKey]) -> Vec<Subject> {
    let same = |reported: &&AccessKey, created| {
        reported.rotated.is_some_and(|at| at.unix_timestamp() == OffsetDateTime::unix_timestamp(created))
    };
    let subject = |key: &ListedKey| {
        let mut matching = row.keys.iter().filter(|reported| same(reported, key.created));
        let reported = match (matching.next(), matching.next()) {
            (Some(only), None) => only.last_use.clone().map_or(Reported::Unused, Reported::Used),
            _ => Reported::Nothing,
        };
        Subject { user: row.user.clone(), key: key.clone(), reported }
    };
    keys.iter().map(subject).collect()
}

/// Whether the verdict depends on when the key was last used: it is not yet old, but could be idle.
fn needs_use(key: &ListedKey, now: OffsetDateTime) -> bool {
    key.active && (IDLE + 1..=OLD).contains(&(now - key.created).whole_days())
}

fn judge(key: &ListedKey, last_use: Option<&LastUse>, now: OffsetDateTime) -> Verdict {
    let age = (now - key.created).whole_days();
    let idle = last_use.map_or(age, |last| (now - last.at).whole_days().min(age));
    let verdict = match last_use {
        _ if !key.active => Verdict::pass(text!(
            en: "Is inactive and cannot be used; delete it when nothing misses it.",
            ja: "無効化されており使用できません。影響がなければ削除してください。"
        )),
        _ if age > OLD => Verdict::fail(text!(
            en: "Is active and {age} days old ({OLD} at most).",
            ja: "有効なまま作成から {age} 日が経過しています (上限 {OLD} 日)。"
        )),
        None if idle > IDLE => Verdict::fail(text!(
            en: "Is active, and has not been used in the {age} days since it was made.",
            ja: "有効ですが、作成から {age} 日間一度も使われていません。"
        )),
        Some(_) if idle > IDLE => Verdict::fail(text!(
            en: "Is active, and has not been used for {idle} days ({IDLE} at most).",
            ja: "有効ですが、{idle} 日間使われていません (上限 {IDLE} 日)。"
        )),
        _ => Verdict::pass(text!(en: "Is {age} days old and in use.", ja: "作成から {age} 日で、使用されています。")),
    };
    verdict.shifting("age_days", age)
}

impl Fix for AccessKeyStale {
    const READS: &'static [Reads] =
        &[Reads::Of(CredentialReport::READS), Reads::Of(AccessKeys::READS), Reads::Of(KeyLastUse::READS)];
    const CALLS: &'static [Operation] = &[SET_KEY, DELETE_KEY];

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        let id = &finding.resource.id;
        let Some(user) = holder(&run.survey, id).await? else {
            return Ok(Remedy::Nothing {
                why: text!(en: "The key is not there any more.", ja: "キーは存在しません。"),
            });
        };
        let keys = run.now.get::<AccessKeys>(&user).await?;
        if !keys.iter().any(|key| key.id == *id && key.active) {
            let why = text!(en: "The key is inactive by now.", ja: "キーはすでに無効です。");
            return Ok(Remedy::Nothing { why });
        }
        if asc_aws::door(&run.now, SET_KEY)?.key_id().await.as_deref() == Some(id.as_str()) {
            return Ok(own_key());
        }
        let change = |active| IamChange::UpdateAccessKey { user: user.clone(), key: id.clone(), active };
        let step = Step {
            says: text!(en: "Deactivate the access key {id} of {user}.", ja: "{user} のアクセスキー {id} を無効にします。"),
            forward: change(false).into(),
            back: vec![change(true).into()],
            before: json!({ "active": true }),
        };
        let whom = text!(
            en: "whatever program of {user} signs with this key",
            ja: "このキーを使っている {user} のプログラム"
        );
        let note = text!(
            en: "A deleted key cannot be brought back: asc fix --finish JOURNAL deletes it once nothing has missed it.",
            ja: "削除したキーは元に戻せません。影響がなければ、猶予期間の後に asc fix --finish JOURNAL で削除します。"
        );
        Ok(Remedy::Steps { class: Class::Careful { whom }, steps: vec![step], note: Some(note) })
    }
}

declare_fix!(AccessKeyStale);

/// Whose key it is.
async fn holder(cx: &Cx, id: &str) -> Result<Option<String>, Unread> {
    for row in cx.get::<CredentialReport>(&()).await?.iter() {
        if row.user == ROOT_USER || row.keys.is_empty() {
            continue;
        }
        match cx.get::<AccessKeys>(&row.user).await {
            Ok(keys) if keys.iter().any(|key| key.id == id) => return Ok(Some(row.user.clone())),
            Ok(_) => {}
            Err(why) if why.gone.is_some() => {}
            Err(why) => return Err(why),
        }
    }
    Ok(None)
}

fn own_key() -> Remedy {
    Remedy::Manual {
        why: text!(
            en: "It is the key that asc itself signs with: without it nothing could be undone.",
            ja: "asc 自身が使っているキーです。無効にすると元に戻すこともできなくなります。"
        ),
        how: text!(
            en: "Give whoever runs asc a role, or other credentials, and run it again with those.",
            ja: "asc の実行者にロールなど別の認証情報を用意し、それを使って再実行してください。"
        ),
    }
}

#[cfg(test)]
mod tests {
    use asc_core::Status;
    use time::Duration;
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-01 09:00 UTC);

    fn key(active: bool, age: i64) -> ListedKey {
        ListedKey { id: "AKIA1".to_owned(), active, created: NOW - Duration::days(age) }
    }

    fn used(days: i64) -> LastUse {
        LastUse { at: NOW - Duration::days(days), region: None, service: None }
    }

    #[test]
    fn age_and_use_decide_for_active_keys() {
        let status = |active, age, last: Option<i64>| {
            judge(&key(active, age), last.map(used).as_ref(), NOW).status() == Status::Pass
        };
        assert!(status(true, 90, Some(45)) && !status(true, 91, Some(0)) && !status(true, 90, Some(46)));
        assert!(status(true, 45, None) && !status(true, 46, None));
        assert!(status(false, 900, None) && status(false, 900, Some(0)));
        assert!(status(true, 3, Some(100)), "nothing is idle for longer than it exists");
    }

    #[test]
    fn the_use_is_asked_for_only_where_it_decides() {
        for (active, age, needed) in [(true, 45, false), (true, 46, true), (true, 90, true), (true, 91, false)] {
            assert_eq!(needs_use(&key(active, age), NOW), needed, "{age}");
        }
        assert!(!needs_use(&key(false, 60), NOW));
    }

    #[test]
    fn a_key_finds_its_line_by_when_it_was_made() {
        let reported = |number, age, last: Option<i64>| AccessKey {
            number,
            active: true,
            rotated: Some(NOW - Duration::days(age)),
            last_use: last.map(used),
        };
        let row =
            |keys| Credentials { user: "ann".to_owned(), arn: "arn:ann".to_owned(), keys, password: None, mfa: None };
        let keys = [key(true, 10), key(true, 20)];
        let found = subjects_of(&row(vec![reported(1, 20, Some(3)), reported(2, 10, None)]), &keys);
        assert_eq!([&found[0].reported, &found[1].reported], [&Reported::Unused, &Reported::Used(used(3))]);
        let twins = subjects_of(&row(vec![reported(1, 10, Some(3)), reported(2, 10, None)]), &keys);
        assert_eq!(twins[0].reported, Reported::Nothing, "two keys of one second cannot be told apart");
        assert_eq!(twins[1].reported, Reported::Nothing, "a key that the report does not know");
    }
}
