//! `asc guardrails status`: which guardrails stand in the account, and which have drifted.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use asc_aws::{Access, EnabledRegions, Source};
use asc_checks_detection::guarding::Guards;
use asc_checks_detection::model::Recorders;
use asc_core::engine::{self, Telling};
use asc_core::fact::{at_once, both};
use asc_core::progress::Progress;
use asc_core::registry::Registry;
use asc_core::report::Finding;
use asc_core::select::SelectError;
use asc_core::stop::Stop;
use asc_core::{Check, Cx, Fact, Lang, Reads, Unread, text};
use asc_guardrails::{Guardrail, Standing, choose};
use asc_report::escape;
use serde_json::{Value, json};

use super::standing::{Judged, Seen, State, by_check, by_rules, of_account};
use crate::Exit;
use crate::args::{GuardrailStatusArgs, ListFormat};
use crate::info::print;
use crate::job::{VERSION, broken_off, enter, source};
use crate::outputs::width;
use crate::place::Place;
use crate::problem::Problem;
use crate::progress::Display;
use crate::session::Session;

/// A guardrail somewhere.
#[derive(Clone, Debug)]
struct Row {
    guardrail: &'static str,
    /// None where it is about the account.
    region: Option<String>,
    judged: Judged,
}

/// What was seen of an account.
struct Looked {
    account: String,
    rows: Vec<Row>,
}

/// `asc guardrails status`.
pub(super) fn status(
    registry: &Registry,
    args: &GuardrailStatusArgs,
    place: &Place,
    lang: Lang,
) -> Result<Exit, Problem> {
    let guardrails = choose(&args.guardrail)?;
    let checks = checks(registry, &guardrails)?;
    let source = source(&args.source, None, None)?;
    let progress = Arc::<Progress>::default();
    let session = Session::start()?;
    let work = Work { args, place, guardrails: &guardrails, checks: &checks, lang };
    let looked = session.run(work.look(source, Arc::clone(&progress), session.stop()))?;
    let Some(looked) = looked.filter(|_| !session.is_interrupted()) else { return Ok(broken_off(&progress, lang)) };
    match args.list_format {
        ListFormat::Table => print(&table(&guardrails, &looked.rows, lang))?,
        ListFormat::Json => print(&format!("{:#}\n", json(&looked, lang)))?,
    };
    Ok(exit(&looked.rows))
}

/// All that looking may read.
pub(super) fn reads(registry: &Registry) -> Result<Vec<Reads>, Problem> {
    let checks = checks(registry, &asc_guardrails::guardrails())?;
    let of_checks = checks.into_iter().flat_map(|check| check.declaration().reads.iter().copied());
    let own = [EnabledRegions::READS, Recorders::READS, Guards::READS].map(Reads::Of);
    Ok(of_checks.chain(own).collect())
}

/// Whether a guardrail is made of rules of AWS Config; otherwise checks tell how it stands.
fn has_rules(guardrail: &Guardrail) -> bool {
    !guardrail.rules().is_empty()
}

/// The checks by whose verdicts guardrails are judged.
fn checks(registry: &Registry, guardrails: &[Guardrail]) -> Result<Vec<&'static dyn Check>, Problem> {
    let judged = guardrails.iter().filter(|guardrail| !has_rules(guardrail));
    let find = |id| registry.find(id).ok_or_else(|| SelectError::unknown(registry, id).into());
    judged.flat_map(|guardrail| guardrail.checks).map(|id| find(id)).collect()
}

struct Work<'a> {
    args: &'a GuardrailStatusArgs,
    place: &'a Place,
    guardrails: &'a [Guardrail],
    checks: &'a [&'static dyn Check],
    lang: Lang,
}

impl Work<'_> {
    async fn look(self, source: Source, progress: Arc<Progress>, stop: Stop) -> Result<Looked, Problem> {
        let source_args = &self.args.source;
        let shown = !source_args.no_progress && !source_args.quiet;
        let display = Display::show(Arc::clone(&progress), shown, self.lang);
        let (door, cx) = enter(source_args, self.place, source, Access::ReadOnly, progress, stop).await?;
        // What a person has muted or rated is about alerts, not about what stands.
        let telling = Telling { lang: self.lang, ..Telling::default() };
        let (scanned, rules) = both(engine::scan(&cx, self.checks, &telling), self.rules(&cx)).await;
        drop(display);
        let report = scanned.report(&cx, door.started(), door.started(), VERSION);
        let order = |row: &Row| self.guardrails.iter().position(|guardrail| guardrail.key == row.guardrail);
        let mut rows: Vec<_> = rules.into_iter().chain(self.verdicts(&report.findings)).collect();
        rows.sort_by(|a, b| (order(a), &a.region).cmp(&(order(b), &b.region)));
        Ok(Looked { account: cx.account().id.clone(), rows })
    }

    /// What checks say of the guardrails that have no rules.
    fn verdicts(&self, findings: &[Finding]) -> Vec<Row> {
        let judged = self.guardrails.iter().filter(|guardrail| !has_rules(guardrail));
        let of = |guardrail: &Guardrail| {
            let (key, ids) = (guardrail.key, guardrail.checks);
            let own = findings.iter().filter(move |finding| ids.contains(&finding.check_id.as_str()));
            own.map(move |finding| Row { guardrail: key, region: finding.region.clone(), judged: by_check(finding) })
        };
        judged.flat_map(of).collect()
    }

    /// What AWS Config says of those that have.
    async fn rules(&self, cx: &Cx) -> Vec<Row> {
        let guardrails: Vec<_> = self.guardrails.iter().filter(|guardrail| has_rules(guardrail)).collect();
        if guardrails.is_empty() {
            return Vec::new();
        }
        let seen = match self.seen(cx, &guardrails).await {
            Ok(seen) => seen,
            Err(why) => {
                let row = |guardrail: &&Guardrail| Row {
                    guardrail: guardrail.key,
                    region: None,
                    judged: Judged::unread(&why),
                };
                return guardrails.iter().map(row).collect();
            }
        };
        let narrowed = cx.regions().named().is_some();
        guardrails.into_iter().flat_map(|guardrail| rows(guardrail, &seen, narrowed)).collect()
    }

    async fn seen(&self, cx: &Cx, guardrails: &[&Guardrail]) -> Result<BTreeMap<String, Seen>, Unread> {
        let rules: Vec<Standing> = guardrails.iter().flat_map(|guardrail| guardrail.rules()).collect();
        let identifiers: Vec<_> = rules.iter().map(|rule| rule.identifier.as_str()).collect();
        let regions = cx.get::<EnabledRegions>(&()).await?;
        let identifiers = identifiers.as_slice();
        let asked = at_once(regions.iter().cloned(), |region| async move {
            let (guards, recorders) = both(Guards::read(cx, &region, identifiers), cx.get::<Recorders>(&region)).await;
            (region, guards, recorders)
        });
        let asked = asked.await;
        let everywhere: Arc<[_]> = asked.iter().map(|(_, _, recorders)| recorders.clone()).collect();
        let seen =
            |(region, guards, recorders)| (region, Seen { guards, recorders, everywhere: Arc::clone(&everywhere) });
        Ok(asked.into_iter().map(seen).collect())
    }
}

/// How a guardrail stands in each region, or once for the account.
fn rows(guardrail: &Guardrail, seen: &BTreeMap<String, Seen>, narrowed: bool) -> Vec<Row> {
    let judged = seen.iter().map(|(region, seen)| (region.clone(), by_rules(guardrail, seen)));
    let row = |region, judged| Row { guardrail: guardrail.key, region, judged };
    if guardrail.account_wide {
        return of_account(judged.collect(), narrowed).into_iter().map(|judged| row(None, judged)).collect();
    }
    judged.map(|(region, judged)| row(Some(region), judged)).collect()
}

fn exit(rows: &[Row]) -> Exit {
    let any = |states: &[State]| rows.iter().any(|row| states.contains(&row.judged.state));
    if any(&[State::Absent, State::Drifted]) {
        Exit::Alerts
    } else if any(&[State::Unknown]) {
        Exit::Incomplete
    } else {
        Exit::Clean
    }
}

fn json(looked: &Looked, lang: Lang) -> Value {
    let row = |row: &Row| {
        let Row { guardrail, region, judged } = row;
        json!({
            "guardrail": guardrail,
            "region": region,
            "status": judged.state.as_str(),
            "message": judged.message.in_lang(lang),
            "rules": judged.rules,
            "unknown": judged.unknown,
        })
    };
    json!({
        "account_id": looked.account,
        "complete": looked.rows.iter().all(|row| row.judged.state != State::Unknown),
        "guardrails": looked.rows.iter().map(row).collect::<Vec<_>>(),
    })
}

/// A guardrail a paragraph, with a line for each thing that is said of it, and the regions of which it is said.
fn table(guardrails: &[Guardrail], rows: &[Row], lang: Lang) -> String {
    let mut text = String::new();
    let key = guardrails.iter().map(|guardrail| guardrail.key.len()).max().unwrap_or(0);
    for guardrail in guardrails {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{:key$}  {}", guardrail.key, guardrail.title.in_lang(lang));
        let mut said = BTreeMap::<(State, &str), Vec<&str>>::new();
        for row in rows.iter().filter(|row| row.guardrail == guardrail.key) {
            let regions = said.entry((row.judged.state, row.judged.message.in_lang(lang))).or_default();
            regions.push(row.region.as_deref().unwrap_or_else(|| lang.pick("the account", "アカウント全体")));
        }
        for ((state, message), regions) in said.into_iter().rev() {
            let (state, regions) = (state.word(lang), regions.join(", "));
            text.push_str(&filled(2, &format!("{state}: {}", escape::terminal(&regions))));
            text.push_str(&filled(6, &escape::terminal(message)));
        }
    }
    text.push_str(&sums(rows, lang));
    text
}

fn filled(indent: usize, text: &str) -> String {
    let (first, rest) = (" ".repeat(indent), " ".repeat(indent.max(6)));
    let options = textwrap::Options::new(width()).initial_indent(&first).subsequent_indent(&rest);
    textwrap::fill(text, options) + "\n"
}

fn sums(rows: &[Row], lang: Lang) -> String {
    let count = |state| rows.iter().filter(|row| row.judged.state == state).count();
    let [stands, drifted, absent, unknown] = [State::Stands, State::Drifted, State::Absent, State::Unknown].map(count);
    let told = text!(
        en: "\n{stands} stand, {drifted} drifted, {absent} absent, {unknown} unknown\n",
        ja: "\n維持 {stands}、ずれあり {drifted}、なし {absent}、判定不能 {unknown}\n"
    );
    told.in_lang(lang).to_owned()
}

#[cfg(test)]
mod tests {
    use asc_core::Text;

    use super::*;

    fn row(guardrail: &'static str, region: &str, state: State, message: &str) -> Row {
        let message = Text { en: message.to_owned(), ja: message.to_owned() };
        let judged = Judged { state, message, rules: Vec::new(), unknown: None };
        Row { guardrail, region: Some(region.to_owned()), judged }
    }

    #[test]
    fn what_is_missing_counts_before_what_is_not_known() {
        let ends =
            |states: &[State]| exit(&states.iter().map(|state| row("guardduty", "r", *state, "")).collect::<Vec<_>>());
        assert_eq!(ends(&[]), Exit::Clean);
        assert_eq!(ends(&[State::Stands, State::NotApplicable]), Exit::Clean);
        assert_eq!(ends(&[State::Stands, State::Unknown]), Exit::Incomplete);
        assert_eq!(ends(&[State::Unknown, State::Drifted]), Exit::Alerts);
        assert_eq!(ends(&[State::Absent, State::Stands]), Exit::Alerts);
    }

    #[test]
    fn regions_of_which_the_same_is_said_stand_together_and_worst_comes_first() {
        let rows = [
            row("guardduty", "eu-west-1", State::Stands, "On."),
            row("guardduty", "us-east-1", State::Absent, "Off\u{1b}[2J."),
            row("guardduty", "us-west-2", State::Stands, "On."),
        ];
        let text = table(&choose(&["guardduty"]).unwrap(), &rows, Lang::En);
        assert!(!text.contains('\u{1b}'), "{text}");
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            (lines[1], lines[3], lines[4]),
            ("  absent: us-east-1", "  stands: eu-west-1, us-west-2", "      On.")
        );
        assert_eq!(lines.last(), Some(&"2 stand, 0 drifted, 1 absent, 0 unknown"));
    }
}
