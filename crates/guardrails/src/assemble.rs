//! Puts guardrails together into one template, and leaves out what none of them uses.

use std::collections::BTreeSet;

use asc_core::{Text, text};

use crate::basis::{IN_HOME_REGION, basis, home};
use crate::guardrail::{Guardrail, Options, Part, Setup, Switch};
use crate::guardrails::guardrails;
use crate::purpose::described;
use crate::template::{Condition, Parameter, Section, Template, Test};
use crate::value::{Piece, Value, pieces};

/// A word that is no guardrail's key.
#[derive(Debug, thiserror::Error)]
#[error("there is no guardrail `{key}`")]
pub struct UnknownGuardrail {
    /// The word.
    pub key: String,
    /// The key that looks most like it.
    pub nearest: Option<&'static str>,
}

/// The guardrails of these keys, in the catalogue's order; all when there are none.
pub fn choose<S: AsRef<str>>(keys: &[S]) -> Result<Vec<Guardrail>, UnknownGuardrail> {
    let all = guardrails();
    for key in keys.iter().map(AsRef::as_ref) {
        if !all.iter().any(|guardrail| guardrail.key == key) {
            return Err(UnknownGuardrail { key: key.to_owned(), nearest: nearest(&all, key) });
        }
    }
    let wanted = |guardrail: &Guardrail| keys.is_empty() || keys.iter().any(|key| key.as_ref() == guardrail.key);
    Ok(all.into_iter().filter(wanted).collect())
}

fn nearest(all: &[Guardrail], key: &str) -> Option<&'static str> {
    let alike = |guardrail: &Guardrail| strsim::jaro_winkler(guardrail.key, key);
    let best = all.iter().max_by(|a, b| alike(a).total_cmp(&alike(b)))?;
    (alike(best) > 0.7).then_some(best.key)
}

/// One template for these guardrails.
pub fn template(guardrails: &[Guardrail], options: &Options) -> Template {
    let chosen: Vec<_> = guardrails.iter().collect();
    let on_config = guardrails.iter().any(|guardrail| guardrail.on_config);
    let basis = if on_config { basis(options) } else { Part::default() };
    let (home_parameter, home_condition) = home();
    let (mut switches, mut details, mut account) = (Vec::new(), Vec::new(), basis.parameters);
    account.push(home_parameter);
    let mut template = Template {
        description: description(guardrails),
        parameters: Vec::new(),
        conditions: std::iter::once(home_condition).chain(basis.conditions).collect(),
        resources: Vec::new(),
        outputs: basis.outputs,
    };
    if !basis.resources.is_empty() {
        template.resources.push(Section {
            title: text!(en: "What every rule stands on", ja: "すべてのルールの前提"),
            about: text!(
                en: "AWS Config records the account's resources; its rules judge what is recorded.",
                ja: "AWS Config がリソースを記録し、ルールがその記録を評価します。"
            ),
            members: basis.resources,
        });
    }
    for guardrail in guardrails {
        let setup = Setup { parameter: guardrail.parameter, options, chosen: &chosen };
        let part = (guardrail.build)(&setup);
        switches.extend(setup.switch(guardrail));
        template.conditions.extend(conditions(guardrail, &setup));
        let Part { parameters, conditions, resources, remedies, outputs } = part;
        details.extend(parameters);
        template.conditions.extend(conditions);
        template.outputs.extend(outputs);
        let remedies = if options.report_only { Vec::new() } else { remedies };
        let resources = resources.into_iter().map(|resource| described(resource, &remedies)).collect();
        let members = [resources, remedies].concat();
        if !members.is_empty() {
            template.resources.push(Section {
                title: guardrail.title.clone(),
                about: guardrail.about.clone(),
                members,
            });
        }
    }
    let section = |title, members| Section { title, about: Text::default(), members };
    template.parameters = vec![
        section(text!(en: "Guardrails", ja: "ガードレール"), switches),
        section(text!(en: "Details", ja: "詳細"), details),
        section(text!(en: "What the account has already", ja: "アカウントの現状"), account),
    ];
    prune(&mut template);
    template
}

fn conditions(guardrail: &Guardrail, setup: &Setup) -> Vec<Condition> {
    if guardrail.switch == Switch::Own {
        return Vec::new();
    }
    let here = |test| {
        if guardrail.account_wide { Test::All(vec![Test::holds(IN_HOME_REGION), test]) } else { test }
    };
    vec![
        Condition::new(&setup.on(), here(Test::is_not(guardrail.parameter, "off"))),
        Condition::new(&setup.remediated(), here(Test::is(guardrail.parameter, "remediate"))),
    ]
}

fn description(guardrails: &[Guardrail]) -> Text {
    if let [only] = guardrails {
        let (en, ja) = (&only.title.en, &only.title.ja);
        return text!(en: "Guardrail: {en}", ja: "ガードレール: {ja}");
    }
    let count = guardrails.len();
    text!(en: "{count} guardrails for an AWS account", ja: "AWS アカウントの {count} 件のガードレール")
}

/// Takes away conditions and parameters that nothing refers to.
fn prune(template: &mut Template) {
    let mut conditions = BTreeSet::new();
    let mut names = BTreeSet::new();
    let mut see = |value: &Value| match value {
        Value::If(condition, ..) => {
            conditions.insert(condition.clone());
        }
        Value::Ref(name) => {
            names.insert(name.clone());
        }
        Value::Sub(text) => names.extend(pieces(text).into_iter().filter_map(|piece| match piece {
            Piece::Name(name) => Some(name.to_owned()),
            Piece::Literal(_) => None,
        })),
        _ => {}
    };
    let resources = || template.resources.iter().flat_map(|section| &section.members);
    resources().flat_map(|resource| &resource.properties).for_each(|(_, value)| value.visit(&mut see));
    template.outputs.iter().for_each(|output| output.value.visit(&mut see));
    conditions.extend(resources().filter_map(|resource| resource.condition.clone()));
    conditions.extend(resources().flat_map(|resource| &resource.waits).map(|(condition, _)| condition.clone()));
    conditions.extend(template.outputs.iter().filter_map(|output| output.condition.clone()));
    // A condition stands after those that it rests on.
    for condition in template.conditions.iter().rev() {
        if conditions.contains(&condition.name) {
            condition.test.visit(&mut |test| match test {
                Test::Holds(other) => {
                    conditions.insert(other.clone());
                }
                Test::Same(left, right) => names.extend([left, right].into_iter().filter_map(|side| match side {
                    Value::Ref(name) => Some(name.clone()),
                    _ => None,
                })),
                Test::Not(_) | Test::All(_) | Test::Any(_) => {}
            });
        }
    }
    template.conditions.retain(|condition| conditions.contains(&condition.name));
    for section in &mut template.parameters {
        section.members.retain(|parameter: &Parameter| names.contains(&parameter.name));
    }
    template.parameters.retain(|section| !section.members.is_empty());
}
