//! `--help` and usage errors, in the user's language.

mod examples;
mod japanese;

use std::ffi::OsString;

use asc_core::Lang;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};

use crate::args::Cli;
use crate::{Exit, stderr};
use examples::EXAMPLES;
use japanese::{ARGS_JA, COMMANDS_JA, EXPECTED_JA, TEMPLATE_JA};

/// The language the user wants, found before anything else is parsed so that even a usage error is in it:
/// `--lang`, `ASC_LANG`, then the locale.
pub(crate) fn lang_of(args: &[OsString]) -> Lang {
    let words: Vec<_> = args.iter().filter_map(|arg| arg.to_str()).collect();
    let by_flag = words.iter().enumerate().find_map(|(at, word)| match word.strip_prefix("--lang") {
        Some("") => words.get(at + 1)?.parse().ok(),
        Some(rest) => rest.strip_prefix('=')?.parse().ok(),
        None => None,
    });
    let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    by_flag
        .or_else(|| var("ASC_LANG")?.parse().ok())
        .or_else(|| ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(var).map(|locale| Lang::of_locale(&locale)))
        .unwrap_or_default()
}

/// The command line in a language.
pub(crate) fn command(lang: Lang) -> Command {
    let mut command = with_examples(Cli::command(), lang);
    if lang == Lang::Ja {
        // Built, so that clap's own `--help` and `--version` are there to be translated as well.
        command.build();
        command = in_japanese(command);
    }
    command
}

fn with_examples(mut command: Command, lang: Lang) -> Command {
    if let Some((_, en, ja)) = EXAMPLES.iter().find(|(name, ..)| *name == command.get_name()) {
        command = command.after_help(lang.pick(*en, *ja));
    }
    command.mut_subcommands(|sub| with_examples(sub, lang))
}

fn in_japanese(mut command: Command) -> Command {
    if let Some(about) = japanese(COMMANDS_JA, command.get_name()) {
        command = command.about(about);
    }
    command = command.help_template(TEMPLATE_JA).subcommand_help_heading("コマンド");
    let ids: Vec<_> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    for id in ids {
        let own = format!("{} {id}", command.get_name());
        if let Some(text) = japanese(ARGS_JA, &own).or_else(|| japanese(ARGS_JA, &id)) {
            command = command.mut_arg(&id, |arg| {
                let heading = if arg.is_positional() { "引数" } else { "オプション" };
                arg.help(text).help_heading(heading)
            });
        }
    }
    command.mut_subcommands(in_japanese)
}

fn japanese(texts: &[(&'static str, &'static str)], key: &str) -> Option<&'static str> {
    texts.iter().find(|(id, _)| *id == key).map(|(_, text)| *text)
}

/// What an option takes, in Japanese.
pub(crate) fn expected_ja(option: &str) -> Option<&'static str> {
    japanese(EXPECTED_JA, option)
}

/// Shows help, the version, or a usage error.
pub(crate) fn show(error: &clap::Error, lang: Lang) -> Exit {
    if !error.use_stderr() {
        // Help and version are what was asked for; a reader who has gone away does not matter.
        let _ = error.print();
        return Exit::Clean;
    }
    match translated(error, lang) {
        Some(message) => stderr::raw(&message),
        None => {
            let _ = error.print();
        }
    }
    Exit::Nothing
}

/// A usage error in Japanese; of the kinds that people hardly meet, with clap's own words.
fn translated(error: &clap::Error, lang: Lang) -> Option<String> {
    if lang == Lang::En {
        return None;
    }
    let all = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    let get = |kind| all(kind).join("、");
    let (arg, prior) = (get(ContextKind::InvalidArg), get(ContextKind::PriorArg));
    let (value, subcommand) = (get(ContextKind::InvalidValue), get(ContextKind::InvalidSubcommand));
    let message = match error.kind() {
        ErrorKind::UnknownArgument => format!("`{arg}` という引数はありません"),
        ErrorKind::InvalidSubcommand => format!("`{subcommand}` というコマンドはありません"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if value.is_empty() => {
            format!("`{arg}` には値が必要です")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => format!("`{arg}` に `{value}` は指定できません"),
        ErrorKind::TooManyValues => format!("`{arg}` に値 `{value}` は指定できません"),
        ErrorKind::MissingRequiredArgument => format!("引数が足りません: {arg}"),
        ErrorKind::ArgumentConflict if !subcommand.is_empty() => {
            format!("`{arg}{prior}` はコマンド `{subcommand}` の前ではなく後に指定してください")
        }
        ErrorKind::ArgumentConflict if arg == prior => format!("`{arg}` は 1 回しか指定できません"),
        ErrorKind::ArgumentConflict => format!("`{arg}` と `{prior}` は同時に指定できません"),
        _ => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default();
            format!("引数の誤り: {}", first.trim_start_matches("error: "))
        }
    };
    let nearest = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let nearest: Vec<_> = nearest.into_iter().flat_map(all).map(|nearest| format!("`{nearest}`")).collect();
    let nearest =
        if nearest.is_empty() { String::new() } else { format!("  {} のことですか?\n", nearest.join("、")) };
    let takes = match get(ContextKind::ValidValue) {
        listed if !listed.is_empty() => listed,
        _ if value.is_empty() => String::new(),
        _ => expected_ja(&id_of(&arg)).unwrap_or_default().to_owned(),
    };
    let takes = if takes.is_empty() { takes } else { format!("  指定できる値: {takes}\n") };
    Some(format!("エラー: {message}\n{nearest}{takes}\n詳しくは --help を参照してください。\n"))
}

/// The id of an option as clap shows it: `fail_on` for `--fail-on <SEVERITY>`.
fn id_of(shown: &str) -> String {
    shown.split(' ').next().unwrap_or_default().trim_start_matches('-').replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn untranslated(command: &Command, missing: &mut Vec<String>) {
        let is_japanese = |text: &str| text.chars().any(|c| ('\u{3040}'..='\u{30ff}').contains(&c) || c == '、');
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        if !is_japanese(&about) || !examples.starts_with("例") {
            missing.push(command.get_name().to_owned());
        }
        for arg in command.get_arguments() {
            if !is_japanese(&arg.get_help().map(ToString::to_string).unwrap_or_default()) {
                missing.push(format!("{} {}", command.get_name(), arg.get_id()));
            }
        }
        for sub in command.get_subcommands() {
            untranslated(sub, missing);
        }
    }

    #[test]
    fn every_command_and_option_is_told_in_japanese() {
        let mut missing = Vec::new();
        untranslated(&command(Lang::Ja), &mut missing);
        assert!(missing.is_empty(), "without Japanese: {missing:?}");
    }

    #[test]
    fn the_command_line_is_sound_in_both_languages() {
        for lang in Lang::ALL {
            command(lang).debug_assert();
        }
    }

    #[test]
    fn the_language_is_found_however_it_is_given() {
        let of = |args: &[&str]| lang_of(&args.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(of(&["asc", "--lang", "ja"]), Lang::Ja);
        assert_eq!(of(&["asc", "demo", "--lang=ja"]), Lang::Ja);
        assert_eq!(of(&["asc", "--lang=en", "--bogus"]), Lang::En);
    }

    #[test]
    fn usage_errors_are_told_in_japanese() {
        for (words, pieces) in [
            ("--bogus", &["`--bogus` という引数はありません"][..]),
            ("scan --formt json", &["--formt", "`--format` のことですか?"]),
            ("scna", &["`scna` というコマンドはありません", "`schema`、`scan` のことですか?"]),
            ("scan -c", &["`--check <ID>` には値が必要です"]),
            ("scan --fail-on worst", &["`worst` は指定できません", "指定できる値: critical、high、medium、low、never"]),
            ("scan --concurrency 0", &["1 以上の整数"]),
            ("scan -o report", &["FORMAT=FILE"]),
            ("plan -f html", &["指定できる値: table、json"]),
            ("scan -q -v", &["`--quiet` と `--verbose` は同時に指定できません"]),
            ("-c s3 scan", &["`--check <ID>` はコマンド `scan` の前ではなく後に"]),
            ("scan --config a --config b", &["1 回しか指定できません"]),
            ("scan --no-progress=1", &["`--no-progress` に値 `1` は指定できません"]),
            ("attest --evaluator x", &["引数が足りません: <ID>"]),
            ("explain", &["引数が足りません: <ID>"]),
        ] {
            let words = ["asc"].into_iter().chain(words.split(' '));
            let error = command(Lang::Ja).try_get_matches_from(words).unwrap_err();
            let told = translated(&error, Lang::Ja).unwrap();
            assert!(pieces.iter().all(|piece| told.contains(piece)), "{pieces:?}: {told}");
            assert_eq!(translated(&error, Lang::En), None);
        }
    }
}
