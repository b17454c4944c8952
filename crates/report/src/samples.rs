//! A report with something of everything, for the tests of all formats.

use std::collections::BTreeMap;

use asc_core::check::{CheckOption, Snippets, Words};
use asc_core::ledger::Calls;
use asc_core::report::{
    self, AccountEntry, Coverage, Finding, Muted, Report, ResourceEntry, SourceEntry, Summary, Tool, UnknownEntry,
};
use asc_core::{Declaration, Kind, Lang, Operation, Reads, Severity, Standard, Status};
use serde_json::json;

use crate::{Anchor, Emission, Format, SarifIncomplete, emit};

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const OTHER: &str = "210987654321";

const BARE: Declaration = Declaration {
    id: "T-00",
    name: "bare",
    service: "s3",
    severity: Severity::Medium,
    kind: Kind::Automatic,
    since: "0.1.0",
    reference: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html",
    maps_to: &[],
    options: &[],
    reads: &[],
    en: Words { title: "Bare", why: "It is bare.", console: "1. Cover it." },
    ja: Words { title: "裸です", why: "裸だからです。", console: "1. 覆います。" },
    fix: Snippets { cli: "", cloudformation: "", terraform: "" },
};

pub(crate) static LOGGING: Declaration = Declaration {
    id: "T-16",
    name: "s3-bucket-without-access-logging",
    maps_to: &[
        Standard { name: "aws-fsbp", control: "S3.9" },
        Standard { name: "pci-dss-4.0", control: "10.2.1" },
        Standard { name: "a", control: "1" },
        Standard { name: "a", control: "2" },
        Standard { name: "a", control: "3" },
        Standard { name: "a", control: "4" },
        Standard { name: "a", control: "5" },
        Standard { name: "a", control: "6" },
        Standard { name: "a", control: "7" },
    ],
    options: &[CheckOption {
        key: "strict",
        en: "Fail also when the target is in another region.",
        ja: "別リージョンの保存先も不適合とします。",
    }],
    reads: &[
        Reads::Call(Operation::new("s3", "ListBuckets", "s3:ListAllMyBuckets")),
        Reads::Call(Operation::new("s3", "GetBucketLogging", "s3:GetBucketLogging")),
    ],
    en: Words {
        title: "Buckets that keep no server access log",
        why: "Reads and deletions of objects leave no trace.\n\nAfter an incident nobody can say what was taken.",
        console: "1. Open the bucket's **Properties**.\n2. Under **Server access logging** choose **Edit** and enable it.",
    },
    ja: Words {
        title: "サーバーアクセスログを記録していないバケット",
        why: "オブジェクトの読み取りや削除の記録が残りません。\n\n事故のあと、何が持ち出されたのか誰にも分かりません。",
        console: "1. バケットの「プロパティ」を開きます。\n2. 「サーバーアクセスのログ記録」を有効にします。",
    },
    fix: Snippets {
        cli: "aws s3api put-bucket-logging --bucket BUCKET --bucket-logging-status file://logging.json",
        cloudformation: "Bucket:\n  Type: AWS::S3::Bucket\n  Properties:\n    LoggingConfiguration:\n      DestinationBucketName: !Ref Logs",
        terraform: "resource \"aws_s3_bucket_logging\" \"this\" {\n  bucket        = aws_s3_bucket.this.id\n  target_bucket = aws_s3_bucket.logs.id\n  target_prefix = \"log/\"\n}",
    },
    ..BARE
};

static PUBLIC: Declaration = Declaration {
    id: "T-12",
    name: "s3-bucket-public",
    severity: Severity::Critical,
    en: Words {
        title: "Buckets that anyone can reach",
        why: "Anyone can read them.",
        console: "1. Block public access.",
    },
    ja: Words {
        title: "誰でもアクセスできるバケット", why: "誰でも読めます。", console: "1. 公開をブロックします。"
    },
    ..BARE
};

static HTTP: Declaration = Declaration {
    id: "T-14",
    name: "s3-bucket-allows-plain-http",
    kind: Kind::Manual { valid_days: 180 },
    en: Words { title: "Buckets that answer plain HTTP", why: "Traffic can be read.", console: "1. Add a Deny." },
    ja: Words {
        title: "平文の HTTP を受け付けるバケット",
        why: "通信を盗み見られます。",
        console: "1. Deny を追加します。",
    },
    ..BARE
};

static TRAIL: Declaration = Declaration {
    id: "T-03",
    name: "cloudtrail-not-enabled",
    service: "cloudtrail",
    severity: Severity::High,
    en: Words { title: "Regions without CloudTrail", why: "Nothing is recorded.", console: "1. Create a trail." },
    ja: Words {
        title: "CloudTrail が有効でないリージョン",
        why: "何も記録されません。",
        console: "1. 証跡を作成します。",
    },
    ..BARE
};

static ROOT: Declaration = Declaration {
    id: "T-01",
    name: "root-access-key",
    service: "iam",
    severity: Severity::Critical,
    en: Words { title: "Access keys of the root user", why: "They can do everything.", console: "1. Delete them." },
    ja: Words {
        title: "ルートユーザーのアクセスキー", why: "何でもできてしまいます。", console: "1. 削除します。"
    },
    ..BARE
};

static EMPTY: Declaration = Declaration { id: "T-08", name: "vpc-without-flow-logs", service: "ec2", ..BARE };

/// The declared checks, in order.
pub(crate) static CHECKS: [&Declaration; 6] = [&ROOT, &TRAIL, &EMPTY, &PUBLIC, &HTTP, &LOGGING];

/// A name made to do harm: to move the cursor, to reverse what follows, to end a table cell, to open a link.
pub(crate) const HOSTILE: &str = "evil\u{1b}[2J\u{202e}txt.|`<b>`[x](https://evil.example){0}\n@octocat";

/// A finding on a bucket.
pub(crate) fn finding(
    check: &Declaration,
    status: Status,
    account: &str,
    region: Option<&str>,
    id: &str,
    message: &str,
) -> Finding {
    let kind = match check.service {
        "cloudtrail" => "AWS::Region",
        "iam" => "AWS::Account",
        _ => "AWS::S3::Bucket",
    };
    Finding {
        fingerprint: report::fingerprint(check.id, account, region, kind, id),
        check_id: check.id.to_owned(),
        check_name: check.name.to_owned(),
        status,
        severity: check.severity,
        account_id: account.to_owned(),
        region: region.map(str::to_owned),
        resource: ResourceEntry {
            kind: kind.to_owned(),
            id: id.to_owned(),
            arn: (kind == "AWS::S3::Bucket").then(|| format!("arn:aws:s3:::{id}")),
            tags: BTreeMap::new(),
        },
        message: message.to_owned(),
        evidence: asc_core::evidence::Evidence::default(),
        muted: None,
        unknown: None,
        source: None,
    }
}

/// A report over findings, complete in itself.
pub(crate) fn report_of(accounts: &[&str], mut findings: Vec<Finding>) -> Report {
    report::sort(&mut findings);
    let mut coverage: BTreeMap<_, Coverage> = BTreeMap::new();
    for finding in &findings {
        let key = (finding.check_id.clone(), finding.account_id.clone(), finding.region.clone());
        let row = coverage.entry(key).or_insert_with(|| Coverage {
            check_id: finding.check_id.clone(),
            account_id: finding.account_id.clone(),
            region: finding.region.clone(),
            evaluated: 0,
            unknown: 0,
            vanished: 0,
            reason: None,
            notes: Vec::new(),
        });
        if finding.status == Status::Unknown {
            row.unknown += 1;
            row.reason = Some(finding.message.clone());
        } else {
            row.evaluated += 1;
        }
    }
    Report {
        schema_version: report::SCHEMA_VERSION,
        tool: Tool { name: "asc".to_owned(), version: "0.1.0".to_owned() },
        started_at: "2025-11-20T10:00:00Z".to_owned(),
        finished_at: "2025-11-20T10:00:07Z".to_owned(),
        complete: findings.iter().all(|f| f.status != Status::Unknown),
        accounts: accounts
            .iter()
            .map(|id| AccountEntry {
                id: (*id).to_owned(),
                partition: "aws".to_owned(),
                alias: (*id == ACCOUNT).then(|| "acme-prod".to_owned()),
                regions: vec!["eu-central-1".to_owned(), "us-east-1".to_owned()],
            })
            .collect(),
        summary: Summary::of(&findings),
        findings,
        coverage: coverage.into_values().collect(),
        calls: vec![
            Calls { service: "s3".to_owned(), operation: "ListBuckets".to_owned(), count: 1, ..Calls::default() },
            Calls {
                service: "s3".to_owned(),
                operation: "GetBucketLogging".to_owned(),
                count: 21,
                denied: 3,
                throttled: 2,
                retried: 2,
            },
        ],
    }
}

/// Something of everything, in one account.
pub(crate) fn report(lang: Lang) -> Report {
    let (eu, us) = (Some("eu-central-1"), Some("us-east-1"));
    let lengthy = format!("{}-{}", "a-bucket-with-quite-a-long-name", "0123456789".repeat(9));
    let mut findings = vec![
        finding(&ROOT, Status::Pass, ACCOUNT, None, ACCOUNT, lang.pick("The root user has no access key.", "アクセスキーはありません。")),
        finding(&TRAIL, Status::Fail, ACCOUNT, us, "us-east-1", lang.pick("No trail records management events here.", "管理イベントを記録する証跡がありません。")),
        finding(&TRAIL, Status::Pass, ACCOUNT, eu, "eu-central-1", lang.pick("Covered by a trail.", "証跡があります。")),
        finding(&PUBLIC, Status::Fail, ACCOUNT, eu, "customer-exports", lang.pick(
            "The bucket policy lets everyone read objects (statement 0, `PublicRead`): its principal is * and no condition limits it.",
            "バケットポリシーのステートメント 0 (`PublicRead`) により、誰でもオブジェクトを読み取れます。プリンシパルが * で、条件による制限がありません。",
        )),
        finding(&PUBLIC, Status::Pass, ACCOUNT, us, "logs", lang.pick("Not public.", "公開されていません。")),
        finding(&PUBLIC, Status::NotApplicable, ACCOUNT, us, "elsewhere", lang.pick("Not ours.", "対象外です。")),
        finding(&LOGGING, Status::Fail, ACCOUNT, us, HOSTILE, lang.pick("Server access logging is off.", "サーバーアクセスログが無効です。")),
        finding(&LOGGING, Status::Fail, ACCOUNT, us, &lengthy, lang.pick("Server access logging is off.", "サーバーアクセスログが無効です。")),
        finding(&LOGGING, Status::Fail, ACCOUNT, eu, "customer-exports", lang.pick("Server access logging is off.", "サーバーアクセスログが無効です。")),
        finding(&LOGGING, Status::NotApplicable, ACCOUNT, us, "logs", lang.pick("Another bucket logs into it.", "他のバケットのログの保存先です。")),
    ];
    if let Some(found) = findings.iter_mut().find(|f| f.check_id == "T-12") {
        found.evidence.insert("policy", json!({"statement": 0, "sid": "PublicRead"}));
        found.source = Some(Box::new(SourceEntry {
            file: "infra/prod exports/s3.tf".to_owned(),
            line: 12,
            method: "terraform-state".to_owned(),
            confidence: "exact".to_owned(),
        }));
    }
    let mut low = finding(
        &LOGGING,
        Status::Fail,
        ACCOUNT,
        us,
        "scratch",
        lang.pick("The target bucket is in another account.", "保存先のバケットが別のアカウントにあります。"),
    );
    low.severity = Severity::Low;
    findings.push(low);
    let mut muted = finding(
        &LOGGING,
        Status::Fail,
        ACCOUNT,
        us,
        "public-mirror",
        lang.pick("Server access logging is off.", "サーバーアクセスログが無効です。"),
    );
    muted.muted = Some(Box::new(Muted {
        reason: "CloudFront logs".to_owned(),
        owner: "web".to_owned(),
        expires: "2026-03-31".to_owned(),
    }));
    findings.push(muted);
    for n in 1..=3 {
        let mut unknown = finding(&LOGGING, Status::Unknown, ACCOUNT, us, &format!("vault-{n}"), lang.pick(
            "Could not be read: s3:GetBucketLogging was denied (AccessDenied). Grant s3:GetBucketLogging to the scanning role.",
            "読み取れませんでした: s3:GetBucketLogging が拒否されました (AccessDenied)。スキャン用ロールに s3:GetBucketLogging を許可してください。",
        ));
        unknown.unknown = Some(Box::new(UnknownEntry {
            operation: "s3:GetBucketLogging".to_owned(),
            aws_code: Some("AccessDenied".to_owned()),
            missing_action: Some("s3:GetBucketLogging".to_owned()),
        }));
        findings.push(unknown);
    }
    for n in 1..=12 {
        findings.push(finding(
            &HTTP,
            Status::Manual,
            ACCOUNT,
            if n % 3 == 0 { us } else { eu },
            &format!("team-{n:02}-data"),
            lang.pick(
                "No evaluation is on record. Look at the evidence, then run `asc attest T-14`.",
                "評価の記録がありません。証拠を確認し、`asc attest T-14` を実行してください。",
            ),
        ));
    }
    let mut report = report_of(&[ACCOUNT], findings);
    if let Some(row) = report.coverage.iter_mut().find(|row| row.check_id == "T-16") {
        row.vanished = 1;
    }
    report.coverage.push(Coverage {
        check_id: EMPTY.id.to_owned(),
        account_id: ACCOUNT.to_owned(),
        region: None,
        evaluated: 0,
        unknown: 0,
        vanished: 0,
        reason: None,
        notes: vec![
            lang.pick(
                "A policy attached to nobody would open everything: arn:aws:iam::123456789012:policy/break-glass.",
                "どこにもアタッチされていないポリシーがすべてを許可しています: arn:aws:iam::123456789012:policy/break-glass。",
            )
            .to_owned(),
        ],
    });
    report
}

/// Everything was read and is good.
pub(crate) fn clean(lang: Lang) -> Report {
    let pass = lang.pick("The root user has no access key.", "アクセスキーはありません。");
    let mut report = report_of(&[ACCOUNT], vec![finding(&ROOT, Status::Pass, ACCOUNT, None, ACCOUNT, pass)]);
    report.calls.truncate(1);
    report
}

/// An emission of the sample checks.
pub(crate) fn emission(lang: Lang, width: usize) -> Emission<'static> {
    Emission {
        lang,
        checks: &CHECKS,
        anchors: BTreeMap::from([(ACCOUNT.to_owned(), Anchor { uri: "asc.toml".to_owned(), line: 7, end_column: 24 })]),
        default_anchor: Anchor { uri: "asc.toml".to_owned(), line: 1, end_column: 1 },
        width,
        color: false,
        sarif_incomplete: SarifIncomplete::Upload,
    }
}

/// What an emitter wrote.
pub(crate) fn emitted(format: Format, report: &Report, emission: &Emission<'_>) -> String {
    let mut out = Vec::new();
    emit(format, report, emission, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
