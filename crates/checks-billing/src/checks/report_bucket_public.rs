//! ASC-02-02.

use asc_checks_s3::exposure::{Exposed, Exposure, Opening};
use asc_checks_s3::model::{Place, Whereabouts};
use asc_core::{AccountCheck, Cx, Kind, Text, Unread, Verdict, declare_check, fact, text};
use serde::Serialize;

use crate::model::{Defined, Delivery, ExportDetail, ExportList, Reports, defined};

declare_check! {
    /// Buckets that receive the account's bills and are open to the public.
    struct BillingReportBucketPublic {
        id: "ASC-02-02",
        name: "billing-report-bucket-public",
        service: "billing",
        severity: Critical,
        kind: Kind::Manual { valid_days: 180 },
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/cur/latest/userguide/dataexports-s3-bucket.html",
        maps_to: [],
        options: [],
        reads: [Reports, ExportList, ExportDetail, Whereabouts, Exposed],
        en: {
            title: "A bucket with billing reports may be open to the public",
            why: "Cost reports list every account, resource id, tag and amount: a map of the company for an attacker, and of \
                  its spending for a competitor. The same data also leaves by other ways that AWS cannot list, such as \
                  copies and spreadsheets, so a person confirms that the bills are seen only by those who should.",
            console: "1. In Billing and Cost Management choose Data Exports, and note the bucket of each export and legacy report.\n\
                      2. Open each bucket in the S3 console, and under Permissions turn Block all public access on.\n\
                      3. Reduce its policy to the statements that let billingreports.amazonaws.com and bcm-data-exports.amazonaws.com write, each with aws:SourceAccount.\n\
                      4. Ask those who get the reports where copies are kept, and record the evaluation.",
        },
        ja: {
            title: "請求レポートのバケットが公開されている可能性がある",
            why: "コストレポートには、すべてのアカウント、リソース ID、タグ、金額が記載されています。攻撃者には会社の見取り図に、競合他社には支出の\
                  一覧になります。コピーや表計算ファイルなど、AWS では把握できない経路でも持ち出されるため、請求情報が必要な人だけに見えていることを\
                  人が確認します。",
            console: "1. [請求とコスト管理] の [データエクスポート] で、各エクスポートと従来のレポートのバケットを確認します。\n\
                      2. S3 コンソールで各バケットを開き、[アクセス許可] で [パブリックアクセスをすべてブロック] を有効にします。\n\
                      3. バケットポリシーを、aws:SourceAccount を指定して billingreports.amazonaws.com と bcm-data-exports.amazonaws.com に書き込みを許可する文だけにします。\n\
                      4. レポートの利用者にコピーの保管場所を確認し、評価を記録します。",
        },
        cli: "aws s3api put-public-access-block --bucket REPORT_BUCKET --public-access-block-configuration \\\n  \
              BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
        cloudformation: "ReportBucket:\n  Type: AWS::S3::Bucket\n  Properties:\n    PublicAccessBlockConfiguration:\n      \
                         BlockPublicAcls: true\n      IgnorePublicAcls: true\n      BlockPublicPolicy: true\n      \
                         RestrictPublicBuckets: true",
        terraform: "resource \"aws_s3_bucket_public_access_block\" \"reports\" {\n  bucket                  = aws_s3_bucket.reports.id\n  \
                    block_public_acls       = true\n  ignore_public_acls      = true\n  block_public_policy     = true\n  \
                    restrict_public_buckets = true\n}",
    }
}

/// What is known of a bucket that bills are delivered to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    /// Open to the public.
    Public(Exposure),
    /// Not.
    Private,
    /// It belongs to another account.
    Elsewhere,
    /// It does not exist.
    Nowhere,
    /// It could not be judged.
    Unread(Unread),
}

/// A delivery with its bucket's state, as evidence.
#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    delivery: &'a Delivery,
    exposure: &'static str,
    #[serde(skip_serializing_if = "<[Opening]>::is_empty")]
    openings: &'a [Opening],
}

impl Target {
    fn entry<'a>(&'a self, delivery: &'a Delivery) -> Entry<'a> {
        let (exposure, openings) = match self {
            Self::Public(exposure) => ("public", exposure.openings.as_slice()),
            Self::Private => ("private", [].as_slice()),
            Self::Elsewhere => ("not_judged_here", [].as_slice()),
            Self::Nowhere => ("no_such_bucket", [].as_slice()),
            Self::Unread(_) => ("unread", [].as_slice()),
        };
        Entry { delivery, exposure, openings }
    }
}

impl AccountCheck for BillingReportBucketPublic {
    async fn evaluate(&self, cx: &Cx) -> Result<Verdict, Unread> {
        let Defined { deliveries, unread, not_offered } = defined(cx).await;
        let found = fact::at_once(deliveries, |delivery| async move {
            let target = target(cx, &delivery).await;
            (delivery, target)
        });
        judge(&found.await, &unread, &not_offered)
    }
}

async fn target(cx: &Cx, delivery: &Delivery) -> Target {
    if delivery.bucket_owner.as_ref().is_some_and(|owner| *owner != cx.account().id) {
        return Target::Elsewhere;
    }
    let located = match cx.get::<Whereabouts>(&delivery.bucket).await.as_deref() {
        Ok(Place::Own(located)) => located.clone(),
        Ok(Place::Elsewhere) => return Target::Elsewhere,
        Ok(Place::Nowhere) => return Target::Nowhere,
        Err(why) => return Target::Unread(why.clone()),
    };
    match cx.get::<Exposed>(&located).await {
        Ok(exposure) if exposure.openings.is_empty() => Target::Private,
        Ok(exposure) => Target::Public(exposure.as_ref().clone()),
        // It vanished between two calls.
        Err(why) if why.gone.as_deref() == Some(delivery.bucket.as_str()) => Target::Nowhere,
        Err(why) => Target::Unread(why),
    }
}

/// A bucket that is proven public decides; else what could not be read leaves it open; else a person decides.
fn judge(found: &[(Delivery, Target)], unread: &[Unread], not_offered: &[&str]) -> Result<Verdict, Unread> {
    let open = openings(found);
    let verdict = if let Some(open) = open {
        Verdict::fail(open)
    } else if let Some(why) = unread.iter().chain(found.iter().filter_map(|(_, target)| why(target))).next() {
        return Err(why.clone());
    } else if not_offered.len() == 2 {
        Verdict::not_applicable(text!(
            en: "This partition delivers no bills: they are part of the linked standard account's, and are judged there.",
            ja: "このパーティションには請求レポートがありません。請求は関連付けられた標準アカウントに含まれるため、そのアカウントで判定します。"
        ))
    } else {
        waiting(found)
    };
    let entries: Vec<_> = found.iter().map(|(delivery, target)| target.entry(delivery)).collect();
    Ok(verdict.evidence("deliveries", entries).evidence("services_not_offered", not_offered))
}

fn why(target: &Target) -> Option<&Unread> {
    if let Target::Unread(why) = target { Some(why) } else { None }
}

/// One sentence for each bucket that is open to the public, or none when no bucket is.
fn openings(found: &[(Delivery, Target)]) -> Option<Text> {
    let mut buckets = Vec::new();
    let mut all = Text::default();
    for (Delivery { bucket, name, .. }, target) in found {
        let Target::Public(exposure) = target else { continue };
        if !buckets.contains(&bucket) {
            buckets.push(bucket);
            all = all.and(&text!(en: "{bucket}, the bucket of {name}:", ja: "{name} のバケット {bucket}: "));
            all = all.and(exposure.verdict().message());
        }
    }
    (!buckets.is_empty()).then_some(all)
}

fn waiting(found: &[(Delivery, Target)]) -> Verdict {
    let count = found.len();
    let verdict = if found.is_empty() {
        Verdict::manual(text!(
            en: "No report or export is defined here. Confirm that the bills are not kept somewhere public by other means.",
            ja: "レポートもエクスポートも定義されていません。請求情報がほかの手段で公開の場所に置かれていないことを確認してください。"
        ))
    } else {
        Verdict::manual(text!(
            en: "Reports and exports defined: {count}; none of the buckets judged here is public. Confirm that copies are not either.",
            ja: "レポートとエクスポートは {count} 件で、ここで判定したバケットに公開のものはありません。コピーも公開されていないことを確認してください。"
        ))
    };
    let names = |which: &Target| {
        let buckets = found.iter().filter(|(_, target)| target == which).map(|(delivery, _)| delivery.bucket.as_str());
        let buckets = buckets.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ");
        (!buckets.is_empty()).then_some(buckets)
    };
    let mut verdict = verdict;
    if let Some(buckets) = names(&Target::Elsewhere) {
        verdict = verdict.note(&text!(
            en: "Not judged here, since another account owns them: {buckets}.",
            ja: "別のアカウントに属するため、ここでは判定していないバケット: {buckets}。"
        ));
    }
    if let Some(buckets) = names(&Target::Nowhere) {
        verdict = verdict.note(&text!(
            en: "Gone, so that nothing is delivered and anyone can claim the name: {buckets}.",
            ja: "存在しないバケット (配信されず、誰でもその名前で作成できます): {buckets}。"
        ));
    }
    verdict
}

#[cfg(test)]
mod tests {
    use asc_core::{Class, Operation, Status};

    use super::*;
    use crate::model::{Kind as Service, LastRun};

    fn delivery(name: &str) -> Delivery {
        Delivery {
            kind: Service::CostAndUsageReport,
            name: name.to_owned(),
            bucket: format!("{name}-bucket"),
            bucket_owner: None,
            last_run: LastRun::default(),
        }
    }

    fn denied(action: &'static str) -> Unread {
        Unread::new(Operation::new("bcm-data-exports", "ListExports", action), Class::Denied, "no")
    }

    fn public() -> Target {
        Target::Public(Exposure { openings: vec![Opening::BucketPolicy], account: None, bucket: None, explained: None })
    }

    fn told(found: &[(Delivery, Target)], unread: &[Unread]) -> (Status, String) {
        let verdict = judge(found, unread, &[]).unwrap();
        (verdict.status(), verdict.message().en.clone())
    }

    #[test]
    fn a_public_bucket_fails_whatever_else_could_not_be_read() {
        let found = [(delivery("a"), Target::Private), (delivery("b"), public()), (delivery("c"), public())];
        let (status, message) = told(&found, &[denied("bcm-data-exports:ListExports")]);
        assert_eq!(status, Status::Fail);
        assert!(message.starts_with("b-bucket, the bucket of b: Open to the public"), "{message}");
        assert!(message.contains("c-bucket"), "{message}");
        let beside = [(delivery("a"), Target::Unread(denied("s3:GetBucketAcl"))), (delivery("b"), public())];
        assert_eq!(told(&beside, &[]).0, Status::Fail);
    }

    #[test]
    fn a_bucket_of_two_reports_is_told_once() {
        let other = Delivery { name: "other".to_owned(), ..delivery("a") };
        let (_, message) = told(&[(delivery("a"), public()), (other, public())], &[]);
        assert_eq!(message.matches("Open to the public").count(), 1, "{message}");
    }

    #[test]
    fn what_could_not_be_read_names_the_missing_action() {
        let found = [(delivery("a"), Target::Private)];
        let why = judge(&found, &[denied("bcm-data-exports:ListExports")], &[]).unwrap_err();
        assert_eq!(why.missing_action(), Some("bcm-data-exports:ListExports"));
        let unread = [(delivery("a"), Target::Unread(denied("s3:GetBucketAcl")))];
        assert_eq!(judge(&unread, &[], &[]).unwrap_err().missing_action(), Some("s3:GetBucketAcl"));
    }

    #[test]
    fn otherwise_a_person_decides_also_when_nothing_is_defined() {
        let (status, message) = told(&[], &[]);
        assert_eq!(status, Status::Manual);
        assert!(message.starts_with("No report or export is defined"));
        let found =
            [(delivery("a"), Target::Private), (delivery("b"), Target::Elsewhere), (delivery("c"), Target::Nowhere)];
        let (status, message) = told(&found, &[]);
        assert_eq!(status, Status::Manual);
        assert!(message.contains("another account owns them: b-bucket."), "{message}");
        assert!(message.contains("anyone can claim the name: c-bucket."), "{message}");
    }

    #[test]
    fn a_partition_without_bills_is_told_so() {
        let verdict = judge(&[], &[], &["cur", "bcm-data-exports"]).unwrap();
        assert_eq!(verdict.status(), Status::NotApplicable);
        assert_eq!(judge(&[], &[], &["bcm-data-exports"]).unwrap().status(), Status::Manual);
    }

    #[test]
    fn the_evidence_tells_each_bucket() {
        let entry = public();
        let entry = serde_json::to_value(entry.entry(&delivery("a"))).unwrap();
        assert_eq!(
            entry,
            serde_json::json!({
                "kind": "cost_and_usage_report", "name": "a", "bucket": "a-bucket", "exposure": "public",
                "openings": ["bucket_policy"],
            })
        );
    }
}
