//! BASE-16.

use asc_core::{Cx, Kind, Listing, Resource, ResourceCheck, Text, Unread, Verdict, declare_check, text};
use asc_policy::escalation::{Outcome, Path, Step, To, ways::Means};
use asc_policy::{Condition, Glob};
use serde_json::{Value, json};

use crate::escalation::{Escalation, Escalations};
use crate::holding::{Held, Principal, each_principal};
use crate::model::{Authorization, GET_DETAILS, ManagedPolicy};

declare_check! {
    /// Users, groups and roles that are no administrators, but can make themselves one.
    struct PrivilegeEscalation {
        id: "BASE-16",
        name: "iam-privilege-escalation",
        service: "iam",
        severity: Medium,
        kind: Kind::Automatic,
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        maps_to: [],
        options: [],
        reads: [Authorization, ManagedPolicy, Escalations],
        en: {
            title: "A principal that is no administrator can become one",
            why: "Some rights are worth more than they look. Whoever may attach policies to itself, make an access key for an \
                  administrator, or start a function under an administrator's role needs no further right to own the account. \
                  Such a principal is guarded like an ordinary one and works like an administrator: nobody watches the key of a \
                  build server as closely as the root user. The finding shows the shortest path that the policies leave open.",
            console: "1. Read the path in the finding: each step names the action, what it is used on, and the policy that allows it.\n\
                      2. Remove the first step: name the resources that the action is really needed on; for iam:PassRole name the \
                      roles, and the service with the condition iam:PassedToService.\n\
                      3. Where somebody has to manage users or roles, require a permissions boundary with the condition \
                      iam:PermissionsBoundary.\n\
                      4. Take administrators' rights from roles that services run under, and see that their trust policies name only \
                      who needs them.",
        },
        ja: {
            title: "管理者でないプリンシパルが自らを管理者にできる",
            why: "権限の中には、見た目より強力なものがあります。自分にポリシーをアタッチできる者、管理者のアクセスキーを作成できる者、\
                  管理者ロールで関数を起動できる者は、それだけでアカウント全体を手に入れられます。こうしたプリンシパルは、通常の利用者と同じ程度にしか\
                  保護されていないのに、管理者と同じことができます。ビルドサーバーのキーをルートユーザーほど注意深く監視している人はいません。\
                  検出結果には、ポリシーが許している最短の経路が示されます。",
            console: "1. 検出結果の経路を確認します。各手順に、アクション、その対象、許可しているポリシーが示されています。\n\
                      2. 最初の手順を取り除きます。アクションが本当に必要なリソースだけを指定します。iam:PassRole にはロールを指定し、\
                      条件 iam:PassedToService でサービスを限定します。\n\
                      3. ユーザーやロールの管理を任せる場合は、条件 iam:PermissionsBoundary でアクセス許可の境界を必須にします。\n\
                      4. サービスが使うロールから管理者権限を外し、信頼ポリシーが必要な相手だけを指定していることを確かめます。",
        },
        cli: "aws iam simulate-principal-policy --policy-source-arn PRINCIPAL_ARN --action-names ACTION --resource-arns RESOURCE_ARN\n\
              aws iam put-user-permissions-boundary --user-name USER --permissions-boundary BOUNDARY_POLICY_ARN\n\
              aws iam detach-user-policy --user-name USER --policy-arn WIDE_POLICY_ARN",
        cloudformation: "DeployPolicy:\n  Type: AWS::IAM::ManagedPolicy\n  Properties:\n    PolicyDocument:\n      Version: \"2012-10-17\"\n      \
                         Statement:\n        - Effect: Allow\n          Action: iam:PassRole\n          Resource: !GetAtt WorkerRole.Arn\n          \
                         Condition: {StringEquals: {iam:PassedToService: lambda.amazonaws.com}}",
        terraform: "data \"aws_iam_policy_document\" \"deploy\" {\n  statement {\n    actions   = [\"iam:PassRole\"]\n    \
                    resources = [aws_iam_role.worker.arn]\n    condition {\n      test     = \"StringEquals\"\n      \
                    variable = \"iam:PassedToService\"\n      values   = [\"lambda.amazonaws.com\"]\n    }\n  }\n}",
    }
}

impl ResourceCheck for PrivilegeEscalation {
    type Subject = Principal;

    async fn subjects(&self, cx: &Cx) -> Listing<Principal> {
        each_principal(cx).await
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
        let seen = cx.get::<Escalations>(&()).await?;
        let at = principal.place();
        let why = |place: usize| seen.unread.get(&place).cloned().ok_or_else(|| Unread::malformed(GET_DETAILS, ""));
        match &seen.outcomes[at] {
            Outcome::Safe => Ok(Verdict::pass(text!(
                en: "No known way leads from its rights to an administrator's.",
                ja: "保有する権限から管理者権限に至る既知の経路はありません。"
            ))),
            Outcome::Administrator(None) => Ok(Verdict::not_applicable(text!(
                en: "An administrator already, with nothing left to gain: see ASC-04.",
                ja: "すでに管理者であり、これ以上得る権限がありません。ASC-04 を参照してください。"
            ))),
            Outcome::Path(path) => bad(&seen, path, cx).await,
            Outcome::Administrator(Some(path)) => Ok(bad(&seen, path, cx).await?.note(&text!(
                en: "It is an administrator only under a condition (see ASC-04); this path needs none.",
                ja: "条件付きの管理者です (ASC-04 を参照)。この経路に条件はありません。"
            ))),
            Outcome::Unread => Err(why(at)?),
            Outcome::DependsOn(other) => Err(why(*other)?),
        }
    }
}

async fn bad(seen: &Escalation, path: &Path, cx: &Cx) -> Result<Verdict, Unread> {
    let shown = line(seen, path);
    let mut verdict = Verdict::fail(text!(
        en: "Can make itself an administrator: {shown}.",
        ja: "自らを管理者にできます: {shown}。"
    ));
    for step in &path.steps {
        if let Some(thing) = step.supposes() {
            let (en, ja) = (thing.en, thing.ja);
            let role = target(seen, step);
            verdict = verdict.note(&text!(
                en: "This needs {en} that runs as {role}, which IAM does not tell.",
                ja: "{role} で動く{ja}があることが前提ですが、その有無は IAM からは分かりません。"
            ));
        }
    }
    let conditions: Vec<_> = path.steps.iter().flat_map(Step::open_conditions).chain(&path.conditions).collect();
    if !conditions.is_empty() {
        verdict = verdict.note(&conditional(&conditions));
    }
    if path.steps.iter().any(|step| !step.exact) {
        verdict = verdict.note(&text!(
            en: "Some patterns are too intricate to be followed to the end; they are taken to allow it.",
            ja: "パターンが複雑すぎて最後まで解析できないものは、許可しているとみなしています。"
        ));
    }
    let mut steps = Vec::new();
    for step in &path.steps {
        let held = seen.principals[step.who].held(cx).await?;
        steps.push(evidence(seen, step, &held));
    }
    Ok(verdict.evidence("path", steps).evidence("certain", path.is_certain()))
}

/// Who → what on what → whom, … in one line.
fn line(seen: &Escalation, path: &Path) -> String {
    let mut parts = Vec::new();
    let mut last = None;
    for step in &path.steps {
        if last != Some(step.who) {
            parts.push(name(seen, step.who));
        }
        let mut actions: Vec<_> = step.uses.iter().map(|used| used.action).collect();
        actions.dedup();
        parts.push(format!("{} ({})", actions.join(" + "), target(seen, step)));
        last = Some(step.who);
    }
    if let Some(administrator) = path.administrator {
        parts.push(name(seen, administrator));
    }
    parts.join(" → ")
}

fn conditional(conditions: &[&Condition]) -> Text {
    let mut all: Vec<_> = conditions.iter().map(ToString::to_string).collect();
    all.dedup();
    let all = all.join("; ");
    text!(en: "Only under a condition: {all}.", ja: "次の条件を満たす場合に限ります: {all}。")
}

fn name(seen: &Escalation, at: usize) -> String {
    seen.account.holders[at].name.clone()
}

/// What a step is about: a principal by its kind and name, as at the end of its ARN.
fn target(seen: &Escalation, step: &Step) -> String {
    match &step.to {
        To::Holder(at) => short(&seen.account.holders[*at].arn).to_owned(),
        To::Policy(arn) => short(arn).to_owned(),
        To::New(_) => step.uses.first().map_or_else(String::new, |used| short(&used.resource).to_owned()),
    }
}

fn short(arn: &str) -> &str {
    arn.splitn(6, ':').nth(5).unwrap_or(arn)
}

fn evidence(seen: &Escalation, step: &Step, held: &[Held]) -> Value {
    let uses: Vec<_> = step
        .uses
        .iter()
        .map(|used| {
            let policy = used.by.and_then(|by| Some((held.get(by.policy)?, by.statement)));
            let sid = policy.and_then(|(held, at)| held.document.statements.get(at)?.sid.clone());
            json!({
                "action": used.action,
                "resource": used.resource,
                "group": policy.and_then(|(held, _)| held.group.clone()),
                "policy": policy.map(|(held, _)| held.policy.clone()),
                "policy_arn": policy.and_then(|(held, _)| held.arn.clone()),
                "statement": policy.map(|(_, at)| at),
                "sid": sid,
            })
        })
        .collect();
    let conditions: Vec<_> = step
        .open_conditions()
        .map(|c| {
            let values: Vec<_> = c.values.iter().map(Glob::written).collect();
            json!({ "operator": c.operator.written, "key": c.key, "values": values })
        })
        .collect();
    let to = match &step.to {
        To::Holder(at) => seen.account.holders[*at].arn.clone(),
        To::Policy(arn) => arn.clone(),
        To::New(_) => String::new(),
    };
    json!({
        "who": seen.account.holders[step.who].arn,
        "way": step.way.id,
        "target": if matches!(step.way.means, Means::Create(_)) { Value::Null } else { to.into() },
        "uses": uses,
        "conditions": conditions,
        "source": step.way.source,
    })
}
