//! The plan and its outcome, for people and for programs.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;

use asc_core::fix::{Change, Class, Later, Remedy, Step};
use asc_core::{Lang, Text, text};
use asc_report::escape;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::apply::{Applied, Fate};
use super::{Item, Plan, Planned};
use crate::outputs::width;

/// The plan for people.
pub(super) fn table(plan: &Plan, lang: Lang) -> String {
    let mut page = Page::new(lang);
    for item in plan.items.iter().filter(|item| !matches!(item.plan, Planned::NoFix)) {
        page.item(item);
    }
    page.without_fix(plan);
    page.summary(plan);
    page.text
}

/// What was done, for people.
pub(super) fn applied(plan: &Plan, applied: &Applied, lang: Lang) -> String {
    let mut page = Page::new(lang);
    for (item, fate) in plan.items.iter().zip(&applied.fates) {
        if matches!(item.plan, Planned::NoFix) {
            continue;
        }
        let (word, why) = told(fate, lang);
        page.line(0, &format!("{}  {word}", heading(item)));
        if let Some(why) = why {
            page.line(2, why.in_lang(lang));
        }
        if let Some(now) = applied.rechecked.get(&item.finding.fingerprint) {
            let (status, message) = (now.status.as_str(), &now.message);
            page.text(2, &text!(en: "now {status}: {message}", ja: "現在 {status}: {message}"));
        }
    }
    page.without_fix(plan);
    match &applied.journal {
        None => page.text(0, &text!(en: "Nothing was changed.", ja: "何も変更していません。")),
        Some(journal) => {
            let journal = journal.display();
            page.text(
                0,
                &text!(
                    en: "The journal is {journal}; asc fix --undo {journal} takes everything back.",
                    ja: "ジャーナルは {journal} です。asc fix --undo {journal} ですべて元に戻せます。"
                ),
            );
            if let Some(due) = applied.finish.map(OffsetDateTime::date) {
                page.text(
                    0,
                    &text!(
                        en: "From {due} on, asc fix --finish {journal} ends for good what nobody has missed.",
                        ja: "{due} 以降、影響がなければ asc fix --finish {journal} で最終的な削除ができます。"
                    ),
                );
            }
        }
    }
    page.text
}

/// The plan, and what was done, for programs.
pub(super) fn json(plan: &Plan, applied: Option<&Applied>, lang: Lang) -> String {
    let fates = applied.map(|applied| applied.fates.as_slice()).unwrap_or_default();
    let fates = fates.iter().map(Some).chain(std::iter::repeat(None));
    let fixes = plan.items.iter().zip(fates).map(|(item, fate)| {
        let now = applied.and_then(|applied| applied.rechecked.get(&item.finding.fingerprint));
        let mut json = item_json(item, lang);
        if let (Some(fields), Some(fate)) = (json.as_object_mut(), fate) {
            let (word, why) = told(fate, Lang::En);
            fields.insert("outcome".to_owned(), word.into());
            fields.insert("outcome_why".to_owned(), json!(why.map(|why| why.in_lang(lang).to_owned())));
            fields.insert(
                "now".to_owned(),
                json!(now.map(|now| json!({ "status": now.status.as_str(), "message": now.message }))),
            );
        }
        json
    });
    let json = json!({
        "account": plan.account,
        "unknown": plan.unknown,
        "findings_of_other_accounts": plan.elsewhere,
        "actions": actions(plan),
        "journal": applied.and_then(|applied| applied.journal.as_ref()),
        "finish_from": applied.and_then(|applied| applied.finish).map(|due| due.date().to_string()),
        "fixes": fixes.collect::<Vec<_>>(),
    });
    format!("{json:#}\n")
}

fn told(fate: &Fate, lang: Lang) -> (&'static str, Option<Text>) {
    match fate {
        Fate::Done => (lang.pick("done", "完了"), None),
        Fate::Right(why) => (lang.pick("right", "対応不要"), Some(why.clone())),
        Fate::Left(why) => (lang.pick("left", "未対応"), Some(why.clone())),
        Fate::Failed(why) => (lang.pick("failed", "失敗"), Some(why.explain_change())),
    }
}

/// The IAM actions of all steps, there and back.
fn actions(plan: &Plan) -> BTreeSet<&'static str> {
    let steps = plan.items.iter().flat_map(|item| match &item.plan {
        Planned::Remedy(Remedy::Steps { steps, .. }) => steps.as_slice(),
        _ => &[],
    });
    steps.flat_map(|step| step.back.iter().chain([&step.forward])).flat_map(Change::actions).collect()
}

fn item_json(item: &Item, lang: Lang) -> Value {
    let finding = &item.finding;
    let mut json = json!({
        "check_id": finding.check_id,
        "resource": finding.resource.id,
        "region": finding.region,
        "fingerprint": finding.fingerprint,
    });
    let text = |text: &Text| text.in_lang(lang).to_owned();
    let more = match &item.plan {
        Planned::NoFix => json!({ "class": "none" }),
        Planned::Unread(why) => json!({ "class": "unknown", "why": text(&why.explain()) }),
        Planned::Left(without) => json!({ "class": "left", "why": text(&without.explain()) }),
        Planned::Remedy(Remedy::Nothing { why }) => json!({ "class": "nothing", "why": text(why) }),
        Planned::Remedy(Remedy::Manual { why, how }) => {
            json!({ "class": "manual", "why": text(why), "how": text(how) })
        }
        Planned::Remedy(Remedy::Steps { class, steps, note }) => {
            let whom = if let Class::Careful { whom } = class { Some(text(whom)) } else { None };
            let steps: Vec<_> = steps.iter().map(|step| step_json(step, lang)).collect();
            json!({ "class": class.name(), "whom": whom, "note": note.as_ref().map(text), "steps": steps })
        }
    };
    if let (Some(fields), Value::Object(more)) = (json.as_object_mut(), more) {
        fields.extend(more);
    }
    json
}

fn step_json(step: &Step, lang: Lang) -> Value {
    let call = |change: &Change| {
        let operation = change.operation();
        json!({
            "operation": operation.to_string(),
            "actions": change.actions(),
            "region": change.region(),
            "change": change.to_json(),
        })
    };
    json!({
        "says": step.says.in_lang(lang),
        "call": call(&step.forward),
        "before": step.before,
        "undo": step.back.iter().map(call).collect::<Vec<_>>(),
        "later": step.forward.later(OffsetDateTime::now_utc()).map(|later| {
            json!({ "says": later.says.in_lang(lang), "days": later.days, "call": call(&later.change) })
        }),
    })
}

/// A finding on one line.
fn heading(item: &Item) -> String {
    let finding = &item.finding;
    let region = finding.region.as_ref().map(|region| format!(" ({region})")).unwrap_or_default();
    format!("{}  {}{region}", finding.check_id, finding.resource.id)
}

/// A page for a terminal.
struct Page {
    lang: Lang,
    width: usize,
    text: String,
    /// The calls that stand above: what several findings need is made once.
    shown: HashSet<String>,
}

impl Page {
    fn new(lang: Lang) -> Self {
        Self { lang, width: width(), text: String::new(), shown: HashSet::new() }
    }

    fn text(&mut self, indent: usize, text: &Text) {
        self.line(indent, text.in_lang(self.lang));
    }

    fn line(&mut self, indent: usize, text: &str) {
        for line in text.lines() {
            let line = escape::terminal(line);
            let (first, further) = (" ".repeat(indent), " ".repeat(indent + 2));
            let options = textwrap::Options::new(self.width).initial_indent(&first).subsequent_indent(&further);
            for line in textwrap::wrap(&line, options) {
                // Writing into a string cannot fail.
                let _ = writeln!(self.text, "{line}");
            }
        }
    }

    fn item(&mut self, item: &Item) {
        let heading = heading(item);
        let lang = self.lang;
        match &item.plan {
            Planned::NoFix => {}
            Planned::Unread(why) => {
                self.line(0, &format!("{heading}  {}", lang.pick("unknown", "判定不能")));
                self.text(2, &why.explain());
            }
            Planned::Left(without) => {
                self.line(0, &format!("{heading}  {}", lang.pick("left", "対象外")));
                self.text(2, &without.explain());
            }
            Planned::Remedy(Remedy::Nothing { why }) => {
                self.line(0, &format!("{heading}  {}", lang.pick("nothing to do", "対応不要")));
                self.text(2, why);
            }
            Planned::Remedy(Remedy::Manual { why, how }) => {
                self.line(0, &format!("{heading}  {}", lang.pick("manual", "手動")));
                self.text(2, why);
                self.text(2, how);
            }
            Planned::Remedy(Remedy::Steps { class, steps, note }) => {
                self.steps(&heading, class, steps, note.as_ref());
            }
        }
        self.text.push('\n');
    }

    fn steps(&mut self, heading: &str, class: &Class, steps: &[Step], note: Option<&Text>) {
        match class {
            Class::Safe => self.line(0, &format!("{heading}  {}", self.lang.pick("safe", "安全"))),
            Class::Careful { whom: Text { en, ja } } => {
                self.line(0, &format!("{heading}  {}", self.lang.pick("CAREFUL", "注意")));
                self.text(2, &text!(en: "may interrupt: {en}", ja: "影響を受ける可能性: {ja}"));
            }
        }
        for (step, number) in steps.iter().zip(1..) {
            self.line(2, &format!("{number}. {}", step.says.in_lang(self.lang)));
            if !self.shown.insert(step.forward.to_json().to_string()) {
                self.text(5, &text!(en: "(as above, made once)", ja: "(上と同じもの。1 回だけ行います)"));
                continue;
            }
            self.line(5, &call(&step.forward));
            if let Some(details) = step.forward.details() {
                self.text(5, &details);
            }
            if !step.before.is_null() {
                let before = &step.before;
                self.text(5, &text!(en: "before: {before}", ja: "変更前: {before}"));
            }
            let back: Vec<_> = step.back.iter().map(call).collect();
            let back = back.join(", ");
            if back.is_empty() {
                self.text(5, &text!(en: "undone with the first step", ja: "最初の手順とともに元に戻ります"));
            } else {
                self.text(5, &text!(en: "undo: {back}", ja: "元に戻す: {back}"));
            }
            if let Some(Later { days, change, .. }) = step.forward.later(OffsetDateTime::now_utc()) {
                let later = call(&change);
                self.text(
                    5,
                    &text!(
                        en: "{days} days later, by asc fix --finish: {later}, which cannot be undone",
                        ja: "{days} 日後に asc fix --finish で行えるもの (元に戻せません): {later}"
                    ),
                );
            }
        }
        if let Some(note) = note {
            self.text(2, note);
        }
    }

    fn without_fix(&mut self, plan: &Plan) {
        let mut counts = BTreeMap::<&str, usize>::new();
        for item in plan.items.iter().filter(|item| matches!(item.plan, Planned::NoFix)) {
            *counts.entry(&item.finding.check_id).or_default() += 1;
        }
        if counts.is_empty() {
            return;
        }
        let told: Vec<_> = counts.iter().map(|(check, count)| format!("{check} ({count})")).collect();
        let told = told.join(", ");
        self.text(
            0,
            &text!(
                en: "No fix, see asc explain: {told}",
                ja: "修正機能なし (asc explain を参照): {told}"
            ),
        );
    }

    fn summary(&mut self, plan: &Plan) {
        let (safe, careful) = (plan.of_class(false).count(), plan.of_class(true).count());
        let manual = |item: &&Item| matches!(item.plan, Planned::Remedy(Remedy::Manual { .. }));
        let (manual, unknown, elsewhere) = (plan.items.iter().filter(manual).count(), plan.unknown, plan.elsewhere);
        let left = plan.items.iter().filter(|item| matches!(item.plan, Planned::Left(_))).count();
        self.text(
            0,
            &text!(
                en: "{safe} safe, {careful} careful, {manual} manual.",
                ja: "安全 {safe} 件、注意 {careful} 件、手動 {manual} 件。"
            ),
        );
        if left > 0 {
            let told = text!(
                en: "{left} left: no runbook of AWS makes the changes.",
                ja: "AWS のランブックがないため対象外 {left} 件。"
            );
            self.text(0, &told);
        }
        if unknown > 0 {
            let told = text!(
                en: "{unknown} findings could not be determined.",
                ja: "判定できなかったものが {unknown} 件あります。"
            );
            self.text(0, &told);
        }
        if elsewhere > 0 {
            let told = text!(
                en: "{elsewhere} findings of the report are of other accounts and were left out.",
                ja: "レポートのうち {elsewhere} 件は別のアカウントのため対象外です。"
            );
            self.text(0, &told);
        }
    }
}

pub(super) fn call(change: &Change) -> String {
    format!("{} ({})", change.operation(), change.actions().join(", "))
}
