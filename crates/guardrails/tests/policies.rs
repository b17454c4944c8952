//! Every policy in every template, judged by asc's own engine: no role administers the account, nobody from outside gets
//! in, and buckets take nothing over plain HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot read what it is about fails")]

mod common;

use asc_core::Lang;
use asc_guardrails::cloudformation;
use asc_policy::admin::{Realm, admin};
use asc_policy::public::public;
use asc_policy::{Answer, Effect, Policy, Principal, Principals, TlsOnly, tls_only};
use common::{parse, subsets};
use serde_json::{Value, json};

const ACCOUNT: &str = "123456789012";

/// A value as it would be once deployed; a resource's ARN is named after it.
fn deployed(value: &Value) -> Value {
    let of = |name: &str| match name {
        "AWS::AccountId" => ACCOUNT.to_owned(),
        "AWS::Partition" => "aws".to_owned(),
        "AWS::Region" => "us-east-1".to_owned(),
        other => format!("arn:aws:s3:::{}", other.trim_end_matches(".Arn").to_ascii_lowercase()),
    };
    match value {
        Value::Object(entries) if entries.len() == 1 => match entries.iter().next().unwrap() {
            (name, Value::String(text)) if name == "Ref" => json!(of(text)),
            (name, Value::Array(parts)) if name == "Fn::GetAtt" => json!(of(parts[0].as_str().unwrap())),
            (name, Value::String(text)) if name == "Fn::Sub" => {
                let names = common::names_in(text).into_iter();
                json!(names.fold(text.clone(), |text, name| text.replace(&format!("${{{name}}}"), &of(name))))
            }
            (name, value) => json!({ name: deployed(value) }),
        },
        Value::Object(entries) => entries.iter().map(|(name, value)| (name.clone(), deployed(value))).collect(),
        Value::Array(items) => items.iter().map(deployed).collect(),
        other => other.clone(),
    }
}

/// Every policy of every template: where it stands, the property it is, and what it says.
fn policies() -> Vec<(String, &'static str, Value)> {
    let mut found = Vec::new();
    for (name, template) in subsets() {
        let json = parse(&cloudformation(&template, Lang::En));
        for (id, resource) in json["Resources"].as_object().unwrap() {
            let properties = &resource["Properties"];
            let place = format!("{name}: {id}");
            for kind in ["AssumeRolePolicyDocument", "PolicyDocument", "KeyPolicy"] {
                if let Some(policy) = properties.get(kind) {
                    found.push((place.clone(), kind, deployed(policy)));
                }
            }
            for inline in properties["Policies"].as_array().into_iter().flatten() {
                found.push((place.clone(), "Policies", deployed(&inline["PolicyDocument"])));
            }
        }
    }
    assert!(found.len() > 100, "only {} policies were found", found.len());
    found
}

fn read(policy: &Value) -> Policy {
    Policy::parse(&policy.to_string()).unwrap()
}

#[test]
fn no_role_is_an_administrator() {
    let realm = Realm::new("aws", ACCOUNT);
    for (place, kind, document) in policies() {
        if kind == "Policies" {
            let policy = read(&document);
            assert!(admin(&realm, &[&policy], None).is_none(), "{place}");
            for statement in document["Statement"].as_array().unwrap() {
                let actions = statement["Action"].to_string();
                assert!(!actions.contains("*\"") && !actions.contains("NotAction"), "{place}: {actions}");
            }
        }
    }
    let all = read(&json!({ "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] }));
    assert!(admin(&realm, &[&all], None).is_some(), "the engine finds one");
}

/// Actions that know no resource, so that `*` is the least there is.
const WITHOUT_RESOURCE: [&str; 10] = [
    "config:ListDiscoveredResources",
    "ec2:DescribeSecurityGroups",
    "ec2:EnableEbsEncryptionByDefault",
    "ec2:GetEbsEncryptionByDefault",
    "iam:GetAccountPasswordPolicy",
    "iam:UpdateAccountPasswordPolicy",
    "inspector2:Enable",
    "s3:GetAccountPublicAccessBlock",
    "s3:PutAccountPublicAccessBlock",
    "",
];

#[test]
fn a_role_names_what_it_may_touch() {
    for (place, kind, document) in policies().into_iter().filter(|(_, kind, _)| *kind == "Policies") {
        for statement in document["Statement"].as_array().unwrap() {
            if statement["Resource"] == "*" {
                let actions = match &statement["Action"] {
                    Value::Array(actions) => actions.clone(),
                    one => vec![one.clone()],
                };
                for action in actions {
                    assert!(
                        WITHOUT_RESOURCE.contains(&action.as_str().unwrap()),
                        "{place} {kind}: {action} on everything"
                    );
                }
            }
        }
    }
}

#[test]
fn nobody_from_outside_gets_in() {
    for (place, kind, document) in policies() {
        if kind == "Policies" {
            continue;
        }
        for statement in read(&document).statements.iter().filter(|statement| statement.effect == Effect::Allow) {
            let Principals::Only(principals) = &statement.principals else { panic!("{place}: all but some") };
            assert!(!principals.is_empty(), "{place}");
            for principal in principals {
                let fine = match principal {
                    Principal::Service(service) => {
                        // EventBridge supports no condition in a topic's policy, and says none for keys.
                        let conditioned = statement
                            .conditions
                            .iter()
                            .any(|condition| condition.is_on("aws:SourceAccount") || condition.is_on("aws:SourceArn"));
                        conditioned || service == "events.amazonaws.com"
                    }
                    other => other.account() == Some(ACCOUNT),
                };
                assert!(fine, "{place} {kind}: {principal:?}");
            }
        }
    }
}

#[test]
fn no_policy_is_public() {
    for (place, kind, document) in policies().into_iter().filter(|(_, kind, _)| *kind != "Policies") {
        assert_eq!(public(&read(&document)).answer, Answer::No, "{place} {kind}");
    }
    let open = json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*" });
    assert_eq!(public(&read(&json!({ "Statement": [open] }))).answer, Answer::Yes, "the engine finds one");
}

#[test]
fn buckets_take_nothing_over_plain_http() {
    let mut buckets = 0;
    for (place, kind, document) in policies() {
        let id = place.split(": ").nth(1).unwrap();
        if kind == "PolicyDocument" && id.ends_with("BucketPolicy") {
            let arn = format!("arn:aws:s3:::{}", id.trim_end_matches("Policy").to_ascii_lowercase());
            assert_eq!(tls_only(&read(&document), &arn).says, TlsOnly::Enforced, "{place}");
            buckets += 1;
        }
    }
    assert!(buckets > 20);
}
