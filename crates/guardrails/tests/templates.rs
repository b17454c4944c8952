//! What was written is read back: everything that is referred to is there, and nothing is there for nothing.
#![expect(clippy::unwrap_used, reason = "a test that cannot read what it is about fails")]

mod common;

use std::collections::BTreeSet;

use asc_core::{Lang, Text};
use asc_guardrails::{Existing, Options, choose, cloudformation, guardrails, template};
use common::{functions, names_in, parse, subsets};
use serde_json::{Map, Value};

const PSEUDO: [&str; 3] = ["AWS::AccountId", "AWS::Partition", "AWS::Region"];

struct Read {
    name: String,
    yaml: String,
    json: Value,
}

fn all() -> Vec<Read> {
    let read = |(name, template)| {
        let yaml = cloudformation(&template, Lang::En);
        let json = parse(&yaml);
        Read { name, yaml, json }
    };
    subsets().into_iter().map(read).collect()
}

impl Read {
    fn section(&self, name: &str) -> Map<String, Value> {
        self.json.get(name).map(|section| section.as_object().unwrap().clone()).unwrap_or_default()
    }

    fn names(&self, section: &str) -> BTreeSet<String> {
        self.section(section).into_iter().map(|(name, _)| name).collect()
    }
}

/// What a value refers to by name: parameters, resources, pseudo parameters.
fn referred(value: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (function, argument) in functions(value) {
        match function {
            "Ref" => names.extend([argument.as_str().unwrap().to_owned()]),
            "Fn::GetAtt" => names.extend([argument[0].as_str().unwrap().to_owned()]),
            "Fn::Sub" => {
                let within = names_in(argument.as_str().unwrap()).into_iter();
                names.extend(within.map(|name| name.split('.').next().unwrap().to_owned()));
            }
            _ => {}
        }
    }
    names
}

fn conditions_in(value: &Value) -> BTreeSet<String> {
    let named = functions(value).into_iter().filter_map(|(function, argument)| match function {
        "Fn::If" => argument[0].as_str(),
        "Condition" => argument.as_str(),
        _ => None,
    });
    named.map(str::to_owned).collect()
}

#[test]
fn nothing_is_referred_to_that_is_not_there() {
    for read in all() {
        let mut known: BTreeSet<_> = PSEUDO.map(str::to_owned).into();
        known.extend(read.names("Parameters"));
        known.extend(read.names("Resources"));
        for name in referred(&read.json) {
            assert!(known.contains(&name), "{}: {name} is not there", read.name);
        }
        let resources = read.names("Resources");
        for (id, resource) in read.section("Resources") {
            let after = match &resource["DependsOn"] {
                Value::Null => vec![],
                Value::Array(several) => several.clone(),
                one => vec![one.clone()],
            };
            for other in after {
                assert!(resources.contains(other.as_str().unwrap()), "{}: {id} depends on {other}", read.name);
            }
        }
    }
}

#[test]
fn every_condition_is_defined_and_used() {
    for read in all() {
        let defined = read.names("Conditions");
        let mut used = conditions_in(&read.json);
        for section in ["Resources", "Outputs"] {
            let named = read.section(section).into_values().filter_map(|made| Some(made.get("Condition")?.clone()));
            used.extend(named.map(|condition| condition.as_str().unwrap().to_owned()));
        }
        assert_eq!(defined, used, "{}", read.name);
    }
}

#[test]
fn every_parameter_is_used_and_has_a_default_that_it_allows() {
    for read in all() {
        let mut without = read.json.clone();
        without.as_object_mut().unwrap().remove("Parameters");
        without.as_object_mut().unwrap().remove("Metadata");
        let used = referred(&without);
        for (name, parameter) in read.section("Parameters") {
            assert!(used.contains(&name), "{}: nothing uses {name}", read.name);
            let allowed = parameter["AllowedValues"].as_array();
            assert!(allowed.is_none_or(|allowed| allowed.contains(&parameter["Default"])), "{}: {name}", read.name);
        }
    }
}

#[test]
fn nothing_that_may_not_be_made_is_referred_to_unguarded_by_dependencies() {
    for read in all() {
        let resources = read.section("Resources");
        for (id, resource) in &resources {
            let after = resource["DependsOn"].as_str().and_then(|other| resources.get(other));
            let Some(condition) = after.and_then(|other| other.get("Condition")) else { continue };
            let own = resource["Condition"].as_str().unwrap();
            let stronger = conditions_in(&read.json["Conditions"][own]);
            let same = condition == own || stronger.contains(condition.as_str().unwrap());
            // MakesTrail and CloudTrailRestored are two names for parts of one thing, and cfn-lint follows them.
            assert!(same || id == "CloudTrailRemediation", "{}: {id} may be made without {after:?}", read.name);
        }
    }
}

#[test]
fn no_account_and_no_region_is_burned_in() {
    for read in all() {
        let words = read.yaml.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        for word in words {
            let digits = word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit());
            let mut parts = word.split('-');
            let region =
                matches!(parts.next(), Some("us" | "eu" | "ap" | "sa" | "ca" | "me" | "af" | "il" | "cn" | "mx"))
                    && parts.count() >= 2;
            assert!(!digits && !region, "{}: {word}", read.name);
        }
        assert!(!read.yaml.contains("arn:aws:"), "{}: a partition is burned in", read.name);
    }
}

#[test]
fn event_patterns_fit_into_what_eventbridge_takes() {
    let all = all();
    let resources = all.iter().flat_map(|read| read.section("Resources").into_values());
    let rules: Vec<_> = resources.filter(|resource| resource["Type"] == "AWS::Events::Rule").collect();
    assert!(rules.len() > 20);
    for rule in rules {
        // Source: Amazon EventBridge User Guide, "Amazon EventBridge quotas".
        assert!(rule["Properties"]["EventPattern"].to_string().len() <= 2048, "{rule}");
        let template = rule["Properties"]["Targets"][0]["InputTransformer"]["InputTemplate"].as_str().unwrap();
        assert!(serde_json::from_str::<String>(template).is_ok(), "{template} is no JSON text");
    }
}

#[test]
fn languages_differ_in_comments_alone() {
    for (name, template) in subsets() {
        let (en, ja) = (cloudformation(&template, Lang::En), cloudformation(&template, Lang::Ja));
        assert_ne!(en, ja);
        assert_eq!(parse(&en), parse(&ja), "{name}");
        assert!(en.is_ascii(), "{name}");
        for line in ja.lines().filter(|line| !line.is_ascii()) {
            assert!(line.trim_start().starts_with('#'), "{name}: CloudFormation would not keep `{line}`");
        }
    }
}

#[test]
fn every_resource_and_section_is_explained() {
    for (name, template) in subsets() {
        for section in &template.resources {
            assert!(!section.title.en.is_empty() && !section.about.ja.is_empty(), "{name}");
            for resource in &section.members {
                let Text { en, ja } = &resource.comment;
                assert!(en.ends_with('.') && ja.ends_with('。'), "{name}: {}", resource.id);
            }
        }
    }
}

#[test]
fn each_rule_waits_for_a_recorder_and_each_remedy_has_its_own_condition() {
    for read in all() {
        let resources = read.section("Resources");
        for (id, resource) in &resources {
            match resource["Type"].as_str().unwrap() {
                "AWS::Config::ConfigRule" => {
                    assert_eq!(resource["DependsOn"], "ConfigRecorderReady", "{}: {id}", read.name);
                    assert!(resource["Condition"].as_str().unwrap().ends_with("On"));
                }
                "AWS::Config::RemediationConfiguration" => {
                    let properties = &resource["Properties"];
                    let rule = &resources[properties["ConfigRuleName"]["Ref"].as_str().unwrap()];
                    assert_ne!(rule["Condition"], resource["Condition"], "{}: {id}", read.name);
                    assert_eq!(properties["Automatic"], true);
                    let assumed = &properties["Parameters"]["AutomationAssumeRole"]["StaticValue"]["Values"][0];
                    assert_eq!(assumed["Fn::GetAtt"][1], "Arn", "{}: {id}", read.name);
                }
                _ => {}
            }
        }
        if read.name.ends_with("-report-only") {
            for kind in ["AWS::Config::RemediationConfiguration", "AWS::SSM::Document"] {
                assert!(!read.yaml.contains(kind), "{}: {kind}", read.name);
            }
        }
    }
}

#[test]
fn what_the_account_has_is_the_parameters_default() {
    let options = Options { existing: [Existing::Recorder].into(), ..Options::default() };
    let made = template(&choose(&["s3-encryption"]).unwrap(), &options);
    assert_eq!(made.parameter("ExistingRecorder").unwrap().default, "true");
    assert_eq!(made.parameter("ExistingDeliveryChannel").unwrap().default, "false");
    assert_eq!(made.parameter("CreateConfigServiceLinkedRole").unwrap().default, "true");
}

#[test]
fn keys_and_parameters_are_unique_and_a_wrong_key_suggests_the_right_one() {
    let all = guardrails();
    let keys: BTreeSet<_> = all.iter().map(|guardrail| guardrail.key).collect();
    let parameters: BTreeSet<_> = all.iter().map(|guardrail| guardrail.parameter).collect();
    assert_eq!((keys.len(), parameters.len()), (all.len(), all.len()));
    assert_eq!(choose(&["s3-encription"]).unwrap_err().nearest, Some("s3-encryption"));
    assert_eq!(choose::<&str>(&[]).unwrap().len(), all.len());
    let chosen = choose(&["guardduty", "s3-encryption"]).unwrap();
    assert_eq!(chosen.iter().map(|guardrail| guardrail.key).collect::<Vec<_>>(), ["s3-encryption", "guardduty"]);
}

#[test]
fn a_template_is_the_same_every_time() {
    let once = || cloudformation(&template(&guardrails(), &Options::default()), Lang::En);
    assert_eq!(once(), once());
    // What CloudFormation takes at most.
    assert!(once().len() < 1_000_000);
    let made = template(&guardrails(), &Options::default());
    let count = |sizes: Vec<usize>| sizes.into_iter().sum::<usize>();
    assert!(count(made.resources.iter().map(|section| section.members.len()).collect()) <= 500);
    assert!(count(made.parameters.iter().map(|section| section.members.len()).collect()) <= 200);
}

#[test]
fn the_model_reads_as_it_should() {
    let made = template(&choose(&["s3-encryption"]).unwrap(), &Options::default());
    insta::assert_snapshot!("s3-encryption.yaml", cloudformation(&made, Lang::En));
    insta::assert_snapshot!("s3-encryption.ja.yaml", cloudformation(&made, Lang::Ja));
    insta::assert_snapshot!("s3-encryption.tf", asc_guardrails::terraform(&made, Lang::En));
}
