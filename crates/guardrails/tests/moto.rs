//! Against moto: the scripts of the runbooks do what they say, and a template can be deployed as far as moto goes.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up what it is about fails")]

mod common;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use asc_core::Lang;
use asc_guardrails::{Options, Template, cloudformation, guardrails, template};
use serde_json::{Map, Value, json};

fn all() -> Template {
    template(&guardrails(), &Options::default())
}

/// Runs a file of Python in the environment that has moto, with JSON on its standard input.
fn python(file: &str, input: &Value) {
    let python = std::env::var("ASC_TEST_PYTHON").unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(file);
    let mut child = Command::new(python).arg(file).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
#[ignore = "needs moto in the Python that ASC_TEST_PYTHON names; cargo xtask test installs it and runs this"]
fn scripts_do_what_they_say() {
    let read = common::parse(&cloudformation(&all(), Lang::En));
    let mut scripts = Map::new();
    for (id, resource) in read["Resources"].as_object().unwrap() {
        for step in resource["Properties"]["Content"]["mainSteps"].as_array().into_iter().flatten() {
            if let Some(script) = step["inputs"].get("Script") {
                let twice = scripts.insert(id.trim_end_matches("Runbook").to_owned(), script.clone());
                assert!(twice.is_none(), "{id} has two scripts");
            }
        }
    }
    python("runbooks.py", &Value::Object(scripts));
}

#[test]
#[ignore = "needs moto in the Python that ASC_TEST_PYTHON names; cargo xtask test installs it and runs this"]
fn a_template_of_everything_is_deployed_and_one_of_nothing_leaves_nothing() {
    let template = all();
    let off = template.parameters.iter().flat_map(|section| &section.members).filter_map(|parameter| {
        let value = match parameter.name.as_str() {
            name if name.starts_with("Existing") => "true",
            name if name.starts_with("Create") => "false",
            _ if parameter.allowed.contains(&"off") => "off",
            _ => return None,
        };
        Some((parameter.name.clone(), json!(value)))
    });
    let off: Map<_, _> = off.collect();
    python("deploy.py", &json!({ "template": cloudformation(&template, Lang::En), "off": off }));
}
