//! Words of the command line that are more than texts.

use std::path::PathBuf;
use std::str::FromStr;

use asc_core::Severity;
use asc_core::config::is_share;
use asc_report::Format;
use time::OffsetDateTime;

/// From which severity on alerts make the run end with 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FailOn(pub(crate) Option<Severity>);

impl FromStr for FailOn {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        if word == "never" {
            return Ok(Self(None));
        }
        word.parse()
            .map(|severity| Self(Some(severity)))
            .map_err(|_| format!("`{word}` is none of critical, high, medium, low, never"))
    }
}

/// A file to write a report to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) file: PathBuf,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        if let Some((format, file)) = word.split_once('=')
            && let Ok(format) = format.parse()
        {
            return Ok(Self { format, file: file.into() });
        }
        let file = PathBuf::from(word);
        let format =
            Format::of_path(&file).ok_or("the extension tells no format; write FORMAT=FILE, such as json=report")?;
        Ok(Self { format, file })
    }
}

pub(super) fn rfc3339(word: &str) -> Result<OffsetDateTime, String> {
    OffsetDateTime::parse(word, &time::format_description::well_known::Rfc3339).map_err(|error| error.to_string())
}

pub(super) fn at_least_one(word: &str) -> Result<usize, String> {
    match word.parse() {
        Ok(0) => Err("at least one call must be allowed at a time".to_owned()),
        Ok(number) => Ok(number),
        Err(_) => Err(format!("`{word}` is no number")),
    }
}

pub(super) fn a_rate(word: &str) -> Result<u32, String> {
    match word.parse() {
        Ok(0) => Err("at least one call must be allowed a second".to_owned()),
        Ok(number) => Ok(number),
        Err(_) => Err(format!("`{word}` is no number")),
    }
}

pub(super) fn a_share(word: &str) -> Result<f64, String> {
    let share = word.parse().ok().filter(|share| is_share(*share));
    share.ok_or_else(|| format!("`{word}` is no number from 0.01 to 1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_take_their_format_from_the_name_or_say_it() {
        let parse = |word: &str| word.parse::<Output>().map(|o| (o.format, o.file.display().to_string()));
        assert_eq!(parse("a/b.sarif"), Ok((Format::Sarif, "a/b.sarif".to_owned())));
        assert_eq!(parse("json=out"), Ok((Format::Json, "out".to_owned())));
        assert_eq!(parse("a=b.json"), Ok((Format::Json, "a=b.json".to_owned())));
        assert!(parse("report").is_err());
    }
}
