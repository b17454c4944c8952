//! cfn-lint finds nothing to say about any template.
mod common;

use std::process::Command;

use asc_core::Lang;
use asc_guardrails::{cloudformation, terraform};

/// Also writes the templates for Terraform, so that whoever has it can look at them: `ASC_TEST_TEMPLATES` says where.
#[test]
#[ignore = "needs cfn-lint in the Python that ASC_TEST_PYTHON names; cargo xtask test installs it and runs this"]
fn cfn_lint_has_nothing_to_say() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("ASC_TEST_TEMPLATES").map_or_else(|| temporary.path().to_owned(), Into::into);
    std::fs::create_dir_all(&folder).unwrap();
    let mut files = Vec::new();
    for (name, template) in common::subsets() {
        // In Japanese it is the same template, as `templates.rs` proves.
        let file = folder.join(format!("{name}.yaml"));
        std::fs::write(&file, cloudformation(&template, Lang::En)).unwrap();
        std::fs::write(file.with_extension("tf"), terraform(&template, Lang::En)).unwrap();
        files.push(file);
    }
    let python = std::env::var("ASC_TEST_PYTHON").unwrap();
    let regions = ["us-east-1", "eu-central-1", "ap-northeast-1", "us-gov-west-1"];
    let mut lint = Command::new(python);
    lint.args(["-c", "from cfnlint.runner import main; main()", "--format", "parseable", "--regions"]).args(regions);
    let output = lint.arg("--template").args(&files).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.trim().is_empty(), "{said}");
}
