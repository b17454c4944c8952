//! `asc guardrails`: what keeps an account the way the checks want it.

#[cfg(all(feature = "detection", feature = "iam"))]
mod existing;
#[cfg(all(feature = "detection", feature = "iam"))]
mod standing;
#[cfg(all(feature = "detection", feature = "iam"))]
mod status;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use asc_core::registry::Registry;
use asc_core::{Lang, Reads};
use asc_guardrails::{Guardrail, Options, Risk, Switch, choose, cloudformation, template, terraform};
use serde_json::{Value, json};

use crate::Exit;
use crate::args::{GuardrailListArgs, GuardrailsCommand, ListFormat, TemplateArgs, TemplateFormat};
use crate::info::print;
use crate::outputs::{put, width};
use crate::place::Place;
use crate::problem::Problem;

/// `asc guardrails`.
pub(crate) fn guardrails(
    registry: &Registry,
    command: &GuardrailsCommand,
    place: &Place,
    lang: Lang,
) -> Result<Exit, Problem> {
    match command {
        GuardrailsCommand::Template(args) => write(args, place, lang),
        GuardrailsCommand::Status(args) => status::status(registry, args, place, lang),
        GuardrailsCommand::List(args) => list(args, lang),
    }
}

/// What the two commands read that ask AWS.
#[cfg(all(feature = "detection", feature = "iam"))]
pub(crate) fn reads(registry: &Registry) -> Result<Vec<Reads>, Problem> {
    Ok([existing::reads(), status::reads(registry)?].concat())
}

/// A build that cannot ask what an account has.
#[cfg(not(all(feature = "detection", feature = "iam")))]
mod status {
    use super::{Exit, Lang, Place, Problem, Registry};

    pub(super) fn status(
        _: &Registry,
        _: &crate::args::GuardrailStatusArgs,
        _: &Place,
        _: Lang,
    ) -> Result<Exit, Problem> {
        Err(Problem::Lacks)
    }
}

/// A build that cannot ask what an account has.
#[cfg(not(all(feature = "detection", feature = "iam")))]
mod existing {
    use asc_guardrails::Existing;

    use super::{BTreeSet, Exit, Guardrail, Lang, Place, Problem, TemplateArgs};

    pub(super) fn look(
        _: &TemplateArgs,
        _: &[Guardrail],
        _: &Place,
        _: Lang,
    ) -> Result<Option<(BTreeSet<Existing>, Exit)>, Problem> {
        Err(Problem::Lacks)
    }
}

/// A build that cannot ask what an account has.
#[cfg(not(all(feature = "detection", feature = "iam")))]
pub(crate) fn reads(_: &Registry) -> Result<Vec<Reads>, Problem> {
    Err(Problem::Lacks)
}

fn write(args: &TemplateArgs, place: &Place, lang: Lang) -> Result<Exit, Problem> {
    let chosen = choose(&args.guardrail)?;
    let (existing, exit) = if args.for_account {
        let ([] | [_]) = args.source.region[..] else { return Err(Problem::OneRegion(args.source.region.len())) };
        match existing::look(args, &chosen, place, lang)? {
            Some(looked) => looked,
            None => return Ok(Exit::Incomplete),
        }
    } else {
        (BTreeSet::new(), Exit::Clean)
    };
    let made = template(&chosen, &Options { existing, report_only: args.report_only });
    let text = match args.template_format {
        TemplateFormat::Cloudformation => cloudformation(&made, lang),
        TemplateFormat::Terraform => terraform(&made, lang),
    };
    match &args.template_output {
        Some(file) => put(file, text.as_bytes()).map_err(|error| Problem::File { file: file.clone(), error })?,
        None => {
            print(&text)?;
        }
    }
    Ok(exit)
}

fn list(args: &GuardrailListArgs, lang: Lang) -> Result<Exit, Problem> {
    let all = asc_guardrails::guardrails();
    match args.list_format {
        ListFormat::Table => print(&table(&all, lang)),
        ListFormat::Json => {
            let list = Value::Array(all.iter().map(|guardrail| describe(guardrail, lang)).collect());
            print(&format!("{list:#}\n"))
        }
    }
}

/// A guardrail a paragraph: its key, what it does by default, its title, and what it is about.
fn table(all: &[Guardrail], lang: Lang) -> String {
    let key = all.iter().map(|guardrail| guardrail.key.len()).max().unwrap_or(0);
    let mut text = String::new();
    for guardrail in all {
        let indent = " ".repeat(4);
        let options = textwrap::Options::new(width()).initial_indent(&indent).subsequent_indent(&indent);
        let about = textwrap::fill(guardrail.about.in_lang(lang), options);
        let (title, does) = (guardrail.title.in_lang(lang), does(guardrail, lang));
        let checks = guardrail.checks.join(", ");
        let _ = writeln!(text, "{:key$}  {title} ({does}; {checks})\n{about}", guardrail.key);
    }
    text
}

/// What a guardrail does unless told otherwise.
fn does(guardrail: &Guardrail, lang: Lang) -> &'static str {
    match guardrail.switch {
        Switch::Remedy(Risk::Safe) => lang.pick("corrects", "自動修復"),
        Switch::Remedy(Risk::Careful) => lang.pick("reports, corrects when told to", "検出のみ、指定すれば自動修復"),
        Switch::Report => lang.pick("reports", "検出のみ"),
        Switch::Service | Switch::Own => lang.pick("on", "有効化"),
    }
}

fn describe(guardrail: &Guardrail, lang: Lang) -> Value {
    let (remediation, risk) = match guardrail.switch {
        Switch::Remedy(Risk::Safe) => (true, Some("safe")),
        Switch::Remedy(Risk::Careful) => (true, Some("careful")),
        Switch::Report | Switch::Service | Switch::Own => (false, None),
    };
    json!({
        "key": guardrail.key,
        "title": guardrail.title.in_lang(lang),
        "about": guardrail.about.in_lang(lang),
        "parameter": guardrail.parameter,
        "rules": guardrail.rules().into_iter().map(|rule| rule.identifier).collect::<Vec<_>>(),
        "checks": guardrail.checks,
        "remediation": remediation,
        "risk": risk,
        "account_wide": guardrail.account_wide,
    })
}
