//! ASC-06.

use asc_core::{AccountCheck, Cx, Kind, Unread, Verdict, declare_check, text};
use serde_json::json;

use crate::model::{Defined, Delivery, ExportDetail, ExportList, Reports, defined};

declare_check! {
    /// Bills that nobody looks at.
    struct BillingNotReviewed {
        id: "ASC-06",
        name: "billing-not-reviewed",
        service: "billing",
        severity: Low,
        kind: Kind::Manual { valid_days: 180 },
        since: "0.1.0",
        reference: "https://docs.aws.amazon.com/cur/latest/userguide/what-is-data-exports.html",
        maps_to: [],
        options: [],
        reads: [Reports, ExportList, ExportDetail],
        en: {
            title: "Billing has not been reviewed",
            why: "The bill shows what no other list does: everything that runs, wherever it runs. Mined coins, a forgotten \
                  cluster, a copied database in a region that nobody uses appear there first, as a number that grew. That \
                  helps only if somebody looks, knows what is normal, and is told when it is not.",
            console: "1. In Billing and Cost Management open Bills and Cost Explorer; compare the last months by service and by region.\n\
                      2. Under Data Exports create a standard export of cost and usage, so that details can be looked up later.\n\
                      3. Under Budgets and Cost Anomaly Detection create alerts that reach a person.\n\
                      4. Record what was seen and decided as an evaluation.",
        },
        ja: {
            title: "請求内容が評価されていない",
            why: "請求書には、どこで動いているものでもすべて現れます。不正なマイニング、忘れられたクラスター、使っていないリージョンにコピーされた\
                  データベースは、まず金額の増加として現れます。ただし、誰かが確認し、平常時の金額を知り、異常時に通知を受けていなければ役に立ちません。",
            console: "1. [請求とコスト管理] の [請求書] と [Cost Explorer] で、過去数か月をサービス別、リージョン別に比較します。\n\
                      2. 後から詳細を調べられるよう、[データエクスポート] でコストと使用状況の標準エクスポートを作成します。\n\
                      3. [予算] と [コスト異常検出] で、担当者に届くアラートを作成します。\n\
                      4. 確認した内容と判断を評価として記録します。",
        },
        cli: "aws ce get-cost-and-usage --time-period Start=2025-01-01,End=2025-04-01 --granularity MONTHLY \\\n  \
              --metrics UnblendedCost --group-by Type=DIMENSION,Key=SERVICE Type=DIMENSION,Key=REGION",
        cloudformation: "Budget:\n  Type: AWS::Budgets::Budget\n  Properties:\n    Budget:\n      BudgetType: COST\n      TimeUnit: MONTHLY\n      \
                         BudgetLimit: {Amount: 1000, Unit: USD}\n    NotificationsWithSubscribers:\n      - Notification:\n          \
                         NotificationType: FORECASTED\n          ComparisonOperator: GREATER_THAN\n          Threshold: 100\n        \
                         Subscribers:\n          - {SubscriptionType: EMAIL, Address: !Ref Owner}",
        terraform: "resource \"aws_budgets_budget\" \"month\" {\n  name         = \"month\"\n  budget_type  = \"COST\"\n  limit_amount = \"1000\"\n  \
                    limit_unit   = \"USD\"\n  time_unit    = \"MONTHLY\"\n  notification {\n    notification_type          = \"FORECASTED\"\n    \
                    comparison_operator        = \"GREATER_THAN\"\n    threshold                  = 100\n    \
                    threshold_type             = \"PERCENTAGE\"\n    subscriber_email_addresses = [var.owner]\n  }\n}",
    }
}

impl AccountCheck for BillingNotReviewed {
    async fn evaluate(&self, cx: &Cx) -> Result<Verdict, Unread> {
        judge(&defined(cx).await)
    }
}

fn judge(defined: &Defined) -> Result<Verdict, Unread> {
    if let Some(why) = defined.unread.first() {
        return Err(why.clone());
    }
    let Defined { deliveries, not_offered, .. } = defined;
    let count = deliveries.len();
    let verdict = if defined.is_void() {
        Verdict::not_applicable(text!(
            en: "This partition has no bills of its own: they are part of the linked standard account's, and are reviewed there.",
            ja: "このパーティションには独自の請求がありません。請求は関連付けられた標準アカウントに含まれるため、そのアカウントで評価します。"
        ))
    } else if deliveries.is_empty() {
        Verdict::manual(text!(
            en: "No cost report or export is defined, so details cannot be looked up later. Go through the bills.",
            ja: "コストレポートもエクスポートも定義されておらず、後から詳細を調べられません。請求内容を確認してください。"
        ))
    } else {
        Verdict::manual(text!(
            en: "Cost reports and exports defined: {count}. Go through the bills.",
            ja: "コストレポートとエクスポートは {count} 件定義されています。請求内容を確認してください。"
        ))
    };
    let bad: Vec<_> = deliveries.iter().filter(|delivery| delivery.last_run.is_bad()).map(told).collect();
    let verdict = if bad.is_empty() {
        verdict
    } else {
        let bad = bad.join(", ");
        verdict.note(&text!(en: "Failing: {bad}.", ja: "失敗しているもの: {bad}。"))
    };
    let runs = deliveries.iter().map(|Delivery { kind, name, last_run, .. }| {
        json!({"kind": kind, "name": name, "at": last_run.at, "status": last_run.status})
    });
    Ok(verdict
        .evidence("deliveries", deliveries)
        .evidence("services_not_offered", not_offered)
        .shifting("last_runs", runs.collect::<Vec<_>>()))
}

fn told(delivery: &Delivery) -> String {
    let status = delivery.last_run.status.as_deref().unwrap_or_default();
    format!("{} ({status})", delivery.name)
}

#[cfg(test)]
mod tests {
    use asc_core::{Class, Operation, Status};

    use super::*;
    use crate::model::{Kind as Service, LastRun};

    fn delivery(name: &str, status: Option<&str>) -> Delivery {
        Delivery {
            kind: Service::DataExport,
            name: name.to_owned(),
            bucket: "b".to_owned(),
            bucket_owner: None,
            last_run: LastRun { at: None, status: status.map(str::to_owned) },
        }
    }

    fn of(deliveries: Vec<Delivery>) -> Verdict {
        judge(&Defined { deliveries, ..Defined::default() }).unwrap()
    }

    #[test]
    fn a_person_decides_on_what_is_told() {
        let none = of(vec![]);
        assert_eq!(none.status(), Status::Manual);
        assert!(none.message().en.starts_with("No cost report or export"));
        let some = of(vec![delivery("a", Some("HEALTHY")), delivery("b", Some("UNHEALTHY")), delivery("c", None)]);
        assert_eq!(some.status(), Status::Manual);
        assert_eq!(
            some.message().en,
            "Cost reports and exports defined: 3. Go through the bills. Failing: b (UNHEALTHY)."
        );
    }

    #[test]
    fn what_could_not_be_read_leaves_it_open() {
        let operation = Operation::new("bcm-data-exports", "ListExports", "bcm-data-exports:ListExports");
        let why = Unread::new(operation, Class::Denied, "no");
        let defined =
            Defined { deliveries: vec![delivery("a", None)], unread: vec![why.clone()], ..Defined::default() };
        assert_eq!(judge(&defined).unwrap_err(), why);
    }

    #[test]
    fn a_partition_without_bills_is_told_so() {
        let nothing = Defined { not_offered: vec!["cur", "bcm-data-exports"], ..Defined::default() };
        assert_eq!(judge(&nothing).unwrap().status(), Status::NotApplicable);
        let one = Defined { not_offered: vec!["bcm-data-exports"], ..Defined::default() };
        assert_eq!(judge(&one).unwrap().status(), Status::Manual);
    }
}
