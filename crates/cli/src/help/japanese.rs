//! What the help says in Japanese.

/// Japanese for commands, by name.
pub(super) const COMMANDS_JA: &[(&str, &str)] = &[
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
pub(super) const ARGS_JA: &[(&str, &str)] = &[
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
    (
        "finish",
        "ジャーナルの変更のうち、猶予期間が過ぎて最終的に行えるもの (無効化から 30 日間影響のなかったキーの削除など) を表示します。--apply で実行し、元には戻せません",
    ),
    ("log_bucket", "アクセスログ (ASC-16) の送信先のバケット (同じリージョンの場合)"),
    (
        "via",
        "変更の方法: api (asc が直接呼び出す)、ssm (同じ変更を行う AWS の Systems Manager Automation ランブックを実行する)",
    ),
    (
        "automation_role",
        "--via ssm のランブックに渡すロール。省略するとご自身の権限で実行され、`AWSConfigRemediation-…` は実行できません",
    ),
    (
        "permissions via",
        "--fix とともに指定します。変更の方法: api、ssm (--automation-role に必要な権限は `asc fix` が表示します)",
    ),
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
pub(super) const EXPECTED_JA: &[(&str, &str)] = &[
    ("format", "table、json、sarif"),
    ("output", "拡張子から形式が分かるファイル名、または FORMAT=FILE"),
    ("fail_on", "critical、high、medium、low、never"),
    ("sarif_incomplete", "fail、upload"),
    ("lang", "en、ja"),
    ("concurrency", "1 以上の整数"),
    ("valid_days", "日数 (1～180)"),
    ("via", "api、ssm"),
    ("automation_role", "arn:aws:iam::123456789012:role/NAME のような ARN"),
    ("now", "2027-01-31T00:00:00Z のような時刻"),
];

pub(super) const TEMPLATE_JA: &str = "{about-with-newline}\n使い方: {usage}\n\n{all-args}{after-help}";
