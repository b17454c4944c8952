//! `cargo xtask new-check`: the one new file that a check is.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::workspace::{root, say};

/// A check as it looks before anything is written into it: it compiles, and its test fails.
const TEMPLATE: &str = include_str!("new_check.template");

/// Writes the file of a new check and names it in its family's list of modules.
pub(crate) fn run(family: &str, id: &str, name: &str) -> Result<()> {
    let crates = root().join("crates");
    let families = families(&crates)?;
    if !families.iter().any(|known| known == family) {
        bail!("there is no family `{family}`; the families are {}", families.join(", "));
    }
    if !is_id(id) {
        bail!("`{id}` is no number of a check: capitals, a dash and two digits, such as ASC-17");
    }
    if !is_name(name) {
        bail!(
            "`{name}` is no name of a check: small letters, digits and single dashes, such as s3-bucket-without-tags"
        );
    }
    refuse_duplicates(&crates, &families, id, name)?;

    let module = module(family, name);
    let home = home(&crates, family);
    let file = home.join(format!("{module}.rs"));
    if file.exists() {
        bail!("{} exists already", file.display());
    }
    let list = home.join("mod.rs");
    let modules = fs::read_to_string(&list).with_context(|| format!("could not read {}", list.display()))?;
    fs::write(&file, source(family, id, name)).with_context(|| format!("could not write {}", file.display()))?;
    fs::write(&list, with_module(&modules, &module)).with_context(|| format!("could not write {}", list.display()))?;
    say(&format!("{}\nwrite its texts and its verdict, then run `cargo xtask docs`", file.display()));
    Ok(())
}

fn home(crates: &Path, family: &str) -> PathBuf {
    crates.join(format!("checks-{family}")).join("src/checks")
}

/// The families there are: one crate each.
fn families(crates: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(crates).with_context(|| format!("could not read {}", crates.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if let Some(family) = name.strip_prefix("checks-") {
            found.push(family.to_owned());
        }
    }
    found.sort();
    Ok(found)
}

/// A number or a name belongs to one check for ever; the registry refuses two, and so does this, earlier.
fn refuse_duplicates(crates: &Path, families: &[String], id: &str, name: &str) -> Result<()> {
    for family in families {
        let Ok(entries) = fs::read_dir(home(crates, family)) else { continue };
        for entry in entries {
            let path = entry?.path();
            let Ok(text) = fs::read_to_string(&path) else { continue };
            for (key, value) in [("id", id), ("name", name)] {
                if text.contains(&format!("{key}: \"{value}\"")) {
                    bail!("`{value}` exists already: {}", path.display());
                }
            }
        }
    }
    Ok(())
}

fn is_id(id: &str) -> bool {
    id.split_once('-').is_some_and(|(set, number)| {
        !set.is_empty()
            && set.bytes().all(|b| b.is_ascii_uppercase())
            && number.split('-').all(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()))
    })
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

/// A check's name without the family, which the crate says already.
fn short<'a>(family: &str, name: &'a str) -> &'a str {
    let rest = name.strip_prefix(family).and_then(|rest| rest.strip_prefix('-'));
    rest.filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase())).unwrap_or(name)
}

/// The module of a check; in a family that judges buckets alone, its name need not say so either.
fn module(family: &str, name: &str) -> String {
    let short = short(family, name);
    let short = if family == "s3" { short.strip_prefix("bucket-").unwrap_or(short) } else { short };
    short.replace('-', "_")
}

fn source(family: &str, id: &str, name: &str) -> String {
    let check: String = short(family, name).split('-').map(capitalised).collect();
    TEMPLATE
        .replace("{{check}}", &check)
        .replace("{{id}}", id)
        .replace("{{name}}", name)
        .replace("{{family}}", family)
        .replace("{{file}}", &format!("{}.rs", module(family, name)))
        .replace("{{since}}", env!("CARGO_PKG_VERSION"))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// The list of modules with one more in it, in order; lines that name no module stay where they are.
fn with_module(list: &str, module: &str) -> String {
    let line = format!("mod {module};");
    let mut lines: Vec<&str> = list.lines().collect();
    let is_module = |line: &str| line.starts_with("mod ") && line.ends_with(';');
    let at = lines
        .iter()
        .position(|known| is_module(known) && *known > line.as_str())
        .or_else(|| lines.iter().rposition(|known| is_module(known)).map(|last| last + 1))
        .unwrap_or(lines.len());
    lines.insert(at, &line);
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::{is_id, is_name, module, source, with_module};

    #[test]
    fn the_module_list_stays_in_order() {
        let list = "//! The checks.\n\nmod alpha;\nmod gamma;\n\nuse asc_core as _;\n";
        let expected = "//! The checks.\n\nmod alpha;\nmod beta;\nmod gamma;\n\nuse asc_core as _;\n";
        assert_eq!(with_module(list, "beta"), expected);
        assert!(with_module(list, "zeta").contains("mod gamma;\nmod zeta;\n\nuse"));
        assert_eq!(with_module("//! The checks.\n", "alpha"), "//! The checks.\nmod alpha;\n");
    }

    #[test]
    fn numbers_and_names_have_one_form() {
        assert!(is_id("ASC-17") && is_id("ASC-02-01") && is_id("BASE-01"));
        assert!(!is_id("asc-17") && !is_id("ASC17") && !is_id("ASC-") && !is_id("ASC-1"));
        assert!(is_name("s3-bucket-without-tags"));
        assert!(!is_name("S3-bucket") && !is_name("s3--bucket") && !is_name("s3_bucket") && !is_name(""));
    }

    #[test]
    fn the_template_is_filled_in() {
        assert_eq!(module("s3", "s3-bucket-without-tags"), "without_tags");
        assert_eq!(module("s3", "s3-versioning-off"), "versioning_off");
        assert_eq!(module("ec2", "vpc-without-flow-logs"), "vpc_without_flow_logs");
        let text = source("s3", "ASC-17", "s3-bucket-without-tags");
        assert!(text.contains("    struct BucketWithoutTags {"));
        assert!(text.contains("id: \"ASC-17\"") && text.contains("name: \"s3-bucket-without-tags\""));
        assert!(!text.contains("{{"));
    }
}
