//! `--help` and usage errors, in the user's language.

use std::ffi::OsString;

use asc_core::Lang;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};

use crate::args::Cli;
use crate::{Exit, stderr};

/// Examples at the end of a command's help, by its name: English, Japanese.
const EXAMPLES: &[(&str, &str, &str)] = &[
    (
        "asc",
        "\
Examples:
  asc demo                                look around without an account
  asc                                     scan the account of your AWS profile
  asc -c s3 -f json                       only the S3 checks, as JSON
  asc > asc.sarif                         for GitHub code scanning
  asc -f table -o asc.sarif -o asc.json   several reports of one scan
  asc explain ASC-12                      one check in full

Exit codes: 0 no alert; 1 alerts at or above --fail-on; 2 nothing was scanned;
3 no such alert, but something could not be read.
",
        "\
例:
  asc demo                                アカウントなしで試す
  asc                                     AWS プロファイルのアカウントをスキャン
  asc -c s3 -f json                       S3 のチェックだけを JSON で
  asc > asc.sarif                         GitHub code scanning 用
  asc -f table -o asc.sarif -o asc.json   1 回のスキャンで複数のレポート
  asc explain ASC-12                      チェックの詳しい説明

終了コード: 0 アラートなし、1 --fail-on 以上のアラートあり、2 スキャンできず、
3 該当アラートはないが読み取れなかったものあり。
",
    ),
    (
        "scan",
        "\
Examples:
  asc scan -c ASC-12 --region eu-west-1   one check, in one region
  asc scan --fail-on high                 end with 1 only on high and critical alerts
  asc scan -f table -o json=report        the table here, JSON into the file `report`
  asc scan --record account.ascrec        keep what AWS said ...
  asc scan --replay account.ascrec        ... and judge it again, offline
  asc scan --resume account.ascrec --record account.ascrec -o asc.json
                                          go on with a scan that was broken off
",
        "\
例:
  asc scan -c ASC-12 --region eu-west-1   1 つのチェックを 1 つのリージョンで
  asc scan --fail-on high                 重大度が高・緊急のアラートだけを終了コード 1 に
  asc scan -f table -o json=report        表を表示し、JSON をファイル `report` に
  asc scan --record account.ascrec        AWS の応答を記録し…
  asc scan --replay account.ascrec        …オフラインで判定し直す
  asc scan --resume account.ascrec --record account.ascrec -o asc.json
                                          中断したスキャンの続きを実行
",
    ),
    (
        "demo",
        "\
Examples:
  asc demo                                the report of the sample account
  asc demo -c ASC-12 --lang ja            one check, in Japanese
  asc demo -f sarif                       what GitHub code scanning would get
",
        "\
例:
  asc demo                                サンプルアカウントのレポート
  asc demo -c ASC-12 --lang en            1 つのチェックを英語で
  asc demo -f sarif                       GitHub code scanning に渡す内容
",
    ),
    (
        "fix",
        "\
Examples:
  asc fix                                 what would be changed, and how it would be undone
  asc fix -c ASC-13 --resource 'logs-*'   one check, some buckets
  asc fix --report asc.json --apply       asks, then puts right what the report found
  asc fix --apply --yes                   in scripts: what can interrupt nobody
  asc fix --apply --yes --careful         ... and what may
  asc fix --undo asc-fix-20270131t120000z.json
                                          back to what it was
  asc permissions --fix                   the IAM policy that this needs

Exit codes: 0 nothing is left to fix; 1 something is; 2 nothing was done;
3 something could not be read, changed or undone.
",
        "\
例:
  asc fix                                 変更内容と、元に戻す方法を表示
  asc fix -c ASC-13 --resource 'logs-*'   1 つのチェック、一部のバケット
  asc fix --report asc.json --apply       確認のうえ、レポートの検出結果を修正
  asc fix --apply --yes                   スクリプト用: 誰にも影響しない変更だけ
  asc fix --apply --yes --careful         …影響する可能性のある変更も
  asc fix --undo asc-fix-20270131t120000z.json
                                          元の状態に戻す
  asc permissions --fix                   必要な IAM ポリシー

終了コード: 0 修正するものなし、1 修正が残っている、2 何も行わなかった、
3 読み取り・変更・復元できなかったものあり。
",
    ),
    (
        "attest",
        "\
Examples:
  asc attest                              what is due, and when
  asc attest ASC-14                       look at the evidence and evaluate
  asc attest ASC-15 --evaluator 'A. Sato' --note 'as agreed in the review' --yes
",
        "\
例:
  asc attest                              期限の一覧
  asc attest ASC-14                       証跡を確認して評価する
  asc attest ASC-15 --evaluator '佐藤' --note '定例レビューで確認' --yes
",
    ),
    (
        "permissions",
        "\
Examples:
  asc permissions                         the policy for all checks
  asc permissions -c s3 --format terraform
  asc permissions --format cloudformation > asc-role-policy.yaml
",
        "\
例:
  asc permissions                         すべてのチェックに必要なポリシー
  asc permissions -c s3 --format terraform
  asc permissions --format cloudformation > asc-role-policy.yaml
",
    ),
    (
        "policy",
        "\
Examples:
  asc policy bucket-policy.json           who gets in, and is that everyone?
  asc policy 'policies/**/*.json' -f json one answer a document, for programs
  aws iam get-policy-version ... | jq .PolicyVersion.Document | asc policy -

Exit codes: 0 nothing public, no administrator; 1 some document is; 2 some document could not be read.
",
        "\
例:
  asc policy bucket-policy.json           誰が許可されるか、全員に公開されていないか
  asc policy 'policies/**/*.json' -f json ドキュメントごとの判定をプログラム向けに
  aws iam get-policy-version ... | jq .PolicyVersion.Document | asc policy -

終了コード: 0 公開も管理者権限もなし、1 該当するドキュメントあり、2 読み取れないドキュメントあり。
",
    ),
    (
        "guardrails",
        "\
Examples:
  asc guardrails list                     what can be kept so
  asc guardrails template                 one CloudFormation template of everything
  asc guardrails status                   what stands in the account, and what has drifted
",
        "\
例:
  asc guardrails list                     ガードレールの一覧
  asc guardrails template                 すべてを含む CloudFormation テンプレート
  asc guardrails status                   アカウントで維持されているもの、ずれているもの
",
    ),
    (
        "template",
        "\
Examples:
  asc guardrails template --only s3-encryption -o guardrails.yaml
  asc guardrails template --only guardduty,security-alerts --format terraform -o guardrails.tf
  asc guardrails template --report-only   observe, and change nothing
  asc guardrails template --for-account --region eu-west-1 -o guardrails.yaml
                                          made for what the account has there already

Exit codes: 0 written; 2 not written; 3 written, but something that --for-account looks for could not be
read: the template then does not make it. `asc permissions --guardrails` says what to allow.
",
        "\
例:
  asc guardrails template --only s3-encryption -o guardrails.yaml
  asc guardrails template --only guardduty,security-alerts --format terraform -o guardrails.tf
  asc guardrails template --report-only   検出のみで、何も変更しない
  asc guardrails template --for-account --region eu-west-1 -o guardrails.yaml
                                          アカウントの現状に合わせる

終了コード: 0 出力した、2 出力できず、3 出力したが --for-account で読み取れないものがあった (その場合、テンプレートでは
作成しません)。必要な許可は `asc permissions --guardrails` で確認できます。
",
    ),
    (
        "status",
        "\
Examples:
  asc guardrails status                   every guardrail in every region
  asc guardrails status --only s3-encryption --region eu-west-1 -f json

A rule counts by the managed rule that it is, whatever its name and its parameters are.
Exit codes: 0 all stand; 1 something is absent or has drifted; 2 nothing could be asked;
3 nothing worse than something that could not be read. `asc permissions --guardrails` says what to allow.
",
        "\
例:
  asc guardrails status                   すべてのガードレールとリージョン
  asc guardrails status --only s3-encryption --region eu-west-1 -f json

ルールは名前やパラメーターによらず、マネージドルールの種類で識別します。
終了コード: 0 すべて維持、1 ないもの・ずれているものあり、2 問い合わせできず、
3 読み取れなかったものだけあり。必要な許可は `asc permissions --guardrails` で確認できます。
",
    ),
    (
        "list",
        "Examples:\n  asc guardrails list         all guardrails\n  asc guardrails list -f json for programs\n",
        "例:\n  asc guardrails list         すべてのガードレール\n  asc guardrails list -f json プログラム向けの JSON\n",
    ),
    (
        "plan",
        "Examples:\n  asc plan              what `asc` would do\n  asc plan -c s3        only the S3 checks\n",
        "例:\n  asc plan              `asc` が行うこと\n  asc plan -c s3        S3 のチェックだけ\n",
    ),
    (
        "checks",
        "Examples:\n  asc checks            all checks\n  asc checks s3 -f json those over S3, for programs\n",
        "例:\n  asc checks            すべてのチェック\n  asc checks s3 -f json S3 のチェックを JSON で\n",
    ),
    (
        "explain",
        "Examples:\n  asc explain ASC-12\n  asc explain s3-bucket-public --lang ja\n",
        "例:\n  asc explain ASC-12\n  asc explain s3-bucket-public --lang en\n",
    ),
    (
        "schema",
        "Examples:\n  asc schema report > report.schema.json\n  asc schema config > asc.schema.json\n",
        "例:\n  asc schema report > report.schema.json\n  asc schema config > asc.schema.json\n",
    ),
    (
        "completions",
        "Examples:\n  asc completions bash > ~/.local/share/bash-completion/completions/asc\n  asc completions zsh > ~/.zfunc/_asc\n",
        "例:\n  asc completions bash > ~/.local/share/bash-completion/completions/asc\n  asc completions zsh > ~/.zfunc/_asc\n",
    ),
    ("man", "Examples:\n  asc man | man -l -\n", "例:\n  asc man | man -l -\n"),
];

/// Japanese for commands, by name.
const COMMANDS_JA: &[(&str, &str)] = &[
    ("asc", "AWS アカウントを AWS セキュリティチェックリストに照らして検査します。"),
    ("scan", "AWS 認証情報のアカウントをスキャンします (引数なしの `asc` と同じ)"),
    ("demo", "内蔵のサンプルアカウントをスキャンします (認証情報もネットワークも不要)"),
    ("plan", "スキャンで行う呼び出しとその回数、最短の所要時間、必要な IAM アクションを表示します"),
    ("permissions", "選択したチェックに必要な最小権限の IAM ポリシーを出力します"),
    ("fix", "検出結果を修正します (既定では計画を表示するだけで、変更は --apply のときだけ行い、元に戻せます)"),
    ("attest", "手動の統制に対する評価を記録します (ID なしでは期限の一覧を表示します)"),
    (
        "policy",
        "IAM ポリシードキュメントが許可する内容をオフラインで判定します (公開されているか、管理者権限か、誰が許可されるか)",
    ),
    ("guardrails", "設定を維持するガードレールのテンプレートの出力、状態の確認、一覧の表示を行います"),
    ("template", "選択したガードレールを 1 つのテンプレートとして出力します"),
    ("status", "アカウントで維持されているガードレールと、ずれているものを表示します"),
    ("list", "ガードレールの一覧を表示します"),
    ("checks", "チェックの一覧を表示します"),
    ("explain", "チェックを詳しく説明します (理由、修正方法、読み取る内容)"),
    ("schema", "エディターや利用プログラム向けの JSON Schema を出力します"),
    ("completions", "シェルの補完スクリプトを出力します"),
    ("man", "マニュアルページを出力します"),
];

/// Japanese for options and arguments, by their id, after a command's name where it is about that command alone.
const ARGS_JA: &[(&str, &str)] = &[
    ("files", "ポリシードキュメント (ファイル、引用符で囲んだグロブ、標準入力は -)"),
    ("kind", "identity または resource [既定: Principal があれば resource]"),
    ("check", "このチェックだけを実行します (番号、`base` などのグループ、名前、または `s3` などのサービス)"),
    ("exclude", "このチェックを除外します"),
    ("region", "このリージョンだけを対象にします [既定: 有効な全リージョン]"),
    ("format", "標準出力の形式: table、json、sarif [既定: 端末では table、それ以外は sarif]"),
    ("output", "レポートをファイルにも書き出します (形式は拡張子、または FORMAT=FILE)"),
    ("lang", "表示とレポートの言語: en、ja [既定: ロケールに従う]"),
    (
        "fail_on",
        "この重大度以上のアラートで終了コード 1: critical、high、medium、low、never [既定: low、demo では never]",
    ),
    ("config", "設定ファイル [既定: リポジトリ直下の asc.toml]"),
    (
        "sarif_incomplete",
        "読み取れないものがあったアカウントを SARIF から外して code scanning のアラートを閉じさせない (fail) か、含める (upload) か",
    ),
    ("attestations", "人による評価の記録 [既定: 設定ファイルと同じ場所の asc-attestations.toml]"),
    ("control", "評価する統制 (番号または名前)。省略すると期限の一覧を表示します"),
    ("account", "評価の対象アカウント、すべてなら `*` [既定: 読み取ったアカウント]"),
    ("resource", "名前または ARN がこのグロブに一致するリソースだけを対象にします"),
    ("only_account", "このアカウントだけを対象にします (別のアカウントの認証情報では何もしません)"),
    ("report", "スキャンの代わりに JSON レポートの検出結果を使います (リソースは改めて読み取ります)"),
    ("apply", "端末で確認してから変更します。変更の前に必ずジャーナル `asc-fix-<時刻>.json` に記録します"),
    ("agree", "確認を求めず、誰にも影響しない変更を行います"),
    ("careful", "--yes とともに指定すると、誰かに影響する可能性のある変更も行います"),
    ("undo", "ジャーナルに記録された変更を、最後のものから順に元に戻します"),
    ("log_bucket", "アクセスログ (ASC-16) の送信先のバケット (同じリージョンの場合)"),
    ("fix", "`asc fix` に必要なもの (変更するアクションを含む) も出力します"),
    ("evaluator", "評価した人の名前"),
    ("note", "確認した内容と判断"),
    ("valid_days", "評価の有効日数 [既定・最長: 180]"),
    ("yes", "端末でも確認を求めません"),
    ("now", "年齢や有効期限をこの時刻 (RFC 3339) で判定します (テスト用)"),
    ("guardrail", "このガードレールだけを含めます [既定: すべて]"),
    ("template_format", "テンプレートの形式: cloudformation、terraform"),
    ("template_output", "標準出力の代わりに、このファイルに書き出します"),
    ("report_only", "検出するルールだけを含め、修復と、アカウントを変更できるロールを含めません"),
    ("list_format", "一覧の形式: table、json"),
    (
        "for_account",
        "同じものを二重に作成しないよう、アカウントのリージョンの現状を確認します (指定しなければ AWS を呼び出しません)",
    ),
    ("template region", "--for-account で確認するリージョン [既定: 設定されたリージョン]"),
    (
        "guardrails",
        "チェックの代わりに、`asc guardrails status` と `asc guardrails template --for-account` に必要なもの",
    ),
    ("record", "AWS の応答をすべてファイルに記録します"),
    (
        "resume",
        "同じアカウントの記録から続けます。記録で応答済みの呼び出しは繰り返しません。年齢はこの実行の時刻で判定します",
    ),
    ("replay", "AWS の代わりに記録から応答します"),
    ("concurrency", "同時に行う呼び出しの数 [既定: 128]"),
    ("max_rps", "1 秒あたりの呼び出し数の上限 (全サービス・全リージョンの合計) [既定: AWS が許す範囲]"),
    (
        "share",
        "スロットリングされた後に使う、AWS が許すレートに対する割合 (0.01～1)。残りはアカウントの他の利用者に残します [既定: 0.5]",
    ),
    ("no_progress", "進捗を表示しません"),
    ("quiet", "標準エラー出力にエラーと警告以外を表示しません"),
    ("verbose", "標準エラー出力に詳細 (呼び出しの内訳) を表示します"),
    ("only", "対象のチェック (番号、グループ、名前、サービス)"),
    ("of", "report: `-f json` の出力、config: asc.toml、attestations: asc-attestations.toml"),
    ("shell", "bash、zsh、fish、elvish、powershell"),
    ("help", "ヘルプを表示します"),
    ("version", "バージョンを表示します"),
];

/// What an option takes, in Japanese, by its id, where its own list of values does not say.
const EXPECTED_JA: &[(&str, &str)] = &[
    ("format", "table、json、sarif"),
    ("output", "拡張子から形式が分かるファイル名、または FORMAT=FILE"),
    ("fail_on", "critical、high、medium、low、never"),
    ("sarif_incomplete", "fail、upload"),
    ("lang", "en、ja"),
    ("concurrency", "1 以上の整数"),
    ("valid_days", "日数 (1～180)"),
    ("now", "2027-01-31T00:00:00Z のような時刻"),
];

const TEMPLATE_JA: &str = "{about-with-newline}\n使い方: {usage}\n\n{all-args}{after-help}";

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
