//! `asc guardrails template --for-account`: what the account has already, so that no template makes it twice.

use std::collections::BTreeSet;
use std::sync::Arc;

use asc_aws::Access;
use asc_checks_detection::existing::Once;
use asc_checks_detection::offering::or_not_offered;
use asc_checks_iam::model::RoleExists;
use asc_core::fact::at_once;
use asc_core::progress::Progress;
use asc_core::stop::Stop;
use asc_core::{Cx, Fact, Lang, Reads, Text, Unread, text};
use asc_guardrails::{Existing, Guardrail, Options, template};

use crate::args::TemplateArgs;
use crate::job::{broken_off, enter, source};
use crate::place::Place;
use crate::problem::Problem;
use crate::session::Session;
use crate::{Exit, stderr};

/// How AWS is asked for something.
#[derive(Clone, Copy, Debug)]
enum Ask {
    /// In the region.
    Here(Once),
    /// For a role of IAM.
    Role(&'static str),
}

/// Something to look for.
#[derive(Clone, Copy, Debug)]
struct Question {
    existing: Existing,
    ask: Ask,
    /// The template's parameter that it decides, and the parameter's value where it is there.
    parameter: &'static str,
    value: &'static str,
}

const fn question(existing: Existing, ask: Ask, parameter: &'static str, value: &'static str) -> Question {
    Question { existing, ask, parameter, value }
}

/// Inspector is not among them: its guardrail makes nothing that could be there twice, and switches on only what is off.
/// Source: AWS Config Developer Guide, "Using Service-Linked Roles for AWS Config", for the names of the roles.
const QUESTIONS: [Question; 9] = [
    question(Existing::Recorder, Ask::Here(Once::Recorder), "ExistingRecorder", "true"),
    question(Existing::DeliveryChannel, Ask::Here(Once::DeliveryChannel), "ExistingDeliveryChannel", "true"),
    question(Existing::ConfigRole, Ask::Role("AWSServiceRoleForConfig"), "CreateConfigServiceLinkedRole", "false"),
    question(
        Existing::RemediationRole,
        Ask::Role("AWSServiceRoleForConfigRemediation"),
        "CreateRemediationServiceLinkedRole",
        "false",
    ),
    question(Existing::Trail, Ask::Here(Once::Trail), "ExistingTrail", "true"),
    question(Existing::Service("access-analyzer"), Ask::Here(Once::Analyzer), "AccessAnalyzer", "off"),
    question(Existing::Service("security-hub"), Ask::Here(Once::Hub), "SecurityHub", "off"),
    question(Existing::Service("guardduty"), Ask::Here(Once::Detector), "GuardDuty", "off"),
    question(Existing::Service("detective"), Ask::Here(Once::Graph), "Detective", "off"),
];

impl Question {
    const fn reads(self) -> &'static [Reads] {
        match self.ask {
            Ask::Here(once) => once.reads(),
            Ask::Role(_) => RoleExists::READS,
        }
    }

    async fn answer(self, cx: &Cx, region: &str) -> Result<bool, Unread> {
        let answer = match self.ask {
            Ask::Here(once) => once.stands(cx, region).await,
            Ask::Role(name) => cx.get::<RoleExists>(&name.to_owned()).await.map(|there| *there),
        };
        // What a region does not offer cannot be made there either.
        answer.or_else(|why| or_not_offered(region, why).map(|_| true))
    }
}

/// All that looking may read.
pub(super) fn reads() -> Vec<Reads> {
    QUESTIONS.iter().map(|question| Reads::Of(question.reads())).collect()
}

/// What is looked for: what the template has a parameter for.
fn questions(guardrails: &[Guardrail], report_only: bool) -> Vec<Question> {
    let made = template(guardrails, &Options { report_only, ..Options::default() });
    QUESTIONS.into_iter().filter(|question| made.parameter(question.parameter).is_some()).collect()
}

/// What the account has, and how the command ends; none when the user broke off.
pub(super) fn look(
    args: &TemplateArgs,
    guardrails: &[Guardrail],
    place: &Place,
    lang: Lang,
) -> Result<Option<(BTreeSet<Existing>, Exit)>, Problem> {
    let questions = questions(guardrails, args.report_only);
    let progress = Arc::<Progress>::default();
    let session = Session::start()?;
    let asked = session.run(ask(args, place, questions, Arc::clone(&progress), session.stop()))?;
    let Some(answers) = asked.filter(|_| !session.is_interrupted()) else {
        broken_off(&progress, lang);
        return Ok(None);
    };
    let mut exit = Exit::Clean;
    for (question, why) in answers.iter().filter_map(|(question, answer)| Some((question, answer.as_ref().err()?))) {
        stderr::warning(&careful(question, why), lang);
        exit = Exit::Incomplete;
    }
    // What could not be read is taken to be there: a stack that lacks something is put right by a parameter, one that makes
    // it again fails as a whole.
    let there = answers.into_iter().filter(|(_, answer)| !matches!(answer, Ok(false)));
    Ok(Some((there.map(|(question, _)| question.existing).collect(), exit)))
}

async fn ask(
    args: &TemplateArgs,
    place: &Place,
    questions: Vec<Question>,
    progress: Arc<Progress>,
    stop: Stop,
) -> Result<Vec<(Question, Result<bool, Unread>)>, Problem> {
    let source = source(&args.source, None, None)?;
    let (door, cx) = enter(&args.source, place, source, Access::ReadOnly, progress, stop).await?;
    let region = args.source.region.first().map_or_else(|| door.home(), String::as_str);
    let cx = &cx;
    Ok(at_once(questions, |question| async move { (question, question.answer(cx, region).await) }).await)
}

/// What is told of a question without an answer.
fn careful(question: &Question, why: &Unread) -> Text {
    let Question { parameter, value, .. } = question;
    why.explain().and(&text!(
        en: "The parameter {parameter} is set to {value}, so that nothing is made twice.",
        ja: "二重に作成しないよう、パラメーター {parameter} を {value} にしました。"
    ))
}

#[cfg(test)]
mod tests {
    use asc_core::{Class, Operation};
    use asc_guardrails::choose;

    use super::*;

    #[test]
    fn only_what_the_template_would_make_is_looked_for() {
        let of = |keys: &[&str], report_only| {
            let asked = questions(&choose(keys).unwrap(), report_only);
            asked.into_iter().map(|question| question.parameter).collect::<Vec<_>>()
        };
        let recorder = ["ExistingRecorder", "ExistingDeliveryChannel", "CreateConfigServiceLinkedRole"];
        assert_eq!(of(&["s3-encryption"], true), recorder);
        assert_eq!(of(&["s3-encryption"], false), [&recorder[..], &["CreateRemediationServiceLinkedRole"]].concat());
        assert_eq!(of(&["guardduty", "security-alerts"], false), ["GuardDuty"]);
        assert_eq!(of(&[], false).len(), QUESTIONS.len());
    }

    #[test]
    fn each_answer_sets_its_parameter() {
        for Question { existing, parameter, value, .. } in QUESTIONS {
            let default = |existing: BTreeSet<Existing>| {
                let options = Options { existing, report_only: false };
                template(&choose(&[] as &[&str]).unwrap(), &options).parameter(parameter).unwrap().default.clone()
            };
            assert_eq!(default([existing].into()), value, "{parameter}");
            assert_ne!(default(BTreeSet::new()), value, "{parameter}");
        }
    }

    #[test]
    fn what_could_not_be_read_is_told_with_the_action() {
        let operation = Operation::new("iam", "GetRole", "iam:GetRole");
        let told = careful(&QUESTIONS[2], &Unread::new(operation, Class::Denied, "no"));
        for text in [&told.en, &told.ja] {
            assert!(text.contains("iam:GetRole") && text.contains("CreateConfigServiceLinkedRole"), "{text}");
        }
    }
}
