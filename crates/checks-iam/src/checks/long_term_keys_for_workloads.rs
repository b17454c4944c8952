//! ASC-05.

use std::collections::BTreeSet;

use asc_core::{AccountCheck, Cx, Kind, Unread, Verdict, declare_check, text};
use serde_json::json;
use time::OffsetDateTime;

use crate::model::{Authorization, CredentialReport, Credentials, LastUse, ROOT_USER};

declare_check! {
    /// Long-term access keys that work which could have a role may depend on.
    struct LongTermKeysForWorkloads {
        id: "ASC-05",
        name: "iam-long-term-keys-for-workloads",
        service: "iam",
        severity: Medium,
        kind: Kind::Manual { valid_days: 180 },
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios.html",
        maps_to: [],
        options: [],
        reads: [CredentialReport, Authorization],
        en: {
            title: "Use of long-term access keys by workloads has not been reviewed",
            why: "An access key works from anywhere until somebody deletes it, and it ends up in code, images and laptops. \
                  Programs that run on AWS can have a role, whose credentials last for hours and are never written down; \
                  those outside can have one through OpenID Connect or IAM Roles Anywhere. Which keys are still needed only \
                  those who know the programs can say.",
            console: "1. In IAM choose Users and look at each user with an active key: who or what uses it?\n\
                      2. On EC2, ECS, Lambda and EKS attach a role instead; for CI use an OpenID Connect provider.\n\
                      3. For people use IAM Identity Center.\n\
                      4. Deactivate the key, wait until nothing breaks, delete it.\n\
                      5. Record what was decided as an evaluation.",
        },
        ja: {
            title: "ワークロードでの長期アクセスキーの使用が評価されていない",
            why: "アクセスキーは誰かが削除するまでどこからでも使え、コード、イメージ、PC の中に残ります。AWS 上のプログラムはロールを使えば、\
                  数時間で失効し保存もされない認証情報で動きます。AWS の外でも OpenID Connect や IAM Roles Anywhere でロールを使えます。\
                  どのキーがまだ必要かは、プログラムを知る人にしか判断できません。",
            console: "1. IAM の [ユーザー] で、有効なキーを持つユーザーごとに、誰が何に使っているかを確認します。\n\
                      2. EC2、ECS、Lambda、EKS にはロールを割り当て、CI には OpenID Connect プロバイダーを使います。\n\
                      3. 人には IAM Identity Center を使います。\n\
                      4. キーを無効化し、影響がないことを確かめてから削除します。\n\
                      5. 判断を評価として記録します。",
        },
        cli: "aws iam get-access-key-last-used --access-key-id KEY_ID\n\
              aws iam update-access-key --user-name USER --access-key-id KEY_ID --status Inactive\n\
              aws iam delete-access-key --user-name USER --access-key-id KEY_ID",
        cloudformation: "WorkloadRole:\n  Type: AWS::IAM::Role\n  Properties:\n    AssumeRolePolicyDocument:\n      Version: \"2012-10-17\"\n      \
                         Statement:\n        - Effect: Allow\n          Principal:\n            Service: ec2.amazonaws.com\n          \
                         Action: sts:AssumeRole\nWorkloadProfile:\n  Type: AWS::IAM::InstanceProfile\n  Properties:\n    \
                         Roles: [!Ref WorkloadRole]",
        terraform: "resource \"aws_iam_role\" \"workload\" {\n  name               = \"workload\"\n  \
                    assume_role_policy = data.aws_iam_policy_document.ec2.json\n}\n\n\
                    resource \"aws_iam_instance_profile\" \"workload\" {\n  name = \"workload\"\n  role = aws_iam_role.workload.name\n}",
    }
}

impl AccountCheck for LongTermKeysForWorkloads {
    async fn evaluate(&self, cx: &Cx) -> Result<Verdict, Unread> {
        let (report, details) =
            asc_core::fact::both(cx.get::<CredentialReport>(&()), cx.get::<Authorization>(&())).await;
        let (report, details) = (report?, details?);
        let roles = details.roles.iter().filter(|role| !role.is_service_linked()).count();
        Ok(summary(&active_keys(&report, cx.clock().now()), roles))
    }
}

/// An active key of a user.
#[derive(Debug, PartialEq, Eq)]
struct ActiveKey {
    user: String,
    key: u8,
    rotated: Option<OffsetDateTime>,
    age_days: Option<i64>,
    last_used: Option<LastUse>,
}

/// The users' active keys, the oldest first; the root user's are ASC-01's affair.
fn active_keys(report: &[Credentials], now: OffsetDateTime) -> Vec<ActiveKey> {
    let users = report.iter().filter(|row| row.user != ROOT_USER);
    let keys = users.flat_map(|row| {
        row.keys.iter().filter(|key| key.active).map(|key| ActiveKey {
            user: row.user.clone(),
            key: key.number,
            rotated: key.rotated,
            age_days: key.rotated.map(|at| (now - at).whole_days()),
            last_used: key.last_use.clone(),
        })
    });
    let mut keys: Vec<_> = keys.collect();
    keys.sort_by(|a, b| (b.age_days, &a.user, a.key).cmp(&(a.age_days, &b.user, b.key)));
    keys
}

fn summary(keys: &[ActiveKey], roles: usize) -> Verdict {
    let users = keys.iter().map(|key| key.user.as_str()).collect::<BTreeSet<_>>().len();
    let count = keys.len();
    let message = match keys.first().and_then(|key| key.age_days) {
        _ if keys.is_empty() => text!(
            en: "No user has an active access key; roles that work can have: {roles}. Confirm that nothing depends on long-term keys.",
            ja: "有効なアクセスキーを持つユーザーはいません。ロールは {roles} 件です。長期キーに依存するものがないことを確認してください。"
        ),
        Some(days) => text!(
            en: "Users with active access keys: {users} (keys: {count}, the oldest {days} days old); roles: {roles}. Decide which of these keys a role can replace.",
            ja: "有効なアクセスキーを持つユーザーは {users} 人 (キー {count} 件、最も古いものは {days} 日経過)、ロールは {roles} 件です。ロールに置き換えられるキーを判断してください。"
        ),
        None => text!(
            en: "Users with active access keys: {users} (keys: {count}); roles: {roles}. Decide which of these keys a role can replace.",
            ja: "有効なアクセスキーを持つユーザーは {users} 人 (キー {count} 件)、ロールは {roles} 件です。ロールに置き換えられるキーを判断してください。"
        ),
    };
    let date = |at: OffsetDateTime| at.date().to_string();
    let lasting = keys.iter().map(|key| json!({ "user": key.user, "key": key.key, "rotated": key.rotated.map(date) }));
    let use_of = keys
        .iter()
        .map(|key| json!({ "user": key.user, "key": key.key, "age_days": key.age_days, "last_used": key.last_used }));
    Verdict::manual(message)
        .evidence("active_keys", lasting.collect::<Vec<_>>())
        .evidence("roles", roles)
        .shifting("use", use_of.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use asc_core::Status;
    use time::macros::datetime;

    use super::*;
    use crate::model::AccessKey;

    fn row(user: &str, keys: &[(bool, Option<OffsetDateTime>)]) -> Credentials {
        let keys = keys.iter().zip(1..).map(|(&(active, rotated), number)| AccessKey {
            number,
            active,
            rotated,
            last_use: None,
        });
        let (keys, arn) = (keys.collect(), format!("arn:{user}"));
        Credentials { user: user.to_owned(), arn, keys, password: None, mfa: None }
    }

    #[test]
    fn active_keys_are_told_by_age() {
        let now = datetime!(2026-11-01 00:00 UTC);
        let (old, new) = (Some(datetime!(2025-11-01 00:00 UTC)), Some(datetime!(2026-10-22 12:00 UTC)));
        let report = [
            row(ROOT_USER, &[(true, old)]),
            row("ann", &[(true, new), (false, old)]),
            row("bob", &[(false, old)]),
            row("ci", &[(true, new), (true, old)]),
        ];
        let keys = active_keys(&report, now);
        let told: Vec<_> = keys.iter().map(|key| (key.user.as_str(), key.key, key.age_days)).collect();
        assert_eq!(told, [("ci", 2, Some(365)), ("ann", 1, Some(9)), ("ci", 1, Some(9))]);
        let verdict = summary(&keys, 4);
        assert_eq!(verdict.status(), Status::Manual);
        assert!(
            verdict
                .message()
                .en
                .starts_with("Users with active access keys: 2 (keys: 3, the oldest 365 days old); roles: 4.")
        );
    }

    #[test]
    fn a_person_confirms_that_there_are_none() {
        let verdict = summary(&active_keys(&[row("ann", &[])], datetime!(2026-11-01 00:00 UTC)), 0);
        assert_eq!(verdict.status(), Status::Manual);
        assert!(verdict.message().en.starts_with("No user has an active access key"));
    }
}
