//! What the policy engine says of a bucket's policy, beside AWS's own answer: which statement it is, and where the two
//! disagree. The verdict is AWS's; nothing here changes it.

use asc_core::{Cx, Text, Unread, Verdict, text};
use asc_policy::public::public;
use asc_policy::{Answer, Decision, Reason};
use serde_json::{Value, json};

use crate::model::{Bucket, BucketPolicy};

/// How many statements a message quotes; the evidence has all of them.
const QUOTED: usize = 3;

/// The engine's answer, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Whether AWS calls the policy public.
    aws: bool,
    engine: Result<Decision, Unread>,
}

impl Explained {
    /// Reads the policy and decides; nothing if it is gone by now.
    pub(super) async fn read(cx: &Cx, bucket: &Bucket, aws: bool) -> Option<Self> {
        let engine = match cx.get::<BucketPolicy>(bucket).await {
            Ok(policy) => Ok(public(policy.as_ref().as_ref()?)),
            Err(why) => Err(why),
        };
        Some(Self { aws, engine })
    }

    /// Why the policy could not be read.
    pub(super) fn why(&self) -> Option<&Unread> {
        self.engine.as_ref().err()
    }

    /// The verdict with the statements that it rests on, or what the engine says against it.
    pub(super) fn told_by(&self, verdict: Verdict) -> Verdict {
        let verdict = verdict.evidence("policy", self.evidence());
        match self.note() {
            Some(note) => verdict.note(&note),
            None => verdict,
        }
    }

    fn note(&self) -> Option<Text> {
        let decision = match &self.engine {
            Ok(decision) => decision,
            // It would only be said which statement it is.
            Err(_) if !self.aws => return None,
            Err(why) => {
                let Text { en, ja } = why.explain();
                return Some(text!(
                    en: "Which statement makes the policy public cannot be said. {en}",
                    ja: "ポリシーを公開にしているステートメントは特定できません。{ja}"
                ));
            }
        };
        let because = || quoted(&decision.because);
        match (self.aws, decision.answer) {
            (true, Answer::Yes) => Some(because()),
            (true, Answer::CannotTell) => Some(
                text!(
                    en: "The policy engine of asc cannot tell which statement makes it public; it may be:",
                    ja: "asc のポリシーエンジンでは公開の原因となるステートメントを断定できません。候補:"
                )
                .and(&because()),
            ),
            (true, Answer::No) => Some(
                text!(
                    en: "The policy engine of asc disagrees and finds no public statement; AWS's answer counts.",
                    ja: "asc のポリシーエンジンの判定は異なり、公開のステートメントは見つかりません。AWS の判定を採用します。"
                )
                .and(&because()),
            ),
            (false, Answer::Yes) => Some(
                text!(
                    en: "AWS calls the bucket policy not public (GetBucketPolicyStatus), and that counts, but the policy \
                         engine of asc disagrees:",
                    ja: "AWS はバケットポリシーを非公開と判定しており (GetBucketPolicyStatus)、これを採用しますが、asc のポリシーエンジンの判定は異なります。"
                )
                .and(&because()),
            ),
            (false, Answer::No | Answer::CannotTell) => None,
        }
    }

    fn evidence(&self) -> Value {
        let (engine, because) = match &self.engine {
            Ok(decision) => (
                match decision.answer {
                    Answer::Yes => "public",
                    Answer::No => "not_public",
                    Answer::CannotTell => "cannot_tell",
                },
                decision.because.as_slice(),
            ),
            Err(_) => ("unread", [].as_slice()),
        };
        let row =
            |Reason { statement, sid, text }: &Reason| json!({"statement": statement, "sid": sid, "reason": text.en});
        json!({
            "aws": if self.aws { "public" } else { "not_public" },
            "engine": engine,
            "because": because.iter().map(row).collect::<Vec<_>>(),
        })
    }
}

/// The reasons, each with its statement.
fn quoted(because: &[Reason]) -> Text {
    let quote = |Reason { statement, sid, text: Text { en, ja } }: &Reason| {
        let sid = sid.as_ref().map(|sid| format!(" ({sid})")).unwrap_or_default();
        text!(en: "Statement {statement}{sid}: {en}", ja: "ステートメント {statement}{sid}: {ja}")
    };
    let told = because.iter().take(QUOTED).fold(Text::default(), |all, reason| all.and(&quote(reason)));
    match because.len().saturating_sub(QUOTED) {
        0 => told,
        more => told.and(&text!(en: "({more} more statements.)", ja: "(ほか {more} 件のステートメント)")),
    }
}

#[cfg(test)]
mod tests {
    use asc_core::{Class, Operation, Status};
    use asc_policy::Policy;

    use super::*;

    const OPEN: &str = r#"{"Sid":"Open","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}"#;
    const CLOSED: &str = r#"{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"s3:*","Resource":"*"}"#;
    const ODD: &str = r#"{"Effect":"Allow","Principal":{"Robot":"r"},"Action":"s3:*","Resource":"*"}"#;

    fn told(aws: bool, statements: &str) -> (String, Value) {
        let policy = Policy::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)).unwrap();
        let explained = Explained { aws, engine: Ok(public(&policy)) };
        let verdict = explained.told_by(Verdict::fail(text!(en: "Public.", ja: "公開です。")));
        assert_eq!(verdict.status(), Status::Fail);
        (verdict.message().en.clone(), explained.evidence())
    }

    #[test]
    fn the_statement_is_named() {
        let (message, evidence) = told(true, &format!("{CLOSED},{OPEN}"));
        let expected = "Public. Statement 1 (Open): Principal is *, and no condition limits who gets in.";
        assert_eq!(message, expected);
        assert_eq!(evidence["engine"], "public");
        assert_eq!((&evidence["because"][0]["statement"], &evidence["because"][0]["sid"]), (&json!(1), &json!("Open")));
    }

    #[test]
    fn disagreement_is_shown_either_way_and_agreement_on_private_is_not() {
        let (message, evidence) = told(true, CLOSED);
        assert!(
            message.contains("disagrees") && message.contains("Statement 0: It names a fixed principal"),
            "{message}"
        );
        assert_eq!((&evidence["aws"], &evidence["engine"]), (&json!("public"), &json!("not_public")));
        let (message, evidence) = told(false, OPEN);
        assert!(message.contains("disagrees") && message.contains("Statement 0 (Open)"), "{message}");
        assert_eq!((&evidence["aws"], &evidence["engine"]), (&json!("not_public"), &json!("public")));
        assert!(told(true, ODD).0.contains("may be: Statement 0"));
        for agreed in [told(false, CLOSED), told(false, ODD)] {
            assert_eq!(agreed.0, "Public.");
        }
    }

    #[test]
    fn a_long_list_is_cut_in_the_message_alone() {
        let (message, evidence) = told(true, &[OPEN; 5].join(","));
        assert!(message.contains("Statement 2") && !message.contains("Statement 3"), "{message}");
        assert!(message.ends_with("(2 more statements.)"), "{message}");
        assert_eq!(evidence["because"].as_array().map(Vec::len), Some(5));
    }

    #[test]
    fn a_policy_that_could_not_be_read_is_a_note_with_the_missing_action() {
        let operation = Operation::new("s3", "GetBucketPolicy", "s3:GetBucketPolicy");
        let unread = || Err(Unread::new(operation, Class::Denied, "no"));
        let told = |aws| Explained { aws, engine: unread() }.told_by(Verdict::pass(Text::default()));
        assert!(told(true).message().en.contains("Grant s3:GetBucketPolicy"), "{:?}", told(true).message());
        assert_eq!(told(false).message(), &Text::default());
        assert_eq!(Explained { aws: false, engine: unread() }.evidence()["engine"], "unread");
    }
}
