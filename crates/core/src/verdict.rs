//! What a check says of one resource, and why something could not be said.

use std::ops::{Deref, DerefMut};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::fact::Operation;
use crate::severity::Severity;
use crate::text;
use crate::text::Text;

/// The five things a verdict can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Read and bad: an alert.
    Fail,
    /// A person's evaluation is missing or too old: an alert.
    Manual,
    /// It could not be determined; the scan is incomplete.
    Unknown,
    /// Read and good.
    Pass,
    /// The rule does not reach this resource.
    NotApplicable,
}

impl Status {
    /// Whether the status is an alert, before mutes.
    pub const fn is_alert(self) -> bool {
        matches!(self, Self::Fail | Self::Manual)
    }

    /// The word that reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Manual => "manual",
            Self::Unknown => "unknown",
            Self::Pass => "pass",
            Self::NotApplicable => "not_applicable",
        }
    }
}

/// A check's answer for one resource; `unknown` is not among them: it is what an [`Unread`] fact becomes.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub(crate) status: Status,
    pub(crate) message: Text,
    pub(crate) severity: Option<Severity>,
    pub(crate) evidence: Map<String, Value>,
    pub(crate) shifting: Vec<String>,
}

impl Verdict {
    fn new(status: Status, message: Text) -> Self {
        Self { status, message, severity: None, evidence: Map::new(), shifting: Vec::new() }
    }

    /// What an unreadable fact becomes.
    pub(crate) fn unknown(message: Text) -> Self {
        Self::new(Status::Unknown, message)
    }

    /// Read and good.
    pub fn pass(message: Text) -> Self {
        Self::new(Status::Pass, message)
    }

    /// Read and bad.
    pub fn fail(message: Text) -> Self {
        Self::new(Status::Fail, message)
    }

    /// Waits for a person's evaluation.
    pub fn manual(message: Text) -> Self {
        Self::new(Status::Manual, message)
    }

    /// The rule does not reach this resource; the message says why.
    pub fn not_applicable(message: Text) -> Self {
        Self::new(Status::NotApplicable, message)
    }

    /// The same verdict with a fact it rests on. A value that JSON cannot hold (a map with keys that are no strings)
    /// is left out.
    #[must_use]
    pub fn evidence(mut self, key: &str, value: impl Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.evidence.insert(key.to_owned(), value);
        }
        self
    }

    /// The same verdict with a fact that changes by itself, such as an age: shown, but no reason to say that the
    /// evidence has changed since a person looked at it.
    #[must_use]
    pub fn shifting(mut self, key: &str, value: impl Serialize) -> Self {
        self.shifting.push(key.to_owned());
        self.evidence(key, value)
    }

    /// The same verdict at another severity than its check's.
    #[must_use]
    pub fn at(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// The same verdict with a further sentence in its message.
    #[must_use]
    pub fn note(mut self, more: &Text) -> Self {
        self.message = self.message.and(more);
        self
    }

    /// What it says.
    pub const fn status(&self) -> Status {
        self.status
    }

    /// The sentence for people.
    pub const fn message(&self) -> &Text {
        &self.message
    }
}

/// Why AWS gave no usable answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// What was asked about does not exist.
    Absent,
    /// The caller may not ask.
    Denied,
    /// AWS kept saying "slower", past all patience.
    Throttled,
    /// No answer came: no route, no name, a time-out, a server's failure that lasted.
    Unreachable,
    /// An answer came that does not say what was asked.
    Malformed,
    /// The recording that is replayed holds no such answer.
    NotRecorded,
    /// The scan was broken off before there was an answer.
    Interrupted,
    /// AWS refused for another reason.
    Refused,
    /// A check came to its end by a bug of its own.
    Crashed,
}

/// A fact that could not be read. It is one pointer large, since a scan keeps room for one beside each fact.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{}: {}", .0.operation, .0.detail)]
pub struct Unread(Box<Why>);

/// What is known of a fact that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Why {
    /// The call that failed.
    pub operation: Operation,
    /// The kind of failure.
    pub class: Class,
    /// AWS's own error code, where it gave one.
    pub aws_code: Option<Box<str>>,
    /// AWS's own words, or the network's.
    pub detail: Box<str>,
    /// The id of the resource that turned out not to exist, when that is the failure.
    pub gone: Option<Box<str>>,
}

impl Deref for Unread {
    type Target = Why;

    fn deref(&self) -> &Why {
        &self.0
    }
}

impl DerefMut for Unread {
    fn deref_mut(&mut self) -> &mut Why {
        &mut self.0
    }
}

impl Unread {
    /// A failure of one call.
    pub fn new(operation: Operation, class: Class, detail: impl Into<Box<str>>) -> Self {
        Self(Box::new(Why { operation, class, aws_code: None, detail: detail.into(), gone: None }))
    }

    /// An answer that does not say what was asked.
    pub fn malformed(operation: Operation, detail: impl Into<Box<str>>) -> Self {
        Self::new(operation, Class::Malformed, detail)
    }

    /// The same failure, known to mean that a resource does not exist.
    #[must_use]
    pub fn of_gone(mut self, resource: &str) -> Self {
        self.gone = Some(resource.into());
        self
    }

    /// The IAM action to grant, when the call was denied.
    pub fn missing_action(&self) -> Option<&'static str> {
        (self.class == Class::Denied).then_some(self.operation.action)
    }

    /// One sentence for people: what failed, how, and what to do about it.
    pub fn explain(&self) -> Text {
        let operation = self.operation;
        let code = self.aws_code.as_deref().unwrap_or("-");
        let detail = &self.detail;
        let action = operation.action;
        match self.class {
            Class::Denied => text!(
                en: "Could not be read: {operation} was denied ({code}). Grant {action} to the scanning role.",
                ja: "読み取れませんでした: {operation} が拒否されました ({code})。スキャン用ロールに {action} を許可してください。"
            ),
            Class::Throttled => text!(
                en: "Could not be read: AWS kept throttling {operation} ({code}). Scan again later, or with a lower --share or --max-rps.",
                ja: "読み取れませんでした: {operation} がスロットリングされ続けました ({code})。時間をおくか、--share または --max-rps を下げて再実行してください。"
            ),
            Class::Unreachable => text!(
                en: "Could not be read: {operation} got no answer ({detail}).",
                ja: "読み取れませんでした: {operation} に応答がありません ({detail})。"
            ),
            Class::Malformed => text!(
                en: "Could not be read: the answer to {operation} makes no sense ({detail}).",
                ja: "読み取れませんでした: {operation} の応答を解釈できません ({detail})。"
            ),
            Class::NotRecorded => text!(
                en: "Not in the recording: {operation} was not asked when it was made.",
                ja: "記録にありません: 記録時に {operation} は呼び出されていません。"
            ),
            Class::Interrupted => text!(
                en: "Not read: the scan was interrupted before {operation} was answered.",
                ja: "読み取られていません: {operation} の応答を得る前にスキャンが中断されました。"
            ),
            Class::Crashed => text!(
                en: "The check itself crashed. That is a bug in asc or in the check: please report it.",
                ja: "チェック自体が異常終了しました。asc またはチェックの不具合です。報告をお願いします。"
            ),
            Class::Absent | Class::Refused => text!(
                en: "Could not be read: {operation} answered {code} ({detail}).",
                ja: "読み取れませんでした: {operation} が {code} を返しました ({detail})。"
            ),
        }
    }

    /// The same of a change. Reading that comes before one may fail as well, and is told as such.
    pub fn explain_change(&self) -> Text {
        let operation = self.operation;
        let code = self.aws_code.as_deref().unwrap_or("-");
        let (detail, action) = (&self.detail, operation.action);
        match self.class {
            _ if !operation.writes() => self.explain(),
            Class::Denied => text!(
                en: "Could not be changed: {operation} was denied ({code}). Grant {action} to the role that asc runs as.",
                ja: "変更できませんでした: {operation} が拒否されました ({code})。asc を実行するロールに {action} を許可してください。"
            ),
            Class::Throttled => text!(
                en: "Could not be changed: AWS kept throttling {operation} ({code}). Try again later.",
                ja: "変更できませんでした: {operation} がスロットリングされ続けました ({code})。時間をおいて再実行してください。"
            ),
            Class::Unreachable => text!(
                en: "Perhaps not changed: {operation} got no answer ({detail}).",
                ja: "変更されたか不明です: {operation} に応答がありません ({detail})。"
            ),
            Class::Malformed => text!(
                en: "Perhaps not changed: the answer to {operation} makes no sense ({detail}).",
                ja: "変更されたか不明です: {operation} の応答を解釈できません ({detail})。"
            ),
            Class::Interrupted => text!(
                en: "Perhaps not changed: asc was interrupted before {operation} was answered.",
                ja: "変更されたか不明です: {operation} の応答を得る前に asc が中断されました。"
            ),
            Class::Absent | Class::Refused => text!(
                en: "Could not be changed: {operation} answered {code} ({detail}).",
                ja: "変更できませんでした: {operation} が {code} を返しました ({detail})。"
            ),
            Class::NotRecorded | Class::Crashed => self.explain(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Class, Unread};
    use crate::fact::Operation;

    #[test]
    fn a_change_that_failed_is_not_told_as_a_read() {
        const PUT: Operation = Operation::new("s3", "PutBucketPolicy", "s3:PutBucketPolicy");
        const GET: Operation = Operation::new("s3", "GetBucketPolicy", "s3:GetBucketPolicy");
        let told = |operation, class| Unread::new(operation, class, "why").explain_change();
        let denied = told(PUT, Class::Denied);
        assert!(denied.en.starts_with("Could not be changed") && denied.ja.starts_with("変更できませんでした"));
        assert!(denied.en.contains("Grant s3:PutBucketPolicy to the role that asc runs as"), "{}", denied.en);
        // What got no answer may have been carried out.
        assert!(told(PUT, Class::Unreachable).en.starts_with("Perhaps not changed"));
        assert!(told(GET, Class::Denied).en.starts_with("Could not be read"), "the look before the change");
    }
}
