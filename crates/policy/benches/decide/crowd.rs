//! A large account for the search of escalations: most roles may pass others, few lead anywhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use asc_policy::Policy;
use asc_policy::escalation::{Account, Granted, Holder, Holding, Kind};

const ID: &str = "123456789012";

/// Roles with managed policies out of `shared`, and an inline policy of its own each: it passes roles of its team, and
/// makes functions, tasks and builds under its team's names. One role in two hundred is an administrator, and
/// another may pass whatever it likes.
pub(crate) fn crowd(principals: usize, shared: &[Arc<Policy>], each: usize) -> Account {
    let holders = (0..principals).map(|n| {
        let managed = (0..each).map(|k| Arc::clone(&shared[(n * 7 + k * 31) % shared.len()]));
        let granted = |policy| Granted { policy, arn: None };
        let holding = Holding { policies: managed.chain([own(n)]).map(granted).collect(), boundary: None };
        let name = format!("role-{n}");
        Holder {
            kind: Kind::Role,
            arn: format!("arn:aws:iam::{ID}:role/team-{}/{name}", n % 50),
            name,
            holding: Some(holding),
            groups: Vec::new(),
            trust: Some(trust(n)),
            in_profile: n.is_multiple_of(5),
            service_linked: false,
        }
    });
    Account { partition: "aws".to_owned(), id: ID.to_owned(), holders: holders.collect(), policies: BTreeMap::new() }
}

fn read(statements: &[String]) -> Arc<Policy> {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
    Arc::new(Policy::parse(&text).unwrap())
}

fn trust(n: usize) -> Arc<Policy> {
    let service = ["ec2", "lambda", "ecs-tasks", "codebuild"][n % 4];
    read(&[format!(
        r#"{{"Effect":"Allow","Principal":{{"Service":"{service}.amazonaws.com"}},"Action":"sts:AssumeRole"}}"#
    )])
}

fn own(n: usize) -> Arc<Policy> {
    let allow =
        |action: &str, resource: &str| format!(r#"{{"Effect":"Allow","Action":[{action}],"Resource":[{resource}]}}"#);
    if n.is_multiple_of(200) {
        return read(&[allow(r#""*""#, r#""*""#)]);
    }
    let team = n % 50;
    let roles = if n % 200 == 1 { "*".to_owned() } else { format!("role/team-{team}/app-{n}-*") };
    let passes = (0..4).map(|k| {
        let service = ["ec2", "lambda", "ecs-tasks", "codebuild"][k];
        format!(
            r#"{{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::{ID}:{roles}","Condition":{{"StringEquals":{{"iam:PassedToService":"{service}.amazonaws.com"}}}}}}"#
        )
    });
    let named = |service: &str, kind: &str| format!(r#""arn:aws:{service}:eu-west-1:{ID}:{kind}team-{team}-{n}-*""#);
    let works = [
        allow(r#""lambda:CreateFunction","lambda:TagResource""#, &named("lambda", "function:")),
        allow(r#""lambda:InvokeFunction","lambda:Get*""#, &format!(r#""arn:aws:lambda:*:{ID}:function:*-shared""#)),
        allow(r#""ecs:RunTask","ecs:RegisterTaskDefinition""#, &named("ecs", "task-definition/")),
        allow(r#""codebuild:CreateProject","codebuild:StartBuild""#, &named("codebuild", "project/")),
        allow(r#""cloudformation:*""#, &named("cloudformation", "stack/")),
        allow(r#""glue:*Job*""#, &named("glue", "job/")),
        allow(r#""ec2:RunInstances""#, &format!(r#""arn:aws:ec2:*:{ID}:instance/*","arn:aws:ec2:*::image/ami-*""#)),
    ];
    let denies = r#"{"Effect":"Deny","Action":"lambda:*","Resource":"arn:aws:lambda:*:*:function:*-production"}"#;
    let all: Vec<_> = passes.chain(works).chain([denies.to_owned()]).collect();
    read(&all)
}
