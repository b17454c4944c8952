//! ASC-04.

use asc_core::{Cx, Kind, Listing, Resource, ResourceCheck, Severity, Text, Unread, Verdict, declare_check, text};
use asc_policy::admin::{Proof, Reach, Realm, Step, admin};
use asc_policy::{Condition, Glob};
use serde_json::{Value, json};

use crate::holding::{Held, Principal, each_principal};
use crate::model::{Authorization, Details, ManagedPolicy};

declare_check! {
    /// Users, groups and roles that may do everything.
    struct AdminPolicy {
        id: "ASC-04",
        name: "iam-admin-policy",
        service: "iam",
        severity: High,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        maps_to: [("aws-fsbp", "IAM.1")],
        options: [],
        reads: [Authorization],
        if_needed: [ManagedPolicy],
        en: {
            title: "IAM policies allow everything",
            why: "Whoever gets hold of an administrator's session, or of the program that runs under an administrator's role, \
                  has the whole account: its data, its backups, its logs, and the right to make new users that stay. A key \
                  that leaks from a build server does as much harm as its policies allow. Leaving a few services out helps \
                  little as long as all of IAM is open, since its owner grants itself the rest.",
            console: "1. Open the principal in IAM and look at the policy that the finding names.\n\
                      2. See under Last Accessed (or with IAM Access Analyzer's policy generation) what is really used.\n\
                      3. Attach a policy of just that, watch for denied calls, then detach the wide one.\n\
                      4. Keep administration to few roles that people take for a time, with MFA; set a permissions boundary on the others.",
        },
        ja: {
            title: "IAM ポリシーがすべての操作を許可している",
            why: "管理者のセッションや、管理者ロールで動くプログラムを奪った者は、データ、バックアップ、ログ、そして居座るための新しいユーザーの作成まで、\
                  アカウント全体を手に入れます。ビルドサーバーから漏れたキーの被害は、そのポリシーが許す範囲と同じ大きさになります。\
                  一部のサービスを除外しても、IAM のすべてが許可されていれば残りを自分に付与できるため、ほとんど意味がありません。",
            console: "1. IAM で対象を開き、検出結果に示されたポリシーを確認します。\n\
                      2. [最終アクセス] (または IAM Access Analyzer のポリシー生成) で実際に使われている操作を調べます。\n\
                      3. それだけを許可するポリシーをアタッチし、拒否される操作がないか確かめてから、広いポリシーをデタッチします。\n\
                      4. 管理は MFA 付きで一時的に引き受ける少数のロールに限り、それ以外にはアクセス許可の境界を設定します。",
        },
        cli: "aws iam generate-service-last-accessed-details --arn PRINCIPAL_ARN\n\
              aws iam detach-role-policy --role-name ROLE --policy-arn arn:aws:iam::aws:policy/AdministratorAccess\n\
              aws iam attach-role-policy --role-name ROLE --policy-arn NARROW_POLICY_ARN",
        cloudformation: "Role:\n  Type: AWS::IAM::Role\n  Properties:\n    PermissionsBoundary: !Ref WorkloadBoundary\n    Policies:\n      \
                         - PolicyName: only-what-it-needs\n          PolicyDocument:\n            Version: \"2012-10-17\"\n            \
                         Statement:\n              - Effect: Allow\n                Action: [\"s3:GetObject\", \"s3:PutObject\"]\n                \
                         Resource: !Sub \"${Bucket.Arn}/*\"",
        terraform: "resource \"aws_iam_role_policy\" \"narrow\" {\n  name   = \"only-what-it-needs\"\n  role   = aws_iam_role.example.id\n  \
                    policy = data.aws_iam_policy_document.narrow.json\n}\n\n\
                    data \"aws_iam_policy_document\" \"narrow\" {\n  statement {\n    actions   = [\"s3:GetObject\", \"s3:PutObject\"]\n    \
                    resources = [\"${aws_s3_bucket.example.arn}/*\"]\n  }\n}",
    }
}

/// How many statements of a proof the message shows; the evidence holds all. Also how many policies a note names.
const SHOWN: usize = 3;

impl ResourceCheck for AdminPolicy {
    type Subject = Principal;

    async fn subjects(&self, cx: &Cx) -> Listing<Principal> {
        let mut listing = each_principal(cx).await;
        if let Ok(details) = cx.get::<Authorization>(&()).await {
            listing.notes.extend(idle(&Realm::new(&cx.account().partition, &cx.account().id), &details));
        }
        listing
    }

    fn resource(&self, principal: &Principal, _: &Cx) -> Resource {
        principal.resource()
    }

    async fn evaluate(&self, principal: &Principal, cx: &Cx) -> Result<Verdict, Unread> {
        if principal.role().is_some_and(crate::model::Role::is_service_linked) {
            return Ok(Verdict::not_applicable(text!(
                en: "A service-linked role: its service defines what it may do, and nobody else can take it.",
                ja: "サービスにリンクされたロールです。権限はサービスが定義し、ほかの誰も引き受けられません。"
            )));
        }
        let held = principal.held(cx).await?;
        let realm = Realm::new(&cx.account().partition, &cx.account().id);
        let documents: Vec<_> = held.iter().map(|held| &*held.document).collect();
        let Some(unbounded) = admin(&realm, &documents, None) else { return Ok(good(held.len())) };
        let proof = match principal.boundary_policy(cx).await? {
            None => Some(unbounded),
            Some(boundary) => admin(&realm, &documents, Some(&boundary)),
        };
        let boundary = principal.boundary().unwrap_or_default();
        Ok(match proof {
            Some(proof) => bad(principal, &held, &proof),
            None => good(held.len()).note(&text!(
                en: "Its policies would open everything, if the permissions boundary {boundary} did not limit them.",
                ja: "ポリシー自体はすべてを許可していますが、アクセス許可の境界 {boundary} が制限しています。"
            )),
        })
    }
}

/// A note on the account's own policies that nobody holds, and that would open everything to whoever got one.
fn idle(realm: &Realm, details: &Details) -> Option<Text> {
    let unheld = details.unheld().filter_map(|(arn, document)| Some((arn, document.as_ref().ok()?)));
    let open: Vec<_> =
        unheld.filter(|(_, document)| admin(realm, &[document.as_ref()], None).is_some()).map(|(arn, _)| arn).collect();
    let named = open[..open.len().min(SHOWN)].join(", ");
    let more = match open.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(", +{more}"),
    };
    (!open.is_empty()).then(|| {
        text!(
            en: "Attached to nobody, but whoever is given it becomes an administrator: {named}{more}.",
            ja: "誰にもアタッチされていませんが、アタッチすると管理者権限になるポリシーがあります: {named}{more}。"
        )
    })
}

fn good(policies: usize) -> Verdict {
    Verdict::pass(match policies {
        0 => text!(en: "Holds no policy.", ja: "ポリシーを持っていません。"),
        _ => text!(
            en: "Not an administrator (policies held: {policies}).",
            ja: "管理者権限はありません (保有ポリシー {policies} 件)。"
        ),
    })
}

fn bad(principal: &Principal, held: &[Held], proof: &Proof) -> Verdict {
    let name = principal.name();
    let paths: Vec<_> = proof.steps.iter().map(|step| path(name, held, *step)).collect();
    let shown = paths[..paths.len().min(SHOWN)].join("; ");
    let more = match paths.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("; +{more}"),
    };
    let message = match proof.reach {
        Reach::Everything => text!(
            en: "May do everything: {shown}{more}.",
            ja: "すべての操作が許可されています: {shown}{more}。"
        ),
        Reach::AllButSome => text!(
            en: "May do everything but a remainder, which it can grant itself since all of IAM is open: {shown}{more}.",
            ja: "一部を除くすべての操作が許可されています。IAM のすべてが許可されているため、残りも自分に付与できます: {shown}{more}。"
        ),
    };
    let mut verdict = Verdict::fail(message);
    if !proof.conditions.is_empty() {
        verdict = verdict.note(&conditional(&proof.conditions)).at(Severity::Medium);
    }
    if !proof.exact {
        verdict = verdict.note(&text!(
            en: "Its patterns are too intricate to be followed to the end; everything that was tried is allowed.",
            ja: "パターンが複雑すぎて最後まで解析できませんが、試した操作はすべて許可されていました。"
        ));
    }
    let steps: Vec<_> = proof.steps.iter().map(|step| evidence(held, *step)).collect();
    verdict = verdict.evidence("granted_by", steps);
    if let Some(boundary) = principal.boundary() {
        verdict = verdict.evidence("permissions_boundary", boundary);
    }
    match principal.role().and_then(|role| role.last_used) {
        Some(at) => verdict.evidence("last_used", at.date().to_string()),
        None => verdict,
    }
}

fn conditional(conditions: &[Condition]) -> Text {
    let all = conditions.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    text!(en: "Only under a condition: {all}.", ja: "次の条件を満たす場合に限ります: {all}。")
}

/// Who → through which group → which policy → which statement.
fn path(name: &str, held: &[Held], step: Step) -> String {
    let Held { group, policy, .. } = &held[step.policy];
    let statement = label(&held[step.policy], step);
    match group {
        Some(group) => format!("{name} → {group} → {policy} → {statement}"),
        None => format!("{name} → {policy} → {statement}"),
    }
}

/// A statement's `Sid`, or its place where it has none.
fn label(held: &Held, step: Step) -> String {
    let sid = held.document.statements[step.statement].sid.as_ref().filter(|sid| !sid.is_empty());
    sid.cloned().unwrap_or_else(|| format!("Statement[{}]", step.statement))
}

fn evidence(held: &[Held], step: Step) -> Value {
    let Held { group, policy, arn, document } = &held[step.policy];
    let statement = &document.statements[step.statement];
    let conditions: Vec<_> = statement
        .conditions
        .iter()
        .map(|c| {
            let values: Vec<_> = c.values.iter().map(Glob::written).collect();
            json!({ "operator": c.operator.written, "key": c.key, "values": values })
        })
        .collect();
    json!({
        "group": group,
        "policy": policy,
        "policy_arn": arn,
        "statement": step.statement,
        "sid": statement.sid,
        "conditions": conditions,
    })
}

asc_core::declare_manual_fix!(
    AdminPolicy,
    en: "What somebody needs instead of everything, only those who know the work can say; taken away blindly, it can lock everybody out.",
    ja: "全権限の代わりに何が必要かは、業務を知る人にしか分かりません。機械的に取り上げると、全員がアカウントを操作できなくなるおそれがあります。",
);

#[cfg(test)]
mod tests;
