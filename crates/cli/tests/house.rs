//! The house keeps its shape: what ARCHITECTURE.md says of who may know whom is checked here against the sources.
#![expect(clippy::unwrap_used, reason = "a test that cannot read what it is about fails")]

use std::path::{Path, PathBuf};

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The dependencies that a crate names in its manifest, without those for tests.
fn dependencies(name: &str) -> Vec<String> {
    let manifest = std::fs::read_to_string(crates().join(name).join("Cargo.toml")).unwrap();
    let (_, rest) = manifest.split_once("[dependencies]").unwrap();
    let section = rest.split("\n[").next().unwrap();
    let names = section.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
    names.filter(|name| !name.is_empty() && !name.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn imports_run_one_way() {
    // Each crate may know those that stand after it in its row, and no other of ours.
    let allowed: [(&str, &[&str]); 15] = [
        ("core", &[]),
        ("policy", &["asc-core"]),
        ("aws", &["asc-core"]),
        ("automation", &["asc-core", "asc-aws"]),
        ("report", &["asc-core"]),
        ("guardrails", &["asc-core"]),
        ("checks-s3", &["asc-core", "asc-aws", "asc-policy"]),
        ("checks-cloudtrail", &["asc-core", "asc-aws", "asc-policy", "asc-checks-s3"]),
        ("checks-iam", &["asc-core", "asc-aws", "asc-policy"]),
        ("checks-ec2", &["asc-core", "asc-aws"]),
        ("checks-billing", &["asc-core", "asc-aws", "asc-checks-s3"]),
        ("checks-detection", &["asc-core", "asc-aws", "asc-checks-cloudtrail", "asc-checks-s3"]),
        (
            "checks",
            &[
                "asc-checks-billing",
                "asc-checks-cloudtrail",
                "asc-checks-detection",
                "asc-checks-ec2",
                "asc-checks-iam",
                "asc-checks-s3",
            ],
        ),
        (
            "cli",
            &[
                "asc-core",
                "asc-automation",
                "asc-aws",
                "asc-checks",
                // `asc guardrails` asks some of their facts itself.
                "asc-checks-detection",
                "asc-checks-iam",
                "asc-guardrails",
                "asc-policy",
                "asc-report",
            ],
        ),
        // What the scanner is measured against must not be made of it.
        ("simulator", &[]),
    ];
    let folders = std::fs::read_dir(crates()).unwrap().flatten().filter(|e| e.path().join("Cargo.toml").exists());
    assert_eq!(folders.count(), allowed.len(), "a crate without its row here");
    for (name, may) in allowed {
        for dependency in dependencies(name) {
            let ours = dependency.starts_with("asc-");
            assert!(!ours || may.contains(&dependency.as_str()), "{name} must not know {dependency}");
        }
    }
}

#[test]
fn core_knows_no_sdk_no_command_line_no_format_no_terminal() {
    for dependency in dependencies("core") {
        let foreign =
            ["aws", "clap", "serde-sarif", "indicatif", "anstyle", "terminal", "textwrap", "reqwest", "hyper"];
        assert!(!foreign.iter().any(|prefix| dependency.starts_with(prefix)), "core knows {dependency}");
    }
}

#[test]
fn only_models_call_an_sdk() {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(crates()).unwrap().flatten() {
        if entry.file_name().to_string_lossy().starts_with("checks") {
            sources(&entry.path().join("src"), &mut files);
        }
    }
    assert!(files.len() > 10, "the sources were not found");
    for file in files {
        let in_model = file.components().any(|part| part.as_os_str() == "model") || file.ends_with("model.rs");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(in_model || !text.contains("aws_sdk_"), "{} calls an SDK", file.display());
    }
}

#[test]
fn no_client_goes_around_the_door() {
    let mut files = Vec::new();
    sources(&crates(), &mut files);
    for file in files.iter().filter(|file| !file.ends_with("house.rs")) {
        let text = std::fs::read_to_string(file).unwrap();
        let clients = text.matches("::Client::from_conf(").count();
        let tagged = text.matches(".interceptor(tag)").count();
        assert_eq!(clients, tagged, "{}: a client without the door's tag", file.display());
        assert!(!text.contains("::Client::new("), "{}: a client that the door does not know", file.display());
    }
}

#[test]
fn nothing_but_applying_and_undoing_a_fix_opens_a_door_that_writes() {
    let mut files = Vec::new();
    sources(&crates(), &mut files);
    let opens = |file: &&PathBuf| std::fs::read_to_string(file).unwrap().contains("Access::ReadWrite");
    let mut opening: Vec<_> = files
        .iter()
        .filter(|file| !file.ends_with("house.rs"))
        .filter(opens)
        .map(|file| file.strip_prefix(crates()).unwrap().to_string_lossy().replace('\\', "/"))
        .collect();
    opening.sort();
    assert_eq!(
        opening,
        ["aws/src/seam.rs", "cli/src/fix/apply.rs", "cli/src/fix/finish.rs", "cli/src/fix/undo.rs"],
        "seam.rs tests both kinds"
    );
}
