//! `[output]` of the configuration: what holds where neither an option nor the environment says anything.

use std::path::Path;
use std::str::FromStr;

use asc_core::config::{self, Word};
use asc_core::source::SourceError;
use asc_core::text;
use asc_report::{Format, SarifIncomplete};

use crate::args::{FailOn, Output, ScanArgs};
use crate::help::expected_ja;

/// `[output]`, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Defaults {
    format: Option<Format>,
    files: Vec<Output>,
    fail_on: Option<FailOn>,
    sarif_incomplete: Option<SarifIncomplete>,
}

impl Defaults {
    /// Understands what the file says; `folder` is where its own paths set out from.
    pub(crate) fn read(output: &config::Output, file: &Path, text: &str, folder: &Path) -> Result<Self, SourceError> {
        let source = (file, text);
        let files = output.files.iter().map(|word| {
            let Output { format, file } = read(source, "output", word)?;
            Ok(Output { format, file: folder.join(file) })
        });
        Ok(Self {
            files: files.collect::<Result<_, SourceError>>()?,
            format: output.format.as_ref().map(|word| read(source, "format", word)).transpose()?,
            fail_on: output.fail_on.as_ref().map(|word| read(source, "fail_on", word)).transpose()?,
            sarif_incomplete: output
                .sarif_incomplete
                .as_ref()
                .map(|word| read(source, "sarif_incomplete", word))
                .transpose()?,
        })
    }

    /// Fills in what was not asked for.
    pub(crate) fn fill(&self, args: &mut ScanArgs) {
        let Self { format, files, fail_on, sarif_incomplete } = self;
        args.format = args.format.or(*format);
        args.fail_on = args.fail_on.or(*fail_on);
        args.sarif_incomplete = args.sarif_incomplete.or(*sarif_incomplete);
        if args.output.is_empty() {
            args.output.clone_from(files);
        }
    }
}

/// A word as the option of this name takes it.
fn read<T: FromStr<Err: std::fmt::Display>>(
    (file, text): (&Path, &str),
    option: &str,
    word: &Word,
) -> Result<T, SourceError> {
    word.text.parse().map_err(|why: T::Err| {
        let (given, expected) = (&word.text, expected_ja(option).unwrap_or_default());
        let message = text!(en: "{why}", ja: "`{given}` は指定できません (指定できる値: {expected})");
        SourceError::at(file, text, word.span.clone(), message)
    })
}

#[cfg(test)]
mod tests {
    use asc_core::config::Config;
    use asc_core::registry::Registry;
    use clap::Parser;

    use super::*;
    use crate::args::{Cli, Command};

    fn defaults(text: &str) -> Result<Defaults, SourceError> {
        let file = Path::new("asc.toml");
        let config = Config::parse(file, text, &Registry::linked().unwrap()).unwrap();
        Defaults::read(&config.output, file, text, Path::new("root"))
    }

    #[test]
    fn what_is_not_asked_for_is_filled_in() {
        let text = "[output]\nformat = \"json\"\nfiles = [\"a.sarif\", \"json=b\"]\nfail_on = \"never\"\nsarif_incomplete = \"fail\"\n";
        let filled = |words: &[&str]| {
            let Some(Command::Scan(mut args)) = Cli::parse_from([&["asc", "scan"], words].concat()).command else {
                panic!("no scan")
            };
            defaults(text).unwrap().fill(&mut args);
            let files: Vec<_> = args.output.iter().map(|o| format!("{}={}", o.format, o.file.display())).collect();
            (args.format, files, args.fail_on, args.sarif_incomplete)
        };
        let files = ["sarif=root/a.sarif", "json=root/b"].map(str::to_owned).to_vec();
        let of_file = (Some(Format::Json), files, Some(FailOn(None)), Some(SarifIncomplete::Fail));
        assert_eq!(filled(&[]), of_file);
        let asked = filled(&["-f", "sarif", "-o", "x.json", "--fail-on", "low", "--sarif-incomplete", "upload"]);
        let low = Some(FailOn(Some(asc_core::Severity::Low)));
        assert_eq!(asked, (Some(Format::Sarif), vec!["json=x.json".to_owned()], low, Some(SarifIncomplete::Upload)));
    }

    #[test]
    fn a_word_that_means_nothing_is_shown_in_its_place() {
        for (line, column, piece) in [
            ("format = \"html\"", 10, "html"),
            ("files = [\"a.json\", \"report\"]", 20, "FORMAT=FILE"),
            ("fail_on = \"worst\"", 11, "worst"),
            ("sarif_incomplete = \"perhaps\"", 20, "perhaps"),
        ] {
            let error = defaults(&format!("[output]\n{line}\n")).unwrap_err();
            assert_eq!((error.line, error.column), (2, column), "{line}");
            assert!(error.message.en.contains(piece), "{}", error.message.en);
            assert!(error.message.ja.contains("指定できる値: ") && !error.message.ja.ends_with(": )"), "{line}");
        }
    }
}
