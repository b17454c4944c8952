//! Writes a template for CloudFormation, in YAML.
//!
//! Comments are in the reader's language. Descriptions that CloudFormation shows stay in English: of a template's text it
//! keeps ASCII alone, and shows everything else as question marks.

use std::fmt::Write as _;

use asc_core::{Lang, Text, text};

use crate::prose::{comment, heading};
use crate::template::{Condition, Deletion, Output, Parameter, Resource, Section, Template, Test};
use crate::value::{Value, reference};

const DEPLOY: &str = "\
#   aws cloudformation deploy --stack-name asc-guardrails --template-file guardrails.yaml \\
#     --capabilities CAPABILITY_IAM
";

/// The template in YAML, with comments in a language.
pub fn cloudformation(template: &Template, lang: Lang) -> String {
    let mut yaml = comment(template.description.in_lang(lang), 0);
    for paragraph in preface() {
        yaml += "#\n";
        yaml += &comment(paragraph.in_lang(lang), 0);
    }
    yaml += DEPLOY;
    yaml += "\nAWSTemplateFormatVersion: \"2010-09-09\"\n";
    line(&mut yaml, 0, "Description", &Value::from(template.description.en.as_str()));
    if !template.parameters.is_empty() {
        yaml += "\n";
        line(&mut yaml, 0, "Metadata", &interface(&template.parameters));
        yaml += "\nParameters:\n";
        let parameters: Vec<_> = template.parameters.iter().flat_map(|section| &section.members).collect();
        yaml += &parameters.iter().map(|parameter| parameter_block(parameter, lang)).collect::<Vec<_>>().join("\n");
    }
    if !template.conditions.is_empty() {
        yaml += "\nConditions:\n";
        for Condition { name, test } in &template.conditions {
            let _ = write!(yaml, "  {name}: ");
            write_test(&mut yaml, test, 4);
        }
    }
    yaml += "\nResources:\n";
    let sections: Vec<_> = template.resources.iter().map(|section| section_block(section, lang)).collect();
    yaml += &sections.join("\n");
    if !template.outputs.is_empty() {
        yaml += "\nOutputs:\n";
        yaml += &template.outputs.iter().map(|output| output_block(output, lang)).collect::<Vec<_>>().join("\n");
    }
    yaml
}

/// What whoever deploys it should know, a paragraph each.
fn preface() -> [Text; 3] {
    [
        text!(
            en: "Each guardrail has a parameter that switches it. Where it can be corrected by program, `report` only \
                 observes, and `remediate` corrects as well.",
            ja: "各ガードレールにはスイッチとなるパラメーターがあります。自動修復できるものは、`report` で検出のみ、`remediate` で修復も行います。"
        ),
        text!(
            en: "With StackSets or in several regions: name one as HomeRegion and deploy there first. AWS Config, and what else \
                 is switched on here, is billed by AWS.",
            ja: "StackSets などで複数のリージョンに展開する場合は、1 つを HomeRegion に指定し、先に展開してください。\
                 AWS Config をはじめ、ここで有効にするサービスには AWS の料金がかかります。"
        ),
        text!(
            en: "To deploy it (a file of more than 51,200 bytes wants --s3-bucket as well):",
            ja: "展開方法 (51,200 バイトを超える場合は --s3-bucket も指定します):"
        ),
    ]
}

/// How the console groups parameters.
fn interface(sections: &[Section<Parameter>]) -> Value {
    let groups = sections.iter().map(|section| {
        let names = Value::list(section.members.iter().map(|parameter| parameter.name.as_str()));
        let label = Value::map([("default", section.title.en.as_str())]);
        Value::map([("Label", label), ("Parameters", names)])
    });
    Value::map([("AWS::CloudFormation::Interface", Value::map([("ParameterGroups", Value::list(groups))]))])
}

fn parameter_block(parameter: &Parameter, lang: Lang) -> String {
    let mut yaml = String::new();
    if lang != Lang::En {
        yaml += &comment(parameter.description.in_lang(lang), 2);
    }
    let _ = writeln!(yaml, "  {}:", parameter.name);
    line(&mut yaml, 4, "Type", &"String".into());
    line(&mut yaml, 4, "Description", &parameter.description.en.as_str().into());
    if !parameter.allowed.is_empty() {
        let words: Vec<_> = parameter.allowed.iter().map(|word| scalar(word)).collect();
        let _ = writeln!(yaml, "    AllowedValues: [{}]", words.join(", "));
    }
    line(&mut yaml, 4, "Default", &parameter.default.as_str().into());
    yaml
}

fn section_block(section: &Section<Resource>, lang: Lang) -> String {
    let mut yaml = heading(section.title.in_lang(lang), 2);
    let about = section.about.in_lang(lang);
    if !about.is_empty() {
        yaml += &comment(about, 2);
    }
    for resource in &section.members {
        yaml += "\n";
        yaml += &resource_block(resource, lang);
    }
    yaml
}

fn resource_block(resource: &Resource, lang: Lang) -> String {
    let mut yaml = comment(resource.comment.in_lang(lang), 2);
    let _ = writeln!(yaml, "  {}:", resource.id);
    line(&mut yaml, 4, "Type", &resource.kind.into());
    if let Some(condition) = &resource.condition {
        line(&mut yaml, 4, "Condition", &condition.as_str().into());
    }
    match resource.after.as_slice() {
        [] => {}
        [only] => line(&mut yaml, 4, "DependsOn", &only.as_str().into()),
        several => line(&mut yaml, 4, "DependsOn", &Value::list(several.iter().map(String::as_str))),
    }
    if resource.deletion == Deletion::Retain {
        line(&mut yaml, 4, "DeletionPolicy", &"Retain".into());
        line(&mut yaml, 4, "UpdateReplacePolicy", &"Retain".into());
    }
    if !resource.waits.is_empty() {
        // CloudFormation waits for what is referred to, here as well as among the properties.
        let waits =
            resource.waits.iter().map(|(condition, id)| (id, Value::either(condition, reference(id), "not made here")));
        line(&mut yaml, 4, "Metadata", &Value::map(waits.map(|(id, made)| (format!("WaitsFor{id}"), made))));
    }
    if !resource.properties.is_empty() {
        line(&mut yaml, 4, "Properties", &Value::Map(resource.properties.clone()));
    }
    yaml
}

fn output_block(output: &Output, lang: Lang) -> String {
    let mut yaml = String::new();
    if lang != Lang::En {
        yaml += &comment(output.description.in_lang(lang), 2);
    }
    let _ = writeln!(yaml, "  {}:", output.name);
    line(&mut yaml, 4, "Description", &output.description.en.as_str().into());
    if let Some(condition) = &output.condition {
        line(&mut yaml, 4, "Condition", &condition.as_str().into());
    }
    line(&mut yaml, 4, "Value", &output.value);
    yaml
}

/// Writes `key: value`; what has parts goes below, further in.
fn line(yaml: &mut String, indent: usize, key: &str, value: &Value) {
    let _ = write!(yaml, "{}{}:", " ".repeat(indent), scalar(key));
    below(yaml, indent, value);
}

/// Writes a value behind a key or a tag, up to the end of the line or below.
fn below(yaml: &mut String, indent: usize, value: &Value) {
    match value {
        Value::Map(entries) if !entries.is_empty() => {
            yaml.push('\n');
            for (key, value) in entries {
                line(yaml, indent + 2, key, value);
            }
        }
        Value::List(items) if !items.is_empty() => {
            yaml.push('\n');
            for entry in items {
                item(yaml, indent + 2, entry);
            }
        }
        Value::If(_, then, otherwise) if is_short(then) && is_short(otherwise) => {
            let _ = writeln!(yaml, " {}", inline(value));
        }
        Value::If(condition, then, otherwise) => {
            let _ = writeln!(yaml, " !If");
            item(yaml, indent + 2, &condition.as_str().into());
            item(yaml, indent + 2, then);
            item(yaml, indent + 2, otherwise);
        }
        Value::Text(text) if text.contains('\n') => block(yaml, indent + 2, text),
        other => {
            let _ = writeln!(yaml, " {}", inline(other));
        }
    }
}

/// Writes an item of a list.
fn item(yaml: &mut String, indent: usize, value: &Value) {
    let _ = write!(yaml, "{}-", " ".repeat(indent));
    match value {
        Value::Map(entries) if !entries.is_empty() => {
            // The first key stands on the dash's line.
            let mut lines = String::new();
            for (key, value) in entries {
                line(&mut lines, indent + 2, key, value);
            }
            let _ = write!(yaml, " {}", lines.trim_start());
        }
        other => below(yaml, indent, other),
    }
}

/// Writes a text of several lines as it is.
fn block(yaml: &mut String, indent: usize, text: &str) {
    yaml.push_str(if text.ends_with('\n') { " |\n" } else { " |-\n" });
    for row in text.lines() {
        let before = if row.is_empty() { 0 } else { indent };
        let _ = writeln!(yaml, "{}{row}", " ".repeat(before));
    }
}

/// Whether a value fits on a line with others.
fn is_short(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.len() < 40 && !text.contains('\n'),
        Value::Ref(_) | Value::Att(..) | Value::Number(_) | Value::Bool(_) => true,
        Value::Sub(_) | Value::If(..) | Value::List(_) | Value::Map(_) => false,
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::Text(text) => scalar(text),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::List(_) => "[]".to_owned(),
        Value::Map(_) => "{}".to_owned(),
        Value::Ref(name) => format!("!Ref {name}"),
        Value::Att(resource, name) => format!("!GetAtt {resource}.{name}"),
        Value::Sub(text) => format!("!Sub {}", quoted(text)),
        Value::If(condition, then, otherwise) => format!("!If [{condition}, {}, {}]", inline(then), inline(otherwise)),
    }
}

fn write_test(yaml: &mut String, test: &Test, indent: usize) {
    let function = match test {
        Test::Same(left, right) => {
            let _ = writeln!(yaml, "!Equals [{}, {}]", inline(left), inline(right));
            return;
        }
        Test::Holds(name) => {
            let _ = writeln!(yaml, "Condition: {name}");
            return;
        }
        Test::Not(inner) => {
            if let Test::Same(left, right) = inner.as_ref() {
                let _ = writeln!(yaml, "!Not [!Equals [{}, {}]]", inline(left), inline(right));
                return;
            }
            ("!Not", std::slice::from_ref(inner.as_ref()))
        }
        Test::All(tests) => ("!And", tests.as_slice()),
        Test::Any(tests) => ("!Or", tests.as_slice()),
    };
    let (name, tests) = function;
    let _ = writeln!(yaml, "{name}");
    for test in tests {
        let _ = write!(yaml, "{}- ", " ".repeat(indent));
        write_test(yaml, test, indent + 2);
    }
}

/// A text on one line: as it is where YAML reads it as that text, otherwise in quotes.
fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:$*-, ()'".contains(c);
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let ends_well = !text.ends_with([':', ' ']);
    let said_otherwise = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let is_word = !said_otherwise.contains(&text.to_ascii_lowercase().as_str());
    if starts_well && ends_well && is_word && !text.contains(": ") && !text.contains(',') && text.chars().all(plain) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

fn quoted(text: &str) -> String {
    if text.contains('"') && !text.contains(['\'', '\n']) {
        return format!("'{text}'");
    }
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests;
