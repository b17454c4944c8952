//! ASC-09.

use std::collections::BTreeMap;

use asc_aws::EnabledRegions;
use asc_core::{AccountCheck, Cx, Kind, Unread, Verdict, declare_check, fact, text};
use serde::Serialize;
use time::OffsetDateTime;

use crate::model::{Instance, Instances, KeyPair, KeyPairs};
use crate::regions::in_each;

declare_check! {
    /// Key pairs whose private halves may lie about; where they are, only people know.
    struct KeyPairsUnprotected {
        id: "ASC-09",
        name: "ec2-key-pairs-unprotected",
        service: "ec2",
        severity: Medium,
        kind: Kind::Manual { valid_days: 180 },
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-key-pairs.html",
        maps_to: [],
        options: [],
        reads: [EnabledRegions, KeyPairs, Instances],
        en: {
            title: "The private keys of EC2 key pairs may be unprotected",
            why: "Whoever has the private half of a key pair can log in as administrator to every instance started with \
                  it, for as long as the instance lives: the key does not expire, and deleting the pair in EC2 takes \
                  nothing off the instances. Where the private halves are, in mail, in a repository, with people who have \
                  left, AWS does not know; somebody has to find out.",
            console: "1. For each key pair below find out who holds the private key, and where; it belongs in a vault, with a passphrase.\n\
                      2. Replace keys that too many people had, that are old, or that are shared among many instances: put a new public key in authorized_keys, and remove the old one.\n\
                      3. Delete key pairs that nobody needs.\n\
                      4. Prefer Session Manager or EC2 Instance Connect, which need no lasting keys.",
        },
        ja: {
            title: "EC2 キーペアの秘密鍵が保護されていないおそれがある",
            why: "キーペアの秘密鍵を持つ者は、そのキーペアで起動したすべてのインスタンスに管理者としてログインできます。鍵に有効期限はなく、\
                  EC2 でキーペアを削除してもインスタンスからは消えません。秘密鍵がメールやリポジトリ、退職者の手元など、どこにあるかを AWS は\
                  知らないため、人が確認する必要があります。",
            console: "1. 下記の各キーペアについて、秘密鍵を誰がどこに保管しているかを確認します。パスフレーズを付けて、保管庫で管理します。\n\
                      2. 多くの人が持っていた鍵、古い鍵、多数のインスタンスで共有している鍵は交換します。authorized_keys に新しい公開鍵を追加し、古い鍵を削除します。\n\
                      3. 不要なキーペアを削除します。\n\
                      4. 長期的な鍵が不要な Session Manager や EC2 Instance Connect の利用を検討します。",
        },
        cli: "aws ec2 describe-key-pairs --region REGION\naws ec2 delete-key-pair --region REGION --key-name KEY\n\
              aws ssm start-session --region REGION --target INSTANCE",
        cloudformation: "Role:\n  Type: AWS::IAM::Role\n  Properties:\n    ManagedPolicyArns:\n      \
                         - !Sub arn:${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore\n    AssumeRolePolicyDocument:\n      \
                         Version: \"2012-10-17\"\n      Statement:\n        - Effect: Allow\n          Principal: {Service: ec2.amazonaws.com}\n          \
                         Action: sts:AssumeRole",
        terraform: "resource \"aws_iam_role_policy_attachment\" \"session_manager\" {\n  role       = aws_iam_role.instance.name\n  \
                    policy_arn = \"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore\"\n}",
    }
}

/// A key pair, as somebody who evaluates it wants to see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Entry {
    region: String,
    name: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    created: Option<String>,
    /// False for one that was deleted in EC2 and lives on in instances.
    exists: bool,
    instances: Vec<String>,
    #[serde(skip)]
    age_days: Option<i64>,
}

impl AccountCheck for KeyPairsUnprotected {
    async fn evaluate(&self, cx: &Cx) -> Result<Verdict, Unread> {
        let (pairs, instances) = fact::both(in_each::<KeyPairs>(cx), in_each::<Instances>(cx)).await;
        let mut entries = Vec::new();
        for ((region, pairs), (_, instances)) in pairs?.into_iter().zip(instances?) {
            entries.extend(entries_of(&region, &pairs?, &instances?, cx.clock().now()));
        }
        Ok(summary(&entries))
    }
}

/// The key pairs of a region with what was started with each, and those that only instances remember.
fn entries_of(region: &str, pairs: &[KeyPair], instances: &[Instance], now: OffsetDateTime) -> Vec<Entry> {
    let mut entries: BTreeMap<&str, Entry> = BTreeMap::new();
    let entry = |name: &str, exists| Entry {
        region: region.to_owned(),
        name: name.to_owned(),
        kind: None,
        created: None,
        exists,
        instances: Vec::new(),
        age_days: None,
    };
    for pair in pairs {
        let created = pair.created.and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok());
        let known = Entry {
            kind: pair.kind.clone(),
            created: created.map(|at| at.date().to_string()),
            age_days: created.map(|at| (now - at).whole_days()),
            ..entry(&pair.name, true)
        };
        entries.insert(&pair.name, known);
    }
    for instance in instances {
        let Some(key) = instance.key.as_deref() else { continue };
        entries.entry(key).or_insert_with(|| entry(key, false)).instances.push(instance.id.clone());
    }
    let mut entries: Vec<_> = entries.into_values().collect();
    for entry in &mut entries {
        entry.instances.sort_unstable();
    }
    entries
}

fn summary(entries: &[Entry]) -> Verdict {
    let pairs = entries.iter().filter(|entry| entry.exists).count();
    let instances: usize = entries.iter().map(|entry| entry.instances.len()).sum();
    let mut verdict = if entries.is_empty() {
        Verdict::manual(text!(
            en: "There is no key pair, and no instance was started with one. Confirm that nobody logs in with other lasting keys.",
            ja: "キーペアはなく、キーペアで起動したインスタンスもありません。ほかの長期的な鍵でログインしていないことを確認してください。"
        ))
    } else {
        Verdict::manual(text!(
            en: "Key pairs: {pairs}; instances started with one: {instances}. Confirm who holds the private keys, and that they are protected.",
            ja: "キーペアは {pairs} 個、キーペアで起動したインスタンスは {instances} 台です。秘密鍵の保有者と保護の状況を確認してください。"
        ))
    };
    let deleted = entries.iter().filter(|entry| !entry.exists).count();
    if deleted > 0 {
        verdict = verdict.note(&text!(
            en: "Deleted in EC2, but still valid on instances: {deleted}.",
            ja: "EC2 で削除済みで、インスタンスでは有効な可能性があるキーは {deleted} 個です。"
        ));
    }
    let ages = entries.iter().filter_map(|e| Some((format!("{}/{}", e.region, e.name), e.age_days?)));
    verdict.evidence("key_pairs", entries).shifting("age_days", ages.collect::<BTreeMap<_, _>>())
}

#[cfg(test)]
mod tests {
    use asc_core::Status;
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_750_000_000;

    fn entries() -> Vec<Entry> {
        let pair = |name: &str, kind: Option<&str>, created| KeyPair {
            name: name.to_owned(),
            kind: kind.map(str::to_owned),
            created,
        };
        let instance = |id: &str, key: Option<&str>| Instance {
            id: id.to_owned(),
            key: key.map(str::to_owned),
            ..Instance::default()
        };
        let pairs = [pair("web", Some("rsa"), Some(NOW - 400 * 86_400)), pair("idle", None, None)];
        let instances = [
            instance("i-2", Some("web")),
            instance("i-1", Some("web")),
            instance("i-3", Some("lost")),
            instance("i-4", None),
        ];
        let now = OffsetDateTime::from_unix_timestamp(NOW).unwrap();
        entries_of("eu-west-1", &pairs, &instances, now)
    }

    #[test]
    fn each_key_pair_is_told_with_age_type_and_instances() {
        let entries = entries();
        let names: Vec<_> = entries.iter().map(|entry| (entry.name.as_str(), entry.exists, entry.age_days)).collect();
        assert_eq!(names, [("idle", true, None), ("lost", false, None), ("web", true, Some(400))]);
        assert_eq!(entries[2].instances, ["i-1", "i-2"]);
        assert_eq!(
            serde_json::to_value(&entries[2]).unwrap(),
            json!({
                "region": "eu-west-1", "name": "web", "type": "rsa", "created": "2024-05-11", "exists": true,
                "instances": ["i-1", "i-2"],
            })
        );
    }

    #[test]
    fn a_person_decides_on_what_is_told() {
        let verdict = summary(&entries());
        assert_eq!(verdict.status(), Status::Manual);
        assert!(verdict.message().en.starts_with("Key pairs: 2; instances started with one: 3."));
        assert!(verdict.message().en.ends_with("still valid on instances: 1."));
        let none = summary(&[]);
        assert_eq!(none.status(), Status::Manual);
        assert!(none.message().en.starts_with("There is no key pair"));
    }
}
