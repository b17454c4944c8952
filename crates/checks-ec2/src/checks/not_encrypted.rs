//! ASC-07.

use asc_aws::EnabledRegions;
use asc_core::fact::Reads;
use asc_core::fix::{Class, Fix, Remedy, Run, Runbook, Step};
use asc_core::report::Finding;
use asc_core::{
    Cx, Fact, Kind, Listing, Operation, Resource, ResourceCheck, Severity, Unread, Verdict, declare_check, declare_fix,
    text,
};
use serde_json::json;

use crate::model::change::{DISABLE_ENCRYPTION, ENABLE_ENCRYPTION};
use crate::model::{Ec2Call, EncryptionByDefault, Volume, Volumes, arn};
use crate::regions::in_each;

declare_check! {
    /// Volumes that are not encrypted, and regions that let one be made.
    struct EbsNotEncrypted {
        id: "ASC-07",
        name: "ebs-not-encrypted",
        service: "ebs",
        severity: Medium,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
        maps_to: [
            ("aws-fsbp", "EC2.3"), ("aws-fsbp", "EC2.7"), ("cis-aws-5.0.0", "5.1.1"), ("cis-aws-3.0.0", "2.2.1"),
        ],
        options: [],
        reads: [EnabledRegions, EncryptionByDefault, Volumes],
        en: {
            title: "EBS volumes are not encrypted, or not by default",
            why: "Whoever gets hold of a plain volume, or of a snapshot shared by mistake, reads everything on it: data, \
                  keys, what was deleted. Encryption puts a second permission, on the KMS key, before every look. It is \
                  free and hardly measurable, and a region can be told to encrypt every new volume without asking; an \
                  existing volume is only encrypted by copying it.",
            console: "1. In the EC2 console choose the region, then Settings, Data protection and security, EBS encryption, Manage, and Enable; repeat in each region.\n\
                      2. For a plain volume: make a snapshot of it, and from the snapshot a new volume in the same Availability Zone with Encrypt this volume on.\n\
                      3. Stop the instance, detach the old volume, attach the new one under the same device name, and start it again.\n\
                      4. Once all is well, delete the old volume and its plain snapshots.",
        },
        ja: {
            title: "EBS ボリュームまたはデフォルトの暗号化が有効になっていない",
            why: "暗号化されていないボリュームや、誤って共有されたスナップショットを入手した者は、データや鍵、削除済みの内容まですべて読み取れます。\
                  暗号化すると、読み取りのたびに KMS キーの権限も必要になります。料金はかからず、性能への影響もほとんどありません。リージョンごとに、\
                  新しいボリュームを必ず暗号化する設定ができます。既存のボリュームは、コピーして作り直すことで暗号化します。",
            console: "1. EC2 コンソールでリージョンを選び、[設定] の [データ保護とセキュリティ] にある [EBS 暗号化] を [管理] から有効にします。これをリージョンごとに行います。\n\
                      2. 暗号化されていないボリュームは、スナップショットを作成し、そこから同じアベイラビリティーゾーンに暗号化を有効にした新しいボリュームを作成します。\n\
                      3. インスタンスを停止し、元のボリュームを外して新しいボリュームを同じデバイス名で付け、起動します。\n\
                      4. 問題がなければ、元のボリュームと暗号化されていないスナップショットを削除します。",
        },
        cli: "aws ec2 enable-ebs-encryption-by-default --region REGION\n\
              aws ec2 create-snapshot --region REGION --volume-id VOLUME\n\
              aws ec2 create-volume --region REGION --snapshot-id SNAPSHOT --availability-zone ZONE --encrypted",
        cloudformation: "Volume:\n  Type: AWS::EC2::Volume\n  Properties:\n    AvailabilityZone: !Ref Zone\n    SnapshotId: !Ref Snapshot\n    \
                         VolumeType: gp3\n    Encrypted: true",
        terraform: "resource \"aws_ebs_encryption_by_default\" \"this\" {\n  enabled = true\n}\n\n\
                    resource \"aws_ebs_volume\" \"example\" {\n  availability_zone = var.zone\n  snapshot_id       = var.snapshot\n  \
                    type              = \"gp3\"\n  encrypted         = true\n}",
    }
}

/// What is judged: a region's default, or a volume.
#[derive(Debug)]
enum Subject {
    /// A region.
    Region(String),
    /// A volume.
    Volume(Volume),
}

impl ResourceCheck for EbsNotEncrypted {
    type Subject = Subject;

    async fn subjects(&self, cx: &Cx) -> Listing<Subject> {
        let regions = match in_each::<Volumes>(cx).await {
            Ok(regions) => regions,
            Err(why) => return Listing::failed(Resource::account(&cx.account().id), why),
        };
        let mut listing = Listing::of(Vec::new());
        for (region, volumes) in regions {
            match volumes {
                Ok(volumes) => listing.found.extend(volumes.iter().cloned().map(Subject::Volume)),
                // The region itself gets a verdict on its default, so this one is on "its volumes".
                Err(why) => listing.unread.push((Resource::new("AWS::EC2::Volume", "*", Some(&region)), why)),
            }
            listing.found.push(Subject::Region(region));
        }
        listing
    }

    fn resource(&self, subject: &Subject, cx: &Cx) -> Resource {
        match subject {
            Subject::Region(region) => Resource::region(region),
            Subject::Volume(Volume { id, region, tags, .. }) => {
                let resource = Resource::new("AWS::EC2::Volume", id, Some(region));
                Resource { tags: tags.clone(), ..resource.with_arn(arn(cx, region, "volume", id)) }
            }
        }
    }

    async fn evaluate(&self, subject: &Subject, cx: &Cx) -> Result<Verdict, Unread> {
        match subject {
            Subject::Region(region) => Ok(of_region(*cx.get::<EncryptionByDefault>(region).await?)),
            Subject::Volume(volume) => Ok(of_volume(volume)),
        }
    }
}

fn of_region(by_default: bool) -> Verdict {
    let verdict = if by_default {
        Verdict::pass(text!(
            en: "New volumes in the region are encrypted, whoever makes them.",
            ja: "このリージョンの新しいボリュームは必ず暗号化されます。"
        ))
    } else {
        Verdict::fail(text!(
            en: "New volumes in the region are encrypted only where somebody asks for it.",
            ja: "このリージョンでは、指定しない限り新しいボリュームは暗号化されません。"
        ))
        .at(Severity::Low)
    };
    verdict.evidence("encryption_by_default", by_default)
}

fn of_volume(volume: &Volume) -> Verdict {
    let verdict = if volume.encrypted {
        Verdict::pass(text!(en: "Encrypted.", ja: "暗号化されています。"))
    } else if volume.instances.is_empty() {
        Verdict::fail(text!(
            en: "Not encrypted; it is attached to nothing.",
            ja: "暗号化されていません。どのインスタンスにもアタッチされていません。"
        ))
    } else {
        let instances = volume.instances.join(", ");
        Verdict::fail(text!(
            en: "Not encrypted; attached to {instances}.",
            ja: "暗号化されていません。{instances} にアタッチされています。"
        ))
    };
    verdict.evidence("encrypted", volume.encrypted).evidence("instances", &volume.instances)
}

impl Fix for EbsNotEncrypted {
    const READS: &'static [Reads] = EncryptionByDefault::READS;
    const CALLS: &'static [Operation] = &[ENABLE_ENCRYPTION, DISABLE_ENCRYPTION];
    const RUNBOOKS: &'static [&'static Runbook] = &[&Runbook::ENABLE_EBS_ENCRYPTION];

    async fn remedy(&self, finding: &Finding, run: &Run) -> Result<Remedy, Unread> {
        if finding.resource.kind != "AWS::Region" {
            return Ok(copied(&finding.resource.id));
        }
        let region = &finding.resource.id;
        if *run.now.get::<EncryptionByDefault>(region).await? {
            let why = text!(en: "New volumes are encrypted by now.", ja: "新しいボリュームはすでに暗号化されます。");
            return Ok(Remedy::Nothing { why });
        }
        let step = Step {
            says: text!(
                en: "Encrypt new EBS volumes in {region}, whoever makes them.",
                ja: "{region} の新しい EBS ボリュームを必ず暗号化します。"
            ),
            forward: Ec2Call::EnableEbsEncryptionByDefault.within(region).into(),
            back: vec![Ec2Call::DisableEbsEncryptionByDefault.within(region).into()],
            before: json!({ "encryption_by_default": false }),
        };
        let note = text!(
            en: "Volumes that are there stay as they are. Snapshots of new ones can be shared with other accounts only once a customer managed key is the region's default.",
            ja: "既存のボリュームは変わりません。新しいボリュームのスナップショットを他のアカウントと共有するには、カスタマー管理キーをリージョンの既定にしてください。"
        );
        Ok(Remedy::Steps { class: Class::Safe, steps: vec![step], note: Some(note) })
    }
}

declare_fix!(EbsNotEncrypted);

/// A volume cannot be encrypted where it is.
fn copied(volume: &str) -> Remedy {
    Remedy::Manual {
        why: text!(
            en: "A volume cannot be encrypted where it is, and what writes to it must stand still while it is exchanged.",
            ja: "既存のボリュームをその場で暗号化することはできません。入れ替えの間、書き込みを止める必要があります。"
        ),
        how: text!(
            en: "1. Stop what writes to {volume} and make a snapshot of it.\n2. Copy the snapshot with encryption on, and make a volume of the copy in the same Availability Zone.\n3. Detach {volume}, attach the new volume under the same device name, and start again.\n4. Delete {volume} and the plain snapshot once nothing misses them.",
            ja: "1. {volume} への書き込みを止め、スナップショットを作成します。\n2. 暗号化を有効にしてスナップショットをコピーし、同じアベイラビリティーゾーンにボリュームを作成します。\n3. {volume} をデタッチし、新しいボリュームを同じデバイス名でアタッチして再開します。\n4. 問題がないことを確かめ、{volume} と暗号化されていないスナップショットを削除します。"
        ),
    }
}

#[cfg(test)]
mod tests {
    use asc_core::Account;
    use asc_core::Status;
    use asc_core::context::CxBuilder;

    use super::*;

    fn volume(encrypted: bool, instances: &[&str]) -> Volume {
        Volume {
            id: "vol-1".to_owned(),
            region: "eu-west-1".to_owned(),
            encrypted,
            instances: instances.iter().map(|id| (*id).to_owned()).collect(),
            tags: [("owner".to_owned(), "web".to_owned())].into(),
        }
    }

    #[test]
    fn a_volume_is_judged_attached_or_not() {
        assert_eq!(of_volume(&volume(true, &["i-1"])).status(), Status::Pass);
        let loose = of_volume(&volume(false, &[]));
        assert_eq!(
            (loose.status(), loose.message().en.as_str()),
            (Status::Fail, "Not encrypted; it is attached to nothing.")
        );
        let attached = of_volume(&volume(false, &["i-1", "i-2"]));
        assert_eq!(attached.status(), Status::Fail);
        assert!(attached.message().en.ends_with("attached to i-1, i-2."));
    }

    #[test]
    fn a_region_is_judged_by_its_default() {
        assert_eq!(of_region(true).status(), Status::Pass);
        assert_eq!(of_region(false).status(), Status::Fail);
    }

    #[test]
    fn a_volume_keeps_its_arn_and_its_tags() {
        let account = Account { id: "123456789012".to_owned(), partition: "aws-cn".to_owned(), alias: None };
        let cx = CxBuilder::new(account).build();
        let resource = EbsNotEncrypted.resource(&Subject::Volume(volume(true, &[])), &cx);
        assert_eq!(resource.arn.as_deref(), Some("arn:aws-cn:ec2:eu-west-1:123456789012:volume/vol-1"));
        assert_eq!((resource.id.as_str(), resource.tags["owner"].as_str()), ("vol-1", "web"));
    }
}
