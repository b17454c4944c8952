//! ASC-10.

use asc_aws::EnabledRegions;
use asc_core::{Cx, Kind, Listing, Resource, ResourceCheck, Unread, Verdict, declare_check, text};

use crate::model::{Instance, InstanceProfile, Instances, Profile, arn};
use crate::regions::in_each;

declare_check! {
    /// Instances that no role comes to.
    struct InstanceWithoutRole {
        id: "ASC-10",
        name: "ec2-instance-without-role",
        service: "ec2",
        severity: Medium,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html",
        maps_to: [("cis-aws-3.0.0", "1.18")],
        options: [],
        reads: [EnabledRegions, Instances, InstanceProfile],
        en: {
            title: "EC2 instance without an IAM role",
            why: "What runs on an instance sooner or later needs AWS: to send logs, fetch a secret, store a file. Without a \
                  role somebody puts an access key on the disk, where it does not expire, gets into images and backups, \
                  and works from anywhere for whoever copies it. A role's credentials change by themselves every few hours.",
            console: "1. In the IAM console create a role for the EC2 use case, with only the permissions the instance needs.\n\
                      2. In the EC2 console select the instance, and under Actions, Security choose Modify IAM role.\n\
                      3. Choose the role and update; the instance need not be restarted.\n\
                      4. Remove access keys from the instance, and deactivate them in IAM.",
        },
        ja: {
            title: "IAM ロールのない EC2 インスタンス",
            why: "インスタンス上のプログラムは、ログの送信やシークレットの取得、ファイルの保存など、いずれ AWS の権限を必要とします。ロールがなければ\
                  誰かがアクセスキーをディスクに置き、そのキーは失効せず、イメージやバックアップにも残り、コピーした者がどこからでも使えます。\
                  ロールの認証情報は数時間ごとに自動で更新されます。",
            console: "1. IAM コンソールで、必要な権限だけを持つ EC2 用のロールを作成します。\n\
                      2. EC2 コンソールでインスタンスを選び、[アクション] の [セキュリティ] から [IAM ロールを変更] を選びます。\n\
                      3. ロールを選んで更新します。インスタンスの再起動は不要です。\n\
                      4. インスタンスからアクセスキーを削除し、IAM で無効化します。",
        },
        cli: "aws iam create-instance-profile --instance-profile-name PROFILE\n\
              aws iam add-role-to-instance-profile --instance-profile-name PROFILE --role-name ROLE\n\
              aws ec2 associate-iam-instance-profile --region REGION --instance-id INSTANCE --iam-instance-profile Name=PROFILE",
        cloudformation: "Profile:\n  Type: AWS::IAM::InstanceProfile\n  Properties:\n    Roles: [!Ref Role]\n\nInstance:\n  \
                         Type: AWS::EC2::Instance\n  Properties:\n    ImageId: !Ref Image\n    IamInstanceProfile: !Ref Profile",
        terraform: "resource \"aws_iam_instance_profile\" \"example\" {\n  role = aws_iam_role.example.name\n}\n\n\
                    resource \"aws_instance\" \"example\" {\n  ami                  = var.image\n  instance_type        = \"t3.micro\"\n  \
                    iam_instance_profile = aws_iam_instance_profile.example.name\n}",
    }
}

impl ResourceCheck for InstanceWithoutRole {
    type Subject = Instance;

    async fn subjects(&self, cx: &Cx) -> Listing<Instance> {
        let regions = match in_each::<Instances>(cx).await {
            Ok(regions) => regions,
            Err(why) => return Listing::failed(Resource::account(&cx.account().id), why),
        };
        let mut listing = Listing::of(Vec::new());
        for (region, instances) in regions {
            match instances {
                Ok(instances) => listing.found.extend(instances.iter().cloned()),
                Err(why) => listing.unread.push((Resource::region(&region), why)),
            }
        }
        listing
    }

    fn resource(&self, Instance { id, region, tags, .. }: &Instance, cx: &Cx) -> Resource {
        let resource = Resource::new("AWS::EC2::Instance", id, Some(region));
        Resource { tags: tags.clone(), ..resource.with_arn(arn(cx, region, "instance", id)) }
    }

    async fn evaluate(&self, instance: &Instance, cx: &Cx) -> Result<Verdict, Unread> {
        let verdict = match &instance.profile {
            None => without_profile(),
            Some(name) => judge(name, &*cx.get::<InstanceProfile>(name).await?),
        };
        Ok(verdict.evidence("state", &instance.state).evidence("instance_profile", &instance.profile))
    }
}

fn without_profile() -> Verdict {
    Verdict::fail(text!(en: "It has no instance profile.", ja: "インスタンスプロファイルがありません。"))
}

fn judge(name: &str, profile: &Profile) -> Verdict {
    match profile {
        Profile::Holds(Some(role)) => {
            Verdict::pass(text!(en: "It has the role {role}.", ja: "ロール {role} が割り当てられています。"))
                .evidence("role", role)
        }
        Profile::Holds(None) => Verdict::fail(text!(
            en: "Its instance profile {name} holds no role.",
            ja: "インスタンスプロファイル {name} にロールが含まれていません。"
        )),
        Profile::Gone => Verdict::fail(text!(
            en: "Its instance profile {name} no longer exists.",
            ja: "インスタンスプロファイル {name} は既に存在しません。"
        )),
    }
}

asc_core::declare_manual_fix!(
    InstanceWithoutRole,
    en: "What the instance may do, its role must say, and only those who know its programs can tell.",
    ja: "インスタンスに許可する内容はロールで定めます。何が必要かは、その上で動くプログラムを知る人にしか分かりません。",
);

#[cfg(test)]
mod tests {
    use asc_core::Status;

    use super::*;

    #[test]
    fn only_a_role_helps() {
        assert_eq!(without_profile().status(), Status::Fail);
        for (profile, expected, says) in [
            (Profile::Holds(Some("web".to_owned())), Status::Pass, "the role web"),
            (Profile::Holds(None), Status::Fail, "holds no role"),
            (Profile::Gone, Status::Fail, "no longer exists"),
        ] {
            let verdict = judge("p", &profile);
            assert_eq!(verdict.status(), expected);
            assert!(verdict.message().en.contains(says), "{}", verdict.message().en);
        }
    }
}
