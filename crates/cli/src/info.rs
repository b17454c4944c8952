//! Commands that tell about asc itself and call nothing.

use std::io::Write;

use asc_core::attestation::Attestations;
use asc_core::config::Config;
use asc_core::registry::Registry;
use asc_core::select::{SelectError, select};
use asc_core::{Declaration, Kind, Lang, report};
use asc_report::page;
use clap_complete::Shell;
use serde_json::{Value, json};

use crate::args::{ChecksArgs, ExplainArgs, ListFormat, SchemaOf};
use crate::outputs::{color, stdout, width};
use crate::problem::Problem;
use crate::{Exit, help};

/// `asc checks`.
pub(crate) fn checks(registry: &Registry, args: &ChecksArgs, lang: Lang) -> Result<Exit, Problem> {
    let chosen = select(registry, &args.only, &[])?;
    let declarations: Vec<_> = chosen.iter().map(|check| check.declaration()).collect();
    match args.format {
        ListFormat::Table => print(&page::list(&declarations, lang, width(), color())),
        ListFormat::Json => {
            let list = Value::Array(declarations.into_iter().map(|d| describe(d, lang)).collect());
            print(&format!("{list:#}\n"))
        }
    }
}

fn describe(check: &Declaration, lang: Lang) -> Value {
    let words = check.words(lang);
    let mut actions: Vec<_> = check.operations().map(|operation| operation.action).collect();
    actions.sort_unstable();
    actions.dedup();
    json!({
        "id": check.id,
        "name": check.name,
        "service": check.service,
        "severity": check.severity,
        "manual": matches!(check.kind, Kind::Manual { .. }),
        "since": check.since,
        "title": words.title,
        "why": words.why,
        "reference": check.reference,
        "maps_to": check.maps_to.iter().map(|s| format!("{}/{}", s.name, s.control)).collect::<Vec<_>>(),
        "actions": actions,
    })
}

/// `asc explain`.
pub(crate) fn explain(registry: &Registry, args: &ExplainArgs, lang: Lang) -> Result<Exit, Problem> {
    let check = registry.find(&args.check).ok_or_else(|| SelectError::unknown(registry, &args.check))?;
    print(&page::terminal(check.declaration(), lang, width(), color()))
}

/// `asc schema`.
pub(crate) fn schema(of: SchemaOf) -> Result<Exit, Problem> {
    let schema = match of {
        SchemaOf::Report => report::schema(),
        SchemaOf::Config => Config::schema(),
        SchemaOf::Attestations => Attestations::schema(),
    };
    print(&format!("{schema:#}\n"))
}

/// `asc completions`.
pub(crate) fn completions(shell: Shell, lang: Lang) -> Result<Exit, Problem> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut help::command(lang), "asc", &mut script);
    print_bytes(&script)
}

/// `asc man`.
pub(crate) fn man(lang: Lang) -> Result<Exit, Problem> {
    let mut page = Vec::new();
    clap_mangen::Man::new(help::command(lang)).render(&mut page).map_err(Problem::Stdout)?;
    print_bytes(&page)
}

pub(crate) fn print(text: &str) -> Result<Exit, Problem> {
    print_bytes(text.as_bytes())
}

fn print_bytes(bytes: &[u8]) -> Result<Exit, Problem> {
    stdout(|out: &mut dyn Write| out.write_all(bytes)).map_err(Problem::Stdout)?;
    Ok(Exit::Clean)
}
