//! The templates for Terraform are HCL, name what the provider has, and refer to what is there.
mod common;

use std::collections::{BTreeMap, BTreeSet};

use asc_core::Lang;
use asc_guardrails::{Template, terraform};
use common::subsets;
use hcl::{Body, Expression, Structure};

/// What the provider documents: a resource, its arguments, and what can be asked of it.
///
/// Source: the provider's documentation, release 6, "Argument Reference" and "Attribute Reference" of each resource.
const PROVIDER: &[(&str, &str, &str)] = &[
    ("aws_accessanalyzer_analyzer", "analyzer_name type", "arn id"),
    (
        "aws_cloudtrail",
        "name s3_bucket_name enable_logging is_multi_region_trail include_global_service_events enable_log_file_validation",
        "arn id",
    ),
    ("aws_cloudwatch_event_rule", "name description state event_pattern", "arn id name"),
    ("aws_cloudwatch_event_target", "rule target_id arn input_transformer input_paths input_template", ""),
    ("aws_cloudwatch_log_group", "name_prefix retention_in_days skip_destroy", "arn name"),
    ("aws_config_config_rule", "name description source owner source_identifier input_parameters", "arn name"),
    (
        "aws_config_configuration_recorder",
        "name role_arn recording_group all_supported include_global_resource_types",
        "id name",
    ),
    ("aws_config_configuration_recorder_status", "name is_enabled", ""),
    ("aws_config_delivery_channel", "s3_bucket_name", "id"),
    (
        "aws_config_remediation_configuration",
        "config_rule_name resource_type automatic maximum_automatic_attempts retry_attempt_seconds target_type target_id \
         parameter name resource_value static_value",
        "arn",
    ),
    ("aws_detective_graph", "", "graph_arn"),
    ("aws_guardduty_detector", "enable finding_publishing_frequency", "id arn"),
    ("aws_iam_role", "assume_role_policy", "arn name"),
    ("aws_iam_role_policy", "role name policy", ""),
    ("aws_iam_service_linked_role", "aws_service_name", "arn name"),
    ("aws_kms_key", "description enable_key_rotation policy", "arn key_id"),
    ("aws_s3_bucket", "bucket_prefix", "arn id"),
    ("aws_s3_bucket_lifecycle_configuration", "bucket rule id status filter expiration days", ""),
    ("aws_s3_bucket_ownership_controls", "bucket rule object_ownership", ""),
    ("aws_s3_bucket_policy", "bucket policy", ""),
    (
        "aws_s3_bucket_public_access_block",
        "bucket block_public_acls block_public_policy ignore_public_acls restrict_public_buckets",
        "",
    ),
    (
        "aws_s3_bucket_server_side_encryption_configuration",
        "bucket rule apply_server_side_encryption_by_default sse_algorithm",
        "",
    ),
    ("aws_s3_bucket_versioning", "bucket versioning_configuration status", ""),
    ("aws_securityhub_account", "enable_default_standards", "id arn"),
    ("aws_securityhub_standards_subscription", "standards_arn", "id"),
    ("aws_sns_topic", "name_prefix display_name kms_master_key_id", "arn id"),
    ("aws_sns_topic_policy", "arn policy", ""),
    ("aws_sns_topic_subscription", "topic_arn protocol endpoint", "arn"),
    ("aws_ssm_document", "name document_type document_format content", "arn name"),
];

/// What every resource takes, whatever its type.
const META: [&str; 4] = ["count", "depends_on", "lifecycle", "prevent_destroy"];

struct Read {
    name: String,
    text: String,
    body: Body,
    template: Template,
}

fn all() -> Vec<Read> {
    let read = |(name, template): (String, Template)| {
        let text = terraform(&template, Lang::En);
        let body = hcl::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        Read { name, text, body, template }
    };
    subsets().into_iter().map(read).collect()
}

fn documented(kind: &str) -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
    let (_, arguments, attributes) =
        PROVIDER.iter().find(|(known, ..)| *known == kind).unwrap_or_else(|| panic!("{kind}"));
    (arguments.split(' ').chain(META).collect(), attributes.split(' ').collect())
}

fn names_in(body: &Body, found: &mut BTreeSet<String>) {
    for structure in body {
        match structure {
            Structure::Attribute(attribute) => found.extend([attribute.key().to_owned()]),
            Structure::Block(block) => {
                found.extend([block.identifier().to_owned()]);
                names_in(block.body(), found);
            }
        }
    }
}

/// The blocks of a kind, by their labels.
fn blocks<'a>(body: &'a Body, kind: &str) -> Vec<(Vec<&'a str>, &'a Body)> {
    let of_kind = body.blocks().filter(|block| block.identifier() == kind);
    of_kind.map(|block| (block.labels().iter().map(hcl::BlockLabel::as_str).collect(), block.body())).collect()
}

#[test]
fn every_argument_is_one_that_the_provider_has() {
    for read in all() {
        for (labels, body) in blocks(&read.body, "resource") {
            let (arguments, _) = documented(labels[0]);
            let mut names = BTreeSet::new();
            names_in(body, &mut names);
            for name in names {
                assert!(arguments.contains(name.as_str()), "{}: {} has no {name}", read.name, labels[0]);
            }
        }
    }
}

/// Dotted names in the text, instances left out: `aws_iam_role.x.arn`, `var.y`.
fn dotted(text: &str) -> BTreeSet<Vec<&str>> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let word = |c: char| !(c.is_ascii_alphanumeric() || "_.[]".contains(c));
    let words = code.flat_map(|line| line.split(word)).filter(|word| word.contains('.'));
    words.map(|word| word.split('.').map(|part| part.trim_end_matches(']').trim_end_matches("[0")).collect()).collect()
}

#[test]
fn everything_that_is_referred_to_is_there() {
    for read in all() {
        let resources: BTreeMap<_, _> =
            blocks(&read.body, "resource").into_iter().map(|(labels, body)| ((labels[0], labels[1]), body)).collect();
        let variables: BTreeSet<_> = blocks(&read.body, "variable").into_iter().map(|(labels, _)| labels[0]).collect();
        let locals: BTreeSet<_> = blocks(&read.body, "locals")
            .into_iter()
            .flat_map(|(_, body)| body.attributes().map(hcl::Attribute::key))
            .collect();
        let data: BTreeSet<_> = blocks(&read.body, "data").into_iter().map(|(labels, _)| labels[0]).collect();
        let (mut used_variables, mut used_locals, mut used_data) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for parts in dotted(&read.text) {
            match parts.as_slice() {
                ["var", name] => {
                    used_variables.insert(*name);
                }
                ["local", name] => {
                    used_locals.insert(*name);
                }
                ["data", kind, "current", _] => {
                    used_data.insert(*kind);
                }
                [kind, name, rest @ ..] if kind.starts_with("aws_") => {
                    assert!(resources.contains_key(&(*kind, *name)), "{}: no {kind}.{name}", read.name);
                    let (_, attributes) = documented(kind);
                    assert!(rest.iter().all(|part| attributes.contains(part)), "{}: {parts:?}", read.name);
                }
                _ => {}
            }
        }
        assert_eq!(variables, used_variables, "{}", read.name);
        assert_eq!(locals, used_locals, "{}", read.name);
        assert_eq!(data, used_data, "{}", read.name);
    }
}

#[test]
fn what_is_made_under_a_condition_is_referred_to_by_its_instance() {
    for read in all() {
        for (labels, body) in blocks(&read.body, "resource") {
            let counted = body.attributes().any(|attribute| attribute.key() == "count");
            let address = format!("{}.{}", labels[0], labels[1]);
            let instance = format!("{address}[0].");
            let whole = format!("{address}.");
            assert!(!read.text.contains(if counted { &whole } else { &instance }), "{}: {address}", read.name);
        }
    }
}

#[test]
fn every_resource_is_carried_over() {
    for read in all() {
        let names: BTreeSet<_> = blocks(&read.body, "resource").into_iter().map(|(labels, _)| labels[1]).collect();
        let wanted = read.template.resources.iter().flat_map(|section| &section.members);
        // What stands between rules and the recorder is CloudFormation's business alone.
        for resource in wanted.filter(|resource| resource.kind != "AWS::CloudFormation::WaitConditionHandle") {
            let name: String = hcl_name(&resource.id);
            assert!(names.contains(name.as_str()), "{}: {}", read.name, resource.id);
        }
        let outputs = blocks(&read.body, "output").len();
        assert_eq!(outputs, read.template.outputs.len(), "{}", read.name);
    }
}

fn hcl_name(id: &str) -> String {
    let mut name = String::new();
    for letter in id.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[test]
fn every_property_is_carried_over() {
    // The values of the model, read back.
    let all = all();
    let model = all.iter().find(|read| read.name == "s3-encryption").unwrap();
    let remediation = blocks(&model.body, "resource")
        .into_iter()
        .find(|(labels, _)| labels[0] == "aws_config_remediation_configuration")
        .unwrap()
        .1;
    let value = |name: &str| remediation.attributes().find(|a| a.key() == name).unwrap().expr().clone();
    assert_eq!(value("automatic"), Expression::Bool(true));
    assert_eq!(value("maximum_automatic_attempts"), Expression::from(1));
    assert_eq!(value("retry_attempt_seconds"), Expression::from(30));
    assert_eq!(value("target_type"), Expression::from("SSM_DOCUMENT"));
    assert_eq!(
        value("target_id").to_string(),
        "local.s3_encryption_prechecked ? aws_ssm_document.s3_encryption_runbook[0].name : \"AWS-EnableS3BucketEncryption\""
    );
    let parameters: Vec<_> = blocks(remediation, "parameter")
        .into_iter()
        .map(|(_, body)| body.attributes().map(|a| format!("{}={}", a.key(), a.expr())).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        parameters,
        [
            "name=\"AutomationAssumeRole\" static_value=aws_iam_role.s3_encryption_remediation_role[0].arn",
            "name=\"BucketName\" resource_value=\"RESOURCE_ID\"",
            "name=\"SSEAlgorithm\" static_value=\"AES256\"",
        ]
    );
}

#[test]
fn nothing_in_the_mapping_is_lost_silently() {
    for (name, template) in subsets() {
        assert_eq!(asc_guardrails::unmapped(&template), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn nothing_is_said_that_only_cloudformation_has() {
    for (name, template) in subsets() {
        for lang in [Lang::En, Lang::Ja] {
            let hcl = terraform(&template, lang);
            for word in ["StackSet", "HomeRegion", " stack", "スタック", "51,200"] {
                assert!(!hcl.contains(word), "{name}: {word}");
            }
            assert!(hcl.contains("home_region") && hcl.contains("terraform apply"), "{name}");
        }
    }
}
