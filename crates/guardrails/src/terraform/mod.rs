//! Writes a template for Terraform, in HCL: the same resources, as the provider for AWS has them.
//!
//! Parameters become variables, conditions local values, and what is made under a condition gets a `count`.

mod body;
mod expression;
mod mapping;
mod preface;

use std::fmt::Write as _;

use asc_core::{Lang, text};

use crate::basis::RECORDER_READY;
use crate::prose::{comment, heading, lines, words};
use crate::template::{Deletion, Output, Parameter, Resource, Template};
use crate::value::Value;
use body::Body;
use expression::{Names, aligned, quoted};
use mapping::{How, Properties, mapping};
use preface::{APPLY, preface};

const PROVIDER: &str = r#"terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}
"#;

/// What an expression may ask the provider for.
const DATA: [&str; 3] = ["aws_caller_identity", "aws_partition", "aws_region"];

/// The template in HCL, with comments in a language.
pub fn terraform(template: &Template, lang: Lang) -> String {
    let names = Names(template);
    let mut hcl = comment(template.description.in_lang(lang), 0);
    for paragraph in preface() {
        hcl += "#\n";
        hcl += &comment(paragraph.in_lang(lang), 0);
    }
    hcl += APPLY;
    let _ = write!(hcl, "\n{PROVIDER}");
    let mut rest = String::new();
    for parameter in template.parameters.iter().flat_map(|section| &section.members) {
        let _ = write!(rest, "\n{}", variable(names, parameter, lang));
    }
    if !template.conditions.is_empty() {
        let rows: Vec<_> =
            template.conditions.iter().map(|c| (words(&c.name, '_'), names.condition(&c.test))).collect();
        let rows = lines(aligned(&rows).into_iter().map(|row| format!("  {row}")));
        let _ = write!(rest, "\nlocals {{\n{rows}}}\n");
    }
    for section in &template.resources {
        let _ = write!(rest, "\n{}", heading(section.title.in_lang(lang), 0));
        rest += &comment(section.about.in_lang(lang), 0);
        // What the provider has no resource for needs no explanation either.
        for resource in section.members.iter().filter(|resource| mapping(resource.kind).is_some()) {
            let _ = write!(rest, "\n{}", comment(resource.comment.in_lang(lang), 0));
            rest += &blocks(names, resource, lang);
        }
    }
    for told in &template.outputs {
        let _ = write!(rest, "\n{}", output(names, told, lang));
    }
    for data in DATA.iter().filter(|data| rest.contains(&format!("data.{data}."))) {
        let _ = write!(hcl, "\ndata \"{data}\" \"current\" {{}}\n");
    }
    hcl + &rest
}

/// The types and properties of a template that [`terraform`] does not know, and leaves out.
pub fn unmapped(template: &Template) -> Vec<String> {
    let mut unknown = Vec::new();
    for resource in template.resources.iter().flat_map(|section| &section.members) {
        match mapping(resource.kind) {
            Some(mapping) => {
                unknown.extend(left_out(resource.kind, &resource.properties, mapping.properties));
            }
            None if resource.id == RECORDER_READY => {}
            None => unknown.push(resource.kind.to_owned()),
        }
    }
    unknown
}

fn left_out(place: &str, properties: &[(String, Value)], table: Properties) -> Vec<String> {
    let mut unknown = Vec::new();
    for (name, value) in properties {
        let place = format!("{place}.{name}");
        let Some((_, how)) = table.iter().find(|(known, _)| known == name) else {
            unknown.push(place);
            continue;
        };
        let (How::Own(_, _, How::Body(inner) | How::Block(_, inner)) | How::Block(_, inner) | How::Body(inner)) = how
        else {
            continue;
        };
        for value in each(value) {
            unknown.extend(left_out(&place, entries(value), inner));
        }
    }
    unknown
}

/// The items of a list, or the one value.
fn each(value: &Value) -> &[Value] {
    match value {
        Value::List(items) => items,
        other => std::slice::from_ref(other),
    }
}

fn variable(names: Names, parameter: &Parameter, lang: Lang) -> String {
    let flag = parameter.is_flag();
    let name = words(&parameter.name, '_');
    let default = if flag { parameter.default.clone() } else { quoted(&parameter.default) };
    let mut body = Body::default();
    body.raw("description", quoted(parameter.description.in_lang(lang)));
    body.raw("type", if flag { "bool" } else { "string" });
    body.raw("default", default);
    if !flag && !parameter.allowed.is_empty() {
        let allowed = parameter.allowed.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ");
        let message = text!(
            en: "This is one of {}.", ja: "指定できる値: {}。", parameter.allowed.join(", ")
        );
        let mut rule = Body::default();
        rule.raw("condition", format!("contains([{allowed}], var.{name})"));
        rule.raw("error_message", quoted(message.in_lang(lang)));
        body.block("validation", rule);
    }
    format!("variable \"{name}\" {}\n", body.braced(names, 0))
}

fn output(names: Names, told: &Output, lang: Lang) -> String {
    let value = names.expression(&told.value, 2);
    let value = match &told.condition {
        Some(condition) => format!("local.{} ? {value} : null", words(condition, '_')),
        None => value,
    };
    let mut body = Body::default();
    body.raw("description", quoted(told.description.in_lang(lang)));
    body.raw("value", value);
    format!("output \"{}\" {}\n", words(&told.name, '_'), body.braced(names, 0))
}

/// A resource, with those that the provider has apart from it.
fn blocks(names: Names, resource: &Resource, lang: Lang) -> String {
    let Some(mapping) = mapping(resource.kind) else { return String::new() };
    let mut writer = Writer { names, resource, apart: Vec::new() };
    let mut body = writer.body();
    for (name, value) in mapping.given {
        body.raw(name, value.replace("{}", &words(resource.id.trim_end_matches("Rule"), '-')));
    }
    writer.properties(&mut body, &resource.properties, mapping.properties);
    if resource.kind == "AWS::Logs::LogGroup" && resource.deletion == Deletion::Retain {
        body.raw("skip_destroy", "true");
    }
    let after = after(names, resource);
    if !after.is_empty() {
        body.raw("depends_on", format!("[{}]", after.join(", ")));
    }
    if resource.kind == "AWS::S3::Bucket" && resource.deletion == Deletion::Retain {
        let mut lifecycle = Body::default();
        lifecycle.raw("prevent_destroy", "true");
        body.block("lifecycle", lifecycle);
    }
    let name = words(&resource.id, '_');
    let mut hcl = format!("resource \"{}\" \"{name}\" {}\n", mapping.resource, body.braced(names, 0));
    for (kind, body) in writer.apart {
        let _ = write!(hcl, "\nresource \"{kind}\" \"{name}\" {}\n", body.braced(names, 0));
    }
    if resource.kind == "AWS::Config::ConfigurationRecorder" {
        hcl += &started(names, resource, lang);
    }
    hcl
}

/// What has to stand before a resource, as addresses without an instance.
fn after(names: Names, resource: &Resource) -> Vec<String> {
    let whole = |address: String| address.trim_end_matches("[0]").to_owned();
    let waits = resource.waits.iter().map(|(_, id)| id);
    let mut after: Vec<_> = resource
        .after
        .iter()
        .chain(waits)
        .filter_map(|id| match id.as_str() {
            // A rule needs a recorder that records. A dependency may be on what is not made, so nothing stands between.
            RECORDER_READY => {
                names.address("ConfigRecorder").map(|address| address.replace("_recorder.", "_recorder_status."))
            }
            id => names.address(id),
        })
        .map(whole)
        .collect();
    if resource.kind == "AWS::Config::DeliveryChannel" {
        // AWS takes a channel only where there is a recorder. CloudFormation arranges that by itself.
        after.extend(names.address("ConfigRecorder").map(whole));
    }
    after
}

/// What starts the recorder, which CloudFormation does by itself.
fn started(names: Names, resource: &Resource, lang: Lang) -> String {
    let note = text!(
        en: "The recorder can be started only when there is a delivery channel.",
        ja: "レコーダーは、配信チャネルができてから開始できます。"
    );
    let writer = Writer { names, resource, apart: Vec::new() };
    let mut body = writer.body();
    body.raw("name", format!("{}.name", names.address(&resource.id).unwrap_or_default()));
    body.raw("is_enabled", "true");
    if let Some(channel) = names.address("ConfigDeliveryChannel") {
        body.raw("depends_on", format!("[{}]", channel.trim_end_matches("[0]")));
    }
    let name = words(&resource.id, '_');
    let kind = "aws_config_configuration_recorder_status";
    format!("\n{}resource \"{kind}\" \"{name}\" {}\n", comment(note.in_lang(lang), 0), body.braced(names, 0))
}

struct Writer<'a> {
    names: Names<'a>,
    resource: &'a Resource,
    /// What the provider has as resources of their own.
    apart: Vec<(&'static str, Body)>,
}

impl Writer<'_> {
    /// The body of a resource, made under its condition.
    fn body(&self) -> Body {
        let mut body = Body::default();
        if let Some(condition) = &self.resource.condition {
            body.raw("count", format!("local.{} ? 1 : 0", words(condition, '_')));
        }
        body
    }

    fn properties(&mut self, body: &mut Body, properties: &[(String, Value)], table: Properties) {
        for (name, value) in properties {
            if let Some((_, how)) = table.iter().find(|(known, _)| known == name) {
                self.property(body, value, how);
            }
        }
    }

    fn property(&mut self, body: &mut Body, value: &Value, how: &'static How) {
        match how {
            How::As(name) => body.value(name, value),
            How::Json(name) => body.json(name, value),
            How::First(name) => each(value).iter().take(1).for_each(|value| body.value(name, value)),
            How::Wrap(block, name) => {
                let mut inner = Body::default();
                inner.value(name, value);
                body.block(block, inner);
            }
            How::Empty(block) => body.block(block, Body::default()),
            How::Block(block, table) => {
                for value in each(value) {
                    let mut inner = Body::default();
                    self.properties(&mut inner, entries(value), table);
                    body.block(block, inner);
                }
            }
            How::Body(table) => self.properties(body, entries(value), table),
            How::Own(kind, (name, attribute), how) => {
                for value in each(value) {
                    let mut own = self.body();
                    let address = self.names.address(&self.resource.id).unwrap_or_default();
                    own.raw(name, format!("{address}.{attribute}"));
                    self.property(&mut own, value, how);
                    self.apart.push((kind, own));
                }
            }
            How::Arguments => arguments(body, value),
            How::Several(ways) => ways.iter().for_each(|how| self.property(body, value, how)),
            How::Nothing => {}
        }
    }
}

fn entries(value: &Value) -> &[(String, Value)] {
    if let Value::Map(entries) = value { entries } else { &[] }
}

/// A remediation's parameters: each is a block that says where its value comes from.
fn arguments(body: &mut Body, value: &Value) {
    for (name, argument) in entries(value) {
        let mut block = Body::default();
        block.raw("name", quoted(name));
        for (source, inner) in entries(argument) {
            let name = if source == "ResourceValue" { "resource_value" } else { "static_value" };
            for value in entries(inner).iter().flat_map(|(_, values)| each(values)) {
                block.value(name, value);
            }
        }
        body.block("parameter", block);
    }
}
