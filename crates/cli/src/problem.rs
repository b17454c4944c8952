//! Why nothing was scanned, told in the user's language.

use std::path::PathBuf;

use asc_aws::DoorError;
use asc_aws::recording::RecordingError;
use asc_core::registry::RegistryError;
use asc_core::select::SelectError;
use asc_core::source::SourceError;
use asc_core::{Text, text};
use asc_guardrails::UnknownGuardrail;

/// Something that keeps a command from doing its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error(transparent)]
    Select(#[from] SelectError),
    #[error(transparent)]
    Guardrail(#[from] UnknownGuardrail),
    #[error(transparent)]
    Config(#[from] SourceError),
    #[error(transparent)]
    Door(#[from] DoorError),
    #[error("{}: {error}", file.display())]
    File { file: PathBuf, error: std::io::Error },
    #[error("standard output: {0}")]
    Stdout(std::io::Error),
    #[error("`{0}` is no region that AWS has; did you mean `{1}`?")]
    Region(String, &'static str),
    #[error("demo replays its own recording; use `asc scan` with --record, --resume or --replay")]
    DemoRecording,
    #[error("{0} is decided by machine; there is nothing for a person to evaluate")]
    NotManual(&'static str),
    #[error("the evidence was read from account {read}, not from {asked}")]
    OtherAccount { read: String, asked: String },
    #[error("an evaluation needs to say who evaluates: --evaluator NAME")]
    NoEvaluator,
    #[error("{0} verdicts could not be read, so there is nothing to evaluate them by: {1}")]
    EvidenceUnread(usize, String),
    #[error("an evaluation of {0} is good for 1 to {1} days")]
    Validity(&'static str, u32),
    #[error("`{0}` is no account: it takes twelve digits, or * for all")]
    NoAccount(String),
    #[error("`{0}` is no glob: {1}")]
    Glob(String, &'static str),
    #[error("`{0}` matches no file")]
    NoMatch(String),
    #[error("a template is made for one region; --region names {0}")]
    OneRegion(usize),
    #[cfg(not(all(feature = "detection", feature = "iam")))]
    #[error("this build of asc lacks the families detection and iam, which ask what guardrails an account has")]
    Lacks,
    #[error("a recording cannot be changed: --apply, --undo and --finish do not go with --replay")]
    FixRecording,
    #[error("nobody is there to ask: give --yes, or run it on a terminal")]
    NobodyToAsk,
    #[error("the credentials are of account {read}, not of {asked}")]
    NotThatAccount { read: String, asked: String },
    #[error("--automation-role is missing: {0} run for a role only")]
    NoRole(String),
    #[error("{role} is a role of another account than {account}, and cannot be passed")]
    RoleElsewhere { role: String, account: String },
    #[error("{}:{line}: not a line of a journal of `asc fix`: {why}", file.display())]
    Journal { file: PathBuf, line: usize, why: String },
    #[error("{}: not a JSON report of asc: {why}", file.display())]
    NoReport { file: PathBuf, why: String },
    #[error("the runtime could not be started: {0}")]
    Runtime(std::io::Error),
}

impl From<RecordingError> for Problem {
    fn from(error: RecordingError) -> Self {
        Self::Door(error.into())
    }
}

impl Problem {
    /// The problem for people: one or a few lines.
    pub(crate) fn text(&self) -> Text {
        let en = self.to_string();
        match self {
            Self::Registry(RegistryError::Empty) => text!(
                en: "{en}",
                ja: "チェックが登録されていません。この asc はチェックを含めずにビルドされています"
            ),
            Self::Registry(RegistryError::Twice(name)) => {
                text!(en: "{en}", ja: "`{name}` というチェックが 2 つあります")
            }
            Self::Select(error) => error.text(),
            Self::Guardrail(UnknownGuardrail { key, nearest }) => match nearest {
                Some(nearest) => text!(
                    en: "{en}; did you mean `{nearest}`?",
                    ja: "`{key}` というガードレールはありません。`{nearest}` のことですか?"
                ),
                None => text!(en: "{en}", ja: "`{key}` というガードレールはありません"),
            },
            Self::Config(error) => {
                Text { en: error.in_lang(asc_core::Lang::En), ja: error.in_lang(asc_core::Lang::Ja) }
            }
            Self::Door(error) => door(error),
            Self::File { file, error } => {
                let file = file.display();
                text!(en: "{en}", ja: "{file}: 読み書きできません ({error})")
            }
            Self::Stdout(error) => text!(en: "{en}", ja: "標準出力に書き込めません ({error})"),
            Self::Region(given, nearest) => {
                text!(en: "{en}", ja: "`{given}` という AWS リージョンはありません。`{nearest}` のことですか?")
            }
            Self::DemoRecording => text!(
                en: "{en}",
                ja: "demo は内蔵の記録を再生します。--record、--resume、--replay は `asc scan` で使ってください"
            ),
            Self::NotManual(id) => {
                text!(en: "{en}", ja: "{id} は自動で判定されるため、人による評価の対象ではありません")
            }
            Self::OtherAccount { read, asked } => {
                text!(en: "{en}", ja: "証跡はアカウント {asked} ではなく {read} から読み取られました")
            }
            Self::NoEvaluator => text!(en: "{en}", ja: "評価者を --evaluator NAME で指定してください"),
            Self::EvidenceUnread(count, why) => {
                text!(en: "{en}", ja: "読み取れなかったものが {count} 件あるため評価できません: {why}")
            }
            Self::Validity(id, most) => text!(en: "{en}", ja: "{id} の評価の有効期間は 1～{most} 日です"),
            Self::NoAccount(given) => text!(
                en: "{en}",
                ja: "`{given}` はアカウントではありません。12 桁の数字、またはすべてを表す * を指定します"
            ),
            Self::Glob(given, why) => text!(en: "{en}", ja: "`{given}` はグロブとして読めません: {why}"),
            Self::NoMatch(given) => text!(en: "{en}", ja: "`{given}` に一致するファイルはありません"),
            Self::OneRegion(count) => text!(
                en: "{en}",
                ja: "テンプレートは 1 つのリージョンに合わせて作成します。--region に {count} 個指定されています"
            ),
            #[cfg(not(all(feature = "detection", feature = "iam")))]
            Self::Lacks => text!(
                en: "{en}",
                ja: "この asc は、ガードレールの状態を確認する detection と iam を含めずにビルドされています"
            ),
            Self::FixRecording => {
                text!(en: "{en}", ja: "記録は変更できません。--apply、--undo、--finish は --replay と同時に使えません")
            }
            Self::NobodyToAsk => {
                text!(en: "{en}", ja: "確認できる端末がありません。--yes を指定するか、端末で実行してください")
            }
            Self::NotThatAccount { read, asked } => {
                text!(en: "{en}", ja: "認証情報はアカウント {asked} ではなく {read} のものです")
            }
            Self::NoRole(names) => {
                text!(en: "{en}", ja: "--automation-role が指定されていません。ロールなしでは実行できないランブック: {names}")
            }
            Self::RoleElsewhere { role, account } => {
                text!(en: "{en}", ja: "{role} はアカウント {account} のロールではないため、渡すことができません")
            }
            Self::Journal { file, line, why } => {
                let file = file.display();
                text!(en: "{en}", ja: "{file}:{line}: `asc fix` のジャーナルとして読めない行です: {why}")
            }
            Self::NoReport { file, why } => {
                let file = file.display();
                text!(en: "{en}", ja: "{file}: asc の JSON レポートではありません: {why}")
            }
            Self::Runtime(error) => text!(en: "{en}", ja: "ランタイムを開始できません ({error})"),
        }
    }

    /// What to do about it, where that is not plain.
    pub(crate) fn advice(&self) -> Option<Text> {
        match self {
            Self::Door(error) => Some(error.advice()),
            Self::Select(SelectError::Unknown { .. }) => {
                Some(text!(en: "`asc checks` lists them all.", ja: "`asc checks` で一覧を表示できます。"))
            }
            Self::Guardrail(_) => Some(
                text!(en: "`asc guardrails list` lists them all.", ja: "`asc guardrails list` で一覧を表示できます。"),
            ),
            Self::NoRole(_) => Some(text!(
                en: "Give a role that ssm.amazonaws.com may assume, or choose other checks with -c.",
                ja: "ssm.amazonaws.com が引き受けられるロールを指定するか、-c で他のチェックを選んでください。"
            )),
            _ => None,
        }
    }
}

fn door(error: &DoorError) -> Text {
    let en = error.to_string();
    match error {
        DoorError::NoCredentials => text!(en: "{en}", ja: "AWS の認証情報が見つかりません"),
        DoorError::Expired(why) => text!(en: "{en}", ja: "AWS の認証情報の有効期限が切れています: {why}"),
        DoorError::Credentials(why) => text!(en: "{en}", ja: "AWS の認証情報を取得できません: {why}"),
        DoorError::Rejected(why) => text!(en: "{en}", ja: "AWS が認証情報を受け付けません: {why}"),
        DoorError::ClockSkew(why) => text!(en: "{en}", ja: "AWS がリクエストの時刻を受け付けません: {why}"),
        DoorError::Unreachable(why) => text!(en: "{en}", ja: "AWS から応答がありません: {why}"),
        DoorError::OtherAccount { recorded, present } => {
            text!(en: "{en}", ja: "記録はアカウント {recorded} のものですが、認証情報は {present} のものです")
        }
        DoorError::NoAccount => text!(en: "{en}", ja: "どのアカウントの記録か分かりません"),
        DoorError::Interrupted => text!(en: "{en}", ja: "中断されました"),
        DoorError::Recording(RecordingError::Io { file, error }) => {
            let file = file.display();
            text!(en: "{en}", ja: "{file}: 読み書きできません ({error})")
        }
        DoorError::Recording(RecordingError::Foreign(file)) => {
            let file = file.display();
            text!(en: "{en}", ja: "{file}: asc の記録ではないか、このバージョンが知らない形式です")
        }
        DoorError::Recording(RecordingError::Damaged { file, line, why }) => {
            let file = file.display();
            text!(en: "{en}", ja: "{file}:{line}: 記録が壊れています: {why}")
        }
    }
}
