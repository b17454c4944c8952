//! Writes an evaluation into the file of evaluations, leaving everything else in it as it was.

use std::path::Path;

use asc_core::attestation::Attestation;
use toml_edit::{ArrayOfTables, Datetime, DocumentMut, Item, Table, value};

use crate::problem::Problem;

const LIST: &str = "attestation";

/// The text with the evaluation in it: in the place of the one it replaces, else at the end. Comments and order stay.
pub(crate) fn with_entry(text: &str, attestation: &Attestation, names: &[&str]) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let list = document.entry(LIST).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let list = list.as_array_of_tables_mut()?;
    let says = |table: &Table, key: &str| table.get(key).and_then(Item::as_str).unwrap_or("").to_owned();
    let same = |table: &Table| {
        let control = says(table, "control");
        names.iter().any(|name| control.eq_ignore_ascii_case(name)) && says(table, "account") == attestation.account
    };
    let at = list.iter().position(same);
    if let Some(table) = at.and_then(|at| list.get_mut(at)) {
        fill(table, attestation);
    } else {
        let mut table = Table::new();
        fill(&mut table, attestation);
        list.push(table);
    }
    Some(document.to_string())
}

fn fill(table: &mut Table, attestation: &Attestation) {
    let mut set = |key: &str, item: Option<Item>| match item {
        Some(item) => match table.get_mut(key) {
            // The key's own comment and spacing stay.
            Some(present) => replace(present, item),
            None => {
                table.insert(key, item);
            }
        },
        None => {
            table.remove(key);
        }
    };
    set("control", Some(value(attestation.control)));
    set("account", Some(value(&attestation.account)));
    set("evaluator", Some(value(&attestation.evaluator)));
    let date: Option<Datetime> = attestation.date.to_string().parse().ok();
    set("date", date.map(value));
    set("valid_days", Some(value(i64::from(attestation.valid_days))));
    set("note", attestation.note.as_ref().map(value));
    set("evidence", attestation.evidence.as_ref().map(value));
}

fn replace(present: &mut Item, item: Item) {
    let decor = present.as_value().map(|value| value.decor().clone());
    *present = item;
    if let (Some(decor), Some(value)) = (decor, present.as_value_mut()) {
        *value.decor_mut() = decor;
    }
}

/// Puts the text in the file's place, whole or not at all.
pub(crate) fn save(file: &Path, text: &str) -> Result<(), Problem> {
    crate::outputs::put(file, text.as_bytes()).map_err(|error| Problem::File { file: file.to_owned(), error })
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn attestation(control: &'static str, account: &str) -> Attestation {
        Attestation {
            control,
            account: account.to_owned(),
            evaluator: "佐藤".to_owned(),
            date: date!(2026 - 11 - 22),
            valid_days: 90,
            note: Some("looked \"closely\"".to_owned()),
            evidence: Some("sha256:00".to_owned()),
        }
    }

    const FILE: &str = "# The evaluations of our accounts.\n\n[[attestation]]\ncontrol = \"s3-bucket-allows-plain-http\" # see the wiki\naccount = \"*\"\nevaluator = \"Ito\"\ndate = 2026-01-01   # the first\n\n# Another.\n[[attestation]]\ncontrol = \"ASC-15\"\naccount = \"*\"\nevaluator = \"Ito\"\ndate = 2026-01-01\n";

    #[test]
    fn an_entry_is_replaced_in_its_place_with_its_comments() {
        let names = ["ASC-14", "s3-bucket-allows-plain-http"];
        let text = with_entry(FILE, &attestation("ASC-14", "*"), &names).unwrap();
        let expected = "# The evaluations of our accounts.\n\n[[attestation]]\ncontrol = \"ASC-14\" # see the wiki\naccount = \"*\"\nevaluator = \"佐藤\"\ndate = 2026-11-22   # the first\nvalid_days = 90\nnote = 'looked \"closely\"'\nevidence = \"sha256:00\"\n\n# Another.\n";
        assert!(text.starts_with(expected), "{text}");
        assert!(text.ends_with("evaluator = \"Ito\"\ndate = 2026-01-01\n"), "{text}");
    }

    #[test]
    fn a_new_entry_comes_last_and_into_an_empty_file() {
        let text = with_entry(FILE, &attestation("ASC-14", "123456789012"), &["ASC-14"]).unwrap();
        assert!(text.starts_with(FILE), "{text}");
        assert_eq!(text.matches("[[attestation]]").count(), 3);
        let fresh = with_entry("", &attestation("ASC-14", "*"), &["ASC-14"]).unwrap();
        assert!(fresh.starts_with("[[attestation]]\ncontrol = \"ASC-14\"\n"), "{fresh}");
    }
}
