//! Alerts about what an intruder would do first.

mod alerts;

use asc_core::text;

use crate::guardrail::{Guardrail, Part, Setup, Switch, policy};
use crate::template::{Condition, Output, Parameter, Resource, Test};
use crate::value::{list, map, reference, sub};

/// Source: CIS AWS Foundations Benchmark, section "Monitoring"; Amazon EventBridge User Guide, "AWS service events
/// delivered via AWS CloudTrail".
pub(super) fn security_alerts() -> Guardrail {
    Guardrail {
        key: "security-alerts",
        parameter: "SecurityAlerts",
        title: text!(en: "Alerts about security changes", ja: "セキュリティに関わる変更の通知"),
        about: text!(
            en: "Rules of EventBridge tell an encrypted SNS topic, and its subscriber, of use of the root user, refused calls, \
                 sign-ins without MFA, and changes of IAM, CloudTrail, AWS Config, networks, keys and bucket policies. \
                 EventBridge is given calls only where a trail logs them. Events of IAM and of the root user's sign-in arrive \
                 in the first region of a partition alone, so deploy there as well. The subscriber has to confirm the \
                 subscription.",
            ja: "ルートユーザーの使用、拒否された呼び出し、MFA なしのサインイン、IAM・CloudTrail・AWS Config・ネットワーク・キー・バケットポリシーの変更を、\
                 EventBridge のルールで暗号化された SNS トピックの購読者に通知します。EventBridge に届くのは証跡が記録する呼び出しだけです。\
                 IAM とルートユーザーのサインインのイベントはパーティションの最初のリージョンにだけ届くため、そこにも展開してください。\
                 購読者は確認メールを承認する必要があります。"
        ),
        checks: &["BASE-03"],
        switch: Switch::Service,
        account_wide: false,
        on_config: false,
        build,
    }
}

fn build(setup: &Setup) -> Part {
    let subscribed = "HasAlertSubscriber";
    let test = Test::All(vec![Test::holds(&setup.on()), Test::is_not("AlertEmail", "")]);
    let subscription = Resource::new(
        "SecurityAlertsSubscription",
        "AWS::SNS::Subscription",
        text!(en: "Who is told. Nobody is until the address has confirmed.", ja: "通知先です。アドレスの所有者が承認するまで通知されません。"),
        map! { "TopicArn" => reference("SecurityAlertsTopic"), "Protocol" => "email", "Endpoint" => reference("AlertEmail") },
    );
    let mut resources = vec![key(), topic(), topic_policy()];
    resources.extend(alerts::alerts().into_iter().map(alerts::Alert::rule));
    let mut resources: Vec<_> = resources.into_iter().map(|resource| resource.when(&setup.on())).collect();
    resources.insert(3, subscription.when(subscribed));
    Part {
        parameters: vec![Parameter::text(
            "AlertEmail",
            text!(
                en: "The e-mail address that is told. Empty: nobody, until somebody subscribes to the topic.",
                ja: "通知先のメールアドレスです。空の場合、トピックを購読するまで誰にも通知されません。"
            ),
            "",
        )],
        conditions: vec![Condition::new(subscribed, test)],
        resources,
        outputs: vec![Output {
            name: "SecurityAlertsTopicArn".to_owned(),
            description: text!(en: "The topic to subscribe to.", ja: "購読するトピックです。"),
            condition: Some(setup.on()),
            value: reference("SecurityAlertsTopic"),
        }],
        ..Part::default()
    }
}

/// Source: Amazon SNS Developer Guide, "Enable compatibility between event sources from AWS services and encrypted topics".
fn key() -> Resource {
    let account = sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root");
    Resource::new(
        "SecurityAlertsKey",
        "AWS::KMS::Key",
        text!(
            en: "Encrypts the topic. AWS's own key for SNS would not do: its policy does not let EventBridge publish.",
            ja: "トピックを暗号化します。SNS の AWS マネージドキーでは、ポリシー上 EventBridge が発行できません。"
        ),
        map! {
            "Description" => "Encrypts the topic of the security alerts",
            "EnableKeyRotation" => true,
            "KeyPolicy" => policy(vec![
                map! {
                    "Sid" => "TheAccountManagesTheKey",
                    "Effect" => "Allow",
                    "Principal" => map! { "AWS" => account },
                    "Action" => "kms:*",
                    "Resource" => "*",
                },
                map! {
                    "Sid" => "EventBridgePublishesEncrypted",
                    "Effect" => "Allow",
                    "Principal" => map! { "Service" => "events.amazonaws.com" },
                    "Action" => list!["kms:Decrypt", "kms:GenerateDataKey*"],
                    "Resource" => "*",
                },
            ]),
        },
    )
}

fn topic() -> Resource {
    Resource::new(
        "SecurityAlertsTopic",
        "AWS::SNS::Topic",
        text!(en: "Where all alerts go.", ja: "すべての通知の送信先です。"),
        map! { "DisplayName" => "Security alerts", "KmsMasterKeyId" => reference("SecurityAlertsKey") },
    )
}

fn topic_policy() -> Resource {
    Resource::new(
        "SecurityAlertsTopicPolicy",
        "AWS::SNS::TopicPolicy",
        text!(
            en: "EventBridge publishes. There is no condition on the source: EventBridge supports none in a topic's policy.",
            ja: "EventBridge の発行を許可します。EventBridge はトピックポリシーの条件に対応していないため、送信元の条件は付けません。"
        ),
        map! {
            "Topics" => list![reference("SecurityAlertsTopic")],
            "PolicyDocument" => policy(vec![map! {
                "Sid" => "EventBridgePublishes",
                "Effect" => "Allow",
                "Principal" => map! { "Service" => "events.amazonaws.com" },
                "Action" => "sns:Publish",
                "Resource" => reference("SecurityAlertsTopic"),
            }]),
        },
    )
}
