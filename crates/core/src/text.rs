//! What people read, in every language the tool speaks.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;

/// A language of the user's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

impl Lang {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::En, Self::Ja];

    /// The ISO 639-1 code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ja => "ja",
        }
    }

    /// The language of a POSIX locale such as `ja_JP.UTF-8`; English for every language that is not spoken here.
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("ja") { Self::Ja } else { Self::En }
    }

    /// The one of two texts that is in this language.
    pub const fn pick<T: Copy>(self, en: T, ja: T) -> T {
        match self {
            Self::En => en,
            Self::Ja => ja,
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// A word that names no language spoken here.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no language that asc speaks (en, ja)")]
pub struct NoLang(String);

impl FromStr for Lang {
    type Err = NoLang;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|l| l.code() == word).ok_or_else(|| NoLang(word.to_owned()))
    }
}

/// A sentence in every language; made by [`text!`](crate::text!), which does not compile when one is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// In English.
    pub en: String,
    /// In Japanese.
    pub ja: String,
}

impl Text {
    /// The text in one language.
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Ja => &self.ja,
        }
    }

    /// This text, then another sentence.
    #[must_use]
    pub fn and(mut self, more: &Self) -> Self {
        if !self.en.is_empty() && !more.en.is_empty() {
            self.en.push(' ');
        }
        self.en.push_str(&more.en);
        self.ja.push_str(&more.ja);
        self
    }
}

/// Makes a [`Text`]: `text!(en: "logs into {target}", ja: "{target} に記録")`, each with `format!`'s captures.
#[macro_export]
macro_rules! text {
    (en: $en:literal, ja: $ja:literal $(, $($arg:tt)*)?) => {
        $crate::Text { en: ::std::format!($en $(, $($arg)*)?), ja: ::std::format!($ja $(, $($arg)*)?) }
    };
}
