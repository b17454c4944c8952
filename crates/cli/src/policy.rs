//! `asc policy`: what policy documents allow, offline.

use std::io::Read;
use std::path::{Path, PathBuf};

use asc_core::{Lang, Text, text};
use asc_policy::{Answer, Decision, Policy, Principals, admin, public, who};
use asc_report::page::{Told, Tone, policies};
use serde_json::{Value, json};

use crate::args::{ListFormat, PolicyArgs, PolicyKind};
use crate::info::print;
use crate::outputs::{color, width};
use crate::problem::Problem;
use crate::{Exit, stderr};

/// `asc policy`. A document that cannot be read does not keep the others from being told; the run ends with 2 then.
pub(crate) fn policy(args: &PolicyArgs, lang: Lang) -> Result<Exit, Problem> {
    let mut judged = Vec::new();
    let mut broken = false;
    for file in expand(&args.files)? {
        match read(&file) {
            Ok(document) => judged.push(Judged::of(file.display().to_string(), &document, args.kind)),
            Err(problem) => {
                stderr::problem(&problem, lang);
                broken = true;
            }
        }
    }
    match args.format {
        ListFormat::Table => {
            let told: Vec<_> = judged.iter().map(Judged::told).collect();
            print(&policies(&told, lang, width(), color()))?
        }
        ListFormat::Json => {
            let all = Value::Array(judged.iter().map(|judged| judged.json(lang)).collect());
            print(&format!("{all:#}\n"))?
        }
    };
    Ok(match broken {
        true => Exit::Nothing,
        false if judged.iter().any(Judged::alerts) => Exit::Alerts,
        false => Exit::Clean,
    })
}

/// Shells expand globs themselves, unless they are quoted or there is no such shell; a name that exists is that file.
fn expand(names: &[PathBuf]) -> Result<Vec<PathBuf>, Problem> {
    let mut files = Vec::new();
    for name in names {
        let text = name.to_string_lossy();
        if name.exists() || !text.contains(['*', '?', '[']) {
            files.push(name.clone());
            continue;
        }
        let found = glob::glob(&text).map_err(|error| Problem::Glob(text.to_string(), error.msg))?;
        let mut found: Vec<_> = found.filter_map(Result::ok).filter(|path| path.is_file()).collect();
        if found.is_empty() {
            return Err(Problem::NoMatch(text.into_owned()));
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

fn read(file: &Path) -> Result<Policy, Problem> {
    let unreadable = |error| Problem::File { file: file.to_owned(), error };
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(unreadable)?;
        bytes
    } else {
        std::fs::read(file).map_err(unreadable)?
    };
    Policy::read(&bytes).map_err(|error| Problem::Config(error.in_file(file, &bytes)))
}

/// What is asked of a document, by its kind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Question {
    /// Of a resource policy.
    Public,
    /// Of an identity policy.
    Admin,
}

/// A document and what was decided about it.
struct Judged {
    file: String,
    question: Question,
    /// Whether the document itself tells its kind.
    told_by_itself: bool,
    decision: Decision,
    lets_in: Vec<who::Entrant>,
}

impl Judged {
    fn of(file: String, policy: &Policy, kind: Option<PolicyKind>) -> Self {
        let names_somebody = policy.statements.iter().any(|s| s.principals != Principals::Unstated);
        let kind_or_guess = kind.unwrap_or(if names_somebody { PolicyKind::Resource } else { PolicyKind::Identity });
        let question = match kind_or_guess {
            PolicyKind::Identity => Question::Admin,
            PolicyKind::Resource => Question::Public,
        };
        let (decision, lets_in) = match question {
            Question::Public => (public::public(policy), who::lets_in(policy)),
            Question::Admin => (admin::decide(policy), Vec::new()),
        };
        Self { file, question, told_by_itself: kind.is_none(), decision, lets_in }
    }

    fn alerts(&self) -> bool {
        self.decision.answer.alerts()
    }

    /// What cannot be told is an alert, so it counts as a yes.
    fn json(&self, lang: Lang) -> Value {
        let answer = |question| (self.question == question).then(|| self.alerts());
        let because = self.decision.because.iter().map(
            |reason| json!({ "statement": reason.statement, "sid": reason.sid, "reason": reason.text.in_lang(lang) }),
        );
        json!({
            "file": self.file,
            "public": answer(Question::Public),
            "admin": answer(Question::Admin),
            "principals": self.lets_in.iter().map(|entrant| entrant.name.as_str()).collect::<Vec<_>>(),
            "because": because.collect::<Vec<_>>(),
        })
    }

    fn told(&self) -> Told {
        let question = match self.question {
            Question::Public => text!(en: "public", ja: "公開"),
            Question::Admin => text!(en: "admin", ja: "管理者権限"),
        };
        let (answer, tone) = match self.decision.answer {
            Answer::Yes => (text!(en: "yes", ja: "はい"), Tone::Bad),
            Answer::No => (text!(en: "no", ja: "いいえ"), Tone::Good),
            Answer::CannotTell => {
                (text!(en: "cannot tell; look at it", ja: "判定できません。確認してください"), Tone::Warn)
            }
        };
        let because = self.decision.because.iter().map(|reason| {
            let place = format!("Statement[{}]", reason.statement);
            let label = reason.sid.as_ref().map_or_else(|| place.clone(), |sid| format!("{place} {sid}"));
            (label, reason.text.clone())
        });
        Told {
            file: self.file.clone(),
            kind: self.kind(),
            answers: vec![(question, answer, tone)],
            because: because.collect(),
            lets_in: self.lets_in.iter().map(|entrant| (entrant.name.clone(), entrant.text())).collect(),
        }
    }

    fn kind(&self) -> Text {
        match (self.question, self.told_by_itself) {
            (Question::Public, true) => text!(
                en: "resource policy (it names principals)",
                ja: "リソースポリシー (プリンシパルの指定あり)"
            ),
            (Question::Admin, true) => text!(
                en: "identity policy (it names no principal)",
                ja: "アイデンティティポリシー (プリンシパルの指定なし)"
            ),
            (Question::Public, false) => text!(en: "resource policy", ja: "リソースポリシー"),
            (Question::Admin, false) => text!(en: "identity policy", ja: "アイデンティティポリシー"),
        }
    }
}
