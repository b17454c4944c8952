//! Words that every format for people shares, in every language.

use asc_core::{Declaration, Kind, Lang, Severity, Status};

/// A status as a column's label.
pub(crate) const fn status(lang: Lang, status: Status) -> &'static str {
    match status {
        Status::Fail => lang.pick("fail", "不適合"),
        Status::Manual => lang.pick("manual", "要確認"),
        Status::Unknown => lang.pick("unknown", "不明"),
        Status::Pass => lang.pick("pass", "適合"),
        Status::NotApplicable => lang.pick("not applicable", "対象外"),
    }
}

/// A severity in a sentence.
pub(crate) const fn severity(lang: Lang, severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => lang.pick("critical", "緊急"),
        Severity::High => lang.pick("high", "高"),
        Severity::Medium => lang.pick("medium", "中"),
        Severity::Low => lang.pick("low", "低"),
    }
}

/// A severity as a heading's label.
pub(crate) const fn severity_label(lang: Lang, of: Severity) -> &'static str {
    match (lang, of) {
        (Lang::En, Severity::Critical) => "CRITICAL",
        (Lang::En, Severity::High) => "HIGH",
        (Lang::En, Severity::Medium) => "MEDIUM",
        (Lang::En, Severity::Low) => "LOW",
        (Lang::Ja, _) => severity(lang, of),
    }
}

/// Who decides, in one word.
pub(crate) const fn kind(lang: Lang, kind: Kind) -> &'static str {
    match kind {
        Kind::Automatic => lang.pick("automatic", "自動"),
        Kind::Manual { .. } => lang.pick("manual", "手動"),
    }
}

/// Who decides, in full.
pub(crate) fn decided(lang: Lang, declaration: &Declaration) -> String {
    match (declaration.kind, lang) {
        (Kind::Automatic, Lang::En) => "automatically".to_owned(),
        (Kind::Automatic, Lang::Ja) => "自動".to_owned(),
        (Kind::Manual { valid_days }, Lang::En) => format!("by a person; an evaluation is valid for {valid_days} days"),
        (Kind::Manual { valid_days }, Lang::Ja) => format!("人による評価 (有効期間 {valid_days} 日)"),
    }
}

/// A number and what it counts: `1 region`, `17 regions`, `17 リージョン`.
pub(crate) fn count(lang: Lang, n: u64, one: &str, many: &str, ja: &str) -> String {
    match lang {
        Lang::En => format!("{n} {}", if n == 1 { one } else { many }),
        Lang::Ja => format!("{n} {ja}"),
    }
}

/// A number with an adjective, as in a list of counts: `3 denied`, `拒否 3`.
pub(crate) fn tally(lang: Lang, n: u64, word: &str) -> String {
    match lang {
        Lang::En => format!("{n} {word}"),
        Lang::Ja => format!("{word} {n}"),
    }
}
