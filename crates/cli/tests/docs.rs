//! What is generated from the checks and the program stays what they say: the pages of the checks, and the blocks in
//! the README between markers. `cargo xtask docs` (or `ASC_BLESS=1`) writes them anew.
#![expect(clippy::unwrap_used, reason = "a test that cannot read what it is about fails")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use asc_checks as _;
use asc_core::registry::Registry;
use asc_core::{Declaration, Kind, Lang};
use asc_report::{escape, page};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn declarations() -> Vec<&'static Declaration> {
    Registry::linked().unwrap().declarations().collect()
}

fn blessing() -> bool {
    std::env::var_os("ASC_BLESS").is_some()
}

#[test]
fn pages_of_the_checks_are_fresh() {
    let folder = root().join("docs/checks");
    let mut wanted = BTreeMap::new();
    for declaration in declarations() {
        for lang in Lang::ALL {
            wanted.insert(page::file_name(declaration, lang), page::markdown(declaration, lang));
        }
    }
    let present = std::fs::read_dir(&folder).map_or_else(|_| Vec::new(), |entries| entries.flatten().collect());
    let mut stale = Vec::new();
    for entry in present {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !wanted.contains_key(&name) {
            stale.push(name);
        }
    }
    for (name, text) in &wanted {
        if std::fs::read_to_string(folder.join(name)).ok().as_ref() != Some(text) {
            stale.push(name.clone());
        }
    }
    if blessing() {
        std::fs::create_dir_all(&folder).unwrap();
        for name in stale {
            match wanted.get(&name) {
                Some(text) => std::fs::write(folder.join(name), text).unwrap(),
                None => std::fs::remove_file(folder.join(name)).unwrap(),
            }
        }
    } else {
        assert!(stale.is_empty(), "stale pages in docs/checks, run `cargo xtask docs`: {stale:?}");
    }
}

#[test]
fn the_readme_shows_what_the_program_says() {
    let file = root().join("README.md");
    let readme = std::fs::read_to_string(&file).unwrap();
    let fresh = with_block(&readme, "demo", &format!("```text\n{}```", demo()));
    let fresh = with_block(&fresh, "controls", controls().trim_end());
    if blessing() {
        std::fs::write(file, fresh).unwrap();
    } else {
        assert!(readme == fresh, "stale blocks in README.md, run `cargo xtask docs`");
    }
}

/// The text with what stands between `<!-- name -->` and `<!-- /name -->` replaced.
fn with_block(text: &str, name: &str, block: &str) -> String {
    let (open, close) = (format!("<!-- {name} -->\n"), format!("\n<!-- /{name} -->"));
    let (before, rest) = text.split_once(&open).unwrap_or_else(|| panic!("README.md has no {open}"));
    let (_, after) = rest.split_once(&close).unwrap_or_else(|| panic!("README.md has no {close}"));
    format!("{before}{open}{block}{close}{after}")
}

fn demo() -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_asc"))
        .args(["demo", "-c", "ASC-04,ASC-08,ASC-12,BASE-08", "-f", "table", "--lang", "en"])
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn controls() -> String {
    let mut table = "| id | name | severity | decided by | what it finds |\n|---|---|---|---|---|\n".to_owned();
    for check in declarations() {
        let decided = match check.kind {
            Kind::Automatic => "machine".to_owned(),
            Kind::Manual { valid_days } => format!("a person, every {valid_days} days"),
        };
        let (id, title) = (check.id, escape::markdown(check.en.title));
        let row =
            format!("| [{id}](docs/checks/{id}.md) | `{}` | {} | {decided} | {title} |", check.name, check.severity);
        writeln!(table, "{row}").unwrap();
    }
    table
}
